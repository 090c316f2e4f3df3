package modes

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"testing"
)

// FuzzEncode: every encoder's frame decodes to what was encoded, within the field's step.
func FuzzEncode(f *testing.F) {
	f.Add(uint32(0x4BAB45), 54.0, 27.0, int32(33000), uint16(0o2345), uint8(3), []byte("BRU123"))
	f.Add(uint32(1), -89.9, 179.9999, int32(-1000), uint16(0o7777), uint8(0xFF), []byte{0xFF, 0, ' '})
	f.Add(uint32(0xFFFFFE), 87.0, -180.0, int32(50175), uint16(0), uint8(0x80), []byte(""))
	f.Fuzz(func(t *testing.T, address uint32, a, b float64, feet int32, code uint16, small uint8, text []byte) {
		if math.IsNaN(a) || math.IsInf(a, 0) || math.IsNaN(b) || math.IsInf(b, 0) {
			t.Skip("not a number")
		}
		x := Fixed{Address: address & 0xFFFFFF, Capability: small & 7}
		lat, lon := math.Mod(a, 90), math.Mod(b, 180)
		code &= 0xFFF
		feet = (feet%45000+45000)%45000 - 1000
		squitters(t, x, lat, lon, feet, code, small, string(text))
		replies(t, x, feet, code, small)
	})
}

func squitters(t *testing.T, x Fixed, lat, lon float64, feet int32, code uint16, small uint8, text string) {
	t.Helper()
	odd := small&1 != 0
	pos := x.AirbornePosition(Airborne{Lat: lat, Lon: lon, Altitude: feet, HasAltitude: true, SS: small >> 1 & 3, NICb: small&8 != 0}, odd)
	m := decoded(t, pos[:])
	la, lo := Local(CPR{m.CPRLat, m.CPRLon, m.Odd}, false, lat, lon)
	if m.Address != x.Address || m.Control != x.Capability || m.Odd != odd || abs64(m.Altitude-feet) > 12 || m.SS != small>>1&3 || m.NICb != (small&8 != 0) ||
		Distance(la, lo, lat, lon) > bin(lat, false)*2+0.1 {
		t.Fatalf("position %v %v %d: %+v", lat, lon, feet, m)
	}
	surface := x.SurfacePosition(lat, lon, float64(small), float64(code), odd)
	m = decoded(t, surface[:])
	lower, upper, ok := MovementSpeed(m.Movement)
	if !m.Surface || !ok || float64(lower) > float64(small) || upper != 0 && float64(upper) <= float64(small) ||
		math.Abs(wrap180(float64(m.TrueTrack)-float64(code))) > 360.0/128/2+1e-3 {
		t.Fatalf("on the ground at %d kt, %d°: %+v", small, code, m)
	}
	ve, vn := math.Mod(lat*40, 1000), math.Mod(lon*20, 4000)
	v := x.Velocity(ve, vn, float64(feet)/2, small&7)
	m = decoded(t, v[:])
	step := 0.5
	if m.Sub == 2 {
		step = 2
	}
	if math.Abs(float64(m.VE)-ve) > step || math.Abs(float64(m.VN)-vn) > step || math.Abs(float64(m.VerticalRate)-float64(feet)/2) > 32 || m.NACv != small&7 {
		t.Fatalf("velocity %v %v %v: %+v", ve, vn, float64(feet)/2, m)
	}
	status := x.EmergencyStatus(small&7, code)
	if m = decoded(t, status[:]); m.Emergency != small&7 || m.Squawk != code {
		t.Fatalf("status %d %o: %+v", small&7, code, m)
	}
	o := Operational{NACp: small & 15, SIL: small >> 4 & 3, GVA: small >> 6, SDA: small & 3, NICBaro: small&16 != 0, NICa: small&32 != 0, TCAS: small&64 != 0}
	op := x.OperationalStatus(o)
	m = decoded(t, op[:])
	if back := (Operational{m.NACp, m.SIL, m.GVA, m.SDA, m.NICBaro, m.NICa, m.TCAS}); back != o || m.Version != 2 {
		t.Fatalf("%+v comes back as %+v", o, back)
	}
	id := x.Identification(text, 0xA0|small&7)
	if m = decoded(t, id[:]); m.Category != 0xA0|small&7 {
		t.Fatalf("category %X: %X", small, m.Category)
	}
	for i := range min(len(text), 8) {
		if c := text[i]; (c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') && m.Ident[i] != c {
			t.Fatalf("%q: %q", text, m.Ident)
		}
	}
}

