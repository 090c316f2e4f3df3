package watch

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"entente"
)

// abbreviations never end a sentence, whatever follows.
var abbreviations = words(`mr mrs ms dr prof gen col lt maj capt sgt adm brig cmdr sen rep gov hon rev st ste jr sr no nos vs
	viz cf al fig art para e.g i.e approx incl dep asst maj.-gen lt.-gen`)

// monthAbbreviations end a sentence only when no number follows.
var monthAbbreviations = words(`jan feb mar apr jun jul aug sep sept oct nov dec`)

func words(s string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(s) {
		m[w] = true
	}
	return m
}

// MaxSentence is the length, in bytes, after which a sentence without an end is cut at the next white space.
const MaxSentence = 4000

// SplitSentences cuts text into sentences: at a full stop, question or exclamation mark that ends one, at blank
// lines, at list bullets and after short lines without an end mark (headlines, credits). Spans never overlap, hold
// no surrounding white space, and together hold every other character of text.
func SplitSentences(text string) []entente.TextSpan {
	var out []entente.TextSpan
	from := 0
	cut := func(to int) {
		if s, ok := trimSpan(text, from, to); ok {
			out = append(out, s)
		}
		from = to
	}
	for k := 0; k < len(text); {
		r, n := utf8.DecodeRuneInString(text[k:])
		switch {
		case k-from > MaxSentence && isSpace(r):
			cut(k)
		case r == '\n':
			if lineEnds(text, from, k) {
				cut(k)
			}
		case r == '.' || r == '!' || r == '?' || r == '…':
			if end, ok := stops(text, from, k, r, n); ok {
				cut(end)
				k = end
				continue
			}
		}
		k += n
	}
	cut(len(text))
	return out
}

func trimSpan(text string, from, to int) (entente.TextSpan, bool) {
	s := text[from:to]
	left := strings.TrimLeftFunc(s, isSpace)
	from += len(s) - len(left)
	to = from + len(strings.TrimRightFunc(left, isSpace))
	return entente.TextSpan{From: from, To: to}, to > from
}

// lineEnds says whether the newline at k ends a sentence that began at from.
func lineEnds(text string, from, k int) bool {
	rest := text[k+1:]
	line := strings.TrimLeft(rest, " \t\r")
	if line == "" || line[0] == '\n' {
		return true
	}
	if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "• ") || strings.HasPrefix(line, "— ") {
		return true
	}
	if strings.HasPrefix(line, "By ") || strings.HasPrefix(line, "BY ") {
		return true
	}
	start := strings.LastIndexByte(text[:k], '\n') + 1
	r, _ := utf8.DecodeRuneInString(line)
	return k-max(start, from) < 45 && (unicode.IsUpper(r) || unicode.IsDigit(r))
}

// stops says whether the mark at k ends a sentence, and where: after closing quotes and brackets.
func stops(text string, from, k int, r rune, n int) (int, bool) {
	end := k + n
	for end < len(text) && strings.ContainsRune(".!?…", rune(text[end])) {
		end++
	}
	for end < len(text) {
		c, m := utf8.DecodeRuneInString(text[end:])
		if !strings.ContainsRune(`"'”’»)]`, c) {
			break
		}
		end += m
	}
	if end == len(text) {
		return end, true
	}
	c, _ := utf8.DecodeRuneInString(text[end:])
	if !isSpace(c) {
		return 0, false
	}
	next, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(text[end:], isSpace))
	if unicode.IsLower(next) {
		return 0, false
	}
	if r != '.' || end > k+1 {
		return end, true
	}
	word := strings.ToLower(text[max(from, lastBreak(text, k)):k])
	switch {
	case abbreviations[word]:
		return 0, false
	case monthAbbreviations[word] && unicode.IsDigit(next):
		return 0, false
	case utf8.RuneCountInString(word) == 1 && unicode.IsLetter([]rune(word)[0]) && k > from+1:
		return 0, false // an initial
	case strings.Contains(word, ".") && len(word) <= 5 && unicode.IsUpper(next):
		return 0, false // U.S. Secretary
	}
	return end, true
}

// lastBreak is where the word before k begins.
func lastBreak(text string, k int) int {
	i := strings.LastIndexFunc(text[:k], func(r rune) bool { return isSpace(r) || strings.ContainsRune(`("'“‘«[`, r) })
	if i < 0 {
		return 0
	}
	_, n := utf8.DecodeRuneInString(text[i:])
	return i + n
}
