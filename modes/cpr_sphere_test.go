package modes

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// nearEdge says whether the two roundings of a latitude may fall on either side of a zone edge or a pole.
func nearEdge(lat float64) bool {
	for n := 2; n <= 59; n++ {
		if math.Abs(math.Abs(lat)-zoneEdge[n]) < 1e-4 {
			return true
		}
	}
	return math.Abs(lat) > 89.999
}

// places draws where CPR goes wrong first: the antimeridian, beyond 87°, zone edges, the equator, and anywhere.
func places(t *rapid.T) (lat, lon float64) {
	lat, lon = rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon")
	switch rapid.IntRange(0, 5).Draw(t, "where") {
	case 0:
		lon = wrap180(180 + rapid.Float64Range(-0.01, 0.01).Draw(t, "from 180"))
	case 1:
		lat = math.Copysign(rapid.Float64Range(86.9, 90).Draw(t, "polar"), lat)
	case 2:
		lat = math.Copysign(zoneEdge[rapid.IntRange(2, 59).Draw(t, "edge")]+rapid.Float64Range(-0.002, 0.002).Draw(t, "off"), lat)
	case 3:
		lat, lon = rapid.Float64Range(-0.01, 0.01).Draw(t, "equator"), rapid.Float64Range(-0.01, 0.01).Draw(t, "meridian")
	}
	return max(-90, min(90, lat)), lon
}

// TestPairsOverTheSphere: a pair is refused only where its two roundings straddle an edge, else right within a bin.
func TestPairsOverTheSphere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := places(t)
		newerOdd := rapid.Bool().Draw(t, "newerOdd")
		la, lo, ok := GlobalAirborne(EncodeCPR(lat, lon, false, false), EncodeCPR(lat, lon, true, false), newerOdd)
		if !ok {
			if !nearEdge(lat) {
				t.Fatalf("%v %v: refused", lat, lon)
			}
			return
		}
		// Where the encoder's rounding crosses an edge the longitude's bin is that of the zone beyond.
		if d := Distance(lat, lon, la, lo); d > max(bin(lat, false), bin(math.Abs(lat)-1e-4, false), bin(math.Abs(lat)+1e-4, false))+0.1 {
			t.Fatalf("%v %v: %v %v, %.1f m off", lat, lon, la, lo, d)
		}
		if lo < -180 || lo > 180 || la < -90 || la > 90 {
			t.Fatalf("%v %v is on no map", la, lo)
		}
	})
}

// TestSurfacePairsInAllQuadrants: within 45 NM of a site anywhere, across the equator and the antimeridian too.
func TestSurfacePairsInAllQuadrants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := places(t)
		lat = max(-86, min(86, lat))
		newerOdd := rapid.Bool().Draw(t, "newerOdd")
		refLat := lat + rapid.Float64Range(-0.5, 0.5).Draw(t, "dlat")
		refLon := wrap180(lon + rapid.Float64Range(-0.5, 0.5).Draw(t, "dlon")/math.Cos(lat*math.Pi/180))
		la, lo, ok := GlobalSurface(EncodeCPR(lat, lon, false, true), EncodeCPR(lat, lon, true, true), newerOdd, refLat, refLon)
		if !ok {
			if !nearEdge(lat) {
				t.Fatalf("%v %v: refused", lat, lon)
			}
			return
		}
		if d := Distance(lat, lon, la, lo); d > bin(math.Abs(lat)+1e-4, true)+bin(lat, true)+0.1 {
			t.Fatalf("%v %v near %v %v: %v %v, %.0f m off", lat, lon, refLat, refLon, la, lo, d)
		}
	})
}

