package track

import (
	"math"

	"entente"
	"entente/geo"
)

// Bias is what is known of one sensor's systematic error: measured minus true.
type Bias struct {
	Sensor       entente.SensorID `json:"sensor"`
	Range        float64          `json:"range"`         // metres
	Azimuth      float64          `json:"azimuth"`       // radians
	Time         float64          `json:"time"`          // seconds, against the common clock of all sensors, see Lateness
	RangeSigma   float64          `json:"range_sigma"`   // metres
	AzimuthSigma float64          `json:"azimuth_sigma"` // radians
	TimeSigma    float64          `json:"time_sigma"`    // seconds
	Plots        int              `json:"plots"`         // anchors used
	Applied      bool             `json:"applied"`       // significant, and taken off the sensor's plots
}

// registration estimates a polar sensor's biases of range, azimuth and clock from aircraft that ADS-B places at nearly
// the same moment: a Kalman filter of three slowly wandering constants.
type registration struct {
	x       [3]float64
	p       [3][3]float64
	anchors int
	applied bool
	late    float64 // seconds that stamps of ADS-B are late, as found from all sensors; the same in all of them
}

// Bounds of registration: prior sigmas, anchors wanted before a bias is believed, how many sigmas make it significant,
// how far an anchor may lie off, and the greatest age of an ADS-B position that serves as one.
const (
	priorRange    = 400.0
	priorAzimuth  = 0.6 * degree
	priorTime     = 0.5 // seconds
	enoughAnchors = 15
	significant   = 4.0
	wildAnchor    = 16.0
	anchorAge     = 2.5   // seconds
	settlingTime  = 30.0  // seconds after registration in which tracks may still be off
	mostClock     = 0.05  // seconds: sigma of a clock that takes part in the common one
	leastClock    = 0.08  // seconds: a common lateness below is none
	displaced     = 800.0 // metres per axis that a track may be off by then
)

var priors = [3]float64{priorRange, priorAzimuth, priorTime}

// begin sets the priors.
func (r *registration) begin() {
	for i, s := range priors {
		r.p[i][i] = s * s
	}
}

// learn takes in one component: h is what it gains of each bias. False when it is wild: another aircraft.
func (r *registration) learn(y, variance float64, h [3]float64) bool {
	var g [3]float64
	s := variance
	for i := range g {
		for j, v := range h {
			g[i] += r.p[i][j] * v
		}
		s += h[i] * g[i]
		y -= h[i] * r.x[i]
	}
	if y*y > wildAnchor*s {
		return false
	}
	for i := range g {
		r.x[i] += g[i] * y / s
		for j := range g {
			r.p[i][j] -= g[i] * g[j] / s
		}
	}
	return true
}

// wander lets the constants drift a thousandth of their priors an anchor.
func (r *registration) wander() {
	for i, s := range priors {
		r.p[i][i] += s * s * 1e-6
	}
}

// rangeVariance is what an applied bias may still be off, squared metres.
func (r *registration) rangeVariance() float64 {
	if !r.applied {
		return 0
	}
	return r.p[0][0]
}

// azimuthVariance likewise, squared radians.
func (r *registration) azimuthVariance() float64 {
	if !r.applied {
		return 0
	}
	return r.p[1][1]
}

// correct takes significant biases off a plot.
func (r *registration) correct(p *entente.Plot) {
	if p.Kind == entente.ADSB && r.late != 0 {
		p.Time = p.Time.Add(-r.late)
	}
	if r.applied && p.Is(entente.HasPolar) {
		p.Range = max(1, p.Range-r.x[0])
		p.Azimuth = geo.WrapAzimuth(p.Azimuth - r.x[1])
		p.Time = p.Time.Add(-r.x[2] - r.late)
	}
}

// anchor compares a polar plot of a site, already corrected, with the last ADS-B position of its aircraft, moved to its
// time, and notes what that teaches.
func (t *Tracker) anchor(si int32, p *entente.Plot, k *record) {
	s := &t.sites[si]
	age := p.Time.Sub(k.fixed)
	if k.fixed == 0 || math.Abs(age) > anchorAge || !p.Is(entente.HasPolar) {
		return
	}
	v := k.frame.ToENU(k.fix)
	v.E, v.N = v.E+age*k.mean[3], v.N+age*k.mean[4]
	at := s.frame.ToENU(k.frame.ToECEF(v))
	turn := k.frame.RotationTo(&s.frame)
	speed := turn.Vector(geo.ENU{E: k.mean[3], N: k.mean[4]})
	look := at.Polar()
	if look.Range < 5e3 {
		return
	}
	flat := math.Hypot(at.E, at.N)
	radial := (at.E*speed.E + at.N*speed.N) / flat
	angular := (speed.E*at.N - speed.N*at.E) / (flat * flat)
	b, q := &s.bias, s.sensor
	r, a := p.Range-look.Range, math.Remainder(p.Azimuth-look.Azimuth, 2*math.Pi)
	if b.applied { // what was taken off: the biases, and the way flown in the clock's
		r, a = r+b.x[0]-radial*b.x[2], a+b.x[1]-angular*b.x[2]
	} else {
		r, a = r+radial*b.late, a+angular*b.late
	}
	loose := 40.0*40 + 64*age*age // of the anchor itself
	t.note(lesson{site: si, kind: ofBias, bias: anchored{r, a, radial, angular,
		q.RangeSigma*q.RangeSigma + loose, q.AzimuthSigma*q.AzimuthSigma + loose/(flat*flat)}})
}

