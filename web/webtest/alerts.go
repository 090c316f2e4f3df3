package webtest

import (
	"context"
	"fmt"
	"slices"

	"entente"
	"entente/web"
)

// seedAlerts gives every member an emergency, an entry into its airspace and a silent sensor.
func (w *World) seedAlerts() {
	for i, m := range Members {
		c := capitals[m.ID]
		w.raise(m.ID, entente.Condition{Key: "sensor", Rule: "sensor.silent", Severity: entente.Notice, Member: m.ID, Title: "Sensor " + m.Name + " 2 reports no sector marks",
			Time: w.start.Add(-3600), Evidence: []entente.Evidence{{Name: "last mark", Value: "09:12:04", Time: w.start.Add(-3600), From: m.Name + " 2"}}})
		w.raise(m.ID, entente.Condition{Key: "entry", Rule: "airspace.entry", Severity: entente.Warning, Member: m.ID, Title: "Track 12 entered " + string(m.ID) + " P-1 without a plan",
			Time: w.start.Add(-240), Lat: c[0] * rad, Lon: c[1] * rad, HasPlace: true, Entry: 12,
			Evidence: []entente.Evidence{{Name: "zone", Value: string(m.ID) + " P-1"}, {Name: "distance inside", Value: "2.4 km", Time: w.start.Add(-240)}, {Name: "flight plan", Value: "none", From: "plans"}}})
		if i == 1 {
			w.raise(m.ID, entente.Condition{Key: "7700", Rule: "emergency.7700", Severity: entente.Critical, Member: m.ID, Title: "BRU7782 squawks 7700: general emergency",
				Time: w.start.Add(-35), Lat: c[0] * rad, Lon: c[1] * rad, HasPlace: true, Entry: 20,
				Evidence: []entente.Evidence{{Name: "mode A", Value: "7700", Time: w.start.Add(-35), From: m.Name + " 1"}, {Name: "ADS-B emergency", Value: "general", Time: w.start.Add(-34), From: m.Name + " ADS-B"}}})
		}
	}
}

// Alerts are the member's.
func (n *Node) Alerts() []entente.Alert {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := slices.Clone(n.alerts[n.self.ID])
	for i := range out {
		out[i].Log = slices.Clone(out[i].Log)
		if out[i].State != entente.Closed {
			out[i].LastSeen = n.now()
		}
	}
	return out
}

func (n *Node) handle(person, id, note string, to entente.AlertState) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for i := range n.alerts[n.self.ID] {
		a := &n.alerts[n.self.ID][i]
		if a.ID != id {
			continue
		}
		if a.State == entente.Closed || a.State == to {
			return &entente.Error{Kind: entente.Refused, Offset: -1, Reason: fmt.Sprintf("the alert is %s already", a.State), Next: "look at it again"}
		}
		a.State, a.Owner = to, person
		a.Log = append(slices.Clone(a.Log), entente.Handling{Time: n.now(), Person: person, State: to, Note: note})
		n.revisions[n.self.ID][web.TopicAlerts]++
		return nil
	}
	return missing("no such alert")
}

// AckAlert makes the person its owner.
func (n *Node) AckAlert(_ context.Context, person, id, note string) error {
	return n.handle(person, id, note, entente.Acknowledged)
}

// CloseAlert ends it.
func (n *Node) CloseAlert(_ context.Context, person, id, note string) error {
	return n.handle(person, id, note, entente.Closed)
}
