package track

import (
	"math"

	"entente/geo"
)

// leastMode keeps every model alive, so that a turn is noticed at its first plots.
const leastMode = 2e-3

// leapHeight is how far, beside what its uncertainty allows, a height may leap between plots of one aircraft, metres.
const leapHeight = 700

// impossible is a log-likelihood ratio that no other evidence outweighs.
const impossible = -1e3

// likelihood returns the log density of the plot's two components and, apart, of its height, and the least squared
// Mahalanobis distance over the models: a gate that saw the mixture alone would lose turning aircraft.
func (o *observation) likelihood(k *record) (position, height, least float64) {
	least = math.Inf(1)
	var ll [modes]float64
	best := math.Inf(-1)
	for j := range modes {
		s := &k.modes[j]
		y0, y1 := o.residual(&s.x)
		k0, k1 := gain(&s.p, &o.g[0], o.ahead), gain(&s.p, &o.g[1], o.ahead)
		s00 := times(&o.g[0], o.ahead, &k0) + o.variance[0]
		s01 := times(&o.g[1], o.ahead, &k0)
		s11 := times(&o.g[1], o.ahead, &k1) + o.variance[1]
		det := s00*s11 - s01*s01
		d2 := (y0*y0*s11 - 2*y0*y1*s01 + y1*y1*s00) / det
		least = min(least, d2)
		ll[j] = math.Log(k.mu[j]/math.Sqrt(det)) - d2/2
		best = max(best, ll[j])
	}
	sum := 0.0
	for _, l := range ll {
		if l > best-20 {
			sum += math.Exp(l - best)
		}
	}
	position = best + math.Log(sum/(2*math.Pi)) - o.logUnit
	return position, o.heightRatio(k), least
}

// heightRatio is the log of the height's density against that of any aircraft's; a height that jumped counts against
// the pair, yet not without bound, as climbs begin suddenly.
func (o *observation) heightRatio(k *record) float64 {
	if !o.told {
		return 0
	}
	m := &k.mean
	e, n, u := m[0]+o.ahead*m[3], m[1]+o.ahead*m[4], m[2]+o.ahead*m[5]
	variance := o.hvar + 60*60
	for j := range modes {
		variance += k.mu[j] * k.modes[j].p[11]
	}
	d := o.height - height(e, n, u)
	if math.Abs(d) > leapHeight+6*math.Sqrt(variance) {
		return impossible
	}
	return max(-8, math.Log(highest/math.Sqrt(2*math.Pi*variance))-d*d/(2*variance))
}

// update takes the plot into every model and weighs them by how well they foretold it (IMM; the components one after
// the other, as their errors are independent).
func (o *observation) update(k *record) {
	var ll [modes]float64
	best := math.Inf(-1)
	o.loosen(k)
	for j := range modes {
		s := &k.modes[j]
		y0, y1 := o.residual(&s.x)
		k0 := gain(&s.p, &o.g[0], o.ahead)
		s0 := times(&o.g[0], o.ahead, &k0) + o.variance[0]
		y1 -= times(&o.g[1], o.ahead, &k0) * y0 / s0
		s.correct(&k0, y0, s0)
		k1 := gain(&s.p, &o.g[1], o.ahead)
		s1 := times(&o.g[1], o.ahead, &k1) + o.variance[1]
		s.correct(&k1, y1, s1)
		ll[j] = math.Log(k.mu[j]/math.Sqrt(s0*s1)) - (y0*y0/s0+y1*y1/s1)/2
		best = max(best, ll[j])
		if o.told {
			o.level(s)
		}
	}
	sum := 0.0
	for j := range ll {
		k.mu[j] = math.Exp(ll[j]-best) + leastMode
		sum += k.mu[j]
	}
	for j := range k.mu {
		k.mu[j] /= sum
	}
	k.combine()
}

// level corrects a model by the height.
func (o *observation) level(s *state) {
	e, n, u := s.x[0]+o.ahead*s.x[3], s.x[1]+o.ahead*s.x[4], s.x[2]+o.ahead*s.x[5]
	g := [3]float64{e / geo.MeanRadius, n / geo.MeanRadius, 1}
	k := gain(&s.p, &g, o.ahead)
	s.correct(&k, o.height-height(e, n, u), times(&g, o.ahead, &k)+o.hvar)
}

// loosen widens the climb of all models when the height jumped: a climb or descent began.
func (o *observation) loosen(k *record) {
	if !o.told {
		return
	}
	m := &k.mean
	d := o.height - height(m[0]+o.ahead*m[3], m[1]+o.ahead*m[4], m[2]+o.ahead*m[5])
	s := &k.modes[0]
	if v := s.p[11] + o.hvar; d*d > 6*v {
		for j := range modes {
			p := &k.modes[j].p
			p[11] += d * d / 2
			p[20] += min(400, d*d/25)
		}
	}
}

// correct adds the gain k/v of the residual y with variance v.
func (s *state) correct(k *[6]float64, y, v float64) {
	inv := 1 / v
	f := y * inv
	n := 0
	for r := range 6 {
		s.x[r] += k[r] * f
		kr := k[r] * inv
		for c := r; c < 6; c++ {
			s.p[n] -= kr * k[c]
			n++
		}
	}
}
