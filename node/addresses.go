package node

import (
	"entente"
	"entente/picture"
)

// addressOf is the block of Mode S addresses assigned to a state: ICAO Annex 10 volume III, table 9-1. Table of those
// whose block is asked for; a state without a line has none of its registrations assumed friendly.
var addressOf = map[entente.MemberID]picture.Block{
	"ARM": {First: 0x600000, Last: 0x6003FF},
	"AZE": {First: 0x600800, Last: 0x600BFF},
	"BLR": {First: 0x510000, Last: 0x5103FF},
	"GEO": {First: 0x514000, Last: 0x5143FF},
	"KAZ": {First: 0x683000, Last: 0x6833FF},
	"KGZ": {First: 0x601000, Last: 0x6013FF},
	"MDA": {First: 0x504C00, Last: 0x504FFF},
	"RUS": {First: 0x100000, Last: 0x1FFFFF},
	"TJK": {First: 0x515000, Last: 0x5153FF},
	"TKM": {First: 0x601800, Last: 0x601BFF},
	"UKR": {First: 0x508000, Last: 0x50FFFF},
	"UZB": {First: 0x507C00, Last: 0x507FFF},
	"FRA": {First: 0x380000, Last: 0x3BFFFF},
	"DEU": {First: 0x3C0000, Last: 0x3FFFFF},
	"GBR": {First: 0x400000, Last: 0x43FFFF},
	"ITA": {First: 0x300000, Last: 0x33FFFF},
	"ESP": {First: 0x340000, Last: 0x37FFFF},
	"POL": {First: 0x488000, Last: 0x48FFFF},
	"TUR": {First: 0x4B8000, Last: 0x4BFFFF},
	"USA": {First: 0xA00000, Last: 0xAFFFFF},
	"CAN": {First: 0xC00000, Last: 0xC3FFFF},
	"CHN": {First: 0x780000, Last: 0x7BFFFF},
	"IND": {First: 0x800000, Last: 0x83FFFF},
	"NGA": {First: 0x064000, Last: 0x064FFF},
	"GHA": {First: 0x044000, Last: 0x044FFF},
	"SEN": {First: 0x070000, Last: 0x070FFF},
}

func addressBlocks(members []entente.Member) (blocks []picture.Block) {
	for _, m := range members {
		if b, ok := addressOf[m.ID]; ok {
			blocks = append(blocks, b)
		}
	}
	return blocks
}

// identityRules are the picture's own, and two for aircraft that answer without saying more: who answers takes part in
// the service, so it is no unidentified aircraft; the emergency codes have alerts of their own.
func identityRules(members []entente.Member) []picture.Rule {
	rules := picture.DefaultRules(addressBlocks(members))
	return append(rules, picture.Rule{Criterion: "answers with an ICAO address", Identity: entente.Neutral, ICAO: true},
		picture.Rule{Criterion: "answers with a mode A code", Identity: entente.Neutral,
			ModeA: []picture.ModeARange{{First: 1, Last: 0o7777}}})
}
