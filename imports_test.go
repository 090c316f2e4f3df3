package entente_test

import (
	"flag"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite generated parts of documents")

// room is one line of the law of imports: what a folder may take from this module and from outside.
type room struct {
	folder  string
	says    string   // its subject in one sentence
	rooms   []string // folders of this module; "" is the root, "*" all
	outside []string // import prefixes beyond the standard library; "*" any but the guarded ones
}

// law is DESIGN part 4 as data. A folder below a room follows the room's line and may import the room's own folders.
var law = []room{
	{".", "the words as plain types, one noun a file", nil, nil},
	{"modes", "Mode S and ADS-B bytes to fields and back", nil, nil},
	{"asterix", "ASTERIX bytes to fields and back, definitions as data", nil, nil},
	{"geo", "frames as types, earth model, great circles, regions and their index", []string{""}, nil},
	{"keys", "who a member, a node and a person are; sign, verify, rotate, revoke", []string{""}, nil},
	{"feed", "sockets, captures and files to plots, with sensor registry and time", []string{"", "geo", "modes", "asterix"}, []string{"golang.org/x/net"}},
	{"track", "plots to tracks", []string{"", "geo"}, nil},
	{"picture", "own and partners' tracks to one picture, with identity", []string{"", "geo"}, nil},
	{"airspace", "the picture against borders, zones and coverage, to conditions", []string{"", "geo"}, nil},
	{"watch", "reports and data sets to events, indicators, forecasts, conditions", []string{"", "geo"}, []string{"github.com/mmcdole/gofeed", "codeberg.org/readeck/go-readability", "golang.org/x/net", "golang.org/x/text", "github.com/goccy/go-yaml"}},
	{"alert", "conditions to alerts, and an alert's life until a person closes it", []string{""}, nil},
	{"council", "bodies, sessions, consultations, decision rules, obligations: pure state machines over signed acts", []string{"", "keys"}, []string{"github.com/goccy/go-yaml"}},
	{"record", "an append-only cosigned log over bytes, verifiable offline", []string{"keys"}, []string{"golang.org/x/mod"}},
	{"release", "what may leave to whom, in what precision, and why: a pure function", []string{"", "geo"}, []string{"github.com/goccy/go-yaml"}},
	{"exchange", "envelopes between nodes over NATS, cursors, catch-up, quotas", []string{"", "keys"}, []string{"github.com/nats-io"}},
	{"publish", "the picture as ASTERIX, Beast, SBS, Cursor-on-Target, aircraft.json, GeoJSON, CSV", []string{"", "geo", "modes", "asterix"}, []string{"github.com/parquet-go/parquet-go"}},
	{"store", "SQLite for acts and read models, Parquet for track history", []string{""}, []string{"modernc.org/sqlite", "github.com/parquet-go/parquet-go"}},
	{"sim", "scenarios with truth", []string{"", "geo", "modes", "asterix"}, []string{"github.com/goccy/go-yaml"}},
	{"score", "figures against truth", []string{"", "geo"}, nil},
	{"node", "one member's node: the only place where rooms meet", []string{"*"}, []string{"github.com/goccy/go-yaml", "github.com/prometheus/client_golang"}},
	{"web", "HTTP API, live stream; declares the small interfaces it reads", []string{"", "publish", "ui"}, []string{"github.com/danielgtaylor/huma", "github.com/coder/websocket", "github.com/prometheus/client_golang"}},
	{"ui", "the page, built and embedded", nil, nil},
	{"cmd/entente", "flags to calls, nothing else", []string{"*"}, []string{"github.com/alecthomas/kong", "github.com/mattn/go-isatty"}},
}

// testsMay lists what test files may use beyond their room's line.
var testsMay = []string{
	"pgregory.net/rapid", "go.uber.org/goleak", "github.com/rogpeppe/go-internal", "github.com/transparency-dev/formats",
	"golang.org/x/mod", "github.com/nats-io", "github.com/coder/websocket",
}

func TestImportsFollowTheLaw(t *testing.T) {
	byFolder := map[string]room{}
	for _, r := range law {
		byFolder[r.folder] = r
	}
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		r, ok := roomOf(filepath.ToSlash(filepath.Dir(path)), byFolder)
		if !ok {
			t.Errorf("%s: its folder is in no line of the law", path)
			return nil
		}
		checkFile(t, path, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func roomOf(dir string, byFolder map[string]room) (room, bool) {
	for d := dir; ; d = filepath.ToSlash(filepath.Dir(d)) {
		if r, ok := byFolder[d]; ok && (d != "." || dir == ".") {
			return r, true
		}
		if d == "." {
			return room{}, false
		}
	}
}

func checkFile(t *testing.T, path string, r room) {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	isTest := strings.HasSuffix(path, "_test.go")
	for _, s := range f.Imports {
		imp, err := strconv.Unquote(s.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if !allowed(imp, r, isTest) {
			t.Errorf("%s imports %s, which %s may not", path, imp, r.folder)
		}
	}
}

func allowed(imp string, r room, isTest bool) bool {
	under := func(p string) bool { return imp == p || strings.HasPrefix(imp, p+"/") }
	if imp == "entente" || strings.HasPrefix(imp, "entente/") {
		folder := strings.TrimPrefix(strings.TrimPrefix(imp, "entente"), "/")
		own := folder == r.folder || r.folder == "." && folder == ""
		return own || slices.Contains(r.rooms, "*") || slices.Contains(r.rooms, folder) || r.folder != "." && under("entente/"+r.folder)
	}
	if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
		return imp != "net/http" || slices.Contains([]string{"web", "node", "cmd/entente"}, r.folder) || isTest
	}
	return slices.ContainsFunc(r.outside, under) || isTest && slices.ContainsFunc(testsMay, under)
}

// TestLawStandsInTheDocument keeps the table in docs/architecture.md equal to the law above; -update rewrites it.
func TestLawStandsInTheDocument(t *testing.T) {
	const doc, begin, end = "docs/architecture.md", "<!-- law of imports: begin -->\n", "<!-- law of imports: end -->"
	b, err := os.ReadFile(doc)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s lacks the marks of the table", doc)
	}
	want := head + begin + lawTable() + end + tail
	if *update {
		if err := os.WriteFile(doc, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(b) {
		t.Errorf("the table in %s differs from the law; run go test . -update", doc)
	}
}

func lawTable() string {
	var b strings.Builder
	b.WriteString("| folder | subject | may import of ours | and from outside |\n| --- | --- | --- | --- |\n")
	for _, r := range law {
		ours := make([]string, len(r.rooms))
		for i, m := range r.rooms {
			ours[i] = map[string]string{"": "root", "*": "every room"}[m]
			if ours[i] == "" {
				ours[i] = "`" + m + "`"
			}
		}
		outside := strings.Join(r.outside, ", ")
		if outside == "" {
			outside = "standard library"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", r.folder, r.says, strings.Join(ours, ", "), outside)
	}
	return b.String()
}
