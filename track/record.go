package track

import (
	"math"

	"entente"
	"entente/geo"
)

// maxLooks is how many sensors a track remembers; of more, those that saw it last.
const maxLooks = 8

// look is one sensor's acquaintance with a track.
type look struct {
	last    entente.Instant // when it last gave a plot
	excused entente.Instant // when it last could not, for a neighbour that it does not resolve
	sensor  int32           // place in Tracker.sites
	hits    int32
	gap     float32 // seconds between its plots, smoothed
}

// record is a track as the tracker keeps it. The state lives in a tangent frame on the ellipsoid near the aircraft,
// anchored anew as it moves; it is below 2 KiB.
type record struct {
	frame      geo.Frame
	modes      [modes]state
	mu         [modes]float64
	mean       [6]float64 // of the mixture, at time
	sigma      float64    // metres, greatest horizontal of the mixture at time, roughly
	speedSigma float64    // metres a second, likewise

	time    entente.Instant // of applicability of modes
	started entente.Instant
	updated entente.Instant // last plot
	emitted entente.Instant // last output
	looks   [maxLooks]look

	id       entente.TrackID
	number   entente.TrackID    // of the lost track that it continues, zero for none
	state    entente.TrackState // zero: the place is free
	levelled bool               // some plot told the height
	score    float64            // log-likelihood ratio of aircraft to clutter, while tentative
	base     float64            // score of its first plot
	plots    uint32
	fix      geo.ECEF        // last ADS-B position
	fixed    entente.Instant // and its time, zero for none

	has       entente.PlotFields
	address   entente.Address
	modeA     entente.ModeA
	callsign  entente.Callsign
	pressure  float64    // altitude last reported, metres
	secondary [3]float32 // plots of secondary radars with: neither, altitude, identity; a decaying count
	stamp     uint32
	node      int32           // in the group's clusters
	first     int32           // sensor of the first plot
	class     uint8           // of the first plot
	twin      entente.TrackID // looks like this one
	twinSince entente.Instant
	apartness float64         // log-likelihood ratio of being there, by looks of its own against those that could not tell it from a neighbour
	company   float64         // likewise of being another aircraft than its neighbours, by looks that showed both
	rival     entente.TrackID // the neighbour it shared a plot with last
	rivalry   int32           // looks since, in which none saw both
	beside    uint32          // stamp of the group whose plot stood near another track too
	swept     bool            // a sweep has seen it
	claims    bool            // may continue a lost track
	ripe      bool            // to be shown, once the next sweep has seen to that
	lost      bool            // ended for want of plots, in this sweep
	escort    bool            // started beside a neighbour in company
	apart     float64         // of the nearest plot of this group, while it has none
	nearest   int32           // that plot
	nearIn    uint32          // stamp of nearest
	given     uint32          // stamp of the group in which it got a plot
}

// confirmed says whether the track is shown.
func (k *record) confirmed() bool { return k.state == entente.Confirmed || k.state == entente.Coasting }

// combine sets the mean of the mixture and its rough horizontal sigma.
func (k *record) combine() {
	var m [6]float64
	for j := range modes {
		for r := range m {
			m[r] += k.mu[j] * k.modes[j].x[r]
		}
	}
	var v, w float64
	for j := range modes {
		s := &k.modes[j]
		de, dn, ve, vn := s.x[0]-m[0], s.x[1]-m[1], s.x[3]-m[3], s.x[4]-m[4]
		v += k.mu[j] * (max(s.p[0], s.p[6]) + de*de + dn*dn)
		w += k.mu[j] * (max(s.p[15], s.p[18]) + ve*ve + vn*vn)
	}
	k.mean, k.sigma, k.speedSigma = m, math.Sqrt(v), math.Sqrt(w)
}

// position returns where the mixture is dt seconds after its time, straight on.
func (k *record) position(dt float64) geo.ECEF {
	m := &k.mean
	return k.frame.ToECEF(geo.ENU{E: m[0] + dt*m[3], N: m[1] + dt*m[4], U: m[2] + dt*m[5]})
}

// height above the ellipsoid of a place in the track's frame, exact to centimetres within 20 km of the anchor.
func height(e, n, u float64) float64 { return u + (e*e+n*n)/(2*geo.MeanRadius) }

// anchorLimit is how far the aircraft may be from its frame's origin: at 10 km the plane is 8 m off the ellipsoid and
// its axes turned by 1.6 mrad.
const anchorLimit = 10e3

