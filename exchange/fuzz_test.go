package exchange

import (
	"bytes"
	"testing"
	"time"

	"entente"
)

// FuzzEnvelope: whatever parses and carries a known label is written again to the same bytes, and nothing is believed
// but what was signed.
func FuzzEnvelope(f *testing.F) {
	u := newUnion(f, "BLR", "ARM")
	now := entente.At(time.Now())
	good := chain(f, u.nodes["BLR"], "ARM", 1, 1, now)[0]
	f.Add(good)
	f.Add(good[:len(good)-64])
	f.Add([]byte("ENT\x01"))
	f.Add([]byte("ENT\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
		_, v, ref := d.item(b, now)
		if v == take && !bytes.Equal(b, good) {
			t.Fatalf("took %x", b)
		}
		if v != take && ref == nil {
			t.Fatal("refused without a reason")
		}
		if _, err := d.live(b, now); err == nil {
			t.Fatal("an item passed for a live batch")
		}
	})
}

func FuzzLabel(f *testing.F) {
	b, err := appendLabel(nil, label("BLR", "ARM", "KAZ"))
	must(f, err)
	f.Add(b)
	f.Add(b[:5])
	f.Fuzz(func(t *testing.T, b []byte) {
		l, ref := readLabel(b)
		if ref != nil {
			return
		}
		again, err := appendLabel(nil, l)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%x was read as %+v and written as %x: %v", b, l, again, err)
		}
	})
}

func FuzzTracks(f *testing.F) {
	b, err := AppendTracks(nil, sampleTracks(2, "BLR"))
	must(f, err)
	f.Add(b)
	f.Add(b[:100])
	f.Add([]byte{2, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := DecodeTracks(b, "BLR", nil)
		if err != nil {
			if len(list) > 0 {
				t.Fatal("tracks of a refused batch were handed on")
			}
			return
		}
		again, err := AppendTracks(nil, list)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("written again it differs: %v", err)
		}
	})
}