func abs64(v int32) int32 { return max(v, -v) }

func replies(t *testing.T, x Fixed, feet int32, code uint16, small uint8) {
	t.Helper()
	call := x.AllCall(small & 0x7F)
	if m := decoded(t, call[:]); m.Address != x.Address || m.IC != small&0x7F || m.Kind != ICAO {
		t.Fatalf("all-call: %+v", m)
	}
	mb := [7]byte{small, byte(code), byte(feet), byte(code >> 8), small, small, 1}
	altitude, identity := x.AltitudeReply(small, feet), x.IdentityReply(small, code)
	commA, commI := x.AltitudeCommB(small, feet, mb), x.IdentityCommB(small, code, mb)
	for _, b := range [][]byte{altitude[:], identity[:], commA[:], commI[:]} {
		m := decoded(t, b)
		if m.Address != x.Address || m.Kind != FromParity || m.FS != small&7 {
			t.Fatalf("%X: %+v", b, m)
		}
		if m.DF&1 == 0 && (!m.Is(HasAltitude) || abs64(m.Altitude-feet) > 12) || m.DF&1 == 1 && m.Squawk != code && m.BDS != 0x61 {
			t.Fatalf("%X: %d ft, %o, want %d ft, %o", b, m.Altitude, m.Squawk, feet, code)
		}
		if m.CommB() && [7]byte(m.Frame[4:11]) != mb {
			t.Fatalf("%X: body %X", b, m.Frame[4:11])
		}
	}
}

// FuzzRegisterBits: what a register's bits are read as writes the same bits again: nothing is lost or moved.
func FuzzRegisterBits(f *testing.F) {
	for _, mb := range []string{"C4600030AA0000", "85E42F31300000", "FFB4993A7FFCDF", "9910010080F500", "202CC371C31DE0", "10030A80F50000", "FA81C100000000", "185BD5CF400000", "30801800000000"} {
		b, err := hex.DecodeString(mb)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var mb [7]byte
		copy(mb[:], b)
		reply := Fixed{Address: 0x4BAB45}.IdentityCommB(0, 0, mb)
		m := decoded(t, reply[:])
		for _, reg := range inferable {
			read, ok := m.As(reg)
			if !ok {
				continue
			}
			if !json.Valid(read.AppendJSON(nil)) {
				t.Fatalf("%X as %v: %s", mb, reg, read.AppendJSON(nil))
			}
			bits, mask := writeRegister(&read)
			if want := be56(mb[:]) & mask; bits != want {
				t.Fatalf("%X as %v is written %014X, want %014X", mb, reg, bits, want)
			}
		}
	})
}

// writeRegister writes the fields of a register again, with a mask of the bits they are of.
func writeRegister(m *Message) (b, mask uint64) {
	w := func(has Fields, status, first, n uint, v float64) {
		if status != 0 {
			mask |= span(status, status)
		}
		if m.Is(has) {
			b |= put(uint32(int32(math.Round(v))), first, n)
			mask |= span(first, first+n-1)
			if status != 0 {
				b |= 1 << (56 - status)
			}
		}
	}
	switch m.BDS {
	case 0x10:
		w(HasDataLink, 0, 17, 7, float64(m.Subnetwork))
	case 0x17:
		w(HasCapability, 0, 1, 24, float64(m.Capability))
	case 0x40:
		w(HasSelectedMCP, 1, 2, 12, float64(m.SelectedMCP)/16)
		w(HasSelectedFMS, 14, 15, 12, float64(m.SelectedFMS)/16)
		w(HasQNH, 27, 28, 12, (float64(m.QNH)-800)*10)
	case 0x50:
		w(HasRoll, 1, 2, 10, float64(m.Roll)*256/45)
		w(HasTrack, 12, 13, 11, float64(m.TrueTrack)*512/90)
		w(HasGroundSpeed, 24, 25, 10, float64(m.GroundSpeed)/2)
		w(HasTrackRate, 35, 36, 10, float64(m.TrackRate)*32)
		w(HasTAS, 46, 47, 10, float64(m.TAS)/2)
	case 0x60:
		w(HasHeading, 1, 2, 11, float64(m.Heading)*512/90)
		w(HasIAS, 13, 14, 10, float64(m.IAS))
		w(HasMach, 24, 25, 10, float64(m.Mach)*250)
		w(HasBaroRate, 35, 36, 10, float64(m.BaroRate)/32)
		w(HasInertialRate, 46, 47, 10, float64(m.InertialRate)/32)
	case 0x30:
		w(HasRA, 0, 9, 14, float64(m.RA.Advisory))
		w(HasRA, 0, 23, 4, float64(m.RA.Complement))
		w(HasRA, 0, 29, 2, float64(m.RA.ThreatType))
	}
	return b, mask
}

