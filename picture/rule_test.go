package picture

import (
	"testing"

	"entente"
)

func TestRules(t *testing.T) {
	// ICAO Annex 10 volume III table 9-1: Belarus has 510000 to 5103FF
	rules := DefaultRules([]Block{{0x510000, 0x5103FF}})
	rules = append([]Rule{{Criterion: "distress", Identity: entente.Suspect, ModeA: []ModeARange{{0o7500, 0o7500}}}}, rules...)
	named := entente.MakeCallsign("AFR12")
	for _, tc := range []struct {
		name string
		t    entente.Track
		want entente.Identity
	}{
		{"a member's aircraft", entente.Track{Address: 0x5102AB}, entente.AssumedFriend},
		{"first of the block", entente.Track{Address: 0x510000}, entente.AssumedFriend},
		{"last of the block", entente.Track{Address: 0x5103FF}, entente.AssumedFriend},
		{"beyond the block", entente.Track{Address: 0x510400}, entente.Pending},
		{"the same number, not an ICAO address", entente.Track{Address: 0x5102AB | entente.AddressNonICAO, Callsign: named}, entente.Pending},
		{"another's aircraft with a callsign", entente.Track{Address: 0x390001, Callsign: named}, entente.Neutral},
		{"another's aircraft without", entente.Track{Address: 0x390001}, entente.Pending},
		{"no transponder, just seen", entente.Track{Started: start, Time: start.Add(10)}, entente.Pending},
		{"no transponder for long", entente.Track{Started: start, Time: start.Add(40)}, entente.Unknown},
		{"mode A alone", entente.Track{Started: start, Time: start.Add(40), Has: entente.HasModeA, ModeA: 0o1234}, entente.Pending},
		{"mode A rule before the others", entente.Track{Address: 0x5102AB, Has: entente.HasModeA, ModeA: 0o7500}, entente.Suspect},
		{"mode A zero that was not measured", entente.Track{Address: 0x5102AB}, entente.AssumedFriend},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := Identify(rules, &tc.t)
			if got.Identity != tc.want || got.Criterion == "" || got.By != "" {
				t.Errorf("got %+v, want %v", got, tc.want)
			}
		})
	}
}
