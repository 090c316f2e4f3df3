package geo

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"entente"

	"pgregory.net/rapid"
)

func parse(t testing.TB, geometry string) Region {
	t.Helper()
	r, err := ParseRegions([]byte(`{"type":"Feature","properties":{"name":"x"},"geometry":`+geometry+`}`), "test")
	if err != nil {
		t.Fatal(err)
	}
	return r[0]
}

func TestRegionBoundaryBelongsToOne(t *testing.T) {
	west := parse(t, `{"type":"Polygon","coordinates":[[[0,0],[10,0],[12,7],[10,10],[0,10],[0,0]]]}`)
	east := parse(t, `{"type":"Polygon","coordinates":[[[10,0],[20,0],[20,10],[10,10],[12,7],[10,0]]]}`)
	for i := range 1000 {
		// Points on the shared edges, of both directions, as near as floats come.
		f := float64(i) / 1000
		lat, lon := Radians(7*f), Radians(10+2*f)
		if i%2 == 1 {
			lat, lon = Radians(7+3*f), Radians(12-2*f)
		}
		if i == 0 {
			continue // a corner on the southern edge
		}
		if west.Contains(lat, lon) == east.Contains(lat, lon) {
			t.Fatalf("point %d on the shared edge is in both or none", i)
		}
	}
	for _, c := range []struct {
		lat, lon float64
		in       bool
	}{{0, 5, true}, {10, 5, false}, {5, 0, true}, {0, 0, true}, {5, 5, true}, {-0.0001, 5, false}, {math.NaN(), 5, false}, {5, math.Inf(1), false}} {
		if got := west.Contains(Radians(c.lat), Radians(c.lon)); got != c.in {
			t.Errorf("%v, %v: %v", c.lat, c.lon, got)
		}
	}
}

func TestRegionHolesAndParts(t *testing.T) {
	r := parse(t, `{"type":"MultiPolygon","coordinates":[[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[2,2],[2,8],[8,8],[8,2],[2,2]]],[[[4,4],[6,4],[6,6],[4,6],[4,4]]]]}`)
	for _, c := range []struct {
		at float64
		in bool
	}{{1, true}, {3, false}, {5, true}, {7, false}, {9, true}, {11, false}} {
		if got := r.Contains(Radians(c.at), Radians(c.at)); got != c.in {
			t.Errorf("%v: %v, want %v", c.at, got, c.in)
		}
	}
	if d := r.BoundaryDistance(Radians(5), Radians(1.5)); math.Abs(d-0.5*Separation(Radians(5), Radians(1), Radians(5), Radians(2))) > 1 {
		t.Errorf("half a degree from the hole: %v m", d)
	}
	if r.Edges() != 12 {
		t.Errorf("%d edges", r.Edges())
	}
}

