package asterix

import (
	"strings"
	"testing"
)

// TestWhatOthersGotWrong has an example of each fault that users reported of other decoders.
func TestWhatOthersGotWrong(t *testing.T) {
	for _, c := range []struct {
		name, rule string
		cat        uint8
		record     string
		want       string
	}{
		{"a repetitive item's every octet, not the last or first alone", "", 48, "8101 40 0102 c5 03 14", `"030":[98,1,10]`},
		{"empty octets inside a field specification are one record, not two", "48=1.31", 48, "f31f0102 0647 01abb7 40 7731dc72 6002c6 033cd25a264e 07f45d67 c605 4008 8040", `"170":{"CNF":1,"RAD":2,"DOU":0,"MAH":0,"CDM":3},"RE":{"M5N":{"EM1":{"V":1,"G":0,"L":0,"EM1":"0100"}}}`},
		{"fields by place in the profile, not by item number", "62=1.21", 62, "98 0102 000080 00400000 00200000", `"070":1,"105":{"LAT":22.5,"LON":11.25}`},
		{"subitems of 062/380 by their own specification", "62=1.18", 62, "8110 0102 90 4ca2d1 8320", `"380":{"ADR":"4CA2D1","IAS":{"IM":1,"IAS":0.8}}`},
		{"and by its fourth octet", "62=1.18", 62, "8110 0102 01 01 01 40 1234", `"380":{"`},
		{"several composed track numbers", "62=1.18", 62, "81010108 0102 010003 020004", `"510":[{"IDENT":1,"TRACK":1},{"IDENT":2,"TRACK":2}]`},
		{"slave tracks of 032", "32=1.1", 32, "82 0102 01 0003 02 0005 03 0006", `"050":{"SUI":1,"STN":1,"SUI2":2,"STN2":2,"SUI3":3,"STN3":3}`},
		{"an extent without extension bit", "21=2.1", 21, "810101010140 0102 050f", `"IDENT":0,"LW":15`},
		{"extension bit of the track status", "48=1.31", 48, "8102 0102 41c0", `"170":{"CNF":0,"RAD":2,"DOU":0,"MAH":0,"CDM":0,"TRE":1,"GHO":1,"SUP":0,"TCC":0}`},
		{"amplitudes are signed", "48=1.31", 48, "82 0102 30 ff fe", `"130":{"SAM":-1,`},
		{"heights below zero", "48=1.31", 48, "810108 0102 3fff", `"110":{"3DH":-25}`},
		{"a special purpose field of 19 octets, whole", "", 48, "81010104 0102 13 0102030405060708090a0b0c0d0e0f101112", `"SP":"0102030405060708090A0B0C0D0E0F101112"`},
		{"military extended squitter in the expansion of 021", "21=2.4+1.4", 21, "81010101010104 d27d 04 01 80 81", `"RE":{"MES":{"SUM":{"M5":1,"ID":0,"DA":0,"M1":0,"M2":0,"M3":0,"MC":0,"PO":1}}}`},
	} {
		d := NewDecoder()
		if c.rule != "" {
			r, err := ParseRule(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			d = NewDecoder(r)
		}
		got := lines(d, block(c.cat, c.record))
		if len(got) != 1 || !strings.Contains(got[0], c.want) || len(d.Errors()) > 0 {
			t.Errorf("%s: %q %v lacks %s", c.name, got, d.Errors(), c.want)
			continue
		}
		checkRebuilt(t, c.name, d.Record())
	}
}

// TestShortInput: a block of six octets that crashed another decoder, and all its beginnings, are errors.
func TestShortInput(t *testing.T) {
	for _, file := range []bool{false, true} {
		d := NewDecoder()
		d.Resync = file
		whole := hx("f00004800101")
		for n := 1; n <= len(whole); n++ {
			if got := lines(d, whole[:n]); len(got) > 0 || len(d.Errors()) == 0 {
				t.Errorf("%x: %q, %v", whole[:n], got, d.Errors())
			}
		}
	}
}

// TestTwoEditionsInOneRun reads reports of two sources, each by its own edition, in one datagram.
func TestTwoEditionsInOneRun(t *testing.T) {
	d := NewDecoder(Rule{Category: 21, SAC: 1, SIC: 1, Edition: "0.23"}, Rule{Category: 21, SAC: 1, SIC: 2, Edition: "2.4"})
	got := lines(d, append(block(21, "a0 0101 000080"), block(21, "8108 0102 000100")...))
	want := []string{`{"010":{"SAC":1,"SIC":1},"030":1}`, `{"010":{"SAC":1,"SIC":2},"073":2}`}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("%q %v, want %q", got, d.Errors(), want)
	}
}

