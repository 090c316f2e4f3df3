package watch

import "strings"

// verbGroup is a verb with its helpers: "is not expected to attend".
type verbGroup struct {
	lo, main   int // tokens; main is the verb itself
	tag        verbTag
	neg        bool
	passive    bool // "was held"
	reduced    bool // a bare participle: "hosted by", "a summit held in"
	planned    bool // will, is set to, plans to
	would      bool // would: planned in reported speech, else hypothetical
	maybe      bool // may, might, could, should, wants to
	perfect    bool
	infinitive bool
	purpose    bool // "travelled to Minsk to attend"
	relative   bool // after who, which
	gerund     bool // after a preposition or comma
	cancelled  bool // "cancelled plans to"
	control    int  // token of the control word, "plans" in "plans to"; 0 for none
	subj       int  // mention that is the subject, when the group itself tells; else -1
	coord      bool // after "and": shares the subject of the group before
	recent     bool // "recently"
	habitual   bool // "usually", "every year"
}

// allForms gives the forms that a word may be of any verb known to the rules or the lexicon.
func (c *grammar) allForms(w string) verbTag {
	t := c.lex.verbForms[w]
	for _, tr := range c.rules.verbs[w] {
		t |= tr.tag
	}
	return t
}

// isNoun says whether a word may also be a noun.
func (c *grammar) isNoun(w string) bool {
	if _, ok := c.lex.nouns[w]; ok {
		return true
	}
	return len(c.rules.nouns[w]) > 0 || c.lex.units[singular(w)] || c.lex.groups[singular(w)] || w == "aim" || w == "plan" || w == "plans" || w == "need" || w == "view" || w == "report" || w == "reports" || w == "state" || w == "states" || w == "study" || w == "review" || w == "focus" || w == "call" || w == "calls" || w == "request" || w == "offer" || w == "order" || w == "orders"
}

func auxiliary(w string) bool {
	switch w {
	case "will", "shall", "would", "may", "might", "could", "can", "should", "must", "won't", "cannot", "'ll":
		return true
	}
	return beForms[w] || haveForms[w] || doForms[w] || strings.HasSuffix(w, "n't")
}

// isVerb says whether token k is used as a verb, from its form and what stands before it.
func (c *grammar) isVerb(s *clauseSentence, k int) bool {
	t := s.toks[k]
	forms := c.allForms(t.low)
	if forms == 0 || t.capital && k > 0 && !s.headline {
		return false
	}
	j := k - 1
	for j >= 0 && (adverbs[s.low(j)] || strings.HasSuffix(s.low(j), "ly") && s.toks[j].word) {
		j--
	}
	p := s.low(j)
	switch {
	case p == "to":
		return forms&tagBase != 0
	case auxiliary(p):
		return true
	case determiners[p] || p == "'s" || p == "'" || p == "member":
		return false
	case p == "who" || p == "which":
		return true
	}
	if prepositions[p] {
		n := s.low(k + 1) // "of massing troops" is a verb, "of meeting in" and "the massing of" are nouns
		return forms&tagIng != 0 && (!c.isNoun(t.low) || k+1 < len(s.toks) && s.toks[k+1].word && !prepositions[n] && n != "and")
	}
	if n := k + 1; forms&^tagIng == 0 && c.nameBefore(s, j) && n < len(s.toks) && s.toks[n].word && !s.toks[n].capital && !prepositions[s.low(n)] && !determiners[s.low(n)] && !pronouns[s.low(n)] && !adverbs[s.low(n)] && !c.isNoun(s.low(n)) {
		return false // "the Lyaur training ground"
	}
	if c.isNoun(t.low) {
		return c.nameBefore(s, j) && !auxiliary(s.low(k+1)) && s.low(k+1) != "of" && s.low(k+1) != "between" && forms&^tagIng != 0 && c.allForms(s.low(k+1))&^tagIng == 0
	}
	if forms&^(tagBase|tagS) == 0 && c.allForms(p) != 0 && !c.isNoun(p) { // "to address changes"
		return false
	}
	if forms&^tagBase == 0 { // bare form: after a plural, a name, "and", or as an order
		return p == "and" || c.nameBefore(s, j) || j >= 0 && (c.lex.groups[singular(p)] || strings.HasSuffix(p, "s") && s.toks[j].word)
	}
	if forms == tagPart|tagPast || forms&tagIng != 0 { // "with increased risks", "a joint planned visit"
		if d := s.low(j - 1); determiners[d] && s.toks[j].word && !c.nameBefore(s, j) && c.isNounAhead(s, k) && !c.isNoun(p) {
			return false
		}
	}
	return true
}

