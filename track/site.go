package track

import (
	"math"

	"entente"
	"entente/geo"
)

// classes of plots by what they carry: clutter seldom has a height and hardly ever an identity.
const (
	bare = iota
	withHeight
	withIdentity
	classes
)

// site is a sensor with its frame, its learned clutter and bias, and the plots of its open group.
type site struct {
	sensor  entente.Sensor
	frame   geo.Frame
	radius  float64 // of the Earth at the site, metres
	clutter [classes]clutter
	bias    registration
	group   []entente.Plot
	open    bool

	settling bool            // sensors are not all registered yet
	strange  entente.Instant // when this one was last not
}

// clutter learns how many false plots a look around brings, forgetting over a minute.
type clutter struct {
	count float64 // weighted false plots
	looks float64 // weighted looks
}

// Prior numbers of false plots a look, and how many looks that is worth.
var clutterPrior = [classes]float64{bare: 6, withHeight: 0.5, withIdentity: 0.05}

const (
	clutterPriorLooks = 2
	clutterMemory     = 60.0 // seconds
	clutterLeast      = 0.01
)

func newSite(s entente.Sensor) site {
	st := site{sensor: s, frame: geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})}
	m, n := geo.Radii(s.Lat)
	st.radius = math.Sqrt(m * n)
	if st.sensor.Period <= 0 {
		st.sensor.Period = 5
	}
	if !(st.sensor.PD > 0 && st.sensor.PD < 1) {
		st.sensor.PD = 0.95
	}
	st.sensor.PD = min(st.sensor.PD, 0.98)
	if st.sensor.MaxRange <= 0 {
		st.sensor.MaxRange = 400e3
	}
	if st.sensor.RangeSigma <= 0 {
		st.sensor.RangeSigma = 50
	}
	if st.sensor.AzimuthSigma <= 0 {
		st.sensor.AzimuthSigma = 0.1 * degree
	}
	st.bias.begin()
	st.settling = true
	for c := range st.clutter {
		st.clutter[c] = clutter{count: clutterPrior[c] * clutterPriorLooks, looks: clutterPriorLooks}
	}
	return st
}

// forget ages the clutter counts by dt seconds.
func (s *site) forget(dt float64) {
	keep := math.Exp(-dt / clutterMemory)
	for c := range s.clutter {
		k := &s.clutter[c]
		k.count = keep*k.count + (1-keep)*clutterPrior[c]*clutterPriorLooks
		k.looks = keep*k.looks + (1-keep)*clutterPriorLooks + keep*dt/s.sensor.Period
	}
}

// density is the number of false and of yet unknown plots of a class per square metre and look.
func (s *site) density(class int) float64 {
	const unknown = 1e-13 // aircraft not yet tracked
	k := s.clutter[class]
	return k.count/k.looks/(math.Pi*s.sensor.MaxRange*s.sensor.MaxRange) + unknown
}

// covers says whether the sensor could see a place p at a height, by range and radio horizon.
func (s *site) covers(p geo.ECEF, height float64) bool {
	v := s.frame.ToENU(p)
	d2 := v.E*v.E + v.N*v.N + v.U*v.U
	h := geo.RadarHorizon(s.sensor.Height, height)
	return d2 <= s.sensor.MaxRange*s.sensor.MaxRange && d2 <= h*h && d2 >= 1e6
}

// up is the up component in the site's plane of a place at slant range r and height h, by the law of cosines.
func (s *site) up(r, h float64) float64 {
	a, b := s.radius+s.sensor.Height, s.radius+h
	return max(-r, min(0.985*r, (b*b-a*a-r*r)/(2*a)))
}

// classOf says what a plot carries.
func classOf(p *entente.Plot) int {
	switch {
	case p.Address != 0 || p.Is(entente.HasModeA):
		return withIdentity
	case p.Has&(entente.HasAltitude|entente.HasPressureAltitude) != 0:
		return withHeight
	}
	return bare
}
