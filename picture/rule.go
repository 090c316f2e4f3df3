package picture

import (
	"slices"

	"entente"
)

// Block is a range of Mode S addresses, both ends included.
type Block struct {
	First entente.Address `json:"first"`
	Last  entente.Address `json:"last"`
}

// Contains says whether a is an ICAO address in the block.
func (b Block) Contains(a entente.Address) bool { return a.ICAO() && a >= b.First && a <= b.Last }

// ModeARange is a range of mode A codes, both ends included.
type ModeARange struct {
	First entente.ModeA `json:"first"`
	Last  entente.ModeA `json:"last"`
}

// Rule says what a track is taken to be when all its conditions hold. Unset conditions ask nothing.
type Rule struct {
	Criterion string           `json:"criterion"` // the reason shown to people
	Identity  entente.Identity `json:"identity"`

	Blocks        []Block      `json:"blocks,omitempty"`         // the address is an ICAO one in one of these
	ICAO          bool         `json:"icao,omitempty"`           // the address is any ICAO one
	Callsign      bool         `json:"callsign,omitempty"`       // it says who it is
	NoTransponder bool         `json:"no_transponder,omitempty"` // neither address nor mode A nor height
	ModeA         []ModeARange `json:"mode_a,omitempty"`         // its mode A code is in one of these
	MinAge        float64      `json:"min_age,omitempty"`        // seconds since the track started
}

// Holds says whether every condition of r is true of t.
func (r *Rule) Holds(t *entente.Track) bool {
	switch {
	case r.ICAO && !t.Address.ICAO(),
		r.Callsign && t.Callsign == (entente.Callsign{}),
		r.NoTransponder && (t.Address != 0 || t.Has&(entente.HasModeA|entente.HasPressureAltitude) != 0),
		r.MinAge > 0 && t.Time.Sub(t.Started) < r.MinAge,
		len(r.Blocks) > 0 && !slices.ContainsFunc(r.Blocks, func(b Block) bool { return b.Contains(t.Address) }):
		return false
	}
	return len(r.ModeA) == 0 || t.Is(entente.HasModeA) &&
		slices.ContainsFunc(r.ModeA, func(m ModeARange) bool { return t.ModeA >= m.First && t.ModeA <= m.Last })
}

// Identify returns the identification of the first rule that holds for t, at the track's time; else pending.
func Identify(rules []Rule, t *entente.Track) entente.Identification {
	for i := range rules {
		if r := &rules[i]; r.Holds(t) {
			return entente.Identification{Identity: r.Identity, Criterion: r.Criterion, Time: t.Time}
		}
	}
	return entente.Identification{Identity: entente.Pending, Criterion: "no rule applies", Time: t.Time}
}

// DefaultRules are: an address of a member's registration, assumed friend; any other ICAO address with a callsign,
// neutral; no transponder for half a minute, unknown; all else pending.
func DefaultRules(members []Block) []Rule {
	rules := []Rule{
		{Criterion: "ICAO address with callsign", Identity: entente.Neutral, ICAO: true, Callsign: true},
		{Criterion: "no transponder", Identity: entente.Unknown, NoTransponder: true, MinAge: 30},
	}
	if len(members) == 0 {
		return rules
	}
	return append([]Rule{{Criterion: "address of a member's registration", Identity: entente.AssumedFriend, Blocks: members}}, rules...)
}
