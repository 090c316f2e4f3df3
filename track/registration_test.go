package track

import (
	"math"
	"testing"

	"entente"
)

// addressed is traffic with Mode S and ADS-B among four radars and a receiver.
func addressed(seed uint64, duration float64) *traffic {
	w := &traffic{seed: seed, duration: duration, aircraft: spread(24, 54, 27, 100e3, duration, seed)}
	for i := range w.aircraft {
		w.aircraft[i].address = entente.Address(0x400001 + i)
	}
	for i, at := range [][2]float64{{54.6, 26.5}, {53.5, 26.2}, {53.6, 27.9}, {54.5, 27.8}} {
		w.sensors = append(w.sensors, radar(entente.SensorID(i+1), entente.ModeS, at[0], at[1], 5+float64(i)))
	}
	w.sensors = append(w.sensors, receiver(5, 54, 27))
	return w
}

// TestAnAircraftHasOneTrackWhileSensorsAreRegistered: radars off by hundreds of metres, and nobody knows yet.
func TestAnAircraftHasOneTrackWhileSensorsAreRegistered(t *testing.T) {
	for seed := range uint64(4) {
		w := addressed(seed, 120)
		w.bias = []float64{900, -700, 600, -800, 0} // and 0.2° for each 900 m
		w.clock = []float64{0.3, -0.3, 0.2, -0.2, 0}
		tracker := New(Config{Sensors: w.sensors, Window: 2})
		out := run(tracker, w.plots())
		numbers := map[entente.Address]map[entente.TrackID]bool{}
		for _, k := range out {
			if numbers[k.Address] == nil {
				numbers[k.Address] = map[entente.TrackID]bool{}
			}
			numbers[k.Address][k.ID] = true
		}
		more := 0
		for _, ids := range numbers {
			more += len(ids) - 1
		}
		if more > 2 {
			t.Errorf("seed %d: %d numbers more than aircraft", seed, more)
		}
		for i, b := range tracker.Biases(nil) {
			if math.Abs(b.Range-w.bias[i]) > 30 || math.Abs(b.Azimuth-w.bias[i]/250*0.001) > 0.03*degree || !b.Applied {
				t.Errorf("seed %d: %+v, want %.0f m", seed, b, w.bias[i])
			}
		}
	}
}

// TestLatenessIsFoundFromManyClocks: ADS-B 0.3 s late, radars' clocks off each by itself; what is common to all may stay, and the
// tracks' covariance says so.
func TestLatenessIsFoundFromManyClocks(t *testing.T) {
	w := addressed(5, 200)
	w.clock = []float64{0.25, -0.35, 0.3, -0.2, 0.3}
	tracker := New(Config{Sensors: w.sensors, Window: 2})
	out := run(tracker, w.plots())
	late, sigma := tracker.Lateness()
	if math.Abs(late-0.3) > 2*sigma || sigma < 0.05 || sigma > 0.25 {
		t.Errorf("late %.3f ± %.3f s, want 0.3", late, sigma)
	}
	for i, b := range tracker.Biases(nil) {
		if math.Abs(b.Time-w.clock[i]) > 2*b.TimeSigma || b.TimeSigma < sigma {
			t.Errorf("clock of sensor %d: %.3f ± %.3f s, want %.2f", i+1, b.Time, b.TimeSigma, w.clock[i])
		}
	}
	k := out[len(out)-1]
	v := math.Hypot(k.VE, k.VN)
	along := (k.VE*k.VE*k.Covariance.At(0, 0) + 2*k.VE*k.VN*k.Covariance.At(0, 1) + k.VN*k.VN*k.Covariance.At(1, 1)) / (v * v)
	if along < sigma*sigma*v*v {
		t.Errorf("sigma along the way %.0f m, less than the common clock's %.0f", math.Sqrt(along), sigma*v)
	}
}

// TestClocksThatAgreeAreLeftAlone: nothing is shifted and nothing widened.
func TestClocksThatAgreeAreLeftAlone(t *testing.T) {
	w := addressed(6, 200)
	tracker := New(Config{Sensors: w.sensors, Window: 2})
	run(tracker, w.plots())
	if late, sigma := tracker.Lateness(); late != 0 || sigma != 0 {
		t.Errorf("late %.3f ± %.3f s", late, sigma)
	}
}

// TestTheSameAddressFarAwayIsAnother, also while sensors are being registered.
func TestTheSameAddressFarAwayIsAnother(t *testing.T) {
	w := addressed(7, 60)
	w.aircraft = []aircraft{
		{lat: 54, lon: 26.6, height: 9000, speed: 200, course: 90, address: 0x400001},
		{lat: 54, lon: 27.4, height: 9000, speed: 200, course: 90, address: 0x400001},
	}
	tracker := New(Config{Sensors: w.sensors, Window: 2})
	run(tracker, w.plots())
	if c := tracker.Counters(); c.Live != 2 || c.Confirmed != 2 {
		t.Errorf("two aircraft 50 km apart with one address: %+v", c)
	}
}

// TestWorkersAgreeOnCompaniesAndClocks: what companies and the common clock bring in must not depend on who works.
func TestWorkersAgreeOnCompaniesAndClocks(t *testing.T) {
	w := company(4, 3)
	w.clutter = 10
	mustAgree(t, t, Config{Sensors: w.sensors, Window: 1}, w.plots(), 50)
	w = addressed(8, 60)
	w.bias = []float64{400, -300, 200, -300, 0}
	w.clock = []float64{0.3, -0.3, 0.2, -0.2, 0.3}
	mustAgree(t, t, Config{Sensors: w.sensors, Window: 1}, w.plots(), 200)
}
