package track

import (
	"math"

	"entente"
	"entente/geo"
)

// Heights of aircraft where nothing tells, and the accuracy of what tells (metres).
const (
	likelyHeight      = 6000
	likelyHeightSigma = 3500
	altitudeSigma     = 13
	highest           = 14e3
	heightApart       = 500 // between a height told and the track's, at which they are still compared
)

// seenPlot is a plot made ready for its group.
type seenPlot struct {
	plot     *entente.Plot
	sin, cos float64  // of the azimuth
	sphere   geo.ECEF // place on the sphere of the grid
	reach    float64  // metres from there within which its aircraft is, by the sensor's errors and for want of a height
	height   float64  // metres, as told or likely
	told     bool     // the plot tells a height
	sigma    float64  // of a height likely, metres
	class    int
}

// ready works out what all pairs of a plot need.
func (s *site) ready(p *entente.Plot) seenPlot {
	v := seenPlot{plot: p, height: likelyHeight, sigma: likelyHeightSigma, class: classOf(p)}
	switch {
	case p.Is(entente.HasPressureAltitude):
		v.height, v.told = p.PressureAltitude, true
	case p.Is(entente.HasAltitude):
		v.height, v.told = p.Altitude, true
	}
	if !p.Is(entente.HasPolar) {
		v.sphere = onSphere(geo.LLA{Lat: p.Lat, Lon: p.Lon}.ECEF())
		v.reach = coarseSigma * s.sensor.RangeSigma
		return v
	}
	v.sin, v.cos = math.Sincos(p.Azimuth)
	low, high := v.height, v.height
	if !v.told {
		low, high = 0, highest
	}
	a, b := s.at(p.Range, &v, low), s.at(p.Range, &v, high)
	v.sphere = onSphere(geo.ECEF{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2, Z: (a.Z + b.Z) / 2})
	if v.told {
		low, high = low-heightApart, high+heightApart
	}
	v.reach = s.spread(&v, a, b, low, high) + coarseSigma*s.sensor.AzimuthSigma*p.Range
	return v
}

// spread is how far along its azimuth the aircraft of a plot may be from the middle of the places a and b, between two
// heights and with the error of the range: near the zenith a little range is a long way over the ground.
func (s *site) spread(v *seenPlot, a, b geo.ECEF, low, high float64) float64 {
	flat := func(r, h float64) float64 {
		up := h - s.sensor.Height
		return math.Sqrt(max(0, r*r-up*up))
	}
	e := coarseSigma * s.sensor.RangeSigma
	m := s.frame.ToENU(geo.ECEF{X: (a.X + b.X) / 2, Y: (a.Y + b.Y) / 2, Z: (a.Z + b.Z) / 2})
	middle := math.Hypot(m.E, m.N)
	return max(v.plot.Range+e-middle, middle-flat(max(0, v.plot.Range-e), max(math.Abs(high), math.Abs(low))))
}

// at is the place of a slant range at a height.
func (s *site) at(r float64, v *seenPlot, h float64) geo.ECEF {
	u := s.up(r, h)
	flat := math.Sqrt(r*r - u*u)
	return s.frame.ToECEF(geo.ENU{E: flat * v.sin, N: flat * v.cos, U: u})
}

// onSphere drops the height of a place.
func onSphere(p geo.ECEF) geo.ECEF {
	f := geo.MeanRadius / math.Sqrt(p.X*p.X+p.Y*p.Y+p.Z*p.Z)
	return geo.ECEF{X: p.X * f, Y: p.Y * f, Z: p.Z * f}
}

// observation is a plot against one track: two components of position with their gradients in the track's frame, and
// perhaps a height. A plot not of the track's time is compared with the state moved straight on (or back) to its own.
type observation struct {
	polar    bool
	toSite   geo.Rotation
	offset   geo.ENU // of the track's origin, in the site's frame
	sin, cos float64
	a, b     float64 // range and nothing, or east and north in the track's frame
	ahead    float64 // seconds from the track's time to the plot's
	g        [2][3]float64
	variance [2]float64
	bulge    float64 // metres by which the expected range exceeds the range of the mean, for the height not known
	logUnit  float64 // log of the square metres in a unit of the two components
	told     bool
	height   float64
	hvar     float64
}

