package exchange

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"entente"
	"entente/keys"
)

// undialled is BLR, whose listener nobody is told of, and ARM, to which it pushes over a line that can be cut.
type undialled struct {
	*trial
	push  *cutter
	heard chan int
}

func newUndialled(t *testing.T) *undialled {
	tr := &undialled{trial: &trial{t: t, u: newUnion(t, "BLR", "ARM"), dirA: t.TempDir(), dirB: t.TempDir(), boxA: NewMemory(1), boxB: NewMemory(1)}, heard: make(chan int, 64)}
	tr.startB()
	tr.push = newCutter(t, tr.b.PushAddr())
	tr.startA()
	return tr
}

func (tr *undialled) startA() {
	tr.a = tr.u.start(tr.t, "BLR", tr.boxA, func(c *Config) { c.Dir = tr.dirA }, Partner{Member: "ARM", Address: tr.b.Addr(), Push: tr.push.addr()})
}

func (tr *undialled) startB() {
	tr.b = tr.u.start(tr.t, "ARM", tr.boxB, func(c *Config) {
		c.Dir, c.PushListen = tr.dirB, "127.0.0.1:0"
		c.OnLive = func(_ entente.MemberID, _ entente.Label, list []entente.Track, _ entente.Instant) {
			tr.heard <- len(list)
		}
	}, Partner{Member: "BLR"})
	if tr.push != nil {
		tr.push.mu.Lock()
		tr.push.target = tr.b.PushAddr()
		tr.push.mu.Unlock()
	}
}

// TestPush: what a node that nobody can dial has for its partner flows over connections that it opens itself, both ways of
// the link work as others do, over cuts and restarts of either end.
func TestPush(t *testing.T) {
	t.Parallel()
	tr := newUndialled(t)
	tr.send(50)
	tr.arrived(8 * time.Second)
	send(t, tr.b, "ARM", "BLR", "acts", 1, 20)
	eventually(t, 5*time.Second, "the answer has come", func() bool { return len(tr.boxA.Items("ARM")) == 20 })
	eventually(t, 5*time.Second, "the link is shown as it is", func() bool {
		a, b := tr.a.Links()[0], tr.b.Links()[0]
		return a.Push == tr.push.addr() && a.Pushing == pushLines && a.Reads && b.Address == byPush && b.State == Current
	})
	eventually(t, 5*time.Second, "live interest is known", func() bool { l, _ := tr.a.carrier.audience("ARM"); return l })
	must(t, tr.a.SendLive("ARM", sampleTracks(30, "BLR"), label("BLR", "ARM")))
	select {
	case n := <-tr.heard:
		if n != 30 {
			t.Errorf("heard %d tracks", n)
		}
	case <-time.After(3 * time.Second):
		t.Error("no live batch came")
	}

	for range 3 {
		tr.push.set(true, false)
		tr.send(30)
		time.Sleep(300 * time.Millisecond)
		tr.push.set(false, false)
		begin := time.Now()
		tr.arrived(10 * time.Second)
		t.Logf("caught up %v after the line was back", time.Since(begin).Round(time.Millisecond))
	}
	must(t, tr.a.Close())
	tr.startA()
	tr.send(30)
	tr.arrived(10 * time.Second)
	must(t, tr.b.Close())
	tr.send(30)
	tr.startB()
	tr.arrived(10 * time.Second)
	if l := tr.b.Links()[0]; l.Missed > 0 {
		t.Errorf("link: %+v", l)
	}
}

// TestPushBlackHole: a line that is open and carries nothing is given up at both ends.
func TestPushBlackHole(t *testing.T) {
	t.Parallel()
	tr := newUndialled(t)
	tr.send(10)
	tr.arrived(8 * time.Second)
	tr.push.set(false, true)
	tr.send(10)
	eventually(t, 12*time.Second, "both ends see that nothing comes", func() bool {
		return !tr.b.Links()[0].Connected && !tr.a.Links()[0].Reads
	})
	tr.push.set(false, false)
	tr.arrived(10 * time.Second)
}

