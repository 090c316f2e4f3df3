package demo_test

import (
	"strings"
	"testing"
	"time"

	"entente"
	"entente/node"
	"entente/node/demo"
	"entente/record"
	"entente/web"
)

// TestFromBytesToDecision follows sensor bytes over sockets to an alert, a consultation among three nodes, a decision with
// an obligation, and its proof checked with the members' keys alone.
func TestFromBytesToDecision(t *testing.T) {
	t.Parallel()
	d := plain(t)
	alfa, bravo, charlie := d.Node("ALF"), d.Node("BRA"), d.Node("CHA")
	alarm := raised(t, alfa)
	oneEntryForBoth(t, d)

	draft := web.ConsultationDraft{Body: "council", Question: "What flies into Alfa without answering?", Alert: alarm.ID}
	id, err := alfa.OpenConsultation(ctx(t), "Ann of Alfa", draft)
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the consultation at Charlie, with Alfa's evidence", func() bool {
		return evidenceAt(charlie, id) > 1
	})
	hash := table(t, bravo, id)
	for _, n := range []*node.Node{alfa, bravo, charlie} {
		eventually(t, 5*time.Second, "the text everywhere", func() bool { return textAt(n, id) == hash })
		p := web.PositionDraft{Stance: entente.Agree, Text: hash}
		if n == charlie {
			p = web.PositionDraft{Stance: entente.AgreeWithReservation, Statement: "for our part by letter", Text: hash}
		}
		if err := n.TakePosition(ctx(t), "Delegate", id, p); err != nil {
			t.Fatalf("position of %s: %v", n.Self().ID, err)
		}
	}
	if _, err := alfa.AdoptDecision(ctx(t), "Ann of Alfa", id, web.AdoptionDraft{Text: hash}); err == nil {
		t.Error("Alfa adopted a decision though Bravo has the chair")
	}
	decision, err := bravo.AdoptDecision(ctx(t), "Bo of Bravo", id, web.AdoptionDraft{Text: hash, Number: "1"})
	if err != nil {
		t.Fatal(err)
	}
	due := entente.At(d.Now().AddDate(0, 1, 0))
	if _, err := bravo.AddObligation(ctx(t), "Bo of Bravo", decision, web.ObligationDraft{Title: "A radar for the south of Alfa", From: "BRA", To: "ALF", Quantity: 1, Unit: "radar", Due: due}); err != nil {
		t.Fatal(err)
	}
	eventually(t, 5*time.Second, "the obligation at Charlie", func() bool { return len(charlie.Obligations()) == 1 })
	sameRecordEverywhere(t, d)
	proven(t, alfa, decision)
}

// raised waits for the alert of the intruder at Alfa, and checks that it is one and has evidence.
func raised(t *testing.T, alfa *node.Node) (found entente.Alert) {
	t.Helper()
	entries := func() (n int) {
		for _, a := range alfa.Alerts() {
			if a.Condition.Rule == "airspace.entry" {
				n, found = n+1, a
			}
		}
		return n
	}
	eventually(t, 40*time.Second, "an alert of the intruder", func() bool { return entries() > 0 })
	time.Sleep(2 * time.Second)
	if n := entries(); n != 1 {
		t.Errorf("%d alerts while one cause lasts", n)
	}
	if len(found.Condition.Evidence) < 3 || found.Condition.Severity < entente.Warning {
		t.Errorf("thin alert: %+v", found.Condition)
	}
	if err := alfa.AckAlert(t.Context(), "Ann of Alfa", found.ID, "looking"); err != nil {
		t.Error(err)
	}
	return found
}

// oneEntryForBoth checks that the airliner is one entry at Alfa with Bravo's track in it, and that Charlie sees nothing.
func oneEntryForBoth(t *testing.T, d *demo.Demo) {
	t.Helper()
	eventually(t, 20*time.Second, "the airliner as one entry with two contributions", func() bool {
		entries, _ := d.Node("ALF").Picture(nil)
		n, members := 0, map[entente.MemberID]bool{}
		for _, e := range entries {
			if e.Track.Address == 0x510001 {
				n++
				for _, c := range e.Contributions {
					members[c.Member] = true
				}
			}
		}
		return n == 1 && members["ALF"] && members["BRA"]
	})
	if entries, _ := d.Node("CHA").Picture(nil); len(entries) > 0 {
		t.Errorf("Charlie sees %d aircraft that nobody released to it", len(entries))
	}
}

func evidenceAt(n *node.Node, id string) int {
	for _, c := range n.Consultations() {
		if c.ID == id {
			return len(c.Evidence)
		}
	}
	return 0
}

func textAt(n *node.Node, id string) string {
	for _, c := range n.Consultations() {
		if text, ok := c.Current(); ok && c.ID == id {
			return text.Hash
		}
	}
	return ""
}

func table(t *testing.T, n *node.Node, id string) string {
	t.Helper()
	eventually(t, 5*time.Second, "the consultation", func() bool { return evidenceAt(n, id) > 0 })
	hash, err := n.TableText(ctx(t), "Bo of Bravo", id, web.TextDraft{Title: "A radar", Text: "Bravo lends Alfa a radar for the south."})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// sameRecordEverywhere waits until every node holds the same head, cosigned by all.
func sameRecordEverywhere(t *testing.T, d *demo.Demo) {
	t.Helper()
	eventually(t, 10*time.Second, "one head, cosigned by all three at all three", func() bool {
		roots := map[string]bool{}
		for _, n := range d.Nodes() {
			s, err := n.RecordStatus("council")
			if err != nil || len(s.Cosigned) != 3 || s.Problem != "" || s.Size == 0 {
				return false
			}
			roots[s.Root] = true
		}
		return len(roots) == 1
	})
}

// proven checks the decision's proof from one node with a policy file, and that a changed one is refused.
func proven(t *testing.T, n *node.Node, decision string) {
	t.Helper()
	policy, err := n.RecordPolicy("council")
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := record.ParsePolicy([]byte(policy.String()))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := n.RecordEntries("council", 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if e.Kind != "decision.adopt" {
			continue
		}
		proof, err := n.Proof("council", e.Index)
		if err != nil {
			t.Fatal(err)
		}
		r, err := record.Verify(proof, parsed)
		if err != nil || !r.Valid || !r.Complete {
			t.Errorf("proof of %s: %+v, %v", decision, r, err)
		}
		forged := []byte(strings.Replace(string(proof), "index", "jndex", 1))
		if i := len(forged) / 2; forged[i] != 'A' {
			forged[i] = 'A'
		} else {
			forged[i] = 'B'
		}
		if _, err := record.Verify(forged, parsed); err == nil {
			t.Error("an altered proof was taken")
		}
		return
	}
	t.Errorf("no adoption among %d entries", len(entries))
}
