package modes

import (
	"errors"
	"math"
	"testing"
)

// TestEveryAltitudeCode: each 13-bit code says an altitude that a transponder can send, or nothing; what 25 ft steps can
// say comes back as the same code.
func TestEveryAltitudeCode(t *testing.T) {
	steps, hundreds, metres := 0, 0, 0
	for ac := range uint32(1 << 13) {
		ft, ok := altitude13(ac)
		if !ok {
			if ft != 0 {
				t.Fatalf("%013b says nothing and %d", ac, ft)
			}
			continue
		}
		switch {
		case ac&0x40 != 0:
			metres++
			if ft < 0 || ft > 13440 {
				t.Fatalf("%013b: %d ft of 12 bits of metres", ac, ft)
			}
		case ac&0x10 != 0:
			steps++
			if altitudeCode13(ft) != ac || ft < -1000 || ft > 50175 || ft%25 != 0 {
				t.Fatalf("%013b: %d ft, back %013b", ac, ft, altitudeCode13(ft))
			}
		default:
			hundreds++
			if ft < -1200 || ft > 126700 || ft%100 != 0 {
				t.Fatalf("%013b: %d ft", ac, ft)
			}
		}
	}
	if steps != 2048 || hundreds != 1280 || metres == 0 {
		t.Errorf("%d in 25 ft, %d in 100 ft, %d in metres", steps, hundreds, metres)
	}
	for _, ft := range []int32{-1001, -2000, 50188, 60000, math.MaxInt32 - 2000} {
		if altitudeCode13(ft) != 0 {
			t.Errorf("%d ft has a code", ft)
		}
	}
}

// TestEverySquawk goes out and back; the spare bit is never set.
func TestEverySquawk(t *testing.T) {
	for code := range uint16(0o10000) {
		id := squawkCode(code)
		if squawk13(id) != code || id&0x40 != 0 {
			t.Fatalf("%04o: %013b, back %04o", code, id, squawk13(id))
		}
	}
}

// TestEveryVelocityCode: value is code less one, sign apart, zero nothing, the top one beyond the scale, four times as much
// in supersonic subtypes.
func TestEveryVelocityCode(t *testing.T) {
	for sub := uint32(1); sub <= 2; sub++ {
		scale := int16(1)
		if sub == 2 {
			scale = 4
		}
		for code := range uint32(1024) {
			west := code%3 == 0
			f := x24.squitter(put(19, 1, 5) | put(sub, 6, 3) | putFlag(west, 14) | put(code, 15, 10) | put(2, 26, 10))
			m := decoded(t, f[:])
			want := int16(code-1) * scale
			if west {
				want = -want
			}
			switch {
			case code == 0 && m.Is(HasVelocity):
				t.Fatalf("subtype %d: code 0 is a velocity", sub)
			case code > 0 && (!m.Is(HasVelocity) || m.VE != want || m.VN != scale || m.Is(BeyondScale) != (code == 1023)):
				t.Fatalf("subtype %d code %d: %d %d, beyond %v", sub, code, m.VE, m.VN, m.Is(BeyondScale))
			}
		}
	}
}

func TestEveryRateAndDifference(t *testing.T) {
	for code := range uint32(512) {
		for _, down := range []bool{false, true} {
			f := x24.squitter(put(19, 1, 5) | put(1, 6, 3) | putFlag(down, 37) | put(code, 38, 9) | putFlag(down, 49) | put(code&127, 50, 7))
			m := decoded(t, f[:])
			sign := int32(1)
			if down {
				sign = -1
			}
			if code > 0 && (!m.Is(HasVerticalRate) || m.VerticalRate != sign*int32(code-1)*64) || code == 0 && m.Is(HasVerticalRate) {
				t.Fatalf("rate %d: %d", code, m.VerticalRate)
			}
			if d := int32(code & 127); d > 0 && (!m.Is(HasGeoMinusBaro) || int32(m.GeoMinusBaro) != sign*(d-1)*25) || d == 0 && m.Is(HasGeoMinusBaro) {
				t.Fatalf("difference %d: %d", d, m.GeoMinusBaro)
			}
			if m.Is(BeyondScale) != (code == 511 || code&127 == 127) {
				t.Fatalf("code %d: beyond %v", code, m.Is(BeyondScale))
			}
		}
	}
}

