package score

import (
	"cmp"
	"math"
	"slices"
)

// TGOSPA is the trajectory GOSPA metric of García-Fernández, Rahmathullah and Svensson (IEEE TSP 68, 2020, definition 2)
// with p = 2: GOSPA summed over time with a price for every change of the assignment, so that a track that jumps
// from one target to another costs even where every place is right. All values are of a mean step, in metres: the
// root of the cost over the number of times; the squares of the parts sum to the square of the whole.
type TGOSPA struct {
	Value        Number `json:"t_gospa_m"`
	Localisation Number `json:"localisation_m"`
	Missed       Number `json:"missed_m"`
	False        Number `json:"false_m"`
	Switch       Number `json:"switch_m"`
	Switches     Number `json:"switches"`   // switches of the best assignment: a change counts one, from or to none a half
	SwitchCost   Number `json:"gamma_m"`    // the price of one
	Exact        bool   `json:"exact"`      // the minimum over all assignments was found
	LowerBound   Number `json:"at_least_m"` // equal to the value when exact
}

// meeting is a pair within the cut-off at one time.
type meeting struct {
	step, truth, track int32
	d                  float64
}

// Bounds of the exact solver: assignments of one group that are tried at every time, and their pairs over all times.
const (
	exactStates = 600
	exactWork   = 4e8
)

// trajectoryMetric finds the least cost over all assignments in time. Pairs that never come within the cut-off are of no use,
// so targets and tracks fall into groups; a group of few possible assignments is solved exactly by dynamic
// programming over all of them, a larger one from the best of three assignments in time, improved target by target.
// n and k are the targets and tracks alive, summed over the steps.
func trajectoryMetric(ms []meeting, steps, n, k int, c, gamma float64) TGOSPA {
	o := TGOSPA{SwitchCost: Number(gamma), Exact: true}
	if steps == 0 {
		return TGOSPA{Value: nan, Localisation: nan, Missed: nan, False: nan, Switch: nan, Switches: nan, SwitchCost: Number(gamma), Exact: true, LowerBound: nan}
	}
	var t trajectoryCost
	for _, g := range meetingGroups(ms) {
		part, exact, bound := g.solve(c, gamma)
		t.add(part)
		t.bound += bound
		o.Exact = o.Exact && exact
	}
	half := c * c / 2
	missed, wrong := half*float64(n-t.pairs), half*float64(k-t.pairs)
	per := func(v float64) Number { return Number(math.Sqrt(max(0, v) / float64(steps))) }
	o.Localisation, o.Missed, o.False = per(t.square), per(missed), per(wrong)
	o.Switches, o.Switch = Number(t.switches), per(gamma*gamma*t.switches)
	o.Value = per(t.square + missed + wrong + gamma*gamma*t.switches)
	o.LowerBound = per(half*float64(n+k) - t.bound)
	return o
}

var nan = Number(math.NaN())

// trajectoryCost is what an assignment in time costs: squares of matched distances, pairs, switches, and an upper bound
// of the gain.
type trajectoryCost struct {
	square, switches, bound float64
	pairs                   int
}

func (t *trajectoryCost) add(o trajectoryCost) {
	t.square, t.switches, t.pairs = t.square+o.square, t.switches+o.switches, t.pairs+o.pairs
}

// meetingGroup is a connected group of targets and tracks: the meetings of its candidate pairs by time.
type meetingGroup struct {
	truths, tracks []int32
	pairs          [][2]int32  // candidate pairs, as places in truths and tracks
	gains          [][]float64 // by step of the group and pair: c² − d², zero when apart
	dist           [][]float64
}

// meetingGroups parts the meetings.
func meetingGroups(ms []meeting) []*meetingGroup {
	parent := map[int32]int32{}
	var root func(int32) int32
	root = func(a int32) int32 {
		p, ok := parent[a]
		if !ok || p == a {
			parent[a] = a
			return a
		}
		p = root(p)
		parent[a] = p
		return p
	}
	for i := range ms {
		parent[root(2*ms[i].truth)] = root(2*ms[i].track + 1)
	}
	by := map[int32][]meeting{}
	var order []int32
	for _, m := range ms {
		r := root(2 * m.truth)
		if len(by[r]) == 0 {
			order = append(order, r)
		}
		by[r] = append(by[r], m)
	}
	out := make([]*meetingGroup, 0, len(order))
	for _, r := range order {
		out = append(out, newMeetingGroup(by[r]))
	}
	return out
}

