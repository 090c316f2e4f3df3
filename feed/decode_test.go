package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"entente"
	"entente/modes"
)

// decodedLines prints bytes as JSON lines and reads them back.
func decodedLines(t testing.TB, text []byte, o DecodeOptions) (lines []map[string]any, s Summary, errs string) {
	t.Helper()
	var out, refused bytes.Buffer
	o.Errors = &refused
	s, err := DecodeFile("f", bytes.NewReader(text), o, &out)
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(out.Bytes()) {
		var v map[string]any
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		lines = append(lines, v)
	}
	return lines, s, refused.String()
}

// TestDecodedPairs prints every expected pair as timestamped hex: the newer frame's line has the position.
func TestDecodedPairs(t *testing.T) {
	pairs := 0
	b := readShared(t, "modes/expected.jsonl")
	for line := range bytes.Lines(b) {
		var e struct {
			Kind, Newer, Icao string
			Pair              [2]string
			TEven             float64 `json:"t_even"`
			TOdd              float64 `json:"t_odd"`
			Lat, Lon          float64
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		if e.Kind != "airborne pair" {
			continue
		}
		pairs++
		even := fmt.Sprintf("%.6f,%s,%s\n", e.TEven, e.Icao, e.Pair[0])
		odd := fmt.Sprintf("%.6f,%s,%s\n", e.TOdd, e.Icao, e.Pair[1])
		text := even + odd
		if e.Newer == "even" {
			text = odd + even
		}
		lines, _, _ := decodedLines(t, []byte(text), DecodeOptions{})
		lat, _ := lines[1]["lat"].(float64)
		lon, _ := lines[1]["lon"].(float64)
		if math.Abs(lat-e.Lat) > 1e-7 || math.Abs(lon-e.Lon) > 1e-7 || lines[0]["lat"] != nil {
			t.Errorf("%v: %v", e, lines)
		}
	}
	if pairs != 169 {
		t.Errorf("%d pairs", pairs)
	}
}

func TestDecodedSurfaceNeedsASite(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 4}
	even, odd := x.SurfacePosition(53.88, 28.03, 10, 90, false), x.SurfacePosition(53.88, 28.03, 10, 90, true)
	text := fmt.Appendf(nil, "1457996400,4BAB45,%X\n1457996401,4BAB45,%X\n", even, odd)
	if lines, _, _ := decodedLines(t, text, DecodeOptions{}); lines[1]["lat"] != nil {
		t.Errorf("without a site: %v", lines[1])
	}
	lines, _, _ := decodedLines(t, text, DecodeOptions{Lat: 54, Lon: 27, HasSite: true})
	if lat, ok := lines[1]["lat"].(float64); !ok || math.Abs(lat-53.88) > 1e-4 {
		t.Errorf("with a site: %v", lines[1])
	}
}

// TestGoodLinesAroundBadOnes are kept, and the bad ones named with their line.
func TestGoodLinesAroundBadOnes(t *testing.T) {
	text := "*8D406B902015A678D4D220AA4BDA;\nrubbish\n*8D406B902015A678D4D220AA4BDB;\n*00;\n\n*8D406B9058B975870B738754F480;\n"
	lines, s, errs := decodedLines(t, []byte(text), DecodeOptions{Options: Options{Format: "avr"}})
	if len(lines) != 2 || lines[0]["callsign"] != "EZY85MH" || s.Refused != 3 || s.Reasons["parity"] != 1 || s.Lines != 2 {
		t.Errorf("%v %+v", lines, s)
	}
	for _, want := range []string{"f at 2: ", "f at 3: 8D406B902015A678D4D220AA4BDB: parity", "f at 4: "} {
		if !strings.Contains(errs, want) {
			t.Errorf("%q is not in %q", want, errs)
		}
	}
	var some bytes.Buffer
	if s, err := DecodeFile("f", strings.NewReader(text), DecodeOptions{Options: Options{Format: "avr"}, Errors: &some, Limit: 1}, new(bytes.Buffer)); err != nil ||
		strings.Count(some.String(), "\n") != 1 || s.Refused != 3 {
		t.Errorf("limited to one: %q %+v %v", some.String(), s, err)
	}
}

