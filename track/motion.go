package track

import "math"

// modes is the number of motion models of the filter.
const modes = 6

// model is one way of flying: a steady turn (none is straight) disturbed by white acceleration.
type model struct {
	turn  float64 // radians a second, positive to the left
	noise float64 // m²/s³ per horizontal axis
	stay  float64 // seconds that an aircraft keeps to it, on average
}

// models are the same for every site and aircraft: straight and quiet, two rates of turn either way, and a restless
// one whose noise covers what the others cannot. See docs/decisions/0041.
var models = [modes]model{
	{0, 0.25, 150},
	{+1.0 * degree, 3, 40},
	{-1.0 * degree, 3, 40},
	{+2.8 * degree, 6, 30},
	{-2.8 * degree, 6, 30},
	{0, 1000, 12},
}

// leaves says which model follows which when an aircraft leaves one.
var leaves = [modes][modes]float64{
	{0, 0.29, 0.29, 0.16, 0.16, 0.10},
	{0.55, 0, 0.05, 0.23, 0.02, 0.15},
	{0.55, 0.05, 0, 0.02, 0.18, 0.20},
	{0.50, 0.15, 0.02, 0, 0.03, 0.30},
	{0.50, 0.02, 0.15, 0.03, 0, 0.30},
	{0.44, 0.10, 0.10, 0.18, 0.18, 0},
}

// firstModes are the model probabilities of a track just started.
var firstModes = [modes]float64{0.66, 0.08, 0.08, 0.05, 0.05, 0.08}

const (
	degree        = math.Pi / 180
	climbNoise    = 3.0  // m²/s³, the same in all models: climbing says nothing of turning
	climbDecay    = 90.0 // seconds in which a climb is forgotten
	mixNegligible = 1e-3
)

// state is mean and covariance of e, n, u, v_e, v_n, v_u in a track's frame; the covariance is its upper triangle by
// rows, so that it stays symmetric by construction.
type state struct {
	x [6]float64
	p [21]float64
}

// stays fills the probability of keeping each model over dt seconds.
func stays(dt float64) (s [modes]float64) {
	for i := range s {
		if i > 0 && models[i].stay == models[i-1].stay {
			s[i] = s[i-1]
			continue
		}
		s[i] = math.Exp(-dt / models[i].stay)
	}
	return s
}

// mix is the interaction step of the IMM (Blom and Bar-Shalom, IEEE TAC 33, 1988, eq. 7–10).
func (k *record) mix(dt float64) {
	stay := stays(dt)
	var mu [modes]float64
	var mixed [modes]state
	for j := range modes {
		var w [modes]float64
		for i := range modes {
			w[i] = k.mu[i] * (1 - stay[i]) * leaves[i][j]
		}
		w[j] = k.mu[j] * stay[j]
		sum := 0.0
		for _, v := range w {
			sum += v
		}
		mu[j] = sum
		moments(&mixed[j], &k.modes, &w, sum)
	}
	k.modes, k.mu = mixed, mu
}

// moments sets s to the mixture of the states ss with the weights w, which sum to sum; small weights are left out.
func moments(s *state, ss *[modes]state, w *[modes]float64, sum float64) {
	kept := 0.0
	for i := range modes {
		if w[i] > mixNegligible*sum {
			kept += w[i]
			for r := range s.x {
				s.x[r] += w[i] * ss[i].x[r]
			}
		}
	}
	inv := 1 / kept
	for r := range s.x {
		s.x[r] *= inv
	}
	for i := range modes {
		if w[i] <= mixNegligible*sum {
			continue
		}
		a, o := w[i]*inv, &ss[i]
		var d [6]float64
		for r := range d {
			d[r] = o.x[r] - s.x[r]
		}
		n := 0
		for r := range 6 {
			for c := r; c < 6; c++ {
				s.p[n] += a * (o.p[n] + d[r]*d[c])
				n++
			}
		}
	}
}

