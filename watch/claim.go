package watch

import "strings"

// claim is a stretch of a sentence that somebody is said to have said, denied or demanded.
type claim struct {
	lo, hi  int // tokens under the claim
	verb    int // verb group; -1 for "according to"
	effect  string
	speaker int  // mention; -1 when the sentence names none
	neg     bool // "did not say"
	that    bool // followed by "that" or a quotation: a statement, not a mere object
	maybe   bool
	planned bool
}

// findClaims finds who says what in a sentence.
func (c *grammar) findClaims(s *clauseSentence) {
	for g := range s.vgs {
		v := &s.vgs[g]
		rv, ok := c.lex.report[s.low(v.main)]
		if !ok || s.low(v.main+1) == "off" { // "called off" demands nothing
			continue
		}
		if v.passive && rv.effect != "demand" && s.low(v.main) != "told" && s.low(v.main+1) != "by" {
			continue
		}
		cl := claim{lo: v.main + 1, hi: len(s.toks), verb: g, effect: rv.effect, speaker: -1, neg: v.neg, maybe: v.maybe, planned: v.planned}
		if cl.effect == "deny" && !s.denies(v.main) { // "rejected an offer", "denied entry": nothing is said not to be so
			cl.effect = "demand"
		}
		subject := c.subjectOf(s, g)
		if len(subject) == 0 && v.lo == v.main && s.at[min(v.main+1, len(s.toks)-1)] >= 0 && s.trailing(v.main) { // "…", said Putin
			subject = s.list(s.at[v.main+1])
		}
		for _, m := range subject {
			if speaks(s.ms[m].kind) {
				cl.speaker = m
				break
			}
		}
		s.complement(&cl, v)
		s.claims = append(s.claims, cl)
	}
	c.accordingTo(s)
}

// claimNouns name what can be denied.
var claimNouns = words("claim claims report reports allegation allegations accusation accusations charge charges suggestion suggestions rumour rumours speculation statement statements involvement responsibility")

// denies says whether the verb at token k denies that something is so: any object of deny but entry and the like; of
// reject and dismiss only a claim.
func (s *clauseSentence) denies(k int) bool {
	if strings.HasPrefix(s.low(k), "den") {
		for j := k + 1; j < min(k+4, len(s.toks)); j++ {
			switch s.low(j) {
			case "entry", "access", "visa", "visas", "permission", "request", "requests", "asylum":
				return false
			}
		}
		return true
	}
	for j := k + 1; j < min(k+8, len(s.toks)); j++ {
		if w := s.low(j); w == "that" || claimNouns[w] {
			return true
		}
	}
	return false
}

func speaks(k kind) bool {
	switch k {
	case kindPerson, kindBody, kindGroup, kindOrg, kindState, kindPronoun, kindUnknown, kindTitle:
		return true
	case kindPlace: // a capital for its government
		return true
	}
	return false
}

// complement sets what a claim covers: what follows the verb, or the whole sentence before ", X said.".
func (s *clauseSentence) complement(cl *claim, v *verbGroup) {
	k := v.main + 1
	for k < len(s.toks) && k < v.main+8 && (s.low(k) == "," || s.at[k] >= 0 && s.low(k) != "that" || adverbs[s.low(k)] || prepositions[s.low(k)]) {
		k++
	}
	cl.that = s.low(k) == "that" || s.quoteAt(v.main+1) || s.quoteAt(k)
	if !cl.that && cl.effect != "demand" { // "said Russia had supplied": a clause of its own follows
		for n := range s.vgs {
			if q := &s.vgs[n]; q.lo > v.main && !q.relative && !q.coord && !q.infinitive {
				cl.that = s.at[v.main+1] >= 0 || determiners[s.low(v.main+1)]
				break
			}
		}
	}
	if s.trailing(v.main) && (cl.speaker < 0 || s.ms[cl.speaker].lo > 2) {
		start := v.lo
		if cl.speaker >= 0 {
			start = min(start, s.ms[cl.speaker].lo)
		}
		if p := s.low(start - 1); p == "," || p == `"` {
			cl.lo, cl.hi, cl.that = 0, start, true
		}
	}
}

func (s *clauseSentence) quoteAt(k int) bool {
	return s.low(k) == `"` || s.low(k) == ":" || s.low(k) == "," && s.low(k+1) == `"`
}

