package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"entente"
	"entente/keys"
)

// dialAs connects as a member's node would, without a reader behind it.
func dialAs(t *testing.T, u *union, who, owner entente.MemberID, addr string) (*nats.Conn, chan error) {
	t.Helper()
	errs := make(chan error, 64)
	cfg := &Config{Self: u.nodes[who], Roster: u.roster, Clock: time.Now}
	r := &reader{cfg: cfg, from: owner, st: newStatus(owner, 0)}
	nc, err := r.dial(addr, u.nodes[owner].Certificate(), func(error) {})
	must(t, err)
	nc.SetErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { errs <- err })
	t.Cleanup(nc.Close)
	return nc, errs
}

// TestPartnerReachesOnlyItsOwn asks for everything a hostile partner might want: only the four consumer subjects answer.
func TestPartnerReachesOnlyItsOwn(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM", "KAZ")
	box := NewMemory(1)
	a := u.start(t, "BLR", box, nil, Partner{Member: "ARM"}, Partner{Member: "KAZ"})
	send(t, a, "BLR", "ARM", "acts", 1, 5)
	send(t, a, "BLR", "KAZ", "acts", 1, 5)
	eventually(t, 5*time.Second, "items are in the streams", func() bool { return a.Links()[0].Sent == 5 && a.Links()[1].Sent == 5 })
	nc, errs := dialAs(t, u, "ARM", "BLR", a.Addr())

	forbidden := []string{"out.acts", "out.forged", "live.BLR.tracks", "$JS.API.STREAM.PURGE.OUT", "$JS.API.STREAM.DELETE.OUT",
		"$JS.API.STREAM.INFO.OUT", "$JS.API.STREAM.CREATE.MINE", "$JS.API.STREAM.UPDATE.OUT", "$JS.API.STREAM.MSG.GET.OUT",
		"$JS.API.STREAM.MSG.DELETE.OUT", "$JS.API.DIRECT.GET.OUT", "$JS.API.STREAM.NAMES", "$JS.API.INFO", "$JS.API.CONSUMER.LIST.OUT",
		"$JS.API.CONSUMER.NAMES.OUT", "$JS.API.CONSUMER.DURABLE.CREATE.OUT.x", "$JS.API.CONSUMER.CREATE.OTHER.x", "$JS.API.STREAM.SNAPSHOT.OUT",
		"$SYS.REQ.SERVER.PING", "$SYS.REQ.ACCOUNT.LINK_KAZ.CONNZ", "$JS.ACK.OUT.x.1.1.1.1.1", "_INBOX.abc", "anything"}
	for _, subject := range forbidden {
		if _, err := nc.Request(subject, nil, 100*time.Millisecond); err == nil {
			t.Errorf("%s was answered", subject)
		}
	}
	for _, subject := range []string{">", "out.>", "$JS.>", "$SYS.>", "_INBOX.>", "_INBOX_KAZ.>", "live.>", "live.KAZ.>", "*.*"} {
		if _, err := nc.Subscribe(subject, func(*nats.Msg) {}); err != nil {
			continue
		}
	}
	must(t, nc.Flush())
	time.Sleep(100 * time.Millisecond)
	refusals := 0
	for done := false; !done; {
		select {
		case err := <-errs:
			if errors.Is(err, nats.ErrPermissionViolation) {
				refusals++
			}
		default:
			done = true
		}
	}
	if want := len(forbidden) + 9; refusals != want {
		t.Errorf("%d refusals, want %d", refusals, want)
	}
	assertStream(t, a, "ARM", 5)
	assertStream(t, a, "KAZ", 5)

	js, err := jetstream.New(nc)
	must(t, err)
	cons, err := js.CreateConsumer(context.Background(), outStream, jetstream.ConsumerConfig{AckPolicy: jetstream.AckNonePolicy})
	must(t, err)
	batch, err := cons.Fetch(10, jetstream.FetchMaxWait(time.Second))
	must(t, err)
	for m := range batch.Messages() {
		if e, ref := parse(m.Data()); ref != nil || string(e.audience) != "ARM" {
			t.Errorf("ARM read an item for %q: %v", e.audience, ref)
		}
	}
}

func assertStream(t *testing.T, x *Exchange, m entente.MemberID, n uint64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	s, err := x.partners[m].sender.js.Stream(ctx, outStream)
	must(t, err)
	if got := s.CachedInfo().State.Msgs; got != n {
		t.Errorf("the stream of %s holds %d items, want %d", m, got, n)
	}
}

