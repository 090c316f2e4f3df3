package modes

import (
	"math"
	"testing"
)

// selected40 is a 4,0 with MCP and FMS altitudes in feet and a pressure in tenths of hPa above 800; zeros are absent.
func selected40(mcp, fms, qnh uint64) (mb uint64) {
	if mcp > 0 {
		mb |= at(1, 1, 1) | at((mcp+8)/16, 2, 12)
	}
	if fms > 0 {
		mb |= at(1, 14, 1) | at((fms+8)/16, 15, 12)
	}
	if qnh > 0 {
		mb |= at(1, 27, 1) | at(qnh, 28, 12)
	}
	return mb
}

// turn50 is a 5,0: roll and track in degrees, speeds in knots, rate in degrees a second.
func turn50(roll, track, gs, rate, tas float64) uint64 {
	return at(1, 1, 1) | at(signedBits(int64(roll*256/45), 10), 2, 10) | at(1, 12, 1) | at(signedBits(int64(track*512/90), 11), 13, 11) |
		at(1, 24, 1) | at(uint64(gs/2), 25, 10) | at(1, 35, 1) | at(signedBits(int64(math.Round(rate*32)), 10), 36, 10) | at(1, 46, 1) | at(uint64(tas/2), 47, 10)
}

// heading60 is a 6,0: heading in degrees, IAS in knots, Mach number, rates in feet a minute.
func heading60(heading, ias, mach, baro, inertial float64) uint64 {
	return at(1, 1, 1) | at(signedBits(int64(heading*512/90), 11), 2, 11) | at(1, 13, 1) | at(uint64(ias), 14, 10) | at(1, 24, 1) | at(uint64(math.Round(mach*250)), 25, 10) |
		at(1, 35, 1) | at(signedBits(int64(baro/32), 10), 36, 10) | at(1, 46, 1) | at(signedBits(int64(inertial/32), 10), 47, 10)
}

// TestRulesOfInference: what each register may be, and the least that makes it impossible.
func TestRulesOfInference(t *testing.T) {
	ident := at(0x20, 1, 8) | identCode("BRU123")
	for _, c := range []struct {
		name string
		feet int32
		mb   uint64
		want BDS
	}{
		{"selected altitudes and pressure", 33000, selected40(33000, 33008, 2132), 0x40},
		{"a selected altitude alone", 33000, selected40(38000, 0, 0), 0x40},
		{"a pressure of 1,209 hPa", 33000, selected40(38000, 0, 4090), 0},
		{"a pressure of 850 hPa", 33000, selected40(38000, 0, 500), 0},
		{"a selected altitude of 60,000 ft", 33000, selected40(60000, 38000, 2132), 0},
		{"a reserved bit of 4,0", 33000, selected40(33000, 33008, 2132) | at(1, 40, 1), 0},
		{"mode bits without their status", 33000, selected40(33000, 33008, 2132) | at(1, 50, 1), 0},
		{"modes with their status", 33000, selected40(33000, 33008, 2132) | at(0b1101, 48, 4), 0x40},

		{"a turn", 33000, turn50(20, 300, 440, 0.87, 450), 0x50},
		{"straight on", 33000, turn50(0, 90, 440, 0, 430), 0x50},
		{"60° of roll", 33000, turn50(60, 300, 440, 2.2, 450), 0},
		{"ground speed 250 kt above airspeed", 33000, turn50(0, 90, 700, 0, 430), 0},
		{"a turn to the right in a bank to the left", 33000, turn50(-30, 300, 440, 3, 450), 0},
		{"12° a second", 33000, turn50(5, 300, 440, 12, 450), 0},
		{"900 kt over the ground", 33000, turn50(0, 300, 900, 0, 640), 0},
		{"a value without its status", 33000, turn50(0, 300, 440, 0, 450) &^ at(1, 24, 1), 0},

		{"heading and speeds", 33000, heading60(300, 280, 0.79, 0, 0), 0x60},
		{"a descent", 20000, heading60(120, 300, 0.65, -1920, -1920), 0x60},
		{"280 kt at Mach 0.79 near the ground", 2000, heading60(300, 280, 0.79, 0, 0), 0},
		{"Mach 1.4", 33000, heading60(300, 280, 1.4, 0, 0), 0},
		{"700 kt indicated", 33000, heading60(300, 700, 0.79, 0, 0), 0},
		{"rates of climb that differ by 5,000 ft/min", 33000, heading60(300, 280, 0.79, 3008, -2016), 0},
		{"8,000 ft/min", 33000, heading60(300, 280, 0.79, 8000, 8000), 0},

		{"a callsign", 33000, ident, 0x20},
		{"a sign that is none", 33000, ident | at(0x3F, 45, 6), 0},
		{"a callsign of spaces", 33000, at(0x20, 1, 8) | identCode(""), 0x20},
		{"an advisory", 33000, at(0x30, 1, 8) | at(1, 9, 1) | at(1, 29, 2) | at(0x3C4A89, 31, 24), 0x30},
		{"data link capability", 33000, be56(unhexPlain("10030A80F50000")), 0x10},
		{"data link capability with a reserved bit", 33000, be56(unhexPlain("10430A80F50000")), 0},
		{"capabilities", 33000, at(0xFA81C1, 1, 24), 0x17},
		{"capabilities without 2,0", 33000, at(0xF881C1, 1, 24), 0},
		{"wind and temperature", 35000, be56(unhexPlain("185BD5CF400000")), 0x44},
		{"a wind of 300 kt", 35000, be56(unhexPlain("185BD5CF400000")) | at(0x1FF, 6, 9), 0},
		{"nothing", 33000, 0, 0},
	} {
		f := x24.AltitudeCommB(0, c.feet, mbOf(c.mb))
		m := decoded(t, f[:])
		if m.BDS != c.want {
			t.Errorf("%s (%014X): %q of %v, want %q", c.name, c.mb, m.BDS, m.Likely.All(), c.want)
		}
		if c.want == 0 && m.Has&^(HasAddress|HasAltitude) != 0 {
			t.Errorf("%s: values %b without a register", c.name, m.Has)
		}
	}
}

