package picture

import (
	"cmp"
	"math"
	"slices"

	"entente"
)

// Gates of track-to-track association, on squared normalised distances of two components. Joining is stricter than
// staying together, so that an entry does not flicker.
const (
	systematic    = 250.0 // metres, 1 sigma per axis, that members' registrations may differ by while not estimated
	speedSlack    = 6.0   // m/s likewise
	joinGate      = 9.0
	stayGate      = 20.0
	sameAddressAt = 4e3   // metres at which tracks with one ICAO address are one aircraft
	firstsAt      = 3e3   // metres within which a single look with the same mode A code and height is one of the aircraft,
	firstsNear    = 1.2e3 // and without
	apart         = 8e3   // metres at which they are not, whatever they call themselves
	vagueHeight   = 500.0 // metres, 1 sigma, beyond which a height is a guess
	levelGate     = 350.0 // metres between two reported pressure altitudes
	splitAfter    = 10.0  // seconds of misfit, and
	splitUpdates  = 3     // states that did not fit, before a track leaves its entry
	rival         = 6.0   // a second candidate this much worse or better makes a join wait
	contestWait   = 4.0   // seconds for which the best candidate of a contested pair must stay the best
)

// fit is how two tracks agree.
type fit struct {
	address  bool    // they have the same ICAO address
	conflict bool    // addresses differ
	distance float64 // metres
	place    float64 // squared normalised
	speed    float64
	level    bool // heights agree
	code     bool // mode A codes do not differ
	same     bool // they have the same mode A code
	firsts   int  // how many of the two are single looks
}

// compare two tracks, both moved to the picture's time; s2 is the variance per axis that registration leaves between
// their members.
func compare(a, b *contribution, s2 float64) (f fit) {
	x, y := &a.track, &b.track
	if x.Address != 0 && y.Address != 0 {
		f.conflict = x.Address != y.Address
		f.address = x.Address == y.Address && x.Address.ICAO()
	}
	f.code = x.Has&y.Has&entente.HasModeA == 0 || x.ModeA == y.ModeA
	f.same = x.Has&y.Has&entente.HasModeA != 0 && x.ModeA == y.ModeA && x.ModeA != 0
	e, n := a.at.offset(&b.at)
	f.distance = math.Hypot(e, n)
	p, q := &a.at.p, &b.at.p
	const v2 = speedSlack * speedSlack
	if max(p.At(2, 2), q.At(2, 2)) > vagueHeight*vagueHeight {
		f.place = slanted(e, n, b.at.height-a.at.height, p, q, s2)
	} else {
		f.place = normalised(e, n, p.At(0, 0)+q.At(0, 0)+s2, p.At(0, 1)+q.At(0, 1), p.At(1, 1)+q.At(1, 1)+s2)
	}
	f.speed = normalised(b.at.ve-a.at.ve, b.at.vn-a.at.vn,
		p.At(3, 3)+q.At(3, 3)+v2, p.At(3, 4)+q.At(3, 4), p.At(4, 4)+q.At(4, 4)+v2)
	if x.Has&y.Has&entente.HasPressureAltitude != 0 {
		f.level = math.Abs(x.PressureAltitude-y.PressureAltitude) < levelGate+20*math.Abs(x.Time.Sub(y.Time))
	} else {
		f.level = math.Abs(a.at.height-b.at.height) < 500+3*math.Sqrt(p.At(2, 2)+q.At(2, 2))
	}
	if a.first() {
		f.firsts++
	}
	if b.first() {
		f.firsts++
	}
	return f
}

// normalised is dᵀ S⁻¹ d of two components.
func normalised(x, y, xx, xy, yy float64) float64 {
	return (x*x*yy - 2*x*y*xy + y*y*xx) / (xx*yy - xy*xy)
}

