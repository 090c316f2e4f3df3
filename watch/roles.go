package watch

import (
	"slices"
	"strings"
)

// frame is what stands around a verb or noun: who, whom, and after which preposition.
type frame struct {
	subject []int
	objects [][]int
	preps   map[string][][]int
	end     int // token after the last that was read
}

// verbFrame reads the roles around group g, whose own words end before token start.
func (c *grammar) verbFrame(s *clauseSentence, g int, start int) frame {
	f := frame{preps: map[string][][]int{}, subject: c.subjectOf(s, g)}
	if len(f.subject) == 1 && slices.Contains([]kind{kindNoun, kindAmount, kindGroup}, s.ms[f.subject[0]].kind) { // "a meeting of ministers from … convened"
		own := frame{preps: f.preps}
		c.right(s, &own, s.ms[f.subject[0]].hi, g)
	}
	c.right(s, &f, start, g)
	c.leading(s, &f, g)
	return f
}

// right reads objects and prepositional phrases to the end of the clause.
func (c *grammar) right(s *clauseSentence, f *frame, start, g int) {
	f.end = start
	for k := start; k < len(s.toks); {
		if m := s.at[k]; m >= 0 {
			group := s.list(m)
			if s.ms[m].kind == kindPronoun && s.ms[m].id != "him" && s.ms[m].id != "them" && s.verbAfter(s.ms[m].hi) {
				return
			}
			if p := s.ms[m].prep; p != "" && s.prepositionAt(m) >= start {
				f.preps[p] = append(f.preps[p], group)
				if n := s.borderBefore(m); n >= 0 { // "near the borders of A and B" is near A and B
					f.preps[s.ms[n].prep] = append(f.preps[s.ms[n].prep], group)
				}
			} else if s.ms[m].kind != kindDate || p != "" {
				f.objects = append(f.objects, group)
			} else {
				f.preps["on"] = append(f.preps["on"], group)
			}
			k = s.ms[group[len(group)-1]].hi
			f.end = k
			continue
		}
		if c.stopsAt(s, k, g) {
			return
		}
		k++
		f.end = k
	}
}

// prepositionAt is the token of the preposition that governs mention m.
func (s *clauseSentence) prepositionAt(m int) int { return s.ms[s.ms[m].first].lo - 1 }

// borderBefore is the border of which mention m names the states, or -1.
func (s *clauseSentence) borderBefore(m int) int {
	if p := s.ms[m].prep; m > 0 && s.ms[m-1].class == "border" && s.ms[m-1].prep != "" && (p == "of" || p == "with" || p == "between") {
		return m - 1
	}
	return -1
}

// stopsAt says whether the clause of group g ends at token k.
func (c *grammar) stopsAt(s *clauseSentence, k, g int) bool {
	w := s.low(k)
	if boundaries[w] || w == "who" || w == "which" || w == "—" {
		return true
	}
	for n := range s.vgs {
		if s.vgs[n].lo == k && s.vgs[n].main > k-1 {
			return true
		}
	}
	if n := s.low(k + 1); w == "," && (n == "and" || n == "but") && prepositions[s.low(k+2)] {
		return true
	}
	if w == "," && s.verbNear(k+1) {
		return true
	}
	return w == "and" && s.verbAfter(k+1)
}

// verbAfter says whether a verb group begins at token k.
func (s *clauseSentence) verbAfter(k int) bool {
	for n := range s.vgs {
		if s.vgs[n].lo == k {
			return true
		}
	}
	return false
}

// verbNear says whether a new clause with its own subject begins at token k: a pronoun or "and X verb".
func (s *clauseSentence) verbNear(k int) bool {
	if s.low(k) == "and" || s.low(k) == "but" {
		k++
	}
	if k < len(s.toks) && s.at[k] >= 0 {
		return s.verbAfter(s.ms[s.ms[s.at[k]].last].hi)
	}
	return s.verbAfter(k)
}

// leading adds the phrases that open the sentence: "In Minsk on Thursday, …".
func (c *grammar) leading(s *clauseSentence, f *frame, g int) {
	if g < 0 {
		return
	}
	for n := range s.ms {
		m := &s.ms[n]
		if m.hi > s.vgs[g].lo || n != m.first {
			continue
		}
		inOpening := true
		for j := range s.vgs {
			if j != g && s.vgs[j].main < s.vgs[g].lo && !(s.vgs[j].relative || s.vgs[j].reduced) {
				inOpening = false
			}
		}
		if !inOpening {
			return
		}
		if m.kind == kindDate {
			f.preps["on"] = append(f.preps["on"], s.list(n))
		} else if m.prep == "in" || m.prep == "at" || m.prep == "during" || m.prep == "at_the" {
			f.preps[m.prep] = append(f.preps[m.prep], s.list(n))
		}
	}
}

