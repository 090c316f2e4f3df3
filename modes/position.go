package modes

// airbornePosition reads TC 9 to 18 and 20 to 22, and TC 0 which carries an altitude alone (DO-260B 2.2.3.2.3).
func (m *Message) airbornePosition(me uint64) {
	m.BDS = 0x05
	m.SS = uint8(bits(me, 6, 2))
	if ft, ok := altitude12(bits(me, 9, 12)); ok {
		if m.TC >= 20 {
			m.GeoAltitude, m.Has = ft, m.Has|HasGeoAltitude
		} else {
			m.Altitude, m.Has = ft, m.Has|HasAltitude
		}
	}
	if m.TC == 0 {
		return
	}
	// Bit 8 is the single antenna flag up to version 1 and NIC supplement B from version 2; DF18 TIS-B has IMF there.
	if m.Origin == Direct {
		m.NICb, m.Has = flag(me, 8), m.Has|HasNICb
	}
	m.cpr(me)
}

// surfacePosition reads TC 5 to 8 (DO-260B 2.2.3.2.4).
func (m *Message) surfacePosition(me uint64) {
	m.BDS, m.Surface = 0x06, true
	m.Movement = uint8(bits(me, 6, 7))
	m.Has |= HasMovement
	if lower, _, ok := MovementSpeed(m.Movement); ok {
		m.GroundSpeed, m.Has = lower, m.Has|HasGroundSpeed|beyond(m.Movement == 124)
	}
	if flag(me, 13) {
		m.TrueTrack, m.Has = float32(bits(me, 14, 7))*360/128, m.Has|HasTrack
	}
	m.cpr(me)
}

// coarsePosition reads the TIS-B coarse airborne position (DF18 CF 3; DO-260B 2.2.17.3.5, figure 2-30): 12 bits of
// latitude and longitude, which stand in the upper bits of CPRLat and CPRLon, ground speed in steps of 32 knots of which
// the lower edge is given, track in steps of 11.25°.
func (m *Message) coarsePosition(me uint64) {
	m.Origin, m.Coarse = TISB, true
	if flag(me, 1) {
		m.Kind = TrackFile
	}
	m.SS, m.Sub = uint8(bits(me, 2, 2)), uint8(bits(me, 4, 4))
	if ft, ok := altitude12(bits(me, 8, 12)); ok {
		m.Altitude, m.Has = ft, m.Has|HasAltitude
	}
	if flag(me, 20) {
		m.TrueTrack, m.Has = float32(bits(me, 21, 5))*360/32, m.Has|HasTrack
	}
	if c := bits(me, 26, 6); c != 0 {
		m.GroundSpeed, m.Has = float32(max(0, int32(c)*32-48)), m.Has|HasGroundSpeed|beyond(c == 63)
	}
	m.Odd = flag(me, 32)
	m.CPRLat, m.CPRLon = bits(me, 33, 12)<<5, bits(me, 45, 12)<<5
	m.Has |= HasCPR
}

func (m *Message) cpr(me uint64) {
	m.Odd = flag(me, 22)
	m.CPRLat, m.CPRLon = bits(me, 23, 17), bits(me, 40, 17)
	m.Has |= HasCPR
}

// movementSteps are the step scale of surface speed: from code, lower edge and step in knots (DO-260B table 2-14).
var movementSteps = [...]struct {
	code       uint8
	from, step float32
}{{124, 175, 0}, {109, 100, 5}, {94, 70, 2}, {39, 15, 1}, {13, 2, 0.5}, {9, 1, 0.25}, {2, 0.125, 0.125}, {1, 0, 0.125}}

// MovementSpeed returns the step of ground speed in knots that a surface movement code stands for, lower edge included.
// Code 124 is 175 kt or more and has no upper edge (upper is zero); codes 0 and 125 to 127 say nothing.
func MovementSpeed(code uint8) (lower, upper float32, ok bool) {
	if code == 0 || code > 124 {
		return 0, 0, false
	}
	for _, s := range movementSteps {
		if code >= s.code {
			lower = s.from + float32(code-s.code)*s.step
			if s.step > 0 {
				upper = lower + s.step
			}
			return lower, upper, true
		}
	}
	return 0, 0, false
}

// SpeedHalfStep returns half the width in knots of the step that a ground speed in m is the lower edge of, surface or
// coarse TIS-B: the middle is that much above it and the error at most as much. It is zero where speeds are not steps, or
// the step has no upper edge.
func (m *Message) SpeedHalfStep() float32 {
	switch {
	case m.Coarse && m.Is(HasGroundSpeed) && !m.Is(BeyondScale):
		if m.GroundSpeed == 0 {
			return 8
		}
		return 16
	case m.Is(HasMovement | HasGroundSpeed):
		if lower, upper, ok := MovementSpeed(m.Movement); ok && upper > lower {
			return (upper - lower) / 2
		}
	}
	return 0
}

// movementCode returns the code whose step holds kt.
func movementCode(kt float64) uint8 {
	for _, s := range movementSteps {
		if kt >= float64(s.from) {
			if s.step == 0 {
				return s.code
			}
			return s.code + uint8((kt-float64(s.from))/float64(s.step))
		}
	}
	return 1
}
