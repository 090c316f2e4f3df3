package alert

import (
	"fmt"
	"slices"
	"testing"

	"entente"

	"pgregory.net/rapid"
)

// model is what an outside observer knows of one cause.
type model struct {
	open    bool // an alert waits for a person
	id      string
	reports int
}

// TestLifeCycle runs any sequence of reports and handlings and checks what the desk promises.
func TestLifeCycle(t *testing.T) {
	keys := []string{"a", "b", "c"}
	rapid.Check(t, func(t *rapid.T) {
		d := New(Config{Origin: "BLR", Quiet: 20, Keep: 1000})
		now := start
		causes := map[string]*model{"a": {}, "b": {}, "c": {}}
		ids := map[string]bool{}
		t.Repeat(map[string]func(*rapid.T){
			"observe": func(t *rapid.T) {
				now = now.Add(rapid.Float64Range(0, 15).Draw(t, "dt"))
				holding := rapid.SliceOfDistinct(rapid.SampledFrom(keys), rapid.ID).Draw(t, "holding")
				for _, a := range d.Observe(conditions(holding...), now) {
					m := causes[a.Condition.Key]
					if a.Raised == now && a.Count == 1 && !ids[a.ID] {
						if m.open {
							t.Fatalf("%s raised again while %s is open", a.Condition.Key, m.id)
						}
						ids[a.ID] = true
						*m = model{open: true, id: a.ID}
					}
					if a.Ceased != 0 && slices.Contains(holding, a.Condition.Key) {
						t.Fatalf("%s said to have ceased while it holds", a.Condition.Key)
					}
				}
				for _, k := range holding {
					causes[k].reports++
				}
			},
			"acknowledge": func(t *rapid.T) {
				m := causes[rapid.SampledFrom(keys).Draw(t, "key")]
				a, err := d.Acknowledge(m.id, "Maria", "", now)
				if (err == nil) != m.open || err == nil && a.State != entente.Acknowledged {
					t.Fatalf("open %v, %v, %+v", m.open, err, a)
				}
			},
			"close": func(t *rapid.T) {
				m := causes[rapid.SampledFrom(keys).Draw(t, "key")]
				a, err := d.Close(m.id, "Maria", "", now)
				if (err == nil) != m.open || err == nil && a.State != entente.Closed {
					t.Fatalf("open %v, %v, %+v", m.open, err, a)
				}
				m.open = false
			},
			"restart": func(t *rapid.T) {
				stored := d.List(Filter{})
				e := New(Config{Origin: "BLR", Quiet: 20, Keep: 1000})
				if n := e.Restore("", stored); n != len(stored) {
					t.Fatalf("%d of %d restored", n, len(stored))
				}
				if fmt.Sprint(e.List(Filter{})) != fmt.Sprint(stored) {
					t.Fatal("restored alerts differ")
				}
				d = e
			},
			"": func(t *rapid.T) {
				open := 0
				for k, m := range causes {
					list := d.List(Filter{Rule: k, States: []entente.AlertState{entente.Raised, entente.Acknowledged}})
					if len(list) > 1 || (len(list) == 1) != m.open {
						t.Fatalf("%s: %d open alerts, want %v", k, len(list), m.open)
					}
					open += len(list)
				}
				if d.open != open {
					t.Fatalf("the desk counts %d open, there are %d", d.open, open)
				}
			},
		})
	})
}

// TestSameReportsSameAlerts: the desk is a function of what it is told.
func TestSameReportsSameAlerts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d, e := New(Config{Origin: "A"}), New(Config{Origin: "A"})
		for i := range 30 {
			holding := rapid.SliceOfDistinct(rapid.SampledFrom([]string{"a", "b", "c", "d"}), rapid.ID).Draw(t, "holding")
			now := start.Add(float64(i) * 7)
			x := d.Observe(conditions(holding...), now)
			slices.Reverse(holding)
			y := e.Observe(conditions(holding...), now)
			if fmt.Sprint(x) != fmt.Sprint(y) {
				t.Fatalf("%v and %v", x, y)
			}
		}
	})
}

func TestRestoreSkipsWhatItHasOrCannotUse(t *testing.T) {
	d := New(Config{})
	have := d.Observe(conditions("a"), start)
	if n := d.Restore("", append(have, entente.Alert{}, entente.Alert{ID: "x"})); n != 0 {
		t.Errorf("%d restored", n)
	}
	// An open alert is stronger than an older or newer closed one of the same cause.
	open, shut := have[0], have[0]
	shut.ID, shut.State, shut.Raised, shut.Ceased = "shut", entente.Closed, start.Add(1), start.Add(2)
	e := New(Config{})
	e.Restore("", []entente.Alert{shut, open})
	if c := e.Observe(conditions("a"), start.Add(500)); len(c) != 0 {
		t.Errorf("raised beside the open one: %+v", c)
	}
}

func BenchmarkObserve1000(b *testing.B) {
	var list []entente.Condition
	for i := range 1000 {
		list = append(list, condition(fmt.Sprintf("rule/%d", i)))
	}
	d := New(Config{})
	now := start
	for b.Loop() {
		now = now.Add(1)
		d.Observe(list, now)
	}
}
