package council

import (
	"fmt"

	"entente"
)

// Conditions returns what holds at now and should not be left to chance, for a node that turns conditions into alerts:
// obligations at risk or overdue, and texts under silence that a member has not confirmed receipt of.
//
// Rules: "obligation.at_risk" (caution), "obligation.overdue" (warning), "silence.unread" (caution). The member is the
// one who has to act.
func (s *State) Conditions(now entente.Instant) []entente.Condition {
	var out []entente.Condition
	for _, o := range s.Late(now) {
		c := entente.Condition{
			Key: "obligation/" + o.ID, Rule: "obligation.at_risk", Severity: entente.Caution, Member: o.From, Time: now,
			Title:    fmt.Sprintf("%s: %g of %g %s delivered, %d issues open", o.Title, o.Delivered, o.Quantity, o.Unit, o.OpenIssues()),
			Evidence: []entente.Evidence{{Name: "decision", Value: o.Decision, Time: o.Created}},
		}
		if o.Due != 0 {
			c.Evidence = append(c.Evidence, entente.Evidence{Name: "due", Value: o.Due.String(), Time: o.Due})
		}
		if o.State == entente.ObligationOverdue {
			c.Rule, c.Severity, c.Title = "obligation.overdue", entente.Warning, "Overdue: "+c.Title
		}
		out = append(out, c)
	}
	for _, c := range s.consultations.order {
		text, ok := c.Current()
		if !ok || c.State != entente.ConsultationTabled || text.Format != entente.Silence || now >= text.Until {
			continue
		}
		b := s.ballot(c, text, now)
		for _, m := range b.Eligible {
			if _, answered := b.Stances[m]; answered || b.Received[m] {
				continue
			}
			out = append(out, entente.Condition{
				Key: fmt.Sprintf("silence/%s/%d/%s", c.ID, text.Version, m), Rule: "silence.unread", Severity: entente.Caution, Member: m, Time: now,
				Title:    fmt.Sprintf("%s has not confirmed receipt of %q, silence ends %s", m, text.Title, text.Until),
				Evidence: []entente.Evidence{{Name: "text", Value: text.Hash, Time: text.Time, From: string(text.By)}},
			})
		}
	}
	return out
}
