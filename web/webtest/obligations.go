package webtest

import (
	"context"
	"fmt"
	"slices"

	"entente"
	"entente/web"
)

// AddObligation adds what a member owes.
func (n *Node) AddObligation(_ context.Context, person, decision string, d web.ObligationDraft) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !slices.ContainsFunc(n.decisions, func(x entente.Decision) bool { return x.ID == decision }) {
		return "", missing("no such decision")
	}
	o := entente.Obligation{ID: fmt.Sprintf("o-%d", len(n.obligations)+1), Decision: decision, Title: d.Title, From: d.From, To: d.To, Quantity: d.Quantity, Unit: d.Unit,
		Due: d.Due, Created: n.now(), State: entente.ObligationOpen}
	n.obligations = append(n.obligations, o)
	n.enter(n.self.ID, person, "obligation.add", o.ID, o.Title)
	n.changed(web.TopicCouncil)
	return o.ID, nil
}

func (n *Node) change(person, id, kind string, f func(*entente.Obligation) string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.obligations {
		if n.obligations[i].ID == id {
			n.enter(n.self.ID, person, kind, id, f(&n.obligations[i]))
			n.changed(web.TopicCouncil)
			return nil
		}
	}
	return missing("no such obligation")
}

// Deliver adds a delivery.
func (n *Node) Deliver(_ context.Context, person, id string, quantity float64, evidence string) error {
	return n.change(person, id, "obligation.deliver", func(o *entente.Obligation) string {
		o.Delivered += quantity
		o.Deliveries = append(slices.Clone(o.Deliveries), entente.Delivery{Quantity: quantity, Evidence: evidence, By: n.self.ID, Time: n.now()})
		if o.Delivered >= o.Quantity && o.OpenIssues() == 0 {
			o.State = entente.ObligationDelivered
		}
		return fmt.Sprintf("%g %s delivered: %s", quantity, o.Unit, evidence)
	})
}

// CloseObligation closes it.
func (n *Node) CloseObligation(_ context.Context, person, id string, fulfilled bool, note string) error {
	return n.change(person, id, "obligation.close", func(o *entente.Obligation) string {
		o.State, o.Closed, o.Note = entente.ObligationReleased, n.now(), note
		if fulfilled {
			o.State = entente.ObligationFulfilled
		}
		return note
	})
}
