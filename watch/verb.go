package watch

import "strings"

// verbTag says which form of a verb a word is.
type verbTag uint8

const (
	tagBase verbTag = 1 << iota
	tagS            // third person
	tagIng
	tagPast
	tagPart // past participle
)

// forms lists the forms of a lemma: the lexicon's irregular ones, else regular spelling.
func (l *lexicon) forms(lemma string) map[string][]verbTag {
	out := map[string][]verbTag{}
	add := func(form string, tag verbTag) { out[form] = append(out[form], tag) }
	add(lemma, tagBase)
	add(sForm(lemma), tagS)
	add(ingForm(lemma), tagIng)
	past, part := edForm(lemma), edForm(lemma)
	if irr, ok := l.irregular[lemma]; ok {
		past, part = irr[0], irr[1]
	}
	add(past, tagPast)
	add(part, tagPart)
	if strings.HasSuffix(past, "lled") || strings.HasSuffix(past, "ized") { // both spellings
		alt := strings.TrimSuffix(past, "lled") + "led"
		if strings.HasSuffix(past, "ized") {
			alt = strings.TrimSuffix(past, "ized") + "ised"
		}
		add(alt, tagPast)
		add(alt, tagPart)
	}
	return out
}

func isVowel(c byte) bool { return strings.IndexByte("aeiou", c) >= 0 }

// doubles says whether the last consonant is doubled before -ed and -ing: one vowel before it, and a short word or one
// whose spelling we know to double.
func doubles(w string) bool {
	n := len(w)
	if n < 3 || isVowel(w[n-1]) || strings.IndexByte("wxyh", w[n-1]) >= 0 || !isVowel(w[n-2]) || isVowel(w[n-3]) {
		return false
	}
	switch w {
	case "cancel", "travel", "shell", "admit", "commit", "refer", "transfer", "occur", "defer", "permit", "expel", "deter", "repel", "submit", "smuggle", "traffic", "regret":
		return true
	}
	return n <= 4 && w != "open" && w != "visit" && w != "seiz"
}

func edForm(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "e"):
		return w + "d"
	case n > 1 && w[n-1] == 'y' && !isVowel(w[n-2]):
		return w[:n-1] + "ied"
	case doubles(w):
		return w + w[n-1:] + "ed"
	}
	return w + "ed"
}

func ingForm(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "ie"):
		return w[:n-2] + "ying"
	case strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "ee") && w != "be":
		return w[:n-1] + "ing"
	case doubles(w):
		return w + w[n-1:] + "ing"
	}
	return w + "ing"
}

func sForm(w string) string {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "s"), strings.HasSuffix(w, "x"), strings.HasSuffix(w, "z"), strings.HasSuffix(w, "ch"), strings.HasSuffix(w, "sh"), strings.HasSuffix(w, "o"):
		return w + "es"
	case n > 1 && w[n-1] == 'y' && !isVowel(w[n-2]):
		return w[:n-1] + "ies"
	}
	return w + "s"
}

// plural is the plural of a noun's last word.
func plural(n string) string {
	switch {
	case strings.HasSuffix(n, "man"):
		return strings.TrimSuffix(n, "man") + "men"
	case strings.HasSuffix(n, "s"), strings.HasSuffix(n, "aircraft"), strings.HasSuffix(n, "talks"):
		return n
	}
	return sForm(n)
}

// singular undoes plural for units.
func singular(w string) string {
	switch {
	case strings.HasSuffix(w, "ies") && len(w) > 4:
		return strings.TrimSuffix(w, "ies") + "y"
	case strings.HasSuffix(w, "men"):
		return strings.TrimSuffix(w, "men") + "man"
	case strings.HasSuffix(w, "ches"), strings.HasSuffix(w, "shes"), strings.HasSuffix(w, "xes"), strings.HasSuffix(w, "sses"):
		return strings.TrimSuffix(w, "es")
	case strings.HasSuffix(w, "s") && !strings.HasSuffix(w, "ss") && len(w) > 3:
		return strings.TrimSuffix(w, "s")
	}
	return w
}