// nameBefore says whether token j ends a name, a group or a pronoun that can be a subject.
func (c *grammar) nameBefore(s *clauseSentence, j int) bool {
	if j < 0 {
		return false
	}
	w := s.low(j)
	if pronouns[w] || w == "who" || w == "which" || c.lex.groups[singular(w)] || w == ")" {
		return true
	}
	for lo := max(0, j-5); lo <= j; lo++ {
		n, l := c.reg.names.longest(s.toks[lo:j+1], c.day)
		if l == j+1-lo && n.kind != kindNone {
			return n.kind != kindDemonym
		}
		n, l = c.lex.bodies.longest(s.toks[lo:j+1], "")
		if l == j+1-lo && n.kind != kindNone {
			return true
		}
	}
	return s.toks[j].capital && (j > 0 || c.surnames[s.toks[j].text] != nil) && !s.headline
}

func (c *grammar) isNounAhead(s *clauseSentence, k int) bool {
	w := s.low(k + 1)
	return c.isNoun(w) || c.lex.units[singular(w)]
}

// verbGroups finds the verbs of a sentence and reads their helpers.
func (c *grammar) verbGroups(s *clauseSentence) {
	for k := range s.toks {
		w := s.low(k)
		known := c.allForms(w) != 0 && !auxiliary(w) && s.at[k] < 0 && c.isVerb(s, k)
		if !known && !(beForms[w] || haveForms[w] || doForms[w]) {
			continue
		}
		if !known && c.helps(s, k) {
			continue
		}
		g := verbGroup{lo: k, main: k, tag: c.allForms(w), subj: -1}
		if beForms[w] || haveForms[w] || doForms[w] {
			g.tag = tagPast | tagS | tagBase
		}
		c.helpers(s, &g)
		if n := len(s.vgs); n > 0 && s.vgs[n-1].main >= g.lo { // control verbs belong to the group they govern
			g.lo = min(g.lo, s.vgs[n-1].lo)
			s.vgs = s.vgs[:n-1]
		}
		c.setting(s, &g)
		s.vgs = append(s.vgs, g)
	}
	s.reduce()
}

// helps says whether the auxiliary at k only helps a verb that follows.
func (c *grammar) helps(s *clauseSentence, k int) bool {
	for j := k + 1; j < min(k+6, len(s.toks)); j++ {
		w := s.low(j)
		if adverbs[w] || w == "yet" || auxiliary(w) || w == "to" || c.lex.control[w] != "" || strings.HasSuffix(w, "ly") {
			if c.lex.control[w] != "" && j+1 < len(s.toks) && s.low(j+1) != "to" && c.allForms(w) != 0 {
				return true
			}
			continue
		}
		return s.at[j] < 0 && c.allForms(w)&(tagIng|tagPart|tagBase) != 0 && c.isVerb(s, j)
	}
	return false
}

// helpers reads leftwards from the main verb.
func (c *grammar) helpers(s *clauseSentence, g *verbGroup) {
	for j := g.main - 1; j >= 0; j-- {
		w := s.low(j)
		switch {
		case w == "not" || w == "never" || w == "neither":
			g.neg = !g.neg
		case adverbs[w] || strings.HasSuffix(w, "ly") && s.toks[j].word && s.at[j] < 0:
			g.adverb(w)
		case s.at[j] >= 0 && s.ms[s.at[j]].kind == kindDate && s.ms[s.at[j]].class == precRecent:
			g.recent = true
		case w == "to":
			c.infinitive(s, g, j)
			return
		case w == "without" || w == "instead" || w == "avoid":
			g.neg = true
			g.gerund = true
			return
		case g.tag&tagIng != 0 && g.lo == g.main && c.gerund(s, g, j):
			return
		case auxiliary(w):
			g.auxiliary(w)
		default:
			return
		}
		g.lo = j
	}
}

