package asterix

import (
	"strings"
	"testing"
)

// wrap makes a definition file around items.
func wrap(uap, items string) string {
	return `{"category":1,"edition":"1.0","uap":{"":[` + uap + `]},"items":{` + items + `}}`
}

// TestDefinitionsAreChecked: each fault of a definition file is said with the path of what is wrong, before anything is compiled.
func TestDefinitionsAreChecked(t *testing.T) {
	one := `"010"`
	for _, c := range []struct{ name, file, want string }{
		{"no JSON", `{`, "unexpected EOF"},
		{"unknown key", `{"category":1,"edition":"1.0","colour":1}`, "colour"},
		{"no category", `{"edition":"1.0","uap":{"":["010"]},"items":{}}`, "category 0"},
		{"edition with a quote", `{"category":1,"edition":"1\"","expansion":{"bits":8,"kind":"raw"}}`, "edition"},
		{"neither items nor expansion", `{"category":1,"edition":"1.0"}`, "one of them"},
		{"both", `{"category":1,"edition":"1.0","expansion":{"bits":8,"kind":"raw"},"special":{"bits":8,"kind":"raw"}}`, "one of them"},
		{"no profile", `{"category":1,"edition":"1.0","uap":{},"items":{"010":{"bits":8,"kind":"raw"}}}`, "0 profiles"},
		{"two profiles and nothing to choose", `{"category":1,"edition":"1.0","uap":{"a":["010"],"b":["010"]},"items":{"010":{"bits":8,"kind":"raw"}}}`, "2 profiles"},
		{"chosen profile that is not there", `{"category":1,"edition":"1.0","uap":{"a":["010"],"b":["010"]},"select":{"on":"010","uap":{"0":"c"}},"items":{"010":{"bits":8,"kind":"raw"}}}`, `no profile "c"`},
		{"profile that begins with a spare", wrap(`"-","010"`, `"010":{"bits":8,"kind":"raw"}`), `begins with "-"`},
		{"item twice", wrap(`"010","010"`, `"010":{"bits":8,"kind":"raw"}`), "010 twice"},
		{"item named oddly", wrap(`"a b"`, `"a b":{"bits":8,"kind":"raw"}`), `named "a b"`},
		{"null item", wrap(one, `"010":null`), "010 is null"},
		{"two forms at once", wrap(one, `"010":{"bits":8,"kind":"raw","group":[]}`), "one of them"},
		{"no form", wrap(one, `"010":{}`), "one of them"},
		{"no extent", wrap(one, `"010":{"extended":[]}`), "no extent"},
		{"extent in the middle without extension bit", wrap(one, `"010":{"extended":[[{"id":"A","bits":8,"kind":"raw"}],[{"id":"B","bits":7,"kind":"raw"}]]}`), "extent of 8 bits"},
		{"no subitems", wrap(one, `"010":{"compound":[]}`), "0 subitems"},
		{"nine subitems of one octet", wrap(one, `"010":{"fspec":"octet","compound":[null,null,null,null,null,null,null,null,null]}`), "9 subitems"},
		{"unknown field specification", wrap(one, `"010":{"fspec":"two","compound":[null]}`), `"two"`},
		{"subitem without name", wrap(one, `"010":{"compound":[{"bits":8,"kind":"raw"}]}`), `named ""`},
		{"field without name", wrap(one, `"010":{"group":[{"bits":8,"kind":"raw"}]}`), `named ""`},
		{"null field", wrap(one, `"010":{"group":[null]}`), "010/ is null"},
		{"repetitive of nothing", wrap(one, `"010":{"repetitive":"count"}`), "of nothing"},
		{"repetitive otherwise", wrap(one, `"010":{"repetitive":"twice","of":{"bits":8,"kind":"raw"}}`), `"twice"`},
		{"compound inside a group", wrap(one, `"010":{"group":[{"id":"A","compound":[null]}]}`), "010/A is no field"},
		{"negative width", wrap(one, `"010":{"bits":-8,"kind":"raw"}`), "-8 bits"},
		{"bits and spare bits", wrap(one, `"010":{"group":[{"id":"A","bits":4,"spare":4,"kind":"raw"}]}`), "4 spare"},
		{"unknown kind", wrap(one, `"010":{"bits":8,"kind":"float"}`), `kind "float"`},
		{"scaled without LSB", wrap(one, `"010":{"bits":8,"kind":"signed"}`), `LSB ""`},
		{"number too wide", wrap(one, `"010":{"bits":72,"kind":"unsigned","lsb":"1"}`), "72 bits"},
		{"octal of ten bits", wrap(one, `"010":{"bits":10,"kind":"string_octal"}`), "10 bits"},
		{"address of 32 bits", wrap(one, `"010":{"bits":32,"kind":"address"}`), "32 bits"},
		{"case of a text", wrap(one, `"010":{"group":[{"id":"A","bits":8,"kind":"case","on":"010/B","alts":{"0":{"kind":"string_ascii"}}}]}`), "no number"},
		{"null inside an explicit item", wrap(one, `"010":{"explicit":"","of":{}}`), "one of them"},
	} {
		if _, err := readDefinition([]byte(c.file)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.want)
		}
	}
}