// slanted is the squared normalised distance where a height is all but unknown: a primary radar that takes an aircraft
// for too low places it too far off, by kilometres when it is near. Such a track's covariance holds height and place
// together; its height's sigma is taken twice, as it is a guess at how high aircraft fly.
func slanted(e, n, u float64, p, q *entente.Covariance, s2 float64) float64 {
	s := [6]float64{s2, 0, 0, s2, 0, 0} // ee, en, eu, nn, nu, uu
	for _, c := range [2]*entente.Covariance{p, q} {
		ce, cn, cu := c.At(0, 2), c.At(1, 2), c.At(2, 2)
		k := 0.0
		if cu > vagueHeight*vagueHeight {
			k = 3 / cu
		}
		s[0] += c.At(0, 0) + k*ce*ce
		s[1] += c.At(0, 1) + k*ce*cn
		s[2] += ce + k*ce*cu
		s[3] += c.At(1, 1) + k*cn*cn
		s[4] += cn + k*cn*cu
		s[5] += cu + k*cu*cu
	}
	// eliminate the height, then the plane is left
	e, n = e-s[2]/s[5]*u, n-s[4]/s[5]*u
	return u*u/s[5] + normalised(e, n, s[0]-s[2]*s[2]/s[5], s[1]-s[2]*s[4]/s[5], s[3]-s[4]*s[4]/s[5])
}

// joins says whether tracks of two entries may become one.
func (f *fit) joins() bool {
	switch {
	case f.conflict:
		return false
	case f.address:
		return f.distance < sameAddressAt
	case f.firsts > 0:
		// a single look has no course to compare: the same code and height must do, or a place that leaves no doubt
		return f.level && f.place < joinGate && (f.same && f.distance < firstsAt || f.code && f.distance < firstsNear)
	}
	return f.code && f.level && f.place < joinGate && f.speed < joinGate
}

// stays says whether a track may remain with another.
func (f *fit) stays() bool {
	switch {
	case f.conflict:
		return false
	case f.address:
		return f.distance < apart
	}
	return f.place < stayGate && f.speed < 2*stayGate
}

// candidate is a pair of entries that may be one aircraft.
type candidate struct {
	a, b    int32 // places of entries, a the lower number
	address bool
	cost    float64 // squared normalised distance of place and speed
}

// split takes out tracks that have long not fitted the rest of their entry.
func (p *Picture) split() {
	for i := range p.contributions {
		c := &p.contributions[i]
		if c.entry < 0 || c.source < 0 {
			continue
		}
		e := &p.entries[c.entry]
		if len(e.parts) < 2 || e.lead == int32(i) {
			c.misfit = misfit{}
			continue
		}
		lead := &p.contributions[e.lead]
		f := compare(lead, c, p.slack(lead, c))
		if f.stays() {
			c.misfit = misfit{}
			continue
		}
		m := &c.misfit
		if m.since == 0 {
			m.since = p.now
		}
		if c.track.Time != m.last {
			m.last = c.track.Time
			m.updates++
		}
		if f.conflict || c.first() || m.updates >= splitUpdates && p.now.Sub(m.since) >= splitAfter {
			p.leave(int32(i))
			p.counters.Split++
		}
	}
}

// join finds the entries that are one aircraft and makes them one, best pair first.
func (p *Picture) join() {
	p.index.reset(len(p.entries))
	for i := range p.entries {
		if e := &p.entries[i]; e.number != 0 {
			p.index.insert(int32(i), p.contributions[e.lead].at.place)
		}
	}
	p.candidates = p.candidates[:0]
	for i := range p.entries {
		if e := &p.entries[i]; e.number != 0 && e.sources != p.all {
			p.pairs(int32(i))
		}
	}
	slices.SortFunc(p.candidates, func(x, y candidate) int {
		return cmp.Or(-compareBool(x.address, y.address), cmp.Compare(x.cost, y.cost),
			cmp.Compare(p.entries[x.a].number, p.entries[y.a].number), cmp.Compare(p.entries[x.b].number, p.entries[y.b].number))
	})
	p.list()
	for i := range p.candidates {
		c := &p.candidates[i]
		a, b := p.root(c.a), p.root(c.b)
		if a == b || p.sharesSource(a, b) || !c.address && !p.settled(c) {
			continue
		}
		if p.entries[b].number < p.entries[a].number {
			a, b = b, a
		}
		p.absorb(a, b)
	}
}

