package watch

import (
	"strings"

	"entente"
)

// tolls reads who was killed and wounded: "killed twelve people and wounded 30", "three dead", "five were injured".
func (c *grammar) tolls(s *clauseSentence, d *draft) {
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind != kindAmount || m.value != float64(int(m.value)) || !people(m) {
			continue
		}
		word := ""
		for j := m.lo - 1; j >= max(0, m.lo-2) && word == "" && s.low(j) != "and" && s.low(j) != ","; j-- { // the verb right before wins
			if w := s.low(j); w != "dead" && w != "died" {
				word = harm(w)
			}
		}
		for j := m.hi; j < min(len(s.toks), m.hi+6) && word == ""; j++ {
			if s.at[j] >= 0 && s.ms[s.at[j]].kind == kindAmount {
				break
			}
			if word = harm(s.low(j)); word != "" {
				d.hi = max(d.hi, j+1)
			}
		}
		if s.tollBefore(m.lo) {
			d.event.Killed, word = nil, "killed" // a revised toll supersedes
		}
		if word == "" {
			continue
		}
		v := m.text
		if word == "killed" && d.event.Killed == nil || word == "wounded" && d.event.Wounded == nil {
			setToll(&d.event, word, m, v)
			d.lo, d.hi = min(d.lo, m.lo), max(d.hi, m.hi)
		}
	}
}

func harm(w string) string {
	switch {
	case w == "killed" || w == "killing" || w == "dead" || w == "died" || w == "kills":
		return "killed"
	case strings.HasPrefix(w, "wound") || strings.HasPrefix(w, "injur") || w == "hurt":
		return "wounded"
	}
	return ""
}

// people says whether an amount counts people, or is a bare number.
func people(m *mention) bool {
	if len(m.units) == 0 {
		return true
	}
	switch m.units[0].Unit {
	case "person", "people", "soldier", "serviceman", "guard", "fighter", "militant", "civilian", "man", "woman", "child", "resident",
		"villager", "policeman", "police officer", "worker", "gunman", "peacekeeper", "migrant", "troop":
		return true
	}
	return false
}

// tollBefore says whether "the death toll rose to" stands right before token k.
func (s *clauseSentence) tollBefore(k int) bool {
	for j := k - 1; j >= max(0, k-8); j-- {
		if w := s.low(j); w == "toll" || w == "number" && (s.phrase([]string{"killed"}, j) || s.phrase([]string{"dead"}, j)) {
			return true
		}
	}
	return false
}

// revise puts a sentence's own toll ("The death toll rose to five") on the last clash or attack of the report,
// and says whether it did.
func (c *grammar) revise(s *clauseSentence, number int, ds []draft) bool {
	if !s.tollBefore(len(s.toks)) && !s.phrase([]string{"toll"}, 0) && !s.phrase([]string{"number", "of"}, 0) {
		return false
	}
	for k := len(ds) - 1; k >= 0; k-- {
		last := &ds[k]
		if last.event.Type != entente.EventArmedClash && last.event.Type != entente.EventAttack {
			continue
		}
		d := draft{lo: len(s.toks), hi: 0}
		c.tolls(s, &d)
		if d.event.Killed != nil && d.lo < d.hi {
			if last.event.Killed == nil || number-last.sentence > 2 { // no toll to revise, or another matter
				return false
			}
			last.event.Killed = d.event.Killed
			last.spans = append(last.spans, s.span)
			return true
		}
		return false
	}
	return false
}
