package airspace

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"

	"pgregory.net/rapid"
)

func TestEntryNeedsTheTolerance(t *testing.T) {
	w := watch(t, Config{})
	for _, c := range []struct {
		metres float64
		want   int
	}{{-5000, 0}, {-10, 0}, {500, 0}, {1900, 0}, {2100, 1}, {1500, 1}, {1100, 1}} {
		if got := keys(w, c.metres/1e6, at(1, 52, east(52, 24, c.metres))); len(got) != c.want {
			t.Errorf("%v m inside: %v, want %d", c.metres, got, c.want)
		}
	}
	// 900 m is nearer than tolerance less hysteresis: it holds ten seconds longer, then no more.
	near := at(1, 52, east(52, 24, 900))
	if got := keys(w, 5, near); len(got) != 1 {
		t.Errorf("just after: %v", got)
	}
	if got := keys(w, 20, near); len(got) != 0 {
		t.Errorf("20 s after: %v", got)
	}
}

func TestEntryOfTheIdentifiedIsNone(t *testing.T) {
	inside := at(1, 52, 26)
	for _, c := range []struct {
		name string
		set  func(*entente.Entry)
		want int
	}{
		{"unknown", func(*entente.Entry) {}, 1},
		{"pending", func(e *entente.Entry) { e.Identification.Identity = entente.Pending }, 1},
		{"not identified at all", func(e *entente.Entry) { e.Identification = entente.Identification{} }, 1},
		{"suspect with a callsign", func(e *entente.Entry) {
			e.Identification.Identity, e.Track.Callsign = entente.Suspect, entente.MakeCallsign("ABC1")
		}, 1},
		{"neutral with an address", func(e *entente.Entry) { e.Identification.Identity, e.Track.Address = entente.Neutral, 0x510001 }, 0},
		{"neutral by a rule, without transponder", func(e *entente.Entry) { e.Identification.Identity = entente.Neutral }, 1},
		{"neutral by a person, without transponder", func(e *entente.Entry) {
			e.Identification.Identity, e.Identification.By = entente.Neutral, "Maria"
		}, 0},
		{"tentative", func(e *entente.Entry) { e.Track.State = entente.Tentative }, 0},
		{"coasting from the start", func(e *entente.Entry) { e.Track.State = entente.Coasting }, 0},
		{"on the ground", func(e *entente.Entry) { e.Track.Has |= entente.HasSurface }, 0},
		{"at no position", func(e *entente.Entry) { e.Track.Lat = math.NaN() }, 0},
	} {
		e := inside
		c.set(&e)
		if got := keys(watch(t, Config{}), 0, e); len(got) != c.want {
			t.Errorf("%s: %v, want %d", c.name, got, c.want)
		}
	}
}

func TestEntrySaysHowItCame(t *testing.T) {
	for _, c := range []struct {
		name     string
		path     []float64 // metres inside the western border, a second apart
		how      string
		severity entente.Severity
	}{
		{"crossing", []float64{-3000, 1000, 4000}, "crossed the border", entente.Warning},
		{"near", []float64{4000}, "first seen inside, near the border", entente.Warning},
		{"from within", []float64{150_000, 149_000}, "first seen inside, far from the border", entente.Caution},
		{"out and in again", []float64{150_000, 10_000, -9000, 5000}, "crossed the border", entente.Warning},
	} {
		w := watch(t, Config{Sensors: []entente.Sensor{{ID: 1, Name: "Brest", Period: 1000}}})
		var got []entente.Condition
		for i, m := range c.path {
			got = w.Evaluate([]entente.Entry{at(7, 52, east(52, 24, m))}, nil, start.Add(float64(i)))
		}
		if len(got) != 1 || got[0].Severity != c.severity || evidenceOf(got[0], "how it came") != c.how {
			t.Fatalf("%s: %+v", c.name, got)
		}
		e := got[0]
		if e.Key != "airspace.entry/BLR/7" || e.Member != "BLR" || e.Entry != 7 || !e.HasPlace || !strings.HasPrefix(e.Title, "Unidentified track 7 is ") {
			t.Errorf("%s: %+v", c.name, e)
		}
		for _, name := range []string{"border distance", "tolerance", "position", "accuracy", "transponder", "sensors", "tracked by", "identity"} {
			if evidenceOf(e, name) == "" {
				t.Errorf("%s: no evidence on %s", c.name, name)
			}
		}
	}
}

