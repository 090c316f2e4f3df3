package modes

import "math"

// The encoders write frames as a transponder would, parity included, for simulators and tests. Values that a field
// cannot hold are sent as "no data" or as the end of the scale, as the standard says for each.

// Fixed is what an extended squitter says of who sends it. The zero Capability of an airborne transponder is 5.
type Fixed struct {
	Address    uint32
	Capability uint8 // CA: 4 on the ground, 5 airborne, 6 either, 7 alert
}

func (x Fixed) squitter(me uint64) (f [14]byte) {
	f[0] = 17<<3 | x.Capability&7
	f[1], f[2], f[3] = byte(x.Address>>16), byte(x.Address>>8), byte(x.Address)
	putBody(&f, me)
	seal(f[:], 0)
	return f
}

func putBody(f *[14]byte, b uint64) {
	for i := range 7 {
		f[4+i] = byte(b >> (48 - 8*i))
	}
}

// put places v in n bits from the first-th of a 56-bit body.
func put(v uint32, first, n uint) uint64 { return uint64(v&(1<<n-1)) << (57 - first - n) }

func putFlag(yes bool, bit uint) uint64 {
	if yes {
		return 1 << (56 - bit)
	}
	return 0
}

// Identification encodes a callsign with emitter category, set in the high nibble ("A" is 0xA) and number in the low.
func (x Fixed) Identification(callsign string, category uint8) [14]byte {
	tc := uint32(0xE - category>>4)
	if tc < 1 || tc > 4 {
		tc = 4
	}
	return x.squitter(put(tc, 1, 5) | put(uint32(category&7), 6, 3) | identCode(callsign))
}

// Airborne is an airborne position squitter to be encoded.
type Airborne struct {
	Lat, Lon    float64 // degrees
	Altitude    int32   // feet: barometric with TC 9 to 18, above the ellipsoid with TC 20 to 22
	HasAltitude bool
	TC          uint8 // 9 to 18, 20 to 22: accuracy and kind of altitude; zero is 11
	SS          uint8 // surveillance status: 1 permanent alert, 2 temporary alert, 3 SPI
	NICb        bool
}

// AirbornePosition encodes p in the even or odd format.
func (x Fixed) AirbornePosition(p Airborne, odd bool) [14]byte {
	if p.TC == 0 {
		p.TC = 11
	}
	c := EncodeCPR(p.Lat, p.Lon, odd, false)
	me := put(uint32(p.TC), 1, 5) | put(uint32(p.SS), 6, 2) | putFlag(p.NICb, 8) | putFlag(odd, 22) | put(c.Lat, 23, 17) | put(c.Lon, 40, 17)
	if p.HasAltitude {
		me |= put(altitudeCode12(p.Altitude), 9, 12)
	}
	return x.squitter(me)
}

// SurfacePosition encodes a position on the ground (degrees) with ground speed in knots and track in degrees.
func (x Fixed) SurfacePosition(lat, lon, speed, track float64, odd bool) [14]byte {
	c := EncodeCPR(lat, lon, odd, true)
	return x.squitter(put(7, 1, 5) | put(uint32(movementCode(speed)), 6, 7) | putFlag(true, 13) |
		put(uint32(math.Round(mod(track, 360)*128/360)), 14, 7) | putFlag(odd, 22) | put(c.Lat, 23, 17) | put(c.Lon, 40, 17))
}

// Velocity encodes ground velocity in knots, vertical rate in feet a minute (barometric) and NACv. Above 1,022 knots
// per axis the supersonic subtype is used.
func (x Fixed) Velocity(ve, vn, rate float64, nacv uint8) [14]byte {
	sub, scale := uint32(1), 1.0
	if math.Max(math.Abs(ve), math.Abs(vn)) > 1021 {
		sub, scale = 2, 4
	}
	code := func(v, step float64, top uint32) uint32 {
		return min(uint32(math.Round(math.Abs(v)/step))+1, top)
	}
	return x.squitter(put(19, 1, 5) | put(sub, 6, 3) | put(uint32(nacv), 11, 3) |
		putFlag(ve < 0, 14) | put(code(ve, scale, 1023), 15, 10) | putFlag(vn < 0, 25) | put(code(vn, scale, 1023), 26, 10) |
		putFlag(true, 36) | putFlag(rate < 0, 37) | put(code(rate, 64, 511), 38, 9))
}

// EmergencyStatus encodes TC 28 subtype 1: emergency state and Mode A code.
func (x Fixed) EmergencyStatus(state uint8, squawk uint16) [14]byte {
	return x.squitter(put(28, 1, 5) | put(1, 6, 3) | put(uint32(state), 9, 3) | put(squawkCode(squawk), 12, 13))
}

// Operational is what TC 31 of ADS-B version 2 says of accuracy.
type Operational struct {
	NACp, SIL, GVA, SDA uint8
	NICBaro, NICa, TCAS bool
}

// OperationalStatus encodes TC 31 subtype 0 (airborne) of version 2.
func (x Fixed) OperationalStatus(o Operational) [14]byte {
	return x.squitter(put(31, 1, 5) | putFlag(o.TCAS, 11) | put(uint32(o.SDA), 31, 2) | put(2, 41, 3) | putFlag(o.NICa, 44) |
		put(uint32(o.NACp), 45, 4) | put(uint32(o.GVA), 49, 2) | put(uint32(o.SIL), 51, 2) | putFlag(o.NICBaro, 53))
}

// AllCall encodes a DF11: a squitter with interrogator code 0, or a reply to an interrogator.
func (x Fixed) AllCall(interrogator uint8) [7]byte {
	f := [7]byte{11<<3 | x.Capability&7, byte(x.Address >> 16), byte(x.Address >> 8), byte(x.Address)}
	seal(f[:], uint32(interrogator&0x7F))
	return f
}

// AltitudeReply encodes a DF4 with flight status and altitude in feet.
func (x Fixed) AltitudeReply(status uint8, feet int32) [7]byte {
	c := altitudeCode13(feet)
	f := [7]byte{4<<3 | status&7, 0, byte(c >> 8), byte(c)}
	seal(f[:], x.Address)
	return f
}

// IdentityReply encodes a DF5 with flight status and Mode A code.
func (x Fixed) IdentityReply(status uint8, squawk uint16) [7]byte {
	c := squawkCode(squawk)
	f := [7]byte{5<<3 | status&7, 0, byte(c >> 8), byte(c)}
	seal(f[:], x.Address)
	return f
}

// AltitudeCommB encodes a DF20: altitude in feet and a register's 56 bits.
func (x Fixed) AltitudeCommB(status uint8, feet int32, mb [7]byte) [14]byte {
	return x.commB(20, status, altitudeCode13(feet), mb)
}

// IdentityCommB encodes a DF21: Mode A code and a register's 56 bits.
func (x Fixed) IdentityCommB(status uint8, squawk uint16, mb [7]byte) [14]byte {
	return x.commB(21, status, squawkCode(squawk), mb)
}

func (x Fixed) commB(df, status uint8, code uint32, mb [7]byte) [14]byte {
	f := [14]byte{df<<3 | status&7, 0, byte(code >> 8), byte(code)}
	copy(f[4:], mb[:])
	seal(f[:], x.Address)
	return f
}
