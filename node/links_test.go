package node

import (
	"net"
	"testing"
	"time"

	"entente"
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
