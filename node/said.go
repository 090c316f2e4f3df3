package node

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"sync"

	"entente"
	"entente/picture"
)

// saidFor is how long after a restart a person's word on an identity still stands, seconds since it was given.
const saidFor = 12 * 3600.0

// saidIdentities gives aircraft that a person identified before a restart that identity again: entries have new numbers
// then, so they are known by their Mode S address. Those without one wait for a person anew.
type saidIdentities struct {
	mu        sync.Mutex // guards byAddress
	byAddress map[entente.Address]entente.Identification
}

// openIdentities reads the member's own identity acts of late, and which partners it trusts how.
func (n *Node) openIdentities(ctx context.Context) error {
	const atOnce = 1000
	n.persons = &saidIdentities{byAddress: map[entente.Address]entente.Identification{}}
	for after := uint64(0); ; {
		acts, err := n.store.ActsOf(ctx, n.config.Member, after, atOnce)
		if err != nil {
			return fmt.Errorf("reading own acts: %w", err)
		}
		for _, s := range acts {
			var a entente.Act
			if err := json.Unmarshal(s.Bytes, &a); err != nil {
				return fmt.Errorf("reading own act %s: %w", s.ID(), err)
			}
			after = a.Seq
			if a.Kind == actTrust {
				if err := n.retrust(&a); err != nil {
					return err
				}
			}
			if a.Kind != actIdentity || n.now().Sub(a.Time) > saidFor {
				continue
			}
			var d identification
			if err := json.Unmarshal(a.Data, &d); err != nil {
				return fmt.Errorf("reading own act %d: %w", a.Seq, err)
			}
			if d.Address.ICAO() {
				n.persons.byAddress[d.Address] = entente.Identification{Identity: d.Identity, Criterion: d.Reason, By: a.Person, Time: a.Time}
			}
		}
		if len(acts) < atOnce {
			return nil
		}
	}
}

// observe sets what was said of aircraft that are in the picture now; each once.
func (s *saidIdentities) observe(p *picture.Picture, entries []entente.Entry, now entente.Instant) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byAddress) == 0 {
		return
	}
	for i := range entries {
		e := &entries[i]
		id, ok := s.byAddress[e.Track.Address]
		if !ok {
			continue
		}
		if e.Identification.By != "" || p.SetIdentity(e.Number, id) == nil {
			delete(s.byAddress, e.Track.Address)
		}
	}
	maps.DeleteFunc(s.byAddress, func(_ entente.Address, id entente.Identification) bool {
		return now.Sub(id.Time) > saidFor
	})
}
