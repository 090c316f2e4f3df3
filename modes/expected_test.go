package modes

import (
	"fmt"
	"math"
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

// TestExpectedMessages holds every field on which two independent decoders agree, and address and type code.
func TestExpectedMessages(t *testing.T) {
	fields, messages := 0, 0
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
			if !same(got[f], want, tolerances[f]) {
				t.Errorf("line %d %v: %s is %v, want %v (bds %v, candidates %v)", n, o["hex"], f, got[f], want, got["bds"], got["bds_candidates"])
			}
		}
	})
	if messages < 800 || fields < 4000 {
		t.Errorf("only %d fields of %d messages were checked", fields, messages)
	}
}
