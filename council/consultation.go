package council

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"entente"
)

func (p ConsultationOpen) check() error {
	f := fields{kind: p.Kind()}
	f.optionalName("id", p.ID)
	f.optionalName("session", p.Session)
	f.need("question", p.Question, maxText)
	f.most("alert", p.Alert, maxName)
	f.list("evidence", len(p.Evidence))
	if p.Alert != "" && len(p.Evidence) == 0 {
		f.fail(entente.Malformed, "evidence: a consultation from an alert carries the alert's evidence")
	}
	return f.err
}

func (p ConsultationOpen) apply(s *State, a act) (func(), error) {
	id := a.name(p.ID)
	if _, ok := s.consultations.byID[id]; ok {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("id: there is a consultation %q already", id), "choose another ID")
	}
	x, err := s.place(a, p.Session)
	if err != nil {
		return nil, err
	}
	c := &entente.Consultation{
		ID: id, Body: a.Body, Session: p.Session, Question: p.Question, State: entente.ConsultationOpen,
		OpenedBy: a.Member, Opened: a.at, Alert: p.Alert, Evidence: p.Evidence,
	}
	return func() { s.open(c, x) }, nil
}

// place finds the session that a consultation is put in, nil for none.
func (s *State) place(a act, session string) (*entente.Session, error) {
	if session == "" {
		return nil, nil
	}
	return s.session(a, session, entente.SessionCalled, entente.SessionOpen)
}

func (s *State) open(c *entente.Consultation, x *entente.Session) {
	s.consultations.add(c.ID, c)
	if x != nil {
		x.Consultations = append(x.Consultations, c.ID)
	}
}

// consultation finds one of the act's body that is still under way.
func (s *State) consultation(a act, id string) (*entente.Consultation, error) {
	c, ok := s.consultations.byID[id]
	switch {
	case !ok || c.Body != a.Body:
		return nil, refuse(entente.NotFound, a.Kind, fmt.Sprintf("consultation: %s has none named %q", a.Body, id), "")
	case c.State == entente.ConsultationClosed:
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("state: consultation %s is closed", id), "open another")
	}
	return c, nil
}

// tabled finds a consultation whose current text has the hash and no decision yet.
func (s *State) tabled(a act, id, hash string) (*entente.Consultation, entente.Text, error) {
	c, err := s.consultation(a, id)
	if err != nil {
		return nil, entente.Text{}, err
	}
	text, ok := c.Current()
	switch {
	case c.State == entente.ConsultationAdopted:
		return nil, text, refuse(entente.Refused, a.Kind, fmt.Sprintf("state: there is a decision on %s", id), "")
	case !ok:
		return nil, text, refuse(entente.Refused, a.Kind, fmt.Sprintf("text: none is tabled in %s", id), "table one")
	case text.Hash != hash:
		return nil, text, refuse(entente.Refused, a.Kind, fmt.Sprintf("text: the act quotes another version than %d of %s", text.Version, id), "read version "+text.Hash+" and answer that")
	}
	return c, text, nil
}

func (p ItemTable) check() error {
	f := fields{kind: p.Kind()}
	f.optionalName("consultation", p.Consultation)
	f.optionalName("session", p.Session)
	f.need("title", p.Title, maxLine)
	f.need("text", p.Text, maxText)
	f.need("matter", p.Matter, maxName)
	f.list("concerned", len(p.Concerned))
	switch {
	case p.Format != entente.Plenary && p.Format != entente.Limited && p.Format != entente.Silence:
		f.fail(entente.Malformed, fmt.Sprintf("format: %q, want plenary, limited or silence", p.Format))
	case (p.Format == entente.Silence) != (p.Until != 0):
		f.fail(entente.Malformed, "until: the end of silence goes with the silence format, and only with it")
	}
	return f.err
}

