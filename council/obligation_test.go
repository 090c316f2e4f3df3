package council

import (
	"testing"

	"entente"
)

func decided(t *testing.T) *stage {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("BRE", "c", "defence", entente.Plenary)
	g.take("c", "ALD+ BRE+ COR+ DUN+ EST+")
	g.adopt("ALD", "c")
	return g
}

func (g *stage) owed(id string, state entente.ObligationState) entente.Obligation {
	g.t.Helper()
	o, ok := g.s.Obligation(id, g.now)
	if !ok || o.State != state {
		g.t.Errorf("obligation %s is %s at %s, want %s", id, o.State, g.now, state)
	}
	return o
}

func TestAnObligationToItsEnd(t *testing.T) {
	g := decided(t)
	due := at("2030-07-10T00:00:00Z")
	create := ObligationCreate{ID: "radars", Decision: "c", Title: "Radars", From: "BRE", To: "COR", Quantity: 4, Unit: "radar", Due: due}
	g.refused("COR", create, entente.Unauthorised, "chair:")
	stranger := create
	stranger.To = "FOX"
	g.refused("BRE", stranger, entente.NotFound, "to:")
	stranger = create
	stranger.Decision = "none"
	g.refused("BRE", stranger, entente.NotFound, "decision:")
	g.do("ALD", create) // the chair may, as well as who owes
	g.refused("BRE", create, entente.Refused, "id: there is an obligation")
	g.owed("radars", entente.ObligationOpen)

	deliver := func(n float64) ObligationDeliver {
		return ObligationDeliver{Obligation: "radars", Quantity: n, Evidence: "waybill"}
	}
	g.refused("EST", deliver(1), entente.Unauthorised, "party: obligation radars is owed by BRE to COR, not to EST")
	g.do("BRE", deliver(3))
	g.refused("BRE", deliver(2), entente.Implausible, "quantity: 3 radar delivered and 2 more is over the 4")
	g.refused("COR", ObligationClose{Obligation: "radars"}, entente.Refused, "fulfilment: 3 of 4")
	g.do("COR", ObligationIssue{Obligation: "radars", Issue: "crates", Title: "Two crates are damp"})
	g.owed("radars", entente.ObligationAtRisk)
	g.refused("COR", ObligationIssue{Obligation: "radars", Issue: "crates", Title: "again"}, entente.Refused, "issue:")
	g.do("BRE", deliver(1))
	g.refused("COR", ObligationClose{Obligation: "radars"}, entente.Refused, "fulfilment: 4 of 4 radar delivered, 1 issues open")
	g.refused("BRE", ObligationIssue{Obligation: "radars", Issue: "none", Resolved: true, Resolution: "x"}, entente.NotFound, "issue:")
	g.do("BRE", ObligationIssue{Obligation: "radars", Issue: "crates", Resolved: true, Resolution: "replaced"})
	g.refused("BRE", ObligationIssue{Obligation: "radars", Issue: "crates", Resolved: true, Resolution: "twice"}, entente.NotFound, "issue:")
	g.owed("radars", entente.ObligationDelivered)
	g.refused("BRE", ObligationClose{Obligation: "radars"}, entente.Unauthorised, "party:") // the receiver accepts, not the giver
	g.do("COR", ObligationClose{Obligation: "radars", Note: "received"})
	g.now = at("2030-08-01T00:00:00Z")
	o := g.owed("radars", entente.ObligationFulfilled)
	if len(o.Deliveries) != 2 || o.Issues[0].Resolution != "replaced" || o.Note != "received" {
		t.Errorf("obligation %+v", o)
	}
	g.refused("COR", ObligationClose{Obligation: "radars"}, entente.Refused, "state: obligation radars is closed")
	g.refused("COR", ObligationClose{Obligation: "none"}, entente.NotFound, "obligation:")
}

