package track

import (
	"math"
	"reflect"
	"runtime"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

// working returns a tracker whose workers share even the smallest run.
func working(t testing.TB, c Config, workers int) *Tracker {
	tracker := New(c)
	if workers > 1 { // even on one processor
		tracker.team = newTeam(workers, 0)
		tracker.team.enough = 1
		t.Cleanup(tracker.Close)
	}
	return tracker
}

// mustAgree wants the same outputs, tracks, counts and biases of several workers as of one.
func mustAgree(t interface {
	Helper()
	Fatalf(string, ...any)
}, tb testing.TB, c Config, plots []entente.Plot, batch int) Counters {
	t.Helper()
	var want []entente.Track
	var alone *Tracker
	for _, n := range []int{1, 2, 4} {
		tracker := working(tb, c, n)
		var got []entente.Track
		for rest := plots; len(rest) > 0; {
			k := min(batch, len(rest))
			got = tracker.Process(rest[:k], got)
			rest = rest[k:]
		}
		got = tracker.Flush(got)
		if n == 1 {
			alone, want = tracker, got
			continue
		}
		if !reflect.DeepEqual(got, want) {
			for i := range min(len(got), len(want)) {
				if got[i] != want[i] {
					t.Fatalf("%d workers: output %d of %d is\n%+v\nof one worker\n%+v", n, i, len(want), got[i], want[i])
				}
			}
			t.Fatalf("%d workers: %d outputs, of one %d", n, len(got), len(want))
		}
		if a, b := tracker.Counters(), alone.Counters(); a != b {
			t.Fatalf("%d workers: %+v, of one %+v", n, a, b)
		}
		if a, b := tracker.Biases(nil), alone.Biases(nil); !reflect.DeepEqual(a, b) {
			t.Fatalf("%d workers: biases %+v, of one %+v", n, a, b)
		}
		if a, b := tracker.Tracks(nil), alone.Tracks(nil); !reflect.DeepEqual(a, b) {
			t.Fatalf("%d workers: other tracks at the end", n)
		}
	}
	return alone.Counters()
}

// TestWorkersGiveTheTracksOfOne: any world, window and batch; the same to the last bit.
func TestWorkersGiveTheTracksOfOne(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64Range(0, 1000).Draw(r, "seed")
		w := mixed(seed, rapid.IntRange(1, 15).Draw(r, "aircraft"), 25)
		w.clutter = rapid.Float64Range(0, 40).Draw(r, "clutter")
		if rapid.Bool().Draw(r, "bias") {
			w.bias = []float64{250, -180, 120, 0}
		}
		c := Config{Member: "BLR", Sensors: w.sensors, Window: rapid.SampledFrom([]float64{0, 1, 5}).Draw(r, "window")}
		mustAgree(r, t, c, w.plots(), rapid.SampledFrom([]int{1, 7, 100, 5000}).Draw(r, "batch"))
	})
}

// about is traffic and sensors about a place, crossing each other and the borders of cells that meet there.
func about(seed uint64, lat, lon float64, n int) *traffic {
	w := &traffic{seed: seed, duration: 60, clutter: 5, aircraft: spread(n, lat, lon, 60e3, 60, seed)}
	for i, kind := range []entente.SensorKind{entente.ModeS, entente.PSR, entente.SSR} {
		la, lo := geo.Destination(lat*degree, lon*degree, 2*float64(i), 40e3)
		w.sensors = append(w.sensors, radar(entente.SensorID(i+1), kind, la/degree, lo/degree, float64(4+i)))
	}
	w.sensors = append(w.sensors, receiver(4, lat, lon))
	for i := range 6 { // pairs that meet at the place
		la, lo := geo.Destination(lat*degree, lon*degree, float64(i), 6e3)
		a := aircraft{lat: la / degree, lon: lo / degree, height: 9000, speed: 200, course: float64(i)*57.3 + 180, modeA: entente.ModeA(0o1000 + i/2)}
		w.aircraft = append(w.aircraft, a)
	}
	return w
}

// TestWorkersAgreeWhereCellsMeet: at the date line, the equator and the poles, whose planes bound cells.
func TestWorkersAgreeWhereCellsMeet(t *testing.T) {
	for _, p := range []struct {
		name     string
		lat, lon float64
	}{
		{"date line", 54, 180},
		{"date line at the equator", 0, -180},
		{"Greenwich", 51, 0},
		{"near the pole", 89, 45},
		{"near the southern pole", -88.5, 179},
	} {
		t.Run(p.name, func(t *testing.T) {
			w := about(3, p.lat, p.lon, 25)
			plots := w.plots()
			cells := map[cellID]bool{}
			for i := range plots {
				if q := &plots[i]; !q.Is(entente.HasPolar) {
					cells[cellOf(onSphere(geo.LLA{Lat: q.Lat, Lon: q.Lon}.ECEF()))] = true
				}
			}
			if len(cells) < 2 {
				t.Fatal("all in one cell: the test shows nothing")
			}
			c := mustAgree(t, t, Config{Sensors: w.sensors, Window: 2}, plots, 1000)
			if c.Confirmed < 25 {
				t.Errorf("%d tracks confirmed of %d aircraft", c.Confirmed, len(w.aircraft))
			}
		})
	}
}

// TestWorkersAgreeOnCrowds: enough traffic that every worker has some, and islands of all sizes.
func TestWorkersAgreeOnCrowds(t *testing.T) {
	w := crowd(200, 12, 20)
	mustAgree(t, t, Config{Sensors: w.sensors, Window: 1}, w.plots(), 2000)
	w = about(9, 54, 27, 150)
	w.duration = 20
	mustAgree(t, t, Config{Sensors: w.sensors}, w.plots(), 700)
}

