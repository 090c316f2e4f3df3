package feed

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"math/bits"

	"entente/asterix"
)

// An HDLC capture of a serial line holds frames of address, control (01 03 for unnumbered information), blocks and a frame
// check sequence, CRC-16/X.25. Two kinds are read: frames octet by octet without anything between, as recorders behind a
// serial controller write; and the bits of the line, with flags 01111110 between frames and a 0 stuffed after five 1s,
// whatever the octets they begin at, least bit first or most.
const (
	hdlcHead    = 2
	hdlcCheck   = 2
	hdlcMaximum = 1 << 11 // octets of a frame; more is noise
	hdlcStart   = 0xFFFF
	hdlcGood    = 0xF0B8 // remainder over a good frame with its check
)

// hdlcTable is the CRC of each octet, polynomial x^16 + x^12 + x^5 + 1, reflected.
var hdlcTable = func() (t [256]uint16) {
	for i := range t {
		c := uint16(i)
		for range 8 {
			if c&1 != 0 {
				c = c>>1 ^ 0x8408
			} else {
				c >>= 1
			}
		}
		t[i] = c
	}
	return t
}()

func hdlcSum(c uint16, b []byte) uint16 {
	for _, v := range b {
		c = c>>8 ^ hdlcTable[byte(c)^v]
	}
	return c
}

// hdlcOctets returns the length of the frame of the first kind at the start of b, zero when none stands there.
func hdlcOctets(b []byte) int {
	if len(b) < hdlcHead+3+hdlcCheck || b[0] != 1 || b[1] != 3 {
		return 0
	}
	sum := hdlcSum(hdlcStart, b[:hdlcHead])
	for n := hdlcHead; n <= hdlcMaximum; {
		_, k, err := asterix.NextBlock(b[n:])
		if err != nil || n+k+hdlcCheck > len(b) || n+k > hdlcMaximum {
			return 0
		}
		sum = hdlcSum(sum, b[n:n+k])
		if n += k; hdlcSum(sum, b[n:n+hdlcCheck]) == hdlcGood {
			return n + hdlcCheck
		}
	}
	return 0
}

// hdlc reads either kind.
type hdlc struct {
	r      *bufio.Reader
	refuse refuser
	offset int64
	line   *hdlcLine // nil: octets
}

func newHDLC(r io.Reader, refuse refuser) *hdlc {
	c := &hdlc{r: bufio.NewReaderSize(r, window), refuse: refuse}
	head, _ := c.r.Peek(sniff) // an error comes again when it is read
	if share, mostFirst := hdlcBits(head); share > tryHDLCOctets(head) {
		c.line = &hdlcLine{mostFirst: mostFirst}
	}
	return c
}

func (c *hdlc) next(p *packet) error {
	if c.line != nil {
		return c.nextBits(p)
	}
	for {
		head, err := c.r.Peek(window)
		if len(head) == 0 {
			return endOf(err)
		}
		n := hdlcOctets(head)
		if n == 0 {
			skip := 1
			for skip < len(head) && hdlcOctets(head[skip:]) == 0 {
				skip++
			}
			c.refuse(c.offset, "frame_check", int64(skip))
			c.discard(skip)
			continue
		}
		*p = packet{data: head[hdlcHead : n-hdlcCheck], offset: c.offset + hdlcHead}
		c.discard(n)
		return nil
	}
}

func (c *hdlc) discard(n int) {
	k, _ := c.r.Discard(n) // n octets were peeked: they are there
	c.offset += int64(k)
}

func (c *hdlc) nextBits(p *packet) error {
	for {
		b, err := c.r.ReadByte()
		if err != nil {
			if n := c.line.rest(); errors.Is(err, io.EOF) && n > 0 {
				c.refuse(c.offset, "cut", int64(n))
			}
			return err
		}
		c.offset++
		frame, damaged := c.line.octet(b)
		if damaged > 0 {
			c.refuse(c.offset, "frame_check", int64(damaged))
		}
		if frame != nil { // its place in the file is not on an octet: where it ends
			*p = packet{data: frame[hdlcHead : len(frame)-hdlcCheck], offset: max(c.offset-int64(len(frame)), 0)}
			return nil
		}
	}
}

