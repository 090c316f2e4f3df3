package modes

// generator of the 24-bit parity (Annex 10 volume IV 3.1.2.3.3.1.2), without its leading bit.
const generator = 0xFFF409

// parityAt[i][v] is the parity that byte value v gives when i bytes of data follow it.
var parityAt = makeParityTables()

func makeParityTables() (t [11][256]uint32) {
	for v := range 256 {
		r := uint32(v) << 16
		for range 8 {
			r <<= 1
			if r&0x1000000 != 0 {
				r ^= 0x1000000 | generator
			}
		}
		t[0][v] = r
	}
	for i := 1; i < len(t); i++ {
		for v := range 256 {
			r := t[i-1][v]
			t[i][v] = (r<<8)&0xFFFFFF ^ t[0][r>>16]
		}
	}
	return t
}

// residue56 returns parity over the data XOR the parity field of a 7-byte frame.
func residue56(f *[14]byte) uint32 {
	return parityAt[3][f[0]] ^ parityAt[2][f[1]] ^ parityAt[1][f[2]] ^ parityAt[0][f[3]] ^
		uint32(f[4])<<16 ^ uint32(f[5])<<8 ^ uint32(f[6])
}

// residue112 returns parity over the data XOR the parity field of a 14-byte frame.
func residue112(f *[14]byte) uint32 {
	return parityAt[10][f[0]] ^ parityAt[9][f[1]] ^ parityAt[8][f[2]] ^ parityAt[7][f[3]] ^
		parityAt[6][f[4]] ^ parityAt[5][f[5]] ^ parityAt[4][f[6]] ^ parityAt[3][f[7]] ^
		parityAt[2][f[8]] ^ parityAt[1][f[9]] ^ parityAt[0][f[10]] ^
		uint32(f[11])<<16 ^ uint32(f[12])<<8 ^ uint32(f[13])
}

// Residue returns what remains when the parity of a frame of 7 or 14 bytes is taken off: 0 for an intact DF17 or DF18,
// the interrogator code for a DF11, the address for DF0, 4, 5, 16, 20, 21 and 24. Other lengths give all ones.
func Residue(frame []byte) uint32 {
	var f [14]byte
	copy(f[:], frame)
	switch len(frame) {
	case 7:
		return residue56(&f)
	case 14:
		return residue112(&f)
	}
	return 0xFFFFFFFF
}

// seal writes the parity of f, XORed with over (an address, an interrogator code or zero), into its last three bytes.
func seal(f []byte, over uint32) {
	n := len(f)
	f[n-3], f[n-2], f[n-1] = 0, 0, 0
	p := Residue(f) ^ over&0xFFFFFF
	f[n-3], f[n-2], f[n-1] = byte(p>>16), byte(p>>8), byte(p)
}
