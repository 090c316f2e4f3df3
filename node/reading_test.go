package node

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"entente"
	"entente/watch"
)

const text = "MINSK, 23 November 2023 – Belarus delivered two divisions of missile systems to Tajikistan on Thursday. " +
	"On Wednesday protesters attacked police officers in Minsk.\n"

func read(t *testing.T, n *Node, name, text string) {
	t.Helper()
	published := entente.FromSeconds(1_700_740_800)
	if err := n.Read(t.Context(), watch.Source{Name: name, Media: "text/plain", Fetched: n.now(), Bytes: []byte(text)}, published); err != nil {
		t.Fatal(err)
	}
}

func TestReadingsSurvive(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("ALF"))
	for range 2 { // the same report again is no second one
		read(t, n, "a.txt", text)
	}
	reports := n.Reports(10)
	if len(reports) != 1 || reports[0].Original != nil {
		t.Fatalf("%d reports", len(reports))
	}
	wait := n.Proposals("")
	if len(wait) < 2 || len(n.Proposals(reports[0].ID)) < len(wait) {
		t.Fatalf("%d proposals wait, %d of the report", len(wait), len(n.Proposals(reports[0].ID)))
	}
	if err := n.AcceptProposal(t.Context(), "Al", wait[0].ID, nil, "seen"); err != nil {
		t.Fatal(err)
	}
	if err := n.RejectProposal(t.Context(), "Al", wait[1].ID, "old"); err != nil {
		t.Fatal(err)
	}
	if err := n.AcceptProposal(t.Context(), "Al", "nothing", nil, ""); err == nil {
		t.Error("a proposal that is not there was accepted")
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = k.start(k.config("ALF"))
	if got := n.Reports(10); len(got) != 1 || got[0].ID != reports[0].ID {
		t.Errorf("reports after the restart: %+v", got)
	}
	if _, ok := n.Report(reports[0].ID); !ok {
		t.Error("the report is not found by its name")
	}
	if got := n.Events(10); len(got) != 1 || got[0].Person != "Al" || got[0].Note != "seen" {
		t.Errorf("events after the restart: %+v", got)
	}
	if got := len(n.Proposals("")); got != len(wait)-2 {
		t.Errorf("%d wait after the restart, want %d", got, len(wait)-2)
	}
}

// TestPartnersEvents has Alfa confirm an event and hands the act to Bravo, once from Alfa and once from Charlie.
func TestPartnersEvents(t *testing.T) {
	k := newKit(t)
	alfa, bravo := k.start(k.config("ALF")), k.start(k.config("BRA"))
	read(t, alfa, "a.txt", text)
	if err := alfa.AcceptProposal(t.Context(), "Al", alfa.Proposals("")[0].ID, nil, "seen"); err != nil {
		t.Fatal(err)
	}
	acts, _, err := alfa.store.Acts(t.Context(), 0, 10)
	if err != nil || len(acts) != 1 {
		t.Fatalf("%d acts, %v", len(acts), err)
	}
	payload, err := json.Marshal(acts[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := bravo.reading.receive(t.Context(), "CHA", payload); !isKind(err, entente.Unauthorised) {
		t.Errorf("Alfa's act from Charlie: %v", err)
	}
	forged := strings.Replace(string(payload), `"key":"`, `"key":"0`, 1)
	if err := bravo.reading.receive(t.Context(), "ALF", []byte(forged)); err == nil {
		t.Error("an act of an unknown key was taken")
	}
	for range 2 {
		if err := bravo.reading.receive(t.Context(), "ALF", payload); err != nil {
			t.Fatal(err)
		}
	}
	if got := bravo.Events(10); len(got) != 1 || got[0].Member != "ALF" {
		t.Errorf("Bravo's events: %+v", got)
	}
}

func TestFetch(t *testing.T) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("stolen")) }))
	defer other.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/feed":
			w.Header().Set("Content-Type", "application/rss+xml")
			w.Write([]byte("<rss/>"))
		case "/here":
			http.Redirect(w, r, "/feed", http.StatusFound)
		case "/elsewhere":
			http.Redirect(w, r, other.URL, http.StatusFound)
		case "/large":
			w.Write(make([]byte, maxFetch+100))
		default:
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer s.Close()
	defer fetcher.CloseIdleConnections()
	for _, path := range []string{"/feed", "/here"} {
		if b, media, err := fetch(t.Context(), s.URL+path); err != nil || string(b) != "<rss/>" || media != "application/rss+xml" {
			t.Errorf("%s: %q %s %v", path, b, media, err)
		}
	}
	for _, path := range []string{"/none", "/elsewhere", "/large"} {
		if b, _, err := fetch(t.Context(), s.URL+path); err == nil {
			t.Errorf("%s: %d bytes taken", path, len(b))
		}
	}
	if _, _, err := fetch(t.Context(), "http://[bad"); err == nil {
		t.Error("an address that is none")
	}
}
