package council

import (
	"fmt"
	"slices"

	"entente"
)

// rule finds the rule of a body for a matter and format; one for the matter goes before one for any.
func (s *State) rule(body, matter string, format entente.Format) (entente.Rule, bool) {
	b, _ := s.org.Body(body)
	found, ok := entente.Rule{}, false
	for _, r := range b.Rules {
		if r.Format != format {
			continue
		}
		if r.Matter == matter {
			return r, true
		}
		if r.Matter == "*" && slices.Contains(s.org.Matters, matter) {
			found, ok = r, true
		}
	}
	return found, ok
}

// ballot gathers what the rule looks at, as of t.
func (s *State) ballot(c *entente.Consultation, text entente.Text, t entente.Instant) Ballot {
	rule, _ := s.rule(c.Body, text.Matter, text.Format)
	b := Ballot{
		Rule: rule, Eligible: s.org.Eligible(c.Body, t), Concerned: text.Concerned, Until: text.Until, Now: t,
		Stances: map[entente.MemberID]entente.Stance{}, Absent: map[entente.MemberID]bool{}, Received: map[entente.MemberID]bool{},
	}
	for _, p := range c.Positions {
		if !p.Void && p.Text == text.Hash {
			b.Stances[p.Member] = p.Stance
		}
	}
	for _, r := range c.Receipts {
		b.Received[r.Member] = true
	}
	x := s.sessions.byID[c.Session]
	for _, m := range b.Eligible {
		b.Absent[m] = x != nil && absent(x, m)
	}
	return b
}

// absent says whether m is not to be waited for in the session: it is noted as absent, or the session closed without it.
func absent(x *entente.Session, m entente.MemberID) bool {
	p, stated := x.Of(m)
	if stated {
		return !p.Present
	}
	return x.State == entente.SessionClosed
}

// outcome is what the rule makes of the consultation at now, or what it made of it when it was adopted.
func (s *State) outcome(c *entente.Consultation, now entente.Instant) entente.Outcome {
	if d, ok := s.decisions.byID[c.Decision]; ok {
		return cloneOutcome(d.Outcome)
	}
	text, ok := c.Current()
	if !ok {
		return entente.Outcome{State: entente.OutcomeNone, Sentence: "No text is tabled.", Time: now}
	}
	if c.State == entente.ConsultationClosed {
		return entente.Outcome{State: entente.OutcomeNotAdopted, Sentence: "Not adopted: the consultation closed, " + string(c.Result) + ".", Time: c.Closed}
	}
	return Decide(s.ballot(c, text, max(now, s.clock)))
}

// Outcome returns what the rule makes of the consultation at now, with the reason.
func (s *State) Outcome(consultation string, now entente.Instant) (entente.Outcome, bool) {
	c, ok := s.consultations.byID[consultation]
	if !ok {
		return entente.Outcome{}, false
	}
	return s.outcome(c, now), true
}

func (p DecisionAdopt) check() error {
	f := fields{kind: p.Kind()}
	f.optionalName("id", p.ID)
	f.most("number", p.Number, maxName)
	f.name("consultation", p.Consultation)
	f.name("text", p.Text)
	return f.err
}

func (p DecisionAdopt) apply(s *State, a act) (func(), error) {
	id := a.name(p.ID)
	if _, ok := s.decisions.byID[id]; ok {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("id: there is a decision %q already", id), "choose another ID")
	}
	c, text, err := s.tabled(a, p.Consultation, p.Text)
	if err != nil {
		return nil, err
	}
	if err := s.chairs(a); err != nil {
		return nil, err
	}
	o := Decide(s.ballot(c, text, a.at))
	if o.State != entente.OutcomeAdopted {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("rule (%s, %s, %s): %s", o.Rule.Matter, o.Rule.Format, o.Rule.Decide, o.Sentence), "")
	}
	d := &entente.Decision{
		ID: id, Number: p.Number, Body: c.Body, Session: c.Session, Consultation: c.ID, Text: text, Outcome: o,
		Adopted: a.at, By: a.Member, Bound: slices.Clone(o.Bound), Entry: a.index,
	}
	return func() {
		d.Statements = slices.Clone(c.Statements)
		s.decisions.add(id, d)
		c.State, c.Decision = entente.ConsultationAdopted, id
	}, nil
}

func (p DecisionAccede) check() error {
	f := fields{kind: p.Kind()}
	f.name("decision", p.Decision)
	f.name("text", p.Text)
	f.most("statement", p.Statement, maxText)
	return f.err
}

func (p DecisionAccede) apply(s *State, a act) (func(), error) {
	d, ok := s.decisions.byID[p.Decision]
	switch {
	case !ok || d.Body != a.Body:
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("decision: %s has none named %q", a.Body, p.Decision), "")
	case d.Text.Hash != p.Text:
		return nil, refuse(entente.Refused, a.Kind, "text: the act quotes another text than the decision's", "read version "+d.Text.Hash)
	case !d.Outcome.Rule.Accession:
		return nil, refuse(entente.Refused, a.Kind, "accession: the rule under which it was adopted does not allow it", "")
	case d.Binds(a.Member):
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("accession: the decision binds %s already", a.Member), "")
	}
	return func() {
		d.Accession = append(d.Accession, entente.Accession{Member: a.Member, Person: a.Person, Time: a.at})
		if p.Statement != "" {
			d.Statements = append(d.Statements, entente.Statement{
				About: d.ID, Kind: entente.Interpretative, Member: a.Member, Person: a.Person, Text: p.Statement, Time: a.at, Act: a.id,
			})
		}
	}, nil
}
