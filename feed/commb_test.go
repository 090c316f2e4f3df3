package feed

import (
	"fmt"
	"testing"

	"entente/asterix"
)

// registers are MB fields of textbook replies: 5,0 6,0 and 2,0.
var registers = map[string][7]byte{
	"50": {0x81, 0x95, 0x15, 0x36, 0xE0, 0x24, 0xD4}, "60": {0x8F, 0x39, 0xF9, 0x1A, 0x7E, 0x27, 0xC4}, "20": {0x20, 0x2C, 0xC3, 0x71, 0xC3, 0x1D, 0xE0},
}

// withRegisters builds a record of 48 with registers in item 250, the code 0 where label is empty.
func withRegisters(t testing.TB, labels []string, contents []string) []byte {
	t.Helper()
	e, err := asterix.Get(48, "")
	if err != nil {
		t.Fatal(err)
	}
	b := asterix.NewBuilder(e)
	at := func(p string) asterix.Handle { return asterix.Field(48, p) }
	b.SetUint(at("010/SAC"), 25)
	b.SetUint(at("010/SIC"), 7)
	for i, l := range labels {
		mb := registers[contents[i]]
		b.SetOctetsAt(at("250/MBDATA"), i, mb[:])
		if l != "" {
			b.SetUintAt(at("250/BDS1"), i, uint64(l[0]-'0'))
			b.SetUintAt(at("250/BDS2"), i, uint64(l[1]-'0'))
		}
	}
	dst, err := b.AppendRecord(asterix.BeginBlock(nil, 48))
	if err == nil {
		err = asterix.EndBlock(dst, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dst
}

func TestCommBInRecords(t *testing.T) {
	data := withRegisters(t, []string{"50", "60", "", "", "40"}, []string{"50", "60", "20", "50", "50"})
	lines, _, _ := decodedLines(t, data, DecodeOptions{CommB: true, KeepBytes: true})
	list := lines[0]["comm_b"].([]any)
	if len(list) != 5 || lines[0]["hex"] == nil {
		t.Fatalf("%v", lines[0])
	}
	for i, want := range []map[string]any{
		{"item": "250", "bds": "50", "roll_deg": 2.109375, "groundspeed_kt": 438.0, "tas_kt": 424.0, "inferred": nil, "mb": "81951536E024D4"},
		{"bds": "60", "ias_kt": 252.0, "mach": 0.42, "inferred": nil},
		{"bds": "20", "inferred": true, "callsign": "KLM1017"},
		{"bds": "50", "inferred": true, "roll_deg": 2.109375},
		{"bds": "40", "fits": false, "roll_deg": nil, "inferred": nil},
	} {
		got := list[i].(map[string]any)
		for k, v := range want {
			if fmt.Sprint(got[k]) != fmt.Sprint(v) {
				t.Errorf("register %d: %s is %v, want %v; all %v", i, k, got[k], v, got)
			}
		}
		for _, k := range []string{"hex", "icao", "df", "fs", "altitude_ft", "squawk"} {
			if got[k] != nil {
				t.Errorf("register %d has %s of a header that nobody sent", i, k)
			}
		}
	}
	if plain, _, _ := decodedLines(t, data, DecodeOptions{}); plain[0]["comm_b"] != nil {
		t.Error("registers without being asked")
	}
	none, _, _ := decodedLines(t, block(t, 48, "", values{"140": 1.0}), DecodeOptions{CommB: true})
	if none[0]["comm_b"] != nil {
		t.Errorf("%v", none[0])
	}
}

// TestCommBInTracks reads 062/380, whose code is the last octet, by either name.
func TestCommBInTracks(t *testing.T) {
	for edition, path := range map[string]string{"1.18": "380/MB", "1.21": "380/BDSDATA"} {
		e, err := asterix.Get(62, edition)
		if err != nil {
			t.Fatal(err)
		}
		b := asterix.NewBuilder(e)
		b.SetUint(asterix.Field(62, "010/SAC"), 25)
		mb := registers["60"]
		b.SetOctetsAt(asterix.Field(62, path), 0, append(mb[:], 0x60))
		dst, err := b.AppendRecord(asterix.BeginBlock(nil, 62))
		if err == nil {
			err = asterix.EndBlock(dst, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		lines, _, _ := decodedLines(t, dst, DecodeOptions{Options: Options{Editions: []string{"62=" + edition}}, CommB: true})
		list, _ := lines[0]["comm_b"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["bds"] != "60" || list[0].(map[string]any)["item"] != path {
			t.Errorf("%s: %v", edition, lines[0])
		}
	}
}

// TestCommBOfARecording: registers that a radar labels fit their labels nearly always.
func TestCommBOfARecording(t *testing.T) {
	lines, _, _ := decodedLines(t, readShared(t, "asterix/recordings/jahorina_cat048_cat034.raw"), DecodeOptions{CommB: true})
	all, misfits := 0, map[string]int{}
	for _, l := range lines {
		list, _ := l["comm_b"].([]any)
		for _, r := range list {
			all++
			if m := r.(map[string]any); m["fits"] == false {
				misfits[fmt.Sprint(m["bds"])]++
			}
		}
	}
	n := 0
	for _, k := range misfits {
		n += k
	}
	t.Logf("%d registers, misfits %v", all, misfits)
	if all < 1000 || n*20 > all {
		t.Errorf("%d of %d registers do not fit their label: %v", n, all, misfits)
	}
}
