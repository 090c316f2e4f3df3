package modes

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"
)

// seeds are frames of every format, one of them damaged.
var seeds = []string{
	"8D406B909945DE10000405999BE4", "8D406B9058B975870B738754F480", "8D406B902015A678D4D220AA4BDA",
	"8DADA526EA2D086FC55C085E782E", "8DADA526F8230006004AB83D0261", "8DADA526E10E2700000000909293",
	"A00015B4C4600030AA0000B86DD2", "A00015B4FFB4993A7FFCDFE19E01", "A8000798FAB10B3B000000000000",
	"A000019910010080F500004315B2", "5F4001594B0FBB", "02E1941026BC90", "282018154A9D59", "20000510F4F4B2",
	"80A18498902583B6A913421BF699", "92F143C8C8190FF2C1E4553CCB52", "8C3461CF398D60597B4EA434C4D7",
	"8DADEC32235054DCC30C20012A9C", "98000000000000000000000000AB", "C0000000000000000000000000AB",
}

// FuzzDecode: no panic, JSON that is JSON, the same message again from its own bytes, and a sky that holds.
func FuzzDecode(f *testing.F) {
	for _, s := range seeds {
		b, err := hex.DecodeString(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte{})
	sky := NewReceiver(Options{HasSite: true, Lat: 54, Lon: 27, MaxRange: 4e5, MaxAircraft: 50})
	now := int64(0)
	f.Fuzz(func(t *testing.T, b []byte) {
		var m, again Message
		if Decode(&m, b) != nil {
			return
		}
		if err := Decode(&again, m.Bytes()); err != nil || again != m {
			t.Fatalf("%X decodes to another message the second time", b)
		}
		now += 1e8
		if rep, ok := sky.Take(&m, now); ok && (rep.Lat < -90 || rep.Lat > 90 || rep.Lon < -180 || rep.Lon > 180) {
			t.Fatalf("%X: %+v", b, rep)
		}
		if text := m.AppendJSON(nil); !json.Valid(text) {
			t.Fatalf("%X: %s", b, text)
		}
	})
}

// FuzzBeast: every byte is in a frame or counted as skipped; what was read can be written and read again.
func FuzzBeast(f *testing.F) {
	for _, s := range seeds[:6] {
		var fr Frame
		b, _ := hex.DecodeString(s)
		if err := fr.SetFrame(b); err != nil {
			f.Fatal(err)
		}
		fr.Stamp = 0x1A1A1A
		f.Add(AppendBeast([]byte{0x1A}, &fr))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := NewBeastReader(bytes.NewReader(b))
		var fr, again Frame
		for r.Next(&fr) == nil {
			if n, err := ParseBeast(AppendBeast(nil, &fr), &again); err != nil || again != fr || n == 0 {
				t.Fatalf("%+v comes back as %+v, %v", fr, again, err)
			}
		}
		if r.Offset() != int64(len(b)) {
			t.Fatalf("stopped at %d of %d", r.Offset(), len(b))
		}
	})
}

// FuzzAVR: what is read can be written and read again.
func FuzzAVR(f *testing.F) {
	f.Add([]byte("*8D406B909945DE10000405999BE4;"))
	f.Add([]byte("@0000000003E85D4D20237A55A6;"))
	f.Add([]byte("1457996400.25,406B90,8D406B909945DE10000405999BE4"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var fr, again Frame
		if ParseAVR(b, &fr) == nil {
			fr.Signal = 0
			if err := ParseAVR(AppendAVR(nil, &fr), &again); err != nil || again != fr {
				t.Fatalf("%+v comes back as %+v, %v", fr, again, err)
			}
		}
		if ns, a, err := ParseHexCSV(b, &fr); err == nil && (ns < 0 || a > 0xFFFFFF) {
			t.Fatalf("%q: %d %X", b, ns, a)
		}
	})
}

// FuzzSBS: what is read can be written and read again.
func FuzzSBS(f *testing.F) {
	f.Add([]byte("MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,1"))
	f.Add([]byte("MSG,1,1,1,424263,1,2018/04/03,19:02:28.521,2018/04/10,21:24:39.440,UTA470  ,,,,,,,,,,,0"))
	f.Add([]byte("MSG,4,1,1,400159,1,2018/04/03,19:02:28.337,2018/04/10,21:24:39.437,,,203,314,,,-640,7700,,,,"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s, again SBS
		if ParseSBS(b, &s) != nil {
			return
		}
		text := AppendSBS(nil, &s)
		if err := ParseSBS(text, &again); err != nil {
			t.Fatalf("%q is written %q: %v", b, text, err)
		}
	})
}

// FuzzRegister: any bits as any register of a reply, in the sky of an aircraft that announced all of them.
func FuzzRegister(f *testing.F) {
	for _, mb := range []string{"202CC371C31DE0", "85E42F31300000", "81951536E024D4", "8F39F91A7E27C4", "0080008FC083F0", "0001FB80000000", "FA81C100000000"} {
		b, err := hex.DecodeString(mb)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b, uint16(33000), true)
	}
	f.Fuzz(func(t *testing.T, b []byte, feet uint16, overlay bool) {
		var mb [7]byte
		copy(mb[:], b)
		sky := NewReceiver(Options{})
		call := x24.AllCall(0)
		frames := [][]byte{call[:], call[:]}
		capable := x24.IdentityCommB(0, 0, [7]byte{0xFF, 0xFF, 0xFF})
		reply := x24.AltitudeCommB(0, int32(feet), mb)
		if overlay {
			reply[11] ^= mb[0]
		}
		frames = append(frames, airborne(x24, 54, 27, false), airborne(x24, 54, 27, true), capable[:], reply[:])
		for i, b := range frames {
			var m Message
			if err := Decode(&m, b); err != nil {
				t.Fatal(err)
			}
			sky.Take(&m, int64(i)*1e9)
			if text := m.AppendJSON(nil); !json.Valid(text) {
				t.Fatalf("%X: %s", b, text)
			}
			for _, reg := range inferable {
				if read, ok := m.As(reg); ok && (read.BDS != reg || !json.Valid(read.AppendJSON(nil))) {
					t.Fatalf("%X as %v", b, reg)
				}
			}
		}
	})
}

// FuzzSegments: any frames in any order: no panic, memory bounded, nothing whole without an announcement.
func FuzzSegments(f *testing.F) {
	f.Add([]byte{17 << 3, 1, 2, 3, 0xC0, 0xC1})
	f.Fuzz(func(t *testing.T, b []byte) {
		e := NewELMs(8)
		announced := false
		for i, c := range b {
			m := Message{Has: HasAddress, DF: 24, Control: c & 0x1F, Address: uint32(c >> 5)}
			if c&0x80 == 0 {
				m.DF, m.DR = 4, c&0x1F
				announced = announced || m.Announces() > 0
			}
			if elm, ok := e.Take(&m, int64(i)*1e8); ok && (!announced || elm.Segments < 1 || elm.Segments > 16 || len(elm.Bytes()) != 10*elm.Segments) {
				t.Fatalf("%+v", elm)
			}
			if len(e.open) > 8 {
				t.Fatal("too many are open")
			}
		}
	})
}
