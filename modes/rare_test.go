package modes

import (
	"math"
	"testing"
)

// other seals a body under DF18 with a control field.
func other(x Fixed, cf byte, me uint64) []byte {
	f := x.squitter(me)
	f[0] = 18<<3 | cf
	seal(f[:], 0)
	return f[:]
}

// TestCoarsePosition holds bodies that DO-260B figure 2-30 gives by hand: 38,000 ft, track 90°, 272 to 304 knots.
func TestCoarsePosition(t *testing.T) {
	me := func(hex string) uint64 { return be56(unhex(t, hex)) }
	m := decoded(t, other(x24, 3, me("0B8714143E87D0")))
	if m.Origin != TISB || m.Kind != ICAO || !m.Coarse || m.Sub != 5 || m.SS != 0 || m.Altitude != 38000 || m.TrueTrack != 90 ||
		m.GroundSpeed != 272 || m.SpeedHalfStep() != 16 || m.CPRLat != 1000<<5 || m.CPRLon != 2000<<5 || m.Odd || m.TC != 0 {
		t.Errorf("%+v", m)
	}
	m = decoded(t, other(x24, 3, me("E0000001000000")))
	if m.Kind != TrackFile || m.SS != 3 || m.Is(HasAltitude) || m.Is(HasTrack) || m.Is(HasGroundSpeed) || !m.Odd {
		t.Errorf("nothing known: %+v", m)
	}
	for hex, want := range map[string]float32{"00000002000000": 0, "00000004000000": 16, "0000007E000000": 1968} {
		if m = decoded(t, other(x24, 3, me(hex))); m.GroundSpeed != want || m.Is(BeyondScale) != (want == 1968) {
			t.Errorf("%s: %v, beyond %v", hex, m.GroundSpeed, m.Is(BeyondScale))
		}
	}
	if m = decoded(t, other(x24, 3, me("00000F80000000"))); m.Is(HasTrack) {
		t.Error("a track without its status bit")
	}
}

// TestCoarsePairs are positions from two codes of twelve bits.
func TestCoarsePairs(t *testing.T) {
	r := NewReceiver(Options{})
	var rep Report
	var ok bool
	for i, odd := range []bool{false, true} {
		c := EncodeCPR(53.9, 27.6, odd, false)
		me := put(c.Lat>>5, 33, 12) | put(c.Lon>>5, 45, 12) | putFlag(odd, 32)
		m := decoded(t, other(x24, 3, me))
		rep, ok = r.Take(&m, int64(i)*aSecond)
	}
	if !ok || Distance(rep.Lat, rep.Lon, 53.9, 27.6) > 300 || rep.Origin != TISB {
		t.Errorf("%+v %v", rep, ok)
	}
}

// TestCoordinationReply is a DF16 whose MV field tells an advisory; what stands where a threat would is no threat.
func TestCoordinationReply(t *testing.T) {
	f := [14]byte{16 << 3}
	putBody(&f, put(0x30, 1, 8)|put(1<<13|1<<12, 9, 14)|put(3, 23, 4)|putFlag(true, 28)|put(1, 29, 2)|put(0xABCDEF, 31, 24))
	seal(f[:], 0x4BAB45)
	m := decoded(t, f[:])
	if want := (RA{Advisory: 3 << 12, Complement: 3, Issued: true, Multiple: true}); m.RA != want || m.BDS != 0x30 || !m.Is(HasRA) {
		t.Errorf("%+v", m.RA)
	}
	f[4] = 0x31
	seal(f[:], 0x4BAB45)
	if m = decoded(t, f[:]); m.Is(HasRA) || m.BDS != 0 {
		t.Error("another MV field is read as an advisory")
	}
}

