package modes

// StatusFlags are the single bits of an operational status (TC 31), and of a target state (TC 29) where it has them.
type StatusFlags uint16

// The flags of a status; each is false too when the message has no place for it.
const (
	ESIn             StatusFlags = 1 << iota // receives 1090 MHz squitters (versions 0 and 1: has a traffic display)
	UATIn                                    // receives UAT
	AirVelocity                              // ARV: can send airspeed and heading
	TargetReports                            // TS: can send target states
	RAActive                                 // an ACAS resolution advisory stands
	IdentActive                              // the ident button was pressed
	ATCServices                              // receives ATC services
	SingleAntenna                            // one antenna only
	PositionOffset                           // POA, on the ground: the position is that of the ADS-B reference point
	LowPower                                 // B2 low, on the ground: a class of less than 70 W
	DirectionHeading                         // TRK/HDG, on the ground: direction is a heading, else a track
	MagneticNorth                            // HRD: directions are from magnetic north
	PerSample                                // SIL supplement: SIL is a probability per sample, else per hour
	ReplyLimiting                            // version 3: the transponder limits its rate of replies
	WellClear                                // version 3: detect and avoid commands to remain well clear
)

// aircraftStatus reads TC 28: emergency state and Mode A code (subtype 1) or an ACAS resolution advisory (subtype 2)
// (DO-260B 2.2.3.2.7.8).
func (m *Message) aircraftStatus(me uint64) {
	m.BDS = 0x61
	m.Sub = uint8(bits(me, 6, 3))
	switch m.Sub {
	case 1:
		m.Emergency = uint8(bits(me, 9, 3))
		m.Squawk = squawk13(bits(me, 12, 13))
		m.Has |= HasEmergency | HasSquawk
	case 2:
		m.readRA(me)
	}
}

// targetState reads TC 29: subtype 1 of version 2 (DO-260B 2.2.3.2.7.1), subtype 0 of version 1 (DO-260A 2.2.3.2.7.1).
// Version 0 has no such message.
func (m *Message) targetState(me uint64) {
	m.BDS = 0x62
	m.Sub = uint8(bits(me, 6, 2))
	switch m.Sub {
	case 0:
		m.targetStateV1(me)
		return
	case 1:
	default:
		return
	}
	if c := bits(me, 10, 11); c != 0 {
		m.SelectedAltitude, m.SelectedByFMS = int32(c-1)*32, flag(me, 9)
		m.Has |= HasSelectedTarget
	}
	if c := bits(me, 21, 9); c != 0 {
		m.QNH, m.Has = 800+float32(c-1)*0.8, m.Has|HasQNH
	}
	if flag(me, 30) {
		m.SelectedHeading, m.Has = float32(bits(me, 31, 9))*360/512, m.Has|HasSelectedHeading
	}
	m.NACp, m.NICBaro, m.SIL = uint8(bits(me, 40, 4)), flag(me, 44), uint8(bits(me, 45, 2))
	m.Has |= HasNACp | HasNICBaro | HasSIL | HasTCAS | HasStatus
	m.Status = flagIf(me, 8, PerSample)
	if flag(me, 47) {
		m.Autopilot, m.VNAV, m.AltHold, m.Approach, m.LNAV =
			flag(me, 48), flag(me, 49), flag(me, 50), flag(me, 52), flag(me, 54)
		m.Has |= HasModeFlags
	}
	m.TCAS = flag(me, 53)
}

// targetStateV1 reads the layout of version 1 (Doc 9871 table B-2-98). Bit 11 is zero there; a message in which it is set is of no version that
// was ever in use.
func (m *Message) targetStateV1(me uint64) {
	if flag(me, 11) {
		return
	}
	if source := bits(me, 8, 2); source != 0 {
		if ft := int32(bits(me, 16, 10))*100 - 1000; ft <= 100_000 {
			m.SelectedAltitude, m.SelectedByFMS = ft, source == 3
			m.Has |= HasSelectedTarget
		}
	}
	if bits(me, 26, 2) != 0 {
		if deg := bits(me, 28, 9); deg < 360 {
			m.SelectedHeading, m.Has = float32(deg), m.Has|HasSelectedHeading
		}
	}
	m.VerticalMode, m.HorizontalMode = uint8(bits(me, 14, 2)), uint8(bits(me, 38, 2))
	m.NACp, m.NICBaro, m.SIL = uint8(bits(me, 40, 4)), flag(me, 44), uint8(bits(me, 45, 2))
	m.TCAS, m.Status = !flag(me, 52), flagIf(me, 53, RAActive)
	m.Emergency = uint8(bits(me, 54, 3))
	m.Has |= HasTargetModes | HasNACp | HasNICBaro | HasSIL | HasTCAS | HasStatus | HasEmergency
}

func flagIf(b uint64, bit uint, f StatusFlags) StatusFlags {
	if flag(b, bit) {
		return f
	}
	return 0
}

