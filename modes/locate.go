package modes

import (
	"errors"
	"math"
)

// Multilateration: where and when a frame was sent, from the times at which receivers of known place heard it. Unknown
// are three coordinates and the time of sending; Gauss-Newton with Levenberg's damping in ECEF on
// t_i = t_0 + |x − s_i|·n/c, the altitude, when known, as one more measurement. Arrivals that do not agree with the
// others are left out one by one.

// Reasons for which arrivals give no fix.
var (
	ErrFewArrivals = errors.New("too few arrivals: four are needed, or three and an altitude")
	ErrGeometry    = errors.New("the receivers stand so that the arrivals do not tell a place")
	ErrDisagree    = errors.New("the arrivals do not agree on a place")
)

const (
	// MaxArrivals of one frame are used at most; the rest are left out.
	MaxArrivals = 32
	// DefaultArrivalSigma is one standard deviation of an arrival time in nanoseconds, of receivers with GPS clocks
	// that nothing has compared with each other.
	DefaultArrivalSigma = 250
	lightspeed          = 299_792_458 / 1e9 // metres a nanosecond
	refraction          = 1.00025           // of air, averaged between the ground and cruising levels
	airspeed            = lightspeed / refraction
)

// Arrival is a frame heard by one receiver.
type Arrival struct {
	Station  int     // number of the receiver, for Clocks
	Lat, Lon float64 // of the receiver, degrees, WGS-84
	Height   float64 // of the receiver above the ellipsoid, metres
	Time     int64   // nanoseconds of a clock that all receivers share
	Sigma    float64 // of Time, nanoseconds; zero: DefaultArrivalSigma
}

// LocateOptions are what is known besides arrivals.
type LocateOptions struct {
	Altitude      float64 // metres above the ellipsoid, with AltitudeSigma
	AltitudeSigma float64 // metres; zero: the altitude is not known
}

// Fix is where and when a frame was sent.
type Fix struct {
	Lat, Lon float64       // degrees
	Height   float64       // metres above the ellipsoid
	Time     int64         // of sending, nanoseconds of the receivers' clock
	Cov      [3][3]float64 // of east, north and up, m²
	Used     uint32        // bit i: arrival i was used
	Rejected int           // arrivals left out as they did not agree
	Freedom  int           // measurements beyond those that are needed; zero: nothing proves the fix
	ChiSq    float64       // sum of squared residuals, each by its sigma
}

// Sigma returns one standard deviation per horizontal axis in metres, as the root of the mean of both axes' variances.
func (f *Fix) Sigma() float64 { return math.Sqrt((f.Cov[0][0] + f.Cov[1][1]) / 2) }

// Within says whether a place is inside the ellipse of the fix that holds the true one with probability p.
func (f *Fix) Within(lat, lon, p float64) bool {
	e, n := offset(f.Lat, f.Lon, lat, lon)
	c := &f.Cov
	det := c[0][0]*c[1][1] - c[0][1]*c[0][1]
	if det <= 0 {
		return false
	}
	d := (c[1][1]*e*e - 2*c[0][1]*e*n + c[0][0]*n*n) / det
	return d <= -2*math.Log(1-p)
}

// offset returns east and north in metres from one place to a near one, on the ellipsoid.
func offset(lat0, lon0, lat, lon float64) (e, n float64) {
	const a, e2, rad = 6378137.0, 6.69437999014e-3, math.Pi / 180
	s := math.Sin(lat0 * rad)
	w := 1 - e2*s*s
	return wrap180(lon-lon0) * rad * math.Cos(lat0*rad) * a / math.Sqrt(w), (lat - lat0) * rad * a * (1 - e2) / (w * math.Sqrt(w))
}

