package modes

import (
	"math"
	mathbits "math/bits"
)

// What a receiver knows of an aircraft tells registers apart that a reply's bits alone do not: the registers that it
// announces (BDS 1,7 and 1,8), and its own squitters' position, velocity, identification and status.

type verdict uint8

const (
	unchanged verdict = iota
	settled
	withdrawn
)

// settle decides between candidate registers, finds one for a reply that fits none of the common ones, or takes back a
// register that cannot be, by what the aircraft says of itself.
func (a *aircraft) settle(m *Message, t int64) verdict {
	mb := m.body()
	if mb == 0 {
		return unchanged
	}
	v := unchanged
	switch {
	case m.Overlay:
	case m.BDS == 0 && m.Likely == 0:
		v = a.findRare(m, mb, t)
	case m.BDS == 0:
		v = a.choose(m, t)
	case a.refutes(m, t):
		likely := m.Likely | setOf(m.BDS)
		*m = m.header0()
		m.Likely = likely
		v = withdrawn
	}
	switch m.BDS {
	case 0x17:
		a.capability = m.Capability
	case 0x18:
		a.more = mb
	}
	return v
}

func setOf(b BDS) Registers {
	for i, v := range inferable {
		if v == b {
			return 1 << i
		}
	}
	return 0
}

// choose takes the one candidate that is neither contradicted nor, when the aircraft announced others, unannounced.
func (a *aircraft) choose(m *Message, t int64) verdict {
	left, count := BDS(0), 0
	for i, b := range inferable {
		if m.Likely&(1<<i) == 0 || a.contradicts(b, m, t, narrow) || a.capability != 0 && announces(b) && !serves(a.capability, b) {
			continue
		}
		left, count = b, count+1
	}
	if count != 1 {
		return unchanged
	}
	m.BDS = left
	m.readRegister(left, m.body())
	return settled
}

// findRare takes a reply for a register that few transponders serve: one of the squitter registers when it says what the
// squitters say, another when the aircraft announced it and the bits fit. A register that proves itself, by a place or by
// fixed bits, goes before those that only fit. Several make candidates.
func (a *aircraft) findRare(m *Message, mb uint64, t int64) verdict {
	var fits, proves Registers
	for i, b := range inferable[byBits:] {
		if !m.couldBe(b, mb) || !a.confirms(b, m, mb, t) {
			continue
		}
		fits |= 1 << (i + byBits)
		if b == 0x51 && a.hasPlace || b == 0x18 || b <= 0x09 && b != 0x07 {
			proves |= 1 << (i + byBits)
		}
	}
	if proves != 0 {
		fits = proves
	}
	switch {
	case fits == 0:
		return unchanged
	case fits&(fits-1) != 0:
		m.Likely = fits
		return unchanged
	}
	m.BDS = inferable[mathbits.TrailingZeros64(uint64(fits))]
	m.readRegister(m.BDS, mb)
	return settled
}

// confirms says whether what is known of the aircraft speaks for a rare register.
func (a *aircraft) confirms(b BDS, m *Message, mb uint64, t int64) bool {
	var read Message
	if b == 0x05 || b == 0x06 || b == 0x08 || b == 0x09 || b == 0x65 {
		read.readSquitter(mb)
	}
	switch b {
	case 0x05, 0x06:
		if !a.hasPlace || abs(t-a.placed) > anchorAge {
			return false
		}
		lat, lon := Local(CPR{read.CPRLat, read.CPRLon, read.Odd}, read.Surface, a.lat, a.lon)
		return within(a.lat, a.lon, lat, lon, a.reach(read.Surface, t-a.placed))
	case 0x08:
		return a.has&HasCallsign != 0 && read.Ident == a.ident
	case 0x09:
		return read.Is(HasVelocity) && a.moving(t) &&
			math.Hypot(float64(read.VE)-float64(a.ve), float64(read.VN)-float64(a.vn)) < 40
	case 0x65:
		return read.Version == a.version && read.Is(HasNACp) && a.rated != 0 && read.NACp == a.nacp
	case 0x18:
		return true // two thirds of its bits are fixed
	case 0x19, 0x1A, 0x1B, 0x1C:
		return a.more != 0 && offered(0x18, b, a.more)
	case 0x61, 0x62:
		return a.more != 0 && a.version > 0 // announced by 1,9, which is seldom asked for: a squitter's format is all there is
	}
	return a.capability != 0 && serves(a.capability, b) && a.placeFits(b, mb, t)
}

