package feed

import (
	"bytes"
	"slices"
	"testing"

	"entente/asterix"
	"entente/modes"
)

// labelledReply is a Comm-B register of category 048 with its number.
type labelledReply struct {
	want    modes.BDS
	mb      [7]byte
	address uint32
	level   float64
}

func labelledReplies(t *testing.T, name string, take func(*labelledReply)) {
	t.Helper()
	data, high, low := asterix.Field(48, "250/MBDATA"), asterix.Field(48, "250/BDS1"), asterix.Field(48, "250/BDS2")
	level, address := asterix.Field(48, "090/FL"), asterix.Field(48, "220")
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
				if len(mb) != 7 || bytes.Equal(mb, make([]byte, 7)) || hi == 0 && lo == 0 { // 0,0 is no number
					continue
				}
				a, _ := r.Uint(address)
				fl, _ := r.Float(level)
				take(&labelledReply{modes.BDS(hi<<4 | lo), [7]byte(mb), uint32(a), fl})
			}
		}
	}
}

// TestRegistersOfLabelledReplies: category 048 carries Comm-B registers together with their numbers. The inference of
// modes, which does not see the numbers, is held against them; the last recording was never looked at to tune it.
func TestRegistersOfLabelledReplies(t *testing.T) {
	type count struct{ right, wrong, open, none int }
	told := []modes.BDS{0x10, 0x17, 0x20, 0x30, 0x40, 0x50, 0x60}
	var all count
	for _, rec := range []struct {
		name string
		held bool
	}{{"jahorina_cat048_cat034.raw", false}, {"cc_cat_034_048.pcap", false}, {"cc_parsegps.gps", true}} {
		by := map[modes.BDS]*count{}
		labelledReplies(t, rec.name, func(l *labelledReply) {
			c := by[l.want]
			if c == nil {
				c = &count{}
				by[l.want] = c
			}
			f := modes.Fixed{Address: l.address}.AltitudeCommB(0, int32(l.level*100), l.mb)
			var m modes.Message
			if err := modes.Decode(&m, f[:]); err != nil {
				t.Fatal(err)
			}
			switch {
			case m.BDS == l.want:
				c.right++
			case m.BDS != 0:
				c.wrong++
				t.Logf("%X is %v, taken for %v of %v", l.mb, l.want, m.BDS, m.Likely.All())
			case m.Likely != 0:
				c.open++
			default:
				c.none++
			}
			if _, ok := m.As(l.want); !ok && slices.Contains(told, l.want) {
				t.Logf("%X cannot be %v, it says", l.mb, l.want)
			}
		})
		for b := range 256 {
			c := by[modes.BDS(b)]
			if c == nil {
				continue
			}
			t.Logf("%-28s held out %-5v register %v: %5d right %3d wrong %3d ambiguous %3d none", rec.name, rec.held, modes.BDS(b), c.right, c.wrong, c.open, c.none)
			all.right, all.wrong, all.open, all.none = all.right+c.right, all.wrong+c.wrong, all.open+c.open, all.none+c.none
			if n := c.right + c.wrong + c.open + c.none; slices.Contains(told, modes.BDS(b)) && (c.wrong > 0 || c.right < 97*n/100) {
				t.Errorf("%s: register %v: %+v", rec.name, modes.BDS(b), *c)
			}
		}
	}
	n := all.right + all.wrong + all.open + all.none
	t.Logf("all: %d right, %d wrong (false inference %.3f %%), %d ambiguous, %d none of %d", all.right, all.wrong, 100*float64(all.wrong)/float64(n), all.open, all.none, n)
}

func openBytes(t *testing.T, name string) (*opened, error) {
	t.Helper()
	return open(name, bytes.NewReader(readShared(t, "asterix/recordings/"+name)), "")
}
