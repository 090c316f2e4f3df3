package node

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"entente"
	"entente/picture"
	"entente/track"
)

// air is the hot path from plots to the picture. One goroutine owns the tracker; feeds hand it batches over a bounded
// channel and drop, counted, when it cannot keep up, since an old plot is worth less than the next one.
type air struct {
	tracker *track.Tracker
	first   *firstLooks
	picture *picture.Picture
	now     func() entente.Instant
	batches chan []entente.Plot
	free    chan []entente.Plot // batches to use again

	delay   *latency
	rates   *rates
	dropped atomic.Uint64 // plots not taken since the tracker was behind
	taken   atomic.Uint64 // plots processed

	mu       sync.Mutex // guards what is below
	own      []entente.Track
	news     []entente.Track           // changed since the sharer last took them, newest state of each
	newsAt   map[entente.TrackID]int32 // places in news
	ended    []entente.TrackID         // since then
	biases   []track.Bias
	counters track.Counters
}

const (
	airQueue   = 256  // batches waiting for the tracker
	batchSpare = 1024 // plots a reused batch has room for at first
	tickEvery  = time.Second
)

func newAir(c track.Config, p *picture.Picture, now func() entente.Instant) *air {
	return &air{tracker: track.New(c), first: newFirstLooks(c.Member, c.Sensors, c.Window), picture: p, now: now, rates: newRates(), batches: make(chan []entente.Plot, airQueue),
		free: make(chan []entente.Plot, airQueue), delay: newLatency(), newsAt: map[entente.TrackID]int32{}}
}

// sink takes a batch from a feed; the batch is copied.
func (a *air) sink(plots []entente.Plot) {
	var b []entente.Plot
	select {
	case b = <-a.free:
	default:
		b = make([]entente.Plot, 0, batchSpare)
	}
	b = append(b[:0], plots...)
	select {
	case a.batches <- b:
	default:
		a.dropped.Add(uint64(len(b)))
	}
}

// run owns the tracker until ctx ends.
func (a *air) run(ctx context.Context) {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	defer a.tracker.Close()
	var out []entente.Track
	for {
		select {
		case <-ctx.Done():
			return
		case b := <-a.batches:
			out = a.process(b, out[:0])
			now := a.now()
			a.rates.count(b)
			for i := range b {
				if b[i].Arrival != 0 {
					a.delay.add(now.Sub(b[i].Arrival))
				}
			}
			a.taken.Add(uint64(len(b)))
			select {
			case a.free <- b:
			default:
			}
		case <-tick.C:
			out = a.tracker.Advance(a.now(), out[:0])
			a.deliver(out)
			a.look()
			a.rates.turn()
		}
	}
}

// process takes a batch into the tracker and delivers what came of it.
func (a *air) process(b []entente.Plot, out []entente.Track) []entente.Track {
	out = a.tracker.Process(b, out)
	out = a.first.observe(b, out, out)
	a.deliver(out)
	return out
}

// deliver gives the picture what the tracker changed, and keeps it for the sharer.
func (a *air) deliver(out []entente.Track) {
	if len(out) == 0 {
		return
	}
	a.picture.Own(out)
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range out {
		t := &out[i]
		at, known := a.newsAt[t.ID]
		switch {
		case t.State == entente.Ended:
			if known {
				a.news[at].State = entente.Ended
			}
			a.ended = append(a.ended, t.ID)
			if i := slices.IndexFunc(a.own, func(o entente.Track) bool { return o.ID == t.ID }); i >= 0 {
				a.own = slices.Delete(a.own, i, i+1)
			}
		case known:
			a.news[at] = *t
		default:
			a.newsAt[t.ID] = int32(len(a.news))
			a.news = append(a.news, *t)
		}
	}
}

// take appends the tracks that changed since it was last asked, each once, and returns those that ended.
func (a *air) take(dst []entente.Track) ([]entente.Track, []entente.TrackID) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.news {
		if a.news[i].State != entente.Ended {
			dst = append(dst, a.news[i])
		}
	}
	ended := a.ended
	a.ended, a.news = nil, a.news[:0]
	clear(a.newsAt)
	return dst, ended
}

// look copies out what others read of the tracker.
func (a *air) look() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.own = a.tracker.Tracks(a.own[:0])
	a.biases = a.tracker.Biases(a.biases[:0])
	a.counters = a.tracker.Counters()
}

// tracks appends the node's own live tracks as of the last tick.
func (a *air) tracks(dst []entente.Track) []entente.Track {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append(dst, a.own...)
}

func (a *air) registration() []track.Bias {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.biases)
}

func (a *air) counts() track.Counters {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.counters
}