// TestThreatWithoutAddress is told by altitude, range and bearing.
func TestThreatWithoutAddress(t *testing.T) {
	body := put(28, 1, 5) | put(2, 6, 3) | put(1<<13, 9, 14) | put(2, 29, 2)
	for _, c := range []struct {
		altitude, reach, bearing uint32
		want                     RA
	}{
		{altitudeCode13(33000), 13, 35, RA{ThreatAltitude: 33000, HasThreatAltitude: true, ThreatRange: 1.2, ThreatBearing: 207, HasThreatBearing: true}},
		{0, 0, 0, RA{}},
		{0, 127, 61, RA{ThreatRange: 12.6}},
		{0, 1, 1, RA{ThreatBearing: 3, HasThreatBearing: true}},
	} {
		c.want.Advisory, c.want.Issued, c.want.ThreatType = 1<<13, true, 2
		f := x24.squitter(body | put(c.altitude, 31, 13) | put(c.reach, 44, 7) | put(c.bearing, 51, 6))
		if m := decoded(t, f[:]); m.RA != c.want {
			t.Errorf("%+v, want %+v", m.RA, c.want)
		}
	}
}

func TestMilitaryThatFollowsCivil(t *testing.T) {
	f := x24.Identification("AME1", 0xA1)
	f[0] = 19 << 3
	seal(f[:], 0)
	if m := decoded(t, f[:]); m.Callsign() != "AME1" || !m.Squitter() || m.Address != x24.Address {
		t.Errorf("%+v", m)
	}
	f[13] ^= 1
	if m := decoded(t, f[:]); m.Is(HasAddress) || m.Is(HasCallsign) || m.Squitter() {
		t.Errorf("another parity: %+v", m)
	}
}

func TestHeadersOfAirToAir(t *testing.T) {
	for _, c := range []struct {
		b0, b1, b2  byte
		vs, sl, ri  uint8
		cross, long bool
	}{{0, 0, 0, 0, 0, 0, false, false}, {6, 0xE0, 0, 1, 7, 0, true, false}, {2, 7, 0x80, 0, 0, 15, true, false}, {4, 0x65, 0x00, 1, 3, 10, false, true}} {
		f := make([]byte, 7, 14)
		if c.long {
			f, f[0] = f[:14], 16<<3
		}
		f[0] |= c.b0
		f[1], f[2] = c.b1, c.b2
		seal(f, 0x4BAB45)
		if m := decoded(t, f); m.Control != c.vs || m.UM != c.sl || m.DR != c.ri || m.Cross != c.cross {
			t.Errorf("%X: VS %d SL %d RI %d CC %v", f, m.Control, m.UM, m.DR, m.Cross)
		}
	}
}

func TestUtilityMessage(t *testing.T) {
	f := []byte{4 << 3, 0x01, 0xA0, 0, 0, 0, 0} // UM 001101: interrogator 3, Comm-B reserved
	seal(f, 0x4BAB45)
	m := decoded(t, f)
	if i, what := m.Utility(); i != 3 || what != 1 || m.DR != 0 {
		t.Errorf("interrogator %d, reserved %d, DR %d", i, what, m.DR)
	}
}

// TestTargetStateOfVersion1 is the layout of DO-260A.
func TestTargetStateOfVersion1(t *testing.T) {
	f := x24.squitter(put(29, 1, 5) | put(3, 8, 2) | put(2, 14, 2) | put(340, 16, 10) | put(1, 26, 2) | put(271, 28, 9) |
		put(1, 38, 2) | put(9, 40, 4) | putFlag(true, 44) | put(2, 45, 2) | putFlag(true, 53) | put(1, 54, 3))
	m := decoded(t, f[:])
	if m.SelectedAltitude != 33000 || !m.SelectedByFMS || m.SelectedHeading != 271 || m.VerticalMode != 2 || m.HorizontalMode != 1 ||
		m.NACp != 9 || !m.NICBaro || m.SIL != 2 || !m.TCAS || m.Status != RAActive || m.Emergency != 1 || m.Sub != 0 {
		t.Errorf("%+v", m)
	}
	f = x24.squitter(put(29, 1, 5) | putFlag(true, 11) | put(9, 40, 4))
	if m = decoded(t, f[:]); m.Is(HasNACp) {
		t.Error("a layout that never was is read")
	}
	f = x24.squitter(put(29, 1, 5) | put(400, 28, 9) | put(1, 26, 2))
	if m = decoded(t, f[:]); m.Is(HasSelectedHeading) || m.Is(HasSelectedTarget) {
		t.Error("a heading of 400°, an altitude without source")
	}
}

