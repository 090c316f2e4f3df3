package track

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"unsafe"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

// mixed is a small world with every kind of sensor, clutter, turns and aircraft without transponder.
func mixed(seed uint64, n int, duration float64) *traffic {
	w := &traffic{seed: seed, duration: duration, clutter: 3, aircraft: spread(n, 54, 27, 90e3, duration, seed), sensors: []entente.Sensor{
		radar(1, entente.ModeS, 54.3, 27.2, 5), radar(2, entente.SSR, 53.7, 26.6, 8), radar(3, entente.PSR, 53.8, 27.9, 6), receiver(4, 54, 27)}}
	for i := range w.aircraft {
		w.aircraft[i].mute = i%7 == 3
		if w.aircraft[i].mute {
			w.aircraft[i].address = 0
		}
	}
	return w
}

// TestArrivalLeavesNoTrace is the room's promise: within the window, any order and any split into batches give the same
// tracks, bit for bit.
func TestArrivalLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		window := rapid.Float64Range(0.5, 12).Draw(r, "window")
		w := mixed(seed%5, 6, 40)
		plots := w.plots()
		config := Config{Member: "BLR", Sensors: w.sensors, Window: window}
		want := run(New(config), plots)

		rng := rand.New(rand.NewPCG(seed, 1))
		late := make([]float64, len(plots))
		at := make([]int, len(plots))
		for i := range plots {
			at[i], late[i] = i, plots[i].Time.Seconds()+0.98*window*rng.Float64()
		}
		slices.SortFunc(at, func(a, b int) int { return int(math.Copysign(1, late[a]-late[b])) })
		tracker := New(config)
		var got []entente.Track
		for len(at) > 0 {
			n := 1 + rng.IntN(min(len(at), 60))
			var batch []entente.Plot
			for _, i := range at[:n] {
				batch = append(batch, plots[i])
			}
			got = tracker.Process(batch, got)
			at = at[n:]
		}
		got = tracker.Flush(got)
		if late := tracker.Counters().Late; late != 0 {
			r.Fatalf("%d plots within the window were refused as late", late)
		}
		if !reflect.DeepEqual(got, want) {
			r.Fatalf("%d outputs, want %d; or another content", len(got), len(want))
		}
	})
}

func TestSameInputSameOutput(t *testing.T) {
	w := mixed(3, 20, 90)
	plots := w.plots()
	for _, window := range []float64{0, 5} {
		a := run(New(Config{Sensors: w.sensors, Window: window}), plots)
		b := run(New(Config{Sensors: w.sensors, Window: window}), plots)
		if len(a) == 0 || !reflect.DeepEqual(a, b) {
			t.Errorf("window %g: %d and %d outputs differ", window, len(a), len(b))
		}
	}
}

// TestEveryAircraftHasOneTrack: no splitting, no doubles over sensors, no strays from clutter.
func TestEveryAircraftHasOneTrack(t *testing.T) {
	for seed := range uint64(4) {
		w := mixed(seed, 25, 120)
		tracker := New(Config{Member: "BLR", Sensors: w.sensors, Window: 3})
		out := run(tracker, w.plots())
		live := tracker.Tracks(nil)
		used := map[entente.TrackID]bool{}
		for i := range w.aircraft {
			a := &w.aircraft[i]
			p, _, _ := a.at(w.duration)
			best, id := math.Inf(1), entente.TrackID(0)
			for _, k := range live {
				q := moved(&k, second(w.duration))
				if d := geo.Separation(p.Lat, p.Lon, q.Lat, q.Lon); d < best {
					best, id = d, k.ID
				}
			}
			limit := 700.0
			if a.mute {
				limit = 2500 // one primary radar, no height
			}
			if best > limit || used[id] {
				t.Errorf("seed %d: aircraft %d (mute %v): nearest track %d is %.0f m off, taken %v", seed, i, a.mute, id, best, used[id])
			}
			used[id] = true
		}
		c := tracker.Counters()
		if c.Live > len(w.aircraft) || c.Confirmed > uint64(len(w.aircraft))+1 {
			t.Errorf("seed %d: %d live, %d confirmed of %d aircraft", seed, c.Live, c.Confirmed, len(w.aircraft))
		}
		checkOutputs(t, out)
	}
}

