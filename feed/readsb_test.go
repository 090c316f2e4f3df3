package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/modes"
)

// snapshot is an aircraft.json with an aircraft of every kind of source.
const snapshot = `{ "now" : 1700000000.5,
  "messages" : 12,
  "aircraft" : [
{"hex":"4840d6","type":"adsb_icao","flight":"KLM1023 ","alt_baro":38000,"alt_geom":38350,"gs":412.5,"track":271.25,"baro_rate":-64,"squawk":"1000","emergency":"none","category":"A3","lat":52.2572,"lon":3.91937,"nic":8,"rc":186,"seen_pos":0.5,"version":2,"nac_p":9,"nac_v":1,"sil":3,"mlat":[],"tisb":[],"messages":900,"seen":0.1,"rssi":-12.3},
{"hex":"40621d","type":"mlat","alt_baro":12000,"lat":52.5,"lon":4.5,"seen_pos":2,"mlat":["lat","lon"],"seen":0.4},
{"hex":"~2a3b4c","type":"adsb_other","alt_baro":"ground","lat":52.3,"lon":4.7,"seen_pos":1,"seen":1},
{"hex":"~1f0001","type":"tisb_trackfile","lat":52.1,"lon":4.1,"seen_pos":1,"seen":1},
{"hex":"485020","type":"adsr_icao","lat":52.4,"lon":4.2,"seen_pos":90,"seen":1},
{"hex":"4b1234","type":"mode_s","alt_baro":31000,"squawk":"7700","seen":3},
{"hex":"xyz","lat":1,"lon":1}
  ]
}
`

func TestSnapshot(t *testing.T) {
	if f, c := Detect([]byte(snapshot)); f != "readsb" || c < 0.9 {
		t.Fatalf("taken for %q, %v", f, c)
	}
	lines, s, refused := decodedLines(t, []byte(snapshot), DecodeOptions{})
	if len(lines) != 6 || s.Refused != 1 || !strings.Contains(refused, `"xyz"`) {
		t.Fatalf("%d lines, %+v %s", len(lines), s, refused)
	}
	for i, want := range []map[string]any{
		{"icao": "4840D6", "address_kind": "icao", "origin": "direct", "type": "adsb_icao", "t": 1.7e9, "callsign": "KLM1023", "squawk": "1000",
			"altitude_ft": 38000.0, "geometric_altitude_ft": 38350.0, "lat": 52.2572, "lon": 3.91937, "groundspeed_kt": 412.5, "track_deg": 271.25,
			"vertical_rate_fpm": -64.0, "adsb_version": 2.0, "nac_p": 9.0, "nac_v": 1.0, "sil": 3.0},
		{"icao": "40621D", "origin": "mlat", "t": 1.7e9 - 1.5}, {"icao": "2A3B4C", "address_kind": "non_icao", "on_ground": true},
		{"icao": "1F0001", "address_kind": "tis_b", "origin": "tis-b"}, {"icao": "485020", "origin": "ads-r"},
		{"icao": "4B1234", "squawk": "7700", "altitude_ft": 31000.0, "t": 1.7e9 - 2.5},
	} {
		for k, v := range want {
			if lines[i][k] != v {
				t.Errorf("aircraft %d: %s is %v, want %v", i, k, lines[i][k], v)
			}
		}
	}
	if lines[5]["lat"] != nil || lines[2]["altitude_ft"] != nil {
		t.Errorf("invented: %v %v", lines[5], lines[2])
	}
}

// TestSnapshotsToPlots: positions count once however often snapshots repeat them; TIS-B, old positions and those without are none.
func TestSnapshotsToPlots(t *testing.T) {
	again := strings.ReplaceAll(strings.ReplaceAll(snapshot, "1700000000.5", "1700000001.5"), `"seen_pos":0.5`, `"seen_pos":1.5`)
	moved := strings.ReplaceAll(strings.ReplaceAll(snapshot, "1700000000.5", "1700000002.5"), "52.2572", "52.2600")
	plots, s := plotsOf(t, "aircraft.json", []byte(snapshot+again+moved), Options{Sensor: "rx"}, radarRegistry(t))
	var got []string
	for i := range plots {
		got = append(got, fmt.Sprintf("%v %v %.1f", plots[i].Address, plots[i].Kind, plots[i].Time.Seconds()-1.7e9))
	}
	first := entente.Plot{}
	for i := range plots {
		if plots[i].Address == 0x4840D6 && first.Time == 0 {
			first = plots[i]
		}
	}
	if s.Errors["tis_b"] != 3 || s.Errors["position_old"] != 3 || s.Errors["position_repeated"] < 1 || s.Errors["aircraft"] != 3 {
		t.Errorf("%v %v", s.Errors, got)
	}
	if !first.Is(entente.HasVelocity|entente.HasModeA|entente.HasSigma|entente.HasClimb|entente.HasAltitude) || first.ModeA != 0o1000 || first.VE > 0 || first.Time != 1_700_000_000e9 {
		t.Errorf("%+v", first)
	}
	kinds := map[entente.SensorKind]int{}
	other := 0
	for i := range plots {
		kinds[plots[i].Kind]++
		if plots[i].Address&entente.AddressNonICAO != 0 {
			other++
		}
	}
	if kinds[entente.MLAT] == 0 || other == 0 || kinds[entente.ADSB] < 3 {
		t.Errorf("%v, %d of no ICAO address", kinds, other)
	}
}

