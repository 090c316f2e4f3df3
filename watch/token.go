package watch

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entente"
)

// token is a word, number or mark, with its byte offsets in the report's text.
type token struct {
	text, low string // as written; folded
	from, to  int
	capital   bool // begins with an upper-case letter
	word      bool // begins with a letter
	digit     bool // begins with a digit
}

// tokenise cuts s into tokens; base is the offset of s in the text. Hyphens, inner apostrophes, and commas and points
// between digits stay inside a token ("S-300", "O'Neill", "1,200"); a possessive 's is a token of its own.
func tokenise(s string, base int) []token {
	toks := make([]token, 0, len(s)/5+1)
	for k := 0; k < len(s); {
		r, n := utf8.DecodeRuneInString(s[k:])
		switch {
		case isSpace(r):
			k += n
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			end := wordEnd(s, k)
			toks = appendWord(toks, s, k, end, base)
			k = end
		default:
			toks = append(toks, token{text: s[k : k+n], low: mark(r, s[k:k+n]), from: base + k, to: base + k + n})
			k += n
		}
	}
	return toks
}

// mark gives typographic marks their plain form.
func mark(r rune, s string) string {
	switch r {
	case '“', '”', '„', '«', '»':
		return `"`
	case '’', '‘':
		return "'"
	case '—', '–':
		return "—"
	}
	return s
}

func wordEnd(s string, k int) int {
	first, _ := utf8.DecodeRuneInString(s[k:])
	number := unicode.IsDigit(first)
	for k < len(s) {
		r, n := utf8.DecodeRuneInString(s[k:])
		next, _ := utf8.DecodeRuneInString(s[k+n:])
		in := unicode.IsLetter(next) || unicode.IsDigit(next)
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r):
		case (r == '-' || r == '‑' || r == '\'' || r == '’') && in:
		case (r == ',' || r == '.') && number && unicode.IsDigit(next):
		case r == '.' && !number && in && k >= 1 && isInitials(s, k): // U.S., e.g.
		default:
			return k
		}
		k += n
	}
	return k
}

// isInitials says whether the point at k follows a single letter, as in U.S.
func isInitials(s string, k int) bool {
	_, n := utf8.DecodeLastRuneInString(s[:k])
	before, _ := utf8.DecodeLastRuneInString(s[:k-n])
	return before == utf8.RuneError || !unicode.IsLetter(before) && !unicode.IsDigit(before)
}

func appendWord(toks []token, s string, from, to, base int) []token {
	w := s[from:to]
	for _, p := range [...]string{"'s", "’s", "'S", "’S"} {
		if strings.HasSuffix(w, p) && len(w) > len(p) {
			toks = appendWord(toks, s, from, to-len(p), base)
			return append(toks, token{text: p, low: "'s", from: base + to - len(p), to: base + to})
		}
	}
	r, _ := utf8.DecodeRuneInString(w)
	return append(toks, token{text: w, low: fold(w), from: base + from, to: base + to, capital: unicode.IsUpper(r), word: unicode.IsLetter(r), digit: unicode.IsDigit(r)})
}

// instant is t as an entente.Instant, or not known when t lies outside what one can hold.
func instant(t time.Time) entente.Instant {
	if y := t.Year(); y < 1700 || y > 2200 {
		return 0
	}
	return entente.At(t)
}
