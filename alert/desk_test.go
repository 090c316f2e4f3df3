package alert

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"entente"
)

const start = entente.Instant(1_700_000_000e9)

func condition(key string) entente.Condition {
	rule, _, _ := strings.Cut(key, "/")
	return entente.Condition{Key: key, Rule: rule, Severity: entente.Warning, Member: "BLR", Title: key, Time: start, Evidence: []entente.Evidence{{Name: "n", Value: "v"}}}
}

func conditions(keys ...string) (list []entente.Condition) {
	for _, k := range keys {
		list = append(list, condition(k))
	}
	return list
}

func TestOneAlertWhileTheCauseLasts(t *testing.T) {
	d := New(Config{Origin: "BLR"})
	first := d.Observe(conditions("a/1"), start)
	if len(first) != 1 || first[0].State != entente.Raised || first[0].Count != 1 || first[0].Origin != "BLR" || !strings.HasPrefix(first[0].ID, "blr-") {
		t.Fatalf("%+v", first)
	}
	for i := range 5 {
		if changed := d.Observe(conditions("a/1", "a/1"), start.Add(float64(i+1))); len(changed) != 0 {
			t.Fatalf("report %d changed %+v", i, changed)
		}
	}
	a, ok := d.Get(first[0].ID)
	if !ok || a.Count != 6 || a.LastSeen != start.Add(5) || a.Raised != start || a.Ceased != 0 {
		t.Errorf("%+v", a)
	}
	ceased := d.Observe(nil, start.Add(10))
	if len(ceased) != 1 || ceased[0].Ceased != start.Add(10) || ceased[0].State != entente.Raised {
		t.Fatalf("%+v", ceased)
	}
	if again := d.Observe(nil, start.Add(11)); len(again) != 0 {
		t.Errorf("ceased twice: %+v", again)
	}
	back := d.Observe(conditions("a/1"), start.Add(12))
	if len(back) != 1 || back[0].ID != first[0].ID || back[0].Ceased != 0 || len(d.List(Filter{})) != 1 {
		t.Errorf("come back before anyone closed it: %+v", back)
	}
}

func TestClosedIsNotRaisedAgainWhileTheCauseLasts(t *testing.T) {
	d := New(Config{Quiet: 30})
	id := d.Observe(conditions("a"), start)[0].ID
	if _, err := d.Close(id, "Maria", "a balloon", start.Add(1)); err != nil {
		t.Fatal(err)
	}
	for s := 2.0; s < 100; s++ {
		if c := d.Observe(conditions("a"), start.Add(s)); len(c) != 0 {
			t.Fatalf("raised again while it lasts: %+v", c)
		}
	}
	if c := d.Observe(nil, start.Add(100)); len(c) != 1 || c[0].State != entente.Closed || c[0].Ceased == 0 {
		t.Fatalf("%+v", c)
	}
	c := d.Observe(conditions("a"), start.Add(101))
	if len(c) != 1 || c[0].ID == id || c[0].State != entente.Raised {
		t.Fatalf("not raised after ceasing: %+v", c)
	}
}

func TestQuietTime(t *testing.T) {
	d := New(Config{Quiet: 30})
	id := d.Observe(conditions("a"), start)[0].ID
	d.Observe(nil, start.Add(1))
	d.Close(id, "Maria", "", start.Add(2))
	if c := d.Observe(conditions("a"), start.Add(31)); len(c) != 0 {
		t.Errorf("raised 29 s after closing: %+v", c)
	}
	if c := d.Observe(conditions("a"), start.Add(32)); len(c) != 1 || c[0].ID == id {
		t.Errorf("not raised 30 s after closing: %+v", c)
	}
	n := New(Config{Quiet: -1})
	id = n.Observe(conditions("a"), start)[0].ID
	n.Close(id, "Maria", "", start)
	n.Observe(nil, start)
	if c := n.Observe(conditions("a"), start); len(c) != 1 || c[0].ID == id {
		t.Errorf("without quiet time, at the same instant: %+v", c)
	}
}

