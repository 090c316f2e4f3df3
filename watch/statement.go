package watch

import (
	"slices"
	"strings"

	"entente"
)

// statements makes a STATEMENT or DENIAL of every claim with a speaker under which no other event was found: the
// other event already carries who said it.
func (c *grammar) statements(s *clauseSentence, number int, found []draft, memory *memory) []draft {
	var out []draft
	if s.hypothetical(0) {
		return nil
	}
	for n := range s.claims {
		cl := &s.claims[n]
		if cl.speaker < 0 || cl.verb < 0 || cl.maybe || cl.neg || cl.effect == "demand" || s.vgs[cl.verb].habitual {
			continue
		}
		if cl.effect == "claim" && !cl.that || covered(cl, found) {
			continue
		}
		m := memory.resolve(s, cl.speaker)
		d := draft{sentence: number, rule: statementRule, event: entente.Event{Type: entente.EventStatement, Modality: entente.ModalityAsserted}}
		if cl.effect == "deny" {
			d.rule, d.event.Type = denialRule, entente.EventDenial
			setText(&d.event, "subject", s.words(cl.lo, min(cl.hi, cl.lo+25)))
		}
		if cl.planned {
			d.event.Modality = entente.ModalityPlanned
		}
		if m.kind == kindPronoun || m.kind == kindUnknown && m.text == "" {
			continue
		}
		d.event.Speaker, d.event.State, d.event.Organisation = speakerName(c, &m), m.state, m.org
		if m.kind == kindPerson {
			d.event.Role = m.role
		}
		d.event.Topic = c.topics(s, cl)
		d.lo, d.hi = min(s.ms[cl.speaker].lo, cl.lo), cl.hi
		if cl.lo == 0 {
			d.hi = max(cl.hi, s.ms[cl.speaker].hi, s.vgs[cl.verb].main+1)
		}
		out = append(out, d)
	}
	return out
}

var statementRule = &Rule{ID: "statement.claim", Type: entente.EventStatement, Why: "a named speaker is reported to say something, and no other event was found in it"}
var denialRule = &Rule{ID: "denial.claim", Type: entente.EventDenial, Why: "a named speaker is reported to deny something, and no other event was found in it"}

func covered(cl *claim, found []draft) bool {
	for _, d := range found {
		if d.claimed && d.hi > cl.lo && d.lo < cl.hi {
			return true
		}
	}
	return false
}

// topics lists the lexicon's topics whose cue stands under the claim.
func (c *grammar) topics(s *clauseSentence, cl *claim) []string {
	text := strings.ToLower(s.words(cl.lo, cl.hi))
	var out []string
	for _, t := range c.lex.topics {
		if strings.Contains(text, t.cue) && !slices.ContainsFunc(out, func(x string) bool { return strings.Contains(x, t.name) }) {
			addTo(&out, t.name)
		}
	}
	return out
}

// joinStatements puts together what one speaker says in one report: one statement with all its evidence.
func joinStatements(ds []draft) []draft {
	var out []draft
next:
	for _, d := range ds {
		if d.event.Type == entente.EventStatement {
			for k := range out {
				o := &out[k]
				if o.event.Type == d.event.Type && o.event.Speaker == d.event.Speaker && o.event.Modality == d.event.Modality && d.sentence-o.sentence <= 4 {
					for _, t := range d.event.Topic {
						addTo(&o.event.Topic, t)
					}
					o.spans = append(o.spans, d.spans...)
					continue next
				}
			}
		}
		out = append(out, d)
	}
	return out
}
