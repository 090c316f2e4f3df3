package watch

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

func proposal(id, report string, e entente.Event) entente.Proposal {
	return entente.Proposal{ID: id, Report: report, Event: e, Evidence: []string{"words of " + id}, Rule: "test"}
}

func clash(day, place string, killed int, actors ...string) entente.Event {
	return entente.Event{Type: entente.EventArmedClash, Modality: entente.ModalityAsserted, Date: day, DatePrecision: "day", Place: place, Parties: actors, Killed: &killed}
}

func mustApply(t testing.TB, d *Desk, a entente.Act, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Apply(a); err != nil {
		t.Fatal(err)
	}
}

func TestDeskLifeOfAProposal(t *testing.T) {
	d := NewDesk()
	p := proposal("p1", "r1", clash("2031-05-13", "Bree", 3, "ARN", "RUR"))
	if n := d.Offer([]entente.Proposal{p, p}); n != 1 {
		t.Fatalf("offered twice, counted %d", n)
	}
	if got := d.Pending(); len(got) != 1 || got[0].Standing != entente.ProposalPending {
		t.Fatalf("pending: %+v", got)
	}
	a, err := d.Accept("p1", "RUR", "duty officer", 100, "two wires")
	if err != nil {
		t.Fatal(err)
	}
	if a.Kind != ActConfirm || a.Member != "RUR" || a.Person != "duty officer" || a.Time != 100 || a.Seq != 0 {
		t.Fatalf("act: %+v", a)
	}
	if len(d.Events()) != 0 {
		t.Fatal("an act that nobody signed changed the desk")
	}
	mustApply(t, d, a, nil)
	events := d.Events()
	if len(events) != 1 || events[0].Person != "duty officer" || events[0].Sources[0].Report != "r1" || events[0].Corrected || events[0].Note != "two wires" {
		t.Fatalf("events: %+v", events)
	}
	if len(d.Pending()) != 0 {
		t.Fatal("a confirmed proposal is still pending")
	}

	four := p.Event
	four.Place = "Zenda"
	c, err := d.Correct("p1", four, "RUR", "analyst", 200, "place corrected")
	mustApply(t, d, c, err)
	if e := d.Events()[0]; e.Place != "Zenda" || !e.Corrected || e.Person != "analyst" {
		t.Fatalf("correction: %+v", e)
	}
	if p, _ := d.Proposal("p1"); p.Standing != entente.ProposalCorrected {
		t.Fatalf("standing %s", p.Standing)
	}

	r, err := d.Reject("p1", "RUR", "analyst", 300, "the wire withdrew it")
	mustApply(t, d, r, err)
	if len(d.Events()) != 0 {
		t.Fatal("a withdrawn event still stands")
	}
	if p, _ := d.Proposal("p1"); p.Standing != entente.ProposalRejected {
		t.Fatalf("standing %s", p.Standing)
	}
}

func TestDeskRefuses(t *testing.T) {
	d := NewDesk()
	d.Offer([]entente.Proposal{proposal("p1", "r1", clash("2031-05-13", "Bree", 3, "ARN"))})
	for name, f := range map[string]func() error{
		"unknown proposal":        func() error { _, err := d.Accept("p9", "RUR", "x", 1, ""); return err },
		"no person":               func() error { _, err := d.Accept("p1", "RUR", " ", 1, ""); return err },
		"no member":               func() error { _, err := d.Accept("p1", "", "x", 1, ""); return err },
		"no time":                 func() error { _, err := d.Accept("p1", "RUR", "x", 0, ""); return err },
		"rejection without why":   func() error { _, err := d.Reject("p1", "RUR", "x", 1, ""); return err },
		"rejection of nothing":    func() error { _, err := d.Reject("p9", "RUR", "x", 1, "why"); return err },
		"correction without type": func() error { _, err := d.Correct("p1", entente.Event{}, "RUR", "x", 1, ""); return err },
		"merge into nothing":      func() error { _, err := d.Merge("p1", "p2", false, "RUR", "x", 1, ""); return err },
		"merge into itself":       func() error { _, err := d.Merge("p1", "p1", false, "RUR", "x", 1, ""); return err },
		"broken confirmation":     func() error { return d.Apply(entente.Act{Kind: ActConfirm, Data: json.RawMessage(`{"proposal":1}`)}) },
		"empty confirmation":      func() error { return d.Apply(entente.Act{Kind: ActConfirm, Data: json.RawMessage(`{}`)}) },
		"broken rejection":        func() error { return d.Apply(entente.Act{Kind: ActReject, Data: json.RawMessage(`[`)}) },
		"confirmation of itself": func() error {
			return d.Apply(entente.Act{Kind: ActConfirm, Data: json.RawMessage(`{"proposal":"a","into":"a","event":{"type":"VISIT","modality":"asserted"}}`)})
		},
	} {
		err := f()
		var e *entente.Error
		if !errors.As(err, &e) || e.Next == "" {
			t.Errorf("%s: got %v, want an entente.Error that says what to do next", name, err)
		}
	}
	if len(d.Pending()) != 1 || len(d.Events()) != 0 {
		t.Error("a refused act changed the desk")
	}
	if err := d.Apply(entente.Act{Kind: "position.take", Data: json.RawMessage(`{}`)}); err != nil {
		t.Errorf("an act of another room: %v", err)
	}
}

