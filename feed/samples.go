package feed

import (
	"errors"
	"fmt"
	"io"

	"entente/modes"
)

// sampleFormats are recordings of a radio at 1090 MHz, I before Q; nothing in the bytes tells them, so they must be named.
var sampleFormats = map[string]struct {
	rate   float64 // Hz
	format modes.SampleFormat
}{
	"iq-uc8-2.0": {2e6, modes.UC8}, "iq-uc8-2.4": {2.4e6, modes.UC8},
	"iq-sc16-2.0": {2e6, modes.SC16}, "iq-sc16-2.4": {2.4e6, modes.SC16},
}

// readSamples gives the frames in samples, stamped by a 12 MHz counter that began with the first, and the bytes read so
// far.
func readSamples(name, format string, r io.Reader, take func(f *modes.Frame, bytes int64)) error {
	s := sampleFormats[format]
	d := modes.NewDemodulator(s.rate, s.format)
	buf := make([]byte, 1<<18)
	total := int64(0)
	give := func(f *modes.Frame) { take(f, total) }
	for {
		n, err := r.Read(buf)
		total += int64(n)
		d.Samples(buf[:n], give)
		switch {
		case errors.Is(err, io.EOF):
			d.Close(give)
			return nil
		case err != nil:
			return fmt.Errorf("reading %s: %w", name, err)
		}
	}
}

// samples takes the frames of a recording of samples.
func (p *printer) samples(f *opened) error {
	s, err := newSquitters(p)
	if err != nil {
		return err
	}
	defer s.ended()
	return readSamples(p.name, f.format, f.r, func(fr *modes.Frame, bytes int64) { s.frame(fr, s.counterStamp(fr), bytes) })
}
