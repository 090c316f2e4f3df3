package publish

import (
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"entente"
	"entente/asterix"
	"entente/geo"
	"entente/modes"

	"pgregory.net/rapid"
)

func TestReceiver(t *testing.T) {
	for want, s := range map[string]Station{
		`{"version":"entente 0.1","refresh":1000,"history":0,"lat":53.900000,"lon":27.560000}`: {Lat: geo.Radians(53.9), Lon: geo.Radians(27.56)},
		`{"version":"entente 0.1","refresh":250,"history":0}`:                                  {Refresh: 250},
	} {
		if got := string(AppendReceiver(nil, &s, "entente 0.1")); got != want+"\n" || !json.Valid([]byte(got)) {
			t.Errorf("%s", got)
		}
	}
}

func TestAircraft(t *testing.T) {
	b := AppendAircraft(nil, picture(), now, 4711)
	golden(t, "aircraft.json", b)
	var doc struct {
		Now      float64
		Messages int
		Aircraft []map[string]any
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Now != 1_700_000_000.5 || doc.Messages != 4711 || len(doc.Aircraft) != 5 {
		t.Errorf("%+v", doc)
	}
	a := doc.Aircraft[0]
	if a["hex"] != "510001" || a["flight"] != "BRU862  " || a["alt_baro"] != 30000.0 || a["squawk"] != "1234" || a["gs"] != 401.8 || a["seen_pos"] != 0.5 {
		t.Errorf("%v", a)
	}
	if p := doc.Aircraft[2]; p["hex"] != "~000003" || p["type"] != "tisb_trackfile" || p["alt_baro"] != nil || p["squawk"] != nil {
		t.Errorf("a primary track: %v", p)
	}
	if d := doc.Aircraft[1]; d["emergency"] != "general" || d["lon"] != -179.9 || d["track"] != 270.0 {
		t.Errorf("%v", d)
	}
	if g := doc.Aircraft[3]; g["alt_baro"] != "ground" {
		t.Errorf("%v", g)
	}
	if empty := AppendAircraft(nil, nil, now, 0); !json.Valid(empty) {
		t.Errorf("%s", empty)
	}
}

func TestGeoJSON(t *testing.T) {
	b := AppendGeoJSON(nil, picture(), now)
	golden(t, "picture.geojson", b)
	var doc struct {
		Type     string
		Features []struct {
			ID       uint32
			Geometry struct {
				Type        string
				Coordinates []float64
			}
			Properties map[string]any
		}
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Type != "FeatureCollection" || len(doc.Features) != 5 {
		t.Fatalf("%+v", doc)
	}
	f := doc.Features[0]
	if f.ID != 1 || fmt.Sprint(f.Geometry.Coordinates) != "[27.56 53.9 9200]" || f.Properties["identity"] != "neutral" || fmt.Sprint(f.Properties["members"]) != "[BLR RUS]" {
		t.Errorf("%+v", f)
	}
	if empty := AppendGeoJSON(nil, nil, now); !json.Valid(empty) {
		t.Errorf("%s", empty)
	}
}

// cotEvent is what a reader of Cursor-on-Target takes.
type cotEvent struct {
	UID   string `xml:"uid,attr"`
	Type  string `xml:"type,attr"`
	How   string `xml:"how,attr"`
	Stale string `xml:"stale,attr"`
	Point struct {
		Lat float64 `xml:"lat,attr"`
		Lon float64 `xml:"lon,attr"`
		HAE float64 `xml:"hae,attr"`
		CE  float64 `xml:"ce,attr"`
	} `xml:"point"`
	Contact struct {
		Callsign string `xml:"callsign,attr"`
	} `xml:"detail>contact"`
	Track struct {
		Course float64 `xml:"course,attr"`
		Speed  float64 `xml:"speed,attr"`
	} `xml:"detail>track"`
}

func TestCoT(t *testing.T) {
	b := AppendPicture(nil, picture(), now, AppendCoT)
	golden(t, "picture.cot.xml", b)
	var events []cotEvent
	for line := range strings.Lines(string(b)) {
		var e cotEvent
		if err := xml.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		events = append(events, e)
	}
	if len(events) != 5 {
		t.Fatalf("%d events", len(events))
	}
	for i, want := range []string{"a-n-A-C-F", "a-f-A-C-F", "a-u-A", "a-a-A-C-F", "a-s-A"} {
		if events[i].Type != want || events[i].How != "m-f" {
			t.Errorf("event %d: %+v, want %s", i, events[i], want)
		}
	}
	if e := events[0]; e.UID != "ICAO-510001" || e.Point.HAE != 9200 || e.Contact.Callsign != "BRU862" || math.Abs(e.Track.Speed-206.7) > 0.05 || e.Stale != "2023-11-14T22:13:56.500Z" {
		t.Errorf("%+v", e)
	}
	if e := events[2]; e.UID != "ENTENTE-BLR-3" || e.Point.HAE != 9999999 || e.Contact.Callsign != "T3" {
		t.Errorf("%+v", e)
	}
	for id := range entente.Identity(10) {
		e := picture()[0]
		e.Identification.Identity = id
		if strings.Contains(string(AppendCoT(nil, &e, now)), `"a-h`) {
			t.Error("an event calls a track hostile")
		}
	}
}

func TestSBS(t *testing.T) {
	b := AppendPicture(nil, picture(), now, AppendSBS)
	golden(t, "picture.sbs", b)
	var seen []string
	for line := range strings.Lines(string(b)) {
		var s modes.SBS
		if err := modes.ParseSBS([]byte(line), &s); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		seen = append(seen, fmt.Sprintf("%06X/%d", s.Address, s.Type))
		if s.Address == 0x510001 && s.Type == 3 && (s.Altitude != 30000 || math.Abs(s.Lat-53.9) > 1e-5) {
			t.Errorf("%+v", s)
		}
		if s.Address == 0x154A3B && s.Type == 6 && (s.Squawk != 0o7700 || s.Emergency != modes.On) {
			t.Errorf("%+v", s)
		}
	}
	if got := strings.Join(seen, " "); got != "510001/1 510001/3 510001/4 510001/6 154A3B/3 154A3B/4 154A3B/6 400001/1 400001/3 400001/4" {
		t.Errorf("lines %s", got)
	}
}

func TestBeast(t *testing.T) {
	b := AppendPicture(nil, picture(), now, AppendBeast)
	golden(t, "picture.beast.hex", []byte(hex.Dump(b)))
	frames := 0
	cpr := map[uint32][2]modes.CPR{}
	for len(b) > 0 {
		var f modes.Frame
		n, err := modes.ParseBeast(b, &f)
		if err != nil {
			t.Fatal(err)
		}
		b = b[n:]
		frames++
		if origin, marked := f.Marked(); !marked || origin != modes.MLAT {
			t.Error("a computed frame is not marked as one")
		}
		me, address := f.Data[4:11], uint32(f.Data[1])<<16|uint32(f.Data[2])<<8|uint32(f.Data[3])
		if tc := me[0] >> 3; tc >= 9 && tc <= 22 && tc != 19 {
			at := cpr[address]
			at[me[2]>>2&1] = modes.CPR{Lat: uint32(me[2]&3)<<15 | uint32(me[3])<<7 | uint32(me[4])>>1, Lon: uint32(me[4]&1)<<16 | uint32(me[5])<<8 | uint32(me[6]), Odd: me[2]>>2&1 == 1}
			cpr[address] = at
		}
	}
	if frames != 5+4+3 {
		t.Errorf("%d frames", frames)
	}
	for _, e := range picture()[:2] {
		at := cpr[uint32(e.Track.Address)]
		lat, lon, ok := modes.GlobalAirborne(at[0], at[1], false)
		if !ok || math.Abs(lat-geo.ToDegrees(e.Track.Lat)) > 1e-4 || math.Abs(math.Remainder(lon-geo.ToDegrees(e.Track.Lon), 360)) > 1e-3 {
			t.Errorf("%s: decoded at %v, %v (%v)", e.Track.Address, lat, lon, ok)
		}
	}
}

func TestTypeCodeFollowsAccuracy(t *testing.T) {
	for sigma, want := range map[float64]uint8{0: 9, 1.5: 9, 1.6: 10, 30: 11, 50: 12, 1000: 16, 1e5: 18, math.Inf(1): 18, math.NaN(): 18} {
		if got := airborneType(sigma); got != want {
			t.Errorf("%v m is TC %d, want %d", sigma, got, want)
		}
	}
	for sigma, want := range map[float64]uint8{0: 20, 2: 21, 10: 22, math.NaN(): 22} {
		if got := satelliteType(sigma); got != want {
			t.Errorf("%v m is TC %d, want %d", sigma, got, want)
		}
	}
}

// records decodes blocks into JSON lines.
func records(t *testing.T, blocks [][]byte) (lines []string) {
	t.Helper()
	d := asterix.NewDecoder()
	for _, b := range blocks {
		d.Reset(b)
		for d.Next() {
			lines = append(lines, string(d.Record().AppendJSON(nil, asterix.JSONOptions{})))
		}
		if errs := d.Errors(); len(errs) > 0 {
			t.Fatal(errs[0])
		}
	}
	return lines
}

func TestSystemTracks(t *testing.T) {
	w, err := NewSystemTracks(Station{SAC: 25, SIC: 7}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var blocks [][]byte
	keep := func(b []byte) error { blocks = append(blocks, append([]byte(nil), b...)); return nil }
	if err := w.Tracks(picture(), now, keep); err != nil {
		t.Fatal(err)
	}
	blocks = append(blocks, w.AppendStatus(nil, now), w.AppendStatus(nil, now.Add(1)))
	lines := records(t, blocks)
	golden(t, "system_tracks.jsonl", []byte(strings.Join(lines, "\n")+"\n"))
	if len(lines) != 6+4 || w.Refused() != 0 {
		t.Fatalf("%d records, %d refused", len(lines), w.Refused())
	}
	var r struct{ Items map[string]any }
	if err := json.Unmarshal([]byte(lines[0]), &r); err != nil {
		t.Fatal(err)
	}
	place := r.Items["105"].(map[string]any)
	if math.Abs(place["LAT"].(float64)-53.9) > 1e-5 || math.Abs(place["LON"].(float64)-27.56) > 1e-5 || r.Items["136"] != 300.0 || r.Items["070"] != 80000.0 {
		t.Errorf("%v", r.Items)
	}
}

func TestSystemTracksFillBlocks(t *testing.T) {
	w, err := NewSystemTracks(Station{}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	var many []entente.Entry
	for i := range 500 {
		e := picture()[0]
		e.Number = uint32(i + 1)
		many = append(many, e)
	}
	n, longest, blocks := 0, 0, 0
	emit := func(b []byte) error {
		blocks++
		longest = max(longest, len(b))
		n += len(records(t, [][]byte{b}))
		return nil
	}
	if err := w.Tracks(many, now, emit); err != nil || n != 500 || longest > 1400 || longest < 1200 {
		t.Errorf("%d records in %d blocks of at most %d bytes, %v", n, blocks, longest, err)
	}
	stop := fmt.Errorf("no route")
	if err := w.Tracks(many, now, func([]byte) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	drop := func([]byte) error { return nil }
	if a := testing.AllocsPerRun(10, func() { w.Tracks(many, now, drop) }); a > 1 {
		t.Errorf("%v allocations for 500 entries", a)
	}
}

func TestSystemTracksInEveryEdition(t *testing.T) {
	for _, edition := range asterix.Editions(62) {
		w, err := NewSystemTracks(Station{}, edition, "")
		if err != nil {
			if !strings.HasPrefix(edition, "0.") {
				t.Errorf("edition %s: %v", edition, err)
			}
			continue
		}
		w.Tracks(picture(), now, func([]byte) error { return nil })
		if w.Refused() != 0 {
			t.Errorf("edition %s: %d refused", edition, w.Refused())
		}
	}
	if _, err := NewSystemTracks(Station{}, "99", ""); err == nil {
		t.Error("edition 99 was taken")
	}
	if _, err := NewSystemTracks(Station{}, "", "99"); err == nil {
		t.Error("edition 99 was taken")
	}
}

// TestAnyEntryGivesWellFormedText: whatever a track holds, the formats stay readable and nothing panics.
func TestAnyEntryGivesWellFormedText(t *testing.T) {
	w, err := NewSystemTracks(Station{}, "", "")
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		e := picture()[0]
		k := &e.Track
		number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, 0}))
		k.Lat, k.Lon = rapid.Float64Range(-2, 2).Draw(t, "lat"), rapid.Float64Range(-7, 7).Draw(t, "lon")
		k.Height, k.PressureAltitude = number.Draw(t, "height"), number.Draw(t, "level")
		k.VE, k.VN, k.VU = number.Draw(t, "ve"), number.Draw(t, "vn"), number.Draw(t, "vu")
		for i := range k.Covariance {
			k.Covariance[i] = number.Draw(t, "p")
		}
		copy(k.Callsign[:], rapid.SliceOfN(rapid.Byte(), 8, 8).Draw(t, "callsign"))
		e.Identification.Criterion = rapid.String().Draw(t, "criterion")
		k.Has = entente.PlotFields(rapid.Uint16().Draw(t, "has"))
		k.ModeA = entente.ModeA(rapid.Uint16().Draw(t, "mode A"))
		one := []entente.Entry{e}
		if b := AppendAircraft(nil, one, now, 1); !json.Valid(b) {
			t.Fatalf("aircraft.json: %s", b)
		}
		if b := AppendGeoJSON(nil, one, now); !json.Valid(b) {
			t.Fatalf("GeoJSON: %s", b)
		}
		if b := AppendCoT(nil, &e, now); len(b) > 0 {
			if err := xml.Unmarshal(b, new(cotEvent)); err != nil {
				t.Fatalf("CoT: %v in %s", err, b)
			}
		}
		AppendBeast(nil, &e, now)
		AppendSBS(nil, &e, now)
		w.Tracks(one, now, func([]byte) error { return nil })
	})
}

