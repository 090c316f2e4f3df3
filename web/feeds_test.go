package web_test

import (
	"encoding/json"
	"math"
	"regexp"
	"slices"
	"testing"
	"time"
)

// receiver and aircraft are what a tar1090 page reads of its two files, with the types its script relies on.
type receiver struct {
	Version string  `json:"version"`
	Refresh float64 `json:"refresh"`
	History int     `json:"history"`
	Lat     float64 `json:"lat"`
	Lon     float64 `json:"lon"`
}

type aircraftFile struct {
	Now      float64 `json:"now"`
	Messages uint64  `json:"messages"`
	Aircraft []map[string]any
}

func TestReceiverFile(t *testing.T) {
	s := newSite(t)
	r := read[receiver](t, s, "/data/receiver.json?as=KAZ")
	if r.Version != "1.2.3" || r.Refresh != 1000 || r.History != 0 || math.Abs(r.Lat-51) > 2 || math.Abs(r.Lon-71.5) > 2 {
		t.Errorf("receiver.json %+v", r)
	}
	keys := read[map[string]any](t, s, "/data/receiver.json")
	for _, bad := range []string{"haveTraces", "binCraft", "zstd"} { // each promises files that are not here
		if _, ok := keys[bad]; ok {
			t.Errorf("receiver.json has %s", bad)
		}
	}
}

func TestAircraftFile(t *testing.T) {
	s := newSite(t)
	f := read[aircraftFile](t, s, "/data/aircraft.json")
	if math.Abs(f.Now-float64(time.Now().Unix())) > 5 || len(f.Aircraft) < 50 {
		t.Fatalf("now %v, %d aircraft", f.Now, len(f.Aircraft))
	}
	hex := regexp.MustCompile(`^~?[0-9a-f]{6}$`)
	seen := map[string]bool{}
	for _, a := range f.Aircraft {
		h, _ := a["hex"].(string)
		if !hex.MatchString(h) || seen[h] {
			t.Errorf("hex %q, seen before: %v", h, seen[h])
		}
		seen[h] = true
		for _, k := range []string{"lat", "lon", "seen", "seen_pos", "messages", "gs", "track"} {
			if _, ok := a[k].(float64); !ok {
				t.Errorf("%s: %s is %v", h, k, a[k])
			}
		}
		for _, k := range []string{"mlat", "tisb"} { // the page calls indexOf on both
			if _, ok := a[k].([]any); !ok {
				t.Errorf("%s: %s is %v", h, k, a[k])
			}
		}
		for k, v := range a {
			if v == nil {
				t.Errorf("%s: %s is null; absent keys are left out", h, k)
			}
		}
		if flight, ok := a["flight"].(string); ok && len(flight) != 8 {
			t.Errorf("%s: flight %q is not padded to eight", h, flight)
		}
		if q, ok := a["squawk"].(string); ok && !regexp.MustCompile(`^[0-7]{4}$`).MatchString(q) {
			t.Errorf("%s: squawk %q", h, q)
		}
	}
	emergency := slices.IndexFunc(f.Aircraft, func(a map[string]any) bool { return a["squawk"] == "7700" })
	if emergency < 0 || f.Aircraft[emergency]["emergency"] != "general" || f.Aircraft[emergency]["hex"] != "510a33" {
		t.Errorf("the emergency is %v", emergency)
	}
}

func TestAircraftFileGoesOn(t *testing.T) {
	s := newSite(t)
	first := read[aircraftFile](t, s, "/data/aircraft.json")
	time.Sleep(1300 * time.Millisecond)
	second := read[aircraftFile](t, s, "/data/aircraft.json")
	if second.Now <= first.Now || second.Messages <= first.Messages {
		t.Errorf("now %v then %v, messages %d then %d: a page takes that for a dead receiver", first.Now, second.Now, first.Messages, second.Messages)
	}
}

func TestTracksAsGeoJSON(t *testing.T) {
	s := newSite(t)
	var c struct {
		Type     string
		Features []struct {
			Type       string
			Geometry   struct{ Coordinates []float64 }
			Properties map[string]any
		}
	}
	status, b := s.call(t, "GET", "/api/tracks.geojson?as=TJK", "", "")
	if err := json.Unmarshal(b, &c); status != 200 || err != nil {
		t.Fatalf("%d %v", status, err)
	}
	if c.Type != "FeatureCollection" || len(c.Features) < 50 {
		t.Fatalf("%s with %d features", c.Type, len(c.Features))
	}
	for _, f := range c.Features {
		if f.Type != "Feature" || len(f.Geometry.Coordinates) < 2 || math.Abs(f.Geometry.Coordinates[0]) > 180 || math.Abs(f.Geometry.Coordinates[1]) > 90 {
			t.Errorf("%+v", f)
		}
	}
}
