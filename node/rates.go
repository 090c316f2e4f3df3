package node

import (
	"sync"

	"entente"
)

// ratesOver is over how many ticks a rate is taken.
const ratesOver = 60

// rates counts plots by sensor over the last minute.
type rates struct {
	mu    sync.Mutex // guards what is below
	total map[entente.SensorID]uint64
	past  [ratesOver]map[entente.SensorID]uint64 // totals at the last ticks, a ring
	next  int
	ticks int
}

func newRates() *rates { return &rates{total: map[entente.SensorID]uint64{}} }

func (r *rates) count(plots []entente.Plot) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := range plots {
		r.total[plots[i].Sensor]++
	}
}

// turn ends a tick.
func (r *rates) turn() {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.past[r.next]
	if m == nil {
		m = map[entente.SensorID]uint64{}
		r.past[r.next] = m
	}
	for id, n := range r.total {
		m[id] = n
	}
	r.next = (r.next + 1) % ratesOver
	r.ticks++
}

// of returns the plots a second of a sensor over the last minute, or since the start.
func (r *rates) of(id entente.SensorID) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ticks == 0 {
		return 0
	}
	oldest, over := 0, r.ticks-1
	if r.ticks >= ratesOver {
		oldest, over = r.next, ratesOver-1
	}
	if over == 0 {
		return 0
	}
	return float64(r.total[id]-r.past[oldest][id]) / (float64(over) * tickEvery.Seconds())
}
