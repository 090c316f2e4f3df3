package feed

import (
	"errors"
	"fmt"
	"io"

	"entente"
	"entente/modes"
)

// ReadPlots reads a file at full speed, gzip or not, in any of the [Formats]. Time of arrival is what the file tells,
// or zero. Bad parts are counted in stats, which may be nil; the error is for what cannot be read at all.
func ReadPlots(name string, r io.Reader, o Options, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	p := newPipeline(name, sink, stats)
	defer p.flush()
	return readFile(name, r, o, reg, p)
}

// readFile reads a file into a pipeline.
func readFile(name string, r io.Reader, o Options, reg *Registry, p *pipeline) error {
	editions, err := rules(o.Editions)
	if err != nil {
		return err
	}
	file, err := open(name, r, o.Format)
	if err != nil {
		return err
	}
	c, err := file.container(p.refuse)
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: err.Error()}
	}
	if c != nil {
		radar := newRadarFeed(p, reg, editions, o.Date)
		file.prime(radar.dec)
		return readPackets(name, c, radar, o)
	}
	if file.format == "plots" {
		return readPlotTable(p, reg, name, file.r)
	}
	if file.format == "arrivals" {
		return readArrivalTable(p, reg, name, file.r, o)
	}
	sensor, err := adsbSensor(reg, o.Sensor, p.name)
	if err != nil {
		return err
	}
	if _, ok := sampleFormats[file.format]; ok {
		f := newSkyFeed(p, sensor, o.Date)
		return readSamples(name, file.format, file.r, func(fr *modes.Frame, _ int64) { f.frame(fr, 0) })
	}
	switch file.format {
	case "beast", "beast-gps":
		f := newSkyFeed(p, sensor, o.Date)
		f.gps = file.format == "beast-gps"
		return readBeast(name, file.r, f)
	case "readsb":
		return readReadsbPlots(name, file, p, sensor, o)
	case "sbs":
		f := newLineFeed(p, sensor)
		return readLines(name, file.r, p, func(b []byte) error { return f.line(b, 0) })
	default:
		f := newSkyFeed(p, sensor, o.Date)
		return readLines(name, file.r, p, f.textLine(file.format == "hexcsv"))
	}
}

func readPackets(name string, c container, f *radarFeed, o Options) error {
	talks := conversations{make: func(c *conversation) { f.conversation(c, o) }}
	defer talks.close()
	var p packet
	for {
		err := c.next(&p)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if p.flow != 0 {
			talks.take(&p)
			continue
		}
		f.datagram(p.data, p.at)
	}
}

func readBeast(name string, r io.Reader, f *skyFeed) error {
	b := modes.NewBeastReader(r)
	var fr modes.Frame
	for {
		err := b.Next(&fr)
		if err != nil {
			f.tally.bytes += b.Offset()
			if b.Resyncs > 0 {
				f.tally.refuseMany("beast_resync", b.Resyncs)
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("reading %s: %w", name, err)
		}
		f.frame(&fr, 0)
	}
}

// textLine reads lines of timestamped hex, or of AVR.
func (f *skyFeed) textLine(timestamped bool) func([]byte) error {
	var fr modes.Frame
	if !timestamped {
		return func(b []byte) error {
			if err := modes.ParseAVR(b, &fr); err != nil {
				f.tally.refuse("avr_line")
				return err
			}
			f.frame(&fr, 0)
			return nil
		}
	}
	return func(b []byte) error {
		t, err := hexLine(b, &fr)
		if err != nil {
			f.tally.refuse("hex_line")
			return err
		}
		f.tally.messages++
		if t == 0 {
			f.tally.refuse("no_time")
			return nil
		}
		f.message(fr.Bytes(), t, 0, modes.Direct)
		return nil
	}
}

// readLines gives every line that is not blank to take.
func readLines(name string, r io.Reader, p *pipeline, take func([]byte) error) error {
	l := newLineReader(r, p.refuse)
	for {
		line, err := l.next()
		if errors.Is(err, io.EOF) {
			p.tally.bytes += l.offset
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", name, err)
		}
		if len(line) == 0 || len(line) == 1 && line[0] == '\r' {
			continue
		}
		if err := take(line); err != nil {
			p.tally.text = fmt.Sprintf("%s line %d: %v", name, l.n, err)
		}
	}
}
