package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	"entente"
	"entente/alert"
	"entente/store"
)

// The stream on which alerts travel, and the acts that persons' handling of them is kept as.
const (
	streamAlerts = "alerts"
	typeAlert    = "alert/1"

	actAlertAck   = "alert.acknowledge"
	actAlertClose = "alert.close"
	actIdentity   = "identity.set"
)

const (
	maxForeign      = 256      // alerts of one partner kept for reading
	maxForeignBytes = 64 << 10 // of one partner's alert, as JSON
	closedKept      = 86_400.0 // seconds for which closed alerts are listed

	kindForeign = "partner_alert" // what partners' alerts are stored as
)

// alertRoom is a node's alert desk with what partners released of theirs.
type alertRoom struct {
	desk    *alert.Desk
	now     func() entente.Instant
	keep    func(context.Context, entente.Alert) error
	release func(context.Context, entente.Alert)
	sign    func(ctx context.Context, kind, person string, data any) error
	changed func()
	store   *store.Store // of partners' alerts

	mu      sync.Mutex // guards foreign
	foreign map[entente.MemberID]map[string]entente.Alert
}

// handling is the data of an act about an alert.
type handling struct {
	Alert string `json:"alert"`
	Note  string `json:"note,omitempty"`
}

// observe takes all conditions that a room says hold now.
func (r *alertRoom) observe(ctx context.Context, scope string, conditions []entente.Condition) error {
	changed := r.desk.ObserveFrom(scope, conditions, r.now())
	var errs []error
	for _, a := range changed {
		if err := r.keep(ctx, a); err != nil {
			errs = append(errs, fmt.Errorf("keeping alert %s: %w", a.ID, err))
		}
		r.release(ctx, a) // partners are warned though the disk is full
	}
	if len(changed) > 0 {
		r.changed()
	}
	return errors.Join(errs...)
}

// handle has a person do something with an alert: on the desk, which says whether it can be; then signed, kept and
// released. BUG: after an error in keeping, the desk shows what the person was told has failed until the node restarts.
func (r *alertRoom) handle(ctx context.Context, kind, person, id, note string, do func(id, person, note string, now entente.Instant) (entente.Alert, error)) error {
	if _, ok := r.desk.Get(id); !ok {
		return missing("alert", id)
	}
	a, err := do(id, person, note, r.now())
	if err != nil {
		return err
	}
	if err := r.sign(ctx, kind, person, handling{id, note}); err != nil {
		return err
	}
	if err := r.keep(ctx, a); err != nil {
		return fmt.Errorf("keeping alert %s: %w", id, err)
	}
	r.release(ctx, a)
	r.changed()
	return nil
}

// link notes the consultation opened from an alert of this node; one of a partner's is noted there.
func (r *alertRoom) link(ctx context.Context, id, consultation, person string) error {
	if _, ok := r.desk.Get(id); !ok {
		return nil
	}
	a, err := r.desk.LinkConsultation(id, consultation, person, r.now())
	if err != nil {
		return err
	}
	r.changed()
	return r.keep(ctx, a)
}

// receive takes a partner's alert. Its origin must be the partner.
func (r *alertRoom) receive(ctx context.Context, from entente.MemberID, payload []byte) error {
	if len(payload) > maxForeignBytes {
		return &entente.Error{Kind: entente.TooLarge, Source: string(from), Offset: -1, Reason: fmt.Sprintf("an alert of %d bytes, at most %d", len(payload), maxForeignBytes)}
	}
	var a entente.Alert
	if err := json.Unmarshal(payload, &a); err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: string(from), Offset: -1, Reason: "alert: " + err.Error()}
	}
	if a.Origin != from || a.ID == "" {
		return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "an alert of another member's node"}
	}
	if err := r.store.Put(ctx, kindForeign, foreignName(a), payload); err != nil {
		return fmt.Errorf("keeping an alert of %s: %w", from, err)
	}
	r.take(a)
	r.changed()
	return nil
}

func foreignName(a entente.Alert) string { return string(a.Origin) + "/" + a.ID }

// take puts a partner's alert among its others; of too many the one that matters least is forgotten.
func (r *alertRoom) take(a entente.Alert) {
	r.mu.Lock()
	defer r.mu.Unlock()
	of := r.foreign[a.Origin]
	if of == nil {
		of = map[string]entente.Alert{}
		r.foreign[a.Origin] = of
	}
	of[a.ID] = a
	if len(of) > maxForeign {
		delete(of, least(of))
	}
}

// least names the closed alert raised first, or else the open one raised first.
func least(of map[string]entente.Alert) string {
	name := ""
	for id, a := range of {
		b, any := of[name]
		closed, other := a.State == entente.Closed, b.State == entente.Closed
		if !any || closed && !other || closed == other && (a.Raised < b.Raised || a.Raised == b.Raised && id < name) {
			name = id
		}
	}
	return name
}

// restore takes in partners' alerts as they were stored, and has the store forget those that are over.
func (r *alertRoom) restore(ctx context.Context) error {
	docs, err := r.store.All(ctx, kindForeign)
	if err != nil {
		return fmt.Errorf("reading partners' alerts: %w", err)
	}
	for _, b := range docs {
		var a entente.Alert
		if err := json.Unmarshal(b, &a); err != nil {
			return fmt.Errorf("reading a partner's alert: %w", err)
		}
		if !over(a, r.now()) {
			r.take(a)
		}
	}
	return r.store.Rebuild(ctx, kindForeign, func(put func(string, json.RawMessage) error) error {
		for _, of := range r.foreign {
			for _, a := range of {
				b, err := marshal(a)
				if err != nil {
					return err
				}
				if err := put(foreignName(a), b); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// over says whether an alert was closed so long ago that it is not listed.
func over(a entente.Alert, now entente.Instant) bool {
	last := a.LastSeen
	if len(a.Log) > 0 {
		last = max(last, a.Log[len(a.Log)-1].Time)
	}
	return a.State == entente.Closed && now.Sub(last) > closedKept
}

func (r *alertRoom) get(id string) (entente.Alert, bool) {
	if a, ok := r.desk.Get(id); ok {
		return a, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, of := range r.foreign {
		if a, ok := of[id]; ok {
			return a, true
		}
	}
	return entente.Alert{}, false
}

// list returns own and partners' alerts; closed ones for a day.
func (r *alertRoom) list() []entente.Alert {
	now := r.now()
	out := r.desk.List(alert.Filter{})
	r.mu.Lock()
	for _, m := range slices.Sorted(maps.Keys(r.foreign)) {
		of := r.foreign[m]
		for _, id := range slices.Sorted(maps.Keys(of)) {
			out = append(out, of[id])
		}
	}
	r.mu.Unlock()
	return slices.DeleteFunc(out, func(a entente.Alert) bool { return over(a, now) })
}
