package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"entente"
)

// Document is something kept as JSON: a report or an event of the watch.
type Document struct {
	Kind  string
	ID    string // unique within the kind
	State string // "proposed", "confirmed", …
	Time  entente.Instant
	JSON  json.RawMessage
}

// PutDocument keeps the document, in place of one of the same kind and ID.
func (t *Tx) PutDocument(d Document) error {
	if !json.Valid(d.JSON) {
		return fmt.Errorf("storing %s %s: not JSON", d.Kind, d.ID)
	}
	err := t.exec("INSERT INTO document (kind, id, state, time, json) VALUES (?, ?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET state = excluded.state, time = excluded.time, json = excluded.json",
		d.Kind, d.ID, d.State, int64(d.Time), []byte(d.JSON))
	if err != nil {
		return fmt.Errorf("storing %s %s: %w", d.Kind, d.ID, err)
	}
	return nil
}

// PutDocuments keeps the documents in one transaction.
func (s *Store) PutDocuments(ctx context.Context, docs ...Document) error {
	return s.Update(ctx, func(tx *Tx) error {
		for _, d := range docs {
			if err := tx.PutDocument(d); err != nil {
				return err
			}
		}
		return nil
	})
}

// Document returns one document; false when there is none.
func (s *Store) Document(ctx context.Context, kind, id string) (d Document, ok bool, err error) {
	d.Kind, d.ID = kind, id
	ok, err = s.row(ctx, "SELECT state, time, json FROM document WHERE kind = ? AND id = ?", []any{kind, id}, &d.State, &d.Time, (*[]byte)(&d.JSON))
	return d, ok, err
}

// Documents returns at most limit documents of a kind from since on, latest first; with an empty state, of any state.
func (s *Store) Documents(ctx context.Context, kind, state string, since entente.Instant, limit int) (list []Document, err error) {
	query := "SELECT id, state, time, json FROM document WHERE kind = ?1 AND (?2 = '' OR state = ?2) AND time >= ?3 ORDER BY time DESC, id LIMIT ?4"
	err = s.each(ctx, query, []any{kind, state, int64(since), limit}, func(r *sql.Rows) error {
		d := Document{Kind: kind}
		if err := r.Scan(&d.ID, &d.State, &d.Time, (*[]byte)(&d.JSON)); err != nil {
			return err
		}
		list = append(list, d)
		return nil
	})
	return list, err
}

// Put keeps a read model's document: something computed from acts, which may be dropped and computed again.
func (t *Tx) Put(kind, id string, doc json.RawMessage) error {
	if !json.Valid(doc) {
		return fmt.Errorf("storing model %s %s: not JSON", kind, id)
	}
	err := t.exec("INSERT INTO model (kind, id, json) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json", kind, id, []byte(doc))
	if err != nil {
		return fmt.Errorf("storing model %s %s: %w", kind, id, err)
	}
	return nil
}

// Drop forgets all documents of a read model.
func (t *Tx) Drop(kind string) error {
	if err := t.exec("DELETE FROM model WHERE kind = ?", kind); err != nil {
		return fmt.Errorf("dropping model %s: %w", kind, err)
	}
	return nil
}

// Put is [Tx.Put] in a transaction of its own.
func (s *Store) Put(ctx context.Context, kind, id string, doc json.RawMessage) error {
	return s.Update(ctx, func(tx *Tx) error { return tx.Put(kind, id, doc) })
}

// Rebuild drops a read model and has fill put it anew, in one transaction: readers see the old one until it is done.
func (s *Store) Rebuild(ctx context.Context, kind string, fill func(put func(id string, doc json.RawMessage) error) error) error {
	return s.Update(ctx, func(tx *Tx) error {
		if err := tx.Drop(kind); err != nil {
			return err
		}
		return fill(func(id string, doc json.RawMessage) error { return tx.Put(kind, id, doc) })
	})
}

// Get returns one document of a read model; false when there is none.
func (s *Store) Get(ctx context.Context, kind, id string) (doc json.RawMessage, ok bool, err error) {
	ok, err = s.row(ctx, "SELECT json FROM model WHERE kind = ? AND id = ?", []any{kind, id}, (*[]byte)(&doc))
	return doc, ok, err
}

// All returns the documents of a read model in the order of their IDs.
func (s *Store) All(ctx context.Context, kind string) (docs []json.RawMessage, err error) {
	err = s.each(ctx, "SELECT json FROM model WHERE kind = ? ORDER BY id", []any{kind}, func(r *sql.Rows) error {
		var d []byte
		if err := r.Scan(&d); err != nil {
			return err
		}
		docs = append(docs, d)
		return nil
	})
	return docs, err
}
