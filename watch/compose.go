package watch

import (
	"slices"
	"strings"

	"entente"
)

// compose joins neighbouring mentions into what they name together: "Tajikistan's President Rahmon" is one person,
// "the CSTO summit" one meeting, "two divisions (eight launchers)" one amount.
func (c *grammar) compose(s *clauseSentence) {
	for _, pass := range [...]func(*clauseSentence, int) bool{
		c.joinForename, c.joinAbbreviation, c.joinAmount, c.joinParenthesis, c.joinBody, c.joinTitles, c.joinTitledPerson,
		c.joinGroup, c.joinGroup, c.joinPersonOf, c.joinApposition, c.joinNoun, c.joinNounOf, c.joinEventName, c.joinItem,
	} {
		for k := 0; k < len(s.ms); k++ {
			for pass(s, k) { // true when mention k swallowed its neighbours and may swallow more
				s.ms[k].text = s.words(s.ms[k].lo, s.ms[k].hi)
			}
		}
	}
	for k := range s.ms {
		c.finish(s, k)
	}
}

// swallow makes mention k reach over the n mentions after it, up to token hi.
func (s *clauseSentence) swallow(k, n, hi int) {
	s.ms[k].hi = hi
	s.ms = slices.Delete(s.ms, k+1, k+1+n)
}

// next returns the mention after k when at most gap tokens lie between, all from allowed.
func (s *clauseSentence) next(k int, allowed ...string) (*mention, bool) {
	if k+1 >= len(s.ms) {
		return nil, false
	}
	n := &s.ms[k+1]
	for j := s.ms[k].hi; j < n.lo; j++ {
		if !slices.Contains(allowed, s.low(j)) {
			return nil, false
		}
	}
	return n, true
}

// joinForename: a surname of the register after a forename that is not its own is somebody else: Akylbek Zhaparov is
// not Sadyr Zhaparov.
func (c *grammar) joinForename(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k)
	if !ok || m.kind != kindUnknown || n.kind != kindPerson || n.hi-n.lo > 1 {
		return false
	}
	s.swallow(k, 1, n.hi)
	s.ms[k].id = s.words(s.ms[k].lo, s.ms[k].hi)
	return false
}

// joinAbbreviation: North Atlantic Alliance (NATO).
func (c *grammar) joinAbbreviation(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "(")
	if !ok || n.lo != m.hi+1 || s.low(n.hi) != ")" || n.id != m.id || n.kind != m.kind {
		return false
	}
	s.swallow(k, 1, n.hi+1)
	return true
}

// joinAmount: a number and its unit.
func (c *grammar) joinAmount(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	if m.kind != kindAmount || len(m.units) > 0 {
		return false
	}
	for j := m.hi; j < min(m.hi+4, len(s.toks)); j++ {
		w := singular(s.low(j))
		if s.toks[j].word && c.lex.units[w] && !(j > m.hi && prepositions[s.low(j)]) {
			m.units = []entente.Quantity{{Value: m.value, Unit: w}}
			n := 0
			for k+1+n < len(s.ms) && s.ms[k+1+n].lo <= j {
				n++
			}
			if n > 0 && s.ms[k+1].kind == kindItem { // "24 T-72 tanks": the item stays a mention of its own
				return false
			}
			if n > 0 && s.ms[k+1].kind != kindNoun && s.ms[k+1].kind != kindGroup && s.ms[k+1].kind != kindDemonym {
				return false
			}
			if n > 0 {
				m.class, m.state = s.ms[k+n].class, s.ms[k+1].state
			}
			s.swallow(k, n, j+1)
			return false
		}
		if !s.toks[j].word || prepositions[s.low(j)] || boundaries[s.low(j)] || s.low(j) == "and" {
			return false
		}
	}
	return false
}

// joinParenthesis: two divisions (eight launchers).
func (c *grammar) joinParenthesis(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "(")
	if !ok || m.kind != kindAmount || n.kind != kindAmount || n.lo != m.hi+1 || s.low(n.hi) != ")" || len(n.units) == 0 {
		return false
	}
	m.units = append(m.units, n.units...)
	s.swallow(k, 1, n.hi+1)
	return true
}

// owner says whether m can stand before an office or organ: Russian, Russia's, CSTO, Kremlin.
func owner(m *mention) bool {
	switch m.kind {
	case kindState, kindDemonym, kindOrg, kindBody:
		return true
	}
	return false
}

