package geo

import "math"

// The WGS-84 ellipsoid (NIMA TR8350.2, table 3.1): semi-major axis in metres and flattening, and what follows.
const (
	SemiMajor  = 6378137.0
	Flattening = 1 / 298.257223563
	SemiMinor  = SemiMajor * (1 - Flattening)

	eccentricity2       = Flattening * (2 - Flattening)
	secondEccentricity2 = eccentricity2 / (1 - eccentricity2)
)

// LLA is a geodetic position on WGS-84: latitude and longitude in radians, height above the ellipsoid in metres.
type LLA struct{ Lat, Lon, Height float64 }

// ECEF is an earth-centred, earth-fixed position in metres: X through (0° N, 0° E), Z through the north pole.
type ECEF struct{ X, Y, Z float64 }

// ENU is a vector in a local tangent plane in metres (or metres a second): east, north, up.
type ENU struct{ E, N, U float64 }

// Polar is a position seen from a site: slant range in metres, azimuth clockwise from true north in radians, 0 to 2π,
// elevation above the tangent plane in radians.
type Polar struct{ Range, Azimuth, Elevation float64 }

// Degrees makes a position from degrees and metres.
func Degrees(lat, lon, height float64) LLA { return LLA{Radians(lat), Radians(lon), height} }

// Radians returns degrees as radians.
func Radians(degrees float64) float64 { return degrees * (math.Pi / 180) }

// ToDegrees returns radians as degrees.
func ToDegrees(radians float64) float64 { return radians * (180 / math.Pi) }

// Radii returns the radii of curvature at a latitude in metres: in the meridian and in the prime vertical.
func Radii(lat float64) (meridian, primeVertical float64) {
	s := math.Sin(lat)
	w2 := 1 - eccentricity2*s*s
	w := math.Sqrt(w2)
	return SemiMajor * (1 - eccentricity2) / (w2 * w), SemiMajor / w
}

// ECEF returns p earth-centred.
func (p LLA) ECEF() ECEF {
	sf, cf := math.Sincos(p.Lat)
	sl, cl := math.Sincos(p.Lon)
	n := SemiMajor / math.Sqrt(1-eccentricity2*sf*sf)
	r := (n + p.Height) * cf
	return ECEF{r * cl, r * sl, (n*(1-eccentricity2) + p.Height) * sf}
}

// LLA returns p as latitude, longitude (−π to π) and height. On the axis the longitude is zero. The latitude is
// Bowring's closed form for the reduced latitude (Survey Review 28, 1985, 202-206), applied twice; the height is his too, without
// the loss of accuracy at the poles. Below 1,000 km under the ellipsoid the result degrades, and it means nothing
// within 50 km of the earth's centre.
func (p ECEF) LLA() LLA {
	flat := math.Hypot(p.X, p.Y)
	r := math.Hypot(flat, p.Z)
	if r == 0 {
		return LLA{Height: -SemiMajor}
	}
	// The reduced latitude β as sine and cosine, so that the poles need no tangent.
	sb, cb := SemiMinor*p.Z*(1+secondEccentricity2*SemiMinor/r), SemiMajor*flat
	var num, den float64
	for range 2 {
		h := math.Hypot(sb, cb)
		s, c := sb/h, cb/h
		num = p.Z + secondEccentricity2*SemiMinor*s*s*s
		den = flat - eccentricity2*SemiMajor*c*c*c
		sb, cb = (1-Flattening)*num, den
	}
	h := math.Hypot(num, den)
	sf, cf := num/h, den/h
	return LLA{
		Lat:    math.Atan2(num, den),
		Lon:    math.Atan2(p.Y, p.X),
		Height: flat*cf + p.Z*sf - SemiMajor*math.Sqrt(1-eccentricity2*sf*sf),
	}
}

// Polar returns v as range, azimuth and elevation.
func (v ENU) Polar() Polar {
	flat := math.Hypot(v.E, v.N)
	az := math.Atan2(v.E, v.N)
	if az < 0 {
		az += 2 * math.Pi
	}
	return Polar{math.Hypot(flat, v.U), az, math.Atan2(v.U, flat)}
}

// ENU returns p as a vector from its site.
func (p Polar) ENU() ENU {
	sa, ca := math.Sincos(p.Azimuth)
	se, ce := math.Sincos(p.Elevation)
	return ENU{p.Range * ce * sa, p.Range * ce * ca, p.Range * se}
}

// WrapLon brings a longitude in radians to −π (excluded) … π (included).
func WrapLon(lon float64) float64 {
	if lon > -math.Pi && lon <= math.Pi {
		return lon
	}
	lon = math.Remainder(lon, 2*math.Pi)
	if lon <= -math.Pi {
		lon = math.Pi
	}
	return lon
}

// WrapAzimuth brings an angle in radians to 0 … 2π, 2π excluded.
func WrapAzimuth(a float64) float64 {
	if a >= 0 && a < 2*math.Pi {
		return a
	}
	a = math.Mod(a, 2*math.Pi)
	if a < 0 {
		a += 2 * math.Pi
	}
	if a >= 2*math.Pi {
		a = 0
	}
	return a
}
