package feed

import "entente"

const day = 86400 * entente.Second

// dayClock turns times of day into absolute times: on the day that puts them nearest to a reference, which is the time
// of arrival, else the last time of the same source, else noon of the recording's date.
type dayClock struct {
	last entente.Instant
	date entente.Instant // midnight of the recording's day, when it has no other clue
}

// absolute returns the instant of a time of day in seconds. arrival is zero when not known.
func (c *dayClock) absolute(tod float64, arrival entente.Instant) entente.Instant {
	t := entente.FromSeconds(tod)
	ref := arrival
	if ref == 0 {
		ref = c.last
	}
	if ref == 0 {
		c.last = midnight(c.date) + t
		return c.last
	}
	abs := nearest(t, ref, day)
	c.last = abs
	return abs
}

// nearest returns t plus the multiple of period that comes nearest to ref.
func nearest(t, ref, period entente.Instant) entente.Instant {
	d := ref - t + period/2
	n := d / period
	if d%period < 0 {
		n--
	}
	return t + n*period
}

func midnight(t entente.Instant) entente.Instant { return nearest(0, t-day/2, day) }
