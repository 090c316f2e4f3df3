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
	RangeSigma   float64          `json:"range_sigma"`   // metres
	AzimuthSigma float64          `json:"azimuth_sigma"` // radians
	Plots        int              `json:"plots"`         // anchors used
	Applied      bool             `json:"applied"`       // significant, and taken off the sensor's plots
}

// registration estimates a polar sensor's biases from aircraft that ADS-B places at nearly the same moment.
type registration struct {
	rng, az offset
	anchors int
	applied bool
}

// offset is a slowly wandering constant: a scalar Kalman filter.
type offset struct{ value, variance float64 }

// Bounds of registration: prior sigmas, anchors wanted before a bias is believed, how many sigmas make it significant,
// and the greatest age of an ADS-B position that serves as anchor.
const (
	priorRange    = 400.0
	priorAzimuth  = 0.6 * degree
	enoughAnchors = 30
	significant   = 4.0
	anchorAge     = 2.5 // seconds
)

func (b *offset) learn(y, variance, prior float64) {
	if b.variance == 0 {
		b.variance = prior * prior
	}
	b.variance += prior * prior * 1e-6 // wander
	d, s := y-b.value, b.variance+variance
	if d*d > 16*s {
		return // another aircraft, or a wild plot
	}
	g := b.variance / s
	b.value += g * d
	b.variance *= 1 - g
}

// rangeVariance is what an applied bias may still be off, squared metres.
func (r *registration) rangeVariance() float64 {
	if !r.applied {
		return 0
	}
	return r.rng.variance
}

// azimuthVariance likewise, squared radians.
func (r *registration) azimuthVariance() float64 {
	if !r.applied {
		return 0
	}
	return r.az.variance
}

// correct takes a significant bias off a plot.
func (r *registration) correct(p *entente.Plot) {
	if r.applied && p.Is(entente.HasPolar) {
		p.Range = max(1, p.Range-r.rng.value)
		p.Azimuth = geo.WrapAzimuth(p.Azimuth - r.az.value)
	}
}

// learn compares a polar plot of s, already corrected, with the last ADS-B position of its aircraft.
func (s *site) learn(p *entente.Plot, k *record) {
	age := p.Time.Sub(k.fixed)
	if k.fixed == 0 || math.Abs(age) > anchorAge || !p.Is(entente.HasPolar) {
		return
	}
	v := k.frame.ToENU(k.fix)
	v.E, v.N, v.U = v.E+age*k.mean[3], v.N+age*k.mean[4], k.mean[2]
	at := s.frame.ToENU(k.frame.ToECEF(v)).Polar()
	if at.Range < 5e3 {
		return
	}
	b, q := &s.bias, s.sensor
	r, a := p.Range-at.Range, math.Remainder(p.Azimuth-at.Azimuth, 2*math.Pi)
	if b.applied {
		r, a = r+b.rng.value, a+b.az.value
	}
	loose := 40.0*40 + 64*age*age // of the anchor itself
	b.rng.learn(r, q.RangeSigma*q.RangeSigma+loose, priorRange)
	b.az.learn(a, q.AzimuthSigma*q.AzimuthSigma+loose/(at.Range*at.Range), priorAzimuth)
	b.anchors++
	if b.anchors >= enoughAnchors {
		b.applied = b.rng.matters(q.RangeSigma) || b.az.matters(q.AzimuthSigma)
	}
}

// matters says whether a bias is significant and not lost in the sensor's noise.
func (b *offset) matters(noise float64) bool {
	v := math.Abs(b.value)
	return v > significant*math.Sqrt(b.variance) && v > 0.3*noise
}

// Biases appends the registration of every polar sensor in order of the configuration.
func (t *Tracker) Biases(dst []Bias) []Bias {
	for i := range t.sites {
		s := &t.sites[i]
		if !s.sensor.Kind.Polar() {
			continue
		}
		b := &s.bias
		dst = append(dst, Bias{Sensor: s.sensor.ID, Range: b.rng.value, Azimuth: b.az.value,
			RangeSigma: b.rng.sigma(priorRange), AzimuthSigma: b.az.sigma(priorAzimuth), Plots: b.anchors, Applied: b.applied})
	}
	return dst
}

func (b *offset) sigma(prior float64) float64 {
	if b.variance == 0 {
		return prior
	}
	return math.Sqrt(b.variance)
}