// moved is a track's place at a time.
func moved(k *entente.Track, at entente.Instant) geo.LLA {
	f := geo.NewFrame(geo.LLA{Lat: k.Lat, Lon: k.Lon, Height: k.Height})
	dt := at.Sub(k.Time)
	return f.LLA(geo.ENU{E: dt * k.VE, N: dt * k.VN, U: dt * k.VU})
}

// checkOutputs wants a sane life of every track: numbers, order of time, one end, nothing after it.
func checkOutputs(t testing.TB, out []entente.Track) {
	t.Helper()
	last := map[entente.TrackID]entente.Track{}
	for _, k := range out {
		p, seen := last[k.ID]
		if seen && (p.State == entente.Ended || k.Time < p.Time || k.Started != p.Started) {
			t.Fatalf("track %d: %v at %v after %v at %v", k.ID, k.State, k.Time, p.State, p.Time)
		}
		if k.State < entente.Confirmed || k.ID == 0 || !(math.Abs(k.Lat) < 1.6) || !(math.Abs(k.VE) < 1e4) || k.Quality > 15 {
			t.Fatalf("output %+v", k)
		}
		for i := range 6 {
			if !(k.Covariance.At(i, i) > 0) {
				t.Fatalf("track %d: variance %d is %g", k.ID, i, k.Covariance.At(i, i))
			}
		}
		last[k.ID] = k
	}
}

func TestSteadyStateAllocatesNothing(t *testing.T) {
	w := mixed(1, 60, 100)
	plots := w.plots()
	for _, window := range []float64{0, 2} {
		tracker := New(Config{Sensors: w.sensors, Window: window})
		out := make([]entente.Track, 0, 4096)
		const batch = 40
		k := 0
		step := func() {
			out = tracker.Process(plots[k:k+batch], out[:0])
			k += batch
		}
		for k < len(plots)/2 {
			step()
		}
		runs := (len(plots)-k)/batch - 2
		if n := testing.AllocsPerRun(runs, step); n != 0 {
			t.Errorf("window %g: %g allocations a batch", window, n)
		}
	}
}

func TestATrackIsBelowTwoKibibytes(t *testing.T) {
	if n := unsafe.Sizeof(record{}); n > 2048 {
		t.Errorf("%d bytes", n)
	}
}

// TestRightAcrossTheEarth flies far over changing frames, past the date line and over the north, seen by a chain of radars.
func TestRightAcrossTheEarth(t *testing.T) {
	for _, tc := range []struct {
		name                       string
		lat, lon, course, duration float64
	}{
		{"1,000 km east", 54, 27, 80, 4000},
		{"over the date line", 62, 177, 85, 2500},
		{"near the north pole", 85, 40, 30, 2500},
		{"over the equator", 3, 30, 190, 2500},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a := aircraft{lat: tc.lat, lon: tc.lon, height: 10000, speed: 250, course: tc.course, modeA: 0o1234}
			a.fly(tc.duration)
			w := &traffic{duration: tc.duration, aircraft: []aircraft{a}, seed: 1}
			for k := 0.0; k <= tc.duration; k += 600 {
				p, _, _ := a.at(k)
				la, lo := geo.Destination(p.Lat, p.Lon, 1, 60e3)
				w.sensors = append(w.sensors, radar(entente.SensorID(len(w.sensors)+1), entente.SSR, la/degree, lo/degree, 5))
			}
			tracker := New(Config{Sensors: w.sensors})
			out := run(tracker, w.plots())
			if n := tracker.Counters().Confirmed; n != 1 {
				t.Fatalf("%d tracks of one aircraft", n)
			}
			square, speed, n, inside := 0.0, 0.0, 0, 0
			for _, k := range out {
				if k.Time < second(60) || k.State == entente.Ended {
					continue
				}
				p, ve, vn := w.aircraft[0].at(k.Time.Sub(epoch))
				d := geo.Separation(p.Lat, p.Lon, k.Lat, k.Lon)
				square, n = square+d*d, n+1
				f := geo.NewFrame(p)
				v := f.ENU(geo.LLA{Lat: k.Lat, Lon: k.Lon, Height: k.Height})
				c := &k.Covariance
				if normalised(v.E, v.N, c) < 5.991 {
					inside++
				}
				speed += (k.VE-ve)*(k.VE-ve) + (k.VN-vn)*(k.VN-vn)
			}
			if v := math.Sqrt(speed / float64(n)); v > 12 {
				t.Errorf("velocity rms %.1f m/s", v)
			}
			if rms, share := math.Sqrt(square/float64(n)), float64(inside)/float64(n); rms > 90 || share < 0.9 {
				t.Errorf("rms %.0f m over %d outputs, %.2f inside their 95 %% ellipse", rms, n, share)
			}
		})
	}
}

