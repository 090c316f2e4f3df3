package watch

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"entente"
)

//go:embed rules.yaml
var embeddedRules []byte

//go:embed lexicon.yaml
var embeddedLexicon []byte

// Rules are the rules file and its lexicon, ready to use. Both are data: an operator may replace either.
type Rules struct {
	Rules   []Rule
	lexicon *lexicon
	verbs   map[string][]trigger // first word of a verb form to the rules it may set off
	nouns   map[string][]int     // noun to rules
}

// Rule is one line of reasoning from words to an event. A verb or noun of its lists sets it off; roles of the
// sentence fill the event's fields; without all of Need there is no event.
type Rule struct {
	ID   string            `yaml:"id"`
	Type entente.EventType `yaml:"type"`
	Verb []string          `yaml:"verb,omitempty"` // lemmas, with what must follow: "take part in"
	Noun []string          `yaml:"noun,omitempty"`
	// Fill maps a field to the places where it may stand, tried in order: role(kinds), as in
	// "agent(state org) by(state)". Roles: agent, patient, subject, object, second, and any preposition; a role with
	// kind text takes the words themselves.
	Fill map[string]string `yaml:"fill"`
	// Need lists fields that must be filled; "supplier|recipient" asks for one of them.
	Need []string `yaml:"need"`
	// Set gives fields fixed values.
	Set map[string]string `yaml:"set,omitempty"`
	// When is "negative" for a rule that wants a negated verb, "positive" for one that finds nothing in one, "any" for
	// one that takes both; else a negated verb makes a denied event.
	When string `yaml:"when,omitempty"`
	// Anchor asks that a noun be subject or object of an event verb ("the summit took place"): "holding" for those of
	// the lexicon, or the lemmas themselves.
	Anchor string `yaml:"anchor,omitempty"`
	// Unless lists verbs that, not negated, do away with the noun: a dispute that is settled is none.
	Unless   string           `yaml:"unless,omitempty"`
	Modality entente.Modality `yaml:"modality,omitempty"` // instead of what tense says
	Why      string           `yaml:"why"`
	Yes      []string         `yaml:"yes,omitempty"` // sentences in which the rule must fire, read with the test register
	No       []string         `yaml:"no,omitempty"`  // sentences in which it must not

	fill    []filling
	anchors map[string]bool // forms; empty for the lexicon's
	unless  map[string]bool
}

// filling is one field and where it may stand.
type filling struct {
	field     string
	selectors []selector
}

// selector is a role with the kinds it takes.
type selector struct {
	role  string
	kinds []string
}

// trigger is a verb form's remaining words and its rule.
type trigger struct {
	rest []string
	tag  verbTag
	rule int
	at   int // token, when it stands in a sentence
}

var defaultRules = sync.OnceValues(func() (*Rules, error) { return ParseRules("rules.yaml", embeddedRules, embeddedLexicon) })

// DefaultRules returns the embedded rules; do not change them.
func DefaultRules() *Rules {
	r, err := defaultRules()
	if err != nil {
		panic("embedded rules: " + err.Error()) // a test reads them
	}
	return r
}

// ParseRules reads a rules file; a nil lexicon means the embedded one.
func ParseRules(name string, b, lexiconYAML []byte) (*Rules, error) {
	if lexiconYAML == nil {
		lexiconYAML = embeddedLexicon
	}
	lex, err := parseLexicon("lexicon of "+name, lexiconYAML)
	if err != nil {
		return nil, err
	}
	var file struct {
		Rules []Rule `yaml:"rules"`
	}
	if err := parseYAML(name, b, &file); err != nil {
		return nil, err
	}
	out := &Rules{Rules: file.Rules, lexicon: lex, verbs: map[string][]trigger{}, nouns: map[string][]int{}}
	seen := map[string]bool{}
	for k := range out.Rules {
		r := &out.Rules[k]
		bad := r.check()
		if bad == nil && seen[r.ID] {
			bad = fmt.Errorf("the ID is used twice")
		}
		if bad != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: int64(k + 1), Reason: fmt.Sprintf("rule %q: %v", r.ID, bad), Next: "compare with the embedded rules"}
		}
		seen[r.ID] = true
		out.index(k)
	}
	return out, nil
}

// at lists the triggers of a word that stands at token k.
func (out *Rules) at(word string, k int) []trigger {
	ts := slices.Clone(out.verbs[word])
	for n := range ts {
		ts[n].at = k
	}
	return ts
}

func (out *Rules) index(k int) {
	r := &out.Rules[k]
	for _, v := range r.Verb {
		head, rest, _ := strings.Cut(v, " ")
		for form, tags := range out.lexicon.forms(head) {
			for _, tag := range tags {
				out.verbs[form] = append(out.verbs[form], trigger{strings.Fields(rest), tag, k, 0})
			}
		}
	}
	if r.Anchor != "" && r.Anchor != "holding" {
		r.anchors = out.lexicon.learn(r.Anchor)
	}
	r.unless = out.lexicon.learn(r.Unless)
	for _, n := range r.Noun {
		for _, form := range []string{n, plural(n)} {
			if !slices.Contains(out.nouns[form], k) {
				out.nouns[form] = append(out.nouns[form], k)
			}
		}
	}
}

var selectorForm = regexp.MustCompile(`([a-z_]+)\(([a-z:_ ]+)\)`)

func (r *Rule) check() error {
	switch {
	case r.ID == "" || r.Type == "":
		return fmt.Errorf("it has no id or no type")
	case len(r.Verb)+len(r.Noun) == 0:
		return fmt.Errorf("it has neither verb nor noun")
	case r.Why == "":
		return fmt.Errorf("it does not say why")
	case r.When != "" && r.When != "negative" && r.When != "any" && r.When != "positive":
		return fmt.Errorf("when is %q, want negative, positive or any", r.When)
	case len(r.Need) == 0:
		return fmt.Errorf("it needs nothing: it would fire on a word alone")
	}
	fields := make([]string, 0, len(r.Fill))
	for f := range r.Fill {
		fields = append(fields, f)
	}
	slices.Sort(fields)
	for _, f := range fields {
		if !fieldNames[f] {
			return fmt.Errorf("field %q is not known", f)
		}
		var fl filling
		fl.field = f
		for _, m := range selectorForm.FindAllStringSubmatch(r.Fill[f], -1) {
			fl.selectors = append(fl.selectors, selector{m[1], strings.Fields(m[2])})
		}
		if len(fl.selectors) == 0 {
			return fmt.Errorf("field %q: %q is not role(kinds)", f, r.Fill[f])
		}
		r.fill = append(r.fill, fl)
	}
	for _, n := range r.Need {
		for _, f := range strings.Split(n, "|") {
			if _, ok := r.Fill[strings.TrimSuffix(f, ">1")]; !ok {
				return fmt.Errorf("needs %q, which nothing fills", f)
			}
		}
	}
	for f := range r.Set {
		if !fieldNames[f] {
			return fmt.Errorf("field %q is not known", f)
		}
	}
	return nil
}
