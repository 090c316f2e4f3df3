package release_test

import (
	"fmt"

	"entente"
	"entente/geo"
	"entente/release"
)

func Example() {
	policy := `
rules:
  - name: civil traffic, coarse
    to: [RUS]
    kinds: [track]
    identities: [neutral]
    precision: 5000
    strip: [identity]
`
	p, err := release.Parse([]byte(policy), "policy.yaml", release.World{Member: "BLR", Members: []entente.MemberID{"BLR", "RUS", "KAZ"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	track := entente.Track{ID: 1, Origin: "BLR", State: entente.Confirmed, Time: 1, Lat: geo.Radians(53.9), Lon: geo.Radians(27.56), Address: 0x510001}
	item := release.OfTrack(&track, entente.Neutral)
	for _, to := range []entente.MemberID{"RUS", "KAZ"} {
		d := p.Decide(&item, to, 1)
		out := release.Apply(track, &d)
		moved := geo.Distance(track.Lat, track.Lon, out.Lat, out.Lon)
		fmt.Println(to, d.Release, d.Why, d.Release && moved < 5000, out.Address == 0)
	}
	// Output:
	// RUS true a rule releases it true true
	// KAZ false no rule matches it false true
}
