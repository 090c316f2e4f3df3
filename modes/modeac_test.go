package modes

import (
	"testing"

	"pgregory.net/rapid"
)

// replyBytes writes a code as a Beast Mode A/C reply.
func replyBytes(code uint16) [2]byte {
	v := code&0o7000<<3 | code&0o700<<2 | code&0o70<<1 | code&7
	return [2]byte{byte(v >> 8), byte(v)}
}

// modeC returns the code whose altitude is feet, in hundreds.
func modeC(t testing.TB, feet int32) uint16 {
	t.Helper()
	for code := range uint16(4096) {
		if ft, ok := ModeC(code); ok && ft == feet {
			return code
		}
	}
	t.Fatalf("no code says %d ft", feet)
	return 0
}

// TestModeCCodes: by the published table (Annex 10 volume IV appendix to chapter 3), and each altitude once.
func TestModeCCodes(t *testing.T) {
	for code, want := range map[uint16]int32{0o0040: -1200, 0o0060: -1100, 0o0020: -1000, 0o0030: -900, 0o0010: -800, 0o0410: -700} {
		if ft, ok := ModeC(code); !ok || ft != want {
			t.Errorf("%04o is %d ft (%v), want %d", code, ft, ok, want)
		}
	}
	seen := map[int32]uint16{}
	for code := range uint16(4096) {
		ft, ok := ModeC(code)
		if !ok {
			continue
		}
		if other, twice := seen[ft]; twice {
			t.Fatalf("%04o and %04o are both %d ft", other, code, ft)
		}
		seen[ft] = code
		if ft%100 != 0 || ft < -1200 || ft > 126700 || code&1 != 0 {
			t.Fatalf("%04o is %d ft", code, ft)
		}
	}
	if len(seen) != 1280 {
		t.Errorf("%d altitudes, want 1,280: from −1,200 to 126,700 ft", len(seen))
	}
	for ft := int32(-1200); ft <= 126700; ft += 100 {
		if _, ok := seen[ft]; !ok {
			t.Errorf("no code says %d ft", ft)
		}
	}
	if _, ok := ModeC(0); ok {
		t.Error("0000 has an altitude")
	}
}

// heard makes an aircraft known at a code and altitude.
func heard(t *testing.T, r *Receiver, address uint32, code uint16, feet int32, at int64) {
	t.Helper()
	x := Fixed{Address: address, Capability: 5}
	status := x.EmergencyStatus(0, code)
	place := x.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: feet, HasAltitude: true}, false)
	hear(t, r, at, status[:], place[:])
}

func TestModeACFitsTheTracked(t *testing.T) {
	r := NewReceiver(Options{})
	heard(t, r, 0x4BAB45, 0o2345, 33000, 0)
	heard(t, r, 0x424263, 0o7000, 12025, 0)
	heard(t, r, 0x400159, 0o7000, 12100, 0)
	at := 2 * aSecond
	for _, c := range []struct {
		name      string
		code      uint16
		want      ACFit
		address   uint32
		ambiguous bool
	}{
		{"a code of one aircraft", 0o2345, FitsCode, 0x4BAB45, false},
		{"its altitude", modeC(t, 33000), FitsAltitude, 0x4BAB45, false},
		{"a hundred feet off, as its code may round", modeC(t, 33100), FitsAltitude, 0x4BAB45, false},
		{"three hundred feet off", modeC(t, 33300), FitsNone, 0, false},
		{"a code of two", 0o7000, FitsNone, 0, true},
		{"an altitude of two", modeC(t, 12100), FitsNone, 0, true},
		{"a code of none", 0o4321, FitsNone, 0, false},
	} {
		rep := r.TakeModeAC(replyBytes(c.code), at)
		if rep.Fits != c.want || rep.Address != c.address || rep.Ambiguous != c.ambiguous || rep.Code != c.code || rep.Time != at {
			t.Errorf("%s: %+v", c.name, rep)
		}
	}
	if n := r.Counters; n.ModeAC != 7 || n.ModeACMatched != 3 || n.ModeACAmbiguous != 2 {
		t.Errorf("%+v", n)
	}
	if rep := r.TakeModeAC(replyBytes(0o2345), 80*aSecond); rep.Fits != FitsNone {
		t.Errorf("an aircraft unheard for over a minute: %+v", rep)
	}
	if r.Aircraft() != 3 || r.Known(0x4BAB45, 80*aSecond) {
		t.Error("a Mode A/C reply started an aircraft or kept one known")
	}
}