// gerund takes the verb at j into a group that it governs: "stopped supplying", "began delivering".
func (c *grammar) gerund(s *clauseSentence, g *verbGroup, j int) bool {
	w := s.low(j)
	effect := ""
	for stem, e := range map[string]string{"stop": "off", "ceas": "off", "halt": "off", "suspend": "off", "quit": "off", "end": "off", "began": "none", "begin": "none", "begun": "none", "start": "none", "continu": "none", "resum": "none", "keep": "none", "kept": "none", "consider": "hypothetical", "propos": "hypothetical", "recommend": "hypothetical", "suggest": "hypothetical"} {
		if strings.HasPrefix(w, stem) && c.allForms(w) != 0 {
			effect = e
		}
	}
	if effect == "" {
		return false
	}
	c.control(s, g, j, effect)
	g.cancelled = effect == "off"
	return true
}

func (g *verbGroup) adverb(w string) {
	switch w {
	case "recently":
		g.recent = true
	case "usually", "often", "always", "typically", "regularly", "annually", "traditionally", "normally", "frequently":
		g.habitual = w != "frequently"
	}
}

func (g *verbGroup) auxiliary(w string) {
	if strings.HasSuffix(w, "n't") || w == "cannot" {
		g.neg = !g.neg
		w = strings.TrimSuffix(strings.TrimSuffix(w, "n't"), "not")
		if w == "wo" {
			w = "will"
		}
		if w == "ca" {
			w = "can"
		}
	}
	switch {
	case w == "will" || w == "shall" || w == "'ll":
		g.planned = true
	case w == "would":
		g.would = true
	case w == "may" || w == "might" || w == "could" || w == "can" || w == "should" || w == "must":
		g.maybe = true
	case beForms[w]:
		if g.tag&tagPart != 0 && !g.perfect {
			g.passive = true
		}
	case haveForms[w]:
		g.perfect = true
	}
}

// infinitive reads what stands before "to" at token j: a control word, a form of be, a person told to, or a purpose.
func (c *grammar) infinitive(s *clauseSentence, g *verbGroup, j int) {
	g.infinitive, g.lo = true, j
	k := j - 1
	for k >= 0 && (adverbs[s.low(k)] && s.low(k) != "yet") {
		if s.low(k) == "not" {
			g.neg = !g.neg
		}
		k--
	}
	w := s.low(k)
	effect := c.lex.control[w]
	switch {
	case w == "yet":
		g.neg = !g.neg
		c.control(s, g, k, "none")
	case effect != "":
		c.control(s, g, k, effect)
	case beForms[w]:
		g.planned = true
		g.lo = k
	case k >= 0 && s.at[k] >= 0 && s.ms[s.at[k]].kind != kindNoun:
		c.told(s, g, s.at[k])
	default:
		g.purpose = true
	}
}

// told handles a mention before "to": "urged Russia to", or a headline's future, "Leaders to Convene".
func (c *grammar) told(s *clauseSentence, g *verbGroup, m int) {
	v := s.ms[m].lo - 1
	if e := c.lex.control[s.low(v)]; e != "" || c.lex.report[s.low(v)].effect == "demand" {
		g.subj = m
		g.maybe = true
		return
	}
	if t := s.ms[m].text; strings.HasPrefix(t, "first ") || strings.HasPrefix(t, "last ") || strings.HasPrefix(t, "only ") { // "the first delegation to visit"
		g.subj = m
		return
	}
	if len(s.vgs) == 0 {
		g.planned = true
		g.subj = s.ms[m].first
		if s.headline {
			g.subj = -1
		}
		return
	}
	g.purpose = true
}

