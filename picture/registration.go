package picture

import (
	"math"
	"slices"

	"entente"
)

// registration is how far a partner's tracks lie from our own of the same aircraft: metres east, north and up, and
// seconds by which its clock is ahead. All four drift slowly, so that old evidence fades; none is believed or taken off
// until it is significant, and a jump sets the partner's tracks aside until the new value has settled.
type registration struct {
	x [3]float64    // east, north, clock
	p [3][3]float64 // its covariance; zero: nothing known yet
	h float64       // up
	v float64       // its variance
	n int           // pairs used

	applied bool
	moved   [4]float64 // what is taken off at present: east, north, up, clock

	recent  []residual // of the last pictures: what pairs said beyond what was known
	jumped  entente.Instant
	settled entente.Instant // since then pairs agree again; zero: they do not
	leap    [2]float64      // metres east and north of the last jump
}

// residual is what one pair said beyond what was known.
type residual struct {
	time    entente.Instant
	e, n    float64
	outside bool // of the gate
}

const (
	priorPlace   = 1500.0 // metres, 1 sigma per axis
	priorHeight  = 150.0  // metres
	priorClock   = 4.0    // seconds
	driftPlace   = 0.3    // metres per root second
	driftClock   = 0.002  // seconds per root second
	localPlace   = 60.0   // metres by which bias differs from place to place: of radars in azimuth, above all
	pairEvery    = 8.0    // seconds between uses of one pair: successive states of a track have errors in common
	pairAge      = 8.0    // seconds that either state may be old
	significant  = 4.0    // sigma
	leastPlace   = 30.0   // metres, 0.1 s: less is not worth taking off
	leastClock   = 0.1
	leastHeight  = 30.0
	leastPairs   = 12
	pairGate     = 16.0
	jumpWindow   = 20.0 // seconds
	jumpPairs    = 3
	jumpShare    = 0.6
	jumpLeast    = 300.0 // metres
	settleAfter  = 60.0  // seconds
	registeredTo = 120.0 // metres, 1 sigma: better known than this, the partner needs no allowance
)

// known says whether the place is known well enough for the allowance to shrink.
func (r *registration) known() bool {
	return r.n >= leastPairs && math.Sqrt(max(r.p[0][0], r.p[1][1])) < registeredTo && r.jumped == 0
}

// unsettled says whether the partner's tracks are set aside after a jump.
func (r *registration) unsettled(now entente.Instant) bool {
	return r.jumped != 0 && (r.settled == 0 || now.Sub(r.settled) < settleAfter)
}

// slack is the variance per axis, square metres, by which two parts' places may differ beyond their covariances.
func (p *Picture) slack(a, b *contribution) float64 {
	of := func(c *contribution) float64 {
		if c.source == 0 {
			return 0
		}
		if r := &p.sources[c.source].registration; r.known() {
			return localPlace*localPlace + max(r.p[0][0], r.p[1][1])
		}
		return systematic * systematic
	}
	return max(localPlace*localPlace, min(of(a)+of(b), systematic*systematic))
}

// register compares partners' tracks with own ones of the same entries, and learns.
func (p *Picture) register() {
	for s := range p.sources {
		p.sources[s].registration.drift(p.now, p.before)
	}
	for k := range p.entries {
		e := &p.entries[k]
		if e.number == 0 || len(e.parts) < 2 {
			continue
		}
		own := &p.contributions[e.parts[0]]
		if own.source != 0 || own.first() || !p.recent(own) {
			continue
		}
		for _, i := range e.parts[1:] {
			c := &p.contributions[i]
			if c.source == 0 || c.first() || !p.recent(c) || c.track.Time == c.sampled || c.track.Time.Sub(c.sampled) < pairEvery {
				continue
			}
			c.sampled = c.track.Time
			p.sources[c.source].registration.learn(own, c, p.now)
		}
	}
	for s := 1; s < len(p.sources); s++ {
		p.sources[s].registration.decide(p.now)
	}
}

// recent says whether a contribution's state is new enough to compare; coasting ones say nothing.
func (p *Picture) recent(c *contribution) bool {
	return c.track.State == entente.Confirmed && p.now.Sub(c.track.Time) < pairAge
}

// drift lets the values age from before to now.
func (r *registration) drift(now, before entente.Instant) {
	if r.p[0][0] == 0 {
		r.restart()
		return
	}
	dt := max(0, min(60, now.Sub(before)))
	for i, q := range [3]float64{driftPlace, driftPlace, driftClock} {
		r.p[i][i] += q * q * dt
	}
	r.v += driftPlace * driftPlace * dt
}

// restart forgets the values.
func (r *registration) restart() {
	r.x, r.h = [3]float64{}, 0
	r.p = [3][3]float64{{priorPlace * priorPlace}, {0, priorPlace * priorPlace}, {0, 0, priorClock * priorClock}}
	r.v, r.n = priorHeight*priorHeight, 0
}

