package modes

// Registers is a set of the Comm-B registers that this package can tell apart.
type Registers uint64

// inferable lists the registers in the order of their bits in [Registers]. The first eight are told by their bits alone,
// the others only with what else is known of the aircraft.
var inferable = [...]BDS{
	0x10, 0x17, 0x20, 0x30, 0x40, 0x50, 0x60, 0x44,
	0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x21, 0x41, 0x42, 0x43, 0x45, 0x48,
	0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x61, 0x62, 0x65,
}

// byBits is how many of inferable are told by their bits alone.
const byBits = 8

// Has says whether b is in the set.
func (r Registers) Has(b BDS) bool {
	for i, v := range inferable {
		if v == b {
			return r&(1<<i) != 0
		}
	}
	return false
}

// All returns the registers of the set.
func (r Registers) All() []BDS {
	var all []BDS
	for i, v := range inferable {
		if r&(1<<i) != 0 {
			all = append(all, v)
		}
	}
	return all
}

const upperHex = "0123456789ABCDEF"

// String prints two hex digits, "40" for register 4,0; empty for zero.
func (b BDS) String() string {
	if b == 0 {
		return ""
	}
	return string([]byte{upperHex[b>>4], upperHex[b&0xF]})
}

// served lists the registers of the capability bits of BDS 1,7 from bit 1 to 24 (Doc 9871 table A-2-23).
var served = [24]BDS{
	0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x20, 0x21, 0x40, 0x41, 0x42, 0x43,
	0x44, 0x45, 0x48, 0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x5F, 0x60,
}

// Serves says whether the capability report in m (BDS 1,7) announces b.
func (m *Message) Serves(b BDS) bool { return m.Is(HasCapability) && serves(m.Capability, b) }

func serves(capability uint32, b BDS) bool {
	for i, v := range served {
		if v == b {
			return capability>>(23-i)&1 != 0
		}
	}
	return false
}

// announces says whether BDS 1,7 has a place for b.
func announces(b BDS) bool {
	for _, v := range served {
		if v == b {
			return true
		}
	}
	return false
}

// As returns m's Comm-B field read as register b, whatever was inferred, with the header's fields; ok is false when m has
// no such field or its bits cannot be b.
func (m *Message) As(b BDS) (read Message, ok bool) {
	if !m.CommB() || !m.couldBe(b, m.body()) {
		return read, false
	}
	read = m.header0()
	read.BDS = b
	read.readRegister(b, m.body())
	return read, true
}

// header0 returns m as it was before its register was inferred.
func (m *Message) header0() Message {
	h := Message{
		Has: m.Has & (HasAddress | HasSquawk), Frame: m.Frame, N: m.N, DF: m.DF, Kind: m.Kind, Origin: m.Origin, Address: m.Address,
		Time: m.Time, Control: m.Control, FS: m.FS, DR: m.DR, UM: m.UM, Squawk: m.Squawk, Overlay: m.Overlay,
	}
	if m.DF == 20 {
		h.altitude(uint32(m.Frame[2]&0x1F)<<8 | uint32(m.Frame[3]))
	}
	return h
}

// couldBe says whether an MB field can be register b.
func (m *Message) couldBe(b BDS, mb uint64) bool {
	tc := bits(mb, 1, 5)
	switch b {
	case 0x05:
		return tc >= 9 && tc <= 18 || tc >= 20 && tc <= 22
	case 0x06:
		return tc >= 5 && tc <= 8 && bits(mb, 6, 7) <= 124
	case 0x08:
		var id [8]byte
		ok, clean := readIdent(mb, &id)
		return tc >= 1 && tc <= 4 && ok && clean
	case 0x09:
		return tc == 19 && bits(mb, 6, 3) >= 1 && bits(mb, 6, 3) <= 4
	case 0x0A:
		return tc == 28 || tc == 29 || tc == 31
	case 0x61:
		return tc == 28 && bits(mb, 6, 3) >= 1 && bits(mb, 6, 3) <= 2
	case 0x62:
		return tc == 29 && bits(mb, 6, 2) < 2
	case 0x65:
		return tc == 31 && bits(mb, 6, 3) < 2 && bits(mb, 41, 3) < 3
	case 0x18, 0x19, 0x1A, 0x1B, 0x1C:
		return fitsReport(b, mb)
	}
	if l := layoutOf(b); l != nil {
		return l.fit(mb)
	}
	return m.score(b, mb, false) >= 0
}

// readRegister fills m from an MB field as register b; b outside the known ones changes nothing.
func (m *Message) readRegister(b BDS, mb uint64) {
	switch b {
	case 0x05, 0x06, 0x08, 0x09, 0x0A, 0x61, 0x62, 0x65:
		m.readSquitter(mb)
		m.BDS = b
	case 0x10:
		m.read10(mb)
	case 0x17:
		m.Capability, m.Has = bits(mb, 1, 24), m.Has|HasCapability
	case 0x20:
		if ok, _ := readIdent(mb, &m.Ident); ok {
			m.Has |= HasCallsign
		}
	case 0x30:
		m.readRA(mb)
	case 0x40:
		m.read40(mb)
	case 0x44:
		m.read44(mb)
	case 0x50:
		m.read50(mb)
	case 0x60:
		m.read60(mb)
	}
}

// read10 reads the data link capability report (Doc 9871 table A-2-16).
func (m *Message) read10(mb uint64) {
	m.OverlayFlag, m.ACAS, m.Subnetwork = flag(mb, 15), flag(mb, 16), uint8(bits(mb, 17, 7))
	m.Has |= HasDataLink
}

