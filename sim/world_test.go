package sim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"testing"
	"time"

	"entente"
	"entente/asterix"
	"entente/geo"
)

var update = flag.Bool("update", false, "rewrite golden files")

// morning is when the scenarios of these tests start.
var morning = entente.At(time.Date(2023, 11, 23, 9, 0, 0, 0, time.UTC))

func newWorld(t testing.TB, s *Scenario, start entente.Instant) *World {
	t.Helper()
	w, err := NewWorld(s, start)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// digest runs a scenario in steps of so many seconds and returns a hash of all that was sent, with its times.
func digest(t testing.TB, s *Scenario, seconds, step float64) string {
	t.Helper()
	w := newWorld(t, s, morning)
	h := sha256.New()
	last := entente.Instant(0)
	for at := step; at < seconds+step; at += step {
		w.Step(morning.Add(math.Min(at, seconds)), func(feed string, at entente.Instant, data []byte) {
			if at < last || at > w.ticked.Add(tick) {
				t.Errorf("%s sends at %v after %v", feed, at, last)
			}
			last = at
			fmt.Fprintf(h, "%s %d %x\n", feed, at, data)
		})
	}
	return hex.EncodeToString(h.Sum(nil))
}

func TestSameBytesHoweverTimeIsCut(t *testing.T) {
	for name, s := range map[string]*Scenario{"small": Small(), "demo": Demo()} {
		want := digest(t, s, 33, 33)
		for _, step := range []float64{7.3, 1, 0.05} {
			if got := digest(t, s, 33, step); got != want {
				t.Errorf("%s in steps of %g s: %s, want %s", name, step, got, want)
			}
		}
		s.Seed++
		if digest(t, s, 33, 33) == want {
			t.Errorf("%s: another seed gives the same bytes", name)
		}
	}
}

// TestGolden holds what the small scenario sends in its first three seconds, and a hash of its first two minutes.
func TestGolden(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("other processors may round the last bit of a position differently")
	}
	var got bytes.Buffer
	newWorld(t, Small(), morning).Step(morning.Add(3), func(feed string, at entente.Instant, data []byte) {
		fmt.Fprintf(&got, "%s %.6f %x\n", feed, at.Sub(morning), data)
	})
	fmt.Fprintf(&got, "120 s: %s\n", digest(t, Small(), 120, 120))
	const golden = "testdata/small.golden"
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("small scenario sends\n%s\nwant\n%s\n(go test ./sim -update)", got.Bytes(), want)
	}
}

// plots decodes what a step of the radars sends.
type plots struct {
	dec  *asterix.Decoder
	list []decoded
	news map[uint64]int // 034 messages by type
}

// decoded is a plot as a feed would take it, with the sensor that sent it.
type decoded struct {
	sac, sic           uint8
	typ                uint64
	tod                float64
	rng, azimuth       float64 // metres, radians
	hasLevel, hasModeA bool
	level              float64 // metres
	modeA              entente.ModeA
	address            entente.Address
	callsign           string
}

func (p *plots) take(t testing.TB, data []byte) {
	if p.dec == nil {
		p.dec, p.news = asterix.NewDecoder(), map[uint64]int{}
	}
	f := plotFields
	for p.dec.Reset(data); p.dec.Next(); {
		r := p.dec.Record()
		if r.Category == 34 {
			m, _ := r.Uint(serviceFields.message)
			p.news[m]++
			continue
		}
		d := decoded{sac: r.SAC, sic: r.SIC, callsign: r.Text(f.callsign)}
		d.typ, _ = r.Uint(f.kind)
		d.tod, _ = r.Float(f.time)
		rho, _ := r.Float(f.rho)
		theta, _ := r.Float(f.theta)
		d.rng, d.azimuth = rho*1852, theta*degree
		d.level, d.hasLevel = r.Float(f.level)
		d.level *= 30.48
		code, ok := r.Uint(f.modeA)
		d.modeA, d.hasModeA = entente.ModeA(code), ok
		a, _ := r.Uint(f.address)
		d.address = entente.Address(a)
		p.list = append(p.list, d)
	}
	for _, e := range p.dec.Errors() {
		t.Error(e)
	}
}