func unhexPlain(s string) []byte {
	b := make([]byte, len(s)/2)
	for i := range b {
		v, _ := parseHex([]byte(s[2*i : 2*i+2]))
		b[i] = byte(v)
	}
	return b
}

// TestValuesOfCommonRegisters by hand, with signs and ends.
func TestValuesOfCommonRegisters(t *testing.T) {
	read := func(b BDS, mb uint64) Message {
		f := x24.IdentityCommB(0, 0o1234, mbOf(mb))
		m := decoded(t, f[:])
		r, ok := m.As(b)
		if !ok {
			t.Fatalf("%014X cannot be %v", mb, b)
		}
		return r
	}
	m := read(0x50, turn50(-20, 300, 440, -0.84375, 450))
	if math.Abs(float64(m.Roll)+20) > 0.2 || math.Abs(float64(m.TrueTrack)-300) > 0.2 || m.GroundSpeed != 440 || m.TrackRate != -0.84375 || m.TAS != 450 {
		t.Errorf("5,0: %+v", m)
	}
	m = read(0x60, heading60(359.9, 280, 0.788, -1920, 640))
	if math.Abs(float64(m.Heading)-359.9) > 0.2 || m.IAS != 280 || math.Abs(float64(m.Mach)-0.788) > 1e-6 || m.BaroRate != -1920 || m.InertialRate != 640 {
		t.Errorf("6,0: %+v", m)
	}
	m = read(0x40, selected40(33000, 34000, 2132)|at(0b1101, 48, 4))
	if m.SelectedMCP != 33008 || m.SelectedFMS != 34000 || math.Abs(float64(m.QNH)-1013.2) > 1e-3 || !m.VNAV || m.AltHold || !m.Approach {
		t.Errorf("4,0: %+v", m)
	}
	m = read(0x44, at(4, 1, 4)|at(1, 5, 1)|at(60, 6, 9)|at(128, 15, 9)|at(signedBits(-200, 11), 24, 11)|at(1, 35, 1)|at(250, 36, 11)|at(1, 47, 1)|at(2, 48, 2)|at(1, 50, 1)|at(32, 51, 6))
	if m.WindSpeed != 60 || m.WindDirection != 90 || m.Temperature != -50 || m.Pressure != 250 || m.Turbulence != 2 || m.Humidity != 50 {
		t.Errorf("4,4: %+v", m)
	}
}

