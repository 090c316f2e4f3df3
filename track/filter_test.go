package track

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

type square [6][6]float64

func (a *square) times(b *square) (c square) {
	for i := range 6 {
		for j := range 6 {
			for k := range 6 {
				c[i][j] += a[i][k] * b[k][j]
			}
		}
	}
	return c
}

func (a *square) transposed() (t square) {
	for i := range 6 {
		for j := range 6 {
			t[j][i] = a[i][j]
		}
	}
	return t
}

func full(p *[21]float64) (s square) {
	c := entente.Covariance(*p)
	for i := range 6 {
		for j := range 6 {
			s[i][j] = c.At(i, j)
		}
	}
	return s
}

func randomState(rng *rand.Rand) (s state) {
	var l square
	for i := range 6 {
		for j := range i {
			l[i][j] = 4 * rng.NormFloat64()
		}
		l[i][i] = 2 + 30*rng.Float64()
	}
	lt := l.transposed()
	m := l.times(&lt)
	n := 0
	for i := range 6 {
		for j := i; j < 6; j++ {
			s.p[n] = m[i][j]
			n++
		}
	}
	s.x = [6]float64{3e3 * rng.NormFloat64(), 3e3 * rng.NormFloat64(), 9e3, 150 * rng.NormFloat64(), 150 * rng.NormFloat64(), 5 * rng.NormFloat64()}
	return s
}

// TestMoveIsFPF compares the unrolled blocks with the plain product F P Fᵀ.
func TestMoveIsFPF(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := randomState(rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1)))
		dt := rapid.Float64Range(0.01, 12).Draw(r, "dt")
		w := rapid.Float64Range(-0.1, 0.1).Draw(r, "turn")
		if math.Abs(w) < 1e-6 {
			w = 1e-6
		}
		sin, cos := math.Sincos(w * dt)
		tr := turning{a: sin / w, b: (1 - cos) / w, c: cos, s: sin}
		z := vertical{h: 0.9 * dt, d: 0.8}
		f := square{
			{1, 0, 0, tr.a, -tr.b, 0}, {0, 1, 0, tr.b, tr.a, 0}, {0, 0, 1, 0, 0, z.h},
			{0, 0, 0, tr.c, -tr.s, 0}, {0, 0, 0, tr.s, tr.c, 0}, {0, 0, 0, 0, 0, z.d}}
		p := full(&s.p)
		ft, fp := f.transposed(), f.times(&p)
		want := fp.times(&ft)
		var x [6]float64
		for i := range 6 {
			for j := range 6 {
				x[i] += f[i][j] * s.x[j]
			}
		}
		s.move(tr, z)
		got := full(&s.p)
		for i := range 6 {
			if math.Abs(x[i]-s.x[i]) > 1e-6 {
				r.Fatalf("mean %d: %g, want %g", i, s.x[i], x[i])
			}
			for j := range 6 {
				if math.Abs(want[i][j]-got[i][j]) > 1e-6*(1+math.Abs(want[i][j])) {
					r.Fatalf("(%d,%d): %g, want %g", i, j, got[i][j], want[i][j])
				}
			}
		}
	})
}

// TestTurningModelFliesACircle: a full turn at 3°/s takes 120 s and comes back.
func TestTurningModelFliesACircle(t *testing.T) {
	s := state{x: [6]float64{0, 0, 5000, 200, 0, 0}}
	w := 3 * degree
	for range 120 {
		sin, cos := math.Sincos(w)
		s.move(turning{a: sin / w, b: (1 - cos) / w, c: cos, s: sin}, vertical{h: 1, d: 1})
	}
	if math.Hypot(s.x[0], s.x[1]) > 1e-6 || math.Abs(s.x[3]-200) > 1e-9 {
		t.Errorf("after a full circle at %v", s.x)
	}
}

