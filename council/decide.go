package council

import (
	"fmt"
	"slices"
	"strings"

	"entente"
)

// Ballot is all that a rule looks at.
type Ballot struct {
	Rule      entente.Rule
	Eligible  []entente.MemberID
	Stances   map[entente.MemberID]entente.Stance // on the current version; absent when none was taken
	Absent    map[entente.MemberID]bool           // not there: not waited for
	Received  map[entente.MemberID]bool           // silence: has the text
	Concerned []entente.MemberID                  // consensus_minus
	Until     entente.Instant                     // silence: its end
	Now       entente.Instant
}

// Decide makes an outcome of a ballot, in five steps: each member's vote, the silence clock, absence where it blocks,
// the quorum, then the method. It is the only place where something becomes adopted.
func Decide(b Ballot) entente.Outcome {
	o := entente.Outcome{Rule: b.Rule, Time: b.Now, Eligible: slices.Clone(b.Eligible)}
	b.sort(&o)
	silent := b.Rule.Format == entente.Silence && b.Now < b.Until
	switch {
	case len(o.Eligible) == 0:
		return end(o, entente.OutcomeNotAdopted, "Not adopted: no member is eligible.")
	case b.Rule.Decide != entente.Majority && len(b.objections(o)) > 0:
		o.Blocking = b.objections(o)
		return end(o, entente.OutcomeBlocked, "Blocked: "+says(o.Blocking, "objects", "object")+".")
	case silent:
		return end(o, entente.OutcomeWaiting, "Waiting for the end of silence at "+b.Until.String()+".")
	case b.Rule.Absent == entente.AbsentBlocks && len(b.blockers(o)) > 0:
		o.Blocking = b.blockers(o)
		why := says(o.Blocking, "is absent", "are absent")
		if b.Rule.Format == entente.Silence {
			why = says(o.Blocking, "has not confirmed receipt of the text", "have not confirmed receipt of the text")
		}
		return end(o, entente.OutcomeBlocked, "Blocked: "+why+", and the rule does not decide without them.")
	}
	if done := b.quorum(&o); done {
		return o
	}
	if b.Rule.Decide == entente.Majority {
		return b.majority(o)
	}
	return b.consensus(o)
}

// sort puts each eligible member into one list, and tacit agreement with the agreeing.
func (b Ballot) sort(o *entente.Outcome) {
	for _, m := range b.Eligible {
		stance, answered := b.Stances[m]
		tacit := b.Rule.Format == entente.Silence && b.Now >= b.Until
		switch {
		case answered && stance.Consents():
			o.For = append(o.For, m)
		case answered && stance == entente.Object:
			o.Against = append(o.Against, m)
		case answered:
			o.Aside = append(o.Aside, m)
		case tacit && b.Received[m]:
			o.For = append(o.For, m)
		case tacit || b.Absent[m] && b.Rule.Format != entente.Silence:
			o.Absent = append(o.Absent, m)
		default:
			o.Waiting = append(o.Waiting, m)
		}
	}
}

// setAside says whether the question concerns m, so that under consensus_minus its answer is not counted.
func (b Ballot) setAside(m entente.MemberID) bool {
	return b.Rule.Decide == entente.ConsensusMinus && slices.Contains(b.Concerned, m)
}

func (b Ballot) objections(o entente.Outcome) []entente.MemberID {
	return slices.DeleteFunc(slices.Clone(o.Against), b.setAside)
}

func (b Ballot) blockers(o entente.Outcome) []entente.MemberID {
	return slices.DeleteFunc(slices.Clone(o.Absent), b.setAside)
}

// outside says whether m stands outside: it does not take part.
func (b Ballot) outside(m entente.MemberID) bool { return b.Stances[m] == entente.NotParticipating }

// quorum ends the ballot when too few take part; members still waited for may yet.
func (b Ballot) quorum(o *entente.Outcome) bool {
	taking := len(o.For) + len(o.Against)
	for _, m := range o.Aside {
		if !b.outside(m) {
			taking++
		}
	}
	n := len(o.Eligible)
	if b.Rule.Quorum.Met(taking, n) {
		return false
	}
	if b.Rule.Quorum.Met(taking+len(o.Waiting), n) {
		*o = end(*o, entente.OutcomeWaiting, "Waiting for "+names(o.Waiting)+fmt.Sprintf(": %d of %d take part, the quorum is %s.", taking, n, b.Rule.Quorum))
		return true
	}
	*o = end(*o, entente.OutcomeNotAdopted, fmt.Sprintf("Not adopted: no quorum, %d of %d take part and the rule wants %s.", taking, n, b.Rule.Quorum))
	return true
}

