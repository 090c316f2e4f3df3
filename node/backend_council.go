package node

import (
	"context"
	"slices"

	"entente"
	"entente/council"
	"entente/web"
)

// Organisation is what the bodies, members and rules are.
func (n *Node) Organisation() entente.Organisation { return *n.config.Organisation }

// Sessions are all sessions, the latest first.
func (n *Node) Sessions() (out []entente.Session) {
	n.assembly.query(func(s *council.State) { out = append(out, s.Sessions(council.Query{})...) })
	slices.SortStableFunc(out, func(a, b entente.Session) int { return int(sign(b.Starts - a.Starts)) })
	return out
}

// Consultations are all consultations, the latest opened first, with the outcome as of now.
func (n *Node) Consultations() (out []entente.Consultation) {
	now := n.now()
	n.assembly.query(func(s *council.State) { out = append(out, s.Consultations(council.Query{}, now)...) })
	slices.SortStableFunc(out, func(a, b entente.Consultation) int { return int(sign(b.Opened - a.Opened)) })
	return out
}

// Decisions are all decisions, the latest first.
func (n *Node) Decisions() (out []entente.Decision) {
	n.assembly.query(func(s *council.State) { out = append(out, s.Decisions(council.Query{})...) })
	slices.SortStableFunc(out, func(a, b entente.Decision) int { return int(sign(b.Adopted - a.Adopted)) })
	return out
}

// Obligations are all obligations, the soonest due first, with the state as of now.
func (n *Node) Obligations() (out []entente.Obligation) {
	now := n.now()
	n.assembly.query(func(s *council.State) { out = append(out, s.Obligations(council.Query{}, now)...) })
	slices.SortStableFunc(out, func(a, b entente.Obligation) int {
		switch {
		case a.Due == b.Due:
			return 0
		case a.Due == 0:
			return 1
		case b.Due == 0:
			return -1
		}
		return int(sign(a.Due - b.Due))
	})
	return out
}

func sign(t entente.Instant) entente.Instant { return min(max(t, -1), 1) }

// act makes a council act of a person of this member and submits it.
func (n *Node) act(ctx context.Context, person, body string, p council.Payload) (string, error) {
	a, err := council.NewAct(n.config.Member, person, body, n.now(), p)
	if err != nil {
		return "", err
	}
	return n.assembly.submit(ctx, a)
}

// consultation finds a consultation and its body.
func (n *Node) consultation(id string) (found entente.Consultation, err error) {
	now, ok := n.now(), false
	n.assembly.query(func(s *council.State) {
		if c, here := s.Consultation(id, now); here {
			found, ok = c, true
		}
	})
	if !ok {
		return found, missing("consultation", id)
	}
	return found, nil
}

func missing(what, id string) error {
	return &entente.Error{Kind: entente.NotFound, Source: what + " " + id, Offset: -1, Reason: "there is none of that name at this node"}
}

// OpenConsultation puts a question to a body; from an alert, its evidence goes along as it stands now.
func (n *Node) OpenConsultation(ctx context.Context, person string, d web.ConsultationDraft) (string, error) {
	open := council.ConsultationOpen{Session: d.Session, Question: d.Question}
	if d.Alert != "" {
		a, ok := n.alerts.get(d.Alert)
		if !ok {
			return "", missing("alert", d.Alert)
		}
		open.Alert, open.Evidence = a.ID, evidenceOf(a)
	}
	id, err := n.act(ctx, person, d.Body, open)
	if err == nil && d.Alert != "" {
		err = n.alerts.link(ctx, d.Alert, id, person)
	}
	return id, err
}

// evidenceOf is an alert as evidence for those who do not have it: what it said, then what the rule saw.
func evidenceOf(a entente.Alert) []entente.Evidence {
	e := []entente.Evidence{{Name: "alert", Value: a.Condition.Title, Time: a.Raised, From: string(a.Origin)}}
	return append(e, a.Condition.Evidence...)
}