// pairs appends the candidates of an entry with those of higher numbers.
func (p *Picture) pairs(a int32) {
	x := &p.entries[a]
	p.found = p.index.near(p.contributions[x.lead].at.place, p.found[:0])
	for _, b := range p.found {
		if y := &p.entries[b]; y.number <= x.number || x.sources.meets(&y.sources) {
			continue
		}
		if c, ok := p.candidate(a, b); ok {
			p.candidates = append(p.candidates, c)
		}
	}
}

// candidate says whether two entries may be one: no part contradicts another's address, and some pair fits.
func (p *Picture) candidate(a, b int32) (c candidate, ok bool) {
	c = candidate{a: a, b: b, cost: math.Inf(1)}
	for _, i := range p.entries[a].parts {
		x := &p.contributions[i]
		for _, j := range p.entries[b].parts {
			y := &p.contributions[j]
			if x.source == y.source && x.first() && y.first() {
				continue
			}
			f := compare(x, y, p.slack(x, y))
			if f.conflict {
				return c, false
			}
			if f.joins() {
				ok = true
				c.address = c.address || f.address
				c.cost = min(c.cost, f.place+f.speed)
			}
		}
	}
	return c, ok
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// contest says whether c is the best candidate of both its entries among those that exclude it, and whether another comes
// near. Candidates of different members do not exclude each other.
func (p *Picture) contest(c *candidate) (best, contested bool) {
	best = true
	for _, side := range [2][2]int32{{c.a, c.b}, {c.b, c.a}} {
		for _, k := range p.ofEntry(side[0]) {
			o := &p.candidates[k.candidate]
			other := o.a + o.b - side[0]
			if o == c || other == side[1] || !p.sharesSource(other, side[1]) {
				continue
			}
			best = best && c.cost <= o.cost
			contested = contested || o.cost < c.cost+rival
		}
	}
	return best, contested
}

// touch is an entry with one of its candidates.
type touch struct{ entry, candidate int32 }

// list sorts the candidates by entry.
func (p *Picture) list() {
	p.touches = p.touches[:0]
	for i, c := range p.candidates {
		p.touches = append(p.touches, touch{c.a, int32(i)}, touch{c.b, int32(i)})
	}
	slices.SortFunc(p.touches, func(x, y touch) int {
		return cmp.Or(cmp.Compare(x.entry, y.entry), cmp.Compare(x.candidate, y.candidate))
	})
}

// ofEntry returns the candidates of an entry.
func (p *Picture) ofEntry(e int32) []touch {
	from, _ := slices.BinarySearchFunc(p.touches, e, func(t touch, e int32) int { return cmp.Compare(t.entry, e) })
	to := from
	for to < len(p.touches) && p.touches[to].entry == e {
		to++
	}
	return p.touches[from:to]
}

// settled says whether a pair without address may join: each is the other's best, and either uncontested or so in every
// picture for some seconds.
func (p *Picture) settled(c *candidate) bool {
	best, contested := p.contest(c)
	if !best || !contested {
		return best
	}
	a, b := &p.entries[c.a], &p.entries[c.b]
	first, second := a.favour(b.number, p.pictures, p.now), b.favour(a.number, p.pictures, p.now)
	return first && second && p.now.Sub(max(a.since, b.since)) >= contestWait
}

// favour notes since when, in every picture, the entry's first contested candidate was o. False when it was another.
func (e *entry) favour(o uint32, picture uint64, now entente.Instant) bool {
	if e.favouredIn == picture {
		return e.favourite == o
	}
	if e.favourite != o || e.favouredIn+1 != picture {
		e.favourite, e.since = o, now
	}
	e.favouredIn = picture
	return true
}
