package keys

import (
	"crypto/tls"
	"net"
	"testing"
	"time"

	"entente"
)

// shake runs one TLS handshake over memory and returns what each end says.
func shake(t *testing.T, server, client *tls.Config) (state tls.ConnectionState, errServer, errClient error) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	b, err := net.Dial("tcp", ln.Addr().String())
	must(t, err)
	defer b.Close()
	a, err := ln.Accept()
	must(t, err)
	defer a.Close()
	deadline := time.Now().Add(5 * time.Second)
	a.SetDeadline(deadline)
	b.SetDeadline(deadline)
	s, c := tls.Server(a, server), tls.Client(b, client)
	done := make(chan error, 1)
	go func() {
		err := s.Handshake()
		if err != nil {
			a.Close()
		}
		done <- err
	}()
	errClient = c.Handshake()
	if errClient != nil {
		b.Close()
	}
	errServer = <-done
	return s.ConnectionState(), errServer, errClient
}

func TestLinksArePinnedBothWays(t *testing.T) {
	member := func(m entente.MemberID) (*Root, *Identity) {
		root, err := NewRoot(m, string(m))
		must(t, err)
		node, err := root.NewNode("node", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
		must(t, err)
		return root, node
	}
	_, owner := member("BLR")
	rootB, reader := member("ARM")
	_, third := member("KAZ")
	_, impostor := member("ARM")
	r := rosterOf(t, owner, reader, third)
	server, err := owner.ServerTLS(r, []entente.MemberID{"ARM"})
	must(t, err)
	client := func(id *Identity, to *Identity) *tls.Config {
		c, err := id.ClientTLS(to.Certificate())
		must(t, err)
		return c
	}

	state, errS, errC := shake(t, server, client(reader, owner))
	if errS != nil || errC != nil || state.Version != tls.VersionTLS13 {
		t.Fatalf("%v, %v, version %x", errS, errC, state.Version)
	}
	if c, err := r.Peer(&state, time.Now()); err != nil || c.Member != "ARM" {
		t.Errorf("peer %+v, %v", c, err)
	}
	for name, c := range map[string]*tls.Config{"no partner of the owner": client(third, owner), "same name, other keys": client(impostor, owner)} {
		if _, errS, _ := shake(t, server, c); errS == nil {
			t.Errorf("%s was let in", name)
		}
	}
	if _, _, errC := shake(t, server, client(reader, third)); errC == nil {
		t.Error("the reader took BLR for KAZ")
	}
	if _, err := r.Peer(nil, time.Now()); err == nil {
		t.Error("a peer without TLS")
	}

	v, err := rootB.Revoke(Revocation{Key: reader.Fingerprint()})
	must(t, err)
	must(t, r.Revoke(v))
	if _, errS, _ := shake(t, server, client(reader, owner)); errS == nil {
		t.Error("a revoked node was let in")
	}
	if _, err := r.Peer(&state, time.Now()); err == nil {
		t.Error("a revoked peer is still known")
	}
	person, err := owner.NewPerson("x", time.Now(), time.Now().Add(time.Hour))
	must(t, err)
	if _, err := person.ClientTLS(owner.Certificate()); err == nil {
		t.Error("a person dialled")
	}
}
