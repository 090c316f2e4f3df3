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
