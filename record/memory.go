package record

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
)

// Memory is a [Storage] and [WitnessStorage] that lives as long as the process: for tests, demonstrations and audits.
type Memory struct {
	mu       sync.RWMutex // guards all below
	entries  [][]byte
	hashes   []Hash
	heads    []head // by size
	latest   map[string][]byte
	evidence map[string][]Evidence
}

type head struct {
	size int64
	note []byte
}

// NewMemory returns an empty one.
func NewMemory() *Memory {
	return &Memory{latest: map[string][]byte{}, evidence: map[string][]Evidence{}}
}

// Append is [Storage.Append].
func (m *Memory) Append(_ context.Context, b Batch) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if b.At != int64(len(m.entries)) || b.HashAt != int64(len(m.hashes)) {
		return fmt.Errorf("storing entries: the log has %d, the batch begins at %d", len(m.entries), b.At)
	}
	for _, e := range b.Entries {
		m.entries = append(m.entries, bytes.Clone(e))
	}
	m.hashes = append(m.hashes, b.Hashes...)
	if b.Checkpoint != nil {
		m.putLocked(b.At+int64(len(b.Entries)), b.Checkpoint)
	}
	return nil
}

// Size is [Storage.Size].
func (m *Memory) Size(context.Context) (int64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return int64(len(m.entries)), nil
}

// Entries is [Storage.Entries].
func (m *Memory) Entries(_ context.Context, from, n int64) ([][]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	if from < 0 || n < 0 || from > int64(len(m.entries))-n {
		return nil, fmt.Errorf("reading entries %d to %d: the log has %d", from, from+n-1, len(m.entries))
	}
	return slices.Clone(m.entries[from : from+n]), nil
}

// Hashes is [Storage.Hashes].
func (m *Memory) Hashes(_ context.Context, places []int64) ([]Hash, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := make([]Hash, len(places))
	for i, p := range places {
		if p < 0 || p >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("reading hash %d: there are %d", p, len(m.hashes))
		}
		list[i] = m.hashes[p]
	}
	return list, nil
}

// Checkpoint is [Storage.Checkpoint].
func (m *Memory) Checkpoint(_ context.Context, size int64) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	i, found := slices.BinarySearchFunc(m.heads, size, func(h head, s int64) int { return int(h.size - s) })
	if !found {
		i--
	}
	if i < 0 {
		return nil, nil
	}
	return bytes.Clone(m.heads[i].note), nil
}

// PutCheckpoint is [Storage.PutCheckpoint].
func (m *Memory) PutCheckpoint(_ context.Context, size int64, note []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.putLocked(size, note)
	return nil
}

func (m *Memory) putLocked(size int64, note []byte) {
	i, found := slices.BinarySearchFunc(m.heads, size, func(h head, s int64) int { return int(h.size - s) })
	if !found {
		m.heads = slices.Insert(m.heads, i, head{})
	}
	m.heads[i] = head{size, bytes.Clone(note)}
}

// Latest is [WitnessStorage.Latest].
func (m *Memory) Latest(_ context.Context, origin string) ([]byte, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return bytes.Clone(m.latest[origin]), nil
}

// Advance is [WitnessStorage.Advance].
func (m *Memory) Advance(_ context.Context, origin string, old, next []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !bytes.Equal(m.latest[origin], old) {
		return fmt.Errorf("storing the head of %s: another was stored meanwhile", origin)
	}
	m.latest[origin] = bytes.Clone(next)
	return nil
}

// Keep is [WitnessStorage.Keep].
func (m *Memory) Keep(_ context.Context, origin string, e Evidence) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.evidence[origin] = append(m.evidence[origin], e)
	return nil
}

// Evidence returns what was kept against a log.
func (m *Memory) Evidence(origin string) []Evidence {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return slices.Clone(m.evidence[origin])
}
