package exchange

import (
	"fmt"
	"testing"
	"time"

	"entente"
	"entente/keys"
)

// TestJoinLive: a partner added while others exchange is let in and read, and theirs go on.
func TestJoinLive(t *testing.T) {
	t.Parallel()
	u := newUnion(t, "BLR", "ARM", "KAZ")
	boxA, boxK := NewMemory(1), NewMemory(1)
	roster := keys.NewRoster()
	for _, m := range []entente.MemberID{"BLR", "ARM"} {
		must(t, roster.Add(u.nodes[m].Join("")))
	}
	box := NewMemory(1)
	b := u.start(t, "BLR", box, func(c *Config) { c.Roster = roster }, Partner{Member: "ARM"})
	arm := u.start(t, "ARM", boxA, nil, Partner{Member: "BLR", Address: b.Addr()})
	kaz := u.start(t, "KAZ", boxK, nil, Partner{Member: "BLR", Address: b.Addr()})
	send(t, b, "BLR", "ARM", "acts", 1, 5)
	eventually(t, 5*time.Second, "ARM reads", func() bool { return arm.Links()[0].Received == 5 })
	if err := b.Join(Partner{Member: "KAZ"}); err == nil {
		t.Fatal("a member that the roster lacks was taken")
	}
	if kaz.Links()[0].Connected {
		t.Fatal("a stranger is connected")
	}
	must(t, roster.Add(u.nodes["KAZ"].Join("")))
	must(t, b.Join(Partner{Member: "KAZ", Address: kaz.Addr()}))
	must(t, b.Join(Partner{Member: "KAZ", Address: kaz.Addr()})) // again changes nothing
	send(t, b, "BLR", "KAZ", "acts", 1, 5)
	send(t, kaz, "KAZ", "BLR", "acts", 1, 5)
	send(t, b, "BLR", "ARM", "acts", 6, 5)
	eventually(t, 8*time.Second, "all have all", func() bool {
		return kaz.Links()[0].Received == 5 && arm.Links()[0].Received == 10 && len(box.Items("KAZ")) == 5
	})
	whole(t, boxK.Items("BLR"), "acts", 5)
	whole(t, boxA.Items("BLR"), "acts", 10)
	if l := b.Links(); len(l) != 2 || l[1].Partner != "KAZ" {
		t.Errorf("links %+v", l)
	}
	must(t, b.Close())
	if err := b.Join(Partner{Member: "KAZ"}); err != nil {
		t.Errorf("joining one that is there: %v", err)
	}
}

// TestJoinIsBounded: the carrier's room is for so many.
func TestJoinIsBounded(t *testing.T) {
	u := newUnion(t, "BLR", "ARM")
	cfg := Config{Self: u.nodes["BLR"], Roster: u.roster, Dir: t.TempDir(), Listen: "127.0.0.1:0", Outbox: NewMemory(1), Inbox: NewMemory(1)}
	for range MaxPartners + 1 {
		cfg.Partners = append(cfg.Partners, Partner{Member: "ARM"})
	}
	if _, err := Start(cfg); err == nil {
		t.Error(fmt.Sprint(MaxPartners+1) + " partners were taken")
	}
}
