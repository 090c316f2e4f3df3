package entente

// StatementKind is what a statement is to the text it is attached to.
type StatementKind string

// The kinds of statement.
const (
	Reservation    StatementKind = "reservation"    // a part the member does not take on itself
	Interpretative StatementKind = "interpretative" // how the member reads the text
	Dissent        StatementKind = "dissent"        // that it holds another view
)

// Statement is a member's text attached to a consultation or decision.
type Statement struct {
	About  string        `json:"about"` // ID of the consultation or decision
	Kind   StatementKind `json:"kind"`
	Member MemberID      `json:"member"`
	Person string        `json:"person"`
	Text   string        `json:"text"`
	Time   Instant       `json:"time"`
	Act    string        `json:"act"`
}
