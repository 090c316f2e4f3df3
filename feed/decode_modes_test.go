package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"entente/modes"
)

// decodeLines decodes timestamped hex and returns the lines as objects.
func decodeLines(t *testing.T, o DecodeOptions, frames ...[]byte) (lines []map[string]any) {
	t.Helper()
	var in, out bytes.Buffer
	for i, f := range frames {
		fmt.Fprintf(&in, "%d.0,000000,%X\n", 1_700_000_000+i, f)
	}
	o.Format = "hexcsv"
	if _, err := DecodeFile("x", &in, o, &out); err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var v map[string]any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		lines = append(lines, v)
	}
	return lines
}

// TestDecodeTellsUnprovenAddresses: an address out of a parity says whether it was heard in the clear.
func TestDecodeTellsUnprovenAddresses(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	call, reply := x.AllCall(0), x.AltitudeReply(0, 33000)
	lines := decodeLines(t, DecodeOptions{}, reply[:], call[:], call[:], reply[:])
	for i, want := range []any{false, nil, nil, true} {
		if got := lines[i]["icao_seen_in_squitter"]; got != want {
			t.Errorf("line %d: %v, want %v", i+1, got, want)
		}
	}
}

// TestDecodePutsSegmentsTogether: announced by DR, sent as DF24.
func TestDecodePutsSegmentsTogether(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	call := x.AllCall(0)
	sealed := func(f []byte) []byte {
		r := modes.Residue(f) ^ x.Address
		n := len(f)
		f[n-3], f[n-2], f[n-1] = f[n-3]^byte(r>>16), f[n-2]^byte(r>>8), f[n-1]^byte(r)
		return f
	}
	announce := sealed([]byte{4 << 3, 17 << 3, 0, 0, 0, 0, 0})
	one, two := make([]byte, 14), make([]byte, 14)
	one[0], two[0] = 0xC0, 0xC1
	copy(one[1:], "ENTENTE BO")
	copy(two[1:], "TH HALVES!")
	lines := decodeLines(t, DecodeOptions{}, call[:], call[:], announce, sealed(two), sealed(one))
	last := lines[len(lines)-1]
	if len(lines) != 6 || last["elm"] != fmt.Sprintf("%X", "ENTENTE BOTH HALVES!") || last["elm_segments"] != 2.0 || lines[2]["elm_segments_announced"] != 2.0 {
		t.Errorf("%v", lines)
	}
}

// TestDecodePlacesSurfacePositions from a site, and gives none without.
func TestDecodePlacesSurfacePositions(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 4}
	even, odd := x.SurfacePosition(53.8825, 28.0325, 12, 90, false), x.SurfacePosition(53.8825, 28.0326, 12, 90, true)
	for _, sited := range []bool{true, false} {
		lines := decodeLines(t, DecodeOptions{HasSite: sited, Lat: 54, Lon: 27}, even[:], odd[:])
		if _, ok := lines[1]["lat"]; ok != sited {
			t.Errorf("site %v: %v", sited, lines[1])
		}
	}
}
