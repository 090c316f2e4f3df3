package feed

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"

	"entente"
)

// Run reads a feed until ctx ends or, for a file, its end: live sockets are opened and reopened, files replayed at the
// configured speed. It returns nil when ctx ended or the file did; an error only for what cannot ever work: a wrong
// URL, format, sensor or interface, an address in use, an unreadable file. The sink is called from one goroutine at a
// time.
func Run(ctx context.Context, c Config, reg *Registry, sink func([]entente.Plot), stats *Stats) error {
	u, err := parseURL(c.URL)
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: c.Name, Offset: -1, Reason: err.Error(),
			Next: "use udp://group:port, tcp://host:port, tcp-listen://host:port, file:///path or a path"}
	}
	p := newPipeline(c.Name, sink, stats)
	defer p.flush()
	if u.Scheme == "file" {
		return replay(ctx, c, u.Path, reg, p)
	}
	p.live = true
	l, err := newLive(&c, u, reg, p)
	if err != nil {
		return err
	}
	switch u.Scheme {
	case "udp":
		return l.udp(ctx)
	case "tcp":
		return l.dial(ctx)
	default:
		return l.listen(ctx)
	}
}

// parseURL reads a feed's URL; what has no scheme is a path.
func parseURL(s string) (*url.URL, error) {
	if s == "" {
		return nil, errors.New("the feed has no url")
	}
	if !strings.Contains(s, "://") {
		return &url.URL{Scheme: "file", Path: s}, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, fmt.Errorf("reading url %q: %w", s, err)
	}
	switch u.Scheme {
	case "file":
		u.Path = u.Host + u.Path // file://name is taken as a relative path
		return u, nil
	case "udp", "tcp", "tcp-listen":
		if u.Port() == "" {
			return nil, fmt.Errorf("url %q has no port", s)
		}
		return u, nil
	}
	return nil, fmt.Errorf("url %q: scheme %q is not known", s, u.Scheme)
}

// replay plays a file at the configured speed.
func replay(ctx context.Context, c Config, path string, reg *Registry, p *pipeline) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("opening feed %s: %w", c.Name, err)
	}
	defer f.Close()                                      // it was only read
	stop := context.AfterFunc(ctx, func() { f.Close() }) // reading then fails, which ends the replay
	defer stop()
	if c.Speed > 0 || c.Rebase {
		p.pace = &pace{ctx: ctx, clock: c.clock(), speed: c.Speed, rebase: c.Rebase}
	}
	p.stats.connected(true)
	defer p.stats.connected(false)
	err = readFile(c.Name, f, Options{Format: c.Format, Sensor: c.Sensor, Date: c.Date, Editions: c.Editions}, reg, p)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// live is a feed from a socket.
type live struct {
	*pipeline
	c      *Config
	host   string
	reg    *Registry
	sensor entente.Sensor // of a feed of squitters
	format string
	radar  *radarFeed // of UDP

	dropped uint32 // datagrams that the kernel said it dropped
}

func newLive(c *Config, u *url.URL, reg *Registry, p *pipeline) (*live, error) {
	l := &live{pipeline: p, c: c, host: u.Host, reg: reg, format: c.Format}
	if l.format == "" || l.format == "auto" {
		if l.format = "beast"; u.Scheme == "udp" {
			l.format = "asterix"
		}
	}
	can := []string{"beast", "beast-gps", "avr", "sbs", "asterix", "oradis"}
	if u.Scheme == "udp" {
		can = []string{"asterix", "oradis"}
	}
	if !slices.Contains(can, l.format) {
		return nil, &entente.Error{Kind: entente.Unsupported, Source: c.Name, Offset: -1,
			Reason: fmt.Sprintf("format %q cannot come by %s", l.format, u.Scheme), Next: "use " + strings.Join(can, ", ")}
	}
	if u.Scheme == "udp" {
		editions, err := rules(c.Editions)
		if err != nil {
			return nil, err
		}
		l.radar = newRadarFeed(p, reg, editions, 0)
		return l, nil
	}
	if l.format == "asterix" || l.format == "oradis" { // the blocks name their sensors
		_, err := rules(c.Editions)
		return l, err
	}
	var err error
	l.sensor, err = adsbSensor(reg, c.Sensor, c.Name)
	return l, err
}
