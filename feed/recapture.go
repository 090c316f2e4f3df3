package feed

import (
	"encoding/binary"
	"errors"
	"io"
)

// pcapHeader is the length of a packet's header: seconds, fraction, octets kept, octets sent.
const pcapHeader = 16

// header finds the next packet and returns how many octets of it were kept; io.EOF at the end of the file.
func (c *pcap) header() (n int, err error) {
	for {
		c.discard(c.taken)
		c.taken = 0
		head, err := c.r.Peek(pcapHeader)
		if len(head) < pcapHeader {
			if len(head) > 0 {
				c.refuse(c.at, "cut", int64(len(head)))
				c.discard(len(head))
			}
			return 0, endOf(err)
		}
		n, sound := c.sound(head)
		b, err := c.r.Peek(pcapHeader + n + pcapHeader)
		whole := sound && len(b) >= pcapHeader+n
		if whole && len(b) < 2*pcapHeader+n { // the last one
			return n, nil
		}
		if whole {
			if _, follows := c.likely(b[pcapHeader+n:]); follows {
				return n, nil
			}
		}
		at := c.search()
		switch {
		case whole && (at == 0 || at >= pcapHeader+n): // what is damaged stands behind it
			return n, nil
		case sound && !whole && at == 0:
			if err != nil && !errors.Is(err, io.EOF) {
				return 0, err
			}
			c.refuse(c.at, "cut", int64(len(b)))
			c.discard(len(b))
		case at == 0:
			b, _ = c.r.Peek(captureWindow)
			at = max(1, len(b)-2*pcapHeader)
			fallthrough
		default:
			c.refuse(c.at, "packet_length", int64(at))
			c.discard(at)
		}
	}
}

func (c *pcap) discard(n int) {
	k, _ := c.r.Discard(n) // n octets were peeked: they are there
	c.at += int64(k)
}

// sound says whether a packet's header can stand at the start of b.
func (c *pcap) sound(b []byte) (n int, ok bool) {
	n = int(c.order.Uint32(b[8:]))
	return min(n, maxPacket), n <= maxPacket && int64(c.order.Uint32(b[4:]))*c.unit < 1e9
}

// likely is sound, and within a day of the packet before, with no more octets kept than sent.
func (c *pcap) likely(b []byte) (n int, ok bool) {
	n, ok = c.sound(b)
	days := int64(c.order.Uint32(b)) - int64(c.sec)
	return n, ok && n >= 14 && n <= int(c.order.Uint32(b[12:])) && c.order.Uint32(b[12:]) <= maxPacket && (c.sec == 0 || days < 86400 && days > -86400)
}

// search returns how far behind the next octet two packets follow one another, or one ends the file; zero when none do.
func (c *pcap) search() int {
	b, err := c.r.Peek(captureWindow)
	for at := 1; at+pcapHeader <= len(b); at++ {
		n, ok := c.likely(b[at:])
		if !ok {
			continue
		}
		behind := at + pcapHeader + n
		if behind == len(b) && err != nil {
			return at
		}
		if behind+pcapHeader <= len(b) {
			if _, ok := c.likely(b[behind:]); ok {
				return at
			}
		}
	}
	return 0
}

// whole returns the next block, nil when it was the header of a section; io.EOF at the end of the file.
func (c *pcapng) whole() ([]byte, error) {
	for {
		c.discard(c.taken)
		c.taken = 0
		head, err := c.r.Peek(12)
		if len(head) < 12 {
			if len(head) > 0 {
				c.refuse(c.at, "cut", int64(len(head)))
				c.discard(len(head))
			}
			return nil, endOf(err)
		}
		if n := sectionLength(head); n > 0 {
			b, _ := c.r.Peek(n)
			c.section(head)
			if c.taken = len(b); len(b) < n {
				c.refuse(c.at, "cut", int64(len(b)))
			}
			return nil, nil
		}
		n := int(c.order.Uint32(head[4:]))
		b, err := c.r.Peek(min(n, captureWindow))
		if c.holds(b) {
			c.taken = n
			return b, nil
		}
		at := c.search()
		switch {
		case at > 0:
			c.refuse(c.at, "packet_length", int64(at))
			c.discard(at)
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case len(b) < n && n <= captureWindow:
			c.refuse(c.at, "cut", int64(len(b)))
			c.discard(len(b))
		default:
			b, _ = c.r.Peek(captureWindow)
			c.refuse(c.at, "packet_length", int64(len(b)))
			c.discard(len(b))
		}
	}
}

func (c *pcapng) discard(n int) {
	k, _ := c.r.Discard(n) // n octets were peeked: they are there
	c.at += int64(k)
}

// holds says whether a whole block stands at the start of b: its length is told before and behind it.
func (c *pcapng) holds(b []byte) bool {
	if len(b) < 12 {
		return false
	}
	n := int(c.order.Uint32(b[4:]))
	return n >= 12 && n%4 == 0 && n <= len(b) && int(c.order.Uint32(b[n-4:])) == n
}

// search returns how far behind the next octet a block stands, zero when none does.
func (c *pcapng) search() int {
	b, _ := c.r.Peek(captureWindow)
	for at := 1; at+12 <= len(b); at++ {
		if sectionLength(b[at:]) > 0 || c.holds(b[at:]) && c.order.Uint32(b[at:]) <= 6 {
			return at
		}
	}
	return 0
}

// sectionLength returns the length of a section's header block at the start of b, zero when none can stand there.
func sectionLength(b []byte) int {
	if len(b) < 12 || binary.BigEndian.Uint32(b) != 0x0A0D0D0A {
		return 0
	}
	n := uint32(0)
	switch binary.BigEndian.Uint32(b[8:]) {
	case 0x1A2B3C4D:
		n = binary.BigEndian.Uint32(b[4:])
	case 0x4D3C2B1A:
		n = binary.LittleEndian.Uint32(b[4:])
	}
	if n < 28 || n > maxPacket {
		return 0
	}
	return int(n)
}

// section begins a section: its byte order is in the first word of its body.
func (c *pcapng) section(head []byte) {
	c.order = binary.LittleEndian
	if binary.BigEndian.Uint32(head[8:]) == 0x1A2B3C4D {
		c.order = binary.BigEndian
	}
	c.links = c.links[:0]
}
