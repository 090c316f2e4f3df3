package watch

import (
	"regexp"
	"strings"

	"entente"
)

// mention is a stretch of a sentence that names something: tokens lo to hi, not included.
type mention struct {
	kind     kind
	lo, hi   int
	id       string // register ID or name, or the words themselves
	state    string // register ID of the state it belongs to
	org      string // register ID of the organisation it belongs to
	role     string // office of a person
	class    string // of a noun or item
	place    string // before a noun: the Minsk summit
	premod   string // what a word before a noun makes of it
	text     string // the words, without article
	definite bool   // the, this, that, its
	plural   bool
	last     int // list: index of the last mention coordinated with it, itself when alone
	first    int // list: index of the first
	prep     string
	value    float64
	units    []entente.Quantity
}

// clauseSentence is a sentence taken apart.
type clauseSentence struct {
	span     entente.TextSpan
	text     string
	toks     []token
	ms       []mention
	at       []int // token to mention, or -1
	vgs      []verbGroup
	claims   []claim
	headline bool // in title case: capitals tell nothing
}

// grammar is what a sentence is read with.
type grammar struct {
	reg   *Register
	rules *Rules
	lex   *lexicon
	day   string // publication, "2023-11-23"; empty when not known
	pub   entente.Instant

	surnames map[string]*mention // of persons whom the report has named in full
}

// parse takes a sentence apart.
func (c *grammar) parse(text string, span entente.TextSpan) *clauseSentence {
	s := &clauseSentence{span: span, text: text, toks: tokenise(text[span.From:span.To], span.From)}
	s.headline = titleCase(s.toks)
	c.names(s)
	c.compose(s)
	s.index()
	c.lists(s)
	c.verbGroups(s)
	return s
}

// index rebuilds the map from tokens to mentions.
func (s *clauseSentence) index() {
	s.at = make([]int, len(s.toks))
	for k := range s.at {
		s.at[k] = -1
	}
	for k, m := range s.ms {
		for j := m.lo; j < m.hi; j++ {
			s.at[j] = k
		}
		s.ms[k].first, s.ms[k].last = k, k
	}
}

// words returns the text of tokens lo to hi.
func (s *clauseSentence) words(lo, hi int) string {
	if lo >= hi || lo < 0 || hi > len(s.toks) {
		return ""
	}
	return strings.Join(strings.Fields(s.text[s.toks[lo].from:s.toks[hi-1].to]), " ")
}

func (s *clauseSentence) low(k int) string {
	if k < 0 || k >= len(s.toks) {
		return ""
	}
	return s.toks[k].low
}

// titleCase says whether nearly every longer word has a capital.
func titleCase(toks []token) bool {
	long, caps := 0, 0
	for _, t := range toks {
		if t.word && len(t.text) >= 4 {
			long++
			if t.capital {
				caps++
			}
		}
	}
	return long >= 3 && caps*5 >= long*4 && toks[len(toks)-1].text != "."
}

// designator is the form of an equipment name: S-300, MiG-29, T-72B3, K-7.
var designator = regexp.MustCompile(`^[A-Z][A-Za-z]{0,3}-\d{1,4}[A-Z]{0,3}\d?$`)

var (
	pronouns     = words("he she they it him her them we")
	determiners  = words("the a an this that these those its his her their our any some each every another no both all")
	prepositions = words(`of in on at to with from by for near between among against into towards toward over under through during
		about across along around without within amid via regarding concerning despite outside inside onto per than behind
		alongside ahead after before since until following preceding`)
	boundaries = words("; : if unless whether because although though while whereas but when where that")
	beForms    = words("be is are was were been being am")
	haveForms  = words("have has had having")
	doForms    = words("do does did")
	openers    = words(`and but or nor so as like unlike once neither either perhaps maybe instead meanwhile moreover however earlier
		afterwards asked what who which why how thus besides otherwise nevertheless nonetheless`)
	adverbs = words(`also already still then now later soon again yet just only both even first recently currently jointly
		personally officially publicly repeatedly frequently previously formally initially finally reportedly allegedly
		immediately together twice once not never today yesterday tomorrow so further there here`)
)

// names finds the single mentions of a sentence, longest first.
func (c *grammar) names(s *clauseSentence) {
	for k := 0; k < len(s.toks); {
		m, ok := c.nameAt(s, k)
		if !ok {
			k++
			continue
		}
		m.text = s.words(m.lo, m.hi)
		s.ms = append(s.ms, m)
		k = m.hi
	}
}