// TestDecodedASTERIX has the shape that docs promise; a damaged block between good ones is named by its offset.
func TestDecodedASTERIX(t *testing.T) {
	good := block(t, 48, "", values{"140": 43200.5, "020/TYP": 5, "040/RHO": 116.8125, "040/THETA": 90.0, "070/MODE3A": 0o246, "220": 0x3FD123})
	bad := append([]byte(nil), good...)
	bad = bad[:len(bad)-1]
	bad[2]--
	lines, s, errs := decodedLines(t, join(good, bad, good), DecodeOptions{})
	offset := 0
	_, err := fmt.Sscanf(errs, "f at %d: category 048", &offset)
	if len(lines) != 2 || s.Refused != 1 || err != nil || offset < len(good) || offset >= len(good)+len(bad) {
		t.Fatalf("%d lines, %+v, %q", len(lines), s, errs)
	}
	items := lines[0]["items"].(map[string]any)
	if lines[0]["cat"] != 48.0 || items["220"] != "3FD123" || items["040"].(map[string]any)["RHO"] != 116.8125 ||
		items["070"].(map[string]any)["MODE3A"] != "0246" || items["010"].(map[string]any)["SAC"] != 25.0 {
		t.Errorf("%v", lines[0])
	}
	raw, _, _ := decodedLines(t, good, DecodeOptions{Raw: true})
	if v := raw[0]["items"].(map[string]any)["140"].(map[string]any); v["raw"] != 43200.5*128 || v["value"] != 43200.5 {
		t.Errorf("raw: %v", v)
	}
}

func TestTexts(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	status, id := x.EmergencyStatus(5, 0o7500), x.Identification("BRU123", 0xA5)
	reply := x.IdentityReply(2, 0o7500)
	lines, _, _ := decodedLines(t, fmt.Appendf(nil, "*%X;\n*%X;\n*%X;\n*7700;\n", status, id, reply), DecodeOptions{Text: true})
	if lines[0]["emergency_text"] != "unlawful interference" || lines[1]["category_text"] != "heavy" || lines[2]["fs_text"] != "airborne, alert" ||
		lines[0]["ca_text"] != "level 2 or above, airborne" || lines[3]["mode_a"] != "7700" {
		t.Errorf("%v", lines)
	}
}

type brokenPipe struct{ n int }

var errPipe = errors.New("broken pipe")

func (b *brokenPipe) Write(p []byte) (int, error) {
	if b.n -= len(p); b.n < 0 {
		return 0, errPipe
	}
	return len(p), nil
}

func TestWhatCannotBeDecoded(t *testing.T) {
	plots := "time_s,sensor,lat,lon\n1,rx,54,27\n"
	var e *entente.Error
	if _, err := DecodeFile("f", strings.NewReader(plots), DecodeOptions{}, new(bytes.Buffer)); !errors.As(err, &e) || e.Kind != entente.Unsupported {
		t.Errorf("plots: %v", err)
	}
	if _, err := DecodeFile("f", strings.NewReader("x"), DecodeOptions{Options: Options{Format: "wav"}}, new(bytes.Buffer)); !errors.As(err, &e) {
		t.Errorf("unknown format: %v", err)
	}
	long := strings.Repeat("*8D406B902015A678D4D220AA4BDA;\n", 5000)
	if _, err := DecodeFile("f", strings.NewReader(long), DecodeOptions{}, &brokenPipe{100_000}); !errors.Is(err, errPipe) {
		t.Errorf("a closed output: %v", err)
	}
	if _, err := DecodeFile("f", &failing{}, DecodeOptions{}, new(bytes.Buffer)); !errors.Is(err, os.ErrPermission) {
		t.Errorf("an unreadable file: %v", err)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, os.ErrPermission }
