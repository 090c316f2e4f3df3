// Package geo is the earth and what is drawn on it: frames as types ([LLA], [ECEF], [ENU], [Polar]), the tangent plane
// at a place ([Frame]), great circles, the radar horizon, and named regions with their index ([Region], [Index]).
//
// In go positions in radians and metres on the WGS-84 ellipsoid, out come the same in another frame. Conversions are
// exact to well below a millimetre for every place from 1,000 km under to 100,000 km above the ellipsoid, poles and
// antimeridian included; nothing allocates. Great circles are on a sphere and say how far off they are.
//
//	site := geo.NewFrame(geo.LLA{Lat: 0.94, Lon: 0.48, Height: 250})
//	where, ok := site.Locate(84_000, 1.2, 10_000) // slant range, azimuth, height above the ellipsoid
//	look := site.Look(where)                      // and back
package geo
