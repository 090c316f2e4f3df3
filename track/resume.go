package track

import (
	"math"

	"entente"
	"entente/geo"
)

// How long and how far an aircraft may be lost and still get its number back.
const (
	longestLost    = 45.0  // seconds without an address
	longestAbsence = 300.0 // seconds, with one
	farthestLost   = 3e3   // metres from where it was expected, without an address
	hardestTurn    = 40.0  // m/s² that it may have flown meanwhile
	ofAnAircraft   = 350.0 // m/s, with an address
	mostLost       = 1024  // tracks remembered
)

// trail is what is left of a track that is lost: ended, or shown but not seen any more.
type trail struct {
	number   entente.TrackID // as shown
	started  entente.Instant
	updated  entente.Instant // last plot
	time     entente.Instant // of mean
	frame    geo.Frame
	mean     [6]float64
	sigma    float64
	speed    float64 // sigma
	address  entente.Address
	has      entente.PlotFields
	modeA    entente.ModeA
	levelled bool
}

func trailOf(k *record) trail {
	return trail{k.shown(), k.started, k.updated, k.time, k.frame, k.mean, k.sigma, k.speedSigma, k.address, k.has, k.modeA, k.levelled}
}

// shown is the number under which others know the track: that of the one which it continues, or its own.
func (k *record) shown() entente.TrackID {
	if k.number != 0 {
		return k.number
	}
	return k.id
}

// bury remembers the tracks that age ended in this sweep, and forgets those too long ago.
func (t *Tracker) bury(now entente.Instant) {
	n := 0
	for i := range t.lost {
		if now.Sub(t.lost[i].updated) < longestAbsence {
			t.lost[n] = t.lost[i]
			n++
		}
	}
	t.lost = t.lost[:n]
	for _, i := range t.live {
		if k := &t.tracks[i]; k.state == 0 && k.lost {
			k.lost = false
			if len(t.lost) == mostLost {
				t.lost = t.lost[:copy(t.lost, t.lost[1:])]
			}
			t.lost = append(t.lost, trailOf(k))
		}
	}
}

// resume gives back their numbers: a tentative track that continues one which is lost, and only one, waits for the next sweep when
// it is ripe to be shown, and is then shown under the old number.
func (t *Tracker) resume(now entente.Instant) {
	for _, i := range t.live {
		k := &t.tracks[i]
		k.swept = true
		if k.state != entente.Tentative || !k.ripe && (k.plots < 2 && k.address == 0 && k.has&entente.HasModeA == 0 || k.escort) {
			continue
		}
		trail, live := t.predecessor(i)
		if !k.ripe {
			k.claims = trail >= 0
			continue
		}
		k.ripe, k.claims = false, false
		if trail >= 0 {
			t.succeed(k, trail, live)
		}
		k.state = entente.Confirmed
		t.counters.Confirmed++
		t.prove(k)
		k.predictTo(now)
		t.emit(k)
	}
}

// succeed makes a track go on under the number of a lost one.
func (t *Tracker) succeed(k *record, place int32, live bool) {
	t.counters.Resumed++
	if !live {
		l := &t.lost[place]
		k.number, k.started = l.number, l.started
		t.lost = append(t.lost[:place], t.lost[place+1:]...)
		return
	}
	o := &t.tracks[place]
	k.number, k.started = o.shown(), o.started
	k.plots += o.plots
	t.release(place)
}

// predecessor is the place of the only track, lost and remembered or shown and coasting since before track i began, that i
// may continue; −1 for none or several.
func (t *Tracker) predecessor(i int32) (place int32, live bool) {
	place = -1
	k := &t.tracks[i]
	found := 0
	for at := range t.lost {
		if l := &t.lost[at]; l.continuedBy(k) {
			place, found = int32(at), found+1
		}
	}
	t.twins = t.candidates(onSphere(k.position(0)), farthestLost, t.twins[:0])
	for _, j := range t.twins {
		o := &t.tracks[j]
		if j == i || o.state != entente.Coasting || o.updated >= k.started {
			continue
		}
		if l := trailOf(o); l.continuedBy(k) {
			place, live, found = j, true, found+1
		}
	}
	if found != 1 {
		return -1, false
	}
	return place, live
}

// continuedBy says whether a track may be of the same aircraft.
func (l *trail) continuedBy(k *record) bool {
	gap, dt := k.time.Sub(l.updated), k.time.Sub(l.time)
	same := l.address.ICAO() && l.address == k.address
	switch {
	case k.started <= l.updated, gap > longestAbsence, !same && gap > longestLost,
		l.address != 0 && k.address != 0 && l.address != k.address,
		!same && l.has&k.has&entente.HasModeA != 0 && l.modeA != k.modeA:
		return false
	}
	m := &l.mean
	p := l.frame.ToENU(k.position(0))
	de, dn, du := p.E-m[0]-dt*m[3], p.N-m[1]-dt*m[4], p.U-m[2]-dt*m[5]
	d := math.Hypot(de, dn)
	if same {
		return d < ofAnAircraft*gap+farthestLost
	}
	reach := 3*(l.sigma+l.speed*math.Abs(dt)+k.sigma) + hardestTurn*gap*gap/2
	if d > min(reach, farthestLost) || l.levelled && k.levelled && math.Abs(du) > 300+20*gap {
		return false
	}
	faster := math.Hypot(k.mean[3], k.mean[4]) - math.Hypot(m[3], m[4])
	return math.Abs(faster) < 3*(l.speed+k.speedSigma)+5*gap
}
