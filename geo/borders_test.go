package geo

import (
	"math"
	"testing"
)

func borders(t testing.TB) ([]Region, *Index) {
	t.Helper()
	r, err := DefaultBorders()
	if err != nil {
		t.Fatal(err)
	}
	return r, NewIndex(r)
}

func TestBordersKnowTheCities(t *testing.T) {
	_, x := borders(t)
	for _, c := range []struct {
		name     string
		lat, lon float64
		want     string
	}{
		{"Minsk", 53.9, 27.56, "BLR"}, {"Moscow", 55.75, 37.62, "RUS"}, {"Kaliningrad", 54.71, 20.51, "RUS"},
		{"inland of Anadyr", 65.5, 177.0, "RUS"}, {"Chukotka beyond the antimeridian", 67.0, -178, "RUS"}, {"Wrangel island, east half", 71.2, -179.0, "RUS"},
		{"Fairbanks", 64.84, -147.72, "USA"}, {"Astana", 51.17, 71.43, "KAZ"}, {"Baikonur", 45.62, 63.31, "KAZ"},
		{"Bishkek", 42.87, 74.59, "KGZ"}, {"Dushanbe", 38.56, 68.77, "TJK"}, {"Yerevan", 40.18, 44.51, "ARM"},
		{"Sokh, Uzbek exclave in Kyrgyzstan", 39.97, 71.13, "UZB"}, {"Vorukh, Tajik exclave", 39.86, 70.58, "TJK"},
		{"Nakhchivan", 39.21, 45.41, "AZE"}, {"Warsaw", 52.23, 21.01, "POL"}, {"Paris", 48.86, 2.35, "FRA"},
		{"Lesotho, a hole in South Africa", -29.5, 28.2, "LSO"}, {"Pretoria", -25.75, 28.2, "ZAF"},
		{"Viti Levu", -17.8, 178.0, "FJI"}, {"Taveuni over the antimeridian", -16.8, -179.97, "FJI"},
		{"south pole", -90, 0, "ATA"}, {"south pole, another meridian", -90, 123, "ATA"}, {"Vostok", -78.46, 106.84, "ATA"},
		{"north pole", 90, 0, ""}, {"Black Sea", 43, 34, ""}, {"Pacific on the antimeridian", 0, 180, ""},
	} {
		got := ""
		i := x.Find(Radians(c.lat), Radians(c.lon))
		if i >= 0 {
			got = x.Region(i).ID
		}
		if got != c.want {
			t.Errorf("%s is in %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBordersHaveNoLongSegments(t *testing.T) {
	regions, _ := borders(t)
	if len(regions) < 230 {
		t.Errorf("%d countries", len(regions))
	}
	seen := map[string]bool{}
	for _, r := range regions {
		if len(r.ID) != 3 || r.Name == "" || seen[r.ID] {
			t.Errorf("country %q %q: want three letters once, and a name", r.ID, r.Name)
		}
		seen[r.ID] = true
		for _, p := range r.polygons {
			for _, c := range p.rings {
				for i := 1; i < len(c.points); i++ {
					if d := math.Abs(c.points[i].lon - c.points[i-1].lon); d > math.Pi {
						t.Errorf("%s: a segment of %v°", r.ID, ToDegrees(d))
					}
				}
			}
		}
	}
	if len(BordersGeoJSON()) > 2_500_000 {
		t.Errorf("%d bytes are embedded", len(BordersGeoJSON()))
	}
}

func TestBordersMergeLeasedGround(t *testing.T) {
	regions, x := borders(t)
	kaz := &regions[x.ByID("KAZ")]
	if d := kaz.BoundaryDistance(Radians(45.62), Radians(63.31)); d < 200_000 {
		t.Errorf("Baikonur lies %v m from a border of Kazakhstan: the lease is drawn as one", d)
	}
}

// The antimeridian cut through Chukotka is no border: 66.5 N 180 lies some 200 km from the Arctic coast's next bay.
func TestBordersCutIsNoBorder(t *testing.T) {
	regions, x := borders(t)
	rus := &regions[x.ByID("RUS")]
	for _, lon := range []float64{179.99, 180, -180, -179.99} {
		d := rus.BoundaryDistance(Radians(67.5), Radians(lon))
		if !rus.Contains(Radians(67.5), Radians(lon)) || d < 50_000 {
			t.Errorf("67.5 N %v: inside %v, border at %v m", lon, rus.Contains(Radians(67.5), Radians(lon)), d)
		}
	}
}
