package entente

// OutcomeState is what the rule makes of the positions.
type OutcomeState string

// The outcomes.
const (
	OutcomeNone       OutcomeState = "none"        // no text is tabled
	OutcomeWaiting    OutcomeState = "waiting"     // for members, receipts or the end of silence
	OutcomeBlocked    OutcomeState = "blocked"     // by objection, or by absence where it blocks
	OutcomeNotAdopted OutcomeState = "not_adopted" // the votes cannot reach the share any more
	OutcomeAdopted    OutcomeState = "adopted"     // the rule is met: the chair may adopt
)

// Outcome is what the rule makes of the positions at a time, with the reason.
type Outcome struct {
	State    OutcomeState `json:"state"`
	Sentence string       `json:"sentence"` // why, in plain words
	Rule     Rule         `json:"rule,omitzero"`
	Time     Instant      `json:"time,omitzero"` // for which it was computed
	Eligible []MemberID   `json:"eligible,omitempty"`
	For      []MemberID   `json:"for,omitempty"`     // agreeing, tacitly too
	Against  []MemberID   `json:"against,omitempty"` // objecting
	Aside    []MemberID   `json:"aside,omitempty"`   // abstaining or not taking part
	Absent   []MemberID   `json:"absent,omitempty"`  // not there and no position
	Waiting  []MemberID   `json:"waiting,omitempty"` // for whom the outcome waits
	Blocking []MemberID   `json:"blocking,omitempty"`
	Bound    []MemberID   `json:"bound,omitempty"` // whom it would bind, or binds
}
