package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestFrameAxes(t *testing.T) {
	for _, at := range []LLA{Degrees(53.9, 27.56, 220), Degrees(0, 180, 0), Degrees(-33, -70, 500), Degrees(89.9999, 10, 0), Degrees(90, 0, 0), Degrees(-90, 0, 0)} {
		f := NewFrame(at)
		if v := f.ENU(at); math.Abs(v.E)+math.Abs(v.N)+math.Abs(v.U) > 1e-8 {
			t.Errorf("the origin %v lies at %v", at, v)
		}
		if p := f.LLA(ENU{0, 0, 1000}); math.Abs(p.Height-at.Height-1000) > 1e-6 || !near(p, LLA{at.Lat, at.Lon, at.Height + 1000}, 1e-6) {
			t.Errorf("1 km over %v is %v", at, p)
		}
	}
	f := NewFrame(Degrees(50, 30, 0))
	if v := f.ENU(Degrees(50.001, 30, 0)); math.Abs(v.E) > 1e-9 || v.N < 111 || v.N > 112 {
		t.Errorf("a step north is %v", v)
	}
	if v := f.ENU(Degrees(50, 30.001, 0)); v.E < 71 || v.E > 72 || math.Abs(v.N) > 0.01 {
		t.Errorf("a step east is %v", v)
	}
}

func TestFrameRoundTripAndAntimeridian(t *testing.T) {
	f := NewFrame(Degrees(66, 179.9, 10))
	v := f.ENU(Degrees(66, -179.9, 10))
	if v.E < 9000 || v.E > 9100 {
		t.Errorf("0.2° over the antimeridian is %v", v)
	}
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(Degrees(rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-100, 5000).Draw(t, "h")))
		v := ENU{rapid.Float64Range(-5e5, 5e5).Draw(t, "e"), rapid.Float64Range(-5e5, 5e5).Draw(t, "n"), rapid.Float64Range(-2e4, 3e4).Draw(t, "u")}
		w := f.ENU(f.LLA(v))
		if math.Hypot(math.Hypot(w.E-v.E, w.N-v.N), w.U-v.U) > 1e-6 {
			t.Fatalf("%v came back as %v", v, w)
		}
	})
}

func TestLocateInvertsLook(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(Degrees(rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(0, 3000).Draw(t, "site")))
		d, az := rapid.Float64Range(0, 450e3).Draw(t, "distance"), rapid.Float64Range(0, 2*math.Pi).Draw(t, "azimuth")
		lat, lon := Destination(f.Origin().Lat, f.Origin().Lon, az, d)
		p := LLA{lat, lon, rapid.Float64Range(0, 20_000).Draw(t, "height")}
		look := f.Look(p)
		got, ok := f.Locate(look.Range, look.Azimuth, p.Height)
		// Straight overhead an error in height is amplified without bound sideways: judge range and height there.
		tol := 1e-3
		if math.Abs(look.Elevation) > 1.5 {
			tol = 1
		}
		if !ok || !near(got, p, tol) || math.Abs(got.Height-p.Height) > 1e-3 {
			t.Fatalf("%v seen at %v is located at %v (%v)", p, look, got, ok)
		}
	})
}

func TestLocateRefusesImpossibleHeight(t *testing.T) {
	f := NewFrame(Degrees(50, 30, 100))
	p, ok := f.Locate(5000, 1, 10_000)
	if ok {
		t.Error("10 km up at 5 km slant range was taken as possible")
	}
	if math.Abs(p.Height-5100) > 0.01 {
		t.Errorf("the nearest height is %v, want 5100", p.Height)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		if _, ok := f.Locate(bad, 1, 1000); ok {
			t.Errorf("range %v was located", bad)
		}
	}
}

func TestFrameDoesNotAllocate(t *testing.T) {
	p := Degrees(53, 27, 100)
	f, g := NewFrame(p), NewFrame(Degrees(54, 28, 0))
	var sink float64
	if n := testing.AllocsPerRun(100, func() {
		f = NewFrame(p)
		q, _ := f.Locate(100e3, 1, 9000)
		r := f.RotationTo(&g)
		sink += g.Look(q).Range + r.Vector(ENU{1, 2, 3}).E
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLLAToECEF(b *testing.B) {
	p := Degrees(53, 27, 10_000)
	for b.Loop() {
		p.Height += p.ECEF().X * 1e-20
	}
}

func BenchmarkECEFToLLA(b *testing.B) {
	p := Degrees(53, 27, 10_000).ECEF()
	for b.Loop() {
		p.X += p.LLA().Height * 1e-20
	}
}

func BenchmarkLocate(b *testing.B) {
	f := NewFrame(Degrees(53, 27, 200))
	r := 150e3
	for b.Loop() {
		p, _ := f.Locate(r, 1, 10_000)
		r += p.Height * 1e-20
	}
}
