package exchange

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"

	"entente"
)

// A node that nobody can dial opens the connections itself and the partner reads over them, just as over ones that it
// dialled: behind the outer TLS each is a line to the pushing node's own listener. The side that listens sends waiting
// until it needs the line; the other echoes that. After taken the line is the reader's.
const (
	waiting   = 'w'
	taken     = 't'
	pushLines = 4 // open to a partner: two that it reads over, two that wait for the next time
	pushPing  = 2 * time.Second
	pushDead  = 3 * pushPing
)

// pusher keeps lines open to one partner.
type pusher struct {
	cfg     *Config
	to      entente.MemberID
	address string
	own     net.Addr // our own listener
	st      *status
}

func (p *pusher) run(ctx context.Context) {
	var all sync.WaitGroup
	for range pushLines {
		all.Go(func() {
			for tries := 0; ctx.Err() == nil; tries++ {
				if err := p.line(ctx, tries); err != nil && ctx.Err() == nil {
					p.st.fail(err)
				}
				sleep(ctx, 200*time.Millisecond)
			}
		})
	}
	all.Wait()
}

// line opens one line, waits until it is taken and serves it until it ends.
func (p *pusher) line(ctx context.Context, tries int) error {
	certs := p.cfg.Roster.Nodes(p.to, p.cfg.Clock())
	if len(certs) == 0 {
		sleep(ctx, time.Second)
		return nil
	}
	settings, err := p.cfg.Self.ClientTLS(certs[tries%len(certs)])
	if err != nil {
		return err
	}
	d := tls.Dialer{NetDialer: &net.Dialer{Timeout: 3 * time.Second}, Config: settings}
	dial, cancel := context.WithTimeout(ctx, 5*time.Second)
	conn, err := d.DialContext(dial, "tcp", p.address)
	cancel()
	if err != nil {
		return fmt.Errorf("opening a line to %s at %s: %w", p.to, p.address, err)
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	p.st.with(func(l *Link) { l.Pushing++ })
	defer p.st.with(func(l *Link) { l.Pushing-- })
	if err := echo(conn); err != nil {
		return fmt.Errorf("waiting on the line to %s at %s: %w", p.to, p.address, err)
	}
	own, err := net.Dial("tcp", reachable(p.own))
	if err != nil {
		return fmt.Errorf("reaching our own listener for %s: %w", p.to, err)
	}
	join(ctx, conn, own)
	return nil
}

// echo answers until the line is taken.
func echo(conn net.Conn) error {
	b := make([]byte, 1)
	for {
		if err := conn.SetDeadline(time.Now().Add(pushDead)); err != nil {
			return err
		}
		if _, err := conn.Read(b); err != nil {
			return err
		}
		switch b[0] {
		case waiting:
			if _, err := conn.Write(b); err != nil {
				return err
			}
		case taken:
			return conn.SetDeadline(time.Time{})
		default:
			return fmt.Errorf("byte %q means nothing here", b[0])
		}
	}
}

// join copies both ways until one ends.
func join(ctx context.Context, a, b net.Conn) {
	stop := context.AfterFunc(ctx, func() { a.Close(); b.Close() })
	defer stop()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		both.Go(func() {
			defer a.Close()
			defer b.Close()
			io.Copy(way[0], way[1]) //nolint:errcheck // how a line ends tells nothing
		})
	}
	both.Wait()
}

// reachable is where this process finds a listener that may be on all addresses.
func reachable(a net.Addr) string {
	t, ok := a.(*net.TCPAddr)
	if !ok || !t.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("localhost", fmt.Sprint(t.Port))
}
