package council

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"entente"
)

var update = flag.Bool("update", false, "rewrite golden files")

func playMinsk(t testing.TB) *State {
	t.Helper()
	s := New(CSTO())
	for i, a := range MinskSession() {
		if err := s.Apply(uint64(i), scriptID(a), a); err != nil {
			t.Fatalf("act %d, %s: %v", i, a.Kind, err)
		}
	}
	return s
}

func TestMinsk(t *testing.T) {
	s := playMinsk(t)
	now := at("2023-11-23T13:05:00Z")
	for _, x := range s.Sessions(Query{}) {
		arm, _ := x.Of("ARM")
		if x.Chair != "BLR" || x.State != entente.SessionClosed || len(x.Attendance) != 6 || arm.Present || arm.By != "BLR" {
			t.Errorf("session %+v", x)
		}
	}
	council, _ := s.Session("minsk-2023")
	if strings.Join(council.Agenda, "; ") != "Issues of interaction between members; Further improvement of the collective security system; Topical international and regional problems" {
		t.Errorf("agenda %q", council.Agenda)
	}
	ministers, _ := s.Session("minsk-2023-ministers")
	if ministers.Kind != entente.Joint || ministers.Opened >= council.Opened || strings.Join(ministers.With, " ") != "cmd cssc" {
		t.Errorf("joint meeting %+v", ministers)
	}
	d, ok := s.Decision("unified-air-defence")
	if !ok || join(d.Bound) != "BLR KAZ KGZ RUS TJK" || d.Binds("ARM") || join(d.Outcome.Absent) != "ARM" || join(d.Outcome.For) != "BLR KAZ KGZ RUS TJK" {
		t.Errorf("decision %+v", d)
	}
	owed := s.Obligations(Query{Member: "TJK"}, now)
	if len(owed) != 2 || owed[0].Delivered != 8 || owed[0].Unit != "launcher" || owed[0].State != entente.ObligationDelivered ||
		owed[1].OpenIssues() != 2 || owed[1].State != entente.ObligationAtRisk {
		t.Errorf("obligations %+v", owed)
	}
	if late := s.Late(at("2024-01-01T00:00:00Z")); len(late) != 1 || late[0].ID != "s300-remaining" || late[0].State != entente.ObligationOverdue {
		t.Errorf("at the new year late are %+v", late)
	}
}

