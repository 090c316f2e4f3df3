package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"

	"entente"
)

// Sealed is an item that waits for its carrier.
type Sealed struct {
	To     entente.MemberID
	Stream string
	Epoch  uint64
	Seq    uint64
	Raw    []byte
}

// Seal makes the signed bytes of the item at (epoch, seq); prev is the SHA-256 of the item before in the same epoch,
// zero for the first.
type Seal func(epoch, seq uint64, prev Hash) ([]byte, error)

// Send gives the next number of (to, stream) once and for ever: it calls seal with it and keeps what seal returns until
// it is acknowledged. If seal or the transaction fails, the number is not used.
func (t *Tx) Send(to entente.MemberID, stream string, seal Seal) (Sealed, error) {
	item := Sealed{To: to, Stream: stream}
	var last uint64
	var hash []byte
	if _, err := t.row("SELECT value FROM meta WHERE key = 'epoch'", nil, &item.Epoch); err != nil {
		return item, fmt.Errorf("sending to %s: %w", to, err)
	}
	args := []any{to, stream, int64(item.Epoch)}
	if _, err := t.row("SELECT seq, prev FROM outbox_head WHERE partner = ? AND stream = ? AND epoch = ?", args, &last, &hash); err != nil {
		return item, fmt.Errorf("sending to %s: %w", to, err)
	}
	var prev Hash
	copy(prev[:], hash)
	item.Seq = last + 1
	var err error
	if item.Raw, err = seal(item.Epoch, item.Seq, prev); err != nil {
		return item, err
	}
	sum := sha256.Sum256(item.Raw)
	err = t.exec("INSERT INTO outbox_head (partner, stream, epoch, seq, prev) VALUES (?, ?, ?, ?, ?) ON CONFLICT (partner, stream) DO UPDATE SET epoch = excluded.epoch, seq = excluded.seq, prev = excluded.prev",
		to, stream, int64(item.Epoch), int64(item.Seq), sum[:])
	if err == nil {
		err = t.exec("INSERT INTO outbox (partner, stream, epoch, seq, raw) VALUES (?, ?, ?, ?, ?)", to, stream, int64(item.Epoch), int64(item.Seq), blob(item.Raw))
	}
	if err != nil {
		return item, fmt.Errorf("sending to %s: %w", to, err)
	}
	return item, nil
}

// Send is [Tx.Send] in a transaction of its own.
func (s *Store) Send(ctx context.Context, to entente.MemberID, stream string, seal Seal) (item Sealed, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		item, err = tx.Send(to, stream, seal)
		return err
	})
	return item, err
}

// Pending returns at most limit items to a partner that are not acknowledged, oldest first over all streams.
func (s *Store) Pending(ctx context.Context, to entente.MemberID, limit int) (list []Sealed, err error) {
	err = s.each(ctx, "SELECT stream, epoch, seq, raw FROM outbox WHERE partner = ? ORDER BY place LIMIT ?", []any{to, limit}, func(r *sql.Rows) error {
		item := Sealed{To: to}
		if err := r.Scan(&item.Stream, &item.Epoch, &item.Seq, &item.Raw); err != nil {
			return err
		}
		list = append(list, item)
		return nil
	})
	return list, err
}

// Ack says that the carrier holds all items of (to, stream, epoch) up to seq: they are forgotten here.
func (s *Store) Ack(ctx context.Context, to entente.MemberID, stream string, epoch, seq uint64) error {
	return s.Update(ctx, func(tx *Tx) error {
		return tx.exec("DELETE FROM outbox WHERE partner = ? AND stream = ? AND epoch = ? AND seq <= ?", to, stream, int64(epoch), int64(seq))
	})
}

// Epoch returns the epoch in which outgoing items are numbered.
func (s *Store) Epoch(ctx context.Context) (epoch uint64, err error) {
	_, err = s.row(ctx, "SELECT value FROM meta WHERE key = 'epoch'", nil, &epoch)
	return epoch, err
}

// Renew begins a new epoch, as a node must that was restored from a backup: numbers given since the backup are lost to
// it, and must not be given again to other items.
func (s *Store) Renew(ctx context.Context) (epoch uint64, err error) {
	err = s.Update(ctx, func(tx *Tx) error {
		if err := tx.exec("UPDATE meta SET value = MAX(value + 1, ?) WHERE key = 'epoch'", s.now().Unix()); err != nil {
			return err
		}
		_, err := tx.row("SELECT value FROM meta WHERE key = 'epoch'", nil, &epoch)
		return err
	})
	return epoch, err
}