// hdlcLine takes the bits of a line apart. At most one frame ends in an octet, as a flag has eight bits.
type hdlcLine struct {
	mostFirst bool
	last      byte // the last eight bits, the newest highest
	ones      int  // in a row
	bits      int  // unstuffed since the last flag
	synced    bool
	frame     []byte
	done      []byte
}

func (l *hdlcLine) octet(b byte) (frame []byte, damaged int) {
	if l.mostFirst {
		b = bits.Reverse8(b)
	}
	for i := range 8 {
		f, d := l.bit(b >> i & 1)
		if f != nil {
			frame = f
		}
		damaged += d
	}
	return frame, damaged
}

// bit takes the next bit and returns the frame that it ends, or how many octets were no good frame.
func (l *hdlcLine) bit(b byte) (frame []byte, damaged int) {
	l.last = l.last>>1 | b<<7
	if l.last == 0x7E {
		frame, damaged = l.end()
		l.ones, l.bits, l.frame, l.synced = 0, 0, l.frame[:0], true
		return frame, damaged
	}
	stuffed := b == 0 && l.ones == 5
	if l.ones = l.ones + 1; b == 0 {
		l.ones = 0
	}
	if !l.synced || stuffed {
		return nil, 0
	}
	if l.ones >= 7 { // abort or idle line
		l.synced = false
		return nil, l.bits / 8
	}
	if l.bits%8 == 0 {
		if len(l.frame) >= hdlcMaximum {
			l.synced = false
			return nil, len(l.frame)
		}
		l.frame = append(l.frame, 0)
	}
	l.frame[len(l.frame)-1] |= b << (l.bits % 8)
	l.bits++
	return nil, 0
}

// end judges what stood between two flags: the seven bits of the flag that are in it are taken off.
func (l *hdlcLine) end() ([]byte, int) {
	n := l.bits - 7
	if !l.synced || n <= 0 {
		return nil, 0
	}
	f := l.frame[:n/8]
	if n%8 != 0 || len(f) < hdlcHead+3+hdlcCheck || hdlcSum(hdlcStart, f) != hdlcGood {
		return nil, max(n/8, 1)
	}
	l.done = append(l.done[:0], f...)
	return l.done, 0
}

// rest returns how many octets of an unfinished frame there are.
func (l *hdlcLine) rest() int {
	if !l.synced {
		return 0
	}
	return l.bits / 8
}

// hdlcBits returns the share of a head that is frames on a line of bits, and the order of the bits.
func hdlcBits(head []byte) (best float64, mostFirst bool) {
	for _, most := range []bool{false, true} {
		l, good := &hdlcLine{mostFirst: most}, 0
		for _, b := range head {
			if f, _ := l.octet(b); f != nil && fills(f[hdlcHead:len(f)-hdlcCheck]) {
				good += len(f)
			}
		}
		if s := 0.98 * float64(good) / float64(max(len(head)-l.rest(), 1)); s > best {
			best, mostFirst = min(s, 0.98), most
		}
	}
	return best, mostFirst
}

func tryHDLCOctets(b []byte) float64 {
	at := 0
	for n := hdlcOctets(b); n > 0; n = hdlcOctets(b[at:]) {
		at += n
	}
	return share(at, len(b), at > 0 && len(b) == sniff)
}

// tryHDLC wants half of the head in good frames; lines idle between frames, so that bits of a line fill less.
func tryHDLC(b []byte) float64 {
	s := tryHDLCOctets(b)
	if line, _ := hdlcBits(b); line > 0.2 {
		s = max(s, 0.5+line/2)
	}
	return min(s, 0.98)
}

func tryRFF(b []byte) float64 {
	if len(b) < rffHeader+rffFrame || rffStart(b) == 0 && !digits(b[:rffText]) {
		return 0
	}
	at := rffHeader
	for len(b)-at >= rffFrame {
		n := int(binary.LittleEndian.Uint16(b[at+4:]))
		if n < 3 || len(b)-at-rffFrame < n {
			break
		}
		if !startsBlock(b[at+rffFrame : at+rffFrame+n]) {
			return 0
		}
		at += rffFrame + n
	}
	if at == rffHeader {
		return 0
	}
	return share(at, len(b), len(b) == sniff)
}

// digits says whether most of a text is digits.
func digits(b []byte) bool {
	n := 0
	for _, c := range b {
		if c >= '0' && c <= '9' {
			n++
		}
	}
	return n >= 12
}
