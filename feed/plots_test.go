package feed

import (
	"bytes"
	"compress/gzip"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

func TestPlotTable(t *testing.T) {
	table := "sensor,mode_a,mode_s,altitude_m,lon,lat,azimuth_deg,range_m,time_s\n" + // any order
		"R7,1144,606951,9441.2,,,117.7977,60304.4,0.18\r\n" +
		"rx,,,,27.5,54.25,,,0\n" +
		"nobody,,,,27.5,54.25,,,1\n" +
		"R7,,,,,,10,,1\n" + // azimuth alone
		"R7,9999,,,,,10,10,1\n" +
		"R7,,xyz,,,,10,10,1\n" +
		"R7,,,,,,1e999,10,1\n" +
		"rx,,,,27.5,154.25,,,1\n" +
		"R7,,,,,,10,10\n" + // no time
		strings.Repeat("x", 5000) + "\n" +
		"R7,0000,,,,,370,10,2e0"
	plots, s := plotsOf(t, "p.csv", []byte(table), Options{}, radarRegistry(t))
	if len(plots) != 3 || s.Errors["plot_row"] != 6 || s.Errors["unknown_sensor"] != 1 || s.Errors["line_too_long"] != 1 {
		t.Fatalf("%d plots, %v (%s)", len(plots), s.Errors, s.LastErr)
	}
	want := entente.Plot{Time: 180e6, Sensor: 1, Kind: entente.ModeS, Range: 60304.4, Azimuth: 117.7977 * radian, Altitude: 9441.2,
		Address: 0x606951, ModeA: 0o1144, Has: entente.HasPolar | entente.HasAltitude | entente.HasModeA}
	if plots[0] != want {
		t.Errorf("%+v\nwant %+v", plots[0], want)
	}
	if p := plots[1]; p.Time != 1 || p.Kind != entente.ADSB || p.Lat != 54.25*radian || p.Lon != 27.5*radian || p.Has != entente.HasPosition {
		t.Errorf("%+v", p)
	}
	if p := plots[2]; math.Abs(p.Azimuth-10*radian) > 1e-12 || !p.Is(entente.HasModeA) || p.Time.Seconds() != 2 {
		t.Errorf("%+v", p)
	}
}

func TestPlotTableWithoutColumns(t *testing.T) {
	for _, head := range []string{"time_s,range_m\n", "sensor\n"} {
		err := ReadPlots("p.csv", strings.NewReader(head), Options{Format: "plots"}, radarRegistry(t), nil, nil)
		if err == nil || !strings.Contains(err.Error(), "column") {
			t.Errorf("%q: %v", head, err)
		}
	}
}

// TestScenarios reads every shared scenario, zipped as it is.
func TestScenarios(t *testing.T) {
	for _, name := range []string{"small", "s-identity", "oos", "federation"} {
		sensors := readShared(t, filepath.Join("tracking", name, "sensors.csv"))
		reg, err := LoadRegistry(name, bytes.NewReader(sensors))
		if err != nil {
			t.Fatal(err)
		}
		plots, s := plotsOf(t, name, readShared(t, filepath.Join("tracking", name, "plots.csv.gz")), Options{}, reg)
		if len(plots) < 3000 || len(s.Errors) != 0 {
			t.Errorf("%s: %d plots, %v", name, len(plots), s.Errors)
		}
	}
}

func TestCutGzip(t *testing.T) {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write([]byte("time_s,sensor,lat,lon\n" + strings.Repeat("1,rx,54,27\n", 10000)))
	w.Close()
	n := 0
	err := ReadPlots("p.csv.gz", bytes.NewReader(z.Bytes()[:z.Len()-40]), Options{}, radarRegistry(t), func(p []entente.Plot) { n += len(p) }, nil)
	if err == nil {
		t.Error("a cut gzip file was read to its end")
	}
	if n == 0 {
		t.Error("nothing of a cut gzip file was kept")
	}
}

// TestNumbersAreThoseOfStrconv: the quick way gives the correctly rounded value.
func TestNumbersAreThoseOfStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.StringMatching(`-?[0-9]{1,9}(\.[0-9]{0,9})?`), rapid.StringMatching(`[-+0-9.eE]{1,12}`)).Draw(t, "s")
		want, err := strconv.ParseFloat(s, 64)
		got, ok, gerr := parseNumber([]byte(s))
		if math.IsInf(want, 0) {
			return
		}
		if (err == nil) != (gerr == nil && ok) || err == nil && got != want {
			t.Fatalf("%q: %v %v, want %v %v", s, got, gerr, want, err)
		}
	})
}

// TestDayClock: any time within half a day of its reference comes back from its time of day.
func TestDayClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := entente.Instant(rapid.Int64Range(0, 4e9).Draw(t, "s"))*entente.Second + entente.Instant(rapid.Int64Range(0, 127).Draw(t, "f"))*entente.Second/128
		ref := at + entente.Instant(rapid.Int64Range(-43199, 43199).Draw(t, "late"))*entente.Second
		if ref <= 0 {
			return
		}
		tod := float64(at%day) / 1e9
		var c dayClock
		if got := c.absolute(tod, ref); got != at {
			t.Fatalf("%v from %v gives %v", at, ref, got)
		}
		if got := (&dayClock{last: ref}).absolute(tod, 0); got != at {
			t.Fatalf("%v after %v gives %v", at, ref, got)
		}
	})
}

// TestCounterOfAReceiver: the 12 MHz counter wraps, restarts and jitters.
func TestCounterOfAReceiver(t *testing.T) {
	c := counter{base: 1000 * entente.Second}
	step := func(ns int64, want float64, jump bool) {
		t.Helper()
		if at, jumped := c.at(ns); math.Abs(at.Sub(1000*entente.Second)-want) > 1e-6 || jumped != jump {
			t.Errorf("%d: %v after the start (%v), want %v (%v)", ns, at.Sub(1000*entente.Second), jumped, want, jump)
		}
	}
	end := counterPeriod - 3e9
	step(end, 0, false)
	step(end+1e9, 1, false)
	step(end+1e9-5e6, 0.995, false) // frames are not quite in order
	step(end+2e9, 2, false)
	step(1e9, 4, false) // wrapped
	step(2e9, 5, false)
	step(5e14, 5, true) // another clock
	step(5e14+1e9, 6, false)
	step(7, 6, true) // restarted
	step(1e9+7, 7, false)
}
