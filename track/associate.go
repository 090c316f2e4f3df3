package track

import (
	"math"
	"slices"

	"entente"
)

// pairing is a plot of the group that may be of a track, with the log-likelihood ratio for it.
type pairing struct {
	plot, track int32
	ratio       float64 // against the plot being false and the track missed
	gain        float64 // what the pair adds to the track's own score
	sure        float64 // probability of it against the best assignment without it
	biased      bool    // only by what the sensor may be off
}

// unregistered is how far, metres, the aircraft of an anchor is sought before a sensor's biases are known.
const unregistered = 3000

// A cluster of more plots is not weighed; a doubt below a hundredth is none.
const (
	mostWeighed     = 8
	negligibleDoubt = 0.01
)

// again is the probability that a radar gives two plots of one aircraft in one turn.
const again = 0.01

// doubt is the log probability that a tentative track is an aircraft.
const doubt = -1.2

// associate gives the plots of one sensor's group to tracks, optimally for the group, and starts tracks of the rest.
func (t *Tracker) associate(si int32, group []entente.Plot) {
	s := &t.sites[si]
	t.rebuild(group[0].Time)
	t.views, t.found, t.foundTo = t.views[:0], t.found[:0], t.foundTo[:0]
	for i := range group {
		s.bias.correct(&group[i])
		v := s.ready(&group[i])
		t.views = append(t.views, v)
		t.found = t.offer(&v, s.margin(&v), t.found)
		t.foundTo = append(t.foundTo, int32(len(t.found)))
	}
	t.decide(si)
}

// margin is how far about a plot's place its candidates are sought.
func (s *site) margin(v *seenPlot) float64 {
	if v.plot.Address != 0 && s.settling {
		return v.reach + unregistered
	}
	return v.reach
}

// decide gives the plots of views to the tracks found for them, or starts tracks of them.
func (t *Tracker) decide(si int32) {
	t.pairs, t.near = t.pairs[:0], t.near[:0]
	why := t.config.Explain
	if why != nil {
		why.begin(len(t.views))
	}
	for i := range t.views {
		v := &t.views[i]
		t.turn = int32(i)
		for _, k := range t.offered(i) {
			if v.plot.Address != 0 && v.plot.Address == t.tracks[k].address {
				t.anchor(si, v.plot, &t.tracks[k])
			}
			if why != nil {
				why.weigh(t, si, int32(i), k)
			}
			t.pair(si, int32(i), k)
		}
	}
	t.choose()
	t.resolve(si)
	if why != nil {
		why.judge(t, si)
	}
	for i := range t.views {
		t.turn = int32(i)
		if why != nil {
			why.decide(t, si, int32(i))
		} else if k := t.chosen[i]; k >= 0 {
			t.use(si, int32(i), &t.pairs[k])
		} else {
			t.initiate(si, int32(i))
		}
	}
}

// offered are the candidates of a plot of the group.
func (t *Tracker) offered(plot int) []int32 {
	from := int32(0)
	if plot > 0 {
		from = t.foundTo[plot-1]
	}
	return t.found[from:t.foundTo[plot]]
}

// pair appends the pairing of a plot and a track if it is likelier than not.
func (t *Tracker) pair(si, plot, track int32) {
	s, v, k := &t.sites[si], &t.views[plot], &t.tracks[track]
	known := v.plot.Address.ICAO() && v.plot.Address == k.address
	if !s.within(v, k, s.doubt(known)) {
		return
	}
	k.predictTo(v.plot.Time)
	s.observe(&t.seen, v, k)
	if apart, ok := t.seen.close(k); ok {
		t.near = append(t.near, beside{plot, track, apart})
	}
	position, level, least := t.seen.likelihood(k)
	biased := false
	if known && s.settling && !(least < fineGate) {
		biased = true
		t.seen.distrust(k)
		position, level, least = t.seen.likelihood(k)
	}
	if !(least < fineGate) {
		return
	}
	detected := t.detection(si, v, k)
	gain := position + level + identityRatio(v.plot, k) + s.classRatio(v.class, k) - math.Log(s.density(v.class))
	ratio := gain + math.Log(detected/(1-detected))
	if !k.confirmed() {
		ratio += doubt
		if k.escort {
			ratio += doubt
		}
	}
	if ratio > 0 {
		t.pairs = append(t.pairs, pairing{plot, track, ratio, gain + math.Log(detected), 1, biased})
	}
}

// detection is the probability that the site has this plot of the track's aircraft.
func (t *Tracker) detection(si int32, v *seenPlot, k *record) float64 {
	s := &t.sites[si]
	if l := k.lookOf(si); l != nil && s.sensor.Kind.Polar() && math.Abs(v.plot.Time.Sub(l.last)) < s.sensor.Period/2 {
		return again
	}
	return s.sensor.PD
}

