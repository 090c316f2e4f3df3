package feed

import (
	"slices"
	"strings"
	"sync"

	"entente"
	"entente/asterix"
)

// timesOfDay lists for each category the items that hold a time of day, the best one first.
var timesOfDay = sync.OnceValue(func() (all [256][]asterix.Handle) {
	for _, cat := range asterix.Categories() {
		var paths []string
		if cat == 21 { // of the position: applicability, reception; of the report; 030 of the old editions
			paths = []string{"071", "073", "077", "030", "075"}
		} else {
			for _, name := range asterix.Editions(cat) {
				e, err := asterix.Get(cat, name)
				if err != nil {
					continue
				}
				for _, f := range e.Fields() {
					if f.Bits == 24 && f.LSB == 1.0/128 && f.Unit == "s" && !f.Repeat && !strings.Contains(f.Path, "/") && !slices.Contains(paths, f.Path) {
						paths = append(paths, f.Path)
					}
				}
			}
		}
		for _, p := range paths {
			if h, err := asterix.LookupField(cat, p); err == nil {
				all[cat] = append(all[cat], h)
			}
		}
	}
	return all
})

// recordClock gives each record its time in UTC.
type recordClock struct {
	items   *[256][]asterix.Handle
	short   asterix.Handle // I001/141
	date    entente.Instant
	sources map[Source]*sourceClock
	lastKey Source
	last    *sourceClock
}

type sourceClock struct {
	day     dayClock
	service entente.Instant // of the last 002 message
}

func newRecordClock(date entente.Instant) *recordClock {
	items := timesOfDay()
	return &recordClock{items: &items, short: asterix.Field(1, "141"), date: date, sources: map[Source]*sourceClock{}}
}

// timeOfDay returns a record's time of day in seconds.
func (c *recordClock) timeOfDay(r *asterix.Record) (float64, bool) {
	if r.Edition() == nil {
		return 0, false
	}
	for _, h := range c.items[r.Category] {
		if v, ok := r.Float(h); ok {
			return v, true
		}
	}
	return 0, false
}

// place sets the time of the record.
func (c *recordClock) place(r *asterix.Record, at *RecordPlace) {
	at.Time, at.Dated = 0, at.Received != 0 || c.date != 0
	src := c.of(Source{r.SAC, r.SIC})
	if tod, ok := c.timeOfDay(r); ok {
		if tod >= 86401 {
			return
		}
		at.Time = max(src.day.absolute(tod, at.Received), 1) // zero means "not known"
		if r.Category == 2 {
			src.service = at.Time
		}
		return
	}
	if r.Category != 1 {
		return
	}
	ref := src.service
	if ref == 0 {
		ref = at.Received
	}
	if v, ok := r.Float(c.short); ok && ref != 0 {
		at.Time = nearest(entente.FromSeconds(v), ref, truncated)
	}
}

// of returns the clock of a source; one first heard after midnight is on the day of the others.
func (c *recordClock) of(src Source) *sourceClock {
	if c.last != nil && c.lastKey == src {
		return c.last
	}
	s := c.sources[src]
	if s == nil {
		s = &sourceClock{day: dayClock{date: c.date}}
		if c.last != nil {
			s.day.last = c.last.day.last
		}
		c.sources[src] = s
	}
	c.last, c.lastKey = s, src
	return s
}