func normalised(e, n float64, c *entente.Covariance) float64 {
	a, b, d := c.At(0, 0), c.At(0, 1), c.At(1, 1)
	return (e*e*d - 2*e*n*b + n*n*a) / (a*d - b*b)
}

// TestHeightlessRangeIsNotPutWithFalseCertainty: a lone primary radar near an aircraft at 11 km; the error stays inside
// the covariance though no height was ever seen.
func TestHeightlessRangeIsNotPutWithFalseCertainty(t *testing.T) {
	w := &traffic{duration: 200, seed: 2, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 5)},
		aircraft: []aircraft{{lat: 54.1, lon: 26.6, height: 11000, speed: 200, course: 80, mute: true}}}
	out := run(New(Config{Sensors: w.sensors}), w.plots())
	inside, n, worst := 0, 0, 0.0
	for _, k := range out {
		if k.State == entente.Ended {
			continue
		}
		p, _, _ := w.aircraft[0].at(k.Time.Sub(epoch))
		f := geo.NewFrame(p)
		v := f.ENU(geo.LLA{Lat: k.Lat, Lon: k.Lon, Height: k.Height})
		worst = max(worst, math.Hypot(v.E, v.N))
		if n++; normalised(v.E, v.N, &k.Covariance) < 9.21 {
			inside++
		}
	}
	if n < 20 || float64(inside)/float64(n) < 0.9 {
		t.Errorf("%d of %d inside the 99 %% ellipse, worst %.0f m", inside, n, worst)
	}
}

// TestLatePlotsAreUsed: half the plots come up to 2 s late and nothing is held; retrodiction must cost little.
func TestLatePlotsAreUsed(t *testing.T) {
	w := mixed(5, 12, 150)
	plots := w.plots()
	rng := rand.New(rand.NewPCG(8, 8))
	late := slices.Clone(plots)
	key := map[entente.Instant]entente.Instant{}
	for i := range late {
		key[late[i].Time] = late[i].Time
		if late[i].Sensor%2 == 0 {
			key[late[i].Time] += entente.FromSeconds(2 * rng.Float64())
		}
	}
	slices.SortFunc(late, func(a, b entente.Plot) int { return int(key[a.Time] - key[b.Time]) })
	tracker := New(Config{Sensors: w.sensors})
	var out []entente.Track
	for len(late) > 0 {
		n := min(7, len(late))
		out = tracker.Process(late[:n], out)
		late = late[n:]
	}
	c := tracker.Counters()
	if c.Late != 0 || c.Confirmed > uint64(len(w.aircraft)+1) || c.Live < len(w.aircraft)-1 {
		t.Errorf("%+v of %d aircraft", c, len(w.aircraft))
	}
	checkOutputs(t, out)
}

