package picture

import "entente"

// Config says whose picture it is and by which rules aircraft are identified.
type Config struct {
	Member     entente.MemberID
	Rules      []Rule  // first match wins; nil is DefaultRules of no member
	OwnAge     float64 // seconds that an own track counts after its last update; zero is 60
	PartnerAge float64 // seconds that a partner's track counts after its time of applicability; zero is 60
	MaxTracks  int     // bound on the tracks of one member; zero is 65536
}

// Counters say what came in and what was refused.
type Counters struct {
	Own, Partner uint64 // tracks taken
	Stale        uint64 // refused: older than what is held, or than the age limit
	Implausible  uint64 // refused: no position, not a number, or covariance not positive
	Mislabelled  uint64 // refused: label's origin is not the partner, or does not allow this member
	Crowded      uint64 // refused: MaxTracks reached
	Split        uint64 // tracks taken out of an entry that they no longer fit
	Joined       uint64 // tracks put into another's entry
	Entries      int    // aircraft in the picture
}

// Picture is one member's air picture.
type Picture struct {
	config   Config
	counters Counters
}

// New returns an empty picture.
func New(c Config) *Picture { return &Picture{config: c} }

// Own takes the member's own tracks as its tracker emitted them; an ended track leaves.
func (p *Picture) Own(tracks []entente.Track) {}

// Partner takes tracks released by m under label, received at this node when said.
func (p *Picture) Partner(m entente.MemberID, label entente.Label, received entente.Instant, tracks []entente.Track) {
}

// Entries appends every aircraft with its fused state predicted to now, in order of number.
func (p *Picture) Entries(dst []entente.Entry, now entente.Instant) []entente.Entry { return dst }

// Get returns the entry with this number as Entries last gave it.
func (p *Picture) Get(number uint32) (entente.Entry, bool) { return entente.Entry{}, false }

// SetIdentity sets by a person's word what an entry is taken to be; no rule changes it until Release.
// The error is an [entente.Error]: NotFound, or Malformed without a person or identity.
func (p *Picture) SetIdentity(number uint32, id entente.Identification) error { return nil }

// ReleaseIdentity gives the entry back to the rules.
func (p *Picture) ReleaseIdentity(number uint32) error { return nil }

// Counters returns the counts so far.
func (p *Picture) Counters() Counters { return p.counters }
