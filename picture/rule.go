package picture

import "entente"

// Block is a range of Mode S addresses, both ends included.
type Block struct {
	First entente.Address `json:"first"`
	Last  entente.Address `json:"last"`
}

// Rule says what a track is taken to be when all its conditions hold. Unset conditions ask nothing.
type Rule struct {
	Criterion string           `json:"criterion"` // the reason shown to people
	Identity  entente.Identity `json:"identity"`

	Blocks        []Block      `json:"blocks,omitempty"`         // the address is an ICAO one in one of these
	ICAO          bool         `json:"icao,omitempty"`           // the address is any ICAO one
	Callsign      bool         `json:"callsign,omitempty"`       // it says who it is
	NoTransponder bool         `json:"no_transponder,omitempty"` // neither address nor mode A
	ModeA         []ModeARange `json:"mode_a,omitempty"`         // its mode A code is in one of these
	MinAge        float64      `json:"min_age,omitempty"`        // seconds since the track started
}

// ModeARange is a range of mode A codes, both ends included.
type ModeARange struct {
	First entente.ModeA `json:"first"`
	Last  entente.ModeA `json:"last"`
}

// Identify returns the identification of the first rule that holds for t, else pending.
func Identify(rules []Rule, t *entente.Track) entente.Identification {
	return entente.Identification{Identity: entente.Pending}
}

// DefaultRules are: an address of a member's registration, assumed friend; any other ICAO address with a callsign,
// neutral; no transponder for half a minute, unknown; all else pending.
func DefaultRules(members []Block) []Rule { return nil }