func (b Ballot) consensus(o entente.Outcome) entente.Outcome {
	waiting := slices.DeleteFunc(slices.Clone(o.Waiting), b.setAside)
	switch {
	case len(waiting) > 0:
		o.Waiting = waiting
		return end(o, entente.OutcomeWaiting, "Waiting for "+names(waiting)+".")
	case len(o.For) == 0:
		return end(o, entente.OutcomeNotAdopted, "Not adopted: nobody agrees.")
	}
	return b.adopted(o)
}

func (b Ballot) majority(o entente.Outcome) entente.Outcome {
	yes, no, open := len(o.For), len(o.Against), len(o.Waiting)
	if b.Rule.Absent == entente.AbsentAssents {
		yes += len(o.Absent)
	}
	base := yes + no
	switch b.Rule.Of {
	case "eligible":
		base = len(o.Eligible)
		open = 0
	case "present":
		for _, m := range o.Aside {
			if !b.outside(m) {
				base++
			}
		}
	}
	count := fmt.Sprintf("%d of %d (%s) agree, the rule wants %s", yes, base, b.Rule.Of, b.Rule.Share)
	switch {
	case yes > 0 && b.Rule.Share.Met(yes, base+open): // even if all still waited for are against
		return b.adopted(o)
	case b.Rule.Share.Met(yes+len(o.Waiting), base+open):
		if len(o.Waiting) > 0 {
			return end(o, entente.OutcomeWaiting, "Waiting for "+names(o.Waiting)+": "+count+".")
		}
	}
	return end(o, entente.OutcomeNotAdopted, "Not adopted: "+count+".")
}

// adopted says whom the decision binds.
func (b Ballot) adopted(o entente.Outcome) entente.Outcome {
	for _, m := range o.Eligible {
		if b.binds(o, m) {
			o.Bound = append(o.Bound, m)
		}
	}
	why := "Adopted: " + says(o.For, "agrees", "agree")
	if len(o.Against) > 0 {
		why += ", " + says(o.Against, "objects", "object")
	} else {
		why += ", nobody objects"
	}
	if len(o.Aside) > 0 {
		why += ", " + says(o.Aside, "stands aside", "stand aside")
	}
	if len(o.Absent) > 0 {
		why += "; " + says(o.Absent, "is", "are") + " absent and under the rule "
		if b.Rule.Absent == entente.AbsentAssents {
			why += "held to agree"
		} else {
			why += "not bound"
		}
	}
	return end(o, entente.OutcomeAdopted, why+".")
}

func (b Ballot) binds(o entente.Outcome, m entente.MemberID) bool {
	switch {
	case slices.Contains(o.For, m):
		return true
	case b.Rule.Format == entente.Limited, b.outside(m), b.setAside(m) && slices.Contains(o.Against, m):
		return false
	case slices.Contains(o.Absent, m):
		return b.Rule.Absent == entente.AbsentAssents
	case slices.Contains(o.Waiting, m): // a majority does not wait, but binds all who are there
		return b.Rule.Decide == entente.Majority
	}
	return true // abstained, or was outvoted
}

func end(o entente.Outcome, state entente.OutcomeState, sentence string) entente.Outcome {
	o.State, o.Sentence = state, sentence
	if state != entente.OutcomeWaiting && state != entente.OutcomeAdopted {
		o.Bound = nil
	}
	return o
}

// names prints "ARM, BLR and KAZ".
func names(list []entente.MemberID) string {
	text := make([]string, len(list))
	for i, m := range list {
		text[i] = string(m)
	}
	if n := len(text); n > 1 {
		return strings.Join(text[:n-1], ", ") + " and " + text[n-1]
	}
	return strings.Join(text, "")
}

func says(list []entente.MemberID, one, many string) string {
	if len(list) == 1 {
		return names(list) + " " + one
	}
	return names(list) + " " + many
}
