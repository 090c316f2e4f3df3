package track

import (
	"math"

	"entente"
	"entente/geo"
)

// What a radar hardly resolves: aircraft as near as this in range and azimuth may give one plot. Typical of a beam
// of a degree and a half and a pulse of a microsecond.
const (
	resolvedRange   = 250.0
	resolvedAzimuth = 1.5 * degree
	established     = 5    // plots after which a track is not doubted for a neighbour's sake
	blending        = 0.7  // log odds of one plot for two against one of them missed, where they are that near
	unresolvedCost  = 0.3  // what a look that could not tell it from its neighbour costs a tentative track
	unknownCompany  = 6e-3 // probability that a look shows a companion that nobody knew of
	companySpeed    = 30.0 // m/s per axis between aircraft in company
	distinctGate    = 4.0  // squared distance of two plots, in sigmas: 0.86
	companyHeight   = 300.0
	surelyApart     = 3.0 // log-likelihood ratio of two aircraft to one beyond which no more is gathered
	resolvedShare   = 0.2 // of looks that show both
	mostBlurred     = 10  // looks in a row at two tracks that gave one plot, after which they are one
	mostShared      = 6   // tracks that may share a plot
)

// beside is a track whose aircraft the sensor may not tell from that of a plot.
type beside struct {
	plot, track int32
	apart       float64 // squared distance in units of what the sensor resolves
}

// sharing is a plot that is of several tracks: the owner, to whom it was assigned, and others that got none.
type sharing struct {
	plot   int32
	n      int
	tracks [mostShared]int32
	r, a   [mostShared]float64 // residuals before any was updated
	vr, va [mostShared]float64 // variances of what was expected
}

// close says whether the plot stands where the sensor could not tell the track's aircraft from another, and how far off.
func (o *observation) close(k *record) (apart float64, ok bool) {
	if !o.polar {
		return 0, false
	}
	r, a := o.residual(&k.mean)
	slack := 2 * math.Sqrt(o.variance[0]+k.sigma*k.sigma) // of plot and track
	if math.Abs(r) >= resolvedRange+slack || math.Abs(a) >= resolvedAzimuth {
		return 0, false
	}
	r, a = r/resolvedRange, a/resolvedAzimuth
	return r*r + a*a, true
}

// part ends a track's company: it was seen alone, so that nothing but its own plots speaks for it.
func (k *record) part(s *site, class int) {
	if k.escort && k.state == entente.Tentative {
		k.score += s.firstScore(class) - k.base
		k.base = s.firstScore(class)
	}
	k.apartness, k.escort = surelyApart, false
}

// stands says whether a track has been shown for long enough.
func (k *record) stands() bool { return k.state != entente.Tentative && k.plots >= established }

// resolve notes, after the assignment, which tracks got no plot because a neighbour that the sensor hardly resolves got
// it for both (Koch and van Keuk, IEEE TAES 33, 1997): this look was no miss, and the plot is of them all; and which got
// plots side by side, that they are two.
func (t *Tracker) resolve(si int32) {
	t.shared = t.shared[:0]
	t.stamp++
	t.givenIn = t.stamp
	for _, c := range t.chosen {
		if c >= 0 {
			t.tracks[t.pairs[c].track].given = t.givenIn
		}
	}
	if len(t.near) == 0 {
		return
	}
	t.weighCompanies(si)
	for _, b := range t.near {
		if k := &t.tracks[b.track]; k.given != t.givenIn && (k.nearIn != t.givenIn || b.apart < k.apart) && t.chosen[b.plot] >= 0 {
			k.nearIn, k.apart, k.nearest = t.givenIn, b.apart, b.plot
		}
	}
	for _, b := range t.near {
		c := t.chosen[b.plot]
		if c < 0 || t.pairs[c].track == b.track {
			continue
		}
		k, o := &t.tracks[b.track], &t.tracks[t.pairs[c].track]
		o.beside = t.givenIn
		if k.plots < 2 && !k.escort || !o.stands() && !(o.escort && k.stands()) || sameAircraft(k, o) {
			continue
		}
		if k.given == t.givenIn {
			k.beheld(o)
			o.beheld(k)
		} else if l := k.lookOf(si); l != nil && k.apartness > 0 && !k.same(o) {
			at := t.views[b.plot].plot.Time
			if l.excused != at {
				if k.stands() && o.stands() { // the numbers of others may not be final
					k.blurred(o)
					o.blurred(k)
				}
			}
			l.excused = max(l.excused, at)
			if t.views[b.plot].class == bare && k.nearest == b.plot {
				t.share(si, b, t.pairs[c].track)
			}
		}
	}
}

