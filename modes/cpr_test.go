package modes

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestZonesAtTheirEdges holds some of the published transition latitudes (DO-260B table A-21), both sides.
func TestZonesAtTheirEdges(t *testing.T) {
	for _, c := range []struct {
		edge  float64
		below int
	}{{10.47047130, 59}, {14.82817437, 58}, {18.18626357, 57}, {39.92256684, 46}, {59.95459277, 30}, {86.53536998, 3}, {87, 2}} {
		if got := Zones(c.edge - 1e-7); got != c.below {
			t.Errorf("below %v: %d zones, want %d", c.edge, got, c.below)
		}
		if got := Zones(-c.edge - 1e-7); got != c.below-1 {
			t.Errorf("beyond −%v: %d zones, want %d", c.edge, got, c.below-1)
		}
	}
	if Zones(0) != 59 || Zones(90) != 1 || Zones(-90) != 1 {
		t.Error("zones at the equator and the poles")
	}
}

// bin is the largest error in metres that 17 bits leave: half a latitude bin (360°/59/2^17) and half a longitude bin,
// widest where few zones are left.
func bin(lat float64, surface bool) float64 {
	scale := 1.0
	if surface {
		scale = 0.25
	}
	dLat := 360.0 / 59 / cprScale / 2 * 111195
	dLon := 360.0 / float64(max(Zones(lat)-1, 1)) / cprScale / 2 * 111320 * math.Cos(lat*math.Pi/180)
	return math.Hypot(dLat, dLon)*scale*1.05 + 0.01
}

func TestAirborneRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		even, odd := EncodeCPR(lat, lon, false, false), EncodeCPR(lat, lon, true, false)
		newerOdd := rapid.Bool().Draw(t, "newerOdd")
		la, lo, ok := GlobalAirborne(even, odd, newerOdd)
		if !ok {
			// The two roundings may fall on either side of a zone edge, or of a pole.
			edge := math.Abs(lat) > 89.9
			for n := 2; n <= 59; n++ {
				edge = edge || math.Abs(math.Abs(lat)-zoneEdge[n]) < 1e-4
			}
			if !edge {
				t.Fatalf("%v %v: refused", lat, lon)
			}
			return
		}
		if d := Distance(lat, lon, la, lo); d > bin(lat, false) {
			t.Fatalf("%v %v: global gives %v %v, %.1f m off", lat, lon, la, lo, d)
		}
	})
}

func TestLocalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-89, 89).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		surface, odd := rapid.Bool().Draw(t, "surface"), rapid.Bool().Draw(t, "odd")
		// The reference may be off by less than half a zone: 180 NM airborne, 45 NM on the ground.
		reach := 2.9
		if surface {
			reach = 0.7
		}
		refLat := max(-90, min(90, lat+rapid.Float64Range(-reach, reach).Draw(t, "dlat")))
		half := reach / 3 * 180 / float64(Zones(lat)+1) // the code may round into the next zone
		if surface {
			half = reach / 0.75 * 45 / float64(Zones(lat)+1)
		}
		refLon := lon + rapid.Float64Range(-half, half).Draw(t, "dlon")
		la, lo := Local(EncodeCPR(lat, lon, odd, surface), surface, refLat, refLon)
		if d := Distance(lat, lon, la, lo); d > bin(lat, surface)+0.1 {
			t.Fatalf("%v %v from %v %v: %v %v, %.1f m off", lat, lon, refLat, refLon, la, lo, d)
		}
	})
}

func TestSurfaceRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-80, 80).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
		newerOdd := rapid.Bool().Draw(t, "newerOdd")
		refLat, refLon := lat+rapid.Float64Range(-3, 3).Draw(t, "dlat"), lon+rapid.Float64Range(-3, 3).Draw(t, "dlon")
		la, lo, ok := GlobalSurface(EncodeCPR(lat, lon, false, true), EncodeCPR(lat, lon, true, true), newerOdd, refLat, refLon)
		if !ok {
			for n := 2; n <= 59; n++ {
				if math.Abs(math.Abs(lat)-zoneEdge[n]) < 1e-4 {
					return
				}
			}
			t.Fatalf("%v %v: refused", lat, lon)
		}
		if d := Distance(lat, lon, la, lo); d > bin(lat, true)+0.1 {
			t.Fatalf("%v %v: %v %v, %.1f m off", lat, lon, la, lo, d)
		}
	})
}

