package airspace

import (
	"fmt"
	"slices"

	"entente"
)

var distress = map[entente.ModeA]string{
	entente.Hijack: "unlawful interference", entente.RadioFailure: "radio failure", entente.Emergency: "emergency",
}

// emergencies reports an entry that sends one of the three emergency codes, whosoever it is: in a watched airspace, or
// wherever own sensors track it. What is elsewhere and known from partners alone is theirs to report.
func (w *Watch) emergencies(e *entente.Entry) {
	t := &e.Track
	if !t.Is(entente.HasModeA) || !t.ModeA.Distress() {
		return
	}
	c := cause{emergency, int(t.ModeA), e.Number}
	if !w.begins(c, e) {
		return
	}
	severity := entente.Critical
	if t.ModeA == entente.RadioFailure {
		severity = entente.Warning
	}
	own := slices.ContainsFunc(e.Contributions, func(c entente.Contribution) bool { return c.Member == w.config.Member })
	if !own && w.airspaces.Find(t.Lat, t.Lon) < 0 {
		return
	}
	if w.renew(c, severity, t) {
		return
	}
	var member entente.MemberID
	where := "outside every watched airspace"
	if i := w.airspaces.Find(t.Lat, t.Lon); i >= 0 {
		member = w.config.Airspaces[i].Member
		where = "in the airspace of " + string(member)
	}
	w.hold(c, w.config.Release, entente.Condition{
		Key: fmt.Sprintf("emergency.%s/%d", t.ModeA, e.Number), Rule: "emergency." + t.ModeA.String(), Severity: severity, Member: member,
		Title: fmt.Sprintf("%s sends %s (%s) %s", described(e), t.ModeA, distress[t.ModeA], where),
		Lat:   t.Lat, Lon: t.Lon, HasPlace: true,
		Evidence: w.evidence(e, entente.Evidence{Name: "code", Value: t.ModeA.String() + ", " + distress[t.ModeA], Time: t.Updated}),
	})
}
