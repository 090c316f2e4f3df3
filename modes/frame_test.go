package modes

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

func TestBeastRoundTrip(t *testing.T) {
	raw, err := os.ReadFile(shared(t, "ulss7_2018_a.beast"))
	if err != nil {
		t.Fatal(err)
	}
	var again []byte
	r := NewBeastReader(bytes.NewReader(raw))
	var f Frame
	var kinds [5]int
	for r.Next(&f) == nil {
		kinds[f.Kind]++
		again = AppendBeast(again, &f)
	}
	if !bytes.Equal(raw, again) {
		t.Error("writing what was read gives other bytes")
	}
	if kinds[ModeAC] == 0 || kinds[Short] == 0 || kinds[Long] == 0 {
		t.Errorf("kinds %v", kinds)
	}
}

// TestBeastFrames are rapid frames of every type, whole, cut into single bytes, and with noise between.
func TestBeastFrames(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want []Frame
		var stream []byte
		noise := 0
		for range rapid.IntRange(1, 20).Draw(t, "frames") {
			k := FrameKind(rapid.IntRange(int(ModeAC), int(Status)).Draw(t, "kind"))
			f := Frame{Kind: k, HasStamp: true, N: uint8(frameLength[k]),
				Stamp: rapid.Uint64Range(0, 1<<48-1).Draw(t, "stamp"), Signal: rapid.Byte().Draw(t, "signal")}
			for i := range int(f.N) {
				f.Data[i] = rapid.SampledFrom([]byte{0, escape, '1', '2', '3', 0xFF}).Draw(t, "byte")
			}
			if rapid.Bool().Draw(t, "noise") {
				junk := bytes.Repeat([]byte{'x'}, rapid.IntRange(1, 5).Draw(t, "junk"))
				stream, noise = append(stream, junk...), noise+len(junk)
			}
			stream = AppendBeast(stream, &f)
			want = append(want, f)
		}
		r := NewBeastReader(iotest.OneByteReader(bytes.NewReader(stream)))
		for i := range want {
			var f Frame
			if err := r.Next(&f); err != nil || f != want[i] {
				t.Fatalf("frame %d: %+v, %v; want %+v", i, f, err, want[i])
			}
		}
		var f Frame
		if err := r.Next(&f); !errors.Is(err, io.EOF) || r.Skipped != int64(noise) || r.Offset() != int64(len(stream)) {
			t.Fatalf("at the end: %v, %d skipped of %d, offset %d of %d", err, r.Skipped, noise, r.Offset(), len(stream))
		}
	})
}

func TestBeastResyncsAfterACutFrame(t *testing.T) {
	f := Frame{Kind: Short, HasStamp: true, N: 7, Data: [14]byte{0x5D, 1, 2, 3, 4, 5, 6}}
	whole := AppendBeast(nil, &f)
	for cut := 1; cut < len(whole); cut++ {
		r := NewBeastReader(bytes.NewReader(append(bytes.Clone(whole[:cut]), whole...)))
		var g Frame
		if err := r.Next(&g); err != nil || g != f {
			t.Errorf("cut after %d: %+v %v", cut, g, err)
		}
		if r.Skipped != int64(cut) || r.Resyncs != 1 {
			t.Errorf("cut after %d: %d bytes skipped, %d resyncs", cut, r.Skipped, r.Resyncs)
		}
	}
}

func TestStamps(t *testing.T) {
	f := Frame{HasStamp: true, Stamp: 12_000_000 * 3}
	if f.Ticks12() != 3e9 {
		t.Errorf("12 MHz: %d", f.Ticks12())
	}
	f.SetGPS(86399_999_999_999)
	if ns, ok := f.GPS(); !ok || ns != 86399_999_999_999 {
		t.Errorf("GPS: %d %v", ns, ok)
	}
	f.Stamp = 1<<48 - 1
	if _, ok := f.GPS(); ok {
		t.Error("a stamp of 262,143 s is no GPS time of day")
	}
	for stamp, want := range map[uint64]Origin{MLATMark: MLAT, UATMark: ADSR} {
		f.Stamp = stamp
		if o, yes := f.Marked(); !yes || o != want {
			t.Errorf("%X: %v %v", stamp, o, yes)
		}
	}
	if _, yes := (&Frame{HasStamp: true, Stamp: 5}).Marked(); yes {
		t.Error("stamp 5 is a mark")
	}
}