// Locate returns the place from which the arrivals agree to have been sent. The covariance is that of the measurements'
// sigmas, widened where the residuals are larger than those say.
func Locate(arrivals []Arrival, o LocateOptions) (Fix, error) {
	if len(arrivals) > MaxArrivals {
		arrivals = arrivals[:MaxArrivals]
	}
	p := problem{arrivals: arrivals, altitude: o}
	need := 4
	if o.AltitudeSigma > 0 {
		need = 3
	}
	if len(arrivals) < need {
		return Fix{}, ErrFewArrivals
	}
	p.prepare()
	used := uint32(1)<<len(arrivals) - 1
	if len(arrivals) == 32 {
		used = math.MaxUint32
	}
	best, err := p.solve(used)
	for err == nil && best.free > 0 && best.chi > limit(best.free) {
		next := solution{chi: math.Inf(1)}
		if best.free > 1 {
			next = p.leaveOneOut(best.used)
		}
		if next.used == 0 {
			return Fix{}, ErrDisagree
		}
		best = next
	}
	if err != nil {
		return Fix{}, err
	}
	return p.fix(&best)
}

// limit is the 99.7 % point of chi squared (Wilson and Hilferty 1931).
func limit(free int) float64 {
	f := 2 / (9 * float64(free))
	x := 1 - f + 2.75*math.Sqrt(f)
	return float64(free) * x * x * x
}

// problem is one frame's arrivals in a frame around their receivers.
type problem struct {
	arrivals []Arrival
	altitude LocateOptions
	centre   [3]float64 // ECEF, metres
	site     [MaxArrivals][3]float64
	far      [MaxArrivals]float64 // metres of light since the first arrival
	weight   [MaxArrivals]float64 // 1/σ, per metre
	first    int64
}

// solution is where a set of arrivals puts the sender.
type solution struct {
	x    [4]float64 // place from the centre in ECEF, and time as metres of light
	chi  float64
	free int
	used uint32
	cov  [4][4]float64
}

func (p *problem) prepare() {
	p.first = p.arrivals[0].Time
	for i := range p.arrivals {
		a := &p.arrivals[i]
		p.site[i] = ecef(a.Lat, a.Lon, a.Height)
		for k := range 3 {
			p.centre[k] += p.site[i][k] / float64(len(p.arrivals))
		}
		sigma := a.Sigma
		if sigma <= 0 {
			sigma = DefaultArrivalSigma
		}
		p.weight[i] = 1 / (sigma * airspeed)
		p.first = min(p.first, a.Time)
	}
	for i := range p.arrivals {
		for k := range 3 {
			p.site[i][k] -= p.centre[k]
		}
		p.far[i] = float64(p.arrivals[i].Time-p.first) * airspeed
	}
}

// solve starts from several places around the receivers and keeps the best end.
func (p *problem) solve(used uint32) (solution, error) {
	best := solution{chi: math.Inf(1)}
	lat, lon, _ := geodetic(p.centre)
	height := 8000.0
	if p.altitude.AltitudeSigma > 0 {
		height = p.altitude.Altitude
	}
	for _, start := range [...][2]float64{{0, 0}, {1, 0}, {0, 1}, {-1, 0}, {0, -1}} {
		at := ecef(lat+start[0], lon+start[1]/math.Max(0.1, math.Cos(lat*math.Pi/180)), height)
		s := solution{used: used}
		for k := range 3 {
			s.x[k] = at[k] - p.centre[k]
		}
		if p.descend(&s) && s.chi < best.chi {
			best = s
		}
		if best.free > 0 && best.chi < limit(best.free) {
			break
		}
	}
	if best.used == 0 {
		return best, ErrGeometry
	}
	return best, nil
}

// leaveOneOut returns the best solution with one arrival fewer.
func (p *problem) leaveOneOut(used uint32) solution {
	best := solution{chi: math.Inf(1)}
	for i := range p.arrivals {
		if used>>i&1 == 0 {
			continue
		}
		if s, err := p.solve(used &^ (1 << i)); err == nil && s.chi < best.chi {
			best = s
		}
	}
	return best
}

