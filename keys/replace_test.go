package keys

import (
	"testing"

	"entente"
)

// TestReplaceTakesWhatIsNewer: partners join, leave and revoke; a roster from before a revocation is refused.
func TestReplaceTakesWhatIsNewer(t *testing.T) {
	root, blr := newMember(t, "BLR")
	_, arm := newMember(t, "ARM")
	_, kaz := newMember(t, "KAZ")
	r := rosterOf(t, blr, arm)
	replace := func(o *Roster, want bool) {
		t.Helper()
		if changed, err := r.Replace(o); err != nil || changed != want {
			t.Fatalf("changed %v, %v", changed, err)
		}
	}
	replace(rosterOf(t, arm, blr), false)
	version := r.Version()
	replace(rosterOf(t, blr, arm, kaz), true)
	if len(r.Nodes("KAZ", noon.Time())) != 1 || r.Version() == version {
		t.Error("the new member is not there")
	}
	replace(rosterOf(t, blr, kaz), true)
	if _, ok := r.Member("ARM"); ok || len(r.Nodes("ARM", noon.Time())) != 0 {
		t.Error("the member that left is still there")
	}

	v, err := root.Revoke(Revocation{Key: blr.Fingerprint(), From: noon, Reason: "stolen"})
	must(t, err)
	newer := rosterOf(t, blr, kaz)
	must(t, newer.Revoke(v))
	replace(newer, true)
	if len(r.Nodes("BLR", noon.Time())) != 0 {
		t.Error("the revoked key is in use")
	}
	if changed, err := r.Replace(rosterOf(t, blr, kaz)); kindOf(err) != entente.Refused || changed {
		t.Errorf("a roster from before the revocation: %v, %v", changed, err)
	}
	if len(r.Nodes("BLR", noon.Time())) != 0 {
		t.Error("the revocation is gone")
	}
	_, anew := newMember(t, "BLR") // another root: the member began anew
	replace(rosterOf(t, anew, kaz), true)
	if n := r.Nodes("BLR", noon.Time()); len(n) != 1 || n[0].Fingerprint() != anew.Fingerprint() {
		t.Errorf("nodes %v", n)
	}
	// What the other roster goes through later does not show.
	other := rosterOf(t, anew, kaz)
	replace(other, false)
	must(t, other.Add(arm.Join("")))
	if _, ok := r.Member("ARM"); ok {
		t.Error("the two share what they hold")
	}
}
