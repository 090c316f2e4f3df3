// Package store keeps a node's memory: one SQLite file for what people and partners did, Parquet files for where
// aircraft were.
//
// In go signed acts, log entries, sealed items, alerts, documents and read models; out they come again, byte for byte.
// The driver is pure Go. There is one writer; readers never wait for it.
//
// Guarantees: when a write returns nil it is on disk (write-ahead log, synchronous=FULL: one fsync a transaction) and
// survives kill -9 and loss of power, as far as the disk keeps its word; a failed write leaves nothing; acts, log
// entries and the audit trail are never changed or deleted, the database itself refuses; a number of an outgoing stream
// is given once. Track history is different: up to one batch of it may be lost in a crash.
//
//	s, err := store.Open(ctx, "data/blr.db", store.Options{})
//	defer s.Close()
//	added, err := s.PutAct(ctx, signed)
//	err = s.Update(ctx, func(tx *store.Tx) error { // several writes, all or none
//		if err := tx.Receive(item); err != nil {
//			return err
//		}
//		_, err := tx.PutAct(signed)
//		return err
//	})
package store