// descend goes down to the least squares; false when it does not get there.
func (p *problem) descend(s *solution) bool {
	s.x[3] = p.sendTime(s)
	var n normal
	chi := p.linearise(s, &n)
	lambda := 1e-3
	for range 60 {
		step, ok := n.solve(lambda)
		if !ok {
			return false
		}
		t := *s
		size := 0.0
		for k := range 4 {
			t.x[k] += step[k]
			size = math.Max(size, math.Abs(step[k]))
		}
		var tn normal
		tchi := p.linearise(&t, &tn)
		if tchi > chi {
			if lambda *= 8; lambda > 1e9 {
				break
			}
			continue
		}
		lambda /= 6
		done := size < 0.01
		*s, n, chi = t, tn, tchi
		if done {
			break
		}
	}
	s.chi = chi
	s.free = n.rows - 4
	return s.free >= 0 && n.invert(&s.cov) && math.Abs(s.x[0])+math.Abs(s.x[1])+math.Abs(s.x[2]) < 2e6
}

// sendTime is the mean over the arrivals of when the frame would have been sent from s.
func (p *problem) sendTime(s *solution) float64 {
	sum, n := 0.0, 0.0
	for i := range p.arrivals {
		if s.used>>i&1 != 0 {
			sum += p.far[i] - distance(&s.x, &p.site[i])
			n++
		}
	}
	return sum / n
}

func distance(x *[4]float64, site *[3]float64) float64 {
	dx, dy, dz := x[0]-site[0], x[1]-site[1], x[2]-site[2]
	return math.Sqrt(dx*dx + dy*dy + dz*dz)
}

// normal is a set of normal equations.
type normal struct {
	a    [4][4]float64
	b    [4]float64
	rows int
}

func (n *normal) add(j *[4]float64, residual, weight float64) {
	w := weight * weight
	for r := range 4 {
		for c := range 4 {
			n.a[r][c] += w * j[r] * j[c]
		}
		n.b[r] += w * j[r] * residual
	}
	n.rows++
}

// linearise sets up the normal equations at s and returns the sum of squares there.
func (p *problem) linearise(s *solution, n *normal) (chi float64) {
	for i := range p.arrivals {
		if s.used>>i&1 == 0 {
			continue
		}
		d := math.Max(distance(&s.x, &p.site[i]), 1)
		r := p.far[i] - s.x[3] - d
		j := [4]float64{(s.x[0] - p.site[i][0]) / d, (s.x[1] - p.site[i][1]) / d, (s.x[2] - p.site[i][2]) / d, 1}
		n.add(&j, r, p.weight[i])
		chi += r * r * p.weight[i] * p.weight[i]
	}
	if p.altitude.AltitudeSigma > 0 {
		lat, lon, h := geodetic([3]float64{s.x[0] + p.centre[0], s.x[1] + p.centre[1], s.x[2] + p.centre[2]})
		up := axes(lat, lon)[2]
		w, r := 1/p.altitude.AltitudeSigma, p.altitude.Altitude-h
		n.add(&[4]float64{up[0], up[1], up[2], 0}, r, w)
		chi += r * r * w * w
	}
	return chi
}

// solve returns the step of the damped equations.
func (n *normal) solve(lambda float64) (x [4]float64, ok bool) {
	a, b := n.a, n.b
	for i := range 4 {
		a[i][i] *= 1 + lambda
	}
	l, ok := cholesky(&a)
	if !ok {
		return x, false
	}
	return substitute(&l, b), true
}

// invert returns the covariance.
func (n *normal) invert(cov *[4][4]float64) bool {
	l, ok := cholesky(&n.a)
	if !ok {
		return false
	}
	for c := range 4 {
		var e [4]float64
		e[c] = 1
		x := substitute(&l, e)
		for r := range 4 {
			cov[r][c] = x[r]
		}
	}
	for k := range 3 {
		if !(cov[k][k] < 1e12) { // a thousand kilometres, or not a number
			return false
		}
	}
	return true
}

