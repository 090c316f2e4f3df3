package release

import (
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"
)

// TestKeeps: a rule is kept while it and all before it are the same, and the files they name.
func TestKeeps(t *testing.T) {
	west := "area: {geojson: west.geojson}"
	old := []string{"kinds: alert, to: all", "kinds: track, to: RUS, delay: 60, " + west, "kinds: all, to: KAZ, delay: 5"}
	p := policy(t, text(old))
	if f := p.Files(); len(f) != 1 || f[0] != "west.geojson" {
		t.Errorf("files %v", f)
	}
	for name, c := range map[string]struct {
		lines []string
		want  string // the rules kept
	}{
		"the same":           {old, "r0 r1 r2"},
		"one added behind":   {append(old[:3:3], "kinds: all, to: all"), "r0 r1 r2"},
		"the last narrowed":  {append(old[:2:2], old[2]+", max_height: 100"), "r0 r1"},
		"the middle delayed": {[]string{old[0], strings.Replace(old[1], "60", "90", 1), old[2]}, "r0"},
		"a denial before":    {append([]string{"kinds: all, to: TJK, deny: true"}, old...), ""},
		"the first gone":     {old[1:], ""},
		"none":               {nil, ""},
	} {
		q := policy(t, text(c.lines))
		var kept []string
		for _, r := range p.Rules() {
			if q.Keeps(p, r) {
				kept = append(kept, r)
			}
		}
		if got := strings.Join(kept, " "); got != c.want {
			t.Errorf("%s: kept %q, want %q", name, got, c.want)
		}
		if q.Keeps(p, "no such rule") {
			t.Errorf("%s: keeps a rule that is none", name)
		}
	}
	w := world(t)
	w.Files = fstest.MapFS{"west.geojson": {Data: []byte(`{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[23,51],[25,51],[25,56],[23,56],[23,51]]]}}`)}}
	q, err := Parse([]byte(text(old)), "q", w)
	if err != nil {
		t.Fatal(err)
	}
	if !q.Keeps(p, "r0") || q.Keeps(p, "r1") || q.Keeps(p, "r2") {
		t.Error("a file with another area goes unseen")
	}
}

// TestKeptRulesDecideAlike: an item that a kept rule let go is let go by it under the new policy, the same way.
func TestKeptRulesDecideAlike(t *testing.T) {
	w := world(t)
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		for range rapid.IntRange(1, 4).Draw(t, "rules") {
			lines = append(lines, line(t, rapid.Bool().Draw(t, "deny")))
		}
		other := append([]string{}, lines...)
		for range rapid.IntRange(0, 2).Draw(t, "changes") {
			other[rapid.IntRange(0, len(lines)-1).Draw(t, "at")] = line(t, rapid.Bool().Draw(t, "deny"))
		}
		p, err := Parse([]byte(text(lines)), "p", w)
		if err != nil {
			t.Fatal(err)
		}
		q, err := Parse([]byte(text(other)), "q", w)
		if err != nil {
			t.Fatal(err)
		}
		for range 20 {
			i := anyItem(t)
			for _, m := range members {
				a := p.Decide(&i, m, start)
				if a.Rule == "" || !q.Keeps(p, a.Rule) {
					continue
				}
				b := q.Decide(&i, m, start)
				a.Label.Policy, b.Label.Policy = "", ""
				if a.Release != b.Release || a.Rule != b.Rule || a.NotBefore != b.NotBefore || a.Precision != b.Precision || a.Strip != b.Strip || a.Every != b.Every {
					t.Fatalf("rule %s is kept and decides otherwise: %+v, then %+v\n%s\n%s", a.Rule, a, b, text(lines), text(other))
				}
			}
		}
	})
}
