package modes

import (
	"bytes"
	flags "flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var update = flags.Bool("update", false, "rewrite golden files")

// goldenFrames are frames of every kind, made here, by name.
func goldenFrames() (names []string, frames [][]byte) {
	add := func(name string, f []byte) { names, frames = append(names, name), append(frames, f) }
	add14 := func(name string, f [14]byte) { add(name, f[:]) }
	add7 := func(name string, f [7]byte) { add(name, f[:]) }
	ground := Fixed{Address: 0x4BAB45, Capability: 4}
	airborneAt := func(p Airborne, odd bool) [14]byte { return x24.AirbornePosition(p, odd) }

	add7("all-call squitter", x24.AllCall(0))
	add7("all-call reply to interrogator 22", x24.AllCall(22))
	add7("altitude reply", x24.AltitudeReply(0, 33000))
	add7("altitude reply, on the ground with alert", x24.AltitudeReply(3, 0))
	add7("identity reply, hijack", x24.IdentityReply(2, 0o7500))
	add("altitude reply that announces three segments", announcement(0x4BAB45, 3))
	add("first segment", segment(0x4BAB45, 0, []byte("ENTENTE BO")))
	air := []byte{6, 0xE3, 0x98, 0x38, 0, 0, 0}
	seal(air, 0x4BAB45)
	add("air to air, on the ground, cross-link", air)

	add14("identification, heavy", x24.Identification("BRU123", 0xA5))
	add14("identification, ground vehicle", ground.Identification("FOLLOW1", 0xC2))
	add14("position, even", airborneAt(Airborne{Lat: 54, Lon: 27, Altitude: 33000, HasAltitude: true}, false))
	add14("position, odd, no altitude, alert", airborneAt(Airborne{Lat: -33.9, Lon: 151.2, SS: 1}, true))
	add14("position, geometric height", airborneAt(Airborne{Lat: 54, Lon: 27, Altitude: 33500, HasAltitude: true, TC: 20, NICb: true}, false))
	add14("surface, 12 kt to the east", ground.SurfacePosition(53.8825, 28.0325, 12, 90, false))
	add14("surface, 175 kt and more", ground.SurfacePosition(53.8825, 28.0325, 180, 271, true))
	add14("velocity, descending", x24.Velocity(300, -200, -1280, 2))
	add14("velocity, supersonic", x24.Velocity(-1300, 600, 0, 1))
	add14("velocity beyond the scale", x24.squitter(put(19, 1, 5)|put(1, 6, 3)|put(1023, 15, 10)|put(1023, 26, 10)|put(511, 38, 9)|put(127, 50, 7)))
	add14("airspeed and heading", x24.squitter(put(19, 1, 5)|put(3, 6, 3)|putFlag(true, 14)|put(694, 15, 10)|putFlag(true, 25)|put(376, 26, 10)))
	add14("emergency, no radio", x24.EmergencyStatus(4, 0o7600))
	add14("advisory, threat by address", x24.squitter(put(28, 1, 5)|put(2, 6, 3)|put(1<<13|5, 9, 14)|put(2, 23, 4)|put(1, 29, 2)|put(0x3C4A89, 31, 24)))
	add14("advisory, threat by place", x24.squitter(put(28, 1, 5)|put(2, 6, 3)|put(1<<13, 9, 14)|put(2, 29, 2)|put(altitudeCode13(33000), 31, 13)|put(13, 44, 7)|put(35, 51, 6)))
	add14("target state, version 2", x24.squitter(put(29, 1, 5)|put(1, 6, 2)|put(1032, 10, 11)|put(267, 21, 9)|putFlag(true, 30)|put(95, 31, 9)|put(9, 40, 4)|
		putFlag(true, 44)|put(3, 45, 2)|putFlag(true, 47)|putFlag(true, 48)|putFlag(true, 53)|putFlag(true, 54)))
	add14("target state, version 1", x24.squitter(put(29, 1, 5)|put(1, 8, 2)|put(340, 16, 10)|put(1, 26, 2)|put(271, 28, 9)|put(9, 40, 4)|put(2, 45, 2)))
	add14("status, airborne, version 2", x24.OperationalStatus(Operational{NACp: 9, SIL: 3, GVA: 2, SDA: 2, NICBaro: true, NICa: true, TCAS: true}))
	add14("status, on the ground, version 2", ground.squitter(put(31, 1, 5)|put(1, 6, 3)|put(5, 17, 3)|putFlag(true, 20)|put(9, 21, 4)|put(0b1_01_00101, 33, 8)|put(2, 41, 3)|put(10, 45, 4)|put(3, 51, 2)))
	add14("status, version 1", x24.squitter(put(31, 1, 5)|putFlag(true, 12)|put(1, 41, 3)|put(8, 45, 4)|put(2, 51, 2)))
	add14("status, version 0", x24.squitter(put(31, 1, 5)))

	add("TIS-B, fine, track file", other(x24, 2, put(11, 1, 5)|putFlag(true, 8)|put(altitudeCode12(9000), 9, 12)|put(93000, 23, 17)|put(51372, 40, 17)))
	add("TIS-B, coarse", other(x24, 3, be56(unhexPlain("0B8714143E87D0"))))
	add("TIS-B, address that is not ICAO's", other(x24, 5, put(11, 1, 5)|put(altitudeCode12(9000), 9, 12)))
	add("ADS-R", other(x24, 6, put(11, 1, 5)|put(altitudeCode12(9000), 9, 12)))
	add("anonymous", other(x24, 1, put(11, 1, 5)|put(altitudeCode12(9000), 9, 12)))

	commB := func(name string, mb uint64) { add14("Comm-B, "+name, x24.AltitudeCommB(0, 33000, mbOf(mb))) }
	commB("empty", 0)
	commB("data link", be56(unhexPlain("10030A80F50000")))
	commB("capabilities", at(0xFA81C1, 1, 24))
	commB("callsign", at(0x20, 1, 8)|identCode("BRU123"))
	commB("advisory", at(0x30, 1, 8)|at(1, 9, 1)|at(1, 29, 2)|at(0x3C4A89, 31, 24))
	commB("selected altitude", selected40(33000, 33008, 2132)|at(0b1101, 48, 4))
	commB("turn", turn50(20, 300, 440, 0.875, 450))
	commB("heading and speed", heading60(300, 280, 0.79, 0, 0))
	commB("4,0 or 1,7", 0x92000000000000)
	return names, frames
}

// TestGoldenLines holds the JSON of every kind of frame, as a reader of decode's output sees it.
func TestGoldenLines(t *testing.T) {
	var got bytes.Buffer
	names, frames := goldenFrames()
	for i, f := range frames {
		m := decoded(t, f)
		fmt.Fprintf(&got, "# %s\n%s\n", names[i], m.AppendJSON(nil))
	}
	path := filepath.Join("testdata", "lines.txt")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got.Bytes(), want) {
		return
	}
	g, w := bytes.Split(got.Bytes(), []byte{'\n'}), bytes.Split(want, []byte{'\n'})
	for i := range g {
		if i >= len(w) || !bytes.Equal(g[i], w[i]) {
			t.Errorf("line %d:\n%s\nwant (-update rewrites):\n%s", i+1, g[i], append(w, nil)[min(i, len(w))])
		}
	}
	if len(w) > len(g) {
		t.Errorf("%d lines, want %d", len(g), len(w))
	}
}
