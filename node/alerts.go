package node

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"

	"entente"
	"entente/alert"
)

// The stream on which alerts travel, and the acts that persons' handling of them is kept as.
const (
	streamAlerts = "alerts"
	typeAlert    = "alert/1"

	actAlertAck   = "alert.acknowledge"
	actAlertClose = "alert.close"
	actIdentity   = "identity.set"
)

// maxForeign bounds the partners' alerts kept for reading.
const maxForeign = 1000

// alertRoom is a node's alert desk with what partners released of theirs.
type alertRoom struct {
	desk    *alert.Desk
	now     func() entente.Instant
	keep    func(context.Context, entente.Alert) error
	release func(context.Context, entente.Alert)
	sign    func(ctx context.Context, kind, person string, data any) error
	changed func()

	mu      sync.Mutex // guards foreign
	foreign map[string]entente.Alert
}

// handling is the data of an act about an alert.
type handling struct {
	Alert string `json:"alert"`
	Note  string `json:"note,omitempty"`
}

// observe takes all conditions that a room says hold now.
func (r *alertRoom) observe(ctx context.Context, scope string, conditions []entente.Condition) error {
	changed := r.desk.ObserveFrom(scope, conditions, r.now())
	for _, a := range changed {
		if err := r.keep(ctx, a); err != nil {
			return fmt.Errorf("keeping alert %s: %w", a.ID, err)
		}
		r.release(ctx, a)
	}
	if len(changed) > 0 {
		r.changed()
	}
	return nil
}

// handle has a person do something with an alert: signed first, then done, kept and released.
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
func (r *alertRoom) receive(from entente.MemberID, payload []byte) error {
	var a entente.Alert
	if err := json.Unmarshal(payload, &a); err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: string(from), Offset: -1, Reason: "alert: " + err.Error()}
	}
	if a.Origin != from || a.ID == "" {
		return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "an alert of another member's node"}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	key := string(from) + "/" + a.ID
	if _, known := r.foreign[key]; !known && len(r.foreign) >= maxForeign {
		r.forget()
	}
	r.foreign[key] = a
	r.changed()
	return nil
}

// forget drops the partner's alert that was raised first.
func (r *alertRoom) forget() {
	oldest := ""
	for key, a := range r.foreign {
		if oldest == "" || a.Raised < r.foreign[oldest].Raised {
			oldest = key
		}
	}
	delete(r.foreign, oldest)
}

func (r *alertRoom) get(id string) (entente.Alert, bool) {
	if a, ok := r.desk.Get(id); ok {
		return a, true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.foreign {
		if a.ID == id {
			return a, true
		}
	}
	return entente.Alert{}, false
}

// list returns own and partners' alerts; closed ones for a day.
func (r *alertRoom) list() []entente.Alert {
	const day = 86_400
	now := r.now()
	out := r.desk.List(alert.Filter{})
	r.mu.Lock()
	for _, a := range r.foreign {
		out = append(out, a)
	}
	r.mu.Unlock()
	kept := out[:0]
	for _, a := range out {
		if a.State == entente.Closed && len(a.Log) > 0 && now.Sub(a.Log[len(a.Log)-1].Time) > day {
			continue
		}
		kept = append(kept, a)
	}
	return kept
}
