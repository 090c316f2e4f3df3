package feed

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"

	"entente"
	"entente/modes"
)

// sbsLines gives lines to a feed and returns its plots.
func sbsLines(t testing.TB, lines ...string) ([]entente.Plot, Snapshot) {
	t.Helper()
	return plotsOf(t, "x", []byte(strings.Join(lines, "\r\n")), Options{Format: "sbs"}, radarRegistry(t))
}

// sbs makes a line of a type at a second past 19:00:00 with fields from the eleventh on.
func sbs(kind, second int, rest string) string {
	return fmt.Sprintf("MSG,%d,1,1,4249B5,1,2018/04/03,19:00:%02d.000,2018/04/03,19:00:%02d.000,%s", kind, second, second, rest)
}

// TestPositionGathersOtherLines: a position line with the callsign, velocity and squawk of the lines before.
func TestPositionGathersOtherLines(t *testing.T) {
	got, s := sbsLines(t,
		sbs(1, 0, "BRU123,,,,,,,,,,,0"), sbs(4, 1, ",,420,90,,,-640,,,,,0"), sbs(6, 2, ",33000,,,,,,2345,0,0,0,"),
		sbs(3, 3, ",33000,,,54.5,27.5,,,0,0,1,0"), sbs(3, 50, ",32000,,,54.5,27.6,,,,,,0"), sbs(3, 51, ",0,,,54.5,27.7,,,,,,-1"))
	if len(got) != 3 || len(s.Errors) != 0 || s.Records != 6 {
		t.Fatalf("%d plots, %+v", len(got), s)
	}
	p := got[0]
	if p.Callsign.String() != "BRU123" || p.ModeA != 0o2345 || !p.Is(entente.HasModeA|entente.HasVelocity|entente.HasClimb|entente.HasSPI|entente.HasPressureAltitude) ||
		math.Abs(p.VE-420*knot) > 1e-6 || math.Abs(p.VN) > 1e-6 || math.Abs(p.Climb+640*footPerMinute) > 1e-9 || math.Abs(p.PressureAltitude-33000*metresPerFoot) > 1e-6 ||
		p.Address != 0x4249B5 || p.Sensor != 2 || p.Kind != entente.ADSB || p.Time.Time().Format("15:04:05") != "19:00:03" {
		t.Errorf("%+v", p)
	}
	if p = got[1]; p.Is(entente.HasVelocity) || p.Is(entente.HasModeA) || p.Callsign.String() != "BRU123" {
		t.Errorf("after half a minute the velocity and squawk still hold: %+v", p)
	}
	if p = got[2]; !p.Is(entente.HasSurface) || p.Is(entente.HasPressureAltitude) {
		t.Errorf("on the ground: %+v", p)
	}
}

// TestMemoryOfLinesIsBounded: addresses invented by noise do not fill the memory.
func TestMemoryOfLinesIsBounded(t *testing.T) {
	f := newLineFeed(newPipeline("x", drop, nil), entente.Sensor{ID: 1, Name: "rx"})
	for a := range maxSaid + 5000 {
		line := fmt.Sprintf("MSG,8,1,1,%06X,1,2018/04/03,19:00:00.000,2018/04/03,19:00:00.000,,,,,,,,,,,,0", a+1)
		if err := f.line([]byte(line), 0); err != nil {
			t.Fatal(err)
		}
	}
	if len(f.aircraft) > maxSaid {
		t.Errorf("%d aircraft are remembered", len(f.aircraft))
	}
}

// TestSquitterReasons counts what a receiver's sky refuses, each under its name.
func TestSquitterReasons(t *testing.T) {
	var got []entente.Plot
	var stats Stats
	f := newSkyFeed(newPipeline("x", func(p []entente.Plot) { got = append(got, p...) }, &stats),
		entente.Sensor{ID: 1, Name: "rx", Lat: 54 * radian, Lon: 27 * radian, MaxRange: 200_000}, 0)
	x, far := modes.Fixed{Address: 0x4BAB45, Capability: 5}, modes.Fixed{Address: 0x4BAB46, Capability: 5}
	now := entente.Second * 1000
	say := func(b []byte) {
		now += entente.Second
		f.message(b, now, now, modes.Direct)
	}
	at := func(x modes.Fixed, lat, lon float64, odd bool) []byte {
		b := x.AirbornePosition(modes.Airborne{Lat: lat, Lon: lon, Altitude: 33000, HasAltitude: true}, odd)
		return b[:]
	}
	reply := x.IdentityReply(0, 0o1234)
	say(reply[:])
	say(at(x, 54, 27, false))
	say(at(x, 54, 27, true))
	say(at(x, 54, 29, false))
	say(at(far, 60, 27, false))
	say(at(far, 60, 27, true))
	damaged := at(x, 54, 27, true)
	damaged[13] ^= 1
	say(damaged)
	say([]byte{1, 2, 3})
	say(make([]byte, 7)[:7])
	tisb := [14]byte(at(x, 54, 27, false))
	tisb[0] = 18<<3 | 2
	f.flush()
	want := map[string]int64{"unknown_address": 1, "position_jump": 1, "position_out_of_range": 1, "parity": 1, "frame_length": 1}
	s := stats.Snapshot()
	for reason, n := range want {
		if s.Errors[reason] != n {
			t.Errorf("%s: %d, want %d", reason, s.Errors[reason], n)
		}
	}
	if len(got) != 1 {
		t.Errorf("%d plots", len(got))
	}
}

