package modes

import "math"

// Compact position reporting (DO-260B appendix A.1.7): 17 bits of latitude and longitude within zones whose number
// differs between even and odd frames, so that a pair tells the zone.

const (
	evenZones = 60
	oddZones  = 59
	cprScale  = 1 << 17
)

// zoneEdge[n] is the latitude in degrees below which there are at least n longitude zones, n from 2 to 59
// (DO-260B A.1.7.2 d).
var zoneEdge = makeZoneEdges()

func makeZoneEdges() (edge [60]float64) {
	a := 1 - math.Cos(math.Pi/(2*15))
	for n := 2; n <= 59; n++ {
		edge[n] = math.Acos(math.Sqrt(a/(1-math.Cos(2*math.Pi/float64(n))))) * 180 / math.Pi
	}
	edge[2] = 87
	return edge
}

// Zones returns NL, the number of even longitude zones at a latitude in degrees: 59 at the equator, 1 beyond 87°.
func Zones(lat float64) int {
	lat = math.Abs(lat)
	// The guess is within one zone of the answer everywhere; the table decides.
	n := 1
	if lat < 87 {
		n = int(2 * math.Pi / math.Acos(1-zoneRatio/square(math.Cos(lat*math.Pi/180))))
	}
	n = max(1, min(n, 59))
	for n < 59 && lat < zoneEdge[n+1] {
		n++
	}
	for n > 1 && lat >= zoneEdge[n] {
		n--
	}
	return n
}

var zoneRatio = 1 - math.Cos(math.Pi/(2*15))

func square(x float64) float64 { return x * x }

func mod(a, b float64) float64 { return a - b*math.Floor(a/b) }

// CPR is one encoded position: 17 bits of latitude and longitude and the format.
type CPR struct {
	Lat, Lon uint32
	Odd      bool
}

// Position returns the CPR code of m, and whether it has one.
func (m *Message) Position() (c CPR, ok bool) {
	return CPR{m.CPRLat, m.CPRLon, m.Odd}, m.Is(HasCPR)
}

// GlobalAirborne resolves an even and an odd airborne code of one aircraft, received within ten seconds, without any
// reference (DO-260B A.1.7.7): degrees, of the odd frame when newerOdd, else of the even one. ok is false when the two
// lie in different zones or cannot be.
func GlobalAirborne(even, odd CPR, newerOdd bool) (lat, lon float64, ok bool) {
	return global(even, odd, newerOdd, 360)
}

func global(even, odd CPR, newerOdd bool, circle float64) (lat, lon float64, ok bool) {
	yE, yO := float64(even.Lat)/cprScale, float64(odd.Lat)/cprScale
	j := math.Floor(oddZones*yE - evenZones*yO + 0.5)
	latE := circle / evenZones * (mod(j, evenZones) + yE)
	latO := circle / oddZones * (mod(j, oddZones) + yO)
	if circle == 360 {
		latE, latO = wrap180(latE), wrap180(latO)
		if math.Abs(latE) > 90 || math.Abs(latO) > 90 {
			return 0, 0, false
		}
	}
	nl := Zones(latE)
	if Zones(latO) != nl {
		return 0, 0, false
	}
	lat, x, ni := latE, float64(even.Lon)/cprScale, max(nl, 1)
	if newerOdd {
		lat, x, ni = latO, float64(odd.Lon)/cprScale, max(nl-1, 1)
	}
	xE, xO := float64(even.Lon)/cprScale, float64(odd.Lon)/cprScale
	m := math.Floor(xE*float64(nl-1) - xO*float64(nl) + 0.5)
	lon = circle / float64(ni) * (mod(m, float64(ni)) + x)
	return lat, wrap180(lon), true
}

// wrap180 brings an angle between −180 and 180; the rounding of the difference may not carry it beyond.
func wrap180(deg float64) float64 { return max(-180, min(deg-360*math.Floor((deg+180)/360), 180)) }

