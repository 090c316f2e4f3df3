package main

import (
	"fmt"
	"os"
	"strings"

	"entente"
	"entente/publish"
)

// trackWriter writes tracks in the form that a file's name asks for.
type trackWriter struct {
	one   func(*entente.Track) error
	end   func() error
	first error
}

func newTrackWriter(name string, std streams) (*trackWriter, error) {
	switch {
	case name == "-":
		w := publish.NewTrackWriter(std.out)
		return &trackWriter{one: w.Write, end: w.Close}, nil
	case strings.HasSuffix(name, ".csv"), strings.HasSuffix(name, ".csv.gz"):
		w, err := publish.CreateTracks(name)
		if err != nil {
			return nil, err
		}
		return &trackWriter{one: w.Write, end: w.Close}, nil
	case strings.HasSuffix(name, ".parquet"):
		f, err := os.Create(name)
		if err != nil {
			return nil, err
		}
		w := publish.NewTrackParquet(f)
		return &trackWriter{one: w.Write, end: func() error {
			if err := w.Close(); err != nil {
				f.Close()
				return err
			}
			return f.Close()
		}}, nil
	}
	return nil, fmt.Errorf("writing %s: the name must end in .csv, .csv.gz or .parquet", name)
}

// write keeps the first error for close, so that the loop over plots stays plain.
func (w *trackWriter) write(tracks []entente.Track) {
	for i := range tracks {
		if w.first != nil {
			return
		}
		w.first = w.one(&tracks[i])
	}
}

func (w *trackWriter) close() error {
	if err := w.end(); w.first == nil {
		w.first = err
	}
	return w.first
}