func TestPictureWritersDoNotAllocate(t *testing.T) {
	p := picture()[:4]
	buf := make([]byte, 0, 1<<16)
	for name, write := range map[string]func(){
		"aircraft.json": func() { buf = AppendAircraft(buf[:0], p, now, 1) },
		"Beast":         func() { buf = AppendPicture(buf[:0], p, now, AppendBeast) },
	} {
		// Callsigns become strings: at most two small ones an entry.
		if n := testing.AllocsPerRun(50, write); n > float64(2*len(p)) {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

func many(n int) []entente.Entry {
	list := make([]entente.Entry, n)
	for i := range list {
		list[i] = picture()[i%5]
		list[i].Number = uint32(i + 1)
	}
	return list
}

func BenchmarkPicture20000(b *testing.B) {
	p := many(20_000)
	var buf []byte
	w, err := NewSystemTracks(Station{}, "", "")
	if err != nil {
		b.Fatal(err)
	}
	for name, write := range map[string]func(){
		"aircraft": func() { buf = AppendAircraft(buf[:0], p, now, 1) },
		"geojson":  func() { buf = AppendGeoJSON(buf[:0], p, now) },
		"cot":      func() { buf = AppendPicture(buf[:0], p, now, AppendCoT) },
		"sbs":      func() { buf = AppendPicture(buf[:0], p, now, AppendSBS) },
		"beast":    func() { buf = AppendPicture(buf[:0], p, now, AppendBeast) },
		"asterix":  func() { _ = w.Tracks(p, now, func([]byte) error { return nil }) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				write()
			}
		})
	}
}
