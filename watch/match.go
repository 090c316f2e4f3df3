package watch

import (
	"slices"
	"strings"

	"entente"
)

// draft is an event that a rule found in a sentence, before drafts of one meeting or speaker are joined.
type draft struct {
	event    entente.Event
	rule     *Rule
	sentence int
	group    int // verb group; -1 for none
	lo, hi   int // tokens of the evidence
	spans    []entente.TextSpan
	noun     *mention // MEETING: the noun it speaks of; nil when there is none
	persons  []string // who meets, by name
	recent   bool
	before   string // "preceding the summit": the noun it comes before
	until    int    // MEETING: the last sentence that speaks of it
	headline bool
	claimed  bool
	people   []entente.Attendee
}

// occasion is one place in a sentence where a rule may fire.
type occasion struct {
	rule  *Rule
	group int // verb group; -1 without one
	noun  int // mention; -1 without one
	after int // token after the trigger's words
	f     frame
	flip  bool // reads the group as passive
}

// match fires the rules over a sentence.
func (c *grammar) match(s *clauseSentence, number int, memory *memory) []draft {
	var out []draft
	done := map[[2]int]bool{} // one event per type and verb
	for g := range s.vgs {
		for _, t := range c.triggers(s, g) {
			end, ok := s.follows(t.at+1, t.rest)
			if t.at == s.vgs[g].main && t.tag&s.vgs[g].tag == 0 || !ok {
				continue
			}
			o := occasion{rule: &c.rules.Rules[t.rule], group: g, noun: -1, after: end}
			if d, ok := c.fire(s, &o, memory); ok && !done[[2]int{t.rule, g}] {
				done[[2]int{t.rule, g}] = true
				d.sentence = number
				out = append(out, d)
			}
		}
	}
	for m := range s.ms {
		if s.ms[m].kind != kindNoun && s.ms[m].kind != kindGroup {
			continue
		}
		for _, k := range c.rules.nouns[s.ms[m].id] {
			o := occasion{rule: &c.rules.Rules[k], group: s.anchor(c, m), noun: m, after: s.ms[m].hi}
			if d, ok := c.fire(s, &o, memory); ok {
				d.sentence = number
				out = append(out, d)
			}
		}
	}
	return best(withoutEchoes(out))
}

// withoutEchoes drops a promise whose content is an event of its own: "agreed to hold a summit" is a planned summit.
func withoutEchoes(ds []draft) []draft {
	return slices.DeleteFunc(ds, func(d draft) bool {
		return d.event.Type == entente.EventCommitment && d.group >= 0 && slices.ContainsFunc(ds, func(o draft) bool {
			return o.event.Type != entente.EventCommitment && o.group == d.group
		})
	})
}

// triggers lists the rules that group g may set off: by its verb, or by the control word before "to".
func (c *grammar) triggers(s *clauseSentence, g int) []trigger {
	v := &s.vgs[g]
	out := c.rules.at(s.low(v.main), v.main)
	if v.control > 0 {
		out = append(out, c.rules.at(s.low(v.control), v.control)...)
	}
	return out
}

// best keeps, of drafts of one type over the same words, the one that says most.
func best(ds []draft) []draft {
	var out []draft
	for _, d := range ds {
		keep := true
		for k := range out {
			o := &out[k]
			if o.event.Type != d.event.Type || o.event.Type == entente.EventMeeting || d.hi <= o.lo || o.hi <= d.lo {
				continue
			}
			keep = false
			if weight(d.event) > weight(o.event) {
				*o = d
			}
			break
		}
		if keep {
			out = append(out, d)
		}
	}
	return out
}

func weight(e entente.Event) int {
	n := len(Actors(e)) * 2
	for _, x := range []string{e.Item, e.Place, e.Date, e.Subject, e.What, e.Due} {
		if x != "" {
			n++
		}
	}
	return n + len(e.Quantity)
}

// follows says whether the words stand at token k, allowing "not", adverbs and up to three adjectives before a noun.
func (s *clauseSentence) follows(k int, rest []string) (int, bool) {
	for n, w := range rest {
		skip := 0
		for ; k < len(s.toks) && s.low(k) != w; k++ {
			l := s.low(k)
			noun := !prepositions[w] && w != "out" && w != "off" && w != "down"
			if l == "not" || adverbs[l] || noun && skip < 4 && s.toks[k].word && !prepositions[l] && !boundaries[l] && l != "and" && l != "who" && !auxiliary(l) && s.verbless(k) {
				skip++
				continue
			}
			return 0, false
		}
		if k >= len(s.toks) || n > 6 {
			return 0, false
		}
		k++
	}
	return k, true
}

func (s *clauseSentence) verbless(k int) bool {
	for n := range s.vgs {
		if s.vgs[n].lo <= k && k <= s.vgs[n].main {
			return false
		}
	}
	return true
}