// TestOperationalStatusBits sets one bit at a time.
func TestOperationalStatusBits(t *testing.T) {
	for _, c := range []struct {
		version, sub uint32
		bit          uint
		want         StatusFlags
	}{
		{2, 0, 12, ESIn}, {2, 0, 15, AirVelocity}, {2, 0, 16, TargetReports}, {2, 0, 19, UATIn}, {2, 0, 27, RAActive}, {2, 0, 28, IdentActive},
		{2, 0, 29, ATCServices}, {2, 0, 30, SingleAntenna}, {2, 0, 54, MagneticNorth}, {2, 0, 55, PerSample}, {2, 1, 11, PositionOffset},
		{2, 1, 15, LowPower}, {2, 1, 16, UATIn}, {2, 1, 53, DirectionHeading}, {1, 0, 12, ESIn}, {1, 0, 30, 0}, {1, 0, 55, 0}, {1, 1, 16, 0},
		{1, 1, 53, DirectionHeading}, {0, 0, 27, 0}, {0, 0, 12, ESIn}, {0, 0, 15, 0}, {0, 1, 12, 0},
		{3, 0, 12, ESIn}, {3, 0, 27, RAActive}, {3, 0, 28, IdentActive}, {3, 0, 29, ReplyLimiting}, {3, 0, 30, SingleAntenna}, {3, 0, 40, WellClear},
		{3, 0, 15, 0}, {3, 0, 54, 0}, {3, 0, 55, PerSample}, {3, 1, 11, 0}, {3, 1, 16, UATIn}, {3, 1, 54, MagneticNorth}, {4, 0, 27, 0},
	} {
		f := x24.squitter(put(31, 1, 5) | put(c.sub, 6, 3) | put(c.version, 41, 3) | putFlag(true, c.bit))
		m := decoded(t, f[:])
		if m.Status != c.want || m.Version != uint8(c.version) {
			t.Errorf("version %d subtype %d bit %d: flags %b, want %b", c.version, c.sub, c.bit, m.Status, c.want)
		}
	}
	for version, want := range map[uint32]bool{1: false, 2: true} { // bit 11: "not operational", then "operational"
		f := x24.squitter(put(31, 1, 5) | put(version, 41, 3) | putFlag(true, 11))
		if m := decoded(t, f[:]); m.TCAS != want || !m.Is(HasTCAS) {
			t.Errorf("version %d: TCAS %v", version, m.TCAS)
		}
	}
}

func TestSizeAndAntenna(t *testing.T) {
	body := put(31, 1, 5) | put(1, 6, 3) | put(2, 41, 3)
	f := x24.squitter(body | put(9, 21, 4) | put(0b1_01_00101, 33, 8))
	m := decoded(t, f[:])
	length, width, ok := m.Size()
	right, aft, hasRight, hasAft := m.AntennaOffset()
	if length != 55 || width != 52 || !ok || right != 2 || aft != 8 || !hasRight || !hasAft {
		t.Errorf("%v × %v m %v; %v %v right, %v %v aft", length, width, ok, right, hasRight, aft, hasAft)
	}
	f = x24.squitter(body | put(0b0_11_00001, 33, 8))
	m = decoded(t, f[:])
	if _, _, ok = m.Size(); ok {
		t.Error("code 0 has a size")
	}
	if right, _, hasRight, hasAft = m.AntennaOffset(); right != -6 || !hasRight || hasAft {
		t.Errorf("%v %v right, %v aft", right, hasRight, hasAft)
	}
	f = x24.squitter(body)
	m = decoded(t, f[:])
	if _, _, hasRight, hasAft = m.AntennaOffset(); hasRight || hasAft {
		t.Error("no data is an offset")
	}
}

func TestHalfStepOfSurfaceSpeed(t *testing.T) {
	for code, want := range map[uint32]float32{1: 0.0625, 2: 0.0625, 9: 0.125, 39: 0.5, 94: 1, 109: 2.5, 123: 2.5, 124: 0, 0: 0, 125: 0} {
		f := x24.squitter(put(7, 1, 5) | put(code, 6, 7))
		m := decoded(t, f[:])
		if got := m.SpeedHalfStep(); math.Abs(float64(got-want)) > 1e-6 {
			t.Errorf("code %d: %v, want %v", code, got, want)
		}
		if m.Is(BeyondScale) != (code == 124) {
			t.Errorf("code %d: beyond the scale %v", code, m.Is(BeyondScale))
		}
	}
}