// TestMissingIsNotZero: a field that is not there is not read as a number, whichever way it is asked for, and validity flags are
// fields of their own.
func TestMissingIsNotZero(t *testing.T) {
	d := NewDecoder(Rule{Category: 48, AnySource: true, Edition: "1.31"})
	lines(d, block(48, "8c 0102 c246 8000"))
	r := d.Record()
	for _, path := range []string{"040/RHO", "220", "240", "250/BDS1", "020/TST", "RE/RPC/SCO", "120/CAL/D"} {
		h := Field(48, path)
		_, u := r.Uint(h)
		_, i := r.Int(h)
		_, f := r.Float(h)
		if u || i || f || r.Has(h) || r.Count(h) != 0 || r.Bytes(h) != nil || r.OctetsAt(h, 0) != nil || r.Text(h) != "" || r.CodeText(h) != "" {
			t.Errorf("%s is there", path)
		}
	}
	for path, want := range map[string]uint64{"070/V": 1, "070/G": 1, "070/L": 0, "090/V": 1, "090/G": 0} {
		if got, ok := r.Uint(Field(48, path)); !ok || got != want {
			t.Errorf("%s is %d, %v", path, got, ok)
		}
	}
	if v, ok := r.Float(Field(48, "090/FL")); !ok || v != 0 {
		t.Errorf("level %v, %v: there, and zero", v, ok)
	}
	if got := r.AppendValues(nil); len(got) != 9 {
		t.Errorf("%v: want SAC, SIC, four of 070 and three of 090", got)
	}
}

// TestEmptyParts: repetitions of none, compounds without subitems and expansions without content are there, and stay so.
func TestEmptyParts(t *testing.T) {
	for _, c := range []struct {
		cat          uint8
		edition      string
		record, want string
	}{
		{48, "1.31", "8120 0102 00", `"250":[]`}, {48, "1.31", "82 0102 00", `"130":{}`}, {48, "1.31", "82 0102 0100", `"130":{}`},
		{48, "1.31", "81010102 0102 01", `"RE":""`}, {48, "1.31", "81010102 0102 02 00", `"RE":{}`}, {48, "1.31", "81010104 0102 01", `"SP":""`},
		{62, "1.18", "8110 0102 0180 00", `"380":{`}, {21, "2.4", "8101010104 0102 00", `"110":{}`},
	} {
		e := edition(t, c.cat, c.edition)
		data := hx(c.record)
		var r Record
		if n, err := ParseRecord(e, data, &r); err != nil || n > len(data) {
			t.Errorf("%s: %v", c.record, err)
			continue
		}
		if line := string(r.AppendJSON(nil, JSONOptions{})); !strings.Contains(line, c.want) {
			t.Errorf("%s: %s lacks %s", c.record, line, c.want)
		}
		checkRebuilt(t, c.record, &r)
	}
}

// TestPrivateCategories come as bytes, one record a block, whatever is in them, between blocks that are read.
func TestPrivateCategories(t *testing.T) {
	for cat := 1; cat < 256; cat++ {
		if Defined(uint8(cat)) && cat != 32 {
			continue
		}
		d := NewDecoder()
		data := append(append(block(48, "c0 0102 000080"), block(uint8(cat), "ffffff 00")...), block(48, "c0 0102 000100")...)
		got := lines(d, data)
		if len(got) != 3 || !strings.Contains(got[1], `"unknown":"FFFFFF00"`) || len(d.Errors()) > 0 || d.Stats().Unknown != 1 {
			t.Errorf("category %d: %q %v", cat, got, d.Errors())
		}
	}
}
