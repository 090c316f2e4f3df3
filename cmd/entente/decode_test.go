package main

import (
	"os"
	"path/filepath"

	"entente/asterix"
)

// writeASTERIX makes sky.ast for the scripts: two turns of a radar (25/7) with two aircraft, over midnight, and an ADS-B
// report of the old edition 0.26 (25/9).
func writeASTERIX(dir string) error {
	var all []byte
	var failed error
	add := func(cat uint8, edition string, sic uint64, set func(b *asterix.Builder, at func(string) asterix.Handle)) {
		e, err := asterix.Get(cat, edition)
		if err != nil {
			failed = err
			return
		}
		b := asterix.NewBuilder(e)
		at := func(path string) asterix.Handle { return asterix.Field(cat, path) }
		b.SetUint(at("010/SAC"), 25)
		b.SetUint(at("010/SIC"), sic)
		set(b, at)
		start := len(all)
		all = asterix.BeginBlock(all, cat)
		if all, err = b.AppendRecord(all); err == nil {
			err = asterix.EndBlock(all[start:], 0)
		}
		if err != nil {
			failed = err
		}
	}
	for turn := range 2 {
		now := float64(86396 + 5*turn)
		if now >= 86400 {
			now -= 86400
		}
		add(34, "", 7, func(b *asterix.Builder, at func(string) asterix.Handle) {
			b.SetUint(at("000"), 1)
			b.SetFloat(at("030"), now)
		})
		for i, id := range []string{"4CA2D1", "3FD123"} {
			add(48, "", 7, func(b *asterix.Builder, at func(string) asterix.Handle) {
				b.SetFloat(at("140"), now+float64(i)/2)
				b.SetUint(at("020/TYP"), 5)
				b.SetFloat(at("040/RHO"), 50+float64(turn))
				b.SetFloat(at("040/THETA"), 90*float64(i+1))
				b.SetText(at("070/MODE3A"), "1234")
				b.SetFloat(at("090/FL"), 310)
				b.SetText(at("220"), id)
				if i == 0 { // BDS 5,0 as labelled, and one without a label
					b.SetOctetsAt(at("250/MBDATA"), 0, []byte{0x81, 0x95, 0x15, 0x36, 0xE0, 0x24, 0xD4})
					b.SetUintAt(at("250/BDS1"), 0, 5)
					b.SetOctetsAt(at("250/MBDATA"), 1, []byte{0x20, 0x08, 0x55, 0x60, 0x82, 0x08, 0x20})
				}
			})
		}
	}
	add(21, "0.26", 9, func(b *asterix.Builder, at func(string) asterix.Handle) {
		b.SetFloat(at("030"), 10)
		b.SetUint(at("040/ATP"), 1)
		b.SetFloat(at("130/LAT"), 45)
		b.SetFloat(at("130/LON"), 22.5)
		b.SetText(at("080"), "4CA2D1")
		b.SetUint(at("095"), 3)
	})
	if failed != nil {
		return failed
	}
	return os.WriteFile(filepath.Join(dir, "sky.ast"), all, 0o644)
}
