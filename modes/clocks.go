package modes

import (
	"math"
	"slices"
)

// Clocks learns how much the clocks of receivers are off, cable and antenna included, from frames whose sender's place is
// known, and how far their stamps scatter: GPS clocks of a network differ by some hundred nanoseconds for hours, which is
// more than they scatter. The senders' positions may be those of their own squitters: a false one differs from the
// others' and has little weight, as every frame's own time is the median over its receivers and every step is bounded.
//
// It is not safe for use by more than one goroutine. Its memory is bounded by maxClocks stations.
type Clocks struct {
	Learnt  int64 // frames learnt from
	Refused int64 // frames whose receivers did not agree on any time

	stations map[int]*stationClock
}

type stationClock struct {
	offset   float64 // nanoseconds late
	variance float64 // of a stamp less the offset, ns²
	n        int
}

// Bounds of a station's clock.
const (
	maxClocks     = 4096
	newVariance   = DefaultArrivalSigma * DefaultArrivalSigma
	leastVariance = 60 * 60 // quantisation, geometry, the sender's own error
	memory        = 25      // frames that an offset is averaged over
	clockStep     = 4       // standard deviations by which one frame counts at most
	agreeWithin   = 20_000  // nanoseconds within which a frame's receivers agree at all
)

// NewClocks returns clocks of which nothing is known.
func NewClocks() *Clocks { return &Clocks{stations: map[int]*stationClock{}} }

// Offset returns how late a station's clock is and one standard deviation of its stamps, in nanoseconds, and from how
// many frames that is known.
func (c *Clocks) Offset(station int) (late, sigma float64, frames int) {
	k := c.stations[station]
	if k == nil {
		return 0, DefaultArrivalSigma, 0
	}
	return k.offset, k.sigma(), k.n
}

// sigma is wider while few frames tell the offset.
func (k *stationClock) sigma() float64 {
	n := float64(k.n)
	return math.Sqrt(math.Max(k.variance, leastVariance) + newVariance/(1+n*n/4))
}

// Correct takes the stations' offsets off the arrivals and sets their sigmas.
func (c *Clocks) Correct(arrivals []Arrival) {
	for i := range arrivals {
		late, sigma, _ := c.Offset(arrivals[i].Station)
		arrivals[i].Time -= int64(math.Round(late))
		arrivals[i].Sigma = sigma
	}
}

// Learn compares the arrivals, as received, of a frame sent from a known place (degrees, metres above the ellipsoid).
// Three arrivals at least are needed.
func (c *Clocks) Learn(arrivals []Arrival, lat, lon, height float64) {
	if len(arrivals) > MaxArrivals {
		arrivals = arrivals[:MaxArrivals]
	}
	if len(arrivals) < 3 {
		return
	}
	at := ecef(lat, lon, height)
	var late, sorted [MaxArrivals]float64
	base := arrivals[0].Time
	for i := range arrivals {
		a := &arrivals[i]
		s := ecef(a.Lat, a.Lon, a.Height)
		d := math.Sqrt(square(at[0]-s[0]) + square(at[1]-s[1]) + square(at[2]-s[2]))
		offset, _, _ := c.Offset(a.Station)
		late[i] = float64(a.Time-base) - d/airspeed - offset
		sorted[i] = late[i]
	}
	n := len(arrivals)
	slices.Sort(sorted[:n])
	sent := (sorted[(n-1)/2] + sorted[n/2]) / 2
	if sorted[n*3/4]-sorted[n/4] > agreeWithin {
		c.Refused++
		return
	}
	c.Learnt++
	for i := range arrivals {
		c.step(arrivals[i].Station, late[i]-sent)
	}
}

func (c *Clocks) step(station int, late float64) {
	k := c.stations[station]
	if k == nil {
		if len(c.stations) >= maxClocks {
			return
		}
		k = &stationClock{variance: newVariance}
		c.stations[station] = k
	}
	bound := clockStep * k.sigma()
	late = math.Max(-bound, math.Min(bound, late))
	k.n++
	gain := 1 / math.Min(float64(k.n), memory)
	k.variance += (late*late - k.variance) * gain / 2
	k.offset += late * gain
}
