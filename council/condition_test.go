package council

import (
	"strings"
	"testing"

	"entente"
)

func TestConditions(t *testing.T) {
	s := playMinsk(t)
	for when, want := range map[string]string{
		"2023-11-23T13:05:00Z": "obligation.at_risk caution RUS", // two issues are open
		"2024-01-01T00:00:00Z": "obligation.overdue warning RUS",
	} {
		list := s.Conditions(at(when))
		if len(list) != 1 {
			t.Fatalf("at %s: %+v", when, list)
		}
		c := list[0]
		if got := c.Rule + " " + c.Severity.String() + " " + string(c.Member); got != want || c.Key != "obligation/s300-remaining" || !strings.Contains(c.Title, "2 issues open") {
			t.Errorf("at %s: %s, %+v", when, got, c)
		}
	}
}

func TestNoDueDateIsNoEvidence(t *testing.T) {
	g := decided(t)
	g.do("BRE", ObligationCreate{ID: "o", Decision: "c", Title: "O", From: "BRE", To: "COR", Quantity: 1, Unit: "x"})
	g.do("COR", ObligationIssue{Obligation: "o", Issue: "i", Title: "a fault"})
	if list := g.s.Conditions(g.now); len(list) != 1 || len(list[0].Evidence) != 1 {
		t.Errorf("%+v", list)
	}
}

func TestUnreadTextsUnderSilence(t *testing.T) {
	g := newStage(t, lantern(t), "assembly", "2030-07-01T10:00:00Z")
	g.table("ALD", "c", "defence", entente.Silence)
	g.do("ALD", TextAcknowledge{Consultation: "c", Text: g.hash("c")})
	g.take("c", "BRE+")
	unread := func(now entente.Instant) (out string) {
		for _, c := range g.s.Conditions(now) {
			if c.Rule != "silence.unread" || c.Severity != entente.Caution || c.Time != now {
				t.Errorf("%+v", c)
			}
			out += string(c.Member) + " "
		}
		return out
	}
	if got := unread(g.now); got != "COR DUN EST " {
		t.Errorf("unread by %s", got)
	}
	if got := unread(at("2030-07-01T12:00:00Z")); got != "" {
		t.Errorf("after the end unread by %s", got)
	}
	before := g.s.Conditions(g.now)[0].Key
	g.table("ALD", "c", "defence", entente.Silence)
	if got := unread(g.now); got != "ALD BRE COR DUN EST " || g.s.Conditions(g.now)[2].Key == before {
		t.Errorf("a new version is unread by %s", got)
	}
}
