package asterix

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// stream is blocks of several categories in one datagram or file, and where each record lies.
type stream struct {
	data    []byte
	blocks  []int         // first octet of each
	records []streamEntry // in order
}

type streamEntry struct{ block, at, size int }

// madeStream makes a few blocks of a few records each, of editions that stand in the rules.
func madeStream(t fataler, seed uint64, blocks int) (s stream, rules []Rule) {
	rnd := rand.New(rand.NewPCG(seed, 5))
	editions := map[uint8]string{34: "1.29", 48: "1.31", 62: "1.18", 10: "1.1", 21: "2.4", 65: "1.5"}
	cats := []uint8{10, 21, 34, 48, 62, 65}
	for _, cat := range cats {
		rules = append(rules, Rule{Category: cat, AnySource: true, Edition: editions[cat], Expansion: "none"})
	}
	for k := range blocks {
		cat := cats[rnd.IntN(len(cats))]
		e, err := GetExpansion(cat, editions[cat], "none")
		if err != nil {
			t.Fatalf("%v", err)
		}
		start := len(s.data)
		s.blocks = append(s.blocks, start)
		s.data = BeginBlock(s.data, cat)
		for range 1 + rnd.IntN(4) {
			r := fullRecord(t, e, 0, 0.3, rnd)
			s.records = append(s.records, streamEntry{k, len(s.data), len(r)})
			s.data = append(s.data, r...)
		}
		if err := EndBlock(s.data, start); err != nil {
			t.Fatalf("%v", err)
		}
	}
	return s, rules
}

// kept decodes a stream and returns the octets of the records by the block they stand in.
func kept(t fataler, d *Decoder, data []byte) map[int][][]byte {
	all := map[int][][]byte{}
	for d.Reset(data); d.Next(); {
		r := d.Record()
		all[r.Block] = append(all[r.Block], bytes.Clone(r.Data()))
	}
	for _, e := range d.Errors() {
		if e.Reason == "" || e.Offset < 0 || e.Offset > len(data) || e.Error() == "" {
			t.Fatalf("error %+v", e)
		}
	}
	return all
}

// TestDamageStaysInItsBlock: whatever octets of one record are changed, the records of all other blocks are read as before, those
// before it in its block too, none is made up elsewhere, and what is lost is said with its place.
func TestDamageStaysInItsBlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, rules := madeStream(t, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(1, 6).Draw(t, "blocks"))
		d := NewDecoder(rules...)
		want := kept(t, d, s.data)
		if len(d.Errors()) > 0 {
			t.Fatalf("undamaged: %v", d.Errors())
		}
		hit := s.records[rapid.IntRange(0, len(s.records)-1).Draw(t, "record")]
		data := bytes.Clone(s.data)
		for range rapid.IntRange(1, 4).Draw(t, "octets") {
			data[hit.at+rapid.IntRange(0, hit.size-1).Draw(t, "at")] = rapid.Byte().Draw(t, "value")
		}
		d.Resync = rapid.Bool().Draw(t, "file")
		got := kept(t, d, data)
		before := 0
		for _, r := range s.records {
			if r.block == hit.block && r.at < hit.at {
				before++
			}
		}
		for k := range s.blocks {
			if k != hit.block && !slices.EqualFunc(got[k], want[k], bytes.Equal) {
				t.Fatalf("block %d: %x, want %x; damage in block %d", k, got[k], want[k], hit.block)
			}
		}
		if n := len(got[hit.block]); n < before || !slices.EqualFunc(got[hit.block][:before], want[hit.block][:before], bytes.Equal) {
			t.Fatalf("of the block's %d records before the damage %d are left", before, n)
		}
		if len(got) > len(s.blocks) {
			t.Fatalf("records of %d blocks out of %d", len(got), len(s.blocks))
		}
		total := 0
		for _, r := range got[hit.block] {
			total += len(r)
		}
		size := blockSize(s, hit.block)
		if total < size && len(d.Errors()) == 0 {
			t.Fatalf("%d of %d octets of the block read, and no error", total, size)
		}
		for _, e := range d.Errors() {
			if e.Block != hit.block || e.Offset < s.blocks[hit.block] || e.Offset > s.blocks[hit.block]+3+size || e.Category == 0 || e.Edition == "" {
				t.Fatalf("%+v, the damage is in block %d", e, hit.block)
			}
		}
	})
}

// blockSize is the octets of a block's records.
func blockSize(s stream, k int) (n int) {
	for _, r := range s.records {
		if r.block == k {
			n += r.size
		}
	}
	return n
}

// TestDamagedLengths: a block whose length is wrong costs a file its own records, and the next ones are found again.
func TestDamagedLengths(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, rules := madeStream(t, rapid.Uint64().Draw(t, "seed"), rapid.IntRange(3, 8).Draw(t, "blocks"))
		d := NewDecoder(rules...)
		d.Resync = true
		want := kept(t, d, s.data)
		hit := rapid.IntRange(0, len(s.blocks)-1).Draw(t, "block")
		data := bytes.Clone(s.data)
		length := rapid.SampledFrom([]int{0, 1, 2, 0xFFFF, len(data)}).Draw(t, "length")
		data[s.blocks[hit]+1], data[s.blocks[hit]+2] = byte(length>>8), byte(length)
		if length == len(data) && hit == 0 {
			return // it takes the whole file for one block
		}
		before := d.Stats().Trailing
		got := kept(t, d, data)
		if len(d.Errors()) == 0 && d.Stats().Trailing == before { // a short last one passes for a trailer
			t.Fatal("no error")
		}
		for k := range hit {
			if !slices.EqualFunc(got[k], want[k], bytes.Equal) {
				t.Fatalf("block %d before the wrong one: %x, want %x", k, got[k], want[k])
			}
		}
		if last := len(s.blocks) - 1; hit < last-1 { // found again at the latest two blocks on: a header and one to confirm it
			found := false
			for _, records := range got {
				found = found || slices.EqualFunc(records, want[last], bytes.Equal)
			}
			if !found {
				t.Fatalf("last block is lost after a wrong length in block %d of %d: %v", hit, len(s.blocks), d.Errors())
			}
		}
		if d.Resync = false; len(kept(t, d, data)) > hit+1 { // a datagram ends there
			t.Fatal("records after a wrong length in a datagram")
		}
	})
}
