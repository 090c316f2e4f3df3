package track

import (
	"math"

	"entente"
	"entente/geo"
)

const (
	firstSpeedSigma = 150.0 // m/s per axis of a track of one plot
	firstClimbSigma = 7.0
	enoughScore     = 6.5  // log-likelihood ratio of aircraft to clutter that confirms
	certain         = 10.0 // the ratio beyond which no more is gathered
	velocitySigma   = 4.0  // of a reported velocity, m/s per axis
)

// initiate starts a tentative track of a plot that no track wanted.
func (t *Tracker) initiate(si, plot int32) {
	v := &t.views[plot]
	if t.lane == nil && len(t.free) == 0 && len(t.tracks) >= t.config.MaxTracks {
		t.counters.Crowded++
		return
	}
	s := &t.sites[si]
	if v.plot.Is(entente.HasPolar) && v.plot.Range < 1000 {
		return // the cone above the antenna: no place can be told
	}
	other, doubled := t.neighbourOf(si, plot)
	if doubled {
		t.counters.Doubled++
		return
	}
	if other >= 0 && !v.told {
		o := &t.tracks[other]
		v.height, v.sigma = height(o.mean[0], o.mean[1], o.mean[2]), math.Sqrt(o.modes[0].p[11]+companyHeight*companyHeight)
	}
	i := t.room()
	k := &t.tracks[i]
	*k = record{id: t.newID(), state: entente.Tentative, mu: firstModes, time: v.plot.Time, started: v.plot.Time, updated: v.plot.Time}
	first := s.first(v, k)
	for j := range modes {
		k.modes[j] = first
	}
	if v.plot.Is(entente.HasVelocity) {
		k.measureVelocity(v.plot)
	}
	k.combine()
	k.identify(v.plot, s, v.class)
	k.seen(si, v.plot.Time)
	if s.sensor.Kind == entente.ADSB {
		k.fix, k.fixed = s.fix(v), v.plot.Time
	}
	k.plots, k.levelled, k.class, k.first = 1, v.told, uint8(v.class), si
	k.base = s.firstScore(v.class)
	k.score = k.base
	if other >= 0 {
		t.accompany(s, v, k, &t.tracks[other])
	}
	t.charge(si, v.class, 1) // until it proves otherwise
	t.counters.Initiated++
	t.placeNew(i, v)
}

// newID numbers a track: the next, or in a worker a number in order of the plot, made final after the run.
func (t *Tracker) newID() entente.TrackID {
	if t.lane != nil {
		return t.lastID + 1 + entente.TrackID(t.lane.key())
	}
	t.lastID++
	return t.lastID
}

// firstScore is the log-likelihood ratio of aircraft to clutter of one plot.
func (s *site) firstScore(class int) float64 {
	c := &s.clutter[class]
	return -math.Log(1 + c.count/c.looks)
}

// room returns a free place.
func (t *Tracker) room() (i int32) {
	if t.lane != nil {
		return t.team.run.places[t.lane.key()]
	}
	if n := len(t.free); n > 0 {
		i = t.free[n-1]
		t.free = t.free[:n-1]
	} else {
		i = int32(len(t.tracks))
		t.tracks = append(t.tracks, record{})
	}
	t.live = append(t.live, i)
	return i
}

// fix is the place of a geodetic plot.
func (s *site) fix(v *seenPlot) geo.ECEF {
	return geo.LLA{Lat: v.plot.Lat, Lon: v.plot.Lon, Height: v.height}.ECEF()
}

// first anchors the track's frame under the plot and returns the state that one plot allows.
func (s *site) first(v *seenPlot, k *record) (f state) {
	hs := v.sigma
	if v.told {
		hs = altitudeSigma
	}
	f.p[11] = hs * hs
	f.p[15], f.p[18] = firstSpeedSigma*firstSpeedSigma, firstSpeedSigma*firstSpeedSigma
	f.p[20] = firstClimbSigma * firstClimbSigma
	p := v.plot
	if !p.Is(entente.HasPolar) {
		k.frame = geo.NewFrame(geo.LLA{Lat: p.Lat, Lon: p.Lon})
		f.x[2] = v.height
		sigma := s.sensor.RangeSigma
		if p.Is(entente.HasSigma) && p.Sigma > 0 {
			sigma = p.Sigma
		}
		f.p[0], f.p[6] = sigma*sigma, sigma*sigma
		return f
	}
	h := v.height
	if !v.told {
		h = min(h, s.sensor.Height+p.Range/3)
	}
	at := s.at(p.Range, v, h).LLA()
	f.x[2] = at.Height
	at.Height = 0
	k.frame = geo.NewFrame(at)
	u := s.up(p.Range, h)
	flat := math.Sqrt(p.Range*p.Range - u*u)
	// along the ground away from the site, and across, in the track's frame
	turn := s.frame.RotationTo(&k.frame)
	d := turn.Vector(geo.ENU{E: v.sin, N: v.cos})
	l := math.Hypot(d.E, d.N)
	de, dn := d.E/l, d.N/l
	// ρ² = r² − u²; the target's own up leans from the site's by its distance over the Earth's radius
	slope := u/flat + p.Range/s.radius
	rr := p.Range / flat * s.sensor.RangeSigma
	along := rr*rr + slope*slope*f.p[11]
	across := flat * s.sensor.AzimuthSigma
	across *= across
	f.p[0] = de*de*along + dn*dn*across
	f.p[6] = dn*dn*along + de*de*across
	f.p[1] = de * dn * (along - across)
	f.p[2], f.p[7] = -de*slope*f.p[11], -dn*slope*f.p[11]
	return f
}

// measureVelocity takes in a velocity that the plot reports.
func (k *record) measureVelocity(p *entente.Plot) {
	k.correctVelocity(p.VE, p.VN, velocitySigma*velocitySigma)
}

// correctVelocity takes in a velocity with the variance of each component.
func (k *record) correctVelocity(ve, vn, variance float64) {
	for j := range modes {
		s := &k.modes[j]
		g := [6]float64{s.p[3], s.p[8], s.p[12], s.p[15], s.p[16], s.p[17]}
		s.correct(&g, ve-s.x[3], s.p[15]+variance)
		g = [6]float64{s.p[4], s.p[9], s.p[13], s.p[16], s.p[18], s.p[19]}
		s.correct(&g, vn-s.x[4], s.p[18]+variance)
	}
	k.combine()
}

// consider confirms a tentative track whose score suffices (Wald's test; Blackman and Popoli 1999, 6.2), unless it
// looks like the twin of a track already shown; among are those that its last plot may be of.
func (t *Tracker) consider(i int32, among []int32) {
	k := &t.tracks[i]
	if k.score < enoughScore || k.escort && k.company < surelyApart || t.twinOf(i, among, true) >= 0 {
		return
	}
	if k.claims || !k.swept && len(t.lost) > 0 {
		k.ripe = true
		return
	}
	k.state = entente.Confirmed
	t.counters.Confirmed++
	t.prove(k)
}

// prove takes back that the first plot of a track was counted as clutter.
func (t *Tracker) prove(k *record) {
	if k.first < 0 {
		return // its sensor is gone
	}
	t.charge(k.first, int(k.class), -math.Exp(-k.time.Sub(k.started)/clutterMemory))
}
