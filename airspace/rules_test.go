package airspace

import (
	"math"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"
)

func TestEmergencyCodes(t *testing.T) {
	for code, want := range map[entente.ModeA]entente.Severity{entente.Hijack: entente.Critical, entente.RadioFailure: entente.Warning, entente.Emergency: entente.Critical, 0o7000: 0} {
		e := at(5, 48, 20) // outside
		e.Identification.Identity, e.Track.Address = entente.Friend, 0x510001
		e.Track.ModeA = code
		if got := keys(watch(t, Config{}), 0, e); len(got) != 0 {
			t.Errorf("%v without a mode A report: %v", code, got)
		}
		e.Track.Has |= entente.HasModeA
		got := watch(t, Config{}).Evaluate([]entente.Entry{e}, nil, start)
		if want == 0 {
			if len(got) != 0 {
				t.Errorf("%v: %v", code, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Severity != want || got[0].Rule != "emergency."+code.String() || got[0].Key != "emergency."+code.String()+"/5" || got[0].Member != "" {
			t.Errorf("%v: %+v", code, got)
		}
		if !strings.HasPrefix(evidenceOf(got[0], "code"), code.String()) {
			t.Errorf("%v: evidence %q", code, evidenceOf(got[0], "code"))
		}
		e.Track.Lat, e.Track.Lon = geo.Radians(52), geo.Radians(26)
		if got := watch(t, Config{}).Evaluate([]entente.Entry{e}, nil, start); got[0].Member != "BLR" {
			t.Errorf("inside: %+v", got)
		}
	}
}

const zonesText = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"name":"P1","kind":"prohibited","member":"BLR","lower":0,"upper":5000},"geometry":{"type":"Polygon","coordinates":[[[26,52],[27,52],[27,53],[26,53],[26,52]]]}},
{"type":"Feature","properties":{"name":"D2","kind":"danger","active":[{"from":"2023-11-14T22:13:20Z","until":"2023-11-14T22:15:00Z"}]},"geometry":{"type":"Polygon","coordinates":[[[26,52],[27,52],[27,53],[26,53],[26,52]]]}},
{"type":"Feature","properties":{"name":"I3"},"geometry":{"type":"Polygon","coordinates":[[[26,52],[27,52],[27,53],[26,53],[26,52]]]}}]}`

func zones(t testing.TB) []Zone {
	t.Helper()
	z, err := ParseZones([]byte(zonesText), "zones")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// friend is a known aircraft over the zones at a height.
func friend(height float64) entente.Entry {
	e := at(9, 52.5, 26.5)
	e.Identification.Identity, e.Track.Address, e.Track.Height = entente.Friend, 0x510001, height
	return e
}

func TestZoneLimitsAndTimes(t *testing.T) {
	for _, c := range []struct {
		name    string
		entry   entente.Entry
		seconds float64
		want    []string
	}{
		{"low", friend(3000), 10, []string{"zone.entry/D2/9", "zone.entry/I3/9", "zone.entry/P1/9"}},
		{"at the upper limit", friend(5000), 10, []string{"zone.entry/D2/9", "zone.entry/I3/9", "zone.entry/P1/9"}},
		{"over the prohibited zone", friend(5001), 10, []string{"zone.entry/D2/9", "zone.entry/I3/9"}},
		{"after the danger zone's time", friend(3000), 100, []string{"zone.entry/I3/9", "zone.entry/P1/9"}},
		{"before it", friend(3000), -1, []string{"zone.entry/I3/9", "zone.entry/P1/9"}},
	} {
		if got := keys(watch(t, Config{Zones: zones(t)}), c.seconds, c.entry); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	e := friend(0)
	e.Track.Has = 0
	if got := keys(watch(t, Config{Zones: zones(t)}), 10, e); len(got) != 3 {
		t.Errorf("height unknown must count as inside: %v", got)
	}
	e.Track.Has, e.Track.PressureAltitude = entente.HasPressureAltitude, 6000
	if got := keys(watch(t, Config{Zones: zones(t)}), 10, e); len(got) != 2 {
		t.Errorf("by pressure altitude: %v", got)
	}
}

func TestZoneSeverity(t *testing.T) {
	for _, c := range []struct {
		kind           ZoneKind
		known, unknown entente.Severity
	}{{Prohibited, entente.Warning, entente.Critical}, {Restricted, entente.Caution, entente.Warning}, {Danger, entente.Caution, entente.Warning}, {Interest, entente.Notice, entente.Notice}} {
		z := zones(t)[:1]
		z[0].Kind = c.kind
		one := func(e entente.Entry) entente.Condition {
			for _, c := range watch(t, Config{Zones: z, Tolerance: 1e7}).Evaluate([]entente.Entry{e}, nil, start) {
				if c.Rule == "zone.entry" {
					return c
				}
			}
			return entente.Condition{}
		}
		e := friend(100)
		if got := one(e).Severity; got != c.known {
			t.Errorf("%s, friend: %v", c.kind, got)
		}
		e.Identification.Identity = entente.Unknown
		if got := one(e).Severity; got != c.unknown {
			t.Errorf("%s, unknown: %v", c.kind, got)
		}
	}
}

func TestZoneHysteresis(t *testing.T) {
	w := watch(t, Config{Zones: zones(t)[:1]})
	move := func(seconds, metresOut, height float64) int {
		e := friend(height)
		e.Track.Lon = geo.Radians(east(52.5, 27, metresOut))
		return len(keys(w, seconds, e))
	}
	for i, c := range []struct {
		out, height float64
		want        int
	}{{500, 3000, 0}, {-10, 3000, 1}, {500, 3000, 1}, {900, 3000, 1}, {-10, 5090, 1}, {1500, 3000, 1}, {1500, 3000, 0}, {900, 3000, 0}, {-10, 5090, 0}} {
		if got := move(float64(i)*9, c.out, c.height); got != c.want {
			t.Errorf("step %d, %v m out at %v m: %d, want %d", i, c.out, c.height, got, c.want)
		}
	}
}

func TestTrackLostInAZone(t *testing.T) {
	w := watch(t, Config{Zones: zones(t)[:1]})
	keys(w, 0, friend(1000))
	got := w.Evaluate(nil, nil, start.Add(1))
	i := slices.IndexFunc(got, func(c entente.Condition) bool { return c.Rule == "track.lost" })
	if i < 0 || got[i].Key != "track.lost/P1/9" || got[i].Severity != entente.Warning || !got[i].HasPlace || evidenceOf(got[i], "last plot") == "" || evidenceOf(got[i], "tracked by") == "" {
		t.Fatalf("%+v", got)
	}
	if got := keys(w, 100); !slices.Equal(got, []string{"track.lost/P1/9"}) {
		t.Errorf("after 100 s: %v", got)
	}
	if got := keys(w, 130); len(got) != 0 {
		t.Errorf("after 130 s: %v", got)
	}
	// It comes back: no longer lost.
	keys(w, 200, friend(1000))
	keys(w, 201)
	if got := keys(w, 202, friend(1000)); !slices.Equal(got, []string{"zone.entry/P1/9"}) {
		t.Errorf("back again: %v", got)
	}
	// Landed, or left before it was lost: nothing.
	e := friend(1000)
	e.Track.Has |= entente.HasSurface
	keys(w, 203, e)
	if got := keys(w, 230); len(got) != 0 {
		t.Errorf("landed: %v", got)
	}
	ended := friend(1000)
	keys(w, 300, ended)
	ended.Track.State = entente.Ended
	if got := keys(w, 301, ended); !slices.Contains(got, "track.lost/P1/9") {
		t.Errorf("ended: %v", got)
	}
}

func TestSensorSilent(t *testing.T) {
	w := watch(t, Config{Sensors: []entente.Sensor{
		{ID: 1, Name: "Brest", Kind: entente.ModeS, Owner: "BLR", Period: 5, Lat: 0.9, Lon: 0.4},
		{ID: 2, Name: "Roofs", Kind: entente.ADSB, Owner: "BLR", Period: 1},
		{ID: 3, Name: "Unwatched", Kind: entente.PSR},
	}})
	heard := map[entente.SensorID]entente.Instant{1: start, 2: start}
	run := func(s float64) (list []string) {
		for _, c := range w.Evaluate(nil, heard, start.Add(s)) {
			list = append(list, c.Key)
			if c.Severity != entente.Caution || c.Member != "BLR" || len(c.Evidence) != 2 {
				t.Errorf("%+v", c)
			}
		}
		return list
	}
	for s, want := range map[float64][]string{0: nil} {
		if got := run(s); !slices.Equal(got, want) {
			t.Errorf("at %v s: %v", s, got)
		}
	}
	for _, c := range []struct {
		s    float64
		want []string
	}{{25, nil}, {26, []string{"sensor.silent/Brest"}}, {31, []string{"sensor.silent/Brest", "sensor.silent/Roofs"}}} {
		if got := run(c.s); !slices.Equal(got, c.want) {
			t.Errorf("at %v s: %v, want %v", c.s, got, c.want)
		}
	}
	heard[1] = start.Add(32)
	if got := run(33); !slices.Equal(got, []string{"sensor.silent/Roofs"}) {
		t.Errorf("heard again: %v", got)
	}
	never := watch(t, Config{Sensors: []entente.Sensor{{ID: 4, Name: "Dead", Kind: entente.PSR, Period: 10}}})
	never.Evaluate(nil, nil, start)
	if got := never.Evaluate(nil, nil, start.Add(51)); len(got) != 1 || got[0].Evidence[0].Name != "no plot since" {
		t.Errorf("never heard: %+v", got)
	}
}

func TestParseZonesRefuses(t *testing.T) {
	for _, p := range []string{
		`{}`, `{"name":"x","kind":"secret"}`, `{"name":"x","kind":5}`, `{"name":"x","lower":"FL100"}`, `{"name":"x","lower":2,"upper":1}`,
		`{"name":"x","active":"always"}`, `{"name":"x","active":[{}]}`, `{"name":"x","active":[{"from":"soon"}]}`, `{"name":"x","active":[7]}`,
		`{"name":"x","active":[{"from":"2024-01-02T00:00:00Z","until":"2024-01-01T00:00:00Z"}]}`, `{"name":"x","member":true}`,
	} {
		text := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":` + p + `,"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}},
		{"type":"Feature","properties":{"name":"good"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}]}`
		z, err := ParseZones([]byte(text), "z.geojson")
		if err == nil || len(z) != 1 || z[0].Name != "good" || !math.IsInf(z[0].Upper, 1) || !strings.Contains(err.Error(), "z.geojson") {
			t.Errorf("%s: %v, %v", p, z, err)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, c := range map[string]Config{"no member": {}, "unnamed zone": {Member: "A", Zones: []Zone{{}}}, "two of one name": {Member: "A", Zones: []Zone{{Name: "z"}, {Name: "z"}}}, "limits upside down": {Member: "A", Zones: []Zone{{Name: "z", Lower: 1}}}} {
		if _, err := New(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

func TestMemoryIsBoundedByThePicture(t *testing.T) {
	w := watch(t, Config{Zones: zones(t)})
	for i := range 2000 {
		keys(w, float64(i), at(uint32(i+1), 52.5, 26.5))
	}
	keys(w, 1e6)
	if got := keys(w, 2e6); len(got) != 0 || len(w.known) != 0 || len(w.causes) != 0 {
		t.Errorf("%d conditions, %d entries and %d causes are left", len(got), len(w.known), len(w.causes))
	}
}

// FuzzZones feeds any text to the zone reader.
func FuzzZones(f *testing.F) {
	f.Add([]byte(zonesText))
	f.Add([]byte(`{"type":"Feature","properties":{"active":[{"from":null}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		z, _ := ParseZones(b, "fuzz")
		for i := range z {
			if z[i].Name == "" || z[i].Lower > z[i].Upper {
				t.Errorf("%+v", z[i])
			}
		}
	})
}

// BenchmarkEvaluate20000 judges 20,000 entries over six members with real borders, one in fifty of them unidentified;
// and with every one unidentified, as when all secondary radar fails.
func BenchmarkEvaluate20000(b *testing.B) {
	b.Run("one in fifty unidentified", func(b *testing.B) { evaluate20000(b, 50) })
	b.Run("all unidentified", func(b *testing.B) { evaluate20000(b, 1) })
}

func evaluate20000(b *testing.B, every int) {
	borders, err := geo.DefaultBorders()
	if err != nil {
		b.Fatal(err)
	}
	areas, err := Own(borders, "BLR", "RUS", "KAZ", "KGZ", "TJK", "ARM")
	if err != nil {
		b.Fatal(err)
	}
	w := watch(b, Config{Airspaces: areas, Zones: zones(b), Approach: 300})
	entries := make([]entente.Entry, 20_000)
	for i := range entries {
		e := at(uint32(i+1), 40+float64(i*7919%3000)/100, 20+float64(i*104729%16000)/100)
		e.Track.VE = 200
		if i%every != 0 {
			e.Identification.Identity, e.Track.Address = entente.Neutral, entente.Address(i+1)
		}
		entries[i] = e
	}
	now := start
	for b.Loop() {
		now = now.Add(1)
		w.Evaluate(entries, nil, now)
	}
	b.ReportMetric(float64(len(entries))*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
