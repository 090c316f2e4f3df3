package feed

import (
	"errors"
	"fmt"

	"entente"
	"entente/modes"
)

// squitters takes Mode S messages of one source to their output, positions resolved where times are known.
type squitters struct {
	p      *printer
	sky    *modes.Receiver
	elm    *modes.ELMs
	filter *filtering
	m      modes.Message
	at     FramePlace
	now    stamp    // of the last frame with a time
	day    dayClock // of GPS stamps
	ticks  counter  // of a recording whose start is given

	received entente.Instant // of what is being read, in a capture
}

func newSquitters(p *printer) (*squitters, error) {
	filter, err := p.o.Filter.compile(p.o.Sensors)
	if err != nil {
		return nil, err
	}
	return &squitters{p: p, sky: p.sky(), elm: modes.NewELMs(0), filter: filter, at: FramePlace{File: p.name}, day: dayClock{date: p.o.Date}, ticks: counter{base: p.o.Date}}, nil
}

// frame takes one frame.
func (s *squitters) frame(f *modes.Frame, st stamp, offset int64) {
	p := s.p
	origin, marked := f.Marked()
	switch {
	case marked:
		st = s.now
	case st.t != 0:
		s.now = st
	}
	st.place(&s.at)
	s.at.Offset, s.at.Frame, s.at.Doubtful = offset, f, false
	p.turn(s.at.Dated, s.at.Time)
	if f.Kind == modes.ModeAC || f.Kind == modes.Status {
		s.other(f)
		return
	}
	if err := s.sky.Decode(&s.m, f.Bytes()); err != nil {
		p.refuse(offset, frameReason(err), fmt.Sprintf("%X: %v", f.Bytes(), err))
		return
	}
	if marked {
		s.m.Origin = origin
	}
	s.at.Form = formNames[s.m.DF&31]
	s.m.Time = st.t
	if p.isCopy(&s.m) {
		return
	}
	seen := false
	if st.t != 0 {
		jumps := s.sky.Counters.Jumps
		rep, placed := s.sky.Take(&s.m, st.t)
		s.at.Doubtful = placed && rep.Doubtful
		seen = s.sky.Accepted(&s.m, st.t)
		if s.sky.Counters.Jumps > jumps {
			p.o.Statistics.jump(&s.m)
		}
	}
	s.give(func() {
		p.buf = s.m.AppendJSON(p.buf)
		if st.t != 0 && s.m.Kind == modes.FromParity {
			p.buf = fmt.Appendf(p.buf[:len(p.buf)-1], `,"icao_seen_in_squitter":%t}`, seen)
		}
		if s.at.Doubtful {
			p.buf = append(p.buf[:len(p.buf)-1], `,"doubtful":true}`...)
		}
		if p.o.Text {
			p.buf = appendTexts(p.buf, &s.m)
		}
	}, seen || s.m.Kind != modes.FromParity)
	if seen && p.o.Frames == nil {
		s.segments(st.t)
	}
}

// formNames are the names of downlink formats.
var formNames = func() (names [32]string) {
	for i := range names {
		names[i] = fmt.Sprintf("DF%d", min(i, 24))
	}
	return names
}()

// give counts the message that is in s.m and, when the filter keeps it, writes it: to the sink, or what line leaves in the
// buffer. proven says that its address is the aircraft's.
func (s *squitters) give(line func(), proven bool) {
	p := s.p
	p.sum.Frames++
	p.o.Statistics.frame(&s.m, &s.at, proven)
	if !s.filter.keepsFrame(&s.m, &s.at) {
		p.sum.Filtered++
		return
	}
	s.write(&s.m, line)
}

func (s *squitters) write(m *modes.Message, line func()) {
	p := s.p
	switch {
	case p.o.Frames != nil:
		p.sunk(p.o.Frames.Frame(m, &s.at), s.at.Offset, s.at.Form)
	case p.o.Sink != nil:
		p.sunk(ErrOtherKind, s.at.Offset, s.at.Form)
	default:
		line()
		if p.o.KeepBytes {
			p.buf = s.appendPlace(p.buf)
		}
		p.line()
	}
}

// other takes a mode A/C reply or a receiver's status.
func (s *squitters) other(f *modes.Frame) {
	p := s.p
	s.at.Form = "mode A/C"
	if f.Kind == modes.Status {
		s.at.Form = "receiver status"
	}
	p.sum.Frames++
	p.o.Statistics.frame(nil, &s.at, false)
	if !s.filter.keepsFrame(nil, &s.at) {
		p.sum.Filtered++
		return
	}
	s.write(nil, func() {
		if f.Kind == modes.Status {
			p.buf = fmt.Appendf(p.buf, `{"hex":"%X","receiver_status":true}`, f.Data[:f.N])
			return
		}
		p.buf = s.appendModeAC(p.buf, [2]byte(f.Data[:2]))
	})
}

// appendModeAC writes a mode A/C reply: its code, the altitude that it may be instead, and the one aircraft that it fits, if any.
func (s *squitters) appendModeAC(dst []byte, b [2]byte) []byte {
	r := modes.ReadModeAC(b)
	if s.at.Counter != 0 {
		r = s.sky.TakeModeAC(b, s.at.Counter)
	}
	dst = fmt.Appendf(dst, `{"hex":"%X","mode_a":"%04o","spi":%t`, b, r.Code, r.SPI)
	if s.at.Counter != 0 {
		dst = fmt.Appendf(dst, `,"t":%d.%09d`, s.at.Counter/1e9, s.at.Counter%1e9)
	}
	if r.HasAltitude {
		dst = fmt.Appendf(dst, `,"mode_c_ft":%d`, r.Altitude)
	}
	if r.Fits != modes.FitsNone {
		dst = fmt.Appendf(dst, `,"fits":%q,"fits_icao":"%06X"`, [...]string{modes.FitsCode: "mode_a", modes.FitsAltitude: "mode_c", modes.FitsBoth: "both"}[r.Fits], r.Address)
	}
	if r.Ambiguous {
		dst = append(dst, `,"fits":"several"`...)
	}
	return append(dst, '}')
}