// placeFits compares the position or altitude of 5,1 and 5,2 with the last one of the squitters, when there is one.
func (a *aircraft) placeFits(b BDS, mb uint64, t int64) bool {
	if b != 0x51 && b != 0x52 || !a.hasPlace || abs(t-a.placed) > anchorAge {
		return true
	}
	const degree = 360.0 / (1 << 20)
	if b == 0x51 && !within(a.lat, a.lon, float64(twos(bits(mb, 2, 20), 20))*degree, float64(twos(bits(mb, 22, 20), 20))*degree, a.reach(false, t-a.placed)) {
		return false
	}
	ft := twos(bits(mb, 42, 15), 15) * 8
	return a.has&HasAltitude == 0 || ft-a.altitude < 3000 && a.altitude-ft < 3000
}

func (a *aircraft) moving(t int64) bool { return a.has&HasVelocity != 0 && abs(t-a.moved) <= valueAge }

// narrow and wide are the tolerances of contradicts: to choose between candidates, and to take back the only one.
var (
	narrow = tolerance{speed: 40, track: 20, heading: 60, wind: 150, climb: 2000}
	wide   = tolerance{speed: 120, track: 60, heading: 110, wind: 250, climb: 6000}
)

type tolerance struct{ speed, track, heading, wind, climb float64 } // knots, degrees, feet a minute

// refutes says whether the register inferred for m cannot be of this aircraft now, by a wide margin.
func (a *aircraft) refutes(m *Message, t int64) bool { return a.contradicts(m.BDS, m, t, wide) }

// contradicts says whether m, read as register b, cannot be of this aircraft now.
func (a *aircraft) contradicts(b BDS, m *Message, t int64, by tolerance) bool {
	if b != 0x50 && b != 0x60 {
		return false
	}
	read := Message{DF: m.DF, Altitude: m.Altitude, Has: m.Has & HasAltitude}
	read.readRegister(b, m.body())
	if b == 0x60 && a.climbing(t) && read.Is(HasBaroRate) && math.Abs(float64(read.BaroRate-a.verticalRate)) > by.climb {
		return true
	}
	if b == 0x60 && !m.Is(HasAltitude) && a.wrongAir(m.body(), t) {
		return true
	}
	if !a.moving(t) {
		return false
	}
	speed := math.Hypot(float64(a.ve), float64(a.vn))
	track := math.Atan2(float64(a.ve), float64(a.vn)) * 180 / math.Pi
	off := func(deg float32, by float64) bool { return math.Abs(wrap180(float64(deg)-track)) > by }
	if b == 0x50 {
		return read.Is(HasGroundSpeed) && math.Abs(float64(read.GroundSpeed)-speed) > by.speed ||
			read.Is(HasTrack) && speed > 60 && off(read.TrueTrack, by.track)
	}
	return read.Is(HasHeading) && speed > 150 && off(read.Heading, by.heading) ||
		read.Is(HasIAS) && float64(read.IAS) > speed+by.wind
}

// wrongAir says whether airspeed and Mach number of a 6,0 do not go together at the altitude that the squitters give.
func (a *aircraft) wrongAir(mb uint64, t int64) bool {
	if a.has&HasAltitude == 0 || !a.hasPlace || abs(t-a.placed) > valueAge || !flag(mb, 13) || !flag(mb, 24) {
		return false
	}
	m := Message{Has: HasAltitude, Altitude: a.altitude}
	return m.machPoints(float64(bits(mb, 14, 10)), float64(bits(mb, 25, 10))*2.048/512) < 0
}

func (a *aircraft) climbing(t int64) bool {
	return a.has&HasVerticalRate != 0 && abs(t-a.climbed) <= valueAge/3
}