// TestPorchTakesPartnersAlone: strangers, members with other keys, and partners that we dial find no place there.
func TestPorchTakesPartnersAlone(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM", "KAZ", "RUS")
	other := newUnion(t, "BLR", "ARM") // same names, other keys
	b := u.start(t, "ARM", NewMemory(1), func(c *Config) { c.PushListen = "127.0.0.1:0" }, Partner{Member: "BLR"}, Partner{Member: "KAZ", Address: "127.0.0.1:1"})
	// stays says whether the porch asks the line to wait.
	stays := func(self *keys.Identity, to keys.Certificate) bool {
		cfg, err := self.ClientTLS(to)
		must(t, err)
		conn, err := tls.Dial("tcp", b.PushAddr(), cfg)
		if err != nil {
			return false
		}
		defer conn.Close()
		conn.SetDeadline(time.Now().Add(4 * time.Second))
		n, _ := conn.Read(make([]byte, 1))
		return n == 1
	}
	for name, c := range map[string]struct {
		self *keys.Identity
		to   keys.Certificate
		want bool
	}{
		"the partner":              {u.nodes["BLR"], u.nodes["ARM"].Certificate(), true},
		"another of its name":      {other.nodes["BLR"], u.nodes["ARM"].Certificate(), false},
		"a member, no partner":     {u.nodes["RUS"], u.nodes["ARM"].Certificate(), false},
		"a partner that we dial":   {u.nodes["KAZ"], u.nodes["ARM"].Certificate(), false},
		"one that expects another": {u.nodes["BLR"], other.nodes["ARM"].Certificate(), false},
	} {
		if got := stays(c.self, c.to); got != c.want {
			t.Errorf("%s: stays %v", name, got)
		}
	}
	// Lines that say nothing, or not what is due, end and give their place back.
	for range 20 {
		conn, err := net.Dial("tcp", b.PushAddr())
		must(t, err)
		defer conn.Close()
	}
	for range 2 * pushLines {
		cfg, err := u.nodes["BLR"].ClientTLS(u.nodes["ARM"].Certificate())
		must(t, err)
		conn, err := tls.Dial("tcp", b.PushAddr(), cfg)
		must(t, err)
		defer conn.Close()
		conn.Write([]byte("x"))
	}
	eventually(t, 8*time.Second, "all places are free again", func() bool {
		b.porch.mu.Lock()
		defer b.porch.mu.Unlock()
		return len(b.porch.room) == 0 && b.porch.many["BLR"] == 0
	})
	box := NewMemory(1)
	a := u.start(t, "BLR", box, nil, Partner{Member: "ARM", Push: b.PushAddr()})
	send(t, a, "BLR", "ARM", "acts", 1, 3)
	eventually(t, 8*time.Second, "the partner comes through", func() bool { return b.Links()[0].Received == 3 })
}

// TestRevokedPusherIsDropped: a key that is revoked keeps no line.
func TestRevokedPusherIsDropped(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	roster := keys.NewRoster()
	for _, n := range u.nodes {
		must(t, roster.Add(n.Join("")))
	}
	b := u.start(t, "ARM", NewMemory(1), func(c *Config) { c.PushListen, c.Roster = "127.0.0.1:0", roster }, Partner{Member: "BLR"})
	a := u.start(t, "BLR", NewMemory(1), nil, Partner{Member: "ARM", Push: b.PushAddr()})
	eventually(t, 8*time.Second, "it is read", func() bool { return b.Links()[0].State == Current })
	v, err := u.roots["BLR"].Revoke(keys.Revocation{Key: u.nodes["BLR"].Fingerprint(), From: entente.At(time.Now()), Reason: "stolen"})
	must(t, err)
	must(t, roster.Revoke(v))
	eventually(t, 8*time.Second, "it is dropped", func() bool {
		b.porch.mu.Lock()
		defer b.porch.mu.Unlock()
		return b.Links()[0].State == Revoked && b.porch.many["BLR"] == 0 && !a.Links()[0].Reads
	})
}