// joinBody: Russian Foreign Ministry; Kremlin press service.
func (c *grammar) joinBody(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "'s", "'")
	if !ok || !owner(m) || n.kind != kindBody {
		return false
	}
	m.kind, m.state, m.org = kindBody, first(m.state, n.state), first(m.org, n.org)
	hi := n.hi
	s.swallow(k, 1, hi)
	m = &s.ms[k]
	m.id = strings.ReplaceAll(s.words(m.lo, m.hi), "'s ", " ")
	return true
}

// joinTitles: Russian President; CSTO Chief of Staff; Colonel General. The mention becomes a title with its owner.
func (c *grammar) joinTitles(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "'s", "'", "'")
	if !ok || n.kind != kindTitle {
		return false
	}
	if m.kind == kindTitle {
		if m.id == "General" || n.id != "General" {
			m.id = n.id
		}
		m.plural = m.plural || n.plural
		s.swallow(k, 1, n.hi)
		return true
	}
	if !owner(m) {
		return false
	}
	m.kind, m.id, m.plural = kindTitle, n.id, n.plural
	s.swallow(k, 1, n.hi)
	return true
}

// joinTitledPerson: [owner] title person.
func (c *grammar) joinTitledPerson(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k)
	if !ok || m.kind != kindTitle || n.kind != kindPerson && n.kind != kindUnknown {
		return false
	}
	former := s.low(m.lo-1) == "former" || s.low(m.lo-1) == "ex"
	m.role, m.id, m.kind = m.id, n.id, kindPerson
	if former {
		m.role = "former " + m.role
		m.lo--
	}
	if n.kind == kindUnknown {
		m.class = "unknown"
	}
	hi := n.hi
	s.swallow(k, 1, hi)
	return true
}

// joinGroup: CSTO leaders; Kremlin officials; leaders of the CSTO; CSTO member countries; Western countries.
func (c *grammar) joinGroup(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	if n, ok := s.next(k, "'s", "'", "member"); ok && owner(m) && n.kind == kindGroup {
		m.kind, m.plural, m.id = kindGroup, n.plural, n.id
		s.swallow(k, 1, n.hi)
		return true
	}
	if n, ok := s.next(k); ok && m.kind == kindGroup && n.kind == kindGroup { // member countries
		m.plural, m.id = n.plural, n.id
		s.swallow(k, 1, n.hi)
		return true
	}
	if m.kind == kindGroup || m.kind == kindTitle && m.plural {
		if n, ok := s.next(k, "of", "from", "for", "the"); ok && (owner(n) || n.kind == kindGroup && n.org+n.state != "") && s.low(n.hi) != "'s" && !s.listed(k+1) && s.low(m.hi) != "the" && n.kind != kindBody && m.state+m.org == "" {
			m.state, m.org = n.state, n.org
			m.kind = kindGroup
			s.swallow(k, 1, n.hi)
			return true
		}
	}
	return false
}

// listed says whether a state or organisation goes on as a list: "of Ruritania and Arnor".
func (s *clauseSentence) listed(k int) bool {
	n, ok := s.next(k, ",", "and")
	return ok && owner(n) && n.kind != kindBody && n.kind != kindDemonym && family(n.kind) == family(s.ms[k].kind)
}

// joinPersonOf: Presidents Kassym-Jomart Tokayev of Kazakhstan, …
func (c *grammar) joinPersonOf(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "of", "the")
	if !ok || m.kind != kindPerson && m.kind != kindUnknown && m.kind != kindTitle || n.kind != kindState && n.kind != kindOrg || s.low(m.hi) != "of" || m.kind == kindTitle && s.listed(k+1) {
		return false
	}
	if m.kind == kindUnknown { // a place or a person: a list of titled persons decides later
		if k == 0 || s.ms[k-1].kind != kindPerson {
			return false
		}
		m.kind, m.class = kindPerson, "unknown"
	}
	m.state, m.org = first(m.state, n.state), first(m.org, n.org)
	if m.role == "" && k > 0 && s.ms[k-1].kind == kindPerson && m.kind == kindPerson {
		m.role = s.ms[k-1].role // Presidents A of X, B of Y
	}
	s.swallow(k, 1, n.hi)
	return true
}

