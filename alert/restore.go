package alert

import (
	"cmp"
	"slices"

	"entente"
)

// Restore takes in stored alerts, as after a start; scope is the room whose report carried them ("" with Observe).
// Alerts the desk has already are left as they are. Causes of open ones count as lasting until the next report of the
// scope says otherwise. It returns how many were taken in; those without ID or key are not.
func (d *Desk) Restore(scope string, alerts []entente.Alert) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	sorted := slices.Clone(alerts)
	slices.SortStableFunc(sorted, func(a, b entente.Alert) int { return cmp.Compare(a.Raised, b.Raised) })
	n := 0
	for _, a := range sorted {
		if a.ID == "" || a.Condition.Key == "" || d.alerts[a.ID] != nil {
			continue
		}
		h := &held{alert: clone(a), scope: scope}
		if a.State == entente.Closed {
			for _, l := range a.Log {
				if l.State == entente.Closed {
					h.closed = l.Time
				}
			}
		} else {
			d.open++
		}
		if old := d.current[a.Condition.Key]; old != nil && old.alert.State != entente.Closed && a.State == entente.Closed {
			d.alerts[a.ID] = h
			h.queued = true
			d.closed = append(d.closed, a.ID)
		} else {
			d.alerts[a.ID], d.current[a.Condition.Key] = h, h
			d.retire(a.Condition.Key, h)
		}
		n++
	}
	d.evict()
	return n
}
