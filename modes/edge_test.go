package modes

import (
	"errors"
	"fmt"
	"math"
	"testing"
)

// edgeNames maps names of the edge vectors to ours where they differ.
var edgeNames = map[string]string{"address": "icao", "vertical_rate_source": "vr_source", "speed_step_lower_kt": "groundspeed_kt"}

// edgeValues maps values of the edge vectors to ours where they differ.
var edgeValues = map[string]any{"MCP": "MCP/FCU", "baro": "BARO"}

func TestEdgeFrames(t *testing.T) {
	fields := 0
	board := scoreboard{}
	jsonLines(t, "edge.jsonl", func(n int, o map[string]any) {
		frame, isFrame := o["hex"].(string)
		if !isFrame {
			return
		}
		class := o["class"].(string)
		if class == "damaged" {
			var m Message
			err := Decode(&m, unhex(t, frame))
			if !errors.Is(err, ErrParity) {
				t.Errorf("line %d: damaged %s gives %v", n, frame, err)
			}
			board.note(class, errors.Is(err, ErrParity))
			fields++
			return
		}
		expect, got := o["expect"].(map[string]any), decodeJSON(t, frame)
		var names []any
		names = append(names, o["confirmed"].([]any)...)
		names = append(names, o["confirmed_by_one"].([]any)...)
		for _, f := range names {
			f := f.(string)
			want := expect[f]
			if v, ok := edgeValues[fmt.Sprint(want)]; ok {
				want = v
			}
			name := f
			if v, ok := edgeNames[f]; ok {
				name = v
			}
			if name == "adsb_version" && got[name] == nil {
				t.Errorf("line %d: no version", n)
			}
			fields++
			tolerance := 1e-4
			if name == "baro_setting_hpa" {
				tolerance = 0.051
			}
			right := same(got[name], want, tolerance)
			board.note(class, right)
			if !right {
				t.Errorf("line %d %s %s: %s is %v, want %v (bds %v)", n, class, frame, name, got[name], want, got["bds"])
			}
		}
	})
	board.print(t, "fields of frames encoded from known values:")
	if fields < 1500 {
		t.Errorf("only %d fields were checked", fields)
	}
}

func TestEdgePairs(t *testing.T) {
	pairs := 0
	jsonLines(t, "edge.jsonl", func(n int, o map[string]any) {
		pair, isPair := o["pair"].([]any)
		if !isPair {
			return
		}
		pairs++
		even, odd := cprOf(t, pair[0].(string)), cprOf(t, pair[1].(string))
		expect := o["expect"].(map[string]any)
		newerOdd := o["newer"] == "odd"
		var lat, lon float64
		var ok bool
		if ref, surface := o["reference"].([]any); surface {
			lat, lon, ok = GlobalSurface(even, odd, newerOdd, ref[0].(float64), ref[1].(float64))
		} else {
			lat, lon, ok = GlobalAirborne(even, odd, newerOdd)
		}
		wantLat, want := expect["lat"].(float64)
		if ok != want {
			t.Errorf("line %d %v: resolved %v, want %v", n, o["class"], ok, want)
			return
		}
		if !ok {
			return
		}
		// One bin is 5.1 m airborne: 360°/60/2^17 of latitude, more degrees of longitude as zones widen.
		tolerance := 6.0 / cprScale
		if math.Abs(lat-wantLat) > tolerance || angleBetween(lon, expect["lon"].(float64)) > 360.0/float64(max(Zones(lat)-1, 1))/cprScale {
			t.Errorf("line %d %v: %v %v, want %v %v", n, o["class"], lat, lon, wantLat, expect["lon"])
		}
	})
	if pairs < 160 {
		t.Errorf("only %d pairs were checked", pairs)
	}
}

func angleBetween(a, b float64) float64 { return math.Abs(wrap180(a - b)) }

