// Package release says what may leave a node, to whom, in what precision, and why.
//
// In go a policy (one readable YAML file per member), an item (a track, an alert, an act of the council, …), the member
// it would go to and the time; out comes a [Decision]: released or not, by which rule, why, and the label that travels
// with it. Nothing is released that no rule names; the first rule that matches an item decides. Items received from others leave
// only when their label allows it. The decision is a pure function and allocates nothing.
//
//	p, err := release.Read("policy.yaml", release.World{Member: "BLR", Members: members, Borders: borders})
//	item := release.OfTrack(&track, identity)
//	if d := p.Decide(&item, "RUS", now); d.Release && now >= d.NotBefore {
//		send(release.Apply(track, &d), d.Label)
//	}
package release
