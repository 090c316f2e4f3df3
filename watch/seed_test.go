package watch

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entente"
)

// shared is the folder of shared test data, which is not part of the repository.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	root := os.Getenv("ENTENTE_SHARED")
	if root == "" {
		root = "../../shared"
	}
	b, err := os.ReadFile(filepath.Join(root, "data", "watch", name))
	if err != nil {
		t.Skipf("shared test data is absent: %v", err)
	}
	return b
}

type goldRecord struct {
	Events []struct {
		entente.Event
		ID       string   `json:"id"`
		Evidence []string `json:"evidence"`
	} `json:"events"`
	MustNot []struct {
		Why, Text string
	} `json:"must_not_extract"`
}

// TestSeedArticle holds the reader to the hand-made record of a real article: the events, their modality, the
// attendance with the absence, and what must not be read.
func TestSeedArticle(t *testing.T) {
	text := shared(t, "articles/seed_article.txt")
	var gold goldRecord
	if err := json.Unmarshal(shared(t, "articles/seed_article_gold.json"), &gold); err != nil {
		t.Fatal(err)
	}
	published := entente.At(time.Date(2023, 11, 23, 0, 0, 0, 0, time.UTC))
	rep, ps, qs, err := Reader{}.Read(Source{Name: "seed_article.txt", Bytes: text}, published)
	if err != nil {
		t.Fatal(err)
	}
	found, modality := 0, 0
	for _, g := range gold.Events {
		k := slices.IndexFunc(ps, func(p entente.Proposal) bool { return p.Type == g.Type && overlaps(p, g.Evidence) })
		if k < 0 {
			t.Logf("%s %s: not found", g.ID, g.Type)
			continue
		}
		found++
		if ps[k].Modality != g.Modality {
			modality++
			t.Errorf("%s: modality %s, want %s", g.ID, ps[k].Modality, g.Modality)
		}
		compare(t, g.ID, ps[k].Event, g.Event)
	}
	t.Logf("%d of %d events, %d modality errors, %d proposals, %d questions", found, len(gold.Events), modality, len(ps), len(qs))
	if found < len(gold.Events) {
		t.Errorf("found %d of %d events", found, len(gold.Events))
	}
	for _, m := range gold.MustNot {
		for _, p := range ps {
			if p.Type != entente.EventStatement && strings.Contains(strings.Join(p.Evidence, "\n"), m.Text) {
				t.Errorf("%s %q was read out of %q (%s)", p.Type, p.Evidence, m.Text, m.Why)
			}
		}
	}
	for _, p := range ps {
		for k, sp := range p.Spans {
			if rep.Text[sp.From:sp.To] != p.Evidence[k] || string(text[sp.From:sp.To]) != p.Evidence[k] {
				t.Errorf("span %v of %s is not its evidence", sp, p.ID)
			}
		}
	}
	for _, q := range qs {
		t.Logf("question: %s %q (%s)", q.Kind, q.Text, q.Hint)
	}
}

func overlaps(p entente.Proposal, evidence []string) bool {
	for _, e := range evidence {
		for _, have := range p.Evidence {
			if strings.Contains(have, e) || strings.Contains(e, have) || shareWords(have, e) {
				return true
			}
		}
	}
	return false
}

// shareWords says whether one text holds most of the words of the other in a row.
func shareWords(a, b string) bool {
	w := strings.Fields(b)
	n := max(len(w)/2, 4)
	for k := 0; k+n <= len(w); k++ {
		if strings.Contains(a, strings.Join(w[k:k+n], " ")) {
			return true
		}
	}
	return false
}