func newMeetingGroup(ms []meeting) *meetingGroup {
	g := &meetingGroup{}
	slices.SortStableFunc(ms, func(a, b meeting) int { return cmp.Compare(a.step, b.step) })
	places := map[[2]int32]int{}
	truths, tracks := map[int32]int32{}, map[int32]int32{}
	for _, m := range ms {
		i, ok := truths[m.truth]
		if !ok {
			i = int32(len(g.truths))
			truths[m.truth], g.truths = i, append(g.truths, m.truth)
		}
		j, ok := tracks[m.track]
		if !ok {
			j = int32(len(g.tracks))
			tracks[m.track], g.tracks = j, append(g.tracks, m.track)
		}
		if _, ok := places[[2]int32{i, j}]; !ok {
			places[[2]int32{i, j}] = len(g.pairs)
			g.pairs = append(g.pairs, [2]int32{i, j})
		}
	}
	step := int32(-1)
	for _, m := range ms {
		if m.step != step {
			step = m.step
			row := make([]float64, 2*len(g.pairs))
			for i := range row[:len(g.pairs)] {
				row[len(g.pairs)+i] = math.Inf(1)
			}
			g.gains, g.dist = append(g.gains, row[:len(g.pairs)]), append(g.dist, row[len(g.pairs):])
		}
		g.dist[len(g.dist)-1][places[[2]int32{truths[m.truth], tracks[m.track]}]] = m.d
	}
	return g
}

// solve finds an assignment in time of great gain; exact says that none is greater, bound is what none exceeds.
func (g *meetingGroup) solve(c, gamma float64) (t trajectoryCost, exact bool, bound float64) {
	for k := range g.dist {
		for p, d := range g.dist[k] {
			g.gains[k][p] = max(0, c*c-d*d)
		}
	}
	price := gamma * gamma / 2 // of one entry of the assignment changed
	if states := g.states(); states != nil && float64(len(states)*len(states)*len(g.gains)) <= exactWork {
		chosen, gain := g.viterbi(states, price)
		return g.cost(chosen, c), true, gain
	}
	chosen := g.search(price)
	return g.cost(chosen, c), false, g.freeGain()
}

// states are all assignments that use candidate pairs only, each as the pairs used; nil when there are too many.
func (g *meetingGroup) states() (out [][]int) {
	var usedI, usedJ = make([]bool, len(g.truths)), make([]bool, len(g.tracks))
	var now []int
	var grow func(from int) bool
	grow = func(from int) bool {
		if len(out) >= exactStates {
			return false
		}
		out = append(out, slices.Clone(now))
		for p := from; p < len(g.pairs); p++ {
			i, j := g.pairs[p][0], g.pairs[p][1]
			if usedI[i] || usedJ[j] {
				continue
			}
			usedI[i], usedJ[j], now = true, true, append(now, p)
			ok := grow(p + 1)
			usedI[i], usedJ[j], now = false, false, now[:len(now)-1]
			if !ok {
				return false
			}
		}
		return true
	}
	if !grow(0) {
		return nil
	}
	return out
}

// viterbi is dynamic programming over the states: exact. It returns the pairs used at each step and their gain less the
// price of changes.
func (g *meetingGroup) viterbi(states [][]int, price float64) ([][]int, float64) {
	n := len(states)
	change := make([]float64, n*n)
	for a := range states {
		for b := range states {
			change[a*n+b] = price * float64(symmetricDifference(states[a], states[b]))
		}
	}
	value, next := make([]float64, n), make([]float64, n)
	back := make([][]int16, len(g.gains))
	for k, gains := range g.gains {
		back[k] = make([]int16, n)
		for b, s := range states {
			best, from := math.Inf(-1), 0
			if k == 0 {
				best = 0
			} else {
				for a := range states {
					if v := value[a] - change[a*n+b]; v > best {
						best, from = v, a
					}
				}
			}
			for _, p := range s {
				best += gains[p]
			}
			next[b], back[k][b] = best, int16(from)
		}
		value, next = next, value
	}
	at := 0
	for a := range value {
		if value[a] > value[at] {
			at = a
		}
	}
	gain := value[at]
	chosen := make([][]int, len(g.gains))
	for k := len(g.gains) - 1; k >= 0; k-- {
		chosen[k] = states[at]
		at = int(back[k][at])
	}
	return chosen, gain
}

// symmetricDifference counts what is in one sorted list but not in the other.
func symmetricDifference(a, b []int) (n int) {
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			i, j = i+1, j+1
		case a[i] < b[j]:
			i, n = i+1, n+1
		default:
			j, n = j+1, n+1
		}
	}
	return n + len(a) - i + len(b) - j
}

// cost counts squares, pairs and switches of an assignment in time.
func (g *meetingGroup) cost(chosen [][]int, c float64) (t trajectoryCost) {
	for k, s := range chosen {
		for _, p := range s {
			if d := g.dist[k][p]; d < c {
				t.square += d * d
				t.pairs++
			}
		}
		if k > 0 {
			t.switches += float64(symmetricDifference(chosen[k-1], s)) / 2
		}
	}
	return t
}
