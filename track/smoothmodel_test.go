package track

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente"
	"entente/geo"
)

// somewhere is a random state over the Earth with a random positive covariance.
func somewhere(rng *rand.Rand) (s kinematic) {
	at := geo.LLA{Lat: 1.3 * (2*rng.Float64() - 1), Lon: 3 * (2*rng.Float64() - 1), Height: 9000 * rng.Float64()}
	q, a := at.ECEF(), axes(at)
	s.p = vec{q.X, q.Y, q.Z}
	s.v = a.timesT(&vec{200 * rng.NormFloat64(), 200 * rng.NormFloat64(), 5 * rng.NormFloat64()})
	var l, c sixBySix
	for i := range l {
		l[i] = rng.NormFloat64() * 30
		if i/6 > 2 {
			l[i] /= 10
		}
	}
	for i := range 6 {
		for j := range 6 {
			for k := range 6 {
				c[6*i+j] += l[6*i+k] * l[6*j+k]
			}
		}
	}
	s.setCovariance(&c)
	return s
}

// matrixOf is the 6 × 6 matrix of a transition, by its blocks.
func matrixOf(t *transition) (f sixBySix) {
	for i := range 3 {
		f[7*i] = 1
		for j := range 3 {
			f[6*i+3+j] = t.a[3*i+j]
			f[6*(i+3)+3+j] = t.r[3*i+j]
		}
	}
	return f
}

func (c *sixBySix) by(b *sixBySix) (o sixBySix) {
	for i := range 6 {
		for j := range 6 {
			for k := range 6 {
				o[6*i+j] += c[6*i+k] * b[6*k+j]
			}
		}
	}
	return o
}

func (c *sixBySix) turned() (o sixBySix) {
	for i := range 6 {
		for j := range 6 {
			o[6*j+i] = c[6*i+j]
		}
	}
	return o
}

func TestPredictedCovarianceIsFPF(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		s := somewhere(rng)
		m := flying{turn: 0.05 * rng.NormFloat64(), noise: 0, upward: 0}
		tr := m.transitionOf(&s.p, 1+9*rng.Float64())
		o := tr.predict(&s)
		f, p := matrixOf(&tr), s.covariance()
		fp, ft := f.by(&p), f.turned()
		want := fp.by(&ft)
		got := o.covariance()
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-6*(1+math.Abs(want[i])) {
				t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
			}
		}
	}
}

func TestASteadyTurnComesRoundAtItsHeight(t *testing.T) {
	at := geo.Degrees(60, 20, 8000)
	q, a := at.ECEF(), axes(at)
	s := kinematic{p: vec{q.X, q.Y, q.Z}, v: a.timesT(&vec{0, 200, 0})}
	m := flying{turn: 3 * degree}
	for range 120 { // a full circle
		tr := m.transitionOf(&s.p, 1)
		s = tr.predict(&s)
		if h := (geo.ECEF{X: s.p[0], Y: s.p[1], Z: s.p[2]}).LLA().Height; math.Abs(h-8000) > 3 {
			t.Fatalf("at height %v", h)
		}
	}
	d := vec{s.p[0] - q.X, s.p[1] - q.Y, s.p[2] - q.Z}
	if d.norm() > 5 {
		t.Errorf("%.1f m from where it began", d.norm())
	}
}

func TestLevelFlightFollowsTheEarth(t *testing.T) {
	at := geo.Degrees(10, 20, 10000)
	q, a := at.ECEF(), axes(at)
	s := kinematic{p: vec{q.X, q.Y, q.Z}, v: a.timesT(&vec{250, 0, 0})}
	for range 400 { // 1,000 km
		tr := flyings[0].transitionOf(&s.p, 10)
		s = tr.predict(&s)
	}
	if h := (geo.ECEF{X: s.p[0], Y: s.p[1], Z: s.p[2]}).LLA().Height; math.Abs(h-10000) > 100 {
		t.Errorf("at height %.0f m after 1,000 km", h)
	}
}

func TestCholeskySolves(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		s := somewhere(rng)
		c := s.covariance()
		l, ok := c.cholesky()
		if !ok {
			t.Fatal("a covariance must be positive")
		}
		var x, b [6]float64
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		for i := range 6 {
			for j := range 6 {
				b[i] += c[6*i+j] * x[j]
			}
		}
		l.solve(&b)
		for i := range x {
			if math.Abs(b[i]-x[i]) > 1e-5*(1+math.Abs(x[i])) {
				t.Fatalf("%v, want %v", b, x)
			}
		}
	}
	var zero sixBySix
	if _, ok := zero.cholesky(); ok {
		t.Error("zero is not positive")
	}
}

