package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// A velocity turned into another site's frame is the velocity that site sees: checked by moving the aircraft a little.
func TestTurnedVelocityIsWhatTheOtherSiteSees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := Degrees(rapid.Float64Range(-85, 85).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"), 9000)
		b, d := rapid.Float64Range(0, 2*math.Pi).Draw(t, "bearing"), rapid.Float64Range(1000, 400e3).Draw(t, "distance")
		lat, lon := Destination(at.Lat, at.Lon, b, d)
		here, there := NewFrame(at), NewFrame(LLA{Lat: lat, Lon: lon})
		v := ENU{rapid.Float64Range(-300, 300).Draw(t, "ve"), rapid.Float64Range(-300, 300).Draw(t, "vn"), rapid.Float64Range(-30, 30).Draw(t, "vu")}
		r := here.RotationTo(&there)
		got := r.Vector(v)
		const dt = 0.5
		p, q := there.ENU(at), there.ENU(here.LLA(ENU{v.E * dt, v.N * dt, v.U * dt}))
		for _, c := range [][2]float64{{got.E, (q.E - p.E) / dt}, {got.N, (q.N - p.N) / dt}, {got.U, (q.U - p.U) / dt}} {
			if math.Abs(c[0]-c[1]) > 1e-6 {
				t.Fatalf("turned %v, seen %v", c[0], c[1])
			}
		}
		if speed := math.Hypot(math.Hypot(got.E, got.N), got.U); math.Abs(speed-math.Hypot(math.Hypot(v.E, v.N), v.U)) > 1e-9 {
			t.Fatalf("the speed changed to %v", speed)
		}
	})
}

// locateBySearch finds the elevation by halving, with nothing in common with Locate but the frame.
func locateBySearch(f *Frame, slantRange, azimuth, height float64) LLA {
	low, high := -math.Pi/2, math.Pi/2
	for range 200 {
		mid := (low + high) / 2
		if f.LLA(Polar{slantRange, azimuth, mid}.ENU()).Height < height {
			low = mid
		} else {
			high = mid
		}
	}
	return f.LLA(Polar{slantRange, azimuth, (low + high) / 2}.ENU())
}

func TestLocateAgainstSearch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(Degrees(rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-400, 5000).Draw(t, "site")))
		rng, az := rapid.Float64Range(20_000, 500_000).Draw(t, "range"), rapid.Float64Range(0, 2*math.Pi).Draw(t, "azimuth")
		h := rapid.Float64Range(0, 15_000).Draw(t, "height")
		got, ok := f.Locate(rng, az, h)
		if want := locateBySearch(&f, rng, az, h); !ok || !near(got, want, 2e-3) {
			t.Fatalf("%v (%v), want %v", got, ok, want)
		}
	})
}

// The length of a small step agrees with the radii of curvature, which the conversions do not use.
func TestRadiiAgreeWithTheConversions(t *testing.T) {
	for lat := -89.0; lat <= 89; lat += 1 {
		p := Degrees(lat, 40, 0)
		f := NewFrame(p)
		m, n := Radii(p.Lat)
		const step = 1e-6
		north, east := f.ENU(LLA{p.Lat + step, p.Lon, 0}), f.ENU(LLA{p.Lat, p.Lon + step, 0})
		if math.Abs(north.N/step/m-1) > 1e-5 || math.Abs(east.E/step/(n*math.Cos(p.Lat))-1) > 1e-5 {
			t.Errorf("at %v°: %v and %v, want %v and %v", lat, north.N/step, east.E/step, m, n*math.Cos(p.Lat))
		}
	}
}

func TestLookAtKnownPlaces(t *testing.T) {
	f := NewFrame(Degrees(0, 0, 0))
	for _, c := range []struct {
		name                  string
		at                    LLA
		rng, azimuth, elevate float64
	}{
		{"overhead", Degrees(0, 0, 10_000), 10_000, 0, 90},
		{"a quarter round the equator", Degrees(0, 90, 0), SemiMajor * math.Sqrt2, 90, -45},
		{"the antipode", Degrees(0, 180, 0), 2 * SemiMajor, 0, -90},
		{"the north pole", Degrees(90, 0, 0), math.Hypot(SemiMajor, SemiMinor), 0, -ToDegrees(math.Atan2(SemiMajor, SemiMinor))},
	} {
		got := f.Look(c.at)
		if math.Abs(got.Range-c.rng) > 1e-6 || math.Abs(ToDegrees(got.Elevation)-c.elevate) > 1e-9 {
			t.Errorf("%s: %+v", c.name, got)
		}
		if math.Abs(c.elevate) < 89 && math.Abs(ToDegrees(got.Azimuth)-c.azimuth) > 1e-9 {
			t.Errorf("%s: azimuth %v", c.name, ToDegrees(got.Azimuth))
		}
	}
}
