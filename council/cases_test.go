package council

import (
	"os"
	"strings"
	"testing"

	"entente"
)

// The cases below follow what happened somewhere once, simplified, so that the rules are tried on more than themselves.

func organisationOf(t *testing.T, file string) *entente.Organisation {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	o, err := ParseOrganisation(file, b)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSilenceBrokenByLetters is February 2003: three letters break a silence, a consultation is called, and the matter
// moves to a body in which one of the three has no seat.
func TestSilenceBrokenByLetters(t *testing.T) {
	g := newStage(t, organisationOf(t, "nato-like.yaml"), "council", "2003-02-06T09:00:00Z")
	g.table("USA", "planning-for-turkey", "defence", entente.Silence)
	for _, m := range []string{"BEL", "DEU", "FRA", "TUR", "USA"} {
		g.do(m, TextAcknowledge{Consultation: "planning-for-turkey", Text: g.hash("planning-for-turkey")})
	}
	g.take("planning-for-turkey", "FRA- BEL- DEU-")
	g.expect("planning-for-turkey", entente.OutcomeBlocked, "Blocked: BEL, DEU and FRA object.")
	g.now = at("2003-02-10T09:00:00Z")
	g.refused("USA", DecisionAdopt{Consultation: "planning-for-turkey", Text: g.hash("planning-for-turkey")}, entente.Refused, "BEL, DEU and FRA object")
	g.do("TUR", ConsultationOpen{ID: "threat-to-turkey", Question: "Is our territory threatened?"}) // one member is enough
	g.do("USA", ConsultationClose{Consultation: "planning-for-turkey", Result: entente.Returned, Finding: "to the other body"})

	g.body = "planning"
	g.refused("FRA", ConsultationOpen{Question: "May we join?"}, entente.Unauthorised, "membership: FRA has no seat")
	g.table("USA", "aid-to-turkey", "defence", entente.Plenary)
	g.take("aid-to-turkey", "BEL+ DEU+ TUR+ USA+")
	g.adopt("USA", "aid-to-turkey")
	if d, _ := g.s.Decision("aid-to-turkey"); join(d.Bound) != "BEL DEU TUR USA" {
		t.Errorf("bound %v", d.Bound)
	}
}

// TestConsensusMinusOne is July 1992: the state concerned objects, and is suspended from then on.
func TestConsensusMinusOne(t *testing.T) {
	g := newStage(t, organisationOf(t, "osce-like.yaml"), "officials", "1992-07-07T09:00:00Z")
	p := ItemTable{Consultation: "suspension", Title: "Suspension", Text: "t", Matter: "violation", Format: entente.Plenary, Concerned: []entente.MemberID{"YUG"}}
	g.do("AUT", p)
	g.take("suspension", "AUT+ CHE+ POL+ SWE+ YUG-")
	g.adopt("SWE", "suspension")
	p.Consultation, p.Matter, p.Concerned = "budget", "ordinary", nil
	g.do("AUT", p)
	g.take("budget", "AUT+ CHE+ POL+ SWE+ YUG-") // in another matter its objection counts
	g.refused("SWE", DecisionAdopt{Consultation: "budget", Text: g.hash("budget")}, entente.Refused, "YUG objects")
	g.now = at("1992-07-08T09:00:00Z") // suspended: it is asked no more
	g.refused("YUG", PositionTake{Consultation: "budget", Text: g.hash("budget"), Stance: entente.Object}, entente.Unauthorised, "membership: YUG")
	g.adopt("SWE", "budget")
}

// TestTwoThirdsOfThosePresent has a suspended member, one that stays away, and one outvoted.
func TestTwoThirdsOfThosePresent(t *testing.T) {
	g := newStage(t, organisationOf(t, "ecowas-like.yaml"), "msc", "2023-08-10T09:00:00Z")
	g.do("BEN", SessionConvene{ID: "s", Type: entente.Extraordinary, Title: "Session", Starts: g.now.Add(60)})
	g.refused("MLI", SessionConvene{ID: "s", Type: entente.Extraordinary, Title: "Session", Starts: g.now.Add(60)}, entente.Unauthorised, "membership: MLI")
	g.do("GHA", SessionConvene{ID: "s", Type: entente.Extraordinary, Title: "Session", Starts: g.now.Add(60)})
	g.do("NGA", SessionOpen{Session: "s"})
	for _, m := range []string{"BEN", "GHA", "NGA", "SEN"} {
		g.do(m, SessionAttend{Session: "s"})
	}
	g.do("NGA", ItemTable{Consultation: "force", Session: "s", Title: "T", Text: "t", Matter: "intervention", Format: entente.Plenary})
	g.take("force", "BEN+ NGA+ SEN+ GHA-")
	g.do("NGA", SessionClose{Session: "s"})
	g.expect("force", entente.OutcomeAdopted, "Adopted: BEN, NGA and SEN agree, GHA objects; TGO is absent and under the rule not bound.")
	g.adopt("NGA", "force")
	if d, _ := g.s.Decision("force"); join(d.Bound) != "BEN GHA NGA SEN" {
		t.Errorf("bound %v: who was outvoted is bound, who was away is not", d.Bound)
	}
}

// TestYerevan is 23 November 2022: seventeen drafts, fifteen adopted, two returned because the chair itself objects.
func TestYerevan(t *testing.T) {
	o := CSTO()
	o.Chairs = append([]entente.ChairTerm{{Member: "ARM", From: at("2022-01-01T00:00:00Z"), Until: at("2023-01-01T00:00:00Z"), Source: "made up for tests"}}, o.Chairs...)
	g := newStage(t, o, "csc", "2022-11-23T09:00:00Z")
	const all = "ARM+ BLR+ KAZ+ KGZ+ RUS+ TJK+"
	for i := range 17 {
		id := "draft-" + string(rune('a'+i))
		g.table("BLR", id, "substance", entente.Plenary)
		if i < 15 {
			g.take(id, all)
			g.adopt("ARM", id)
			continue
		}
		g.take(id, strings.Replace(all, "ARM+", "ARM-", 1))
		g.expect(id, entente.OutcomeBlocked, "Blocked: ARM objects.")
		g.refused("ARM", DecisionAdopt{Consultation: id, Text: g.hash(id)}, entente.Refused, "ARM objects")
		g.do("ARM", ConsultationClose{Consultation: id, Result: entente.Returned, Finding: "for revision"})
	}
	if n := len(g.s.Decisions(Query{})); n != 15 {
		t.Errorf("%d decisions", n)
	}
}

// TestANightInJanuary is 5 January 2022: a request in the evening, a decision that night without a session, the session
// days later by video with another office holder for one member.
func TestANightInJanuary(t *testing.T) {
	o := CSTO()
	o.Chairs = append([]entente.ChairTerm{{Member: "ARM", From: at("2021-09-16T00:00:00Z"), Until: at("2023-01-01T00:00:00Z"), Source: "made up for tests"}}, o.Chairs...)
	g := newStage(t, o, "csc", "2022-01-05T17:00:00Z")
	g.do("KAZ", ConsultationOpen{ID: "request", Question: "We ask for assistance."})
	g.do("ARM", ItemTable{Consultation: "request", Title: "Peacekeepers", Text: "For a limited time.", Matter: "substance", Format: entente.Plenary})
	g.take("request", "ARM+ BLR+ KAZ+ RUS+ TJK+")
	g.expect("request", entente.OutcomeWaiting, "Waiting for KGZ.") // outside a session nobody is absent
	g.take("request", "KGZ+")
	g.adopt("ARM", "request")
	if d, _ := g.s.Decision("request"); d.Session != "" || d.Adopted.Sub(at("2022-01-05T17:00:00Z")) > 3600 {
		t.Errorf("decision %+v", d)
	}
	g.now = at("2022-01-10T08:00:00Z")
	for _, m := range []string{"ARM", "KAZ"} {
		g.do(m, SessionConvene{ID: "video", Type: entente.Extraordinary, Title: "By video", Starts: g.now.Add(1800)})
	}
	g.do("ARM", SessionOpen{Session: "video"})
	g.do("KGZ", SessionAttend{Session: "video", Delegate: "Chairman of the Cabinet", Credential: "letter of the President"})
	s, _ := g.s.Session("video")
	if p, _ := s.Of("KGZ"); p.Person != "Chairman of the Cabinet" || p.Reason == "" {
		t.Errorf("presence %+v", p)
	}
}

// TestOldDecisionsKeepTheirSet has a member of 2010 that is none in 2023.
func TestOldDecisionsKeepTheirSet(t *testing.T) {
	o := CSTO()
	o.Members = append(o.Members, entente.Member{ID: "UZB", Name: "Uzbekistan", From: at("2006-08-16T00:00:00Z"), Until: at("2012-12-19T00:00:00Z")})
	o.Chairs = append([]entente.ChairTerm{{Member: "RUS", From: at("2010-01-01T00:00:00Z"), Until: at("2011-01-01T00:00:00Z"), Source: "made up for tests"}}, o.Chairs...)
	g := newStage(t, o, "csc", "2010-12-10T09:00:00Z")
	g.table("RUS", "old", "substance", entente.Plenary)
	g.take("old", "ARM+ BLR+ KAZ+ KGZ+ RUS+ TJK+ UZB+")
	g.adopt("RUS", "old")
	g.now = at("2023-11-23T09:00:00Z")
	g.table("BLR", "new", "substance", entente.Plenary)
	g.refused("UZB", PositionTake{Consultation: "new", Text: g.hash("new"), Stance: entente.Object}, entente.Unauthorised, "membership: UZB")
	g.take("new", "ARM+ BLR+ KAZ+ KGZ+ RUS+ TJK+")
	g.adopt("BLR", "new")
	before, _ := g.s.Decision("old")
	after, _ := g.s.Decision("new")
	if !before.Binds("UZB") || after.Binds("UZB") {
		t.Error("membership is not taken at its date")
	}
}
