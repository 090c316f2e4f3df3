package picture

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

// covariance draws a positive definite one.
func covariance(rng *rand.Rand) (p entente.Covariance) {
	var l [6][6]float64
	for i := range 6 {
		for j := range i {
			l[i][j] = rng.NormFloat64() * 5
		}
		l[i][i] = 1 + 50*rng.Float64()
	}
	for i := range 6 {
		for j := i; j < 6; j++ {
			s := 0.0
			for k := range 6 {
				s += l[i][k] * l[j][k]
			}
			p.Set(i, j, s)
		}
	}
	return p
}

func TestInverseIsOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := covariance(rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 3)))
		var l factor
		if !l.decompose(&p) {
			r.Fatal("not decomposed")
		}
		q := l.invert()
		for i := range 6 {
			for j := range 6 {
				s := 0.0
				for k := range 6 {
					s += p.At(i, k) * q.At(k, j)
				}
				want := 0.0
				if i == j {
					want = 1
				}
				if math.Abs(s-want) > 1e-6 {
					r.Fatalf("P P⁻¹ (%d,%d) = %g", i, j, s)
				}
			}
		}
	})
}

// TestFusionIsConservative: of two estimates with the same error (fully correlated, the worst case), the fused
// covariance is never smaller than the error's.
func TestFusionIsConservative(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := covariance(rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 4)))
		a := motion{lat: 0.9, lon: 0.5, height: 9000, p: p}
		var f fusion
		f.add(&a, &a, part(0.5, 1))
		f.add(&a, &a, part(0.5, 1))
		var out entente.Track
		f.result(&a, &out)
		for i := range p {
			if math.Abs(out.Covariance[i]-p[i]) > 1e-6*(1+math.Abs(p[i])) {
				r.Fatalf("an estimate fused with itself became surer: element %d %g, was %g", i, out.Covariance[i], p[i])
			}
		}
		if math.Abs(out.Lat-a.lat) > 1e-12 || math.Abs(out.Lon-a.lon) > 1e-12 {
			r.Fatal("moved")
		}
	})
}

func TestFusionLiesBetweenAndLeansToTheSurer(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, height: 9000, address: 0x510001}
	own := f.track(1, start, 0, 0)
	theirs := f.track(2, start, 900, 0)
	for i := range 2 {
		theirs.Covariance.Set(i, i, 9*theirs.Covariance.At(i, i))
	}
	p.Own([]entente.Track{own})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{theirs})
	got := p.Entries(nil, start)[0].Track
	share := (got.Lon - own.Lon) / (theirs.Lon - own.Lon)
	if share <= 0 || share > 0.05 {
		t.Errorf("%.3f of the way to a partner three times as unsure", share)
	}
	if v := got.Covariance.At(0, 0); v < own.Covariance.At(0, 0) {
		t.Errorf("variance %.0f fell below the better one's %.0f", v, own.Covariance.At(0, 0))
	}
}

func TestMotionCrossesTheDateLine(t *testing.T) {
	f := flight{lat: 60, lon: 179.99, ve: 250, height: 9000}
	k := f.track(1, start, 0, 0)
	var m motion
	m.move(&k, turn{}, start.Add(30))
	if m.lon > 0 || m.p.At(0, 0) <= k.Covariance.At(0, 0) {
		t.Errorf("at longitude %.3f, variance %.0f", m.lon*180/math.Pi, m.p.At(0, 0))
	}
	var back motion
	back.move(&k, turn{}, start)
	if e, n := m.offset(&back); math.Abs(math.Hypot(e, n)-7500) > 30 {
		t.Errorf("moved %.0f m, want 7500", math.Hypot(e, n))
	}
}
