package feed

import (
	"fmt"

	"entente/modes"
)

// sbsLine takes a BaseStation line, with the names of Mode S lines.
func (s *squitters) sbsLine(b []byte, n int64) {
	p := s.p
	var l modes.SBS
	if err := modes.ParseSBS(b, &l); err != nil {
		if kind, ok := quietSBS(b); ok { // a line of another type carries no measurement
			p.pass(kind)
			return
		}
		p.refuse(n, "sbs_line", fmt.Sprintf("%.60q: %v", b, err))
		return
	}
	s.m = messageOfSBS(&l)
	stamp{t: l.Generated, utc: l.Generated != 0, received: s.received}.place(&s.at)
	s.at.Offset, s.at.Frame, s.at.Form = n, nil, sbsForms[l.Type%10]
	p.turn(s.at.Dated, s.at.Time)
	s.give(func() { p.buf = appendSBSJSON(p.buf, &l) }, true)
}

var sbsForms = [10]string{"MSG 0", "MSG 1", "MSG 2", "MSG 3", "MSG 4", "MSG 5", "MSG 6", "MSG 7", "MSG 8", "MSG 9"}

// quietSBS tells a sound line of a type that says nothing of an aircraft's state.
func quietSBS(b []byte) (kind string, ok bool) {
	for _, head := range []string{"SEL,", "AIR,", "STA,", "ID,", "CLK,"} {
		if len(b) > len(head) && string(b[:len(head)]) == head && isSBS(b) {
			return "sbs_" + head[:len(head)-1], true
		}
	}
	return "", false
}

// messageOfSBS gives a line's values the form of a message without a frame.
func messageOfSBS(l *modes.SBS) modes.Message {
	m := modes.Message{
		Has: l.Has | modes.HasAddress, Address: l.Address, Time: l.Generated, Ident: l.Ident, Altitude: l.Altitude, GroundSpeed: l.GroundSpeed,
		TrueTrack: l.Track, Lat: l.Lat, Lon: l.Lon, VerticalRate: l.Rate, Squawk: l.Squawk, Surface: l.OnGround == modes.On,
	}
	switch { // alert and SPI as the flight status of a reply tells them
	case l.Alert == modes.On && l.SPI == modes.On:
		m.FS = 4
	case l.SPI == modes.On:
		m.FS = 5
	case l.Alert == modes.On:
		m.FS = 2
	}
	if l.OnGround == modes.On {
		m.FS |= 1
	}
	return m
}

func appendSBSJSON(dst []byte, s *modes.SBS) []byte {
	dst = fmt.Appendf(dst, `{"msg":%d,"icao":"%06X"`, s.Type, s.Address)
	if s.Generated != 0 {
		dst = fmt.Appendf(dst, `,"t":%d.%03d`, s.Generated/1e9, s.Generated%1e9/1e6)
	}
	has := func(f modes.Fields, format string, v ...any) {
		if s.Has&f != 0 {
			dst = fmt.Appendf(dst, format, v...)
		}
	}
	has(modes.HasCallsign, `,"callsign":%q`, trimmed(s.Ident))
	has(modes.HasAltitude, `,"altitude_ft":%d`, s.Altitude)
	has(modes.HasGroundSpeed, `,"groundspeed_kt":%v`, s.GroundSpeed)
	has(modes.HasTrack, `,"track_deg":%v`, s.Track)
	has(modes.HasPosition, `,"lat":%v,"lon":%v`, s.Lat, s.Lon)
	has(modes.HasVerticalRate, `,"vertical_rate_fpm":%d`, s.Rate)
	has(modes.HasSquawk, `,"squawk":"%04o"`, s.Squawk)
	for _, flag := range [...]struct {
		name string
		is   modes.Tristate
	}{{"alert", s.Alert}, {"emergency", s.Emergency}, {"spi", s.SPI}, {"on_ground", s.OnGround}} {
		if flag.is != modes.Unknown {
			dst = fmt.Appendf(dst, `,%q:%t`, flag.name, flag.is == modes.On)
		}
	}
	return append(dst, '}')
}

func trimmed(ident [8]byte) string {
	m := modes.Message{Ident: ident}
	return m.Callsign()
}

// The texts of codes, for --text.
var (
	flightStatus = [8]string{"airborne", "on the ground", "airborne, alert", "on the ground, alert", "alert, SPI", "SPI", "", ""}
	capability   = [8]string{0: "level 1", 4: "level 2 or above, on the ground", 5: "level 2 or above, airborne",
		6: "level 2 or above", 7: "downlink request or alert"}
	emergencies = [8]string{"none", "general", "medical", "minimum fuel", "no communications", "unlawful interference", "downed", "reserved"}
	categories  = map[uint8]string{
		0xA1: "light", 0xA2: "small", 0xA3: "large", 0xA4: "high vortex large", 0xA5: "heavy", 0xA6: "high performance", 0xA7: "rotorcraft",
		0xB1: "glider", 0xB2: "lighter than air", 0xB3: "parachutist", 0xB4: "ultralight", 0xB6: "unmanned", 0xB7: "space",
		0xC1: "surface emergency vehicle", 0xC2: "surface service vehicle", 0xC3: "point obstacle", 0xC4: "cluster obstacle", 0xC5: "line obstacle",
	}
)

// appendTexts adds texts to the object that ends dst.
func appendTexts(dst []byte, m *modes.Message) []byte {
	dst = dst[:len(dst)-1]
	add := func(key, text string) {
		if text != "" {
			dst = fmt.Appendf(dst, `,%q:%q`, key, text)
		}
	}
	switch m.DF {
	case 4, 5, 20, 21:
		add("fs_text", flightStatus[m.FS&7])
	case 11, 17:
		add("ca_text", capability[m.Control&7])
	}
	if m.Is(modes.HasEmergency) {
		add("emergency_text", emergencies[m.Emergency&7])
	}
	if m.Squitter() {
		add("category_text", categories[m.Category])
	}
	return append(dst, '}')
}
