package node

import (
	"errors"
	"maps"
	"slices"
	"sync"

	"entente"
)

// kinds are all that an [entente.Error] is of; metrics have no other label.
var kinds = []entente.ErrorKind{entente.Malformed, entente.Unsupported, entente.Implausible, entente.Unauthorised,
	entente.Replayed, entente.Refused, entente.TooLarge, entente.NotFound}

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
		kind = "other" // an error that came over a link may bear any kind
		if slices.Contains(kinds, e.Kind) {
			kind = string(e.Kind)
		}
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
