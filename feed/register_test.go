package feed

import (
	"bytes"
	"testing"

	"entente/asterix"
	"entente/modes"
)

// TestRegistersOfLabelledReplies: category 048 carries Comm-B registers together with their numbers. The inference of
// modes, which does not see the numbers, is held against them.
func TestRegistersOfLabelledReplies(t *testing.T) {
	data, high, low := asterix.Field(48, "250/MBDATA"), asterix.Field(48, "250/BDS1"), asterix.Field(48, "250/BDS2")
	level, address := asterix.Field(48, "090/FL"), asterix.Field(48, "220")
	var right, wrong, open, none int
	mistakes := map[[2]modes.BDS]int{}
	for _, name := range []string{"jahorina_cat048_cat034.raw", "cc_cat_034_048.pcap", "cc_parsegps.gps"} {
		o, err := openBytes(t, name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := o.container(func(int64, string, int64) {})
		if err != nil {
			t.Fatal(err)
		}
		dec := asterix.NewDecoder()
		var p packet
		for c.next(&p) == nil {
			dec.Reset(p.data)
			for dec.Next() {
				r := dec.Record()
				for i := range r.Count(data) {
					mb := r.OctetsAt(data, i)
					hi, _ := r.UintAt(high, i)
					lo, _ := r.UintAt(low, i)
					want := modes.BDS(hi<<4 | lo)
					if len(mb) != 7 || bytes.Equal(mb, make([]byte, 7)) || !(want == 0x40 || want == 0x50 || want == 0x60 || want == 0x10 || want == 0x17 || want == 0x20 || want == 0x30) {
						continue
					}
					a, _ := r.Uint(address)
					fl, _ := r.Float(level)
					f := modes.Fixed{Address: uint32(a)}.AltitudeCommB(0, int32(fl*100), [7]byte(mb))
					var m modes.Message
					if err := modes.Decode(&m, f[:]); err != nil {
						t.Fatal(err)
					}
					switch {
					case m.BDS == want:
						right++
					case m.BDS != 0:
						wrong++
						mistakes[[2]modes.BDS{want, m.BDS}]++
						t.Logf("%X is %v, taken for %v of %v", mb, want, m.BDS, m.Likely.All())
					case m.Likely != 0:
						open++
						t.Logf("%X is %v, ambiguous %v", mb, want, m.Likely.All())
					default:
						none++
						t.Logf("%X is %v, taken for none", mb, want)
					}
				}
			}
		}
	}
	t.Logf("%d right, %d wrong, %d ambiguous, %d none; %v", right, wrong, open, none, mistakes)
	if right < 995*(right+wrong+open+none)/1000 || wrong > 0 {
		t.Errorf("%d right, %d wrong, %d ambiguous, %d none", right, wrong, open, none)
	}
}

func openBytes(t *testing.T, name string) (*opened, error) {
	t.Helper()
	return open(name, bytes.NewReader(readShared(t, "asterix/recordings/"+name)), "")
}