func TestRegionOverTheAntimeridian(t *testing.T) {
	whole := parse(t, `{"type":"Polygon","coordinates":[[[170,60],[-170,60],[-170,70],[170,70],[170,60]],[[179,64],[179,66],[-179,66],[-179,64],[179,64]]]}`)
	beyond := parse(t, `{"type":"Polygon","coordinates":[[[170,60],[190,60],[190,70],[170,70],[170,60]],[[-181,64],[-181,66],[-179,66],[-179,64],[-181,64]]]}`)
	cut := parse(t, `{"type":"MultiPolygon","coordinates":[[[[170,60],[180,60],[180,64],[179,64],[179,66],[180,66],[180,70],[170,70],[170,60]]],[[[-180,60],[-170,60],[-170,70],[-180,70],[-180,66],[-179,66],[-179,64],[-180,64],[-180,60]]]]}`)
	// The same with vertices on the antimeridian itself, on both sides.
	stepped := parse(t, `{"type":"Polygon","coordinates":[[[170,60],[180,60],[-180,60],[-170,60],[-170,70],[-180,70],[180,70],[170,70],[170,60]],[[179,64],[179,66],[-179,66],[-179,64],[179,64]]]}`)
	x := NewIndex([]Region{whole, beyond, cut})
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := Radians(rapid.Float64Range(55, 75).Draw(t, "lat")), Radians(rapid.Float64Range(160, 200).Draw(t, "lon"))
		want := whole.Contains(lat, WrapLon(lon))
		if beyond.Contains(lat, lon) != want || stepped.Contains(lat, lon) != want || cut.Contains(lat, WrapLon(lon)) != want {
			t.Fatalf("whole %v, beyond %v, cut %v", want, beyond.Contains(lat, lon), cut.Contains(lat, WrapLon(lon)))
		}
		if got := len(x.All(nil, lat, lon)); want && got != 3 || !want && got != 0 {
			t.Fatalf("the index finds %d regions, want %v of 3", got, want)
		}
		d := whole.BoundaryDistance(lat, lon)
		for _, r := range []Region{beyond, cut, stepped} {
			if e := r.BoundaryDistance(lat, WrapLon(lon)); math.Abs(d-e) > 1e-3 {
				t.Fatalf("%v m and %v m from the same edge", d, e)
			}
		}
	})
	if !whole.Contains(Radians(61), math.Pi) || !whole.Contains(Radians(61), -math.Pi) || !cut.Contains(Radians(61), math.Pi) || !cut.Contains(Radians(61), -math.Pi) {
		t.Error("the antimeridian itself is not inside")
	}
}

// bruteDistance walks every edge in steps, as slow and as plain as can be.
func bruteDistance(r *Region, lat, lon float64) float64 {
	best := math.Inf(1)
	for _, p := range r.polygons {
		for _, c := range p.rings {
			for i := 1; i < len(c.points); i++ {
				a, b := c.points[i-1], c.points[i]
				if seam(a, b) {
					continue
				}
				for k := range 65 {
					f := float64(k) / 64
					best = min(best, Separation(lat, lon, a.lat+f*(b.lat-a.lat), a.lon+f*(b.lon-a.lon)))
				}
			}
		}
	}
	return best
}

func TestBoundaryDistanceAgainstBruteForce(t *testing.T) {
	regions, x := borders(t)
	arm, blr := &regions[x.ByID("ARM")], &regions[x.ByID("BLR")]
	for _, r := range []*Region{arm, blr} {
		s, w, n, e := r.Box()
		for i := range 40 {
			lat := s + (n-s)*(float64(i%8)/6-0.1)
			lon := w + (e-w)*(float64(i/8)/4-0.1)
			got, want := r.BoundaryDistance(lat, lon), bruteDistance(r, lat, lon)
			if got > want*1.0001+1 || got < want-0.01*want-200 {
				t.Errorf("%s from %v, %v: %v m, want %v", r.ID, ToDegrees(lat), ToDegrees(lon), got, want)
			}
			if d, _, _, ok := r.Nearest(lat, lon, got+1); !ok || d != got {
				t.Errorf("within its own distance: %v, %v", d, ok)
			}
			if _, _, _, ok := r.Nearest(lat, lon, got-1); ok {
				t.Error("found beyond the limit")
			}
		}
	}
}

// bruteContains crosses every edge, without trees, boxes or cells.
func bruteContains(r *Region, lat, lon float64) bool {
	for _, p := range r.polygons {
		for _, x := range [3]float64{lon, lon + 2*math.Pi, lon - 2*math.Pi} {
			odd := false
			for _, c := range p.rings {
				for i := 1; i < len(c.points); i++ {
					odd = odd != crosses(c.points[i-1], c.points[i], lat, x)
				}
			}
			if odd {
				return true
			}
		}
	}
	return false
}

