package publish

import (
	"encoding/json"
	"encoding/xml"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"entente"

	"pgregory.net/rapid"
)

func TestTextSurvivesJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "text")
		b := appendText([]byte("x"), in)[1:]
		var out string
		if err := json.Unmarshal(b, &out); err != nil {
			t.Fatalf("%q: %v", b, err)
		}
		if want := strings.ToValidUTF8(in, string(utf8.RuneError)); out != want && utf8.ValidString(in) {
			t.Fatalf("%q came back as %q", in, out)
		}
	})
	for in, want := range map[string]string{"": `""`, "a\"b\\c": `"a\"b\\c"`, "\x00\x1f\x7f": `"\u0000\u001f\u007f"`, "Минск": `"Минск"`, "\xff": `"` + "\ufffd" + `"`} {
		if got := string(appendText(nil, in)); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

func TestTextSurvivesXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.String().Draw(t, "text")
		doc := append(appendXML([]byte(`<a b="`), in), `"/>`...)
		var out struct {
			B string `xml:"b,attr"`
		}
		if err := xml.Unmarshal(doc, &out); err != nil {
			t.Fatalf("%q: %v", doc, err)
		}
		want := strings.Map(func(r rune) rune {
			if r < 0x20 || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, in)
		if out.B != want {
			t.Fatalf("%q came back as %q", in, out.B)
		}
	})
}

func TestSeconds(t *testing.T) {
	for in, want := range map[entente.Instant]string{
		0: "0.000", 1: "0.000", 499_999: "0.000", 500_000: "0.001", 1_700_000_000_123_456_789: "1700000000.123", 999_999_999: "1.000",
		-1: "0.000", -500_000: "-0.001", -1_500_000_000: "-1.500",
	} {
		if got := string(appendSeconds(nil, in)); got != want {
			t.Errorf("%d: %s, want %s", in, got, want)
		}
	}
}

func TestTimeOfDay(t *testing.T) {
	for in, want := range map[entente.Instant]float64{
		0: 0, entente.Second: 1, 86_399 * entente.Second: 86_399, 86_400 * entente.Second: 0, entente.FromSeconds(86_399.999): 0,
		entente.FromSeconds(1_700_000_000.5): 80_000.5, -entente.Second: 86_399, entente.FromSeconds(0.004): 1.0 / 128,
	} {
		if got := timeOfDay(in); got != want || got >= 86_400 {
			t.Errorf("%d: %v, want %v", in, got, want)
		}
	}
}

func TestSixBit(t *testing.T) {
	for in, want := range map[string]int{
		"": 0, "BRU862": 6, "A B": 3, "ABCDEFGH": 8, "bru862": 0, "A\x00B": 0, "A-B": 0, "   ": 0, "A  ": 1, "É": 0, " A": 2,
	} {
		var c entente.Callsign
		copy(c[:], in)
		if got := sixBit(&c); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func TestMotionAndAccuracy(t *testing.T) {
	for _, c := range []struct{ ve, vn, speed, course float64 }{
		{0, 0, 0, 0}, {0, 10, 10, 0}, {10, 0, 10, 90}, {0, -10, 10, 180}, {-10, 0, 10, 270}, {3, 4, 5, 36.8699},
		{math.NaN(), 1, 0, 0}, {math.Inf(1), 1, 0, 0}, {1e200, 1e200, 0, 0},
	} {
		k := entente.Track{VE: c.ve, VN: c.vn}
		if s, d := motion(&k); math.Abs(s-c.speed) > 1e-9 || math.Abs(d-c.course) > 1e-3 {
			t.Errorf("%v, %v: %v m/s on %v°", c.ve, c.vn, s, d)
		}
	}
	var k entente.Track
	k.Covariance.Set(0, 0, 100)
	k.Covariance.Set(1, 1, 100)
	if got := accuracy(&k); math.Abs(got-24.477) > 0.001 {
		t.Errorf("95 %% of σ = 10 m is %v m", got)
	}
	k.Covariance.Set(0, 0, -500)
	if got := accuracy(&k); !math.IsInf(got, 1) {
		t.Errorf("a negative variance gives %v m", got)
	}
}

func TestEmergencyWords(t *testing.T) {
	for code, want := range map[entente.ModeA]string{0o7700: "general", 0o7600: "nordo", 0o7500: "unlawful", 0o7000: "none", 0: "none"} {
		if got := emergency(code); got != want {
			t.Errorf("%v: %s", code, got)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a\"\\\x00\xff<&>")
	f.Fuzz(func(t *testing.T, s string) {
		if b := appendText(nil, s); !json.Valid(b) {
			t.Errorf("%q", b)
		}
		if err := xml.Unmarshal(append(appendXML([]byte(`<a b="`), s), `"/>`...), new(struct{})); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	})
}
