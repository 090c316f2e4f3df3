package feed

import (
	"context"
	"errors"
	"io"
	"sync"

	"entente"
)

// Input is one of several files that are read as one.
type Input struct {
	Name   string
	Reader io.Reader
}

const (
	mergeBatch = 512 // plots of one input handed over at a time
	mergeAhead = 4   // batches an input may be read ahead
)

// MergePlots reads several files at once and gives their plots in the order of their times, as far as each file is
// itself in order. Memory is bounded by a few batches of each input. A file that cannot be read ends; the others go on,
// and all such errors are returned together.
func MergePlots(ctx context.Context, inputs []Input, o Options, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	streams := make([]*stream, len(inputs))
	errs := make([]error, len(inputs)+1)
	var readers sync.WaitGroup
	for i, in := range inputs {
		s := &stream{batches: make(chan []entente.Plot, mergeAhead)}
		streams[i] = s
		readers.Go(func() {
			defer close(s.batches)
			errs[i] = ReadPlots(in.Name, in.Reader, o, reg, func(p []entente.Plot) { s.give(ctx, p) }, stats)
		})
	}
	for ctx.Err() == nil && mergeStep(streams, sink) {
	}
	errs[len(inputs)] = ctx.Err()
	cancel()
	readers.Wait()
	return errors.Join(errs...)
}

// stream is one input: what it has given and not yet been taken.
type stream struct {
	batches chan []entente.Plot
	rest    []entente.Plot
	ended   bool
}

func (s *stream) give(ctx context.Context, plots []entente.Plot) {
	for len(plots) > 0 {
		n := min(len(plots), mergeBatch)
		select {
		case s.batches <- append(make([]entente.Plot, 0, n), plots[:n]...):
			plots = plots[n:]
		case <-ctx.Done():
			return
		}
	}
}

// head makes sure that the stream has a plot to look at; false at its end.
func (s *stream) head() bool {
	for len(s.rest) == 0 && !s.ended {
		b, ok := <-s.batches
		s.rest, s.ended = b, !ok
	}
	return len(s.rest) > 0
}

// mergeStep hands on the plots of the stream that is furthest behind, up to the first time of the next.
func mergeStep(streams []*stream, sink func([]entente.Plot)) bool {
	var first, next *stream
	for _, s := range streams {
		switch {
		case !s.head():
		case first == nil || s.rest[0].Time < first.rest[0].Time:
			first, next = s, first
		case next == nil || s.rest[0].Time < next.rest[0].Time:
			next = s
		}
	}
	if first == nil {
		return false
	}
	n := len(first.rest)
	if next != nil {
		for n = 1; n < len(first.rest) && first.rest[n].Time <= next.rest[0].Time; n++ {
		}
	}
	sink(first.rest[:n])
	first.rest = first.rest[n:]
	return true
}
