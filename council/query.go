package council

import (
	"slices"

	"entente"
)

// Query narrows what is read; empty fields narrow nothing.
type Query struct {
	Body    string
	Session string
	// Member keeps sessions and consultations of bodies where it has a seat, decisions that bind it, and obligations
	// that it owes or is owed.
	Member entente.MemberID
}

func (q Query) body(s *State, id string) bool {
	if q.Body != "" && q.Body != id {
		return false
	}
	b, ok := s.org.Body(id)
	return q.Member == "" || ok && b.Seats(q.Member)
}

// Sessions returns the sessions in the order in which they were called.
func (s *State) Sessions(q Query) []entente.Session {
	var out []entente.Session
	for _, x := range s.sessions.order {
		if q.body(s, x.Body) && (q.Session == "" || q.Session == x.ID) {
			out = append(out, cloneSession(x))
		}
	}
	return out
}

// Session returns the session of that ID.
func (s *State) Session(id string) (entente.Session, bool) {
	x, ok := s.sessions.byID[id]
	if !ok {
		return entente.Session{}, false
	}
	return cloneSession(x), true
}

// Consultations returns the consultations in the order in which they were opened, each with its outcome at now.
func (s *State) Consultations(q Query, now entente.Instant) []entente.Consultation {
	var out []entente.Consultation
	for _, c := range s.consultations.order {
		if q.body(s, c.Body) && (q.Session == "" || q.Session == c.Session) {
			out = append(out, s.readConsultation(c, now))
		}
	}
	return out
}

// Consultation returns the consultation of that ID with its outcome at now.
func (s *State) Consultation(id string, now entente.Instant) (entente.Consultation, bool) {
	c, ok := s.consultations.byID[id]
	if !ok {
		return entente.Consultation{}, false
	}
	return s.readConsultation(c, now), true
}

// Decisions returns the decisions in the order in which they were adopted.
func (s *State) Decisions(q Query) []entente.Decision {
	var out []entente.Decision
	for _, d := range s.decisions.order {
		if (q.Body == "" || q.Body == d.Body) && (q.Session == "" || q.Session == d.Session) && (q.Member == "" || d.Binds(q.Member)) {
			out = append(out, cloneDecision(d))
		}
	}
	return out
}

// Decision returns the decision of that ID.
func (s *State) Decision(id string) (entente.Decision, bool) {
	d, ok := s.decisions.byID[id]
	if !ok {
		return entente.Decision{}, false
	}
	return cloneDecision(d), true
}

// Obligations returns the obligations in the order in which they were made, each with its state at now.
func (s *State) Obligations(q Query, now entente.Instant) []entente.Obligation {
	var out []entente.Obligation
	for _, o := range s.obligations.order {
		d := s.decisions.byID[o.Decision]
		if (q.Body == "" || q.Body == d.Body) && (q.Session == "" || q.Session == d.Session) && (q.Member == "" || q.Member == o.From || q.Member == o.To) {
			out = append(out, s.readObligation(o, now))
		}
	}
	return out
}

// Obligation returns the obligation of that ID with its state at now.
func (s *State) Obligation(id string, now entente.Instant) (entente.Obligation, bool) {
	o, ok := s.obligations.byID[id]
	if !ok {
		return entente.Obligation{}, false
	}
	return s.readObligation(o, now), true
}

func cloneSession(x *entente.Session) entente.Session {
	y := *x
	y.With, y.CalledBy, y.Agenda = slices.Clone(x.With), slices.Clone(x.CalledBy), slices.Clone(x.Agenda)
	y.Attendance, y.Consultations = slices.Clone(x.Attendance), slices.Clone(x.Consultations)
	return y
}

func (s *State) readConsultation(c *entente.Consultation, now entente.Instant) entente.Consultation {
	y := *c
	y.Evidence, y.Texts, y.Positions = slices.Clone(c.Evidence), cloneTexts(c.Texts), slices.Clone(c.Positions)
	y.Receipts, y.Statements = slices.Clone(c.Receipts), slices.Clone(c.Statements)
	y.Outcome = s.outcome(c, now)
	return y
}

func cloneTexts(texts []entente.Text) []entente.Text {
	out := slices.Clone(texts)
	for i := range out {
		out[i].Concerned = slices.Clone(out[i].Concerned)
	}
	return out
}

func cloneDecision(d *entente.Decision) entente.Decision {
	y := *d
	y.Text.Concerned, y.Outcome = slices.Clone(d.Text.Concerned), cloneOutcome(d.Outcome)
	y.Bound, y.Accession, y.Statements = slices.Clone(d.Bound), slices.Clone(d.Accession), slices.Clone(d.Statements)
	return y
}

func cloneOutcome(o entente.Outcome) entente.Outcome {
	for _, l := range []*[]entente.MemberID{&o.Eligible, &o.For, &o.Against, &o.Aside, &o.Absent, &o.Waiting, &o.Blocking, &o.Bound} {
		*l = slices.Clone(*l)
	}
	return o
}

func (s *State) readObligation(o *entente.Obligation, now entente.Instant) entente.Obligation {
	y := *o
	y.Deliveries, y.Issues, y.Moves = slices.Clone(o.Deliveries), slices.Clone(o.Issues), slices.Clone(o.Moves)
	y.State = s.standingOf(o, now)
	return y
}