// anchor is the verb group of which mention m is subject or object, or -1.
func (s *clauseSentence) anchor(c *grammar, m int) int {
	found := -1
	for g := range s.vgs {
		for _, x := range c.subjectOf(s, g) {
			if v := &s.vgs[g]; x == m && v.lo == v.main && v.tag&tagPart != 0 && s.ms[m].prep == "" && g > 0 && s.vgs[g-1].main < s.ms[m].lo {
				continue // "called off the drills planned for June"
			}
			if x == m && (found < 0 || s.vgs[found].reduced) { // "the exercise, scheduled for May, was cancelled"
				found = g
			}
		}
	}
	if found >= 0 {
		return found
	}
	if s.ms[m].prep != "" && s.ms[m].prep != "in" {
		return -1
	}
	near := -1
	for g := range s.vgs {
		if s.vgs[g].main < s.ms[m].lo {
			near = g
		}
	}
	return near
}

// fire tries one rule at one place.
func (c *grammar) fire(s *clauseSentence, o *occasion, memory *memory) (draft, bool) {
	at := o.after - 1
	if o.noun >= 0 {
		at = s.ms[o.noun].lo
		if s.against(&s.ms[o.noun]) {
			return draft{}, false
		}
	}
	if o.noun >= 0 && o.group >= 0 && o.rule.unless[s.low(s.vgs[o.group].main)] && !s.vgs[o.group].neg {
		return draft{}, false
	}
	if s.hypothetical(at) {
		return draft{}, false
	}
	if o.rule.Anchor != "" && o.noun >= 0 && !c.holds(s, o.group, o.rule) {
		return draft{}, false
	}
	o.f = c.frameOf(s, o)
	d := draft{rule: o.rule, group: -1, event: entente.Event{Type: o.rule.Type}}
	tries := []bool{o.group >= 0 && s.vgs[o.group].passive || o.group >= 0 && s.vgs[o.group].reduced}
	if o.group >= 0 && o.noun < 0 && s.vgs[o.group].lo == s.vgs[o.group].main && s.vgs[o.group].tag&tagPart != 0 {
		tries = append(tries, !tries[0])
	}
	for _, flip := range tries {
		o.flip = flip
		d.event = entente.Event{Type: o.rule.Type}
		d.people, d.noun, d.persons = nil, nil, nil
		d.lo, d.hi = o.span(s)
		if c.fillAll(s, o, &d, memory) {
			if !c.modality(s, o, &d, memory) {
				return draft{}, false
			}
			c.dates(s, o, &d)
			if o.noun >= 0 && o.group >= 0 && !c.isClaim(s, o.group) { // the verb says whether it happened
				end := s.vgs[o.group].main + 1
				if s.low(end) == "off" {
					end++
				}
				d.lo, d.hi = min(d.lo, s.vgs[o.group].lo), max(d.hi, end)
			}
			d.group = o.group
			return d, true
		}
	}
	return draft{}, false
}

// span is where the evidence begins: at the trigger.
func (o *occasion) span(s *clauseSentence) (int, int) {
	if o.noun >= 0 {
		return s.ms[o.noun].lo, s.ms[o.noun].hi
	}
	return s.vgs[o.group].lo, o.after
}

// holds says whether group g is a verb that makes an event noun happen or not: the rule's own, else the lexicon's.
func (c *grammar) holds(s *clauseSentence, g int, r *Rule) bool {
	if g < 0 {
		return false
	}
	if r != nil && len(r.anchors) > 0 {
		return r.anchors[s.low(s.vgs[g].main)]
	}
	return c.lex.holding[s.low(s.vgs[g].main)]
}

// frameOf reads the roles around the trigger; a noun's own phrases come first, then those of its verb.
func (c *grammar) frameOf(s *clauseSentence, o *occasion) frame {
	if o.noun < 0 {
		return c.verbFrame(s, o.group, o.after)
	}
	f := frame{preps: map[string][][]int{}}
	c.right(s, &f, o.after, -1)
	if o.group >= 0 {
		vf := c.verbFrame(s, o.group, s.vgs[o.group].main+1)
		f.subject = vf.subject
		for p, groups := range vf.preps {
			f.preps[p] = append(f.preps[p], groups...)
		}
	}
	return f
}

// fillAll fills the rule's fields and says whether all that it needs is there.
func (c *grammar) fillAll(s *clauseSentence, o *occasion, d *draft, memory *memory) bool {
	filled := map[string]bool{}
	for k := range o.rule.fill {
		fl := &o.rule.fill[k]
		for _, sel := range fl.selectors {
			if c.selectInto(s, o, d, fl.field, sel, memory) {
				filled[fl.field] = true
				if !listFields[fl.field] {
					break
				}
			}
		}
	}
	for _, need := range o.rule.Need {
		ok := false
		for _, f := range strings.Split(need, "|") {
			f, two := strings.CutSuffix(f, ">1")
			ok = ok || filled[f] && (!two || len(d.event.Participants) > 1 || len(d.event.Parties) > 1)
		}
		if !ok {
			return false
		}
	}
	for f, v := range o.rule.Set {
		setText(&d.event, f, v)
	}
	if d.event.Item != "" || d.event.Type == entente.EventSeizure {
		c.quantities(s, d)
	}
	if d.event.Type == entente.EventArmedClash || d.event.Type == entente.EventAttack {
		c.tolls(s, d)
	}
	return true
}
