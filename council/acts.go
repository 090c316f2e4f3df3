package council

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"entente"
)

// Payload is what an act of the council says: one of the types below, each named after its kind.
type Payload interface {
	// Kind is the act's kind: "session.convene".
	Kind() string
	// check refuses what no state could allow: missing or oversize fields.
	check() error
	// apply checks the act against the state and returns the change to make; it changes nothing itself.
	apply(s *State, a act) (func(), error)
}

// SessionConvene calls a session, or adds a member's request to one that so far too few have asked for.
// An empty ID is that of the act, as everywhere below.
type SessionConvene struct {
	ID     string              `json:"id,omitempty"`
	Type   entente.SessionKind `json:"type"`
	With   []string            `json:"with,omitempty"` // joint: the other bodies
	Title  string              `json:"title"`
	Place  string              `json:"place,omitempty"`
	Starts entente.Instant     `json:"starts"`
}

// SessionAgenda sets the agenda, whole. By the chair, until the session closes.
type SessionAgenda struct {
	Session string   `json:"session"`
	Agenda  []string `json:"agenda"`
}

// SessionOpen opens a called session. By the chair.
type SessionOpen struct {
	Session string `json:"session"`
}

// SessionAttend says that the member is present, and who sits for it.
type SessionAttend struct {
	Session    string `json:"session"`
	Delegate   string `json:"delegate,omitempty"`   // person, when not the act's own
	Credential string `json:"credential,omitempty"` // what entitles a delegate
}

// SessionAbsent says that a member is absent. By the member itself, or by the chair for one that has not said that it
// is present.
type SessionAbsent struct {
	Session string           `json:"session"`
	Absent  entente.MemberID `json:"absent"`
	Reason  string           `json:"reason,omitempty"`
}

// SessionClose ends a session. By the chair. Who neither attended nor was excused is absent.
type SessionClose struct {
	Session string `json:"session"`
}

// ConsultationOpen puts a question to the members of a body, from an alert with its evidence or a member's own. Any
// member of the body may.
type ConsultationOpen struct {
	ID       string             `json:"id,omitempty"`
	Session  string             `json:"session,omitempty"`
	Question string             `json:"question"`
	Alert    string             `json:"alert,omitempty"`
	Evidence []entente.Evidence `json:"evidence,omitempty"`
}

// ItemTable tables a text, or a new version of it, which voids the positions on the one before. It opens the
// consultation if there is none of that ID. Any member of the body may; a limited or silence format only the chair.
type ItemTable struct {
	Consultation string             `json:"consultation,omitempty"`
	Session      string             `json:"session,omitempty"`
	Title        string             `json:"title"`
	Text         string             `json:"text"`
	Matter       string             `json:"matter"`
	Format       entente.Format     `json:"format"`
	Until        entente.Instant    `json:"until,omitzero"` // silence
	Concerned    []entente.MemberID `json:"concerned,omitempty"`
}

// TextAcknowledge says that the member has the text; silence counts only after it.
type TextAcknowledge struct {
	Consultation string `json:"consultation"`
	Text         string `json:"text"` // hash
}

// PositionTake is the member's answer to the version of the text that it quotes.
type PositionTake struct {
	Consultation string         `json:"consultation"`
	Text         string         `json:"text"` // hash
	Stance       entente.Stance `json:"stance"`
	Statement    string         `json:"statement,omitempty"`
}

// DecisionAdopt adopts the text. By the chair, only when the rule says adopted.
type DecisionAdopt struct {
	ID           string `json:"id,omitempty"`
	Number       string `json:"number,omitempty"`
	Consultation string `json:"consultation"`
	Text         string `json:"text"` // hash
}

// DecisionAccede joins a decision that does not bind the member yet, where its rule allows that.
type DecisionAccede struct {
	Decision  string `json:"decision"`
	Text      string `json:"text"` // hash
	Statement string `json:"statement,omitempty"`
}

// ConsultationClose ends a consultation: with its decision, a finding, returned or withdrawn. By the chair, or by who
// opened it as long as there is no decision.
type ConsultationClose struct {
	Consultation string         `json:"consultation"`
	Result       entente.Result `json:"result"`
	Finding      string         `json:"finding,omitempty"`
}

// StatementMake attaches a member's statement to a consultation or decision.
type StatementMake struct {
	About string                `json:"about"`
	Type  entente.StatementKind `json:"type"`
	Text  string                `json:"text"`
}

// ObligationCreate says what a member that a decision binds owes. By that member or the chair.
type ObligationCreate struct {
	ID       string           `json:"id,omitempty"`
	Decision string           `json:"decision"`
	Title    string           `json:"title"`
	From     entente.MemberID `json:"from"`
	To       entente.MemberID `json:"to,omitempty"`
	Quantity float64          `json:"quantity"`
	Unit     string           `json:"unit"`
	Due      entente.Instant  `json:"due,omitzero"`
}

