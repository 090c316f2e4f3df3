package council

import (
	"fmt"
	"slices"

	"entente"
)

func (p ObligationCreate) check() error {
	f := fields{kind: p.Kind()}
	f.optionalName("id", p.ID)
	f.name("decision", p.Decision)
	f.need("title", p.Title, maxLine)
	f.need("from", string(p.From), maxName)
	f.need("unit", p.Unit, maxName)
	f.positive("quantity", p.Quantity)
	if p.From == p.To {
		f.fail(entente.Malformed, "to: nobody owes to itself")
	}
	return f.err
}

func (p ObligationCreate) apply(s *State, a act) (func(), error) {
	id := a.name(p.ID)
	if _, ok := s.obligations.byID[id]; ok {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("id: there is an obligation %q already", id), "choose another ID")
	}
	d, ok := s.decisions.byID[p.Decision]
	switch {
	case !ok || d.Body != a.Body:
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("decision: %s has none named %q", a.Body, p.Decision), "")
	case !d.Binds(p.From):
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("bound: the decision does not bind %q", p.From), "it may accede, where the rule allows that")
	}
	if _, ok := s.org.Member(p.To); !ok && p.To != "" {
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("to: %q is not in the organisation", p.To), "")
	}
	if a.Member != p.From {
		if err := s.chairs(a); err != nil {
			return nil, err
		}
	}
	o := &entente.Obligation{
		ID: id, Decision: d.ID, Title: p.Title, From: p.From, To: p.To, Quantity: p.Quantity, Unit: p.Unit, Due: p.Due, Created: a.at,
	}
	return func() { s.obligations.add(id, o) }, nil
}

// obligation finds one of the act's body that is not closed.
func (s *State) obligation(a act, id string) (*entente.Obligation, error) {
	o, ok := s.obligations.byID[id]
	switch {
	case !ok || s.decisions.byID[o.Decision].Body != a.Body:
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("obligation: %s has none named %q", a.Body, id), "")
	case o.Closed != 0:
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("state: obligation %s is closed", id), "")
	}
	return o, nil
}

// party refuses who neither owes nor is owed; owed to all, the chair stands for them.
func (s *State) party(a act, o *entente.Obligation) error {
	if a.Member == o.From {
		return nil
	}
	return s.creditor(a, o)
}

func (s *State) creditor(a act, o *entente.Obligation) error {
	if o.To == "" {
		return s.chairs(a)
	}
	if a.Member != o.To {
		return refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("party: obligation %s is owed by %s to %s, not to %s", o.ID, o.From, o.To, a.Member), "")
	}
	return nil
}

func (p ObligationDeliver) check() error {
	f := fields{kind: p.Kind()}
	f.name("obligation", p.Obligation)
	f.positive("quantity", p.Quantity)
	f.need("evidence", p.Evidence, maxText)
	return f.err
}

func (p ObligationDeliver) apply(s *State, a act) (func(), error) {
	o, err := s.obligation(a, p.Obligation)
	if err != nil {
		return nil, err
	}
	if err := s.party(a, o); err != nil {
		return nil, err
	}
	if o.Delivered+p.Quantity > o.Quantity*(1+rounding) {
		return nil, refuse(entente.Implausible, a.Kind, fmt.Sprintf("quantity: %g %s delivered and %g more is over the %g owed", o.Delivered, o.Unit, p.Quantity, o.Quantity), "")
	}
	return func() {
		o.Delivered += p.Quantity
		o.Deliveries = append(o.Deliveries, entente.Delivery{Quantity: p.Quantity, Evidence: p.Evidence, By: a.Member, Time: a.at})
	}, nil
}

func (p ObligationIssue) check() error {
	f := fields{kind: p.Kind()}
	f.name("obligation", p.Obligation)
	f.name("issue", p.Issue)
	if p.Resolved {
		f.need("resolution", p.Resolution, maxText)
	} else {
		f.need("title", p.Title, maxLine)
	}
	return f.err
}

