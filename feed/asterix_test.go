package feed

import (
	"math"
	"testing"
	"time"

	"entente"
	"entente/asterix"
)

// values are raw integers (int), numbers in the specification's units (float64) or texts, by path.
type values map[string]any

// block builds a block with one record of SAC/SIC 25/7.
func block(t testing.TB, category uint8, edition string, v values) []byte {
	t.Helper()
	e, err := asterix.Get(category, edition)
	if err != nil {
		t.Fatal(err)
	}
	b := asterix.NewBuilder(e)
	b.SetUint(asterix.Field(category, "010/SAC"), 25)
	b.SetUint(asterix.Field(category, "010/SIC"), 7)
	for path, x := range v {
		h := asterix.Field(category, path)
		switch x := x.(type) {
		case int:
			b.SetUint(h, uint64(x))
		case float64:
			b.SetFloat(h, x)
		case string:
			b.SetText(h, x)
		}
	}
	dst, err := b.AppendRecord(asterix.BeginBlock(nil, category))
	if err == nil {
		err = asterix.EndBlock(dst, 0)
	}
	if err != nil {
		t.Fatalf("category %d: %v", category, err)
	}
	return dst
}

// one gives datagrams to a feed, each a tenth of a second after the one before, and returns the plots.
func one(t testing.TB, arrival entente.Instant, datagrams ...[]byte) ([]entente.Plot, Snapshot) {
	t.Helper()
	reg, err := NewRegistry([]entente.Sensor{{Name: "R7", Kind: entente.ModeS, SAC: 25, SIC: 7, Lat: 54 * radian, Lon: 27 * radian, Height: 200}})
	if err != nil {
		t.Fatal(err)
	}
	var got []entente.Plot
	var stats Stats
	editions := []asterix.Rule{{Category: 21, AnySource: true, Edition: "2.7"}}
	f := newRadarFeed(newPipeline("x", func(p []entente.Plot) { got = append(got, p...) }, &stats), reg, editions, 0)
	for i, d := range datagrams {
		at := arrival
		if at != 0 {
			at += entente.Instant(i) * entente.Second / 10
		}
		f.datagram(d, at)
	}
	f.flush()
	return got, stats.Snapshot()
}

var noon = entente.At(time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC))

func TestRadarReport(t *testing.T) {
	full := values{
		"140": 43200.5, "020/TYP": 5, "020/SPI": 1, "040/RHO": 100.0, "040/THETA": 90.0, "070/MODE3A": 0o7700, "090/FL": -2.5,
		"220": 0x4BAB45, "240": "BRU123", "120/CAL/CAL": -50.0, "230/STAT": 1,
	}
	got, s := one(t, noon, block(t, 48, "", full))
	if len(got) != 1 || len(s.Errors) != 0 {
		t.Fatalf("%d plots, %v", len(got), s.Errors)
	}
	want := entente.Plot{
		Time: noon - entente.Second/2, Arrival: noon, Sensor: 1, Kind: entente.ModeS, Range: 185200, Azimuth: math.Pi / 2,
		PressureAltitude: -76.2, Doppler: -50, Address: 0x4BAB45, ModeA: entente.Emergency, Callsign: entente.MakeCallsign("BRU123"),
		Has: entente.HasPolar | entente.HasModeA | entente.HasPressureAltitude | entente.HasDoppler | entente.HasSPI | entente.HasSurface,
	}
	if p := got[0]; math.Abs(p.Azimuth-want.Azimuth) > 1e-4 || math.Abs(p.PressureAltitude+76.2) > 1e-9 {
		t.Errorf("%+v", p)
	}
	got[0].Azimuth, got[0].PressureAltitude = want.Azimuth, want.PressureAltitude
	if got[0] != want {
		t.Errorf("%+v\nwant %+v", got[0], want)
	}
}