// TestRetraceIsConditioning: where the state after is known exactly, the state before is the joint Gaussian's conditional;
// where nothing was learned after, it stays what the filter had.
func TestRetraceIsConditioning(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 30 {
		s := somewhere(rng)
		tr := flyings[1].transitionOf(&s.p, 4)
		pred := tr.predict(&s)
		var o kinematic
		if _, ok := tr.retrace(&s, &pred, &o); !ok {
			t.Fatal("degenerate")
		}
		d := o.p.plus(-1, &s.p)
		before, after := s.covariance(), o.covariance()
		if d.norm() > 1e-6 {
			t.Fatalf("moved by %v m without cause", d.norm())
		}
		for i := range before {
			if math.Abs(after[i]-before[i]) > 1e-5*(1+math.Abs(before[i])) {
				t.Fatalf("element %d is %v, was %v", i, after[i], before[i])
			}
		}
		exact := pred
		exact.pp, exact.pv, exact.vv = mat{}, mat{}, mat{}
		exact.p[0] += 10
		tr.retrace(&s, &exact, &o)
		// P − P·Fᵀ·M⁻¹·F·P by solving column by column
		f, m := matrixOf(&tr), pred.covariance()
		l, _ := m.cholesky()
		fp := f.by(&before)
		want := before
		for j := range 6 {
			var col [6]float64
			for i := range 6 {
				col[i] = fp[6*i+j]
			}
			l.solve(&col)
			for i := range 6 {
				for k := range 6 {
					want[6*i+j] -= fp[6*k+i] * col[k]
				}
			}
		}
		got := o.covariance()
		for i := range want {
			if math.Abs(got[i]-want[i]) > 1e-4*(1+math.Abs(before[i])) {
				t.Fatalf("element %d is %v, want %v", i, got[i], want[i])
			}
		}
	}
}

func TestReadingsGradientsAreDerivatives(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 10))
	for range 40 {
		s := somewhere(rng)
		here := geo.ECEF{X: s.p[0], Y: s.p[1], Z: s.p[2]}.LLA()
		lat, lon := geo.Destination(here.Lat, here.Lon, 2*math.Pi*rng.Float64(), 20e3+100e3*rng.Float64())
		st := newSite(entente.Sensor{ID: 1, Kind: entente.ModeS, Lat: lat, Lon: lon, Height: 100, RangeSigma: 50, AzimuthSigma: 1e-3})
		look := st.frame.Look(here)
		plots := []entente.Plot{
			{Has: entente.HasPolar | entente.HasAltitude, Range: look.Range, Azimuth: look.Azimuth, Altitude: here.Height},
			{Has: entente.HasPosition | entente.HasPressureAltitude, Lat: here.Lat, Lon: here.Lon, PressureAltitude: here.Height},
		}
		for _, p := range plots {
			base := st.readings(&p, &s.p, nil)
			if len(base) != 3 {
				t.Fatalf("%d readings", len(base))
			}
			for axis := range 3 {
				at := s.p
				at[axis] += 1
				moved := st.readings(&p, &at, nil)
				for k := range base {
					if math.Abs(base[k].y) > 1e-3 {
						t.Fatalf("reading %d is %v off where it was taken", k, base[k].y)
					}
					if got := base[k].y - moved[k].y; math.Abs(got-base[k].g[axis]) > 2e-3*math.Abs(got)+2e-5 {
						t.Fatalf("reading %d along %d changes by %v, gradient %v", k, axis, got, base[k].g[axis])
					}
				}
			}
		}
	}
}

func TestPassageIsAProbability(t *testing.T) {
	for _, dt := range []float64{0, 0.3, 4, 60} {
		for i, row := range passage(dt) {
			sum := 0.0
			for _, v := range row {
				sum += v
			}
			if math.Abs(sum-1) > 1e-12 || dt == 0 && row[i] != 1 {
				t.Errorf("after %v s model %d sums to %v", dt, i, sum)
			}
		}
	}
}

func TestHermitePassesThroughItsFixes(t *testing.T) {
	a := &fix{time: 0, p: vec{1, 2, 3}, v: vec{10, 0, -1}}
	b := &fix{time: 4 * entente.Second, p: vec{50, -3, 0}, v: vec{12, 1, 0}}
	for _, f := range []*fix{a, b} {
		if p, v := hermite(a, b, f.time); p != f.p || v != f.v {
			t.Errorf("%v %v, want %v %v", p, v, f.p, f.v)
		}
	}
	p1, _ := hermite(a, b, 2*entente.Second)
	p2, _ := hermite(a, b, 2*entente.Second+1e6)
	_, v := hermite(a, b, 2*entente.Second)
	for k := range v {
		if math.Abs((p2[k]-p1[k])/1e-3-v[k]) > 0.05 {
			t.Errorf("velocity %v, way %v", v[k], (p2[k]-p1[k])/1e-3)
		}
	}
}
