package entente

// Stance is a member's answer.
type Stance string

// The answers.
const (
	Agree                Stance = "agree"
	AgreeWithReservation Stance = "agree_with_reservation"
	Abstain              Stance = "abstain"
	Object               Stance = "object"
	NotParticipating     Stance = "not_participating"
)

// Consents says whether the answer is a yes.
func (s Stance) Consents() bool { return s == Agree || s == AgreeWithReservation }

// Position is a member's answer to one version of a text. The last one counts; a new version voids it.
type Position struct {
	Member    MemberID `json:"member"`
	Person    string   `json:"person"`
	Stance    Stance   `json:"stance"`
	Statement string   `json:"statement,omitempty"`
	Text      string   `json:"text"` // hash of the version answered
	Time      Instant  `json:"time"`
	Act       string   `json:"act"`            // ID of the signed act
	Seen      uint64   `json:"seen,omitempty"` // entries of the body's log its maker had seen
	Void      bool     `json:"void,omitempty"` // replaced by a later one or by a new version
}
