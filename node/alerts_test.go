package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"entente"
	"entente/alert"
	"entente/store"
)

// desk is an alert room on a store of its own, with what it did.
type desk struct {
	*alertRoom
	now      entente.Instant
	kept     []entente.Alert
	released []entente.Alert
	acts     []string
	fails    error // what keeping gives
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	s, err := store.Open(t.Context(), t.TempDir()+"/n.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &desk{now: at(0)}
	d.alertRoom = d.on(s)
	return d
}

func (d *desk) on(s *store.Store) *alertRoom {
	return &alertRoom{desk: alert.New(alert.Config{Origin: "ALF"}), now: func() entente.Instant { return d.now }, store: s,
		keep:    func(_ context.Context, a entente.Alert) error { d.kept = append(d.kept, a); return d.fails },
		release: func(_ context.Context, a entente.Alert) { d.released = append(d.released, a) },
		sign: func(_ context.Context, kind, person string, _ any) error {
			d.acts = append(d.acts, kind+" by "+person)
			return nil
		},
		changed: func() {}, foreign: map[entente.MemberID]map[string]entente.Alert{}}
}

func condition(key string) entente.Condition {
	return entente.Condition{Key: key, Rule: "airspace.entry", Severity: entente.Warning, Title: key, Time: at(0)}
}

func TestAlertsAreKeptAndReleased(t *testing.T) {
	d := newDesk(t)
	hold := []entente.Condition{condition("a"), condition("b")}
	for range 3 {
		if err := d.observe(t.Context(), "airspace", hold); err != nil {
			t.Fatal(err)
		}
	}
	if len(d.kept) != 2 || len(d.released) != 2 || len(d.list()) != 2 {
		t.Fatalf("%d kept, %d released, %d listed for two causes", len(d.kept), len(d.released), len(d.list()))
	}
	id := d.list()[0].ID
	if err := d.handle(t.Context(), actAlertAck, "Ann", id, "looking", d.desk.Acknowledge); err != nil {
		t.Fatal(err)
	}
	if a, _ := d.get(id); a.State != entente.Acknowledged || a.Owner != "Ann" || len(d.acts) != 1 || d.acts[0] != "alert.acknowledge by Ann" {
		t.Errorf("%+v, acts %v", a, d.acts)
	}
	if err := d.link(t.Context(), id, "c1", "Ann"); err != nil {
		t.Fatal(err)
	}
	if last := d.kept[len(d.kept)-1]; last.Opened != "c1" {
		t.Errorf("kept last: %+v", last)
	}
	if err := d.link(t.Context(), "a partner's", "c1", "Ann"); err != nil {
		t.Errorf("a partner's alert is noted there: %v", err)
	}
	for _, err := range []error{
		d.handle(t.Context(), actAlertAck, "Ann", "nothing", "", d.desk.Acknowledge),
		d.handle(t.Context(), actAlertClose, "", id, "", d.desk.Close),
	} {
		if err == nil || len(d.acts) != 1 {
			t.Errorf("handled: %v, acts %v", err, d.acts)
		}
	}
}

// TestPartnersAreWarnedThoughTheDiskIsFull: all of several alerts leave, and the error comes back.
func TestPartnersAreWarnedThoughTheDiskIsFull(t *testing.T) {
	d := newDesk(t)
	d.fails = errors.New("disk full")
	err := d.observe(t.Context(), "airspace", []entente.Condition{condition("a"), condition("b")})
	if !errors.Is(err, d.fails) || len(d.released) != 2 {
		t.Errorf("%v, %d released", err, len(d.released))
	}
}

func foreign(origin entente.MemberID, id string, raised float64, s entente.AlertState) []byte {
	b, err := json.Marshal(entente.Alert{ID: id, Origin: origin, State: s, Raised: at(raised), LastSeen: at(raised), Condition: condition("x")})
	if err != nil {
		panic(err)
	}
	return b
}

func TestPartnersAlerts(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		payload []byte
		kind    entente.ErrorKind
	}{
		"of another origin": {foreign("CHA", "x", 0, entente.Raised), entente.Unauthorised},
		"of this member":    {foreign("ALF", "x", 0, entente.Raised), entente.Unauthorised},
		"without a name":    {foreign("BRA", "", 0, entente.Raised), entente.Unauthorised},
		"no JSON":           {[]byte("{"), entente.Malformed},
		"too large":         {[]byte(`{"id":"` + strings.Repeat("x", maxForeignBytes) + `"}`), entente.TooLarge},
	} {
		if err := d.receive(t.Context(), "BRA", c.payload); !isKind(err, c.kind) {
			t.Errorf("%s: %v, want %s", name, err, c.kind)
		}
	}
	if len(d.list()) > 0 {
		t.Errorf("refused ones are listed: %v", d.list())
	}
	for _, s := range []entente.AlertState{entente.Raised, entente.Raised, entente.Acknowledged} {
		if err := d.receive(t.Context(), "BRA", foreign("BRA", "x", 0, s)); err != nil {
			t.Fatal(err)
		}
	}
	if a, ok := d.get("x"); !ok || a.State != entente.Acknowledged || len(d.list()) != 1 {
		t.Errorf("%+v of %d", a, len(d.list()))
	}
}

func TestPartnersAlertsAreBoundedOneByOne(t *testing.T) {
	d := newDesk(t)
	for _, b := range [][]byte{foreign("CHA", "kept", -1000, entente.Raised)} {
		if err := d.receive(t.Context(), "CHA", b); err != nil {
			t.Fatal(err)
		}
	}
	d.take(entente.Alert{ID: "closed", Origin: "BRA", State: entente.Closed, Raised: at(1e6), LastSeen: at(0)})
	for i := range maxForeign + 10 {
		d.take(entente.Alert{ID: fmt.Sprint(i), Origin: "BRA", State: entente.Raised, Raised: at(float64(i))})
	}
	if n := len(d.foreign["BRA"]); n != maxForeign {
		t.Errorf("%d of Bravo's", n)
	}
	for id, want := range map[string]bool{"closed": false, "0": false, "9": false, "10": true} {
		if _, ok := d.get(id); ok != want {
			t.Errorf("%s is there: %t, want %t", id, ok, want)
		}
	}
	if _, ok := d.get("kept"); !ok {
		t.Error("one partner's many alerts drove out another's")
	}
}

func TestPartnersAlertsComeBack(t *testing.T) {
	d := newDesk(t)
	for _, c := range []struct {
		id string
		s  entente.AlertState
	}{{"open", entente.Raised}, {"shut", entente.Closed}} {
		if err := d.receive(t.Context(), "BRA", foreign("BRA", c.id, 0, c.s)); err != nil {
			t.Fatal(err)
		}
	}
	d.now = at(closedKept + 1)
	if n := len(d.list()); n != 1 {
		t.Errorf("%d listed a day later, want the open one", n)
	}
	again := d.on(d.store)
	if err := again.restore(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, ok := again.get("open"); !ok || len(again.list()) != 1 {
		t.Errorf("came back: %v", again.list())
	}
	if docs, err := d.store.All(t.Context(), kindForeign); err != nil || len(docs) != 1 {
		t.Errorf("%d stay in the store: %v", len(docs), err)
	}
}
