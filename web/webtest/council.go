package webtest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"entente"
	"entente/web"
)

const session = "csc-2023-minsk"

// seedCouncil has the Minsk session, one decision and what is owed because of it.
func (w *World) seedCouncil() {
	opened := w.start.Add(-86_400)
	s := entente.Session{ID: session, Body: Body, Kind: entente.Regular, State: entente.SessionOpen, Title: "Session of the Collective Security Council", Place: "Minsk",
		Starts: opened, Opened: opened, Chair: "BLR", CalledBy: []entente.MemberID{"BLR"},
		Agenda: []string{"International and regional security", "Unified air defence system: state and plan", "Military-technical cooperation", "Next chair"}, Consultations: []string{"c-1"}}
	for _, m := range Members {
		p := entente.Presence{Member: m.ID, Present: m.ID != "ARM", Person: "Head of state of " + m.Name, By: m.ID, Time: opened}
		if m.ID == "ARM" {
			p.Person, p.Reason, p.By = "", "not able to take part", "BLR"
		}
		s.Attendance = append(s.Attendance, p)
	}
	w.sessions = []entente.Session{s}
	w.enter("BLR", "Delegate BLR", "session.open", session, "Session opened in Minsk; ARM absent")
	c := entente.Consultation{ID: "c-1", Body: Body, Session: session, Question: "Plan for the unified air defence system, 2024–2025", State: entente.ConsultationTabled, OpenedBy: "BLR", Opened: opened}
	c.Texts = []entente.Text{text(1, "Plan for the unified air defence system", "The members put the plan into force and report each half-year.", "BLR", opened)}
	for _, m := range Members {
		if m.ID != "ARM" {
			c.Positions = append(c.Positions, entente.Position{Member: m.ID, Person: "Delegate " + string(m.ID), Stance: entente.Agree, Text: c.Texts[0].Hash, Time: opened})
		}
	}
	w.consultations = []entente.Consultation{c}
	w.consultations[0].Outcome = w.outcome(&w.consultations[0])
	id := w.adopt(&w.consultations[0], "BLR", "Delegate BLR", "7/1")
	w.obligations = []entente.Obligation{
		{ID: "o-1", Decision: id, Title: "Two divisions of air defence equipment", From: "RUS", To: "BLR", Quantity: 8, Unit: "launcher", Due: w.start.Add(20 * 86_400), Created: opened, Delivered: 6,
			Deliveries: []entente.Delivery{{Quantity: 6, Evidence: "acceptance act 12", By: "RUS", Time: w.start.Add(-40_000)}}, State: entente.ObligationAtRisk,
			Issues: []entente.Issue{{ID: "i-1", Title: "Interface of the command post", By: "BLR", Opened: w.start.Add(-30_000)}}},
		{ID: "o-2", Decision: id, Title: "Half-year report on the plan", From: "KAZ", Quantity: 1, Unit: "report", Due: w.start.Add(160 * 86_400), Created: opened, State: entente.ObligationOpen},
	}
}

func text(version int, title, body string, by entente.MemberID, at entente.Instant) entente.Text {
	h := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s", version, title, body))
	return entente.Text{Version: version, Hash: hex.EncodeToString(h[:]), Title: title, Text: body, Matter: "substance", Format: entente.Plenary, By: by, Time: at}
}

// outcome is consensus of those present: an objection blocks, silence waits. mu is held.
func (w *World) outcome(c *entente.Consultation) entente.Outcome {
	t, ok := c.Current()
	if !ok {
		return entente.Outcome{State: entente.OutcomeNone, Sentence: "No text is before the members yet."}
	}
	o := entente.Outcome{Time: w.now(), Rule: entente.Rule{Matter: "*", Format: entente.Plenary, Quorum: entente.Share{Num: 2, Den: 3}, Absent: entente.AbsentNotBound, Decide: entente.Consensus, Source: "test"}}
	for _, m := range Members {
		o.Eligible = append(o.Eligible, m.ID)
		k := slices.IndexFunc(c.Positions, func(p entente.Position) bool { return p.Member == m.ID && p.Text == t.Hash && !p.Void })
		switch {
		case m.ID == "ARM" && k < 0:
			o.Absent = append(o.Absent, m.ID)
		case k < 0:
			o.Waiting = append(o.Waiting, m.ID)
		case c.Positions[k].Stance.Consents():
			o.For = append(o.For, m.ID)
		case c.Positions[k].Stance == entente.Object:
			o.Against = append(o.Against, m.ID)
		default:
			o.Aside = append(o.Aside, m.ID)
		}
	}
	o.Bound = o.For
	switch {
	case len(o.Against) > 0:
		o.State, o.Blocking = entente.OutcomeBlocked, o.Against
		o.Sentence = fmt.Sprintf("Not adopted: %v objects, and consensus needs no objection.", o.Against)
	case len(o.Waiting) > 0:
		o.State = entente.OutcomeWaiting
		o.Sentence = fmt.Sprintf("%d of 6 agree; waiting for %v. Consensus of those present; an absent member is not bound.", len(o.For), o.Waiting)
	default:
		o.State = entente.OutcomeAdopted
		o.Sentence = fmt.Sprintf("No objection among %d present members: the chair may adopt. Absent members are not bound.", len(o.For)+len(o.Aside))
	}
	return o
}

func (w *World) adopt(c *entente.Consultation, m entente.MemberID, person, number string) string {
	t, _ := c.Current()
	d := entente.Decision{ID: fmt.Sprintf("d-%d", len(w.decisions)+1), Number: number, Body: c.Body, Session: c.Session, Consultation: c.ID, Text: t, Outcome: c.Outcome,
		Adopted: w.now(), By: m, Bound: c.Outcome.Bound, Entry: uint64(len(w.record))}
	c.State, c.Decision, c.Result, c.Closed = entente.ConsultationAdopted, d.ID, entente.ByDecision, w.now()
	w.decisions = append([]entente.Decision{d}, w.decisions...)
	w.enter(m, person, "decision.adopt", d.ID, "Adopted: "+t.Title)
	return d.ID
}