func (p ItemTable) apply(s *State, a act) (func(), error) {
	id := a.name(p.Consultation)
	c, known := s.consultations.byID[id]
	if known {
		var err error
		if c, err = s.consultation(a, id); err != nil {
			return nil, err
		}
		if c.State == entente.ConsultationAdopted {
			return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("state: there is a decision on %s", id), "open another consultation")
		}
	}
	if !known {
		c = &entente.Consultation{ID: id, Body: a.Body, Session: p.Session, Question: p.Title, OpenedBy: a.Member, Opened: a.at}
	}
	if known && p.Session != "" && c.Session != "" && p.Session != c.Session {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("session: %s is put in %s", id, c.Session), "")
	}
	x, err := s.place(a, p.Session)
	if err != nil {
		return nil, err
	}
	rule, err := s.tabling(a, p)
	if err != nil {
		return nil, err
	}
	if p.Format == entente.Silence && p.Until < a.at.Add(rule.Silence) {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("silence: it lasts at least %.0f s", rule.Silence), "name a later end")
	}
	text := entente.Text{
		Version: len(c.Texts) + 1, Title: p.Title, Text: p.Text, Matter: p.Matter, Format: p.Format,
		Until: p.Until, Concerned: p.Concerned, By: a.Member, Time: a.at,
	}
	text.Hash = textHash(id, text)
	return func() {
		if !known {
			s.open(c, x)
		} else if c.Session == "" && x != nil {
			c.Session, x.Consultations = x.ID, append(x.Consultations, id)
		}
		retable(c, text)
	}, nil
}

// tabling checks who may table what, and returns the rule that will decide it.
func (s *State) tabling(a act, p ItemTable) (entente.Rule, error) {
	rule, ok := s.rule(a.Body, p.Matter, p.Format)
	if !ok {
		return rule, refuse(entente.Refused, a.Kind, fmt.Sprintf("rule: %s has none for matter %q in format %s", a.Body, p.Matter, p.Format), "see the rules of the body in the organisation file")
	}
	if p.Format != entente.Plenary {
		if err := s.chairs(a); err != nil {
			return rule, err
		}
	}
	if n := len(p.Concerned); n > rule.Minus {
		return rule, refuse(entente.Refused, a.Kind, fmt.Sprintf("concerned: %d members named, the rule sets aside at most %d", n, rule.Minus), "")
	}
	eligible := s.org.Eligible(a.Body, a.at)
	for i, m := range p.Concerned {
		if !slices.Contains(eligible, m) || slices.Contains(p.Concerned[:i], m) {
			return rule, refuse(entente.NotFound, a.Kind, fmt.Sprintf("concerned: %q has no seat in %s, or stands twice", m, a.Body), "")
		}
	}
	return rule, nil
}

// retable puts the text before the members and voids what was said of the one before.
func retable(c *entente.Consultation, text entente.Text) {
	c.Texts = append(c.Texts, text)
	c.State = entente.ConsultationTabled
	c.Receipts = nil
	for i := range c.Positions {
		c.Positions[i].Void = true
	}
}