// TestModeACOfSilentAircraft: one that sends no positions lends the altitude and code that two of its replies agree in.
func TestModeACOfSilentAircraft(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	call, altitude, identity := x.AllCall(0), x.AltitudeReply(0, 21000), x.IdentityReply(0, 0o3456)
	other := x.AltitudeReply(0, 8000)
	hear(t, r, 0, call[:], call[:], altitude[:], identity[:])
	for _, code := range []uint16{modeC(t, 21000), 0o3456} {
		if rep := r.TakeModeAC(replyBytes(code), 4*aSecond); rep.Fits != FitsNone {
			t.Errorf("one reply was enough: %+v", rep)
		}
	}
	hear(t, r, 5*aSecond, other[:], altitude[:], altitude[:], identity[:])
	if rep := r.TakeModeAC(replyBytes(modeC(t, 21000)), 9*aSecond); rep.Fits != FitsAltitude || rep.Address != x.Address {
		t.Errorf("two replies that agree: %+v", rep)
	}
	if rep := r.TakeModeAC(replyBytes(0o3456), 9*aSecond); rep.Fits != FitsCode || rep.Address != x.Address {
		t.Errorf("two codes that agree: %+v", rep)
	}
	if rep := r.TakeModeAC(replyBytes(modeC(t, 8000)), 9*aSecond); rep.Fits != FitsNone {
		t.Errorf("an altitude that one reply gave: %+v", rep)
	}
}

// TestModeACBothWays: an aircraft whose code is its altitude; and a code of one that is the altitude of another.
func TestModeACBothWays(t *testing.T) {
	code := modeC(t, 33000)
	r := NewReceiver(Options{})
	heard(t, r, 0x4BAB45, code, 33000, 0)
	if rep := r.TakeModeAC(replyBytes(code), 2*aSecond); rep.Fits != FitsBoth || rep.Address != 0x4BAB45 {
		t.Errorf("%+v", rep)
	}
	heard(t, r, 0x424263, 0o1111, 33000, 2*aSecond)
	if rep := r.TakeModeAC(replyBytes(code), 4*aSecond); rep.Fits != FitsNone || !rep.Ambiguous {
		t.Errorf("a code of one and an altitude of two: %+v", rep)
	}
}

// TestModeACOfTheUnproven: one squitter, an MLAT mark, a TIS-B track: none of them lends its code.
func TestModeACOfTheUnproven(t *testing.T) {
	r := NewReceiver(Options{})
	x := Fixed{Address: 0x4BAB45, Capability: 5}
	status := x.EmergencyStatus(0, 0o2345)
	hear(t, r, 0, status[:])
	if rep := r.TakeModeAC(replyBytes(0o2345), aSecond); rep.Fits != FitsNone {
		t.Errorf("one squitter was enough: %+v", rep)
	}
	for i := range int64(3) {
		m := decoded(t, status[:])
		m.Origin, m.Address = MLAT, 0x424263
		r.Take(&m, i*aSecond)
	}
	if rep := r.TakeModeAC(replyBytes(0o2345), 4*aSecond); rep.Fits != FitsNone {
		t.Errorf("a multilateration server's word: %+v", rep)
	}
}

// TestModeACNeverMisnames: in random skies a reply that an aircraft would send is that aircraft's, or ambiguous.
func TestModeACNeverMisnames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := NewReceiver(Options{})
		type own struct {
			code uint16
			feet int32
		}
		sky := map[uint32]own{}
		for i := range rapid.IntRange(1, 30).Draw(t, "aircraft") {
			a := own{rapid.Uint16Range(0, 0o7777).Draw(t, "code"), rapid.Int32Range(0, 450).Draw(t, "level") * 100}
			x := Fixed{Address: 0x400000 + uint32(i), Capability: 5}
			status := x.EmergencyStatus(0, a.code)
			place := x.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: a.feet, HasAltitude: true}, false)
			for _, f := range [][]byte{status[:], place[:]} {
				m := decoded(t, f)
				r.Take(&m, 0)
			}
			sky[x.Address] = a
		}
		for address, a := range sky {
			rep := r.TakeModeAC(replyBytes(a.code), aSecond/2)
			if rep.Fits == FitsNone && !rep.Ambiguous {
				t.Fatalf("%04o of %06X fits no one", a.code, address)
			}
			if rep.Fits != FitsNone && rep.Address != address {
				t.Fatalf("%04o of %06X is called %06X's", a.code, address, rep.Address)
			}
		}
	})
}

// BenchmarkModeAC matches replies among a thousand aircraft, a thousand replies a second.
func BenchmarkModeAC(b *testing.B) {
	r := NewReceiver(Options{})
	for a := range uint32(1000) {
		x := Fixed{Address: 0x400000 + a, Capability: 5}
		status := x.EmergencyStatus(0, uint16(a*4+1))
		place := x.AirbornePosition(Airborne{Lat: 54, Lon: 27, Altitude: int32(a) * 40, HasAltitude: true}, false)
		for _, f := range [][]byte{status[:], place[:]} {
			var m Message
			if err := Decode(&m, f); err != nil {
				b.Fatal(err)
			}
			r.Take(&m, 0)
		}
	}
	b.ReportAllocs()
	i := int64(0)
	mark := cpuNanoseconds()
	for b.Loop() {
		r.TakeModeAC(replyBytes(uint16(i)&0xFFF), i*1e6%50e9)
		i++
	}
	rate(b, b.N, "replies", mark)
}
