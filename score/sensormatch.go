package score

import (
	"cmp"
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// gate is how far a plot may be off a target and still be its own: sigmas, and what biases may add before they are known.
type gate struct {
	sigmas         float64
	rangeM, metres float64 // slack of range, and of position across or of a network's position, metres
	azimuth        float64 // slack, radians
}

var (
	wideGate = gate{5, 900, 600, 0.9 * math.Pi / 180}
	fineGate = gate{5.5, 0, 0, 0}
)

const (
	heightGate   = 450.0 // metres that a height told may be off
	skySpan      = 4.0   // seconds that a state of the index stands
	skyReach     = 15e3  // metres around a plot in which its target is looked for
	groupTime    = 0.8   // seconds over which a radar's plots are given out together
	lookShare    = 0.5   // of a turn within which a target is seen once
	likelyHeight = 6000  // metres, where no plot tells
)

// sky is an index of where targets are about a time.
type sky struct {
	paths  []path
	order  []int32 // by beginning
	until  float64
	next   int
	active []int32
	who    []int32
	points []point
	grid   grid
	pairs  []pair
}

func newSky(paths []path) *sky {
	s := &sky{paths: paths}
	for i, p := range paths {
		if len(p) > 0 {
			s.order = append(s.order, int32(i))
		}
	}
	slices.SortStableFunc(s.order, func(a, b int32) int { return cmp.Compare(paths[a][0].time, paths[b][0].time) })
	s.rewind()
	return s
}

func (s *sky) rewind() { s.until, s.next, s.active = math.Inf(-1), 0, s.active[:0] }

// near returns the targets about a place at a time; times must not go back but by rewind.
func (s *sky) near(at point, t float64) []pair {
	if t >= s.until {
		s.until = t + skySpan
		for s.next < len(s.order) && s.paths[s.order[s.next]][0].time < s.until {
			s.active = append(s.active, s.order[s.next])
			s.next++
		}
		s.active = slices.DeleteFunc(s.active, func(i int32) bool { p := s.paths[i]; return p[len(p)-1].time < t })
		s.who, s.points = s.who[:0], s.points[:0]
		for _, i := range s.active {
			p := s.paths[i]
			m, ok := p.at(max(p[0].time, min(p[len(p)-1].time, t+skySpan/2)))
			if ok {
				s.who, s.points = append(s.who, i), append(s.points, onEllipsoid(m.lat, m.lon))
			}
		}
		s.grid.build(s.points, skyReach)
	}
	s.pairs = s.grid.near(at, 0, skyReach, s.points, s.pairs[:0])
	return s.pairs
}

// claim is a target's claim to a plot.
type claim struct {
	cost float64
	plot int
	r    residual
}

// match gives one of every so many groups of plots to targets and fits the biases to what was given.
func (j *judge) match(sky *sky, g gate, every int) fitted {
	sky.rewind()
	j.matches, j.wrong, j.dup = j.matches[:0], 0, 0
	last := map[int]float64{}
	for from, n := 0, 0; from < len(j.plots); n++ {
		to := from + 1
		for j.polar && to < len(j.plots) && j.plots[to].Time.Sub(j.plots[from].Time) < groupTime {
			to++
		}
		if n%every == 0 {
			j.group(sky, g, from, to, last)
		}
		from = to
	}
	return j.fit()
}

// group gives out the plots of a short time, the nearest claims first; a plot whose targets all have one in this turn is a duplicate.
func (j *judge) group(sky *sky, g gate, from, to int, last map[int]float64) {
	var claims []claim
	for i := from; i < to; i++ {
		claims = j.claims(sky, g, i, claims)
	}
	slices.SortStableFunc(claims, func(a, b claim) int { return cmp.Compare(a.cost, b.cost) })
	given := make([]int8, to-from) // 0 none, 1 given, 2 duplicate
	share := lookShare * j.sensor.Period
	if !j.polar {
		share = 0
	}
	second := map[int]residual{}
	for _, c := range claims {
		k := c.plot - from
		if given[k] == 1 {
			continue
		}
		if t, ok := last[c.r.target]; ok && c.r.time-t < share {
			if given[k] == 0 {
				given[k], second[k] = 2, c.r
			}
			continue
		}
		given[k] = 1
		last[c.r.target] = c.r.time
		j.matches = append(j.matches, c.r)
	}
	for k, v := range given {
		switch v {
		case 0:
			j.wrong++
		case 2:
			r := second[k]
			r.duplicate = true
			j.dup++
			j.matches = append(j.matches, r)
		}
	}
}

// claims appends the targets within the gate of plot i.
func (j *judge) claims(sky *sky, g gate, i int, dst []claim) []claim {
	p := j.plots[i]
	t := p.Time.Seconds() - j.bias[2]
	height, told := heightOf(p)
	limit := j.limit(p, g, told)
	for _, c := range sky.near(j.place(p, height), t) {
		target := int(sky.who[c.track])
		if c.d > limit || j.contradicts(p, target) {
			continue
		}
		m, ok := j.paths[target].at(t)
		if !ok || told && math.Abs(height-m.altitude) > heightGate {
			continue
		}
		r := j.residual(p, &m)
		r.target, r.time, r.altitude, r.plot = target, t, math.NaN(), p
		if told {
			r.altitude = height - m.altitude
		}
		if cost, ok := j.cost(&r, g); ok {
			dst = append(dst, claim{cost, i, r})
		}
	}
	return dst
}

// limit is how far a plot's target may be from the plot's place in the index: its gate, what it flies within the index's span, and
// what a height not known or wrong does to the place.
func (j *judge) limit(p *entente.Plot, g gate, told bool) float64 {
	const flown, reference = 400 * skySpan / 2, 1000
	if !j.polar || !p.Is(entente.HasPolar) {
		return flown + reference + g.metres + 2*g.sigmas*max(j.scale[0], j.scale[1])
	}
	l := flown + reference + g.rangeM + g.sigmas*j.scale[0] + p.Range*(g.azimuth+g.sigmas*j.scale[1])
	if p.Range < 40e3 {
		return skyReach
	}
	if !told {
		l += 1e8 / p.Range
	}
	return l
}

// heightOf is the height that a plot tells, else a likely one.
func heightOf(p *entente.Plot) (float64, bool) {
	switch {
	case p.Is(entente.HasPressureAltitude):
		return p.PressureAltitude, true
	case p.Is(entente.HasAltitude):
		return p.Altitude, true
	}
	return likelyHeight, false
}

// contradicts says whether plot and target tell two addresses.
func (j *judge) contradicts(p *entente.Plot, target int) bool {
	return p.Address != 0 && target < len(j.truth.ids) && j.truth.ids[target].address != 0 && j.truth.ids[target].address != p.Address
}

// place is about where a plot is.
func (j *judge) place(p *entente.Plot, height float64) point {
	if !j.polar || !p.Is(entente.HasPolar) {
		return onEllipsoid(p.Lat, p.Lon)
	}
	at, _ := j.frame.Locate(max(1, p.Range-j.bias[0]), p.Azimuth-j.bias[1], height)
	return onEllipsoid(at.Lat, at.Lon)
}

// residual is plot minus target in the sensor's own terms, biases not taken off.
func (j *judge) residual(p *entente.Plot, m *moment) (r residual) {
	v := j.frame.ENU(geo.LLA{Lat: m.lat, Lon: m.lon, Height: m.altitude})
	flat := math.Hypot(v.E, v.N)
	look := v.Polar()
	r.rng, r.az, r.alti = look.Range, look.Azimuth, m.altitude
	if !p.Is(entente.HasPolar) {
		north, east := perRadian(m.lat)
		r.a, r.b = math.Remainder(p.Lon-m.lon, 2*math.Pi)*east, (p.Lat-m.lat)*north
		r.rateA, r.rateB, r.varA, r.varB = m.ve, m.vn, m.pee, m.pnn
		return r
	}
	// the target's velocity and the reference's covariance along and across the line of sight: axes lean by the convergence of the meridians
	lean := (m.lon - j.sensor.Lon) * math.Sin((m.lat+j.sensor.Lat)/2)
	s, c := math.Sincos(look.Azimuth + lean)
	along, across := m.ve*s+m.vn*c, m.ve*c-m.vn*s
	tilt := flat / max(look.Range, 1)
	r.a, r.b = p.Range-look.Range, math.Remainder(p.Azimuth-look.Azimuth, 2*math.Pi)
	r.rateA, r.rateB = along*tilt, across/max(flat, 1)
	r.varA = tilt * tilt * (m.pee*s*s + 2*m.pen*s*c + m.pnn*c*c)
	r.varB = (m.pee*c*c - 2*m.pen*s*c + m.pnn*s*s) / max(flat*flat, 1)
	return r
}

// cost is the squared distance in sigmas; false beyond the gate. The motion during the clock's bias is in the time asked.
func (j *judge) cost(r *residual, g gate) (float64, bool) {
	a, b := math.Abs(r.a-j.bias[0]), math.Abs(r.b-j.bias[1])
	sa, sb := math.Sqrt(j.scale[0]*j.scale[0]+r.varA), math.Sqrt(j.scale[1]*j.scale[1]+r.varB)
	slackA, slackB := g.rangeM, g.azimuth
	if !j.polar {
		slackA, slackB = g.metres, g.metres
	}
	if a > g.sigmas*sa+slackA || b > g.sigmas*sb+slackB {
		return 0, false
	}
	sa, sb = sa+slackA/3, sb+slackB/3
	return a*a/(sa*sa) + b*b/(sb*sb), true
}
