package asterix

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// TestBuildersForget: a builder used before makes the same octets as a new one, whatever was in it.
func TestBuildersForget(t *testing.T) {
	editions := everyEdition(t)
	rapid.Check(t, func(t *rapid.T) {
		e := editions[rapid.IntRange(0, len(editions)-1).Draw(t, "edition")]
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 3))
		used := NewBuilder(e)
		for range 3 {
			u := rnd.IntN(len(e.uaps))
			var r Record
			data := fullRecord(t, e, u, rnd.Float64(), rnd)
			if _, err := ParseRecord(e, data, &r); err != nil {
				t.Fatalf("%x: %v", data, err)
			}
			used.Reset()
			used.Copy(&r)
			if got, err := used.AppendRecord(nil); err != nil || !bytes.Equal(got, data) {
				t.Fatalf("%03d ed. %s: %x, want %x, %v", e.category, e.name, got, data, err)
			}
		}
	})
}

// TestChangedCopies: after a copy one field is set anew, and only its bits change.
func TestChangedCopies(t *testing.T) {
	editions := everyEdition(t)
	rapid.Check(t, func(t *rapid.T) {
		e := editions[rapid.IntRange(0, len(editions)-1).Draw(t, "edition")]
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 4))
		data := fullRecord(t, e, 0, 0.7, rnd)
		var r, again Record
		if _, err := ParseRecord(e, data, &r); err != nil {
			t.Fatalf("%x: %v", data, err)
		}
		fields := e.Fields()
		f := fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]
		h := Field(e.category, f.Path)
		if f.Bits > 64 || r.Count(h) == 0 || e.choose >= 0 && e.leaves[e.at(h).leaf].node == e.leaves[e.choose].node {
			return // choosing another profile changes what follows
		}
		i := rapid.IntRange(0, r.Count(h)-1).Draw(t, "repetition")
		v := rapid.Uint64().Draw(t, "value") >> (64 - f.Bits)
		b := NewBuilder(e)
		b.Copy(&r)
		b.SetUintAt(h, i, v)
		octets, err := b.AppendRecord(nil)
		if err != nil || len(octets) != len(data) {
			t.Fatalf("%v: %d octets, want %d, %v", h, len(octets), len(data), err)
		}
		if _, err := ParseRecord(e, octets, &again); err != nil {
			t.Fatalf("%x: %v", octets, err)
		}
		if got, _ := again.UintAt(h, i); got != v {
			t.Fatalf("%v[%d] is %d, want %d", h, i, got, v)
		}
		changed := 0
		for k := range data {
			if data[k] != octets[k] {
				changed++
			}
		}
		if changed > f.Bits/8+2 {
			t.Fatalf("%v of %d bits changes %d octets", h, f.Bits, changed)
		}
	})
}

// TestBytesInPlaceOfFields: what an explicit item holds is set either as octets or by fields, the last wins.
func TestBytesInPlaceOfFields(t *testing.T) {
	e := edition(t, 21, "2.4")
	re, bps := Field(21, "RE"), Field(21, "RE/BPS/BPS")
	for _, c := range []struct {
		name string
		set  func(b *Builder)
		want string
	}{
		{"fields", func(b *Builder) { b.SetUint(bps, 5) }, "04800005"},
		{"octets", func(b *Builder) { b.SetBytes(re, []byte{1, 2, 3}) }, "04010203"},
		{"fields, then octets", func(b *Builder) { b.SetUint(bps, 5); b.SetBytes(re, []byte{9}) }, "0209"},
		{"octets, then fields", func(b *Builder) { b.SetBytes(re, []byte{9}); b.SetUint(bps, 5) }, "04800005"},
		{"marked alone", func(b *Builder) { b.Mark(re) }, "0200"},
		{"no octets", func(b *Builder) { b.SetBytes(re, nil) }, "01"},
	} {
		b := NewBuilder(e)
		c.set(b)
		got, err := b.AppendRecord(nil)
		if want := hx("01010101010104" + c.want); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %x, want %x, %v", c.name, got, want, err)
		}
	}
}
