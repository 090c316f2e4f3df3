package exchange

import (
	"maps"
	"sync"

	"entente"
)

// Link is how the exchange with one partner stands.
type Link struct {
	Partner   entente.MemberID  `json:"partner"`
	Address   string            `json:"address,omitempty"` // that we dial; "push": it dials us, and we read over its connections
	Push      string            `json:"push,omitempty"`    // where we push to, as it cannot dial us
	Pushing   int               `json:"pushing,omitempty"` // connections that we opened there and that stand
	State     LinkState         `json:"state"`
	Connected bool              `json:"connected"`      // we read from it
	Reads     bool              `json:"reads"`          // it reads from us
	Since     entente.Instant   `json:"since,omitzero"` // of State
	Waiting   uint64            `json:"waiting"`        // items at the partner that we have not read
	Lag       float64           `json:"lag"`            // seconds from the last item's making to its arrival
	Clock     float64           `json:"clock"`          // seconds the partner's clock is ahead at most, as live batches show
	LastItem  entente.Instant   `json:"last_item,omitzero"`
	LastLive  entente.Instant   `json:"last_live,omitzero"`
	Sent      uint64            `json:"sent"`          // items the carrier took
	SentLive  uint64            `json:"sent_live"`     // batches
	Received  uint64            `json:"received"`      // items stored
	RecvLive  uint64            `json:"received_live"` // batches handed on
	Tracks    uint64            `json:"tracks"`        // in them
	Missed    uint64            `json:"missed"`        // items lost before we could read them
	LostLive  uint64            `json:"lost_live"`     // batches that never came or were dropped for newer ones
	Refused   map[Reason]uint64 `json:"refused,omitempty"`
	LastError string            `json:"last_error,omitempty"`
}

// LinkState is one word for a link, as shown to a duty officer.
type LinkState string

// The states of a link.
const (
	Idle       LinkState = "idle"       // no address to dial
	Connecting LinkState = "connecting" // dialling, or waiting to
	CatchingUp LinkState = "catching_up"
	Current    LinkState = "current"
	Held       LinkState = "held"    // the partner's items are refused: see Refused and LastError
	Revoked    LinkState = "revoked" // the partner has no valid key
)

// status is a link's figures, written by several goroutines.
type status struct {
	mu sync.Mutex // guards l
	l  Link
}

func newStatus(m entente.MemberID, now entente.Instant) *status {
	return &status{l: Link{Partner: m, State: Idle, Since: now, Refused: map[Reason]uint64{}}}
}

// with changes figures under the lock.
func (s *status) with(f func(*Link)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(&s.l)
}

func (s *status) state(st LinkState, now entente.Instant) {
	s.with(func(l *Link) {
		l.Connected = st == CatchingUp || st == Current || st == Held && l.Connected
		if l.State != st {
			l.State, l.Since = st, now
		}
	})
}

func (s *status) refuse(r *refusal) {
	s.with(func(l *Link) {
		l.Refused[r.reason]++
		l.LastError = r.Error()
	})
}

func (s *status) fail(err error) {
	s.with(func(l *Link) { l.LastError = err.Error() })
}

func (s *status) read() Link {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.l
	l.Refused = maps.Clone(l.Refused)
	return l
}
