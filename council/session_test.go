package council

import (
	"testing"

	"entente"
)

func TestCallingSessions(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	soon := func(s float64) entente.Instant { return g.now.Add(s) }
	call := func(id string, kind entente.SessionKind) SessionConvene {
		return SessionConvene{ID: id, Type: kind, Title: "Session", Place: "Alder", Starts: soon(7200)}
	}
	g.refused("BRE", call("r1", entente.Regular), entente.Unauthorised, "call: only the chair")
	g.do("ALD", call("r1", entente.Regular))
	g.refused("ALD", call("r1", entente.Regular), entente.Refused, "id: there is a session")
	early := call("r2", entente.Regular)
	early.Starts = soon(60)
	g.refused("ALD", early, entente.Refused, "notice:")

	g.do("BRE", call("e1", entente.Extraordinary))
	if s, _ := g.s.Session("e1"); s.State != entente.SessionRequested || s.Chair != "ALD" {
		t.Errorf("asked for by one: %+v", s)
	}
	g.refused("ALD", SessionOpen{Session: "e1"}, entente.Refused, "state: session e1 is requested")
	g.refused("BRE", call("e1", entente.Extraordinary), entente.Refused, "call: BRE has asked")
	g.refused("COR", call("e1", entente.Regular), entente.Refused, "id: there is a session")
	g.do("COR", call("e1", entente.Extraordinary))
	if s, _ := g.s.Session("e1"); s.State != entente.SessionCalled || join(s.CalledBy) != "BRE COR" {
		t.Errorf("asked for by two: %+v", s)
	}
	g.do("EST", call("c1", entente.Correspondence)) // one member is enough
	g.do("DUN", call("e2", entente.Extraordinary))
	g.do("ALD", call("e2", entente.Extraordinary)) // the chair's voice is enough
	if s, _ := g.s.Session("e2"); s.State != entente.SessionCalled {
		t.Errorf("with the chair: %s", s.State)
	}
	joint := call("j1", entente.Joint)
	joint.With = []string{"committee"}
	g.refused("ALD", joint, entente.Refused, "kind: assembly holds no")

	g.body = "committee"
	joint.ID, joint.With = "j2", []string{"assembly"}
	g.refused("BRE:delegate of BRE", joint, entente.Unauthorised, "seat:")
	g.do("BRE:Bo Brenner", joint)
	joint.With = []string{"committee"}
	joint.ID = "j3"
	g.refused("BRE:Bo Brenner", joint, entente.NotFound, "with:")
	if len(g.s.Sessions(Query{})) != 5 || len(g.s.Sessions(Query{Body: "assembly"})) != 4 || len(g.s.Sessions(Query{Member: "EST"})) != 4 {
		t.Errorf("%d sessions", len(g.s.Sessions(Query{})))
	}
}

