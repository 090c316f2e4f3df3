package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"entente/asterix"
	"entente/feed"
	"entente/modes"
)

// decodeOutput is where decoded messages go: lines, or sinks of ASTERIX and of Mode S.
type decodeOutput struct {
	lines  io.Writer
	sink   feed.RecordSink
	frames feed.FrameSink
	ends   []func() error // in order
}

func (o *decodeOutput) close() error {
	var all []error
	for _, end := range o.ends {
		all = append(all, end())
	}
	return errors.Join(all...)
}

// nothing takes messages and does nothing.
type nothing struct{}

func (nothing) Record(*asterix.Record, *feed.RecordPlace) error { return nil }
func (nothing) Frame(*modes.Message, *feed.FramePlace) error    { return nil }

// decodeForms are the forms of output, by the suffix of the file's name.
var decodeForms = []string{".jsonl", ".csv", ".parquet", ".ast", ".beast", ".avr", ".sbs"}

// output opens what -o names, by its suffix.
func (c decodeCmd) output(std streams, sensors *feed.Registry) (*decodeOutput, error) {
	o := &decodeOutput{}
	w := std.out
	var file *os.File
	if c.Out == "-" {
		if c.Stats {
			o.sink, o.frames = nothing{}, nothing{}
		}
	} else {
		var err error
		if file, err = os.Create(c.Out); err != nil {
			return nil, err
		}
		w = file
	}
	b := bufio.NewWriterSize(w, 1<<16)
	o.lines = b
	switch form := filepath.Ext(c.Out); form {
	case ".csv", ".parquet":
		t := &oneTable{records: newRecordCSV(b, sensors), frames: newFrameCSV(b)}
		if form == ".parquet" {
			t.records, t.frames = newRecordParquet(b, sensors), newFrameParquet(b)
		}
		o.sink, o.frames = t, t
		o.ends = append(o.ends, t.close)
	case ".ast":
		relay := feed.NewRelay(b)
		o.sink = relay
		o.ends = append(o.ends, relay.Close)
	case ".beast", ".avr", ".sbs":
		o.frames = feed.NewFrameRelay(b, form[1:])
	}
	o.ends = append(o.ends, b.Flush)
	if file != nil {
		o.ends = append(o.ends, file.Close)
	}
	return o, nil
}
