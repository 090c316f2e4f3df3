package feed

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"entente"
	"entente/modes"
)

// TestHexLines are the shapes of timestamped hex that recordings come in.
func TestHexLines(t *testing.T) {
	const long, short = "8D406B909945DE10000405999BE4", "5D4D20237A55A6"
	for _, c := range []struct {
		line string
		t    entente.Instant // −1: refused
		kind modes.FrameKind
	}{
		{"1457996400.25,406B90," + long, 1457996400_250000000, modes.Long},
		{"1457996400,406B90," + long + "\r\n", 1457996400_000000000, modes.Long},
		{"0.0,406B90," + short, 1, modes.Short}, // the zero instant means "not known"
		{"1664964977359,237294000000000,-60," + long, 1664964977_359000000, modes.Long},
		{long + ",synthetic", 0, modes.Long},
		{short + ",a,b,c", 0, modes.Short},
		{long, -1, 0},
		{"", -1, 0},
		{",", -1, 0},
		{"1457996400.25,406B90,8D406B90", -1, 0},
		{"1457996400.25,406B90," + long[:27] + "G", -1, 0},
		{"yesterday,406B90," + long, -1, 0},
		{"12,34," + long + ",56", -1, 0},
		{"99999999999999," + long, 0, modes.Short}, // fourteen hex digits are a frame
		{"7700,mode a", -1, 0},
		{"hex,source", -1, 0},
	} {
		var f modes.Frame
		at, err := hexLine([]byte(c.line), &f)
		switch {
		case c.t < 0 && err == nil:
			t.Errorf("%q gives %v at %d", c.line, f, at)
		case c.t >= 0 && (err != nil || at != c.t || f.Kind != c.kind):
			t.Errorf("%q: %d %v %v, want %d", c.line, at, f.Kind, err, c.t)
		}
	}
}

// decodeText decodes lines of a format and returns the printed lines as objects.
func decodeText(t *testing.T, o DecodeOptions, text string) (lines []map[string]any, sum Summary) {
	t.Helper()
	var out bytes.Buffer
	sum, err := DecodeFile("x", strings.NewReader(text), o, &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var v map[string]any
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		lines = append(lines, v)
	}
	return lines, sum
}

// TestTextsOfCodes are what --text adds.
func TestTextsOfCodes(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	reply, call, status, id := x.IdentityReply(2, 0o7500), x.AllCall(0), x.EmergencyStatus(5, 0o7500), x.Identification("BRU1", 0xA7)
	var text strings.Builder
	for _, f := range [][]byte{reply[:], call[:], status[:], id[:]} {
		text.WriteString("*" + strings.ToUpper(hexOf(f)) + ";\n")
	}
	lines, _ := decodeText(t, DecodeOptions{Options: Options{Format: "avr"}, Text: true}, text.String())
	for i, want := range []struct{ key, text string }{
		{"fs_text", "airborne, alert"}, {"ca_text", "level 2 or above, airborne"}, {"emergency_text", "unlawful interference"}, {"category_text", "rotorcraft"},
	} {
		if lines[i][want.key] != want.text {
			t.Errorf("%v, want %s %q", lines[i], want.key, want.text)
		}
	}
	plain, _ := decodeText(t, DecodeOptions{Options: Options{Format: "avr"}}, text.String())
	for i := range plain {
		for k := range plain[i] {
			if strings.HasSuffix(k, "_text") {
				t.Errorf("%s without being asked for", k)
			}
		}
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	var s strings.Builder
	for _, v := range b {
		s.WriteByte(digits[v>>4])
		s.WriteByte(digits[v&15])
	}
	return s.String()
}

// TestModeACAndStatusLines of Beast have lines of their own.
func TestModeACAndStatusLines(t *testing.T) {
	var stream []byte
	for _, f := range []modes.Frame{
		{Kind: modes.ModeAC, HasStamp: true, N: 2, Data: [14]byte{0x77, 0x80}},
		{Kind: modes.Status, HasStamp: true, N: 14, Data: [14]byte{1, 2, 3}},
	} {
		stream = modes.AppendBeast(stream, &f)
	}
	lines, sum := decodeText(t, DecodeOptions{Options: Options{Format: "beast"}}, string(stream))
	if len(lines) != 2 || lines[0]["mode_a"] != "7700" || lines[0]["spi"] != true || lines[1]["receiver_status"] != true || sum.Refused != 0 {
		t.Errorf("%v %+v", lines, sum)
	}
}

// TestMarkedFramesAreNoMeasurements: results of multilateration in a Beast stream become plots of that kind and lines that
// say so, whatever the aircraft says elsewhere.
func TestMarkedFramesAreNoMeasurements(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	var stream []byte
	add := func(lon float64, odd bool, stamp uint64) {
		b := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: lon, Altitude: 33000, HasAltitude: true}, odd)
		f := modes.Frame{HasStamp: true, Stamp: stamp}
		if err := f.SetFrame(b[:]); err != nil {
			t.Fatal(err)
		}
		stream = modes.AppendBeast(stream, &f)
	}
	for i := range uint64(4) {
		add(27, i%2 == 1, 12_000_000*(i+1))
		add(28, i%2 == 1, modes.MLATMark)
	}
	plots, s := plotsOf(t, "x", stream, Options{Format: "beast"}, networkRegistryOne(t))
	count := map[entente.SensorKind]int{}
	for _, p := range plots {
		count[p.Kind]++
		if east := p.Lon/radian > 27.5; east != (p.Kind == entente.MLAT) {
			t.Errorf("%+v", p)
		}
		if p.Kind == entente.MLAT && p.Is(entente.HasSigma) {
			t.Error("a computed position has the worth of the aircraft's own")
		}
	}
	if count[entente.ADSB] != 3 || count[entente.MLAT] != 3 || len(s.Errors) != 0 {
		t.Errorf("%v, %v", count, s.Errors)
	}
	lines, _ := decodeText(t, DecodeOptions{Options: Options{Format: "beast"}}, string(stream))
	for i, l := range lines {
		if want := i%2 == 1; (l["source_kind"] == "MLAT") != want {
			t.Errorf("line %d: %v", i+1, l)
		}
	}
}

// TestTISBIsNoPlot: a ground station's radar, relayed, is counted and left out; ADS-R is the aircraft's own word.
func TestTISBIsNoPlot(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	for cf, want := range map[byte]int{0: 3, 1: 3, 2: 0, 5: 0, 6: 3} {
		var text strings.Builder
		for i := range 4 {
			f := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, i%2 == 1)
			f[0] = 18<<3 | cf
			r := modes.Residue(f[:])
			f[11], f[12], f[13] = f[11]^byte(r>>16), f[12]^byte(r>>8), f[13]^byte(r)
			text.WriteString("170000000" + string(rune('0'+i)) + ".0,000000," + hexOf(f[:]) + "\n")
		}
		plots, s := plotsOf(t, "x", []byte(text.String()), Options{Format: "hexcsv"}, networkRegistryOne(t))
		if len(plots) != want || want == 0 && s.Errors["tis_b"] != 3 {
			t.Errorf("CF %d: %d plots, want %d; %v", cf, len(plots), want, s.Errors)
		}
		for _, p := range plots {
			if p.Address.ICAO() == (cf == 1) {
				t.Errorf("CF %d: address %v", cf, p.Address)
			}
		}
	}
}
