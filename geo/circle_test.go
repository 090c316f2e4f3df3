package geo

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestDistanceAndBearing(t *testing.T) {
	d := Radians
	for _, c := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		km, bearing            float64
	}{
		{"a quarter of the equator", 0, 0, 0, 90, 10007.557, 90},
		{"equator to pole", 0, 0, 90, 0, 10007.557, 0},
		{"over the antimeridian", 60, 179, 60, -179, 111.190, 89.134},
		{"south", 10, 20, 0, 20, 1111.951, 180},
		{"nowhere", 50, 30, 50, 30, 0, 0},
	} {
		if got := Distance(d(c.lat1), d(c.lon1), d(c.lat2), d(c.lon2)) / 1000; math.Abs(got-c.km) > 0.01 {
			t.Errorf("%s: %v km, want %v", c.name, got, c.km)
		}
		if got := ToDegrees(Bearing(d(c.lat1), d(c.lon1), d(c.lat2), d(c.lon2))); math.Abs(got-c.bearing) > 0.01 {
			t.Errorf("%s: bearing %v, want %v", c.name, got, c.bearing)
		}
	}
}

// The lengths of a degree on WGS-84 and the geodesic from JFK to LHR (GeographicLib: 5551.76 km) are known.
func TestSeparationOnTheEllipsoid(t *testing.T) {
	d := Radians
	for _, c := range []struct {
		name                   string
		lat1, lon1, lat2, lon2 float64
		want, relative         float64
	}{
		{"a degree of latitude at the equator", -0.5, 0, 0.5, 0, 110574.3, 1e-6},
		{"a degree of latitude at 45°", 44.5, 0, 45.5, 0, 111131.8, 1e-6},
		{"a degree of longitude at the equator", 0, 179.5, 0, -179.5, 111319.5, 1e-6},
		{"a degree of longitude at 60°, along the geodesic", 60, 10, 60, 11, 55799.5, 3e-5},
		{"JFK to LHR", 40.6, -73.8, 51.6, -0.5, 5551760, 1e-3},
	} {
		if got := Separation(d(c.lat1), d(c.lon1), d(c.lat2), d(c.lon2)); math.Abs(got/c.want-1) > c.relative {
			t.Errorf("%s: %v m, want %v", c.name, got, c.want)
		}
	}
}

func TestDestinationInvertsDistanceAndBearing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := Radians(rapid.Float64Range(-89.9, 89.9).Draw(t, "lat")), Radians(rapid.Float64Range(-180, 180).Draw(t, "lon"))
		b, m := rapid.Float64Range(0, 2*math.Pi).Draw(t, "bearing"), rapid.Float64Range(1, 15e6).Draw(t, "metres")
		lat2, lon2 := Destination(lat, lon, b, m)
		if lon2 <= -math.Pi || lon2 > math.Pi || math.Abs(lat2) > math.Pi/2 {
			t.Fatalf("destination %v, %v", lat2, lon2)
		}
		if got := Distance(lat, lon, lat2, lon2); math.Abs(got-m) > 1e-3 {
			t.Fatalf("went %v m, measured %v", m, got)
		}
		fl, fn := Along(lat, lon, lat2, lon2, 0.25)
		if got := Distance(lat, lon, fl, fn); math.Abs(got-m/4) > 1e-2 {
			t.Fatalf("a quarter of %v m is %v", m, got)
		}
	})
	if lat, _ := Destination(0, 1, 0, math.Pi/2*MeanRadius); math.Abs(lat-math.Pi/2) > 1e-12 {
		t.Errorf("a quarter of the way round north of the equator is %v", lat)
	}
}

func TestRadarHorizon(t *testing.T) {
	// The rule of thumb 4.12 (√h₁ + √h₂) km.
	for _, c := range []struct{ a, b float64 }{{0, 0}, {100, 0}, {100, 10_000}, {2500, 300}} {
		want := 4120 * (math.Sqrt(c.a) + math.Sqrt(c.b))
		if got := RadarHorizon(c.a, c.b); math.Abs(got-want) > 0.002*want {
			t.Errorf("RadarHorizon(%v, %v) = %v, want about %v", c.a, c.b, got, want)
		}
	}
	if got := RadarHorizon(-50, -1); got != 0 {
		t.Errorf("below the ground: %v", got)
	}
}
