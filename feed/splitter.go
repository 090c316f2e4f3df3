package feed

import (
	"bytes"
	"encoding/binary"

	"entente/asterix"
	"entente/modes"
)

// splitter cuts a stream of octets into what its format consists of: runs of ASTERIX blocks, Beast frames, or lines. The format
// is told by trial when none is given. What it keeps is bounded by one block or line, before the format is known by 32 KiB.
type splitter struct {
	format string // empty until it is known; "none" when it is nothing we read
	buf    []byte
	end    int64 // offset behind the octets in buf
	anew   bool  // the next octets may be from within a block
	parts  splitterParts
	frame  modes.Frame
}

// splitterParts take what was cut out; at is the offset of its first octet.
type splitterParts struct {
	format func(name string)
	run    func(blocks []byte, at int64)
	frame  func(f *modes.Frame, at int64)
	line   func(line []byte, at int64)
	refuse refuser
}

const (
	tellFrom  = 1 << 11 // octets from which on a format is told
	surelyNot = 0.8     // confidence below which a stream is not read
)

// push takes the next octets, the first of which is at an offset.
func (s *splitter) push(data []byte, at int64) {
	s.buf = append(s.buf, data...)
	s.end = at + int64(len(data))
	if s.format == "" && !s.tell(len(s.buf) >= sniff) {
		return
	}
	s.cut()
}

// lost reads what is whole and drops the rest, as octets are missing behind it.
func (s *splitter) lost(at int64) {
	if s.format == "" && s.told() {
		s.cut()
	}
	if s.format != "" && s.format != "none" && len(s.buf) > 0 {
		s.parts.refuse(at, "tcp_gap", int64(len(s.buf)))
	}
	s.buf, s.anew = s.buf[:0], true
}

// close tells the format of a short stream and gives what is left.
func (s *splitter) close() {
	if s.format == "" && len(s.buf) > 0 && s.tell(true) {
		s.cut()
	}
	if len(s.buf) > 0 && s.parts.line != nil && (s.format == "avr" || s.format == "sbs" || s.format == "hexcsv") {
		s.parts.line(s.buf, s.end-int64(len(s.buf)))
		s.buf = s.buf[:0]
	}
}

// tell finds the format by trial; finally says that no more octets will be waited for.
func (s *splitter) tell(finally bool) bool {
	switch {
	case len(s.buf) < tellFrom && !finally:
		return false
	case s.told():
		return true
	case finally:
		s.format = "none"
		if s.parts.format != nil {
			s.parts.format(s.format)
		}
		return true
	}
	return false
}

// told says whether the octets so far tell the format; a stream that begins within a block is one of blocks from the next on.
func (s *splitter) told() bool {
	format, confidence := Detect(s.buf)
	if format == "asterix" {
		s.anew = asterix.Resync(s.buf) > 0 && blockLength(s.buf) == 0
		confidence = max(confidence, surelyNot)
	}
	switch format {
	case "asterix", "oradis", "beast", "beast-gps", "avr", "sbs", "hexcsv":
	default:
		return false
	}
	if confidence < surelyNot {
		return false
	}
	if s.format = format; s.parts.format != nil {
		s.parts.format(format)
	}
	return true
}

// sound says whether whole blocks decode without an error: a text may look like block headers by chance.
func sound(b []byte) bool {
	n, _ := wholeBlocks(b)
	d := asterix.NewDecoder()
	for d.Reset(b[:n]); d.Next(); {
		continue
	}
	k := d.Stats()
	return k.Blocks > 2 && k.Errors+k.Notes+k.Unknown == 0
}

// cut gives all whole parts and keeps the rest.
func (s *splitter) cut() {
	n := 0
	switch s.format {
	case "none":
		n = len(s.buf)
	case "asterix":
		n = s.blocks()
	case "oradis":
		n = s.runs()
	case "beast", "beast-gps":
		n = s.frames()
	default:
		n = s.lines()
	}
	s.buf = s.buf[:copy(s.buf, s.buf[n:])]
}

func (s *splitter) offset(i int) int64 { return s.end - int64(len(s.buf)-i) }

// blocks gives whole blocks as one run; a header that cannot be is passed over to the next that can.
func (s *splitter) blocks() int {
	at := 0
	if s.anew {
		at, s.anew = asterix.Resync(s.buf), false
	}
	from := at
	give := func() {
		if at > from {
			s.parts.run(s.buf[from:at], s.offset(from))
		}
	}
	for len(s.buf)-at >= 3 {
		n := int(binary.BigEndian.Uint16(s.buf[at+1:]))
		if s.buf[at] == 0 || n <= 3 || n > len(s.buf)-at && !asterix.Defined(s.buf[at]) {
			give()
			skip := 1 + asterix.Resync(s.buf[at+1:])
			s.parts.refuse(s.offset(at), "block_header", int64(skip))
			at += skip
			from = at
			continue
		}
		if n > len(s.buf)-at {
			break
		}
		at += n
	}
	give()
	return at
}

// runs gives what ORADIS headers hold.
func (s *splitter) runs() int {
	at := 0
	for len(s.buf)-at >= oradisHeader {
		n := int(binary.BigEndian.Uint16(s.buf[at:]))
		if n < oradisHeader+3 {
			s.parts.refuse(s.offset(at), "block_header", 1)
			at++
			continue
		}
		if n > len(s.buf)-at {
			break
		}
		s.parts.run(s.buf[at+oradisHeader:at+n], s.offset(at+oradisHeader))
		at += n
	}
	return at
}

func (s *splitter) frames() int {
	at := 0
	for at < len(s.buf) {
		n, err := modes.ParseBeast(s.buf[at:], &s.frame)
		if n == 0 {
			break
		}
		if err != nil {
			s.parts.refuse(s.offset(at), "beast_resync", int64(n))
		} else {
			s.parts.frame(&s.frame, s.offset(at))
		}
		at += n
	}
	return at
}

func (s *splitter) lines() int {
	at := 0
	for {
		n := bytes.IndexByte(s.buf[at:], '\n')
		if n < 0 {
			if len(s.buf)-at > linesMaximum {
				s.parts.refuse(s.offset(at), "line_too_long", int64(len(s.buf)-at))
				at = len(s.buf)
			}
			return at
		}
		if line := bytes.TrimSpace(s.buf[at : at+n]); len(line) > 0 {
			s.parts.line(line, s.offset(at))
		}
		at += n + 1
	}
}
