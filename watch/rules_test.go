package watch

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"entente"
)

// fiction is the fictional register of the rule examples.
func fiction(t testing.TB) *Register {
	t.Helper()
	b, err := os.ReadFile("testdata/register.yaml")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRegister("testdata/register.yaml", b)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// fictionDay is when fictional reports are published: Wednesday 2031-05-14.
var fictionDay = entente.At(time.Date(2031, 5, 14, 9, 0, 0, 0, time.UTC))

// readText reads a text with the fictional register.
func readText(t testing.TB, text string) ([]entente.Proposal, []Question) {
	t.Helper()
	_, ps, qs, err := NewReader(fiction(t)).Read(Source{Name: "test", Media: "text/plain", Bytes: []byte(text)}, fictionDay)
	if err != nil {
		t.Fatal(err)
	}
	return ps, qs
}

// TestRuleExamples reads every rule's own sentences: the rule fires in each yes, alone or joined with others of its
// event, and its type is not proposed in any no.
func TestRuleExamples(t *testing.T) {
	all := DefaultRules()
	for k := range all.Rules {
		r := &all.Rules[k]
		t.Run(r.ID, func(t *testing.T) {
			if len(r.Yes) == 0 || len(r.No) == 0 {
				t.Error("a rule needs sentences in which it fires and in which it does not")
			}
			one := &Rules{Rules: []Rule{*r}, lexicon: all.lexicon, verbs: map[string][]trigger{}, nouns: map[string][]int{}}
			one.index(0)
			fires := func(text string) bool {
				c := &grammar{reg: fiction(t), rules: all, lex: all.lexicon, day: "2031-05-14", pub: fictionDay}
				for n, sp := range SplitSentences(text) {
					s := c.parse(text, sp)
					c.rules = one // the rule alone, over the grammar of all
					c.findClaims(s)
					if len(c.match(s, n, &memory{})) > 0 {
						return true
					}
					c.rules = all
				}
				return false
			}
			for _, text := range r.Yes {
				if !fires(text) {
					t.Errorf("does not fire in %q", text)
				}
			}
			for _, text := range r.No {
				if fires(text) {
					t.Errorf("fires in %q", text)
				}
			}
		})
	}
}

func TestRulesFileIsRefused(t *testing.T) {
	for name, c := range map[string]struct{ yaml, want string }{
		"no id":         {"rules: [{type: SUPPLY, verb: [give], fill: {item: agent(item)}, need: [item], why: x}]", "no id"},
		"no why":        {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {item: agent(item)}, need: [item]}]", "does not say why"},
		"needs nothing": {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {item: agent(item)}, why: x}]", "needs nothing"},
		"no trigger":    {"rules: [{id: a, type: SUPPLY, fill: {item: agent(item)}, need: [item], why: x}]", "neither verb nor noun"},
		"bad field":     {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {cargo: agent(item)}, need: [cargo], why: x}]", "cargo"},
		"bad selector":  {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {item: everything}, need: [item], why: x}]", "role(kinds)"},
		"unfilled need": {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {item: agent(item)}, need: [supplier], why: x}]", "nothing fills"},
		"bad when":      {"rules: [{id: a, type: SUPPLY, when: often, verb: [give], fill: {item: agent(item)}, need: [item], why: x}]", "often"},
		"twice":         {"rules: [{id: a, type: SUPPLY, verb: [give], fill: {item: agent(item)}, need: [item], why: x}, {id: a, type: SUPPLY, verb: [give], fill: {item: agent(item)}, need: [item], why: x}]", "twice"},
		"not yaml":      {"rules: [", "YAML"},
		"unknown key":   {"rules: [{id: a, colour: red}]", "YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseRules("r.yaml", []byte(c.yaml), nil)
			var e *entente.Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), c.want) || e.Next == "" {
				t.Fatalf("got %v, want an entente.Error naming %q", err, c.want)
			}
		})
	}
}
