package entente

// MemberID is a member's short name, unique in the organisation: by custom the ISO 3166-1 alpha-3 code ("BLR").
type MemberID string

// Member is a state in the organisation, with the dates of its membership.
type Member struct {
	ID        MemberID `json:"id"`
	Name      string   `json:"name"`
	Flag      string   `json:"flag,omitempty"` // two-letter code, for symbols
	From      Instant  `json:"from"`
	Until     Instant  `json:"until,omitzero"`
	Suspended []Span   `json:"suspended,omitempty"`
}

// Span is a stretch of time, From included, Until not; a zero Until is open.
type Span struct {
	From  Instant `json:"from"`
	Until Instant `json:"until,omitzero"`
}

// Contains says whether t lies in the span.
func (s Span) Contains(t Instant) bool { return t >= s.From && (s.Until == 0 || t < s.Until) }

// ActiveAt says whether m was a member with all rights at t.
func (m Member) ActiveAt(t Instant) bool {
	if !(Span{m.From, m.Until}).Contains(t) {
		return false
	}
	for _, s := range m.Suspended {
		if s.Contains(t) {
			return false
		}
	}
	return true
}
