package watch

import "strings"

// tolls reads who was killed and wounded: "killed twelve people and wounded 30", "three dead", "five were injured".
func (c *grammar) tolls(s *clauseSentence, d *draft) {
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind != kindAmount || m.value != float64(int(m.value)) || !people(m) {
			continue
		}
		word := ""
		for j := m.lo - 1; j >= max(0, m.lo-3) && word == ""; j-- { // the verb right before wins
			word = harm(s.low(j))
		}
		for j := m.hi; j < min(len(s.toks), m.hi+6) && word == ""; j++ {
			if s.at[j] >= 0 && s.ms[s.at[j]].kind == kindAmount {
				break
			}
			word = harm(s.low(j))
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
