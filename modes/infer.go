package modes

import "math"

// A Comm-B reply does not say which register it carries. Each format below is scored: −1 when the bits cannot be that
// register (a reserved bit set, a value without its status bit, a value no aircraft has, values that contradict each
// other), else points for every thing that fits. One format left, or one ahead of the others by a clear margin, is the
// register; otherwise the message names candidates and no register.
//
// The fixed formats (1,0 2,0 3,0) open with their own number; 4,4 is taken only when nothing else fits, as hardly any
// transponder serves it and its layout proves little.

// margin is the lead in points that decides between formats.
const margin = 3

func (m *Message) infer(mb uint64) {
	if mb == 0 {
		return // an empty register is a valid answer
	}
	best, second := -1, -1
	var which BDS
	var fits Registers
	for i, b := range inferable[:byBits] {
		s := m.score(b, mb, best >= 0)
		if s < 0 {
			continue
		}
		fits |= 1 << i
		if s > best {
			best, second, which = s, best, b
		} else if s > second {
			second = s
		}
	}
	if best < 0 {
		m.inferPosition(mb)
		return
	}
	if fits&(fits-1) != 0 {
		m.Likely = fits
		if best-second < margin {
			return
		}
	}
	m.BDS = which
	m.readRegister(which, mb)
}

// inferPosition takes what fits nothing else for an airborne position when its altitude is that of the reply's header: 12
// bits that agree by chance once in some thousand.
func (m *Message) inferPosition(mb uint64) {
	if !m.couldBe(0x05, mb) || !m.Is(HasAltitude) || bits(mb, 1, 5) > 18 {
		return
	}
	if ft, ok := altitude12(bits(mb, 9, 12)); ok && ft == m.Altitude {
		m.BDS = 0x05
		m.readRegister(0x05, mb)
	}
}

func (m *Message) score(b BDS, mb uint64, other bool) int {
	switch b {
	case 0x10:
		return score10(mb)
	case 0x17:
		return score17(mb)
	case 0x20:
		return score20(mb)
	case 0x30:
		return m.score30(mb)
	case 0x40:
		return score40(mb)
	case 0x44:
		if other {
			return -1
		}
		return m.score44(mb)
	case 0x50:
		return m.score50(mb)
	case 0x60:
		return m.score60(mb)
	}
	return -1
}

func score10(mb uint64) int {
	// Bits 10 to 14 are reserved; an overlay capability never came with subnetwork version 0 to 4 absent altogether.
	if bits(mb, 1, 8) != 0x10 || bits(mb, 10, 5) != 0 {
		return -1
	}
	return 20
}

// score17: the rest of the field is zero, and a transponder that serves any register serves 2,0. One that serves nothing
// beyond 4,1 looks like 4,0 with a selected altitude alone, and 4,0 is what such fields mostly are in labelled traffic.
func score17(mb uint64) int {
	if bits(mb, 25, 32) != 0 || !flag(mb, 7) {
		return -1
	}
	s := 6
	if bits(mb, 14, 11) != 0 {
		s = 12
	}
	for _, together := range [...]uint32{0b11111, 0b10111, 0b11110} { // 0,5 to 0,9 come as a set
		if bits(mb, 1, 5) == together {
			s += 4
		}
	}
	return s
}

func score20(mb uint64) int {
	if bits(mb, 1, 8) != 0x20 {
		return -1
	}
	var id [8]byte
	ok, clean := readIdent(mb, &id)
	switch {
	case !clean:
		return -1
	case !ok:
		return 5
	}
	for i := 1; i < len(id); i++ { // spaces stand at the end
		if id[i-1] == ' ' && id[i] != ' ' {
			return 8
		}
	}
	return 20
}

// threatBand is how far above or below its own aircraft ACAS watches, in feet (Annex 10 volume IV 4.3.2.2.1).
const threatBand = 10_000

