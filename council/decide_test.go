package council

import (
	"strings"
	"testing"

	"entente"
)

// ballotOf reads "ALD+ BRE- COR0 DUN~ EST. FOX? GUL! HAR*": agrees, objects, abstains, agrees with reservation, does not
// take part, is waited for, is absent, has received the text and keeps silent.
func ballotOf(rule entente.Rule, text string, concerned ...entente.MemberID) Ballot {
	b := Ballot{Rule: rule, Stances: map[entente.MemberID]entente.Stance{}, Absent: map[entente.MemberID]bool{}, Received: map[entente.MemberID]bool{}, Concerned: concerned}
	for who := range strings.FieldsSeq(text) {
		m, sign := entente.MemberID(who[:len(who)-1]), who[len(who)-1]
		b.Eligible = append(b.Eligible, m)
		switch sign {
		case '?':
		case '!':
			b.Absent[m] = true
		case '*':
			b.Received[m] = true
		default:
			b.Stances[m] = stances[sign]
		}
	}
	return b
}

func share(text string) entente.Share {
	s, err := entente.ParseShare(text)
	if err != nil {
		panic(err)
	}
	return s
}

var (
	blocks   = entente.Rule{Format: entente.Plenary, Quorum: share("1/2"), Absent: entente.AbsentBlocks, Decide: entente.Consensus}
	assents  = entente.Rule{Format: entente.Plenary, Quorum: share("1/2"), Absent: entente.AbsentAssents, Decide: entente.Consensus}
	notBound = entente.Rule{Format: entente.Plenary, Quorum: share("1/2"), Absent: entente.AbsentNotBound, Decide: entente.Consensus}
	minusOne = entente.Rule{Format: entente.Plenary, Quorum: share("1/2"), Absent: entente.AbsentBlocks, Decide: entente.ConsensusMinus, Minus: 1}
	limited  = entente.Rule{Format: entente.Limited, Quorum: share("2"), Absent: entente.AbsentNotBound, Decide: entente.Consensus}
	eligible = entente.Rule{Format: entente.Plenary, Quorum: share("1"), Absent: entente.AbsentNotBound, Decide: entente.Majority, Share: share("2/3"), Of: "eligible"}
	present  = entente.Rule{Format: entente.Plenary, Quorum: share("1"), Absent: entente.AbsentNotBound, Decide: entente.Majority, Share: share(">1/2"), Of: "present"}
	voting   = entente.Rule{Format: entente.Plenary, Quorum: share("1"), Absent: entente.AbsentAssents, Decide: entente.Majority, Share: share(">1/2"), Of: "voting"}
	silence  = entente.Rule{Format: entente.Silence, Quorum: share("1/2"), Absent: entente.AbsentNotBound, Decide: entente.Consensus}
	strictly = entente.Rule{Format: entente.Silence, Quorum: share("1/2"), Absent: entente.AbsentBlocks, Decide: entente.Consensus}
)

