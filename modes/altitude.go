package modes

import "math"

// altitude13 reads the AC field of DF0, 4, 16 and 20 (Annex 10 volume IV 3.1.2.6.5.4): feet, 25 ft steps with the Q
// bit, Gillham's 100 ft steps without it, metres with the M bit. Zero and impossible codes say nothing.
func altitude13(ac uint32) (ft int32, ok bool) {
	switch {
	case ac == 0:
		return 0, false
	case ac&0x40 != 0:
		metres := ac&0x1F80>>1 | ac&0x3F
		return int32(math.Round(float64(metres) / 0.3048)), true
	case ac&0x10 != 0:
		n := ac&0x1F80>>2 | ac&0x20>>1 | ac&0xF
		return int32(n)*25 - 1000, true
	}
	return gillham(ac)
}

// altitude12 reads the altitude of a position squitter: the AC field without its M bit (DO-260B 2.2.3.2.3.4).
func altitude12(ac uint32) (ft int32, ok bool) { return altitude13(ac&0xFC0<<1 | ac&0x3F) }

// gillham reads 13 bits C1 A1 C2 A2 C4 A4 M B1 Q B2 D2 B4 D4 as Mode C (Annex 10 volume IV appendix to chapter 3).
func gillham(ac uint32) (ft int32, ok bool) {
	bit := func(n uint) uint32 { return ac >> n & 1 }
	c := gray(bit(12)<<2 | bit(10)<<1 | bit(8))
	if c == 0 || c == 5 || c == 6 {
		return 0, false
	}
	if c == 7 {
		c = 5
	}
	n := gray(bit(2)<<7 | bit(0)<<6 | bit(11)<<5 | bit(9)<<4 | bit(7)<<3 | bit(5)<<2 | bit(3)<<1 | bit(1))
	if n&1 != 0 {
		c = 6 - c
	}
	return int32(n)*500 + int32(c)*100 - 1300, true
}

// gray turns an 8-bit reflected code into its number.
func gray(g uint32) uint32 {
	g ^= g >> 4
	g ^= g >> 2
	return g ^ g>>1
}

// altitudeCode13 writes feet as an AC field with the Q bit, to the nearest 25 ft; outside −1,000 to 50,175 ft it says
// nothing (zero).
func altitudeCode13(ft int32) uint32 {
	n := (ft + 1012) / 25
	if ft < -1000 || n > 2047 {
		return 0
	}
	u := uint32(n)
	return u&0x7E0<<2 | u&0x10<<1 | 0x10 | u&0xF
}

// altitudeCode12 writes feet as the altitude of a position squitter.
func altitudeCode12(ft int32) uint32 {
	c := altitudeCode13(ft)
	return c&0x1F80>>1 | c&0x3F
}