// GlobalSurface resolves an even and an odd surface code (DO-260B A.1.7.8). There are eight answers, two latitudes and
// four longitudes; the one nearest to the reference (degrees) is taken, so the reference must be within some 2,400 NM. ok
// is false when the nearest latitude lies in different zones in the two: the other one is never taken in its place.
func GlobalSurface(even, odd CPR, newerOdd bool, refLat, refLon float64) (lat, lon float64, ok bool) {
	la, _, _ := globalSurfaceAt(even, odd, newerOdd, 0)
	south := 0.0
	if math.Abs(la-90-refLat) < math.Abs(la-refLat) {
		south = 90
	}
	la, lon, ok = globalSurfaceAt(even, odd, newerOdd, south)
	if !ok {
		return 0, 0, false
	}
	return la, wrap180(lon + 90*math.Floor((refLon-lon)/90+0.5)), true
}

// globalSurfaceAt gives the latitude between south degrees under the equator and 90 above that, whether or not fits, and the
// longitude from 0 to 90.
func globalSurfaceAt(even, odd CPR, newerOdd bool, south float64) (lat, lon float64, fits bool) {
	yE, yO := float64(even.Lat)/cprScale, float64(odd.Lat)/cprScale
	j := math.Floor(oddZones*yE - evenZones*yO + 0.5)
	latE := 90.0/evenZones*(mod(j, evenZones)+yE) - south
	latO := 90.0/oddZones*(mod(j, oddZones)+yO) - south
	lat = latE
	if newerOdd {
		lat = latO
	}
	nl := Zones(latE)
	if Zones(latO) != nl {
		return lat, 0, false
	}
	xE, xO := float64(even.Lon)/cprScale, float64(odd.Lon)/cprScale
	m := math.Floor(xE*float64(nl-1) - xO*float64(nl) + 0.5)
	if newerOdd {
		ni := float64(max(nl-1, 1))
		return lat, 90 / ni * (mod(m, ni) + xO), true
	}
	ni := float64(max(nl, 1))
	return lat, 90 / ni * (mod(m, ni) + xE), true
}

// Local resolves one code near a reference in degrees: within 180 NM for an airborne code, 45 NM for a surface one
// (DO-260B A.1.7.5, A.1.7.6).
func Local(c CPR, surface bool, refLat, refLon float64) (lat, lon float64) {
	circle, zones := 360.0, float64(evenZones)
	if surface {
		circle = 90
	}
	if c.Odd {
		zones = oddZones
	}
	dLat := circle / zones
	y, x := float64(c.Lat)/cprScale, float64(c.Lon)/cprScale
	lat = dLat * (math.Floor(0.5+refLat/dLat-y) + y)
	ni := Zones(lat)
	if c.Odd {
		ni--
	}
	dLon := circle / float64(max(ni, 1))
	lon = dLon * (math.Floor(0.5+refLon/dLon-x) + x)
	return lat, wrap180(lon)
}

// EncodeCPR encodes a position in degrees (DO-260B A.1.7.3).
func EncodeCPR(lat, lon float64, odd, surface bool) CPR {
	circle, zones := 360.0, float64(evenZones)
	if surface {
		circle = 90
	}
	if odd {
		zones = oddZones
	}
	dLat := circle / zones
	y := math.Floor(cprScale*mod(lat, dLat)/dLat + 0.5)
	rLat := dLat * (y/cprScale + math.Floor(lat/dLat))
	ni := Zones(rLat)
	if odd {
		ni--
	}
	dLon := circle / float64(max(ni, 1))
	x := math.Floor(cprScale*mod(lon, dLon)/dLon + 0.5)
	return CPR{uint32(y) & (cprScale - 1), uint32(x) & (cprScale - 1), odd}
}

// Distance returns the great-circle distance in metres between two places in degrees on a sphere of the mean radius.
func Distance(lat1, lon1, lat2, lon2 float64) float64 {
	const rad, radius = math.Pi / 180, 6371008.8
	sLat, sLon := math.Sin((lat2-lat1)*rad/2), math.Sin((lon2-lon1)*rad/2)
	h := sLat*sLat + math.Cos(lat1*rad)*math.Cos(lat2*rad)*sLon*sLon
	return 2 * radius * math.Asin(math.Sqrt(min(h, 1)))
}