// radarOnly returns an emitter that decodes ASTERIX feeds.
func (p *plots) emit(t testing.TB, s *Scenario) Emit {
	format := map[string]string{}
	for _, f := range s.Feeds() {
		format[f.Name] = f.Format
	}
	return func(feed string, _ entente.Instant, data []byte) {
		if format[feed] == "asterix" {
			p.take(t, data)
		}
	}
}

// TestPlotsInvertToTruth locates every noise-free plot with its height and wants the aircraft there, within the
// rounding of the message: 1/256 NM, 360/65,536 degrees, 1/128 s.
func TestPlotsInvertToTruth(t *testing.T) {
	s := Small()
	w := newWorld(t, s, morning)
	site := geo.NewFrame(geo.Degrees(s.Radars[0].Lat, s.Radars[0].Lon, s.Radars[0].Height))
	midnight := morning - morning%(86400*entente.Second)
	byModeA := map[entente.ModeA]*flight{}
	total := map[string]int{}
	for step := 1; step <= 1200; step++ {
		var p plots
		w.Step(morning.Add(float64(step)*0.5), p.emit(t, s))
		for i := range w.flights {
			byModeA[w.flights[i].ModeA] = &w.flights[i]
		}
		for _, d := range p.list {
			f := byModeA[d.modeA] // the silent one has none and code 0
			at := f.at(midnight.Add(d.tod))
			height := d.level
			if !d.hasLevel {
				height = at.Height
			}
			got, ok := site.Locate(d.rng, d.azimuth, height)
			bound := 4 + f.now.speed/128 + d.rng*math.Pi/65536
			if e := distance(got.ECEF(), at.ECEF()); !ok || e > bound+math.Abs(height-at.Height)*4 {
				t.Fatalf("%s at %.0f m: plot is %.1f m from the aircraft, more than %.1f m", f.ID, d.rng, e, bound)
			}
			total[f.ID]++
		}
	}
	for _, f := range w.flights {
		if n := total[f.ID]; n < 119 || n > 122 {
			t.Errorf("%s: %d plots in 120 turns", f.ID, n)
		}
	}
}

func TestWhatEachRadarSees(t *testing.T) {
	for _, c := range []struct {
		kind    entente.SensorKind
		primary bool
		want    map[string]uint64 // type of detection by aircraft
	}{
		{entente.PSR, false, map[string]uint64{"BRU862": 1, "OLD1": 1, "SILENT": 1}},
		{entente.SSR, false, map[string]uint64{"BRU862": 2, "OLD1": 2}},
		{entente.SSR, true, map[string]uint64{"BRU862": 3, "OLD1": 3, "SILENT": 1}},
		{entente.ModeS, false, map[string]uint64{"BRU862": 5, "OLD1": 2}},
		{entente.ModeS, true, map[string]uint64{"BRU862": 7, "OLD1": 3, "SILENT": 1}},
	} {
		s := Small()
		s.Radars[0].Kind, s.Radars[0].Primary = c.kind, c.primary
		s.Aircraft = []Aircraft{s.Aircraft[0], s.Aircraft[3], s.Aircraft[4]}
		w := newWorld(t, s, morning)
		var p plots
		w.Step(morning.Add(5), p.emit(t, s))
		seen := map[uint64]int{}
		for _, d := range p.list {
			seen[d.typ]++
			if full := d.typ == 5 || d.typ == 7; full != (d.address == 0x510001) || full != (d.callsign == "BRU862") {
				t.Errorf("%v: %+v", c.kind, d)
			}
			if answers := d.typ != 1; answers != d.hasModeA || answers != d.hasLevel {
				t.Errorf("%v: %+v", c.kind, d)
			}
		}
		want := map[uint64]int{}
		for _, typ := range c.want {
			want[typ]++
		}
		if fmt.Sprint(seen) != fmt.Sprint(want) {
			t.Errorf("%v with primary %v: types %v, want %v", c.kind, c.primary, seen, want)
		}
	}
}

