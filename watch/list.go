package watch

// lists finds coordinated mentions: "A, B, and C". All of a list share the preposition of the first.
func (c *grammar) lists(s *clauseSentence) {
	for k := 0; k+1 < len(s.ms); k++ {
		if a, b := &s.ms[k], &s.ms[k+1]; a.kind == kindAmount && b.kind == kindItem && a.hi == b.lo {
			b.prep = a.prep // "of twelve howitzers"
		}
		if s.ms[k].first != k { // already in a list
			continue
		}
		j := k
		for j+1 < len(s.ms) && c.coordinated(s, j, j+1) {
			j++
		}
		if j == k || !s.closed(k, j) {
			continue
		}
		for n := k; n <= j; n++ {
			s.ms[n].first, s.ms[n].last = k, j
			if n > k && s.ms[n].prep == "" {
				s.ms[n].prep = s.ms[k].prep
			}
		}
	}
}

// coordinated says whether only "," and "and" lie between mentions j and k, and their kinds go together.
func (c *grammar) coordinated(s *clauseSentence, j, k int) bool {
	a, b := &s.ms[j], &s.ms[k]
	if family(a.kind) != family(b.kind) || family(a.kind) == 0 {
		return false
	}
	marks := 0
	for t := a.hi; t < b.lo; t++ {
		switch s.low(t) {
		case ",", "and", "or", "nor", "&":
			marks++
		case "as", "well":
			marks++
		default:
			if !prepositions[s.low(t)] || b.prep != a.prep { // "between Russia and with Belarus"
				return false
			}
		}
	}
	return marks > 0
}

// family groups kinds that may stand in one list.
func family(k kind) int {
	switch k {
	case kindState, kindOrg, kindBody:
		return 1
	case kindPerson, kindUnknown:
		return 2
	case kindGroup:
		return 3
	case kindPlace:
		return 4
	case kindItem, kindAmount:
		return 5
	case kindNoun:
		return 6
	case kindRegion:
		return 7
	}
	return 0
}

// closed says whether the list of mentions k to j has an "and" or "or" in it: without one, a comma is no list.
func (s *clauseSentence) closed(k, j int) bool {
	for t := s.ms[k].hi; t < s.ms[j].lo; t++ {
		if w := s.low(t); (w == "and" || w == "or" || w == "nor" || w == "&") && s.at[t] < 0 {
			return true
		}
	}
	return false
}

// list returns the mentions coordinated with k.
func (s *clauseSentence) list(k int) []int {
	m := &s.ms[k]
	out := make([]int, 0, m.last-m.first+1)
	for j := m.first; j <= m.last; j++ {
		out = append(out, j)
	}
	return out
}
