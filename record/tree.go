package record

import (
	"crypto/sha256"
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// emptyRoot is the root of the log without entries: RFC 6962 section 2.1.
var emptyRoot Hash = sha256.Sum256(nil)

// tree is the right edge of an RFC 6962 tree: enough to append and to know the root, in a few hundred bytes.
// Invariant: edge[i] is the root of a full subtree of 2^i entries exactly where bit i of n is set.
type tree struct {
	n    int64
	edge [63]Hash
}

// add appends a leaf hash and appends to into the hashes that tlog stores for it, in tlog's order.
func (t *tree) add(leaf Hash, into []Hash) []Hash {
	h := leaf
	into = append(into, h)
	level := 0
	for ; t.n>>level&1 == 1; level++ {
		h = Hash(tlog.NodeHash(tlog.Hash(t.edge[level]), tlog.Hash(h)))
		into = append(into, h)
	}
	t.edge[level] = h
	t.n++
	return into
}

func (t *tree) root() Hash {
	if t.n == 0 {
		return emptyRoot
	}
	low := bits.TrailingZeros64(uint64(t.n))
	h := t.edge[low]
	for level := low + 1; t.n>>level > 0; level++ {
		if t.n>>level&1 == 1 {
			h = Hash(tlog.NodeHash(tlog.Hash(t.edge[level]), tlog.Hash(h)))
		}
	}
	return h
}

// edgePlaces lists where the edge of a tree of n entries is stored, lowest level first.
func edgePlaces(n int64) (levels []int, places []int64) {
	for level := 0; n>>level > 0; level++ {
		if n>>level&1 == 1 {
			levels = append(levels, level)
			places = append(places, tlog.StoredHashIndex(level, n>>level-1))
		}
	}
	return levels, places
}

func loadTree(n int64, hashes func([]int64) ([]Hash, error)) (tree, error) {
	t := tree{n: n}
	levels, places := edgePlaces(n)
	list, err := hashes(places)
	if err != nil {
		return t, fmt.Errorf("reading the edge of the log at size %d: %w", n, err)
	}
	for i, level := range levels {
		t.edge[level] = list[i]
	}
	return t, nil
}

// leafHash is the RFC 6962 hash of an entry.
func leafHash(entry []byte) Hash { return Hash(tlog.RecordHash(entry)) }

// hashReader lets tlog read a storage's hashes.
type hashReader func([]int64) ([]Hash, error)

func (r hashReader) ReadHashes(places []int64) ([]tlog.Hash, error) {
	list, err := r(places)
	if err != nil {
		return nil, err
	}
	out := make([]tlog.Hash, len(list))
	for i, h := range list {
		out[i] = tlog.Hash(h)
	}
	return out, nil
}