// Evidence of a standing condition is written anew every five seconds, or at once when it grows graver; place and time
// are always those of now.
func TestEvidenceIsKeptRecent(t *testing.T) {
	w := watch(t, Config{})
	run := func(s, metres float64, id entente.Identity) (entente.Condition, string) {
		e := at(1, 52, east(52, 24, metres))
		e.Identification.Identity = id
		c := w.Evaluate([]entente.Entry{e}, nil, start.Add(s))
		if len(c) != 1 || c[0].Time != start.Add(s) || c[0].Lon != e.Track.Lon {
			t.Fatalf("at %v s: %+v", s, c)
		}
		return c[0], evidenceOf(c[0], "border distance")
	}
	for _, c := range []struct {
		s, metres float64
		id        entente.Identity
		want      string
	}{
		{0, 5000, entente.Unknown, "5.0 km inside"}, {3, 6000, entente.Unknown, "5.0 km inside"}, {5, 7000, entente.Unknown, "7.0 km inside"},
		{6, 8000, entente.Suspect, "8.0 km inside"},
	} {
		if _, got := run(c.s, c.metres, c.id); got != c.want {
			t.Errorf("at %v s: %q, want %q", c.s, got, c.want)
		}
	}
}

func TestSuspectEntryIsCritical(t *testing.T) {
	e := at(1, 52, 26)
	e.Identification.Identity = entente.Suspect
	if got := watch(t, Config{}).Evaluate([]entente.Entry{e}, nil, start); len(got) != 1 || got[0].Severity != entente.Critical {
		t.Errorf("%+v", got)
	}
}

// However the position jitters by less than the hysteresis round any line, the condition begins at most once.
func TestEntryDoesNotFlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c, err := Config{Member: "BLR", Airspaces: []Airspace{square()}}.withDefaults()
		if err != nil {
			t.Fatal(err)
		}
		w, _ := New(c)
		centre := rapid.Float64Range(-4000, 6000).Draw(t, "centre")
		begun, on := 0, false
		for i := range 100 {
			m := centre + rapid.Float64Range(-490, 490).Draw(t, "jitter")
			now := len(keys(w, float64(i)*4, at(1, 52, east(52, 24, m)))) > 0
			if now && !on {
				begun++
			}
			if on && !now {
				t.Fatalf("ceased at %v m round %v", m, centre)
			}
			on = now
		}
		if begun > 1 {
			t.Fatalf("began %d times round %v m", begun, centre)
		}
	})
}

func TestApproachForetells(t *testing.T) {
	w := watch(t, Config{Approach: 300})
	e := at(3, 52, east(52, 24, -20_000))
	e.Track.VE = 200
	got := w.Evaluate([]entente.Entry{e}, nil, start)
	if len(got) != 1 || got[0].Key != "airspace.approach/BLR/3" || got[0].Severity != entente.Notice {
		t.Fatalf("%+v", got)
	}
	var s float64
	if _, err := fmt.Sscanf(evidenceOf(got[0], "time to border"), "%f s", &s); err != nil || math.Abs(s-100) > 3 {
		t.Errorf("20 km at 200 m/s is foretold in %q", evidenceOf(got[0], "time to border"))
	}
	for name, v := range map[string][2]float64{"away": {-200, 0}, "along": {0, 200}, "too slow": {10, 0}, "too far for the time": {50, 0}} {
		e.Number++
		e.Track.VE, e.Track.VN = v[0], v[1]
		if got := keys(watch(t, Config{Approach: 300}), 0, e); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	e.Track.VE, e.Track.VN = 200, 0
	if got := keys(watch(t, Config{}), 0, e); len(got) != 0 {
		t.Errorf("switched off: %v", got)
	}
}

func TestEntryOverTheRealBorder(t *testing.T) {
	borders, err := geo.DefaultBorders()
	if err != nil {
		t.Fatal(err)
	}
	areas, err := Own(borders, "BLR", "RUS")
	if err != nil {
		t.Fatal(err)
	}
	w := watch(t, Config{Airspaces: areas})
	got := keys(w, 0, at(1, 53.9, 27.56), at(2, 67, 179.999), at(3, 67, -179.9), at(4, 52.2, 21.0))
	if want := []string{"airspace.entry/BLR/1", "airspace.entry/RUS/2", "airspace.entry/RUS/3"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if _, err := Own(borders, "BLR", "XYZ"); err == nil || !strings.Contains(err.Error(), "XYZ") {
		t.Errorf("a member without border: %v", err)
	}
}

func TestTimeDoesNotGoBack(t *testing.T) {
	w := watch(t, Config{})
	keys(w, 100, at(1, 52, 26))
	if got := w.Evaluate([]entente.Entry{at(1, 52, 26)}, nil, start); len(got) != 1 || got[0].Time != start.Add(100) {
		t.Errorf("%+v", got)
	}
}