// anchor moves the frame under the aircraft when it has gone too far.
func (k *record) anchor() {
	if m := &k.mean; m[0]*m[0]+m[1]*m[1] < anchorLimit*anchorLimit {
		return
	}
	old := k.frame
	at := old.LLA(geo.ENU{E: k.mean[0], N: k.mean[1], U: k.mean[2]})
	at.Height = 0
	k.frame = geo.NewFrame(at)
	turn := old.RotationTo(&k.frame)
	for j := range k.modes {
		s := &k.modes[j]
		p := k.frame.ToENU(old.ToECEF(geo.ENU{E: s.x[0], N: s.x[1], U: s.x[2]}))
		v := turn.Vector(geo.ENU{E: s.x[3], N: s.x[4], U: s.x[5]})
		s.x = [6]float64{p.E, p.N, p.U, v.E, v.N, v.U}
		c := entente.Covariance(s.p)
		s.p = [21]float64(turn.Covariance(&c))
	}
	k.combine()
}

// predictTo moves the track to time; it never goes back.
func (k *record) predictTo(time entente.Instant) {
	if time <= k.time {
		return
	}
	k.predict(time.Sub(k.time))
	k.time = time
	k.combine()
}

// gapSmoothing is the weight of the newest gap between a sensor's plots.
const gapSmoothing = 0.2

// seen notes a plot of a site at a time and forgets the sensor seen longest ago when there is no room.
func (k *record) seen(site int32, time entente.Instant) {
	oldest := 0
	for i := range k.looks {
		l := &k.looks[i]
		if l.hits > 0 && l.sensor == site {
			l.gap += gapSmoothing * (float32(max(0, time.Sub(l.last))) - l.gap)
			l.last, l.hits = max(l.last, time), l.hits+1
			return
		}
		if l.hits == 0 || l.last < k.looks[oldest].last && k.looks[oldest].hits > 0 {
			oldest = i
		}
	}
	k.looks[oldest] = look{last: time, sensor: site, hits: 1}
}

// lookOf returns what the track remembers of a site, nil for nothing.
func (k *record) lookOf(site int32) *look {
	for i := range k.looks {
		if l := &k.looks[i]; l.hits > 0 && l.sensor == site {
			return l
		}
	}
	return nil
}

// put sets o to the track as others see it.
func (k *record) put(member entente.MemberID, o *entente.Track) {
	m := &k.mean
	at := k.frame.LLA(geo.ENU{E: m[0], N: m[1], U: m[2]})
	// the frame's north leans from the local one by the convergence of the meridians, its up by the Earth's curve
	turn := m[0] * math.Tan(at.Lat) / geo.MeanRadius
	*o = entente.Track{
		ID: k.shown(), Origin: member, State: k.state, Started: k.started, Time: k.time, Updated: k.updated,
		Lat: at.Lat, Lon: at.Lon, Height: at.Height,
		VE: m[3] + turn*m[4], VN: m[4] - turn*m[3], VU: m[5] + (m[0]*m[3]+m[1]*m[4])/geo.MeanRadius,
		Has: k.has, PressureAltitude: k.pressure, Address: k.address, ModeA: k.modeA, Callsign: k.callsign, Plots: k.plots,
	}
	k.covariance(&o.Covariance)
	for _, l := range k.looks {
		if l.hits > 0 && k.updated.Sub(l.last) < 60 {
			o.Sensors |= 1 << (uint(l.sensor) % 64)
		}
	}
	o.Quality = quality(&o.Covariance)
}

// show is put with what the track may be ahead or behind for want of a common clock of the sensors.
func (k *record) show(member entente.MemberID, clock float64, o *entente.Track) {
	k.put(member, o)
	if clock > 0 {
		v := [3]float64{clock * o.VE, clock * o.VN, clock * o.VU}
		for i := range v {
			for j := i; j < 3; j++ {
				o.Covariance.Set(i, j, o.Covariance.At(i, j)+v[i]*v[j])
			}
		}
		o.Quality = quality(&o.Covariance)
	}
}

// covariance sets p to that of the mixture about its mean.
func (k *record) covariance(p *entente.Covariance) {
	for j := range modes {
		s, w := &k.modes[j], k.mu[j]
		var d [6]float64
		for r := range d {
			d[r] = s.x[r] - k.mean[r]
		}
		n := 0
		for r := range 6 {
			for c := r; c < 6; c++ {
				p[n] += w * (s.p[n] + d[r]*d[c])
				n++
			}
		}
	}
}

// quality is 15 where the radius of the horizontal 95 % circle is below 50 m, one less for every doubling by √2.
func quality(p *entente.Covariance) uint8 {
	r := 2.45 * math.Sqrt((p.At(0, 0)+p.At(1, 1))/2)
	q := 15 - 2*math.Log2(max(r, 50)/50)
	return uint8(max(0, min(15, math.Ceil(q))))
}
