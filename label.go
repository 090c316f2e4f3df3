package entente

import "slices"

// Label travels with every released item and says where it came from, who may have it and what was done to it.
type Label struct {
	Origin    MemberID   `json:"origin"`
	To        []MemberID `json:"to,omitempty"`        // who may hold it; empty: its origin alone
	Onward    bool       `json:"onward,omitempty"`    // a holder may pass it on to others in To; else never
	Policy    string     `json:"policy,omitempty"`    // hash of the policy that released it
	Rule      string     `json:"rule,omitempty"`      // the rule's name in that policy
	Delay     float64    `json:"delay,omitempty"`     // seconds it was held back
	Precision float64    `json:"precision,omitempty"` // metres its position was coarsened to; zero: as measured
	Expires   Instant    `json:"expires,omitzero"`
}

// Allows says whether m may hold an item under this label.
func (l Label) Allows(m MemberID) bool { return m == l.Origin || slices.Contains(l.To, m) }