func (m *Message) score30(mb uint64) int {
	// Threat type 3 does not exist; reserved advisories are above bit 15.
	if bits(mb, 1, 8) != 0x30 || bits(mb, 29, 2) == 3 || bits(mb, 16, 7) > 48 {
		return -1
	}
	if !flag(mb, 9) && !flag(mb, 28) && bits(mb, 10, 6) != 0 { // neither one threat nor several: there is no advisory
		return -1
	}
	switch bits(mb, 29, 2) {
	case 0:
		if bits(mb, 31, 26) != 0 { // no threat has no identity
			return -1
		}
	case 1:
		if bits(mb, 31, 24) == 0 || bits(mb, 55, 2) != 0 {
			return -1
		}
	case 2:
		ft, ok := altitude13(bits(mb, 31, 13))
		if !ok && bits(mb, 31, 13) != 0 || bits(mb, 51, 6) > 60 {
			return -1
		}
		if d := ft - m.Altitude; ok && m.Is(HasAltitude) && (d > threatBand || d < -threatBand) {
			return -1
		}
	}
	return 20
}

// absent says whether a field without its status bit holds something all the same.
func absent(mb uint64, status, first, n uint) bool {
	return !flag(mb, status) && bits(mb, first, n) != 0
}

func score40(mb uint64) int {
	if bits(mb, 40, 8) != 0 || bits(mb, 52, 2) != 0 ||
		absent(mb, 1, 2, 12) || absent(mb, 14, 15, 12) || absent(mb, 27, 28, 12) ||
		absent(mb, 48, 49, 3) || absent(mb, 54, 55, 2) {
		return -1
	}
	s := 4 // ten reserved bits are zero
	if flag(mb, 1) {
		n := altitudePoints(bits(mb, 2, 12))
		if n < 0 {
			return -1
		}
		s += n
	}
	if flag(mb, 14) {
		n := altitudePoints(bits(mb, 15, 12))
		if n < 0 {
			return -1
		}
		s += n
	}
	if flag(mb, 27) {
		q := bits(mb, 28, 12)
		if q < 1000 || q > 2800 { // 900 to 1,080 hPa
			return -1
		}
		s += 6
	}
	if s == 4 && bits(mb, 48, 9) == 0 {
		return -1 // nothing at all
	}
	return s
}

// altitudePoints: people select whole thousands and hundreds of feet, sent to the nearest 16.
func altitudePoints(n uint32) int {
	ft := n * 16
	switch {
	case ft > 50000:
		return -1
	case (ft+8)%1000 <= 16:
		return 9
	case (ft+8)%100 <= 16:
		return 5
	}
	return 1
}

func (m *Message) score44(mb uint64) int {
	fom := bits(mb, 1, 4)
	if fom == 0 || fom > 4 || absent(mb, 5, 6, 18) || absent(mb, 35, 36, 11) || absent(mb, 47, 48, 2) || absent(mb, 50, 51, 6) {
		return -1
	}
	if !flag(mb, 5) || bits(mb, 6, 9) > 250 {
		return -1
	}
	t, ok := temperature44(mb)
	if !ok || t < -80 || t > 60 {
		return -1
	}
	if m.Is(HasAltitude) {
		isa := 15 - 0.0019812*float64(min(m.Altitude, 36089))
		if math.Abs(t-isa) > 40 {
			return -1
		}
		if flag(mb, 35) {
			if r := float64(bits(mb, 36, 11)) / (1013.25 * pressureAt(m.Altitude)); r < 0.93 || r > 1.07 {
				return -1
			}
		}
	}
	return 5
}

func (m *Message) score50(mb uint64) int {
	if absent(mb, 1, 2, 10) || absent(mb, 12, 13, 11) || absent(mb, 24, 25, 10) || absent(mb, 35, 36, 10) || absent(mb, 46, 47, 10) {
		return -1
	}
	s := 0
	roll := twos(bits(mb, 2, 10), 10) // 45/256 degree
	if flag(mb, 1) {
		if roll > 284 || roll < -284 { // 50 degrees
			return -1
		}
		s += 2
	}
	if flag(mb, 12) {
		s += 2
	}
	gs, tas := int(bits(mb, 25, 10))*2, int(bits(mb, 47, 10))*2
	if flag(mb, 24) {
		if gs > 800 {
			return -1
		}
		s += speedPoints(gs)
	}
	if flag(mb, 46) {
		if tas > 650 || tas < 40 {
			return -1
		}
		s += speedPoints(tas)
	}
	if flag(mb, 24) && flag(mb, 46) {
		if d := gs - tas; d > 200 || d < -200 {
			return -1
		}
		s += 4
	}
	if flag(mb, 35) {
		n := m.turnPoints(mb, roll, tas)
		if n < 0 {
			return -1
		}
		s += n
	}
	if bits(mb, 1, 1)+bits(mb, 12, 1)+bits(mb, 24, 1)+bits(mb, 46, 1) < 2 {
		return -1
	}
	return s
}

