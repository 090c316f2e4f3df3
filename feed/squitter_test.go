package feed

import (
	"math"
	"testing"
	"time"

	"entente"
	"entente/modes"
)

// recording writes position squitters a fifth of a second apart, stamped by a function of nanoseconds of the day.
func recording(t testing.TB, from int64, n int, stamp func(f *modes.Frame, ns int64)) []byte {
	t.Helper()
	x := modes.Fixed{Address: 0x4BAB45, Capability: 5}
	var stream []byte
	for i := range n {
		b := x.AirbornePosition(modes.Airborne{Lat: 54, Lon: 27 + float64(i)*0.0005, Altitude: 33000, HasAltitude: true}, i%2 == 1)
		var f modes.Frame
		if err := f.SetFrame(b[:]); err != nil {
			t.Fatal(err)
		}
		stamp(&f, from+int64(i)*2e8)
		stream = modes.AppendBeast(stream, &f)
	}
	return stream
}

// TestClockOfARecording: GPS stamps and a counter are told apart; either way the plots are in their places in time,
// across midnight.
func TestClockOfARecording(t *testing.T) {
	date := entente.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	gps := func(f *modes.Frame, ns int64) { f.SetGPS(ns % (86400 * 1e9)) }
	counted := func(f *modes.Frame, ns int64) { f.Stamp, f.HasStamp = uint64(ns/250*3), true }
	for _, c := range []struct {
		format string
		from   int64
		stamp  func(*modes.Frame, int64)
		first  entente.Instant
	}{
		{"beast-gps", 86395 * 1e9, gps, date + 86395*entente.Second},
		{"beast", 86395 * 1e9, counted, date},
		{"beast", 3e9, counted, date},
	} {
		data := recording(t, c.from, 200, c.stamp)
		if f, _ := Detect(data); f != c.format {
			t.Errorf("taken for %q, want %q", f, c.format)
		}
		plots, s := plotsOf(t, "x", data, Options{Date: date}, radarRegistry(t))
		if len(plots) != 199 || len(s.Errors) != 0 {
			t.Fatalf("%s: %d plots, %v", c.format, len(plots), s.Errors)
		}
		for i, p := range plots {
			if want := c.first + entente.Instant(i+1)*entente.Second/5; math.Abs(p.Time.Sub(want)) > 1e-6 {
				t.Fatalf("%s: plot %d at %v, want %v", c.format, i, p.Time, want)
			}
		}
	}
}

// TestLiveGPSStamps: good ones are the time of the measurement, wrong ones give way to the arrival.
func TestLiveGPSStamps(t *testing.T) {
	now := entente.At(time.Date(2026, 3, 1, 0, 0, 5, 0, time.UTC))
	var got []entente.Plot
	var stats Stats
	f := newSkyFeed(newPipeline("x", func(p []entente.Plot) { got = append(got, p...) }, &stats), entente.Sensor{ID: 1, Name: "rx"}, 0)
	f.gps = true
	for i, from := range []int64{86399_500e6, 40000e9} { // just before midnight, and a clock that is hours off
		data := recording(t, from, 2, func(fr *modes.Frame, ns int64) { fr.SetGPS(ns % (86400 * 1e9)) })
		var fr modes.Frame
		for len(data) > 0 {
			n, err := modes.ParseBeast(data, &fr)
			if err != nil {
				t.Fatal(err)
			}
			f.frame(&fr, now+entente.Instant(i)*entente.Second)
			data = data[n:]
		}
	}
	f.flush()
	if len(got) < 2 || got[0].Time.Time().Format("15:04:05.000") != "23:59:59.700" || got[0].Arrival != now {
		t.Fatalf("%+v", got)
	}
	if last := got[len(got)-1]; last.Time != last.Arrival || stats.Snapshot().Errors["time_far_from_arrival"] != 2 {
		t.Errorf("%+v %v", last, stats.Snapshot().Errors)
	}
}

// TestRelayedResultsAreNotSquitters: frames with the mark of multilateration become MLAT plots; TIS-B none.
func TestRelayedResultsAreNotSquitters(t *testing.T) {
	data := recording(t, 0, 4, func(f *modes.Frame, _ int64) { f.Stamp, f.HasStamp = modes.MLATMark, true })
	direct := recording(t, 0, 4, func(f *modes.Frame, ns int64) { f.Stamp, f.HasStamp = uint64(ns/250*3), true })
	plots, _ := plotsOf(t, "x", join(direct, data), Options{Format: "beast"}, radarRegistry(t))
	kinds := map[entente.SensorKind]int{}
	for _, p := range plots {
		kinds[p.Kind]++
	}
	if kinds[entente.ADSB] != 3 || kinds[entente.MLAT] != 3 {
		t.Errorf("%v", kinds)
	}
}
