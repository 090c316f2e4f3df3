package record

import "context"

// Hash is a SHA-256 hash of a tree.
type Hash = [32]byte

// Batch is what one append adds, to be stored whole or not at all.
type Batch struct {
	At         int64    // number of the first entry: the size of the log before
	Entries    [][]byte // numbered from At
	HashAt     int64    // place of the first hash: the number of hashes stored before
	Hashes     []Hash   // placed from HashAt
	Checkpoint []byte   // the signed head after it, of size At + len(Entries)
}

// Storage keeps one log. It is used by one [Log] at a time; reads may be concurrent.
type Storage interface {
	// Append stores a batch in one transaction, synced to disk before it returns. It fails without a change if the
	// log's size is not b.At.
	Append(ctx context.Context, b Batch) error
	// Size returns the number of entries.
	Size(ctx context.Context) (int64, error)
	// Entries returns n entries from number from; an error if not all are there.
	Entries(ctx context.Context, from, n int64) ([][]byte, error)
	// Hashes returns the hashes at these places, in this order; an error if not all are there.
	Hashes(ctx context.Context, places []int64) ([]Hash, error)
	// Checkpoint returns the signed head of the largest size not above size; nil when there is none.
	Checkpoint(ctx context.Context, size int64) ([]byte, error)
	// PutCheckpoint replaces the signed head of exactly this size, as cosignatures come in.
	PutCheckpoint(ctx context.Context, size int64, note []byte) error
}

// WitnessStorage keeps what a witness has cosigned, for all logs it follows.
type WitnessStorage interface {
	// Latest returns the last head the witness cosigned for the origin; nil when none.
	Latest(ctx context.Context, origin string) ([]byte, error)
	// Advance replaces the last head old by next in one transaction, synced to disk before it returns. It fails without
	// a change if the last head is not old, byte for byte.
	Advance(ctx context.Context, origin string, old, next []byte) error
	// Keep stores evidence against a log for ever.
	Keep(ctx context.Context, origin string, e Evidence) error
}
