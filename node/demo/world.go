package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"entente"
	"entente/feed"
	"entente/publish"
	"entente/sim"
)

// stepEvery is how often the simulated sensors send what they have.
const stepEvery = 100 * time.Millisecond

// world sends a simulation's bytes over loopback sockets: ASTERIX by UDP, Beast from a TCP server for each receiver.
type world struct {
	sim   *sim.World
	links map[string]*wire // by feed
}

// wire is where one feed's bytes go.
type wire struct {
	feed   sim.Feed
	config feed.Config
	udp    *publish.UDP
	server *publish.Server
}

func newWorld(ctx context.Context, s *sim.Scenario, start entente.Instant) (*world, error) {
	w := &world{links: map[string]*wire{}}
	var err error
	if w.sim, err = sim.NewWorld(s, start); err != nil {
		return nil, err
	}
	for _, f := range s.Feeds() {
		l := &wire{feed: f, config: feed.Config{Name: f.Name, Format: f.Format}}
		w.links[f.Name] = l
		switch f.Format {
		case "asterix":
			err = l.datagrams()
		case "beast":
			err = l.stream(ctx)
		default:
			err = fmt.Errorf("feed %s has format %q", f.Name, f.Format)
		}
		if err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

// datagrams takes a free UDP port for the node's end and opens this end.
func (l *wire) datagrams() error {
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	addr := c.LocalAddr().String()
	if err := c.Close(); err != nil {
		return err
	}
	l.config.URL = "udp://" + addr
	l.udp, err = publish.DialUDP(addr)
	return err
}

func (l *wire) stream(ctx context.Context) (err error) {
	l.server, err = publish.Listen(ctx, "127.0.0.1:0")
	if err == nil {
		l.config.URL = "tcp://" + l.server.Addr().String()
	}
	return err
}

// feeds are the ends that a member's node opens.
func (w *world) feeds(m entente.MemberID) (out []feed.Config) {
	for _, f := range w.sim.Scenario().Feeds() {
		if f.Member == m {
			out = append(out, w.links[f.Name].config)
		}
	}
	return out
}

// run steps the simulation with the clock until ctx ends.
func (w *world) run(ctx context.Context, now func() time.Time) {
	t := time.NewTicker(stepEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		w.sim.Step(entente.At(now()), func(name string, _ entente.Instant, data []byte) {
			switch l := w.links[name]; {
			case l == nil:
			case l.udp != nil:
				_ = l.udp.Send(data) // a radar does not care who listens; the sender counts
			default:
				l.server.Broadcast(data)
			}
		})
	}
}

func (w *world) close() error {
	var errs []error
	for _, l := range w.links {
		if l.udp != nil {
			errs = append(errs, l.udp.Close())
		}
		if l.server != nil {
			errs = append(errs, l.server.Close())
		}
	}
	return errors.Join(errs...)
}
