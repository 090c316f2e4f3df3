package feed

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"slices"
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
// and all such errors are returned together. Without Options.Date, recordings
// that tell no date are taken to begin on the day of the earliest capture that is read with them.
func MergePlots(ctx context.Context, inputs []Input, o Options, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	inputs = slices.Clone(inputs)
	if o.Date == 0 {
		o.Date = dateOf(inputs)
	}
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

// dateOf returns the time of the first packet of the captures among the inputs, the earliest one: recordings without dates that
// are read with them are of the same day. Zero when no input has dates. The inputs' readers are replaced by ones that
// have looked ahead.
func dateOf(inputs []Input) (first entente.Instant) {
	for i := range inputs {
		b := bufio.NewReaderSize(inputs[i].Reader, sniff)
		inputs[i].Reader = b
		head, _ := b.Peek(sniff) // an error comes again when the input is read
		if z, err := gzip.NewReader(bytes.NewReader(head)); err == nil {
			head, _ = io.ReadAll(io.LimitReader(z, sniff)) // cut short: what there is
		}
		format, _ := Detect(head)
		if format != "pcap" && format != "pcapng" {
			continue
		}
		o := opened{r: bufio.NewReader(bytes.NewReader(head)), format: format}
		c, err := o.container(func(int64, string, int64) {})
		var p packet
		if err == nil && c.next(&p) == nil && p.at != 0 && (first == 0 || p.at < first) {
			first = p.at
		}
	}
	return first
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