// TestWhatARadarIsUnsureOf is left out of the plot: invalid, garbled and not extracted codes and levels.
func TestWhatARadarIsUnsureOf(t *testing.T) {
	base := func() values {
		return values{"140": 43200.0, "020/TYP": 2, "040/RHO": 100.0, "040/THETA": 90.0, "070/MODE3A": 0, "090/FL": 330.0}
	}
	got, _ := one(t, noon, block(t, 48, "", base()))
	if p := got[0]; !p.Is(entente.HasModeA|entente.HasPressureAltitude) || p.ModeA != 0 || p.Kind != entente.SSR {
		t.Errorf("code 0000 is a code: %+v", p)
	}
	for flag, lost := range map[string]entente.PlotFields{
		"070/V": entente.HasModeA, "070/G": entente.HasModeA, "070/L": entente.HasModeA,
		"090/V": entente.HasPressureAltitude, "090/G": entente.HasPressureAltitude,
	} {
		v := base()
		v[flag] = 1
		got, _ := one(t, noon, block(t, 48, "", v))
		if len(got) != 1 || got[0].Has&lost != 0 || got[0].Has|lost != entente.HasPolar|entente.HasModeA|entente.HasPressureAltitude {
			t.Errorf("%s: %+v", flag, got)
		}
	}
	for flag, reason := range map[string]string{"020/TST": "test_target", "020/SIM": "test_target", "020/RAB": "field_monitor", "020/TYP": "no_detection"} {
		v := base()
		v[flag] = 1
		if flag == "020/TYP" {
			v[flag] = 0
		}
		got, s := one(t, noon, block(t, 48, "", v))
		if len(got) != 0 || s.Errors[reason] != 1 {
			t.Errorf("%s: %+v %v", flag, got, s.Errors)
		}
	}
	v := base()
	delete(v, "040/RHO")
	delete(v, "040/THETA")
	if got, s := one(t, noon, block(t, 48, "", v)); len(got) != 0 || s.Errors["no_position"] != 1 {
		t.Errorf("%+v %v", got, s.Errors)
	}
}

// TestTruncatedTime: I001/141 has 16 bits; the last service message of the radar extends it, across its turn too.
func TestTruncatedTime(t *testing.T) {
	north := block(t, 2, "", values{"000": 1, "030": 43519.0}) // 85 turns of 512 s are 43,520 s
	plot := func(tod float64) []byte {
		return block(t, 1, "", values{"020/TYP": 0, "020/SSRPSR": 2, "040/RHO": 100.0, "040/THETA": 90.0, "141": tod})
	}
	got, s := one(t, 0, plot(511), north, plot(511.5), plot(0.25))
	if len(got) != 2 || s.Errors["time_cannot_be_extended"] != 1 {
		t.Fatalf("%+v %v", got, s.Errors)
	}
	for i, want := range []float64{43519.5, 43520.25} {
		if got[i].Time.Seconds() != want || got[i].Kind != entente.SSR {
			t.Errorf("%+v, want %v s", got[i], want)
		}
	}
	if at := s.North["R7"]; at.Seconds() != 43519 {
		t.Errorf("north mark at %v", at)
	}
	got, _ = one(t, noon, plot(511.5)) // without a service message: by the arrival
	if len(got) != 1 || math.Abs(got[0].Time.Sub(noon)) > 256 {
		t.Errorf("%+v", got)
	}
}

func TestSectorsSayThatARadarLives(t *testing.T) {
	_, s := one(t, noon, block(t, 34, "", values{"000": 2, "030": 43200.0, "020": 90.0}), block(t, 34, "", values{"000": 3, "030": 43205.0}))
	if s.North["R7"] != noon-entente.Second || s.Plots != 0 || len(s.Errors) != 0 {
		t.Errorf("%+v", s)
	}
}

