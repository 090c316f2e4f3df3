package track

import (
	"testing"

	"entente"
)

// TestTimesNearTheEpochAreTimes: recordings without a date begin at second zero; their tracks must be those of a dated one.
func TestTimesNearTheEpochAreTimes(t *testing.T) {
	w := mixed(4, 15, 100)
	plots := w.plots()
	want := run(New(Config{Sensors: w.sensors, Window: 3}), plots)
	for i := range plots {
		plots[i].Time -= epoch
	}
	got := run(New(Config{Sensors: w.sensors, Window: 3}), plots)
	if len(got) != len(want) {
		t.Fatalf("%d outputs, want %d", len(got), len(want))
	}
	for i := range got {
		g, k := got[i], want[i]
		for _, at := range []*entente.Instant{&k.Time, &k.Started, &k.Updated} {
			*at -= epoch
		}
		if g != k {
			t.Fatalf("output %d:\n%+v, want\n%+v", i, g, k)
		}
	}
}
