package track

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente"
	"entente/geo"
)

// unresolve makes one plot, in the middle, of two of one radar that are near each other, four times of five.
func unresolve(plots []entente.Plot, rng *rand.Rand) (out []entente.Plot) {
	gone := make([]bool, len(plots))
	for i := range plots {
		p := &plots[i]
		for j := i + 1; j < len(plots) && plots[j].Time.Sub(p.Time) < 0.2; j++ {
			q := &plots[j]
			if gone[i] || gone[j] || q.Sensor != p.Sensor || math.Abs(q.Range-p.Range) > 200 || math.Abs(q.Azimuth-p.Azimuth) > 1.2*degree || rng.Float64() < 0.2 {
				continue
			}
			gone[j] = true
			p.Range, p.Azimuth = (p.Range+q.Range)/2, (p.Azimuth+q.Azimuth)/2
		}
		if !gone[i] {
			out = append(out, *p)
		}
	}
	return out
}

// company is n aircraft abreast, 300 m apart, that turn away from each other after four minutes, seen by three radars.
func company(n int, seed uint64) *traffic {
	w := &traffic{duration: 340, seed: seed, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 6), radar(2, entente.PSR, 54.4, 27.6, 8), radar(3, entente.PSR, 53.8, 26.4, 5)}}
	for i := range n {
		w.aircraft = append(w.aircraft, aircraft{lat: 54.2 + 0.0027*float64(i), lon: 26.2, height: 8000 + 150*float64(i), speed: 220, course: 90, mute: true,
			turn: float64(n-1)/2 - float64(i), turnFrom: 240, turnTo: 265})
	}
	return w
}

// TestACompanyNotResolvedKeepsItsTracks: radars give fewer plots than there are aircraft for minutes. A look that could
// not tell them apart is no miss, a plot of two moves both, and tracks that were seen side by side are not merged.
func TestACompanyNotResolvedKeepsItsTracks(t *testing.T) {
	for seed := range uint64(6) {
		for n := 2; n <= 3; n++ {
			w := company(n, seed)
			plots := unresolve(w.plots(), rand.New(rand.NewPCG(seed, 6)))
			tracker := New(Config{Sensors: w.sensors})
			out := run(tracker, plots)
			c := tracker.Counters()
			if c.Live != n || c.Confirmed > uint64(n+2) {
				t.Errorf("%d aircraft, seed %d: %+v", n, seed, c)
			}
			checkOutputs(t, out)
			for i := range w.aircraft {
				p, _, _ := w.aircraft[i].at(335)
				f, near := geo.NewFrame(p), 0
				for _, k := range tracker.Tracks(nil) {
					if e := f.ENU(geo.LLA{Lat: k.Lat, Lon: k.Lon, Height: k.Height}); math.Hypot(e.E, e.N) < 2000 {
						near++
					}
				}
				if near != 1 {
					t.Errorf("%d aircraft, seed %d: %d tracks at aircraft %d", n, seed, near, i)
				}
			}
		}
	}
}

// TestASecondPlotOfOneAircraftIsNoCompany: a radar that gives two plots of an aircraft in one turn, now and then, must not make two of it.
func TestASecondPlotOfOneAircraftIsNoCompany(t *testing.T) {
	for seed := range uint64(6) {
		w := company(1, seed)
		rng := rand.New(rand.NewPCG(seed, 8))
		var plots []entente.Plot
		for _, p := range w.plots() {
			plots = append(plots, p)
			if rng.Float64() < 0.05 {
				p.Time = p.Time.Add(0.01)
				p.Range += 50 * rng.NormFloat64()
				p.Azimuth += 0.08 * degree * rng.NormFloat64()
				plots = append(plots, p)
			}
		}
		tracker := New(Config{Sensors: w.sensors})
		run(tracker, plots)
		if c := tracker.Counters(); c.Live != 1 || c.Confirmed > 2 {
			t.Errorf("seed %d: %+v", seed, c)
		}
	}
}