func speedPoints(kt int) int {
	if kt < 60 {
		return 0
	}
	return 3
}

// turnPoints: in a steady turn the rate is g·tan(roll)/v.
func (m *Message) turnPoints(mb uint64, roll int32, tas int) int {
	rate := float64(twos(bits(mb, 36, 10), 10)) * 8 / 256
	if math.Abs(rate) > 8 {
		return -1
	}
	if !flag(mb, 1) || !flag(mb, 46) || tas == 0 {
		return 1
	}
	want := float64(roll) * 45 / 256 * (9.81 / 0.5144) / float64(tas) // small angle, degrees a second
	d := math.Abs(rate - want)
	switch {
	case d > 2.5:
		return -1
	case d > 1:
		return 0
	}
	return 4
}

func (m *Message) score60(mb uint64) int {
	if absent(mb, 1, 2, 11) || absent(mb, 13, 14, 10) || absent(mb, 24, 25, 10) || absent(mb, 35, 36, 10) || absent(mb, 46, 47, 10) {
		return -1
	}
	s, present := 0, 0
	if flag(mb, 1) {
		s, present = s+2, present+1
	}
	ias, mach := int(bits(mb, 14, 10)), float64(bits(mb, 25, 10))*2.048/512
	if flag(mb, 13) {
		if ias > 450 || ias < 40 {
			return -1
		}
		s, present = s+speedPoints(ias), present+1
	}
	if flag(mb, 24) {
		if mach > 1 || mach < 0.08 {
			return -1
		}
		s, present = s+3, present+1
	}
	if flag(mb, 13) && flag(mb, 24) {
		n := m.machPoints(float64(ias), mach)
		if n < 0 {
			return -1
		}
		s += n
	}
	baro, inertial := twos(bits(mb, 36, 10), 10)*32, twos(bits(mb, 47, 10), 10)*32
	for _, r := range [...]struct {
		status uint
		rate   int32
	}{{35, baro}, {46, inertial}} {
		if flag(mb, r.status) {
			if r.rate > 6000 || r.rate < -6000 {
				return -1
			}
			s, present = s+2, present+1
		}
	}
	if flag(mb, 35) && flag(mb, 46) {
		d := baro - inertial
		if d > 4000 || d < -4000 {
			return -1
		}
		if d < 1000 && d > -1000 {
			s += 3
		}
	}
	if present < 2 {
		return -1
	}
	return s
}

// machPoints: indicated airspeed and Mach number give the pressure, and so an altitude, to compare with the reply's own.
func (m *Message) machPoints(ias, mach float64) int {
	q := impact(ias/661.47) / impact(mach) // ambient over standard pressure
	if q > 1.3 || q < 0.08 {
		return -1
	}
	if !m.Is(HasAltitude) {
		return 2
	}
	switch r := q / pressureAt(m.Altitude); {
	case r < 0.75 || r > 1.33:
		return -1
	case r < 0.9 || r > 1.11:
		return 2
	}
	return 5
}

// pressureAt is the pressure of the standard atmosphere over that at sea level, by a fit that is within 2 % up to 45,000 ft.
func pressureAt(ft int32) float64 {
	return math.Exp(-float64(ft) / 25900 * (1 + float64(ft)/290000))
}

// impact is impact pressure over static pressure at Mach number x (compressible flow, γ = 1.4), as x²·(0.7 + 0.175·x²).
func impact(x float64) float64 { return x * x * (0.7 + 0.175*x*x) }
