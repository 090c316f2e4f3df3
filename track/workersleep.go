package track

import "sync/atomic"

// sleeper waits for a number to move on: looking at it for a while, as phases follow each other closely, then asleep.
type sleeper struct {
	asleep   *atomic.Bool
	call     chan struct{}
	patience int // how many times it looks before it sleeps
}

// patience is some tens of microseconds.
const patience = 20000

func newSleeper(patience int) sleeper {
	return sleeper{new(atomic.Bool), make(chan struct{}, 1), patience}
}

// await returns when n is no longer what was seen. Whoever changes it calls wake.
func (s *sleeper) await(n *atomic.Uint32, seen uint32) {
	for range s.patience {
		if n.Load() != seen {
			return
		}
	}
	for n.Load() == seen { // a call may be late and of the change before
		s.asleep.Store(true)
		if n.Load() != seen && s.asleep.CompareAndSwap(true, false) {
			return
		}
		<-s.call
	}
}

// wake ends its sleep.
func (s *sleeper) wake() {
	if s.asleep.CompareAndSwap(true, false) {
		s.call <- struct{}{}
	}
}
