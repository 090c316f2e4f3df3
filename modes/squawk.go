package modes

// squawk13 reads the ID field C1 A1 C2 A2 C4 A4 X B1 D1 B2 D2 B4 D4 as a Mode A code, four octal digits in 12 bits
// (Annex 10 volume IV 3.1.2.6.7.1).
func squawk13(id uint32) uint16 {
	bit := func(n uint) uint32 { return id >> n & 1 }
	a := bit(7)<<2 | bit(9)<<1 | bit(11)
	b := bit(1)<<2 | bit(3)<<1 | bit(5)
	c := bit(8)<<2 | bit(10)<<1 | bit(12)
	d := bit(0)<<2 | bit(2)<<1 | bit(4)
	return uint16(a<<9 | b<<6 | c<<3 | d)
}

// squawkCode writes a Mode A code as an ID field.
func squawkCode(code uint16) uint32 {
	c := uint32(code)
	bit := func(from, to uint) uint32 { return c >> from & 1 << to }
	return bit(11, 7) | bit(10, 9) | bit(9, 11) | // A4 A2 A1
		bit(8, 1) | bit(7, 3) | bit(6, 5) | // B4 B2 B1
		bit(5, 8) | bit(4, 10) | bit(3, 12) | // C4 C2 C1
		bit(2, 0) | bit(1, 2) | bit(0, 4) // D4 D2 D1
}

// ModeAOfReply reads the two bytes of a Beast Mode A/C reply, nibbles A4 A2 A1 · B4 B2 B1 · C4 C2 C1 · D4 D2 D1 with
// the SPI pulse in the lowest bit of the first byte's lower nibble's spare (0x0080).
func ModeAOfReply(b [2]byte) (code uint16, spi bool) {
	v := uint16(b[0])<<8 | uint16(b[1])
	return v&0x7000>>3 | v&0x0700>>2 | v&0x0070>>1 | v&0x0007, v&0x0080 != 0
}
