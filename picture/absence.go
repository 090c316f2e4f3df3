package picture

import (
	"math"

	"entente"
)

// When the trackers of several members each wait for their own missed looks, an aircraft that has gone stands in the
// picture until the slowest gives up. Together they have missed enough sooner: an entry whose parts have jointly missed
// as many looks as would end a track of one tracker is shown no longer. It comes back with the next plot.
const (
	lookMissed  = 3.5  // −log-likelihood of one look missed, at a probability of detection of 0.97
	endMisses   = 9.0  // −log-likelihood that ends an entry over endScale
	endScale    = 30.0 // seconds; the shorter it is not seen, the less likely has it gone
	linkSilent  = 8.0  // seconds without any state of a member after which its word is missing
	independent = 2.0  // seconds between looks that are lost independently
)

// missed is how many looks a part has missed by a time, of those it should have had.
func (c *contribution) missed(by entente.Instant) float64 {
	if c.gap == 0 {
		return 0
	}
	return max(0, math.Floor(by.Sub(c.track.Updated)/max(c.gap, independent)-0.2))
}

// witness says whether a part still saw the aircraft when another last did: one that had stopped seeing it says nothing.
func (c *contribution) witness(newest entente.Instant) bool {
	return newest.Sub(c.track.Updated) <= 4*max(c.gap, independent)+2
}

// absent says whether an entry's parts have together missed enough looks. One part alone is its own tracker's business.
func (p *Picture) absent(e *entry) bool {
	var newest entente.Instant
	for _, i := range e.parts {
		newest = max(newest, p.contributions[i].track.Updated)
	}
	if e.gone.misses > 0 && newest > e.gone.limit {
		e.gone = gone{} // others went on seeing it
	}
	if len(e.parts) < 2 && e.gone.misses == 0 {
		return false
	}
	misses, lag := e.gone.misses, math.Inf(1)
	for _, i := range e.parts {
		c := &p.contributions[i]
		lag = min(lag, c.lag)
		if !c.witness(newest) {
			continue
		}
		heard := p.sources[c.source].newest
		if p.now.Sub(heard)-c.lag > linkSilent {
			return false // its member may see it well, and cannot say
		}
		if c.track.State == entente.Coasting { // its tracker says so: its sensors cover the place
			by := min(p.now.Add(-c.lag), heard)
			misses += max(0, c.missed(by)-c.missed(newest)) // what it missed while others saw it says nothing
		}
	}
	since := max(1, p.now.Sub(newest)-lag)
	return misses*lookMissed > endMisses+math.Log(endScale/since)
}

// gone is what parts that ended had missed.
type gone struct {
	misses float64
	limit  entente.Instant // an update by another after this shows that they were mistaken
}

// bear keeps the evidence of a part that its member ended.
func (p *Picture) bear(e *entry, c *contribution, ended *entente.Track) {
	newest := c.track.Updated
	for _, i := range e.parts {
		newest = max(newest, p.contributions[i].track.Updated)
	}
	if m := c.missed(max(ended.Time, c.track.Time)) - c.missed(newest); m >= 1 && c.track.State == entente.Coasting {
		e.gone.misses += m
		e.gone.limit = max(e.gone.limit, newest.Add(4*max(c.gap, independent)+2))
	}
}
