package watch

import (
	"slices"
	"strings"

	"entente"
)

// groupsFor lists the mention lists that stand in a role.
func (c *grammar) groupsFor(s *clauseSentence, o *occasion, role string) [][]int {
	object := func(n int) [][]int {
		if n < len(o.f.objects) {
			return o.f.objects[n : n+1]
		}
		return nil
	}
	switch role {
	case "subject":
		return [][]int{o.f.subject}
	case "object":
		return o.f.objects
	case "second":
		return object(1)
	case "noun":
		if o.noun >= 0 {
			return [][]int{{o.noun}}
		}
		return nil
	case "agent":
		if o.noun >= 0 {
			return append(slices.Clone(o.f.preps["by"]), []int{o.noun}) // the noun itself carries its possessor
		}
		if o.flip {
			return o.f.preps["by"]
		}
		return [][]int{o.f.subject}
	case "patient":
		if o.noun >= 0 {
			return o.f.preps["of"]
		}
		if o.flip {
			return append([][]int{o.f.subject}, o.f.objects...)
		}
		return o.f.objects
	case "any":
		return c.everywhere(s)
	}
	if p, ok := strings.CutPrefix(role, "any_"); ok {
		var out [][]int
		for _, group := range c.everywhere(s) {
			if s.ms[group[0]].prep == p {
				out = append(out, group)
			}
		}
		return out
	}
	return o.f.preps[role]
}

// everywhere lists all mentions of the sentence, for fields that hold wherever they stand (a toll, a region).
func (c *grammar) everywhere(s *clauseSentence) [][]int {
	var out [][]int
	for k := range s.ms {
		if s.ms[k].first == k {
			out = append(out, s.list(k))
		}
	}
	return out
}

// selectInto fills field from the first list in the role that has the right kinds.
func (c *grammar) selectInto(s *clauseSentence, o *occasion, d *draft, field string, sel selector, memory *memory) bool {
	if slices.Contains(sel.kinds, "word") {
		return s.phrase(strings.Split(sel.role, "_"), o.after)
	}
	if slices.Contains(sel.kinds, "text") || slices.Contains(sel.kinds, "armed") {
		return c.selectText(s, o, d, field, sel)
	}
	if slices.Contains(sel.kinds, "nothing") { // the verb stands alone: "is not expected to attend"
		if w := s.low(o.after); o.after < len(s.toks) && s.toks[o.after].word && s.at[o.after] < 0 && !prepositions[w] && !boundaries[w] && !adverbs[w] && w != "and" && w != "due" {
			return false // "the parade": a word we do not know
		}
		return len(o.f.objects) == 0 && len(o.f.preps["in"])+len(o.f.preps["at"])+len(o.f.preps["to"]) == 0
	}
	for _, group := range c.groupsFor(s, o, sel.role) {
		hit := false
		for _, k := range group {
			m := memory.resolve(s, k)
			v, ok := c.accept(&m, sel, o.noun == k && sel.role == "agent")
			if slices.Contains(sel.kinds, "pronoun") {
				v, ok = s.ms[k].id, s.ms[k].kind == kindPronoun
			}
			if !ok {
				continue
			}
			if m.class == "agreement" && field == "subject" {
				v = s.withTopic(k)
			}
			if c.setField(d, field, &m, v, sel) {
				hit = true
				d.lo, d.hi = min(d.lo, s.ms[k].lo), max(d.hi, s.ms[k].hi)
			}
			if !listFields[field] {
				break
			}
		}
		if hit {
			return true
		}
	}
	return false
}

// listFields are the fields that take a whole list.
var listFields = words("participants parties near attends absent remote by_deputy topic")

// accept says whether mention m is of one of the selector's kinds, and what it stands for.
func (c *grammar) accept(m *mention, sel selector, possessor bool) (string, bool) {
	for _, want := range sel.kinds {
		if possessor { // a noun's owner: Russian troops, CSTO exercise
			if want == "state" && m.state != "" && m.org == "" {
				return m.state, true
			}
			if want == "org" && m.org != "" {
				return m.org, true
			}
			if want == "person" && m.role != "" {
				return m.role, true
			}
			continue
		}
		if v, ok := c.means(m, want, sel.role); ok {
			return v, true
		}
	}
	return "", false
}

func (c *grammar) means(m *mention, want, role string) (string, bool) {
	switch want {
	case "state":
		switch m.kind {
		case kindState:
			return m.state, true
		case kindBody:
			return m.state, m.state != ""
		case kindPlace: // a capital for its government, where no place is meant
			return m.state, role != "in" && role != "at" && role != "near" && c.isCapital(m)
		case kindGroup, kindNoun:
			return m.state, m.state != "" && m.org == "" && (m.kind == kindGroup || m.class == "force" || m.class == "border")
		}
	case "org":
		if m.kind == kindOrg || m.kind == kindGroup && m.org != "" && m.state == "" || m.kind == kindBody && m.org != "" {
			return m.org, true
		}
	case "person":
		return m.id, m.kind == kindPerson
	case "people": // Afghan positions, Afghans
		return m.state, m.kind == kindDemonym
	case "officer": // a person for his state
		return m.state, m.kind == kindPerson && m.state != "" && m.role != ""
	case "place":
		return m.id, m.kind == kindPlace
	case "land":
		return m.id, m.kind == kindPlace || m.kind == kindState || m.kind == kindRegion
	case "region":
		return m.id, m.kind == kindRegion
	case "body":
		return m.id, m.kind == kindBody
	case "group":
		return groupName(m), m.kind == kindGroup
	case "item":
		return m.id, m.kind == kindItem
	case "name":
		return m.id, m.kind == kindUnknown
	case "amount":
		return m.text, m.kind == kindAmount
	case "date":
		return m.id, m.kind == kindDate
	}
	if class, ok := strings.CutPrefix(want, "noun:"); ok {
		return m.text, (m.kind == kindNoun || m.kind == kindGroup || m.kind == kindAmount) && m.class == class
	}
	return "", false
}