// sideBySide is the log-likelihood ratio of two aircraft to one and clutter when a sensor gave two plots there.
func (s *site) sideBySide(v *seenPlot) float64 {
	return math.Log(max(1, resolvedShare/(blur(v)*s.density(v.class))))
}

// blur is the area in which a sensor hardly resolves two aircraft, square metres.
func blur(v *seenPlot) float64 { return 4 * resolvedRange * resolvedAzimuth * v.plot.Range }

// beheld takes in that a sensor saw the track beside a neighbour.
func (k *record) beheld(o *record) {
	if k.rival == o.id {
		k.rivalry = 0
	}
}

// blurred takes in that a sensor gave one plot for the track and a neighbour.
func (k *record) blurred(o *record) {
	if k.rival != o.id {
		k.rival, k.rivalry = o.id, 0
	}
	k.rivalry++
}

// same says whether no sensor has told the two apart for so many looks that they are likely one aircraft.
func (k *record) same(o *record) bool { return k.rival == o.id && k.rivalry >= mostBlurred }

// share adds a track to those of a plot if the plot is likelier of them all than of those before.
func (t *Tracker) share(si int32, b beside, owner int32) {
	var h *sharing
	for i := range t.shared {
		if t.shared[i].plot == b.plot {
			h = &t.shared[i]
		}
	}
	if h == nil {
		t.shared = append(t.shared, sharing{plot: b.plot})
		h = &t.shared[len(t.shared)-1]
		t.member(si, h, owner)
	}
	if h.n == mostShared {
		return
	}
	s := &t.sites[si]
	before := h.likelihood(s)
	t.member(si, h, b.track)
	if h.likelihood(s)+blending < before {
		h.n--
	}
}

// member puts a track to those of a plot.
func (t *Tracker) member(si int32, h *sharing, track int32) {
	k, o, n := &t.tracks[track], &t.seen, h.n
	t.sites[si].observe(o, &t.views[h.plot], k)
	h.tracks[n] = track
	h.r[n], h.a[n] = o.residual(&k.mean)
	p := &k.modes[0].p
	g := gain(p, &o.g[0], o.ahead)
	h.vr[n] = times(&o.g[0], o.ahead, &g)
	g = gain(p, &o.g[1], o.ahead)
	h.va[n] = times(&o.g[1], o.ahead, &g)
	h.n++
}

// likelihood is the log density of the plot if it stands in the middle of all its tracks.
func (h *sharing) likelihood(s *site) float64 {
	var r, a, vr, va float64
	for i := range h.n {
		r, a, vr, va = r+h.r[i], a+h.a[i], vr+h.vr[i], va+h.va[i]
	}
	m := float64(h.n)
	vr, va = vr/(m*m)+s.sensor.RangeSigma*s.sensor.RangeSigma, va/(m*m)+s.sensor.AzimuthSigma*s.sensor.AzimuthSigma
	r, a = r/m, a/m
	return -0.5 * (r*r/vr + a*a/va + math.Log(vr*va))
}

// sharingOf returns the sharing of a plot with more than one track, or nil.
func (t *Tracker) sharingOf(plot int32) *sharing {
	for i := range t.shared {
		if h := &t.shared[i]; h.plot == plot && h.n > 1 {
			return h
		}
	}
	return nil
}

