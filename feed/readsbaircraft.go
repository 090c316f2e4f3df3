package feed

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"entente"
	"entente/modes"
)

// readsbAircraft is what readsb's JSON says of one aircraft, by its own names.
type readsbAircraft struct {
	Now, Seen, SeenPos                         loose // seconds
	Hex, Flight, Type, Squawk, Category        words
	AltBaro, AltGeom, GS, Track, Rate, GeoRate loose
	Lat, Lon                                   loose
	NIC, NACp, NACv, SIL, SDA, Version         loose
	Emergency                                  words
	MLAT, TISB                                 tags
	Timestamp, T                               loose // of a trace, or of a line with a frame
	own                                        bool  // the object itself had a hex
	stale                                      bool  // a point of a trace whose position is old
}

// loose is a number, or a text that is one; anything else is not set. "ground" is told apart.
type loose struct {
	v      float64
	set    bool
	ground bool
}

// UnmarshalJSON reads what it can and never fails: one odd value must not cost the aircraft.
func (l *loose) UnmarshalJSON(b []byte) error {
	*l = loose{}
	s := strings.Trim(string(b), `"`)
	if s == "ground" {
		l.ground = true
	} else if v, err := strconv.ParseFloat(s, 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
		l.v, l.set = v, true
	}
	return nil
}

// words is a text; anything else is empty.
type words string

// UnmarshalJSON reads what it can and never fails.
func (w *words) UnmarshalJSON(b []byte) error {
	var s string
	if json.Unmarshal(b, &s) == nil {
		*w = words(s)
	}
	return nil
}

// tags are the names of values that came from elsewhere, ["lat","lon"].
type tags struct{ position bool }

// UnmarshalJSON reads what it can and never fails.
func (t *tags) UnmarshalJSON(b []byte) error {
	var list []string
	*t = tags{}
	if json.Unmarshal(b, &list) == nil {
		for _, s := range list {
			t.position = t.position || s == "lat"
		}
	}
	return nil
}

// member returns where a member of the object goes, nil for those that are of no use.
func (a *readsbAircraft) member(name string) any {
	switch name {
	case "hex", "icao", "frame", "rawmsg":
		if name != "icao" || a.Hex == "" {
			a.own = a.own || name != "icao"
			return &a.Hex
		}
		return nil
	case "flight":
		return &a.Flight
	case "type":
		return &a.Type
	case "squawk":
		return &a.Squawk
	case "category":
		return &a.Category
	case "emergency":
		return &a.Emergency
	case "mlat":
		return &a.MLAT
	case "tisb":
		return &a.TISB
	}
	if n := a.number(name); n != nil {
		return n
	}
	return nil
}

func (a *readsbAircraft) number(name string) *loose {
	switch name {
	case "now":
		return &a.Now
	case "seen":
		return &a.Seen
	case "seen_pos":
		return &a.SeenPos
	case "timestamp":
		return &a.Timestamp
	case "t", "time":
		return &a.T
	case "alt_baro", "altitude":
		return &a.AltBaro
	case "alt_geom":
		return &a.AltGeom
	case "gs", "speed":
		return &a.GS
	case "track":
		return &a.Track
	case "baro_rate", "vert_rate":
		return &a.Rate
	case "geom_rate":
		return &a.GeoRate
	case "lat":
		return &a.Lat
	case "lon":
		return &a.Lon
	case "nic":
		return &a.NIC
	case "nac_p":
		return &a.NACp
	case "nac_v":
		return &a.NACv
	case "sil":
		return &a.SIL
	case "sda":
		return &a.SDA
	case "version":
		return &a.Version
	}
	return nil
}

