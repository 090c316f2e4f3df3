package feed

import (
	"bufio"
	"fmt"
	"io"
	"iter"
	"slices"

	"entente"
	"entente/modes"
)

// DecodeFiles decodes several files as [DecodeFile] does one. Messages that have a time in UTC come in the order of their times,
// as far as each file is itself in order (of ASTERIX the time of reception counts, where it is known); a file whose times cannot
// be compared, as it tells no day or only a receiver's counter, comes whole, in its place in the list. Without Options.Date,
// recordings that tell no day are of the day of the earliest capture read with them. With Dedup, frames with UTC of all files
// are of one sky: even and odd positions meet whoever heard them. Each file's end is told to done.
func DecodeFiles(inputs []Input, o DecodeOptions, out io.Writer, done func(name string, s Summary, err error)) error {
	inputs = slices.Clone(inputs)
	if o.Date == 0 && len(inputs) > 1 {
		o.Date = dateOf(inputs)
	}
	w := bufio.NewWriterSize(out, 1<<16)
	copies := newCopies(o)
	var shared *modes.Receiver
	if o.Dedup && len(inputs) > 1 {
		shared = (&printer{o: o}).sky()
	}
	var waiting []*decoding
	for _, in := range inputs {
		d := &decoding{}
		d.next, d.stop = iter.Pull(func(yield func(entente.Instant) bool) {
			p := newPrinter(in.Name, o, w, copies, yield)
			p.shared = shared
			err := p.whole(in.Reader)
			done(in.Name, p.sum, err)
		})
		defer d.stop()
		if d.advance() {
			waiting = append(waiting, d)
		}
	}
	for len(waiting) > 0 {
		first := 0
		for i, d := range waiting {
			if d.time < waiting[first].time {
				first = i
			}
		}
		if !waiting[first].advance() {
			waiting = slices.Delete(waiting, first, first+1)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing decoded messages: %w", err)
	}
	return nil
}

// decoding is one file, stopped before a message of a time.
type decoding struct {
	next func() (entente.Instant, bool)
	stop func()
	time entente.Instant
}

// advance goes on to the next message that has a time; false at the file's end.
func (d *decoding) advance() (more bool) {
	d.time, more = d.next()
	return more
}
