package asterix

import (
	"bytes"
	"strings"
	"testing"
)

// TestOlderEditions reads by older editions what they lay out otherwise than later ones, from octets made by hand.
func TestOlderEditions(t *testing.T) {
	for _, c := range []struct {
		name   string
		cat    uint8
		rule   string
		record string
		want   string // in the JSON
	}{
		{"048 1.14: two spare bits before ME", 48, "1.14", "a0 0102 41 18", `"TST":0,"ME":1,"MI":1,"FOEFRI":0`},
		{"048 1.14: no SI capability", 48, "1.14", "810102 0102 2380", `"230":{"COM":1,"STAT":0,"MSSC":1`},
		{"048 1.21: X pulse, no extended range", 48, "1.21", "a0 0102 41 20", `"TST":0,"XPP":1,"ME":0`},
		{"048 1.23: extended range", 48, "1.23", "a0 0102 41 40", `"TST":0,"ERR":1,"XPP":0`},
		{"021 1.8: error conditions in the second extent", 21, "1.8", "c0 0102 01 01 80", `"EC7":1,"EC6":0,"IPC":0`},
		{"021 1.8: resolution advisory as bits", 21, "1.8", "810101010108 0102 01020304050607", `"260":"01020304050607"`},
		{"021 1.8: status without ICF", 21, "1.8", "81010140 0102 0c", `"200":{"PS":3,"SS":0}`},
		{"062 1.7: no altitude discrepancy flag", 62, "1.7", "810180 0102 a8", `"200":{"TRANS":2,"LONG":2,"VERT":2}`},
		{"062 1.12: with it", 62, "1.12", "810180 0102 aa", `"200":{"TRANS":2,"LONG":2,"VERT":2,"ADF":1}`},
		{"010 0.24: speeds of twelve bits", 10, "0.24", "8140 0102 fff001", `"202":{"VX":-1,"VY":1}`},
		{"010 0.31: of sixteen", 10, "0.31", "8140 0102 ffff0004", `"202":{"VX":-0.25,"VY":1}`},
		{"019 1.2", 19, "1.2", "82 0102 c8", `"553":{"REFTR1":3,"REFTR2":2}`},
		{"020 1.5", 20, "1.5", "c0 0102 80", `"020":{"SSR":1,`},
		{"020 1.7", 20, "1.7", "a0 0102 000080", `"140":1`},
		{"020 1.8", 20, "1.8", "a0 0102 000080", `"140":1`},
		{"025 1.1: one octet of status", 25, "1.1", "82 0102 94", `"100":{"NOGO":1,"OPS":0,"SSTAT":10}`},
		{"025 1.2: position to 180°", 25, "1.2", "8108 0102 40000000 80000000", `"600":{"LAT":45,"LON":-180}`},
		{"017: position to 180°", 17, "1.3", "8180 0102 400000 800000", `"045":{"LAT":90,"LON":-180}`},
		{"004 1.4", 4, "1.4", "82 0102 01 c2", `"AFDA":1,"RIMCA":1,"OF":0,"OL":1`},
		{"004 1.8", 4, "1.8", "82 0102 01 32", `"AFDA":0,"RIMCA":0,"ACASRA":1,"NTCA":1,"DG":0,"OF":0,"OL":1`},
		{"065 1.2: no time of transmission", 65, "1.2", "84 0102 9c", `"040":{"NOGO":2,"OVL":0,"TSV":1,"PSS":3}`},
		{"065 1.3", 65, "1.3", "84 0102 9c", `"040":{"NOGO":2,"OVL":0,"TSV":1,"PSS":3}`},
		{"063 1.0", 63, "1.0", "88 0102 40", `"060":{"CON":1,`},
		{"063 1.1", 63, "1.1", "88 0102 40", `"060":{"CON":1,`},
		{"063 1.3", 63, "1.3", "88 0102 40", `"060":{"CON":1,`},
		{"034 1.26", 34, "1.26", "d0 0102 02 40", `"000":2,"020":90`},
		{"001 1.1", 1, "1.1", "f0 0809 20 4000 8000 00a6", `"040":{"RHO":128,"THETA":180}`},
	} {
		d := NewDecoder(Rule{Category: c.cat, AnySource: true, Edition: c.rule})
		got := lines(d, block(c.cat, c.record))
		if len(got) != 1 || !strings.Contains(got[0], c.want) || len(d.Errors()) > 0 {
			t.Errorf("%s: %q %v lacks %s", c.name, got, d.Errors(), c.want)
			continue
		}
		checkRebuilt(t, c.name, d.Record())
	}
}

