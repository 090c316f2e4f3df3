package feed

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"entente"
	"entente/modes"
)

const (
	firstPause  = 250 * time.Millisecond
	longPause   = 30 * time.Second
	dialTimeout = 10 * time.Second
	idleTimeout = 5 * time.Minute // a silent peer is taken for lost
	maxPeers    = 16              // connections of a listening feed at once
)

// dial connects, reads to the end, and connects again after a pause that doubles up to half a minute and starts anew
// when bytes came.
func (l *live) dial(ctx context.Context) error {
	pause := firstPause
	for ctx.Err() == nil {
		d := net.Dialer{Timeout: dialTimeout}
		conn, err := d.DialContext(ctx, "tcp", l.host)
		if err == nil {
			var n int64
			if n, err = l.stream(ctx, conn, l.pipeline); n > 0 {
				pause = firstPause
			}
		}
		if ctx.Err() != nil {
			return nil
		}
		l.stats.fail("connection", err)
		select {
		case <-l.c.clock().After(pause + rand.N(pause/4)):
		case <-ctx.Done():
		}
		pause = min(2*pause, longPause)
	}
	return nil
}

// listen lets peers connect and reads them all.
func (l *live) listen(ctx context.Context) error {
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", l.host)
	if err != nil {
		return fmt.Errorf("opening feed %s: %w", l.name, err)
	}
	defer ln.Close()                                      // nothing depends on it
	stop := context.AfterFunc(ctx, func() { ln.Close() }) // accepting then fails, which ends the feed
	defer stop()
	var one sync.Mutex // guards the sink: peers take turns
	sink := func(b []entente.Plot) {
		one.Lock()
		defer one.Unlock()
		l.sink(b)
	}
	var peers sync.WaitGroup
	defer peers.Wait()
	places := make(chan struct{}, maxPeers)
	for {
		conn, err := ln.Accept()
		switch {
		case err == nil:
		case ctx.Err() != nil || errors.Is(err, net.ErrClosed):
			return nil
		default:
			l.stats.fail("connection", err)
			<-l.c.clock().After(firstPause) // too many open files, mostly: it passes
			continue
		}
		select {
		case places <- struct{}{}:
		default:
			l.stats.fail("too_many_peers", fmt.Errorf("refusing %v: %d peers are connected", conn.RemoteAddr(), maxPeers))
			conn.Close() // it is being refused
			continue
		}
		peers.Go(func() {
			defer func() { <-places }()
			p := newPipeline(l.name, sink, l.stats)
			p.live = true
			if _, err := l.stream(ctx, conn, p); ctx.Err() == nil {
				l.stats.fail("connection", fmt.Errorf("peer %v: %w", conn.RemoteAddr(), err))
			}
		})
	}
}

// stream reads one connection until it ends or ctx does, closes it, and says how many bytes came.
func (l *live) stream(ctx context.Context, conn net.Conn, p *pipeline) (int64, error) {
	defer conn.Close()                                      // nothing was written
	stop := context.AfterFunc(ctx, func() { conn.Close() }) // reading then fails, which ends the stream
	defer stop()
	l.stats.connected(true)
	defer l.stats.connected(false)
	defer p.flush()
	in := &patient{conn: conn, p: p}
	if l.format == "avr" || l.format == "sbs" {
		err := l.lines(in, p)
		return in.n, err
	}
	if l.format == "asterix" || l.format == "oradis" {
		err := l.blocks(in, p)
		return in.n, err
	}
	f := newSkyFeed(p, l.sensor, 0)
	f.net = l.reg.network(l.sensor)
	f.gps = l.format == "beast-gps"
	b := modes.NewBeastReader(in)
	clock := l.c.clock()
	var fr modes.Frame
	var resyncs int64
	for {
		err := b.Next(&fr)
		if b.Resyncs > resyncs {
			p.tally.refuseMany("beast_resync", b.Resyncs-resyncs)
			resyncs = b.Resyncs
		}
		if err != nil {
			return in.n, err
		}
		f.frame(&fr, clock.Now())
	}
}

// blocks reads a connection of ASTERIX blocks, bare or with ORADIS headers.
func (l *live) blocks(in io.Reader, p *pipeline) error {
	editions, err := rules(l.c.Editions)
	if err != nil {
		return err
	}
	clock := l.c.clock()
	f := newRadarFeed(p, l.reg, editions, 0)
	s := splitter{format: l.format, parts: splitterParts{refuse: p.refuse, run: func(b []byte, _ int64) {
		p.tally.bytes -= int64(len(b)) // counted as they came in
		f.datagram(b, clock.Now())
	}}}
	b := make([]byte, 1<<16)
	for {
		n, err := in.Read(b)
		s.push(b[:n], 0)
		if err != nil {
			return err
		}
	}
}

// lines reads a connection of text.
func (l *live) lines(in io.Reader, p *pipeline) error {
	r := bufio.NewReaderSize(in, linesMaximum)
	take := l.lineTaker(p)
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			p.tally.refuse("line_too_long")
			continue
		}
		if len(line) > 2 {
			if err := take(line); err != nil {
				p.tally.text = err.Error()
			}
		}
		if err != nil {
			return err
		}
	}
}

func (l *live) lineTaker(p *pipeline) func([]byte) error {
	clock := l.c.clock()
	if l.format == "sbs" {
		f := newLineFeed(p, l.sensor)
		return func(b []byte) error { return f.line(b, clock.Now()) }
	}
	f := newSkyFeed(p, l.sensor, 0)
	f.net = l.reg.network(l.sensor)
	var fr modes.Frame
	return func(b []byte) error {
		if err := modes.ParseAVR(b, &fr); err != nil {
			p.tally.refuse("avr_line")
			return err
		}
		f.frame(&fr, clock.Now())
		return nil
	}
}

// patient gives a connection's next bytes, however long they take, up to the idle timeout; what was read so far goes to
// the sink before it waits.
type patient struct {
	conn net.Conn
	p    *pipeline
	n    int64
}

func (r *patient) Read(b []byte) (int, error) {
	r.p.flush()
	if err := r.conn.SetReadDeadline(time.Now().Add(idleTimeout)); err != nil {
		return 0, err
	}
	n, err := r.conn.Read(b)
	r.n += int64(n)
	r.p.tally.bytes += int64(n)
	return n, err
}
