package track

import (
	"cmp"
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// Bounds of registration over a whole recording: flights used, plots of a flight by position that make it an anchor,
// rounds without and with anchors, prior sigmas of what one round may find.
const (
	registerFlights = 80
	anchorPlots     = 12
	anchorFlights   = 3
	roundsAnchored  = 2
	roundsRelative  = 6
	radarClock      = 0.15 // seconds: prior sigma of a radar's clock
	networkClock    = 0.30 // and of the age of ADS-B and multilateration positions
)

// register estimates the biases of all sensors on the flights with most plots and takes them off. Where ADS-B or
// multilateration placed enough aircraft, those flights are smoothed from these positions alone, so that radars are
// compared with something that their own bias does not move; else radars are compared with each other.
func (r *reconstructor) register() {
	r.assign(false)
	anchors := slices.Clone(r.flights)
	anchors = slices.DeleteFunc(anchors, func(f *flight) bool { return f.positions() < anchorPlots })
	r.anchor = len(anchors) >= anchorFlights
	rounds, some := roundsRelative, slices.Clone(r.flights)
	if r.anchor {
		rounds, some = roundsAnchored, anchors
	}
	slices.SortStableFunc(some, func(a, b *flight) int { return cmp.Compare(len(b.plots), len(a.plots)) })
	some = some[:min(len(some), registerFlights)]
	for range rounds {
		r.round(some)
	}
	r.restore()
	if r.anchor {
		r.clocks()
	}
}

// positions counts the plots that give a position.
func (f *flight) positions() (n int) {
	for i := range f.plots {
		if !f.plots[i].Is(entente.HasPolar) {
			n++
		}
	}
	return n
}

// round smooths the flights given and corrects every radar by what it is off.
func (r *reconstructor) round(some []*flight) {
	copies := make([]*flight, len(some))
	for i, f := range some {
		c := *f
		c.plots, c.use, c.fixes = nil, nil, slices.Clone(f.fixes)
		for k := range f.plots {
			if !r.anchor || !f.plots[k].Is(entente.HasPolar) {
				c.plots = append(c.plots, f.plots[k])
			}
		}
		copies[i] = &c
	}
	r.smooth(copies)
	for si := range r.sites {
		s := &r.sites[si]
		if !s.sensor.Kind.Polar() {
			continue
		}
		var off []offset
		for i, f := range some {
			off = f.offsets(s, copies[i], off)
		}
		b, ok := solveOffsets(off, s)
		if !ok {
			continue
		}
		total := &r.biases[si]
		total.Range, total.Azimuth, total.Time = total.Range+b.Range, total.Azimuth+b.Azimuth, total.Time+b.Time
		total.RangeSigma, total.AzimuthSigma, total.TimeSigma, total.Plots, total.Applied = b.RangeSigma, b.AzimuthSigma, b.TimeSigma, b.Plots, true
		r.shift(int32(si), b)
		for _, f := range some {
			f.shift(s.sensor.ID, b)
		}
	}
}

// shift takes a bias off the flight's own plots of a sensor.
func (f *flight) shift(id entente.SensorID, b Bias) {
	for i := range f.plots {
		if p := &f.plots[i]; p.Sensor == id {
			p.Time = p.Time.Add(-b.Time)
			if p.Is(entente.HasPolar) {
				p.Range, p.Azimuth = max(1, p.Range-b.Range), geo.WrapAzimuth(p.Azimuth-b.Azimuth)
			}
		}
	}
}

// offset is how far one plot of a radar is off its flight.
type offset struct{ rng, az, radial, angular, weight, azWeight float64 }

// offsets appends those of the flight's plots of s against its smoothed copy, where the copy is firm.
func (f *flight) offsets(s *site, smoothed *flight, dst []offset) []offset {
	if len(smoothed.fixes) < 2 {
		return dst
	}
	from, to := smoothed.fixes[0].time, smoothed.fixes[len(smoothed.fixes)-1].time
	for i := range f.plots {
		p := &f.plots[i]
		if p.Sensor != s.sensor.ID || p.Time < from || p.Time > to {
			continue
		}
		at, ok := smoothed.at(p.Time)
		if !ok || at.sigma > 400 || !smoothed.levelled {
			continue
		}
		v := s.frame.ToENU(geo.ECEF{X: at.p[0], Y: at.p[1], Z: at.p[2]})
		a := axes(s.frame.Origin())
		w := a.times(&at.v)
		flat := math.Hypot(v.E, v.N)
		rng := math.Hypot(flat, v.U)
		if flat < 8e3 {
			continue
		}
		rs, as := s.sensor.RangeSigma, s.sensor.AzimuthSigma
		dst = append(dst, offset{
			rng: p.Range - rng, az: math.Remainder(p.Azimuth-math.Atan2(v.E, v.N), 2*math.Pi),
			radial: (v.E*w[0] + v.N*w[1] + v.U*w[2]) / rng, angular: (w[0]*v.N - w[1]*v.E) / (flat * flat),
			weight: 1 / (rs*rs + at.sigma*at.sigma), azWeight: 1 / (as*as + at.sigma*at.sigma/(flat*flat)),
		})
	}
	return dst
}

// solveOffsets finds range, azimuth and clock bias; false when there are too few plots.
func solveOffsets(off []offset, s *site) (b Bias, ok bool) {
	if len(off) < 2*enoughAnchors {
		return b, false
	}
	x, p := fitOffsets(off)
	return Bias{Sensor: s.sensor.ID, Range: x[0], Azimuth: x[1], Time: x[2], RangeSigma: math.Sqrt(p[0][0]),
		AzimuthSigma: math.Sqrt(p[1][1]), TimeSigma: math.Sqrt(p[2][2]), Plots: len(off)}, true
}

// sure is how many sigmas make a bias of a recording worth taking off: others would only bring their own noise.
const sure = 3.0

// restore puts back what was taken off without being sure.
func (r *reconstructor) restore() {
	for i := range r.biases {
		b := &r.biases[i]
		var back Bias
		for _, c := range []struct{ total, sigma, back *float64 }{
			{&b.Range, &b.RangeSigma, &back.Range}, {&b.Azimuth, &b.AzimuthSigma, &back.Azimuth}, {&b.Time, &b.TimeSigma, &back.Time}} {
			if math.Abs(*c.total) < sure**c.sigma {
				*c.back, *c.total = -*c.total, 0
			}
		}
		b.Applied = b.Range != 0 || b.Azimuth != 0 || b.Time != 0
		r.shift(int32(i), back)
	}
}

// fitOffsets is weighted least squares with Tukey's weights (6 robust sigmas), so that wrong plots do not count.
func fitOffsets(off []offset) (x [3]float64, p [3][3]float64) {
	x = [3]float64{medianOf(off, func(o *offset) float64 { return o.rng }), medianOf(off, func(o *offset) float64 { return o.az }), 0}
	for range 8 {
		left := func(o *offset) (float64, float64) { return o.rng - x[0] + o.radial*x[2], o.az - x[1] + o.angular*x[2] }
		scaleR := 1.4826 * medianOf(off, func(o *offset) float64 { r, _ := left(o); return math.Abs(r) * math.Sqrt(o.weight) })
		scaleA := 1.4826 * medianOf(off, func(o *offset) float64 { _, a := left(o); return math.Abs(a) * math.Sqrt(o.azWeight) })
		n := [3][3]float64{{1e-8}, {0, 1e2}, {0, 0, 1 / (radarClock * radarClock)}}
		var y [3]float64
		for i := range off {
			o := &off[i]
			r, a := left(o)
			wr := o.weight * tukey(r*math.Sqrt(o.weight)/max(scaleR, 0.5)) / max(1, scaleR*scaleR)
			wa := o.azWeight * tukey(a*math.Sqrt(o.azWeight)/max(scaleA, 0.5)) / max(1, scaleA*scaleA)
			gather(&n, &y, [3]float64{1, 0, -o.radial}, o.rng, wr)
			gather(&n, &y, [3]float64{0, 1, -o.angular}, o.az, wa)
		}
		p = invert3(n)
		for i := range x {
			x[i] = p[i][0]*y[0] + p[i][1]*y[1] + p[i][2]*y[2]
		}
	}
	return x, p
}

// gather adds one equation h·x = z of weight w to the normal equations.
func gather(n *[3][3]float64, y *[3]float64, h [3]float64, z, w float64) {
	for i := range h {
		y[i] += w * h[i] * z
		for j := range h {
			n[i][j] += w * h[i] * h[j]
		}
	}
}

// tukey is the biweight of a residual in sigmas, zero beyond 6.
func tukey(u float64) float64 {
	u /= 6
	if u*u >= 1 {
		return 0
	}
	return (1 - u*u) * (1 - u*u)
}

func medianOf(off []offset, of func(*offset) float64) float64 {
	v := make([]float64, len(off))
	for i := range off {
		v[i] = of(&off[i])
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// invert3 inverts a symmetric positive matrix.
func invert3(a [3][3]float64) (o [3][3]float64) {
	for i := range 3 {
		i1, i2 := (i+1)%3, (i+2)%3
		for j := range 3 {
			j1, j2 := (j+1)%3, (j+2)%3
			o[j][i] = a[i1][j1]*a[i2][j2] - a[i1][j2]*a[i2][j1]
		}
	}
	det := a[0][0]*o[0][0] + a[0][1]*o[1][0] + a[0][2]*o[2][0]
	for i := range o {
		for j := range o[i] {
			o[i][j] /= det
		}
	}
	return o
}

// clocks shares the common part of the radars' clock biases with the network they were measured against: which clock is
// wrong cannot be measured, only how likely either is.
func (r *reconstructor) clocks() {
	sum, n := 0.0, 1/(networkClock*networkClock)
	for i := range r.biases {
		if b := &r.biases[i]; b.Plots > 0 && r.sites[i].sensor.Kind.Polar() {
			w := 1 / (radarClock*radarClock + b.TimeSigma*b.TimeSigma)
			sum -= w * b.Time
			n += w
		}
	}
	network := sum / n
	for i := range r.biases {
		b := &r.biases[i]
		if r.sites[i].sensor.Kind.Polar() && b.Plots == 0 {
			continue
		}
		b.Time += network
		b.TimeSigma = math.Sqrt(b.TimeSigma*b.TimeSigma + 1/n)
		b.Applied = b.Applied || network != 0
		r.shift(int32(i), Bias{Time: network})
	}
}