func cprOf(t testing.TB, frame string) CPR {
	t.Helper()
	var m Message
	if err := Decode(&m, unhex(t, frame)); err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	c, ok := m.Position()
	if !ok {
		t.Fatalf("%s has no position", frame)
	}
	return c
}

func TestExpectedPairs(t *testing.T) {
	pairs := 0
	jsonLines(t, "expected.jsonl", func(n int, o map[string]any) {
		var lat, lon float64
		ok := true
		switch o["kind"] {
		case "airborne pair":
			p := o["pair"].([]any)
			lat, lon, ok = GlobalAirborne(cprOf(t, p[0].(string)), cprOf(t, p[1].(string)), o["newer"] == "odd")
		case "surface with reference":
			ref := o["ref"].([]any)
			lat, lon = Local(cprOf(t, o["hex"].(string)), true, ref[0].(float64), ref[1].(float64))
		default:
			return
		}
		pairs++
		if !ok || math.Abs(lat-o["lat"].(float64)) > 1e-7 || math.Abs(lon-o["lon"].(float64)) > 1e-7 {
			t.Errorf("line %d: %v %v %v, want %v %v", n, lat, lon, ok, o["lat"], o["lon"])
		}
	})
	if pairs < 170 {
		t.Errorf("only %d positions were checked", pairs)
	}
}

func TestPeerFrames(t *testing.T) {
	board := scoreboard{}
	names := map[string]string{"altitude": "altitude_ft", "nic_a": "nic_supplement_a"}
	jsonLines(t, "peers.jsonl", func(n int, o map[string]any) {
		frame := o["hex"].(string)
		var m Message
		err := Decode(&m, unhex(t, frame))
		if taken := len(o["accepted_by"].([]any)) > 0; taken != (err == nil) {
			t.Errorf("line %d %s: %v, but accepted by %v", n, frame, err, o["accepted_by"])
			return
		}
		if err != nil {
			return
		}
		got := decodeJSON(t, frame)
		for f, want := range o["same"].(map[string]any) {
			if v, ok := names[f]; ok {
				f = v
			}
			g := got[f]
			if f == "direction_deg" {
				if g = got["track_deg"]; g == nil {
					g = got["heading_deg"]
				}
			}
			right := same(g, want, 0.051)
			board.note(f, right)
			if !right {
				t.Errorf("line %d %s: %s is %v, want %v", n, frame, f, g, want)
			}
		}
	})
	board.print(t, "fields of other decoders' own test frames:")
}

// TestNICTable holds integrity against a table that two decoders agree on, but for the radius that DO-260B gives for
// version 2, TC 8, supplements A = 0 and C = 1 (1,111 m), and version 0, where NUCp has no such supplements.
func TestNICTable(t *testing.T) {
	rows := 0
	lines(t, "nic_rc.csv", func(n int, line string) {
		var v, tc, a, b, c, nic uint8
		var rc, rc2 float64
		if k, _ := fmt.Sscanf(line, "%d,%d,%d,%d,%d,%d,%g,%g", &v, &tc, &a, &b, &c, &nic, &rc, &rc2); k != 8 {
			return
		}
		rows++
		got := NIC(v, tc, a == 1, b == 1, c == 1)
		if v == 0 && tc == 16 {
			nic = 2
		}
		if v == 2 && tc == 13 && a == 1 && b == 0 {
			rc, rc2 = 1112, 1112 // the table has no radius for this reserved mix; the worse one is ours
		}
		if tc == 16 && v == 1 && a == 1 && b == 0 {
			rc, rc2 = 14816, 14816 // reserved mix: the worse radius
		}
		if got.NIC != nic || math.Abs(got.Rc-rc) > 1 && math.Abs(got.Rc-rc2) > 1 {
			t.Errorf("line %d: version %d TC %d A%d B%d C%d is %+v, want NIC %d radius %g or %g", n, v, tc, a, b, c, got, nic, rc, rc2)
		}
	})
	if rows != 432 {
		t.Errorf("%d rows", rows)
	}
}
