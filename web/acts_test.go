package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/web"
)

// TestFromAlertToRecord walks the way the system is for: alert, consultation, text, positions, decision, record.
func TestFromAlertToRecord(t *testing.T) {
	s := newSite(t)
	do := func(as, person, path, body string) string {
		t.Helper()
		status, b := s.call(t, "POST", path+"?as="+as, person, body)
		if status != 200 {
			t.Fatalf("%s as %s: %d %s", path, as, status, b)
		}
		var d web.Done
		if err := json.Unmarshal(b, &d); err != nil {
			t.Fatal(err)
		}
		return d.ID
	}
	do("BLR", officer, "/api/alerts/BLR-2/acknowledge", `{"note":""}`)
	c := do("BLR", delegate, "/api/consultations", `{"body":"csc","question":"Who saw track 12 before?","alert":"BLR-2"}`)
	if a := read[entente.Alert](t, s, "/api/alerts/BLR-2"); a.State != entente.Acknowledged || a.Owner != officer || a.Opened != c {
		t.Errorf("alert %+v", a)
	}
	text := do("BLR", delegate, "/api/consultations/"+c+"/texts", `{"title":"Joint inquiry","text":"The members inquire together."}`)
	adopt := fmt.Sprintf(`{"text":%q,"number":"7/2"}`, text)
	if status, b := s.call(t, "POST", "/api/consultations/"+c+"/adoption", delegate, adopt); status != http.StatusForbidden || !strings.Contains(string(b), "rule is not met") {
		t.Errorf("adopting early: %d %s", status, b)
	}
	for _, m := range []string{"BLR", "KAZ", "KGZ", "RUS", "TJK"} {
		do(m, "Delegate "+m, "/api/consultations/"+c+"/positions", fmt.Sprintf(`{"stance":"agree","text":%q}`, text))
	}
	d := do("BLR", delegate, "/api/consultations/"+c+"/adoption", adopt)
	decisions := read[[]entente.Decision](t, s, "/api/decisions?as=TJK")
	if decisions[0].ID != d || len(decisions[0].Bound) != 5 || decisions[0].Number != "7/2" {
		t.Errorf("decision %+v", decisions[0])
	}
	entries := read[[]web.RecordEntry](t, s, "/api/records/csc/entries?first=-1&as=RUS")
	if len(entries) != 1 || entries[0].Subject != d || entries[0].Index != decisions[0].Entry {
		t.Errorf("record %+v", entries)
	}
}

