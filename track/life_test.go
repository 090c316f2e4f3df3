package track

import (
	"math"
	"testing"

	"entente"
	"entente/geo"
)

// ends returns when each shown track ended.
func ends(out []entente.Track) map[entente.TrackID]entente.Instant {
	m := map[entente.TrackID]entente.Instant{}
	for _, k := range out {
		if k.State == entente.Ended {
			m[k.ID] = k.Time
		}
	}
	return m
}

// TestMissesCountOnlyWhereTheSensorCouldSee: behind a long-range radar's edge a short-range one stays blind; its silence
// must not end the track.
func TestMissesCountOnlyWhereTheSensorCouldSee(t *testing.T) {
	near := radar(2, entente.SSR, 54, 27, 2)
	near.MaxRange = 60e3
	w := &traffic{duration: 400, seed: 3, sensors: []entente.Sensor{radar(1, entente.SSR, 54, 29, 10), near},
		aircraft: []aircraft{{lat: 54, lon: 27, height: 9000, speed: 220, course: 90, modeA: 0o1234}}}
	tracker := New(Config{Sensors: w.sensors})
	out := run(tracker, w.plots())
	if c := tracker.Counters(); c.Confirmed != 1 || c.Ended != 0 {
		t.Errorf("%d confirmed, %d ended; want one for all the flight", c.Confirmed, c.Ended)
	}
	checkOutputs(t, out)
}

// TestATrackThatLeavesCoverageEndsSoon.
func TestATrackThatLeavesCoverageEndsSoon(t *testing.T) {
	r := radar(1, entente.SSR, 54, 27, 5)
	r.MaxRange = 60e3
	w := &traffic{duration: 400, seed: 3, sensors: []entente.Sensor{r, radar(2, entente.SSR, 40, 27, 5)},
		aircraft: []aircraft{{lat: 54, lon: 27.1, height: 9000, speed: 220, course: 90, modeA: 0o1234}, {lat: 40, lon: 27.2, height: 9000, speed: 100, course: 90, modeA: 0o77}}}
	out := run(New(Config{Sensors: w.sensors}), w.plots())
	last := entente.Instant(0)
	for _, k := range out {
		if k.ModeA == 0o1234 {
			last = max(last, k.Updated)
		}
	}
	e := ends(out)
	if len(e) != 1 || e[1].Sub(last) > 12 {
		t.Errorf("ends %v, last seen at %v", e, last)
	}
}

func TestADeadSensorIsNoWitness(t *testing.T) {
	// sensor 2 falls silent at 100 s; sensor 1 goes on
	w := &traffic{duration: 300, seed: 4, sensors: []entente.Sensor{radar(1, entente.SSR, 54, 27, 10), radar(2, entente.SSR, 54.2, 27.4, 4)},
		aircraft: spread(6, 54, 27, 60e3, 300, 4)}
	var plots []entente.Plot
	for _, p := range w.plots() {
		if p.Sensor == 1 || p.Time < second(100) {
			plots = append(plots, p)
		}
	}
	tracker := New(Config{Sensors: w.sensors})
	run(tracker, plots)
	if c := tracker.Counters(); c.Live != 6 || c.Confirmed > 7 {
		t.Errorf("%+v", c)
	}
}

func TestIdentityIsKeptThroughACrossing(t *testing.T) {
	for seed := range uint64(5) {
		w := &traffic{duration: 240, seed: seed, clutter: 2, sensors: []entente.Sensor{radar(1, entente.ModeS, 54.3, 27, 6), radar(2, entente.SSR, 53.6, 27.5, 8)},
			aircraft: []aircraft{
				{lat: 54, lon: 26.6, height: 9000, speed: 220, course: 88, address: 0x510001, modeA: 0o1111},
				{lat: 54.02, lon: 26.6, height: 9000, speed: 220, course: 92, address: 0x510002, modeA: 0o2222}}}
		tracker := New(Config{Sensors: w.sensors})
		owner := map[entente.Address]entente.TrackID{}
		for _, k := range run(tracker, w.plots()) {
			if k.Address == 0 {
				continue
			}
			if id, ok := owner[k.Address]; ok && id != k.ID {
				t.Fatalf("seed %d: address %v moved from track %d to %d", seed, k.Address, id, k.ID)
			}
			owner[k.Address] = k.ID
		}
		if len(owner) != 2 {
			t.Errorf("seed %d: %v", seed, owner)
		}
	}
}

// TestAWrongAddressFarAwayIsNotBelieved: identity is evidence, not a key.
func TestAWrongAddressFarAwayIsNotBelieved(t *testing.T) {
	w := &traffic{duration: 120, seed: 4, sensors: []entente.Sensor{radar(1, entente.ModeS, 54, 27, 5)},
		aircraft: []aircraft{{lat: 54.3, lon: 27, height: 9000, speed: 220, course: 90, address: 0x510001},
			{lat: 53.4, lon: 27, height: 9000, speed: 220, course: 90, address: 0x510001}}}
	tracker := New(Config{Sensors: w.sensors})
	run(tracker, w.plots())
	live := tracker.Tracks(nil)
	if len(live) != 2 || geo.Separation(live[0].Lat, live[0].Lon, live[1].Lat, live[1].Lon) < 80e3 {
		t.Errorf("%d tracks of two aircraft with one address", len(live))
	}
}

