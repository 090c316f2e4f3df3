package track

import (
	"cmp"
	"math"
	"slices"

	"entente"
)

// groupSpan is the time over which the plots of one sensor are associated together, seconds.
const groupSpan = 0.25

// oldest is how far back a plot may lie when nothing is held, seconds.
const oldest = 15.0

// ahead is how far a plot may lie in the future of its own arrival, seconds.
const aheadOfArrival = 10.0

// order is total on what a plot says, so that arrival leaves no trace.
func order(a, b *entente.Plot) int {
	return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Sensor, b.Sensor), cmp.Compare(a.Range, b.Range),
		cmp.Compare(a.Azimuth, b.Azimuth), cmp.Compare(a.Lat, b.Lat), cmp.Compare(a.Lon, b.Lon), cmp.Compare(a.Address, b.Address),
		cmp.Compare(a.Altitude, b.Altitude), cmp.Compare(a.PressureAltitude, b.PressureAltitude), cmp.Compare(a.ModeA, b.ModeA),
		cmp.Compare(a.Has, b.Has), cmp.Compare(a.VE, b.VE), cmp.Compare(a.VN, b.VN), cmp.Compare(string(a.Callsign[:]), string(b.Callsign[:])))
}

// hold checks the plots and puts them in their place among those held.
func (t *Tracker) hold(plots []entente.Plot) {
	from := len(t.held)
	limit := t.settled
	if t.config.Window <= 0 {
		limit = t.newest.Add(-oldest)
	}
	for i := range plots {
		p := &plots[i]
		t.counters.Plots++
		switch {
		case int(p.Sensor) >= len(t.siteOf) || t.siteOf[p.Sensor] < 0:
			t.counters.Unknown++
		case !plausible(p):
			t.counters.Implausible++
		case t.newest != 0 && p.Time < limit:
			t.counters.Late++
		default:
			t.held = append(t.held, *p)
		}
	}
	for i := from; i < len(t.held); i++ {
		t.tell(t.held[i].Time)
	}
	t.sortTail(from)
}

// A leap of time by more than this, in seconds, is believed at the third plot in a row that says so: one bad stamp must
// not end every track.
const (
	leap       = 60.0
	leapProofs = 3
)

// tell takes note of a plot's time.
func (t *Tracker) tell(at entente.Instant) {
	if t.newest != 0 && at.Sub(t.newest) > leap {
		if t.leaps++; t.leaps < leapProofs {
			return
		}
	}
	if at > t.newest || t.newest == 0 {
		t.newest = at
	}
	t.leaps = 0
}

// sortTail sorts the held plots from a place on and merges them with those before.
func (t *Tracker) sortTail(from int) {
	tail := t.held[from:]
	for i := 1; i < len(tail); i++ {
		if tail[i].Time <= tail[i-1].Time && order(&tail[i], &tail[i-1]) < 0 {
			slices.SortFunc(tail, func(a, b entente.Plot) int { return order(&a, &b) })
			break
		}
	}
	if from == 0 || len(tail) == 0 || order(&t.held[from-1], &tail[0]) <= 0 {
		return
	}
	t.spare = append(t.spare[:0], tail...)
	i, j := from-1, len(t.spare)-1
	for w := len(t.held) - 1; j >= 0; w-- {
		if i >= 0 && order(&t.held[i], &t.spare[j]) > 0 {
			t.held[w] = t.held[i]
			i--
		} else {
			t.held[w] = t.spare[j]
			j--
		}
	}
}

// plausible says whether a plot has a time and one place on Earth, in numbers.
func plausible(p *entente.Plot) bool {
	if p.Time == 0 || p.Arrival != 0 && p.Time.Sub(p.Arrival) > aheadOfArrival {
		return false
	}
	if p.Is(entente.HasAltitude) && !(math.Abs(p.Altitude) < 60e3) ||
		p.Is(entente.HasPressureAltitude) && !(math.Abs(p.PressureAltitude) < 60e3) ||
		p.Is(entente.HasVelocity) && !(math.Abs(p.VE) < 2000 && math.Abs(p.VN) < 2000) ||
		p.Is(entente.HasSigma) && !(p.Sigma >= 0 && p.Sigma < 1e5) {
		return false
	}
	if p.Is(entente.HasPolar) {
		return p.Range > 0 && p.Range < 2e6 && p.Azimuth >= -7 && p.Azimuth <= 7
	}
	return p.Is(entente.HasPosition) && math.Abs(p.Lat) <= math.Pi/2 && math.Abs(p.Lon) <= 2*math.Pi
}

// settle processes the held plots up to a time, in order.
func (t *Tracker) settle(until entente.Instant) {
	n := 0
	for ; n < len(t.held) && (t.held[n].Time <= until || len(t.held)-n > t.config.MaxHeld); n++ {
		p := &t.held[n]
		t.settled = max(t.settled, p.Time)
		t.closeGroups(p.Time)
		si := t.siteOf[p.Sensor]
		s := &t.sites[si]
		if !s.open {
			s.open = true
			t.queue = append(t.queue, si)
		}
		s.group = append(s.group, *p)
	}
	t.held = t.held[:copy(t.held, t.held[n:])]
	t.settled = max(t.settled, until)
}

// closeGroups associates the groups that began groupSpan before a time or earlier, in order of their beginning.
func (t *Tracker) closeGroups(now entente.Instant) {
	n := 0
	for ; n < len(t.queue); n++ {
		si := t.queue[n]
		first := t.sites[si].group[0].Time
		if first.Add(groupSpan) > now {
			break
		}
		t.sweepTo(first)
		t.closeGroup(si)
	}
	t.queue = t.queue[:copy(t.queue, t.queue[n:])]
}

// closeGroup associates a site's open group: a radar's plots together, those of a network one by one, as there aircraft
// speak for themselves and may do so twice in a group.
func (t *Tracker) closeGroup(si int32) {
	s := &t.sites[si]
	switch {
	case t.team != nil:
		t.team.run.take(t, si)
	case s.sensor.Kind.Polar():
		t.associate(si, s.group)
	default:
		for i := range s.group {
			t.associate(si, s.group[i:i+1])
		}
	}
	s.group, s.open = s.group[:0], false
}

// sweepTo makes the sweeps due at or before a time; after a long silence only the last few matter.
func (t *Tracker) sweepTo(now entente.Instant) {
	due := (now/sweepPeriod + 1) * sweepPeriod // the first sweep after now
	if t.nextSweep == 0 {
		t.nextSweep = due
	}
	const most = 2 * 60
	for ; t.nextSweep < due; t.nextSweep += sweepPeriod {
		if left := (due - t.nextSweep) / sweepPeriod; left > most && len(t.free) == len(t.tracks) {
			t.nextSweep = due
			return
		}
		t.drain()
		t.sweep(t.nextSweep)
	}
}