func TestAVR(t *testing.T) {
	good := map[string]Frame{
		"*8D4BAB4558AB031C446849B72535;\n":              {Kind: Long, N: 14},
		"@0000000003E85D4D20237A55A6;":                  {Kind: Short, N: 7, HasStamp: true, Stamp: 1000},
		"<0000000003E8FF5D4D20237A55A6;":                {Kind: Short, N: 7, HasStamp: true, Stamp: 1000, Signal: 255},
		"5d4d20237a55a6\r\n":                            {Kind: Short, N: 7},
		"*7700;":                                        {Kind: ModeAC, N: 2},
		"  @FF004D4C41548D4BAB4558AB031C446849B72535; ": {Kind: Long, N: 14, HasStamp: true, Stamp: MLATMark},
	}
	for line, want := range good {
		var f, g Frame
		if err := ParseAVR([]byte(line), &f); err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		data := f.Data
		if f.Data = [14]byte{}; f != want {
			t.Errorf("%q: %+v, want %+v", line, f, want)
		}
		f.Data = data
		if err := ParseAVR(AppendAVR(nil, &f), &g); err != nil || g.Data != f.Data || g.Stamp != f.Stamp {
			t.Errorf("%q does not come back: %+v %v", line, g, err)
		}
	}
	for _, line := range []string{"", "*", "*;", "*8D4BAB;", "*8D4BAB4558AB031C446849B7253;", "@123;", "*5D4D20237A55A6", "*5D4D20237A55AG;", "@00000000000G5D4D20237A55A6;"} {
		var f Frame
		if err := ParseAVR([]byte(line), &f); err == nil {
			t.Errorf("%q gives %+v", line, f)
		}
	}
}

func TestHexCSV(t *testing.T) {
	var f Frame
	ns, a, err := ParseHexCSV([]byte("1753827785.8086092,ADA526,8DADA5265851E6616376C2EB4463\n"), &f)
	if err != nil || ns != 1753827785808609200 || a != 0xADA526 || f.Kind != Long {
		t.Errorf("%d %06X %+v %v", ns, a, f, err)
	}
	for _, line := range []string{"", "1", "1,2", "x,ADA526,5D4D20237A55A6", "1.5,ADA526,5D4D", "1.5,ADA5266,5D4D20237A55A6", "99999999999,ADA526,5D4D20237A55A6", "1.x,ADA526,5D4D20237A55A6"} {
		if ns, a, err := ParseHexCSV([]byte(line), &f); err == nil && f.Kind != ModeAC {
			t.Errorf("%q gives %d %X %+v", line, ns, a, f)
		}
	}
	for _, name := range []string{"adsb_406b90.csv", "adsb_us_2025.csv", "commb_df20.csv", "commb_df21.csv"} {
		lines(t, name, func(n int, line string) {
			if _, _, err := ParseHexCSV([]byte(line), &f); err != nil {
				t.Fatalf("%s line %d: %v", name, n, err)
			}
		})
	}
}

// TestSBSRoundTrip reads every line of a recording and writes it again: the same text, but for the trailing blanks of a
// callsign, a bare line end and flags written 1.
func TestSBSRoundTrip(t *testing.T) {
	n := 0
	lines(t, "ulss7_2018_a.sbs", func(_ int, line string) {
		var s SBS
		if err := ParseSBS([]byte(line), &s); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		got := strings.TrimSuffix(string(AppendSBS(nil, &s)), "\r\n")
		f := strings.Split(line, ",")
		f[10] = strings.TrimRight(f[10], " ")
		if want := strings.Join(f, ","); got != want {
			t.Fatalf("%q is written %q", want, got)
		}
		n++
	})
	if n != 4298 {
		t.Errorf("%d lines", n)
	}
}

func TestSBSRefusals(t *testing.T) {
	var s SBS
	whole := "MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,1"
	if err := ParseSBS([]byte(whole), &s); err != nil || s.Alert != Off || s.Emergency != Unknown || s.SPI != On || s.OnGround != On {
		t.Errorf("%+v %v", s, err)
	}
	for _, line := range []string{
		"", "MSG", "SEL,,496,2286,4CA4E5,27215,2010/02/19,18:06:07.710,2010/02/19,18:06:07.710,RYR1427", "MSG,9" + whole[5:], "MSG,3,1,1,,1" + whole[18:],
		strings.Replace(whole, "54.1", "", 1), strings.Replace(whole, "54.1", "91", 1), strings.Replace(whole, "54.1", "NaN", 1),
		strings.Replace(whole, "19:02:28", "29:02:28", 1), strings.Replace(whole, ",0,,-1", ",2,,-1", 1), strings.Replace(whole, "27.2,,,", "27.2,,9,", 1),
	} {
		if err := ParseSBS([]byte(line), &s); err == nil {
			t.Errorf("%q gives %+v", line, s)
		}
	}
}
