package watch

import (
	"fmt"
	"strings"

	"entente"
)

// lexicon is the words that rules share: classes of nouns, equipment, units, titles, verbs that only mark clauses.
type lexicon struct {
	irregular map[string][2]string // lemma to past and participle
	nouns     map[string]string    // noun (singular and plural) to class
	items     trie                 // equipment to class
	units     map[string]bool      // units of amount, singular
	titles    trie                 // titles of office: id is the canonical one
	groups    map[string]bool      // nouns of people who act: leaders, officials, ministers
	bodies    trie                 // organs a state has: foreign ministry
	report    map[string]reportVerb
	control   map[string]string  // word before "to": what it makes of the verb
	holding   map[string]bool    // forms of verbs that make an event noun happen
	verbForms map[string]verbTag // every verb of lexicon and file
	topics    []topic
	ignore    map[string]bool // capitalised words that are no names
	premods   map[string]string
}

// reportVerb is a verb by which a speaker makes a claim, a denial, or a demand.
type reportVerb struct {
	effect string // claim, deny, demand
	tag    verbTag
}

type topic struct{ cue, name string }

// lexiconFile is the YAML form.
type lexiconFile struct {
	Irregular map[string]string   `yaml:"irregular"`
	Nouns     map[string][]string `yaml:"nouns"`
	Items     map[string][]string `yaml:"items"`
	Units     []string            `yaml:"units"`
	Titles    map[string][]string `yaml:"titles"`
	Groups    []string            `yaml:"groups"`
	Bodies    map[string][]string `yaml:"bodies"`
	Reporting map[string][]string `yaml:"reporting"`
	Control   map[string][]string `yaml:"control"`
	Holding   []string            `yaml:"holding"`
	Plain     []string            `yaml:"plain"`
	Topics    []map[string]string `yaml:"topics"`
	Ignore    []string            `yaml:"ignore"`
	Premods   map[string][]string `yaml:"premodifiers"`
}

func parseLexicon(name string, b []byte) (*lexicon, error) {
	var f lexiconFile
	if err := parseYAML(name, b, &f); err != nil {
		return nil, err
	}
	l := &lexicon{
		irregular: map[string][2]string{}, nouns: map[string]string{}, units: map[string]bool{}, groups: map[string]bool{},
		report: map[string]reportVerb{}, control: map[string]string{}, verbForms: map[string]verbTag{}, holding: map[string]bool{"was": true, "is": true, "were": true, "are": true}, ignore: map[string]bool{}, premods: map[string]string{},
	}
	for lemma, s := range f.Irregular {
		w := strings.Fields(s)
		if len(w) != 2 {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: fmt.Sprintf("irregular verb %q: want past and participle, got %q", lemma, s), Next: "write both"}
		}
		l.irregular[lemma] = [2]string{w[0], w[1]}
	}
	l.addNames(f)
	l.addVerbs(f)
	return l, nil
}

func (l *lexicon) addNames(f lexiconFile) {
	for class, ns := range f.Nouns {
		for _, n := range ns {
			l.nouns[n], l.nouns[plural(n)] = class, class
		}
	}
	for class, ns := range f.Items {
		for _, n := range ns {
			l.items.add(n, name{kind: kindItem, id: n, state: class})
			l.items.add(plural(n), name{kind: kindItem, id: n, state: class})
		}
	}
	for _, u := range f.Units {
		l.units[u] = true
	}
	for title, ns := range f.Titles {
		for _, n := range append([]string{title}, ns...) {
			for _, form := range []string{n, plural(n), strings.ToLower(n), strings.ToLower(plural(n))} {
				l.titles.add(form, name{kind: kindTitle, id: title})
			}
		}
	}
	for _, g := range f.Groups {
		l.groups[g] = true
	}
	for body, ns := range f.Bodies {
		for _, n := range append([]string{body}, ns...) {
			l.bodies.add(n, name{kind: kindBody, id: body})
			l.bodies.add(strings.ToLower(n), name{kind: kindBody, id: body})
		}
	}
	for _, w := range f.Ignore {
		l.ignore[fold(w)] = true
	}
	for _, t := range f.Topics {
		for cue, n := range t {
			l.topics = append(l.topics, topic{cue, n})
		}
	}
	for effect, ws := range f.Premods {
		for _, w := range ws {
			l.premods[w] = effect
		}
	}
}

// learn adds the verbs of a list to those that mark clauses and returns their forms.
func (l *lexicon) learn(lemmas string) map[string]bool {
	out := map[string]bool{}
	for _, lemma := range strings.Fields(lemmas) {
		for form, tags := range l.forms(lemma) {
			out[form] = true
			for _, tag := range tags {
				l.verbForms[form] |= tag
			}
		}
	}
	return out
}

func (l *lexicon) addVerbs(f lexiconFile) {
	for effect, vs := range f.Reporting {
		for _, v := range vs {
			for form, tags := range l.forms(v) {
				var t verbTag
				for _, tag := range tags {
					t |= tag
				}
				l.report[form] = reportVerb{effect, t}
				l.verbForms[form] |= t
			}
		}
	}
	for effect, vs := range f.Control {
		for _, v := range vs {
			for form, tags := range l.forms(v) {
				l.control[form] = effect
				for _, t := range tags {
					l.verbForms[form] |= t
				}
			}
		}
	}
	for _, v := range f.Holding {
		for form := range l.forms(v) {
			l.holding[form] = true
		}
	}
	for _, v := range append(f.Holding, f.Plain...) {
		for form, tags := range l.forms(v) {
			for _, t := range tags {
				l.verbForms[form] |= t
			}
		}
	}
}