// TestLocalAcrossTheAntimeridian: a reference on the other side of 180°, wrapped or not, gives the same place.
func TestLocalAcrossTheAntimeridian(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat := rapid.Float64Range(-86.5, 86.5).Draw(t, "lat")
		lon := wrap180(180 + rapid.Float64Range(-0.5, 0.5).Draw(t, "from 180"))
		refLon := wrap180(lon + rapid.Float64Range(-0.6, 0.6).Draw(t, "dlon"))
		surface, odd := rapid.Bool().Draw(t, "surface"), rapid.Bool().Draw(t, "odd")
		la, lo := Local(EncodeCPR(lat, lon, odd, surface), surface, lat, refLon)
		if d := Distance(lat, lon, la, lo); d > bin(math.Abs(lat)+1e-4, surface)+bin(lat, surface)+0.1 {
			t.Fatalf("%v %v from %v: %v %v, %.1f m off", lat, lon, refLon, la, lo, d)
		}
	})
}

// TestFlightOverThePole: an aircraft that crosses a pole and the antimeridian is followed; nothing lies beyond 90°.
func TestFlightOverThePole(t *testing.T) {
	for _, south := range []float64{1, -1} {
		r := NewReceiver(Options{})
		reports := 0
		for i := range 600 {
			// 250 m/s along one meridian, over the pole and down the opposite one.
			along := 89.7 + float64(i)*250/111195
			lat, lon := along, 170.0
			if along > 90 {
				lat, lon = 180-along, -10
			}
			m := decoded(t, airborne(x24, south*lat, lon, i%2 == 1))
			rep, ok := r.Take(&m, int64(i)*aSecond)
			if !ok {
				continue
			}
			reports++
			if d := Distance(rep.Lat, rep.Lon, south*lat, lon); d > 40 || math.Abs(rep.Lat) > 90 {
				t.Fatalf("%d: %v %v is %.0f m from %v %v", i, rep.Lat, rep.Lon, d, south*lat, lon)
			}
		}
		if reports < 560 {
			t.Errorf("%v: %d of 600 positions, %+v", south, reports, r.Counters)
		}
	}
}

// TestStalePairsAreRefused: even and odd more than ten seconds apart give no first position; on the ground 25.
func TestStalePairsAreRefused(t *testing.T) {
	ground := func(odd bool) []byte { f := x24.SurfacePosition(54, 27, 10, 0, odd); return f[:] }
	air := func(odd bool) []byte { return airborne(x24, 54, 27, odd) }
	for _, c := range []struct {
		name  string
		frame func(bool) []byte
		gap   int64
		want  bool
	}{{"in the air, 9 s", air, 9, true}, {"in the air, 11 s", air, 11, false}, {"on the ground, 24 s", ground, 24, true}, {"on the ground, 26 s", ground, 26, false}} {
		r := NewReceiver(Options{HasSite: true, Lat: 54, Lon: 27})
		hear(t, r, 0, c.frame(false))
		if _, ok := hear(t, r, c.gap*aSecond, c.frame(true)); ok != c.want {
			t.Errorf("%s: %v", c.name, ok)
		}
	}
	r := NewReceiver(Options{HasSite: true, Lat: 54, Lon: 27})
	if _, ok := hear(t, r, 0, ground(false), air(true)); ok {
		t.Error("a code from the ground and one from the air were paired")
	}
}

// TestDoubtIsSaid: three reports after a refused position are doubtful, and those of a place jumped to; others are not.
func TestDoubtIsSaid(t *testing.T) {
	r := NewReceiver(Options{})
	at := func(i int, lon float64) (Report, bool) {
		m := decoded(t, airborne(x24, 54, lon, i%2 == 1))
		return r.Take(&m, int64(i)*aSecond)
	}
	for i := range 6 {
		if rep, ok := at(i, 27+0.002*float64(i)); ok && rep.Doubtful {
			t.Fatalf("report %d of a straight flight is doubtful", i)
		}
	}
	if _, ok := at(6, 28); ok || r.Counters.Jumps != 1 {
		t.Fatalf("a jump was reported: %+v", r.Counters)
	}
	doubtful := 0
	for i := 7; i < 14; i++ {
		rep, ok := at(i, 27+0.002*float64(i))
		if !ok {
			t.Fatalf("%d: refused", i)
		}
		if rep.Doubtful {
			doubtful++
		}
		if rep.Doubtful != (i < 11) { // the pair of 7 with the refused code is one more contradiction
			t.Logf("%d: doubtful %v", i, rep.Doubtful)
		}
		if i >= 12 && rep.Doubtful {
			t.Errorf("report %d is still doubtful", i)
		}
	}
	if doubtful < 3 || doubtful > 5 {
		t.Errorf("%d reports after a refusal are doubtful", doubtful)
	}
	first := true
	for i := 14; i < 24; i++ {
		rep, ok := at(i, 30+0.002*float64(i))
		if !ok {
			continue
		}
		if first && !rep.Doubtful {
			t.Error("the place jumped to is not called doubtful")
		}
		first = false
	}
	if first || r.Counters.Moved != 1 {
		t.Errorf("the jump was never believed: %+v", r.Counters)
	}
}