// Places on and next to vertices and edges, where trees and cells go wrong first.
func TestContainsAgainstBruteForceAtTheEdges(t *testing.T) {
	regions, x := borders(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.IntRange(0, len(regions)-1).Draw(t, "region")
		p := rapid.SampledFrom(regions[r].polygons).Draw(t, "polygon")
		points := rapid.SampledFrom(p.rings).Draw(t, "ring").points
		i := rapid.IntRange(1, len(points)-1).Draw(t, "edge")
		f := rapid.SampledFrom([]float64{0, 0.3, 1}).Draw(t, "along")
		off := rapid.SampledFrom([]float64{0, 1e-15, -1e-15, 1e-9, -1e-9, 1e-4, -1e-4})
		lat := points[i-1].lat + f*(points[i].lat-points[i-1].lat) + off.Draw(t, "north")
		lon := WrapLon(points[i-1].lon + f*(points[i].lon-points[i-1].lon) + off.Draw(t, "east"))
		if math.Abs(lat) > math.Pi/2 {
			return
		}
		found := x.All(nil, lat, lon)
		for k := range regions {
			want := bruteContains(&regions[k], lat, lon)
			if got := regions[k].Contains(lat, lon); got != want {
				t.Fatalf("%s contains %v, %v: %v, want %v", regions[k].ID, lat, lon, got, want)
			}
			if got := slices.Contains(found, k); got != want {
				t.Fatalf("the index has %v, %v in %s: %v, want %v", lat, lon, regions[k].ID, got, want)
			}
		}
	})
}

func TestIndexAgreesWithRegions(t *testing.T) {
	regions, x := borders(t)
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := math.Asin(rapid.Float64Range(-1, 1).Draw(t, "sin lat")), rapid.Float64Range(-math.Pi, math.Pi).Draw(t, "lon")
		var want []int
		for i := range regions {
			if regions[i].Contains(lat, lon) {
				want = append(want, i)
			}
		}
		got := x.All(nil, lat, lon)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("index %v, regions %v", got, want)
		}
		if f := x.Find(lat, lon); len(want) > 0 && f != want[0] || len(want) == 0 && f != -1 {
			t.Fatalf("Find gives %d of %v", f, want)
		}
	})
	for _, p := range [][2]float64{{math.NaN(), 0}, {0, math.NaN()}, {0, math.Inf(-1)}, {2, 0}, {0, 1e300}} {
		if x.Find(p[0], p[1]) != -1 || len(x.All(nil, p[0], p[1])) != 0 {
			t.Errorf("%v is somewhere", p)
		}
	}
}

func TestBeltsAndCapsRoundTheEarth(t *testing.T) {
	belt := parse(t, `{"type":"Polygon","coordinates":[[[-180,-60],[180,-60],[180,60],[-180,60],[-180,-60]]]}`)
	cap := parse(t, `{"type":"Polygon","coordinates":[[[-180,60],[180,60],[180,90],[-180,90],[-180,60]]]}`)
	x := NewIndex([]Region{belt, cap})
	for _, lon := range []float64{-180, -90, 0, 123, 180} {
		for lat, want := range map[float64]int{-61: -1, -60: 0, 0: 0, 59: 0, 61: 1, 89.9: 1} {
			if got := x.Find(Radians(lat), Radians(lon)); got != want {
				t.Errorf("%v, %v is in %d, want %d", lat, lon, got, want)
			}
		}
		if d := cap.BoundaryDistance(Radians(61), Radians(lon)); math.Abs(d-111_500) > 200 {
			t.Errorf("the cap's edge is %v m away at %v", d, lon)
		}
	}
}

func TestBoxRegion(t *testing.T) {
	r := BoxRegion("b", Radians(10), Radians(170), Radians(20), Radians(-170))
	for lon, want := range map[float64]bool{169: false, 171: true, 180: true, -180: true, -171: true, -169: false, 0: false} {
		if r.Contains(Radians(15), Radians(lon)) != want {
			t.Errorf("longitude %v: %v", lon, !want)
		}
	}
	if e := BoxRegion("none", 1, 0, 0, 1); e.Contains(0.5, 0.5) || !math.IsInf(e.BoundaryDistance(0, 0), 1) {
		t.Error("a box upside down is not empty")
	}
}

