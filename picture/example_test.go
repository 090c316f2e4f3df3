package picture_test

import (
	"fmt"

	"entente"
	"entente/picture"
)

// One aircraft, seen by us and by a partner, is one entry that names both.
func Example() {
	p := picture.New(picture.Config{Member: "BLR", Rules: picture.DefaultRules([]picture.Block{{First: 0x510000, Last: 0x5103FF}})})
	k := entente.Track{ID: 7, State: entente.Confirmed, Time: entente.FromSeconds(100), Updated: entente.FromSeconds(100),
		Lat: 0.94, Lon: 0.48, Height: 9000, VE: 200, Address: 0x510123}
	for i, v := range []float64{3600, 3600, 400, 25, 25, 4} {
		k.Covariance.Set(i, i, v)
	}
	p.Own([]entente.Track{k})
	k.ID, k.Lat = 31, k.Lat+0.00003
	p.Partner("KAZ", entente.Label{Origin: "KAZ", To: []entente.MemberID{"BLR"}}, k.Time, []entente.Track{k})
	for _, e := range p.Entries(nil, entente.FromSeconds(101)) {
		fmt.Println(e.Number, e.Track.Address, e.Identification.Identity, e.Contributions[0].Member, e.Contributions[1].Member)
	}
	// Output: 1 510123 assumed_friend BLR KAZ
}
