package exchange

import (
	"context"

	"entente"
)

// Cursor is how far a reader has stored one stream of one partner.
type Cursor struct {
	Epoch   uint64   // of the owner's numbering; grows when the owner was restored from a backup
	Seq     uint64   // of the last item, from 1; zero: none
	Hash    [32]byte // SHA-256 of the last item's raw bytes
	Carrier uint64   // place of the last item in the carrier's stream, where reading goes on
}

// Item is one verified item of a partner.
type Item struct {
	From     entente.MemberID
	To       entente.MemberID // this node's member
	Stream   string           // "acts", "alerts", …: numbered and chained by itself
	Epoch    uint64
	Seq      uint64
	Created  entente.Instant // by the partner's clock
	Expires  entente.Instant // zero: never
	Received entente.Instant
	Label    entente.Label
	Type     string // what Payload is
	Payload  []byte
	Raw      []byte // the signed envelope as received: keep it, it is the proof
	Missed   uint64 // items between the last and this one that the owner's stream no longer held
	Refused  Reason // authentic but refused (expired, mislabelled): store the cursor alone

	Hash    [32]byte // SHA-256 of Raw
	Carrier uint64
}

// Cursor returns the cursor to keep with the item.
func (i Item) Cursor() Cursor { return Cursor{i.Epoch, i.Seq, i.Hash, i.Carrier} }

// Inbox keeps what partners sent. Implementations are safe for concurrent use.
type Inbox interface {
	// Cursors returns the cursors of all streams of a partner, by stream name.
	Cursors(ctx context.Context, from entente.MemberID) (map[string]Cursor, error)
	// Store keeps the item (unless Refused is set) and its cursor in one transaction. After an error neither is kept
	// and the item comes again.
	Store(ctx context.Context, item Item) error
}

// BatchInbox is an [Inbox] that stores several items of one partner in one transaction: what a reader far behind uses to
// catch up. Without it each item is a transaction.
type BatchInbox interface {
	Inbox
	// StoreBatch is Store for all of them, in this order, whole or not at all.
	StoreBatch(ctx context.Context, items []Item) error
}

// Position is the place of the next item in (to, stream).
type Position struct {
	Epoch uint64
	Seq   uint64   // from 1 in each epoch
	Prev  [32]byte // SHA-256 of the raw bytes of the item before in the same epoch; zero for the first
}

// Sealed is an item that waits for the carrier.
type Sealed struct {
	To     entente.MemberID
	Stream string
	Epoch  uint64
	Seq    uint64
	Raw    []byte
}

// Outbox keeps what is to be sent until the carrier has it. Implementations are safe for concurrent use.
type Outbox interface {
	// Append gives the next number of (to, stream) once and for ever: it calls seal with the position and keeps what
	// seal returns, in one transaction. If seal or the transaction fails the number is not used.
	Append(ctx context.Context, to entente.MemberID, stream string, seal func(Position) ([]byte, error)) (Sealed, error)
	// Pending returns at most limit items to a partner that are not acknowledged, oldest first over all streams and,
	// within a stream, without a hole.
	Pending(ctx context.Context, to entente.MemberID, limit int) ([]Sealed, error)
	// Ack says that the carrier holds all items of (to, stream, epoch) up to seq.
	Ack(ctx context.Context, to entente.MemberID, stream string, epoch, seq uint64) error
}
