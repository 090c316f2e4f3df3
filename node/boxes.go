package node

import (
	"context"
	"encoding/json"
	"fmt"

	"entente"
	"entente/exchange"
	"entente/record"
	"entente/store"
)

// outbox keeps what is to be sent in the node's store: it is the exchange's Outbox.
type outbox struct{ store *store.Store }

func (o outbox) Append(ctx context.Context, to entente.MemberID, stream string, seal func(exchange.Position) ([]byte, error)) (exchange.Sealed, error) {
	s, err := o.store.Send(ctx, to, stream, func(epoch, seq uint64, prev store.Hash) ([]byte, error) {
		return seal(exchange.Position{Epoch: epoch, Seq: seq, Prev: prev})
	})
	return exchange.Sealed(s), err
}

func (o outbox) Pending(ctx context.Context, to entente.MemberID, limit int) ([]exchange.Sealed, error) {
	list, err := o.store.Pending(ctx, to, limit)
	out := make([]exchange.Sealed, len(list))
	for i, s := range list {
		out[i] = exchange.Sealed(s)
	}
	return out, err
}

func (o outbox) Ack(ctx context.Context, to entente.MemberID, stream string, epoch, seq uint64) error {
	return o.store.Ack(ctx, to, stream, epoch, seq)
}

var _ exchange.BatchInbox = inbox{}

// inbox keeps partners' items with their cursors: it is the exchange's Inbox. work is told that there is something to do.
type inbox struct {
	store *store.Store
	work  func()
}

func (i inbox) Cursors(ctx context.Context, from entente.MemberID) (map[string]exchange.Cursor, error) {
	list, err := i.store.Cursors(ctx, from)
	out := make(map[string]exchange.Cursor, len(list))
	for stream, c := range list {
		out[stream] = exchange.Cursor(c)
	}
	return out, err
}

func (i inbox) Store(ctx context.Context, item exchange.Item) error {
	return i.StoreBatch(ctx, []exchange.Item{item})
}

// StoreBatch is exchange.BatchInbox: one transaction for what comes while catching up.
func (i inbox) StoreBatch(ctx context.Context, items []exchange.Item) error {
	err := i.store.Update(ctx, func(tx *store.Tx) error {
		for _, item := range items {
			r := store.Received{From: item.From, Stream: item.Stream, Type: item.Type, Time: item.Received, Cursor: store.Cursor(item.Cursor())}
			if item.Refused == "" {
				r.Raw = item.Raw
			}
			if err := tx.Receive(r); err != nil {
				return fmt.Errorf("storing an item of %s: %w", item.From, err)
			}
		}
		return nil
	})
	if err == nil {
		i.work()
	}
	return err
}

// logStorage keeps a body's log in the node's store: it is the record's Storage.
type logStorage struct{ *store.Log }

func (l logStorage) Append(ctx context.Context, b record.Batch) error {
	return l.Log.Append(ctx, b.At, b.Entries, b.HashAt, b.Hashes, b.Checkpoint)
}

// witnessStorage keeps what this node has cosigned: it is the record's WitnessStorage.
type witnessStorage struct{ *store.Witness }

func (w witnessStorage) Keep(ctx context.Context, origin string, e record.Evidence) error {
	b, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("encoding evidence: %w", err)
	}
	return w.Witness.Keep(ctx, origin, b)
}
