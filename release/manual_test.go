package release

import (
	"os"
	"strings"
	"sync"
	"testing"

	"entente"
	"entente/geo"
)

// manual returns the policy of docs/release.md.
func manual(t *testing.T) *Policy {
	t.Helper()
	b, err := os.ReadFile("../docs/release.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(b), "```yaml\n")
	text, _, ok2 := strings.Cut(rest, "```")
	if !ok || !ok2 {
		t.Fatal("docs/release.md has no example")
	}
	return policy(t, text)
}

// TestManual: the example of the manual does what its rules' names say.
func TestManual(t *testing.T) {
	p := manual(t)
	place := func(lat, lon, height float64) func(*Item) {
		return func(i *Item) { i.Lat, i.Lon, i.Height = geo.Radians(lat), geo.Radians(lon), height }
	}
	for _, c := range []struct {
		name string
		set  func(*Item)
		to   entente.MemberID
		rule string
		want bool
	}{
		{"low at the western border", place(53, 24.5, 300), "RUS", "never below 500 m at the western border", false},
		{"higher there, to the neighbour: not east of 28", place(53, 24.5, 3000), "RUS", "civil traffic, coarse and late", true},
		{"in the east, to the neighbour", place(53, 30, 3000), "RUS", "neighbour, as measured", true},
		{"in the east, to another", place(53, 30, 3000), "KAZ", "civil traffic, coarse and late", true},
		{"over the neighbour's own ground, to another", place(56, 40, 3000), "KAZ", "", false},
		{"unknown, to another", func(i *Item) { i.Identity = entente.Unknown }, "KAZ", "", false},
		{"unknown in the east, to the neighbour", func(i *Item) { i.Identity, i.Lon = entente.Unknown, geo.Radians(29) }, "RUS", "neighbour, as measured", true},
		{"council", func(i *Item) { *i = Item{Kind: Council, Origin: "BLR"} }, "ARM", "council business", true},
		{"height unknown in the west", func(i *Item) { place(53, 24.5, 0)(i); i.HasHeight = false }, "RUS", "never below 500 m at the western border", false},
	} {
		i := item()
		c.set(&i)
		if d := p.Decide(&i, c.to, start); d.Release != c.want || d.Rule != c.rule {
			t.Errorf("%s: %v by %q (%v)", c.name, d.Release, d.Rule, d.Why)
		}
	}
}

// TestManualNamesEveryKey: what the policy file can say is in the manual, and nothing else is.
func TestManualNamesEveryKey(t *testing.T) {
	b, err := os.ReadFile("../docs/release.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"name", "deny", "to", "kinds", "area", "outside", "min_height", "max_height", "identities", "sensors", "min_severity", "delay", "precision", "every", "expires", "onward", "strip", "countries", "south", "west", "north", "east", "geojson"} {
		if !strings.Contains(string(b), "`"+key+"`") {
			t.Errorf("docs/release.md does not explain %s", key)
		}
	}
}

func TestManyGoroutinesShareAPolicy(t *testing.T) {
	p := manual(t)
	want := map[entente.MemberID]bool{}
	i := item()
	for _, m := range members {
		want[m] = p.Decide(&i, m, start).Release
	}
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			for range 200 {
				for _, m := range members {
					j := item()
					if d := p.Decide(&j, m, start); d.Release != want[m] {
						t.Errorf("to %s: %+v", m, d)
					}
					p.Explain(&j, m, start)
				}
			}
		})
	}
	g.Wait()
}
