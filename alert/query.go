package alert

import (
	"cmp"
	"slices"
	"strings"

	"entente"
)

// Filter chooses alerts; its zero value chooses all.
type Filter struct {
	States   []entente.AlertState // any of these; none: all
	Severity entente.Severity     // this or worse
	Rule     string               // the rule, or a prefix that ends with "."
	Member   entente.MemberID     // whose airspace, sensor or border
	Limit    int                  // at most so many; zero: all
}

// Get returns the alert of that ID.
func (d *Desk) Get(id string) (entente.Alert, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h, ok := d.alerts[id]
	if !ok {
		return entente.Alert{}, false
	}
	return clone(h.alert), true
}

// List returns the alerts that f chooses: those that are not closed first, then worst first, then newest first.
func (d *Desk) List(f Filter) []entente.Alert {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := []entente.Alert{}
	for _, h := range d.alerts {
		if f.matches(&h.alert) {
			list = append(list, h.alert)
		}
	}
	slices.SortFunc(list, func(a, b entente.Alert) int {
		if x, y := a.State == entente.Closed, b.State == entente.Closed; x != y {
			if y {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.Condition.Severity, a.Condition.Severity), cmp.Compare(b.Raised, a.Raised), cmp.Compare(a.ID, b.ID))
	})
	if f.Limit > 0 && len(list) > f.Limit {
		list = list[:f.Limit]
	}
	for i := range list {
		list[i] = clone(list[i])
	}
	return list
}

func (f *Filter) matches(a *entente.Alert) bool {
	c := &a.Condition
	return (len(f.States) == 0 || slices.Contains(f.States, a.State)) && c.Severity >= f.Severity &&
		(f.Member == "" || f.Member == c.Member) &&
		(f.Rule == "" || f.Rule == c.Rule || strings.HasSuffix(f.Rule, ".") && strings.HasPrefix(c.Rule, f.Rule))
}
