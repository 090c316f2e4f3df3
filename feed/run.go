package feed

import (
	"context"

	"entente"
)

// Run reads a feed until ctx ends or, for a file, its end: live sockets are opened and reopened, files replayed at the
// configured speed. It returns nil when ctx ended or the file did; an error only for what cannot ever work: a wrong
// URL, format, sensor or interface, an address in use, an unreadable file. The sink is called from one goroutine at a
// time.
func Run(ctx context.Context, c Config, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	return errNotYet
}
