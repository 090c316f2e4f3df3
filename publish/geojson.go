package publish

import (
	"math"
	"strconv"

	"entente"
	"entente/geo"
)

// AppendGeoJSON appends the entries that pictures show as a GeoJSON FeatureCollection of points (RFC 7946): feature id and
// properties in the words and units of this system, and coordinates in degrees and metres.
func AppendGeoJSON(dst []byte, entries []entente.Entry, now entente.Instant) []byte {
	dst = append(dst, `{"type":"FeatureCollection","time":`...)
	dst = appendText(dst, now.String())
	dst = append(dst, `,"features":[`...)
	first := true
	for i := range entries {
		e := &entries[i]
		if !shown(e) || !placed(&e.Track) {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendFeature(append(dst, '\n'), e)
	}
	return append(dst, "\n]}\n"...)
}

func appendFeature(dst []byte, e *entente.Entry) []byte {
	t := &e.Track
	dst = strconv.AppendUint(append(dst, `{"type":"Feature","id":`...), uint64(e.Number), 10)
	dst = appendFixed(append(dst, `,"geometry":{"type":"Point","coordinates":[`...), geo.ToDegrees(geo.WrapLon(t.Lon)), 6)
	dst = appendFixed(append(dst, ','), geo.ToDegrees(t.Lat), 6)
	if t.Is(entente.HasAltitude) && math.Abs(t.Height) < 1e9 {
		dst = appendFixed(append(dst, ','), t.Height, 1)
	}
	dst = append(dst, `]},"properties":{`...)
	text := func(key, value string) {
		if value != "" {
			dst = appendText(append(dst, key...), value)
			dst = append(dst, ',')
		}
	}
	number := func(key string, value float64, decimals int) {
		if math.Abs(value) < 1e12 {
			dst = appendFixed(append(dst, key...), value, decimals)
			dst = append(dst, ',')
		}
	}
	text(`"time":`, t.Time.String())
	text(`"state":`, t.State.String())
	text(`"identity":`, e.Identification.Identity.String())
	text(`"criterion":`, e.Identification.Criterion)
	text(`"callsign":`, t.Callsign.String())
	text(`"address":`, t.Address.String())
	if t.Is(entente.HasModeA) {
		text(`"mode_a":`, t.ModeA.String())
	}
	text(`"origin":`, string(t.Origin))
	text(`"conflict":`, e.Conflict)
	if t.Is(entente.HasPressureAltitude) {
		number(`"pressure_altitude":`, t.PressureAltitude, 1)
	}
	speed, course := motion(t)
	number(`"speed":`, speed, 1)
	number(`"course":`, course, 1)
	number(`"climb":`, t.VU, 1)
	number(`"accuracy":`, accuracy(t), 0)
	dst = append(dst, `"members":[`...)
	for i := range e.Contributions {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendText(dst, string(e.Contributions[i].Member))
	}
	return append(dst, "]}}"...)
}
