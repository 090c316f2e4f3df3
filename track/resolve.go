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
		}
	}
}

// stands says whether a track has been shown for long enough.
func (k *record) stands() bool { return k.state != entente.Tentative && k.plots >= established }
