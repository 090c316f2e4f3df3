package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// near says whether two places are within tol metres, by their chord.
func near(a, b LLA, tol float64) bool {
	p, q := a.ECEF(), b.ECEF()
	return math.Sqrt((p.X-q.X)*(p.X-q.X)+(p.Y-q.Y)*(p.Y-q.Y)+(p.Z-q.Z)*(p.Z-q.Z)) <= tol
}

func TestECEFKnown(t *testing.T) {
	for _, c := range []struct {
		name string
		lla  LLA
		want ECEF
		tol  float64
	}{
		{"equator at Greenwich", LLA{}, ECEF{6378137, 0, 0}, 1e-9},
		{"equator at 90 E, 1 km up", Degrees(0, 90, 1000), ECEF{0, 6379137, 0}, 1e-8},
		{"equator at the antimeridian", Degrees(0, 180, 0), ECEF{-6378137, 0, 0}, 1e-8},
		{"north pole", Degrees(90, 0, 0), ECEF{0, 0, 6356752.314245}, 1e-6},
		{"south pole, 10 m up", Degrees(-90, 33, 10), ECEF{0, 0, -6356762.314245}, 1e-6},
		{"Everest, as GeographicLib's CartConvert prints", Degrees(27.99, 86.93, 8820), ECEF{302271.4, 5635928.4, 2979666.1}, 0.06},
	} {
		got := c.lla.ECEF()
		if math.Abs(got.X-c.want.X) > c.tol || math.Abs(got.Y-c.want.Y) > c.tol || math.Abs(got.Z-c.want.Z) > c.tol {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestLLARoundTrip(t *testing.T) {
	worst := 0.0
	for lat := -90.0; lat <= 90; lat += 0.5 {
		for _, lon := range []float64{-180, -179.999999, -90, -1e-9, 0, 45, 90, 179.999999, 180} {
			for _, h := range []float64{-1e6, -10_000, -400, 0, 1, 12_000, 100_000, 36e6, 1e8} {
				in := Degrees(lat, lon, h)
				out := in.ECEF().LLA()
				p, q := in.ECEF(), out.ECEF()
				d := math.Hypot(math.Hypot(p.X-q.X, p.Y-q.Y), p.Z-q.Z)
				worst = max(worst, d, math.Abs(out.Height-h))
				if d > 1e-4 || math.Abs(out.Height-h) > 1e-4 || h <= 1e6 && d > 2e-6 {
					t.Fatalf("%v°, %v°, %v m: comes back as %v, %g m off", lat, lon, h, out, d)
				}
			}
		}
	}
	t.Logf("worst error %.2g m", worst)
}

func TestLLAOnTheAxisAndAtTheCentre(t *testing.T) {
	if p := (ECEF{0, 0, SemiMinor + 5}).LLA(); math.Abs(p.Lat-math.Pi/2) > 1e-15 || math.Abs(p.Height-5) > 1e-8 || p.Lon != 0 {
		t.Errorf("on the axis: %v", p)
	}
	if p := (ECEF{}).LLA(); p.Height != -SemiMajor || math.IsNaN(p.Lat) {
		t.Errorf("at the centre: %v", p)
	}
}

func TestPolarRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := ENU{rapid.Float64Range(-4e5, 4e5).Draw(t, "e"), rapid.Float64Range(-4e5, 4e5).Draw(t, "n"), rapid.Float64Range(-1e4, 3e4).Draw(t, "u")}
		p := v.Polar()
		if p.Azimuth < 0 || p.Azimuth > 2*math.Pi {
			t.Fatalf("azimuth %v", p.Azimuth)
		}
		if w := p.ENU(); math.Hypot(math.Hypot(w.E-v.E, w.N-v.N), w.U-v.U) > 1e-6 {
			t.Fatalf("%v came back as %v", v, w)
		}
	})
	for az, v := range map[float64]ENU{0: {0, 1, 0}, 90: {1, 0, 0}, 180: {0, -1, 0}, 270: {-1, 0, 0}} {
		if got := ToDegrees(v.Polar().Azimuth); math.Abs(got-az) > 1e-12 {
			t.Errorf("azimuth of %v is %v, want %v", v, got, az)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct{ in, lon, azimuth float64 }{
		{0, 0, 0}, {180, 180, 180}, {-180, 180, 180}, {181, -179, 181}, {-181, 179, 179}, {540, 180, 180}, {359, -1, 359}, {-1, -1, 359}, {360, 0, 0}, {725, 5, 5},
	} {
		if got := ToDegrees(WrapLon(Radians(c.in))); math.Abs(got-c.lon) > 1e-9 {
			t.Errorf("WrapLon(%v) = %v, want %v", c.in, got, c.lon)
		}
		if got := ToDegrees(WrapAzimuth(Radians(c.in))); math.Abs(got-c.azimuth) > 1e-9 {
			t.Errorf("WrapAzimuth(%v) = %v, want %v", c.in, got, c.azimuth)
		}
	}
	if a := WrapAzimuth(-1e-30); a < 0 || a >= 2*math.Pi {
		t.Errorf("a tiny negative angle becomes %v", a)
	}
}
