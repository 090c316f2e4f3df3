package webtest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"entente"
	"entente/web"
)

const reportText = "MINSK. – The defence ministers met in Minsk on Thursday. Kazakhstan will host the exercise “Shield” in August.\n" +
	"The press service said that two divisions with eight launchers had been delivered to Belarus. Armenia did not take part in the meeting."

// seedWatch has a report with four proposals, whose text is not all ASCII: spans are bytes.
func (w *World) seedWatch() {
	r := entente.Report{ID: strings.Repeat("ab", 32), Source: "wire", Title: "Defence ministers meet in Minsk", Publisher: "Example wire", Language: "en",
		Media: "text/plain", Encoding: "utf-8", Published: w.start.Add(-7200), Fetched: w.start.Add(-7000), Text: reportText}
	w.reports = []entente.Report{r, {ID: strings.Repeat("cd", 32), Source: "wire", Title: "Border post reopens", Publisher: "Example wire", Language: "en", Media: "text/plain",
		Encoding: "utf-8", Published: w.start.Add(-90_000), Fetched: w.start.Add(-89_000), Text: "The border post reopened on Monday after repairs."}}
	add := func(e entente.Event, evidence, rule, why string) {
		at := strings.Index(reportText, evidence)
		w.proposals = append(w.proposals, entente.Proposal{ID: fmt.Sprintf("abab-%d", len(w.proposals)+1), Report: r.ID, Event: e, Evidence: []string{evidence},
			Spans: []entente.TextSpan{{From: at, To: at + len(evidence)}}, Rule: rule, Why: why, Standing: entente.ProposalPending})
	}
	add(entente.Event{Type: entente.EventMeeting, Modality: entente.ModalityAsserted, Name: "Meeting of defence ministers", Date: "2026-11-19", DatePrecision: "day", Place: "Minsk", Host: "BLR"},
		"The defence ministers met in Minsk on Thursday", "meeting.met", "'met in' with a known place and day")
	add(entente.Event{Type: entente.EventExercise, Modality: entente.ModalityPlanned, Name: "Shield", Date: "2027-08-01", DatePrecision: "month", Host: "KAZ"},
		"Kazakhstan will host the exercise “Shield” in August", "exercise.host", "'will host the exercise'")
	add(entente.Event{Type: entente.EventSupply, Modality: entente.ModalityReportedClaim, SaidBy: "press service", Recipient: "BLR", Item: "air defence system", Quantity: []entente.Quantity{{Value: 2, Unit: "division"}, {Value: 8, Unit: "launcher"}}, Stage: "delivered"},
		"two divisions with eight launchers had been delivered to Belarus", "supply.delivered", "'had been delivered to' with a quantity")
	add(entente.Event{Type: entente.EventMeeting, Modality: entente.ModalityDenied, Actor: "ARM", Place: "Minsk"},
		"Armenia did not take part in the meeting", "meeting.absent", "'did not take part'")
}

// Reports are the reports.
func (n *Node) Reports(limit int) []entente.Report {
	return slices.Clone(n.reports[:min(limit, len(n.reports))])
}

// Report is one.
func (n *Node) Report(id string) (entente.Report, bool) {
	for _, r := range n.reports {
		if r.ID == id {
			return r, true
		}
	}
	return entente.Report{}, false
}

// Proposals are those of a report, or those that wait.
func (n *Node) Proposals(report string) []entente.Proposal {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(n.proposals), func(p entente.Proposal) bool {
		return report != "" && p.Report != report || report == "" && p.Standing != entente.ProposalPending
	})
}

func (n *Node) settle(id string, f func(*entente.Proposal)) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.proposals {
		if n.proposals[i].ID != id {
			continue
		}
		if n.proposals[i].Standing != entente.ProposalPending {
			return refused("somebody has dealt with the proposal", "look at it again")
		}
		f(&n.proposals[i])
		n.changed(web.TopicWatch)
		return nil
	}
	return missing("no such proposal")
}

// AcceptProposal confirms it.
func (n *Node) AcceptProposal(_ context.Context, person, id string, corrected *entente.Event, note string) error {
	return n.settle(id, func(p *entente.Proposal) {
		p.Standing = entente.ProposalAccepted
		e := entente.ConfirmedEvent{ID: p.ID, Event: p.Event, Member: n.self.ID, Person: person, Confirmed: n.now(), Note: note,
			Sources: []entente.Sourced{{Report: p.Report, Proposal: p.ID, Evidence: p.Evidence, Rule: p.Rule}}}
		if corrected != nil {
			e.Event, e.Corrected, p.Standing = *corrected, true, entente.ProposalCorrected
		}
		n.events = append([]entente.ConfirmedEvent{e}, n.events...)
	})
}

// RejectProposal refuses it.
func (n *Node) RejectProposal(_ context.Context, _, id, _ string) error {
	return n.settle(id, func(p *entente.Proposal) { p.Standing = entente.ProposalRejected })
}

// Events are the confirmed ones.
func (n *Node) Events(limit int) []entente.ConfirmedEvent {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.events[:min(limit, len(n.events))])
}
