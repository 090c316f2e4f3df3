package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

func kindOf(err error) entente.ErrorKind {
	var e *entente.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}

func TestActsAreKeptOnce(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	a, b := signed(t, "BLR", 1, "a"), signed(t, "BLR", 2, "b")
	for i, want := range []bool{true, false, false} {
		added, err := s.PutAct(ctx, a)
		must(t, err)
		if added != want {
			t.Errorf("time %d: added %v", i, added)
		}
	}
	_, err := s.PutAct(ctx, b)
	must(t, err)
	seq, id, err := s.LastAct(ctx, "BLR")
	must(t, err)
	if seq != 2 || id != b.ID() {
		t.Errorf("last act %d %s", seq, id)
	}
	if seq, id, err = s.LastAct(ctx, "KAZ"); seq != 0 || id != "" || err != nil {
		t.Errorf("last act of one that has none: %d %q %v", seq, id, err)
	}
	if _, ok, err := s.Act(ctx, "none"); ok || err != nil {
		t.Errorf("an act that is not there: %v %v", ok, err)
	}
}

func TestActsThatAreRefused(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	_, err := s.PutAct(ctx, signed(t, "BLR", 1, "a"))
	must(t, err)
	for name, c := range map[string]struct {
		act  entente.SignedAct
		kind entente.ErrorKind
	}{
		"two faces":  {signed(t, "BLR", 1, "another"), entente.Replayed},
		"not JSON":   {entente.SignedAct{Bytes: []byte("{")}, entente.Malformed},
		"empty":      {entente.SignedAct{}, entente.Malformed},
		"far number": {signed(t, "BLR", math.MaxUint64, "x"), entente.Implausible},
	} {
		if added, err := s.PutAct(ctx, c.act); added || kindOf(err) != c.kind {
			t.Errorf("%s: added %v, %v", name, added, err)
		}
	}
	acts, last, err := s.Acts(ctx, 0, 10)
	must(t, err)
	if len(acts) != 1 || last != 1 {
		t.Errorf("%d acts, last place %d", len(acts), last)
	}
}

func TestActsInOrder(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	order := []struct {
		m   entente.MemberID
		seq uint64
	}{{"BLR", 2}, {"KAZ", 1}, {"BLR", 1}, {"BLR", 3}} // as they may come over different links
	must(t, s.Update(ctx, func(tx *Tx) error {
		for _, o := range order {
			if _, err := tx.PutAct(signed(t, o.m, o.seq, "")); err != nil {
				return err
			}
		}
		return nil
	}))
	of, err := s.ActsOf(ctx, "BLR", 1, 10)
	must(t, err)
	if len(of) != 2 || of[0].ID() != signed(t, "BLR", 2, "").ID() || of[1].ID() != signed(t, "BLR", 3, "").ID() {
		t.Errorf("acts of BLR after 1: %d", len(of))
	}
	var seen []string
	for last := int64(0); ; {
		page, next, err := s.Acts(ctx, last, 3)
		must(t, err)
		if len(page) == 0 {
			break
		}
		for _, a := range page {
			seen = append(seen, a.ID())
		}
		last = next
	}
	for i, o := range order {
		if seen[i] != signed(t, o.m, o.seq, "").ID() {
			t.Errorf("place %d holds another act", i)
		}
	}
}