// readRA reads an ACAS resolution advisory: the same 48 bits in BDS 3,0 and in TC 28 subtype 2.
func (m *Message) readRA(b uint64) {
	m.RA = RA{
		Advisory: uint16(bits(b, 9, 14)), Complement: uint8(bits(b, 23, 4)), Issued: flag(b, 9),
		Terminated: flag(b, 27), Multiple: flag(b, 28), ThreatType: uint8(bits(b, 29, 2)),
	}
	switch m.RA.ThreatType {
	case 1:
		m.RA.Threat = bits(b, 31, 24)
	case 2:
		m.RA.ThreatAltitude, m.RA.HasThreatAltitude = altitude13(bits(b, 31, 13))
		if c := bits(b, 44, 7); c != 0 {
			m.RA.ThreatRange = float32(c-1) / 10
		}
		if c := bits(b, 51, 6); c >= 1 && c <= 60 {
			m.RA.ThreatBearing, m.RA.HasThreatBearing = float32(c)*6-3, true
		}
	}
	m.Has |= HasRA
}

// read40 reads selected vertical intention (Doc 9871 table A-2-64).
func (m *Message) read40(mb uint64) {
	if flag(mb, 1) {
		m.SelectedMCP, m.Has = int32(bits(mb, 2, 12))*16, m.Has|HasSelectedMCP
	}
	if flag(mb, 14) {
		m.SelectedFMS, m.Has = int32(bits(mb, 15, 12))*16, m.Has|HasSelectedFMS
	}
	if flag(mb, 27) {
		m.QNH, m.Has = 800+float32(bits(mb, 28, 12))*0.1, m.Has|HasQNH
	}
	if flag(mb, 48) {
		m.VNAV, m.AltHold, m.Approach = flag(mb, 49), flag(mb, 50), flag(mb, 51)
		m.Has |= HasModeFlags
	}
}

// temperature44 reads the static air temperature of 4,4 in degrees Celsius. Its table is printed in two ways that
// contradict each other: a sign at bit 24 and ten bits behind it, or a status there, a sign at 25 and nine bits. Below zero
// the bits are the same; above, one has bit 24 clear, the other set with bit 25 clear, which in the first would be under
// −128°. Both are read; nothing but zeros is no temperature.
func temperature44(mb uint64) (deg float64, ok bool) {
	raw := bits(mb, 25, 10)
	switch {
	case flag(mb, 24):
		return float64(twos(raw, 10)) * 0.25, true
	case raw != 0:
		return float64(raw) * 0.25, true
	}
	return 0, false
}

// read44 reads the meteorological routine report (Doc 9871 table A-2-68; Annex 10 volume III table 2-68).
func (m *Message) read44(mb uint64) {
	if flag(mb, 5) {
		m.WindSpeed, m.WindDirection = int16(bits(mb, 6, 9)), float32(bits(mb, 15, 9))*180/256
		m.Has |= HasWind
	}
	if t, ok := temperature44(mb); ok {
		m.Temperature, m.Has = float32(t), m.Has|HasTemperature
	}
	if flag(mb, 35) {
		m.Pressure, m.Has = float32(bits(mb, 36, 11)), m.Has|HasPressure
	}
	if flag(mb, 47) {
		m.Turbulence, m.Has = uint8(bits(mb, 48, 2)), m.Has|HasTurbulence
	}
	if flag(mb, 50) {
		m.Humidity, m.Has = float32(bits(mb, 51, 6))*100/64, m.Has|HasHumidity
	}
}

// read50 reads the track and turn report (Doc 9871 table A-2-80).
func (m *Message) read50(mb uint64) {
	if flag(mb, 1) {
		m.Roll, m.Has = float32(twos(bits(mb, 2, 10), 10))*45/256, m.Has|HasRoll
	}
	if flag(mb, 12) {
		m.TrueTrack, m.Has = circle(bits(mb, 13, 11)), m.Has|HasTrack
	}
	if flag(mb, 24) {
		m.GroundSpeed, m.Has = float32(bits(mb, 25, 10)*2), m.Has|HasGroundSpeed
	}
	if flag(mb, 35) {
		m.TrackRate, m.Has = float32(twos(bits(mb, 36, 10), 10))*8/256, m.Has|HasTrackRate
	}
	if flag(mb, 46) {
		m.TAS, m.Has = int16(bits(mb, 47, 10)*2), m.Has|HasTAS
	}
}

// read60 reads the heading and speed report (Doc 9871 table A-2-96).
func (m *Message) read60(mb uint64) {
	if flag(mb, 1) {
		m.Heading, m.Has = circle(bits(mb, 2, 11)), m.Has|HasHeading
	}
	if flag(mb, 13) {
		m.IAS, m.Has = int16(bits(mb, 14, 10)), m.Has|HasIAS
	}
	if flag(mb, 24) {
		m.Mach, m.Has = float32(bits(mb, 25, 10))*2.048/512, m.Has|HasMach
	}
	if flag(mb, 35) {
		m.BaroRate, m.Has = twos(bits(mb, 36, 10), 10)*32, m.Has|HasBaroRate
	}
	if flag(mb, 46) {
		m.InertialRate, m.Has = twos(bits(mb, 47, 10), 10)*32, m.Has|HasInertialRate
	}
}

// twos reads n bits as two's complement.
func twos(v uint32, n uint) int32 { return int32(v<<(32-n)) >> (32 - n) }

// circle reads 11 bits as an angle in steps of 90/512 degree, 0 to 360.
func circle(v uint32) float32 { return float32(v) * 90 / 512 }