// TestExpansionsFromOctets reads and rebuilds expansions made by hand.
func TestExpansionsFromOctets(t *testing.T) {
	for _, c := range []struct {
		name   string
		cat    uint8
		rule   Rule
		record string
		want   string
		note   bool
	}{
		{"004: position and level of the first aircraft", 4, Rule{}, "810104 0102 0d 80 a0 00800000 ff800000 3ff8", `"RE":{"TI1":{"PW1":{"LAT":45,"LON":-45},"MC1":{"V":0,"G":0,"MC":-2}}}`, false},
		{"004: both aircraft", 4, Rule{}, "810104 0102 0e c0 40 000002 fffffe 10 00040008", `"RE":{"TI1":{"PC1":{"X":1,"Y":-1}},"TI2":{"V2":{"VX":1,"VY":2}}}`, false},
		{"004: time to go, whose layout is not public", 4, Rule{}, "810104 0102 04 04 0010", `"RE":"040010"`, true},
		{"004: second octet of the indicator", 4, Rule{}, "810104 0102 05 81 80 00 00", `"RE":"81800000"`, true},
		{"062 1.4: status of the track", 62, Rule{}, "8101010104 0102 05 10 f7 6d a0", `"RE":{"STS":{"FDR":1,"LNAV":{"EP":1,"VAL":1},"ATP":{"EP":1,"VAL":3},"DAD":{"EP":0,"VAL":1},"DUP":{"EP":1,"VAL":1},"CSX":{"EP":1,"VAL":0},"TLI":{"EP":1,"VAL":0},"TAI":{"EP":1,"VAL":0}}}`, false},
		{"062 1.4: an item that does not follow its definition stays bytes, the next is read", 62, Rule{}, "8101010104 0102 0c 06 04 81 80 04 06 80 20260708", `"RE":{"MOI":"818004","MTI":{"DATE":{"Y1":2,`, true},
		{"062 1.4: operational and technical items", 62, Rule{}, "8101010104 0102 0e 06 04 c0 04 08 08 c0 20260708 0040", `"RE":{"MOI":{"ATAD":1,"ATID":2},"MTI":{"DATE":{"Y1":2,"Y2":0,"Y3":2,"Y4":6,"M1":0,"M2":7,"D1":0,"D2":8},"TENTU":0.5}}`, false},
		{"062 by 1.3 leaves them", 62, Rule{Expansion: "1.3"}, "8101010104 0102 06 04 04 c0 04 08", `"RE":"0404C00408"`, true},
		{"020: dilution of precision", 20, Rule{}, "81010104 0107 08 04 0100 0280 ffff", `"RE":{"HPDOP":{"X":1,"Y":2.5,"XY":-0.000030517578}}`, false},
	} {
		c.rule.Category, c.rule.AnySource = c.cat, true
		e, err := Get(c.cat, "")
		if err != nil {
			t.Fatal(err)
		}
		c.rule.Edition = e.Name()
		d := NewDecoder(c.rule)
		got := lines(d, block(c.cat, c.record))
		if len(got) != 1 || !strings.Contains(got[0], c.want) || len(d.Errors()) > 0 || (d.Record().Note() != nil) != c.note {
			t.Errorf("%s: %q %v %v lacks %s", c.name, got, d.Errors(), d.Record().Note(), c.want)
			continue
		}
		checkRebuilt(t, c.name, d.Record())
		b := NewBuilder(d.Record().Edition())
		if again := rebuiltByValues(t, b, d.Record()); !c.note && !bytes.Equal(again, d.Record().Data()) {
			t.Errorf("%s: built %x, want %x", c.name, again, d.Record().Data())
		}
	}
}
