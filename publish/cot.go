package publish

import (
	"math"
	"strconv"

	"entente"
	"entente/geo"
)

const (
	// cotStale is how long an event is valid after the picture's time, seconds: three scans of a slow radar.
	cotStale = 36
	// cotUnknown is the format's number for "not known".
	cotUnknown = "9999999.0"
)

// cotAffiliation maps identities to the letter in an event's type. There is no "h": this system calls nobody hostile.
var cotAffiliation = [...]byte{
	0: 'p', entente.Pending: 'p', entente.AssumedFriend: 'a', entente.Friend: 'f', entente.Neutral: 'n', entente.Suspect: 's', entente.Unknown: 'u',
}

// AppendCoT appends one Cursor-on-Target event (XML, version 2.0; MITRE MP090284) and a line feed: an air track, civil
// fixed-wing where it has an ICAO address, fused by machine. Speeds are metres a second, heights metres above the ellipsoid.
func AppendCoT(dst []byte, e *entente.Entry, now entente.Instant) []byte {
	t := &e.Track
	if !placed(t) {
		return dst
	}
	dst = append(dst, `<event version="2.0" uid="`...)
	dst = appendUID(dst, e)
	dst = append(dst, `" type="a-`...)
	letter := byte('p')
	if int(e.Identification.Identity) < len(cotAffiliation) {
		letter = cotAffiliation[e.Identification.Identity]
	}
	dst = append(dst, letter)
	dst = append(dst, "-A"...)
	if t.Address.ICAO() {
		dst = append(dst, "-C-F"...)
	}
	dst = append(dst, `" how="m-f" time="`...)
	dst = appendZulu(dst, now)
	dst = appendZulu(append(dst, `" start="`...), t.Time)
	dst = appendZulu(append(dst, `" stale="`...), now.Add(cotStale))
	dst = appendFixed(append(dst, `"><point lat="`...), geo.ToDegrees(t.Lat), 6)
	dst = appendFixed(append(dst, `" lon="`...), geo.ToDegrees(geo.WrapLon(t.Lon)), 6)
	height, vertical := math.NaN(), math.NaN()
	if t.Is(entente.HasAltitude) {
		height, vertical = t.Height, math.Sqrt(max(0, t.Covariance.At(2, 2)))
	}
	dst = appendKnown(append(dst, `" hae="`...), height)
	dst = appendKnown(append(dst, `" ce="`...), sigma(t))
	dst = appendKnown(append(dst, `" le="`...), vertical)
	dst = append(dst, `"/><detail><contact callsign="`...)
	dst = appendXML(dst, cotName(e))
	speed, course := motion(t)
	dst = appendFixed(append(dst, `"/><track course="`...), course, 1)
	dst = appendFixed(append(dst, `" speed="`...), speed, 1)
	dst = append(dst, `"/><remarks>`...)
	dst = appendXML(dst, cotRemarks(e))
	return append(dst, "</remarks></detail></event>\n"...)
}

// appendUID appends the name of an aircraft that stays the same from picture to picture.
func appendUID(dst []byte, e *entente.Entry) []byte {
	if e.Track.Address.ICAO() {
		return append(append(dst, "ICAO-"...), e.Track.Address.String()...)
	}
	dst = append(dst, "ENTENTE-"...)
	dst = appendXML(dst, string(e.Track.Origin))
	return strconv.AppendUint(append(dst, '-'), uint64(e.Number), 10)
}

func cotName(e *entente.Entry) string {
	switch t := &e.Track; {
	case t.Callsign.String() != "":
		return t.Callsign.String()
	case t.Address != 0:
		return t.Address.String()
	}
	return "T" + strconv.FormatUint(uint64(e.Number), 10)
}

func cotRemarks(e *entente.Entry) string {
	t := &e.Track
	s := "track " + strconv.FormatUint(uint64(e.Number), 10) + ", " + t.State.String() + ", " + e.Identification.Identity.String()
	if t.Is(entente.HasModeA) {
		s += ", mode A " + t.ModeA.String()
	}
	if t.Is(entente.HasPressureAltitude) {
		s += ", " + string(appendFixed(nil, t.PressureAltitude, 0)) + " m (1013.25 hPa)"
	}
	for i := range e.Contributions {
		sep := ", "
		if i == 0 {
			sep = ", tracked by "
		}
		s += sep + string(e.Contributions[i].Member)
	}
	return s
}

// appendKnown appends a length in metres, or the format's number for none.
func appendKnown(dst []byte, v float64) []byte {
	if !(math.Abs(v) < 9e6) {
		return append(dst, cotUnknown...)
	}
	return appendFixed(dst, v, 1)
}

func appendZulu(dst []byte, t entente.Instant) []byte {
	return t.Time().AppendFormat(dst, "2006-01-02T15:04:05.000Z07:00")
}
