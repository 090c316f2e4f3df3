package release

import (
	"fmt"

	"entente"
)

// Explain says in lines of text how Decide comes to its decision: each rule up to the one that decides and what of it
// did not match, then the decision.
func (p *Policy) Explain(item *Item, to entente.MemberID, now entente.Instant) []string {
	d := p.Decide(item, to, now)
	var lines []string
	if n, why := p.admit(item, to, now); why == 0 {
		for i := range p.rules {
			r := &p.rules[i]
			m := r.match(item, n)
			lines = append(lines, fmt.Sprintf("rule %d %q %s", i+1, r.name, mismatches[m]))
			if m == matches {
				break
			}
		}
	}
	if !d.Release {
		return append(lines, fmt.Sprintf("not released to %s: %s", to, d.Why))
	}
	how := ""
	if d.Precision > 0 {
		how += fmt.Sprintf(", coarsened to %g m", d.Precision)
	}
	if d.Label.Delay > 0 {
		how += fmt.Sprintf(", %g s after its time (from %s)", d.Label.Delay, d.NotBefore)
	}
	if d.Every > 0 {
		how += fmt.Sprintf(", every %g s at most", d.Every)
	}
	for i, s := range []string{"identity", "height", "velocity", "sensors"} {
		if d.Strip>>i&1 == 1 {
			how += ", without " + s
		}
	}
	if d.Label.Onward {
		how += ", to be passed on"
	}
	return append(lines, fmt.Sprintf("released to %s%s", to, how))
}