// TestReceiverWithoutSensor: a recording of squitters makes its own sensor when the registry has a default, and is refused
// with what to do when not.
func TestReceiverWithoutSensor(t *testing.T) {
	data := recording(t, 1e9, 10, func(f *modes.Frame, ns int64) { f.Stamp, f.HasStamp = uint64(ns/250*3), true })
	empty, err := NewRegistry(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := ReadPlots("a.beast", bytes.NewReader(data), Options{}, empty, drop, nil); err == nil || !strings.Contains(err.Error(), "name the sensor") {
		t.Errorf("without a default: %v", err)
	}
	reg := openRegistry(t)
	if plots, _ := plotsOf(t, "a.beast", data, Options{}, reg); len(plots) != 9 {
		t.Errorf("%d plots", len(plots))
	}
	if s, ok := reg.ByName("a.beast"); !ok || s.Kind != entente.ADSB {
		t.Errorf("%+v", s)
	}
	if plots, _ := plotsOf(t, "b.beast", data, Options{Sensor: "rx9"}, openRegistry(t)); len(plots) == 0 {
		t.Error("a named sensor was not made")
	}
}

// TestTextRecordings reads AVR with stamps, AVR without (no time: no plot), and the three kinds of hex lines.
func TestTextRecordings(t *testing.T) {
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	even := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27}, false)
	odd := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27}, true)
	ms := int64(1_700_000_000_000)
	for _, c := range []struct {
		name, text, format string
		plots              int
		reason             string
	}{
		{"stamped", fmt.Sprintf("@000000000001%X;\n@000000B71B00%X;\n", even, odd), "avr", 1, ""},
		{"unstamped", fmt.Sprintf("*%X;\n*%X;\n", even, odd), "avr", 0, "no_time"},
		{"seconds", fmt.Sprintf("1700000000.5,4BAB45,%X\n1700000001.5,4BAB45,%X\n", even, odd), "hexcsv", 1, ""},
		{"milliseconds", fmt.Sprintf("%d,123456,-60.5,%X\n%d,123456,-60,%X\n", ms, even, ms+900, odd), "hexcsv", 1, ""},
		{"source", fmt.Sprintf("%X,somewhere\n%X,else\n", even, odd), "hexcsv", 0, "no_time"},
		{"rubbish between", fmt.Sprintf("1700000000,4BAB45,%X\n1700000000.1,4BAB45,%X\nxyz,1,2\n1700000001,4BAB45,%X\n", even, even, odd), "hexcsv", 1, "hex_line"},
	} {
		if f, conf := Detect([]byte(c.text)); f != c.format {
			t.Errorf("%s is taken for %q (%v)", c.name, f, conf)
		}
		plots, s := plotsOf(t, "x", []byte(c.text), Options{}, radarRegistry(t))
		if len(plots) != c.plots || c.reason != "" && s.Errors[c.reason] == 0 {
			t.Errorf("%s: %d plots, %v", c.name, len(plots), s.Errors)
		}
	}
}

// TestPcapngInterfaces: packets of interfaces that were not described are refused, simple and obsolete packets read.
func TestPcapngInterfaces(t *testing.T) {
	order := binary.LittleEndian
	head := ngFile(order, 9, 0)
	frame := wrapped([]byte("one"))
	length := order.AppendUint32(nil, uint32(len(frame)))
	simple := ngBlock(order, 3, join(length, frame))
	obsolete := ngBlock(order, 2, join(make([]byte, 12), length, length, frame))
	stranger := ngBlock(order, 6, join(order.AppendUint32(nil, 7), make([]byte, 8), length, length, frame))
	tooLong := ngBlock(order, 6, join(make([]byte, 12), order.AppendUint32(nil, 60000), length, frame))
	all, _, refused := packets(t, join(head, simple, obsolete, stranger, tooLong, simple))
	if len(all) != 3 || strings.Join(refused, " ") != "interface packet_length" {
		t.Errorf("%q, refused %q", all, refused)
	}
	wild := ngBlock(order, 6, frame)
	order.PutUint32(wild[4:], 13)
	if all, _, refused = packets(t, join(head, simple, wild)); len(all) != 1 || len(refused) != 1 {
		t.Errorf("wild length: %q, refused %q", all, refused)
	}
}

// TestShortCaptureHeaders are errors, not captures without packets.
func TestShortCaptureHeaders(t *testing.T) {
	for _, b := range [][]byte{{0xD4, 0xC3, 0xB2, 0xA1}, {0xA1, 0xB2, 0xC3, 0xD4, 0, 2}} {
		if err := ReadPlots("x", bytes.NewReader(b), Options{}, openRegistry(t), drop, nil); err == nil {
			t.Errorf("%X was read", b)
		}
	}
}
