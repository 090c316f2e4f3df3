package modes

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

// targetState reads TC 29 subtype 1, the layout of versions 1 and later (DO-260B 2.2.3.2.7.1). Subtype 0 belongs to
// version 1 drafts and is kept raw; version 0 has no such message.
func (m *Message) targetState(me uint64) {
	m.BDS = 0x62
	m.Sub = uint8(bits(me, 6, 2))
	if m.Sub != 1 {
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
	m.Has |= HasNACp | HasNICBaro | HasSIL | HasTCAS
	if flag(me, 47) {
		m.Autopilot, m.VNAV, m.AltHold, m.Approach, m.LNAV =
			flag(me, 48), flag(me, 49), flag(me, 50), flag(me, 52), flag(me, 54)
		m.Has |= HasModeFlags
	}
	m.TCAS = flag(me, 53)
}

// operationalStatus reads TC 31 subtypes 0 (airborne) and 1 (surface) of versions 0 to 2 (DO-260B 2.2.3.2.7.2); of
// later versions only the version is taken, the rest stays raw.
func (m *Message) operationalStatus(me uint64) {
	m.BDS = 0x65
	m.Sub = uint8(bits(me, 6, 3))
	if m.Sub > 1 {
		return
	}
	m.Version, m.Has = uint8(bits(me, 41, 3)), m.Has|HasVersion
	if m.Version == 0 || m.Version > 2 {
		return
	}
	m.NICa, m.NACp, m.SIL = flag(me, 44), uint8(bits(me, 45, 4)), uint8(bits(me, 51, 2))
	m.Has |= HasNICa | HasNACp | HasSIL
	surface := m.Sub == 1
	if !surface {
		m.NICBaro, m.Has = flag(me, 53), m.Has|HasNICBaro
		m.TCAS, m.Has = flag(me, 11), m.Has|HasTCAS
	}
	if m.Version < 2 {
		// Version 1 says "TCAS not operational" in this place.
		m.TCAS = !m.TCAS
		return
	}
	m.SDA, m.Has = uint8(bits(me, 31, 2)), m.Has|HasSDA
	if surface {
		m.NACv, m.NICc = uint8(bits(me, 17, 3)), flag(me, 20)
		m.Has |= HasNACv | HasNICc
		return
	}
	m.GVA, m.Has = uint8(bits(me, 49, 2)), m.Has|HasGVA
}
