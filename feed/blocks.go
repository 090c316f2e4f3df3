package feed

import (
	"bufio"
	"encoding/binary"
	"io"

	"entente/asterix"
)

// window is what a container of blocks looks at: the longest block and the start of the next.
const window = 1 << 17

// blocks reads a file of ASTERIX blocks one after another, with what the wrappers put around them.
type blocks struct {
	r      *bufio.Reader
	offset int64
	after  int // octets behind every block
	oradis bool
	refuse refuser
}

func newBlocks(r io.Reader, refuse refuser) *blocks {
	return &blocks{r: bufio.NewReaderSize(r, window), refuse: refuse}
}

// gpsHeader is the length of a GPS recording's header, gpsTrailer of what stands behind each of its blocks.
const (
	gpsHeader  = 2200
	gpsTrailer = 10
)

func newGPS(r io.Reader, refuse refuser) *blocks {
	b := newBlocks(r, refuse)
	b.after = gpsTrailer
	if n, err := b.r.Discard(gpsHeader); err != nil {
		refuse(0, "cut", int64(n))
	}
	b.offset = gpsHeader
	return b
}

func newOradis(r io.Reader, refuse refuser) *blocks {
	b := newBlocks(r, refuse)
	b.oradis = true
	return b
}

// oradisHeader is the length of an ORADIS header: length including itself, and four octets of time.
const oradisHeader = 6

func (b *blocks) next(p *packet) error {
	for {
		head, err := b.r.Peek(window)
		if len(head) == 0 {
			return endOf(err)
		}
		if b.oradis {
			n := oradisRun(head)
			if n > 0 {
				*p = packet{data: head[oradisHeader:n], offset: b.offset + oradisHeader}
				b.discard(n)
				return nil
			}
			b.drop(head, 1)
			continue
		}
		n := blockLength(head)
		if n == 0 {
			b.drop(head, asterix.Resync(head[1:])+1)
			continue
		}
		*p = packet{data: head[:n], offset: b.offset}
		b.discard(min(n+b.after, len(head)))
		return nil
	}
}

// endOf returns what ends a file that has nothing left to peek at: what was buffered before an error was read first.
func endOf(err error) error {
	if err == nil {
		return io.EOF
	}
	return err
}

// blockLength returns the length of the block at the start of b, zero when none can stand there. A category that nobody
// defines is believed when blocks lead from it to one that somebody does, or to the end, and no run of defined ones stands within.
func blockLength(b []byte) int {
	_, n, err := asterix.NextBlock(b)
	if err != nil {
		return 0
	}
	if asterix.Defined(b[0]) {
		return n
	}
	if at := 1 + asterix.Resync(b[1:n]); at < n && run(b[at:]) {
		return 0
	}
	for rest := b[n:]; len(rest) > 0; {
		_, k, err := asterix.NextBlock(rest)
		if err != nil && len(b) < window {
			return 0
		}
		if err != nil || asterix.Defined(rest[0]) {
			return n
		}
		rest = rest[k:]
	}
	return n
}

// run says whether several blocks of defined categories follow one another.
func run(b []byte) bool {
	for range 4 {
		_, n, err := asterix.NextBlock(b)
		if err != nil || !asterix.Defined(b[0]) {
			return false
		}
		b = b[n:]
	}
	return true
}

// oradisRun returns the length of the ORADIS run at the start of b, zero when none can stand there.
func oradisRun(b []byte) int {
	if len(b) < oradisHeader+3 {
		return 0
	}
	n := int(binary.BigEndian.Uint16(b))
	if n < oradisHeader+3 || n > len(b) || !fills(b[oradisHeader:n]) {
		return 0
	}
	return n
}

// fills says whether blocks follow one another exactly to the end of b.
func fills(b []byte) bool {
	for len(b) > 0 {
		_, n, err := asterix.NextBlock(b)
		if err != nil {
			return false
		}
		b = b[n:]
	}
	return true
}

func (b *blocks) discard(n int) {
	k, _ := b.r.Discard(n) // n octets were peeked: they are there
	b.offset += int64(k)
}

// drop refuses n octets.
func (b *blocks) drop(head []byte, n int) {
	n = min(n, len(head))
	b.refuse(b.offset, "block_header", int64(n))
	b.discard(n)
}

// unwrap returns the blocks of a datagram, without ORADIS headers when they are what makes it whole. Each run is given
// to f in turn.
func unwrap(data []byte, f func(run []byte, offset int)) {
	if len(data) > oradisHeader && !startsBlock(data) && oradisRun(data) > 0 {
		at := 0
		for n := oradisRun(data); n > 0; n = oradisRun(data[at:]) {
			f(data[at+oradisHeader:at+n], at+oradisHeader)
			at += n
		}
		if at < len(data) {
			f(data[at:], at)
		}
		return
	}
	f(data, 0)
}

// startsBlock says whether a block of a defined category stands at the start of b and something sound behind it.
func startsBlock(b []byte) bool {
	_, n, err := asterix.NextBlock(b)
	if err != nil || !asterix.Defined(b[0]) {
		return false
	}
	rest := b[n:]
	if len(rest) <= 8 { // the end, or a trailer
		return true
	}
	_, _, err = asterix.NextBlock(rest)
	return err == nil
}

// rply reads a .rply recording: length and milliseconds since the datagram before (both 32 bits, little-endian), then the datagram.
// The milliseconds have no start, so they are left aside: the records' own time of day is finer.
type rply struct {
	s      source
	refuse refuser
}

func (c *rply) next(p *packet) error {
	for {
		at := c.s.offset
		h, err := c.s.take(8)
		if err != nil {
			return ended(err, at, len(h), c.refuse)
		}
		n := binary.LittleEndian.Uint32(h)
		if n > 0xFFFF {
			c.refuse(at, "packet_length", 8)
			return io.EOF
		}
		b, err := c.s.take(int(n))
		if err != nil {
			return ended(err, at, len(b)+8, c.refuse)
		}
		if n == 0 {
			continue
		}
		*p = packet{data: b, offset: at + 8}
		return nil
	}
}
