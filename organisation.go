package entente

// Organisation is a group of members with its bodies and rules: what organisation.yaml says.
type Organisation struct {
	ID      string      `json:"id"` // short name: "csto"
	Name    string      `json:"name"`
	AsOf    Instant     `json:"as_of,omitzero" yaml:"as_of"` // the day for which the file was checked
	Matters []string    `json:"matters"`                     // kinds of matter that rules tell apart
	Members []Member    `json:"members"`
	Bodies  []Body      `json:"bodies"`
	Chairs  []ChairTerm `json:"chairs"`
	Lead    float64     `json:"obligation_lead_s" yaml:"obligation_lead_s"` // seconds before its due date from which an obligation not yet met is at risk
	Sources []string    `json:"sources,omitempty"`
}

// ChairTerm says who chairs, with dates: a fact of record, never derived from where a session was held.
type ChairTerm struct {
	Member MemberID `json:"member"`
	Body   string   `json:"body,omitempty"` // empty: every body without a term of its own
	From   Instant  `json:"from"`
	Until  Instant  `json:"until,omitzero"` // not included; zero is open
	Source string   `json:"source"`
}

// Member returns the member named id.
func (o *Organisation) Member(id MemberID) (Member, bool) {
	for _, m := range o.Members {
		if m.ID == id {
			return m, true
		}
	}
	return Member{}, false
}

// Body returns the body named id.
func (o *Organisation) Body(id string) (Body, bool) {
	for _, b := range o.Bodies {
		if b.ID == id {
			return b, true
		}
	}
	return Body{}, false
}

// Chair returns who chairs the body at t; a term of the body's own goes before a general one.
func (o *Organisation) Chair(body string, t Instant) (MemberID, bool) {
	found := MemberID("")
	for _, c := range o.Chairs {
		if !(Span{c.From, c.Until}).Contains(t) {
			continue
		}
		if c.Body == body {
			return c.Member, true
		}
		if c.Body == "" {
			found = c.Member
		}
	}
	return found, found != ""
}

// Eligible returns the members with a seat and all rights in the body at t, in the organisation's order.
func (o *Organisation) Eligible(body string, t Instant) []MemberID {
	b, ok := o.Body(body)
	if !ok {
		return nil
	}
	out := make([]MemberID, 0, len(o.Members))
	for _, m := range o.Members {
		if b.Seats(m.ID) && m.ActiveAt(t) {
			out = append(out, m.ID)
		}
	}
	return out
}
