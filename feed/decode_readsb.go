package feed

import (
	"fmt"
	"math"
	"strconv"

	"entente"
	"entente/modes"
)

// readsb takes a file of readsb's JSON.
func (p *printer) readsb(f *opened) error {
	s, err := newSquitters(p)
	if err != nil {
		return err
	}
	defer s.ended()
	var fr modes.Frame
	return readReadsb(p.name, f.r, func(a *readsbAircraft, at int64) {
		if p.err != nil {
			return
		}
		t := a.when()
		st := stamp{t: int64(t), utc: t > saneEpoch}
		switch {
		case a.frame(&fr):
			s.frame(&fr, st, at)
			return
		case !a.message(&s.m):
			p.refuse(at, "aircraft", fmt.Sprintf("aircraft %.20q: its address or position cannot be", string(a.Hex)))
			return
		}
		st.place(&s.at)
		s.at.Offset, s.at.Frame, s.at.Form = at, nil, readsbForm(string(a.Type))
		p.turn(s.at.Dated, s.at.Time)
		s.give(func() { p.buf = appendReadsbJSON(p.buf, a, &s.m) }, true)
	}, func(at int64, text string) { p.refuse(at, "json", text) })
}

func readsbForm(kind string) string {
	if _, known := readsbSources[kind]; known {
		return kind
	}
	return "aircraft"
}

var kindNames = [...]string{modes.ICAO: "icao", modes.NonICAO: "non_icao", modes.TrackFile: "tis_b", modes.FromParity: "icao"}

// appendReadsbJSON writes the aircraft with the names of Mode S lines.
func appendReadsbJSON(dst []byte, a *readsbAircraft, m *modes.Message) []byte {
	dst = fmt.Appendf(dst, `{"icao":"%06X","address_kind":%q,"origin":%q`, m.Address, kindNames[m.Kind&3], originNames[m.Origin&3])
	if _, known := readsbSources[string(a.Type)]; known {
		dst = fmt.Appendf(dst, `,"type":%q`, string(a.Type))
	}
	if m.Time != 0 {
		dst = strconv.AppendFloat(append(dst, `,"t":`...), math.Round(float64(m.Time)/1e6)/1e3, 'f', -1, 64)
	}
	has := func(f modes.Fields, format string, v ...any) {
		if m.Has&f != 0 {
			dst = fmt.Appendf(dst, format, v...)
		}
	}
	has(modes.HasCallsign, `,"callsign":%q`, m.Callsign())
	has(modes.HasSquawk, `,"squawk":"%04o"`, m.Squawk)
	has(modes.HasAltitude, `,"altitude_ft":%d`, m.Altitude)
	has(modes.HasGeoAltitude, `,"geometric_altitude_ft":%d`, m.GeoAltitude)
	has(modes.HasPosition, `,"lat":%v,"lon":%v`, m.Lat, m.Lon)
	has(modes.HasGroundSpeed, `,"groundspeed_kt":%v`, m.GroundSpeed)
	has(modes.HasTrack, `,"track_deg":%v`, m.TrueTrack)
	has(modes.HasVerticalRate, `,"vertical_rate_fpm":%d`, m.VerticalRate)
	has(modes.HasVersion, `,"adsb_version":%d`, m.Version)
	has(modes.HasNACp, `,"nac_p":%d`, m.NACp)
	has(modes.HasNACv, `,"nac_v":%d`, m.NACv)
	has(modes.HasSIL, `,"sil":%d`, m.SIL)
	if m.Surface {
		dst = append(dst, `,"on_ground":true`...)
	}
	return append(dst, '}')
}

// readsbFeed turns aircraft of readsb's JSON into plots. A snapshot says each position again until the next one is heard: it
// counts once.
type readsbFeed struct {
	*skyFeed
	last map[uint32]lastPlace
	m    modes.Message
	f    modes.Frame
}

// oldPosition is the age from which on a position in a snapshot is not a measurement of now.
const oldPosition = 60

func (f *readsbFeed) aircraft(a *readsbAircraft) {
	t := a.when()
	f.tally.messages++
	switch {
	case t == 0:
		f.tally.refuse("no_time")
		return
	case a.frame(&f.f):
		f.message(f.f.Bytes(), t, 0, modes.Direct)
		return
	case !a.message(&f.m):
		f.tally.refuse("aircraft")
		return
	}
	f.tally.records++
	m := &f.m
	switch {
	case !m.Is(modes.HasPosition):
		return
	case m.Origin == modes.TISB:
		f.tally.refuse("tis_b")
		return
	case a.SeenPos.set && a.SeenPos.v > oldPosition:
		f.tally.refuse("position_old")
		return
	}
	key := m.Address | uint32(m.Kind)<<24
	if p, ok := f.last[key]; ok && p.lat == m.Lat && p.lon == m.Lon && math.Abs(float64(m.Time-p.t)) < 1.5e9 {
		f.tally.refuse("position_repeated")
		return
	}
	if len(f.last) >= maxPlaces {
		clear(f.last)
	}
	f.last[key] = lastPlace{m.Lat, m.Lon, m.Time}
	p := plotOf(reportOf(m))
	p.Sensor = f.sensor.ID
	f.emit(&p, f.sensor.Name)
}

// reportOf gives a message of values the form of a positioned report.
func reportOf(m *modes.Message) *modes.Report {
	r := &modes.Report{
		Time: m.Time, Address: m.Address, Kind: m.Kind, Origin: m.Origin, Surface: m.Surface, Lat: m.Lat, Lon: m.Lon, Altitude: m.Altitude,
		GeoAltitude: m.GeoAltitude, VerticalRate: m.VerticalRate, Squawk: m.Squawk, Ident: m.Ident, NACp: m.NACp, Version: m.Version,
	}
	r.Has = m.Has & (modes.HasAltitude | modes.HasGeoAltitude | modes.HasSquawk | modes.HasCallsign | modes.HasVerticalRate)
	if m.Is(modes.HasGroundSpeed) && m.Is(modes.HasTrack) {
		ve, vn := velocity(float64(m.GroundSpeed), float64(m.TrueTrack)*radian)
		r.VE, r.VN, r.Has = float32(ve), float32(vn), r.Has|modes.HasVelocity
	}
	if m.Is(modes.HasNACp) {
		r.Sigma = modes.NACpSigma(m.NACp)
	}
	return r
}

// readReadsbPlots reads a whole file into plots.
func readReadsbPlots(name string, file *opened, p *pipeline, sensor entente.Sensor, o Options) error {
	f := &readsbFeed{skyFeed: newSkyFeed(p, sensor, o.Date), last: map[uint32]lastPlace{}}
	return readReadsb(name, file.r, func(a *readsbAircraft, _ int64) { f.aircraft(a) }, func(_ int64, text string) {
		p.tally.refuse("json")
		p.tally.text = name + ": " + text
	})
}