// predict moves every model dt seconds on.
func (k *record) predict(dt float64) {
	if dt <= 0 {
		return
	}
	k.mix(dt)
	decay := math.Exp(-dt / climbDecay)
	v := vertical{h: climbDecay * (1 - decay), d: decay}
	for j := range modes {
		m := &models[j]
		t := turning{a: dt, c: 1}
		if m.turn != 0 {
			s, c := math.Sincos(m.turn * dt)
			t = turning{a: s / m.turn, b: (1 - c) / m.turn, c: c, s: s}
		}
		k.modes[j].move(t, v)
		k.modes[j].disturb(m.noise, dt)
	}
}

// turning is the horizontal transition: position gains a, b of the velocity, which turns by the angle of c, s.
type turning struct{ a, b, c, s float64 }

// vertical is the transition of height and climb: height gains h of the climb, of which d is left.
type vertical struct{ h, d float64 }

// move applies the transition to mean and covariance, block by block.
func (s *state) move(t turning, z vertical) {
	x, p := &s.x, &s.p
	x[0] += t.a*x[3] - t.b*x[4]
	x[1] += t.b*x[3] + t.a*x[4]
	x[2] += z.h * x[5]
	x[3], x[4] = t.c*x[3]-t.s*x[4], t.s*x[3]+t.c*x[4]
	x[5] *= z.d

	ve, vx, vn := p[15], p[16], p[18] // velocity block
	ee, en, ne, nn := p[3], p[4], p[8], p[9]
	// position with the old velocity
	tee, ten := ee+t.a*ve-t.b*vx, en+t.a*vx-t.b*vn
	tne, tnn := ne+t.b*ve+t.a*vx, nn+t.b*vx+t.a*vn
	p[0] += t.a*ee - t.b*en + tee*t.a - ten*t.b
	p[1] += t.a*ne - t.b*nn + tee*t.b + ten*t.a
	p[6] += t.b*ne + t.a*nn + tne*t.b + tnn*t.a
	p[3], p[4] = tee*t.c-ten*t.s, tee*t.s+ten*t.c
	p[8], p[9] = tne*t.c-tnn*t.s, tne*t.s+tnn*t.c
	we, wx, xe, wn := t.c*ve-t.s*vx, t.c*vx-t.s*vn, t.s*ve+t.c*vx, t.s*vx+t.c*vn
	p[15], p[16], p[18] = we*t.c-wx*t.s, we*t.s+wx*t.c, xe*t.s+wn*t.c

	// horizontal with vertical: 2 e-u, 5 e-vu, 7 n-u, 10 n-vu, 12 u-ve, 13 u-vn, 17 ve-vu, 19 vn-vu
	eu, ez, nu, nz := p[2], p[5], p[7], p[10]
	au, bu, az, bz := p[12], p[13], p[17], p[19]
	eu, ez = eu+t.a*au-t.b*bu, ez+t.a*az-t.b*bz
	nu, nz = nu+t.b*au+t.a*bu, nz+t.b*az+t.a*bz
	au, bu = t.c*au-t.s*bu, t.s*au+t.c*bu
	az, bz = t.c*az-t.s*bz, t.s*az+t.c*bz
	p[2], p[5], p[7], p[10] = eu+z.h*ez, ez*z.d, nu+z.h*nz, nz*z.d
	p[12], p[13], p[17], p[19] = au+z.h*az, bu+z.h*bz, az*z.d, bz*z.d
	p[11] += z.h * (2*p[14] + z.h*p[20])
	p[14] = (p[14] + z.h*p[20]) * z.d
	p[20] *= z.d * z.d
}

// disturb adds the noise of white acceleration over dt (Bar-Shalom, Li and Kirubarajan 2001, eq. 6.2.2-12).
func (s *state) disturb(q, dt float64) {
	p := &s.p
	d2, d3 := dt*dt/2, dt*dt*dt/3
	p[0] += q * d3
	p[6] += q * d3
	p[3] += q * d2
	p[9] += q * d2
	p[15] += q * dt
	p[18] += q * dt
	p[11] += climbNoise * d3
	p[14] += climbNoise * d2
	p[20] += climbNoise * dt
}
