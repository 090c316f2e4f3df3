package modes

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
)

// same compares a decoded value with an expected one, numbers to the precision in which the latter is written (pyModeS
// cuts ground speed to whole knots).
func same(got, want any, tolerance float64) bool {
	w, isNumber := want.(float64)
	g, ok := got.(float64)
	if isNumber && ok {
		return math.Abs(g-w) <= tolerance
	}
	return fmt.Sprint(got) == fmt.Sprint(want)
}

var tolerances = map[string]float64{
	"groundspeed_kt": 1, "track_deg": 1e-4, "roll_deg": 1e-4, "true_track_deg": 1e-4, "track_rate_deg_s": 1e-4,
	"mag_heading_deg": 1e-4, "heading_deg": 1e-4, "selected_heading_deg": 1e-4, "mach": 1e-3, "baro_setting_hpa": 0.051,
}

// scoreboard counts right fields by a class of messages and by field.
type scoreboard map[string]*[2]int

func (b scoreboard) note(class string, right bool) {
	c := b[class]
	if c == nil {
		c = new([2]int)
		b[class] = c
	}
	c[1]++
	if right {
		c[0]++
	}
}

// print writes the board to the test's log, by class.
func (b scoreboard) print(t *testing.T, title string) {
	t.Helper()
	right, all := 0, 0
	t.Logf("%s", title)
	for _, class := range slices.Sorted(maps.Keys(b)) {
		c := b[class]
		right, all = right+c[0], all+c[1]
		t.Logf("  %-28s %5d of %5d", class, c[0], c[1])
	}
	t.Logf("  %-28s %5d of %5d", "all", right, all)
}

// TestExpectedMessages holds every field on which two independent decoders agree, and address and type code.
func TestExpectedMessages(t *testing.T) {
	fields, messages := 0, 0
	board := scoreboard{}
	jsonLines(t, "expected.jsonl", func(n int, o map[string]any) {
		if o["kind"] != "message" {
			return
		}
		messages++
		got := decodeJSON(t, o["hex"].(string))
		check := []any{"df", "icao", "tc", "ca", "ic", "fs", "adsb_version", "nac_p", "sil", "nic_baro", "cpr_odd", "cpr_lat", "cpr_lon", "nac_v", "subtype"}
		for _, f := range append(check, o["readsb_same"].([]any)...) {
			f := f.(string)
			want, present := o[f]
			if !present || f == "subtype" && o["tc"] == nil {
				continue
			}
			fields++
			right := same(got[f], want, tolerances[f])
			board.note(f, right)
			if !right {
				t.Errorf("line %d %v: %s is %v, want %v (bds %v, candidates %v)", n, o["hex"], f, got[f], want, got["bds"], got["bds_candidates"])
			}
		}
	})
	board.print(t, "fields on which two independent decoders agree:")
	if messages < 800 || fields < 4000 {
		t.Errorf("only %d fields of %d messages were checked", fields, messages)
	}
}

// TestOpenFields prints what we say where the two decoders disagree or one says nothing: no score, as nobody knows.
func TestOpenFields(t *testing.T) {
	board := scoreboard{}
	jsonLines(t, "expected.jsonl", func(_ int, o map[string]any) {
		differs, _ := o["readsb_differs"].(map[string]any)
		if o["kind"] != "message" || len(differs) == 0 {
			return
		}
		got := decodeJSON(t, o["hex"].(string))
		for f, second := range differs {
			switch {
			case same(got[f], o[f], tolerances[f]) && o[f] != nil:
				board.note(f+", as the first", true)
			case same(got[f], second, tolerances[f]) && second != nil:
				board.note(f+", as the second", true)
			case got[f] == nil:
				board.note(f+", not told", true)
			default:
				board.note(f+", as neither", true)
			}
		}
	})
	board.print(t, "fields on which the decoders differ, by whom we follow:")
}
