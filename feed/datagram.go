package feed

import "encoding/binary"

// payload returns what a captured frame carries by UDP, or what it lets be read of a TCP connection, which d.from then tells;
// reason tells why it carries nothing readable, and both are empty for traffic that is not ours, and for a fragment or segment
// that completes nothing.
func (d *fragments) payload(link uint32, b []byte) (data []byte, reason string) {
	d.from = chunk{}
	ether := uint16(0)
	switch link {
	case 1: // Ethernet
		if len(b) < 14 {
			return nil, "frame_short"
		}
		ether, b = binary.BigEndian.Uint16(b[12:]), b[14:]
	case 113: // Linux cooked
		if len(b) < 16 {
			return nil, "frame_short"
		}
		ether, b = binary.BigEndian.Uint16(b[14:]), b[16:]
	case 276: // Linux cooked, version 2
		if len(b) < 20 {
			return nil, "frame_short"
		}
		ether, b = binary.BigEndian.Uint16(b), b[20:]
	case 0, 108: // loopback: four bytes of family, of which the IP version tells the same
		if len(b) < 5 {
			return nil, "frame_short"
		}
		b = b[4:]
		ether = etherOfIP(b)
	case 12, 14, 101, 228, 229: // raw IP
		ether = etherOfIP(b)
	default:
		return nil, "link_type"
	}
	for ether == 0x8100 || ether == 0x88A8 || ether == 0x9100 { // VLAN tags
		if len(b) < 4 {
			return nil, "frame_short"
		}
		ether, b = binary.BigEndian.Uint16(b[2:]), b[4:]
	}
	switch ether {
	case 0x0800:
		return d.overIPv4(b)
	case 0x86DD:
		return d.overIPv6(b)
	}
	return nil, ""
}

func etherOfIP(b []byte) uint16 {
	switch {
	case len(b) == 0:
		return 0
	case b[0]>>4 == 4:
		return 0x0800
	case b[0]>>4 == 6:
		return 0x86DD
	}
	return 0
}

const (
	protocolTCP = 6
	protocolUDP = 17
)

func (d *fragments) overIPv4(b []byte) ([]byte, string) {
	if len(b) < 20 {
		return nil, "frame_short"
	}
	head, total := int(b[0]&0xF)*4, int(binary.BigEndian.Uint16(b[2:]))
	if total == 0 { // segmentation offload leaves it to the card
		total = len(b)
	}
	if head < 20 || total < head || len(b) < head {
		return nil, "ip_header"
	}
	if b[9] != protocolUDP && b[9] != protocolTCP {
		return nil, ""
	}
	if total > len(b) {
		return nil, "snap_length"
	}
	if b[9] == protocolTCP {
		if binary.BigEndian.Uint16(b[6:])&0x3FFF != 0 { // nobody sends them so: path MTU discovery forbids it
			return nil, "fragment"
		}
		var ends [32]byte
		copy(ends[:], b[12:20])
		return d.overTCP(ends, b[head:total])
	}
	if f := binary.BigEndian.Uint16(b[6:]); f&0x3FFF != 0 {
		k := datagramKey{id: uint32(binary.BigEndian.Uint16(b[4:]))}
		copy(k.ends[:], b[12:20])
		return d.add(k, int(f&0x1FFF)*8, f&0x2000 != 0, b[head:total])
	}
	return udp(b[head:total])
}

func (d *fragments) overIPv6(b []byte) ([]byte, string) {
	if len(b) < 40 {
		return nil, "frame_short"
	}
	next, total := b[6], int(binary.BigEndian.Uint16(b[4:]))
	k := datagramKey{ends: [32]byte(b[8:40])}
	b = b[40:]
	if total > len(b) {
		return nil, "snap_length"
	}
	b = b[:total]
	for range 8 {
		switch next {
		case protocolUDP:
			return udp(b)
		case protocolTCP:
			return d.overTCP(k.ends, b)
		case 44:
			if len(b) < 8 {
				return nil, "ip_header"
			}
			if b[0] != protocolUDP { // further headers may be in the first fragment: not followed
				return nil, ""
			}
			f := binary.BigEndian.Uint16(b[2:])
			k.id = binary.BigEndian.Uint32(b[4:])
			return d.add(k, int(f&^7), f&1 != 0, b[8:])
		case 0, 43, 60: // hop by hop, routing, destination options
			if len(b) < 8 || len(b) < int(b[1])*8+8 {
				return nil, "ip_header"
			}
			next, b = b[0], b[int(b[1])*8+8:]
		default:
			return nil, ""
		}
	}
	return nil, "ip_header"
}

func udp(b []byte) ([]byte, string) {
	if len(b) < 8 {
		return nil, "frame_short"
	}
	n := int(binary.BigEndian.Uint16(b[4:]))
	if n < 8 || n > len(b) {
		return nil, "udp_length"
	}
	return b[8:n], ""
}

func (d *fragments) overTCP(ends [32]byte, b []byte) ([]byte, string) {
	var reason string
	d.from, reason = d.tcp.segment(ends, b)
	return d.from.data, reason
}
