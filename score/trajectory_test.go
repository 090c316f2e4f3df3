package score

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// crowd is a set of trajectories on a line: place by step, NaN where one does not exist.
type crowd [][]float64

// meetingsOf are the pairs of two crowds within c, and how many of each are alive, summed over steps.
func meetingsOf(x, y crowd, steps int, c float64) (ms []meeting, n, k int) {
	for s := range steps {
		for i := range x {
			if !math.IsNaN(x[i][s]) {
				n++
			}
		}
		for j := range y {
			if math.IsNaN(y[j][s]) {
				continue
			}
			k++
			for i := range x {
				if d := math.Abs(x[i][s] - y[j][s]); d <= c {
					ms = append(ms, meeting{int32(s), int32(i), int32(j), d})
				}
			}
		}
	}
	return ms, n, k
}

func tgospa(x, y crowd, steps int, c, gamma float64) TGOSPA {
	ms, n, k := meetingsOf(x, y, steps, c)
	return trajectoryMetric(ms, steps, n, k, c, gamma)
}

// bruteForce tries every assignment at every step, by the definition: the sum of GOSPA's cost and γ²/2 for every entry of the
// assignment that changes. An absent trajectory may stay assigned, at no more than it costs unassigned.
func bruteForce(x, y crowd, steps int, c, gamma float64) float64 {
	var maps [][]int // by target the track, −1 none
	var grow func(m []int)
	grow = func(m []int) {
		if len(m) == len(x) {
			maps = append(maps, slices.Clone(m))
			return
		}
		for j := -1; j < len(y); j++ {
			if j < 0 || !slices.Contains(m, j) {
				grow(append(m, j))
			}
		}
	}
	grow(nil)
	at := func(m []int, s int) (cost float64) {
		half := c * c / 2
		used := make([]bool, len(y))
		for i, j := range m {
			here, there := !math.IsNaN(x[i][s]), j >= 0 && !math.IsNaN(y[max(j, 0)][s])
			if j >= 0 {
				used[j] = true
			}
			switch {
			case here && there:
				d := math.Abs(x[i][s] - y[j][s])
				cost += min(d*d, c*c)
			case here || there:
				cost += half
			}
		}
		for j := range y {
			if !used[j] && !math.IsNaN(y[j][s]) {
				cost += half
			}
		}
		return cost
	}
	change := func(a, b []int) (n float64) {
		for i := range a {
			if a[i] != b[i] {
				if a[i] >= 0 {
					n++
				}
				if b[i] >= 0 {
					n++
				}
			}
		}
		return n
	}
	best := make([]float64, len(maps))
	for s := range steps {
		next := make([]float64, len(maps))
		for b := range maps {
			next[b] = math.Inf(1)
			for a := range maps {
				v := best[a]
				if s > 0 {
					v += gamma * gamma / 2 * change(maps[a], maps[b])
				} else if a > 0 {
					break
				}
				next[b] = min(next[b], v)
			}
			next[b] += at(maps[b], s)
		}
		best = next
	}
	return math.Sqrt(slices.Min(best) / float64(steps))
}

func drawCrowd(r *rapid.T, label string, most, steps int) crowd {
	n := rapid.IntRange(0, most).Draw(r, label)
	x := make(crowd, n)
	for i := range x {
		x[i] = make([]float64, steps)
		at := float64(rapid.IntRange(0, 12).Draw(r, "from"))
		for s := range steps {
			at += float64(rapid.IntRange(-2, 2).Draw(r, "by"))
			x[i][s] = at
			if rapid.IntRange(0, 5).Draw(r, "there") == 0 {
				x[i][s] = math.NaN()
			}
		}
	}
	return x
}

func TestTrajectoryMetricEqualsBruteForce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.IntRange(1, 5).Draw(r, "steps")
		x, y := drawCrowd(r, "x", 3, steps), drawCrowd(r, "y", 3, steps)
		const c = 5.0
		gamma := rapid.SampledFrom([]float64{0.5, 2, 5, 20}).Draw(r, "gamma")
		got, want := tgospa(x, y, steps, c, gamma), bruteForce(x, y, steps, c, gamma)
		if math.Abs(float64(got.Value)-want) > 1e-9 || !got.Exact || math.Abs(float64(got.LowerBound)-want) > 1e-9 {
			r.Fatalf("%v, want %v for %v and %v", got, want, x, y)
		}
		parts := math.Sqrt(math.Pow(float64(got.Localisation), 2) + math.Pow(float64(got.Missed), 2) + math.Pow(float64(got.False), 2) + math.Pow(float64(got.Switch), 2))
		if math.Abs(parts-want) > 1e-9 {
			r.Fatalf("parts sum to %v, not %v", parts, want)
		}
	})
}