func TestRunningASession(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.do("ALD", SessionConvene{ID: "s", Type: entente.Regular, Title: "Session", Starts: g.now.Add(3600)})
	g.refused("BRE", SessionAgenda{Session: "s", Agenda: []string{"mine"}}, entente.Unauthorised, "chair: ALD chairs")
	g.do("ALD", SessionAgenda{Session: "s", Agenda: []string{"one", "two"}})
	g.refused("ALD", SessionAgenda{Session: "none", Agenda: nil}, entente.NotFound, "session:")
	g.do("BRE", SessionAttend{Session: "s"})
	g.refused("ALD", SessionAbsent{Session: "s", Absent: "COR"}, entente.Refused, "presence: the chair notes absence once")
	g.refused("BRE", SessionOpen{Session: "s"}, entente.Unauthorised, "chair:")
	g.do("ALD", SessionOpen{Session: "s"})
	g.refused("ALD", SessionOpen{Session: "s"}, entente.Refused, "state: session s is open")
	g.refused("ALD", SessionAbsent{Session: "s", Absent: "BRE"}, entente.Refused, "presence: BRE itself says")
	g.refused("DUN", SessionAbsent{Session: "s", Absent: "COR"}, entente.Unauthorised, "chair:")
	g.refused("ALD", SessionAbsent{Session: "s", Absent: "FOX"}, entente.NotFound, "absent:")
	g.do("ALD", SessionAbsent{Session: "s", Absent: "COR", Reason: "storm"})
	g.do("COR", SessionAttend{Session: "s"}) // late, yet there
	g.do("DUN", SessionAbsent{Session: "s", Absent: "DUN", Reason: "of its own"})
	g.refused("BRE", SessionClose{Session: "s"}, entente.Unauthorised, "chair:")
	g.do("ALD", SessionClose{Session: "s"})
	g.refused("EST", SessionAttend{Session: "s"}, entente.Refused, "state: session s is closed")

	s, _ := g.s.Session("s")
	if len(s.Attendance) != 3 || len(s.Agenda) != 2 || s.Closed <= s.Opened || s.Opened == 0 {
		t.Errorf("session %+v", s)
	}
	for m, want := range map[entente.MemberID]bool{"BRE": true, "COR": true, "DUN": false} {
		if p, ok := s.Of(m); !ok || p.Present != want {
			t.Errorf("%s: %+v", m, p)
		}
	}
	if _, ok := s.Of("EST"); ok {
		t.Error("EST said nothing")
	}
}

// TestDelegates is the case of an office holder who sends another.
func TestDelegates(t *testing.T) {
	g := newStage(t, lantern(t), "committee", "2030-07-01T10:00:00Z")
	g.do("BRE:Bo Brenner", SessionConvene{ID: "s", Type: entente.Regular, Title: "Session", Starts: g.now.Add(60)})
	g.refused("ALD:Al Other", SessionAttend{Session: "s"}, entente.Unauthorised, "seat: \"Al Other\"")
	g.do("ALD:Ada Alder", SessionAttend{Session: "s", Delegate: "Al Other", Credential: "letter of 30 June"})
	g.do("BRE:Bo Brenner", ItemTable{Consultation: "c", Session: "s", Title: "T", Text: "t", Matter: "budget", Format: entente.Plenary})
	g.do("ALD:Al Other", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Agree})
	g.refused("BRE:Al Other", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Agree}, entente.Unauthorised, "seat:")
	g.do("COR:anyone", PositionTake{Consultation: "c", Text: g.hash("c"), Stance: entente.Agree}) // COR has named nobody in the file
	g.do("BRE:Bo Brenner", SessionOpen{Session: "s"})
	g.do("BRE:Bo Brenner", SessionClose{Session: "s"})
	g.refused("ALD:Al Other", StatementMake{About: "c", Type: entente.Dissent, Text: "no"}, entente.Unauthorised, "seat:")
	g.now = at("2031-02-01T00:00:00Z") // Ada Alder's seat has ended, nobody is named after her
	g.do("ALD:Eve Elder", StatementMake{About: "c", Type: entente.Dissent, Text: "no"})
}

func TestWhoMayActAtAll(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-03-01T10:00:00Z")
	open := ConsultationOpen{Question: "What is the matter?"}
	g.refused("FOX", open, entente.Unauthorised, "member: \"FOX\"")
	g.refused("EST", open, entente.Unauthorised, "membership: EST has no seat")
	g.do("DUN", open)
	g.body = "committee"
	g.refused("DUN", open, entente.Unauthorised, "membership:")
	g.body = "parliament"
	g.refused("ALD", open, entente.NotFound, "body:")
	g.body = "assembly"
	g.now = at("2031-03-01T10:00:00Z")
	g.refused("COR", open, entente.Unauthorised, "membership: COR")
	g.do("EST", open)
	g.now = at("2033-03-01T10:00:00Z")
	g.refused("DUN", open, entente.Unauthorised, "membership: DUN")
	g.do("COR", open)
}
