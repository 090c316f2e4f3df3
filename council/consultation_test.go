package council

import (
	"strings"
	"testing"

	"entente"
)

func TestAConsultationFromAnAlert(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	seen := []entente.Evidence{{Name: "alert", Value: "unknown aircraft over Corvia", From: "radar 3"}}
	g.do("COR", ConsultationOpen{ID: "aircraft", Question: "Whose aircraft is it?", Alert: "a17", Evidence: seen})
	g.refused("BRE", ConsultationOpen{ID: "aircraft", Question: "Again?"}, entente.Refused, "id: there is a consultation")
	g.expect("aircraft", entente.OutcomeNone, "No text is tabled.")
	g.refused("BRE", PositionTake{Consultation: "aircraft", Text: "x", Stance: entente.Agree}, entente.Refused, "text: none is tabled")
	g.do("BRE", StatementMake{About: "aircraft", Type: entente.Interpretative, Text: "It is ours, off course."})
	g.refused("BRE", ConsultationClose{Consultation: "aircraft", Result: entente.ByFinding, Finding: "x"}, entente.Unauthorised, "chair:")
	g.refused("COR", ConsultationClose{Consultation: "aircraft", Result: entente.ByDecision}, entente.Refused, "result:")
	g.refused("ALD", ConsultationClose{Consultation: "aircraft", Result: entente.Withdrawn}, entente.Unauthorised, "result: only COR")
	g.do("COR", ConsultationClose{Consultation: "aircraft", Result: entente.ByFinding, Finding: "A Bremark airliner off course."})
	g.refused("COR", StatementMake{About: "aircraft", Type: entente.Dissent, Text: "x"}, entente.Refused, "state: consultation aircraft is closed")
	c := g.consultation("aircraft")
	if c.State != entente.ConsultationClosed || c.Result != entente.ByFinding || c.Alert != "a17" || len(c.Evidence) != 1 || len(c.Statements) != 1 {
		t.Errorf("consultation %+v", c)
	}
}

func TestANewVersionVoidsPositions(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("BRE", "c", "defence", entente.Plenary)
	first := g.hash("c")
	g.take("c", "ALD+ BRE+ COR+ DUN+ EST+")
	g.expect("c", entente.OutcomeAdopted, "Adopted: ALD, BRE, COR, DUN and EST agree, nobody objects.")
	g.table("COR", "c", "defence", entente.Plenary) // the very same words
	if g.hash("c") == first {
		t.Error("two versions have one hash")
	}
	g.expect("c", entente.OutcomeWaiting, "Waiting for ALD, BRE, COR, DUN and EST: 0 of 5 take part, the quorum is 1.")
	g.refused("ALD", DecisionAdopt{Consultation: "c", Text: g.hash("c")}, entente.Refused, "rule (defence, plenary, consensus): Waiting for")
	g.refused("ALD", DecisionAdopt{Consultation: "c", Text: first}, entente.Refused, "text: the act quotes another version than 2")
	g.refused("ALD", PositionTake{Consultation: "c", Text: first, Stance: entente.Agree}, entente.Refused, "text:")
	c := g.consultation("c")
	for _, p := range c.Positions {
		if !p.Void {
			t.Errorf("%s still stands", p.Member)
		}
	}
	if len(c.Texts) != 2 || c.Texts[1].By != "COR" || c.Texts[1].Version != 2 {
		t.Errorf("texts %+v", c.Texts)
	}
}

func TestTheLastPositionCounts(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("BRE", "c", "defence", entente.Plenary)
	g.take("c", "ALD- BRE+ COR+ DUN+ EST+")
	g.expect("c", entente.OutcomeBlocked, "Blocked: ALD objects.")
	g.refused("ALD", DecisionAdopt{Consultation: "c", Text: g.hash("c")}, entente.Refused, "Blocked: ALD objects.") // the chair itself is not ready
	g.take("c", "ALD~")
	g.refused("BRE", DecisionAdopt{Consultation: "c", Text: g.hash("c")}, entente.Unauthorised, "chair:")
	g.adopt("ALD", "c")
	d, ok := g.s.Decision("c")
	if !ok || join(d.Bound) != "ALD BRE COR DUN EST" || len(d.Statements) != 1 || d.Statements[0].Kind != entente.Reservation || d.Entry == 0 {
		t.Errorf("decision %+v", d)
	}
	g.refused("EST", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Object}, entente.Refused, "state: there is a decision")
	g.refused("EST", ItemTable{Consultation: "c", Title: "T", Text: "t", Matter: "defence", Format: entente.Plenary}, entente.Refused, "state: there is a decision")
	g.refused("ALD", DecisionAdopt{ID: "again", Consultation: "c", Text: g.hash("c")}, entente.Refused, "state: there is a decision")
	g.do("EST", StatementMake{About: "c", Type: entente.Dissent, Text: "We agreed, and yet."})
	g.refused("BRE", ConsultationClose{Consultation: "c", Result: entente.ByDecision}, entente.Unauthorised, "chair:")
	g.do("ALD", ConsultationClose{Consultation: "c", Result: entente.ByDecision})
	if o := g.consultation("c").Outcome; o.State != entente.OutcomeAdopted {
		t.Errorf("closing changed the outcome to %s", o.State)
	}
}