// TestTrajectoryMetricIsAMetric: identity, symmetry, triangle inequality (Garcia-Fernandez and others 2020, proposition 1), which
// the exact integer solution keeps on these small sets.
func TestTrajectoryMetricIsAMetric(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		steps := rapid.IntRange(1, 4).Draw(r, "steps")
		x, y, z := drawCrowd(r, "x", 3, steps), drawCrowd(r, "y", 3, steps), drawCrowd(r, "z", 3, steps)
		const c, gamma = 5.0, 3.0
		d := func(a, b crowd) float64 { return float64(tgospa(a, b, steps, c, gamma).Value) }
		if v := d(x, x); v != 0 {
			r.Fatalf("distance to itself %v", v)
		}
		if a, b := d(x, y), d(y, x); math.Abs(a-b) > 1e-9 {
			r.Fatalf("%v one way, %v the other", a, b)
		}
		if d(x, z) > d(x, y)+d(y, z)+1e-9 {
			r.Fatalf("%v > %v + %v", d(x, z), d(x, y), d(y, z))
		}
	})
}

// gospaOf is GOSPA of two sets of places on a line by the matcher in use.
func gospaOf(x, y []float64, c float64) float64 {
	m := matcher{cutoff: c}
	to := func(v []float64) (p []point) {
		for _, a := range v {
			p = append(p, point{a, 0, 0})
		}
		return p
	}
	m.match(to(x), to(y))
	s := c * c / 2 * float64(len(x)+len(y)-2*len(m.matched))
	for _, p := range m.matched {
		s += p.d * p.d
	}
	return math.Sqrt(s)
}

func TestGOSPAIsAMetric(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		draw := func(name string) []float64 { return rapid.SliceOfN(rapid.Float64Range(0, 12), 0, 5).Draw(r, name) }
		x, y, z := draw("x"), draw("y"), draw("z")
		const c = 5.0
		if v := gospaOf(x, x, c); v > 1e-9 {
			r.Fatalf("distance to itself %v", v)
		}
		if a, b := gospaOf(x, y, c), gospaOf(y, x, c); math.Abs(a-b) > 1e-9 {
			r.Fatalf("%v one way, %v the other", a, b)
		}
		if a := gospaOf(x, z, c); a > gospaOf(x, y, c)+gospaOf(y, z, c)+1e-9 {
			r.Fatalf("triangle: %v", a)
		}
	})
}

func TestSwitchesCostInTime(t *testing.T) {
	nan := math.NaN()
	steps := 6
	x := crowd{{0, 0, 0, 0, 0, 0}, {100, 100, 100, 100, 100, 100}}
	for _, tc := range []struct {
		name     string
		y        crowd
		switches float64
		value    float64
	}{
		{"right", x, 0, 0},
		{"two swapped half way", crowd{{0, 0, 0, 100, 100, 100}, {100, 100, 100, 0, 0, 0}}, 2, math.Sqrt(2 * 4.0 / 6)},
		{"a number changes in a gap", crowd{{0, 0, 0, nan, nan, nan}, {nan, nan, nan, 0, 0, 0}, {100, 100, 100, 100, 100, 100}}, 1, math.Sqrt(4.0 / 6)},
		{"a gap costs no switch", crowd{{0, 0, nan, 0, 0, 0}, {100, 100, 100, 100, 100, 100}}, 0, math.Sqrt(12.5 / 6)},
		{"dear to switch back for one step", crowd{{0, 0, 1, 0, 0, 0}, {nan, nan, 0, nan, nan, nan}, {100, 100, 100, 100, 100, 100}}, 0, math.Sqrt((1 + 12.5) / 6)},
	} {
		got := tgospa(x, tc.y, steps, 5, 2)
		if float64(got.Switches) != tc.switches || math.Abs(float64(got.Value)-tc.value) > 1e-9 {
			t.Errorf("%s: %v switches, value %v, want %v and %v", tc.name, got.Switches, got.Value, tc.switches, tc.value)
		}
	}
}

// TestLargeGroupsAreSolvedNearly: the search must come near the exact solver where both can run, and its bounds must hold.
func TestLargeGroupsAreSolvedNearly(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	worst := 1.0
	for range 30 {
		steps := 25
		walk := func(n int) crowd {
			x := make(crowd, n)
			for i := range x {
				x[i] = make([]float64, steps)
				at := 12 * rng.Float64()
				for s := range steps {
					at += rng.NormFloat64()
					x[i][s] = at
				}
			}
			return x
		}
		x, y := walk(4), walk(4)
		ms, _, _ := meetingsOf(x, y, steps, 6)
		for _, g := range meetingGroups(ms) {
			exact, ok, bound := g.solve(6, 3)
			if !ok {
				t.Fatal("the group should be small enough")
			}
			price := 9.0 / 2
			found := g.value(g.search(price), price)
			if found > bound+1e-9 || bound > g.freeGain()+1e-9 {
				t.Fatalf("found %v, exact %v, free %v", found, bound, g.freeGain())
			}
			worst = min(worst, found/bound)
			_ = exact
		}
	}
	if worst < 0.97 {
		t.Errorf("the search reached only %.4f of the best gain", worst)
	}
}

func TestNothingToCompareInTime(t *testing.T) {
	if v := trajectoryMetric(nil, 0, 0, 0, 5, 2); v.Value.Known() || !v.Exact {
		t.Error(v)
	}
	if v := trajectoryMetric(nil, 4, 8, 0, 5, 2); math.Abs(float64(v.Value)-5) > 1e-12 || v.Missed != v.Value {
		t.Error(v)
	}
}
