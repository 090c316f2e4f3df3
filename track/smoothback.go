package track

import (
	"math"

	"entente"
)

// passing is what the smoother keeps of one time of a flight.
type passing struct {
	time  entente.Instant
	plot  int32 // among the flight's, −1 for none
	modes [flightModes]kinematic
	mu    [flightModes]float64
}

// smoother runs the filter forth and back over one flight; its buffers are used again.
type smoother struct {
	steps []passing
	read  []reading
	mean  []kinematic // smoothed, by step
	turns []float64   // smoothed probability of each step to be in a turn or restless
}

// longestStep is the greatest time between two steps, seconds: gaps are filled with steps without a plot.
const longestStep = 4.0

// forth filters the plots of one flight, in order of time, from a diffuse start near the guess. A plot whose use is
// false is passed over.
func (m *smoother) forth(sites []site, siteOf []int32, plots []entente.Plot, use []bool, guess kinematic) {
	m.steps = m.steps[:0]
	now := plots[0].Time
	first := passing{time: now, plot: -1, mu: firstFlying}
	for j := range first.modes {
		first.modes[j] = guess
	}
	m.steps = append(m.steps, first)
	for i := range plots {
		if !use[i] {
			continue
		}
		for {
			dt := plots[i].Time.Sub(now)
			if dt <= longestStep {
				break
			}
			n := math.Ceil(dt / longestStep)
			now = now.Add(dt / n)
			m.step(now, -1)
		}
		if plots[i].Time > now {
			now = plots[i].Time
			m.step(now, int32(i))
		} else if m.steps[len(m.steps)-1].plot < 0 {
			m.steps[len(m.steps)-1].plot = int32(i)
		}
		p := &plots[i]
		m.update(&sites[siteOf[p.Sensor]], p)
	}
}

// step appends the prediction to a time: interaction and motion (Blom and Bar-Shalom, IEEE TAC 33, 1988).
func (m *smoother) step(to entente.Instant, plot int32) {
	old := &m.steps[len(m.steps)-1]
	dt := to.Sub(old.time)
	pass := passage(dt)
	o := passing{time: to, plot: plot}
	for j := range flightModes {
		var w [flightModes]float64
		for i := range flightModes {
			w[i] = pass[i][j] * old.mu[i]
			o.mu[j] += w[i]
		}
		mixed := mixKinematic(&old.modes, &w)
		t := flyings[j].transitionOf(&mixed.p, dt)
		o.modes[j] = t.predict(&mixed)
	}
	m.steps = append(m.steps, o)
}

// mixKinematic is the mixture of states; small weights are left out.
func mixKinematic(ss *[flightModes]kinematic, w *[flightModes]float64) (o kinematic) {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	kept := 0.0
	for i, v := range w {
		if v > pairNegligible*sum {
			kept += v
			o.p, o.v = o.p.plus(v, &ss[i].p), o.v.plus(v, &ss[i].v)
		}
	}
	for k := range 3 {
		o.p[k] /= kept
		o.v[k] /= kept
	}
	for i, v := range w {
		if v > pairNegligible*sum {
			o.mixture(v/kept, &ss[i], &o)
		}
	}
	return o
}

// update takes a plot into all models of the last step.
func (m *smoother) update(s *site, p *entente.Plot) {
	o := &m.steps[len(m.steps)-1]
	var ll [flightModes]float64
	best := math.Inf(-1)
	for j := range flightModes {
		k := &o.modes[j]
		at := k.p
		m.read = s.readings(p, &at, m.read[:0])
		for i := range m.read {
			r := &m.read[i]
			moved := k.p.plus(-1, &at) // by the readings before
			y := r.y - r.g.dot(&moved)
			v := k.correct(&r.g, y, r.r)
			ll[j] -= (math.Log(v) + y*y/v) / 2
		}
		ll[j] += math.Log(o.mu[j])
		best = max(best, ll[j])
	}
	sum := 0.0
	for j := range ll {
		o.mu[j] = math.Exp(ll[j]-best) + leastFlying
		sum += o.mu[j]
	}
	for j := range o.mu {
		o.mu[j] /= sum
	}
}