func TestLog(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	l := s.Log("csc")
	if n, err := l.Size(ctx); n != 0 || err != nil {
		t.Fatalf("size %d, %v", n, err)
	}
	if note, err := l.Checkpoint(ctx, 100); note != nil || err != nil {
		t.Fatalf("head of an empty log: %q, %v", note, err)
	}
	must(t, l.Append(ctx, 0, [][]byte{[]byte("a"), {}}, 0, []Hash{{1}, {2}, {3}}, []byte("head 2")))
	must(t, l.Append(ctx, 2, [][]byte{[]byte("c")}, 3, []Hash{{4}}, nil))
	for name, err := range map[string]error{
		"behind":       l.Append(ctx, 2, [][]byte{[]byte("x")}, 4, nil, nil),
		"ahead":        l.Append(ctx, 4, [][]byte{[]byte("x")}, 4, nil, nil),
		"old hashes":   l.Append(ctx, 3, [][]byte{[]byte("x")}, 3, []Hash{{9}}, nil),
		"later hashes": l.Append(ctx, 3, [][]byte{[]byte("x")}, 5, []Hash{{9}}, nil),
	} {
		if err == nil {
			t.Error(name, "was taken")
		}
	}
	entries, err := l.Entries(ctx, 0, 3)
	must(t, err)
	if !slices.EqualFunc(entries, [][]byte{[]byte("a"), {}, []byte("c")}, bytes.Equal) {
		t.Errorf("entries %q", entries)
	}
	hashes, err := l.Hashes(ctx, []int64{3, 0, 3})
	must(t, err)
	if !slices.Equal(hashes, []Hash{{4}, {1}, {4}}) {
		t.Errorf("hashes %v", hashes)
	}
	for _, c := range [][2]int64{{0, 4}, {3, 1}, {-1, 1}, {0, -1}, {math.MaxInt64, 1}} {
		if _, err := l.Entries(ctx, c[0], c[1]); err == nil {
			t.Errorf("entries %v were read", c)
		}
	}
	if _, err := l.Hashes(ctx, []int64{4}); err == nil {
		t.Error("a hash that is not there was read")
	}
	must(t, l.PutCheckpoint(ctx, 3, []byte("head 3")))
	must(t, l.PutCheckpoint(ctx, 3, []byte("head 3, cosigned")))
	for size, want := range map[int64]string{1: "", 2: "head 2", 3: "head 3, cosigned", 99: "head 3, cosigned"} {
		if note, err := l.Checkpoint(ctx, size); string(note) != want || err != nil {
			t.Errorf("head at %d: %q, %v", size, note, err)
		}
	}
	if n, _ := s.Log("cmfa").Size(ctx); n != 0 {
		t.Error("logs mix")
	}
}

func TestWitness(t *testing.T) {
	ctx := context.Background()
	w := open(t).Witness()
	if n, err := w.Latest(ctx, "csc"); n != nil || err != nil {
		t.Fatalf("%q %v", n, err)
	}
	must(t, w.Advance(ctx, "csc", nil, []byte("1")))
	must(t, w.Advance(ctx, "csc", []byte("1"), []byte("2")))
	for _, old := range [][]byte{nil, []byte("1"), []byte("x")} {
		if err := w.Advance(ctx, "csc", old, []byte("3")); !errors.Is(err, errAdvanced) {
			t.Errorf("from %q: %v", old, err)
		}
	}
	if n, _ := w.Latest(ctx, "csc"); string(n) != "2" {
		t.Errorf("latest %q", n)
	}
	must(t, w.Keep(ctx, "csc", []byte("a")))
	must(t, w.Keep(ctx, "csc", []byte("b")))
	must(t, w.Keep(ctx, "cmfa", []byte("c")))
	list, err := w.Evidence(ctx, "csc")
	must(t, err)
	if !slices.EqualFunc(list, [][]byte{[]byte("a"), []byte("b")}, bytes.Equal) {
		t.Errorf("evidence %q", list)
	}
}