func TestTabling(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	item := func(matter string, format entente.Format) ItemTable {
		p := ItemTable{Consultation: "c", Title: "T", Text: "t", Matter: matter, Format: format}
		if format == entente.Silence {
			p.Until = g.now.Add(3600)
		}
		return p
	}
	g.refused("ALD", item("weather", entente.Plenary), entente.Refused, "rule: assembly has none for matter \"weather\"")
	g.refused("ALD", item("weather", entente.Silence), entente.Refused, "rule:") // "*" is any of the matters, not anything
	g.refused("ALD", item("budget", entente.Limited), entente.Refused, "rule:")
	g.refused("BRE", item("defence", entente.Limited), entente.Unauthorised, "chair:")
	short := item("defence", entente.Silence)
	short.Until = g.now.Add(600)
	g.refused("ALD", short, entente.Refused, "silence: it lasts at least 3600 s")
	admonish := item("admonition", entente.Plenary)
	admonish.Concerned = []entente.MemberID{"COR", "DUN"}
	g.refused("ALD", admonish, entente.Refused, "concerned: 2 members named")
	admonish.Concerned = []entente.MemberID{"FOX"}
	g.refused("ALD", admonish, entente.NotFound, "concerned:")
	plain := item("defence", entente.Plenary)
	plain.Concerned = []entente.MemberID{"COR"}
	g.refused("ALD", plain, entente.Refused, "concerned: 1 members named, the rule sets aside at most 0")
	lost := item("defence", entente.Plenary)
	lost.Session = "none"
	g.refused("ALD", lost, entente.NotFound, "session:")

	admonish.Concerned = []entente.MemberID{"COR"}
	g.do("ALD", admonish)
	g.take("c", "ALD+ BRE+ COR- DUN+ EST+")
	g.adopt("ALD", "c")
	if d, _ := g.s.Decision("c"); d.Binds("COR") || !d.Binds("EST") {
		t.Errorf("bound %v", d.Bound)
	}
}

func TestAbsenceInASession(t *testing.T) {
	for _, c := range []struct {
		matter string
		state  entente.OutcomeState
		bound  string
	}{
		{"defence", entente.OutcomeBlocked, ""},                   // absent: blocks
		{"budget", entente.OutcomeAdopted, "ALD BRE COR DUN EST"}, // absent: assents
		{"admonition", entente.OutcomeAdopted, "ALD BRE COR"},     // absent: not_bound
		{"procedure", entente.OutcomeAdopted, "ALD BRE COR"},      // absent: not_bound, majority
	} {
		t.Run(c.matter, func(t *testing.T) {
			g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
			g.do("ALD", SessionConvene{ID: "s", Type: entente.Regular, Title: "Session", Starts: g.now.Add(3600)})
			g.do("ALD", SessionOpen{Session: "s"})
			g.do("ALD", ItemTable{Consultation: "c", Session: "s", Title: "T", Text: "t", Matter: c.matter, Format: entente.Plenary})
			g.take("c", "ALD+ BRE+ COR+")
			before := g.consultation("c").Outcome
			g.do("ALD", SessionAbsent{Session: "s", Absent: "DUN"}) // EST never comes at all
			g.do("ALD", SessionClose{Session: "s"})
			o := g.consultation("c").Outcome
			if o.State != c.state || join(o.Bound) != c.bound || join(o.Absent) != "DUN EST" {
				t.Errorf("%s, binds %q, absent %q: %s", o.State, join(o.Bound), join(o.Absent), o.Sentence)
			}
			if c.matter == "admonition" && before.State != entente.OutcomeWaiting {
				t.Errorf("before the session closed: %s", before.Sentence)
			}
			if s, _ := g.s.Session("s"); len(s.Consultations) != 1 {
				t.Errorf("the session lists %v", s.Consultations)
			}
		})
	}
}

