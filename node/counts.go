package node

import (
	"errors"
	"maps"
	"sync"

	"entente"
)

// counts counts refusals and failures by room and kind, and keeps the last text.
type counts struct {
	mu   *sync.Mutex // guards by and last
	by   map[[2]string]uint64
	last map[string]string
}

func newCounts() counts {
	return counts{&sync.Mutex{}, map[[2]string]uint64{}, map[string]string{}}
}

func (c counts) add(room string, err error) {
	kind := "internal"
	var e *entente.Error
	if errors.As(err, &e) {
		kind = string(e.Kind)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by[[2]string{room, kind}]++
	c.last[room] = err.Error()
}

func (c counts) snapshot() map[[2]string]uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.by)
}