func TestRefusedPlotsAreCountedAndHarmless(t *testing.T) {
	w := mixed(2, 6, 60)
	plots := w.plots()
	want := run(New(Config{Sensors: w.sensors, Window: 2}), plots)
	nan := math.NaN()
	bad := []entente.Plot{
		{Sensor: 99, Time: second(1), Has: entente.HasPolar, Range: 1e5},
		{Sensor: 0, Time: second(1), Has: entente.HasPolar, Range: 1e5},
		{Sensor: 1, Time: 0, Has: entente.HasPolar, Range: 1e5},
		{Sensor: 1, Time: second(1)},
		{Sensor: 1, Time: second(1), Has: entente.HasPolar, Range: nan, Azimuth: 1},
		{Sensor: 1, Time: second(1), Has: entente.HasPolar, Range: -5, Azimuth: 1},
		{Sensor: 1, Time: second(1), Has: entente.HasPolar, Range: 1e5, Azimuth: math.Inf(1)},
		{Sensor: 4, Time: second(1), Has: entente.HasPosition, Lat: nan, Lon: 0},
		{Sensor: 4, Time: second(1), Has: entente.HasPosition, Lat: 2, Lon: 0},
		{Sensor: 1, Time: second(1), Has: entente.HasPolar | entente.HasAltitude, Range: 1e5, Altitude: nan},
		{Sensor: 1, Time: second(1000), Arrival: second(2), Has: entente.HasPolar, Range: 1e5},
		{Sensor: 4, Time: second(1), Has: entente.HasPosition | entente.HasVelocity, Lat: 0.9, Lon: 0.4, VE: nan},
	}
	tracker := New(Config{Sensors: w.sensors, Window: 2})
	got := tracker.Process(plots[:50], nil)
	got = tracker.Process(bad, got)
	got = tracker.Flush(tracker.Process(plots[50:], got))
	c := tracker.Counters()
	if c.Unknown != 2 || c.Implausible != uint64(len(bad)-2) {
		t.Errorf("%+v", c)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("refused plots changed the tracks")
	}
	late := plots[0]
	tracker.Process([]entente.Plot{late}, nil)
	if tracker.Counters().Late != 1 {
		t.Errorf("a plot before the window was not counted late: %+v", tracker.Counters())
	}
}

func TestBoundsHold(t *testing.T) {
	w := mixed(4, 40, 40)
	w.clutter = 200
	plots := w.plots()
	tracker := New(Config{Sensors: w.sensors, Window: 5, MaxTracks: 100, MaxHeld: 300})
	for len(plots) > 0 {
		n := min(100, len(plots))
		tracker.Process(plots[:n], nil)
		plots = plots[n:]
		if c := tracker.Counters(); c.Live+c.Tentative > 100 || c.Held > 300+100+200 {
			t.Fatalf("%+v", c)
		}
	}
	if tracker.Counters().Crowded == 0 {
		t.Error("the bound on tracks was never met: the test shows nothing")
	}
}

func TestAdvanceEndsTracksWithoutPlots(t *testing.T) {
	w := mixed(6, 10, 60)
	tracker := New(Config{Sensors: w.sensors})
	out := tracker.Process(w.plots(), nil)
	live := tracker.Counters().Live
	var ended int
	for s := 61.0; s < 140; s++ {
		for _, k := range tracker.Advance(second(s), nil) {
			if k.State == entente.Ended {
				ended++
			}
			out = append(out, k)
		}
	}
	if live < 9 || ended != live || tracker.Counters().Live != 0 {
		t.Errorf("%d live, %d ended, %+v", live, ended, tracker.Counters())
	}
	checkOutputs(t, out)
}

// TestOneBadStampEndsNothing: a plot an hour ahead, without arrival time, waits until time confirms it.
func TestOneBadStampEndsNothing(t *testing.T) {
	w := mixed(8, 10, 80)
	plots := w.plots()
	for _, window := range []float64{0, 4} {
		want := New(Config{Sensors: w.sensors, Window: window}).Process(plots, nil)
		stray := plots[len(plots)/2]
		stray.Time = stray.Time.Add(3600)
		tracker := New(Config{Sensors: w.sensors, Window: window})
		got := tracker.Process(slices.Insert(slices.Clone(plots), len(plots)/2, stray), nil)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("window %g: %d outputs, want %d", window, len(got), len(want))
		}
		if c := tracker.Counters(); c.Held == 0 || c.Live < 9 {
			t.Errorf("window %g: %+v", window, c)
		}
		// an hour's silence is real when three plots say so
		for i := range plots[:200] {
			plots[i].Time = plots[i].Time.Add(3600)
		}
		out := tracker.Process(plots[:200], nil)
		for i := range plots[:200] {
			plots[i].Time = plots[i].Time.Add(-3600)
		}
		if len(out) == 0 {
			t.Errorf("window %g: after an hour nothing comes any more", window)
		}
	}
}
