package feed

import (
	"errors"
	"fmt"
	"io"

	"entente/modes"
)

// squitters prints Mode S frames, positions resolved where times are known.
type squitters struct {
	p   *printer
	sky *modes.Receiver
	elm *modes.ELMs
	m   modes.Message
	now int64 // nanoseconds of the last frame with a time
}

func newSquitters(p *printer) *squitters {
	return &squitters{p: p, sky: p.o.sky(), elm: modes.NewELMs(0)}
}

// frame prints one frame; t is nanoseconds by the source's own clock, zero when not known.
func (s *squitters) frame(f *modes.Frame, t, offset int64) {
	p := s.p
	origin, marked := f.Marked()
	if t != 0 && !marked {
		s.now = t
	}
	switch f.Kind {
	case modes.ModeAC:
		code, spi := modes.ModeAOfReply([2]byte(f.Data[:2]))
		p.buf = fmt.Appendf(p.buf, `{"hex":"%X","mode_a":"%04o","spi":%t}`, f.Data[:2], code, spi)
		p.line()
		return
	case modes.Status:
		p.buf = fmt.Appendf(p.buf, `{"hex":"%X","receiver_status":true}`, f.Data[:f.N])
		p.line()
		return
	}
	if err := modes.Decode(&s.m, f.Bytes()); err != nil {
		p.refuse(offset, frameReason(err), fmt.Sprintf("%X: %v", f.Bytes(), err))
		return
	}
	if marked {
		s.m.Origin, t = origin, s.now
	}
	seen := false
	if s.m.Time = t; t != 0 {
		s.sky.Take(&s.m, t)
		seen = s.sky.Accepted(&s.m, t)
	}
	p.buf = s.m.AppendJSON(p.buf)
	if t != 0 && s.m.Kind == modes.FromParity {
		p.buf = fmt.Appendf(p.buf[:len(p.buf)-1], `,"icao_seen_in_squitter":%t}`, seen)
	}
	if p.o.Text {
		p.buf = appendTexts(p.buf, &s.m)
	}
	p.line()
	if seen {
		s.segments(t)
	}
}

// segments prints an extended length message when the frame completes one.
func (s *squitters) segments(t int64) {
	if e, ok := s.elm.Take(&s.m, t); ok {
		s.p.buf = fmt.Appendf(s.p.buf, `{"icao":"%06X","elm_segments":%d,"elm":"%X"}`, e.Address, e.Segments, e.Bytes())
		s.p.line()
	}
}

// beast prints a Beast recording; times are those of the receiver's counter, or of the day when its stamps are GPS.
func (p *printer) beast(f *opened) error {
	s := newSquitters(p)
	b := modes.NewBeastReader(f.r)
	var fr modes.Frame
	var skipped int64
	for p.err == nil {
		at := b.Offset()
		err := b.Next(&fr)
		if b.Skipped > skipped {
			p.bad(at, "beast_resync", b.Skipped-skipped)
			skipped = b.Skipped
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", p.name, err)
		}
		t := fr.Ticks12()
		if f.format == "beast-gps" {
			var ok bool
			if t, ok = fr.GPS(); !ok {
				t = 0
			}
		}
		s.frame(&fr, t, at)
	}
	return nil
}

// textLine prints lines of AVR, or of timestamped hex.
func (s *squitters) textLine(timestamped bool) func([]byte, int64) {
	var fr modes.Frame
	return func(b []byte, n int64) {
		var t int64
		var err error
		if timestamped {
			var at, terr = hexLine(b, &fr)
			t, err = int64(at), terr
		} else if err = modes.ParseAVR(b, &fr); err == nil && fr.HasStamp {
			t = fr.Ticks12()
		}
		if err != nil {
			s.p.refuse(n, "line", fmt.Sprintf("%.60q: %v", b, err))
			return
		}
		s.frame(&fr, t, n)
	}
}

// sbsLine prints a BaseStation line with the names of Mode S lines.
func (p *printer) sbsLine(b []byte, n int64) {
	var s modes.SBS
	if err := modes.ParseSBS(b, &s); err != nil {
		p.refuse(n, "sbs_line", fmt.Sprintf("%.60q: %v", b, err))
		return
	}
	p.buf = fmt.Appendf(p.buf, `{"msg":%d,"icao":"%06X"`, s.Type, s.Address)
	if s.Generated != 0 {
		p.buf = fmt.Appendf(p.buf, `,"t":%d.%03d`, s.Generated/1e9, s.Generated%1e9/1e6)
	}
	has := func(f modes.Fields, format string, v ...any) {
		if s.Has&f != 0 {
			p.buf = fmt.Appendf(p.buf, format, v...)
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
			p.buf = fmt.Appendf(p.buf, `,%q:%t`, flag.name, flag.is == modes.On)
		}
	}
	p.buf = append(p.buf, '}')
	p.line()
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