// FuzzRepair: what is corrected is one or two bits away, says which, and is the frame that was sent when the damage was as
// small; a frame that is whole is left alone.
func FuzzRepair(f *testing.F) {
	for _, s := range seeds[:14] {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint8(40), uint8(60))
	}
	f.Fuzz(func(t *testing.T, b []byte, first, second uint8) {
		var plain, m Message
		whole := Decode(&plain, b)
		if err := TwoBits.Decode(&m, b); whole == nil && (err != nil || m != plain) {
			t.Fatalf("%X needs no repair: %v, %+v", b, err, m)
		} else if err == nil && whole != nil {
			if m.Repaired < 1 || m.Repaired > 2 || m.Repaired == 2 && m.DF == 11 {
				t.Fatalf("%X: %+v", b, m)
			}
			back := m.Frame
			for _, bit := range m.RepairedBits[:m.Repaired] {
				if bit < 6 {
					t.Fatalf("%X: the format was changed", b)
				}
				flip(&back, bit)
			}
			if string(back[:m.N]) != string(b) || Decode(&plain, m.Bytes()) != nil || !json.Valid(m.AppendJSON(nil)) {
				t.Fatalf("%X is not %X with %v changed", b, m.Bytes(), m.RepairedBits)
			}
		}
		if whole != nil || plain.DF != 17 && plain.DF != 18 {
			return
		}
		first, second = 6+first%107, 6+second%107
		broken := plain.Frame
		flip(&broken, first)
		if second != first {
			flip(&broken, second)
		}
		if err := TwoBits.Decode(&m, broken[:]); err != nil || m.Frame != plain.Frame {
			t.Fatalf("%X with bits %d and %d changed: %v, %X", b, first, second, err, m.Frame)
		}
	})
}

// FuzzModeAC: any two bytes in any sky: no panic, a match only where an aircraft has that code or altitude.
func FuzzModeAC(f *testing.F) {
	f.Add([]byte{0x70, 0x00, 0x12, 0x34, 0x00, 0x80, 0xFF, 0xFF}, int32(33000), uint16(0o7000))
	f.Fuzz(func(t *testing.T, b []byte, feet int32, code uint16) {
		sky := NewReceiver(Options{})
		feet, code = (feet%50000+50000)%50000-1000, code&0xFFF
		x := Fixed{Address: 0x4BAB45, Capability: 5}
		status := x.EmergencyStatus(0, code)
		for i, frame := range [][]byte{status[:], airborne(x, 54, 27, false), status[:]} {
			m := decoded(t, frame)
			m.Altitude = feet
			sky.Take(&m, int64(i)*1e8)
		}
		for i := 0; i+1 < min(len(b), 512); i += 2 {
			rep := sky.TakeModeAC([2]byte(b[i:i+2]), int64(i)*1e8)
			if rep.Ambiguous || rep.Fits == FitsNone != (rep.Address == 0) || rep.Code > 0xFFF {
				t.Fatalf("%+v", rep)
			}
			if rep.Fits == FitsCode && rep.Code != code || rep.Fits == FitsAltitude && abs64(rep.Altitude-feet) > 150 {
				t.Fatalf("%+v does not fit %o, %d ft", rep, code, feet)
			}
		}
		if sky.Aircraft() != 1 {
			t.Fatal("a Mode A/C reply started an aircraft")
		}
	})
}

// FuzzHexCSV: a line is read or refused; what is read is within range and again the same.
func FuzzHexCSV(f *testing.F) {
	f.Add([]byte("1457996400.25,406B90,8D406B909945DE10000405999BE4"))
	f.Add([]byte("1753827785.80,ADA526,8DADA5265851E6616376C2EB4463\r"))
	f.Add([]byte("0,0,02E197B00179C3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var fr, again Frame
		ns, a, err := ParseHexCSV(b, &fr)
		if err != nil {
			return
		}
		if ns < 0 || a > 0xFFFFFF || fr.N != 2 && fr.N != 7 && fr.N != 14 {
			t.Fatalf("%q: %d %X %+v", b, ns, a, fr)
		}
		if ns2, a2, err := ParseHexCSV(b, &again); err != nil || ns2 != ns || a2 != a || again != fr {
			t.Fatalf("%q reads otherwise the second time", b)
		}
	})
}