// appendPlace adds place, times and the receiver's own marks to the object that ends dst.
func (s *squitters) appendPlace(dst []byte) []byte {
	dst = dst[:len(dst)-1]
	if s.at.Dated {
		dst = appendTime(append(dst, `,"time":`...), s.at.Time)
	}
	if s.at.Received != 0 {
		dst = appendTime(append(dst, `,"received":`...), s.at.Received)
	}
	dst = fmt.Appendf(dst, `,"offset":%d`, s.at.Offset)
	if f := s.at.Frame; f != nil && f.HasStamp {
		dst = fmt.Appendf(dst, `,"stamp":"%012X","signal":%d`, f.Stamp, f.Signal)
	}
	return append(dst, '}')
}

// segments prints an extended length message when the frame completes one.
func (s *squitters) segments(t int64) {
	if e, ok := s.elm.Take(&s.m, t); ok && s.p.o.Sink == nil && s.filter.all {
		s.p.buf = fmt.Appendf(s.p.buf, `{"icao":"%06X","elm_segments":%d,"elm":"%X"}`, e.Address, e.Segments, e.Bytes())
		s.p.line()
	}
}

// ended tells the statistics what became of the source's positions.
func (s *squitters) ended() { s.p.o.Statistics.sky(&s.sky.Counters) }

// beastStamp reads the stamp of a Beast frame: of the GPS clock, or a counter.
func (s *squitters) beastStamp(f *modes.Frame, gps bool) stamp {
	if s.received != 0 {
		return stamp{t: int64(s.received), utc: true, received: s.received}
	}
	if !f.HasStamp {
		return stamp{}
	}
	if !gps {
		return s.counterStamp(f)
	}
	ns, ok := f.GPS()
	if _, marked := f.Marked(); !ok || marked {
		return stamp{}
	}
	t := s.day.absolute(float64(ns)/1e9, 0)
	return stamp{t: int64(max(t, 1)), utc: s.p.o.Date != 0, day: true}
}

// counterStamp reads the stamp of a 12 MHz counter, which tells UTC when the start of the recording is given.
func (s *squitters) counterStamp(f *modes.Frame) stamp {
	if s.received != 0 {
		return stamp{t: int64(s.received), utc: true, received: s.received}
	}
	if _, marked := f.Marked(); marked || !f.HasStamp {
		return stamp{}
	}
	if s.p.o.Date == 0 {
		return stamp{t: f.Ticks12()}
	}
	t, _ := s.ticks.at(f.Ticks12())
	return stamp{t: int64(t), utc: true}
}

// beast takes a Beast recording; times are those of the receiver's counter, or of the day when its stamps are GPS.
func (p *printer) beast(f *opened) error {
	s, err := newSquitters(p)
	if err != nil {
		return err
	}
	defer s.ended()
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
		if over, err := p.over(err); over {
			return err
		}
		s.frame(&fr, s.beastStamp(&fr, f.format == "beast-gps"), at)
	}
	return nil
}

// textLine takes lines of AVR, or of timestamped hex.
func (s *squitters) textLine(timestamped bool) func([]byte, int64) {
	var fr modes.Frame
	return func(b []byte, n int64) {
		var st stamp
		var err error
		if timestamped {
			var at entente.Instant
			at, err = hexLine(b, &fr)
			st = stamp{t: int64(at), utc: at > saneEpoch, received: s.received}
		} else if err = modes.ParseAVR(b, &fr); err == nil {
			st = s.counterStamp(&fr)
		}
		switch {
		case err == nil:
			s.frame(&fr, st, n)
		case n == 1 && timestamped && isHeader(b):
			s.p.pass("header")
		default:
			s.p.refuse(n, "line", fmt.Sprintf("%.60q: %v", b, err))
		}
	}
}

// saneEpoch is from when on seconds of a line are taken to be since 1970: 1990.
const saneEpoch = 7305 * 86400 * entente.Second

// isHeader says whether a line of commas names columns: it has letters beyond hex in its first cell and no digits first.
func isHeader(b []byte) bool {
	letters := 0
	for _, c := range b {
		switch {
		case c == ',':
			return letters > 0
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_':
			letters++
		case letters == 0 && c >= '0' && c <= '9':
			return false
		}
	}
	return false
}

// isCopy says whether another receiver's copy of the message came before; counted.
func (p *printer) isCopy(m *modes.Message) bool {
	if p.copies == nil || m.Time == 0 || !p.copies.Copy(m.Bytes(), m.Origin, m.Time) {
		return false
	}
	p.sum.Copies++
	p.o.Statistics.copy(p.name)
	return true
}

// sunk handles what a sink answered.
func (p *printer) sunk(err error, offset int64, what string) {
	switch {
	case err == nil:
		p.sum.Lines++
	case errors.Is(err, ErrOtherKind):
		p.refuse(offset, "other_kind", what+": "+err.Error())
	case p.err == nil:
		p.err = err
	}
}
