package exchange

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"sync"
	"time"

	"entente"
	"entente/keys"
)

// byPush is the address of a partner that pushes.
const byPush = "push"

// porch is where lines of partners that we cannot dial wait until a reader takes them.
type porch struct {
	cfg  *Config
	ln   net.Listener
	came func(entente.MemberID) bool // says whether its lines are wanted
	room chan struct{}               // one token a line that has not been taken
	done <-chan struct{}

	mu    sync.Mutex // guards what is below
	lines map[entente.MemberID]chan net.Conn
	many  map[entente.MemberID]int // that wait
}

func openPorch(ctx context.Context, cfg *Config, settings *tls.Config, came func(entente.MemberID) bool) (*porch, error) {
	ln, err := net.Listen("tcp", cfg.PushListen)
	if err != nil {
		return nil, &entente.Error{Kind: entente.Refused, Source: cfg.PushListen, Offset: -1, Reason: fmt.Sprintf("cannot listen for partners that push: %v", err),
			Next: "choose another address, or stop what listens there"}
	}
	return &porch{cfg: cfg, ln: tls.NewListener(ln, settings), came: came, done: ctx.Done(), room: make(chan struct{}, 2*pushLines*MaxPartners),
		lines: map[entente.MemberID]chan net.Conn{}, many: map[entente.MemberID]int{}}, nil
}

// run takes lines until ctx ends.
func (p *porch) run(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	defer context.AfterFunc(ctx, func() { p.ln.Close() })()
	for ctx.Err() == nil {
		conn, err := p.ln.Accept()
		if err != nil {
			sleep(ctx, 50*time.Millisecond) // too many open files, or the end
			continue
		}
		select {
		case p.room <- struct{}{}:
		default:
			conn.Close() // strangers fill the porch
			continue
		}
		all.Go(func() {
			p.keep(ctx, conn.(*tls.Conn))
			<-p.room
		})
	}
}

// keep looks who it is and keeps the line until it is taken or ends.
func (p *porch) keep(ctx context.Context, conn *tls.Conn) {
	given := false
	defer func() {
		if !given {
			conn.Close()
		}
	}()
	hello, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	if conn.HandshakeContext(hello) != nil {
		return
	}
	state := conn.ConnectionState()
	cert, err := p.cfg.Roster.Peer(&state, p.cfg.Clock())
	if err != nil || !p.came(cert.Member) || !p.enter(cert.Member) {
		return
	}
	defer p.leave(cert.Member)
	given = p.wait(ctx, conn, cert)
}

// wait offers the line and sees that it lives; true when a reader has it.
func (p *porch) wait(ctx context.Context, conn net.Conn, cert keys.Certificate) bool {
	tick := time.NewTicker(pushPing)
	defer tick.Stop()
	b := []byte{waiting}
	for {
		if conn.SetDeadline(time.Now().Add(pushDead)) != nil {
			return false
		}
		if _, err := conn.Write(b); err != nil {
			return false
		}
		if _, err := conn.Read(b); err != nil || b[0] != waiting {
			return false
		}
		if !inUse(p.cfg.Roster, cert, p.cfg.Clock()) {
			return false
		}
		select {
		case <-ctx.Done():
			return false
		case p.of(cert.Member) <- conn:
			return true
		case <-tick.C:
		}
	}
}

// inUse says whether the roster still holds a node's certificate valid.
func inUse(r *keys.Roster, cert keys.Certificate, now time.Time) bool {
	for _, c := range r.Nodes(cert.Member, now) {
		if c.Serial == cert.Serial && c.Fingerprint() == cert.Fingerprint() {
			return true
		}
	}
	return false
}

func (p *porch) of(m entente.MemberID) chan net.Conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lines[m] == nil {
		p.lines[m] = make(chan net.Conn)
	}
	return p.lines[m]
}

func (p *porch) enter(m entente.MemberID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.many[m] >= 2*pushLines { // the dead ones of a line that flaps, and the new
		return false
	}
	p.many[m]++
	return true
}

func (p *porch) leave(m entente.MemberID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.many[m]--
}

// offered takes a line of one partner from the porch where another would dial.
type offered struct {
	porch *porch
	from  entente.MemberID
}

// Dial is nats.CustomDialer.
func (o offered) Dial(_, _ string) (net.Conn, error) {
	late := time.NewTimer(3 * time.Second)
	defer late.Stop()
	select {
	case conn := <-o.porch.of(o.from):
		if _, err := conn.Write([]byte{taken}); err != nil {
			conn.Close()
			return nil, fmt.Errorf("taking a line of %s: %w", o.from, err)
		}
		return conn, conn.SetDeadline(time.Time{})
	case <-o.porch.done:
		return nil, context.Canceled
	case <-late.C:
		return nil, fmt.Errorf("no line of %s waits", o.from)
	}
}
