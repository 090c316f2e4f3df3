package track

import (
	"os"
	"runtime"
	"slices"
	"testing"

	"entente"
)

// TestADayKeepsMemoryFlat: a day of plots, an hour's traffic after another's; what is held after it is what was held
// after its second hour. It takes a minute: ENTENTE_LONG=1 go test -run ADay ./track
func TestADayKeepsMemoryFlat(t *testing.T) {
	if os.Getenv("ENTENTE_LONG") == "" {
		t.Skip("a minute long: set ENTENTE_LONG")
	}
	w := mixed(3, 20, 3600)
	plots := w.plots()
	for _, workers := range []int{1, 2} {
		tracker := working(t, Config{Sensors: w.sensors, Window: 2}, workers)
		out := make([]entente.Track, 0, 1<<16)
		var early, late uint64
		for hour := range 24 {
			for batch := range slices.Chunk(plots, 2000) {
				batch = slices.Clone(batch)
				for i := range batch {
					batch[i].Time = batch[i].Time.Add(float64(hour) * 3600)
				}
				out = tracker.Process(batch, out[:0])
			}
			if hour == 1 || hour == 23 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				early, late = late, m.HeapAlloc
			}
		}
		t.Logf("%d workers: %d KiB after two hours, %d after a day", workers, early>>10, late>>10)
		if late > early+early/10 {
			t.Errorf("%d workers: heap grew from %d to %d bytes", workers, early, late)
		}
		if c := tracker.Counters(); c.Live+c.Tentative > 80 {
			t.Errorf("%+v", c)
		}
	}
}
