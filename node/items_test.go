package node

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/council"
	"entente/exchange"
	"entente/store"
)

// eventually waits until f says yes.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(15 * time.Second); !f(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not in time: " + what)
		}
	}
}

// receivedFrom makes one item of a partner as the exchange stores it, by really sending it over a link.
func receivedFrom(t *testing.T, k *kit, from, to entente.MemberID, stream, typ string, payload any) store.Received {
	t.Helper()
	a, b := exchange.NewMemory(1), exchange.NewMemory(1)
	start := func(self, other entente.MemberID, m *exchange.Memory, address string) *exchange.Exchange {
		x, err := exchange.Start(exchange.Config{Self: k.ids[self], Roster: k.config(self).Roster, Dir: t.TempDir(), Listen: "127.0.0.1:0",
			Partners: []exchange.Partner{{Member: other, Address: address}}, Outbox: m, Inbox: m})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { x.Close() })
		return x
	}
	sender := start(from, to, a, "")
	start(to, from, b, sender.Addr())
	body, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Send(t.Context(), to, stream, typ, body, entente.Label{Origin: from, To: []entente.MemberID{to}}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the item", func() bool { return len(b.Items(from)) == 1 })
	i := b.Items(from)[0]
	return store.Received{From: i.From, Stream: i.Stream, Type: i.Type, Time: i.Received, Cursor: store.Cursor(i.Cursor()), Raw: i.Raw}
}

// TestStoredItemsAreWorkedOnAfterACrash stores an act for the sequencer while nobody works, as a crash between the two
// leaves it; the next start takes it, and the one after that does not take it again.
func TestStoredItemsAreWorkedOnAfterACrash(t *testing.T) {
	k := newKit(t)
	act, err := council.NewAct("ALF", "Ann", "council", entente.At(time.Now()), council.ConsultationOpen{Question: "?"})
	if err != nil {
		t.Fatal(err)
	}
	act.Seq = 1
	signed, err := k.ids["ALF"].SignAct(act)
	if err != nil {
		t.Fatal(err)
	}
	item := receivedFrom(t, k, "ALF", "BRA", streamActs, typeAct, signed)
	n := k.start(k.config("BRA"))
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), k.config("BRA").Dir+"/node.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Receive(t.Context(), item); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for start := range 3 {
		n := k.start(k.config("BRA"))
		eventually(t, "the act in the log", func() bool { return len(n.Consultations()) == 1 })
		if start == 1 { // as if the crash came before the place was kept
			if err := n.store.Put(t.Context(), "inbox", "done", json.RawMessage("0")); err != nil {
				t.Fatal(err)
			}
		}
		eventually(t, "the place", func() bool {
			b, _, _ := n.store.Get(t.Context(), "inbox", "done")
			return start == 1 || string(b) == "1"
		})
		if st, err := n.RecordStatus("council"); err != nil || st.Size != 1 || st.Problem != "" {
			t.Errorf("start %d: %+v, %v", start, st, err)
		}
		if got := n.refused.snapshot(); len(got) > 0 {
			t.Errorf("start %d: refused %v", start, got)
		}
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestRefusedItemsAreCountedAndAudited(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("BRA"))
	good := receivedFrom(t, k, "ALF", "BRA", "gossip", "gossip/1", "hello")
	altered := good
	altered.Raw = []byte(strings.Replace(string(good.Raw), "hello", "hellp", 1))
	for _, r := range []store.Received{good, altered, {From: "ALF", Stream: streamActs, Type: typeAct}} {
		err := n.receive(t.Context(), r)
		if err == nil {
			t.Fatalf("taken: %+v", r)
		}
		n.refuse(t.Context(), r, err)
	}
	if !isKind(n.receive(t.Context(), good), entente.Unsupported) {
		t.Error("a stream of a later version is unsupported")
	}
	trail, err := n.store.AuditTrail(t.Context(), 0, 10)
	if err != nil || len(trail) != 3 || trail[0].Action != "item.refused" || trail[0].Person != "ALF" {
		t.Errorf("audit trail %+v, %v", trail, err)
	}
	total := uint64(0)
	for _, c := range n.refused.snapshot() {
		total += c
	}
	if total != 3 {
		t.Errorf("%d counted", total)
	}
}

// TestEndedWorkIsNotRefused ends the context in the middle: the item is neither refused nor passed over.
func TestEndedWorkIsNotRefused(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("BRA"))
	item := receivedFrom(t, k, "ALF", "BRA", "gossip", "gossip/1", "hello")
	if err := n.store.Receive(t.Context(), item); err != nil { // not told to the queue
		t.Fatal(err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := n.items.work(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("work after the end: %v", err)
	}
	if got := n.refused.snapshot(); len(got) > 0 {
		t.Errorf("refused %v", got)
	}
	if err := n.items.work(t.Context()); err != nil {
		t.Error(err)
	}
	if got := n.refused.snapshot()[[2]string{"items", "unsupported"}]; got != 1 {
		t.Errorf("refused %d times", got)
	}
}
