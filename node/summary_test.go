package node

import (
	"strings"
	"testing"

	"entente/council"
)

// TestEveryKindOfActHasASentence keeps the summaries complete as the council grows.
func TestEveryKindOfActHasASentence(t *testing.T) {
	for _, kind := range council.Kinds() {
		if sentences[kind] == nil {
			t.Errorf("%s has no sentence", kind)
		}
	}
	if len(sentences) != len(council.Kinds()) {
		t.Errorf("%d sentences for %d kinds of act", len(sentences), len(council.Kinds()))
	}
}

func TestSummariesOfTheMinskSession(t *testing.T) {
	want := map[string]string{
		"session.absent":     "BLR notes the absence of ARM: did not take part",
		"position.take":      "agrees",
		"obligation.create":  "RUS records that RUS owes TJK: Two divisions of S-300 air defence systems by 31 December 2023",
		"obligation.deliver": "RUS reports 8 delivered: two divisions, eight launchers",
		"decision.adopt":     "BLR adopts the text",
	}
	for _, a := range council.MinskSession() {
		line, subject := summary(a)
		if subject == "" || strings.Contains(line, a.Kind) {
			t.Errorf("%s: %q about %q", a.Kind, line, subject)
		}
		if w, ok := want[a.Kind]; ok && strings.Contains(line, w) {
			delete(want, a.Kind)
		}
	}
	for kind, w := range want {
		t.Errorf("no %s says %q", kind, w)
	}
}
