package score

import (
	"math"
	"slices"
)

// searchWork bounds the improvement of one large group, in states compared.
const searchWork = 2e8

// search finds a good assignment in time of a group too large for the exact solver: step by step forth and back, each
// keeping what was where the gain of changing does not pay for it; the better of the two is improved by solving one
// target at a time exactly, then two that share a track, while the others stand.
func (g *meetingGroup) search(price float64) [][]int {
	best := g.sequential(price, false)
	value := g.value(best, price)
	if back := g.sequential(price, true); g.value(back, price) > value {
		best, value = back, g.value(back, price)
	}
	work := 0.0
	for range 4 {
		before := value
		for _, some := range g.neighbourhoods() {
			best = g.improve(best, some, price, &work)
			if work > searchWork {
				return best
			}
		}
		if value = g.value(best, price); value <= before+1e-6 {
			break
		}
	}
	return best
}

// value is the gain of an assignment in time less the price of its changes.
func (g *meetingGroup) value(chosen [][]int, price float64) (v float64) {
	for k, s := range chosen {
		for _, p := range s {
			v += g.gains[k][p]
		}
		if k > 0 {
			v -= price * float64(symmetricDifference(chosen[k-1], s))
		}
	}
	return v
}

// sequential assigns step by step, forth or back.
func (g *meetingGroup) sequential(price float64, back bool) [][]int {
	n, m := len(g.truths), len(g.tracks)
	chosen := make([][]int, len(g.gains))
	place := make([]int, n*m)
	for i := range place {
		place[i] = -1
	}
	for p, ij := range g.pairs {
		place[int(ij[0])*m+int(ij[1])] = p
	}
	cost := make([]float64, n*m)
	var a assigner
	var got, last []int
	for q := range g.gains {
		k := q
		if back {
			k = len(g.gains) - 1 - q
		}
		clear(cost)
		for p, ij := range g.pairs {
			cost[int(ij[0])*m+int(ij[1])] = -g.gains[k][p]
		}
		for _, p := range last { // keeping spares the price of leaving and, mostly, of taking another
			cost[int(g.pairs[p][0])*m+int(g.pairs[p][1])] -= 2 * price
		}
		got = a.solve(cost, n, m, got[:0])
		var s []int
		for i, j := range got {
			if j < 0 || place[i*m+j] < 0 {
				continue
			}
			if p := place[i*m+j]; g.gains[k][p] > 0 || slices.Contains(last, p) {
				s = append(s, p)
			}
		}
		slices.Sort(s)
		chosen[k], last = s, s
	}
	return chosen
}

// neighbourhoods are the targets one by one, then all twos that share a candidate track.
func (g *meetingGroup) neighbourhoods() (out [][]int32) {
	of := make([][]int32, len(g.tracks))
	for i := range g.truths {
		out = append(out, []int32{int32(i)})
	}
	for _, ij := range g.pairs {
		of[ij[1]] = append(of[ij[1]], ij[0])
	}
	seen := map[[2]int32]bool{}
	for _, is := range of {
		slices.Sort(is)
		for x, i := range is {
			for _, j := range is[x+1:] {
				if !seen[[2]int32{i, j}] {
					seen[[2]int32{i, j}] = true
					out = append(out, []int32{i, j})
				}
			}
		}
	}
	return out
}

// improve solves some targets exactly while the others keep their tracks.
func (g *meetingGroup) improve(chosen [][]int, some []int32, price float64, work *float64) [][]int {
	sub := &meetingGroup{truths: some, tracks: g.tracks}
	var of []int // pair of g by pair of sub
	for p, ij := range g.pairs {
		if slices.Contains(some, ij[0]) {
			of = append(of, p)
			sub.pairs = append(sub.pairs, [2]int32{int32(slices.Index(some, ij[0])), ij[1]})
		}
	}
	states := sub.states()
	if states == nil {
		return chosen
	}
	if *work += float64(len(states) * len(states) * len(g.gains)); *work > searchWork {
		return chosen
	}
	taken := make([]bool, len(g.tracks))
	for k := range g.gains {
		clear(taken)
		for _, p := range chosen[k] {
			if !slices.Contains(some, g.pairs[p][0]) {
				taken[g.pairs[p][1]] = true
			}
		}
		row := make([]float64, len(of))
		for q, p := range of {
			row[q] = g.gains[k][p]
			if taken[g.pairs[p][1]] {
				row[q] = math.Inf(-1)
			}
		}
		sub.gains = append(sub.gains, row)
	}
	better, _ := sub.viterbi(states, price)
	out := make([][]int, len(chosen))
	for k := range chosen {
		for _, p := range chosen[k] {
			if !slices.Contains(some, g.pairs[p][0]) {
				out[k] = append(out[k], p)
			}
		}
		for _, q := range better[k] {
			out[k] = append(out[k], of[q])
		}
		slices.Sort(out[k])
	}
	if g.value(out, price) < g.value(chosen, price) {
		return chosen
	}
	return out
}

// freeGain is the gain if changing cost nothing: no assignment in time gains more.
func (g *meetingGroup) freeGain() (sum float64) {
	n, m := len(g.truths), len(g.tracks)
	cost := make([]float64, n*m)
	var a assigner
	var got []int
	for k := range g.gains {
		clear(cost)
		for p, ij := range g.pairs {
			cost[int(ij[0])*m+int(ij[1])] = -g.gains[k][p]
		}
		got = a.solve(cost, n, m, got[:0])
		for i, j := range got {
			if j >= 0 {
				sum -= cost[i*m+j]
			}
		}
	}
	return sum
}
