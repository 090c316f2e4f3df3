package node

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"entente"
	"entente/council"
	"entente/store"
)

// readModels keep the council's state as documents in SQLite, for whoever asks the database and not the node. They are
// computed from the logs alone: dropped and computed again at each start, then written as acts change them.
type readModels struct {
	store *store.Store
	now   func() entente.Instant

	mu   sync.Mutex // guards last
	last map[string]json.RawMessage
}

// document is one document of a read model.
type document struct {
	kind, id string
	value    any
}

var modelKinds = []string{"session", "consultation", "decision", "obligation"}

// documents are the read models of one body, with outcomes and states as of now.
func documents(s *council.State, now entente.Instant) (out []document) {
	for _, x := range s.Sessions(council.Query{}) {
		out = append(out, document{"session", x.ID, x})
	}
	for _, x := range s.Consultations(council.Query{}, now) {
		out = append(out, document{"consultation", x.ID, x})
	}
	for _, x := range s.Decisions(council.Query{}) {
		out = append(out, document{"decision", x.ID, x})
	}
	for _, x := range s.Obligations(council.Query{}, now) {
		out = append(out, document{"obligation", x.ID, x})
	}
	return out
}

// rebuild drops all read models and computes them from every body's state.
func (r *readModels) rebuild(ctx context.Context, a *assembly) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = map[string]json.RawMessage{}
	var all []document
	a.query(func(s *council.State) { all = append(all, documents(s, r.now())...) })
	for _, kind := range modelKinds {
		err := r.store.Rebuild(ctx, kind, func(put func(string, json.RawMessage) error) error {
			for _, d := range all {
				if d.kind != kind {
					continue
				}
				b, err := marshal(d.value)
				if err != nil {
					return err
				}
				r.last[d.kind+"/"+d.id] = b
				if err := put(d.id, b); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("rebuilding read model %s: %w", kind, err)
		}
	}
	return nil
}

// update writes what an act changed in one body.
func (r *readModels) update(ctx context.Context, c *chamber) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var docs []document
	c.read(func(s *council.State) { docs = documents(s, r.now()) })
	return r.store.Update(ctx, func(tx *store.Tx) error {
		for _, d := range docs {
			b, err := marshal(d.value)
			if err != nil {
				return err
			}
			key := d.kind + "/" + d.id
			if bytes.Equal(r.last[key], b) {
				continue
			}
			if err := tx.Put(d.kind, d.id, b); err != nil {
				return fmt.Errorf("writing read model %s: %w", key, err)
			}
			r.last[key] = b
		}
		return nil
	})
}