// TestWorkersKeepTheBound: near MaxTracks the run is done by one, so that the same plots start tracks.
func TestWorkersKeepTheBound(t *testing.T) {
	w := mixed(4, 40, 30)
	w.clutter = 100
	if c := mustAgree(t, t, Config{Sensors: w.sensors, Window: 1, MaxTracks: 60}, w.plots(), 300); c.Crowded == 0 {
		t.Error("the bound was never met: the test shows nothing")
	}
}

// TestIslandsShareNothing: plots of different islands have no candidate in common and stand out of each other's territory.
func TestIslandsShareNothing(t *testing.T) {
	w := mixed(2, 60, 30)
	w.clutter = 60
	tracker := working(t, Config{Sensors: w.sensors, Window: 1}, 3)
	plots := w.plots()
	runs, shared := 0, 0
	for len(plots) > 0 {
		n := min(150, len(plots))
		tracker.Process(plots[:n], nil)
		plots = plots[n:]
		s := &tracker.team.run.islands
		r := &tracker.team.run
		runs++
		owner := map[int32]int32{}
		for i := range s.parent {
			for _, k := range r.offers[i] {
				if o, seen := owner[k]; seen && o != s.root(int32(i)) {
					t.Fatalf("track %d is offered on two islands", k)
				}
				owner[k] = s.root(int32(i))
			}
			for j := range i {
				v := &r.views[j]
				if apart(v.sphere, r.views[i].sphere) <= v.territory()+r.margins[i] && !r.familiar[i] && !r.familiar[j] && s.root(int32(i)) != s.root(int32(j)) {
					t.Fatalf("plots %d and %d are in reach of each other on two islands", j, i)
				}
			}
		}
		if len(s.cells) > 1 {
			shared++
		}
	}
	if shared < runs/4 {
		t.Errorf("%d of %d runs were shared", shared, runs)
	}
}

func TestCloseEndsTheWorkers(t *testing.T) {
	defer goleak.VerifyNone(t)
	w := mixed(1, 20, 40)
	plots := w.plots()
	want := New(Config{Sensors: w.sensors, Window: 3}).Process(plots, nil)
	tracker := working(t, Config{Sensors: w.sensors, Window: 3}, 4)
	got := tracker.Process(plots[:len(plots)/2], nil)
	tracker.Close()
	tracker.Close()
	got = tracker.Process(plots[len(plots)/2:], got) // alone
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%d outputs, of one worker %d", len(got), len(want))
	}
	for n := range 6 {
		New(Config{Workers: n}).Close()
	}
}

func TestWorkersAllocateNothing(t *testing.T) {
	w := crowd(150, 6, 150)
	plots := w.plots()
	tracker := working(t, Config{Sensors: w.sensors, Window: 1}, 4)
	out := make([]entente.Track, 0, 1<<14)
	const batch = 400
	k := 0
	step := func() {
		out = tracker.Process(plots[k:k+batch], out[:0])
		k += batch
	}
	for k < len(plots)*3/4 { // until the buffers of all have met their largest run
		step()
	}
	if n := testing.AllocsPerRun((len(plots)-k)/batch-2, step); n != 0 {
		t.Errorf("%g allocations a batch", n)
	}
}

// TestCellsAreOfOneSize: everywhere on Earth a cell is between a tile's corner and its diagonal wide, and neighbours differ.
func TestCellsAreOfOneSize(t *testing.T) {
	for lat := -89.0; lat < 90; lat += 7 {
		for lon := -180.0; lon < 180; lon += 11 {
			p := onSphere(geo.Degrees(lat, lon, 0).ECEF())
			la, lo := geo.Destination(lat*degree, lon*degree, 1, cellSide*math.Sqrt(3)+1)
			if q := onSphere(geo.LLA{Lat: la, Lon: lo}.ECEF()); cellOf(p) == cellOf(q) {
				t.Errorf("%g %g and a place a diagonal away are in one cell", lat, lon)
			}
		}
	}
}

// TestEveryLaneWorksOnceAPhase: with more workers than processors and next to nothing to do, so that calls come late.
func TestEveryLaneWorksOnceAPhase(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, patience := range []int{0, 3, 300} {
		m := newTeam(5, patience)
		var done [5]int
		for phase := 1; phase <= 20000; phase++ {
			m.do(func(_ *team, l *lane) { done[l.number]++ })
			for i, n := range done {
				if n != phase {
					t.Fatalf("patience %d: lane %d worked %d times in %d phases", patience, i, n, phase)
				}
			}
		}
		m.begin(nil)
	}
}

// TestALateCallEndsNoWait: a call for a change that was seen long ago comes while the next is awaited.
func TestALateCallEndsNoWait(t *testing.T) {
	s := newSleeper(0)
	var n atomic.Uint32
	returned := make(chan uint32)
	go func() {
		s.await(&n, 0)
		returned <- n.Load()
	}()
	for call := range 4 {
		for !s.asleep.Load() {
			select {
			case v := <-returned:
				t.Fatalf("it returned at %d", v)
			default:
				runtime.Gosched()
			}
		}
		if call < 3 {
			s.wake()
		}
	}
	n.Add(1)
	s.wake()
	if v := <-returned; v != 1 {
		t.Errorf("it returned at %d", v)
	}
}