// TestABlendMovesTheMiddle: a plot of two tracks moves their middle as a filter of the middle would, and not their distance.
func TestABlendMovesTheMiddle(t *testing.T) {
	a, b, s, v := abreast(t, 400)
	h := sharing{}
	tr := &Tracker{sites: []site{*s}, tracks: []record{*a, *b}, workspace: workspace{views: []seenPlot{*v}}}
	tr.member(0, &h, 0)
	tr.member(0, &h, 1)
	was := [2][6]float64{a.mean, b.mean}
	for i := range tr.tracks {
		var o observation
		s.observe(&o, v, &tr.tracks[i])
		o.blend(&h, int32(i))
		o.update(&tr.tracks[i])
	}
	now := [2][6]float64{tr.tracks[0].mean, tr.tracks[1].mean}
	for c := range 2 {
		if apart, before := now[1][c]-now[0][c], was[1][c]-was[0][c]; math.Abs(apart-before) > 10 {
			t.Errorf("component %d: distance %.1f, was %.1f", c, apart, before)
		}
	}
	middle := (now[0][1] + now[1][1]) / 2
	if before := (was[0][1] + was[1][1]) / 2; !(middle > before+10 && middle < before+90) {
		t.Errorf("middle %.1f, was %.1f: the plot stands 100 m north", middle, before)
	}
}

// TestAHedgeScalesTheGain: a pair believed by half corrects by half.
func TestAHedgeScalesTheGain(t *testing.T) {
	a, _, s, v := abreast(t, 400)
	step := func(sure float64) float64 {
		k := *a
		for j := range k.modes {
			k.modes[j] = k.modes[0] // one model: no reweighing
		}
		var o observation
		s.observe(&o, v, &k)
		if sure < 1 {
			o.hedge(&k, sure)
		}
		o.update(&k)
		return k.mean[1] - a.mean[1]
	}
	if whole, half := step(1), step(0.5); math.Abs(half-whole/2) > 0.05*math.Abs(whole) {
		t.Errorf("moved %.2f, surely %.2f", half, whole)
	}
}

// abreast is two tracks at rest, so many metres apart along the north, and a plot of a radar to the south, 100 m north of their middle.
func abreast(t *testing.T, apart float64) (a, b *record, s *site, v *seenPlot) {
	t.Helper()
	st := newSite(radar(1, entente.PSR, 54, 27, 6))
	at := geo.LLA{Lat: 54.5 * degree, Lon: 27 * degree, Height: 8000}
	f := geo.NewFrame(geo.LLA{Lat: at.Lat, Lon: at.Lon})
	make1 := func(n float64) *record {
		k := &record{id: 1, state: entente.Confirmed, frame: f, mu: firstModes, time: second(0), updated: second(0), plots: 30, levelled: true}
		for j := range k.modes {
			k.modes[j].x = [6]float64{0, n, 8000}
			p := &k.modes[j].p
			p[0], p[6], p[11], p[15], p[18], p[20] = 3600, 3600, 100, 25, 25, 1
		}
		k.combine()
		return k
	}
	a, b = make1(-apart/2), make1(apart/2)
	look := st.frame.Look(f.LLA(geo.ENU{N: 100, U: 8000}))
	p := &entente.Plot{Time: second(0), Sensor: 1, Kind: entente.PSR, Has: entente.HasPolar, Range: look.Range, Azimuth: look.Azimuth}
	w := st.ready(p)
	return a, b, &st, &w
}

// TestUnresolvedIsAProbability: certain for aircraft at one place known well, nothing far apart, and less the farther.
func TestUnresolvedIsAProbability(t *testing.T) {
	st := newSite(radar(1, entente.PSR, 54, 27, 6))
	last := 1.0
	for d := 0.0; d < 3000; d += 50 {
		p := st.unresolved(geo.Polar{Range: 60e3, Azimuth: 1}, geo.Polar{Range: 60e3 + d, Azimuth: 1}, 20, 20)
		if p < 0 || p > last {
			t.Fatalf("%.0f m: %.3f after %.3f", d, p, last)
		}
		last = p
	}
	if p := st.unresolved(geo.Polar{Range: 60e3, Azimuth: 0.001}, geo.Polar{Range: 60e3, Azimuth: 2*math.Pi - 0.001}, 0, 0); p < 0.8 {
		t.Errorf("across north %.3f", p)
	}
	if last > 1e-6 {
		t.Errorf("3 km apart in range %.2g", last)
	}
}

// TestOneAircraftNeverBecomesTwo is the other side: being excused must not keep alive what never was.
func TestOneAircraftNeverBecomesTwo(t *testing.T) {
	for seed := range uint64(6) {
		w := &traffic{duration: 300, seed: seed, clutter: 30, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 6), radar(2, entente.PSR, 54.4, 27.6, 8)},
			aircraft: []aircraft{{lat: 54.2, lon: 26.2, height: 8000, speed: 220, course: 90, turn: 2.5, turnFrom: 100, turnTo: 180, mute: true}}}
		tracker := New(Config{Sensors: w.sensors})
		run(tracker, w.plots())
		if c := tracker.Counters(); c.Live != 1 || c.Confirmed > 2 {
			t.Errorf("seed %d: %+v", seed, c)
		}
	}
}
