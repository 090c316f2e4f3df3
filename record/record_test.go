package record

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"
)

func TestReplicaAcceptsOnlyTheLogItself(t *testing.T) {
	b := newBody(t)
	replica := b.open(t, NewMemory(), nil)
	b.append(t, 5)
	five := b.log.Head()
	all := func() [][]byte { e, err := b.log.Entries(ctx, 0, b.log.Head().Size); must(t, err); return e }
	bad := all()
	bad[2] = []byte("another")
	if err := replica.Accept(ctx, 0, bad, five.Note); reasonOf(err) != Inconsistent {
		t.Errorf("another entry: %v", err)
	}
	if err := replica.Accept(ctx, 0, all()[:4], five.Note); reasonOf(err) != WrongOldSize {
		t.Errorf("too few: %v", err)
	}
	if err := replica.Accept(ctx, 1, all()[1:], five.Note); reasonOf(err) != WrongOldSize {
		t.Errorf("a hole: %v", err)
	}
	if replica.Head().Size != 0 {
		t.Fatal("the replica moved")
	}
	must(t, replica.Accept(ctx, 0, all(), five.Note))
	b.append(t, 7)
	must(t, replica.Accept(ctx, 3, all()[3:], b.log.Head().Note)) // with entries it holds already
	must(t, replica.Accept(ctx, 0, all()[:5], five.Note))         // late and held: nothing
	if replica.Head().Root != b.log.Head().Root || replica.Head().Size != 12 {
		t.Errorf("replica at %d", replica.Head().Size)
	}
	if _, err := replica.Append(ctx, []byte("x")); err == nil {
		t.Error("a replica appended")
	}
	again := b.open(t, replica.cfg.Storage, nil)
	if again.Head().Root != b.log.Head().Root {
		t.Error("the replica came back with another root")
	}
}

func TestOpenFindsAlteredStorage(t *testing.T) {
	for name, harm := range map[string]func(*Memory){
		"hash":        func(m *Memory) { m.hashes[len(m.hashes)-1][0] ^= 1 },
		"head":        func(m *Memory) { m.heads[len(m.heads)-1].note[3] ^= 1 },
		"older head":  func(m *Memory) { m.heads = m.heads[:len(m.heads)-1] },
		"no head":     func(m *Memory) { m.heads = nil },
		"lost entry":  func(m *Memory) { m.entries = m.entries[:len(m.entries)-1] },
		"lost hashes": func(m *Memory) { m.hashes = m.hashes[:3] },
	} {
		b := newBody(t)
		b.append(t, 3)
		b.append(t, 2)
		harm(b.storage)
		if _, err := Open(ctx, Config{Key: b.key, Signer: b.signer, Storage: b.storage}); err == nil {
			t.Errorf("%s: was opened", name)
		}
	}
}

// TestLogIsTheTreeOfItsEntries compares with tlog's own way over any split into batches, and checks every consistency.
func TestLogIsTheTreeOfItsEntries(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		b := newBody(t)
		sizes := rapid.SliceOfN(rapid.IntRange(1, 40), 1, 8).Draw(rt, "batches")
		var heads []Checkpoint
		heads = append(heads, b.log.Head())
		for _, n := range sizes {
			b.append(t, n)
			heads = append(heads, b.log.Head())
		}
		last := heads[len(heads)-1]
		var stored []tlog.Hash
		reader := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) {
			var out []tlog.Hash
			for _, i := range at {
				out = append(out, stored[i])
			}
			return out, nil
		})
		for i := range last.Size {
			h, err := tlog.StoredHashes(i, fmt.Appendf(nil, "entry %d", i), reader)
			must(t, err)
			stored = append(stored, h...)
		}
		root, err := tlog.TreeHash(last.Size, reader)
		must(t, err)
		if Hash(root) != last.Root {
			rt.Fatalf("root at %d differs", last.Size)
		}
		for _, old := range heads {
			u, err := b.log.Update(ctx, old.Size)
			must(t, err)
			must(t, CheckConsistency(old, last, u.Proof))
			if old.Size > 0 && old.Size < last.Size {
				bad := old
				bad.Root[0] ^= 1
				if CheckConsistency(bad, last, u.Proof) == nil {
					rt.Fatal("another past was consistent")
				}
			}
		}
		again := b.open(t, b.storage, b.signer)
		if again.Head().Root != last.Root {
			rt.Fatal("opened again it differs")
		}
		_, err = again.Append(ctx, []byte("one more"))
		must(t, err)
	})
}

func TestEntriesTooLargeAreRefusedWhole(t *testing.T) {
	b := newBody(t)
	if _, err := b.log.Append(ctx, []byte("fits"), make([]byte, MaxEntry+1)); reasonOf(err) != Malformed {
		t.Errorf("%v", err)
	}
	if _, err := b.log.Append(ctx, make([]byte, MaxEntry), nil); err != nil {
		t.Error(err)
	}
	if b.log.Head().Size != 2 {
		t.Errorf("size %d", b.log.Head().Size)
	}
}
