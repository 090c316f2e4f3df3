package node

import (
	"errors"
	"math"
	"testing"
	"unsafe"

	"entente"
	"entente/web"
)

func seen(number uint32, s float64, c ...entente.Contribution) entente.Entry {
	return entente.Entry{Number: number, Track: own(1, s), Contributions: c}
}

func TestTrailKeepsAnHour(t *testing.T) {
	tr := newTrails()
	for i := range 5000 {
		tr.observe([]entente.Entry{seen(1, float64(i))}, at(float64(i)))
	}
	got := tr.since(1, 0)
	if len(got) != trailPoints {
		t.Fatalf("%d points, want %d", len(got), trailPoints)
	}
	for i := 1; i < len(got); i++ {
		if gap := got[i].Time.Sub(got[i-1].Time); gap != trailEvery {
			t.Fatalf("%g s between points %d and %d", gap, i-1, i)
		}
	}
	if last := got[len(got)-1].Time; last != at(4995) {
		t.Errorf("the newest is at %v", last)
	}
	if n := len(tr.since(1, at(4990))); n != 2 {
		t.Errorf("%d points since then, want 2", n)
	}
	if tr.since(2, 0) != nil {
		t.Error("a trail of an entry that never was")
	}
}

func TestFootprintsKeepPlaceAndTime(t *testing.T) {
	for _, p := range []web.TrailPoint{
		{Time: at(0), Lat: 0.9424778, Lon: -3.1415926, Height: 11277.6, Coasting: true},
		{Time: entente.FromSeconds(42_949_672.95), Lat: -1.5707963, Lon: 3.1415926, Height: -120}, // the time's low bits turn over
		{Time: entente.FromSeconds(1_764_000_000.25), Lat: 0, Lon: 0},
	} {
		for _, near := range []float64{-3600, 0, 3600} {
			got := footprintOf(p).point(p.Time.Add(near))
			if math.Abs(got.Lat-p.Lat) > 2e-9 || math.Abs(got.Lon-p.Lon) > 2e-9 || math.Abs(got.Height-p.Height) > 0.01 ||
				got.Coasting != p.Coasting || math.Abs(got.Time.Sub(p.Time)) > 0.011 {
				t.Errorf("%+v came back as %+v", p, got)
			}
		}
	}
	if s := unsafe.Sizeof(footprint{}); s > 20 {
		t.Errorf("%d bytes a point", s)
	}
}

func TestTrailOutlivesTheEntryAWhile(t *testing.T) {
	tr := newTrails()
	list := []entente.Entry{seen(7, 0, entente.Contribution{Member: "ALF", Track: 1})}
	tr.observe(list, at(0))
	list[0].Contributions[0].Member = "BRA" // the picture uses the space again
	e, ok := tr.entry(7)
	if !ok || len(e.Contributions) != 1 || e.Contributions[0].Member != "ALF" {
		t.Errorf("remembered as %+v", e)
	}
	tr.observe(nil, at(trailKeep))
	if _, ok := tr.entry(7); !ok {
		t.Error("forgotten too soon")
	}
	tr.observe(nil, at(trailKeep+1))
	if _, ok := tr.entry(7); ok || len(tr.byID) > 0 {
		t.Error("never forgotten")
	}
}

func TestLatencyQuantiles(t *testing.T) {
	l := newLatency()
	if l.quantile(0.5) != 0 {
		t.Error("a quantile of nothing")
	}
	for i := 1; i <= 1000; i++ {
		l.add(float64(i) / 1000)
	}
	for _, c := range []struct{ q, want float64 }{{0.5, 0.5}, {0.99, 0.99}, {0.001, 0.001}, {1, 1}} {
		if got := l.quantile(c.q); got < c.want || got > c.want*latencyGrowth {
			t.Errorf("quantile %g is %g, want %g up to a fourth more", c.q, got, c.want)
		}
	}
	for _, s := range []float64{-1, 0, 1e9} { // a clock that was set back, and one that was set forth
		l.add(s)
	}
	if got := l.quantile(1); got < 300 {
		t.Errorf("the longest is %g s", got)
	}
	if n := testing.AllocsPerRun(100, func() { l.add(0.01) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func TestRates(t *testing.T) {
	r := newRates()
	if r.of(1) != 0 {
		t.Error("a rate before anything came")
	}
	plots := []entente.Plot{{Sensor: 1}, {Sensor: 1}, {Sensor: 2}}
	for i := range 200 {
		if i < 100 {
			r.count(plots)
		} else {
			r.count(plots[2:])
		}
		r.turn()
		switch {
		case i == 1, i == 30, i == 99:
			if r.of(1) != 2 || r.of(2) != 1 || r.of(3) != 0 {
				t.Errorf("tick %d: %g, %g, %g a second, want 2, 1, 0", i, r.of(1), r.of(2), r.of(3))
			}
		case i > 160:
			if r.of(1) != 0 || r.of(2) != 1 {
				t.Errorf("tick %d: %g, %g a second, want 0, 1", i, r.of(1), r.of(2))
			}
		}
	}
}

func TestCounts(t *testing.T) {
	c := newCounts()
	c.add("items", &entente.Error{Kind: entente.TooLarge})
	c.add("items", &entente.Error{Kind: "whatever a partner wrote"})
	c.add("items", errors.New("disk full"))
	got := c.snapshot()
	for _, k := range [][2]string{{"items", "too_large"}, {"items", "other"}, {"items", "internal"}} {
		if got[k] != 1 {
			t.Errorf("%v counted %d times", k, got[k])
		}
	}
	got[[2]string{"x", "y"}] = 1
	if len(c.snapshot()) != 3 {
		t.Error("the snapshot is no copy")
	}
}
