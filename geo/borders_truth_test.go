package geo

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// area returns a region's area in km² on the ellipsoid's authalic sphere, edges straight in latitude and longitude.
func area(r *Region) float64 {
	const authalic = 6371.0072
	sum := 0.0
	for _, p := range r.polygons {
		for _, c := range p.rings {
			for i := 1; i < len(c.points); i++ {
				a, b := c.points[i-1], c.points[i]
				sum -= (b.lon - a.lon) * (math.Sin(a.lat) + math.Sin(b.lat)) / 2
			}
		}
	}
	return math.Abs(sum) * authalic * authalic
}

// The areas that the states themselves and the UN Demographic Yearbook give, land and inland water, km². The lines here
// are generalised and draw some grounds otherwise (Crimea), hence the tolerance.
func TestBordersHaveTheKnownAreas(t *testing.T) {
	regions, x := borders(t)
	for id, want := range map[string]float64{
		"BLR": 207_600, "KAZ": 2_724_902, "KGZ": 199_949, "TJK": 141_400, "ARM": 29_743, "RUS": 17_098_246, "UZB": 448_969, "POL": 312_679,
		"LTU": 65_286, "MNG": 1_564_116, "AZE": 86_600, "GEO": 69_700, "FRA": 643_801, "BRA": 8_515_767, "LSO": 30_355,
	} {
		got := area(&regions[x.ByID(id)])
		if math.Abs(got/want-1) > 0.025 {
			t.Errorf("%s has %.0f km², want %.0f", id, got, want)
		}
	}
}

func TestBordersText(t *testing.T) {
	z, err := gzip.NewReader(bytes.NewReader(BordersGeoJSON()))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Type     string
		Features []struct {
			Type       string
			Properties struct{ ISO3, Name string }
			Geometry   struct {
				Type        string
				Coordinates [][][][2]float64
			}
		}
	}
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Type != "FeatureCollection" {
		t.Error(doc.Type)
	}
	for _, f := range doc.Features {
		if f.Type != "Feature" || f.Geometry.Type != "MultiPolygon" || len(f.Properties.ISO3) != 3 || f.Properties.Name == "" {
			t.Errorf("%s %s %v", f.Type, f.Geometry.Type, f.Properties)
		}
		for _, rings := range f.Geometry.Coordinates {
			for i, ring := range rings {
				turn := 0.0
				for k := 1; k < len(ring); k++ {
					if math.Abs(ring[k][0]) > 180 || math.Abs(ring[k][1]) > 90 {
						t.Fatalf("%s: %v", f.Properties.ISO3, ring[k])
					}
					turn += ring[k-1][0]*ring[k][1] - ring[k][0]*ring[k-1][1]
				}
				if (turn > 0) != (i == 0) {
					t.Errorf("%s: ring %d turns against the right-hand rule", f.Properties.ISO3, i)
				}
			}
		}
	}
}

// Countries drawn at one scale share their edges: no place is in two of them.
func TestFineBordersDoNotOverlap(t *testing.T) {
	_, x := borders(t)
	fine := " BLR RUS KAZ KGZ TJK ARM AFG UZB TKM CHN UKR POL LTU LVA EST FIN NOR GEO AZE TUR IRN MNG PRK "
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := Radians(rapid.Float64Range(25, 72).Draw(t, "lat")), Radians(rapid.Float64Range(15, 180).Draw(t, "lon"))
		n := 0
		for _, i := range x.All(nil, lat, lon) {
			if strings.Contains(fine, " "+x.Region(i).ID+" ") {
				n++
			}
		}
		if n > 1 {
			t.Fatalf("%v, %v is in %d countries", ToDegrees(lat), ToDegrees(lon), n)
		}
	})
}

// A member's border is its neighbour's: the nearest point of one is as near to the other.
func TestNeighboursShareTheirBorder(t *testing.T) {
	regions, x := borders(t)
	for _, pair := range [][2]string{{"BLR", "POL"}, {"BLR", "LTU"}, {"KAZ", "RUS"}, {"KGZ", "TJK"}, {"ARM", "TUR"}, {"TJK", "AFG"}, {"RUS", "MNG"}} {
		a, b := &regions[x.ByID(pair[0])], &regions[x.ByID(pair[1])]
		shared := 0
		for _, p := range a.polygons {
			for _, c := range p.rings {
				for _, v := range c.points {
					if d, _, _, ok := b.Nearest(v.lat, v.lon, 1); ok && d < 0.5 {
						shared++
					}
				}
			}
		}
		if shared < 10 {
			t.Errorf("%s and %s share %d vertices", pair[0], pair[1], shared)
		}
	}
}

func TestNearestPointLiesOnTheBorder(t *testing.T) {
	regions, x := borders(t)
	rapid.Check(t, func(t *rapid.T) {
		r := &regions[x.ByID(rapid.SampledFrom([]string{"BLR", "RUS", "KGZ", "FJI", "ATA"}).Draw(t, "country"))]
		lat, lon := math.Asin(rapid.Float64Range(-1, 1).Draw(t, "sin lat")), rapid.Float64Range(-math.Pi, math.Pi).Draw(t, "lon")
		d, bLat, bLon, ok := r.Nearest(lat, lon, math.Inf(1))
		if !ok || d < 0 || math.Abs(bLon) > math.Pi {
			t.Fatalf("%v %v %v %v", d, bLat, bLon, ok)
		}
		if got := Separation(lat, lon, bLat, bLon); math.Abs(got-d) > 1e-6 {
			t.Fatalf("%v m to the point, %v m said", got, d)
		}
		if again := r.BoundaryDistance(bLat, bLon); again > 0.01 {
			t.Fatalf("the point on the border is %v m off it", again)
		}
	})
}

func TestReadRegionsFromFiles(t *testing.T) {
	dir := t.TempDir()
	text := []byte(`{"type":"Feature","properties":{"iso3":"ABC","name":"Abecia"},"geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]}}`)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(text)
	z.Close()
	for name, b := range map[string][]byte{"plain.geojson": text, "packed.geojson.gz": packed.Bytes()} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		r, err := ReadRegions(path)
		if err != nil || len(r) != 1 || r[0].ID != "ABC" || r[0].Name != "Abecia" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	if _, err := ReadRegions(filepath.Join(dir, "none")); err == nil || !strings.HasPrefix(err.Error(), "reading regions: ") {
		t.Errorf("%v", err)
	}
	if _, err := ParseRegions(packed.Bytes()[:packed.Len()-6], "cut"); err == nil {
		t.Error("half a gzip file was taken")
	}
}

func TestIndexNames(t *testing.T) {
	a, b := BoxRegion("a", 0, 0, 0.1, 0.1), BoxRegion("b", 0, 0.05, 0.1, 0.2)
	x := NewIndex([]Region{a, b})
	if x.Len() != 2 || x.ByID("b") != 1 || x.ByID("c") != -1 || x.Region(0).ID != "a" {
		t.Error("names are lost")
	}
	if got := x.All(nil, 0.05, 0.07); len(got) != 2 || x.Find(0.05, 0.07) != 0 {
		t.Errorf("where both are: %v", got)
	}
	if got := x.All([]int{9}, 0.05, 0.15); len(got) != 2 || got[0] != 9 || got[1] != 1 {
		t.Errorf("appending: %v", got)
	}
	if s, w, n, e := x.Region(1).Box(); s != 0 || w != 0.05 || n != 0.1 || e != 0.2 {
		t.Errorf("box %v %v %v %v", s, w, n, e)
	}
	if e := NewIndex(nil); e.Len() != 0 || e.Find(0, 0) != -1 {
		t.Error("an empty index has something")
	}
}