// TestEveryRegisterOfRealRepliesIsItsOwn: what was inferred can be read again as that register, with the same values.
func TestEveryRegisterOfRealRepliesIsItsOwn(t *testing.T) {
	for _, f := range commBFrames(t) {
		m := decoded(t, f)
		if m.BDS == 0 {
			continue
		}
		again, ok := m.As(m.BDS)
		again.Likely = m.Likely
		if !ok || again != m {
			t.Fatalf("%X as %v:\n%+v\n%+v", f, m.BDS, again, m)
		}
	}
}

// TestNoiseAsRegisters counts what random bits pass for: what damage or an unknown register may be taken for.
func TestNoiseAsRegisters(t *testing.T) {
	noise := newNoise()
	count := map[string]int{}
	const n = 300_000
	taken := 0
	for i := range n {
		var mb [7]byte
		noise.fill(mb[:])
		f := x24.AltitudeCommB(0, int32(i%400)*100, mb)
		m := decoded(t, f[:])
		switch {
		case m.BDS != 0:
			count[m.BDS.String()]++
			taken++
		case m.Likely != 0:
			count["ambiguous"]++
		}
	}
	t.Logf("of %d random replies %d (%.3f %%) pass for a register: %v", n, taken, 100*float64(taken)/n, count)
	if taken > n/200 {
		t.Errorf("%d of %d", taken, n)
	}
}

// TestThreatsLieWithinTheBand: an advisory's threat by altitude is one that ACAS could see from the reply's own altitude.
func TestThreatsLieWithinTheBand(t *testing.T) {
	advisory := func(threat int32) uint64 {
		return at(0x30, 1, 8) | at(1, 9, 1) | at(2, 29, 2) | at(uint64(altitudeCode13(threat)), 31, 13) | at(30, 44, 7) | at(10, 51, 6)
	}
	for _, c := range []struct {
		own, threat int32
		want        BDS
	}{{33000, 34000, 0x30}, {33000, 23500, 0x30}, {33000, 12000, 0}, {5000, 33000, 0}, {12000, 21900, 0x30}} {
		f := x24.AltitudeCommB(0, c.own, mbOf(advisory(c.threat)))
		if m := decoded(t, f[:]); m.BDS != c.want || c.want != 0 && m.RA.ThreatAltitude != c.threat {
			t.Errorf("own %d ft, threat %d ft: %v, %+v", c.own, c.threat, m.BDS, m.RA)
		}
		f = x24.IdentityCommB(0, 0o1234, mbOf(advisory(c.threat))) // without an own altitude nothing speaks against it
		if m := decoded(t, f[:]); m.BDS != 0x30 {
			t.Errorf("threat %d ft: %v", c.threat, m.BDS)
		}
	}
}

// TestBothPrintsOf44: wind and temperature in a reply, in either layout, near what the air is like at its altitude.
func TestBothPrintsOf44(t *testing.T) {
	wind := at(4, 1, 4) | at(1, 5, 1) | at(60, 6, 9) | at(128, 15, 9)
	for _, c := range []struct {
		name string
		feet int32
		air  uint64
		want BDS
		deg  float32
	}{
		{"−50° at 35,000 ft, sign", 35000, at(signedBits(-200, 11), 24, 11), 0x44, -50},
		{"12° at 1,000 ft, sign", 1000, at(48, 24, 11), 0x44, 12},
		{"12° at 1,000 ft, status", 1000, at(1, 24, 1) | at(48, 25, 10), 0x44, 12},
		{"12° at 35,000 ft", 35000, at(1, 24, 1) | at(48, 25, 10), 0, 0},
		{"no temperature", 1000, 0, 0, 0},
	} {
		f := x24.AltitudeCommB(0, c.feet, mbOf(wind|c.air))
		if m := decoded(t, f[:]); m.BDS != c.want || m.Temperature != c.deg || m.Is(HasTemperature) != (c.want != 0) {
			t.Errorf("%s: %q %v", c.name, m.BDS, m.Temperature)
		}
	}
}
