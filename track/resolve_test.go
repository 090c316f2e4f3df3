package track

import (
	"math/rand/v2"
	"slices"
	"testing"

	"entente"
)

// TestAFormationNotResolvedKeepsItsTracks: two aircraft close to 200 m, where radars give one plot for both every
// second time. A look that could not tell them apart is no miss, and two that were seen side by side are not merged; without that both rules lose one of them.
func TestAFormationNotResolvedKeepsItsTracks(t *testing.T) {
	for seed := range uint64(4) {
		one := &traffic{duration: 200, seed: seed, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 6), radar(2, entente.PSR, 54.4, 27.6, 8)},
			aircraft: []aircraft{{lat: 54.2, lon: 26.2, height: 8000, speed: 220, course: 90, mute: true}}}
		other := *one
		other.seed = seed + 100
		other.aircraft = []aircraft{{lat: 54.218, lon: 26.2, height: 8150, speed: 220, course: 95, turn: -1, turnFrom: 90, turnTo: 95, mute: true}}
		rng := rand.New(rand.NewPCG(seed, 6))
		plots := one.plots()
		for _, p := range other.plots() {
			if p.Time < second(90) || rng.Float64() < 0.5 {
				plots = append(plots, p)
			}
		}
		slices.SortFunc(plots, func(a, b entente.Plot) int { return order(&a, &b) })
		tracker := New(Config{Sensors: one.sensors})
		out := run(tracker, plots)
		if c := tracker.Counters(); c.Live != 2 || c.Confirmed > 3 || c.Merged != 0 {
			t.Errorf("seed %d: %+v", seed, c)
		}
		checkOutputs(t, out)
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
