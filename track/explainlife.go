package track

import (
	"fmt"
	"math"

	"entente"
)

// outbid notes for every track that could have had a plot of the group and got none, who got it.
func (e *Explanation) outbid(t *Tracker, si int32) {
	got := map[entente.TrackID]bool{}
	for _, c := range t.chosen {
		if c >= 0 {
			got[t.tracks[t.pairs[c].track].id] = true
		}
	}
	for i, all := range e.weighed {
		c := t.chosen[i]
		for j := range all {
			w := &all[j]
			if w.Verdict != outbid || got[w.Track] || c < 0 {
				continue
			}
			for _, k := range t.offered(i) {
				if t.tracks[k].id == w.Track {
					d := e.decision(t.views[i].plot.Time, &t.tracks[k], Outbid)
					p := *t.views[i].plot
					d.Sensor, d.Plot, d.Pair, d.Other = t.sites[si].sensor.ID, &p, w, t.tracks[t.pairs[c].track].id
				}
			}
		}
	}
}

// margin is by how much the best assignment of a pair's cluster is worse without it, and how many pairs the cluster has.
func (e *Explanation) margin(t *Tracker, pair int32) (margin float64, pairs int) {
	root := t.root(t.pairs[pair].plot)
	var cluster []int32
	for i := range t.pairs {
		if t.root(t.pairs[i].plot) == root {
			cluster = append(cluster, int32(i))
		}
	}
	return e.best(t, cluster, -1) - e.best(t, cluster, pair), len(cluster)
}

// best is the greatest summed ratio of an assignment of a cluster without one of its pairs.
func (e *Explanation) best(t *Tracker, cluster []int32, without int32) float64 {
	rows, cols := map[int32]int{}, map[int32]int{}
	for _, i := range cluster {
		p := &t.pairs[i]
		if _, ok := rows[p.plot]; !ok {
			rows[p.plot] = len(rows)
		}
		if _, ok := cols[p.track]; !ok {
			cols[p.track] = len(cols)
		}
	}
	n, m := len(rows), len(rows)+len(cols)
	cost := make([]float64, n*m)
	for i := range cost {
		cost[i] = forbidden
	}
	for i := range n {
		cost[i*m+len(cols)+i] = 0
	}
	for _, i := range cluster {
		if p := &t.pairs[i]; i != without {
			cost[rows[p.plot]*m+cols[p.track]] = -p.ratio
		}
	}
	sum := 0.0
	for i, j := range e.assign.solve(cost, n, m, nil) {
		sum -= cost[i*m+j]
	}
	return sum
}

// age is what a sweep does with a track, with the reasons noted.
func (e *Explanation) age(t *Tracker, i int32, now entente.Instant) {
	k := &t.tracks[i]
	before := *k
	since := now.Sub(before.updated)
	missed, covered, shortest := t.missed(&before, now)
	t.age(i, now)
	if !e.wants(now) || since <= 0 {
		return
	}
	after := k.state
	if e.missed == nil {
		e.missed = map[entente.TrackID]float64{}
	}
	what := ""
	switch {
	case after == 0 && before.state == entente.Tentative:
		what = AbandonedNow
	case after == 0:
		what = EndedNow
	case after == entente.Coasting && before.state != entente.Coasting:
		what = CoastingNow
	case missed < e.missed[before.id]:
		what = Missed
	default:
		return
	}
	e.missed[before.id] = missed
	before.state = after
	if after == 0 {
		before.state = entente.Ended
		delete(e.missed, before.id)
	}
	d := e.decision(now, &before, what)
	d.Misses, d.Score = missed, before.score
	d.Wanted, d.Reason = before.why(what, since, missed, covered, shortest)
}

// why is the bound that a track met in a sweep, and in words what happened.
func (k *record) why(what string, since, missed float64, covered bool, shortest float64) (bound float64, reason string) {
	floor := -endMisses - math.Log(endScale/since)
	switch {
	case what == Missed || what == CoastingNow:
		return floor, "looks missed"
	case what == AbandonedNow && k.score+missed < k.base+tentativeFloor:
		return k.base + tentativeFloor, "looks missed: likelier clutter"
	case what == AbandonedNow && since > longestDoubt:
		return 0, "no plot for too long"
	case what == EndedNow && missed < floor:
		return floor, "looks missed: likelier gone"
	case what == EndedNow && since > longestCoast:
		return 0, "no plot for too long"
	case what == EndedNow && k.sigma > widestSigma:
		return 0, "its place is no longer known"
	case !covered && since > shortest:
		return 0, "no sensor that saw it covers its place"
	}
	return 0, "other"
}

// merged notes that a track ends as another's twin.
func (e *Explanation) merged(now entente.Instant, k, into *record) {
	if e.wants(now) {
		e.decision(now, k, MergedInto).Other = into.id
	}
}

// ModelNames are the names of the motion models in the order of Decision.Before and After.
func ModelNames() []string {
	names := make([]string, modes)
	for j, m := range models {
		switch {
		case m.turn > 0:
			names[j] = fmt.Sprintf("left %.1f°/s", m.turn/degree)
		case m.turn < 0:
			names[j] = fmt.Sprintf("right %.1f°/s", -m.turn/degree)
		case m.noise < 10:
			names[j] = "straight"
		default:
			names[j] = fmt.Sprintf("restless %.0f m²/s³", m.noise)
		}
	}
	return names
}
