package council

import (
	"embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"entente"
)

//go:embed organisations
var organisations embed.FS

const (
	maxFile  = 1 << 20 // bytes of an organisation file
	maxDepth = 12      // nesting of its YAML
)

// CSTO returns the worked example: the organisation of the Collective Security Treaty as of 23 November 2023.
func CSTO() *entente.Organisation {
	const name = "organisations/csto.yaml"
	b, err := organisations.ReadFile(name)
	if err != nil {
		panic("council: " + err.Error()) // embedded
	}
	o, err := ParseOrganisation(name, b)
	if err != nil {
		panic("council: " + err.Error()) // proved by a test
	}
	return o
}

// ParseOrganisation reads an organisation.yaml and checks it. Every fault is an *[entente.Error] with the file, the line
// as offset, and the rule it breaks; they come joined.
func ParseOrganisation(source string, text []byte) (*entente.Organisation, error) {
	if len(text) > maxFile {
		return nil, &entente.Error{Kind: entente.TooLarge, Source: source, Offset: -1, Reason: fmt.Sprintf("file: %d bytes, at most %d", len(text), maxFile)}
	}
	lines, err := outline(source, text)
	if err != nil {
		return nil, err
	}
	var o entente.Organisation
	err = yaml.UnmarshalWithOptions(text, &o, yaml.Strict(), yaml.CustomUnmarshaler(readInstant))
	if err != nil {
		return nil, lines.locate(yamlError(source, err), err)
	}
	var faults []error
	for _, f := range Validate(&o) {
		faults = append(faults, &entente.Error{Kind: entente.Malformed, Source: source, Offset: lines.of(f.Path), Reason: f.Rule + ": " + f.Reason, Next: f.Path})
	}
	if len(faults) > 0 {
		return nil, errors.Join(faults...)
	}
	return &o, nil
}

// readInstant reads a day (its first moment in UTC) or a time in RFC 3339.
func readInstant(t *entente.Instant, b []byte) error {
	s := strings.Trim(strings.TrimSpace(string(b)), `"'`)
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano} {
		if v, err := time.Parse(layout, s); err == nil {
			if v.Year() < 1900 || v.Year() > 2200 { // beyond what nanoseconds hold
				return &dateError{s, "want a year from 1900 to 2200"}
			}
			*t = entente.At(v)
			return nil
		}
	}
	return &dateError{s, "want 2023-11-23 or 2023-11-23T10:00:00Z"}
}

// dateError is a text that is no date of ours; the YAML reader loses its place.
type dateError struct{ text, want string }

func (e *dateError) Error() string { return fmt.Sprintf("date %q: %s", e.text, e.want) }

// yamlError turns an error of the YAML reader into one with line and reason alone.
func yamlError(source string, err error) *entente.Error {
	e := &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: "yaml: " + err.Error()}
	var y yaml.Error
	if errors.As(err, &y) {
		e.Reason = "yaml: " + y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			e.Offset = int64(t.Position.Line)
		}
	}
	return e
}

// outlined says on which line each path of a file stands, "$.bodies[0].rules[2].share", and each scalar's text first.
type outlined struct {
	paths   map[string]int
	scalars map[string]int
}

// of returns the line of the path, or of the nearest thing around it.
func (l outlined) of(path string) int64 {
	for path != "" {
		if n, ok := l.paths[path]; ok {
			return int64(n)
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
	}
	return -1
}

// locate adds the line to an error that is about a date.
func (l outlined) locate(e *entente.Error, cause error) error {
	var d *dateError
	if errors.As(cause, &d) && e.Offset < 0 {
		if n, ok := l.scalars[d.text]; ok {
			e.Offset = int64(n)
		}
	}
	return e
}

// outline reads the lines and refuses what an organisation file has no use for: anchors and aliases, which can make a
// small file large, more than one document, deep nesting.
func outline(source string, text []byte) (lines outlined, err error) {
	defer func() { // the parser is another's; a fault in it must not stop a node
		if r := recover(); r != nil {
			err = &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: fmt.Sprintf("yaml: %v", r)}
		}
	}()
	f, err := parser.ParseBytes(text, 0)
	if err != nil {
		return lines, yamlError(source, err)
	}
	if len(f.Docs) != 1 || f.Docs[0].Body == nil {
		return lines, &entente.Error{Kind: entente.Malformed, Source: source, Offset: -1, Reason: fmt.Sprintf("yaml: %d documents, want one", len(f.Docs))}
	}
	w := &outliner{lines: outlined{map[string]int{}, map[string]int{}}}
	w.walk("$", f.Docs[0].Body, 0)
	if w.bad != nil {
		return lines, &entente.Error{Kind: entente.Malformed, Source: source, Offset: int64(w.bad.Position.Line), Reason: "yaml: " + w.why}
	}
	return w.lines, nil
}

type outliner struct {
	lines outlined
	bad   *token.Token
	why   string
}

func (w *outliner) fail(n ast.Node, why string) {
	if w.bad == nil {
		w.bad, w.why = n.GetToken(), why
	}
}

func (w *outliner) walk(path string, n ast.Node, depth int) {
	if n == nil || w.bad != nil {
		return
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		if _, ok := w.lines.paths[path]; !ok {
			w.lines.paths[path] = t.Position.Line
		}
	}
	if depth > maxDepth {
		w.fail(n, fmt.Sprintf("nested deeper than %d", maxDepth))
		return
	}
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			w.walk(path, v, depth)
		}
	case *ast.MappingValueNode:
		key := path + "." + n.Key.String()
		if t := n.Key.GetToken(); t != nil && t.Position != nil {
			w.lines.paths[key] = t.Position.Line
		}
		w.walk(key, n.Value, depth+1)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			w.walk(fmt.Sprintf("%s[%d]", path, i), v, depth+1)
		}
	case *ast.StringNode:
		if _, ok := w.lines.scalars[n.Value]; !ok {
			w.lines.scalars[n.Value] = n.Token.Position.Line
		}
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		w.fail(n, "anchors and aliases are not used here: write the value out")
	case *ast.TagNode:
		w.fail(n, "tags are not used here")
	}
}