// choose finds the pairings of greatest summed ratio, cluster by cluster: chosen[plot] is the place in pairs, or −1.
func (t *Tracker) choose() {
	t.chosen, t.parent = t.chosen[:0], t.parent[:0]
	for i := range t.views {
		t.chosen, t.parent = append(t.chosen, -1), append(t.parent, int32(i))
	}
	t.stamp++
	for _, p := range t.pairs {
		k := &t.tracks[p.track]
		if k.stamp != t.stamp {
			k.stamp, k.node = t.stamp, int32(len(t.parent))
			t.parent = append(t.parent, k.node)
		}
		t.parent[t.root(p.plot)] = t.root(k.node)
	}
	t.order = t.order[:0]
	for i := range t.pairs {
		t.order = append(t.order, clustered{t.root(t.pairs[i].plot), int32(i)})
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
		if to == from+1 {
			i := t.order[from].pair
			t.chosen[t.pairs[i].plot] = i
		} else {
			t.solve(t.order[from:to])
		}
		from = to
	}
}

// clustered is a place in pairs with its cluster.
type clustered struct{ root, pair int32 }

func (t *Tracker) root(i int32) int32 {
	for t.parent[i] != i {
		t.parent[i] = t.parent[t.parent[i]]
		i = t.parent[i]
	}
	return i
}

// solve assigns one cluster: rows are its plots, columns its tracks and, for each plot, being of none.
func (t *Tracker) solve(cluster []clustered) {
	t.rows, t.cols = t.rows[:0], t.cols[:0]
	for _, c := range cluster {
		t.rows, t.cols = append(t.rows, t.pairs[c.pair].plot), append(t.cols, t.pairs[c.pair].track)
	}
	slices.Sort(t.rows)
	slices.Sort(t.cols)
	t.rows, t.cols = slices.Compact(t.rows), slices.Compact(t.cols)
	n, m := len(t.rows), len(t.cols)+len(t.rows)
	t.cost, t.which = resize(t.cost, n*m), resize(t.which, n*m)
	for i := range t.cost {
		t.cost[i], t.which[i] = forbidden, -1
	}
	for i := range n {
		t.cost[i*m+len(t.cols)+i] = 0
	}
	for _, c := range cluster {
		p := &t.pairs[c.pair]
		i, _ := slices.BinarySearch(t.rows, p.plot)
		j, _ := slices.BinarySearch(t.cols, p.track)
		t.cost[i*m+j], t.which[i*m+j] = -p.ratio, c.pair
	}
	t.got = t.assign.solve(t.cost, n, m, t.got[:0])
	for i, j := range t.got {
		if w := t.which[i*m+j]; w >= 0 {
			t.chosen[t.rows[i]] = w
		}
	}
	if n <= mostWeighed && len(cluster) > n {
		t.weigh(n, m)
	}
}

// weigh finds how sure each choice of a cluster is: the odds against the best assignment without it.
func (t *Tracker) weigh(n, m int) {
	total := 0.0
	for i, j := range t.got {
		total += t.cost[i*m+j]
	}
	for i := range n {
		j := t.got[i]
		w := t.which[i*m+j]
		if w < 0 {
			continue
		}
		cost := t.cost[i*m+j]
		t.cost[i*m+j] = forbidden
		t.again = t.assign.solve(t.cost, n, m, t.again[:0])
		t.cost[i*m+j] = cost
		other := 0.0
		for r, c := range t.again {
			other += t.cost[r*m+c]
		}
		t.pairs[w].sure = 1 / (1 + math.Exp(total-other))
	}
}

// forbidden is a cost that no sum of others reaches.
const forbidden = 1e6

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, 2*n)
	}
	return s[:n]
}

// use takes a plot into a track.
func (t *Tracker) use(si, plot int32, p *pairing) {
	track, gain := p.track, p.gain
	s, v, k := &t.sites[si], &t.views[plot], &t.tracks[track]
	missed, _, _ := t.missed(k, v.plot.Time)
	k.score = min(certain, k.score+gain+missed)
	if p.biased && s.registered() {
		k.displace()
	}
	s.observe(&t.seen, v, k)
	if p.biased && !s.registered() {
		t.seen.distrust(k)
	}
	shared := t.sharingOf(plot)
	if shared != nil {
		t.seen.blend(shared, track)
	} else if p.sure < 1-negligibleDoubt {
		t.seen.hedge(k, p.sure)
	}
	t.seen.update(k)
	if shared != nil {
		t.follow(si, shared)
	}
	if v.plot.Is(entente.HasVelocity) {
		k.measureVelocity(v.plot)
	}
	if s.sensor.Kind == entente.ADSB {
		k.fix, k.fixed = s.fix(v), v.plot.Time
	}
	if k.beside != t.givenIn {
		k.part(s, v.class)
	}
	k.identify(v.plot, s, v.class)
	k.seen(si, v.plot.Time)
	k.updated = max(k.updated, v.plot.Time)
	k.plots++
	k.levelled = k.levelled || v.told
	t.counters.Associated++
	if k.state == entente.Tentative {
		t.consider(track, t.offered(int(plot)))
	} else {
		k.state = entente.Confirmed
	}
	k.anchor()
	if k.confirmed() {
		t.emit(k)
	}
}
