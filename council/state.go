package council

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"entente"
)

// future is how far ahead of now an act's time may lie, in seconds: clocks differ.
const future = 300

// State is what the acts of one log amount to. It is not safe for concurrent use; what it returns is the caller's.
type State struct {
	org           *entente.Organisation
	clock         entente.Instant // latest time of an applied act: time does not run backwards
	next          uint64          // lowest log index that may come
	seen          map[string]bool // IDs of applied acts
	sessions      table[entente.Session]
	consultations table[entente.Consultation]
	decisions     table[entente.Decision]
	obligations   table[entente.Obligation]
}

// table keeps things in the order in which they came, by ID.
type table[T any] struct {
	order []*T
	byID  map[string]*T
}

func (t *table[T]) add(id string, v *T) {
	t.byID[id] = v
	t.order = append(t.order, v)
}

// act is an act with where and when it stands in the log.
type act struct {
	entente.Act
	id    string
	index uint64
	at    entente.Instant // its own time, or that of the log before it if later
}

// name returns the ID asked for, or the act's own.
func (a act) name(asked string) string {
	if asked != "" {
		return asked
	}
	return a.id
}

// New returns the state before the first act. The organisation must have passed [Validate] and is not to be changed.
func New(org *entente.Organisation) *State {
	return &State{
		org: org, seen: map[string]bool{},
		sessions:      table[entente.Session]{byID: map[string]*entente.Session{}},
		consultations: table[entente.Consultation]{byID: map[string]*entente.Consultation{}},
		decisions:     table[entente.Decision]{byID: map[string]*entente.Decision{}},
		obligations:   table[entente.Obligation]{byID: map[string]*entente.Obligation{}},
	}
}

// Organisation returns the organisation whose rules hold.
func (s *State) Organisation() *entente.Organisation { return s.org }

// Next returns the lowest log index that the next act may stand at: one more than that of the last act applied.
func (s *State) Next() uint64 { return s.next }

// Check says whether the act could be applied next; the refusal, an *[entente.Error], says which rule forbids it. An
// act from more than five minutes after now is refused. It changes nothing.
func (s *State) Check(a entente.Act, now entente.Instant) error {
	if a.Time > now.Add(future) {
		return refuse(entente.Implausible, a.Kind, "time: the act is from "+a.Time.String()+", after now", "set the clock that made it")
	}
	_, _, err := s.prepare(act{Act: a})
	return err
}

// Apply applies the act that stands at index in the log under its ID. Indexes grow; an act applied before is refused as
// replayed. A refused act changes nothing, and every node refuses it alike.
func (s *State) Apply(index uint64, id string, a entente.Act) error {
	if index < s.next {
		return refuse(entente.Replayed, a.Kind, fmt.Sprintf("log order: index %d, the next is %d", index, s.next), "")
	}
	if id == "" {
		return refuse(entente.Malformed, a.Kind, "log: an act without ID", "")
	}
	if s.seen[id] {
		return refuse(entente.Replayed, a.Kind, "log: the act "+id+" stands in it already", "")
	}
	change, at, err := s.prepare(act{Act: a, id: id, index: index})
	if err != nil {
		return err
	}
	change()
	s.clock, s.next, s.seen[id] = at, index+1, true
	return nil
}

// prepare checks everything and returns the change still to be made.
func (s *State) prepare(a act) (func(), entente.Instant, error) {
	a.at = max(a.Time, s.clock)
	p, err := decode(a.Act)
	if err != nil {
		return nil, 0, err
	}
	if err := s.standing(a); err != nil {
		return nil, 0, err
	}
	change, err := p.apply(s, a)
	return change, a.at, err
}

// Hash names the state: equal on every node that applied the same acts in the same order to the same organisation.
func (s *State) Hash() string {
	h := sha256.New()
	e := json.NewEncoder(h)
	for _, part := range []any{s.org, s.clock, len(s.seen), s.sessions.order, s.consultations.order, s.decisions.order, s.obligations.order} {
		if err := e.Encode(part); err != nil {
			panic("council: a state that is no JSON: " + err.Error()) // numbers are checked to be finite on the way in
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// standing checks that the member and the person may act in the body at all.
func (s *State) standing(a act) error {
	body, ok := s.org.Body(a.Body)
	if !ok {
		return refuse(entente.NotFound, a.Kind, fmt.Sprintf("body: the organisation has no %q", a.Body), "")
	}
	if _, ok := s.org.Member(a.Member); !ok {
		return refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("member: %q is not in the organisation", a.Member), "")
	}
	if isObligation(a.Kind) { // a state that left still owes, and may still receive
		return nil
	}
	if !slices.Contains(s.org.Eligible(a.Body, a.at), a.Member) {
		return refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("membership: %s has no seat with full rights in %s at %s", a.Member, body.ID, a.at), "")
	}
	seated := false
	for _, p := range body.People {
		if p.Member != a.Member || !(entente.Span{From: p.From, Until: p.Until}).Contains(a.at) {
			continue
		}
		if p.Person == a.Person {
			return nil
		}
		seated = true
	}
	if seated && !s.isDelegate(a) {
		return refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("seat: %q does not sit in %s for %s", a.Person, body.ID, a.Member), "have a seated person sign, or name a delegate with session.attend")
	}
	return nil
}

// isDelegate says whether the member named the person as its delegate in a session of the body that is not closed.
func (s *State) isDelegate(a act) bool {
	return slices.ContainsFunc(s.sessions.order, func(x *entente.Session) bool {
		at, ok := x.Of(a.Member)
		return x.Body == a.Body && x.State != entente.SessionClosed && ok && at.Present && at.Person == a.Person
	})
}

// chairs refuses unless the act's member chairs its body at the act's time.
func (s *State) chairs(a act) error {
	chair, ok := s.org.Chair(a.Body, a.at)
	switch {
	case !ok:
		return refuse(entente.Refused, a.Kind, fmt.Sprintf("chair: nobody chairs %s at %s", a.Body, a.at), "add the chair's term to the organisation file")
	case chair != a.Member:
		return refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("chair: %s chairs %s, not %s", chair, a.Body, a.Member), "")
	}
	return nil
}

func refuse(kind entente.ErrorKind, source, reason, next string) error {
	return &entente.Error{Kind: kind, Source: source, Offset: -1, Reason: reason, Next: next}
}
