package score

import (
	"math"
	"slices"
)

// fewestFit is the number of plots below which a sensor's accuracy is not told.
const fewestFit = 20

// fitted are the biases of a, b and time with their errors, and the sigmas of a and b.
type fitted struct {
	x, e  [3]float64
	sigma [2]float64
	n     int
}

// timePrior keeps the clock's bias at zero where nothing tells it, seconds.
const timePrior = 1.0

// fit solves for the biases by least squares with Tukey's biweight. The residuals were taken at the plot's time less
// the time bias known so far, which is added.
func (j *judge) fit() (f fitted) {
	rs := j.matches
	f.x = j.bias
	for i := range rs {
		if !rs[i].duplicate {
			f.n++
		}
	}
	if f.n < fewestFit {
		f.sigma = j.scale
		return f
	}
	f.x[0], f.x[1] = medianOf(rs, func(r *residual) float64 { return r.a }), medianOf(rs, func(r *residual) float64 { return r.b })
	var p [3][3]float64
	known := j.bias[2]
	for range 10 {
		left := func(r *residual) (float64, float64) {
			dt := f.x[2] - known
			return r.a - f.x[0] + r.rateA*dt, r.b - f.x[1] + r.rateB*dt
		}
		sa := 1.4826 * medianOf(rs, func(r *residual) float64 { a, _ := left(r); return math.Abs(a) })
		sb := 1.4826 * medianOf(rs, func(r *residual) float64 { _, b := left(r); return math.Abs(b) })
		sa, sb = max(sa, 1e-3), max(sb, 1e-8)
		n := [3][3]float64{{1e-12}, {0, 1e-12}, {0, 0, 1 / (timePrior * timePrior)}}
		y := [3]float64{0, 0, 0}
		for i := range rs {
			r := &rs[i]
			if r.duplicate {
				continue
			}
			a, b := left(r)
			wa, wb := tukey(a/sa)/(sa*sa), tukey(b/sb)/(sb*sb)
			gather(&n, &y, [3]float64{1, 0, -r.rateA}, r.a-r.rateA*known, wa)
			gather(&n, &y, [3]float64{0, 1, -r.rateB}, r.b-r.rateB*known, wb)
		}
		p = invert(n)
		for i := range f.x {
			f.x[i] = p[i][0]*y[0] + p[i][1]*y[1] + p[i][2]*y[2]
		}
		f.sigma = j.spread(left)
	}
	for i := range f.e {
		f.e[i] = math.Sqrt(p[i][i])
	}
	return f
}

// mostShare bounds what a reference may have taken of a sensor's own noise.
const mostShare = 0.7

// spread is the standard deviation of what is left, without the tails beyond 4.5 robust sigmas. Where the reference was smoothed from the
// very plots, what is left of them is too small: var(y − H·x̂) = R − H·P·Hᵀ of a smoother. The share H·P·Hᵀ/R, R being the
// noise that the smoother assumed, is given back.
func (j *judge) spread(left func(*residual) (float64, float64)) (sigma [2]float64) {
	rs := j.matches
	assumed := [2]float64{j.sensor.RangeSigma, j.sensor.AzimuthSigma}
	if assumed[0] <= 0 {
		assumed[0] = 50
	}
	if assumed[1] <= 0 {
		assumed[1] = 0.1 * math.Pi / 180
	}
	if !j.polar {
		assumed[1] = assumed[0]
	}
	for k := range sigma {
		of := func(r *residual) float64 {
			a, b := left(r)
			if k == 0 {
				return a
			}
			return b
		}
		robust := 1.4826 * medianOf(rs, func(r *residual) float64 { return math.Abs(of(r)) })
		sum, own, n := 0.0, 0.0, 0
		for i := range rs {
			v := of(&rs[i])
			if rs[i].duplicate || math.Abs(v) > 4.5*robust {
				continue
			}
			sum += v * v
			n++
			switch {
			case math.IsNaN(rs[i].altitude): // the variance is of a height not known, which the range does not show
			case k == 0:
				own += rs[i].varA
			default:
				own += rs[i].varB
			}
		}
		n = max(1, n)
		share := min(mostShare, own/float64(n)/(assumed[k]*assumed[k]))
		sigma[k] = math.Sqrt(sum / float64(n) / (1 - share))
	}
	return sigma
}

// gather adds one equation h·x = z of weight w to the normal equations.
func gather(n *[3][3]float64, y *[3]float64, h [3]float64, z, w float64) {
	for i := range h {
		y[i] += w * h[i] * z
		for k := range h {
			n[i][k] += w * h[i] * h[k]
		}
	}
}

// tukey is the biweight of a residual in sigmas, zero beyond 6.
func tukey(u float64) float64 {
	if u /= 6; u*u >= 1 {
		return 0
	}
	return (1 - u*u) * (1 - u*u)
}

func medianOf(rs []residual, of func(*residual) float64) float64 {
	v := make([]float64, len(rs))
	for i := range rs {
		v[i] = of(&rs[i])
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// invert inverts a symmetric positive matrix.
func invert(a [3][3]float64) (o [3][3]float64) {
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
