package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"

	"entente"
)

// PutAct keeps a signed act; false when it was kept before. An act of the same member with the same number but other
// bytes is refused as replayed: the member has two faces, or was restored from a backup.
func (t *Tx) PutAct(a entente.SignedAct) (bool, error) {
	id := a.ID()
	var is entente.Act
	if err := json.Unmarshal(a.Bytes, &is); err != nil {
		return false, &entente.Error{Kind: entente.Malformed, Source: "act " + id, Offset: -1, Reason: "storing it: " + err.Error()}
	}
	if is.Seq > math.MaxInt64 {
		return false, &entente.Error{Kind: entente.Implausible, Source: "act " + id, Offset: -1, Reason: fmt.Sprintf("storing it: number %d", is.Seq)}
	}
	n, err := t.change("INSERT INTO act (id, member, seq, kind, body, time, bytes, key, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		id, is.Member, int64(is.Seq), is.Kind, is.Body, int64(is.Time), a.Bytes, a.Key, blob(a.Signature))
	if err != nil {
		return false, fmt.Errorf("storing act %s: %w", id, err)
	}
	if n > 0 {
		return true, nil
	}
	var other string
	_, err = t.row("SELECT id FROM act WHERE member = ? AND seq = ?", []any{is.Member, int64(is.Seq)}, &other)
	if err != nil {
		return false, fmt.Errorf("storing act %s: %w", id, err)
	}
	if other != id {
		return false, &entente.Error{
			Kind: entente.Replayed, Source: "act " + id, Offset: -1,
			Reason: fmt.Sprintf("number %d of %s is taken by act %s", is.Seq, is.Member, other), Next: "ask the member which one it signed",
		}
	}
	return false, nil
}

// blob is b, or no bytes rather than NULL.
func blob(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// PutAct is [Tx.PutAct] in a transaction of its own.
func (s *Store) PutAct(ctx context.Context, a entente.SignedAct) (added bool, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		added, err = tx.PutAct(a)
		return err
	})
	return added && err == nil, err
}

// LastAct returns number and ID of the member's latest act, for Seq and Prev of the next; zero and "" when there is none.
func (t *Tx) LastAct(m entente.MemberID) (seq uint64, id string, err error) {
	_, err = t.row("SELECT seq, id FROM act WHERE member = ? ORDER BY seq DESC LIMIT 1", []any{m}, &seq, &id)
	return seq, id, err
}

// LastAct is [Tx.LastAct] outside a transaction.
func (s *Store) LastAct(ctx context.Context, m entente.MemberID) (seq uint64, id string, err error) {
	_, err = s.row(ctx, "SELECT seq, id FROM act WHERE member = ? ORDER BY seq DESC LIMIT 1", []any{m}, &seq, &id)
	return seq, id, err
}

// Act returns the act of that ID; false when there is none.
func (s *Store) Act(ctx context.Context, id string) (a entente.SignedAct, ok bool, err error) {
	ok, err = s.row(ctx, "SELECT bytes, key, signature FROM act WHERE id = ?", []any{id}, &a.Bytes, &a.Key, &a.Signature)
	return a, ok, err
}

// ActsOf returns at most limit acts of a member numbered after seq, in their order.
func (s *Store) ActsOf(ctx context.Context, m entente.MemberID, after uint64, limit int) ([]entente.SignedAct, error) {
	return s.acts(ctx, "SELECT bytes, key, signature FROM act WHERE member = ? AND seq > ? ORDER BY seq LIMIT ?", m, int64(after), limit)
}

// Acts returns at most limit acts of all members in the order in which they came, from place after+1, and the place of
// the last: what a fold starts from.
func (s *Store) Acts(ctx context.Context, after int64, limit int) (acts []entente.SignedAct, last int64, err error) {
	last = after
	err = s.each(ctx, "SELECT bytes, key, signature, place FROM act WHERE place > ? ORDER BY place LIMIT ?", []any{after, limit}, func(r *sql.Rows) error {
		var a entente.SignedAct
		if err := r.Scan(&a.Bytes, &a.Key, &a.Signature, &last); err != nil {
			return err
		}
		acts = append(acts, a)
		return nil
	})
	return acts, last, err
}

func (s *Store) acts(ctx context.Context, query string, args ...any) (acts []entente.SignedAct, err error) {
	err = s.each(ctx, query, args, func(r *sql.Rows) error {
		var a entente.SignedAct
		if err := r.Scan(&a.Bytes, &a.Key, &a.Signature); err != nil {
			return err
		}
		acts = append(acts, a)
		return nil
	})
	return acts, err
}