// learn takes in a pair. What has been taken off the partner's track is put back first.
func (r *registration) learn(own, c *contribution, now entente.Instant) {
	e, n := own.at.offset(&c.at)
	ve, vn := c.at.ve, c.at.vn
	e += r.moved[0] - ve*r.moved[3]
	n += r.moved[1] - vn*r.moved[3]
	a, b := &own.at.p, &c.at.p
	const s2 = localPlace * localPlace
	// a clock ahead by τ stamps an aircraft's place τ too late: it seems to lie τ of its way behind
	hx := [2][3]float64{{1, 0, -ve}, {0, 1, -vn}}
	y := [2]float64{e - r.x[0] + ve*r.x[2], n - r.x[1] + vn*r.x[2]}
	var ph [3][2]float64
	for i := range 3 {
		for k := range 2 {
			for j := range 3 {
				ph[i][k] += r.p[i][j] * hx[k][j]
			}
		}
	}
	var s [2][2]float64
	for k := range 2 {
		for l := range 2 {
			for i := range 3 {
				s[k][l] += hx[k][i] * ph[i][l]
			}
		}
	}
	s[0][0] += a.At(0, 0) + b.At(0, 0) + s2
	s[0][1] += a.At(0, 1) + b.At(0, 1)
	s[1][1] += a.At(1, 1) + b.At(1, 1) + s2
	s[1][0] = s[0][1]
	outside := r.n >= leastPairs && normalised(y[0], y[1], s[0][0], s[0][1], s[1][1]) > pairGate
	r.recent = append(r.recent, residual{now, y[0], y[1], outside})
	if outside {
		return
	}
	r.correct(&ph, &s, y)
	dh := c.at.height + r.moved[2] - own.at.height - r.h
	if hv := a.At(2, 2) + b.At(2, 2) + 20*20; dh*dh < 9*(r.v+hv) {
		g := r.v / (r.v + hv)
		r.h += g * dh
		r.v *= 1 - g
	}
	r.n++
}

// correct is the Kalman update of the three by two residuals.
func (r *registration) correct(ph *[3][2]float64, s *[2][2]float64, y [2]float64) {
	det := s[0][0]*s[1][1] - s[0][1]*s[1][0]
	inv := [2][2]float64{{s[1][1] / det, -s[0][1] / det}, {-s[1][0] / det, s[0][0] / det}}
	var g [3][2]float64
	for i := range 3 {
		for k := range 2 {
			g[i][k] = ph[i][0]*inv[0][k] + ph[i][1]*inv[1][k]
		}
	}
	for i := range 3 {
		r.x[i] += g[i][0]*y[0] + g[i][1]*y[1]
		for j := i; j < 3; j++ {
			r.p[i][j] -= g[i][0]*ph[j][0] + g[i][1]*ph[j][1]
			r.p[j][i] = r.p[i][j]
		}
	}
}

// decide looks for a jump, and says what is taken off from now on.
func (r *registration) decide(now entente.Instant) {
	r.recent = slices.DeleteFunc(r.recent, func(x residual) bool { return now.Sub(x.time) > jumpWindow })
	out := 0
	var e, n float64
	for _, x := range r.recent {
		if x.outside {
			out++
			e, n = e+x.e, n+x.n
		}
	}
	switch {
	case out >= jumpPairs && float64(out) >= jumpShare*float64(len(r.recent)) && math.Hypot(e, n) > jumpLeast*float64(out):
		r.leap = [2]float64{e / float64(out), n / float64(out)}
		r.jumped, r.settled = now, 0
		r.restart()
		r.recent = r.recent[:0]
	case r.jumped != 0 && r.settled == 0 && r.n >= leastPairs:
		r.settled = now
	case r.jumped != 0 && r.settled != 0 && now.Sub(r.settled) >= settleAfter:
		r.jumped, r.settled = 0, 0
	}
	if r.n < leastPairs {
		if r.jumped == 0 && r.n == 0 {
			r.applied, r.moved = false, [4]float64{}
		}
		return
	}
	r.apply()
}

// apply takes off what is significant, together where place and clock cannot be told apart singly.
func (r *registration) apply() {
	moved := [4]float64{r.moved[0], r.moved[1], r.moved[2], r.moved[3]}
	sure := func(x, variance, least float64, on bool) bool {
		limit := significant
		if on {
			limit, least = significant/2, least/2 // once taken off, it stays so until plainly gone
		}
		return math.Abs(x) > least && x*x > limit*limit*variance
	}
	place := sure(r.x[0], r.p[0][0], leastPlace, moved[0] != 0) || sure(r.x[1], r.p[1][1], leastPlace, moved[1] != 0)
	clock := sure(r.x[2], r.p[2][2], leastClock, moved[3] != 0)
	moved = [4]float64{}
	if place || clock {
		moved = [4]float64{r.x[0], r.x[1], 0, r.x[2]} // jointly: their errors hang together
	}
	if sure(r.h, r.v, leastHeight, r.moved[2] != 0) {
		moved[2] = r.h
	}
	r.moved = moved
	r.applied = moved != [4]float64{}
}

// shift moves a partner's track by what is taken off.
func (r *registration) shift(m *motion) {
	if !r.applied {
		return
	}
	ve, vn := m.ve, m.vn
	m.lat, m.lon = m.shifted(ve*r.moved[3]-r.moved[0], vn*r.moved[3]-r.moved[1])
	m.height -= r.moved[2]
	// the offset's own uncertainty stays in (Schmidt)
	add := func(i, j int, v float64) { m.p.Set(i, j, m.p.At(i, j)+v) }
	c := r.p
	add(0, 0, c[0][0]-2*ve*c[0][2]+ve*ve*c[2][2])
	add(1, 1, c[1][1]-2*vn*c[1][2]+vn*vn*c[2][2])
	add(0, 1, c[0][1]-ve*c[1][2]-vn*c[0][2]+ve*vn*c[2][2])
	add(2, 2, r.v)
	m.settle()
}
