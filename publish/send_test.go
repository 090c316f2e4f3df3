package publish

import (
	"bytes"
	"context"
	"io"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestUDP(t *testing.T) {
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	u, err := DialUDP(l.LocalAddr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := u.Send([]byte("block")); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 100)
	l.SetReadDeadline(time.Now().Add(5 * time.Second))
	if n, _, err := l.ReadFrom(b); err != nil || string(b[:n]) != "block" {
		t.Errorf("%q, %v", b[:n], err)
	}
	if err := u.Send(make([]byte, 1<<17)); err == nil {
		t.Error("a datagram of 128 KiB went out")
	}
	if s := u.Sent(); s.Packets != 1 || s.Bytes != 5 || s.Failed != 1 {
		t.Errorf("%+v", s)
	}
	l.Close()
	u.Close()
	if err := u.Send([]byte("x")); err == nil {
		t.Error("sent after closing")
	}
	for _, bad := range []string{"", "nowhere", "127.0.0.1:port", "127.0.0.1:99999"} {
		if _, err := DialUDP(bad); err == nil {
			t.Errorf("dialled %q", bad)
		}
	}
}

func serve(t *testing.T) *Server {
	t.Helper()
	s, err := Listen(context.Background(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func dial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	before := s.Sent().Clients
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	wait(t, func() bool { return s.Sent().Clients == before+1 })
	return c
}

func wait(t *testing.T, done func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("waited in vain")
		}
	}
}

func TestServerGivesAllTheSame(t *testing.T) {
	s := serve(t)
	s.Broadcast([]byte("nobody hears this"))
	a, b := dial(t, s), dial(t, s)
	msg := []byte("one ")
	s.Broadcast(msg)
	copy(msg, "lost") // the server has its own copy
	s.Broadcast(nil)
	s.Broadcast([]byte("two"))
	for _, c := range []net.Conn{a, b} {
		got := make([]byte, 7)
		c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.ReadFull(c, got); err != nil || string(got) != "one two" {
			t.Errorf("%q, %v", got, err)
		}
	}
	a.Write([]byte("clients may talk, nobody listens"))
	a.Close()
	wait(t, func() bool { return s.Sent().Clients == 1 })
	if n := s.Sent(); n.Packets != 3 || n.Bytes != 14 || n.Dropped != 0 {
		t.Errorf("%+v", n)
	}
}

func TestServerDropsTheSlow(t *testing.T) {
	s := serve(t)
	dial(t, s) // never reads
	fast := dial(t, s)
	got := make(chan int)
	go func() {
		n, _ := io.Copy(io.Discard, fast)
		got <- int(n)
	}()
	piece := bytes.Repeat([]byte("x"), 1<<20)
	sent := 0
	for s.Sent().Dropped == 0 {
		if sent++; sent > 200 {
			t.Fatal("the slow client holds 200 MiB")
		}
		s.Broadcast(piece)
		time.Sleep(2 * time.Millisecond)
	}
	wait(t, func() bool { return s.Sent().Clients <= 1 })
	if n := s.Sent(); n.Dropped != 1 {
		t.Errorf("%+v: the fast one went too", n)
	}
	s.Broadcast(make([]byte, maxWaiting+1))
	if s.Sent().Failed != 1 {
		t.Error("a broadcast larger than a queue was queued")
	}
	time.Sleep(50 * time.Millisecond)
	s.Close()
	if n := <-got; n == 0 || n%len(piece) != 0 {
		t.Errorf("the fast client got %d bytes of %d", n, sent<<20)
	}
}

func TestServerTurnsAwayTooMany(t *testing.T) {
	s := serve(t)
	for range maxClients {
		dial(t, s)
	}
	c, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("one too many was served")
	}
	if n := s.Sent(); n.Turned != 1 || n.Clients != maxClients {
		t.Errorf("%+v", n)
	}
}

func TestServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	s, err := Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := dial(t, s)
	cancel()
	c.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := c.Read(make([]byte, 1)); err == nil {
		t.Error("still open")
	}
	s.running.Wait()
	s.Broadcast([]byte("into the void"))
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := Listen(context.Background(), "256.0.0.1:1"); err == nil {
		t.Error("listened nowhere")
	}
}
