package web_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.uber.org/goleak"

	"entente/web"
	"entente/web/webtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// site is a server over webtest's world.
type site struct {
	*httptest.Server
	world *webtest.World
	web   *web.Server
}

var testPage = fstest.MapFS{
	"index.html":    {Data: []byte("<!doctype html><title>x</title>")},
	"assets/x.js":   {Data: []byte("export {}")},
	"assets/x.mjs":  {Data: []byte("export {}")},
	"assets/x.css":  {Data: []byte("a{}")},
	"assets/x.what": {Data: []byte("?")},
}

func newSite(t testing.TB, change ...func(*web.Config)) *site {
	t.Helper()
	w := webtest.New(webtest.Config{Tracks: 60})
	c := web.Config{Backends: w.Backends(), SignIn: web.ChoosePerson, Page: testPage, Version: "1.2.3"}
	for _, f := range change {
		f(&c)
	}
	s, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		h.Client().CloseIdleConnections()
		h.Close()
	})
	return &site{h, w, s}
}

// call sends a request and returns status and body; a person goes along in the header.
func (s *site) call(t testing.TB, method, path, person, body string) (int, []byte) {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if person != "" {
		r.Header.Set("X-Entente-Person", person)
	}
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, b
}

func read[T any](t testing.TB, s *site, path string) (v T) {
	t.Helper()
	status, b := s.call(t, "GET", path, "", "")
	if status != 200 {
		t.Fatalf("GET %s: %d %s", path, status, b)
	}
	if err := json.Unmarshal(b, &v); err != nil {
		t.Fatalf("GET %s: %v", path, err)
	}
	return v
}

type spec struct {
	OpenAPI    string `json:"openapi"`
	Paths      map[string]map[string]operation
	Components struct{ Schemas map[string]map[string]any }
}

type operation struct {
	OperationID string
	RequestBody *struct{}
	Responses   map[string]struct {
		Content map[string]struct{ Schema map[string]any }
	}
}

const officer, delegate = "Officer BLR", "Delegate BLR"

// requests are one good request for each operation, in an order in which all succeed; %s is what the one before made.
var requests = []struct{ method, path, real, body string }{
	{"get", "/api/self", "/api/self", ""},
	{"post", "/api/session", "/api/session", `{"person":"Officer BLR"}`},
	{"delete", "/api/session", "/api/session", ""},
	{"get", "/api/picture", "/api/picture?limit=20", ""},
	{"get", "/api/tracks/{number}", "/api/tracks/20", ""},
	{"get", "/api/tracks/{number}/trail", "/api/tracks/20/trail?seconds=60", ""},
	{"get", "/api/tracks/{number}/release/{partner}", "/api/tracks/20/release/KAZ", ""},
	{"post", "/api/links/{partner}/trust", "/api/links/RUS/trust", `{"trust":"show","reason":"its positions jumped"}`},
	{"post", "/api/tracks/{number}/identity", "/api/tracks/20/identity", `{"identity":"friend","reason":"spoke with the pilot"}`},
	{"get", "/api/borders.geojson", "/api/borders.geojson", ""},
	{"get", "/api/zones.geojson", "/api/zones.geojson", ""},
	{"get", "/api/alerts", "/api/alerts", ""},
	{"get", "/api/alerts/{id}", "/api/alerts/BLR-3", ""},
	{"post", "/api/alerts/{id}/acknowledge", "/api/alerts/BLR-3/acknowledge", `{"note":"calling the tower"}`},
	{"post", "/api/alerts/{id}/close", "/api/alerts/BLR-3/close", `{"note":"landed"}`},
	{"get", "/api/links", "/api/links", ""},
	{"get", "/api/sensors", "/api/sensors", ""},
	{"get", "/api/organisation", "/api/organisation", ""},
	{"get", "/api/sessions", "/api/sessions", ""},
	{"get", "/api/consultations", "/api/consultations", ""},
	{"get", "/api/consultations/{id}", "/api/consultations/c-1", ""},
	{"get", "/api/decisions", "/api/decisions", ""},
	{"get", "/api/obligations", "/api/obligations", ""},
	{"post", "/api/consultations", "/api/consultations", `{"body":"csc","question":"What follows?","alert":"BLR-2"}`},
	{"post", "/api/consultations/{id}/texts", "/api/consultations/c-2/texts", `{"title":"Joint patrol of the border","text":"Each member sends an officer."}`},
	{"post", "/api/consultations/{id}/positions", "/api/consultations/c-2/positions", `{"stance":"agree","text":"%s"}`},
	{"post", "/api/consultations/{id}/close", "/api/consultations/c-2/close", `{"note":"settled by telephone"}`},
	{"post", "/api/decisions/{id}/obligations", "/api/decisions/d-1/obligations", `{"title":"Report","from":"BLR","quantity":1,"unit":"report","due":"2030-01-01T00:00:00Z"}`},
	{"post", "/api/obligations/{id}/deliveries", "/api/obligations/o-3/deliveries", `{"quantity":1,"evidence":"letter 5"}`},
	{"post", "/api/obligations/{id}/close", "/api/obligations/o-3/close", `{"fulfilled":true,"note":"read"}`},
	{"get", "/api/records/{body}", "/api/records/csc", ""},
	{"get", "/api/records/{body}/entries", "/api/records/csc/entries?first=-2&limit=2", ""},
	{"get", "/api/records/{body}/proofs/{index}", "/api/records/csc/proofs/0", ""},
	{"get", "/api/records/{body}/policy", "/api/records/csc/policy", ""},
	{"get", "/api/watch/reports", "/api/watch/reports", ""},
	{"get", "/api/watch/reports/{id}", "/api/watch/reports/" + strings.Repeat("ab", 32), ""},
	{"get", "/api/watch/proposals", "/api/watch/proposals", ""},
	{"post", "/api/watch/proposals/{id}/accept", "/api/watch/proposals/abab-1/accept", `{"note":"two papers say so"}`},
	{"post", "/api/watch/proposals/{id}/reject", "/api/watch/proposals/abab-2/reject", `{"note":"other exercise"}`},
	{"get", "/api/watch/events", "/api/watch/events", ""},
}