// trailing says whether a verb at token k stands near the end of the sentence with no clause after it.
func (s *clauseSentence) trailing(k int) bool {
	for n := range s.vgs {
		if s.vgs[n].lo > k {
			return false
		}
	}
	left := 0
	for j := k + 1; j < len(s.toks); j++ {
		if s.low(j) == `"` {
			return false
		}
		left++
	}
	return left <= 12 && k > 2
}

// accordingTo makes a claim of the whole sentence for "according to X", "reportedly" and "reports that".
func (c *grammar) accordingTo(s *clauseSentence) {
	for k := range s.toks {
		switch s.low(k) {
		case "according":
			if s.low(k+1) == "to" && k+2 < len(s.toks) {
				for j := k + 2; j < min(k+5, len(s.toks)); j++ {
					if m := s.at[j]; m >= 0 {
						s.claims = append(s.claims, claim{lo: 0, hi: len(s.toks), verb: -1, effect: "claim", speaker: m})
						break
					}
				}
			}
		case "reportedly", "allegedly", "supposedly":
			s.claims = append(s.claims, claim{lo: 0, hi: len(s.toks), verb: -1, effect: "claim", speaker: -1})
		case "reports", "allegations", "rumours", "claims":
			if w := s.low(k + 1); w == "that" || w == "of" {
				s.claims = append(s.claims, claim{lo: k + 1, hi: len(s.toks), verb: -1, effect: "claim", speaker: -1})
			}
		}
	}
}

// claimOver returns the innermost claim over token k, with the denials around it counted; the verb
// group except, -1 for none, is no claim over itself.
func (s *clauseSentence) claimOver(k, except int) (cl *claim, denied bool) {
	for n := range s.claims {
		x := &s.claims[n]
		if x.verb >= 0 && x.verb == except {
			continue
		}
		if k < x.lo || k >= x.hi || x.verb >= 0 && k <= s.vgs[x.verb].main && k >= s.vgs[x.verb].lo {
			continue
		}
		if x.effect == "deny" {
			denied = denied != !x.neg
		}
		if cl == nil || x.lo >= cl.lo && !(cl.speaker >= 0 && x.speaker < 0) || cl.speaker < 0 && x.speaker >= 0 {
			cl = x
		}
	}
	return cl, denied
}

// inQuotes says whether token k stands between quotation marks within the sentence.
func (s *clauseSentence) inQuotes(k int) bool {
	open := false
	for j := 0; j < k && j < len(s.toks); j++ {
		if s.low(j) == `"` {
			open = !open
		}
	}
	return open
}

// hypothetical says whether token k stands under a condition, question or wish.
func (s *clauseSentence) hypothetical(k int) bool {
	if n := len(s.toks); n > 0 && s.low(n-1) == "?" {
		return true
	}
	if w := s.low(0); (w == "had" || w == "were" || w == "should") && len(s.toks) > 1 && s.at[1] >= 0 { // "Had he attended, …"
		return true
	}
	for j := 0; j < len(s.toks); j++ {
		switch s.low(j) {
		case "if", "unless", "whether", "should":
			if s.low(j) == "should" && j > 0 {
				continue
			}
			if j < k || s.conditional(j) {
				return true
			}
		case "case", "event":
			if s.low(j-1) == "in" && (s.low(j+1) == "of" || s.low(j+1) == "that") || s.low(j-2) == "in" && s.low(j-1) == "the" && s.low(j+1) == "of" {
				return true
			}
		}
	}
	return false
}

// conditional says whether an "if" after the main clause goes with its "would".
func (s *clauseSentence) conditional(j int) bool {
	if s.low(j) == "whether" {
		return false
	}
	for n := range s.vgs {
		if s.vgs[n].main < j && (s.vgs[n].would || s.vgs[n].planned || s.vgs[n].maybe) {
			return true
		}
	}
	return false
}

// against says whether the mention is what somebody fights or prevents: a concern, not an event.
func (s *clauseSentence) against(m *mention) bool {
	if m.prep == "against" {
		return true
	}
	for j := max(0, m.lo-6); j < m.lo; j++ {
		switch w := s.low(j); {
		case w == "against", strings.HasPrefix(w, "prevent"), strings.HasPrefix(w, "combat"), strings.HasPrefix(w, "counter"), strings.HasPrefix(w, "fight"):
			return true
		}
	}
	return false
}