// TestMergeRevisesTheToll: a second wire becomes a source of the same event, and its later toll supersedes.
func TestMergeRevisesTheToll(t *testing.T) {
	d := NewDesk()
	d.Offer([]entente.Proposal{
		proposal("p1", "r1", clash("2031-05-13", "Bree", 3, "ARN", "RUR")),
		proposal("p2", "r2", clash("2031-05-14", "Bree", 5, "RUR")),
		proposal("p3", "r3", clash("2031-05-16", "Bree", 1, "RUR")),
		proposal("p4", "r4", clash("2031-05-13", "Zenda", 1, "RUR")),
		proposal("p5", "r5", clash("2031-05-13", "Bree", 1, "GRF")),
	})
	a, err := d.Accept("p1", "RUR", "x", 100, "")
	mustApply(t, d, a, err)
	dup := d.Duplicates()
	if len(dup) != 1 || dup[0].Proposal != "p2" || dup[0].Of != "p1" {
		t.Fatalf("duplicates: %+v (another day, place or actor is none)", dup)
	}
	m, err := d.Merge("p2", "p1", true, "RUR", "x", 200, "later toll")
	mustApply(t, d, m, err)
	e := d.Events()
	if len(e) != 1 || len(e[0].Sources) != 2 || *e[0].Killed != 5 || e[0].Sources[1].Report != "r2" {
		t.Fatalf("merged: %+v", e)
	}
	if p, _ := d.Proposal("p2"); p.Standing != entente.ProposalMerged {
		t.Fatalf("standing %s", p.Standing)
	}
	r, err := d.Reject("p1", "RUR", "x", 300, "first wire withdrawn")
	mustApply(t, d, r, err)
	if e := d.Events(); len(e) != 1 || e[0].ID != "p2" {
		t.Fatalf("a merged source was lost with the event it was merged into: %+v", e)
	}
}

// TestDeskOrderDoesNotMatter: the same acts in any order, and any of them twice, make the same desk.
func TestDeskOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := NewDesk()
		var ps []entente.Proposal
		for k := range 4 {
			ps = append(ps, proposal(string(rune('a'+k)), "r", clash("2031-05-13", "Bree", k, "ARN")))
		}
		d.Offer(ps)
		var acts []entente.Act
		for k := range rapid.IntRange(1, 12).Draw(rt, "acts") {
			id := ps[rapid.IntRange(0, 3).Draw(rt, "proposal")].ID
			at := entente.Instant(rapid.IntRange(1, 4).Draw(rt, "time"))
			var a entente.Act
			var err error
			switch rapid.IntRange(0, 3).Draw(rt, "what") {
			case 0:
				a, err = d.Accept(id, "RUR", "x", at, "")
			case 1:
				a, err = d.Correct(id, clash("2031-05-14", "Zenda", k, "ARN"), "ARN", "y", at, "")
			case 2:
				a, err = d.Reject(id, "RUR", "x", at, "why")
			case 3:
				a, err = d.Merge(id, ps[rapid.IntRange(0, 3).Draw(rt, "into")].ID, true, "RUR", "x", at, "")
			}
			if err != nil {
				continue
			}
			a.Seq = uint64(k + 1)
			acts = append(acts, a)
			if err := d.Apply(a); err != nil {
				rt.Fatal(err)
			}
		}
		other := NewDesk()
		other.Offer(ps)
		shuffled := append(append([]entente.Act{}, acts...), acts...)
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, a := range shuffled {
			if err := other.Apply(a); err != nil {
				rt.Fatal(err)
			}
		}
		if !reflect.DeepEqual(d.Events(), other.Events()) || !reflect.DeepEqual(d.Pending(), other.Pending()) {
			rt.Fatalf("order changed the desk:\n%+v\n%+v", d.Events(), other.Events())
		}
	})
}

// TestDeskFromActsAlone: a node that never read the reports folds the same events.
func TestDeskFromActsAlone(t *testing.T) {
	d := NewDesk()
	d.Offer([]entente.Proposal{proposal("p1", "r1", clash("2031-05-13", "Bree", 3, "ARN"))})
	a, err := d.Accept("p1", "RUR", "x", 100, "")
	mustApply(t, d, a, err)
	other := NewDesk()
	mustApply(t, other, a, nil)
	if !reflect.DeepEqual(d.Events(), other.Events()) {
		t.Fatal("acts alone make other events")
	}
	b, err := other.Reject("p1", "RUR", "y", 200, "withdrawn")
	mustApply(t, other, b, err)
	if len(other.Events()) != 0 {
		t.Fatal("a confirmed event cannot be withdrawn where its report was never read")
	}
}