func TestGraverCausesShow(t *testing.T) {
	d := New(Config{Keep: 1})
	d.Observe(conditions("a"), start)
	worse := condition("a")
	worse.Severity, worse.Title = entente.Critical, "now suspect"
	c := d.Observe([]entente.Condition{worse}, start.Add(1))
	if len(c) != 1 || c[0].Condition.Title != "now suspect" || c[0].Raised != start || c[0].Count != 2 {
		t.Fatalf("%+v", c)
	}
	if c := d.Observe(conditions("a"), start.Add(2)); len(c) != 0 {
		t.Errorf("milder again is no news: %+v", c)
	}
	// Closed as a warning, then critical while it lasts: a new alert, and the old one may be forgotten.
	id := d.Observe(conditions("a", "b"), start.Add(3))[0].ID
	d.Close(id, "Maria", "a balloon", start.Add(4))
	worse.Key = "b"
	c = d.Observe(append(conditions("a"), worse), start.Add(5))
	if len(c) != 1 || c[0].ID == id || c[0].Condition.Severity != entente.Critical {
		t.Fatalf("%+v", c)
	}
	if old, ok := d.Get(id); !ok || old.Ceased != start.Add(5) || len(d.closed) != 1 {
		t.Errorf("%+v, %v", old, d.closed)
	}
}

func TestScopesCeaseApart(t *testing.T) {
	d := New(Config{})
	d.ObserveFrom("airspace", conditions("a"), start)
	if c := d.ObserveFrom("watch", conditions("w"), start.Add(1)); len(c) != 1 {
		t.Errorf("the watch's report ended the airspace's: %+v", c)
	}
	if c := d.ObserveFrom("airspace", nil, start.Add(2)); len(c) != 1 || c[0].Condition.Key != "a" {
		t.Errorf("%+v", c)
	}
}

