package track

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"entente"
)

// crowd is n aircraft among the given number of radars (a mix of kinds, 5 to 10 s) and ADS-B receivers over a disc that
// keeps the density of 2,000 over 600 km.
func crowd(n, radars int, duration float64) *traffic {
	radius := 600e3
	if n > 2000 {
		radius = 1500e3
	}
	w := &traffic{seed: 1, duration: duration, clutter: 5, aircraft: spread(n, 52, 30, radius, duration, 1)}
	kinds := []entente.SensorKind{entente.ModeS, entente.SSR, entente.ModeS, entente.PSR, entente.ModeS, entente.SSR}
	places := spread(radars+radars/3, 52, 30, radius*0.8, 1, 7)
	for k := range places {
		id := entente.SensorID(k + 1)
		if k < radars {
			r := radar(id, kinds[k%len(kinds)], places[k].lat, places[k].lon, []float64{5, 8, 6, 10}[k%4])
			r.MaxRange = 400e3
			w.sensors = append(w.sensors, r)
		} else {
			a := receiver(id, places[k].lat, places[k].lon)
			a.Period = 2
			w.sensors = append(w.sensors, a)
		}
	}
	return w
}

// BenchmarkTracker is plots a second of one core once tracks stand: half of the plots warm it up.
func BenchmarkTracker(b *testing.B) {
	for _, c := range []struct{ aircraft, radars int }{{2000, 6}, {2000, 12}, {20000, 60}} {
		b.Run(fmt.Sprintf("aircraft=%d/radars=%d", c.aircraft, c.radars), func(b *testing.B) {
			w := crowd(c.aircraft, c.radars, 60)
			plots := w.plots()
			const batch = 500
			var t *Tracker
			out := make([]entente.Track, 0, 1<<15)
			k := len(plots)
			b.ReportAllocs()
			b.ResetTimer()
			for range b.N {
				if k+batch > len(plots) {
					b.StopTimer()
					t = New(Config{Sensors: w.sensors, Window: 1})
					for k = 0; k < len(plots)/2; k += batch {
						out = t.Process(plots[k:k+batch], out[:0])
					}
					b.StartTimer()
				}
				out = t.Process(plots[k:k+batch], out[:0])
				k += batch
			}
			b.ReportMetric(float64(b.N)*batch/b.Elapsed().Seconds(), "plots/s")
			b.ReportMetric(float64(t.Counters().Live), "live")
		})
	}
}

// BenchmarkLive is how long a plot waits in the tracker at live rate: 2,000 aircraft, batches of 50 ms, no window.
func BenchmarkLive(b *testing.B) {
	w := crowd(2000, 6, 60)
	plots := w.plots()
	t := New(Config{Sensors: w.sensors})
	var out []entente.Track
	var took []time.Duration
	at, k := second(0), 0
	b.ResetTimer()
	for range b.N {
		at = at.Add(0.05)
		from := k
		for k < len(plots) && plots[k].Time < at {
			k++
		}
		start := time.Now()
		out = t.Process(plots[from:k], out[:0])
		if from > len(plots)/2 && k > from {
			took = append(took, time.Since(start))
		}
		if k == len(plots) {
			b.StopTimer()
			t, at, k = New(Config{Sensors: w.sensors}), second(0), 0
			b.StartTimer()
		}
	}
	if len(took) > 0 {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "max-ms")
	}
}
