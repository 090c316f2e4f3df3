package track

import (
	"math"
	"slices"

	"entente/geo"
)

// mostCompany is how many tracks of one company are weighed.
const mostCompany = 12

// staleCompany is the least that a look which does not show every member takes from a company's evidence.
const staleCompany = 0.08

// weighCompanies weighs, for each company of tracks that the sensor hardly resolves from one another, whether there are as many
// aircraft as tracks: a look that shows them all says so; of looks that show fewer every one is likelier if one track is
// too many, the more so the better the sensor would have told them apart.
func (t *Tracker) weighCompanies(si int32) {
	t.parent = t.parent[:0]
	for i := range t.views {
		t.parent = append(t.parent, int32(i))
	}
	t.stamp++
	for _, b := range t.near {
		k := &t.tracks[b.track]
		if k.stamp != t.stamp {
			k.stamp, k.node = t.stamp, int32(len(t.parent))
			t.parent = append(t.parent, k.node)
		}
		t.parent[t.root(b.plot)] = t.root(k.node)
	}
	t.order = t.order[:0]
	t.stamp++
	for i, b := range t.near {
		k := &t.tracks[b.track]
		if k.stamp == t.stamp || !k.stands() && !k.escort || k.lookOf(si) == nil && k.given != t.givenIn {
			continue
		}
		k.stamp = t.stamp
		t.order = append(t.order, clustered{t.root(k.node), int32(i)})
	}
	slices.SortFunc(t.order, func(a, b clustered) int {
		if a.root != b.root {
			return int(a.root - b.root)
		}
		return int(a.pair - b.pair)
	})
	for from := 0; from < len(t.order); {
		to := from + 1
		for to < len(t.order) && t.order[to].root == t.order[from].root {
			to++
		}
		if n := to - from; n > 1 && n <= mostCompany {
			t.weighCompany(si, t.order[from:to])
		}
		from = to
	}
}

// weighCompany does it for one: the members are places in near. A track not yet shown is none of those that must be seen; it is one
// more aircraft if there were more plots than the others.
func (t *Tracker) weighCompany(si int32, members []clustered) {
	standing, plots := 0, 0
	for _, c := range members {
		k := &t.tracks[t.near[c.pair].track]
		if k.stands() {
			standing++
		}
		if k.given == t.givenIn {
			plots++
		}
	}
	gain, loss := t.sites[si].sideBySide(&t.views[t.near[members[0].pair].plot]), 0.0
	if plots < standing {
		gain, loss = 0, staleCompany
		if plots > 0 {
			loss = max(loss, -math.Log(float64(standing)/float64(standing-plots)*(1-t.resolvable(si, members))))
		}
	}
	for _, c := range members {
		k := &t.tracks[t.near[c.pair].track]
		given := k.given == t.givenIn
		switch {
		case k.stands():
			k.company = min(surelyApart, k.company+gain-loss)
			if given {
				k.apartness = min(surelyApart, k.apartness+gain)
			} else {
				k.apartness = min(surelyApart, k.apartness+gain-loss)
			}
		case given && plots == standing && plots > 1:
			k.company, k.apartness = min(surelyApart, k.company+surelyApart/2), surelyApart
		case given && plots > standing:
			k.company, k.apartness = min(surelyApart, k.company+gain), min(surelyApart, k.apartness+gain)
		}
	}
}

// resolvable is the mean probability that a look gives a member of a company a plot of its own.
func (t *Tracker) resolvable(si int32, members []clustered) (mean float64) {
	s := &t.sites[si]
	var at [mostCompany]geo.Polar
	var sigma [mostCompany]float64
	n := 0
	for _, c := range members {
		b := t.near[c.pair]
		if k := &t.tracks[b.track]; k.stands() {
			at[n] = s.frame.ToENU(k.position(t.views[b.plot].plot.Time.Sub(k.time))).Polar()
			sigma[n] = k.sigma
			n++
		}
	}
	for i := range n {
		hidden := 0.0
		for j := range n {
			if j != i {
				hidden = max(hidden, s.unresolved(at[i], at[j], sigma[i], sigma[j]))
			}
		}
		mean += s.sensor.PD * (1 - hidden) / float64(n)
	}
	return mean
}

// unresolved is the probability that two aircraft of which the sensor should see one at a and one at b give one plot
// (Koch and van Keuk 1997, eq. 9), over what is not known of their distance.
func (s *site) unresolved(a, b geo.Polar, sa, sb float64) float64 {
	along := 2*s.sensor.RangeSigma*s.sensor.RangeSigma + sa*sa + sb*sb
	across := 2*s.sensor.AzimuthSigma*s.sensor.AzimuthSigma + (sa*sa+sb*sb)/(a.Range*a.Range)
	return blurred(a.Range-b.Range, along, resolvedRange) * blurred(math.Remainder(a.Azimuth-b.Azimuth, 2*math.Pi), across, resolvedAzimuth)
}

// blurred is the mean of 2^−(d/width)² over a distance d known with a variance.
func blurred(d, variance, width float64) float64 {
	w := width*width + 2*math.Ln2*variance
	return width / math.Sqrt(w) * math.Exp(-math.Ln2*d*d/w)
}
