package entente

import "slices"

// Decision is a text that was adopted under a rule.
type Decision struct {
	ID           string      `json:"id"`
	Number       string      `json:"number,omitempty"` // as the organisation numbers it
	Body         string      `json:"body"`
	Session      string      `json:"session,omitempty"`
	Consultation string      `json:"consultation"`
	Text         Text        `json:"text"`
	Outcome      Outcome     `json:"outcome"` // as it was adopted
	Adopted      Instant     `json:"adopted"`
	By           MemberID    `json:"by"`                  // the chair
	Bound        []MemberID  `json:"bound"`               // at adoption
	Accession    []Accession `json:"accession,omitempty"` // who came later
	Statements   []Statement `json:"statements,omitempty"`
	Entry        uint64      `json:"entry"` // index of its act in the body's log
}

// Accession is a member's later joining of a decision.
type Accession struct {
	Member MemberID `json:"member"`
	Person string   `json:"person"`
	Time   Instant  `json:"time"`
}

// Binds says whether the decision binds m.
func (d *Decision) Binds(m MemberID) bool {
	return slices.Contains(d.Bound, m) || slices.ContainsFunc(d.Accession, func(a Accession) bool { return a.Member == m })
}