func TestNoiseAndDetectionAreAsStated(t *testing.T) {
	s := Small()
	r := &s.Radars[0]
	r.PD, r.Primary, r.RangeSigma, r.AzimuthSigma = 0.8, false, 60, 0.1
	s.Aircraft = s.Aircraft[1:2] // flies to and fro
	w := newWorld(t, s, morning)
	site := geo.NewFrame(geo.Degrees(r.Lat, r.Lon, r.Height))
	midnight := morning - morning%(86400*entente.Second)
	const turns = 3000
	var n, rr, aa float64
	for i := 1; i <= turns*5; i++ {
		var p plots
		w.Step(morning.Add(float64(i)), p.emit(t, s))
		for _, d := range p.list {
			look := site.Look(w.flights[0].at(midnight.Add(d.tod)).LLA)
			n++
			rr += (d.rng - look.Range) * (d.rng - look.Range)
			da := math.Remainder(d.azimuth-look.Azimuth, 2*math.Pi) / degree
			aa += da * da
		}
	}
	for _, c := range []struct {
		what              string
		got, want, within float64
	}{
		{"detection", n / turns, 0.8, 0.025}, {"range sigma", math.Sqrt(rr / n), 60, 3}, {"azimuth sigma", math.Sqrt(aa / n), 0.1, 0.005},
	} {
		if math.Abs(c.got-c.want) > c.within {
			t.Errorf("%s %.4f, want %.4f", c.what, c.got, c.want)
		}
	}
}

func TestRangeAndHorizon(t *testing.T) {
	s := Small()
	s.Receivers = nil
	route := func(lat float64, height float64) []Aircraft {
		return []Aircraft{{ID: "A", Transponder: "ssr", Turn: 1, Climb: 1, Route: []Waypoint{{Lat: lat, Lon: 28, Altitude: height, Speed: 100}, {Lat: lat, Lon: 29, Altitude: height, Speed: 100}}}}
	}
	for _, c := range []struct {
		what        string
		lat, height float64
		want        bool
	}{
		{"near", 54.5, 9000, true}, {"at 200 km, high", 55.7, 9000, true}, {"at 200 km, below the horizon", 55.7, 500, false},
		{"beyond range", 56.8, 12000, false}, {"overhead", 53.901, 9000, false},
	} {
		s.Aircraft = route(c.lat, c.height)
		w := newWorld(t, s, morning)
		var p plots
		w.Step(morning.Add(11), p.emit(t, s))
		if seen := len(p.list) > 0; seen != c.want {
			t.Errorf("%s: %d plots", c.what, len(p.list))
		}
		if p.news[1] < 2 || p.news[2] < 64 {
			t.Errorf("%s: messages %v in two turns", c.what, p.news)
		}
		if list := w.Truth(nil); len(list) != 1 || list[0].Covered != c.want {
			t.Errorf("%s: truth %+v", c.what, list)
		}
	}
}

func TestMidnight(t *testing.T) {
	s := Small()
	start := morning + 15*3600*entente.Second - 10*entente.Second // ten seconds before
	w := newWorld(t, s, start)
	var p plots
	w.Step(start.Add(20), p.emit(t, s))
	late, early := 0, 0
	for _, d := range p.list {
		switch {
		case d.tod >= 86400 || d.tod > 10 && d.tod < 86390:
			t.Errorf("time of day %v", d.tod)
		case d.tod > 43200:
			late++
		default:
			early++
		}
	}
	if late < 8 || early < 8 {
		t.Errorf("%d plots before midnight, %d after", late, early)
	}
}
