package feed

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"

	"entente"
)

// packet is one datagram or block with where and when it was.
type packet struct {
	data   []byte          // valid until the next one
	at     entente.Instant // of capture; zero when the container has no time
	offset int64           // of data in the file
	flow   int32           // of the TCP connection whose next octets these are; zero for a datagram or block
	lost   bool            // octets of the connection before these are missing
}

// waiting gives what still waits for missing segments at the end of a capture.
func (d *fragments) waiting(p *packet, offset int64) error {
	c, ok := d.tcp.rest()
	if !ok {
		return io.EOF
	}
	*p = packet{data: c.data, at: p.at, offset: offset, flow: c.flow, lost: true}
	return nil
}

// container yields the packets of a file.
type container interface {
	// next returns io.EOF at the end. Bad parts were given to the refuse function the container was made with.
	next(p *packet) error
}

// refuser is told of bytes that could not be read: where, why and how many.
type refuser func(offset int64, reason string, skipped int64)

// maxPacket bounds one packet of a capture; more is a damaged length.
const maxPacket = 1 << 18

// source reads a file forward and knows where it is.
type source struct {
	r      io.Reader
	offset int64
	buf    []byte
}

// take reads exactly n bytes into the source's buffer, valid until the next take.
func (s *source) take(n int) ([]byte, error) {
	if cap(s.buf) < n {
		s.buf = make([]byte, max(n, 4096))
	}
	b := s.buf[:n]
	k, err := io.ReadFull(s.r, b)
	s.offset += int64(k)
	return b[:k], err
}

// ended turns a short read into the end of the file, refusing the rest that was cut.
func ended(err error, at int64, have int, refuse refuser) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		refuse(at, "cut", int64(have))
		return io.EOF
	}
	return err
}

// captureWindow is what is looked at of a capture: the longest packet, and the header behind it.
const captureWindow = maxPacket + 1<<12

// pcap reads the classic capture format (tcpdump), both byte orders, microseconds and nanoseconds. A packet whose length cannot be
// is passed over to the next place where packets follow one another.
type pcap struct {
	r      *bufio.Reader
	at     int64 // offset of what r gives next
	taken  int   // octets of the packet returned last, still to be discarded
	sec    uint32
	order  binary.ByteOrder
	unit   int64 // nanoseconds of the fraction's unit
	link   uint32
	parts  fragments
	refuse refuser
	head   [24]byte
}

func newPcap(r io.Reader, refuse refuser) (*pcap, error) {
	c := &pcap{r: bufio.NewReaderSize(r, captureWindow), refuse: refuse}
	h, err := c.r.Peek(24)
	if err != nil {
		return nil, errors.New("the capture's header is cut short")
	}
	copy(c.head[:], h)
	c.taken = 24
	switch binary.BigEndian.Uint32(h) {
	case 0xA1B2C3D4:
		c.order, c.unit = binary.BigEndian, 1000
	case 0xA1B23C4D:
		c.order, c.unit = binary.BigEndian, 1
	case 0xD4C3B2A1:
		c.order, c.unit = binary.LittleEndian, 1000
	case 0x4D3CB2A1:
		c.order, c.unit = binary.LittleEndian, 1
	default:
		return nil, errors.New("the capture's magic number is not one of pcap's four")
	}
	c.link = c.order.Uint32(c.head[20:]) & 0xFFFF
	return c, nil
}

func (c *pcap) next(p *packet) error {
	for {
		n, err := c.header()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return c.parts.waiting(p, c.at)
			}
			return err
		}
		b, _ := c.r.Peek(pcapHeader + n) // header looked at them
		c.taken = len(b)
		sec, frac := c.order.Uint32(b), c.order.Uint32(b[4:])
		c.sec = sec
		b = b[pcapHeader:]
		data, reason := c.parts.payload(c.link, b)
		if reason != "" {
			c.refuse(c.at, reason, int64(n))
			continue
		}
		if len(data) == 0 {
			continue
		}
		p.data, p.offset = data, c.at+pcapHeader+int64(within(b, data))
		p.flow, p.lost = c.parts.from.flow, c.parts.from.lost
		p.at = entente.Instant(int64(sec)*1e9 + int64(frac)*c.unit)
		return nil
	}
}

// within returns where part, a slice of whole, begins in it; zero when it is a datagram put together from several.
func within(whole, part []byte) int {
	at := cap(whole) - cap(part)
	if at < 0 || at+len(part) > len(whole) || &whole[at] != &part[0] {
		return 0
	}
	return at
}

