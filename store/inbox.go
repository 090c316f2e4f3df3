package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"

	"entente"
)

// Cursor is how far one stream of one partner is stored.
type Cursor struct {
	Epoch   uint64
	Seq     uint64
	Hash    Hash   // SHA-256 of the last item's raw bytes
	Carrier uint64 // place of the last item in the carrier's stream
}

// Received is a partner's item with the cursor that follows it.
type Received struct {
	Place  int64 // order of arrival here, from 1; set when read
	From   entente.MemberID
	Stream string
	Type   string
	Time   entente.Instant // of arrival
	Raw    []byte          // the signed envelope as received; nil: store the cursor alone
	Cursor Cursor
}

// Receive keeps the item and its cursor. An item kept before is not kept twice; a cursor never goes back within an epoch.
func (t *Tx) Receive(item Received) error {
	c := item.Cursor
	if max(c.Epoch, c.Seq, c.Carrier) > math.MaxInt64 {
		return &entente.Error{Kind: entente.Implausible, Source: string(item.From) + " " + item.Stream, Offset: -1, Reason: fmt.Sprintf("epoch %d, number %d, place %d", c.Epoch, c.Seq, c.Carrier)}
	}
	if item.Raw != nil {
		err := t.exec("INSERT INTO inbox (partner, stream, epoch, seq, type, received, raw) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			item.From, item.Stream, int64(c.Epoch), int64(c.Seq), item.Type, int64(item.Time), item.Raw)
		if err != nil {
			return fmt.Errorf("storing an item of %s: %w", item.From, err)
		}
	}
	n, err := t.change("INSERT INTO cursor (partner, stream, epoch, seq, hash, carrier) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (partner, stream) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, hash = excluded.hash, carrier = excluded.carrier WHERE excluded.epoch > epoch OR excluded.epoch = epoch AND excluded.seq >= seq",
		item.From, item.Stream, int64(c.Epoch), int64(c.Seq), c.Hash[:], int64(c.Carrier))
	if err == nil && n == 0 {
		err = &entente.Error{Kind: entente.Replayed, Source: string(item.From) + " " + item.Stream, Offset: int64(c.Seq), Reason: "the cursor stands further on"}
	}
	if err != nil {
		return fmt.Errorf("storing the cursor of %s: %w", item.From, err)
	}
	return nil
}

// Receive is [Tx.Receive] in a transaction of its own.
func (s *Store) Receive(ctx context.Context, item Received) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.Receive(item) })
}

// Cursors returns the cursors of all streams of a partner, by stream name.
func (s *Store) Cursors(ctx context.Context, from entente.MemberID) (map[string]Cursor, error) {
	list := map[string]Cursor{}
	err := s.each(ctx, "SELECT stream, epoch, seq, hash, carrier FROM cursor WHERE partner = ?", []any{from}, func(r *sql.Rows) error {
		var stream string
		var c Cursor
		var hash []byte
		if err := r.Scan(&stream, &c.Epoch, &c.Seq, &hash, &c.Carrier); err != nil {
			return err
		}
		copy(c.Hash[:], hash)
		list[stream] = c
		return nil
	})
	return list, err
}

// Inbox returns at most limit items of all partners in the order in which they came, from place after+1.
func (s *Store) Inbox(ctx context.Context, after int64, limit int) (list []Received, err error) {
	err = s.each(ctx, "SELECT place, partner, stream, epoch, seq, type, received, raw FROM inbox WHERE place > ? ORDER BY place LIMIT ?", []any{after, limit}, func(r *sql.Rows) error {
		var i Received
		if err := r.Scan(&i.Place, &i.From, &i.Stream, &i.Cursor.Epoch, &i.Cursor.Seq, &i.Type, &i.Time, &i.Raw); err != nil {
			return err
		}
		list = append(list, i)
		return nil
	})
	return list, err
}

// PruneInbox forgets items of a type that came before t; cursors stay. Signed acts taken from them stay in their table.
func (s *Store) PruneInbox(ctx context.Context, kind string, t entente.Instant) (n int64, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		n, err = tx.change("DELETE FROM inbox WHERE type = ? AND received < ?", kind, int64(t))
		return err
	})
	return n, err
}
