package feed

import (
	"fmt"
	"maps"
	"sync"

	"entente"
)

// Stats counts what a feed met. All methods may be called from any goroutine; a nil *Stats counts nothing.
type Stats struct {
	mu   sync.Mutex // guards what follows
	s    Snapshot
	open int // sockets and peers
}

// Snapshot is the state of [Stats] at one moment.
type Snapshot struct {
	Connected bool  // the socket is open, or the peer connected
	Connects  int64 // times it came to be so
	Bytes     int64 // received
	Messages  int64 // datagrams, frames or lines
	Records   int64 // ASTERIX records, Mode S frames decoded, or CSV rows
	Plots     int64 // given to the sink

	Errors  map[string]int64           // refusals by reason
	Last    map[string]entente.Instant // last message by sensor name, time of arrival (of measurement in files)
	North   map[string]entente.Instant // last north mark or sector crossing by sensor name: the sensor is alive
	Unknown map[Source]int64           // records of SAC/SIC that no sensor has
	LastErr string                     // text of the last refusal or failed connection
}

// Source is an ASTERIX data source.
type Source struct{ SAC, SIC uint8 }

// MarshalText writes "SAC/SIC".
func (s Source) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%d/%d", s.SAC, s.SIC), nil }

// Snapshot returns a copy of the counts.
func (s *Stats) Snapshot() Snapshot {
	if s == nil {
		return Snapshot{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.s
	c.Errors, c.Last, c.North, c.Unknown = maps.Clone(c.Errors), maps.Clone(c.Last), maps.Clone(c.North), maps.Clone(c.Unknown)
	return c
}

// add merges a batch's counts: one lock a batch.
func (s *Stats) add(t *tally) {
	if s == nil {
		t.clear()
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &s.s
	c.Bytes += t.bytes
	c.Messages += t.messages
	c.Records += t.records
	c.Plots += t.plots
	for k, v := range t.errors {
		if c.Errors == nil {
			c.Errors = map[string]int64{}
		}
		c.Errors[k] += v
	}
	for k, v := range t.unknown {
		if c.Unknown == nil {
			c.Unknown = map[Source]int64{}
		}
		c.Unknown[k] += v
	}
	for k, v := range t.last {
		if c.Last == nil {
			c.Last = map[string]entente.Instant{}
		}
		c.Last[k] = max(c.Last[k], v)
	}
	for k, v := range t.north {
		if c.North == nil {
			c.North = map[string]entente.Instant{}
		}
		c.North[k] = max(c.North[k], v)
	}
	if t.text != "" {
		c.LastErr = t.text
	}
	t.clear()
}

func (s *Stats) connected(yes bool) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if yes {
		s.s.Connects++
		s.open++
	} else {
		s.open--
	}
	s.s.Connected = s.open > 0
}

func (s *Stats) fail(reason string, err error) {
	t := tally{}
	t.refuse(reason)
	t.text = err.Error()
	s.add(&t)
}

// tally is one goroutine's counts since they were last merged.
type tally struct {
	bytes, messages, records, plots int64
	errors                          map[string]int64
	unknown                         map[Source]int64
	last, north                     map[string]entente.Instant
	text                            string
}

func (t *tally) clear() {
	t.bytes, t.messages, t.records, t.plots, t.text = 0, 0, 0, 0, ""
	clear(t.errors)
	clear(t.unknown)
	clear(t.last)
	clear(t.north)
}

func (t *tally) refuse(reason string) { t.refuseMany(reason, 1) }

func (t *tally) refuseMany(reason string, n int64) {
	if t.errors == nil {
		t.errors = map[string]int64{}
	}
	t.errors[reason] += n
}

// unknownSource counts a source without sensor; noise may invent all 65,536, which is the bound.
func (t *tally) unknownSource(s Source) {
	if t.unknown == nil {
		t.unknown = map[Source]int64{}
	}
	t.unknown[s]++
}

func (t *tally) heard(sensor string, at entente.Instant) {
	if t.last == nil {
		t.last = map[string]entente.Instant{}
	}
	t.last[sensor] = at
}

func (t *tally) sector(sensor string, at entente.Instant) {
	if t.north == nil {
		t.north = map[string]entente.Instant{}
	}
	t.north[sensor] = at
}
