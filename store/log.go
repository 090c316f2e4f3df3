package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// Hash is a SHA-256 hash.
type Hash = [32]byte

// Log keeps the entries, tree hashes and signed heads of one body's record.
type Log struct {
	s    *Store
	name string
}

// Log returns the log of that name; it is empty until something is appended.
func (s *Store) Log(name string) *Log { return &Log{s, name} }

// Append stores entries numbered from at, hashes placed from hashAt, and the signed head after them (none when nil), in
// one transaction. It fails without a change if the log does not end there.
func (l *Log) Append(ctx context.Context, at int64, entries [][]byte, hashAt int64, hashes []Hash, head []byte) error {
	return l.s.Update(ctx, func(tx *Tx) error { return tx.AppendLog(l.name, at, entries, hashAt, hashes, head) })
}

// AppendLog is [Log.Append] within a transaction.
func (t *Tx) AppendLog(log string, at int64, entries [][]byte, hashAt int64, hashes []Hash, head []byte) error {
	var size, placed int64
	if _, err := t.row("SELECT COALESCE(MAX(number) + 1, 0) FROM entry WHERE log = ?", []any{log}, &size); err != nil {
		return fmt.Errorf("appending to log %s: %w", log, err)
	}
	if _, err := t.row("SELECT COALESCE(MAX(place) + 1, 0) FROM hash WHERE log = ?", []any{log}, &placed); err != nil {
		return fmt.Errorf("appending to log %s: %w", log, err)
	}
	if at != size || hashAt != placed {
		return fmt.Errorf("appending to log %s: it has %d entries and %d hashes, the batch begins at %d and %d", log, size, placed, at, hashAt)
	}
	for i, e := range entries {
		if err := t.exec("INSERT INTO entry (log, number, bytes) VALUES (?, ?, ?)", log, at+int64(i), blob(e)); err != nil {
			return fmt.Errorf("appending to log %s: %w", log, err)
		}
	}
	for i := range hashes {
		if err := t.exec("INSERT INTO hash (log, place, hash) VALUES (?, ?, ?)", log, hashAt+int64(i), hashes[i][:]); err != nil {
			return fmt.Errorf("appending to log %s: %w", log, err)
		}
	}
	if head == nil {
		return nil
	}
	return t.putCheckpoint(log, at+int64(len(entries)), head)
}

func (t *Tx) putCheckpoint(log string, size int64, note []byte) error {
	err := t.exec("INSERT INTO checkpoint (log, size, note) VALUES (?, ?, ?) ON CONFLICT (log, size) DO UPDATE SET note = excluded.note", log, size, note)
	if err != nil {
		return fmt.Errorf("storing the head of log %s: %w", log, err)
	}
	return nil
}

// Size returns the number of entries.
func (l *Log) Size(ctx context.Context) (n int64, err error) {
	_, err = l.s.row(ctx, "SELECT COALESCE(MAX(number) + 1, 0) FROM entry WHERE log = ?", []any{l.name}, &n)
	return n, err
}

// Entries returns n entries from number from; an error if not all are there.
func (l *Log) Entries(ctx context.Context, from, n int64) (list [][]byte, err error) {
	if n < 0 || from < 0 {
		return nil, fmt.Errorf("reading log %s: %d entries from %d", l.name, n, from)
	}
	err = l.s.each(ctx, "SELECT bytes FROM entry WHERE log = ? AND number >= ? ORDER BY number LIMIT ?", []any{l.name, from, n}, func(r *sql.Rows) error {
		var b []byte
		if err := r.Scan(&b); err != nil {
			return err
		}
		list = append(list, b)
		return nil
	})
	if err == nil && int64(len(list)) != n {
		err = fmt.Errorf("reading log %s: %d entries from %d wanted, %d there", l.name, n, from, len(list))
	}
	return list, err
}

// Hashes returns the hashes at these places, in this order; an error if not all are there.
func (l *Log) Hashes(ctx context.Context, places []int64) ([]Hash, error) {
	list := make([]Hash, len(places))
	for i, p := range places {
		var b []byte
		ok, err := l.s.row(ctx, "SELECT hash FROM hash WHERE log = ? AND place = ?", []any{l.name, p}, &b)
		if err != nil {
			return nil, fmt.Errorf("reading hashes of log %s: %w", l.name, err)
		}
		if !ok || len(b) != len(Hash{}) {
			return nil, fmt.Errorf("reading hashes of log %s: none at %d", l.name, p)
		}
		list[i] = Hash(b)
	}
	return list, nil
}

// Checkpoint returns the signed head of the largest size not above size; nil when there is none.
func (l *Log) Checkpoint(ctx context.Context, size int64) (note []byte, err error) {
	_, err = l.s.row(ctx, "SELECT note FROM checkpoint WHERE log = ? AND size <= ? ORDER BY size DESC LIMIT 1", []any{l.name, size}, &note)
	return note, err
}

// PutCheckpoint replaces the signed head of exactly this size, as cosignatures come in.
func (l *Log) PutCheckpoint(ctx context.Context, size int64, note []byte) error {
	return l.s.Update(ctx, func(tx *Tx) error { return tx.putCheckpoint(l.name, size, note) })
}

// Witness keeps what this node has cosigned, for all logs it follows.
type Witness struct{ s *Store }

// Witness returns the witness state of this node.
func (s *Store) Witness() *Witness { return &Witness{s} }

// errAdvanced is why [Witness.Advance] changes nothing.
var errAdvanced = errors.New("another was stored meanwhile")

// Latest returns the last head the witness cosigned for the origin; nil when none.
func (w *Witness) Latest(ctx context.Context, origin string) (note []byte, err error) {
	_, err = w.s.row(ctx, "SELECT note FROM witness WHERE origin = ?", []any{origin}, &note)
	return note, err
}

// Advance replaces the last head old (nil: none) by next. It fails without a change if the last head is not old, byte
// for byte.
func (w *Witness) Advance(ctx context.Context, origin string, old, next []byte) error {
	err := w.s.Update(ctx, func(tx *Tx) error {
		query, args := "UPDATE witness SET note = ? WHERE origin = ? AND note = ?", []any{next, origin, old}
		if len(old) == 0 {
			query, args = "INSERT INTO witness (origin, note) VALUES (?, ?) ON CONFLICT DO NOTHING", []any{origin, next}
		}
		n, err := tx.change(query, args...)
		if err == nil && n == 0 {
			err = errAdvanced
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("storing the head of %s: %w", origin, err)
	}
	return nil
}

// Keep stores evidence against a log for ever.
func (w *Witness) Keep(ctx context.Context, origin string, evidence []byte) error {
	return w.s.Update(ctx, func(tx *Tx) error {
		return tx.exec("INSERT INTO evidence (origin, bytes) VALUES (?, ?)", origin, blob(evidence))
	})
}

// Evidence returns what was kept against a log, oldest first.
func (w *Witness) Evidence(ctx context.Context, origin string) (list [][]byte, err error) {
	err = w.s.each(ctx, "SELECT bytes FROM evidence WHERE origin = ? ORDER BY place", []any{origin}, func(r *sql.Rows) error {
		var b []byte
		if err := r.Scan(&b); err != nil {
			return err
		}
		list = append(list, b)
		return nil
	})
	return list, err
}
