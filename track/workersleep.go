package track

import "sync/atomic"

// sleeper waits for a number to move on: looking at it for a while, as phases follow each other closely, then asleep.
type sleeper struct {
	asleep *atomic.Bool
	call   chan struct{}
}

// patience is how many times a sleeper looks before it sleeps: some tens of microseconds.
const patience = 20000

func newSleeper() sleeper { return sleeper{new(atomic.Bool), make(chan struct{}, 1)} }

// await returns when n is no longer what was seen. Whoever changes it calls wake.
func (s *sleeper) await(n *atomic.Uint32, seen uint32) {
	for range patience {
		if n.Load() != seen {
			return
		}
	}
	s.asleep.Store(true)
	if n.Load() != seen && s.asleep.CompareAndSwap(true, false) {
		return
	}
	<-s.call
}

// wake ends its sleep.
func (s *sleeper) wake() {
	if s.asleep.CompareAndSwap(true, false) {
		s.call <- struct{}{}
	}
}