// joinApposition: Anatoly Sidorov, the CSTO Chief of Staff,
func (c *grammar) joinApposition(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, ",", "the", "a", "former")
	if !ok || m.kind != kindPerson && m.kind != kindUnknown || n.kind != kindTitle || s.low(m.hi) != "," {
		return false
	}
	end := s.low(n.hi)
	if end != "," && end != "." && n.hi < len(s.toks) {
		return false
	}
	if k+2 < len(s.ms) && end == "," && n.plural {
		return false
	}
	if m.kind == kindUnknown {
		m.kind, m.class = kindPerson, "unknown"
	}
	m.role, m.state, m.org = n.id, first(n.state, m.state), first(n.org, m.org)
	if s.low(n.lo-1) == "former" {
		m.role = "former " + m.role
	}
	s.swallow(k, 1, n.hi)
	return true
}

// joinNoun: a noun with the organisation, state or place before it.
func (c *grammar) joinNoun(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "'s", "'", "council", "joint", "annual", "regular", "extraordinary", "emergency", "informal", "peace", "planned", "upcoming", "forthcoming", "military", "state", "official", "working", "postponed", "cancelled", "alleged", "collective", "security")
	if !ok || n.kind != kindNoun {
		return false
	}
	switch m.kind {
	case kindOrg, kindState, kindDemonym, kindPlace, kindBody, kindPerson, kindGroup:
	case kindTitle: // defence ministers' meeting
		if !m.plural {
			return false
		}
	case kindUnknown: // the Steppe Eagle exercise
		if n.class != "exercise" || n.lo != m.hi {
			return false
		}
	default:
		return false
	}
	if m.kind == kindPerson && s.low(m.hi) != "'s" || m.kind == kindGroup && s.low(m.hi) == "" {
		return false
	}
	for _, w := range s.toks[m.hi:n.lo] {
		if e := c.lex.premods[w.low]; e != "" {
			n.premod = e
		}
	}
	if m.kind == kindPerson || m.kind == kindGroup {
		n.role = m.id // possessor
	}
	if m.kind == kindPlace {
		m.place = m.id
	}
	m.kind, m.class, m.plural, m.premod, m.role = kindNoun, n.class, n.plural, n.premod, n.role
	m.id = n.id
	s.swallow(k, 1, n.hi)
	return true
}

// joinNounOf: the summit of the Northern Pact.
func (c *grammar) joinNounOf(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k, "of", "the")
	if !ok || m.kind != kindNoun || m.class != "meeting" || m.org != "" || n.kind != kindOrg || s.low(m.hi) != "of" {
		return false
	}
	m.org = n.org
	s.swallow(k, 1, n.hi)
	return true
}

// joinEventName: the exercise Northern Shield 2031.
func (c *grammar) joinEventName(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	if m.kind != kindNoun || m.class != "exercise" || s.headline {
		return false
	}
	hi := m.hi
	for hi < len(s.toks) && (s.toks[hi].capital || s.low(hi) == `"` && hi+1 < len(s.toks) && (s.toks[hi+1].capital || hi > m.hi) || hi > m.hi && s.toks[hi].digit) {
		hi++
	}
	if hi == m.hi {
		return false
	}
	n := 0
	for k+1+n < len(s.ms) && s.ms[k+1+n].lo < hi {
		n++
	}
	s.swallow(k, n, hi)
	return false
}

// joinItem: Russian S-300; S-300 air defence systems. The item keeps its first name.
func (c *grammar) joinItem(s *clauseSentence, k int) bool {
	m := &s.ms[k]
	n, ok := s.next(k)
	if !ok || m.kind != kindItem || n.kind != kindItem {
		return false
	}
	if m.class == "equipment" {
		m.class = n.class
	}
	s.swallow(k, 1, n.hi)
	return true
}

