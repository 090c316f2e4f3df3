package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
	}
	make, ok := trackForms[filepath.Ext(name)]
	if !ok {
		return nil, fmt.Errorf("writing %s: the name must end in .csv, .csv.gz, .parquet, .geojson or .ast", name)
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	one, end, err := make(f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &trackWriter{one: one, end: func() error { return errors.Join(end(), f.Close()) }}, nil
}

// trackForms are the forms beside CSV, by the suffix of the file's name.
var trackForms = map[string]func(io.Writer) (one func(*entente.Track) error, end func() error, err error){
	".parquet": func(w io.Writer) (func(*entente.Track) error, func() error, error) {
		p := publish.NewTrackParquet(w)
		return p.Write, p.Close, nil
	},
	".geojson": func(w io.Writer) (func(*entente.Track) error, func() error, error) {
		l := publish.NewTrackLines(w)
		return l.Write, l.Close, nil
	},
	".ast": func(w io.Writer) (func(*entente.Track) error, func() error, error) {
		s, err := publish.NewSystemTracks(publish.Station{}, "", "")
		if err != nil {
			return nil, nil, err
		}
		b := bufio.NewWriter(w)
		var e [1]entente.Entry
		return func(t *entente.Track) error {
			e[0] = entente.Entry{Number: uint32(t.ID), Track: *t}
			return s.Tracks(e[:], t.Time, func(block []byte) error {
				_, err := b.Write(block)
				return err
			})
		}, b.Flush, nil
	},
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
