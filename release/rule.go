package release

import (
	"slices"

	"entente"
	"entente/geo"
)

// rule is one line of a policy, ready to be asked.
type rule struct {
	name    string
	deny    bool
	members []entente.MemberID // to whom
	to      []bool             // the same by the member's number
	kinds   []Kind             // nil: all
	within  *place             // nil: anywhere
	outside *place             // nil: nowhere is left out

	minHeight, maxHeight float64 // metres; −Inf and +Inf
	heights              bool    // any of them is set
	identities           uint16  // bits by identity; zero: all
	sensors              uint64  // bits as in a track, with hasSensors
	hasSensors           bool
	severity             entente.Severity

	delay, every, expires, precision float64
	onward                           bool
	strip                            Strip
}

// place is an area: where all of its parts are.
type place struct {
	parts []*geo.Index
	box   *geo.Region // nil: none
}

func (p *place) contains(lat, lon float64) bool {
	if p.box != nil && !p.box.Contains(lat, lon) {
		return false
	}
	for _, x := range p.parts {
		if x.Find(lat, lon) < 0 {
			return false
		}
	}
	return true
}

// mismatch is why a rule does not match.
type mismatch uint8

const (
	matches mismatch = iota
	otherMember
	otherKind
	tooMild
	notWithin
	notOutside
	noPlace
	otherHeight
	noHeight
	otherIdentity
	otherSensors
	noSensors
)

var mismatches = [...]string{
	matches: "matches", otherMember: "is not for this member", otherKind: "is for other kinds", tooMild: "is for graver ones",
	notWithin: "the place is not within its area", notOutside: "the place is in the area it leaves out", noPlace: "the place is not known",
	otherHeight: "the height is beyond its limits", noHeight: "the height is not known", otherIdentity: "is for other identities",
	otherSensors: "other sensors took part", noSensors: "the sensors are not known",
}

// match says whether the rule is about the item. The cheap questions come first.
func (r *rule) match(item *Item, to int) mismatch {
	switch {
	case !r.to[to]:
		return otherMember
	case r.kinds != nil && !slices.Contains(r.kinds, item.Kind):
		return otherKind
	case item.Severity < r.severity:
		return tooMild
	case r.identities != 0 && !r.deny && item.Identity == 0, r.identities != 0 && item.Identity != 0 && r.identities>>item.Identity&1 == 0:
		return otherIdentity
	}
	if r.hasSensors {
		if m := r.matchSensors(item.Sensors); m != matches {
			return m
		}
	}
	if r.heights {
		if m := r.matchHeight(item); m != matches {
			return m
		}
	}
	return r.matchPlace(item)
}

// matchSensors wants all sensors to be the rule's before it releases, and any before it denies.
func (r *rule) matchSensors(bits uint64) mismatch {
	switch {
	case bits == 0 && r.deny:
		return matches
	case bits == 0:
		return noSensors
	case r.deny && bits&r.sensors == 0, !r.deny && bits&^r.sensors != 0:
		return otherSensors
	}
	return matches
}

func (r *rule) matchHeight(item *Item) mismatch {
	switch {
	case !item.HasHeight && r.deny:
		return matches
	case !item.HasHeight:
		return noHeight
	case item.Height >= r.minHeight && item.Height <= r.maxHeight:
		return matches
	case item.Height != item.Height: // NaN is no height
		if r.deny {
			return matches
		}
		return noHeight
	}
	return otherHeight
}

func (r *rule) matchPlace(item *Item) mismatch {
	if r.within == nil && r.outside == nil {
		return matches
	}
	if !item.HasPlace || item.Lat != item.Lat || item.Lon != item.Lon {
		if r.deny {
			return matches
		}
		return noPlace
	}
	if r.within != nil && !r.within.contains(item.Lat, item.Lon) {
		return notWithin
	}
	if r.outside != nil && r.outside.contains(item.Lat, item.Lon) {
		return notOutside
	}
	return matches
}
