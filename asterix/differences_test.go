package asterix

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the table of differences into docs/asterix.md")

const (
	differencesBegin = "<!-- differences between neighbouring editions, by go test ./asterix -run Differences -update -->\n"
	differencesEnd   = "<!-- end of differences -->\n"
)

// placed is what can differ of a field between two editions.
type placed struct {
	bit, width int
	kind       kind
	scale      string
}

func placedFields(e *Edition) map[string]placed {
	all := map[string]placed{}
	for i := range e.leaves {
		if f := &e.leaves[i]; f.kind != kindSpare {
			p := placed{bit: f.bit, width: f.width, kind: f.kind}
			if f.scale.den != 0 {
				p.scale = fmt.Sprintf("%d/%d %s", f.scale.num, f.scale.den, f.scale.unit)
			}
			all[f.path] = p
		}
	}
	return all
}

// differences says what an edition has otherwise than the one before it: new, gone and changed fields, by item where that is
// whole, and items at another place of the profile.
func differences(a, b *Edition) string {
	was, is := placedFields(a), placedFields(b)
	list := func(from, to map[string]placed, items []string) (names []string) {
		for path := range from {
			item, _, _ := strings.Cut(path, "/")
			if _, ok := to[path]; ok {
				continue
			}
			if !slices.Contains(items, item) {
				path = item
			}
			names = append(names, path)
		}
		slices.Sort(names)
		return short(slices.Compact(names))
	}
	var parts []string
	say := func(what string, names []string) {
		if len(names) > 0 {
			parts = append(parts, what+" "+strings.Join(names, " "))
		}
	}
	say("new", list(is, was, a.Items()))
	say("gone", list(was, is, b.Items()))
	var moved, scaled []string
	for path, p := range was {
		q, ok := is[path]
		switch {
		case !ok || p == q:
		case p.scale != q.scale || p.kind != q.kind:
			scaled = append(scaled, path)
		default:
			moved = append(moved, path)
		}
	}
	slices.Sort(moved)
	slices.Sort(scaled)
	say("other bits", short(moved))
	say("other meaning", short(scaled))
	if frn := profileChanges(a, b); len(frn) > 0 {
		say("other place in the profile", short(frn))
	}
	if len(parts) == 0 {
		return "the same layout"
	}
	return strings.Join(parts, "; ")
}

// profileChanges lists the items of both whose field reference number differs.
func profileChanges(a, b *Edition) (list []string) {
	for u := range min(len(a.uaps), len(b.uaps)) {
		for i, item := range a.uaps[u].items {
			if j := slices.Index(b.uaps[u].items, item); item != "-" && j >= 0 && j != i {
				list = append(list, item)
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// short keeps a list readable.
func short(list []string) []string {
	const most = 12
	if len(list) <= most {
		return list
	}
	return append(slices.Clone(list[:most]), fmt.Sprintf("and %d more", len(list)-most))
}

// TestDifferencesInTheDocs: the page has what differs between every two neighbouring editions, as the definitions say.
func TestDifferencesInTheDocs(t *testing.T) {
	var table strings.Builder
	table.WriteString("| category | editions | what the later one has otherwise |\n| --- | --- | --- |\n")
	pairs := 0
	for _, cat := range Categories() {
		names := Editions(cat)
		for i := 1; i < len(names); i++ {
			first := i
			a, errA := GetExpansion(cat, names[i-1], "none")
			b, errB := GetExpansion(cat, names[i], "none")
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			what := differences(a, b)
			for what == "the same layout" && i+1 < len(names) { // several in one row
				next, err := GetExpansion(cat, names[i+1], "none")
				if err != nil {
					t.Fatal(err)
				}
				if differences(b, next) != what {
					break
				}
				i++
				b = next
			}
			pairs += i - first + 1
			fmt.Fprintf(&table, "| %03d | %s | %s |\n", cat, strings.Join(names[first-1:i+1], " → "), what)
		}
	}
	if pairs != 93-len(Categories()) {
		t.Errorf("%d pairs of %d categories", pairs, len(Categories()))
	}
	const page = "../docs/asterix.md"
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(text), differencesBegin)
	have, after, ok2 := strings.Cut(rest, differencesEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the differences", page)
	}
	if have == table.String() {
		return
	}
	if !*update {
		t.Fatalf("%s has other differences than the definitions: run with -update; want\n%s", page, table.String())
	}
	if err := os.WriteFile(page, []byte(before+differencesBegin+table.String()+differencesEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}