// history reads an aircraft of tar1090's chunks: hex, altitude, speed, track, lat, lon, age of the position, type, flight, messages.
func (a *readsbAircraft) history(raw []byte) bool {
	var c []json.RawMessage
	if json.Unmarshal(raw, &c) != nil || len(c) < 7 {
		return false
	}
	into := []any{&a.Hex, &a.AltBaro, &a.GS, &a.Track, &a.Lat, &a.Lon, &a.SeenPos, &a.Type, &a.Flight}
	for i := range min(len(c), len(into)) {
		if json.Unmarshal(c[i], into[i]) != nil {
			return false
		}
	}
	a.Seen, a.own = a.SeenPos, true
	return a.Hex != ""
}

// Flags of a point of a trace.
const (
	traceStale     = 1
	traceGeoRate   = 4
	traceGeoHeight = 8
)

// point reads a point of a trace: seconds after the timestamp, lat, lon, altitude, speed, track, flags, rate, and in newer files what
// else was known, the type of source, and the geometric altitude.
func (a *readsbAircraft) point(raw []byte) bool {
	var c []json.RawMessage
	if json.Unmarshal(raw, &c) != nil || len(c) < 6 {
		return false
	}
	var seconds, flags loose
	var spare json.RawMessage
	into := []any{&seconds, &a.Lat, &a.Lon, &a.AltBaro, &a.GS, &a.Track, &flags, &a.Rate, &spare, &a.Type, &a.AltGeom, &a.GeoRate}
	for i := range min(len(c), len(into)) {
		if json.Unmarshal(c[i], into[i]) != nil {
			return false
		}
	}
	if len(spare) > 0 && spare[0] == '{' {
		var more struct {
			Flight words `json:"flight"`
			Squawk words `json:"squawk"`
			NACp   loose `json:"nac_p"`
		}
		if json.Unmarshal(spare, &more) == nil {
			a.Flight, a.Squawk, a.NACp = more.Flight, more.Squawk, more.NACp
		}
	}
	bits := int(flags.v)
	if bits&traceGeoHeight != 0 {
		a.AltGeom, a.AltBaro = a.AltBaro, loose{ground: a.AltBaro.ground}
	}
	if bits&traceGeoRate != 0 {
		a.GeoRate, a.Rate = a.Rate, loose{}
	}
	a.stale = bits&traceStale != 0
	a.Now, a.own = loose{v: a.Timestamp.v + seconds.v, set: a.Timestamp.set && seconds.set}, true
	return a.Hex != "" && seconds.set
}

// frame returns the Mode S frame that a line of another decoder holds under hex, frame or rawmsg.
func (a *readsbAircraft) frame(f *modes.Frame) bool {
	return (len(a.Hex) == 14 || len(a.Hex) == 28) && modes.ParseAVR([]byte(a.Hex), f) == nil && f.Kind != modes.ModeAC
}

// when returns the time of the position, else of the last message; zero when there is none.
func (a *readsbAircraft) when() entente.Instant {
	now := a.Now
	if !now.set {
		if now = a.Timestamp; !now.set {
			now = a.T
		}
	}
	if !now.set || now.v < 0 || now.v > 9e9 {
		return 0
	}
	age := a.Seen.v
	if a.SeenPos.set && a.Lat.set {
		age = a.SeenPos.v
	}
	if age < 0 || age > 86400 {
		age = 0
	}
	return entente.FromSeconds(now.v) - entente.FromSeconds(age)
}

// readsbSources are the kinds of source that readsb tells, and what they are here.
var readsbSources = map[string]struct {
	origin modes.Origin
	kind   modes.AddressKind
}{
	"adsb_icao": {modes.Direct, modes.ICAO}, "adsb_icao_nt": {modes.Direct, modes.ICAO}, "adsr_icao": {modes.ADSR, modes.ICAO}, "tisb_icao": {modes.TISB, modes.ICAO},
	"adsc": {modes.Direct, modes.ICAO}, "mlat": {modes.MLAT, modes.ICAO}, "other": {modes.Direct, modes.ICAO}, "mode_s": {modes.Direct, modes.ICAO},
	"adsb_other": {modes.Direct, modes.NonICAO}, "adsr_other": {modes.ADSR, modes.NonICAO}, "tisb_other": {modes.TISB, modes.NonICAO},
	"tisb_trackfile": {modes.TISB, modes.TrackFile}, "tisb": {modes.TISB, modes.ICAO},
}

