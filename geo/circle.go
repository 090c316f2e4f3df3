package geo

import "math"

// MeanRadius is the earth's mean radius (2a+b)/3 in metres, the sphere of the great circles here.
const MeanRadius = (2*SemiMajor + SemiMinor) / 3

// Distance returns the great-circle distance between two places in metres on the mean sphere (haversine). It differs
// from the geodesic on the ellipsoid by up to 0.56 %; see [Separation] where that is too much.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	a, b := math.Sin((lat2-lat1)/2), math.Sin((lon2-lon1)/2)
	h := a*a + math.Cos(lat1)*math.Cos(lat2)*b*b
	return 2 * MeanRadius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Separation returns the distance over the ellipsoid in metres from the chord between the two places: right to
// 2·10⁻⁵ up to 1,000 km, and to 0.2 % at any distance but the nearly antipodal.
func Separation(lat1, lon1, lat2, lon2 float64) float64 {
	p, q := LLA{Lat: lat1, Lon: lon1}.ECEF(), LLA{Lat: lat2, Lon: lon2}.ECEF()
	x, y, z := p.X-q.X, p.Y-q.Y, p.Z-q.Z
	chord := math.Sqrt(x*x + y*y + z*z)
	return 2 * MeanRadius * math.Asin(math.Min(1, chord/(2*MeanRadius)))
}

// Bearing returns the initial great-circle bearing from the first place to the second, 0 to 2π from true north;
// zero when the places are one.
func Bearing(lat1, lon1, lat2, lon2 float64) float64 {
	s1, c1 := math.Sincos(lat1)
	s2, c2 := math.Sincos(lat2)
	sd, cd := math.Sincos(lon2 - lon1)
	return WrapAzimuth(math.Atan2(sd*c2, c1*s2-s1*c2*cd))
}

// Destination returns the place metres away along the great circle that leaves with the given bearing.
func Destination(lat, lon, bearing, metres float64) (float64, float64) {
	s1, c1 := math.Sincos(lat)
	sd, cd := math.Sincos(metres / MeanRadius)
	sb, cb := math.Sincos(bearing)
	s2 := s1*cd + c1*sd*cb
	// The latitude by both components, as the arc sine alone loses digits near the poles.
	east, north := sb*sd, c1*cd-s1*sd*cb
	return math.Atan2(s2, math.Hypot(east, north)), WrapLon(lon + math.Atan2(east, north))
}

// Along returns the place at fraction f of the great circle from the first place (0) to the second (1). Between
// antipodes any great circle may be taken.
func Along(lat1, lon1, lat2, lon2, f float64) (float64, float64) {
	return Destination(lat1, lon1, Bearing(lat1, lon1, lat2, lon2), f*Distance(lat1, lon1, lat2, lon2))
}

// RadarHorizon returns the range in metres at which an antenna and a target, at these heights in metres above a smooth
// earth, just see each other in the standard atmosphere (earth radius times 4/3; ITU-R P.310-10). Heights below zero
// count as zero.
func RadarHorizon(antenna, target float64) float64 {
	const twice = 2 * MeanRadius * 4 / 3
	return math.Sqrt(twice*math.Max(0, antenna)) + math.Sqrt(twice*math.Max(0, target))
}