func TestDueDates(t *testing.T) {
	g := decided(t)
	due := at("2030-07-10T00:00:00Z")
	g.do("BRE", ObligationCreate{ID: "a", Decision: "c", Title: "A", From: "BRE", To: "COR", Quantity: 1, Unit: "piece", Due: due})
	g.do("DUN", ObligationCreate{ID: "b", Decision: "c", Title: "B", From: "DUN", Quantity: 1, Unit: "exercise"}) // to all, without a date
	g.do("EST", ObligationCreate{ID: "c", Decision: "c", Title: "C", From: "EST", To: "ALD", Quantity: 1, Unit: "piece", Due: due.Add(-86400)})
	for _, c := range []struct {
		now   entente.Instant
		state entente.ObligationState
		late  int
	}{
		{due.Add(-86400), entente.ObligationOpen, 1}, // the lead of a day, to the second; c is at risk
		{due.Add(-86399), entente.ObligationAtRisk, 2},
		{due, entente.ObligationAtRisk, 2},
		{due + 1, entente.ObligationOverdue, 2},
	} {
		g.now = c.now
		g.owed("a", c.state)
		if late := g.s.Late(c.now); len(late) != c.late || late[0].ID != "c" {
			t.Errorf("at %s late are %+v", c.now, late)
		}
	}
	g.refused("BRE", ObligationMove{Obligation: "a", Due: due.Add(86400), Reason: "rain"}, entente.Unauthorised, "party:")
	g.do("COR", ObligationMove{Obligation: "a", Due: due.Add(3 * 86400), Reason: "rain"})
	if o := g.owed("a", entente.ObligationOpen); len(o.Moves) != 1 || o.Moves[0].From != due {
		t.Errorf("moves %+v", o.Moves)
	}
	g.refused("DUN", ObligationClose{Obligation: "b", Released: true, Note: "no"}, entente.Unauthorised, "chair:")
	g.do("ALD", ObligationClose{Obligation: "b", Released: true, Note: "the exercise is off"})
	g.owed("b", entente.ObligationReleased)
	if len(g.s.Obligations(Query{Member: "BRE"}, g.now)) != 1 || len(g.s.Obligations(Query{Member: "COR"}, g.now)) != 1 || len(g.s.Obligations(Query{Body: "committee"}, g.now)) != 0 {
		t.Error("obligations by member and body")
	}
}

func TestPartsAddUp(t *testing.T) {
	g := decided(t)
	g.do("BRE", ObligationCreate{ID: "fuel", Decision: "c", Title: "Fuel", From: "BRE", To: "COR", Quantity: 0.3, Unit: "tonne"})
	for range 3 {
		g.do("BRE", ObligationDeliver{Obligation: "fuel", Quantity: 0.1, Evidence: "waybill"})
	}
	g.owed("fuel", entente.ObligationDelivered)
	g.refused("BRE", ObligationDeliver{Obligation: "fuel", Quantity: 0.001, Evidence: "waybill"}, entente.Implausible, "quantity:")
	g.do("COR", ObligationClose{Obligation: "fuel"})
	g.do("BRE", ObligationCreate{ID: "oil", Decision: "c", Title: "Oil", From: "BRE", To: "COR", Quantity: 0.7, Unit: "tonne"})
	for range 7 {
		g.do("BRE", ObligationDeliver{Obligation: "oil", Quantity: 0.1, Evidence: "waybill"}) // sums to less than 0.7
	}
	g.do("COR", ObligationClose{Obligation: "oil"})
}

// TestWhoLeftStillOwes is a member that leaves the organisation with something owed.
func TestWhoLeftStillOwes(t *testing.T) {
	g := decided(t)
	g.do("DUN", ObligationCreate{ID: "a", Decision: "c", Title: "A", From: "DUN", To: "COR", Quantity: 1, Unit: "piece"})
	g.now = at("2034-01-01T00:00:00Z")
	g.refused("DUN", ConsultationOpen{Question: "May I?"}, entente.Unauthorised, "membership:")
	g.do("DUN", ObligationDeliver{Obligation: "a", Quantity: 1, Evidence: "late, but here"})
	g.do("COR", ObligationClose{Obligation: "a"})
	if d, _ := g.s.Decision("c"); !d.Binds("DUN") {
		t.Error("an old decision keeps its set")
	}
}
