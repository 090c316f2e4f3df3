package modes

// alphabet is the 6-bit code of the aircraft identification (Annex 10 volume IV table 3-9); '#' has no meaning.
const alphabet = "#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"

// readIdent reads eight 6-bit characters from the low 48 bits of b. Every meaningless one becomes '?'; ok is false when
// nothing but those or spaces is there.
func readIdent(b uint64, dst *[8]byte) (ok, clean bool) {
	clean = true
	for i := range dst {
		c := alphabet[b>>(42-6*uint(i))&0x3F]
		if c == '#' {
			c, clean = '?', false
		} else if c != ' ' {
			ok = true
		}
		dst[i] = c
	}
	return ok, clean
}

// identCode writes up to eight characters of s as 48 bits; what the alphabet lacks becomes a space.
func identCode(s string) (b uint64) {
	for i := range 8 {
		code := uint64(32)
		if i < len(s) {
			switch c := s[i]; {
			case c >= 'A' && c <= 'Z':
				code = uint64(c-'A') + 1
			case c >= 'a' && c <= 'z':
				code = uint64(c-'a') + 1
			case c >= '0' && c <= '9':
				code = uint64(c)
			}
		}
		b = b<<6 | code
	}
	return b
}

// identification reads TC 1 to 4 (DO-260B 2.2.3.2.5): category set D to A by type code, and callsign.
func (m *Message) identification(me uint64) {
	m.BDS = 0x08
	m.Category = (0xE-m.TC)<<4 | uint8(bits(me, 6, 3))
	if ok, _ := readIdent(me, &m.Ident); ok {
		m.Has |= HasCallsign
	}
}
