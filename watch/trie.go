package watch

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// kind is what a stretch of text names.
type kind uint8

const (
	kindNone    kind = iota
	kindState        // a country
	kindDemonym      // its adjective or people
	kindPlace        // a city, province or base
	kindBody         // an organ of a state or organisation
	kindOrg          // an organisation of states
	kindPerson       // a named person
	kindRegion       // an area across states
	kindGroup        // several nameless: foreign ministers, Western countries
	kindItem         // equipment
	kindNoun         // a noun of the lexicon; its class says which
	kindPronoun      // he, they, it
	kindDate         // a date or period
	kindAmount       // a number with a unit
	kindTitle        // an office without a name
	kindUnknown      // a capitalised name that the register does not hold
)

// name is one meaning of a spelling.
type name struct {
	kind      kind
	id, state string
	dates     Dates
}

// trie holds spellings as sequences of folded words.
type trie struct {
	next  map[string]*trie
	names []name
	caps  bool // the first word must stand with a capital
}

// add enters a spelling. A spelling with a capital is found only with a capital.
func (t *trie) add(spelling string, n name) {
	toks := tokenise(spelling, 0)
	if len(toks) == 0 {
		return
	}
	node := t
	for _, w := range toks {
		if node.next == nil {
			node.next = map[string]*trie{}
		}
		child := node.next[w.low]
		if child == nil {
			child = &trie{}
			node.next[w.low] = child
		}
		node = child
	}
	node.names = append(node.names, n)
	node.caps = toks[0].capital
}

// longest finds the longest spelling that begins at toks[0] and is valid at the day d. An all-capitals spelling in
// the register ("US", "CSTO") is not found in lower case.
func (t *trie) longest(toks []token, d string) (n name, length int) {
	node := t
	for k := 0; k < len(toks) && k < 12; k++ {
		node = node.next[toks[k].low]
		if node == nil {
			break
		}
		if node.caps && !toks[0].capital {
			continue
		}
		for _, c := range node.names {
			if c.dates.at(d) {
				n, length = c, k+1
				break
			}
		}
	}
	return n, length
}

// fold lowers a word and strips its diacritics, so that transliterations meet.
func fold(s string) string {
	plain := true
	for k := 0; k < len(s); k++ {
		if s[k] >= 0x80 {
			plain = false
			break
		}
	}
	if plain {
		return strings.ToLower(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’' || r == 'ʼ' || r == '‘':
			b.WriteByte('\'')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