func (c *grammar) nameAt(s *clauseSentence, k int) (mention, bool) {
	rest, t := s.toks[k:], s.toks[k]
	if d, n, ok := dateAt(rest, c.pub); ok {
		return mention{kind: kindDate, lo: k, hi: k + n, id: d.text(), class: d.precision}, true
	}
	best, length := c.reg.names.longest(rest, c.day)
	for _, l := range []*trie{&c.lex.items, &c.lex.titles, &c.lex.bodies} {
		if n, w := l.longest(rest, ""); w > length {
			best, length = n, w
		}
	}
	if length > 0 && !(length == 1 && best.kind == kindItem && c.isVerb(s, k)) {
		m := mention{kind: best.kind, lo: k, hi: k + length, id: best.id, state: best.state}
		if best.kind == kindItem {
			m.class, m.state = best.state, ""
		}
		if best.kind == kindOrg {
			m.org = best.id
		}
		m.plural = m.kind == kindTitle && strings.HasSuffix(s.toks[k+length-1].low, "s")
		return m, true
	}
	if designator.MatchString(t.text) {
		return mention{kind: kindItem, lo: k, hi: k + 1, id: t.text, class: "equipment"}, true
	}
	if v, n, ok := numberAt(rest); ok {
		return mention{kind: kindAmount, lo: k, hi: k + n, value: v}, true
	}
	if pronouns[t.low] && !(t.low == "her" || t.low == "it" && s.low(k+1) == "'s") {
		return mention{kind: kindPronoun, lo: k, hi: k + 1, id: t.low}, true
	}
	return c.nounAt(s, k)
}

// nounAt finds nouns of the lexicon, groups, and capitalised names that the register does not hold.
func (c *grammar) nounAt(s *clauseSentence, k int) (mention, bool) {
	for w := min(3, len(s.toks)-k); w > 0; w-- {
		n := s.low(k)
		for j := 1; j < w; j++ {
			n += " " + s.low(k+j)
		}
		class, ok := c.lex.nouns[n]
		if !ok && len(c.rules.nouns[n]) > 0 {
			class, ok = "event", true
		}
		if ok && (w > 1 || !c.isVerb(s, k)) {
			return mention{kind: kindNoun, lo: k, hi: k + w, id: n, class: class, plural: strings.HasSuffix(n, "s")}, true
		}
	}
	t := s.toks[k]
	if sing := singular(t.low); t.word && (c.lex.groups[t.low] || c.lex.groups[sing]) && !c.isVerb(s, k) {
		return mention{kind: kindGroup, lo: k, hi: k + 1, id: t.low, plural: sing != t.low}, true
	}
	if c.surnames[t.text] != nil && (k+1 >= len(s.toks) || !s.toks[k+1].capital) {
		return mention{kind: kindUnknown, lo: k, hi: k + 1, id: t.text}, true
	}
	if !c.unknownWord(s, k) {
		return mention{}, false
	}
	hi := k + 1
	for hi < len(s.toks) && c.unknownWord(s, hi) {
		if n, w := c.reg.names.longest(s.toks[hi:], c.day); w > 0 && n.kind != kindNone {
			break
		}
		hi++
	}
	if k == 0 && hi == 1 { // a capital at the head of a sentence tells nothing, unless it is a forename
		if n, _ := c.reg.names.longest(s.toks[hi:], c.day); n.kind != kindPerson {
			return mention{}, false
		}
	}
	return mention{kind: kindUnknown, lo: k, hi: hi, id: s.words(k, hi)}, true
}

func (c *grammar) unknownWord(s *clauseSentence, k int) bool {
	t := s.toks[k]
	if !t.capital || s.headline || c.lex.ignore[t.low] || len([]rune(t.text)) < 2 {
		return false
	}
	if k == 0 && (auxiliary(t.low) || openers[t.low]) {
		return false
	}
	if prepositions[t.low] || determiners[t.low] || boundaries[t.low] || adverbs[t.low] || c.lex.verbForms[t.low] != 0 && k == 0 {
		return false
	}
	if n, w := c.lex.titles.longest(s.toks[k:], ""); w > 0 && n.kind == kindTitle {
		return false
	}
	return k > 0 && !(s.low(k-1) == `"` && s.inQuotes(k)) || k == 0 && len(s.toks) > 1 && s.toks[1].capital
}