func TestParseRegionsRefuses(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"empty", ``}, {"truncated", `{"type":"FeatureCollection","features":[`}, {"another type", `{"type":"Point"}`}, {"array", `[]`},
		{"point", `{"type":"Feature","geometry":{"type":"Point","coordinates":[1,2]}}`},
		{"no geometry", `{"type":"Feature"}`},
		{"open ring", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,1]]]}}`},
		{"short ring", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[0,0]]]}}`},
		{"latitude 91", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,91],[0,0]]]}}`},
		{"text for numbers", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[["a",0],[1,0],[1,1],[0,0]]]}}`},
		{"round the pole", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,80],[120,80],[-120,80],[0,80]]]}}`},
		{"damaged gzip", "\x1f\x8b\x08\x00\x00"},
	} {
		r, err := ParseRegions([]byte(c.text), "f.geojson")
		var e *entente.Error
		if !errors.As(err, &e) || e.Source != "f.geojson" || e.Reason == "" || e.Next == "" || len(r) != 0 {
			t.Errorf("%s: %v, %v", c.name, r, err)
		}
	}
	r, err := ParseRegions([]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null},{"type":"Feature","id":7,"properties":{"kind":"danger"},"geometry":{"type":"GeometryCollection","geometries":[{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}]}}]}`), "f")
	var e *entente.Error
	if len(r) != 1 || r[0].ID != "7" || r[0].Properties["kind"] != "danger" || !errors.As(err, &e) || e.Offset != 0 {
		t.Errorf("the good feature beside a bad one: %+v, %v", r, err)
	}
}

func FuzzParseRegions(f *testing.F) {
	f.Add([]byte(`{"type":"Feature","properties":{"name":"x"},"geometry":{"type":"Polygon","coordinates":[[[170,60],[-170,60],[-170,70],[170,60]]]}}`))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"MultiPolygon","coordinates":[[]]}}]}`))
	f.Add([]byte("\x1f\x8b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, _ := ParseRegions(b, "fuzz")
		x := NewIndex(r)
		for _, p := range [][2]float64{{0, 0}, {1.1, math.Pi}, {-math.Pi / 2, 1}} {
			x.Find(p[0], p[1])
			for i := range r {
				r[i].BoundaryDistance(p[0], p[1])
			}
		}
	})
}

func TestRegionQueriesDoNotAllocate(t *testing.T) {
	regions, x := borders(t)
	rus := &regions[x.ByID("RUS")]
	buf := make([]int, 0, 8)
	if n := testing.AllocsPerRun(100, func() {
		x.Find(0.9, 0.6)
		buf = x.All(buf[:0], 0.93, 0.55)
		rus.Nearest(0.93, 0.55, 50_000)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkIndexFind(b *testing.B) {
	_, x := borders(b)
	i := 0
	for b.Loop() {
		i++
		x.Find(Radians(40+float64(i*7919%3000)/100), Radians(20+float64(i*104729%16000)/100))
	}
}

func BenchmarkRegionContainsRussia(b *testing.B) {
	regions, x := borders(b)
	rus := &regions[x.ByID("RUS")]
	i := 0
	for b.Loop() {
		i++
		rus.Contains(Radians(40+float64(i*7919%3000)/100), Radians(20+float64(i*104729%16000)/100))
	}
}

func BenchmarkNearestRussia50km(b *testing.B) {
	regions, x := borders(b)
	rus := &regions[x.ByID("RUS")]
	i := 0
	for b.Loop() {
		i++
		rus.Nearest(Radians(40+float64(i*7919%3000)/100), Radians(20+float64(i*104729%16000)/100), 50_000)
	}
}

func BenchmarkBoundaryDistanceRussia(b *testing.B) {
	regions, x := borders(b)
	rus := &regions[x.ByID("RUS")]
	i := 0
	for b.Loop() {
		i++
		rus.BoundaryDistance(Radians(40+float64(i*7919%3000)/100), Radians(20+float64(i*104729%16000)/100))
	}
}
