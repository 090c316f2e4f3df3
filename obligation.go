package entente

// ObligationState is how an obligation stands at a time.
type ObligationState string

// The states of an obligation.
const (
	ObligationOpen      ObligationState = "open"
	ObligationAtRisk    ObligationState = "at_risk"   // due soon and not delivered, or with an open issue
	ObligationOverdue   ObligationState = "overdue"   // the due date is past and it is not closed
	ObligationDelivered ObligationState = "delivered" // in full, without open issues: the receiver has yet to close it
	ObligationFulfilled ObligationState = "fulfilled" // closed by the receiver as met
	ObligationReleased  ObligationState = "released"  // closed by the receiver without being met
)

// Obligation is what a member owes by a date because of a decision.
type Obligation struct {
	ID         string          `json:"id"`
	Decision   string          `json:"decision"`
	Title      string          `json:"title"`
	From       MemberID        `json:"from"`         // who owes
	To         MemberID        `json:"to,omitempty"` // to whom; empty: to all
	Quantity   float64         `json:"quantity"`     // owed, in Unit
	Unit       string          `json:"unit"`         // "launcher", "exercise", "issue"
	Due        Instant         `json:"due,omitzero"`
	Created    Instant         `json:"created"`
	Delivered  float64         `json:"delivered"` // sum of deliveries, in Unit
	Deliveries []Delivery      `json:"deliveries,omitempty"`
	Issues     []Issue         `json:"issues,omitempty"`
	Moves      []Move          `json:"moves,omitempty"` // changes of the due date
	Closed     Instant         `json:"closed,omitzero"`
	Note       string          `json:"note,omitempty"` // on closing
	State      ObligationState `json:"state"`          // as of the time asked for
}

// Delivery is one part delivered.
type Delivery struct {
	Quantity float64  `json:"quantity"`
	Evidence string   `json:"evidence"`
	By       MemberID `json:"by"`
	Time     Instant  `json:"time"`
}

// Issue is a fault that stands between a delivery and its acceptance.
type Issue struct {
	ID         string   `json:"id"`
	Title      string   `json:"title"`
	By         MemberID `json:"by"`
	Opened     Instant  `json:"opened"`
	Resolved   Instant  `json:"resolved,omitzero"`
	Resolution string   `json:"resolution,omitempty"`
}

// Move is a change of the due date by the one to whom it is owed.
type Move struct {
	From   Instant `json:"from"`
	To     Instant `json:"to"`
	Reason string  `json:"reason"`
	Time   Instant `json:"time"`
}

// OpenIssues counts the issues not resolved.
func (o *Obligation) OpenIssues() (n int) {
	for _, i := range o.Issues {
		if i.Resolved == 0 {
			n++
		}
	}
	return n
}
