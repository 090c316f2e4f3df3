package picture

import (
	"math"

	"entente"
	"entente/geo"
)

// contribution is one member's track as last received, and where it is in the picture.
type contribution struct {
	track    entente.Track
	source   int32 // place in Picture.sources; own is 0
	entry    int32 // place in Picture.entries; −1 before the first association
	label    entente.Label
	received entente.Instant

	gap  float64 // seconds between its plots, smoothed; zero before the second
	lag  float64 // seconds from its plots to their arrival here, smoothed
	turn turn

	at      motion // moved to the time of the picture
	misfit  misfit
	aside   aside
	apart   float64         // metres from the others of its entry, while aside is asideApart
	sampled entente.Instant // state last compared with the own track of its entry
	unseen  unseen
}

// misfit is how long a track has not fitted the others of its entry.
type misfit struct {
	since   entente.Instant // zero: it fits
	updates int             // states that did not
	last    entente.Instant // time of the last state judged
}

// first says whether this is a single look of one sensor, not yet a track of its member.
func (c *contribution) first() bool { return c.track.State == entente.Tentative }

// rhythm smooths how often the track gets plots and how long they take to come here.
func (c *contribution) rhythm(old *entente.Track, received entente.Instant) {
	const weight = 0.25
	if gap := c.track.Updated.Sub(old.Updated); old.Updated != 0 && gap > 0 {
		if c.gap == 0 {
			c.gap = gap
		}
		c.gap += weight * (min(gap, 30) - c.gap)
	}
	if c.track.Updated == old.Updated {
		return
	}
	lag := max(0, received.Sub(c.track.Updated))
	if c.lag == 0 {
		c.lag = lag
	}
	c.lag += weight * (min(lag, 60) - c.lag)
}

// motion is a track moved on to some time, with what comparisons need.
type motion struct {
	lat, lon, height float64
	ve, vn, vu       float64
	p                entente.Covariance
	place            geo.ECEF // on the sphere of the index
}

// noise is the white acceleration assumed of aircraft while nothing is heard of them, m²/s³ per horizontal axis.
const (
	noise      = 10.0
	climbNoise = 1.0
)

// move sets m to where t is at a time: along its turn for some seconds, then straight on over the ellipsoid (right to
// metres within a minute).
func (m *motion) move(t *entente.Track, w turn, now entente.Instant) {
	dt := now.Sub(t.Time)
	m.p = t.Covariance
	e, n, ve, vn := w.path(t.VE, t.VN, dt)
	m.ve, m.vn, m.vu = ve, vn, t.VU
	meridian, prime := geo.Radii(t.Lat)
	h := t.Height
	m.lat = t.Lat + n/(meridian+h)
	c := math.Cos((t.Lat + m.lat) / 2)
	m.lon = t.Lon
	if c > 1e-6 {
		m.lon = geo.WrapLon(t.Lon + e/((prime+h)*c))
	}
	m.height = h + max(-20, min(20, dt))*t.VU // a climb is not believed for long
	m.spread(dt, noise+w.restless(math.Hypot(ve, vn)))
	m.settle()
}

// settle works out the place on the index's sphere.
func (m *motion) settle() {
	e := geo.LLA{Lat: m.lat, Lon: m.lon}.ECEF()
	f := geo.MeanRadius / math.Sqrt(e.X*e.X+e.Y*e.Y+e.Z*e.Z)
	m.place = geo.ECEF{X: e.X * f, Y: e.Y * f, Z: e.Z * f}
}

// spread moves the covariance dt seconds on under noise; backwards it widens as well.
func (m *motion) spread(dt, noise float64) {
	p := &m.p
	for i := range 3 {
		for j := i; j < 3; j++ {
			p.Set(i, j, p.At(i, j)+dt*(p.At(i, j+3)+p.At(j, i+3))+dt*dt*p.At(i+3, j+3))
		}
	}
	for i := range 3 {
		for j := range 3 {
			p.Set(i, j+3, p.At(i, j+3)+dt*p.At(i+3, j+3))
		}
	}
	a := math.Abs(dt)
	for i := range 3 {
		q := noise
		if i == 2 {
			q = climbNoise
		}
		p.Set(i, i, p.At(i, i)+q*a*a*a/3)
		p.Set(i, i+3, p.At(i, i+3)+q*a*dt/2)
		p.Set(i+3, i+3, p.At(i+3, i+3)+q*a)
	}
}

// offset is the place of o seen from m, metres east and north.
func (m *motion) offset(o *motion) (e, n float64) {
	meridian, prime := geo.Radii(m.lat)
	return (prime + m.height) * math.Cos(m.lat) * geo.WrapLon(o.lon-m.lon), (meridian + m.height) * (o.lat - m.lat)
}

// plausible says whether a track has a time, a place, a speed below 2 km/s and a covariance that can be one.
func plausible(t *entente.Track) bool {
	if t.Time == 0 || !(math.Abs(t.Lat) <= math.Pi/2) || !(math.Abs(t.Lon) <= 2*math.Pi) || !(math.Abs(t.Height) < 100e3) ||
		!(math.Abs(t.VE) < 2000) || !(math.Abs(t.VN) < 2000) || !(math.Abs(t.VU) < 1000) {
		return false
	}
	for _, v := range t.Covariance {
		if math.IsNaN(v) || math.Abs(v) > 1e12 {
			return false
		}
	}
	var f factor
	return f.decompose(&t.Covariance)
}

// shifted is the place e metres east and n north of m.
func (m *motion) shifted(e, n float64) (lat, lon float64) {
	meridian, prime := geo.Radii(m.lat)
	c := max(1e-6, math.Cos(m.lat))
	return max(-math.Pi/2, min(math.Pi/2, m.lat+n/(meridian+m.height))), geo.WrapLon(m.lon + e/((prime+m.height)*c))
}