func (p ObligationIssue) apply(s *State, a act) (func(), error) {
	o, err := s.obligation(a, p.Obligation)
	if err != nil {
		return nil, err
	}
	if err := s.party(a, o); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(o.Issues, func(x entente.Issue) bool { return x.ID == p.Issue })
	switch {
	case !p.Resolved && i >= 0:
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("issue: %s has %q already", o.ID, p.Issue), "choose another ID")
	case p.Resolved && (i < 0 || o.Issues[i].Resolved != 0):
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("issue: %s has no open %q", o.ID, p.Issue), "")
	}
	return func() {
		if !p.Resolved {
			o.Issues = append(o.Issues, entente.Issue{ID: p.Issue, Title: p.Title, By: a.Member, Opened: a.at})
			return
		}
		o.Issues[i].Resolved, o.Issues[i].Resolution = a.at, p.Resolution
	}, nil
}

func (p ObligationMove) check() error {
	f := fields{kind: p.Kind()}
	f.name("obligation", p.Obligation)
	f.need("reason", p.Reason, maxLine)
	if p.Due == 0 {
		f.fail(entente.Malformed, "due: is missing")
	}
	return f.err
}

func (p ObligationMove) apply(s *State, a act) (func(), error) {
	o, err := s.obligation(a, p.Obligation)
	if err != nil {
		return nil, err
	}
	if err := s.creditor(a, o); err != nil {
		return nil, err
	}
	return func() {
		o.Moves = append(o.Moves, entente.Move{From: o.Due, To: p.Due, Reason: p.Reason, Time: a.at})
		o.Due = p.Due
	}, nil
}

func (p ObligationClose) check() error {
	f := fields{kind: p.Kind()}
	f.name("obligation", p.Obligation)
	f.most("note", p.Note, maxText)
	if p.Released {
		f.need("note", p.Note, maxText)
	}
	return f.err
}

func (p ObligationClose) apply(s *State, a act) (func(), error) {
	o, err := s.obligation(a, p.Obligation)
	if err != nil {
		return nil, err
	}
	if err := s.creditor(a, o); err != nil {
		return nil, err
	}
	if n := o.OpenIssues(); !p.Released && (n > 0 || !met(o)) {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("fulfilment: %g of %g %s delivered, %d issues open", o.Delivered, o.Quantity, o.Unit, n), "close it as released, with a note, to let it go unmet")
	}
	state := entente.ObligationFulfilled
	if p.Released {
		state = entente.ObligationReleased
	}
	return func() { o.Closed, o.Note, o.State = a.at, p.Note, state }, nil
}

// rounding is what sums of parts may be off by, relatively: three times 0.1 is 0.3.
const rounding = 1e-9

// met says whether all of it was delivered.
func met(o *entente.Obligation) bool { return o.Delivered >= o.Quantity*(1-rounding) }

// standingOf is how the obligation stands at now.
func (s *State) standingOf(o *entente.Obligation, now entente.Instant) entente.ObligationState {
	switch {
	case o.Closed != 0:
		return o.State
	case met(o) && o.OpenIssues() == 0:
		return entente.ObligationDelivered
	case o.Due != 0 && now > o.Due:
		return entente.ObligationOverdue
	case o.OpenIssues() > 0, o.Due != 0 && now > o.Due.Add(-s.org.Lead):
		return entente.ObligationAtRisk
	}
	return entente.ObligationOpen
}

// Late returns the obligations that are overdue or at risk at now, the earliest due first, those without a date last.
func (s *State) Late(now entente.Instant) []entente.Obligation {
	out := slices.DeleteFunc(s.Obligations(Query{}, now), func(o entente.Obligation) bool {
		return o.State != entente.ObligationOverdue && o.State != entente.ObligationAtRisk
	})
	slices.SortStableFunc(out, func(a, b entente.Obligation) int {
		switch {
		case a.Due == b.Due:
			return 0
		case b.Due == 0 || a.Due != 0 && a.Due < b.Due:
			return -1
		}
		return 1
	})
	return out
}
