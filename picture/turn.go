package picture

import (
	"math"

	"entente"
)

// turn is how a track has been turning of late, found from its successive velocities: tracks do not tell it.
type turn struct {
	rate  float64 // radians a second, clockwise, smoothed
	sigma float64 // of it; zero: nothing known
}

const (
	turnSpan   = 8.0  // seconds for which a turn is believed to go on
	turnAfter  = 4.0  // seconds of age before which straight on is as good
	leastTurn  = 0.02 // radians a second, 1.1 degrees: less is straight
	mostTurn   = 0.35
	turnSpeed  = 30.0 // metres a second below which a course means nothing
	turnForget = 20.0 // seconds between states over which no turn is found
)

// learn takes in the next state of the track.
func (w *turn) learn(old, t *entente.Track) {
	dt := t.Time.Sub(old.Time)
	if t.Updated == old.Updated || dt < 0.5 {
		return
	}
	v, u := math.Hypot(t.VE, t.VN), math.Hypot(old.VE, old.VN)
	if dt > turnForget || v < turnSpeed || u < turnSpeed {
		*w = turn{}
		return
	}
	rate := math.Remainder(math.Atan2(t.VE, t.VN)-math.Atan2(old.VE, old.VN), 2*math.Pi) / dt
	sigma := math.Sqrt(t.Covariance.At(3, 3)+t.Covariance.At(4, 4)) / v / dt
	if w.sigma == 0 {
		w.rate, w.sigma = rate, sigma
		return
	}
	before := w.sigma*w.sigma + 0.0004*dt/10 // a turn begins or ends: 0.02 rad/s in ten seconds
	g := before / (before + sigma*sigma)
	w.rate += g * (rate - w.rate)
	w.sigma = math.Sqrt(before * (1 - g))
}

// turning is the rate to predict with, zero for straight on.
func (w turn) turning() float64 {
	if a := math.Abs(w.rate); w.sigma == 0 || a < leastTurn || a > mostTurn || a < 3*w.sigma {
		return 0
	}
	return w.rate
}

// restless is the noise to add to that of straight flight, m²/s³, at a speed: what has been turning may go on, or stop.
func (w turn) restless(speed float64) float64 {
	const lasts = 8.0 // seconds
	a := speed * speed * (w.rate*w.rate - w.sigma*w.sigma)
	return max(0, min(1000, lasts*a))
}

// path is the way and the velocity after dt seconds: an arc for turnSpan seconds at most, then straight.
func (w turn) path(ve, vn, dt float64) (e, n, ve2, vn2 float64) {
	r := w.turning()
	if r == 0 || math.Abs(dt) < turnAfter {
		return ve * dt, vn * dt, ve, vn
	}
	t := max(-turnSpan, min(turnSpan, dt))
	sin, cos := math.Sincos(r * t)
	e, n = (ve*sin+vn*(1-cos))/r, (vn*sin-ve*(1-cos))/r
	ve2, vn2 = ve*cos+vn*sin, vn*cos-ve*sin
	return e + (dt-t)*ve2, n + (dt-t)*vn2, ve2, vn2
}