// finish extends a noun or group over its adjectives, finds determiner and preposition, and resolves offices.
func (c *grammar) finish(s *clauseSentence, k int) {
	m := &s.ms[k]
	floor := 0
	if k > 0 {
		floor = s.ms[k-1].hi
	}
	if m.kind == kindNoun || m.kind == kindGroup || m.kind == kindTitle || m.kind == kindItem || m.kind == kindAmount {
		for n := 0; n < 4 && m.lo > floor && c.adjective(s, m.lo-1); n++ {
			m.lo--
			m.premod = first(m.premod, c.lex.premods[s.low(m.lo)])
		}
	}
	if m.kind == kindItem && m.hi < len(s.toks) && c.lex.units[singular(s.low(m.hi))] && (k+1 == len(s.ms) || s.ms[k+1].lo > m.hi) {
		m.hi++ // S-300 complexes
	}
	m.text = s.words(m.lo, m.hi)
	lo := m.lo
	if lo > floor && determiners[s.low(lo-1)] {
		lo--
		switch s.low(lo) {
		case "a", "an", "another", "any", "some":
		default:
			m.definite = true
		}
		m.lo = lo
	}
	if lo > floor && prepositions[s.low(lo-1)] {
		m.prep = c.preposition(s, lo-1)
		if p := m.prep; m.kind == kindAmount && (p == "about" || p == "around" || p == "over") { // about 1,500 troops
			m.prep = ""
			m.lo--
		}
	}
	if m.kind == kindTitle && !m.plural {
		c.resolveOffice(m)
	}
	if m.kind == kindTitle && m.plural {
		m.kind, m.id = kindGroup, m.text
	}
	if m.kind == kindGroup || m.kind == kindBody && m.org == "" && m.state == "" {
		m.id = m.text
	}
	if m.kind == kindPerson && m.class != "unknown" {
		c.fillOffice(m)
	}
}

// preposition names the preposition at j, with its neighbours: "in light of", "on behalf of", "because of".
func (c *grammar) preposition(s *clauseSentence, j int) string {
	w := s.low(j)
	if w != "of" && w != "to" && w != "from" && w != "with" {
		return w
	}
	for _, p := range [...]string{"in light of", "on behalf of", "because of", "due to", "instead of", "ahead of", "in place of", "in view of", "as a result of", "in front of", "in anticipation of", "on the eve of", "in the wake of", "absence of"} {
		f := strings.Fields(p)
		if f[len(f)-1] == w && j-len(f)+1 >= 0 {
			match := true
			for n, x := range f {
				match = match && s.low(j-len(f)+1+n) == x
			}
			if match {
				return strings.ReplaceAll(p, " ", "_")
			}
		}
	}
	return w
}

// adjective says whether token j can stand between article and noun.
func (c *grammar) adjective(s *clauseSentence, j int) bool {
	w := s.toks[j]
	if !w.word || determiners[w.low] || prepositions[w.low] || boundaries[w.low] || beForms[w.low] || haveForms[w.low] || doForms[w.low] || pronouns[w.low] {
		return false
	}
	switch w.low {
	case "and", "or", "who", "which", "not", "will", "would", "may", "might", "could", "can", "should", "must", "former", "as":
		return false
	}
	if c.lex.premods[w.low] != "" || adverbs[w.low] && strings.HasSuffix(w.low, "ly") {
		return c.lex.premods[w.low] != ""
	}
	t := c.allForms(w.low)
	if t == 0 {
		return true
	}
	if t&tagPart != 0 && t&tagBase == 0 { // increased: an adjective when an article or preposition stands before it
		return j > 0 && (determiners[s.low(j-1)] || prepositions[s.low(j-1)])
	}
	return j > 0 && determiners[s.low(j-1)]
}

// resolveOffice turns "the Armenian prime minister" into the person who holds that office at the report's date; an
// office nobody is known to hold stays an organ.
func (c *grammar) resolveOffice(m *mention) {
	of := first(m.org, m.state)
	if m.org != "" && m.state != "" {
		of = m.state
	}
	title := m.id
	if who, ok := c.reg.Holder(title, of, c.day); ok {
		m.kind, m.role, m.id = kindPerson, title, who
		return
	}
	m.role, m.id = title, m.text
	if of != "" {
		m.kind, m.class = kindBody, "office"
	}
}

// fillOffice adds role and state from the register to a person whom the text names bare.
func (c *grammar) fillOffice(m *mention) {
	t, ok := c.reg.Office(m.id, c.day)
	if !ok {
		return
	}
	if m.role == "" || m.role == "General" {
		m.role = t.Office
		if t.Org != "" {
			m.role = t.Org + " " + t.Office
		}
	} else if m.org != "" && t.Org == m.org && t.State == "" {
		m.role = t.Org + " " + t.Office
	}
	if m.state == "" {
		m.state = t.State
	}
	if m.org == "" {
		m.org = t.Org
	}
}
