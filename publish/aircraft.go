package publish

import (
	"math"
	"strconv"

	"entente"
	"entente/geo"
)

const (
	feet  = 1 / 0.3048        // in a metre
	knots = 3600.0 / 1852     // in a metre a second
	fpm   = 60 / 0.3048       // feet a minute in a metre a second
	refms = 1000              // milliseconds between pictures unless a station says otherwise
	trust = 2.447746830680816 // radius of the 95 % circle in standard deviations per axis: √(−2 ln 0.05)
)

// AppendReceiver appends receiver.json as tar1090 reads it. There is no history, and no place when the station has none.
func AppendReceiver(dst []byte, s *Station, version string) []byte {
	refresh := s.Refresh
	if refresh <= 0 {
		refresh = refms
	}
	dst = append(dst, `{"version":`...)
	dst = appendText(dst, version)
	dst = strconv.AppendInt(append(dst, `,"refresh":`...), int64(refresh), 10)
	dst = append(dst, `,"history":0`...)
	if s.Lat != 0 || s.Lon != 0 {
		dst = appendFixed(append(dst, `,"lat":`...), geo.ToDegrees(s.Lat), 6)
		dst = appendFixed(append(dst, `,"lon":`...), geo.ToDegrees(s.Lon), 6)
	}
	return append(dst, '}', '\n')
}

// AppendAircraft appends aircraft.json as tar1090 and readsb's users read it (readsb, README-json.md): one object per
// entry that pictures show; keys that are not known are absent. messages is the count of messages since the start, which
// together with now must advance. A track without address has hex "~" and its number, and type tisb_trackfile.
func AppendAircraft(dst []byte, entries []entente.Entry, now entente.Instant, messages uint64) []byte {
	dst = appendSeconds(append(dst, `{"now":`...), now)
	dst = strconv.AppendUint(append(dst, `,"messages":`...), messages, 10)
	dst = append(dst, `,"aircraft":[`...)
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
		dst = appendAircraft(append(dst, '\n'), e, now)
	}
	return append(dst, "\n]}\n"...)
}

// placed says whether a track's position can be written at all.
func placed(t *entente.Track) bool {
	return math.Abs(t.Lat) <= math.Pi/2 && math.Abs(t.Lon) <= 2*math.Pi
}

func appendAircraft(dst []byte, e *entente.Entry, now entente.Instant) []byte {
	t := &e.Track
	dst = append(dst, `{"hex":"`...)
	kind := "other"
	switch {
	case t.Address.ICAO():
		dst = appendHex(dst, uint32(t.Address))
	case t.Address != 0:
		kind = "tisb_other"
		dst = appendHex(append(dst, '~'), uint32(t.Address))
	default:
		kind = "tisb_trackfile"
		dst = appendHex(append(dst, '~'), e.Number)
	}
	dst = append(append(append(dst, `","type":"`...), kind...), '"')
	if t.Callsign != (entente.Callsign{}) {
		dst = appendText(append(dst, `,"flight":`...), padded(t.Callsign))
	}
	dst = appendHeights(dst, t)
	speed, course := motion(t)
	dst = appendFixed(append(dst, `,"gs":`...), speed*knots, 1)
	if speed > 0 {
		dst = appendFixed(append(dst, `,"track":`...), course, 2)
	}
	if t.Is(entente.HasModeA) {
		dst = append(dst, `,"squawk":"`...)
		dst = append(appendOctal(dst, t.ModeA), `","emergency":"`...)
		dst = append(append(dst, emergency(t.ModeA)...), '"')
	}
	dst = appendFixed(append(dst, `,"lat":`...), geo.ToDegrees(t.Lat), 6)
	dst = appendFixed(append(dst, `,"lon":`...), geo.ToDegrees(geo.WrapLon(t.Lon)), 6)
	if r := accuracy(t); r < 1e6 {
		dst = appendFixed(append(dst, `,"rc":`...), math.Ceil(r), 0)
	}
	if t.Is(entente.HasSPI) {
		dst = append(dst, `,"spi":1`...)
	}
	age := max(0, now.Sub(t.Updated))
	dst = appendFixed(append(dst, `,"seen_pos":`...), age, 1)
	dst = appendFixed(append(dst, `,"seen":`...), age, 1)
	dst = strconv.AppendUint(append(dst, `,"messages":`...), uint64(t.Plots), 10)
	if kind == "tisb_trackfile" {
		return append(dst, `,"mlat":[],"tisb":["lat","lon","gs","track"]}`...)
	}
	return append(dst, `,"mlat":[],"tisb":[]}`...)
}

func appendHeights(dst []byte, t *entente.Track) []byte {
	rate := `,"geom_rate":`
	switch {
	case t.Is(entente.HasSurface):
		dst = append(dst, `,"alt_baro":"ground"`...)
	case t.Is(entente.HasPressureAltitude):
		dst = appendStep(dst, `,"alt_baro":`, t.PressureAltitude*feet, 25)
		rate = `,"baro_rate":`
	}
	if t.Is(entente.HasAltitude) {
		dst = appendStep(dst, `,"alt_geom":`, t.Height*feet, 25)
	}
	if t.Has&(entente.HasPressureAltitude|entente.HasAltitude) != 0 && !t.Is(entente.HasSurface) {
		dst = appendStep(dst, rate, t.VU*fpm, 64)
	}
	return dst
}

// appendStep appends a key and a value rounded to a step, neither when the value is no sensible number.
func appendStep(dst []byte, key string, v, step float64) []byte {
	if !(math.Abs(v) < 1e7) {
		return dst
	}
	return appendFixed(append(dst, key...), math.Round(v/step)*step, 0)
}

// emergency names a code as readsb does.
func emergency(a entente.ModeA) string {
	switch a {
	case entente.Emergency:
		return "general"
	case entente.RadioFailure:
		return "nordo"
	case entente.Hijack:
		return "unlawful"
	}
	return "none"
}

// motion returns the ground speed in metres a second and the course in degrees from true north.
func motion(t *entente.Track) (speed, course float64) {
	speed = math.Hypot(t.VE, t.VN)
	if !(speed < 1e5) {
		return 0, 0
	}
	return speed, geo.ToDegrees(geo.WrapAzimuth(math.Atan2(t.VE, t.VN)))
}

// accuracy returns the radius in metres within which the aircraft is with 95 %.
func accuracy(t *entente.Track) float64 { return trust * sigma(t) }

// sigma returns the horizontal standard deviation per axis in metres, infinite when the covariance is none.
func sigma(t *entente.Track) float64 {
	v := (t.Covariance[0] + t.Covariance[6]) / 2
	if !(v >= 0) {
		return math.Inf(1)
	}
	return math.Sqrt(v)
}

// padded returns a callsign with its spaces, as the flight key has it.
func padded(c entente.Callsign) string {
	for i := range c {
		if c[i] == 0 {
			c[i] = ' '
		}
	}
	return string(c[:])
}

func appendHex(dst []byte, v uint32) []byte {
	const digits = "0123456789abcdef"
	for shift := 20; shift >= 0; shift -= 4 {
		dst = append(dst, digits[v>>shift&15])
	}
	return dst
}

func appendOctal(dst []byte, a entente.ModeA) []byte {
	return append(dst, '0'+byte(a>>9&7), '0'+byte(a>>6&7), '0'+byte(a>>3&7), '0'+byte(a&7))
}
