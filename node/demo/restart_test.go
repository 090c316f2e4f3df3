package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"entente"
	"entente/node"
	"entente/node/demo"
	"entente/watch"
	"entente/web"
)

// reopened is what must stand at a node before and after it was away.
type reopened struct {
	alert        entente.Alert
	report       string
	event        string
	consultation string
}

// TestAwayWhileActsAreTaken has Alfa down while the others consult, and wants it to come back with all it had and all it
// missed.
func TestAwayWhileActsAreTaken(t *testing.T) {
	t.Parallel()
	d := plain(t)
	before := atWork(t, d)
	if err := d.Node("ALF").Close(); err != nil {
		t.Fatal(err)
	}
	bravo, charlie := d.Node("BRA"), d.Node("CHA")
	hash := table(t, bravo, before.consultation)
	eventually(t, 5*time.Second, "the text at Charlie", func() bool { return textAt(charlie, before.consultation) == hash })
	for _, n := range []*node.Node{bravo, charlie} {
		if err := n.TakePosition(ctx(t), "Delegate", before.consultation, web.PositionDraft{Stance: entente.Agree, Text: hash}); err != nil {
			t.Fatal(err)
		}
	}
	noStaleTracks(t, bravo)

	alfa, err := d.Restart(t.Context(), "ALF")
	if err != nil {
		t.Fatal(err)
	}
	stillThere(t, alfa, before)
	eventually(t, 15*time.Second, "the text and both positions at Alfa", func() bool {
		for _, c := range alfa.Consultations() {
			if c.ID == before.consultation {
				return textAt(alfa, c.ID) == hash && len(c.Positions) == 2
			}
		}
		return false
	})
	if err := alfa.TakePosition(ctx(t), "Ann of Alfa", before.consultation, web.PositionDraft{Stance: entente.Agree, Text: hash}); err != nil {
		t.Errorf("Alfa cannot act after its return: %v", err)
	}
	sameRecordEverywhere(t, d)
	eventually(t, 15*time.Second, "Alfa's tracks at Bravo again", func() bool { return tracksOf(bravo, "ALF") > 0 })
}

// atWork has Alfa acknowledge an alert, confirm an event from a report and open a consultation.
func atWork(t *testing.T, d *demo.Demo) (r reopened) {
	t.Helper()
	alfa := d.Node("ALF")
	eventually(t, 20*time.Second, "Alfa's tracks at Bravo", func() bool { return tracksOf(d.Node("BRA"), "ALF") > 0 })
	found := raised(t, alfa)
	text := []byte("SOUTHPORT, 1 January 2030 – Bravo delivered two radars to Alfa on Tuesday.\n")
	src := watch.Source{Name: "report.txt", Publisher: "test", Media: "text/plain", Fetched: entente.At(d.Now()), Bytes: text}
	if err := alfa.Read(ctx(t), src, entente.At(d.Now())); err != nil {
		t.Fatal(err)
	}
	if reports := alfa.Reports(10); len(reports) == 1 {
		r.report = reports[0].ID
	}
	if p := alfa.Proposals(""); len(p) > 0 {
		if err := alfa.AcceptProposal(ctx(t), "Al of Alfa", p[0].ID, nil, "seen"); err != nil {
			t.Fatal(err)
		}
		r.event = alfa.Events(10)[0].ID
	}
	var err error
	if r.consultation, err = alfa.OpenConsultation(ctx(t), "Ann of Alfa", web.ConsultationDraft{Body: "council", Question: "Who flies there?", Alert: found.ID}); err != nil {
		t.Fatal(err)
	}
	for _, a := range alfa.Alerts() {
		if a.ID == found.ID {
			r.alert = a
		}
	}
	eventually(t, 5*time.Second, "Alfa's alert at Bravo", func() bool { return stateAt(d.Node("BRA"), found.ID) == entente.Acknowledged })
	return r
}

func stillThere(t *testing.T, alfa *node.Node, r reopened) {
	t.Helper()
	found := false
	for _, a := range alfa.Alerts() {
		if a.ID != r.alert.ID {
			continue
		}
		found = true
		if a.State != entente.Acknowledged || a.Owner != r.alert.Owner || a.Opened != r.consultation {
			t.Errorf("the alert came back as %s of %q with consultation %q", a.State, a.Owner, a.Opened)
		}
	}
	if !found {
		t.Error("the acknowledged alert did not come back")
	}
	if _, ok := alfa.Report(r.report); !ok || r.report == "" {
		t.Errorf("report %q did not come back", r.report)
	}
	if events := alfa.Events(10); r.event != "" && (len(events) != 1 || events[0].ID != r.event) {
		t.Errorf("events after the return: %+v", events)
	}
}

func stateAt(n *node.Node, alert string) entente.AlertState {
	for _, a := range n.Alerts() {
		if a.ID == alert {
			return a.State
		}
	}
	return ""
}

func tracksOf(n *node.Node, m entente.MemberID) (count int) {
	entries, _ := n.Picture(nil)
	for _, e := range entries {
		for _, c := range e.Contributions {
			if c.Member == m {
				count++
			}
		}
	}
	return count
}

// noStaleTracks waits until the tracks of Alfa, which is away, have left the other's picture: a minute by the nodes' clock.
func noStaleTracks(t *testing.T, bravo *node.Node) {
	t.Helper()
	eventually(t, 20*time.Second, "Alfa's tracks gone from Bravo's picture", func() bool { return tracksOf(bravo, "ALF") == 0 })
}

// TestSequencerAway has Bravo, which orders the acts, down: what others submit is on its way and stands when it is back.
func TestSequencerAway(t *testing.T) {
	t.Parallel()
	d := plain(t)
	alfa := d.Node("ALF")
	alarm := raised(t, alfa)
	eventually(t, 10*time.Second, "Alfa's alert at Bravo", func() bool { return stateAt(d.Node("BRA"), alarm.ID) != "" })
	if err := d.Node("BRA").Close(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	id, err := alfa.OpenConsultation(ctx(t), "Ann of Alfa", web.ConsultationDraft{Body: "council", Question: "Is anyone there?"})
	if err != nil || id == "" {
		t.Fatalf("an act while the sequencer is away: %q, %v", id, err)
	}
	if waited := time.Since(began); waited < 4*time.Second || waited > 10*time.Second {
		t.Errorf("the person waited %v", waited)
	}
	if evidence := len(alfa.Consultations()); evidence != 0 {
		t.Error("the consultation stands at Alfa before it was ordered")
	}
	if _, err := d.Restart(t.Context(), "BRA"); err != nil {
		t.Fatal(err)
	}
	for _, n := range d.Nodes() {
		eventually(t, 15*time.Second, "the consultation at "+string(n.Self().ID), func() bool { return len(n.Consultations()) == 1 })
	}
	sameRecordEverywhere(t, d)
	if s := stateAt(d.Node("BRA"), alarm.ID); s == "" {
		t.Error("the partner's alert did not come back with Bravo")
	}
}

func TestRestartOfNobody(t *testing.T) {
	var e *entente.Error
	if _, err := new(demo.Demo).Restart(context.Background(), "NIL"); !errors.As(err, &e) || e.Kind != entente.NotFound {
		t.Errorf("restart of a member without a node: %v", err)
	}
}