func cholesky(a *[4][4]float64) (l [4][4]float64, ok bool) {
	for i := range 4 {
		for j := range i + 1 {
			sum := a[i][j]
			for k := range j {
				sum -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = sum / l[j][j]
				continue
			}
			if !(sum > a[i][i]*1e-14) {
				return l, false
			}
			l[i][i] = math.Sqrt(sum)
		}
	}
	return l, true
}

func substitute(l *[4][4]float64, b [4]float64) [4]float64 {
	for i := range 4 {
		for k := range i {
			b[i] -= l[i][k] * b[k]
		}
		b[i] /= l[i][i]
	}
	for i := 3; i >= 0; i-- {
		for k := i + 1; k < 4; k++ {
			b[i] -= l[k][i] * b[k]
		}
		b[i] /= l[i][i]
	}
	return b
}

// fix turns a solution into geographic terms.
func (p *problem) fix(s *solution) (Fix, error) {
	lat, lon, h := geodetic([3]float64{s.x[0] + p.centre[0], s.x[1] + p.centre[1], s.x[2] + p.centre[2]})
	f := Fix{Lat: lat, Lon: lon, Height: h, Used: s.used, Freedom: s.free, ChiSq: s.chi,
		Time: p.first + int64(math.Round(s.x[3]/airspeed))}
	for i := range p.arrivals {
		if s.used>>i&1 == 0 {
			f.Rejected++
		}
	}
	widen := 1.0
	if s.free > 0 {
		widen = math.Max(1, s.chi/float64(s.free))
	}
	e := axes(lat, lon)
	for r := range 3 {
		for c := range 3 {
			for i := range 3 {
				for j := range 3 {
					f.Cov[r][c] += e[r][i] * s.cov[i][j] * e[c][j] * widen
				}
			}
		}
	}
	if math.Abs(h) > 50_000 || math.IsNaN(lat+lon+h) {
		return Fix{}, ErrDisagree
	}
	return f, nil
}

// axes returns the unit vectors east, north and up in ECEF at a place in degrees.
func axes(lat, lon float64) [3][3]float64 {
	sLat, cLat := math.Sincos(lat * math.Pi / 180)
	sLon, cLon := math.Sincos(lon * math.Pi / 180)
	return [3][3]float64{{-sLon, cLon, 0}, {-sLat * cLon, -sLat * sLon, cLat}, {cLat * cLon, cLat * sLon, sLat}}
}

// ecef turns degrees and metres above the WGS-84 ellipsoid into metres in ECEF.
func ecef(lat, lon, h float64) [3]float64 {
	const a, e2 = 6378137.0, 6.69437999014e-3
	sLat, cLat := math.Sincos(lat * math.Pi / 180)
	sLon, cLon := math.Sincos(lon * math.Pi / 180)
	n := a / math.Sqrt(1-e2*sLat*sLat)
	return [3]float64{(n + h) * cLat * cLon, (n + h) * cLat * sLon, (n*(1-e2) + h) * sLat}
}

// geodetic is the reverse of ecef (Bowring 1976, one step and a refinement): below a millimetre up to 50 km of height.
func geodetic(x [3]float64) (lat, lon, h float64) {
	const a, e2 = 6378137.0, 6.69437999014e-3
	b := a * math.Sqrt(1-e2)
	ep2 := e2 / (1 - e2)
	r := math.Hypot(x[0], x[1])
	u := math.Atan2(x[2]*a, r*b)
	phi := 0.0
	for range 2 {
		s, c := math.Sincos(u)
		phi = math.Atan2(x[2]+ep2*b*s*s*s, r-e2*a*c*c*c)
		u = math.Atan2(b*math.Sin(phi), a*math.Cos(phi))
	}
	s, c := math.Sincos(phi)
	n := a / math.Sqrt(1-e2*s*s)
	h = r*c + x[2]*s - a*a/n
	return phi * 180 / math.Pi, math.Atan2(x[1], x[0]) * 180 / math.Pi, h
}