// TestSurfaceTakesTheNearestOnTheSphere holds a pair whose right answer lies across the equator from its reference.
func TestSurfaceTakesTheNearestOnTheSphere(t *testing.T) {
	even, odd := cprOf(t, "8CECA33839EC03E0384E60624C50"), cprOf(t, "8CECA33839EC07E0BF034961D445")
	for _, newerOdd := range []bool{false, true} {
		lat, lon, ok := GlobalSurface(even, odd, newerOdd, 0.14, 148.73)
		if !ok || math.Abs(lat+0.0466) > 1e-3 || math.Abs(lon-148.1996) > 1e-3 {
			t.Errorf("newer odd %v: %v %v %v, want −0.0466, 148.1996", newerOdd, lat, lon, ok)
		}
	}
}

// TestPositionsAtThePoles: beyond 87° there is one zone of longitude; a pair still tells its place, or is refused.
func TestPositionsAtThePoles(t *testing.T) {
	for _, lat := range []float64{87.0001, 88, 89, 89.9, -87.0001, -88.5, -89.9} {
		for lon := -179.5; lon < 180; lon += 7.25 {
			even, odd := EncodeCPR(lat, lon, false, false), EncodeCPR(lat, lon, true, false)
			for _, newerOdd := range []bool{false, true} {
				la, lo, ok := GlobalAirborne(even, odd, newerOdd)
				if !ok {
					t.Errorf("%v %v: refused", lat, lon)
					continue
				}
				if d := Distance(lat, lon, la, lo); d > 10 {
					t.Errorf("%v %v, newer odd %v: %v %v, %.1f m off", lat, lon, newerOdd, la, lo, d)
				}
			}
		}
	}
}

// TestZonesFallFromEquatorToPole: 59 to 1, each number once, alike north and south.
func TestZonesFallFromEquatorToPole(t *testing.T) {
	last, seen := 59, map[int]bool{59: true}
	for lat := 0.0; lat <= 90; lat += 0.01 {
		n := Zones(lat)
		if n > last || n < last-1 || Zones(-lat) != n {
			t.Fatalf("%v°: %d zones after %d, %d in the south", lat, n, last, Zones(-lat))
		}
		last, seen[n] = n, true
	}
	if len(seen) != 59 || last != 1 {
		t.Errorf("%d numbers of zones, %d at the pole", len(seen), last)
	}
}

// TestSurfaceReferenceDecides: the same pair near references on other continents is another place each time, the nearest.
func TestSurfaceReferenceDecides(t *testing.T) {
	even, odd := EncodeCPR(53.8825, 28.0325, false, true), EncodeCPR(53.8825, 28.0325, true, true)
	for _, ref := range [][2]float64{{54, 27}, {50, 115}, {55, -60}, {52, -150}, {-36, 28}, {-40, 120}} {
		lat, lon, ok := GlobalSurface(even, odd, true, ref[0], ref[1])
		if !ok {
			t.Errorf("%v: refused", ref)
			continue
		}
		near := Distance(lat, lon, ref[0], ref[1])
		for k := range 4 {
			for _, south := range []float64{0, 90} {
				if other := Distance(lat-south*math.Copysign(1, lat), wrap180(lon+90*float64(k)), ref[0], ref[1]); other < near-1 && south == 0 {
					t.Errorf("%v: %v %v is %.0f km off, another answer %.0f km", ref, lat, lon, near/1e3, other/1e3)
				}
			}
		}
	}
	if lat, lon, _ := GlobalSurface(even, odd, true, 54, 27); Distance(lat, lon, 53.8825, 28.0325) > 5 {
		t.Errorf("%v %v", lat, lon)
	}
}

// TestDistance against known arcs.
func TestDistance(t *testing.T) {
	for _, c := range []struct{ lat1, lon1, lat2, lon2, km, within float64 }{
		{0, 0, 0, 90, 10007.5, 0.2}, {90, 0, -90, 0, 20015.1, 0.2}, {53.88, 28.03, 55.97, 37.41, 639, 4}, {10, 179.9, 10, -179.9, 21.9, 0.1}, {1, 1, 1, 1, 0, 1e-9},
	} {
		if got := Distance(c.lat1, c.lon1, c.lat2, c.lon2) / 1e3; math.Abs(got-c.km) > c.within {
			t.Errorf("%+v: %.2f km", c, got)
		}
	}
}
