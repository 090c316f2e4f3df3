package track

import (
	"cmp"
	"math"
	"slices"

	"entente"
)

const (
	sweepPeriod    = entente.Second
	coastPeriod    = 4.0  // seconds between outputs of a coasting track
	endMisses      = 9.0  // −log-likelihood of looks missed over endScale that ends a confirmed track
	endScale       = 30.0 // seconds; an aircraft is the less likely gone the shorter it is not seen
	tentativeFloor = -3.3
	longestCoast   = 60.0
	longestDoubt   = 30.0
	widestSigma    = 4000.0
)

// sweep, once a second of plot time, counts missed looks and ends what is no longer seen.
func (t *Tracker) sweep(now entente.Instant) {
	t.digest()
	t.register(now)
	for i := range t.sites {
		t.sites[i].forget(sweepPeriod.Seconds())
	}
	if t.team == nil || !t.team.age(t, now) {
		for _, i := range t.live {
			if t.config.Explain != nil {
				t.config.Explain.age(t, i, now)
				continue
			}
			t.age(i, now)
		}
		t.lay(now)
	}
	t.bury(now)
	t.resume(now)
	if now/entente.Second%2 == 0 {
		t.merge(now)
	}
	if t.untidy {
		t.muster()
	}
}

// muster drops free places from live and puts the rest in order of ID.
func (t *Tracker) muster() {
	n, last, sorted := 0, entente.TrackID(0), true
	for _, i := range t.live {
		if k := &t.tracks[i]; k.state != 0 {
			sorted, last = sorted && k.id > last, k.id
			t.live[n] = i
			n++
		}
	}
	t.live, t.untidy = t.live[:n], false
	if !sorted {
		slices.SortFunc(t.live, func(a, b int32) int { return cmp.Compare(t.tracks[a].id, t.tracks[b].id) })
		t.live = slices.Compact(t.live)
	}
}

// age decides about one track.
func (t *Tracker) age(i int32, now entente.Instant) {
	k := &t.tracks[i]
	since := now.Sub(k.updated)
	if since <= 0 {
		return
	}
	missed, covered, shortest := t.missed(k, now)
	if k.state == entente.Tentative {
		if k.score+missed < k.base+tentativeFloor || since > longestDoubt || !covered && since > shortest {
			t.abandon(i)
		}
		return
	}
	switch {
	case missed+k.score-certain < -endMisses-math.Log(endScale/since), since > longestCoast, k.sigma > widestSigma, !covered && since > shortest+1:
		k.predictTo(now)
		k.lost = true
		t.end(i)
		return
	case missed < -1:
		k.state = entente.Coasting
	}
	if now.Sub(k.emitted) >= coastPeriod {
		k.predictTo(now)
		t.emit(k)
	}
}

// missed is the log-likelihood of the looks since the last plot that should have seen the track: of sensors that saw
// it before and cover where it must be now. It says too whether any covers it, and the shortest period among them all.
func (t *Tracker) missed(k *record, now entente.Instant) (misses float64, covered bool, shortest float64) {
	at := k.position(now.Sub(k.time))
	h := height(k.mean[0], k.mean[1], k.mean[2])
	shortest = 30
	for _, l := range k.looks {
		if l.hits == 0 {
			continue
		}
		s := &t.sites[l.sensor]
		period := s.lookPeriod(&l)
		if k.updated.Sub(l.last) > 4*period+2 {
			continue // stopped seeing it while others went on: no witness
		}
		shortest = min(shortest, period)
		if !s.covers(at, h) {
			continue
		}
		covered = true
		known := max(0, math.Floor(k.updated.Sub(l.last)/period-0.2), math.Round(l.excused.Sub(l.last)/period))
		due := math.Floor(now.Sub(l.last)/period-0.2) - known
		if due > 0 {
			misses += due * math.Log(1-s.sensor.PD)
		}
	}
	return misses, covered, shortest
}

// independent is how far apart, seconds, what an aircraft says of itself must be to be lost independently: antennas are
// shadowed for a while, and squitters collide in bursts.
const independent = 4.0

// lookPeriod is the time between independent looks of a sensor at a track. A radar turns; a network hears when it can.
func (s *site) lookPeriod(l *look) float64 {
	if s.sensor.Kind.Polar() {
		return s.sensor.Period
	}
	return max(s.sensor.Period, independent, float64(l.gap))
}

// abandon drops a tentative track; its plots were clutter, as they were counted when they came.
func (t *Tracker) abandon(i int32) {
	t.counters.Abandoned++
	t.release(i)
}

// end puts a confirmed track out for the last time.
func (t *Tracker) end(i int32) {
	k := &t.tracks[i]
	k.state = entente.Ended
	t.emit(k)
	t.counters.Ended++
	t.release(i)
}

func (t *Tracker) release(i int32) {
	t.tracks[i].state = 0
	t.untidy = true
	t.free = append(t.free, i)
}
