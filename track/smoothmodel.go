package track

import (
	"math"

	"entente"
	"entente/geo"
)

// flightModes is the number of motion models of the smoother.
const flightModes = 6

// flying is one way of flying as the smoother takes it: a steady turn disturbed by white acceleration.
type flying struct {
	turn   float64 // radians a second, positive to the left
	noise  float64 // m²/s³ per horizontal axis
	upward float64 // m²/s³ vertical
	stay   float64 // seconds that an aircraft keeps to it, on average
}

// flyings are the smoother's own, so that the judge does not change with the tracker it judges. The restless one is
// wide enough for turns of 5 g.
var flyings = [flightModes]flying{
	{0, 0.15, 0.6, 120},
	{+1.2 * degree, 1.5, 2, 40},
	{-1.2 * degree, 1.5, 2, 40},
	{+3.0 * degree, 4, 2, 30},
	{-3.0 * degree, 4, 2, 30},
	{0, 900, 20, 15},
}

// firstFlying are the probabilities at a flight's first plot.
var firstFlying = [flightModes]float64{0.6, 0.08, 0.08, 0.06, 0.06, 0.12}

// least probability kept, so that no model dies out, and below which a pair of models is left out of the way back.
const (
	leastFlying    = 1e-3
	pairNegligible = 2e-3
)

// passage fills the probability of going from one model to another within dt seconds; one that is left is followed by any other.
func passage(dt float64) (m [flightModes][flightModes]float64) {
	for i := range m {
		stay := math.Exp(-dt / flyings[i].stay)
		for j := range m[i] {
			m[i][j] = (1 - stay) / (flightModes - 1)
		}
		m[i][i] = stay
	}
	return m
}

// transition is how a state moves over a time: position gains a·v, velocity becomes r·v; curve holds both to the Earth.
type transition struct {
	a, r mat
	up   vec
	dt   float64
	f    *flying
}

// transitionOf makes the transition of a model from a place over dt seconds: a turn about the vertical by Rodrigues'
// formula, with a climb that is forgotten as in the tracker.
func (f *flying) transitionOf(p *vec, dt float64) transition {
	u := upAt(p)
	t := transition{up: u, dt: dt, f: f}
	decay := math.Exp(-dt / climbDecay)
	rise := climbDecay * (1 - decay)
	// I − u·uᵀ turns, u·uᵀ climbs
	flat := mat{1, 0, 0, 0, 1, 0, 0, 0, 1}
	flat.outer(-1, &u, &u)
	s, c := math.Sincos(f.turn * dt)
	gain, side := dt, 0.0
	if f.turn != 0 {
		gain, side = s/f.turn, (1-c)/f.turn
	}
	cross := mat{0, -u[2], u[1], u[2], 0, -u[0], -u[1], u[0], 0}
	t.r.add(c, &flat)
	t.r.add(s, &cross)
	t.r.outer(decay, &u, &u)
	t.a.add(gain, &flat)
	t.a.add(side, &cross)
	t.a.outer(rise, &u, &u)
	return t
}

// upAt is the ellipsoid's normal near a place: the gradient of its equation, right to 10⁻⁵ below 30 km.
func upAt(p *vec) vec {
	const flat = geo.SemiMajor * geo.SemiMajor / (geo.SemiMinor * geo.SemiMinor)
	u := vec{p[0], p[1], p[2] * flat}
	n := 1 / u.norm()
	return vec{u[0] * n, u[1] * n, u[2] * n}
}

// predict moves a state.
func (t *transition) predict(s *kinematic) (o kinematic) {
	climb := s.v.dot(&t.up)
	bend := -(s.v.dot(&s.v) - climb*climb) / s.p.norm() // level flight follows the Earth
	av, rv := t.a.times(&s.v), t.r.times(&s.v)
	o.p = s.p.plus(1, &av)
	o.p = o.p.plus(bend*t.dt*t.dt/2, &t.up)
	o.v = rv.plus(bend*t.dt, &t.up)

	avv := t.a.mul(&s.vv)
	top := s.pv
	top.add(1, &avv) // pv + a·vv
	apv := t.a.mulT(&s.pv)
	o.pp = s.pp
	o.pp.add(1, &apv)
	ta := top.mulT(&t.a)
	o.pp.add(1, &ta)
	o.pv = top.mulT(&t.r)
	rvv := t.r.mul(&s.vv)
	o.vv = rvv.mulT(&t.r)
	t.disturb(&o)
	return o
}

