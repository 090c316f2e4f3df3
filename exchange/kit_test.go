package exchange

import (
	"context"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"entente"
	"entente/keys"
)

// union is a set of members that know each other.
type union struct {
	roots  map[entente.MemberID]*keys.Root
	nodes  map[entente.MemberID]*keys.Identity
	roster *keys.Roster
}

func newUnion(t testing.TB, members ...entente.MemberID) *union {
	t.Helper()
	u := &union{map[entente.MemberID]*keys.Root{}, map[entente.MemberID]*keys.Identity{}, keys.NewRoster()}
	for _, m := range members {
		root, err := keys.NewRoot(m, "State "+string(m))
		must(t, err)
		u.roots[m] = root
		u.nodes[m] = newNode(t, root, "node")
		must(t, u.roster.Add(u.nodes[m].Join("")))
	}
	return u
}

func newNode(t testing.TB, root *keys.Root, name string) *keys.Identity {
	t.Helper()
	node, err := root.NewNode(name, time.Now().Add(-time.Hour), time.Now().Add(24*time.Hour))
	must(t, err)
	return node
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// start starts a node's end; change may alter the configuration.
func (u *union) start(t testing.TB, m entente.MemberID, box *Memory, change func(*Config), partners ...Partner) *Exchange {
	t.Helper()
	cfg := Config{Self: u.nodes[m], Roster: u.roster, Dir: t.TempDir(), Listen: "127.0.0.1:0", Partners: partners, Outbox: box, Inbox: box}
	if change != nil {
		change(&cfg)
	}
	x, err := Start(cfg)
	must(t, err)
	t.Cleanup(func() { x.Close() })
	return x
}

func label(from entente.MemberID, to ...entente.MemberID) entente.Label {
	return entente.Label{Origin: from, To: to, Policy: "0123abcd", Rule: "test"}
}

func eventually(t testing.TB, within time.Duration, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(within)
	for !ok() {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func send(t testing.TB, x *Exchange, from, to entente.MemberID, stream string, first, n int) {
	t.Helper()
	for i := first; i < first+n; i++ {
		seq, err := x.Send(context.Background(), to, stream, "number", fmt.Appendf(nil, "%s %d", stream, i), label(from, to))
		must(t, err)
		if seq != uint64(i) {
			t.Fatalf("%s %d was given number %d", stream, i, seq)
		}
	}
}

// whole checks that 1 to n of a stream arrived once and in order, with the payloads that were sent.
func whole(t testing.TB, items []Item, stream string, n int) {
	t.Helper()
	next := 1
	for _, it := range items {
		if it.Stream != stream {
			continue
		}
		if want := fmt.Sprintf("%s %d", stream, next); it.Seq != uint64(next) || string(it.Payload) != want {
			t.Fatalf("item %d of %s is number %d, %q", next, stream, it.Seq, it.Payload)
		}
		next++
	}
	if next-1 != n {
		t.Fatalf("%d items of %s arrived, want %d", next-1, stream, n)
	}
}

// cutter is a TCP line that can be cut, and held without being cut.
type cutter struct {
	ln     net.Listener
	mu     sync.Mutex // guards all below
	target string
	cut    bool
	hole   bool
	conns  map[net.Conn]bool
	done   sync.WaitGroup
}

func newCutter(t testing.TB, target string) *cutter {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	c := &cutter{ln: ln, target: target, conns: map[net.Conn]bool{}}
	c.done.Go(c.accept)
	t.Cleanup(func() { c.set(true, false); ln.Close(); c.done.Wait() })
	return c
}

func (c *cutter) addr() string { return c.ln.Addr().String() }

// set cuts the line, or turns it into a black hole, or mends it.
func (c *cutter) set(cut, hole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cut, c.hole = cut, hole
	if cut {
		for conn := range c.conns {
			conn.Close()
		}
		clear(c.conns)
	}
}

func (c *cutter) accept() {
	for {
		in, err := c.ln.Accept()
		if err != nil {
			return
		}
		c.mu.Lock()
		cut, target := c.cut, c.target
		c.mu.Unlock()
		if cut {
			in.Close()
			continue
		}
		out, err := net.Dial("tcp", target)
		if err != nil {
			in.Close()
			continue
		}
		c.mu.Lock()
		c.conns[in], c.conns[out] = true, true
		c.mu.Unlock()
		c.done.Go(func() { c.pipe(in, out) })
		c.done.Go(func() { c.pipe(out, in) })
	}
}

func (c *cutter) pipe(from, to net.Conn) {
	defer from.Close()
	defer to.Close()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		for {
			c.mu.Lock()
			hole := c.hole
			c.mu.Unlock()
			if !hole {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
