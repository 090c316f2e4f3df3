package node

import (
	"encoding/json"
	"fmt"
	"strings"

	"entente"
	"entente/council"
)

// said is what an act's data may say that a one-line summary uses; fields of another kind of act stay empty.
type said struct {
	ID, Session, Consultation, Decision, Obligation string
	Question, Title, Text, Statement, Finding       string
	Number, Evidence, Reason, Absent, Delegate      string
	Issue, Resolution, Note, Unit                   string
	Quantity                                        float64
	Stance                                          entente.Stance
	From, To                                        string
	Due                                             entente.Instant
	Agenda                                          []string
	Resolved, Released                              bool
}

var stances = map[entente.Stance]string{
	entente.Agree: "agrees", entente.AgreeWithReservation: "agrees with a reservation", entente.Abstain: "abstains",
	entente.Object: "objects", entente.NotParticipating: "does not take part",
}

// sentences says in words what each kind of act does; the member stands before it.
var sentences = map[string]func(said) string{
	council.SessionConvene{}.Kind():    func(s said) string { return "calls " + quoted(s.Title) },
	council.SessionAgenda{}.Kind():     func(s said) string { return "sets the agenda: " + strings.Join(s.Agenda, "; ") },
	council.SessionOpen{}.Kind():       func(said) string { return "opens the session" },
	council.SessionAttend{}.Kind():     func(s said) string { return "attends" + maybe(", represented by ", s.Delegate) },
	council.SessionAbsent{}.Kind():     func(s said) string { return "notes the absence of " + s.Absent + maybe(": ", s.Reason) },
	council.SessionClose{}.Kind():      func(said) string { return "closes the session" },
	council.ConsultationOpen{}.Kind():  func(s said) string { return "asks: " + s.Question },
	council.ItemTable{}.Kind():         func(s said) string { return "tables " + quoted(s.Title) },
	council.TextAcknowledge{}.Kind():   func(said) string { return "confirms that it has the text" },
	council.PositionTake{}.Kind():      func(s said) string { return stances[s.Stance] + maybe(": ", s.Statement) },
	council.DecisionAdopt{}.Kind():     func(s said) string { return "adopts the text" + maybe(" as decision ", s.Number) },
	council.DecisionAccede{}.Kind():    func(s said) string { return "accedes to " + s.Decision + maybe(": ", s.Statement) },
	council.ConsultationClose{}.Kind(): func(s said) string { return "closes the consultation" + maybe(": ", s.Finding) },
	council.StatementMake{}.Kind():     func(s said) string { return "states: " + s.Text },
	council.ObligationCreate{}.Kind(): func(s said) string {
		return fmt.Sprintf("records that %s owes %s: %s%s", s.From, orAll(s.To), s.Title, byDate(s.Due))
	},
	council.ObligationDeliver{}.Kind(): func(s said) string { return fmt.Sprintf("reports %g delivered%s", s.Quantity, maybe(": ", s.Evidence)) },
	council.ObligationIssue{}.Kind(): func(s said) string {
		if s.Resolved {
			return "resolves " + s.Issue + maybe(": ", s.Resolution)
		}
		return "raises an issue: " + s.Title
	},
	council.ObligationMove{}.Kind(): func(s said) string { return "moves the due date" + byDate(s.Due) + maybe(": ", s.Reason) },
	council.ObligationClose{}.Kind(): func(s said) string {
		if s.Released {
			return "releases the obligation unmet" + maybe(": ", s.Note)
		}
		return "closes the obligation as fulfilled" + maybe(": ", s.Note)
	},
}

// summary is one line on an act for a reader, and what it is about.
func summary(a entente.Act) (line, subject string) {
	var s said
	_ = json.Unmarshal(a.Data, &s) // an act of another form is named by its kind
	for _, v := range []string{s.Consultation, s.Decision, s.Obligation, s.Session, s.ID} {
		if v != "" {
			subject = v
			break
		}
	}
	if say := sentences[a.Kind]; say != nil {
		return string(a.Member) + " " + say(s), subject
	}
	return string(a.Member) + " " + a.Kind, subject
}

func maybe(before, s string) string {
	if s == "" {
		return ""
	}
	return before + s
}

func quoted(s string) string { return "“" + s + "”" }

func orAll(m string) string {
	if m == "" {
		return "all"
	}
	return m
}

func byDate(t entente.Instant) string {
	if t == 0 {
		return ""
	}
	return " by " + t.Time().Format("2 January 2006")
}
