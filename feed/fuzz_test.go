package feed

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"entente"
)

// fuzzRegistry knows every source it meets, and one receiver.
func fuzzRegistry(t testing.TB) *Registry {
	t.Helper()
	r := openRegistry(t)
	for _, s := range []entente.Sensor{{Name: "rx", Kind: entente.ADSB, Lat: 0.9, Lon: 0.4}, {Name: "R7", Kind: entente.ModeS, SAC: 25, SIC: 7}} {
		if _, err := r.Add(s, Bias{}); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// checkFile reads bytes as plots and as JSON lines: no panic, sound plots, JSON that is JSON.
func checkFile(t *testing.T, reg *Registry, format string, b []byte) {
	t.Helper()
	var stats Stats
	_ = ReadPlots("x", bytes.NewReader(b), Options{Format: format}, reg, func(plots []entente.Plot) {
		for i := range plots {
			if p := &plots[i]; p.Time == 0 || p.Sensor == 0 || !p.Is(entente.HasPolar) && !p.Is(entente.HasPosition) {
				t.Fatalf("%+v", *p)
			}
		}
	}, &stats)
	var out, errs bytes.Buffer
	s, err := DecodeFile("x", bytes.NewReader(b), DecodeOptions{Options: Options{Format: format}, Errors: &errs, Text: true}, &out)
	if err != nil {
		return
	}
	if int64(bytes.Count(errs.Bytes(), []byte{'\n'})) != s.Refused {
		t.Fatalf("%d refused, listed %q", s.Refused, errs.String())
	}
	for line := range bytes.Lines(out.Bytes()) {
		if !json.Valid(line) {
			t.Fatalf("no JSON: %q", line)
		}
	}
}

func fuzzFormat(f *testing.F, format string, seeds ...[]byte) {
	for _, s := range seeds {
		f.Add(s)
	}
	reg := fuzzRegistry(f)
	f.Fuzz(func(t *testing.T, b []byte) { checkFile(t, reg, format, b) })
}

var fuzzTime = time.Unix(1_700_000_000, 0)

func FuzzCapture(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	fuzzFormat(f, "auto",
		pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, wrapped(block)), ngFile(binary.BigEndian, 9, 5, wrapped(block)),
		ngFile(binary.LittleEndian, 0x8A, 5, wrapped6(block)),
		pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, cutUp(false, 9, block, 16)...), join(binary.LittleEndian.AppendUint32(nil, uint32(len(block))), []byte{0, 0, 0, 0}, block))
}

func FuzzASTERIX(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	fuzzFormat(f, "asterix", block, join(block, []byte{48, 0, 1}, block), []byte{34, 0, 11, 0xF0, 25, 3, 2, 0x54, 0x60, 0, 0x40},
		[]byte{10, 0, 9, 0xE0, 25, 7, 1, 0x20, 0})
}

func FuzzFinal(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	n := byte(finalHead + len(block) + finalTail)
	fuzzFormat(f, "final", join([]byte{0, n, 0, 1, 9, 1, 2, 3}, block, finalMark), join([]byte{0, n, 0}, finalMark))
}

func FuzzOradis(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	fuzzFormat(f, "oradis", join([]byte{0, byte(len(block) + 6), 1, 2, 3, 4}, block))
}

func FuzzBeastFile(f *testing.F) {
	fuzzFormat(f, "beast", beastPair(27), join([]byte("x"), beastPair(28)))
}

func FuzzLines(f *testing.F) {
	fuzzFormat(f, "auto",
		[]byte("*8D40621D58C382D690C8AC2863A7;\n@0000000003E85D4D20237A55A6;\n"),
		[]byte("1457996400,406B90,8D406B909945DE10000405999BE4\n1457996401,406B90,8D406B9058B975870B738754F480\n"),
		[]byte("MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,0\n"),
		[]byte("time_s,sensor,range_m,azimuth_deg,lat,lon,altitude_m,mode_s,mode_a\n0.18,R7,60304.4,117.7977,,,9441.2,606951,1144\n"))
}

func FuzzSensors(f *testing.F) {
	f.Add([]byte("id,kind,lat,lon,sac,sic\nR,psr,1,1,1,1\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		reg, err := LoadRegistry("s", bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, s := range reg.Sensors() {
			if found, ok := reg.ByName(s.Name); !ok || found.ID != s.ID {
				t.Fatalf("%+v is not found by name", s)
			}
		}
	})
}

func FuzzDetect(f *testing.F) {
	f.Add([]byte("MSG,3,1,1,4249B5,1,,,,,,,,,,,,,,,,\n"))
	f.Add(report48(f, fuzzTime, 50, 90))
	f.Fuzz(func(t *testing.T, b []byte) {
		format, c := Detect(b)
		if c < 0 || c > 1 || format != "" && c < 0.5 || format == "" && c >= 0.5 {
			t.Fatalf("%q with %v", format, c)
		}
	})
}