// TestDefinitionsAreCompiled: faults that show only when places are counted are said as well.
func TestDefinitionsAreCompiled(t *testing.T) {
	one := `"010"`
	for _, c := range []struct{ name, file, want string }{
		{"item of seven bits", wrap(one, `"010":{"bits":7,"kind":"raw"}`), "010 has 7 bits"},
		{"chain of eight bits an element", wrap(one, `"010":{"repetitive":"fx","of":{"bits":8,"kind":"raw"}}`), "9 bits"},
		{"item of the profile that is not defined", wrap(`"010","020"`, `"010":{"bits":8,"kind":"raw"}`), `undefined item "020"`},
		{"LSB of words", wrap(one, `"010":{"bits":8,"kind":"unsigned","lsb":"half"}`), `LSB "half"`},
		{"LSB of nothing", wrap(one, `"010":{"bits":8,"kind":"unsigned","lsb":"0"}`), `LSB "0"`},
		{"values beyond 64 bits", wrap(one, `"010":{"bits":64,"kind":"unsigned","lsb":"1000"}`), "do not fit"},
		{"wide field off the octet", wrap(one, `"010":{"group":[{"spare":4},{"id":"A","bits":72,"kind":"raw"},{"spare":4}]}`), "does not begin at an octet"},
		{"case on a field of another item", wrap(`"010","020"`, `"010":{"group":[{"id":"A","bits":8,"kind":"case","on":"020","alts":{"0":{"kind":"raw"}}}]},"020":{"bits":8,"kind":"raw"}`), "depends on 020"},
		{"case on nothing", wrap(one, `"010":{"group":[{"id":"A","bits":8,"kind":"case","on":"030","alts":{"0":{"kind":"raw"}}}]}`), "no field 030"},
		{"case of no number", wrap(one, `"010":{"group":[{"id":"B","bits":8,"kind":"raw"},{"id":"A","bits":8,"kind":"case","on":"010/B","alts":{"x":{"kind":"raw"}}}]}`), `case "x"`},
	} {
		d, err := readDefinition([]byte(c.file))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		cat := &category{number: d.Category, handles: map[string]Handle{}, compiled: map[string]*Edition{}}
		cat.take(d)
		cat.name()
		if _, err := compile(cat, d, nil, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q in it", c.name, err, c.want)
		}
	}
}

// TestRulesPrint: a rule prints as it is read.
func TestRulesPrint(t *testing.T) {
	for _, s := range []string{"21=2.1", "21/20/219=2.1+1.4", "62=1.18+artas", "62/25/100=1.18+1.2+artas", "32=none", "48=1.14", "4/0/0=1.13+1.0"} {
		r, err := ParseRule(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
		}
		if got := r.String(); got != s {
			t.Errorf("%s prints %s", s, got)
		}
	}
}

// TestResyncReadsWhatItFinds: a header that could be one, with something else behind it, is passed over.
func TestResyncReadsWhatItFinds(t *testing.T) {
	good := block(48, "c0 0102 000080")
	for _, c := range []struct {
		name string
		data []byte
		want int
	}{
		{"at once", good, 0},
		{"after noise", append(hx("ffff00"), good...), 3},
		{"header of a defined category, no records, another header", append(hx("300005 0000"), append(good, good...)...), 5},
		{"category without definition", append(hx("fb0004 01"), good...), 4},
		{"a block of nothing", append(hx("300003"), good...), 3},
		{"nothing", hx("30ffff 0102"), 5},
		{"an old edition's block", append(hx("00"), block(21, "a0 0101 000080")...), 1},
	} {
		if got := Resync(c.data); got != c.want {
			t.Errorf("%s: skips %d, want %d", c.name, got, c.want)
		}
	}
}