// TestHistories: chunks of tar1090 hold snapshots with aircraft as arrays, or as objects.
func TestHistories(t *testing.T) {
	chunk := `{"files":[{"now":1700000000,"messages":5,"aircraft":[["4840d6",38000,412,271,52.25,3.91,2.5,"adsb_icao","KLM1023",77],["~2a3b4c","ground",null,null,52.3,4.7,0,"adsb_other",null,1],["bad"]]},
{"now":1700000030,"aircraft":[{"hex":"4840d6","lat":52.25,"lon":3.95,"seen_pos":1,"type":"mlat"}]}]}`
	lines, s, refused := decodedLines(t, []byte(chunk), DecodeOptions{})
	if len(lines) != 3 || s.Refused != 1 || !strings.Contains(refused, "history") {
		t.Fatalf("%v %+v %s", lines, s, refused)
	}
	if lines[0]["t"] != 1.7e9-2.5 || lines[0]["callsign"] != "KLM1023" || lines[1]["on_ground"] != true || lines[2]["origin"] != "mlat" || lines[2]["t"] != 1.7e9+29 {
		t.Errorf("%v", lines)
	}
}

// TestTrace: points count seconds from the timestamp; flags tell old positions and geometric altitudes and rates.
func TestTrace(t *testing.T) {
	trace := `{"icao":"3c66b0","r":"D-AIUP","t":"A320","dbFlags":0,"timestamp": 1700000000.25,"trace":[
[0,50.1,8.5,1000,150.5,70.1,0,1984,{"type":"adsb_icao","flight":"DLH1A   ","alt_geom":1200,"squawk":"1000","nac_p":10},"adsb_icao",1200,2000,140,0.5],
[10.5,50.2,8.6,"ground",20,80,0,null,null,"adsb_icao",null],
[20,50.3,8.7,3000,180,90,5,100,null],
[30,50.4,8.8,4000,190,91,8,100,null,"mlat"],
"nonsense"]}`
	lines, s, refused := decodedLines(t, []byte(trace), DecodeOptions{})
	if len(lines) != 4 || s.Refused != 1 || !strings.Contains(refused, "point of a trace") {
		t.Fatalf("%d lines, %+v %s", len(lines), s, refused)
	}
	if lines[0]["t"] != 1700000000.25 || lines[0]["callsign"] != "DLH1A" || lines[0]["geometric_altitude_ft"] != 1200.0 || lines[0]["vertical_rate_fpm"] != 1984.0 {
		t.Errorf("%v", lines[0])
	}
	if lines[1]["on_ground"] != true || lines[1]["t"] != 1700000010.75 || lines[2]["lat"] != nil {
		t.Errorf("%v %v", lines[1], lines[2])
	}
	if lines[3]["altitude_ft"] != nil || lines[3]["geometric_altitude_ft"] != 4000.0 || lines[3]["origin"] != "mlat" {
		t.Errorf("%v", lines[3])
	}
	plots, _ := plotsOf(t, "trace_full_3c66b0.json", []byte(trace), Options{Sensor: "rx"}, radarRegistry(t))
	if len(plots) != 3 || plots[0].Address != 0x3C66B0 || plots[2].Kind != entente.MLAT || !plots[1].Is(entente.HasSurface) {
		t.Errorf("%+v", plots)
	}
}

// TestLinesOfJSON: one aircraft a line, and lines of other decoders that hold a frame.
func TestLinesOfJSON(t *testing.T) {
	text := `{"now":1700000000.1,"hex":"4840d6","type":"adsb_icao","lat":52.1,"lon":4.1,"seen_pos":0.1}
{"timestamp":1700000001.0,"frame":"8d4840d6202cc371c32ce0576098","icao24":"4840d6"}
{"t":1700000002.5,"hex":"8D40621D58C382D690C8AC2863A7","df":17,"icao":"40621D"}
{"kind":"airborne pair","icao":"40621D"}
`
	lines, s, refused := decodedLines(t, []byte(text), DecodeOptions{})
	if len(lines) != 3 || lines[1]["callsign"] != "KLM1023" || lines[1]["t"] != 1700000001.0 || lines[2]["altitude_ft"] != 38000.0 {
		t.Errorf("%v", lines)
	}
	if s.Refused != 1 || !strings.Contains(refused, "without hex") {
		t.Errorf("%+v %s", s, refused)
	}
}