func TestOutboxNumbersAndChains(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	epoch, err := s.Epoch(ctx)
	must(t, err)
	if epoch != uint64(fixedNow().Unix()) {
		t.Errorf("epoch %d", epoch)
	}
	var prev Hash
	for want := uint64(1); want <= 3; want++ {
		item, err := s.Send(ctx, "KAZ", "acts", func(e, seq uint64, p Hash) ([]byte, error) {
			if e != epoch || seq != want || p != prev {
				t.Errorf("sealing epoch %d number %d prev %x", e, seq, p[:2])
			}
			return fmt.Append(nil, "item ", seq), nil
		})
		must(t, err)
		prev = sha256.Sum256(item.Raw)
	}
	broken := errors.New("no key")
	if _, err := s.Send(ctx, "KAZ", "acts", func(uint64, uint64, Hash) ([]byte, error) { return nil, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	number := func(to entente.MemberID, stream string) (n uint64, p Hash) {
		_, err := s.Send(ctx, to, stream, func(_, seq uint64, prev Hash) ([]byte, error) { n, p = seq, prev; return []byte("x"), nil })
		must(t, err)
		return n, p
	}
	if n, p := number("KAZ", "acts"); n != 4 || p != prev {
		t.Errorf("after a failure the number is %d", n)
	}
	if n, p := number("KAZ", "alerts"); n != 1 || p != (Hash{}) {
		t.Errorf("another stream begins at %d", n)
	}
	if n, _ := number("RUS", "acts"); n != 1 {
		t.Errorf("another partner begins at %d", n)
	}
	must(t, s.Ack(ctx, "KAZ", "acts", epoch, 2))
	must(t, s.Ack(ctx, "KAZ", "acts", epoch-1, 99))
	pending, err := s.Pending(ctx, "KAZ", 2)
	must(t, err)
	if len(pending) != 2 || pending[0].Seq != 3 || string(pending[0].Raw) != "item 3" || pending[1].Seq != 4 {
		t.Errorf("pending %+v", pending)
	}
	renewed, err := s.Renew(ctx)
	must(t, err)
	if renewed != epoch+1 {
		t.Errorf("renewed epoch %d after %d", renewed, epoch)
	}
	if n, p := number("KAZ", "acts"); n != 1 || p != (Hash{}) {
		t.Errorf("a new epoch begins at %d", n)
	}
}

func TestInbox(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	item := func(epoch, seq uint64, raw []byte) Received {
		return Received{From: "KAZ", Stream: "acts", Type: "act/1", Time: noon, Raw: raw,
			Cursor: Cursor{Epoch: epoch, Seq: seq, Hash: sha256.Sum256(raw), Carrier: 100 + seq}}
	}
	must(t, s.Receive(ctx, item(1, 1, []byte("one"))))
	must(t, s.Receive(ctx, item(1, 1, []byte("one")))) // comes again after a cut
	must(t, s.Receive(ctx, item(1, 2, nil)))           // authentic but refused: the cursor alone
	must(t, s.Receive(ctx, item(1, 4, []byte("four"))))
	if err := s.Receive(ctx, item(1, 3, []byte("three"))); kindOf(err) != entente.Replayed {
		t.Errorf("an older number: %v", err)
	}
	must(t, s.Receive(ctx, item(2, 1, []byte("new epoch"))))
	if err := s.Receive(ctx, item(1, 9, []byte("old epoch"))); kindOf(err) != entente.Replayed {
		t.Errorf("an older epoch: %v", err)
	}
	if err := s.Receive(ctx, item(math.MaxUint64, 1, []byte("x"))); kindOf(err) != entente.Implausible {
		t.Errorf("a wild epoch: %v", err)
	}
	cursors, err := s.Cursors(ctx, "KAZ")
	must(t, err)
	want := map[string]Cursor{"acts": item(2, 1, []byte("new epoch")).Cursor}
	if !reflect.DeepEqual(cursors, want) {
		t.Errorf("cursors %+v", cursors)
	}
	items, err := s.Inbox(ctx, 0, 10)
	must(t, err)
	var raws []string
	for _, i := range items {
		raws = append(raws, string(i.Raw))
	}
	if strings.Join(raws, ",") != "one,four,new epoch" {
		t.Errorf("items %q", raws)
	}
	rest, err := s.Inbox(ctx, items[0].Place, 1)
	must(t, err)
	if len(rest) != 1 || string(rest[0].Raw) != "four" || rest[0].From != "KAZ" || rest[0].Type != "act/1" || rest[0].Time != noon {
		t.Errorf("the next %+v", rest)
	}
	if n, err := s.PruneInbox(ctx, "act/1", noon+1); n != 3 || err != nil {
		t.Errorf("pruned %d, %v", n, err)
	}
	if cursors, _ = s.Cursors(ctx, "KAZ"); !reflect.DeepEqual(cursors, want) {
		t.Error("pruning moved the cursor")
	}
}

// TestInboxIsAModel stores random items and compares with the plain statement of what must come of it.
func TestInboxIsAModel(t *testing.T) {
	ctx := context.Background()
	s, round, place := open(t), 0, int64(0)
	rapid.Check(t, func(rt *rapid.T) {
		round++
		partner := entente.MemberID(fmt.Sprint("P", round)) // a fresh one each time
		type at struct{ epoch, seq uint64 }
		var head at
		kept := map[at]string{}
		for i := range rapid.IntRange(1, 12).Draw(rt, "items") {
			p := at{rapid.Uint64Range(1, 3).Draw(rt, "epoch"), rapid.Uint64Range(1, 5).Draw(rt, "seq")}
			raw := fmt.Sprint("raw ", i)
			err := s.Receive(ctx, Received{From: partner, Stream: "s", Raw: []byte(raw), Cursor: Cursor{Epoch: p.epoch, Seq: p.seq}})
			back := p.epoch < head.epoch || p.epoch == head.epoch && p.seq < head.seq
			if back != (err != nil) {
				rt.Fatalf("item %v at %v: %v", p, head, err)
			}
			if !back {
				head = p
				if _, ok := kept[p]; !ok {
					kept[p] = raw
				}
			}
		}
		items, err := s.Inbox(ctx, place, 100)
		must(t, err)
		if len(items) > 0 {
			place = items[len(items)-1].Place
		}
		if len(items) != len(kept) {
			rt.Fatalf("%d items kept, want %d", len(items), len(kept))
		}
		for _, i := range items {
			if i.From != partner || kept[at{i.Cursor.Epoch, i.Cursor.Seq}] != string(i.Raw) {
				rt.Fatalf("item %v holds %q", i.Cursor, i.Raw)
			}
		}
	})
}

func TestAlerts(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	alert := func(id string, state entente.AlertState, seen entente.Instant) entente.Alert {
		return entente.Alert{ID: id, State: state, LastSeen: seen, Origin: "BLR", Condition: entente.Condition{Rule: "airspace.entry", Severity: entente.Warning, Title: "entry"}}
	}
	a, b := alert("a", entente.Raised, noon), alert("b", entente.Raised, noon+1)
	must(t, s.PutAlerts(ctx, a, b))
	a.State, a.Owner = entente.Acknowledged, "duty officer"
	must(t, s.PutAlerts(ctx, a))
	got, err := s.OpenAlerts(ctx)
	must(t, err)
	if !reflect.DeepEqual(got, []entente.Alert{b, a}) {
		t.Errorf("open %+v", got)
	}
	b.State = entente.Closed
	must(t, s.PutAlerts(ctx, b))
	if got, _ = s.OpenAlerts(ctx); len(got) != 1 || got[0].ID != "a" {
		t.Errorf("open after closing %+v", got)
	}
	if got, _ = s.Alerts(ctx, noon+1, 10); len(got) != 1 || got[0].ID != "b" {
		t.Errorf("since %+v", got)
	}
}

func TestDocumentsAndModels(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	doc := func(id, state string, at entente.Instant) Document {
		return Document{Kind: "report", ID: id, State: state, Time: at, JSON: json.RawMessage(`{"id":"` + id + `"}`)}
	}
	must(t, s.PutDocuments(ctx, doc("a", "new", noon), doc("b", "new", noon+1), doc("a", "read", noon)))
	if err := s.PutDocuments(ctx, Document{Kind: "report", ID: "c", JSON: json.RawMessage("{")}); err == nil {
		t.Error("what is no JSON was kept")
	}
	d, ok, err := s.Document(ctx, "report", "a")
	must(t, err)
	if !ok || !reflect.DeepEqual(d, doc("a", "read", noon)) {
		t.Errorf("document %+v", d)
	}
	for _, c := range []struct {
		state string
		since entente.Instant
		want  string
	}{{"", 0, "b,a"}, {"new", 0, "b"}, {"", noon + 1, "b"}, {"gone", 0, ""}} {
		list, err := s.Documents(ctx, "report", c.state, c.since, 10)
		must(t, err)
		var ids []string
		for _, d := range list {
			ids = append(ids, d.ID)
		}
		if strings.Join(ids, ",") != c.want {
			t.Errorf("%q since %s: %v", c.state, c.since, ids)
		}
	}
	must(t, s.Put(ctx, "pages", "1", json.RawMessage(`1`)))
	must(t, s.Put(ctx, "other", "1", json.RawMessage(`1`)))
	broken := errors.New("broken")
	err = s.Rebuild(ctx, "pages", func(put func(string, json.RawMessage) error) error {
		must(t, put("2", json.RawMessage(`2`)))
		return broken
	})
	if _, ok, _ := s.Get(ctx, "pages", "1"); !errors.Is(err, broken) || !ok {
		t.Errorf("a failed rebuilding left nothing: %v", err)
	}
	must(t, s.Rebuild(ctx, "pages", func(put func(string, json.RawMessage) error) error { return put("2", json.RawMessage(`2`)) }))
	all, err := s.All(ctx, "pages")
	must(t, err)
	if len(all) != 1 || string(all[0]) != "2" {
		t.Errorf("rebuilt %s", all)
	}
	if _, ok, _ := s.Get(ctx, "other", "1"); !ok {
		t.Error("rebuilding one model dropped another")
	}
}

func TestAuditTrail(t *testing.T) {
	ctx := context.Background()
	s := open(t)
	for _, action := range []string{"sign_in", "export", "sign_out"} {
		must(t, s.Audit(ctx, Audit{Time: noon, Person: "duty officer", Action: action, About: "x", Detail: "y"}))
	}
	list, err := s.AuditTrail(ctx, 1, 10)
	must(t, err)
	if len(list) != 2 || list[0] != (Audit{2, noon, "duty officer", "export", "x", "y"}) || list[1].Action != "sign_out" {
		t.Errorf("trail %+v", list)
	}
}
