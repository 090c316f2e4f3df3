package modes

// What ADS-B version 3 (DO-260C, ED-102B) has beyond version 2. A velocity does not say its version: only a [Receiver],
// or a caller who knows the aircraft's last TC 31, may read it so. The layouts are those of SeRo Systems' lib1090, which
// cites the standard's tables; no frame of this version was at hand.

// Version3Status are the codes of a version 3 operational status that have no place in earlier versions (ED-102B
// 2.2.3.2.7.2.3 and 2.2.3.2.7.2.4), as sent.
type Version3Status struct {
	ReceiverVersion  uint8 // highest ADS-B version that its receiver can use
	TransponderSide  uint8 // airborne only, as all below
	TransmitPower    uint8
	ReducedEquipment uint8
	DetectAndAvoid   uint8
	Coordination     uint8 // collision avoidance coordination capability
}

// Version3 returns the codes of a TC 31 of version 3.
func (m *Message) Version3() (s Version3Status, ok bool) {
	if !m.Squitter() || m.TC != 31 || !m.Is(HasStatus) || m.Version != 3 {
		return s, false
	}
	me := m.body()
	s.ReceiverVersion = uint8(bits(me, 13, 2))
	if m.Sub == 0 {
		s.TransponderSide, s.TransmitPower = uint8(bits(me, 15, 2)), uint8(bits(me, 17, 2))
		s.ReducedEquipment, s.DetectAndAvoid = uint8(bits(me, 21, 2)), uint8(bits(me, 23, 2))
		s.Coordination = uint8(bits(me, 33, 7))
	}
	return s, true
}

// NICd returns NIC supplement D, 0 to 3, of a TC 19 of version 3, which has it when it gives no difference of GNSS height
// and barometric altitude (ED-102B 2.2.3.2.6.1.15).
func (m *Message) NICd() (d uint8, ok bool) {
	if m.TC != 19 || m.Is(HasGeoMinusBaro) || !m.Is(HasNACv) {
		return 0, false
	}
	return uint8(bits(m.body(), 47, 2)), true
}

// ExtendedGeoMinusBaro returns the difference of GNSS height and barometric altitude of a TC 19 of version 3 in feet: the
// upper edge of a step of 12.5 ft, beyond 3,150 ft of 100 ft; more is true for "more than 4,550 ft" (ED-102B table 2-27).
func (m *Message) ExtendedGeoMinusBaro() (ft float32, more, ok bool) {
	if m.TC != 19 || !m.Is(HasGeoMinusBaro) {
		return 0, false, false
	}
	me := m.body()
	low, top := bits(me, 50, 7), bits(me, 10, 1)<<2|bits(me, 47, 2)
	last := bits(me, 9, 1)
	switch n := low<<1 | last; {
	case low != 127 && top != 0:
		return 0, false, false
	case low != 127:
		ft = float32(n-2) * 12.5
	default:
		n = top<<1 | last
		ft, more = 3150+float32(n)*100, n == 15
		if more {
			ft = 4550
		}
	}
	if flag(me, 49) {
		ft = -ft
	}
	return ft, more, true
}

// nicD are NIC and radius of TC 20 to 22 in version 3 by supplement D (ED-102B table 2-11); TC 21 has no supplement.
var nicD = [3][4]nicRow{
	{{8, 185.2}, {9, 75}, {10, 25}, {11, 7.5}},
	{{7, 370.4}, {7, 370.4}, {7, 370.4}, {7, 370.4}},
	{{0, 0}, {4, 3704}, {5, 1852}, {6, 1111.2}},
}

// NICHeight returns integrity category and containment radius of a position squitter with a height above the ellipsoid (TC
// 20 to 22) of version 3, by NIC supplement D; pass 0 when it is not known. Other type codes have [NIC].
func NICHeight(tc, d uint8) Integrity {
	if tc < 20 || tc > 22 {
		return Integrity{}
	}
	r := nicD[tc-20][d&3]
	return Integrity{r.nic, r.rc}
}
