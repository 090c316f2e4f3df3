package entente

import "slices"

// Body is an organ in which members meet.
type Body struct {
	ID       string        `json:"id"` // short name: "csc"
	Name     string        `json:"name"`
	Office   string        `json:"office"`            // who sits for a member: "head of state"
	Members  []MemberID    `json:"members,omitempty"` // empty: every member
	People   []Seat        `json:"people,omitempty"`  // named persons; a member with none here may send anyone
	Sessions []SessionRule `json:"sessions"`
	Rules    []Rule        `json:"rules"`
	Standing bool          `json:"standing,omitempty"` // works between sessions: crisis centre, secretariat
	Source   string        `json:"source"`
}

// Seats says whether the body has a seat for m, whatever the date.
func (b Body) Seats(m MemberID) bool { return len(b.Members) == 0 || slices.Contains(b.Members, m) }

// Seat is a person who sits in a body for a member, with dates.
type Seat struct {
	Member MemberID `json:"member"`
	Person string   `json:"person"`
	From   Instant  `json:"from,omitzero"`
	Until  Instant  `json:"until,omitzero"`
}

// SessionRule says who may call a kind of session of a body.
type SessionRule struct {
	Kind    SessionKind `json:"kind"`
	Chair   bool        `json:"chair"`                              // the chair alone may call it
	Members int         `json:"members"`                            // so many members together may call it; zero: they may not
	Notice  float64     `json:"notice_s,omitempty" yaml:"notice_s"` // least seconds between call and opening
	Source  string      `json:"source"`
}