// TestNoJumpWithoutDoubt: whatever squitters come in whatever order, two reports in a row that no aircraft could fly between
// are never both free of doubt.
func TestNoJumpWithoutDoubt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewReceiver(Options{})
		var last Report
		have := false
		at := int64(0)
		for range rapid.IntRange(5, 80).Draw(t, "squitters") {
			at += rapid.SampledFrom([]int64{1e8, 1e9, 3e9, 20e9, 200e9, 310e9}).Draw(t, "dt")
			lon := rapid.SampledFrom([]float64{27, 27.01, 28, 33, 80}).Draw(t, "lon")
			m := decoded(t, airborne(x24, 54, lon, rapid.Bool().Draw(t, "odd")))
			rep, ok := r.Take(&m, at)
			if !ok {
				continue
			}
			dt := float64(at-last.Time) / 1e9
			if have && Distance(rep.Lat, rep.Lon, last.Lat, last.Lon) > (fastest*(dt+1)+slack)*1.02 && !rep.Doubtful {
				t.Fatalf("%.0f km in %.1f s without doubt", Distance(rep.Lat, rep.Lon, last.Lat, last.Lon)/1e3, dt)
			}
			last, have = rep, true
		}
	})
}

// TestSurfacePairOverAnEdgeIsRefused: where the own latitude's two roundings lie in different zones, the other hemisphere's
// answer fits and must not be taken.
func TestSurfacePairOverAnEdgeIsRefused(t *testing.T) {
	refused := 0
	for n := 2; n <= 59; n++ {
		for off := -3e-5; off <= 3e-5; off += 1e-6 {
			for _, sign := range []float64{1, -1} {
				lat, lon := sign*(zoneEdge[n]+off), 27.0
				even, odd := EncodeCPR(lat, lon, false, true), EncodeCPR(lat, lon, true, true)
				for _, newerOdd := range []bool{false, true} {
					la, lo, ok := GlobalSurface(even, odd, newerOdd, lat+0.3, lon+0.3)
					if !ok {
						refused++
						continue
					}
					if d := Distance(la, lo, lat, lon); d > 50 {
						t.Fatalf("%v %v is placed at %v %v, %.0f km off", lat, lon, la, lo, d/1e3)
					}
				}
			}
		}
	}
	if refused == 0 {
		t.Error("no pair lay over an edge")
	}
}

// TestAnglesStayOnTheMap: however large an angle, what comes back lies between −180 and 180 and is the same direction.
func TestAnglesStayOnTheMap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		deg := rapid.Float64Range(-1e6, 1e6).Draw(t, "deg")
		got := wrap180(deg)
		if got < -180 || got > 180 || math.Abs(math.Sin((got-deg)*math.Pi/360)) > 1e-8 {
			t.Fatalf("%v becomes %v", deg, got)
		}
	})
	for _, deg := range []float64{180, -180, math.Nextafter(-180, -200), 540, -540.0000000000001} {
		if got := wrap180(deg); got < -180 || got > 180 {
			t.Errorf("%v becomes %v", deg, got)
		}
	}
}
