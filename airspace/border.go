package airspace

import (
	"fmt"
	"math"

	"entente"
	"entente/geo"
)

const (
	// deep is how far from the border an aircraft may appear before it is taken to have come from inside, metres.
	deep = 50_000
	// shownBorder is the farthest border distance that evidence gives, metres.
	shownBorder = 200_000
	// slowest is the ground speed below which no entry is foretold, metres a second.
	slowest = 15
	// steps is in how many steps the way ahead is looked at.
	steps = 16
)

// Unidentified says whether nobody knows what the entry is: its identity is pending, unknown or suspect, or it has no
// transponder and no person has identified it.
func Unidentified(e *entente.Entry) bool {
	switch e.Identification.Identity {
	case 0, entente.Pending, entente.Unknown, entente.Suspect:
		return true
	}
	return e.Identification.By == "" && silentTransponder(&e.Track)
}

func silentTransponder(t *entente.Track) bool {
	return t.Address == 0 && !t.Is(entente.HasModeA) && t.Callsign == entente.Callsign{}
}

// borders notes where the entry is and applies the rules on unidentified tracks.
func (w *Watch) borders(e *entente.Entry, m *memory, fresh bool) {
	t := &e.Track
	w.inside = w.airspaces.All(w.inside[:0], t.Lat, t.Lon)
	here := -1
	if len(w.inside) > 0 {
		here = w.inside[0]
	}
	switch {
	case fresh && here >= 0 && Unidentified(e):
		_, _, _, near := w.airspaces.Region(here).Nearest(t.Lat, t.Lon, deep)
		m.deep = !near
	case !fresh && here != m.airspace && here >= 0:
		m.crossed, m.deep = true, false
	}
	m.airspace = here
	if !Unidentified(e) {
		return
	}
	for _, i := range w.inside {
		w.entered(e, m, i)
	}
	if w.config.Approach > 0 && here < 0 && t.State == entente.Confirmed {
		w.ahead(e)
	}
}

// entered reports an unidentified track that is inside by more than the tolerance, or still is by hysteresis.
func (w *Watch) entered(e *entente.Entry, m *memory, i int) {
	t, c := &e.Track, cause{entry, i, e.Number}
	if !w.begins(c, e) {
		return
	}
	margin := w.config.Tolerance
	if w.holds(c) {
		margin -= w.config.Hysteresis
	}
	region := w.airspaces.Region(i)
	if _, _, _, near := region.Nearest(t.Lat, t.Lon, margin); near {
		return
	}
	member := w.config.Airspaces[i].Member
	severity, came := entente.Warning, "first seen inside, near the border"
	switch {
	case m.crossed:
		came = "crossed the border"
	case m.deep:
		severity, came = entente.Caution, "first seen inside, far from the border"
	}
	if e.Identification.Identity == entente.Suspect {
		severity = entente.Critical
	}
	if w.renew(c, severity, t) {
		return
	}
	depth, _, _, ok := region.Nearest(t.Lat, t.Lon, shownBorder)
	inside := distanceText(depth)
	if !ok {
		inside = "more than " + distanceText(shownBorder)
	}
	w.hold(c, w.config.Release, entente.Condition{
		Key: fmt.Sprintf("airspace.entry/%s/%d", member, e.Number), Rule: "airspace.entry", Severity: severity, Member: member,
		Title: fmt.Sprintf("%s is %s inside the airspace of %s", described(e), inside, member),
		Lat:   t.Lat, Lon: t.Lon, HasPlace: true,
		Evidence: w.evidence(e,
			entente.Evidence{Name: "border distance", Value: inside + " inside", Time: t.Time},
			entente.Evidence{Name: "tolerance", Value: distanceText(w.config.Tolerance)},
			entente.Evidence{Name: "how it came", Value: came},
		),
	})
}

// ahead reports an unidentified track that will be inside an airspace if it goes on as it does.
func (w *Watch) ahead(e *entente.Entry) {
	t := &e.Track
	speed := math.Hypot(t.VE, t.VN)
	if !(speed >= slowest) {
		return
	}
	course := math.Atan2(t.VE, t.VN)
	at := func(s float64) int {
		return w.airspaces.Find(geo.Destination(t.Lat, t.Lon, course, speed*s))
	}
	low := 0.0
	for k := 1; k <= steps; k++ {
		high := w.config.Approach * float64(k) / steps
		i := at(high)
		if i < 0 {
			low = high
			continue
		}
		for high-low > 1 {
			if mid := (low + high) / 2; at(mid) == i {
				high = mid
			} else {
				low = mid
			}
		}
		w.foretell(e, i, high, speed, course)
		return
	}
}

// foretell reports that airspace i will be entered in so many seconds.
func (w *Watch) foretell(e *entente.Entry, i int, seconds, speed, course float64) {
	t, member := &e.Track, w.config.Airspaces[i].Member
	c, severity := cause{approach, i, e.Number}, entente.Notice
	if e.Identification.Identity == entente.Suspect {
		severity = entente.Caution
	}
	if w.renew(c, severity, t) {
		return
	}
	lat, lon := geo.Destination(t.Lat, t.Lon, course, speed*seconds)
	w.hold(c, w.config.Release, entente.Condition{
		Key: fmt.Sprintf("airspace.approach/%s/%d", member, e.Number), Rule: "airspace.approach", Severity: severity, Member: member,
		Title: fmt.Sprintf("%s reaches the airspace of %s in %.0f s if it goes on", described(e), member, seconds),
		Lat:   t.Lat, Lon: t.Lon, HasPlace: true,
		Evidence: w.evidence(e,
			entente.Evidence{Name: "time to border", Value: fmt.Sprintf("%.0f s on a straight course", seconds), Time: t.Time},
			entente.Evidence{Name: "entry point", Value: placeText(lat, lon)},
			entente.Evidence{Name: "looked ahead", Value: fmt.Sprintf("%.0f s", w.config.Approach)},
		),
	})
}