func TestSilenceInTheCouncil(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Silence)
	for _, m := range []string{"ALD", "BRE", "COR"} {
		g.do(m, TextAcknowledge{Consultation: "c", Text: g.hash("c")})
	}
	g.refused("COR", TextAcknowledge{Consultation: "c", Text: g.hash("c")}, entente.Refused, "receipt: COR has")
	if o := g.consultation("c").Outcome; o.State != entente.OutcomeWaiting || !strings.HasPrefix(o.Sentence, "Waiting for the end of silence at 2030-07-01T12:00:00Z") {
		t.Error(o.Sentence)
	}
	g.refused("ALD", DecisionAdopt{Consultation: "c", Text: g.hash("c")}, entente.Refused, "Waiting for the end of silence")
	g.now = at("2030-07-01T12:00:00Z") // the end itself is too late
	g.refused("BRE", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Object}, entente.Refused, "silence: it ended")
	g.refused("DUN", TextAcknowledge{Consultation: "c", Text: g.hash("c")}, entente.Refused, "silence: it ended")
	g.adopt("ALD", "c")
	if d, _ := g.s.Decision("c"); join(d.Bound) != "ALD BRE COR" {
		t.Errorf("silence binds %v: DUN and EST never confirmed receipt", d.Bound)
	}
	g.refused("DUN", DecisionAccede{Decision: "c", Text: g.hash("c")}, entente.Refused, "accession: the rule")
}

// TestTimeDoesNotRunBack has a member date its objection before the end of silence, after the log went past it.
func TestTimeDoesNotRunBack(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Silence)
	g.now = at("2030-07-01T12:30:00Z")
	g.do("BRE", StatementMake{About: "c", Type: entente.Interpretative, Text: "The time is over."})
	g.now = at("2030-07-01T11:00:00Z")
	g.refused("COR", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Object}, entente.Refused, "silence: it ended")
}

func TestSilenceIsBrokenByAnAmendment(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Silence)
	for _, m := range []string{"ALD", "BRE", "COR", "DUN", "EST"} {
		g.do(m, TextAcknowledge{Consultation: "c", Text: g.hash("c")})
	}
	g.do("BRE", ItemTable{Consultation: "c", Title: "T", Text: "amended", Matter: "defence", Format: entente.Plenary})
	g.now = at("2030-07-02T10:00:00Z")
	if c := g.consultation("c"); c.Outcome.State != entente.OutcomeWaiting || len(c.Receipts) != 0 {
		t.Errorf("%s, %d receipts", c.Outcome.Sentence, len(c.Receipts))
	}
}

func TestLimitedFormatAndAccession(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Limited)
	g.take("c", "ALD+ BRE+ COR. DUN. EST.")
	g.adopt("ALD", "c")
	owe := ObligationCreate{ID: "o", Decision: "c", Title: "Patrols", From: "COR", To: "ALD", Quantity: 3, Unit: "patrol"}
	g.refused("COR", owe, entente.Refused, "bound: the decision does not bind \"COR\"")
	g.refused("ALD", owe, entente.Refused, "bound:")
	g.refused("COR", DecisionAccede{Decision: "c", Text: "other"}, entente.Refused, "text:")
	g.refused("ALD", DecisionAccede{Decision: "c", Text: g.hash("c")}, entente.Refused, "accession: the decision binds ALD")
	g.refused("COR", DecisionAccede{Decision: "none", Text: g.hash("c")}, entente.NotFound, "decision:")
	g.do("COR", DecisionAccede{Decision: "c", Text: g.hash("c"), Statement: "From today."})
	g.do("COR", owe)
	g.refused("COR", DecisionAccede{Decision: "c", Text: g.hash("c")}, entente.Refused, "accession: the decision binds COR already")
	d, _ := g.s.Decision("c")
	if join(d.Bound) != "ALD BRE" || len(d.Accession) != 1 || !d.Binds("COR") || d.Binds("DUN") {
		t.Errorf("decision %+v", d)
	}
	if len(g.s.Decisions(Query{Member: "COR"})) != 1 || len(g.s.Decisions(Query{Member: "DUN"})) != 0 {
		t.Error("decisions by member")
	}
}

func TestReturnedAndWithdrawn(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("COR", "aid", "defence", entente.Plenary)
	g.do("ALD", ConsultationClose{Consultation: "aid", Result: entente.Returned, Finding: "for more work"})
	g.expect("aid", entente.OutcomeNotAdopted, "Not adopted: the consultation closed, returned.")
	g.table("COR", "aid-2", "defence", entente.Plenary)
	g.do("COR", ConsultationClose{Consultation: "aid-2", Result: entente.Withdrawn})
	g.refused("ALD", DecisionAdopt{Consultation: "aid-2", Text: g.hash("aid-2")}, entente.Refused, "state: consultation aid-2 is closed")
}

