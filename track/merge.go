package track

import (
	"math"

	"entente"
	"entente/geo"
)

const (
	twinDistance = 6.0    // squared normalised distance of twins
	twinFarthest = 1500.0 // metres
	twinWait     = 10.0   // seconds that two tracks must look like one before they are
)

// merge ends the younger of two tracks that have looked like one aircraft for a while.
func (t *Tracker) merge(now entente.Instant) {
	shared := t.team != nil && t.team.twin(t)
	for at, i := range t.live {
		k := &t.tracks[i]
		if k.state == 0 || k.plots < 2 {
			continue
		}
		other := int32(-1)
		if shared {
			other = t.team.twins[at]
		}
		if !shared || other >= 0 && t.tracks[other].state == 0 { // ended meanwhile
			other = t.elder(i)
		}
		if other < 0 {
			k.twin = 0
			continue
		}
		o := &t.tracks[other]
		if k.twin != o.id {
			k.twin, k.twinSince = o.id, now
			continue
		}
		if now.Sub(k.twinSince) < max(twinWait, 2.5*t.slowest(k)) || k.accompanied() && !k.same(o) && !sameAircraft(k, o) {
			continue // not yet, or a formation, not resolved for a while
		}
		if t.config.Explain != nil {
			t.config.Explain.merged(now, k, o)
		}
		t.counters.Merged++
		if k.confirmed() {
			t.end(i)
		} else {
			t.release(i)
		}
	}
}

// elder is the twin of a track anywhere, −1 for none.
func (t *Tracker) elder(i int32) int32 {
	t.twins = t.candidates(onSphere(t.tracks[i].position(0)), 0, t.twins[:0])
	return t.twinOf(i, t.twins, false)
}

// accompanied says whether the track was seen beside its neighbours often enough of late to be another aircraft.
func (k *record) accompanied() bool { return k.company > 0 }

// slowest is the longest period among the sensors that feed a track.
func (t *Tracker) slowest(k *record) (p float64) {
	for _, l := range k.looks {
		if l.hits > 0 && k.updated.Sub(l.last) < 60 {
			p = max(p, t.sites[l.sensor].sensor.Period)
		}
	}
	return p
}

// twinOf returns one among some tracks that is older, shown if so asked, and may be the same aircraft as track i, or −1.
func (t *Tracker) twinOf(i int32, among []int32, shown bool) int32 {
	k := &t.tracks[i]
	for _, j := range among {
		o := &t.tracks[j]
		if j == i || shown && !o.confirmed() || !older(o, k) || shown && !sameAircraft(k, o) && k.accompanied() {
			continue
		}
		if t.alike(o, k) {
			return j
		}
	}
	return -1
}

// older says whether a rather than b is kept of twins: shown before tentative, then the longer fed, then the first.
func older(a, b *record) bool {
	if a.confirmed() != b.confirmed() {
		return a.confirmed()
	}
	if a.started != b.started {
		return a.started < b.started
	}
	return a.id < b.id
}

// alike says whether two tracks agree in place, velocity, height and identity, and no sensor saw both in one turn. With
// one address they are one aircraft up to the errors of registration, whatever their covariances say.
func (t *Tracker) alike(a, b *record) bool {
	if a.address != 0 && b.address != 0 && a.address != b.address ||
		a.has&b.has&entente.HasModeA != 0 && a.modeA != b.modeA && a.address == 0 {
		return false
	}
	same := sameAircraft(a, b)
	dt := b.time.Sub(a.time)
	p, q := a.frame.ToENU(a.position(dt)), a.frame.ToENU(b.position(0))
	d2 := (p.E-q.E)*(p.E-q.E) + (p.N-q.N)*(p.N-q.N)
	sa := a.sigma + a.speedSigma*math.Abs(dt)
	farthest, loose := twinFarthest, 0.0
	if same {
		farthest, loose = 2*twinFarthest, twinFarthest
	}
	if d2 > farthest*farthest || d2 > twinDistance*(sa*sa+b.sigma*b.sigma+loose*loose) {
		return false
	}
	if a.levelled && b.levelled && math.Abs(p.U-q.U) > 250 {
		return false
	}
	turn := b.frame.RotationTo(&a.frame)
	v := turn.Vector(geo.ENU{E: b.mean[3], N: b.mean[4], U: b.mean[5]})
	de, dn := a.mean[3]-v.E, a.mean[4]-v.N
	if de*de+dn*dn > twinDistance*(a.speedSigma*a.speedSigma+b.speedSigma*b.speedSigma+100) {
		return false
	}
	return same || !t.together(a, b)
}

// sameAircraft says whether both tracks have one ICAO address.
func sameAircraft(a, b *record) bool { return a.address.ICAO() && a.address == b.address }

// together says whether a sensor saw both tracks in one turn: they are two.
func (t *Tracker) together(a, b *record) bool {
	for _, l := range a.looks {
		if l.hits == 0 {
			continue
		}
		if m := b.lookOf(l.sensor); m != nil && math.Abs(l.last.Sub(m.last)) < t.sites[l.sensor].sensor.Period/2 {
			return true
		}
	}
	return false
}