// TableText puts a version of a text before the members and returns its hash; empty while the act is on its way.
func (n *Node) TableText(ctx context.Context, person, consultation string, d web.TextDraft) (string, error) {
	c, err := n.consultation(consultation)
	if err != nil {
		return "", err
	}
	item := council.ItemTable{Consultation: c.ID, Session: c.Session, Title: d.Title, Text: d.Text, Matter: d.Matter, Format: d.Format, Until: d.Until}
	if item.Format == "" {
		item.Format = entente.Plenary
	}
	if item.Matter == "" && len(n.config.Organisation.Matters) > 0 {
		item.Matter = n.config.Organisation.Matters[0]
	}
	id, err := n.act(ctx, person, c.Body, item)
	if err != nil {
		return "", err
	}
	if room, err := n.assembly.chamber(c.Body); err != nil || !room.holds(id) {
		return "", err // on its way to the sequencer: its place among the versions is not known yet
	}
	if c, err = n.consultation(consultation); err != nil {
		return "", err
	}
	text, _ := c.Current()
	return text.Hash, nil
}

// TakePosition gives the member's answer to exactly the version whose hash is named.
func (n *Node) TakePosition(ctx context.Context, person, consultation string, d web.PositionDraft) error {
	c, err := n.consultation(consultation)
	if err != nil {
		return err
	}
	_, err = n.act(ctx, person, c.Body, council.PositionTake{Consultation: c.ID, Text: d.Text, Stance: d.Stance, Statement: d.Statement})
	return err
}

// AdoptDecision has the chair adopt the text where the rule is met, and returns the decision's ID.
func (n *Node) AdoptDecision(ctx context.Context, person, consultation string, d web.AdoptionDraft) (string, error) {
	c, err := n.consultation(consultation)
	if err != nil {
		return "", err
	}
	return n.act(ctx, person, c.Body, council.DecisionAdopt{Consultation: c.ID, Text: d.Text, Number: d.Number})
}

// CloseConsultation ends it without a decision, with what was found.
func (n *Node) CloseConsultation(ctx context.Context, person, consultation, finding string) error {
	c, err := n.consultation(consultation)
	if err != nil {
		return err
	}
	_, err = n.act(ctx, person, c.Body, council.ConsultationClose{Consultation: c.ID, Result: entente.ByFinding, Finding: finding})
	return err
}

// AddObligation records what a member owes because of a decision, and returns its ID.
func (n *Node) AddObligation(ctx context.Context, person, decision string, d web.ObligationDraft) (string, error) {
	body, err := n.bodyOfDecision(decision)
	if err != nil {
		return "", err
	}
	return n.act(ctx, person, body, council.ObligationCreate{Decision: decision, Title: d.Title, From: d.From, To: d.To,
		Quantity: d.Quantity, Unit: d.Unit, Due: d.Due})
}

func (n *Node) bodyOfDecision(id string) (string, error) {
	for _, d := range n.Decisions() {
		if d.ID == id {
			return d.Body, nil
		}
	}
	return "", missing("decision", id)
}

func (n *Node) bodyOfObligation(id string) (string, error) {
	for _, o := range n.Obligations() {
		if o.ID == id {
			return n.bodyOfDecision(o.Decision)
		}
	}
	return "", missing("obligation", id)
}

// Deliver records that a part of an obligation was delivered.
func (n *Node) Deliver(ctx context.Context, person, obligation string, quantity float64, evidence string) error {
	body, err := n.bodyOfObligation(obligation)
	if err != nil {
		return err
	}
	_, err = n.act(ctx, person, body, council.ObligationDeliver{Obligation: obligation, Quantity: quantity, Evidence: evidence})
	return err
}

// CloseObligation has the receiver close it: fulfilled, or released without being met.
func (n *Node) CloseObligation(ctx context.Context, person, obligation string, fulfilled bool, note string) error {
	body, err := n.bodyOfObligation(obligation)
	if err != nil {
		return err
	}
	_, err = n.act(ctx, person, body, council.ObligationClose{Obligation: obligation, Released: !fulfilled, Note: note})
	return err
}

// Submit signs an act that was made elsewhere on this member's behalf, as by a script, and has it sequenced.
func (n *Node) Submit(ctx context.Context, a entente.Act) (string, error) {
	return n.assembly.submit(ctx, a)
}

// AwaitAct returns when the act stands in this node's copy of the body's log.
func (n *Node) AwaitAct(ctx context.Context, body, id string) error {
	c, err := n.assembly.chamber(body)
	if err != nil {
		return err
	}
	fate, leave := c.await(id)
	defer leave()
	select {
	case err := <-fate:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
