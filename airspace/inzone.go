package airspace

import (
	"fmt"
	"slices"

	"entente"
)

// heightSlack is by how many metres an entry may leave a zone's limits before it counts as out.
const heightSlack = 100

// zone notes the zones the entry is in and reports them.
func (w *Watch) zone(e *entente.Entry, m *memory) {
	t := &e.Track
	w.inside = w.zones.All(w.inside[:0], t.Lat, t.Lon)
	for _, i := range m.zones {
		// What it was in counts until it has left by more than a jitter.
		if !slices.Contains(w.inside, i) {
			if _, _, _, near := w.zones.Region(i).Nearest(t.Lat, t.Lon, w.config.Hysteresis); near {
				w.inside = append(w.inside, i)
			}
		}
	}
	was := len(m.zones)
	for _, i := range w.inside {
		z := &w.config.Zones[i]
		slack := 0.0
		if slices.Contains(m.zones[:was], i) {
			slack = heightSlack
		}
		h, known := height(t)
		if !z.ActiveAt(w.now) || known && !(h >= z.Lower-slack && h <= z.Upper+slack) {
			continue
		}
		if c := (cause{zoned, i, e.Number}); w.begins(c, e) {
			m.zones = append(m.zones, i)
			w.inZone(c, e, z)
		}
	}
	m.zones = append(m.zones[:0], m.zones[was:]...)
}

func (w *Watch) inZone(c cause, e *entente.Entry, z *Zone) {
	t := &e.Track
	severity := entente.Notice
	switch z.Kind {
	case Prohibited:
		severity = entente.Warning
	case Restricted, Danger:
		severity = entente.Caution
	}
	if Unidentified(e) && z.Kind != Interest {
		severity = min(severity+1, entente.Critical)
	}
	if w.renew(c, severity, t) {
		return
	}
	depth := z.Region.BoundaryDistance(t.Lat, t.Lon)
	w.hold(c, w.config.Release, entente.Condition{
		Key: fmt.Sprintf("zone.entry/%s/%d", z.Name, e.Number), Rule: "zone.entry", Severity: severity, Member: z.Member,
		Title: fmt.Sprintf("%s is in the %s zone %s", described(e), z.Kind, z.Name),
		Lat:   t.Lat, Lon: t.Lon, HasPlace: true,
		Evidence: w.evidence(e,
			entente.Evidence{Name: "zone", Value: fmt.Sprintf("%s, %s, %s", z.Name, z.Kind, limits(z))},
			entente.Evidence{Name: "zone boundary", Value: distanceText(depth) + " away", Time: t.Time},
		),
	})
}

// losses reports entries that were in a zone, in the air, and are in the picture no more; and forgets entries gone.
func (w *Watch) losses() {
	for number, m := range w.known {
		if m.round == w.round {
			for _, i := range m.zones {
				delete(w.causes, cause{lost, i, number})
			}
			continue
		}
		delete(w.known, number)
		for _, i := range m.zones {
			z := &w.config.Zones[i]
			severity := entente.Caution
			if z.Kind == Prohibited {
				severity = entente.Warning
			}
			e := entente.Entry{Number: number, Track: m.last.track, Identification: m.last.identification, Contributions: m.last.contributions}
			t := &e.Track
			w.hold(cause{lost, i, number}, w.config.Lost, entente.Condition{
				Key: fmt.Sprintf("track.lost/%s/%d", z.Name, number), Rule: "track.lost", Severity: severity, Member: z.Member,
				Title: fmt.Sprintf("%s was lost in the %s zone %s", described(&e), z.Kind, z.Name),
				Lat:   t.Lat, Lon: t.Lon, HasPlace: true,
				Evidence: w.evidence(&e,
					entente.Evidence{Name: "zone", Value: fmt.Sprintf("%s, %s, %s", z.Name, z.Kind, limits(z))},
					entente.Evidence{Name: "last plot", Value: t.Updated.String(), Time: t.Updated},
				),
			})
		}
	}
}