// operationalStatus reads TC 31 subtypes 0 (airborne) and 1 (surface) of versions 0 to 3 (DO-260B 2.2.3.2.7.2; DO-260,
// DO-260A and DO-260C in the same place); of later versions only the version is taken, the rest stays raw.
func (m *Message) operationalStatus(me uint64) {
	m.BDS = 0x65
	m.Sub = uint8(bits(me, 6, 3))
	if m.Sub > 1 {
		return
	}
	m.Version, m.Has = uint8(bits(me, 41, 3)), m.Has|HasVersion
	switch {
	case m.Version == 0:
		m.firstStatus(me)
		return
	case m.Version > 3:
		return
	}
	m.NICa, m.NACp, m.SIL = flag(me, 44), uint8(bits(me, 45, 4)), uint8(bits(me, 51, 2))
	m.Has |= HasNICa | HasNACp | HasSIL | HasStatus
	m.Status = flagIf(me, 12, ESIn)
	if m.Version < 3 || bits(me, 25, 2) == 0 { // the second format of version 3 has no place for these two
		m.Status |= flagIf(me, 27, RAActive) | flagIf(me, 28, IdentActive)
	}
	if m.Version >= 2 {
		m.SDA, m.Has = uint8(bits(me, 31, 2)), m.Has|HasSDA
		m.Status |= flagIf(me, 30, SingleAntenna) | flagIf(me, 55, PerSample)
	}
	if m.Version == 3 {
		m.Status |= flagIf(me, 29, ReplyLimiting)
	} else {
		m.Status |= flagIf(me, 29, ATCServices)
	}
	if m.Sub == 1 {
		m.surfaceStatus(me)
		return
	}
	m.airborneStatus(me)
}

// firstStatus reads what version 0 has: the en-route capabilities, four bits of which the first two tell the format (DO-260
// 2.2.3.2.7.3.3.1). "TCAS operational or unknown" says nothing; that it is not operational does.
func (m *Message) firstStatus(me uint64) {
	if m.Sub != 0 || bits(me, 9, 2) != 0 {
		return
	}
	m.Status, m.Has = flagIf(me, 12, ESIn), m.Has|HasStatus
	if flag(me, 11) {
		m.Has |= HasTCAS
	}
}

func (m *Message) airborneStatus(me uint64) {
	m.Has |= HasTCAS
	m.TCAS = flag(me, 11) == (m.Version >= 2) // version 1 says "TCAS not operational" in this place
	if m.Version >= 2 {
		m.GVA, m.Has = uint8(bits(me, 49, 2)), m.Has|HasGVA
		m.Status |= flagIf(me, 19, UATIn)
	}
	if m.Version == 3 {
		m.Status |= flagIf(me, 40, WellClear)
		return
	}
	m.NICBaro, m.Has = flag(me, 53), m.Has|HasNICBaro
	m.Status |= flagIf(me, 15, AirVelocity) | flagIf(me, 16, TargetReports) | flagIf(me, 54, MagneticNorth)
}

func (m *Message) surfaceStatus(me uint64) {
	m.LengthWidth, m.Has = uint8(bits(me, 21, 4)), m.Has|HasLengthWidth
	m.Status |= flagIf(me, 15, LowPower) | flagIf(me, 53, DirectionHeading) | flagIf(me, 54, MagneticNorth)
	if m.Version < 3 {
		m.Status |= flagIf(me, 11, PositionOffset)
	}
	if m.Version >= 2 {
		m.NACv, m.NICc = uint8(bits(me, 17, 3)), flag(me, 20)
		m.Has |= HasNACv | HasNICc
		m.Status |= flagIf(me, 16, UATIn)
	}
	if m.Version == 2 || m.Version == 3 && bits(me, 25, 2) == 0 {
		m.Antenna, m.Has = uint8(bits(me, 33, 8)), m.Has|HasAntenna
	}
}

// sizes are the upper bounds of length and width in metres by code (DO-260B table 2-74); the last width has none.
var sizes = [16][2]float32{
	{}, {15, 23}, {25, 28.5}, {25, 34}, {35, 33}, {35, 38}, {45, 39.5}, {45, 45},
	{55, 45}, {55, 52}, {65, 59.5}, {65, 67}, {75, 72.5}, {75, 80}, {85, 80}, {85, 90},
}

// Size returns upper bounds of an aircraft's length and width in metres from its status on the ground. The top codes of
// version 3 bound nothing: more than 75 m long or 80 m wide.
func (m *Message) Size() (length, width float32, ok bool) {
	if !m.Is(HasLengthWidth) || m.LengthWidth == 0 || m.Version == 3 && m.LengthWidth >= 14 {
		return 0, 0, false
	}
	s := sizes[m.LengthWidth&15]
	return s[0], s[1], true
}

// AntennaOffset returns how far in metres the GNSS antenna is to the right of the aircraft's axis and aft of its nose
// (DO-260B 2.2.3.2.7.2.4.7); each is known on its own. Steps are of 2 m. A position that is already that of the reference
// point has no offset aft.
func (m *Message) AntennaOffset() (right, aft float32, hasRight, hasAft bool) {
	if !m.Is(HasAntenna) {
		return 0, 0, false, false
	}
	side := float32(m.Antenna >> 5 & 3 * 2)
	hasRight = m.Antenna>>5 != 0 // zero to the left is "no data"
	if m.Antenna&0x80 == 0 {
		side = -side
	}
	if c := m.Antenna & 31; c > 1 {
		aft, hasAft = float32(c-1)*2, true
	}
	if !hasRight || side == 0 {
		side = 0
	}
	return side, aft, hasRight, hasAft
}