func TestLeavesAreProbabilities(t *testing.T) {
	first := 0.0
	for i := range modes {
		sum := 0.0
		for j := range modes {
			sum += leaves[i][j]
		}
		if math.Abs(sum-1) > 1e-9 || leaves[i][i] != 0 {
			t.Errorf("row %d sums to %g with %g on the diagonal", i, sum, leaves[i][i])
		}
		first += firstModes[i]
	}
	if math.Abs(first-1) > 1e-9 {
		t.Errorf("first probabilities sum to %g", first)
	}
}

// TestMixKeepsMoments: interaction must change neither the mixture's mean nor (but for what is negligible) its spread.
func TestMixKeepsMoments(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 2))
		var k record
		sum := 0.0
		for j := range modes {
			k.modes[j] = randomState(rng)
			k.mu[j] = 0.05 + rng.Float64()
			sum += k.mu[j]
		}
		for j := range modes {
			k.mu[j] /= sum
		}
		k.combine()
		mean := k.mean
		var before, after entente.Covariance
		k.covariance(&before)
		k.mix(20)
		k.combine()
		k.covariance(&after)
		total := 0.0
		for _, m := range k.mu {
			total += m
		}
		if math.Abs(total-1) > 1e-9 {
			r.Fatalf("probabilities sum to %g", total)
		}
		for i := range 6 {
			if math.Abs(mean[i]-k.mean[i]) > 0.01*math.Sqrt(before.At(i, i)) {
				r.Fatalf("mean %d moved from %g to %g", i, mean[i], k.mean[i])
			}
			if q := after.At(i, i) / before.At(i, i); q < 0.97 || q > 1.03 {
				r.Fatalf("variance %d changed by %g", i, q)
			}
		}
	})
}

// TestGradientsAreDerivatives compares the observation's gradients with differences of its residual.
func TestGradientsAreDerivatives(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 3))
		lat, lon := -1.2+2.4*rng.Float64(), -3+6*rng.Float64()
		st := newSite(entente.Sensor{ID: 1, Kind: entente.SSR, Lat: lat, Lon: lon, Height: 200, RangeSigma: 50, AzimuthSigma: 0.001, MaxRange: 3e5, Period: 5, PD: 0.9})
		la, lo := geo.Destination(lat, lon, 2*math.Pi*rng.Float64(), 15e3+200e3*rng.Float64())
		k := record{frame: geo.NewFrame(geo.LLA{Lat: la, Lon: lo}), mu: firstModes, time: second(0), levelled: true}
		for j := range modes {
			k.modes[j].x = [6]float64{2e3 * rng.NormFloat64(), 2e3 * rng.NormFloat64(), 8e3, 200, -50, 3}
		}
		k.modes[1] = k.modes[0]
		for j := range modes {
			k.modes[j] = k.modes[0]
		}
		k.combine()
		at := st.frame.ToENU(k.position(0)).Polar()
		p := entente.Plot{Time: second(rapid.Float64Range(-2, 2).Draw(r, "ahead")), Sensor: 1, Kind: entente.SSR, Has: entente.HasPolar,
			Range: at.Range + 30, Azimuth: at.Azimuth + 0.002}
		v := st.ready(&p)
		var o observation
		st.observe(&o, &v, &k)
		const h = 0.5
		for i := range 6 {
			x := k.mean
			x[i] += h
			r1, a1 := o.residual(&x)
			x[i] -= 2 * h
			r0, a0 := o.residual(&x)
			dr, da := -(r1-r0)/(2*h), -(a1-a0)/(2*h)
			wr, wa := o.g[0][i%3], o.g[1][i%3]
			if i >= 3 {
				wr, wa = wr*o.ahead, wa*o.ahead
			}
			if math.Abs(dr-wr) > 1e-3 || math.Abs(da-wa)*at.Range > 1e-2 {
				r.Fatalf("component %d: range %g, want %g; azimuth %g, want %g", i, wr, dr, wa*at.Range, da*at.Range)
			}
		}
	})
}

