package airspace

import (
	"bufio"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestStories runs testdata/*.txt. A line is a command and what it gave follows indented by a tab:
//
//	entry 7 52.5 26.5 3000 identity=unknown course=90 speed=200 code=7700 state=coasting address=510001
//	gone 7
//	heard 1
//	at 12
//
// "at" evaluates at so many seconds; entries stay as they were last said. -update writes what was given.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := tell(t, string(text))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if got != string(text) {
				t.Errorf("the story went another way; run go test ./airspace -update and look at the difference\n%s", got)
			}
		})
	}
}

func tell(t *testing.T, text string) string {
	t.Helper()
	w := watch(t, Config{
		Zones: zones(t)[:2], Approach: 120,
		Sensors: []entente.Sensor{{ID: 1, Name: "Brest", Kind: entente.ModeS, Owner: "BLR", Period: 5}},
	})
	entries := map[uint32]entente.Entry{}
	heard := map[entente.SensorID]entente.Instant{1: start}
	now := start
	var out strings.Builder
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "\t") {
			continue
		}
		fmt.Fprintln(&out, line)
		var number uint32
		var seconds float64
		switch verb, rest, _ := strings.Cut(line, " "); verb {
		case "entry":
			e := parseEntry(t, rest)
			e.Track.Time, e.Track.Updated = now, now
			entries[e.Number] = e
		case "gone":
			fmt.Sscan(rest, &number)
			delete(entries, number)
		case "heard":
			heard[1] = now
		case "at":
			fmt.Sscan(rest, &seconds)
			now = start.Add(seconds)
			list := make([]entente.Entry, 0, len(entries))
			for _, e := range entries {
				list = append(list, e)
			}
			for _, c := range w.Evaluate(list, heard, now) {
				tellCondition(&out, c)
			}
		}
	}
	return out.String()
}

func tellCondition(out *strings.Builder, c entente.Condition) {
	fmt.Fprintf(out, "\t%s %s %s: %s\n", c.Severity, c.Key, c.Member, c.Title)
	for _, e := range c.Evidence {
		fmt.Fprintf(out, "\t\t%s: %s\n", e.Name, e.Value)
	}
}

func parseEntry(t *testing.T, text string) entente.Entry {
	t.Helper()
	var number uint32
	var lat, lon, height float64
	if _, err := fmt.Sscan(text, &number, &lat, &lon, &height); err != nil {
		t.Fatalf("entry %q: %v", text, err)
	}
	e := at(number, lat, lon)
	e.Track.Height = height
	e.Track.Covariance.Set(0, 0, 5000)
	e.Track.Covariance.Set(1, 1, 5000)
	var course, speed float64
	for _, field := range strings.Fields(text)[4:] {
		key, value, _ := strings.Cut(field, "=")
		var err error
		switch key {
		case "identity":
			e.Identification.Identity, err = entente.ParseIdentity(value)
			e.Identification.Criterion = ""
		case "course":
			_, err = fmt.Sscan(value, &course)
		case "speed":
			_, err = fmt.Sscan(value, &speed)
		case "code":
			e.Track.ModeA, err = entente.ParseModeA(value)
			e.Track.Has |= entente.HasModeA
		case "state":
			err = e.Track.State.UnmarshalText([]byte(value))
		case "address":
			e.Track.Address, err = entente.ParseAddress(value)
		case "callsign":
			e.Track.Callsign = entente.MakeCallsign(value)
		default:
			err = fmt.Errorf("unknown field %q", key)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	e.Track.VE, e.Track.VN = speed*math.Sin(geo.Radians(course)), speed*math.Cos(geo.Radians(course))
	return e
}

// anyEntries draws entries with whatever a broken tracker could put into them.
func anyEntries(t *rapid.T) []entente.Entry {
	number := rapid.OneOf(rapid.Float64Range(-4, 4), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e300}))
	list := make([]entente.Entry, rapid.IntRange(0, 6).Draw(t, "entries"))
	for i := range list {
		e := at(uint32(i+1), rapid.Float64Range(51.9, 52.6).Draw(t, "lat"), rapid.Float64Range(23.9, 27.1).Draw(t, "lon"))
		k := &e.Track
		if rapid.IntRange(0, 3).Draw(t, "broken") == 0 {
			k.Lat, k.Lon, k.Height, k.VE, k.VN = number.Draw(t, "lat"), number.Draw(t, "lon"), number.Draw(t, "height"), number.Draw(t, "ve"), number.Draw(t, "vn")
			k.Covariance.Set(0, 0, number.Draw(t, "p"))
		}
		k.State = entente.TrackState(rapid.IntRange(0, 5).Draw(t, "state"))
		k.Has = entente.PlotFields(rapid.Uint16().Draw(t, "has"))
		k.ModeA = rapid.SampledFrom([]entente.ModeA{0, 0o7500, 0o7600, 0o7700, 0o1234}).Draw(t, "code")
		e.Identification.Identity = entente.Identity(rapid.IntRange(0, 7).Draw(t, "identity"))
		list[i] = e
	}
	return list
}

// TestWhateverThePicture: keys are unique and in order, an evaluation repeated at once gives the same, the order of
// entries does not matter, and every condition says what a person needs.
func TestWhateverThePicture(t *testing.T) {
	z := zones(t)
	rapid.Check(t, func(t *rapid.T) {
		c := Config{Member: "BLR", Airspaces: []Airspace{square()}, Zones: z, Approach: 60}
		w, err := New(c)
		if err != nil {
			t.Fatal(err)
		}
		v, _ := New(c)
		for step := range 5 {
			list := anyEntries(t)
			now := start.Add(float64(step) * 7)
			a := w.Evaluate(list, nil, now)
			if again := w.Evaluate(list, nil, now); fmt.Sprint(again) != fmt.Sprint(a) {
				t.Fatalf("evaluated again:\n%v\nfirst:\n%v", again, a)
			}
			slices.Reverse(list)
			v.Evaluate(list, nil, now)
			if b := v.Evaluate(list, nil, now); fmt.Sprint(b) != fmt.Sprint(a) {
				t.Fatalf("in another order:\n%v\nfirst:\n%v", b, a)
			}
			for i, c := range a {
				if i > 0 && a[i-1].Key >= c.Key {
					t.Fatalf("keys %q, %q", a[i-1].Key, c.Key)
				}
				if c.Title == "" || c.Severity == 0 || len(c.Evidence) == 0 || !strings.HasPrefix(c.Key, c.Rule+"/") || c.Time != now && c.Rule != "" && now.Sub(c.Time) > w.config.Lost {
					t.Fatalf("%+v", c)
				}
			}
		}
	})
}

// However a height jitters by less than the slack at a zone's limit, the condition begins at most once.
func TestZoneDoesNotFlapInHeight(t *testing.T) {
	z := zones(t)[:1]
	rapid.Check(t, func(t *rapid.T) {
		w, err := New(Config{Member: "BLR", Zones: z})
		if err != nil {
			t.Fatal(err)
		}
		centre := rapid.Float64Range(4500, 5500).Draw(t, "centre")
		begun, on := 0, false
		for i := range 60 {
			now := len(keys(w, float64(i)*11, friend(centre+rapid.Float64Range(-49, 49).Draw(t, "jitter")))) > 0
			if now && !on {
				begun++
			}
			on = now
		}
		if begun > 1 {
			t.Fatalf("began %d times round %v m", begun, centre)
		}
	})
}

func TestReadZones(t *testing.T) {
	path := filepath.Join(t.TempDir(), "zones.geojson")
	if err := os.WriteFile(path, []byte(zonesText), 0o600); err != nil {
		t.Fatal(err)
	}
	z, err := ReadZones(path)
	if err != nil || len(z) != 3 {
		t.Fatalf("%d zones, %v", len(z), err)
	}
	p := z[0]
	if p.Name != "P1" || p.Kind != Prohibited || p.Member != "BLR" || p.Lower != 0 || p.Upper != 5000 || !p.ActiveAt(start) {
		t.Errorf("%+v", p)
	}
	d := z[1]
	if len(d.Active) != 1 || !d.ActiveAt(start) || d.ActiveAt(start.Add(100)) || d.ActiveAt(start.Add(-1)) || !math.IsInf(d.Lower, -1) {
		t.Errorf("%+v", d)
	}
	if z[2].Kind != Interest {
		t.Errorf("%+v", z[2])
	}
	if _, err := ReadZones(path + ".none"); err == nil || !strings.HasPrefix(err.Error(), "reading zones: ") {
		t.Errorf("%v", err)
	}
}

func TestRulesSwitchedOff(t *testing.T) {
	w := watch(t, Config{Silent: -1, Release: -1, Lost: -1, Tolerance: -1, Zones: zones(t)[:1], Sensors: []entente.Sensor{{ID: 1, Name: "Brest", Period: 1}}})
	if got := keys(w, 0, at(1, 52, east(52, 24, 5))); len(got) != 1 {
		t.Errorf("without tolerance, 5 m inside: %v", got)
	}
	if got := keys(w, 1000, at(1, 52, east(52, 24, -5))); len(got) != 0 {
		t.Errorf("without release time, 5 m outside: %v", got)
	}
	keys(w, 1001, friend(100))
	if got := keys(w, 1001.5); len(got) != 1 || got[0] != "track.lost/P1/9" {
		t.Errorf("lost: %v", got)
	}
	if got := keys(w, 1002); len(got) != 0 {
		t.Errorf("without time for losses: %v", got)
	}
}
