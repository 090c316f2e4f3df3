package council

import (
	"fmt"
	"slices"

	"entente"
)

func (p SessionConvene) check() error {
	f := fields{kind: p.Kind()}
	f.optionalName("id", p.ID)
	f.need("title", p.Title, maxLine)
	f.most("place", p.Place, maxLine)
	f.list("with", len(p.With))
	if p.Starts == 0 {
		f.fail(entente.Malformed, "starts: is missing")
	}
	if (p.Type == entente.Joint) != (len(p.With) > 0) {
		f.fail(entente.Malformed, "with: a joint session names the other bodies, and only a joint one")
	}
	return f.err
}

func (p SessionConvene) apply(s *State, a act) (func(), error) {
	id := a.name(p.ID)
	if x, ok := s.sessions.byID[id]; ok {
		return p.support(s, a, x)
	}
	rule, err := s.sessionRule(a, p.Type)
	if err != nil {
		return nil, err
	}
	for _, other := range p.With {
		if _, ok := s.org.Body(other); !ok || other == a.Body {
			return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("with: %q is no other body", other), "")
		}
	}
	if p.Starts < a.Time.Add(rule.Notice) {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("notice: a session begins no sooner than %.0f s after its call", rule.Notice), "name a later start")
	}
	chair, _ := s.org.Chair(a.Body, a.at)
	x := &entente.Session{
		ID: id, Body: a.Body, With: p.With, Kind: p.Type, State: entente.SessionRequested, Title: p.Title, Place: p.Place,
		Starts: p.Starts, Chair: chair, CalledBy: []entente.MemberID{a.Member},
	}
	called := rule.Chair && a.Member == chair || rule.Members == 1
	if !called && rule.Members == 0 {
		return nil, refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("call: only the chair calls a %s session of %s", p.Type, a.Body), "")
	}
	if called {
		x.State = entente.SessionCalled
	}
	return func() { s.sessions.add(id, x) }, nil
}

// support adds a member's voice to a session asked for by others.
func (p SessionConvene) support(s *State, a act, x *entente.Session) (func(), error) {
	switch {
	case x.State != entente.SessionRequested || x.Body != a.Body || x.Kind != p.Type:
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("id: there is a session %q already", x.ID), "choose another ID")
	case slices.Contains(x.CalledBy, a.Member):
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("call: %s has asked for %s already", a.Member, x.ID), "")
	}
	rule, err := s.sessionRule(a, x.Kind)
	if err != nil {
		return nil, err
	}
	chair, _ := s.org.Chair(a.Body, a.at)
	return func() {
		x.CalledBy = append(x.CalledBy, a.Member)
		if len(x.CalledBy) >= rule.Members || rule.Chair && a.Member == chair {
			x.State = entente.SessionCalled
		}
	}, nil
}

func (s *State) sessionRule(a act, kind entente.SessionKind) (entente.SessionRule, error) {
	b, _ := s.org.Body(a.Body)
	for _, r := range b.Sessions {
		if r.Kind == kind {
			return r, nil
		}
	}
	return entente.SessionRule{}, refuse(entente.Refused, a.Kind, fmt.Sprintf("kind: %s holds no %q sessions", a.Body, kind), "")
}

// session finds a session of the act's body in one of the states.
func (s *State) session(a act, id string, states ...entente.SessionState) (*entente.Session, error) {
	x, ok := s.sessions.byID[id]
	switch {
	case !ok || x.Body != a.Body:
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("session: %s has none named %q", a.Body, id), "")
	case !slices.Contains(states, x.State):
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("state: session %s is %s", id, x.State), "")
	}
	return x, nil
}

func (p SessionAgenda) check() error {
	f := fields{kind: p.Kind()}
	f.name("session", p.Session)
	f.list("agenda", len(p.Agenda))
	for i, line := range p.Agenda {
		f.need(fmt.Sprintf("agenda[%d]", i), line, maxLine)
	}
	return f.err
}

func (p SessionAgenda) apply(s *State, a act) (func(), error) {
	x, err := s.session(a, p.Session, entente.SessionCalled, entente.SessionOpen)
	if err != nil {
		return nil, err
	}
	return func() { x.Agenda = p.Agenda }, s.chairs(a)
}

func (p SessionOpen) check() error {
	f := fields{kind: p.Kind()}
	f.name("session", p.Session)
	return f.err
}

func (p SessionOpen) apply(s *State, a act) (func(), error) {
	x, err := s.session(a, p.Session, entente.SessionCalled)
	if err != nil {
		return nil, err
	}
	return func() { x.State, x.Opened, x.Chair = entente.SessionOpen, a.at, a.Member }, s.chairs(a)
}

func (p SessionAttend) check() error {
	f := fields{kind: p.Kind()}
	f.name("session", p.Session)
	f.most("delegate", p.Delegate, maxLine)
	f.most("credential", p.Credential, maxLine)
	if p.Delegate != "" && p.Credential == "" {
		f.fail(entente.Malformed, "credential: a delegate needs one")
	}
	return f.err
}

func (p SessionAttend) apply(s *State, a act) (func(), error) {
	x, err := s.session(a, p.Session, entente.SessionCalled, entente.SessionOpen)
	if err != nil {
		return nil, err
	}
	person := p.Delegate
	if person == "" {
		person = a.Person
	}
	return func() {
		attend(x, entente.Presence{Member: a.Member, Present: true, Person: person, Reason: p.Credential, By: a.Member, Time: a.at})
	}, nil
}

func attend(x *entente.Session, p entente.Presence) {
	for i := range x.Attendance {
		if x.Attendance[i].Member == p.Member {
			x.Attendance[i] = p
			return
		}
	}
	x.Attendance = append(x.Attendance, p)
}

func (p SessionAbsent) check() error {
	f := fields{kind: p.Kind()}
	f.name("session", p.Session)
	f.need("absent", string(p.Absent), maxName)
	f.most("reason", p.Reason, maxLine)
	return f.err
}

func (p SessionAbsent) apply(s *State, a act) (func(), error) {
	x, err := s.session(a, p.Session, entente.SessionCalled, entente.SessionOpen)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(s.org.Eligible(a.Body, a.at), p.Absent) {
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("absent: %q has no seat in %s", p.Absent, a.Body), "")
	}
	if p.Absent != a.Member {
		if err := s.chairs(a); err != nil {
			return nil, err
		}
		if was, ok := x.Of(p.Absent); ok && was.By == p.Absent && was.Present {
			return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("presence: %s itself says that it is present", p.Absent), "")
		}
		if x.State != entente.SessionOpen {
			return nil, refuse(entente.Refused, a.Kind, "presence: the chair notes absence once the session is open", "")
		}
	}
	return func() { attend(x, entente.Presence{Member: p.Absent, Reason: p.Reason, By: a.Member, Time: a.at}) }, nil
}

func (p SessionClose) check() error {
	f := fields{kind: p.Kind()}
	f.name("session", p.Session)
	return f.err
}

func (p SessionClose) apply(s *State, a act) (func(), error) {
	x, err := s.session(a, p.Session, entente.SessionOpen)
	if err != nil {
		return nil, err
	}
	return func() { x.State, x.Closed = entente.SessionClosed, a.at }, s.chairs(a)
}
