package node

import (
	"slices"
	"sync/atomic"

	"entente"
	"entente/release"
)

// allies are the members with which this node exchanges, in the organisation's order. More may come while it runs.
type allies struct {
	list atomic.Pointer[[]entente.MemberID]
}

func newAllies(list []entente.MemberID) *allies {
	a := &allies{}
	a.list.Store(&list)
	return a
}

// all ranges over them with their places, as over a slice.
func (a *allies) all(yield func(int, entente.MemberID) bool) {
	for i, m := range *a.list.Load() {
		if !yield(i, m) {
			return
		}
	}
}

func (a *allies) has(m entente.MemberID) bool { return slices.Contains(*a.list.Load(), m) }

// ruling is the release policy in force.
type ruling struct {
	now atomic.Pointer[release.Policy]
}

// Decide asks the policy of now; see [release.Policy.Decide].
func (r *ruling) Decide(item *release.Item, to entente.MemberID, now entente.Instant) release.Decision {
	return r.now.Load().Decide(item, to, now)
}