// blend turns the observation of one track into that of the middle of all tracks of the plot: what was measured is then
// this track's place plus those of the others, which are as uncertain as they are.
func (o *observation) blend(h *sharing, track int32) {
	m := float64(h.n)
	o.variance[0] *= m * m
	o.variance[1] *= m * m
	shift := 0.0
	for i := range h.n {
		if h.tracks[i] == track {
			continue
		}
		o.a += h.r[i]
		shift += h.a[i]
		o.variance[0] += h.vr[i]
		o.variance[1] += h.va[i]
	}
	sin, cos := math.Sincos(shift)
	o.sin, o.cos = o.sin*cos+o.cos*sin, o.cos*cos-o.sin*sin
}

// hedge widens the observation so that it corrects the track only by its probability (the gain of a probabilistic data
// association without the plots of others, so that neighbours are not drawn together).
func (o *observation) hedge(k *record, sure float64) {
	for c := range o.g {
		g := gain(&k.modes[0].p, &o.g[c], o.ahead)
		expected := times(&o.g[c], o.ahead, &g)
		o.variance[c] = (expected+o.variance[c])/sure - expected
	}
}

// follow updates the tracks that share a plot without owning it.
func (t *Tracker) follow(si int32, h *sharing) {
	s, v := &t.sites[si], &t.views[h.plot]
	for _, track := range h.tracks[1:h.n] {
		k := &t.tracks[track]
		if k.state == 0 {
			continue
		}
		s.observe(&t.seen, v, k)
		t.seen.blend(h, track)
		t.seen.update(k)
		k.updated = max(k.updated, v.plot.Time)
		if k.state == entente.Tentative {
			k.score -= unresolvedCost
			continue
		}
		t.emit(k)
	}
}

// neighbourOf returns a standing track that a sensor hardly resolves from a plot which is of no track, and saw in the
// same turn: the plot may be of an aircraft in company with it, or a second one of its own. Minus one for none.
func (t *Tracker) neighbourOf(si, plot int32) (best int32, doubled bool) {
	best = -1
	least, v := math.Inf(1), &t.views[plot]
	if v.class != bare {
		return best, false
	}
	for _, b := range t.near {
		if b.plot != plot {
			continue
		}
		k := &t.tracks[b.track]
		l := k.lookOf(si)
		if !k.stands() || k.given != t.givenIn && (l == nil || math.Abs(v.plot.Time.Sub(l.last)) > t.sites[si].sensor.Period/2) {
			continue
		}
		if !t.sites[si].distinct(&t.seen, v, k) {
			doubled = true
		} else if b.apart < least {
			best, least = b.track, b.apart
		}
	}
	if best < 0 && doubled {
		return -1, true
	}
	if blur(v)*t.sites[si].density(bare) > unknownCompany/5 {
		return -1, false
	}
	return best, false
}

// distinct says whether the plot is not likely a second one of the track's own aircraft.
func (s *site) distinct(o *observation, v *seenPlot, k *record) bool {
	s.observe(o, v, k)
	r, a := o.residual(&k.mean)
	r, a = r/s.sensor.RangeSigma, a/s.sensor.AzimuthSigma
	return (r*r+a*a)/2 > distinctGate
}

// accompany gives a track just started of a plot the velocity of a neighbour that it flies with, and the odds that it does.
func (t *Tracker) accompany(s *site, v *seenPlot, k, o *record) {
	turn := o.frame.RotationTo(&k.frame)
	u := turn.Vector(geo.ENU{E: o.mean[3], N: o.mean[4], U: o.mean[5]})
	for j := range modes {
		f := &k.modes[j]
		f.x[3], f.x[4], f.x[5] = u.E, u.N, u.U
		w := o.speedSigma*o.speedSigma + companySpeed*companySpeed
		f.p[15], f.p[18] = w, w
	}
	k.base = -math.Log(1 + blur(v)*s.density(v.class)/unknownCompany)
	k.score = k.base
	k.escort = true
	k.company, k.apartness = surelyApart/2, surelyApart
}
