package score

import (
	"math"
	"slices"
)

// figures sums up.
func (c *comparison) figures(truth *Truth, tracks *Tracks) Figures {
	u, s := &c.totals, &c.errors
	step := c.period()
	hours := float64(u.truth) * step / 3600
	f := Figures{
		GOSPA: mean(u.gospa), OSPA: mean(u.ospa), Missed: mean(u.miss), False: mean(u.fals), Cardinality: mean(u.cards),
		GOSPAPerRootTarget: mean(u.gospa) / math.Sqrt(max(ratio(u.truth, len(c.times)), 1e-9)),
		Localisation:       math.Sqrt(u.square / float64(max(1, u.pairs))),
		Completeness:       ratio(u.tracked, u.truth), Ambiguity: ratio(u.belong, u.tracked), Spuriousness: ratio(u.spur, u.n),
		Switches: u.switches, SwitchesPerHour: float64(u.switches) / max(hours, 1e-9), Fragmentations: u.fragmentations,
		RMS: rms(s.err), P50: percentile(s.err, 50), P95: percentile(s.err, 95), P99: percentile(s.err, 99),
		RMSAlong: rms(s.along), RMSAcross: rms(s.across), RMSAltitude: rms(s.altitude), RMSVelocity: rms(s.velocity),
		Truths: len(truth.names), Tracks: len(tracks.names), TruthSamples: u.truth,
	}
	c.lives(truth, &f)
	c.consistency(&f)
	return f
}

// period is the median time between scored times, seconds; 1 of a single one.
func (c *comparison) period() float64 {
	if len(c.times) < 2 {
		return 1
	}
	gaps := make([]float64, len(c.times)-1)
	for i := range gaps {
		gaps[i] = c.times[i+1] - c.times[i]
	}
	return percentile(gaps, 50)
}

// lives sums up per target.
func (c *comparison) lives(truth *Truth, f *Figures) {
	all := make([]int, len(truth.names))
	for i := range truth.rows {
		all[truth.rows[i].target]++
	}
	var delay, longest []float64
	for i, t := range c.started {
		if math.IsNaN(t) {
			f.NeverTracked++
			continue
		}
		delay = append(delay, t-c.first[i])
		best := 0
		for _, n := range c.held[i] {
			best = max(best, n)
		}
		longest = append(longest, ratio(best, all[i]))
	}
	f.StartDelay, f.LongestSegment = mean(delay), mean(longest)
}

// consistency compares errors with the covariance that was given with them.
func (c *comparison) consistency(f *Figures) {
	nees := c.errors.nees
	if len(nees) == 0 {
		return
	}
	inside, sum := 0, 0.0
	for _, v := range nees {
		sum += min(v, neesCap)
		if v < 5.991 {
			inside++
		}
	}
	f.HasNEES, f.NEES, f.Inside95 = true, sum/float64(len(nees)), ratio(inside, len(nees))
	f.NEESMedian = percentile(nees, 50)
}

func ratio(a, b int) float64 { return float64(a) / float64(max(1, b)) }

func mean(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

func rms(x []float64) float64 {
	var s float64
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s / float64(len(x)))
}

// percentile interpolates linearly between the two nearest ranks (type 7 of Hyndman and Fan 1996); NaN of nothing.
func percentile(x []float64, q float64) float64 {
	if len(x) == 0 {
		return math.NaN()
	}
	y := slices.Clone(x)
	slices.Sort(y)
	h := float64(len(y)-1) * q / 100
	i := int(h)
	if i+1 >= len(y) {
		return y[i]
	}
	return y[i] + (h-float64(i))*(y[i+1]-y[i])
}