// TestMinskGolden holds the whole of what the pages get, word for word.
func TestMinskGolden(t *testing.T) {
	s := playMinsk(t)
	now := at("2023-11-23T13:05:00Z")
	got, err := json.MarshalIndent(map[string]any{
		"sessions": s.Sessions(Query{}), "consultations": s.Consultations(Query{}, now), "decisions": s.Decisions(Query{}),
		"obligations": s.Obligations(Query{}, now), "hash": s.Hash(),
	}, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/minsk.golden.json"
	if *update {
		if err := os.WriteFile(name, append(got, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got)+"\n" != string(want) {
		t.Errorf("the result differs from %s; look, then run with -update", name)
	}
}

// TestArmeniaLater is what may come after: accession, or a wrong turn.
func TestArmeniaLater(t *testing.T) {
	s := playMinsk(t)
	d, _ := s.Decision("unified-air-defence")
	now := at("2024-01-20T10:00:00Z")
	do := func(m entente.MemberID, p Payload) error {
		a, err := NewAct(m, "Head of State", "csc", now, p)
		if err != nil {
			t.Fatal(err)
		}
		return s.Apply(s.Next(), scriptID(a), a)
	}
	owe := ObligationCreate{ID: "x", Decision: d.ID, Title: "Radar data", From: "ARM", Quantity: 1, Unit: "feed"}
	if err := do("ARM", owe); err == nil || !strings.Contains(err.Error(), `does not bind "ARM"`) {
		t.Errorf("an absent member took on an obligation: %v", err)
	}
	if err := do("BLR", owe); err == nil || !strings.Contains(err.Error(), "bound:") {
		t.Errorf("the chair put an obligation on an absent member: %v", err)
	}
	if err := do("BLR", SessionConvene{Type: entente.Regular, Title: "Session", Starts: now}); err == nil || !strings.Contains(err.Error(), "call:") {
		t.Errorf("Belarus calls a session after its term: %v", err)
	}
	if err := do("ARM", DecisionAccede{Decision: d.ID, Text: d.Text.Hash}); err != nil {
		t.Fatal(err)
	}
	if err := do("ARM", owe); err != nil {
		t.Error(err)
	}
}

func TestLogOrder(t *testing.T) {
	s := New(lantern(t))
	act := func(q string) entente.Act {
		a, err := NewAct("ALD", "delegate", "assembly", at("2030-07-01T10:00:00Z"), ConsultationOpen{Question: q})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	must := func(index uint64, id string, want entente.ErrorKind) {
		t.Helper()
		before := s.Hash()
		err := s.Apply(index, id, act("Question "+id))
		var e *entente.Error
		if errors.As(err, &e); (e == nil) != (want == "") || e != nil && (e.Kind != want || s.Hash() != before) {
			t.Errorf("index %d, act %q: %v", index, id, err)
		}
	}
	must(0, "a", "") // logs count from zero
	must(0, "b", entente.Replayed)
	must(1, "a", entente.Replayed)
	must(1, "", entente.Malformed)
	must(1, "b", "")
	must(9, "c", "") // acts of other kinds stand between
	must(5, "d", entente.Replayed)
	if len(s.Consultations(Query{}, 0)) != 3 || s.Next() != 10 {
		t.Errorf("%d consultations, next %d", len(s.Consultations(Query{}, 0)), s.Next())
	}
}

func TestActsFromTheFuture(t *testing.T) {
	s, now := New(lantern(t)), at("2030-07-01T10:00:00Z")
	for ahead, want := range map[float64]bool{0: true, 300: true, 301: false} {
		a, err := NewAct("ALD", "delegate", "assembly", now.Add(ahead), ConsultationOpen{Question: "When?"})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Check(a, now); (err == nil) != want {
			t.Errorf("%v s ahead: %v", ahead, err)
		}
	}
}

func TestActsThatAreNone(t *testing.T) {
	s := New(lantern(t))
	long := strings.Repeat("x", maxText+1)
	for name, c := range map[string]struct {
		kind, data string
		want       entente.ErrorKind
	}{
		"unknown kind":     {"alert.acknowledge", `{}`, entente.Unsupported},
		"no data":          {"consultation.open", ``, entente.Malformed},
		"null":             {"consultation.open", `null`, entente.Malformed},
		"a list":           {"consultation.open", `[]`, entente.Malformed},
		"cut short":        {"consultation.open", `{"question":"x"`, entente.Malformed},
		"two values":       {"consultation.open", `{"question":"x"} {}`, entente.Malformed},
		"unknown field":    {"consultation.open", `{"question":"x","urgent":true}`, entente.Malformed},
		"no question":      {"consultation.open", `{"question":"  "}`, entente.Malformed},
		"alert alone":      {"consultation.open", `{"question":"x","alert":"a"}`, entente.Malformed},
		"long question":    {"consultation.open", `{"question":"` + long + `"}`, entente.TooLarge},
		"large":            {"consultation.open", `{"question":"` + strings.Repeat(long, 3) + `"}`, entente.TooLarge},
		"a name of ours":   {"consultation.open", `{"id":"Über uns","question":"x"}`, entente.Malformed},
		"a path":           {"consultation.open", `{"id":"/etc","question":"x"}`, entente.Malformed},
		"wrong time":       {"session.convene", `{"type":"regular","title":"x","starts":"tomorrow"}`, entente.Malformed},
		"no time":          {"session.convene", `{"type":"regular","title":"x"}`, entente.Malformed},
		"joint alone":      {"session.convene", `{"type":"joint","title":"x","starts":"2030-07-01T10:00:00Z"}`, entente.Malformed},
		"empty agenda":     {"session.agenda", `{"session":"s","agenda":[""]}`, entente.Malformed},
		"bare delegate":    {"session.attend", `{"session":"s","delegate":"x"}`, entente.Malformed},
		"nobody absent":    {"session.absent", `{"session":"s"}`, entente.Malformed},
		"format":           {"item.table", `{"title":"x","text":"x","matter":"budget","format":"x"}`, entente.Malformed},
		"endless silence":  {"item.table", `{"title":"x","text":"x","matter":"budget","format":"silence"}`, entente.Malformed},
		"stance":           {"position.take", `{"consultation":"c","text":"x","stance":"maybe"}`, entente.Malformed},
		"bare reservation": {"position.take", `{"consultation":"c","text":"x","stance":"agree_with_reservation"}`, entente.Malformed},
		"no text":          {"position.take", `{"consultation":"c","stance":"agree"}`, entente.Malformed},
		"result":           {"consultation.close", `{"consultation":"c","result":"bored"}`, entente.Malformed},
		"bare finding":     {"consultation.close", `{"consultation":"c","result":"finding"}`, entente.Malformed},
		"statement":        {"statement.make", `{"about":"c","type":"joke","text":"x"}`, entente.Malformed},
		"to itself":        {"obligation.create", `{"decision":"d","title":"x","from":"ALD","to":"ALD","quantity":1,"unit":"x"}`, entente.Malformed},
		"nothing owed":     {"obligation.create", `{"decision":"d","title":"x","from":"ALD","to":"BRE","quantity":0,"unit":"x"}`, entente.Implausible},
		"less delivered":   {"obligation.deliver", `{"obligation":"o","quantity":-1,"evidence":"x"}`, entente.Implausible},
		"no end":           {"obligation.deliver", `{"obligation":"o","quantity":1e300,"evidence":"x"}`, entente.Implausible},
		"no evidence":      {"obligation.deliver", `{"obligation":"o","quantity":1}`, entente.Malformed},
		"no resolution":    {"obligation.issue", `{"obligation":"o","issue":"i","resolved":true}`, entente.Malformed},
		"no reason":        {"obligation.move", `{"obligation":"o","due":"2030-07-01T10:00:00Z"}`, entente.Malformed},
		"no due":           {"obligation.move", `{"obligation":"o","reason":"x"}`, entente.Malformed},
		"bare release":     {"obligation.close", `{"obligation":"o","released":true}`, entente.Malformed},
	} {
		a := entente.Act{Kind: c.kind, Member: "ALD", Person: "delegate", Body: "assembly", Time: at("2030-07-01T10:00:00Z"), Data: []byte(c.data)}
		err := s.Check(a, a.Time)
		var e *entente.Error
		if !errors.As(err, &e) || e.Kind != c.want || e.Source != c.kind {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	a := entente.Act{Kind: "consultation.open", Member: "ALD", Body: "assembly", Data: []byte(`{"question":"x"}`)}
	if err := s.Check(a, 0); err == nil {
		t.Error("an act without person and time was taken")
	}
}

func TestKindsAndNewAct(t *testing.T) {
	kinds := Kinds()
	if len(kinds) != 19 {
		t.Errorf("%d kinds: %v", len(kinds), kinds)
	}
	if _, err := NewAct("ALD", "delegate", "assembly", 1, ConsultationOpen{}); err == nil {
		t.Error("an act that says nothing was made")
	}
	used := map[string]bool{}
	for _, a := range MinskSession() {
		used[a.Kind] = true
		p, err := decode(a)
		if err != nil || p.Kind() != a.Kind {
			t.Errorf("%s: %v", a.Kind, err)
		}
	}
	if len(used) < 12 {
		t.Errorf("the worked example shows %d kinds of act", len(used))
	}
}

// TestReadersGetCopies changes all that is read and looks whether the state noticed.
func TestReadersGetCopies(t *testing.T) {
	s := playMinsk(t)
	before := s.Hash()
	for _, x := range s.Sessions(Query{}) {
		x.Attendance[0].Present, x.Agenda[0], x.CalledBy[0] = false, "mine", "XXX"
	}
	for _, c := range s.Consultations(Query{}, 0) {
		c.Positions[0].Stance, c.Texts[0].Text, c.Outcome.Bound[0] = entente.Object, "mine", "XXX"
	}
	for _, d := range s.Decisions(Query{}) {
		d.Bound[0], d.Outcome.For[0] = "XXX", "XXX"
	}
	for _, o := range s.Obligations(Query{}, 0) {
		for i := range o.Issues {
			o.Issues[i].Resolved = 1
		}
	}
	if s.Hash() != before {
		t.Error("what was read shares memory with the state")
	}
}

func TestScripts(t *testing.T) {
	const head = "- {kind: consultation.open, member: ALD, person: P, body: assembly, time: 2030-07-01T10:00:00Z, data: {id: c, question: q}}\n"
	if acts, err := ParseScript("s", []byte(head), lantern(t)); err != nil || len(acts) != 1 {
		t.Errorf("%v, %v", acts, err)
	}
	for name, c := range map[string]struct {
		text string
		line int64
	}{
		"refused":   {head + "\n# a comment\n" + strings.Replace(head, "ALD", "FOX", 1), 4},
		"same ID":   {head + head, 2},
		"date":      {strings.Replace(head, "2030-07-01T10:00:00Z", "noon", 1), 1},
		"field":     {strings.Replace(head, "kind:", "sort: x, kind:", 1), 1},
		"no script": {"kind: x", 1},
		"no text":   {head + strings.Replace(strings.Replace(head, "consultation.open", "position.take", 1), "id: c, question: q", "consultation: c, stance: agree", 1), 2},
		"large":     {strings.Repeat("#\n", maxFile), -1},
	} {
		_, err := ParseScript("s", []byte(c.text), lantern(t))
		var e *entente.Error
		if !errors.As(err, &e) || e.Source != "s" || e.Offset != c.line {
			t.Errorf("%s: %v", name, fmt.Sprintf("%+v", err))
		}
	}
}

func BenchmarkApply(b *testing.B) {
	acts, org := MinskSession(), CSTO()
	ids := make([]string, len(acts))
	for i, a := range acts {
		ids[i] = scriptID(a)
	}
	for b.Loop() {
		s := New(org)
		for i, a := range acts {
			if err := s.Apply(uint64(i), ids[i], a); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.N*len(acts))/b.Elapsed().Seconds(), "acts/s")
}

func BenchmarkHash(b *testing.B) {
	s := playMinsk(b)
	for b.Loop() {
		s.Hash()
	}
}
