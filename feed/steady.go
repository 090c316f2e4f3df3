package feed

import "entente"

// steadyClock takes the network's delays out of a live receiver's times: frames come in bursts, up to some hundred
// milliseconds late, while the receiver's 12 MHz counter is even. A frame's time is its counter plus the least delay seen,
// which may grow by the counter's drift; it is never later than the arrival.
//
// A counter that leaps (a restarted receiver, a stalled network) is begun anew; one that keeps leaping is several
// receivers' in one stream, and times of arrival are taken from then on.
type steadyClock struct {
	offset  int64 // nanoseconds from counter to arrival, the least
	last    int64 // counter
	started bool
	mixed   bool // several clocks in one stream
	leaps   int
	since   entente.Instant // of the first of them
}

const (
	drift      = 20_000                // nanoseconds in which a counter is off by one: 50 parts per million
	leapLimit  = int64(entente.Second) // a delay that differs by more is another clock
	manyLeaps  = 5
	leapMemory = 60 * entente.Second
)

// at returns the time of a frame by its counter in nanoseconds and its arrival, and whether the counter leapt.
func (c *steadyClock) at(ticks int64, arrival entente.Instant) (t entente.Instant, leapt bool) {
	if c.mixed {
		return arrival, false
	}
	delay := int64(arrival) - ticks
	if !c.started {
		c.started, c.offset, c.last = true, delay, ticks
		return arrival, false
	}
	least := c.offset + max(0, ticks-c.last)/drift
	if late := delay - least; late > leapLimit || late < -leapLimit {
		c.leap(arrival)
		c.offset, c.last = delay, ticks
		return arrival, true
	}
	c.offset, c.last = min(least, delay), max(c.last, ticks)
	return entente.Instant(ticks + c.offset), false
}

func (c *steadyClock) leap(arrival entente.Instant) {
	if c.leaps == 0 || arrival-c.since > leapMemory {
		c.leaps, c.since = 0, arrival
	}
	if c.leaps++; c.leaps >= manyLeaps {
		c.mixed = true
	}
}