// back smooths: at each step every pair of a model then and a smoothed model after is taken back by Rauch, Tung and
// Striebel, weighed by how well the one led to the other, and the pairs of a model are merged (Koch, IEEE TAES 36, 2000:
// fixed-interval retrodiction for IMM).
func (m *smoother) back() {
	n := len(m.steps)
	m.mean = append(m.mean[:0], make([]kinematic, n)...)
	m.turns = append(m.turns[:0], make([]float64, n)...)
	last := &m.steps[n-1]
	after, mu := last.modes, last.mu
	m.note(n-1, &after, &mu)
	for k := n - 2; k >= 0; k-- {
		after, mu = m.retrace(&m.steps[k], m.steps[k+1].time, &after, &mu)
		m.note(k, &after, &mu)
	}
}

func (m *smoother) note(k int, modes *[flightModes]kinematic, mu *[flightModes]float64) {
	m.mean[k] = mixKinematic(modes, mu)
	m.turns[k] = 1 - mu[0]
}

// retrace goes back from the smoothed models after to those of the step s.
func (m *smoother) retrace(s *passing, next entente.Instant, after *[flightModes]kinematic, mu *[flightModes]float64) (out [flightModes]kinematic, w [flightModes]float64) {
	dt := next.Sub(s.time)
	pass := passage(dt)
	var pairs [flightModes][flightModes]kinematic // by model then, model after
	var weight [flightModes][flightModes]float64
	for i := range flightModes {
		if mu[i] < leastFlying {
			continue
		}
		var ll [flightModes]float64
		best := math.Inf(-1)
		for j := range flightModes {
			ll[j] = math.Inf(-1)
			if s.mu[j]*pass[j][i] < 1e-5 {
				continue
			}
			t := flyings[i].transitionOf(&s.modes[j].p, dt)
			if l, ok := t.retrace(&s.modes[j], &after[i], &pairs[j][i]); ok {
				ll[j] = l + math.Log(s.mu[j]*pass[j][i])
				best = max(best, ll[j])
			}
		}
		sum := 0.0
		for j := range ll {
			weight[j][i] = math.Exp(ll[j] - best)
			sum += weight[j][i]
		}
		for j := range ll {
			weight[j][i] *= mu[i] / sum
		}
	}
	total := 0.0
	for j := range flightModes {
		for i := range flightModes {
			w[j] += weight[j][i]
		}
		total += w[j]
	}
	for j := range flightModes {
		if w[j] <= leastFlying*total {
			out[j], w[j] = s.modes[j], 0 // of no weight in the mixture; the state only marks the place
			continue
		}
		out[j] = mixKinematic(&pairs[j], &weight[j])
		w[j] /= total
	}
	return out, w
}

// retrace is one step of Rauch, Tung and Striebel (AIAA Journal 3, 1965) with the log density of the smoothed mean
// after under the prediction; false when the prediction is degenerate.
func (t *transition) retrace(s, after, o *kinematic) (float64, bool) {
	pred := t.predict(s)
	pc := pred.covariance()
	l, ok := pc.cholesky()
	if !ok {
		return 0, false
	}
	dp, dv := after.p.plus(-1, &pred.p), after.v.plus(-1, &pred.v)
	d := [6]float64{dp[0], dp[1], dp[2], dv[0], dv[1], dv[2]}
	g := t.gainOf(s, &l)
	o.p, o.v = s.p, s.v
	ac := after.covariance()
	var diff sixBySix
	for i := range diff {
		diff[i] = ac[i] - pc[i]
	}
	c := s.covariance()
	for i := range 6 {
		var gd [6]float64
		for k := range 6 {
			f := g[6*i+k]
			for j := range 6 {
				gd[j] += f * diff[6*k+j]
			}
			if i < 3 {
				o.p[i] += f * d[k]
			} else {
				o.v[i-3] += f * d[k]
			}
		}
		for j := range 6 {
			for k := range 6 {
				c[6*i+j] += gd[k] * g[6*j+k]
			}
		}
	}
	o.setCovariance(&c)
	logDet := 0.0
	for i := range 6 {
		logDet += math.Log(l[7*i])
	}
	e := d
	l.solve(&e)
	q := 0.0
	for i := range 6 {
		q += d[i] * e[i]
	}
	return -logDet - q/2, true
}
