package modes

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var x24 = Fixed{Address: 0x4BAB45, Capability: 5}

func decoded(t interface{ Fatal(...any) }, f []byte) Message {
	var m Message
	if err := Decode(&m, f); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestEncodedSquittersDecode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		alt := rapid.Int32Range(-1000, 50175).Draw(t, "altitude")
		odd := rapid.Bool().Draw(t, "odd")
		p := Airborne{Lat: 54, Lon: 27, Altitude: alt, HasAltitude: true, TC: uint8(rapid.IntRange(9, 18).Draw(t, "tc"))}
		f := x24.AirbornePosition(p, odd)
		m := decoded(t, f[:])
		if m.TC != p.TC || m.Odd != odd || !m.Is(HasAltitude|HasCPR) || math.Abs(float64(m.Altitude-alt)) > 12.5 {
			t.Fatalf("%+v", m)
		}
		ve, vn := rapid.Float64Range(-4000, 4000).Draw(t, "ve"), rapid.Float64Range(-1000, 1000).Draw(t, "vn")
		rate := rapid.Float64Range(-20000, 20000).Draw(t, "rate")
		f = x24.Velocity(ve, vn, rate, 2)
		m = decoded(t, f[:])
		tolerance := 0.51
		if math.Abs(ve) > 1021 {
			tolerance = 2.01
		}
		if !m.Is(HasVelocity|HasVerticalRate) || math.Abs(float64(m.VE)-ve) > tolerance || math.Abs(float64(m.VN)-vn) > tolerance ||
			math.Abs(float64(m.VerticalRate)-rate) > 32.01 || m.NACv != 2 {
			t.Fatalf("%v %v %v: %d %d %d", ve, vn, rate, m.VE, m.VN, m.VerticalRate)
		}
		squawk := uint16(rapid.IntRange(0, 0o7777).Draw(t, "squawk"))
		f = x24.EmergencyStatus(3, squawk)
		if m = decoded(t, f[:]); m.Squawk != squawk || m.Emergency != 3 {
			t.Fatalf("%04o: %04o %d", squawk, m.Squawk, m.Emergency)
		}
		r := x24.IdentityReply(2, squawk)
		if m = decoded(t, r[:]); m.DF != 5 || m.Squawk != squawk || m.Address != x24.Address || m.Kind != FromParity || m.FS != 2 {
			t.Fatalf("%+v", m)
		}
		r = x24.AltitudeReply(0, alt)
		if m = decoded(t, r[:]); m.DF != 4 || math.Abs(float64(m.Altitude-alt)) > 12.5 || m.Address != x24.Address {
			t.Fatalf("%+v", m)
		}
	})
}

func TestEncodedIdentificationAndStatus(t *testing.T) {
	f := x24.Identification("BRU 12", 0xB3)
	m := decoded(t, f[:])
	if m.Callsign() != "BRU 12" || m.Category != 0xB3 || m.TC != 3 {
		t.Errorf("%q %X", m.Callsign(), m.Category)
	}
	f = x24.OperationalStatus(Operational{NACp: 9, SIL: 3, GVA: 2, SDA: 2, NICBaro: true, NICa: true, TCAS: true})
	m = decoded(t, f[:])
	if m.Version != 2 || m.NACp != 9 || m.SIL != 3 || m.GVA != 2 || m.SDA != 2 || !m.NICBaro || !m.NICa || !m.TCAS {
		t.Errorf("%+v", m)
	}
	c := x24.AllCall(7)
	if m = decoded(t, c[:]); m.IC != 7 || m.Address != x24.Address || m.Control != 5 {
		t.Errorf("%+v", m)
	}
	f = x24.IdentityCommB(0, 0o2000, [7]byte{0x20, 0x10, 0xC2, 0x39, 0x5C, 0x18, 0x20})
	if m = decoded(t, f[:]); m.DF != 21 || m.BDS != 0x20 || m.Callsign() != "DLH9WA" || m.Address != x24.Address {
		t.Errorf("%+v", m)
	}
	f = x24.AltitudeCommB(0, 33000, [7]byte{})
	if m = decoded(t, f[:]); m.DF != 20 || m.BDS != 0 || m.Likely != 0 || m.Altitude != 33000 {
		t.Errorf("%+v", m)
	}
	f = x24.SurfacePosition(53.88, 28.03, 12.3, 271, false)
	if m = decoded(t, f[:]); m.GroundSpeed != 12 || math.Abs(float64(m.TrueTrack)-271) > 1.41 || !m.Surface {
		t.Errorf("%+v", m)
	}
}

func TestMovementScaleIsMonotone(t *testing.T) {
	last := float32(-1)
	for c := uint8(1); c <= 124; c++ {
		lower, upper, ok := MovementSpeed(c)
		if !ok || lower <= last || c < 124 && upper <= lower {
			t.Errorf("code %d: %v to %v after %v", c, lower, upper, last)
		}
		if got := movementCode(float64(lower)); got != c {
			t.Errorf("%v kt encodes as %d, want %d", lower, got, c)
		}
		last = lower
	}
	for _, c := range []uint8{0, 125, 126, 127} {
		if _, _, ok := MovementSpeed(c); ok {
			t.Errorf("code %d says a speed", c)
		}
	}
}

// TestGillhamIsGray steps through all altitudes of the Gillham code: each is reached once, neighbours differ in one bit.
func TestGillhamIsGray(t *testing.T) {
	byAltitude := map[int32]uint32{}
	for code := range uint32(1 << 13) {
		if code&0x50 != 0 { // M and Q
			continue
		}
		ft, ok := gillham(code)
		if !ok {
			continue
		}
		if _, twice := byAltitude[ft]; twice {
			t.Fatalf("%d ft has two codes", ft)
		}
		byAltitude[ft] = code
	}
	if len(byAltitude) != 1280 {
		t.Errorf("%d altitudes, want 1,280: −1,200 to 126,700 ft", len(byAltitude))
	}
	for ft := int32(-1100); ft <= 126700; ft += 100 {
		d := byAltitude[ft] ^ byAltitude[ft-100]
		if d == 0 || d&(d-1) != 0 {
			t.Errorf("%d and %d ft differ in bits %013b", ft-100, ft, d)
		}
	}
}

func TestMetricAltitude(t *testing.T) {
	// 4,000 m: M bit set, twelve bits of metres around it.
	ac := uint32(4000>>6)<<7 | 0x40 | 4000&0x3F
	if ft, ok := altitude13(ac); !ok || ft != 13123 {
		t.Errorf("%d %v, want 13,123 ft", ft, ok)
	}
}

func TestModeAOfReply(t *testing.T) {
	if code, spi := ModeAOfReply([2]byte{0x77, 0x80}); code != 0o7700 || !spi {
		t.Errorf("%04o %v", code, spi)
	}
	if code, spi := ModeAOfReply([2]byte{0x12, 0x34}); code != 0o1234 || spi {
		t.Errorf("%04o %v", code, spi)
	}
}
