package modes

import "testing"

// TestInterrogatorCodes: II codes 1 to 15, SI codes 1 to 63 by their label, and what is neither.
func TestInterrogatorCodes(t *testing.T) {
	for ic := range uint8(128) {
		f := Fixed{Address: 0x4BAB45, Capability: 5}.AllCall(ic)
		m := decoded(t, f[:])
		code, kind := m.Interrogator()
		wantCode, wantKind := uint8(0), NoCode
		switch label, low := ic>>4, ic&15; {
		case ic == 0 || ic == 0x10 || label > 4: // a squitter; SI code 0 and labels 5 to 7 are not in use
		case label == 0:
			wantCode, wantKind = low, IICode
		default:
			wantCode, wantKind = low+16*(label-1), SICode
		}
		if m.IC != ic || code != wantCode || kind != wantKind {
			t.Errorf("%d: code %d of kind %d, want %d of %d", ic, code, kind, wantCode, wantKind)
		}
		o := decodeJSON(t, string(appendHex(nil, f[:])))
		if _, ok := o["ii"]; ok != (wantKind == IICode) {
			t.Errorf("%d: %v", ic, o)
		}
		if _, ok := o["si"]; ok != (wantKind == SICode) {
			t.Errorf("%d: %v", ic, o)
		}
	}
	seen := map[uint8]bool{}
	for ic := uint8(0x11); ic < 0x50; ic++ {
		m := Message{DF: 11, IC: ic}
		code, _ := m.Interrogator()
		if seen[code] || code < 1 || code > 63 {
			t.Errorf("%d gives SI code %d again", ic, code)
		}
		seen[code] = true
	}
	m := Message{DF: 17, IC: 5}
	if _, kind := m.Interrogator(); kind != NoCode {
		t.Error("a squitter answers an interrogator")
	}
}