func TestUnnamedThingsAreNamedAfterTheirAct(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	a := g.as("BRE", ConsultationOpen{Question: "What now?"})
	id := strings.Repeat("ab", 32)
	if err := g.s.Apply(7, id, a); err != nil {
		t.Fatal(err)
	}
	if _, ok := g.s.Consultation(id, g.now); !ok || g.s.Next() != 8 {
		t.Errorf("consultations %+v, next %d", g.s.Consultations(Query{}, g.now), g.s.Next())
	}
}

// TestBodiesDoNotMix plays one body's things in another.
func TestBodiesDoNotMix(t *testing.T) {
	g := decided(t)
	g.do("ALD", SessionConvene{ID: "s", Type: entente.Regular, Title: "Session", Starts: g.now.Add(3600)})
	g.do("ALD", SessionAttend{Session: "s", Delegate: "Al Other", Credential: "letter"})
	g.do("BRE", ObligationCreate{ID: "o", Decision: "c", Title: "O", From: "BRE", To: "ALD", Quantity: 1, Unit: "x"})
	g.table("ALD", "open", "defence", entente.Plenary)
	hash, open := g.hash("c"), g.hash("open")
	g.body = "committee"
	const chair, ald = "BRE:Bo Brenner", "ALD:Ada Alder"
	g.refused(chair, SessionOpen{Session: "s"}, entente.NotFound, "session: committee has none")
	g.refused(ald, SessionAttend{Session: "s"}, entente.NotFound, "session:")
	g.refused(ald, PositionTake{Consultation: "open", Text: open, Stance: entente.Agree}, entente.NotFound, "consultation: committee has none")
	g.refused(chair, ItemTable{Consultation: "open", Title: "T", Text: "t", Matter: "budget", Format: entente.Plenary}, entente.NotFound, "consultation:")
	g.refused(ald, StatementMake{About: "c", Type: entente.Dissent, Text: "no"}, entente.NotFound, "consultation:")
	g.refused(ald, DecisionAccede{Decision: "c", Text: hash}, entente.NotFound, "decision: committee has none")
	g.refused(chair, ObligationCreate{Decision: "c", Title: "O", From: "BRE", Quantity: 1, Unit: "x"}, entente.NotFound, "decision:")
	g.refused(chair, ObligationDeliver{Obligation: "o", Quantity: 1, Evidence: "x"}, entente.NotFound, "obligation: committee has none")
	g.refused("ALD:Al Other", ConsultationOpen{Question: "May I here?"}, entente.Unauthorised, "seat:") // its delegate elsewhere
}

func TestAnItemStaysInItsSession(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	for _, id := range []string{"s", "r"} {
		g.do("ALD", SessionConvene{ID: id, Type: entente.Regular, Title: "Session", Starts: g.now.Add(3600)})
	}
	item := ItemTable{Consultation: "c", Title: "T", Text: "t", Matter: "budget", Format: entente.Plenary}
	g.do("BRE", item) // in none yet
	item.Session = "s"
	g.do("BRE", item)
	item.Session = "r"
	g.refused("BRE", item, entente.Refused, "session: c is put in s")
	item.Session = ""
	g.do("BRE", item)
	s, _ := g.s.Session("s")
	if c := g.consultation("c"); c.Session != "s" || len(s.Consultations) != 1 {
		t.Errorf("in %q, the session has %v", c.Session, s.Consultations)
	}
	if len(g.s.Consultations(Query{Session: "s"}, g.now)) != 1 || len(g.s.Consultations(Query{Session: "r"}, g.now)) != 0 {
		t.Error("consultations by session")
	}
}

// TestOutcomesAreNotOfThePast asks for an outcome at a time that the log has gone past.
func TestOutcomesAreNotOfThePast(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Silence)
	for _, m := range []string{"ALD", "BRE"} {
		g.do(m, TextAcknowledge{Consultation: "c", Text: g.hash("c")})
	}
	g.now = at("2030-07-01T13:00:00Z")
	g.do("BRE", StatementMake{About: "c", Type: entente.Dissent, Text: "late"})
	if o, ok := g.s.Outcome("c", at("2030-07-01T10:30:00Z")); !ok || o.State != entente.OutcomeAdopted || o.Time != at("2030-07-01T13:00:00Z") {
		t.Errorf("%s as of %s", o.Sentence, o.Time)
	}
	if _, ok := g.s.Outcome("none", g.now); ok {
		t.Error("an outcome of nothing")
	}
}