// TestTwinsAreMerged: the same aircraft put in twice, as two trackers' worth of history, ends as one.
func TestTwinsAreMerged(t *testing.T) {
	w := &traffic{duration: 200, seed: 9, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 6), radar(2, entente.PSR, 54.4, 27.3, 8)},
		aircraft: []aircraft{{lat: 54.5, lon: 26.5, height: 9000, speed: 220, course: 110, mute: true}}}
	plots := w.plots()
	tracker := New(Config{Sensors: w.sensors})
	k := 0
	for plots[k].Time < second(60) {
		k++
	}
	out := tracker.Process(plots[:k], nil)
	twin := tracker.room()
	tracker.tracks[twin] = tracker.tracks[0]
	c := &tracker.tracks[twin]
	tracker.lastID++
	c.id, c.started = tracker.lastID, c.started.Add(10)
	c.looks = [maxLooks]look{}
	out = tracker.Flush(tracker.Process(plots[k:], out))
	if n := tracker.Counters(); n.Live != 1 || n.Merged+n.Ended < 1 {
		t.Errorf("%+v", n)
	}
	checkOutputs(t, out)
}

func TestBiasIsLearnedFromADSBAndTakenOff(t *testing.T) {
	w := mixed(11, 30, 400)
	w.bias = []float64{200, -150, 0, 0}
	w.clock = []float64{0.4, -0.3, 0, 0}
	w.aircraft = spread(30, 54, 27, 90e3, 400, 11)
	w.sensors[1].Kind = entente.ModeS
	tracker := New(Config{Sensors: w.sensors})
	run(tracker, w.plots())
	got := tracker.Biases(nil)
	if len(got) != 3 {
		t.Fatalf("%+v", got)
	}
	for i, want := range []float64{200, -150} {
		b := got[i]
		if math.Abs(b.Time-w.clock[i]) > 0.05 || b.TimeSigma > 0.1 {
			t.Errorf("sensor %d: clock %.3f s, want %g", b.Sensor, b.Time, w.clock[i])
		}
		if !b.Applied || math.Abs(b.Range-want) > 30 || math.Abs(b.Azimuth-want/250*0.001) > 0.03*degree {
			t.Errorf("sensor %d: %+v; want %g m and %g rad", b.Sensor, b, want, want/250*0.001)
		}
	}
	if c := tracker.Counters(); c.Live > 31 {
		t.Errorf("%d tracks of 30 aircraft", c.Live)
	}
}

func TestSetSensorsKeepsTheTracks(t *testing.T) {
	w := mixed(7, 10, 100)
	plots := w.plots()
	tracker := New(Config{Sensors: w.sensors})
	half := len(plots) / 2
	tracker.Process(plots[:half], nil)
	before := tracker.Counters().Live
	// another order, one sensor gone, one new
	s := w.sensors
	tracker.SetSensors([]entente.Sensor{s[3], s[0], radar(9, entente.PSR, 55, 28, 6), s[1]})
	out := tracker.Process(plots[half:], nil)
	c := tracker.Counters()
	if before < 7 || c.Live < before-1 || c.Unknown == 0 || c.Ended > 2 {
		t.Errorf("%d live before, %+v", before, c)
	}
	checkOutputs(t, out)
}

func FuzzProcess(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, byte(0))
	f.Add([]byte("any bytes at all are plots of some kind, and must do no harm"), byte(3))
	f.Fuzz(func(t *testing.T, b []byte, window byte) {
		tracker := New(Config{Sensors: mixed(1, 1, 1).sensors, Window: float64(window % 5), MaxTracks: 64, MaxHeld: 64})
		var plots []entente.Plot
		for len(b) >= 8 && len(plots) < 500 {
			v := func(i int) float64 { return float64(int8(b[i])) / 127 }
			plots = append(plots, entente.Plot{Sensor: entente.SensorID(b[0] % 6), Time: second(float64(b[1]) / 4), Has: entente.PlotFields(b[2]) | entente.HasPolar&entente.PlotFields(b[3]),
				Range: 3e5 * v(3), Azimuth: 7 * v(4), Lat: 1.6 * v(5), Lon: 4 * v(6), Altitude: 2e4 * v(7), PressureAltitude: 7e4 * v(7),
				VE: 500 * v(3), VN: 500 * v(4), Sigma: 100 * v(5), Address: entente.Address(b[6] % 4), ModeA: entente.ModeA(b[7] % 4)})
			b = b[1+int(b[0]%8):]
		}
		out := tracker.Process(plots, nil)
		out = tracker.Flush(out)
		out = tracker.Advance(second(200), out)
		checkOutputs(t, out)
		if c := tracker.Counters(); c.Live+c.Tentative > 64 || c.Held != 0 {
			t.Fatalf("%+v", c)
		}
	})
}
