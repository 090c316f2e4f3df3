package feed

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"testing"
	"time"

	"entente"
	"entente/modes"
)

// TestUndatedRecordingsAreOfOneDay: Beast with GPS stamps and ASTERIX of the same evening, both over midnight.
func TestUndatedRecordingsAreOfOneDay(t *testing.T) {
	gps := func(f *modes.Frame, ns int64) { f.SetGPS(ns % 86400e9) }
	var radar []byte
	for i := range 20 {
		tod := math.Mod(86390+float64(i), 86400)
		radar = append(radar, block(t, 48, "", values{"140": tod, "020/TYP": 5, "040/RHO": 50.0, "040/THETA": 90.0})...)
	}
	reg, err := NewRegistry([]entente.Sensor{
		{Name: "R7", Kind: entente.ModeS, SAC: 25, SIC: 7, Lat: 54 * radian, Lon: 27 * radian},
		{Name: "A", Kind: entente.ADSB, Feed: "BLR-adsb", Lat: 54 * radian, Lon: 27 * radian},
		{Name: "B", Kind: entente.ADSB, Feed: "RUS-adsb", Lat: 54 * radian, Lon: 27 * radian},
	})
	if err != nil {
		t.Fatal(err)
	}
	read := func(capture []byte, date entente.Instant) map[string][2]entente.Instant {
		inputs := []Input{{"day/BLR-adsb.beast", bytes.NewReader(recording(t, 86390*1e9, 100, gps))}, {"radar.ast", bytes.NewReader(radar)}}
		if capture != nil {
			inputs[1] = Input{"radar.pcap", bytes.NewReader(capture)}
		}
		times := map[string][2]entente.Instant{}
		err := MergePlots(context.Background(), inputs, Options{Date: date}, reg, func(plots []entente.Plot) {
			for _, p := range plots {
				s, _ := reg.Sensor(p.Sensor)
				r, seen := times[s.Name]
				if !seen {
					r[0] = p.Time
				}
				times[s.Name] = [2]entente.Instant{r[0], p.Time}
			}
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return times
	}
	check := func(name string, times map[string][2]entente.Instant, day entente.Instant) {
		t.Helper()
		for _, sensor := range []string{"R7", "A"} { // A: by the name of its recording
			r, ok := times[sensor]
			if first, last := r[0]-day, r[1]-day; !ok || first < 86389*entente.Second || first > 86396*entente.Second || last < 86400*entente.Second || last > 86410*entente.Second {
				t.Errorf("%s, %s: from %v to %v", name, sensor, r[0], r[1])
			}
		}
		if len(times) != 2 {
			t.Errorf("%s: %v", name, times)
		}
	}
	check("undated", read(nil, 0), 0)
	day := entente.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	check("dated", read(nil, day), day)
	at := uint32(day/entente.Second) + 86391
	capture := pcapFile(binary.LittleEndian, 0xA1B2C3D4, 0, wrapped(radar))
	binary.LittleEndian.PutUint32(capture[24:], at)
	check("with a capture", read(capture, 0), day)
}

// TestSourceHeardFirstAfterMidnight is on the day of the source heard before.
func TestSourceHeardFirstAfterMidnight(t *testing.T) {
	plot := func(sic int, tod float64) []byte {
		return block(t, 48, "", values{"010/SIC": sic, "140": tod, "020/TYP": 5, "040/RHO": 50.0, "040/THETA": 90.0})
	}
	reg, err := NewRegistry([]entente.Sensor{{Name: "R7", Kind: entente.ModeS, SAC: 25, SIC: 7}, {Name: "R8", Kind: entente.ModeS, SAC: 25, SIC: 8}})
	if err != nil {
		t.Fatal(err)
	}
	plots, _ := plotsOf(t, "f", join(plot(7, 86399), plot(7, 1), plot(8, 2)), Options{}, reg)
	if len(plots) != 3 || plots[2].Time-plots[1].Time != entente.Second {
		t.Errorf("%v", plots)
	}
}

func TestRecordingName(t *testing.T) {
	for path, want := range map[string]string{"day1/BLR-adsb.beast.gz": "BLR-adsb", "BLR-adsb.beast": "BLR-adsb", "x": "x", "-": "-", "a.b.c": "a.b"} {
		if got := recordingName(path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
}