func compare(t *testing.T, id string, got, want entente.Event) {
	t.Helper()
	for _, f := range []struct{ name, got, want string }{
		{"host", got.Host, want.Host}, {"place", got.Place, want.Place}, {"date", got.Date, want.Date},
		{"date_precision", got.DatePrecision, want.DatePrecision}, {"chair", got.Chair, want.Chair},
		{"speaker", got.Speaker, want.Speaker}, {"state", got.State, want.State}, {"actor", got.Actor, want.Actor},
		{"supplier", got.Supplier, want.Supplier}, {"recipient", got.Recipient, want.Recipient}, {"item", got.Item, want.Item},
		{"item_class", got.ItemClass, want.ItemClass}, {"said_by", got.SaidBy, want.SaidBy}, {"due", got.Due, want.Due},
		{"beneficiary", got.Beneficiary, want.Beneficiary}, {"region", got.Region, want.Region}, {"what", got.What, want.What},
		{"from", got.From, want.From}, {"to", got.To, want.To}, {"direction", got.Direction, want.Direction},
	} {
		if f.want != "" && f.got != f.want {
			t.Errorf("%s: %s is %q, want %q", id, f.name, f.got, f.want)
		}
	}
	for _, w := range want.Attendance {
		if !slices.ContainsFunc(got.Attendance, func(a entente.Attendee) bool {
			return a.Person == w.Person && a.Role == w.Role && a.State == w.State && a.Status == w.Status
		}) {
			t.Errorf("%s: attendance lacks %+v", id, w)
		}
	}
	if len(want.Attendance) > 0 && len(got.Attendance) != len(want.Attendance) {
		t.Errorf("%s: %d attendees, want %d", id, len(got.Attendance), len(want.Attendance))
	}
	for _, q := range want.Quantity {
		if !slices.Contains(got.Quantity, q) {
			t.Errorf("%s: quantity %+v is missing in %+v", id, q, got.Quantity)
		}
	}
	for name, lists := range map[string][2][]string{"participants": {got.Participants, want.Participants}, "parties": {got.Parties, want.Parties}, "near": {got.Near, want.Near}} {
		for _, w := range lists[1] {
			if !slices.Contains(lists[0], w) {
				t.Errorf("%s: %s lacks %q: %q", id, name, w, lists[0])
			}
		}
	}
}

// TestSeedArticleTurned turns statements of the real article into others, one by one: each must change what is read and
// nothing else. A reader fitted to the article's words would not notice.
func TestSeedArticleTurned(t *testing.T) {
	text := string(shared(t, "articles/seed_article.txt"))
	published := entente.At(time.Date(2023, 11, 23, 0, 0, 0, 0, time.UTC))
	read := func(from, to string) []entente.Proposal {
		turned := strings.Replace(text, from, to, 1)
		if turned == text {
			t.Fatalf("the article lacks %q", from)
		}
		_, ps, _, err := Reader{}.Read(Source{Name: "turned", Bytes: []byte(turned)}, published)
		if err != nil {
			t.Fatal(err)
		}
		return ps
	}
	find := func(ps []entente.Proposal, typ entente.EventType) entente.Event {
		for _, p := range ps {
			if p.Type == typ {
				return p.Event
			}
		}
		return entente.Event{}
	}
	status := func(ps []entente.Proposal, person string) entente.AttendanceStatus {
		for _, a := range ps[0].Attendance {
			if a.Person == person {
				return a.Status
			}
		}
		return ""
	}
	if got := status(read("Vladimir Putin is set to attend", "Vladimir Putin is not expected to attend"), "Vladimir Putin"); got != entente.AttendanceAbsent {
		t.Errorf("Putin %s", got)
	}
	if got := read("on Thursday", "on Friday")[0].Date; got != "2023-11-24" {
		t.Errorf("the summit is on %s", got)
	}
	if got := find(read("Russia had supplied", "Russia had not supplied"), entente.EventSupply); got.Modality != entente.ModalityDenied || got.SaidBy != "Vladimir Putin" {
		t.Errorf("supply: %+v", got)
	}
	if got := find(read("Putin mentioned that Russia had supplied", "if asked, Russia would supply"), entente.EventSupply); got.Type != "" {
		t.Errorf("a condition became %+v", got)
	}
	if got := find(read("two divisions (eight launchers)", "three battalions (24 launchers)"), entente.EventSupply).Quantity; len(got) != 2 || got[0] != (entente.Quantity{Value: 3, Unit: "battalion"}) || got[1].Value != 24 {
		t.Errorf("quantities: %+v", got)
	}
	if got := find(read("who recently visited Moscow", "who cancelled a visit to Moscow"), entente.EventVisit); got.Modality != entente.ModalityCancelled {
		t.Errorf("visit: %+v", got)
	}
	ps := read("Armenia has yet to", "last week Armenia did")
	if find(ps, entente.EventDispute).Type != "" || find(ps, entente.EventAgreement).Date != "2023-11-13" {
		t.Errorf("agreement: %+v", find(ps, entente.EventAgreement))
	}
}
