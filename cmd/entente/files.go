package main

import (
	"io"
	"os"

	"entente/feed"
)

// inputFiles are files opened together, with one progress for all.
type inputFiles struct {
	names  []string
	std    streams
	shown  *progress
	read   float64
	closes []func()
}

func openFiles(names []string, std streams) *inputFiles {
	f := &inputFiles{names: names, std: std, shown: &progress{}}
	total := int64(0)
	for _, name := range names {
		if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
			total += info.Size()
		}
	}
	if total > 0 {
		f.shown = newProgress(std.err, float64(total))
	}
	return f
}

// inputs opens the files; those that cannot be opened are told to failed and left out.
func (f *inputFiles) inputs(failed func(name string, err error)) (list []feed.Input) {
	for _, name := range f.names {
		in, closer, err := open(name, f.std)
		if err != nil {
			failed(name, err)
			continue
		}
		f.closes = append(f.closes, closer)
		list = append(list, feed.Input{Name: name, Reader: &watched{in, f}})
	}
	return list
}

func (f *inputFiles) close() {
	f.shown.done()
	for _, end := range f.closes {
		end()
	}
}

// watched shows how far the files are read.
type watched struct {
	io.Reader
	files *inputFiles
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	w.files.read += float64(n)
	w.files.shown.at(w.files.read)
	return n, err
}

// open opens a file, or standard input for "-".
func open(name string, std streams) (io.Reader, func(), error) {
	if name == "-" {
		return std.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}
