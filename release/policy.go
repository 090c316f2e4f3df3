package release

import (
	"entente"
	"entente/geo"
)

// World is what a policy needs to know beside its file.
type World struct {
	Member  entente.MemberID   // whose policy
	Members []entente.MemberID // all members of the organisation: what "all" stands for
	Borders []geo.Region       // countries by ID, for areas given as countries
	Sensors []entente.Sensor   // for sensors given by name
}

// Policy is a member's release policy. It is read-only once read and may be used from many goroutines.
type Policy struct {
	Hash  string // lower-case hex SHA-256 of the file
	world World
}

// Read reads a policy file. See [Parse].
func Read(path string, w World) (*Policy, error) { return nil, nil }

// Parse reads a policy in YAML; source is for errors. A policy with any fault is refused whole.
func Parse(data []byte, source string, w World) (*Policy, error) { return nil, nil }

// Decide says whether the item may go to a member now.
func (p *Policy) Decide(item *Item, to entente.MemberID, now entente.Instant) Decision {
	return Decision{Why: NoRule}
}

// Explain says in lines of text how Decide comes to its decision: each rule, and what of it did not match.
func (p *Policy) Explain(item *Item, to entente.MemberID, now entente.Instant) []string { return nil }

// Apply returns the track as the decision lets it leave: position rounded to the grid of d.Precision metres, covariance
// widened to match, fields stripped. A track that is not released comes back empty.
func Apply(t entente.Track, d *Decision) entente.Track { return entente.Track{} }
