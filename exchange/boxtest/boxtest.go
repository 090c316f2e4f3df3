// Package boxtest holds every Outbox and Inbox to what exchange relies on.
//
// In goes a maker of fresh boxes; out come test failures that name the broken promise.
//
//	func TestOutbox(t *testing.T) { boxtest.Outbox(t, func(t *testing.T) exchange.Outbox { return open(t) }) }
package boxtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"testing"

	"entente"
	"entente/exchange"
)

var ctx = context.Background()

// Outbox holds an implementation to [exchange.Outbox]; fresh returns an empty one.
func Outbox(t *testing.T, fresh func(*testing.T) exchange.Outbox) {
	t.Run("numbers are given once and chained", func(t *testing.T) { numbers(t, fresh(t)) })
	t.Run("a failed seal uses no number", func(t *testing.T) { failedSeal(t, fresh(t)) })
	t.Run("pending is in order and bounded", func(t *testing.T) { pending(t, fresh(t)) })
	t.Run("concurrent appends leave no hole", func(t *testing.T) { concurrent(t, fresh(t)) })
}

func put(t *testing.T, o exchange.Outbox, to entente.MemberID, stream, text string) (exchange.Sealed, exchange.Position) {
	t.Helper()
	var at exchange.Position
	s, err := o.Append(ctx, to, stream, func(p exchange.Position) ([]byte, error) {
		at = p
		return []byte(text), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if s.To != to || s.Stream != stream || s.Seq != at.Seq || s.Epoch != at.Epoch || string(s.Raw) != text {
		t.Fatalf("appended %q at %+v, got %+v", text, at, s)
	}
	return s, at
}

func numbers(t *testing.T, o exchange.Outbox) {
	prev := map[string][32]byte{}
	seq := map[string]uint64{}
	for i := range 60 {
		to, stream := entente.MemberID([]string{"ARM", "KAZ"}[i%2]), []string{"acts", "alerts", "x"}[i%3]
		key, text := string(to)+stream, fmt.Sprintf("item %d", i)
		_, at := put(t, o, to, stream, text)
		seq[key]++
		if at.Seq != seq[key] || at.Prev != prev[key] {
			t.Fatalf("%s: position %+v, want number %d after %x", key, at, seq[key], prev[key])
		}
		prev[key] = sha256.Sum256([]byte(text))
		if i%5 == 4 { // acknowledged or not, numbers go on
			if err := o.Ack(ctx, to, stream, at.Epoch, at.Seq); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func failedSeal(t *testing.T, o exchange.Outbox) {
	put(t, o, "ARM", "acts", "one")
	fault := errors.New("no key")
	if _, err := o.Append(ctx, "ARM", "acts", func(exchange.Position) ([]byte, error) { return nil, fault }); !errors.Is(err, fault) {
		t.Fatalf("the seal's error came back as %v", err)
	}
	if s, at := put(t, o, "ARM", "acts", "two"); s.Seq != 2 || at.Prev != sha256.Sum256([]byte("one")) {
		t.Errorf("after a failed seal: %+v, %+v", s, at)
	}
}

func pending(t *testing.T, o exchange.Outbox) {
	for i := range 10 {
		put(t, o, "ARM", []string{"a", "b"}[i%2], fmt.Sprint(i))
		put(t, o, "KAZ", "a", "other")
	}
	texts := func(limit int) (all string) {
		list, err := o.Pending(ctx, "ARM", limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range list {
			all += string(s.Raw)
		}
		return all
	}
	if got := texts(100); got != "0123456789" {
		t.Errorf("pending %q", got)
	}
	if got := texts(3); got != "012" {
		t.Errorf("three pending %q", got)
	}
	list, _ := o.Pending(ctx, "ARM", 1)
	epoch := list[0].Epoch
	for _, step := range []struct {
		stream string
		seq    uint64
		want   string
	}{{"a", 2, "1345679 8"}, {"a", 1, "1345679 8"}, {"b", 5, "468"}, {"a", 5, ""}} {
		if err := o.Ack(ctx, "ARM", step.stream, epoch, step.seq); err != nil {
			t.Fatal(err)
		}
		if got := texts(100); sorted(got) != sorted(step.want) {
			t.Errorf("after ack of %s %d: pending %q, want %q", step.stream, step.seq, got, step.want)
		}
	}
	if list, _ := o.Pending(ctx, "KAZ", 100); len(list) != 10 {
		t.Errorf("%d pending for the other partner", len(list))
	}
}

// sorted drops spaces and orders digits, as only the order within a stream is promised here.
func sorted(s string) string {
	var n [10]int
	for _, c := range s {
		if c >= '0' && c <= '9' {
			n[c-'0']++
		}
	}
	return fmt.Sprint(n)
}

func concurrent(t *testing.T, o exchange.Outbox) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := range 25 {
				_, err := o.Append(ctx, "ARM", "acts", func(p exchange.Position) ([]byte, error) {
					return fmt.Appendf(nil, "%d of %d.%d", p.Seq, w, i), nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	list, err := o.Pending(ctx, "ARM", 1000)
	if err != nil || len(list) != 100 {
		t.Fatalf("%d pending: %v", len(list), err)
	}
	for i, s := range list {
		var n int
		if _, err := fmt.Sscanf(string(s.Raw), "%d of", &n); err != nil || s.Seq != uint64(i+1) || n != i+1 {
			t.Fatalf("place %d holds number %d, %q", i, s.Seq, s.Raw)
		}
	}
}

// Inbox holds an implementation to [exchange.Inbox]; fresh returns an empty one. Items are opaque to it.
func Inbox(t *testing.T, fresh func(*testing.T) exchange.Inbox) {
	in := fresh(t)
	want := map[string]exchange.Cursor{}
	for i := range 40 {
		from, stream := entente.MemberID([]string{"ARM", "KAZ"}[i%2]), []string{"acts", "alerts"}[i/2%2]
		raw := fmt.Appendf(nil, "item %d", i)
		it := exchange.Item{From: from, To: "BLR", Stream: stream, Epoch: uint64(1 + i/30), Seq: uint64(1 + i%30), Type: "act",
			Raw: raw, Payload: raw, Hash: sha256.Sum256(raw), Carrier: uint64(100 + i), Received: entente.Instant(i + 1)}
		if i%7 == 3 {
			it.Refused = exchange.Expired // the cursor alone
		}
		if i == 20 {
			it.Carrier = 1 // the owner's stream was made again: its places begin anew, numbers go on
		}
		if err := in.Store(ctx, it); err != nil {
			t.Fatal(err)
		}
		want[string(from)+stream] = it.Cursor()
		got, err := in.Cursors(ctx, from)
		if err != nil || got[stream] != want[string(from)+stream] {
			t.Fatalf("item %d: cursor %+v, want %+v (%v)", i, got[stream], want[string(from)+stream], err)
		}
	}
	for _, from := range []entente.MemberID{"ARM", "KAZ", "RUS"} {
		got, err := in.Cursors(ctx, from)
		if err != nil {
			t.Fatal(err)
		}
		for _, stream := range []string{"acts", "alerts"} {
			if got[stream] != want[string(from)+stream] {
				t.Errorf("%s %s: cursor %+v, want %+v", from, stream, got[stream], want[string(from)+stream])
			}
		}
	}
}

// Batches holds an implementation to [exchange.BatchInbox], and to Inbox as well.
func Batches(t *testing.T, fresh func(*testing.T) exchange.BatchInbox) {
	Inbox(t, func(t *testing.T) exchange.Inbox { return fresh(t) })
	in := fresh(t)
	var batch []exchange.Item
	for i := range 6 {
		raw := fmt.Appendf(nil, "item %d", i)
		batch = append(batch, exchange.Item{From: "ARM", To: "BLR", Stream: []string{"acts", "alerts"}[i%2], Epoch: 1, Seq: uint64(1 + i/2),
			Type: "act", Raw: raw, Payload: raw, Hash: sha256.Sum256(raw), Carrier: uint64(1 + i), Received: 1})
	}
	if err := in.StoreBatch(ctx, batch); err != nil {
		t.Fatal(err)
	}
	got, err := in.Cursors(ctx, "ARM")
	if err != nil || got["acts"] != batch[4].Cursor() || got["alerts"] != batch[5].Cursor() {
		t.Errorf("after a batch: %+v, %v", got, err)
	}
}