// adoption needs every member; it is its own test and so left out of requests.
var elsewhere = []string{"post /api/consultations/{id}/adoption"}

func TestEveryRouteAnswersAsDescribed(t *testing.T) {
	s := newSite(t)
	doc := read[spec](t, s, "/api/openapi.json")
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("OpenAPI %s", doc.OpenAPI)
	}
	tried := slices.Clone(elsewhere)
	made := ""
	for _, r := range requests {
		name := r.method + " " + r.path
		tried = append(tried, name)
		op, ok := doc.Paths[r.path][r.method]
		if !ok {
			t.Errorf("%s is not described", name)
			continue
		}
		if (op.RequestBody != nil) != (r.body != "") {
			t.Errorf("%s: body described: %v", name, op.RequestBody != nil)
		}
		body := r.body
		if strings.Contains(body, "%s") {
			body = fmt.Sprintf(body, made)
		}
		status, b := s.call(t, strings.ToUpper(r.method), r.real, officer, body)
		if status != 200 {
			t.Errorf("%s: %d %s", name, status, b)
			continue
		}
		content := op.Responses["200"].Content
		schema := content["application/json"].Schema
		if schema == nil {
			if len(content) != 1 || len(b) == 0 {
				t.Errorf("%s: no schema and content %v", name, content)
			}
			continue
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, p := range doc.check(schema, v, "body") {
			t.Errorf("%s: %s", name, p)
		}
		if o, ok := v.(map[string]any); ok && r.method == "post" {
			made, _ = o["id"].(string)
		}
	}
	for path, ops := range doc.Paths {
		for method := range ops {
			if !slices.Contains(tried, method+" "+path) {
				t.Errorf("%s %s is described and not tried", method, path)
			}
		}
	}
}

// check says where a value does not follow a schema: a small independent reading of JSON Schema.
func (d *spec) check(schema map[string]any, v any, at string) (problems []string) {
	if ref, ok := schema["$ref"].(string); ok {
		return d.check(d.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")], v, at)
	}
	if schema == nil {
		return []string{at + ": no schema"}
	}
	if want := types(schema["type"]); want != nil && !slices.Contains(want, typeOf(v)) && !(typeOf(v) == "integer" && slices.Contains(want, "number")) {
		return []string{fmt.Sprintf("%s: is %s, described as %v", at, typeOf(v), want)}
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, v) {
		problems = append(problems, fmt.Sprintf("%s: %v is none of %v", at, v, enum))
	}
	switch x := v.(type) {
	case map[string]any:
		properties, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, r := range required {
			if _, ok := x[r.(string)]; !ok {
				problems = append(problems, fmt.Sprintf("%s: lacks %v", at, r))
			}
		}
		for k, w := range x {
			if p, ok := properties[k].(map[string]any); ok {
				problems = append(problems, d.check(p, w, at+"."+k)...)
			} else if more, ok := schema["additionalProperties"].(map[string]any); ok {
				problems = append(problems, d.check(more, w, at+"."+k)...)
			} else if schema["additionalProperties"] == false {
				problems = append(problems, fmt.Sprintf("%s: %s is not described", at, k))
			}
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		for i, w := range x {
			problems = append(problems, d.check(items, w, fmt.Sprintf("%s[%d]", at, i))...)
		}
	}
	return problems
}

func types(v any) (out []string) {
	switch x := v.(type) {
	case string:
		return []string{x}
	case []any:
		for _, s := range x {
			out = append(out, s.(string))
		}
	}
	return out
}

func typeOf(v any) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case float64:
		if x == float64(int64(x)) {
			return "integer"
		}
		return "number"
	case []any:
		return "array"
	}
	return "object"
}

func TestCheckFindsFaults(t *testing.T) {
	d := &spec{}
	d.Components.Schemas = map[string]map[string]any{"X": {"type": "object", "additionalProperties": false, "required": []any{"a"},
		"properties": map[string]any{"a": map[string]any{"type": "integer"}, "b": map[string]any{"type": []any{"array", "null"}, "items": map[string]any{"enum": []any{"u"}}}}}}
	for text, want := range map[string]int{`{"a":1}`: 0, `{"a":1,"b":["u"]}`: 0, `{"a":1,"b":null}`: 0, `{"a":1,"b":["v"]}`: 1, `{"b":[]}`: 1, `{"a":"1"}`: 1, `{"a":1,"c":2}`: 1, `[]`: 1, `{"a":1.5}`: 1} {
		var v any
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if got := d.check(map[string]any{"$ref": "#/components/schemas/X"}, v, "x"); len(got) != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
