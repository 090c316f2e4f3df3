package track

import (
	"testing"

	"entente"
)

// gone leaves out the plots of a span of time.
func gone(plots []entente.Plot, from, to float64) (out []entente.Plot) {
	for _, p := range plots {
		if p.Time < second(from) || p.Time > second(to) {
			out = append(out, p)
		}
	}
	return out
}

// numbersOf returns the numbers shown, in order of appearance, and how many ended.
func numbersOf(out []entente.Track) (numbers []entente.TrackID, ends int) {
	seen := map[entente.TrackID]bool{}
	for _, k := range out {
		if !seen[k.ID] {
			seen[k.ID] = true
			numbers = append(numbers, k.ID)
		}
		if k.State == entente.Ended {
			ends++
		}
	}
	return numbers, ends
}

// TestALostAircraftGetsItsNumberBack: by address after minutes, by where it must be after half a minute, and not after longer, nor
// with another address.
func TestALostAircraftGetsItsNumberBack(t *testing.T) {
	const addr = entente.Address(0x400001)
	for _, c := range []struct {
		name    string
		gap     float64
		before  entente.Address
		after   entente.Address
		numbers int
	}{
		{"address, two minutes", 120, addr, addr, 1},
		{"address, six minutes", 360, addr, addr, 2},
		{"another address", 60, addr, addr + 1, 2},
		{"no address, half a minute", 32, 0, 0, 1},
		{"no address, two minutes", 120, 0, 0, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := &traffic{duration: 600, seed: 3, sensors: []entente.Sensor{radar(1, entente.ModeS, 54, 27, 5), radar(2, entente.PSR, 54.3, 27.5, 6)},
				aircraft: []aircraft{{lat: 53.6, lon: 25.6, height: 9000, speed: 220, course: 70, address: c.before, until: 100}}}
			a := w.aircraft[0]
			a.address, a.from, a.until = c.after, 100, 0
			w.aircraft = append(w.aircraft, a)
			tracker := New(Config{Sensors: w.sensors, Window: 1})
			out := run(tracker, gone(w.plots(), 100, 100+c.gap))
			numbers, ends := numbersOf(out)
			if len(numbers) != c.numbers || ends == 0 {
				t.Errorf("numbers %v, %d ends; want %d numbers", numbers, ends, c.numbers)
			}
			if got, want := tracker.Counters().Resumed, uint64(2-c.numbers); got != want {
				t.Errorf("%d resumed, want %d", got, want)
			}
		})
	}
}

// TestOfTwoThatMayBeItNoneIsIt: two aircraft lost side by side; whichever comes back, nobody can say which it is.
func TestOfTwoThatMayBeItNoneIsIt(t *testing.T) {
	w := &traffic{duration: 160, seed: 5, sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 5), radar(2, entente.PSR, 54.3, 27.5, 6)},
		aircraft: []aircraft{
			{lat: 53.7, lon: 26, height: 9000, speed: 220, course: 70, mute: true, until: 80},
			{lat: 53.715, lon: 26, height: 9000, speed: 220, course: 70, mute: true},
		}}
	tracker := New(Config{Sensors: w.sensors, Window: 1})
	run(tracker, gone(w.plots(), 80, 112))
	if c := tracker.Counters(); c.Confirmed != 3 || c.Resumed != 0 {
		t.Errorf("%+v", c)
	}
}

// TestAHardTurnKeepsTheNumber: 4 g for 10 s, seen every 5 s by one radar with codes; the track that begins behind the turn is the one that went into it.
func TestAHardTurnKeepsTheNumber(t *testing.T) {
	for seed := range uint64(5) {
		w := &traffic{duration: 120, seed: seed, sensors: []entente.Sensor{radar(1, entente.SSR, 54, 27, 5)},
			aircraft: []aircraft{{lat: 54.3, lon: 26.5, height: 6000, speed: 280, course: 90, modeA: 0o4321, turn: 8, turnFrom: 60, turnTo: 70}}}
		tracker := New(Config{Sensors: w.sensors, Window: 1})
		if numbers, _ := numbersOf(run(tracker, w.plots())); len(numbers) != 1 {
			t.Errorf("seed %d: numbers %v, %+v", seed, numbers, tracker.Counters())
		}
	}
}

// TestWorkersAgreeOnWhoComesBack: the memory of lost tracks is one.
func TestWorkersAgreeOnWhoComesBack(t *testing.T) {
	w := mixed(6, 20, 120)
	mustAgree(t, t, Config{Sensors: w.sensors, Window: 1}, gone(w.plots(), 50, 85), 100)
}