// ObligationDeliver reports a part delivered. By the one who owes or the one who is owed.
type ObligationDeliver struct {
	Obligation string  `json:"obligation"`
	Quantity   float64 `json:"quantity"`
	Evidence   string  `json:"evidence"`
}

// ObligationIssue opens an issue, or resolves it. By either side.
type ObligationIssue struct {
	Obligation string `json:"obligation"`
	Issue      string `json:"issue"` // its ID within the obligation
	Title      string `json:"title,omitempty"`
	Resolved   bool   `json:"resolved,omitempty"`
	Resolution string `json:"resolution,omitempty"`
}

// ObligationMove changes the due date. By the one who is owed, or the chair when it is owed to all.
type ObligationMove struct {
	Obligation string          `json:"obligation"`
	Due        entente.Instant `json:"due"`
	Reason     string          `json:"reason"`
}

// ObligationClose ends an obligation. By the one who is owed, or the chair when it is owed to all: as fulfilled once it
// is delivered in full without open issues, as released with a note at any time.
type ObligationClose struct {
	Obligation string `json:"obligation"`
	Released   bool   `json:"released,omitempty"`
	Note       string `json:"note,omitempty"`
}

// Kind is "session.convene".
func (SessionConvene) Kind() string { return "session.convene" }

// Kind is "session.agenda".
func (SessionAgenda) Kind() string { return "session.agenda" }

// Kind is "session.open".
func (SessionOpen) Kind() string { return "session.open" }

// Kind is "session.attend".
func (SessionAttend) Kind() string { return "session.attend" }

// Kind is "session.absent".
func (SessionAbsent) Kind() string { return "session.absent" }

// Kind is "session.close".
func (SessionClose) Kind() string { return "session.close" }

// Kind is "consultation.open".
func (ConsultationOpen) Kind() string { return "consultation.open" }

// Kind is "item.table".
func (ItemTable) Kind() string { return "item.table" }

// Kind is "text.acknowledge".
func (TextAcknowledge) Kind() string { return "text.acknowledge" }

// Kind is "position.take".
func (PositionTake) Kind() string { return "position.take" }

// Kind is "decision.adopt".
func (DecisionAdopt) Kind() string { return "decision.adopt" }

// Kind is "decision.accede".
func (DecisionAccede) Kind() string { return "decision.accede" }

// Kind is "consultation.close".
func (ConsultationClose) Kind() string { return "consultation.close" }

// Kind is "statement.make".
func (StatementMake) Kind() string { return "statement.make" }

// Kind is "obligation.create".
func (ObligationCreate) Kind() string { return "obligation.create" }

// Kind is "obligation.deliver".
func (ObligationDeliver) Kind() string { return "obligation.deliver" }

// Kind is "obligation.issue".
func (ObligationIssue) Kind() string { return "obligation.issue" }

// Kind is "obligation.move".
func (ObligationMove) Kind() string { return "obligation.move" }

// Kind is "obligation.close".
func (ObligationClose) Kind() string { return "obligation.close" }

// decoders reads each kind's data.
var decoders = map[string]func([]byte) (Payload, error){}

func register[P Payload]() {
	var zero P
	decoders[zero.Kind()] = func(b []byte) (Payload, error) {
		var p P
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(&p); err != nil {
			return nil, err
		}
		if d.More() {
			return nil, fmt.Errorf("more than one value")
		}
		return p, nil
	}
}

func init() {
	register[SessionConvene]()
	register[SessionAgenda]()
	register[SessionOpen]()
	register[SessionAttend]()
	register[SessionAbsent]()
	register[SessionClose]()
	register[ConsultationOpen]()
	register[ItemTable]()
	register[TextAcknowledge]()
	register[PositionTake]()
	register[DecisionAdopt]()
	register[DecisionAccede]()
	register[ConsultationClose]()
	register[StatementMake]()
	register[ObligationCreate]()
	register[ObligationDeliver]()
	register[ObligationIssue]()
	register[ObligationMove]()
	register[ObligationClose]()
}

// Kinds returns the kinds of act that the council knows, sorted. Acts of other kinds are not for its log.
func Kinds() []string {
	out := make([]string, 0, len(decoders))
	for k := range decoders {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// NewAct makes an unsigned act that says p. Seq, Prev and Seen are for the node to fill.
func NewAct(m entente.MemberID, person, body string, t entente.Instant, p Payload) (entente.Act, error) {
	if err := p.check(); err != nil {
		return entente.Act{}, err
	}
	b, err := json.Marshal(p)
	if err != nil {
		return entente.Act{}, fmt.Errorf("writing act %s: %w", p.Kind(), err)
	}
	return entente.Act{Kind: p.Kind(), Member: m, Person: person, Body: body, Time: t, Data: b}, nil
}
