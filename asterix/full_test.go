package asterix

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// fataler is what tests, fuzz targets and properties have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// fullRecord builds a record of one profile out of random octets in which each item is present with the chance given, and so is
// each subitem and extent of it; up to three repetitions. A conditional or wide field gets random bits like any other.
func fullRecord(t fataler, e *Edition, profile int, chance float64, rnd *rand.Rand, without ...string) []byte {
	t.Helper()
	b := NewBuilder(e)
	u := &e.uaps[profile]
	for _, n := range u.nodes {
		if n >= 0 && e.nodes[n].shape != sequence && rnd.Float64() < chance && !slices.Contains(without, e.nodes[n].path) {
			fillNode(b, n, chance, rnd)
		}
	}
	if e.choose >= 0 {
		for v, i := range e.chosen {
			if f := &e.leaves[e.choose]; i == profile {
				f.store(b.element(f, 0), v)
			}
		}
	}
	data, err := b.AppendRecord(nil)
	for _, item := range []string{"RE", "SP"} { // one that does not fit its length octet is left out
		if bad := new(Error); errors.As(err, &bad) && bad.Reason == TooLong && bad.Item == item {
			n := nodeAt(b.edition, item)
			clear(b.present[n:b.edition.nodes[n].skip])
			data, err = b.AppendRecord(nil)
		}
	}
	if bad := new(Error); errors.As(err, &bad) && bad.Reason == EmptyFSPEC {
		fillNode(b, u.nodes[0], 1, rnd)
		data, err = b.AppendRecord(nil)
	}
	if err != nil {
		t.Fatalf("%03d ed. %s: %v", e.category, e.name, err)
	}
	return data
}

// fillNode makes a node and what lies below it present and random.
func fillNode(b *Builder, n int16, chance float64, rnd *rand.Rand) {
	nd := &b.edition.nodes[n]
	b.mark(n)
	switch nd.shape {
	case extended:
		for i, c := range nd.children {
			if i > 0 && rnd.Float64() >= chance {
				break
			}
			fillNode(b, c, chance, rnd)
		}
	case explicit:
		if len(nd.children) > 0 {
			fillNode(b, nd.children[0], chance, rnd)
			return
		}
		for range rnd.IntN(6) {
			b.lists[n] = append(b.lists[n], byte(rnd.Uint32()))
		}
	case compound:
		for _, c := range nd.children {
			if c >= 0 && rnd.Float64() < chance {
				fillNode(b, c, chance, rnd)
			}
		}
	default:
		count := 1
		if nd.repeats() {
			count += rnd.IntN(3)
		}
		for i := range count {
			fillLeaves(b, nd, i, rnd)
		}
	}
}

func fillLeaves(b *Builder, nd *node, i int, rnd *rand.Rand) {
	for _, l := range nd.leaves {
		f := &b.edition.leaves[l]
		switch o := b.element(f, i); {
		case f.kind == kindSpare:
		case f.width > 64:
			for k := range f.octets {
				o[f.first+k] = byte(rnd.Uint32())
			}
		case f.kind == kindICAO:
			var v uint64
			for range f.width / 6 {
				v = v<<6 | uint64('A'-64+rnd.IntN(26))
			}
			f.store(o, v)
		case f.kind == kindASCII:
			for k := range f.octets {
				o[f.first+k] = byte('A' + rnd.IntN(26))
			}
		default:
			f.store(o, rnd.Uint64())
		}
	}
}

func nodeAt(e *Edition, path string) int16 {
	return int16(slices.IndexFunc(e.nodes, func(n node) bool { return n.path == path }))
}

// TestFullRecords: a record of every edition and profile with everything in it is read whole, without a note, plausible to the
// probe's structure checks, and rebuilt octet by octet.
func TestFullRecords(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, e := range everyEdition(t) {
		for u := range e.uaps {
			for _, chance := range []float64{1, 0.9, 0.5, 0.1} {
				data := fullRecord(t, e, u, chance, rnd)
				var r Record
				if n, err := ParseRecord(e, data, &r); err != nil || n != len(data) || r.Note() != nil || r.unknown != 0 {
					t.Errorf("%03d ed. %s %s: %d of %d octets, %v, %v", e.category, e.name, e.uaps[u].name, n, len(data), err, r.Note())
					continue
				}
				checkRebuilt(t, e.name, &r)
			}
		}
	}
}
