package node

import (
	"net"
	"testing"
	"time"

	"entente"
	"entente/release"
)

// TestNewAddressWhileTheOldOneDoesNotAnswer: a partner that moved is found without a restart.
func TestNewAddressWhileTheOldOneDoesNotAnswer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := l.Addr().String()
	l.Close()
	k := newKit(t)
	c := k.config("ALF")
	c.Partners = map[entente.MemberID]string{"BRA": dead}
	alfa, bravo := k.start(c), k.start(k.config("BRA"))
	eventually(t, "the dead address tried", func() bool { return alfa.Links()[0].Note != "" })
	if err := alfa.Connect("BRA", bravo.LinkAddr()); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	eventually(t, "the link up", func() bool { return alfa.Links()[0].State == "up" })
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
	if err := alfa.Connect("CHA", dead); !isKind(err, entente.NotFound) {
		t.Errorf("a member that is no partner: %v", err)
	}
}

// TestPushBetweenNodes: Bravo is told no address of Alfa's and reads from it all the same; both show how.
func TestPushBetweenNodes(t *testing.T) {
	k := newKit(t)
	b := k.config("BRA")
	b.PushListen, b.Partners = "127.0.0.1:0", map[entente.MemberID]string{"ALF": ""}
	bravo := k.start(b)
	a := k.config("ALF")
	a.Partners = map[entente.MemberID]string{"BRA": bravo.LinkAddr()}
	a.Push = map[entente.MemberID]string{"BRA": bravo.PushAddr()}
	alfa := k.start(a)
	eventually(t, "both up", func() bool { return alfa.Links()[0].State == "up" && bravo.Links()[0].State == "up" })
	if l := bravo.Links()[0]; l.Address != "push" {
		t.Errorf("Bravo shows %+v", l)
	}
	if l := alfa.Links()[0]; l.Push != bravo.PushAddr() || l.Pushing == 0 {
		t.Errorf("Alfa shows %+v", l)
	}
	if err := alfa.send(t.Context(), release.Council, "BRA", streamActs, "test", "x"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the item", func() bool { return bravo.Links()[0].Accepted > 0 })
}
