package track

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entente"
)

// BenchmarkWorkers is how much faster four workers do what one does. The two take the same batches in turn, so that
// what else the machine does meets both; the figure is the median over batches.
func BenchmarkWorkers(b *testing.B) {
	for _, c := range []struct{ aircraft, radars, workers int }{{2000, 12, 4}, {2000, 12, 2}} {
		b.Run(fmt.Sprintf("aircraft=%d/radars=%d/workers=%d", c.aircraft, c.radars, c.workers), func(b *testing.B) {
			w := crowd(c.aircraft, c.radars, 60)
			plots := w.plots()
			batch := 2 * c.aircraft
			var one, more *Tracker
			out := make([]entente.Track, 0, 1<<16)
			var ratios, alone, shared []float64
			k := len(plots)
			for range b.N {
				if k+batch > len(plots) {
					if more != nil {
						more.Close()
					}
					one, more = New(Config{Sensors: w.sensors, Window: 1}), New(Config{Sensors: w.sensors, Window: 1, Workers: c.workers})
					for k = 0; k < len(plots)/2; k += batch {
						out = one.Process(plots[k:k+batch], out[:0])
						out = more.Process(plots[k:k+batch], out[:0])
					}
				}
				start := time.Now()
				out = one.Process(plots[k:k+batch], out[:0])
				middle := time.Now()
				out = more.Process(plots[k:k+batch], out[:0])
				x, y := middle.Sub(start).Seconds(), time.Since(middle).Seconds()
				ratios, alone, shared = append(ratios, x/y), append(alone, x), append(shared, y)
				k += batch
			}
			more.Close()
			median := func(v []float64) float64 { slices.Sort(v); return v[len(v)/2] }
			b.ReportMetric(median(ratios), "times-faster")
			b.ReportMetric(float64(batch)/median(alone), "plots/s-alone")
			b.ReportMetric(float64(batch)/median(shared), "plots/s-shared")
			b.ReportMetric(0, "ns/op")
		})
	}
}