func TestDecide(t *testing.T) {
	for _, c := range []struct {
		name     string
		rule     entente.Rule
		ballot   string
		state    entente.OutcomeState
		bound    string
		sentence string
	}{
		{"all agree", blocks, "A+ B+ C+", entente.OutcomeAdopted, "A B C", "Adopted: A, B and C agree, nobody objects."},
		{"reservation is consent", blocks, "A+ B~", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects."},
		{"abstaining is bound", blocks, "A+ B0", entente.OutcomeAdopted, "A B", "Adopted: A agrees, nobody objects, B stands aside."},
		{"not taking part is not", blocks, "A+ B+ C.", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects, C stands aside."},
		{"one objects", blocks, "A+ B- C?", entente.OutcomeBlocked, "", "Blocked: B objects."},
		{"two object", blocks, "A- B-", entente.OutcomeBlocked, "", "Blocked: A and B object."},
		{"waiting", blocks, "A+ B+ C? D?", entente.OutcomeWaiting, "", "Waiting for C and D."},
		{"nobody agrees", blocks, "A0 B0", entente.OutcomeNotAdopted, "", "Not adopted: nobody agrees."},
		{"absent blocks", blocks, "A+ B+ C!", entente.OutcomeBlocked, "", "Blocked: C is absent, and the rule does not decide without them."},
		{"absent assents", assents, "A+ B+ C!", entente.OutcomeAdopted, "A B C", "Adopted: A and B agree, nobody objects; C is absent and under the rule held to agree."},
		{"absent not bound", notBound, "A+ B+ C!", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects; C is absent and under the rule not bound."},
		{"no quorum", notBound, "A+ B! C!", entente.OutcomeNotAdopted, "", "Not adopted: no quorum, 1 of 3 take part and the rule wants 1/2."},
		{"quorum may come", notBound, "A+ B! C?", entente.OutcomeWaiting, "", "Waiting for C: 1 of 3 take part, the quorum is 1/2."},
		{"objection before quorum", notBound, "A- B! C!", entente.OutcomeBlocked, "", "Blocked: A objects."},
		{"no members", blocks, "", entente.OutcomeNotAdopted, "", "Not adopted: no member is eligible."},

		{"minus the one concerned", minusOne, "A+ B+ X-", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, X objects."},
		{"not minus another", minusOne, "A+ B- X+", entente.OutcomeBlocked, "", "Blocked: B objects."},
		{"the one concerned is not waited for", minusOne, "A+ B+ X?", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects."},
		{"nor needed", minusOne, "A+ B+ X!", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects; X is absent and under the rule not bound."},
		{"others are", minusOne, "A+ B? X+", entente.OutcomeWaiting, "", "Waiting for B."},

		{"limited binds who agrees", limited, "A+ B~ C. D0 E!", entente.OutcomeAdopted, "A B", "Adopted: A and B agree, nobody objects, C and D stand aside; E is absent and under the rule not bound."},
		{"limited ends with one no", limited, "A+ B+ C- D.", entente.OutcomeBlocked, "", "Blocked: C objects."},
		{"limited waits", limited, "A+ B+ C?", entente.OutcomeWaiting, "", "Waiting for C."},
		{"limited wants two", limited, "A+ B. C.", entente.OutcomeNotAdopted, "", "Not adopted: no quorum, 1 of 3 take part and the rule wants 2."},

		{"two thirds", eligible, "A+ B+ C-", entente.OutcomeAdopted, "A B C", "Adopted: A and B agree, C objects."},
		{"two thirds of all, absent count", eligible, "A+ B+ C! D-", entente.OutcomeNotAdopted, "", "Not adopted: 2 of 4 (eligible) agree, the rule wants 2/3."},
		{"enough before all answered", eligible, "A+ B+ C?", entente.OutcomeAdopted, "A B C", "Adopted: A and B agree, nobody objects."},
		{"may still be", eligible, "A+ B- C?", entente.OutcomeWaiting, "", "Waiting for C: 1 of 3 (eligible) agree, the rule wants 2/3."},
		{"cannot be any more", eligible, "A- B- C?", entente.OutcomeNotAdopted, "", "Not adopted: 0 of 3 (eligible) agree, the rule wants 2/3."},
		{"half is not more than half", present, "A+ B-", entente.OutcomeNotAdopted, "", "Not adopted: 1 of 2 (present) agree, the rule wants >1/2."},
		{"abstaining counts as present", present, "A+ B0 C!", entente.OutcomeNotAdopted, "", "Not adopted: 1 of 2 (present) agree, the rule wants >1/2."},
		{"not taking part does not", present, "A+ B. C!", entente.OutcomeAdopted, "A", "Adopted: A agrees, nobody objects, B stands aside; C is absent and under the rule not bound."},
		{"abstaining does not vote", voting, "A+ B0 C0", entente.OutcomeAdopted, "A B C", "Adopted: A agrees, nobody objects, B and C stand aside."},
		{"absent are for it", voting, "A+ B- C!", entente.OutcomeAdopted, "A B C", "Adopted: A agrees, B objects; C is absent and under the rule held to agree."},
		{"nobody votes", voting, "A0 B0", entente.OutcomeNotAdopted, "", "Not adopted: 0 of 0 (voting) agree, the rule wants >1/2."},
	} {
		b := ballotOf(c.rule, c.ballot, "X")
		o := Decide(b)
		if o.State != c.state || join(o.Bound) != c.bound || o.Sentence != c.sentence {
			t.Errorf("%s: %s, binds %q, %q\nwant %s, %q, %q", c.name, o.State, join(o.Bound), o.Sentence, c.state, c.bound, c.sentence)
		}
	}
}

func TestSilence(t *testing.T) {
	for _, c := range []struct {
		name   string
		rule   entente.Rule
		over   bool
		ballot string
		state  entente.OutcomeState
		bound  string
	}{
		{"running", silence, false, "A* B* C*", entente.OutcomeWaiting, ""},
		{"over", silence, true, "A* B* C*", entente.OutcomeAdopted, "A B C"},
		{"broken at once", silence, false, "A* B- C*", entente.OutcomeBlocked, ""},
		{"broken for good", silence, true, "A* B- C*", entente.OutcomeBlocked, ""},
		{"not reached is not bound", silence, true, "A* B* C?", entente.OutcomeAdopted, "A B"},
		{"being absent from a session is no matter", silence, true, "A* B* C!", entente.OutcomeAdopted, "A B"},
		{"not reached blocks", strictly, true, "A* B* C?", entente.OutcomeBlocked, ""},
		{"not before the end", strictly, false, "A* B* C?", entente.OutcomeWaiting, ""},
		{"an answer needs no receipt", strictly, true, "A+ B* C*", entente.OutcomeAdopted, "A B C"},
		{"nobody reached", silence, true, "A? B? C?", entente.OutcomeNotAdopted, ""},
	} {
		b := ballotOf(c.rule, c.ballot)
		b.Until, b.Now = 100, 99
		if c.over {
			b.Now = 100
		}
		o := Decide(b)
		if o.State != c.state || join(o.Bound) != c.bound {
			t.Errorf("%s: %s, binds %q, %q", c.name, o.State, join(o.Bound), o.Sentence)
		}
	}
	b := ballotOf(silence, "A* B! C-")
	b.Until, b.Now, b.Stances["C"] = 100, 99, entente.Agree
	if o := Decide(b); join(o.Waiting) != "A B" || len(o.Absent) > 0 {
		t.Errorf("while silence runs it waits for %v", o.Waiting)
	}
	b = ballotOf(strictly, "A* B? C?")
	b.Until, b.Now = 100, 100
	if o := Decide(b); o.Sentence != "Blocked: B and C have not confirmed receipt of the text, and the rule does not decide without them." {
		t.Error(o.Sentence)
	}
}

func TestShares(t *testing.T) {
	for text, met := range map[string][]bool{ // of four: 0, 1, 2, 3, 4
		"all":  {false, false, false, false, true},
		"1/2":  {false, false, true, true, true},
		">1/2": {false, false, false, true, true},
		"2/3":  {false, false, false, true, true},
		"3":    {false, false, false, true, true},
		">2":   {false, false, false, true, true},
		"1":    {false, true, true, true, true},
	} {
		s := share(text)
		if s.String() != text {
			t.Errorf("%q prints as %q", text, s)
		}
		for n, want := range met {
			if s.Met(n, 4) != want {
				t.Errorf("%d of 4 meets %s: %v", n, text, !want)
			}
		}
	}
	for _, bad := range []string{"", "half", "-1", "1/0", "3/2", ">1/1", "1/2/3", "99999", "1.5", " 1", ">"} {
		if _, err := entente.ParseShare(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
