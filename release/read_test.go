package release

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"entente"
)

func TestParseRefuses(t *testing.T) {
	w := world(t)
	for _, c := range []struct{ name, text, says string }{
		{"no YAML", "rules: [", ""},
		{"an unknown key of a rule", "rules: [{name: a, to: all, kinds: track, precisoin: 5000}]", "precisoin"},
		{"an unknown key", "rule: []", "rule"},
		{"another member's", "member: RUS\nrules: []", `"RUS"`},
		{"no name", "rules: [{to: all, kinds: track}]", "name"},
		{"a name twice", "rules: [{name: a, to: all, kinds: track}, {name: a, to: all, kinds: track}]", `rule 2 "a"`},
		{"to nobody", "rules: [{name: a, kinds: track}]", "wants to"},
		{"to a stranger", "rules: [{name: a, to: [RUS, USA], kinds: track}]", `"USA"`},
		{"all among others", "rules: [{name: a, to: [all, RUS], kinds: track}]", `"all"`},
		{"no kinds", "rules: [{name: a, to: all}]", "kinds"},
		{"an unknown kind", "rules: [{name: a, to: all, kinds: [tracks]}]", `"tracks"`},
		{"an unknown country", "rules: [{name: a, to: all, kinds: track, area: {countries: [XYZ]}}]", `"XYZ"`},
		{"an empty area", "rules: [{name: a, to: all, kinds: track, area: {}}]", "no area"},
		{"a box upside down", "rules: [{name: a, to: all, kinds: track, area: {south: 50, north: 40}}]", "no box"},
		{"an area's unknown key", "rules: [{name: a, to: all, kinds: track, area: {country: [BLR]}}]", "country"},
		{"a file that is not there", "rules: [{name: a, to: all, kinds: track, area: {geojson: x.geojson}}]", "x.geojson"},
		{"a file elsewhere", "rules: [{name: a, to: all, kinds: track, area: {geojson: ../secret}}]", "secret"},
		{"a bad polygon", "rules: [{name: a, to: all, kinds: track, outside: {geojson: {type: Feature, geometry: {type: Point}}}}]", "Point"},
		{"heights upside down", "rules: [{name: a, to: all, kinds: track, min_height: 2, max_height: 1}]", "min_height"},
		{"an unknown identity", "rules: [{name: a, to: all, kinds: track, identities: [hostile]}]", "hostile"},
		{"an unknown sensor", "rules: [{name: a, to: all, kinds: track, sensors: [Grodno]}]", "Grodno"},
		{"an unknown severity", "rules: [{name: a, to: all, kinds: alert, min_severity: severe}]", "severe"},
		{"a negative delay", "rules: [{name: a, to: all, kinds: track, delay: -1}]", "-1"},
		{"a delay that is no number", "rules: [{name: a, to: all, kinds: track, delay: .nan}]", "NaN"},
		{"a delay in words", "rules: [{name: a, to: all, kinds: track, delay: soon}]", ""},
		{"deny with a delay", "rules: [{name: a, deny: true, to: all, kinds: track, delay: 5}]", "denies"},
		{"an unknown field to strip", "rules: [{name: a, to: all, kinds: track, strip: [name]}]", `"name"`},
		{"too large", strings.Repeat("#", MaxPolicy+1), "at most"},
		{"too many rules", "rules: [" + strings.Repeat("{name: a},", MaxRules+1) + "]", "at most"},
	} {
		p, err := Parse([]byte(c.text), "p.yaml", w)
		var e *entente.Error
		if p != nil || !errors.As(err, &e) || e.Source != "p.yaml" || e.Next == "" || !strings.Contains(e.Reason, c.says) {
			t.Errorf("%s: %v, %v", c.name, p, err)
		}
	}
	_, err := Parse([]byte("member: BLR\nrules:\n  - name: a\n    too: all\n"), "p.yaml", w)
	var e *entente.Error
	if !errors.As(err, &e) || e.Offset != 4 {
		t.Errorf("the line of a fault: %+v", err)
	}
	w.Files = nil
	if _, err := Parse([]byte("rules: [{name: a, to: all, kinds: track, area: {geojson: west.geojson}}]"), "p", w); err == nil {
		t.Error("a policy that may name no file named one")
	}
}

func TestRead(t *testing.T) {
	w := world(t)
	w.Files = nil
	dir := t.TempDir()
	path := filepath.Join(dir, "policy.yaml")
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("area.geojson", `{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[27,53],[28,53],[28,54],[27,54],[27,53]]]}}`)
	write("policy.yaml", "member: BLR\nrules:\n  - name: near Minsk\n    to: all\n    kinds: [track]\n    area: {geojson: area.geojson}\n")
	p, err := Read(path, w)
	if err != nil {
		t.Fatal(err)
	}
	i := item()
	if d := p.Decide(&i, "ARM", start); !d.Release || p.Rules()[0] != "near Minsk" || p.Member() != "BLR" {
		t.Errorf("%+v, %v", d, p.Rules())
	}
	if _, err := Read(filepath.Join(dir, "none.yaml"), w); err == nil {
		t.Error("read what is not there")
	}
}

func FuzzParse(f *testing.F) {
	f.Add("member: BLR\nrules:\n  - name: a\n    to: [RUS]\n    kinds: [track]\n    area: {countries: [BLR], west: 20}\n")
	f.Add("rules: [{name: a, to: all, kinds: all, outside: {geojson: {type: x}}}]")
	f.Add("rules: &a [*a]")
	w := World{Member: "BLR", Members: members}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse([]byte(text), "fuzz", w)
		if (p == nil) == (err == nil) {
			t.Fatalf("%v, %v", p, err)
		}
		if p == nil {
			return
		}
		i := item()
		for _, m := range members {
			p.Decide(&i, m, start)
		}
	})
}