// TestUpdateShrinksAndStaysPositive: whatever is measured, covariances stay positive and no variance grows but the
// vertical ones that a jump loosens.
func TestUpdateShrinksAndStaysPositive(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 4))
		k := record{frame: geo.NewFrame(geo.LLA{Lat: 0.94, Lon: 0.47}), mu: firstModes, time: second(0)}
		for j := range modes {
			k.modes[j] = randomState(rng)
		}
		k.combine()
		before := k.modes
		at := k.frame.LLA(geo.ENU{E: k.mean[0] + 50*rng.NormFloat64(), N: k.mean[1] + 50*rng.NormFloat64(), U: k.mean[2]})
		st := newSite(entente.Sensor{ID: 1, Kind: entente.MLAT, Lat: 0.94, Lon: 0.47, RangeSigma: 30})
		p := entente.Plot{Time: second(0), Sensor: 1, Has: entente.HasPosition, Lat: at.Lat, Lon: at.Lon}
		v := st.ready(&p)
		var o observation
		st.observe(&o, &v, &k)
		o.update(&k)
		for j := range modes {
			p := entente.Covariance(k.modes[j].p)
			q := entente.Covariance(before[j].p)
			for i := range 6 {
				if !(p.At(i, i) > 0) || p.At(i, i) > q.At(i, i)*(1+1e-9) {
					r.Fatalf("model %d variance %d: %g after %g", j, i, p.At(i, i), q.At(i, i))
				}
			}
		}
	})
}

func TestAnchoringChangesNothingThatIsSeen(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	k := record{frame: geo.NewFrame(geo.LLA{Lat: 1.1, Lon: 3.1}), mu: firstModes, time: second(0), state: entente.Confirmed}
	s := randomState(rng)
	s.x[0], s.x[1] = 11e3, 2e3
	for j := range modes {
		k.modes[j] = s
	}
	k.combine()
	var before, after entente.Track
	k.put("X", &before)
	k.anchor()
	k.put("X", &after)
	if d := geo.Separation(before.Lat, before.Lon, after.Lat, after.Lon); d > 0.01 || math.Abs(before.Height-after.Height) > 0.01 {
		t.Errorf("moved %.3f m and %.3f m up", d, after.Height-before.Height)
	}
	if math.Abs(before.VE-after.VE) > 0.05 || math.Abs(before.VN-after.VN) > 0.05 || math.Abs(before.VU-after.VU) > 0.05 {
		t.Errorf("velocity %v %v %v became %v %v %v", before.VE, before.VN, before.VU, after.VE, after.VN, after.VU)
	}
	if m := &k.mean; math.Hypot(m[0], m[1]) > 1 {
		t.Errorf("still %.0f m from the anchor", math.Hypot(m[0], m[1]))
	}
}

// TestAssignmentIsOptimal compares with all permutations.
func TestAssignmentIsOptimal(t *testing.T) {
	var a assigner
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 5).Draw(r, "n")
		m := rapid.IntRange(n, 6).Draw(r, "m")
		cost := make([]float64, n*m)
		for i := range cost {
			cost[i] = float64(rapid.IntRange(-20, 20).Draw(r, "cost"))
			if rapid.IntRange(0, 4).Draw(r, "forbid") == 0 {
				cost[i] = forbidden
			}
		}
		got := a.solve(cost, n, m, nil)
		sum := 0.0
		seen := map[int]bool{}
		for i, j := range got {
			if j < 0 || seen[j] {
				r.Fatalf("assignment %v", got)
			}
			seen[j] = true
			sum += cost[i*m+j]
		}
		if want := cheapest(cost, n, m, 0, 0); math.Abs(sum-want) > 1e-6 {
			r.Fatalf("cost %g, best is %g", sum, want)
		}
	})
}

func cheapest(cost []float64, n, m, i, used int) float64 {
	if i == n {
		return 0
	}
	best := math.Inf(1)
	for j := range m {
		if used&(1<<j) == 0 {
			best = min(best, cost[i*m+j]+cheapest(cost, n, m, i+1, used|1<<j))
		}
	}
	return best
}