// pcapng reads the next generation capture format: sections of either byte order, interfaces with their own clocks,
// enhanced, simple and obsolete packet blocks.
type pcapng struct {
	r      *bufio.Reader
	at     int64 // offset of what r gives next
	taken  int   // octets of the block returned last, still to be discarded
	order  binary.ByteOrder
	links  []ngInterface
	parts  fragments
	refuse refuser
}

type ngInterface struct {
	link uint32
	unit func(ticks uint64) int64 // nanoseconds
}

// maxInterfaces bounds what a section may declare.
const maxInterfaces = 256

func newPcapng(r io.Reader, refuse refuser) *pcapng {
	return &pcapng{r: bufio.NewReaderSize(r, captureWindow), order: binary.LittleEndian, refuse: refuse}
}

func (c *pcapng) next(p *packet) error {
	for {
		b, err := c.whole()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return c.parts.waiting(p, c.at)
			}
			return err
		}
		if b == nil { // a section begins
			continue
		}
		if kind := c.order.Uint32(b); c.block(kind, b[8:len(b)-4], c.at+8, p) {
			return nil
		}
	}
}

// block reads one block's body and says whether it is a packet for us.
func (c *pcapng) block(kind uint32, b []byte, at int64, p *packet) bool {
	var link ngInterface
	var ticks uint64
	head, n := 0, uint32(0)
	switch {
	case kind == 1:
		c.describe(b)
		return false
	case kind == 6 && len(b) >= 20: // enhanced packet
		i := c.order.Uint32(b)
		if int(i) >= len(c.links) {
			c.refuse(at, "interface", int64(len(b)))
			return false
		}
		link, head, n = c.links[i], 20, c.order.Uint32(b[12:])
		ticks = uint64(c.order.Uint32(b[4:]))<<32 | uint64(c.order.Uint32(b[8:]))
	case kind == 2 && len(b) >= 20: // obsolete packet
		i := c.order.Uint16(b)
		if int(i) >= len(c.links) {
			c.refuse(at, "interface", int64(len(b)))
			return false
		}
		link, head, n = c.links[i], 20, c.order.Uint32(b[12:])
		ticks = uint64(c.order.Uint32(b[4:]))<<32 | uint64(c.order.Uint32(b[8:]))
	case kind == 3 && len(b) >= 4 && len(c.links) > 0: // simple packet: no time
		link, head = c.links[0], 4
		n = min(c.order.Uint32(b), uint32(len(b)-4))
	default:
		return false
	}
	if int64(head)+int64(n) > int64(len(b)) {
		c.refuse(at, "packet_length", int64(len(b)))
		return false
	}
	frame := b[head : head+int(n)]
	data, reason := c.parts.payload(link.link, frame)
	if reason != "" {
		c.refuse(at, reason, int64(n))
		return false
	}
	if len(data) == 0 {
		return false
	}
	p.data, p.at, p.offset = data, 0, at+int64(head)+int64(within(frame, data))
	p.flow, p.lost = c.parts.from.flow, c.parts.from.lost
	if kind != 3 {
		p.at = entente.Instant(link.unit(ticks))
	}
	return true
}

// describe adds an interface: link type, and the resolution of its clock in option 9.
func (c *pcapng) describe(b []byte) {
	if len(b) < 8 || len(c.links) >= maxInterfaces {
		return
	}
	i := ngInterface{link: uint32(c.order.Uint16(b)), unit: func(t uint64) int64 { return int64(t) * 1000 }}
	for o := b[8:]; len(o) >= 4; {
		code, n := c.order.Uint16(o), int(c.order.Uint16(o[2:]))
		if code == 0 || 4+n > len(o) {
			break
		}
		if code == 9 && n >= 1 {
			i.unit = resolution(o[4])
		}
		o = o[min(len(o), 4+(n+3)&^3):]
	}
	c.links = append(c.links, i)
}

// resolution reads if_tsresol: a power of ten, or of two with the top bit.
func resolution(v byte) func(uint64) int64 {
	power := int(v & 0x7F)
	if v&0x80 != 0 {
		return func(t uint64) int64 {
			whole, frac := t>>min(power, 63), t&(1<<min(power, 63)-1)
			return int64(whole)*1e9 + int64(float64(frac)*1e9/float64(uint64(1)<<min(power, 63)))
		}
	}
	scale := int64(1)
	if power <= 9 {
		for range 9 - power {
			scale *= 10
		}
		return func(t uint64) int64 { return int64(t) * scale }
	}
	for range min(power-9, 9) {
		scale *= 10
	}
	return func(t uint64) int64 { return int64(t / uint64(scale)) }
}