// groupName is how a group is written in an event: "CSTO members" for its member states.
func groupName(m *mention) string {
	if m.org != "" && (strings.Contains(m.text, "member") || strings.HasSuffix(m.text, "countries") || strings.HasSuffix(m.text, "states")) {
		return m.org + " members"
	}
	return m.text
}

func (c *grammar) isCapital(m *mention) bool {
	st := c.reg.states[m.state]
	return st != nil && st.Capital == m.id
}

// selectText takes the words after a preposition, or after the trigger for role object, up to the end of the phrase.
func (c *grammar) selectText(s *clauseSentence, o *occasion, d *draft, field string, sel selector) bool {
	from := -1
	switch sel.role {
	case "object":
		from = o.after
	case "noun":
		if o.noun < 0 {
			return false
		}
		setText(&d.event, field, strings.Trim(strings.ReplaceAll(s.ms[o.noun].text, `"`, ""), " "))
		return true
	case "clause":
		from = s.spanStart(o)
		for auxiliary(s.low(from)) {
			from++
		}
	default:
		want := strings.Split(sel.role, "_")
		for k := o.after; k < len(s.toks) && from < 0; k++ {
			if s.wordsAt(k, want) {
				from = k + len(want)
			}
		}
	}
	if from < 0 || from >= len(s.toks) {
		return false
	}
	to := from
	for to < len(s.toks) && to < from+25 && !s.phraseEnds(to, from, sel.role != "object" && sel.role != "clause") {
		to++
	}
	if m := s.at[from]; m >= 0 && s.ms[m].kind == kindDate {
		return false
	}
	for from < to && (s.low(from) == "the" || s.low(from) == "a" || s.low(from) == "that" || s.low(from) == `"`) {
		from++
	}
	if from >= to || slices.Contains(sel.kinds, "armed") && !c.armed(s, from, to) {
		return false
	}
	setText(&d.event, field, s.words(from, to))
	d.hi = max(d.hi, to)
	return true
}

// armed says whether the words speak of forces or equipment.
func (c *grammar) armed(s *clauseSentence, from, to int) bool {
	for k := from; k < to; k++ {
		switch w := s.low(k); {
		case w == "military", w == "armed", w == "combat", w == "strike", w == "nuclear", strings.HasPrefix(w, "troop"), strings.HasPrefix(w, "force"):
			return true
		}
		if m := s.at[k]; m >= 0 && (s.ms[m].kind == kindItem || s.ms[m].class == "force") {
			return true
		}
	}
	return false
}

// withTopic is a noun with what it is "on": agreement on the joint air defence system.
func (s *clauseSentence) withTopic(k int) string {
	to := s.ms[k].hi
	if s.low(to) == "on" && (to+1 >= len(s.toks) || s.at[to+1] < 0 || s.ms[s.at[to+1]].kind != kindDate) {
		for to < len(s.toks) && to < s.ms[k].hi+12 && !s.phraseEnds(to, s.ms[k].hi, true) {
			to++
		}
	}
	lo := s.ms[k].lo
	if determiners[s.low(lo)] {
		lo++
	}
	return s.words(lo, to)
}

// wordsAt says whether the words stand at token k.
func (s *clauseSentence) wordsAt(k int, want []string) bool {
	for n, w := range want {
		if s.low(k+n) != w {
			return false
		}
	}
	return true
}

// phrase says whether the words stand anywhere from token k on.
func (s *clauseSentence) phrase(want []string, k int) bool {
	for ; k < len(s.toks); k++ {
		if s.wordsAt(k, want) {
			return true
		}
	}
	return false
}

func (s *clauseSentence) spanStart(o *occasion) int {
	lo, _ := o.span(s)
	return lo
}

// phraseEnds says whether a phrase that began at from ends before token k.
func (s *clauseSentence) phraseEnds(k, from int, short bool) bool {
	w := s.low(k)
	if w == "." || w == ";" || w == ":" || w == "?" || w == "!" || w == "—" {
		return true
	}
	if short && k > from && (w == "by" || w == "near" || w == "in" || w == "to" || w == "from" || w == "," || w == "with" || w == "on" && false) {
		return true
	}
	return k > from && w == "and" && s.verbAfter(k+1)
}

// quantities takes the amounts that stand with the item: before it, after "with" or in brackets.
func (c *grammar) quantities(s *clauseSentence, d *draft) {
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind != kindAmount || len(m.units) > 0 && people(m) || m.hi < d.lo-1 || m.lo > d.hi+3 {
			continue
		}
		units := m.units
		if len(units) == 0 && k+1 < len(s.ms) && s.ms[k+1].kind == kindItem && s.ms[k+1].lo == m.hi {
			it := &s.ms[k+1]
			units = []entente.Quantity{{Value: m.value, Unit: singular(strings.ToLower(lastWord(it.text)))}}
			if designator.MatchString(it.text) { // "24 T-72": counted by the piece, unless a unit follows
				units[0].Unit = "unit"
				if w := singular(s.low(it.hi)); c.lex.units[w] {
					units[0].Unit = w
				}
			}
		}
		for _, u := range units {
			if !slices.Contains(d.event.Quantity, u) {
				d.event.Quantity = append(d.event.Quantity, u)
				d.lo, d.hi = min(d.lo, m.lo), max(d.hi, m.hi)
			}
		}
	}
}

func lastWord(s string) string {
	f := strings.Fields(s)
	if len(f) == 0 {
		return ""
	}
	return f[len(f)-1]
}
