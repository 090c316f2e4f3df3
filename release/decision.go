package release

import "entente"

// Why is the reason of a decision.
type Why uint8

// The reasons, of releases first.
const (
	ByRule    Why = iota + 1 // a rule releases it
	ToOrigin                 // it goes back to whose it is: never needed, never sent
	NoRule                   // no rule matches: the default is to deny
	Denied                   // the first rule that matches says deny
	NotOnward                // received from another, whose label does not allow this
	Expired                  // its label has run out
	NoMember                 // the addressee is no member, or this one
)

var whys = [...]string{
	ByRule: "a rule releases it", ToOrigin: "it came from there", NoRule: "no rule matches it",
	Denied: "a rule denies it", NotOnward: "its origin's label does not allow passing it on",
	Expired: "its label has expired", NoMember: "the addressee is not a member to whom anything goes",
}

// String says the reason in words.
func (w Why) String() string {
	if w == 0 || int(w) >= len(whys) {
		return "not decided"
	}
	return whys[w]
}

// MarshalText writes what String prints.
func (w Why) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// Decision says whether an item may go to a member, and how. Its zero value releases nothing.
type Decision struct {
	Release   bool            `json:"release"`
	Rule      string          `json:"rule,omitempty"` // name of the rule that decided
	Why       Why             `json:"why"`
	Label     entente.Label   `json:"label,omitzero"`      // travels with the item; its To is shared: do not change it
	NotBefore entente.Instant `json:"not_before,omitzero"` // the item's time plus the rule's delay: hold it until then
	Every     float64         `json:"every,omitempty"`     // seconds at least between two releases of the same thing
	Precision float64         `json:"precision,omitempty"` // metres, see Apply
	Strip     Strip           `json:"strip,omitempty"`     // what Apply takes away
}

// Strip says which fields of a track are taken away.
type Strip uint8

// What can be stripped.
const (
	StripIdentity Strip = 1 << iota // address, mode A, callsign
	StripHeight                     // height, pressure altitude and climb
	StripVelocity
	StripSensors // which sensors, how many plots
)
