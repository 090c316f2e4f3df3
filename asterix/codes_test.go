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
				if f.codes == nil {
					continue
				}
				if compareEditions(name, c.From) < 0 {
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
