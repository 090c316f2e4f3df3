package asterix

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestCodeTexts(t *testing.T) {
	d := NewDecoder()
	lines(d, block(48, "ac 0102 a0 8246 3ff8"))
	r := d.Record()
	for path, want := range map[string]string{"020/TYP": "Mode S roll-call", "020/SIM": "actual", "040/RHO": "", "010/SAC": "", "240": ""} {
		if got := r.CodeText(Field(48, path)); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	line := string(r.AppendJSON(nil, JSONOptions{Text: true, Raw: true}))
	if want := `"020":{"TYP":{"value":5,"text":"Mode S roll-call"},"SIM":{"value":0,"text":"actual"}`; !strings.Contains(line, want) || !json.Valid([]byte(line)) {
		t.Errorf("%s lacks %s", line, want)
	}
	lines(d, block(48, "8101 40 0102 03 03 fe"))
	if r := d.Record(); r.CodeTextAt(Field(48, "030"), 0) != "multipath reply (reflection)" || r.CodeTextAt(Field(48, "030"), 1) != "multipath reply (reflection)" || r.CodeTextAt(Field(48, "030"), 2) != "" {
		t.Errorf("warnings %s", r.AppendJSON(nil, JSONOptions{Text: true}))
	}
}

// Every text is of a field that exists in some edition it is meant for, and of a value the field can hold.
func TestCodeTextsFit(t *testing.T) {
	for _, c := range allCodeTexts() {
		found := map[string]bool{}
		for _, name := range Editions(c.Category) {
			e, err := Get(c.Category, name)
			if err != nil {
				t.Fatal(err)
			}
			for i := range e.leaves {
				f := &e.leaves[i]
				if f.codes == nil || !c.holds(name) {
					continue
				}
				if c.Fields[f.path] == nil {
					t.Errorf("%03d edition %s: %s has texts of another edition", c.Category, name, f.path)
				}
				found[f.path] = true
				for v := range f.codes {
					if v&^f.mask != 0 {
						t.Errorf("%03d/%s cannot be %d", c.Category, f.path, v)
					}
				}
			}
		}
		for path := range c.Fields {
			if !found[path] {
				t.Errorf("%03d has no code %s", c.Category, path)
			}
		}
	}
}

// TestCodeTextsOfCategories takes a code of each category that has texts, and repetitive and nested fields.
func TestCodeTextsOfCategories(t *testing.T) {
	for _, c := range []struct {
		cat     uint8
		edition string
		path    string
		value   uint64
		want    string
	}{
		{1, "", "020/SSRPSR", 3, "primary and secondary"}, {2, "", "000", 2, "sector crossing"}, {4, "", "000", 7, "short term conflict (STCA)"},
		{4, "", "120/CN/TYPE", 1, "major infringement"}, {8, "", "040/FSTLST", 3, "whole contour"}, {10, "", "020/TYP", 2, "ADS-B"},
		{10, "", "170/DOU", 6, "coasted before"}, {19, "", "551/TP2B", 1, "good"}, {20, "", "020/MS", 1, "Mode S multilateration"},
		{20, "", "030", 16, "duplicated or illegal address"}, {21, "2.6", "200/PS", 5, "unlawful interference"}, {21, "2.1", "271/POA", 1, "position is the ADS-B reference point"},
		{23, "", "110/STAT", 4, "normal"}, {25, "", "105", 3, "time source coasting"}, {34, "", "060/PSR/POL", 1, "circular polarisation"},
		{48, "", "230/STAT", 3, "alert, no SPI, on the ground"}, {62, "", "080/EMS", 3, "minimum fuel"}, {62, "", "390/TOD/TYP", 7, "actual take-off"},
		{62, "", "380/SAB/DC", 1, "differential correction"}, {63, "", "060/CON", 3, "not connected"}, {65, "", "050", 14, "synchronised on backup radar"},
		{205, "", "000", 4, "end of detection"}, {240, "", "048/RES", 4, "8 bits"},
		{7, "", "410", 5, "request of type A"}, {7, "", "020/TYP", 7, "Mode S roll-call and primary plot"}, {11, "", "430", 9, "on finals"}, {11, "", "390/WTC", 74, "super"},
		{15, "", "000/MT", 5, "end of track"}, {16, "", "000", 1, "system configuration"}, {17, "", "000", 20, "track data asked for"}, {18, "", "001/CAUSE", 1, "rejected"},
		{32, "1.2", "435", 76, "light"}, {150, "", "030", 251, "short term conflict alert"},
		{21, "0.26", "040/ATP", 1, "24-bit ICAO address"}, {21, "2.4", "040/ATP", 1, "duplicate address"}, // means something else than in later editions
		{48, "", "RE/MD5/SUM/M5", 1, "mode 5 interrogation"}, {62, "", "080/M5I", 1, "mode 5 update too old"},
	} {
		e, err := Get(c.cat, c.edition)
		if err != nil {
			t.Fatal(err)
		}
		b := NewBuilder(e)
		b.SetUint(Field(c.cat, c.path), c.value)
		data, err := b.AppendRecord(nil)
		if err != nil {
			t.Errorf("%03d/%s: %v", c.cat, c.path, err)
			continue
		}
		r := parsed(t, e, data)
		if got := r.CodeText(Field(c.cat, c.path)); got != c.want {
			t.Errorf("%03d/%s %d: %q, want %q", c.cat, c.path, c.value, got, c.want)
		}
		if line := r.AppendJSON(nil, JSONOptions{Text: true}); !json.Valid(line) || c.want != "" && !strings.Contains(string(line), c.want) {
			t.Errorf("%s", line)
		}
	}
}