// control takes a control word at k into the group and reads on before it.
func (c *grammar) control(s *clauseSentence, g *verbGroup, k int, effect string) {
	switch effect {
	case "planned":
		g.planned = true
	case "negative":
		g.neg = !g.neg
	case "hypothetical":
		g.maybe = true
	}
	outer := verbGroup{main: k, lo: k, tag: c.allForms(s.low(k)), subj: -1}
	c.helpers(s, &outer)
	g.lo = outer.lo
	g.control = k
	if outer.neg {
		g.neg = !g.neg
	}
	g.planned = g.planned || outer.planned && effect != "negative" || outer.planned
	g.would, g.maybe = g.would || outer.would, g.maybe || outer.maybe
	g.perfect = outer.perfect
	if outer.subj >= 0 {
		g.subj = outer.subj
	}
	if p := s.low(outer.lo - 1); effect == "planned" && (p == "cancelled" || p == "canceled" || p == "postponed" || p == "dropped" || p == "abandoned" || p == "shelved") {
		g.cancelled = true
		g.lo = outer.lo - 1
	}
}

// setting finds what the group's left edge says: relative clause, coordination, gerund, reduced participle.
func (c *grammar) setting(s *clauseSentence, g *verbGroup) {
	p := s.low(g.lo - 1)
	switch {
	case p == "who" || p == "which":
		g.relative = true
	case p == "that" && g.lo >= 2 && s.at[g.lo-2] >= 0 && !c.reports(s, g.lo-2):
		g.relative = true
	case (p == "and" || p == "or" || p == "but") && g.lo >= 1:
		g.coord = s.at[g.lo-1] < 0
	case p == "then" && s.low(g.lo-2) == "and":
		g.coord = true
	case g.tag&tagIng != 0 && g.lo == g.main && (prepositions[p] || p == "," || c.lex.report[p].effect == "deny"):
		g.gerund = true
		if k := g.lo - 2; (p == "of" || p == "for") && k > 0 && s.at[k] >= 0 { // "accused Arnor of massing"
			if v := s.low(s.ms[s.at[k]].lo - 1); strings.HasPrefix(v, "accus") || strings.HasPrefix(v, "blam") || strings.HasPrefix(v, "suspect") {
				g.subj = s.at[k]
			}
		}
	}
	if g.lo == g.main && g.tag&tagPart != 0 && !g.passive {
		if s.low(g.main+1) == "by" || p == "," && s.low(g.main+1) != "that" && !s.headline {
			g.reduced = true
		}
	}
	for k := range s.toks {
		switch s.low(k) {
		case "usually", "typically", "annually", "traditionally", "normally":
			g.habitual = true
		case "every":
			g.habitual = g.habitual || s.low(k+1) == "year" || s.low(k+1) == "month" || s.low(k+1) == "week" || s.low(k+1) == "time"
		}
	}
}

// reduce finds bare participles that only describe: "a meeting scheduled for May in Zenda has been postponed". They
// stand before a preposition, and the next finite verb of the clause has no subject of its own.
func (s *clauseSentence) reduce() {
	for g := range s.vgs {
		v := &s.vgs[g]
		if v.lo != v.main || v.tag&tagPart == 0 || v.passive || v.reduced || !prepositions[s.low(v.main+1)] || v.coord || v.relative || g+1 >= len(s.vgs) {
			continue
		}
		h := &s.vgs[g+1]
		if h.infinitive || h.gerund || h.coord || h.relative || h.reduced {
			continue
		}
		bare := true
		for k := v.main + 1; k < h.lo; k++ {
			w := s.low(k)
			if boundaries[w] || w == "," || w == "and" || w == `"` || s.at[k] >= 0 && s.ms[s.at[k]].prep == "" && s.ms[s.at[k]].kind != kindDate {
				bare = false
			}
		}
		v.reduced = bare
	}
}

// reports says whether a reporting verb stands right before token j's mention.
func (c *grammar) reports(s *clauseSentence, j int) bool {
	return c.lex.report[s.low(j)].effect != ""
}