// subjectOf finds who does what group g says; an empty list when the sentence does not tell.
func (c *grammar) subjectOf(s *clauseSentence, g int) []int {
	v := &s.vgs[g]
	if v.subj >= 0 {
		return s.list(v.subj)
	}
	if inv := s.inverted(g); inv != nil {
		return inv
	}
	switch {
	case v.relative:
		return s.antecedent(v.lo - 1)
	case v.coord, v.purpose, v.gerund:
		for p := g - 1; p >= 0; p-- {
			if q := &s.vgs[p]; !q.infinitive || q.planned || q.neg {
				if v.coord && q.relative != v.relative && p > 0 && !s.vgs[p-1].relative && s.low(q.lo-1) == "who" {
					return c.subjectOf(s, p)
				}
				return c.subjectOf(s, p)
			}
		}
		if v.gerund && g+1 < len(s.vgs) && s.vgs[g+1].lo > v.main && !s.vgs[g+1].gerund {
			return c.subjectOf(s, g+1)
		}
	}
	return c.leftSubject(s, g)
}

// inverted finds the subject of "Joining him will be A, B and C" and "Also present were A and B".
func (s *clauseSentence) inverted(g int) []int {
	v := &s.vgs[g]
	opening := v.main <= 1 && v.lo == v.main && v.tag&tagIng != 0
	if !opening {
		return nil
	}
	for n := g + 1; n < len(s.vgs) && n <= g+1; n++ {
		w := &s.vgs[n]
		if !beForms[s.low(w.main)] || w.lo > v.main+5 || w.main+1 >= len(s.toks) || s.at[w.main+1] < 0 {
			continue
		}
		v.planned, v.neg = w.planned, w.neg
		return s.list(s.at[w.main+1])
	}
	return nil
}

// antecedent is the mention right before a relative pronoun at token j.
func (s *clauseSentence) antecedent(j int) []int {
	k := j - 1
	for k >= 0 && s.low(k) == "," {
		k--
	}
	if k < 0 || s.at[k] < 0 {
		return nil
	}
	m := s.at[k]
	if s.ms[m].prep == "of" && m > 0 && s.ms[m-1].kind == kindNoun && s.low(j) == "which" { // "a meeting of ministers, which"
		m--
	}
	return []int{m}
}

// leftSubject walks left from group g over phrases and parentheses to the mention that governs it.
func (c *grammar) leftSubject(s *clauseSentence, g int) []int {
	v := &s.vgs[g]
	k := v.lo - 1
	if s.low(k) == "," {
		if m, ok := s.beforeParenthesis(k, v.reduced || v.gerund); ok {
			return s.list(m)
		}
		k--
	}
	var fallback []int
	for k >= 0 {
		if m := s.at[k]; m >= 0 {
			group := s.list(m)
			head := &s.ms[group[0]]
			switch {
			case head.kind == kindDate || head.kind == kindAmount && len(head.units) == 0:
			case head.prep == "":
				return group
			case fallback == nil && v.reduced:
				fallback = group
			}
			k = head.lo - 1
			continue
		}
		w := s.low(k)
		if n := s.groupAt(k, g); n >= 0 {
			if q := &s.vgs[n]; !q.relative && !q.reduced && !q.infinitive && !q.gerund {
				return fallback
			}
			k = s.vgs[n].lo - 1
			continue
		}
		if boundaries[w] || w == "as" && s.low(k+1) != "well" || w == `"` && fallback != nil {
			return fallback
		}
		k--
	}
	return fallback
}

// groupAt returns the verb group that holds token k, other than g.
func (s *clauseSentence) groupAt(k, g int) int {
	for n := range s.vgs {
		if n != g && k >= s.vgs[n].lo && k <= s.vgs[n].main {
			return n
		}
	}
	return -1
}

// beforeParenthesis finds the subject before ", hosted by X, who …, will": the first mention of the clause that a
// comma ends and a parenthesis follows. With near, the nearest mention before the comma is meant ("the summit, hosted by").
func (s *clauseSentence) beforeParenthesis(comma int, near bool) (int, bool) {
	if near {
		if k := comma - 1; k >= 0 && s.at[k] >= 0 {
			return s.at[k], true
		}
		return 0, false
	}
	for k := comma - 1; k > 0; k-- {
		if s.low(k) != "," || s.at[k] >= 0 {
			continue
		}
		m := s.at[k-1]
		if m < 0 || !s.parenthesis(k+1) {
			continue
		}
		for m > 0 && s.ms[s.ms[m].first].prep != "" && s.verbless(s.ms[m].lo-2) { // "the trip to Bree, planned for May, was"
			m = s.ms[m].first - 1
		}
		if s.ms[s.ms[m].first].prep == "" {
			return m, true
		}
	}
	return 0, false
}

// parenthesis says whether a relative clause, participle or apposition begins at token k.
func (s *clauseSentence) parenthesis(k int) bool {
	w := s.low(k)
	if w == "who" || w == "which" || w == "whose" || w == "where" || w == "a" || w == "the" || strings.HasSuffix(w, "ing") {
		return true
	}
	for n := range s.vgs {
		if s.vgs[n].lo == k && s.vgs[n].reduced {
			return true
		}
	}
	return false
}
