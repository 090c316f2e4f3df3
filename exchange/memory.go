package exchange

import (
	"cmp"
	"context"
	"crypto/sha256"
	"maps"
	"slices"
	"sync"

	"entente"
)

// Memory is an [Inbox] and [Outbox] that lives as long as the process: for tests and for nodes that need not survive.
type Memory struct {
	mu      sync.Mutex // guards all below
	epoch   uint64
	heads   map[address]Position // of the next item
	pending []Sealed
	cursors map[entente.MemberID]map[string]Cursor
	items   []Item
}

type address struct {
	member entente.MemberID
	stream string
}

// NewMemory returns an empty one that numbers in the given epoch.
func NewMemory(epoch uint64) *Memory {
	return &Memory{epoch: epoch, heads: map[address]Position{}, cursors: map[entente.MemberID]map[string]Cursor{}}
}

// Append is [Outbox.Append].
func (m *Memory) Append(_ context.Context, to entente.MemberID, stream string, seal func(Position) ([]byte, error)) (Sealed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at := address{to, stream}
	p, ok := m.heads[at]
	if !ok {
		p = Position{Epoch: m.epoch, Seq: 1}
	}
	raw, err := seal(p)
	if err != nil {
		return Sealed{}, err
	}
	s := Sealed{to, stream, p.Epoch, p.Seq, raw}
	m.pending = append(m.pending, s)
	m.heads[at] = Position{p.Epoch, p.Seq + 1, sha256.Sum256(raw)}
	return s, nil
}

// Pending is [Outbox.Pending].
func (m *Memory) Pending(_ context.Context, to entente.MemberID, limit int) ([]Sealed, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []Sealed
	for _, s := range m.pending {
		if s.To == to && len(list) < limit {
			list = append(list, s)
		}
	}
	return list, nil
}

// Ack is [Outbox.Ack].
func (m *Memory) Ack(_ context.Context, to entente.MemberID, stream string, epoch, seq uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pending = slices.DeleteFunc(m.pending, func(s Sealed) bool {
		return s.To == to && s.Stream == stream && s.Epoch == epoch && s.Seq <= seq
	})
	return nil
}

// Cursors is [Inbox.Cursors].
func (m *Memory) Cursors(_ context.Context, from entente.MemberID) (map[string]Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.cursors[from]), nil
}

// Store is [Inbox.Store].
func (m *Memory) Store(ctx context.Context, item Item) error {
	return m.StoreBatch(ctx, []Item{item})
}

// StoreBatch is [BatchInbox.StoreBatch].
func (m *Memory) StoreBatch(_ context.Context, items []Item) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, item := range items {
		if m.cursors[item.From] == nil {
			m.cursors[item.From] = map[string]Cursor{}
		}
		m.cursors[item.From][item.Stream] = item.Cursor()
		if item.Refused == "" {
			m.items = append(m.items, item)
		}
	}
	return nil
}

// Items returns what was stored from a partner, by stream and number.
func (m *Memory) Items(from entente.MemberID) []Item {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := slices.DeleteFunc(slices.Clone(m.items), func(i Item) bool { return i.From != from })
	slices.SortStableFunc(list, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Epoch, b.Epoch), cmp.Compare(a.Seq, b.Seq))
	})
	return list
}
