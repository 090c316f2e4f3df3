package node

import (
	"math"
	"sync/atomic"
)

// latency counts delays in buckets that grow by a fourth, from 10 microseconds to some minutes, without locks.
type latency struct {
	buckets [80]atomic.Uint64
}

const (
	latencyFloor  = 10e-6 // seconds
	latencyGrowth = 1.25
)

func newLatency() *latency { return &latency{} }

func (l *latency) add(seconds float64) {
	i := 0
	if seconds > latencyFloor {
		i = int(math.Ceil(math.Log(seconds/latencyFloor) / math.Log(latencyGrowth)))
	}
	l.buckets[min(i, len(l.buckets)-1)].Add(1)
}

// quantile returns the upper edge of the bucket in which the share q of all delays ends, seconds; zero without any.
func (l *latency) quantile(q float64) float64 {
	var counts [len(l.buckets)]uint64
	total := uint64(0)
	for i := range l.buckets {
		counts[i] = l.buckets[i].Load()
		total += counts[i]
	}
	if total == 0 {
		return 0
	}
	seen, want := uint64(0), uint64(math.Ceil(q*float64(total)))
	for i, n := range counts {
		if seen += n; seen >= want {
			return latencyFloor * math.Pow(latencyGrowth, float64(i))
		}
	}
	return latencyFloor * math.Pow(latencyGrowth, float64(len(counts)-1))
}
