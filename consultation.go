package entente

// ConsultationState is where a consultation is in its life.
type ConsultationState string

// The life of a consultation.
const (
	ConsultationOpen    ConsultationState = "open"    // a question, no text yet
	ConsultationTabled  ConsultationState = "tabled"  // a text is before the members
	ConsultationAdopted ConsultationState = "adopted" // there is a decision
	ConsultationClosed  ConsultationState = "closed"
)

// Consultation is a question put to the members of a body: in a session as an item, or between sessions.
type Consultation struct {
	ID         string            `json:"id"`
	Body       string            `json:"body"`
	Session    string            `json:"session,omitempty"`
	Question   string            `json:"question"`
	State      ConsultationState `json:"state"`
	OpenedBy   MemberID          `json:"opened_by"`
	Opened     Instant           `json:"opened"`
	Alert      string            `json:"alert,omitempty"`    // ID of the alert it was opened from
	Evidence   []Evidence        `json:"evidence,omitempty"` // as it stood then
	Texts      []Text            `json:"texts,omitempty"`    // every version tabled, last is current
	Positions  []Position        `json:"positions,omitempty"`
	Receipts   []Receipt         `json:"receipts,omitempty"` // of the current text
	Statements []Statement       `json:"statements,omitempty"`
	Outcome    Outcome           `json:"outcome"` // under the rule, as of the time asked for
	Decision   string            `json:"decision,omitempty"`
	Closed     Instant           `json:"closed,omitzero"`
	Result     Result            `json:"result,omitempty"`
	Finding    string            `json:"finding,omitempty"` // what was found, when it closed
}

// Result is how a consultation was closed.
type Result string

// The results.
const (
	ByDecision Result = "decision"
	ByFinding  Result = "finding"   // no decision was needed
	Returned   Result = "returned"  // sent back for more work
	Withdrawn  Result = "withdrawn" // by who opened it
)

// Text is one version of a draft decision as it was tabled.
type Text struct {
	Version   int        `json:"version"` // from 1
	Hash      string     `json:"hash"`    // names exactly this version: positions quote it
	Title     string     `json:"title"`
	Text      string     `json:"text"`
	Matter    string     `json:"matter"`
	Format    Format     `json:"format"`
	Until     Instant    `json:"until,omitzero"`      // end of silence
	Concerned []MemberID `json:"concerned,omitempty"` // members whose objection consensus_minus sets aside
	By        MemberID   `json:"by"`
	Time      Instant    `json:"time"`
}

// Receipt is a member's word that it has the text.
type Receipt struct {
	Member MemberID `json:"member"`
	Text   string   `json:"text"` // hash
	Time   Instant  `json:"time"`
}

// Current returns the text before the members.
func (c *Consultation) Current() (Text, bool) {
	if len(c.Texts) == 0 {
		return Text{}, false
	}
	return c.Texts[len(c.Texts)-1], true
}
