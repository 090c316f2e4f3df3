package feed

import (
	"math"
	"math/rand/v2"
	"testing"

	"entente"
)

// TestBurstsAreSmoothed: frames sent evenly and delivered in bursts get even times back, by a counter that is 20 ppm off.
func TestBurstsAreSmoothed(t *testing.T) {
	dice := rand.New(rand.NewPCG(5, 6))
	const began = entente.Instant(1_700_000_000) * entente.Second
	var c steadyClock
	worst, worstArrival := 0.0, 0.0
	for i := range 60_000 {
		sent := int64(i) * 10e6 // a hundred a second
		ticks := 5e9 + sent + sent/50_000
		delay := 2e6 + dice.Int64N(3e6)
		if burst := int64(i) % 50; burst > 10 {
			delay += (50 - burst) * 10e6
		}
		arrival := began + entente.Instant(sent+delay)
		at, leapt := c.at(ticks, arrival)
		if leapt || at > arrival {
			t.Fatalf("frame %d: leapt %v, %v after its arrival", i, leapt, at-arrival)
		}
		if i > 200 {
			worst = max(worst, math.Abs((at-began).Seconds()-float64(sent)/1e9))
			worstArrival = max(worstArrival, float64(delay)/1e9)
		}
	}
	t.Logf("worst %.1f ms; by arrival %.1f ms", 1e3*worst, 1e3*worstArrival)
	if worst > 0.006 {
		t.Errorf("times are up to %.1f ms off", 1e3*worst)
	}
}

// TestRestartedReceiver: the counter begins anew; time goes on.
func TestRestartedReceiver(t *testing.T) {
	var c steadyClock
	for i := range int64(100) {
		ticks := i * 1e9
		if i >= 50 {
			ticks -= 49e9
		}
		arrival := entente.Instant(1000e9 + i*1e9)
		at, leapt := c.at(ticks, arrival)
		if leapt != (i == 50) || arrival-at > entente.Second/100 {
			t.Errorf("second %d: leapt %v, %v early", i, leapt, arrival-at)
		}
	}
	if c.mixed {
		t.Error("one restart is taken for several clocks")
	}
}

// TestMixedClocks: several receivers in one stream; after a few leaps the times are those of arrival.
func TestMixedClocks(t *testing.T) {
	var c steadyClock
	leaps := 0
	for i := range int64(1000) {
		arrival := entente.Instant(1000e9 + i*1e7)
		ticks := i*1e7 + i%3*1e12
		at, leapt := c.at(ticks, arrival)
		if leapt {
			leaps++
		}
		if arrival-at > entente.Second || at > arrival {
			t.Fatalf("frame %d: %v before its arrival", i, arrival-at)
		}
		if i > 20 && at != arrival {
			t.Fatalf("frame %d: not the arrival", i)
		}
	}
	if !c.mixed || leaps != manyLeaps {
		t.Errorf("mixed %v after %d leaps", c.mixed, leaps)
	}
}