// TestDamagedJSON: aircraft around a damaged place are kept, and one value without an end does not fill the memory.
func TestDamagedJSON(t *testing.T) {
	damaged := strings.Replace(snapshot, `{"hex":"40621d","type":"mlat"`, `{"hex":"40621d,"type":@mlat"`, 1)
	lines, s, refused := decodedLines(t, []byte(damaged), DecodeOptions{})
	if len(lines) != 5 || s.Reasons["json"] != 1 || !strings.Contains(refused, "invalid character") {
		t.Errorf("%d lines, %+v %s", len(lines), s, refused)
	}
	cut := snapshot[:len(snapshot)/2]
	if _, s, refused = decodedLines(t, []byte(cut), DecodeOptions{}); s.Refused == 0 || !strings.Contains(refused, "ends within") {
		t.Errorf("%+v %s", s, refused)
	}
	long := `{"now":1,"aircraft":[{"hex":"` + strings.Repeat("a", 3<<20) + `"},` + "\n" + `{"hex":"4840d6","seen":1}]}`
	lines, s, _ = decodedLines(t, []byte(long), DecodeOptions{})
	if len(lines) != 1 || s.Refused == 0 {
		t.Errorf("%d lines, %+v", len(lines), s)
	}
	for _, odd := range []string{`{"aircraft":5,"now":1}`, `{"aircraft":null,"now":1}`, `{"now":"x","aircraft":[1,"a",{}]}`, `[1,2]`, `{"now":1,"aircraft":[{"hex":5}]}`, `{"now":{},"aircraft":[]}`} {
		lines, _, _ := decodedLines(t, []byte(odd), DecodeOptions{Options: Options{Format: "readsb"}})
		if len(lines) != 0 {
			t.Errorf("%s: %v", odd, lines)
		}
	}
}

func TestLooseValues(t *testing.T) {
	for text, want := range map[string]loose{
		`12`: {v: 12, set: true}, `"12.5"`: {v: 12.5, set: true}, `"ground"`: {ground: true}, `null`: {}, `{}`: {}, `"NaN"`: {}, `1e999`: {}, `true`: {},
	} {
		var l loose
		if err := json.Unmarshal([]byte(text), &l); err != nil || l != want {
			t.Errorf("%s: %+v, %v", text, l, err)
		}
	}
}

// TestAircraftThatCannotBe are refused, and values out of range are left out.
func TestAircraftThatCannotBe(t *testing.T) {
	number := func(v float64) loose { return loose{v: v, set: true} }
	for name, a := range map[string]readsbAircraft{
		"no address": {}, "long": {Hex: "1234567"}, "not hex": {Hex: "xx1234"}, "half a position": {Hex: "123456", Lat: number(5)},
		"latitude": {Hex: "123456", Lat: number(95), Lon: number(5)},
	} {
		var m modes.Message
		if a.message(&m) {
			t.Errorf("%s: %+v", name, m)
		}
	}
	a := readsbAircraft{Hex: "123456", GS: number(1e9), NACp: number(-1), Squawk: "9999", Flight: `a"b`, AltBaro: number(1e9), Now: number(-5)}
	var m modes.Message
	if !a.message(&m) || m.Is(modes.HasGroundSpeed) || m.Is(modes.HasSquawk) || m.Is(modes.HasCallsign) || m.Is(modes.HasAltitude) || m.Time != 0 || m.NACp != 0 {
		t.Errorf("%+v", m)
	}
}

func FuzzReadsb(f *testing.F) {
	fuzzFormat(f, "readsb", []byte(snapshot), []byte(`{"files":[{"now":1,"aircraft":[["4840d6",1,2,3,4,5,6,"mlat","A",1]]}]}`),
		[]byte(`{"icao":"3c66b0","timestamp":1.5,"trace":[[0,50.1,8.5,1000,150.5,70.1,0,1984,{"flight":"A"},"adsb_icao",1200]]}`),
		[]byte("{\"t\":1,\"hex\":\"8D40621D58C382D690C8AC2863A7\"}\n{\"hex\":}\n{\"hex\":\"4840d6\"}\n"), bytes.Repeat([]byte("[{"), 50))
}