// find is the consultation of that ID; mu is held.
func (w *World) find(id string) (*entente.Consultation, error) {
	for i := range w.consultations {
		if w.consultations[i].ID == id {
			return &w.consultations[i], nil
		}
	}
	return nil, missing("no such consultation")
}

func refused(reason, next string) error {
	return &entente.Error{Kind: entente.Refused, Offset: -1, Reason: reason, Next: next}
}

// Organisation is an alliance with one body.
func (n *Node) Organisation() entente.Organisation {
	return entente.Organisation{ID: "alliance", Name: "An alliance of six", Matters: []string{"substance", "procedure"}, Members: Members,
		Bodies: []entente.Body{{ID: Body, Name: "Collective Security Council", Office: "head of state", Sessions: []entente.SessionRule{}, Rules: []entente.Rule{}}},
		Chairs: []entente.ChairTerm{{Member: "BLR", From: n.start.Add(-3e7)}}}
}

// Sessions are the sessions.
func (n *Node) Sessions() []entente.Session { return slices.Clone(n.sessions) }

// Consultations are copies.
func (n *Node) Consultations() []entente.Consultation {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.consultations)
}

// Decisions are copies.
func (n *Node) Decisions() []entente.Decision {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.decisions)
}

// Obligations are copies.
func (n *Node) Obligations() []entente.Obligation {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.obligations)
}

// OpenConsultation adds a consultation.
func (n *Node) OpenConsultation(_ context.Context, person string, d web.ConsultationDraft) (string, error) {
	if d.Body != Body {
		return "", missing("no such body")
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	c := entente.Consultation{ID: fmt.Sprintf("c-%d", len(n.consultations)+1), Body: d.Body, Session: d.Session, Question: d.Question, State: entente.ConsultationOpen,
		OpenedBy: n.self.ID, Opened: n.now(), Alert: d.Alert}
	for i := range n.alerts[n.self.ID] {
		if a := &n.alerts[n.self.ID][i]; a.ID == d.Alert {
			a.Opened, c.Evidence = c.ID, a.Condition.Evidence
			n.revisions[n.self.ID][web.TopicAlerts]++
		}
	}
	c.Outcome = n.outcome(&c)
	n.consultations = append([]entente.Consultation{c}, n.consultations...)
	n.enter(n.self.ID, person, "consultation.open", c.ID, "Consultation opened: "+d.Question)
	n.changed(web.TopicCouncil)
	return c.ID, nil
}

// TableText adds a version; earlier positions are void.
func (n *Node) TableText(_ context.Context, person, id string, d web.TextDraft) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, err := n.find(id)
	if err != nil {
		return "", err
	}
	if c.Decision != "" {
		return "", refused("the consultation is over", "open another")
	}
	t := text(len(c.Texts)+1, d.Title, d.Text, n.self.ID, n.now())
	c.Texts = append(slices.Clone(c.Texts), t)
	c.Positions = slices.Clone(c.Positions)
	for i := range c.Positions {
		c.Positions[i].Void = true
	}
	c.State = entente.ConsultationTabled
	c.Outcome = n.outcome(c)
	n.enter(n.self.ID, person, "text.table", id, fmt.Sprintf("Version %d tabled: %s", t.Version, t.Title))
	n.changed(web.TopicCouncil)
	return t.Hash, nil
}

// TakePosition keeps the member's last answer to the current version.
func (n *Node) TakePosition(_ context.Context, person, id string, d web.PositionDraft) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, err := n.find(id)
	if err != nil {
		return err
	}
	t, ok := c.Current()
	if !ok || t.Hash != d.Text {
		return refused("another version of the text is before the members now", "read it and answer again")
	}
	c.Positions = slices.DeleteFunc(slices.Clone(c.Positions), func(p entente.Position) bool { return p.Member == n.self.ID && !p.Void })
	act := n.enter(n.self.ID, person, "position.take", id, fmt.Sprintf("%s: %s", n.self.ID, d.Stance))
	c.Positions = append(c.Positions, entente.Position{Member: n.self.ID, Person: person, Stance: d.Stance, Statement: d.Statement, Text: d.Text, Time: n.now(), Act: act})
	c.Outcome = n.outcome(c)
	n.changed(web.TopicCouncil)
	return nil
}

// AdoptDecision is the chair's.
func (n *Node) AdoptDecision(_ context.Context, person, id string, d web.AdoptionDraft) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, err := n.find(id)
	if err != nil {
		return "", err
	}
	t, _ := c.Current()
	switch {
	case n.self.ID != "BLR":
		return "", refused("only the chair, BLR, adopts", "ask the chair")
	case c.Outcome.State != entente.OutcomeAdopted || c.Decision != "":
		return "", refused("the rule is not met", c.Outcome.Sentence)
	case t.Hash != d.Text:
		return "", refused("another version of the text is before the members now", "read it and try again")
	}
	id = n.adopt(c, n.self.ID, person, d.Number)
	n.changed(web.TopicCouncil)
	return id, nil
}

// CloseConsultation ends it.
func (n *Node) CloseConsultation(_ context.Context, person, id, finding string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	c, err := n.find(id)
	if err != nil {
		return err
	}
	c.State, c.Result, c.Finding, c.Closed = entente.ConsultationClosed, entente.ByFinding, finding, n.now()
	n.enter(n.self.ID, person, "consultation.close", id, "Closed: "+finding)
	n.changed(web.TopicCouncil)
	return nil
}
