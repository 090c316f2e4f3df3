package track

import (
	"math"

	"entente"
)

// What a radar hardly resolves: aircraft as near as this in range and azimuth may give one plot. Typical of a beam
// of a degree and a half and a pulse of a microsecond.
const (
	resolvedRange   = 250.0
	resolvedAzimuth = 1.5 * degree
	established     = 10 // plots after which a track is not doubted for a neighbour's sake
)

// close says whether the plot stands where the sensor could not tell the track's aircraft from another.
func (o *observation) close(k *record) bool {
	if !o.polar {
		return false
	}
	r, a := o.residual(&k.mean)
	slack := 2 * math.Sqrt(o.variance[0]+k.sigma*k.sigma) // of plot and track
	return math.Abs(r) < resolvedRange+slack && math.Abs(a) < resolvedAzimuth
}

// excuse notes, for tracks that got no plot while an unresolved neighbour got one, that this look was no miss; and for
// tracks that got plots side by side, that they are two.
func (t *Tracker) excuse(si int32) {
	t.shared = t.shared[:0]
	if len(t.pairs) < 2 {
		return
	}
	t.stamp++
	for _, c := range t.chosen {
		if c >= 0 {
			t.tracks[t.pairs[c].track].given = t.stamp
		}
	}
	for _, p := range t.pairs {
		c := t.chosen[p.plot]
		if c < 0 || t.pairs[c].track == p.track {
			continue
		}
		k, o := &t.tracks[p.track], &t.tracks[t.pairs[c].track]
		if k.plots < 2 || !o.stands() || sameAircraft(k, o) {
			continue
		}
		at := t.views[p.plot].plot.Time
		if k.given == t.stamp {
			k.company, o.company = at, at
		} else if l := k.lookOf(si); l != nil && p.close {
			l.excused = max(l.excused, at)
			t.shared = append(t.shared, sharing{p.plot, p.track, t.pairs[c].track})
		}
	}
}

// stands says whether a track has been shown for long enough.
func (k *record) stands() bool { return k.state != entente.Tentative && k.plots >= established }

// sharing is a plot given to one track that may be of two aircraft, one of them that of an excused track.
type sharing struct{ plot, excused, given int32 }

// widen adds to the observation of a plot that may be the middle of two aircraft half their distance, as seen by the sensor.
func (t *Tracker) widen(o *observation, s *site, plot int32) {
	for _, h := range t.shared {
		if h.plot != plot {
			continue
		}
		var u observation
		s.observe(&u, &t.views[plot], &t.tracks[h.excused])
		r, a := u.residual(&t.tracks[h.excused].mean)
		x, b := o.residual(&t.tracks[h.given].mean)
		o.variance[0] += (r - x) * (r - x) / 4
		o.variance[1] += (a - b) * (a - b) / 4
	}
}
