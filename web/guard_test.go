package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entente/web"
	"entente/web/webtest"
)

func ask(h http.Handler, method, path string, header map[string]string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(`{"note":""}`))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/json")
	for k, v := range header {
		if k == "Host" {
			r.Host = v
		} else {
			r.Header.Set(k, v)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestForeignHostsAndOriginsAreRefused(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Hosts = []string{"node.example"} })
	act := "/api/alerts/BLR-1/acknowledge"
	for _, c := range []struct {
		name, method, path string
		header             map[string]string
		status             int
	}{
		{"address literal", "GET", "/api/self", nil, 200},
		{"IPv6 literal", "GET", "/api/self", map[string]string{"Host": "[::1]:8080"}, 200},
		{"IPv6 literal without port", "GET", "/api/self", map[string]string{"Host": "[::1]"}, 200},
		{"localhost", "GET", "/api/self", map[string]string{"Host": "LocalHost:8080"}, 200},
		{"configured name", "GET", "/api/self", map[string]string{"Host": "Node.Example"}, 200},
		{"rebound name", "GET", "/api/self", map[string]string{"Host": "evil.example:8080"}, 421},
		{"name that starts like an address", "GET", "/", map[string]string{"Host": "127.0.0.1.evil.example"}, 421},
		{"no name", "GET", "/api/self", map[string]string{"Host": ""}, 421},
		{"same origin", "POST", act, map[string]string{"Sec-Fetch-Site": "same-origin", "X-Entente-Person": officer}, 200},
		{"other site", "POST", act, map[string]string{"Sec-Fetch-Site": "cross-site", "X-Entente-Person": officer}, 403},
		{"sibling", "POST", act, map[string]string{"Sec-Fetch-Site": "same-site", "X-Entente-Person": officer}, 403},
		{"old browser, other origin", "POST", act, map[string]string{"Origin": "http://evil.example", "X-Entente-Person": officer}, 403},
		{"sign-in from elsewhere", "POST", "/api/session", map[string]string{"Origin": "http://evil.example"}, 403},
		{"sign-out from elsewhere", "DELETE", "/api/session", map[string]string{"Sec-Fetch-Site": "cross-site"}, 403},
		{"form post", "POST", act, map[string]string{"Content-Type": "text/plain", "X-Entente-Person": officer, "Sec-Fetch-Site": "cross-site"}, 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			if w := ask(s.web, c.method, c.path, c.header); w.Code != c.status {
				t.Errorf("%d %s, want %d", w.Code, w.Body, c.status)
			}
		})
	}
}