func TestEveryHeadingAndAirspeed(t *testing.T) {
	for code := range uint32(1024) {
		f := x24.squitter(put(19, 1, 5) | put(3+code&1, 6, 3) | putFlag(code%2 == 0, 14) | put(code, 15, 10) | putFlag(code%3 == 0, 25) | put(code, 26, 10))
		m := decoded(t, f[:])
		if m.Is(HasHeading) != (code%2 == 0) || m.Is(HasHeading) && m.Heading != float32(code)*360/1024 {
			t.Fatalf("code %d: heading %v", code, m.Heading)
		}
		want := int16(code-1) * int16(1+3*(code&1))
		if m.Is(HasAirspeed) != (code > 0) || code > 0 && (m.Airspeed != want || m.TASType != (code%3 == 0)) {
			t.Fatalf("code %d: airspeed %d", code, m.Airspeed)
		}
	}
}

func TestEveryTargetState(t *testing.T) {
	for code := range uint32(2048) {
		f := x24.squitter(put(29, 1, 5) | put(1, 6, 2) | putFlag(code&1 != 0, 9) | put(code, 10, 11) | put(code&511, 21, 9) | putFlag(code&2 != 0, 30) | put(code&511, 31, 9) | putFlag(true, 8))
		m := decoded(t, f[:])
		if m.Is(HasSelectedTarget) != (code > 0) || code > 0 && (m.SelectedAltitude != int32(code-1)*32 || m.SelectedByFMS != (code&1 != 0)) {
			t.Fatalf("altitude %d: %d", code, m.SelectedAltitude)
		}
		q := code & 511
		if m.Is(HasQNH) != (q > 0) || q > 0 && math.Abs(float64(m.QNH)-800-0.8*float64(q-1)) > 1e-3 {
			t.Fatalf("pressure %d: %v", q, m.QNH)
		}
		if m.Is(HasSelectedHeading) != (code&2 != 0) || m.Is(HasSelectedHeading) && m.SelectedHeading != float32(q)*360/512 {
			t.Fatalf("heading %d: %v", q, m.SelectedHeading)
		}
		if m.Status != PerSample {
			t.Fatalf("flags %b", m.Status)
		}
	}
}

// TestEveryInterrogator: the seven low bits of an all-call's parity are the interrogator, any higher one is damage.
func TestEveryInterrogator(t *testing.T) {
	for ic := range uint8(128) {
		f := x24.AllCall(ic)
		m := decoded(t, f[:])
		if m.IC != ic || m.Address != x24.Address {
			t.Fatalf("interrogator %d: %d", ic, m.IC)
		}
	}
	for bit := uint(7); bit < 24; bit++ {
		f := x24.AllCall(0)
		f[6-bit/8] ^= 1 << (bit % 8)
		var m Message
		if err := Decode(&m, f[:]); !errors.Is(err, ErrParity) {
			t.Errorf("bit %d of the parity: %v", bit, err)
		}
	}
}

// TestEveryFormatAndLength: 7 bytes for formats below 16, 14 for the others, an error else, never a panic.
func TestEveryFormatAndLength(t *testing.T) {
	known := map[int]bool{0: true, 4: true, 5: true, 11: true, 16: true, 17: true, 18: true, 19: true, 20: true, 21: true}
	for n := range 20 {
		for df := range 32 {
			b := make([]byte, n)
			if n > 0 {
				b[0] = byte(df) << 3
			}
			if n >= 3 {
				seal := Residue(b)
				if seal != 0xFFFFFFFF {
					b[n-3], b[n-2], b[n-1] = byte(seal>>16), byte(seal>>8), byte(seal)
				}
			}
			var m Message
			err := Decode(&m, b)
			long := df >= 16
			want := known[df] || df >= 24
			switch {
			case n != 7 && n != 14 || long != (n == 14):
				if !errors.Is(err, ErrLength) {
					t.Fatalf("format %d in %d bytes: %v", df, n, err)
				}
			case want != (err == nil):
				t.Fatalf("format %d in %d bytes: %v", df, n, err)
			}
		}
	}
}

// TestIntegrityIsMonotone: within one version and set of supplements a higher type code is never better.
func TestIntegrityIsMonotone(t *testing.T) {
	for version := range uint8(4) {
		for bits := range 8 {
			a, b, c := bits&1 != 0, bits&2 != 0, bits&4 != 0
			last := 0.0
			for tc := uint8(9); tc <= 17; tc++ {
				in := NIC(version, tc, a, b, c)
				if in.Rc < last || in.NIC > 11 {
					t.Errorf("version %d TC %d %v%v%v: radius %v after %v", version, tc, a, b, c, in.Rc, last)
				}
				last = in.Rc
			}
		}
	}
}