// doubt is how much farther a plot is sought, metres, while sensors are not registered and its address is the track's.
func (s *site) doubt(known bool) float64 {
	if known && s.settling {
		return unregistered
	}
	return 0
}

// register notes, once a second, whether sensors that read addresses still have no registration, or had none until lately: what
// a biased one fed meanwhile may stand beside what a registered one sees.
func (t *Tracker) register(now entente.Instant) {
	settling := false
	for i := range t.sites {
		s := &t.sites[i]
		if s.sensor.Kind != entente.ModeS {
			continue
		}
		if s.bias.anchors < enoughAnchors {
			s.strange = now
		}
		settling = settling || now.Sub(s.strange) < settlingTime
	}
	late := t.commonClock()
	for i := range t.sites {
		t.sites[i].settling, t.sites[i].bias.late = settling, late
	}
}

// likelyLate is how late, seconds, the positions of ADS-B may be against the clocks of radars: the uncompensated latency
// that DO-260B allows is 0.6 s.
const likelyLate = 0.3

// commonClock estimates how late ADS-B is from the clocks of all registered radars: one clock cannot tell whether it or ADS-B is
// wrong, but several that err each by itself are right on average. What is left, unobservable, goes into the tracks' covariance.
func (t *Tracker) commonClock() float64 {
	n, sum, squares, noise := 0.0, 0.0, 0.0, 0.0
	for i := range t.sites {
		if b := &t.sites[i].bias; b.anchors >= 2*enoughAnchors && b.p[2][2] < mostClock*mostClock {
			n, sum, squares, noise = n+1, sum+b.x[2], squares+b.x[2]*b.x[2], noise+b.p[2][2]
		}
	}
	t.clock = 0
	if n == 0 {
		return 0
	}
	mean := sum / n
	const prior = likelyLate * likelyLate
	each := prior // of one clock; of one alone nothing is known
	if n > 1 {
		each = (squares - n*mean*mean + prior/10) / n // a little of the prior, as few clocks may agree by chance
	}
	each += noise / n
	late := -mean * prior / (prior + each/n)
	if sigma := math.Sqrt(prior * each / n / (prior + each/n)); math.Abs(late) > leastClock {
		t.clock = sigma
		return late
	}
	return 0
}

// distrust widens the observation by what sensors not registered may be off, this one or those that fed the track. Only a plot with
// the address of the track that is out of its gate is taken so: better a track that follows loosely than a second one of the same aircraft.
func (o *observation) distrust(k *record) {
	if !o.polar {
		o.variance[0] += displaced * displaced
		o.variance[1] += displaced * displaced
		return
	}
	way := (k.mean[3]*k.mean[3] + k.mean[4]*k.mean[4]) * priorTime * priorTime
	o.variance[0] += priorRange*priorRange + way
	o.variance[1] += priorAzimuth*priorAzimuth + way*math.Exp(-2*o.logUnit)
}

// displace lets a track that a sensor not registered led astray go to where one that is to be trusted sees it.
func (k *record) displace() {
	for j := range k.modes {
		k.modes[j].p[0] += displaced * displaced
		k.modes[j].p[6] += displaced * displaced
	}
	k.combine()
}

// registered says whether the sensor's biases are known, or it has none by its nature.
func (s *site) registered() bool { return !s.sensor.Kind.Polar() || s.bias.anchors >= enoughAnchors }

// anchored is a plot's deviation from its aircraft's ADS-B position in range and azimuth, the aircraft's speed away from
// the site and about it, and the variances of the deviations.
type anchored struct{ r, a, radial, angular, rr, aa float64 }

// take takes in one deviation.
func (s *site) take(l *anchored) {
	b, q := &s.bias, s.sensor
	b.wander()
	// a clock ahead stamps a plot later than it was: the aircraft had not come so far
	if b.learn(l.r, l.rr, [3]float64{1, 0, -l.radial}) && b.learn(l.a, l.aa, [3]float64{0, 1, -l.angular}) {
		b.anchors++
	}
	b.applied = b.anchors >= enoughAnchors && (b.matters(0, q.RangeSigma) || b.matters(1, q.AzimuthSigma) || b.matters(2, 0.2))
}

// matters says whether a bias is significant and not lost in the sensor's noise.
func (r *registration) matters(i int, noise float64) bool {
	v := math.Abs(r.x[i])
	return v > significant*math.Sqrt(r.p[i][i]) && v > 0.3*noise
}

// Lateness is how late ADS-B is by the clocks of the radars taken together, and the sigma of that, seconds; zero when it is not to
// be told from noise. No clock is known to be right: what is common to all is not observable.
func (t *Tracker) Lateness() (late, sigma float64) {
	if len(t.sites) == 0 {
		return 0, 0
	}
	return t.sites[0].bias.late, t.clock
}

// Biases appends the registration of every polar sensor in order of the configuration.
func (t *Tracker) Biases(dst []Bias) []Bias {
	for i := range t.sites {
		s := &t.sites[i]
		if !s.sensor.Kind.Polar() {
			continue
		}
		b := &s.bias
		dst = append(dst, Bias{Sensor: s.sensor.ID, Range: b.x[0], Azimuth: b.x[1], Time: b.x[2] + b.late,
			RangeSigma: math.Sqrt(b.p[0][0]), AzimuthSigma: math.Sqrt(b.p[1][1]), TimeSigma: math.Sqrt(b.p[2][2] + t.clock*t.clock), Plots: b.anchors, Applied: b.applied})
	}
	return dst
}