// observe sets o up for the plot v of s against k, whose time is near the plot's.
func (s *site) observe(o *observation, v *seenPlot, k *record) {
	p := v.plot
	*o = observation{polar: p.Is(entente.HasPolar), ahead: p.Time.Sub(k.time), told: v.told, height: v.height, hvar: altitudeSigma * altitudeSigma}
	drift := 1.5 * o.ahead * o.ahead // metres that a manoeuvre may add meanwhile
	drift *= drift
	e, n, u := k.mean[0]+o.ahead*k.mean[3], k.mean[1]+o.ahead*k.mean[4], k.mean[2]+o.ahead*k.mean[5]
	if !o.polar {
		at := k.frame.ENU(geo.LLA{Lat: p.Lat, Lon: p.Lon, Height: height(e, n, u)})
		o.a, o.b = at.E, at.N
		o.g = [2][3]float64{{1, 0, 0}, {0, 1, 0}}
		sigma := s.sensor.RangeSigma
		if p.Is(entente.HasSigma) && p.Sigma > 0 {
			sigma = p.Sigma
		}
		o.variance = [2]float64{sigma*sigma + drift, sigma*sigma + drift}
		return
	}
	o.toSite = k.frame.RotationTo(&s.frame)
	o.offset = s.frame.ToENU(k.frame.ToECEF(geo.ENU{}))
	o.sin, o.cos, o.a = v.sin, v.cos, p.Range
	r := &o.toSite
	at := o.site(e, n, u)
	rho2 := at.E*at.E + at.N*at.N + 1
	rng := math.Sqrt(rho2 + at.U*at.U)
	re, rn, ru := at.E/rng, at.N/rng, at.U/rng
	ae, an := at.N/rho2, -at.E/rho2
	o.g[0] = [3]float64{r[0]*re + r[3]*rn + r[6]*ru, r[1]*re + r[4]*rn + r[7]*ru, r[2]*re + r[5]*rn + r[8]*ru}
	o.g[1] = [3]float64{r[0]*ae + r[3]*an, r[1]*ae + r[4]*an, r[2]*ae + r[5]*an}
	o.variance[0] = s.sensor.RangeSigma*s.sensor.RangeSigma + drift + s.bias.rangeVariance()
	o.variance[1] = s.sensor.AzimuthSigma*s.sensor.AzimuthSigma + drift/rho2 + s.bias.azimuthVariance()
	o.logUnit = 0.5 * math.Log(rho2)
	if !k.levelled {
		o.curve(&k.modes[0].p, rng)
	}
}

// curve adds the second-order terms of the range (Bar-Shalom, Li and Kirubarajan 2001, 10.3.2): where the height is not
// known the aircraft may be anywhere on a long arc, and a flat filter would come to believe in a height it never saw.
func (o *observation) curve(p *[21]float64, rng float64) {
	g := &o.g[0]
	k := gain(p, g, 0)
	across := (p[0] + p[6] + p[11] - times(g, 0, &k)) / rng
	o.bulge = across / 2
	o.variance[0] += across * across / 2
}

// site is a place of the track's frame in the site's.
func (o *observation) site(e, n, u float64) geo.ENU {
	v := o.toSite.Vector(geo.ENU{E: e, N: n, U: u})
	return geo.ENU{E: v.E + o.offset.E, N: v.N + o.offset.N, U: v.U + o.offset.U}
}

// residual is measured minus expected of both components for the mean x.
func (o *observation) residual(x *[6]float64) (float64, float64) {
	e, n, u := x[0]+o.ahead*x[3], x[1]+o.ahead*x[4], x[2]+o.ahead*x[5]
	if !o.polar {
		return o.a - e, o.b - n
	}
	v := o.site(e, n, u)
	along, cross := v.E*o.sin+v.N*o.cos, v.E*o.cos-v.N*o.sin
	rng := math.Sqrt(along*along + cross*cross + v.U*v.U)
	t := cross / along
	if along <= 0 || t > 0.3 || t < -0.3 {
		return o.a - rng - o.bulge, -math.Atan2(cross, along)
	}
	return o.a - rng - o.bulge, -t * (1 - t*t*(1.0/3-t*t*0.2))
}

// gain is P·h for the row h that has g at the position and ahead·g at the velocity.
func gain(p *[21]float64, g *[3]float64, ahead float64) (k [6]float64) {
	a, b, c := g[0], g[1], g[2]
	k[0] = p[0]*a + p[1]*b + p[2]*c
	k[1] = p[1]*a + p[6]*b + p[7]*c
	k[2] = p[2]*a + p[7]*b + p[11]*c
	k[3] = p[3]*a + p[8]*b + p[12]*c
	k[4] = p[4]*a + p[9]*b + p[13]*c
	k[5] = p[5]*a + p[10]*b + p[14]*c
	if ahead == 0 {
		return k
	}
	a, b, c = ahead*a, ahead*b, ahead*c
	k[0] += p[3]*a + p[4]*b + p[5]*c
	k[1] += p[8]*a + p[9]*b + p[10]*c
	k[2] += p[12]*a + p[13]*b + p[14]*c
	k[3] += p[15]*a + p[16]*b + p[17]*c
	k[4] += p[16]*a + p[18]*b + p[19]*c
	k[5] += p[17]*a + p[19]*b + p[20]*c
	return k
}

// times is h·k for the row of gain.
func times(g *[3]float64, ahead float64, k *[6]float64) float64 {
	return g[0]*(k[0]+ahead*k[3]) + g[1]*(k[1]+ahead*k[4]) + g[2]*(k[2]+ahead*k[5])
}