// TestPushConsumerCannotActForTheOwner has a partner ask the server to deliver to subjects that it may not use itself.
func TestPushConsumerCannotActForTheOwner(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	a := u.start(t, "BLR", NewMemory(1), nil, Partner{Member: "ARM"})
	send(t, a, "BLR", "ARM", "acts", 1, 3)
	eventually(t, 5*time.Second, "items are in the stream", func() bool { return a.Links()[0].Sent == 3 })
	nc, _ := dialAs(t, u, "ARM", "BLR", a.Addr())
	made := 0
	for _, deliver := range []string{"$JS.API.STREAM.DELETE.OUT", "$JS.API.STREAM.PURGE.OUT", "out.forged", "live.BLR.tracks"} {
		for _, headers := range []string{"true", "false"} {
			req := `{"stream_name":"OUT","config":{"ack_policy":"none","deliver_policy":"all","headers_only":` + headers +
				`,"deliver_subject":"` + deliver + `","inactive_threshold":5000000000},"action":""}`
			m, err := nc.Request("$JS.API.CONSUMER.CREATE.OUT.push", []byte(req), time.Second)
			if err == nil && !strings.Contains(string(m.Data), "error") {
				made++
			}
			time.Sleep(400 * time.Millisecond)
			nc.Request("$JS.API.CONSUMER.DELETE.OUT.push", nil, time.Second)
		}
	}
	if made == 0 {
		t.Error("no push consumer was made: this test has lost its point, look at the request")
	}
	assertStream(t, a, "ARM", 3)
	send(t, a, "BLR", "ARM", "acts", 4, 3)
	eventually(t, 5*time.Second, "the owner still sends", func() bool { return a.Links()[0].Sent == 6 })
	assertStream(t, a, "ARM", 6)
}

func TestStrangersAreKeptOut(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	a := u.start(t, "BLR", NewMemory(1), nil, Partner{Member: "ARM"})
	stranger := newUnion(t, "BLR", "ARM") // same names, other keys
	dial := func(self *keys.Identity, change func(*tls.Config)) error {
		cfg, err := self.ClientTLS(u.nodes["BLR"].Certificate())
		must(t, err)
		cfg.ServerName = u.nodes["BLR"].Certificate().ServerName()
		if change != nil {
			change(cfg)
		}
		nc, err := nats.Connect("tls://"+a.Addr(), nats.Secure(cfg), nats.TLSHandshakeFirst(), nats.Timeout(2*time.Second), nats.NoReconnect())
		if err == nil {
			nc.Close()
		}
		return err
	}
	for name, err := range map[string]error{
		"another ARM":          dial(stranger.nodes["ARM"], nil),
		"no certificate":       dial(u.nodes["ARM"], func(c *tls.Config) { c.Certificates = nil }),
		"TLS 1.2":              dial(u.nodes["ARM"], func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS12, tls.VersionTLS12 }),
		"ARM without link key": dial(u.nodes["ARM"], nil),
	} {
		if err == nil {
			t.Errorf("%s was let in", name)
		}
	}
	conn, err := net.Dial("tcp", a.Addr())
	must(t, err)
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	conn.Write([]byte("CONNECT {\"verbose\":false}\r\nPING\r\n"))
	b := make([]byte, 1024)
	if n, _ := conn.Read(b); strings.Contains(string(b[:n]), "INFO") || strings.Contains(string(b[:n]), "PONG") {
		t.Errorf("plain text was answered: %q", b[:n])
	}

	// The reader, too, refuses a false owner.
	cfg := &Config{Self: u.nodes["ARM"], Roster: stranger.roster, Clock: time.Now}
	r := &reader{cfg: cfg, from: "BLR", st: newStatus("BLR", 0)}
	if nc, err := r.dial(a.Addr(), stranger.nodes["BLR"].Certificate(), func(error) {}); err == nil {
		nc.Close()
		t.Error("a node with other keys passed for BLR")
	}
}

func TestRevokedPartnerIsDroppedAndStaysOut(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM")
	boxA, boxB := NewMemory(1), NewMemory(1)
	rosterOfA := keys.NewRoster()
	for _, n := range u.nodes {
		must(t, rosterOfA.Add(n.Join("")))
	}
	a := u.start(t, "BLR", boxA, func(c *Config) { c.Roster = rosterOfA }, Partner{Member: "ARM"})
	b := u.start(t, "ARM", boxB, nil, Partner{Member: "BLR", Address: a.Addr()})
	must(t, a.Connect("ARM", b.Addr()))
	eventually(t, 5*time.Second, "both read", func() bool { return a.Links()[0].State == Current && b.Links()[0].State == Current })

	v, err := u.roots["ARM"].Revoke(keys.Revocation{Key: u.nodes["ARM"].Fingerprint(), From: entente.At(time.Now()), Reason: "stolen"})
	must(t, err)
	must(t, rosterOfA.Revoke(v))
	eventually(t, 5*time.Second, "A has dropped the link both ways", func() bool {
		return a.Links()[0].State == Revoked && !a.Links()[0].Reads && b.Links()[0].State == Connecting
	})
	time.Sleep(500 * time.Millisecond)
	if a.Links()[0].Reads {
		t.Error("a revoked partner came back in")
	}

	// A new key, certified by the same root, is let in without a restart.
	u.nodes["ARM"] = newNode(t, u.roots["ARM"], "node-2")
	must(t, rosterOfA.Add(u.nodes["ARM"].Join("")))
	must(t, b.Close())
	b2 := u.start(t, "ARM", boxB, nil, Partner{Member: "BLR", Address: a.Addr()})
	send(t, a, "BLR", "ARM", "acts", 1, 3)
	eventually(t, 5*time.Second, "the new node reads", func() bool { return b2.Links()[0].Received == 3 })
	whole(t, boxB.Items("BLR"), "acts", 3)
}
