// Package storagetest holds every Storage and WitnessStorage to what record relies on.
//
// In goes a maker of fresh storages; out come test failures that name the broken promise.
//
//	func TestStorage(t *testing.T) { storagetest.Storage(t, func(t *testing.T) record.Storage { return open(t) }) }
package storagetest

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"entente/record"
)

var ctx = context.Background()

// Storage holds an implementation to [record.Storage]; fresh returns an empty one.
func Storage(t *testing.T, fresh func(*testing.T) record.Storage) {
	t.Run("an empty log", func(t *testing.T) { empty(t, fresh(t)) })
	t.Run("batches are stored whole or not at all", func(t *testing.T) { batches(t, fresh(t)) })
	t.Run("heads are found by size", func(t *testing.T) { heads(t, fresh(t)) })
}

func empty(t *testing.T, s record.Storage) {
	if n, err := s.Size(ctx); n != 0 || err != nil {
		t.Errorf("size %d, %v", n, err)
	}
	if note, err := s.Checkpoint(ctx, 1<<40); note != nil || err != nil {
		t.Errorf("head %q, %v", note, err)
	}
	if list, err := s.Entries(ctx, 0, 0); len(list) != 0 || err != nil {
		t.Errorf("no entries: %v, %v", list, err)
	}
	if _, err := s.Entries(ctx, 0, 1); err == nil {
		t.Error("an entry of an empty log")
	}
	if _, err := s.Hashes(ctx, []int64{0}); err == nil {
		t.Error("a hash of an empty log")
	}
}

// batch makes n entries from at with as many hashes as a tree would store; their values do not matter to a storage.
func batch(at, n int64) record.Batch {
	b := record.Batch{At: at, HashAt: tlog.StoredHashCount(at)}
	for i := at; i < at+n; i++ {
		b.Entries = append(b.Entries, fmt.Appendf(nil, "entry %d", i))
	}
	for i := b.HashAt; i < tlog.StoredHashCount(at+n); i++ {
		b.Hashes = append(b.Hashes, hashAt(i))
	}
	b.Checkpoint = fmt.Appendf(nil, "head %d", at+n)
	return b
}

func hashAt(i int64) record.Hash { return record.Hash{byte(i), byte(i >> 8), byte(i >> 16), 7} }

func batches(t *testing.T, s record.Storage) {
	var size int64
	for _, n := range []int64{1, 3, 1, 300, 7} {
		if err := s.Append(ctx, batch(size, n)); err != nil {
			t.Fatal(err)
		}
		for _, at := range []int64{size - 1, size, size + n + 1} { // another place than the end
			if at < 0 || at == size+n {
				continue
			}
			if err := s.Append(ctx, batch(at, 2)); err == nil {
				t.Fatalf("a batch was stored at %d in a log of %d", at, size+n)
			}
		}
		size += n
		if got, err := s.Size(ctx); got != size || err != nil {
			t.Fatalf("size %d, want %d (%v)", got, size, err)
		}
	}
	list, err := s.Entries(ctx, 2, size-2)
	if err != nil || int64(len(list)) != size-2 {
		t.Fatalf("%d entries, %v", len(list), err)
	}
	for i, e := range list {
		if want := fmt.Sprintf("entry %d", i+2); string(e) != want {
			t.Fatalf("%q, want %q", e, want)
		}
	}
	count := tlog.StoredHashCount(size)
	places := []int64{count - 1, 0, 5, 5, count / 2}
	hashes, err := s.Hashes(ctx, places)
	if err != nil || len(hashes) != len(places) {
		t.Fatalf("%d hashes, %v", len(hashes), err)
	}
	for i, p := range places {
		if hashes[i] != hashAt(p) {
			t.Errorf("hash %d is %x", p, hashes[i])
		}
	}
	for _, p := range []int64{-1, count} {
		if _, err := s.Hashes(ctx, []int64{0, p}); err == nil {
			t.Errorf("a hash at %d of %d", p, count)
		}
	}
	for _, r := range [][2]int64{{-1, 1}, {size, 1}, {size - 1, 2}} {
		if _, err := s.Entries(ctx, r[0], r[1]); err == nil {
			t.Errorf("entries %v of %d", r, size)
		}
	}
}

func heads(t *testing.T, s record.Storage) {
	expect := func(size int64, want string) {
		t.Helper()
		got, err := s.Checkpoint(ctx, size)
		if err != nil || string(got) != want {
			t.Errorf("head at most %d: %q, want %q (%v)", size, got, want, err)
		}
	}
	put := func(size int64, text string) {
		t.Helper()
		if err := s.PutCheckpoint(ctx, size, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	put(0, "head 0")
	for _, n := range []int64{2, 3} {
		size, _ := s.Size(ctx)
		if err := s.Append(ctx, batch(size, n)); err != nil {
			t.Fatal(err)
		}
	}
	expect(0, "head 0")
	expect(1, "head 0")
	expect(2, "head 2")
	expect(4, "head 2")
	expect(5, "head 5")
	expect(1<<40, "head 5")
	put(2, "head 2 with cosignatures")
	expect(3, "head 2 with cosignatures")
	expect(5, "head 5")
}

// Witness holds an implementation to [record.WitnessStorage]; fresh returns an empty one.
func Witness(t *testing.T, fresh func(*testing.T) record.WitnessStorage) {
	s := fresh(t)
	expect := func(origin, want string) {
		t.Helper()
		got, err := s.Latest(ctx, origin)
		if err != nil || !bytes.Equal(got, []byte(want)) || want == "" && got != nil {
			t.Errorf("latest of %s: %q, want %q (%v)", origin, got, want, err)
		}
	}
	expect("a", "")
	for _, step := range []struct {
		origin, old, next string
		ok                bool
	}{{"a", "", "one", true}, {"a", "", "other", false}, {"b", "", "b one", true}, {"a", "one", "two", true},
		{"a", "one", "three", false}, {"a", "two", "three", true}, {"b", "two", "x", false}} {
		var old []byte
		if step.old != "" {
			old = []byte(step.old)
		}
		if err := s.Advance(ctx, step.origin, old, []byte(step.next)); (err == nil) != step.ok {
			t.Errorf("%s from %q to %q: %v", step.origin, step.old, step.next, err)
		}
	}
	expect("a", "three")
	expect("b", "b one")
	e := record.Evidence{Reason: record.Fork, Time: time.Unix(1, 0).UTC(), Ours: []byte("three"), Refused: record.Update{Old: 3, Checkpoint: []byte("x")}}
	if err := s.Keep(ctx, "a", e); err != nil {
		t.Error(err)
	}
	expect("a", "three")
}