// disturb adds the noise of white acceleration, horizontal and vertical apart.
func (t *transition) disturb(o *kinematic) {
	n := mat{t.f.noise, 0, 0, 0, t.f.noise, 0, 0, 0, t.f.noise}
	n.outer(t.f.upward-t.f.noise, &t.up, &t.up)
	o.pp.add(t.dt*t.dt*t.dt/3, &n)
	o.pv.add(t.dt*t.dt/2, &n)
	o.vv.add(t.dt, &n)
}

// gainOf returns the smoother's gain P·Fᵀ·M⁻¹ of a state and its prediction's covariance in Cholesky form.
func (t *transition) gainOf(s *kinematic, l *sixBySix) (g sixBySix) {
	// P·Fᵀ = [pp + pv·aᵀ, pv·rᵀ; pvᵀ + vv·aᵀ, vv·rᵀ]
	ppf, pvf := s.pv.mulT(&t.a), s.pv.mulT(&t.r)
	ppf.add(1, &s.pp)
	vpf, vvf := s.vv.mulT(&t.a), s.vv.mulT(&t.r)
	pvT := s.pv.transposed()
	vpf.add(1, &pvT)
	for i := range 3 {
		for k, row := range [2][2]*mat{{&ppf, &pvf}, {&vpf, &vvf}} {
			b := [6]float64{row[0][3*i], row[0][3*i+1], row[0][3*i+2], row[1][3*i], row[1][3*i+1], row[1][3*i+2]}
			l.solve(&b)
			copy(g[6*(3*k+i):], b[:])
		}
	}
	return g
}

// reading is one scalar of a plot against a state: gradient by position, measured minus expected, variance.
type reading struct {
	g    vec
	y, r float64
}

// readings appends what a plot says of a state at its time; registered says the plot's biases are off already.
func (s *site) readings(p *entente.Plot, at *vec, dst []reading) []reading {
	if p.Is(entente.HasPolar) {
		v := s.frame.ToENU(geo.ECEF{X: at[0], Y: at[1], Z: at[2]})
		a := axes(s.frame.Origin())
		flat2 := v.E*v.E + v.N*v.N + 1
		rng := math.Sqrt(flat2 + v.U*v.U)
		along := vec{v.E / rng, v.N / rng, v.U / rng}
		across := vec{v.N / flat2, -v.E / flat2, 0}
		az := math.Remainder(p.Azimuth-math.Atan2(v.E, v.N), 2*math.Pi)
		dst = append(dst,
			reading{a.timesT(&along), p.Range - rng, s.sensor.RangeSigma * s.sensor.RangeSigma},
			reading{a.timesT(&across), az, s.sensor.AzimuthSigma * s.sensor.AzimuthSigma})
		return appendHeight(p, at, dst)
	}
	here := geo.ECEF{X: at[0], Y: at[1], Z: at[2]}.LLA()
	a := axes(here)
	q := geo.LLA{Lat: p.Lat, Lon: p.Lon, Height: here.Height}.ECEF()
	d := vec{q.X - at[0], q.Y - at[1], q.Z - at[2]}
	sigma := s.sensor.RangeSigma
	if p.Is(entente.HasSigma) && p.Sigma > 0 {
		sigma = p.Sigma
	}
	e, n := vec{a[0], a[1], a[2]}, vec{a[3], a[4], a[5]}
	dst = append(dst, reading{e, e.dot(&d), sigma * sigma}, reading{n, n.dot(&d), sigma * sigma})
	return appendHeight(p, at, dst)
}

// appendHeight adds the height of a plot, if it tells one.
func appendHeight(p *entente.Plot, at *vec, dst []reading) []reading {
	h, told := heightOf(p)
	if !told {
		return dst
	}
	here := geo.ECEF{X: at[0], Y: at[1], Z: at[2]}.LLA()
	a := axes(here)
	return append(dst, reading{vec{a[6], a[7], a[8]}, h - here.Height, altitudeSigma * altitudeSigma})
}

// heightOf is the height that a plot tells, pressure first.
func heightOf(p *entente.Plot) (float64, bool) {
	switch {
	case p.Is(entente.HasPressureAltitude):
		return p.PressureAltitude, true
	case p.Is(entente.HasAltitude):
		return p.Altitude, true
	}
	return 0, false
}
