package geo_test

import (
	"fmt"

	"entente/geo"
)

// A radar near Minsk sees an aircraft at a slant range and azimuth, with a height report.
func ExampleFrame_Locate() {
	site := geo.NewFrame(geo.Degrees(53.88, 28.03, 210))
	p, ok := site.Locate(84_000, geo.Radians(250), 10_000)
	fmt.Printf("%.4f %.4f %v\n", geo.ToDegrees(p.Lat), geo.ToDegrees(p.Lon), ok)
	back := site.Look(p)
	fmt.Printf("%.0f m, %.1f°\n", back.Range, geo.ToDegrees(back.Azimuth))
	// Output:
	// 53.6180 26.8462 true
	// 84000 m, 250.0°
}

func ExampleIndex_Find() {
	borders, err := geo.DefaultBorders()
	if err != nil {
		fmt.Println(err)
		return
	}
	index := geo.NewIndex(borders)
	lat, lon := geo.Radians(67.0), geo.Radians(-179.5) // Chukotka, beyond the antimeridian
	if i := index.Find(lat, lon); i >= 0 {
		fmt.Println(index.Region(i).Name)
	}
	// Output: Russia
}