func TestLifeCycleByPersons(t *testing.T) {
	d := New(Config{})
	id := d.Observe(conditions("a"), start)[0].ID
	a, err := d.Acknowledge(id, "Maria", "calling the sector", start.Add(1))
	if err != nil || a.State != entente.Acknowledged || a.Owner != "Maria" {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err = d.Acknowledge(id, "Ivan", "taking over", start.Add(2)); err != nil || a.Owner != "Ivan" {
		t.Fatalf("%+v, %v", a, err)
	}
	if a, err = d.LinkConsultation(id, "c-1", "Ivan", start.Add(3)); err != nil || a.Opened != "c-1" || a.State != entente.Acknowledged {
		t.Fatalf("%+v, %v", a, err)
	}
	if _, err = d.LinkConsultation(id, "c-1", "Ivan", start.Add(3)); err != nil {
		t.Errorf("the same consultation again: %v", err)
	}
	if a, err = d.Close(id, "Ivan", "landed", start.Add(4)); err != nil || a.State != entente.Closed || a.Owner != "Ivan" {
		t.Fatalf("%+v, %v", a, err)
	}
	if len(a.Log) != 5 || a.Log[4] != (entente.Handling{Time: start.Add(4), Person: "Ivan", State: entente.Closed, Note: "landed"}) {
		t.Errorf("log %+v", a.Log)
	}
}

func TestRefusals(t *testing.T) {
	d := New(Config{})
	open := d.Observe(conditions("a"), start)[0].ID
	shut := d.Observe(conditions("a", "b"), start)[0].ID
	d.Close(shut, "Maria", "", start)
	d.LinkConsultation(open, "c-1", "Maria", start)
	for _, c := range []struct {
		name string
		do   func() error
		kind entente.ErrorKind
	}{
		{"acknowledge nothing", func() error { _, err := d.Acknowledge("x", "Maria", "", start); return err }, entente.NotFound},
		{"close nothing", func() error { _, err := d.Close("x", "Maria", "", start); return err }, entente.NotFound},
		{"nobody closes", func() error { _, err := d.Close(open, "", "", start); return err }, entente.Refused},
		{"close the closed", func() error { _, err := d.Close(shut, "Maria", "", start); return err }, entente.Refused},
		{"acknowledge the closed", func() error { _, err := d.Acknowledge(shut, "Maria", "", start); return err }, entente.Refused},
		{"link the closed", func() error { _, err := d.LinkConsultation(shut, "c", "Maria", start); return err }, entente.Refused},
		{"link a second", func() error { _, err := d.LinkConsultation(open, "c-2", "Maria", start); return err }, entente.Refused},
		{"link nothing", func() error { _, err := d.LinkConsultation(open, "", "Maria", start); return err }, entente.Malformed},
		{"a long note", func() error { _, err := d.Close(open, "Maria", strings.Repeat("x", MaxNote+1), start); return err }, entente.TooLarge},
		{"no UTF-8", func() error { _, err := d.Close(open, "Maria", "\xff", start); return err }, entente.Malformed},
	} {
		var e *entente.Error
		if err := c.do(); !errors.As(err, &e) || e.Kind != c.kind || e.Next == "" || e.Reason == "" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for range MaxLog {
		d.Acknowledge(open, "Maria", "", start)
	}
	if _, err := d.Acknowledge(open, "Maria", "", start); err == nil {
		t.Error("the log has no end")
	}
	if _, err := d.Close(open, "Maria", "", start); err != nil {
		t.Errorf("a full log keeps it from being closed: %v", err)
	}
}

func TestBounds(t *testing.T) {
	d := New(Config{Limit: 10, Keep: 3})
	var many []entente.Condition
	for i := range 20 {
		many = append(many, condition(string(rune('a'+i))))
	}
	if c := d.Observe(many, start); len(c) != 10 || d.Counters().Refused != 10 {
		t.Fatalf("%d raised, %+v", len(c), d.Counters())
	}
	d.Observe(nil, start.Add(1))
	for _, a := range d.List(Filter{}) {
		d.Close(a.ID, "Maria", "", start.Add(2))
	}
	if n := len(d.List(Filter{})); n != 3 || d.Counters().Evicted != 7 || len(d.current) != 3 {
		t.Errorf("%d kept, %+v", n, d.Counters())
	}
	if c := d.Observe(conditions(""), start); len(c) != 0 || d.Counters().Refused != 11 {
		t.Error("a condition without key was taken")
	}
	// A closed alert whose cause lasts is not forgotten, else it would be raised again.
	e := New(Config{Keep: 1})
	for _, a := range e.Observe(conditions("a", "b", "c"), start) {
		e.Close(a.ID, "Maria", "", start)
	}
	if c := e.Observe(conditions("a", "b", "c"), start.Add(1000)); len(c) != 0 {
		t.Errorf("raised again: %+v", c)
	}
}

func TestListOrderAndFilter(t *testing.T) {
	d := New(Config{})
	worse := condition("airspace.entry/1")
	worse.Severity, worse.Member = entente.Critical, "RUS"
	d.Observe([]entente.Condition{condition("airspace.approach/1")}, start)
	all := append(conditions("airspace.approach/1", "zone.entry/2"), worse)
	d.Observe(all, start.Add(1))
	shut := d.List(Filter{Rule: "zone.entry"})[0].ID
	d.Close(shut, "Maria", "", start.Add(2))
	var got []string
	for _, a := range d.List(Filter{}) {
		got = append(got, a.Condition.Key)
	}
	if strings.Join(got, " ") != "airspace.entry/1 airspace.approach/1 zone.entry/2" {
		t.Errorf("order %v", got)
	}
	for _, c := range []struct {
		name string
		f    Filter
		want int
	}{
		{"all", Filter{}, 3}, {"open", Filter{States: []entente.AlertState{entente.Raised, entente.Acknowledged}}, 2},
		{"closed", Filter{States: []entente.AlertState{entente.Closed}}, 1}, {"critical", Filter{Severity: entente.Critical}, 1},
		{"rules of airspace", Filter{Rule: "airspace."}, 2}, {"one rule", Filter{Rule: "airspace.entry"}, 1}, {"part of a name", Filter{Rule: "airspace"}, 0},
		{"one member", Filter{Member: "RUS"}, 1}, {"limit", Filter{Limit: 2}, 2},
	} {
		if n := len(d.List(c.f)); n != c.want {
			t.Errorf("%s: %d, want %d", c.name, n, c.want)
		}
	}
	if _, ok := d.Get("x"); ok {
		t.Error("got what is not there")
	}
}

func TestCallersDoNotShareTheDesksSlices(t *testing.T) {
	d := New(Config{})
	in := conditions("a")
	out := d.Observe(in, start)
	in[0].Evidence[0].Value = "changed"
	out[0].Condition.Evidence[0].Value = "changed too"
	if a, _ := d.Get(out[0].ID); a.Condition.Evidence[0].Value != "v" {
		t.Errorf("evidence is %q", a.Condition.Evidence[0].Value)
	}
}

func TestManyGoroutines(t *testing.T) {
	d := New(Config{})
	var g sync.WaitGroup
	for i := range 8 {
		g.Go(func() {
			for s := range 50 {
				for _, a := range d.ObserveFrom(string(rune('a'+i)), conditions(string(rune('a'+i))), start.Add(float64(s))) {
					d.Acknowledge(a.ID, "Maria", "", start)
				}
				d.List(Filter{})
			}
		})
	}
	g.Wait()
	if n := len(d.List(Filter{States: []entente.AlertState{entente.Acknowledged}})); n != 8 {
		t.Errorf("%d alerts, want 8", n)
	}
}
