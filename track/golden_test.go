package track

import (
	"bufio"
	"cmp"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"entente"
)

var update = flag.Bool("update", false, "rewrite the expected part of testdata/*.txt")

// TestScripts runs testdata/*.txt: sensors, aircraft or single plots, and after "----" the life that tracks are to have.
// The lines of a script:
//
//	sensor NAME KIND LAT LON [height=m period=s pd=0.95 range=km sigma=m azimuth=deg]
//	aircraft LAT LON HEIGHT SPEED COURSE [turn=deg/s turnfrom=s turnto=s climb=m/s from=s until=s address=hex modea=octal mute]
//	plot SECOND SENSOR RANGE AZIMUTH [altitude=m address=hex modea=octal]
//	window SECONDS, clutter PLOTS, seed N
//	run SECONDS            what the sensors see of the aircraft for so long
//	advance SECOND         now without plots
func TestScripts(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) < 5 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			script, want, ok := strings.Cut(string(b), "----\n")
			if !ok {
				t.Fatal("no ---- line")
			}
			got := play(t, script)
			if *update {
				if err := os.WriteFile(path, []byte(script+"----\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// play runs a script and tells the lives of the tracks.
func play(t *testing.T, script string) string {
	t.Helper()
	w := &traffic{}
	var plots []entente.Plot
	var window float64
	var advance []float64
	names := map[string]entente.SensorID{}
	lines := bufio.NewScanner(strings.NewReader(script))
	for lines.Scan() {
		line, _, _ := strings.Cut(lines.Text(), "#")
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		word, arg, opt := f[0], numbers(t, f[1:]), options(f[1:])
		switch word {
		case "sensor":
			w.sensors = append(w.sensors, sensorOf(t, f, opt, entente.SensorID(len(w.sensors)+1)))
			names[f[1]] = entente.SensorID(len(w.sensors))
		case "aircraft":
			w.aircraft = append(w.aircraft, aircraftOf(t, arg, opt))
		case "plot":
			plots = append(plots, plotOf(t, names[f[2]], numbers(t, f[3:]), arg[0], opt, w))
		case "window":
			window = arg[0]
		case "clutter":
			w.clutter = arg[0]
		case "seed":
			w.seed = uint64(arg[0])
		case "run":
			w.duration = arg[0]
			plots = append(plots, w.plots()...)
		case "advance":
			advance = append(advance, arg[0])
		default:
			t.Fatalf("line %q", line)
		}
	}
	slices.SortStableFunc(plots, func(a, b entente.Plot) int { return cmp.Compare(a.Time, b.Time) })
	tracker := New(Config{Member: "BLR", Sensors: w.sensors, Window: window})
	out := tracker.Process(plots, nil)
	for _, s := range advance {
		out = tracker.Advance(second(s), out)
	}
	return lives(tracker.Flush(out))
}

// lives tells what changed in each track's life, one line a change.
func lives(out []entente.Track) string {
	var b strings.Builder
	state := map[entente.TrackID]entente.TrackState{}
	for _, k := range out {
		if state[k.ID] == k.State {
			continue
		}
		state[k.ID] = k.State
		fmt.Fprintf(&b, "%6.1f track %d %s after %d plots at %.2f %.2f height %.0f km", k.Time.Sub(epoch), k.ID, k.State, k.Plots,
			k.Lat/degree, k.Lon/degree, k.Height/1000)
		if k.Address != 0 {
			fmt.Fprintf(&b, " address %v", k.Address)
		}
		if k.Is(entente.HasModeA) {
			fmt.Fprintf(&b, " mode A %v", k.ModeA)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func numbers(t *testing.T, f []string) (v []float64) {
	t.Helper()
	for _, s := range f {
		if x, err := strconv.ParseFloat(s, 64); err == nil {
			v = append(v, x)
		}
	}
	return v
}

func options(f []string) map[string]string {
	m := map[string]string{}
	for _, s := range f {
		if k, v, ok := strings.Cut(s, "="); ok {
			m[k] = v
		} else {
			m[s] = ""
		}
	}
	return m
}

// option returns a number, or its default.
func option(t *testing.T, opt map[string]string, name string, otherwise float64) float64 {
	t.Helper()
	s, ok := opt[name]
	if !ok {
		return otherwise
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatalf("%s=%s", name, s)
	}
	return v
}

func identityOf(t *testing.T, opt map[string]string) (a entente.Address, m entente.ModeA) {
	t.Helper()
	var err error
	if s, ok := opt["address"]; ok {
		if a, err = entente.ParseAddress(s); err != nil {
			t.Fatal(err)
		}
	}
	if s, ok := opt["modea"]; ok {
		if m, err = entente.ParseModeA(s); err != nil {
			t.Fatal(err)
		}
	}
	return a, m
}

func sensorOf(t *testing.T, f []string, opt map[string]string, id entente.SensorID) entente.Sensor {
	t.Helper()
	kind, err := entente.ParseSensorKind(f[2])
	if err != nil {
		t.Fatal(err)
	}
	at := numbers(t, f[3:5])
	return entente.Sensor{ID: id, Name: f[1], Kind: kind, Lat: at[0] * degree, Lon: at[1] * degree, Height: option(t, opt, "height", 200),
		RangeSigma: option(t, opt, "sigma", 50), AzimuthSigma: option(t, opt, "azimuth", 0.08) * degree, Period: option(t, opt, "period", 5),
		PD: option(t, opt, "pd", 0.95), MaxRange: option(t, opt, "range", 300) * 1000}
}

func aircraftOf(t *testing.T, v []float64, opt map[string]string) aircraft {
	t.Helper()
	a := aircraft{lat: v[0], lon: v[1], height: v[2], speed: v[3], course: v[4], turn: option(t, opt, "turn", 0),
		turnFrom: option(t, opt, "turnfrom", 0), turnTo: option(t, opt, "turnto", 0), climb: option(t, opt, "climb", 0),
		from: option(t, opt, "from", 0), until: option(t, opt, "until", 0)}
	a.address, a.modeA = identityOf(t, opt)
	_, a.mute = opt["mute"]
	return a
}

func plotOf(t *testing.T, id entente.SensorID, v []float64, at float64, opt map[string]string, w *traffic) entente.Plot {
	t.Helper()
	p := entente.Plot{Time: second(at), Sensor: id, Kind: w.sensors[id-1].Kind, Has: entente.HasPolar, Range: v[0], Azimuth: v[1] * degree}
	if _, ok := opt["altitude"]; ok {
		p.Altitude = option(t, opt, "altitude", 0)
		p.Set(entente.HasAltitude)
	}
	p.Address, p.ModeA = identityOf(t, opt)
	if p.ModeA != 0 {
		p.Set(entente.HasModeA)
	}
	return p
}