func TestEveryAnswerKeepsThePageToItself(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/assets/x.js", "/api/self", "/api/nothing", "/metrics", "/healthz", "/data/aircraft.json", "/nothing"} {
		h := ask(s.web, "GET", path, nil).Header()
		csp := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "connect-src 'self'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: policy %q lacks %q", path, csp, want)
			}
		}
		if strings.Contains(csp, "unsafe") || strings.Contains(csp, "*") || strings.Contains(csp, "http") {
			t.Errorf("%s: policy %q is loose", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
}

func TestPage(t *testing.T) {
	s := newSite(t)
	for path, kind := range map[string]string{"/": "text/html; charset=utf-8", "/index.html": "text/html; charset=utf-8", "/assets/x.js": "text/javascript; charset=utf-8",
		"/assets/x.mjs": "text/javascript; charset=utf-8", "/assets/x.css": "text/css; charset=utf-8", "/assets/x.what": "application/octet-stream"} {
		w := ask(s.web, "GET", path, nil)
		if w.Code != 200 || w.Header().Get("Content-Type") != kind || w.Header().Get("ETag") == "" {
			t.Errorf("%s: %d %v", path, w.Code, w.Header())
		}
	}
	first := ask(s.web, "GET", "/assets/x.js", nil)
	if first.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("caching %q", first.Header().Get("Cache-Control"))
	}
	if w := ask(s.web, "GET", "/assets/x.js", map[string]string{"If-None-Match": first.Header().Get("ETag")}); w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("asked again: %d", w.Code)
	}
	if w := ask(s.web, "POST", "/", map[string]string{"Sec-Fetch-Site": "same-origin"}); w.Code != 405 {
		t.Errorf("POST /: %d", w.Code)
	}
	for _, path := range []string{"/assets/", "/../go.mod", "/assets/..%2f..%2fgo.mod", "/nothing"} {
		if w := ask(s.web, "GET", path, nil); w.Code == 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestFilesUnderETag(t *testing.T) {
	s := newSite(t)
	first := ask(s.web, "GET", "/api/borders.geojson?as=KAZ", nil)
	if first.Code != 200 || first.Header().Get("Content-Type") != "application/geo+json" || !strings.Contains(first.Body.String(), `"iso3":"KAZ"`) {
		t.Fatalf("%d %v", first.Code, first.Header())
	}
	again := ask(s.web, "GET", "/api/borders.geojson?as=KAZ", map[string]string{"If-None-Match": first.Header().Get("ETag")})
	if again.Code != 304 || again.Body.Len() != 0 {
		t.Errorf("asked again: %d, %d bytes", again.Code, again.Body.Len())
	}
	proof := ask(s.web, "GET", "/api/records/csc/proofs/1", nil)
	if proof.Header().Get("Content-Disposition") != `attachment; filename="csc-1.tlog-proof"` {
		t.Errorf("proof %v", proof.Header())
	}
}

func TestCompressedBorders(t *testing.T) {
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	_, _ = g.Write([]byte(`{"type":"FeatureCollection","features":[]}`))
	_ = g.Close()
	w := webtest.New(webtest.Config{Tracks: 1, Borders: z.Bytes()})
	s, err := web.New(web.Config{Backends: w.Backends(), Page: testPage})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	packed := ask(s, "GET", "/api/borders.geojson", map[string]string{"Accept-Encoding": "br, gzip"})
	if packed.Header().Get("Content-Encoding") != "gzip" || !bytes.Equal(packed.Body.Bytes(), z.Bytes()) {
		t.Errorf("to one that takes gzip: %v", packed.Header())
	}
	plain := ask(s, "GET", "/api/borders.geojson", nil)
	if plain.Header().Get("Content-Encoding") != "" || plain.Body.String() != `{"type":"FeatureCollection","features":[]}` {
		t.Errorf("to one that does not: %v %q", plain.Header(), plain.Body)
	}
}

func TestHealthAndFigures(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, b := s.call(t, "GET", path, "", ""); status != 200 {
			t.Errorf("%s: %d %s", path, status, b)
		}
	}
	_, _ = s.call(t, "BREW", "/api/self", "", "")
	status, b := s.call(t, "GET", "/metrics", "", "")
	for _, want := range []string{`entente_web_requests_total{method="GET",status="2xx"}`, `entente_web_requests_total{method="other"`, `entente_web_picture_tracks{member="BLR"} `, "entente_web_frame_seconds_bucket"} {
		if status != 200 || !strings.Contains(string(b), want) {
			t.Errorf("/metrics: %d, lacks %s", status, want)
		}
	}
	if strings.Contains(string(b), "BREW") {
		t.Error("a reader's word became a label")
	}
}

func TestConfigurationsThatCannotBeServed(t *testing.T) {
	b := webtest.New(webtest.Config{Tracks: 1}).Backends()
	for name, c := range map[string]web.Config{
		"no backend": {Page: testPage}, "twice the same": {Backends: []web.Backend{b[0], b[0]}, Page: testPage}, "default without backend": {Backends: b, Default: "XXX", Page: testPage},
	} {
		if s, err := web.New(c); err == nil {
			s.Close()
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestBuiltInPage(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Page = nil })
	res, err := s.Client().Get(s.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	for _, bad := range []string{"<style", "style=", "onclick=", "http://", "https://"} {
		if strings.Contains(string(b), bad) {
			t.Errorf("the page has %q, which its policy forbids or which leaves the node", bad)
		}
	}
}
