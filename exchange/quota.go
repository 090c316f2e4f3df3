package exchange

import "time"

// bucket is a token bucket that holds one second of its rate. Used by one goroutine.
type bucket struct {
	rate  float64 // a second
	level float64
	last  time.Time
}

func newBucket(rate float64) *bucket { return &bucket{rate: rate, level: rate} }

// take takes one token and returns zero, or how long to wait for it.
func (b *bucket) take(now time.Time) time.Duration {
	if !b.last.IsZero() {
		b.level = min(b.rate, b.level+b.rate*now.Sub(b.last).Seconds())
	}
	b.last = now
	if b.level >= 1 {
		b.level--
		return 0
	}
	return max(1, time.Duration((1-b.level)/b.rate*float64(time.Second))) // never zero, which means taken
}
