package feed

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"entente"
)

type wrapperCase struct {
	name, format string
	data         []byte
}

// wrapperCases reads testdata/wrappers.txt, whose octets were put together without this package.
func wrapperCases(t testing.TB) (list []wrapperCase) {
	t.Helper()
	text, err := os.ReadFile("testdata/wrappers.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		part := strings.Split(strings.TrimSpace(line), " | ")
		if line[0] == '#' || len(part) != 3 {
			continue
		}
		data, err := hex.DecodeString(part[2])
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, wrapperCase{part[0], part[1], data})
	}
	if len(list) != 10 {
		t.Fatalf("%d cases", len(list))
	}
	return list
}

func TestGoldenWrappers(t *testing.T) {
	for _, c := range wrapperCases(t) {
		if f, _ := Detect(c.data); f != c.format {
			t.Errorf("%s: taken for %q", c.name, f)
		}
		for _, format := range []string{c.format, "auto"} {
			lines, s, refused := decodedLines(t, c.data, DecodeOptions{Options: Options{Format: format}, KeepBytes: true})
			var got []string
			for _, l := range lines {
				got = append(got, fmt.Sprint(l["cat"]))
			}
			if strings.Join(got, " ") != "48 34 48 48" || s.Refused != 0 {
				t.Errorf("%s: %v, %+v %s", c.name, got, s, refused)
				continue
			}
			last := lines[3]["items"].(map[string]any)
			if last["140"] != 7202.5 || last["040"].(map[string]any)["RHO"] != float64(0x1F7E)/256 {
				t.Errorf("%s: %v", c.name, last)
			}
			if c.format == "rff" && lines[1]["received"] != "2026-03-01T02:00:01.5Z" {
				t.Errorf("%s: %v", c.name, lines[1])
			}
			if want := map[string]int64{"datagrams with trailers": 16}[c.name]; s.Trailing != want {
				t.Errorf("%s: %d octets trail", c.name, s.Trailing)
			}
		}
	}
}

// TestDamagedWrappers: whatever octet is damaged or end is cut off, other records are kept; on a serial line the damage is
// always noticed, but for the first flag, before which there is nothing.
func TestDamagedWrappers(t *testing.T) {
	for _, c := range wrapperCases(t) {
		if c.format == "pcap" || c.format == "oradis" {
			continue // TestDamagedCaptures
		}
		worst := 4
		for i := range c.data {
			if c.format == "rff" && i < rffHeader+rffFrame {
				continue // its header and first length have no second copy
			}
			b := append([]byte(nil), c.data...)
			b[i] ^= 0x40
			lines, s, _ := decodedLines(t, b, DecodeOptions{Options: Options{Format: c.format}})
			if c.format == "hdlc" && i > 1 && len(lines) < 4 && s.Refused == 0 {
				t.Errorf("%s, octet %d damaged: %d records and no refusal", c.name, i, len(lines))
			}
			worst = min(worst, len(lines))
		}
		if floor := map[string]int{"rff": 1}[c.format]; c.format != "rff" && worst < 1 || worst < floor {
			t.Errorf("%s: one damaged octet leaves %d records", c.name, worst)
		}
		for i := range c.data {
			if c.format == "rff" && i < rffHeader || i == 0 {
				continue
			}
			decodedLines(t, c.data[:i], DecodeOptions{Options: Options{Format: c.format}})
		}
	}
	for _, s := range [][]byte{nil, make([]byte, rffHeader-1)} {
		if _, err := newRFF(bytes.NewReader(s), func(int64, string, int64) {}); err == nil {
			t.Errorf("%d octets are no header", len(s))
		}
	}
}

func TestRFFStart(t *testing.T) {
	want := entente.At(time.Date(2026, 3, 1, 2, 4, 5, 0, time.UTC))
	for _, text := range []string{"2026-03-01T02:04:05Z", "2026-03-01 02:04:05", "01/03/2026 02:04:05", "20260301020405", "01-Mar-2026 02:04:05"} {
		h := make([]byte, rffHeader)
		copy(h, text)
		if got := rffStart(h); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
	if got := rffStart(bytes.Repeat([]byte{'x'}, rffHeader)); got != 0 {
		t.Errorf("%v", got)
	}
}

// TestHDLCNoise: an idle line, aborts and endless frames cost nothing and give nothing.
func TestHDLCNoise(t *testing.T) {
	for name, b := range map[string][]byte{
		"idle": bytes.Repeat([]byte{0xFF}, 5000), "flags": bytes.Repeat([]byte{0x7E}, 5000), "zeros": make([]byte, 50000), "ones and flags": bytes.Repeat([]byte{0x7E, 0xFF, 1}, 3000),
		"starts": bytes.Repeat([]byte{1, 3, 48, 0, 3}, 20000), "one flag and no end": append([]byte{0x7E}, bytes.Repeat([]byte{0x55}, 40000)...),
	} {
		lines, s, _ := decodedLines(t, b, DecodeOptions{Options: Options{Format: "hdlc"}})
		if len(lines) != 0 {
			t.Errorf("%s: %d records, %+v", name, len(lines), s)
		}
	}
}

func FuzzHDLC(f *testing.F)        { fuzzWrapper(f, "hdlc") }
func FuzzRFF(f *testing.F)         { fuzzWrapper(f, "rff") }
func FuzzIOSS(f *testing.F)        { fuzzWrapper(f, "final") }
func FuzzUDPWrappers(f *testing.F) { fuzzWrapper(f, "pcap") }

func fuzzWrapper(f *testing.F, format string) {
	var seeds [][]byte
	for _, c := range wrapperCases(f) {
		if c.format == format {
			seeds = append(seeds, c.data)
		}
	}
	fuzzFormat(f, format, seeds...)
}
