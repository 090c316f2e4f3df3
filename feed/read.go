package feed

import (
	"context"
	"errors"
	"io"

	"entente"
)

var errNotYet = errors.New("not built yet")

// Run reads a feed until ctx ends or, for a file, its end: live sockets are opened and reopened, files replayed at the
// configured speed. It returns nil when ctx ended or the file did; an error only for what cannot ever work: a wrong
// URL, format, sensor or interface, an address in use, an unreadable file.
func Run(ctx context.Context, c Config, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	return errNotYet
}

// ReadPlots reads a file at full speed, gzip or not, in any of the [Formats]. Time of arrival is what the file tells,
// or zero. Bad parts are counted in stats, which may be nil; the error is for what cannot be read at all.
func ReadPlots(name string, r io.Reader, o Options, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	return errNotYet
}