func TestRefusals(t *testing.T) {
	s := newSite(t)
	long := strings.Repeat("x", 70_000)
	for _, c := range []struct {
		name, method, path, person, body string
		status                           int
		says                             string
	}{
		{"nobody signed in", "POST", "/api/alerts/BLR-1/acknowledge", "", `{"note":""}`, 401, "nobody is signed in"},
		{"a stranger", "POST", "/api/alerts/BLR-1/acknowledge", "Officer KAZ", `{"note":""}`, 401, "nobody is signed in"},
		{"unknown member", "GET", "/api/self?as=XXX", "", "", 404, "no node of that member"},
		{"unknown field", "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":"","state":"closed"}`, 422, "unexpected property"},
		{"not JSON", "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":`, 400, ""},
		{"two documents", "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":""}{"note":""}`, 400, ""},
		{"no body", "POST", "/api/alerts/BLR-1/acknowledge", officer, "", 400, "body is required"},
		{"too large", "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":"` + long + `"}`, 413, ""},
		{"too long", "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":"` + long[:3000] + `"}`, 422, "length"},
		{"closing without a word", "POST", "/api/alerts/BLR-1/close", officer, `{"note":""}`, 422, "say what was done"},
		{"unknown alert", "POST", "/api/alerts/BLR-99/close", officer, `{"note":"x"}`, 404, "no such alert"},
		{"unknown identity", "POST", "/api/tracks/20/identity", officer, `{"identity":"hostile","reason":"looks so"}`, 422, ""},
		{"trust", "POST", "/api/links/RUS/trust", officer, `{"trust":"show","reason":"positions jumped"}`, 200, ""},
		{"trust of nobody's", "POST", "/api/links/XXX/trust", officer, `{"trust":"show","reason":"positions jumped"}`, 404, ""},
		{"unknown trust", "POST", "/api/links/RUS/trust", officer, `{"trust":"love","reason":"positions jumped"}`, 422, ""},
		{"identity without reason", "POST", "/api/tracks/20/identity", officer, `{"identity":"friend","reason":""}`, 422, ""},
		{"no such track", "GET", "/api/tracks/4000000", "", "", 404, "no entry"},
		{"a track that is no number", "GET", "/api/tracks/x", "", "", 422, ""},
		{"a negative track", "GET", "/api/tracks/-1", "", "", 422, ""},
		{"no such partner", "GET", "/api/tracks/20/release/XXX", "", "", 404, "no such member"},
		{"unknown query", "GET", "/api/picture?limits=3", "", "", 422, "unknown query parameter"},
		{"limit too large", "GET", "/api/picture?limit=20001", "", "", 422, ""},
		{"no such record", "GET", "/api/records/other", "", "", 404, "no record"},
		{"no such entry", "GET", "/api/records/csc/proofs/99", "", "", 404, "no such entry"},
		{"no such record", "GET", "/api/records/nobody/policy", "", "", 404, "no record"},
		{"no such consultation", "GET", "/api/consultations/none", "", "", 404, ""},
		{"no such report", "GET", "/api/watch/reports/none", "", "", 404, ""},
		{"twice", "POST", "/api/watch/proposals/none/accept", officer, `{}`, 404, ""},
		{"stance unheard of", "POST", "/api/consultations/c-1/positions", delegate, `{"stance":"veto","text":"x"}`, 422, ""},
		{"nothing delivered", "POST", "/api/obligations/o-1/deliveries", delegate, `{"quantity":0,"evidence":"x"}`, 422, ""},
		{"sign-in of a stranger", "POST", "/api/session", "", `{"person":"Mallory"}`, 403, "no such person"},
		{"no route", "GET", "/api/nothing", "", "", 404, ""},
		{"wrong method", "DELETE", "/api/alerts", officer, "", 405, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			status, b := s.call(t, c.method, c.path, c.person, c.body)
			if status != c.status || !strings.Contains(string(b), c.says) {
				t.Errorf("%d %.300s, want %d %q", status, b, c.status, c.says)
			}
		})
	}
}

func TestReadOnlyLetsNobodyAct(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.SignIn = web.ReadOnly })
	if status, _ := s.call(t, "POST", "/api/session", "", `{"person":"Officer BLR"}`); status != 403 {
		t.Errorf("sign-in: %d", status)
	}
	if status, _ := s.call(t, "POST", "/api/alerts/BLR-1/acknowledge", officer, `{"note":""}`); status != 401 {
		t.Errorf("acting by header: %d", status)
	}
	if v := read[web.Self](t, s, "/api/self"); v.SignIn != "read_only" || v.Person != "" {
		t.Errorf("self %+v", v)
	}
}

// signIn returns the cookie of a session.
func signIn(t *testing.T, s *site, as, person string) *http.Cookie {
	t.Helper()
	res, err := s.Client().Post(s.URL+"/api/session?as="+as, "application/json", strings.NewReader(fmt.Sprintf(`{"person":%q}`, person)))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != 200 || len(res.Cookies()) != 1 {
		t.Fatalf("sign-in: %d %v", res.StatusCode, res.Cookies())
	}
	return res.Cookies()[0]
}

func person(t *testing.T, s *site, as string, c *http.Cookie) string {
	t.Helper()
	r, _ := http.NewRequest("GET", s.URL+"/api/self?as="+as, nil)
	r.AddCookie(c)
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var v web.Self
	if err := json.NewDecoder(res.Body).Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v.Person
}

func TestSession(t *testing.T) {
	now := time.Now()
	s := newSite(t, func(c *web.Config) { c.Now = func() time.Time { return now } })
	c := signIn(t, s, "BLR", officer)
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.MaxAge <= 0 || c.Secure {
		t.Errorf("cookie %+v", c)
	}
	if p := person(t, s, "BLR", c); p != officer {
		t.Errorf("signed in as %q", p)
	}
	if p := person(t, s, "KAZ", c); p != "" {
		t.Errorf("BLR's session is %q at KAZ", p)
	}
	other := *c
	other.Name = "entente_session_KAZ"
	if p := person(t, s, "KAZ", &other); p != "" {
		t.Errorf("BLR's token under KAZ's name is %q", p)
	}
	r, _ := http.NewRequest("DELETE", s.URL+"/api/session", nil)
	r.AddCookie(c)
	res, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if p := person(t, s, "BLR", c); p != "" {
		t.Errorf("after signing out %q", p)
	}
	c = signIn(t, s, "BLR", officer)
	now = now.Add(13 * time.Hour)
	if p := person(t, s, "BLR", c); p != "" {
		t.Errorf("after 13 hours %q", p)
	}
}

func TestSecureCookieBehindTLS(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Secure = true })
	if c := signIn(t, s, "BLR", officer); !c.Secure {
		t.Errorf("cookie %+v", c)
	}
}
