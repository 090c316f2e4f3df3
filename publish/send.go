package publish

import (
	"context"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Sent counts what a sender did since it was made.
type Sent struct {
	Packets uint64 // datagrams, or broadcasts
	Bytes   uint64
	Failed  uint64 // datagrams the system refused, or broadcasts too large to queue
	Clients uint64 // now connected
	Dropped uint64 // clients dropped as they did not keep up
	Turned  uint64 // clients turned away as there were too many
}

// UDP sends datagrams to one address, unicast or multicast. It may be used from many goroutines.
type UDP struct {
	conn                   *net.UDPConn
	packets, bytes, failed atomic.Uint64
}

// DialUDP opens a sender to "host:port".
func DialUDP(address string) (*UDP, error) {
	a, err := net.ResolveUDPAddr("udp", address)
	if err != nil {
		return nil, fmt.Errorf("opening UDP sender to %s: %w", address, err)
	}
	if a == nil || a.Port == 0 {
		return nil, fmt.Errorf("opening UDP sender to %q: want host:port", address)
	}
	c, err := net.DialUDP("udp", nil, a)
	if err != nil {
		return nil, fmt.Errorf("opening UDP sender to %s: %w", address, err)
	}
	return &UDP{conn: c}, nil
}

// Send sends one datagram. A refusal by the system (nobody listens, no route) is counted and returned; the next may do.
func (u *UDP) Send(packet []byte) error {
	n, err := u.conn.Write(packet)
	if err != nil {
		u.failed.Add(1)
		return fmt.Errorf("sending to %s: %w", u.conn.RemoteAddr(), err)
	}
	u.packets.Add(1)
	u.bytes.Add(uint64(n))
	return nil
}

// Sent returns the counts.
func (u *UDP) Sent() Sent {
	return Sent{Packets: u.packets.Load(), Bytes: u.bytes.Load(), Failed: u.failed.Load()}
}

// Close closes the socket.
func (u *UDP) Close() error { return u.conn.Close() }

// The bounds of a server.
const (
	maxClients = 64
	maxQueued  = 64      // broadcasts waiting per client
	maxWaiting = 8 << 20 // bytes waiting per client
)

// Server gives every client that connects over TCP the same stream. What clients send is read and thrown away.
type Server struct {
	listener net.Listener
	cancel   context.CancelFunc
	running  sync.WaitGroup

	mu      sync.Mutex // guards what follows
	clients map[*client]struct{}
	sent    Sent
}

type client struct {
	conn    net.Conn
	queue   chan []byte
	waiting atomic.Int64
	once    sync.Once
	gone    chan struct{}
}

// Listen starts a server on "host:port"; it ends with ctx or Close.
func Listen(ctx context.Context, address string) (*Server, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	s := &Server{listener: l, cancel: cancel, clients: map[*client]struct{}{}}
	s.running.Add(2)
	go func() {
		defer s.running.Done()
		<-ctx.Done()
		_ = l.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for c := range s.clients {
			c.end()
		}
	}()
	go func() {
		defer s.running.Done()
		s.accept(ctx)
	}()
	return s, nil
}

// Addr is where the server listens.
func (s *Server) Addr() net.Addr { return s.listener.Addr() }

// Broadcast queues b for every client; b is copied once. It never blocks.
func (s *Server) Broadcast(b []byte) {
	if len(b) == 0 {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(b) > maxWaiting {
		s.sent.Failed++
		return
	}
	s.sent.Packets++
	if len(s.clients) == 0 {
		return
	}
	b = append([]byte(nil), b...)
	for c := range s.clients {
		if c.waiting.Load()+int64(len(b)) <= maxWaiting {
			select {
			case c.queue <- b:
				c.waiting.Add(int64(len(b)))
				s.sent.Bytes += uint64(len(b))
				continue
			default:
			}
		}
		s.sent.Dropped++
		delete(s.clients, c)
		c.end()
	}
}

// Sent returns the counts.
func (s *Server) Sent() Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.sent
	n.Clients = uint64(len(s.clients))
	return n
}

// Close ends the server and waits for its goroutines.
func (s *Server) Close() error {
	s.cancel()
	s.running.Wait()
	return nil
}

func (s *Server) accept(ctx context.Context) {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			select { // out of descriptors, or a client that went at once
			case <-time.After(100 * time.Millisecond):
			case <-ctx.Done():
				return
			}
			continue
		}
		s.admit(ctx, conn)
	}
}

func (s *Server) admit(ctx context.Context, conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ctx.Err() != nil || len(s.clients) >= maxClients {
		s.sent.Turned++
		_ = conn.Close()
		return
	}
	c := &client{conn: conn, queue: make(chan []byte, maxQueued), gone: make(chan struct{})}
	s.clients[c] = struct{}{}
	s.running.Add(2)
	go func() {
		defer s.running.Done()
		c.write()
		s.forget(c)
	}()
	go func() {
		defer s.running.Done()
		c.discard()
		s.forget(c)
	}()
}

func (s *Server) forget(c *client) {
	c.end()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

func (c *client) end() {
	c.once.Do(func() {
		close(c.gone)
		_ = c.conn.Close()
	})
}

func (c *client) write() {
	for {
		select {
		case <-c.gone:
			return
		case b := <-c.queue:
			if _, err := c.conn.Write(b); err != nil {
				return
			}
			c.waiting.Add(-int64(len(b)))
		}
	}
}

// discard reads what a client sends, so that its closing is noticed.
func (c *client) discard() {
	var b [512]byte
	for {
		if _, err := c.conn.Read(b[:]); err != nil {
			return
		}
	}
}
