package watch

import "strings"

// memory is what earlier sentences of a report leave for pronouns: the last person, the last plural speaker, the last
// ministry. What a pronoun stands for is looked up here and never invented.
type memory struct {
	person, group, body *mention
	speaker             *mention            // the last person who was said to say something
	surnames            map[string]*mention // of persons named in full before; shared with the grammar
}

// resolve returns mention k of s, with a pronoun or bare organ replaced by what it stands for when that is known.
func (m *memory) resolve(s *clauseSentence, k int) mention {
	x := s.ms[k]
	var known *mention
	switch {
	case x.kind == kindPronoun && (x.id == "he" || x.id == "she" || x.id == "him" || x.id == "her"):
		known = m.earlierPerson(s, k)
		if m.speaker != nil && s.speaks(k) && known == m.person {
			known = m.speaker
		}
	case x.kind == kindPronoun && x.id == "we":
		known = m.we(s, k)
	case x.kind == kindUnknown && x.hi-x.lo == 1:
		known = m.surnames[x.id]
	case x.kind == kindPronoun && (x.id == "they" || x.id == "them"):
		known = m.group
	case x.kind == kindBody && x.state == "" && x.org == "" && (x.definite || x.class == "office"):
		known = m.body
	}
	if known == nil {
		return x
	}
	y := *known
	y.lo, y.hi, y.prep, y.first, y.last = x.lo, x.hi, x.prep, x.first, x.last
	return y
}

// we is the state or organisation of whoever says it.
func (m *memory) we(s *clauseSentence, k int) *mention {
	cl, _ := s.claimOver(s.ms[k].lo, -1)
	if cl == nil || cl.speaker < 0 || cl.speaker == k {
		return nil
	}
	x := m.resolve(s, cl.speaker)
	switch {
	case x.state != "":
		return &mention{kind: kindState, id: x.state, state: x.state, text: x.text}
	case x.org != "":
		return &mention{kind: kindOrg, id: x.org, org: x.org, text: x.text}
	}
	return nil
}

// earlierPerson is the first person of the same sentence before k, else the last of the sentences before.
func (m *memory) earlierPerson(s *clauseSentence, k int) *mention {
	for j := range s.ms[:k] {
		if s.ms[j].kind == kindPerson && s.ms[j].prep == "" {
			return &s.ms[j]
		}
	}
	return m.person
}

// speaks says whether mention k is the speaker of a claim of its sentence.
func (s *clauseSentence) speaks(k int) bool {
	for n := range s.claims {
		if s.claims[n].speaker == k {
			return true
		}
	}
	return false
}

// keep remembers a sentence: the first person that no preposition governs, speakers, organs.
func (m *memory) keep(s *clauseSentence) {
	seen := false
	m.speaker = m.spoke(s)
	for k := range s.ms {
		x := &s.ms[k]
		switch x.kind {
		case kindPerson:
			if f := strings.Fields(x.id); len(f) > 1 {
				m.surnames[f[len(f)-1]] = x
			}
			if !seen && x.prep == "" {
				m.person, seen = x, true
			}
		case kindGroup:
			if x.prep == "" && x.plural {
				m.group = x
			}
		case kindBody:
			if x.state != "" || x.org != "" {
				m.body = x
			}
		}
	}
}

// spoke is the last person who speaks in s; a pronoun keeps the speaker it stood for.
func (m *memory) spoke(s *clauseSentence) *mention {
	for n := len(s.claims) - 1; n >= 0; n-- {
		if k := s.claims[n].speaker; k >= 0 {
			if x := m.resolve(s, k); x.kind == kindPerson {
				return &x
			}
		}
	}
	return nil
}
