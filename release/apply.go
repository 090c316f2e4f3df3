package release

import (
	"math"

	"entente"
	"entente/geo"
)

// Variances of what was taken away, as wide as anything that flies: 10 km and 300 m/s.
const (
	anyHeight   = 10_000.0 * 10_000
	anyVelocity = 300.0 * 300
)

// Apply returns the track as the decision lets it leave: position moved to the middle of its cell in a grid of
// d.Precision metres, covariance widened to match, fields stripped. The grid is fixed to the earth, so that many releases
// of one place tell no more than one. A track that is not released comes back empty.
func Apply(t entente.Track, d *Decision) entente.Track {
	if !d.Release {
		return entente.Track{}
	}
	if d.Precision > 0 {
		t.Lat, t.Lon = snap(t.Lat, t.Lon, d.Precision)
		// Within a cell any place is as likely: the variance of that is a twelfth of its side squared.
		add := d.Precision * d.Precision / 12
		t.Covariance.Set(0, 0, t.Covariance.At(0, 0)+add)
		t.Covariance.Set(1, 1, t.Covariance.At(1, 1)+add)
		t.Quality = min(t.Quality, coarseQuality(d.Precision))
	}
	if d.Strip&StripIdentity != 0 {
		t.Address, t.ModeA, t.Callsign = 0, 0, entente.Callsign{}
		t.Has &^= entente.HasModeA | entente.HasSPI
	}
	if d.Strip&StripHeight != 0 {
		t.Height, t.PressureAltitude, t.VU = 0, 0, 0
		t.Has &^= entente.HasAltitude | entente.HasPressureAltitude
		forget(&t.Covariance, 2, anyHeight)
		forget(&t.Covariance, 5, anyVelocity)
	}
	if d.Strip&StripVelocity != 0 {
		t.VE, t.VN, t.VU = 0, 0, 0
		for i := 3; i < 6; i++ {
			forget(&t.Covariance, i, anyVelocity)
		}
	}
	if d.Strip&StripSensors != 0 {
		t.Sensors, t.Plots = 0, 0
	}
	return t
}

// forget makes component i independent of the others, with a variance.
func forget(c *entente.Covariance, i int, variance float64) {
	for j := range 6 {
		c.Set(i, j, 0)
	}
	c.Set(i, i, variance)
}

// snap returns the middle of the cell in which a place lies. Rows are metres high along the meridian at 45°; columns
// are metres wide at the middle of their row. A row at a pole is one cell.
func snap(lat, lon, metres float64) (float64, float64) {
	m, _ := geo.Radii(math.Pi / 4)
	rows := max(1, math.Floor(math.Pi*m/metres))
	height := math.Pi / rows
	lat = max(-math.Pi/2, min(math.Pi/2, lat))
	lat = (min(rows-1, math.Floor((lat+math.Pi/2)/height))+0.5)*height - math.Pi/2
	_, n := geo.Radii(lat)
	columns := max(1, math.Floor(2*math.Pi*n*math.Cos(lat)/metres))
	width := 2 * math.Pi / columns
	lon = geo.WrapLon(lon)
	return lat, (min(columns-1, math.Floor((lon+math.Pi)/width))+0.5)*width - math.Pi
}

// coarseQuality is the quality of a track known to a cell of so many metres: by the rule of the tracker, 15 for a 95 %
// radius under 50 m and one less for every factor √2.
func coarseQuality(metres float64) uint8 {
	r := 2.45 * metres / math.Sqrt(12)
	return uint8(max(0, min(15, math.Ceil(15-2*math.Log2(max(r, 50)/50)))))
}