// message gives the aircraft the form of a message without a frame; false when its address or position cannot be.
func (a *readsbAircraft) message(m *modes.Message) bool {
	*m = modes.Message{Has: modes.HasAddress, Time: int64(a.when())}
	digits, other := strings.CutPrefix(string(a.Hex), "~")
	v, err := strconv.ParseUint(digits, 16, 24)
	if err != nil || len(digits) != 6 {
		return false
	}
	m.Address = uint32(v)
	s, known := readsbSources[string(a.Type)]
	switch m.Origin, m.Kind = s.origin, s.kind; {
	case a.MLAT.position:
		m.Origin = modes.MLAT
	case a.TISB.position && !known:
		m.Origin = modes.TISB
	}
	if other && m.Kind == modes.ICAO {
		m.Kind = modes.NonICAO
	}
	if a.Lat.set != a.Lon.set || math.Abs(a.Lat.v) > 90 || math.Abs(a.Lon.v) > 180 {
		return false
	}
	if a.Lat.set && !a.stale {
		m.Lat, m.Lon, m.Has = a.Lat.v, a.Lon.v, m.Has|modes.HasPosition
	}
	m.Surface = a.AltBaro.ground
	a.values(m)
	return true
}

func (a *readsbAircraft) values(m *modes.Message) {
	set := func(l loose, limit float64, has modes.Fields, to func(v float64)) {
		if l.set && math.Abs(l.v) <= limit {
			m.Has |= has
			to(l.v)
		}
	}
	set(a.AltBaro, 2e5, modes.HasAltitude, func(v float64) { m.Altitude = int32(math.Round(v)) })
	set(a.AltGeom, 2e5, modes.HasGeoAltitude, func(v float64) { m.GeoAltitude = int32(math.Round(v)) })
	set(a.GS, 5000, modes.HasGroundSpeed, func(v float64) { m.GroundSpeed = float32(v) })
	set(a.Track, 360, modes.HasTrack, func(v float64) { m.TrueTrack = float32(v) })
	set(a.GeoRate, 1e5, modes.HasVerticalRate, func(v float64) { m.VerticalRate = int32(v) })
	set(a.Rate, 1e5, modes.HasVerticalRate, func(v float64) { m.VerticalRate, m.BaroRateSource = int32(v), true })
	set(a.NACp, 11, modes.HasNACp, func(v float64) { m.NACp = uint8(v) })
	set(a.NACv, 4, modes.HasNACv, func(v float64) { m.NACv = uint8(v) })
	set(a.SIL, 3, modes.HasSIL, func(v float64) { m.SIL = uint8(v) })
	set(a.SDA, 3, modes.HasSDA, func(v float64) { m.SDA = uint8(v) })
	set(a.Version, 7, modes.HasVersion, func(v float64) { m.Version = uint8(v) })
	for _, negative := range []*uint8{&m.NACp, &m.NACv, &m.SIL, &m.SDA, &m.Version} {
		if *negative > 11 { // below zero
			*negative = 0
		}
	}
	if s, err := strconv.ParseUint(string(a.Squawk), 8, 12); err == nil && len(a.Squawk) == 4 {
		m.Squawk, m.Has = uint16(s), m.Has|modes.HasSquawk
	}
	if name := strings.TrimSpace(string(a.Flight)); name != "" && len(name) <= 8 {
		for i := range m.Ident {
			m.Ident[i] = ' '
		}
		for i := range len(name) {
			if c := name[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != ' ' && c != '-' {
				return
			}
			m.Ident[i] = name[i]
		}
		m.Has |= modes.HasCallsign
	}
}