func TestADSBReport(t *testing.T) {
	v := values{
		"131/LAT": 54.0, "131/LON": -27.5, "080": 0xABCDEF, "040/ATP": 3, "073": 43200.0, "074/FSI": 1, "074/TOMRP": 0.25,
		"140": 33000.0, "145": 325.0, "160/GS": 0.1, "160/TA": 180.0, "155/BVR": -600.0, "170": "BRU123", "070/MODE3A": 0o1234,
		"090/NACP": 9, "090/NUCPNIC": 8, "210/VN": 2,
	}
	got, s := one(t, noon, block(t, 21, "2.7", v))
	if len(got) != 1 || len(s.Errors) != 0 {
		t.Fatalf("%d plots, %v", len(got), s.Errors)
	}
	p := got[0]
	if p.Time != noon+entente.Second/4 || p.Kind != entente.ADSB || p.Address != 0xABCDEF|entente.AddressNonICAO || p.Callsign.String() != "BRU123" {
		t.Errorf("%+v", p)
	}
	if math.Abs(p.Lat-54*radian) > 1e-8 || math.Abs(p.Lon+27.5*radian) > 1e-8 || math.Abs(p.Altitude-10058.4) > 1 || math.Abs(p.PressureAltitude-9906) > 1e-6 ||
		math.Abs(p.VN+185.2) > 0.1 || math.Abs(p.VE) > 0.1 || math.Abs(p.Climb+3.048) > 0.02 || math.Abs(p.Sigma-30/2.4477) > 1e-9 {
		t.Errorf("%+v", p)
	}
	// Without NACp a version 2 aircraft's NIC 8 (containment 185 m) is worth a NUCp of 7: 93 m in 95 %.
	delete(v, "090/NACP")
	got, _ = one(t, noon, block(t, 21, "2.7", v))
	if len(got) != 1 || math.Abs(got[0].Sigma-92.6/2.4477) > 1e-9 {
		t.Errorf("%+v", got)
	}
}

func TestMultilateration(t *testing.T) {
	v := values{"000": 1, "020/TYP": 1, "020/GBS": 1, "140": 43200.0, "042/X": 3000.0, "042/Y": -4000.0, "202/VX": 10.0, "202/VY": -5.0, "220": 0x4BAB45,
		"500/DEVX": 3.0, "500/DEVY": 4.0}
	got, s := one(t, noon, block(t, 10, "", v), block(t, 10, "", values{"000": 2, "140": 43200.0}))
	if len(got) != 1 || len(s.Errors) != 0 {
		t.Fatalf("%+v %v", got, s.Errors)
	}
	p := got[0]
	dy, dx := (p.Lat-54*radian)*6.37e6, (p.Lon-27*radian)*6.39e6*math.Cos(54*radian)
	if p.Kind != entente.MLAT || math.Abs(dx-3000) > 10 || math.Abs(dy+4000) > 25 || p.VE != 10 || p.VN != -5 || !p.Is(entente.HasSurface) ||
		math.Abs(p.Sigma-math.Sqrt(12.5)) > 1e-9 {
		t.Errorf("%+v (%v %v)", p, dx, dy)
	}
}

// TestLiveTimeFarFromArrival: a radar whose clock is hours off gets the time of arrival on a live feed, and its own in a
// recording.
func TestLiveTimeFarFromArrival(t *testing.T) {
	reg := radarRegistry(t)
	for _, live := range []bool{true, false} {
		var got []entente.Plot
		var stats Stats
		p := newPipeline("x", func(p []entente.Plot) { got = append(got, p...) }, &stats)
		p.live = live
		f := newRadarFeed(p, reg, nil, 0)
		f.datagram(block(t, 48, "", values{"140": 30000.0, "020/TYP": 5, "040/RHO": 100.0, "040/THETA": 90.0}), noon)
		f.flush()
		if n := stats.Snapshot().Errors["time_far_from_arrival"]; len(got) != 1 || (got[0].Time == noon) != live || (n == 1) != live {
			t.Errorf("live %v: %+v, %d", live, got, n)
		}
	}
}