// textHash names one version of one text: SHA-256 of its JSON without hash, in the consultation.
func textHash(consultation string, t entente.Text) string {
	t.Hash = ""
	b, err := json.Marshal(struct {
		Consultation string
		Text         entente.Text
	}{consultation, t})
	if err != nil {
		panic("council: a text that is no JSON: " + err.Error()) // strings and numbers alone
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

func (p TextAcknowledge) check() error {
	f := fields{kind: p.Kind()}
	f.name("consultation", p.Consultation)
	f.name("text", p.Text)
	return f.err
}

func (p TextAcknowledge) apply(s *State, a act) (func(), error) {
	c, text, err := s.tabled(a, p.Consultation, p.Text)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(c.Receipts, func(r entente.Receipt) bool { return r.Member == a.Member }) {
		return nil, refuse(entente.Refused, a.Kind, fmt.Sprintf("receipt: %s has confirmed it already", a.Member), "")
	}
	if ended(text, a.at) {
		return nil, refuse(entente.Refused, a.Kind, "silence: it ended at "+text.Until.String(), "")
	}
	return func() {
		c.Receipts = append(c.Receipts, entente.Receipt{Member: a.Member, Text: p.Text, Time: a.at})
	}, nil
}

// ended says whether the text's silence is over at t; the end itself is too late.
func ended(text entente.Text, t entente.Instant) bool {
	return text.Format == entente.Silence && t >= text.Until
}

func (p PositionTake) check() error {
	f := fields{kind: p.Kind()}
	f.name("consultation", p.Consultation)
	f.name("text", p.Text)
	f.most("statement", p.Statement, maxText)
	switch p.Stance {
	case entente.Agree, entente.Abstain, entente.Object, entente.NotParticipating:
	case entente.AgreeWithReservation:
		f.need("statement", p.Statement, maxText)
	default:
		f.fail(entente.Malformed, fmt.Sprintf("stance: %q, want agree, agree_with_reservation, abstain, object or not_participating", p.Stance))
	}
	return f.err
}

func (p PositionTake) apply(s *State, a act) (func(), error) {
	c, text, err := s.tabled(a, p.Consultation, p.Text)
	if err != nil {
		return nil, err
	}
	if ended(text, a.at) {
		return nil, refuse(entente.Refused, a.Kind, "silence: it ended at "+text.Until.String(), "ask the chair to table the text again")
	}
	return func() {
		for i := range c.Positions {
			if c.Positions[i].Member == a.Member {
				c.Positions[i].Void = true
			}
		}
		c.Positions = append(c.Positions, entente.Position{
			Member: a.Member, Person: a.Person, Stance: p.Stance, Statement: p.Statement, Text: p.Text,
			Time: a.at, Act: a.id, Seen: a.Seen,
		})
		if p.Stance == entente.AgreeWithReservation {
			c.Statements = append(c.Statements, entente.Statement{
				About: c.ID, Kind: entente.Reservation, Member: a.Member, Person: a.Person, Text: p.Statement, Time: a.at, Act: a.id,
			})
		}
	}, nil
}

func (p ConsultationClose) check() error {
	f := fields{kind: p.Kind()}
	f.name("consultation", p.Consultation)
	f.most("finding", p.Finding, maxText)
	switch p.Result {
	case entente.ByDecision, entente.Returned, entente.Withdrawn:
	case entente.ByFinding:
		f.need("finding", p.Finding, maxText)
	default:
		f.fail(entente.Malformed, fmt.Sprintf("result: %q, want decision, finding, returned or withdrawn", p.Result))
	}
	return f.err
}

func (p ConsultationClose) apply(s *State, a act) (func(), error) {
	c, err := s.consultation(a, p.Consultation)
	if err != nil {
		return nil, err
	}
	if (p.Result == entente.ByDecision) != (c.Decision != "") {
		return nil, refuse(entente.Refused, a.Kind, "result: with a decision it closes by decision, without one never", "")
	}
	if a.Member != c.OpenedBy || c.Decision != "" {
		if err := s.chairs(a); err != nil {
			return nil, err
		}
	}
	if p.Result == entente.Withdrawn && a.Member != c.OpenedBy {
		return nil, refuse(entente.Unauthorised, a.Kind, fmt.Sprintf("result: only %s, who opened it, withdraws it", c.OpenedBy), "")
	}
	return func() {
		c.State, c.Closed, c.Result, c.Finding = entente.ConsultationClosed, a.at, p.Result, p.Finding
	}, nil
}

func (p StatementMake) check() error {
	f := fields{kind: p.Kind()}
	f.name("about", p.About)
	f.need("text", p.Text, maxText)
	if p.Type != entente.Reservation && p.Type != entente.Interpretative && p.Type != entente.Dissent {
		f.fail(entente.Malformed, fmt.Sprintf("type: %q, want reservation, interpretative or dissent", p.Type))
	}
	return f.err
}

func (p StatementMake) apply(s *State, a act) (func(), error) {
	st := entente.Statement{About: p.About, Kind: p.Type, Member: a.Member, Person: a.Person, Text: p.Text, Time: a.at, Act: a.id}
	if d, ok := s.decisions.byID[p.About]; ok && d.Body == a.Body {
		return func() { d.Statements = append(d.Statements, st) }, nil
	}
	c, err := s.consultation(a, p.About)
	if err != nil {
		return nil, err
	}
	return func() { c.Statements = append(c.Statements, st) }, nil
}
