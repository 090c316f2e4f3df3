package feed

import (
	"fmt"
	"io"

	"entente/modes"
)

// FrameRelay writes Mode S messages on: as Beast or AVR the frames unchanged, with the stamp and signal that they came with, or as
// BaseStation lines. A source without stamps gets zero ones in Beast, which readers take for "no time".
type FrameRelay struct {
	w      io.Writer
	form   string
	buf    []byte
	frame  modes.Frame
	Frames int64 // written
	Silent int64 // messages that have no line in BaseStation
}

// NewFrameRelay writes to w, which it does not close, in the form beast, avr or sbs.
func NewFrameRelay(w io.Writer, form string) *FrameRelay { return &FrameRelay{w: w, form: form} }

// Frame writes one message.
func (l *FrameRelay) Frame(m *modes.Message, at *FramePlace) error {
	l.buf = l.buf[:0]
	switch {
	case l.form == "sbs":
		line := sbsOf(m, at)
		if line.Type == 0 {
			l.Silent++
			return nil
		}
		l.buf = modes.AppendSBS(l.buf, &line)
	case at.Frame == nil:
		return ErrOtherKind // a line of values has no frame
	case l.form == "avr":
		l.buf = modes.AppendAVR(l.buf, at.Frame)
		if n := len(l.buf); n > 0 && l.buf[n-1] != '\n' {
			l.buf = append(l.buf, '\n')
		}
	default:
		l.frame = *at.Frame
		if _, marked := l.frame.Marked(); !l.frame.HasStamp && !marked && at.Counter > 0 { // a time of another kind becomes a counter's
			l.frame.Stamp, l.frame.HasStamp = uint64(at.Counter)/1000*12&(1<<48-1), true
		}
		l.buf = modes.AppendBeast(l.buf, &l.frame)
	}
	l.Frames++
	if _, err := l.w.Write(l.buf); err != nil {
		return fmt.Errorf("relaying Mode S: %w", err)
	}
	return nil
}

// sbsOf says in a BaseStation line what a message says; Type is 0 when there is no such line.
func sbsOf(m *modes.Message, at *FramePlace) (s modes.SBS) {
	if m == nil || !m.Is(modes.HasAddress) {
		return s
	}
	s = modes.SBS{Type: sbsType(m), Address: m.Address, Ident: m.Ident, Altitude: m.Altitude, Rate: m.VerticalRate, Squawk: m.Squawk, Lat: m.Lat, Lon: m.Lon}
	if at.Dated {
		s.Generated = int64(at.Time)
		s.Logged = s.Generated
	}
	if at.Received != 0 {
		s.Logged = int64(at.Received)
	}
	s.Has = m.Has & (modes.HasCallsign | modes.HasAltitude | modes.HasPosition | modes.HasVerticalRate | modes.HasSquawk)
	if kt, ok := speedOf(m); ok {
		s.GroundSpeed, s.Has = float32(kt), s.Has|modes.HasGroundSpeed
	}
	if deg, ok := trackOf(m); ok {
		s.Track, s.Has = float32(deg), s.Has|modes.HasTrack
	}
	if ground, known := onGround(m); known {
		s.OnGround = tristate(ground)
	}
	if m.N == 0 || m.DF == 4 || m.DF == 5 || m.DF == 20 || m.DF == 21 {
		s.Alert, s.SPI = tristate(m.FS >= 2 && m.FS <= 4), tristate(m.FS == 4 || m.FS == 5)
	}
	if s.Has&modes.HasSquawk != 0 {
		s.Emergency = tristate(m.Squawk == 0o7500 || m.Squawk == 0o7600 || m.Squawk == 0o7700)
	}
	return s
}

func tristate(on bool) modes.Tristate {
	if on {
		return modes.On
	}
	return modes.Off
}

// sbsType returns the transmission type of BaseStation for a message.
func sbsType(m *modes.Message) uint8 {
	switch {
	case m.N == 0 && m.Is(modes.HasPosition):
		return 3
	case m.N == 0 && (m.Is(modes.HasGroundSpeed) || m.Is(modes.HasVerticalRate)):
		return 4
	case m.N == 0 && m.Is(modes.HasCallsign):
		return 1
	case m.N == 0 && m.Is(modes.HasSquawk):
		return 6
	case m.N == 0:
		return 8
	case m.Squitter() && m.DF != 11:
		return sbsSquitter(m)
	}
	return map[uint8]uint8{0: 7, 4: 5, 5: 6, 11: 8, 16: 7, 20: 5, 21: 6}[m.DF]
}

func sbsSquitter(m *modes.Message) uint8 {
	switch tc := m.TC; {
	case tc >= 1 && tc <= 4:
		return 1
	case tc >= 5 && tc <= 8:
		return 2
	case tc >= 9 && tc <= 18, tc >= 20 && tc <= 22:
		return 3
	case tc == 19:
		return 4
	}
	return 0
}
