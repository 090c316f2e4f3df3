package council

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"entente"
)

func TestCSTOIsAsItWasThatDay(t *testing.T) {
	o := CSTO()
	day := at("2023-11-23T12:00:00Z")
	if o.AsOf != at("2023-11-23T00:00:00Z") {
		t.Errorf("as of %s", o.AsOf)
	}
	for _, b := range o.Bodies {
		if got := join(o.Eligible(b.ID, day)); got != "ARM BLR KAZ KGZ RUS TJK" {
			t.Errorf("%s: %s", b.ID, got)
		}
		if !b.Standing && len(b.Rules) == 0 {
			t.Errorf("%s has no rules", b.ID)
		}
		for _, r := range b.Rules {
			if r.Source == "" {
				t.Errorf("%s: a rule without source", b.ID)
			}
		}
	}
	for when, want := range map[string]entente.MemberID{
		"2022-12-31T23:59:59Z": "", "2023-01-01T00:00:00Z": "BLR", "2023-11-23T12:00:00Z": "BLR", "2023-12-31T23:59:59Z": "BLR",
		"2024-01-01T00:00:00Z": "KAZ", "2025-06-01T00:00:00Z": "KGZ", "2026-06-01T00:00:00Z": "RUS",
	} {
		if got, ok := o.Chair("csc", at(when)); got != want || ok != (want != "") {
			t.Errorf("chair at %s: %q", when, got)
		}
	}
	if got := o.Eligible("csc", at("2003-09-17T00:00:00Z")); len(got) != 0 {
		t.Errorf("members before the Charter: %v", got)
	}
}

func TestMembershipIsDated(t *testing.T) {
	o := lantern(t)
	for when, want := range map[string]string{
		"2030-01-01T00:00:00Z": "ALD BRE COR DUN", "2030-06-01T00:00:00Z": "ALD BRE COR DUN EST",
		"2031-01-01T00:00:00Z": "ALD BRE DUN EST", "2032-01-01T00:00:00Z": "ALD BRE COR DUN EST", "2033-01-01T00:00:00Z": "ALD BRE COR EST",
	} {
		if got := join(o.Eligible("assembly", at(when))); got != want {
			t.Errorf("at %s: %s, want %s", when, got, want)
		}
	}
	if got := join(o.Eligible("committee", at("2030-06-01T00:00:00Z"))); got != "ALD BRE COR" {
		t.Errorf("committee: %s", got)
	}
	if chair, _ := o.Chair("committee", at("2030-06-01T00:00:00Z")); chair != "BRE" {
		t.Errorf("its own chair goes first, got %s", chair)
	}
	if chair, _ := o.Chair("committee", at("2036-01-01T00:00:00Z")); chair != "ALD" {
		t.Errorf("after its term the general chair, got %s", chair)
	}
	if o.Eligible("none", at("2030-01-01T00:00:00Z")) != nil {
		t.Error("a body that is not there has members")
	}
}

// TestOrganisationSurvivesJSON proves that what the page gets is what the rules use.
func TestOrganisationSurvivesJSON(t *testing.T) {
	for _, o := range []*entente.Organisation{CSTO(), lantern(t)} {
		b, err := json.Marshal(o)
		if err != nil {
			t.Fatal(err)
		}
		var back entente.Organisation
		d := json.NewDecoder(bytes.NewReader(b))
		d.DisallowUnknownFields()
		if err := d.Decode(&back); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(back)
		if err != nil || !bytes.Equal(b, again) {
			t.Errorf("%s changed on the way: %v\n%s\n%s", o.ID, err, b, again)
		}
	}
}

// TestFaultsNameLineAndRule changes one line of a good file at a time.
func TestFaultsNameLineAndRule(t *testing.T) {
	good, err := os.ReadFile("testdata/lantern.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		from, to string
		line     string // what stands on the line that the error names
		rule     string
	}{
		{"id: lantern", "id: Lantern League", "id: Lantern", "organisation.id"},
		{"name: Lantern League", "name: \"\"", "name: \"\"", "organisation.name"},
		{"matters: [defence,", "matters: [defence, Defence,", "matters:", "organisation.matters"},
		{"obligation_lead_s: 86400", "obligation_lead_s: -1", "obligation_lead_s", "organisation.lead"},
		{"id: BRE, name", "id: bre, name", "id: bre", "member.id"},
		{"id: BRE, name", "id: ALD, name", "id: ALD, name: Bremark", "member.id"},
		{"name: Corvia", "name: \"\"", "id: COR", "member.name"},
		{"until: 2033-01-01", "until: 1999-01-01", "id: DUN", "member.dates"},
		{"until: 2032-01-01 }] }", "until: 2030-01-01 }] }", "id: COR", "member.suspended"},
		{"member: ALD, from", "member: XXX, from", "member: XXX", "chair.member"},
		{"body: committee, from", "body: cabal, from", "cabal", "chair.body"},
		{"until: 2035-01-01, source: treaty", "until: 2030-01-01, source: treaty", "body: committee", "chair.dates"},
		{"member: BRE, body: committee", "member: BRE", "until: 2035", "chair.overlap"},
		{"- id: office", "- id: assembly", "- id: assembly", "body.id"},
		{"office: clerk", "office: \"\"", "id: office", "body.office"},
		{"members: [ALD, BRE, COR]", "members: [ALD, BRE, FOX]", "members: [ALD", "body.members"},
		{"member: BRE, person: Bo Brenner", "member: EST, person: Bo Brenner", "Bo Brenner", "body.people"},
		{"kind: correspondence", "kind: telepathic", "telepathic", "session.kind"},
		{"kind: correspondence", "kind: regular", "kind: regular, chair: false", "session.kind"},
		{"kind: correspondence, chair: false, members: 1", "kind: correspondence, chair: false, members: 0", "kind: corr", "session.call"},
		{"notice_s: 3600", "notice_s: -3600", "notice_s", "session.notice"},
		{"matter: budget, format", "matter: budgets, format", "budgets", "rule.matter"},
		{"matter: budget, format: plenary", "matter: budget, format: shouting", "shouting", "rule.format"},
		{"quorum: \">1/2\", absent: assents", "quorum: \">1/2\", absent: perhaps", "perhaps", "rule.absent"},
		{"quorum: 1, absent: blocks", "quorum: 0, absent: blocks", "quorum: 0", "rule.quorum"},
		{"quorum: 2, absent: not_bound, decide: consensus, accession", "quorum: 2, absent: assents, decide: consensus, accession", "accession", "rule.limited"},
		{"silence_min_s: 3600", "silence_min_s: 0", "silence_min_s: 0", "rule.silence"},
		{"decide: majority, share: 2/3", "decide: lottery, share: 2/3", "lottery", "rule.decide"},
		{"share: 2/3, of: eligible", "of: eligible", "of: eligible", "rule.share"},
		{"of: eligible", "of: bystanders", "bystanders", "rule.of"},
		{"minus: 1", "minus: 9", "minus: 9", "rule.minus"},
		{"matter: defence, format: limited", "matter: defence, format: plenary", "accession: true", "rule.once"},
		{"accession: true, source: rules of the assembly", "accession: true, source: \"\"", "accession: true", "rule.source"},
		{"standing: true", "standing: false", "id: office", "body.rules"},
		{"as_of: 2030-01-01", "as_of: 2030-13-01", "as_of", "yaml"},
		{"as_of: 2030-01-01", "as_of: 9999-01-01", "as_of", "yaml"},
		{"as_of: 2030-01-01", "as_of: 2030-01-01\nas_of: 2030-01-02", "as_of: 2030-01-02", "yaml"},
		{"name: Lantern League", "motto: light", "motto", "yaml"},
		{"name: Lantern League", "name: &x Lantern", "name: &x", "yaml"},
		{"share: 2/3", "share: 3/2", "", "yaml"},
		{"members: 2, source", "members: many, source", "members: many", "yaml"},
	} {
		if n := strings.Count(string(good), c.from); n < 1 {
			t.Fatalf("%q stands %d times in the file", c.from, n)
		}
		text := strings.Replace(string(good), c.from, c.to, 1)
		o, err := ParseOrganisation("file.yaml", []byte(text))
		if err == nil {
			t.Errorf("%q was taken: %v", c.to, o.ID)
			continue
		}
		var e *entente.Error
		if !errors.As(err, &e) || e.Source != "file.yaml" || !strings.HasPrefix(e.Reason, c.rule+":") {
			t.Errorf("%q: got %v, want rule %s", c.to, err, c.rule)
			continue
		}
		if c.line == "" {
			continue
		}
		lines := strings.Split(text, "\n")
		if e.Offset < 1 || int(e.Offset) > len(lines) || !strings.Contains(lines[e.Offset-1], c.line) {
			t.Errorf("%q: the error names line %d, not that of %q: %v", c.to, e.Offset, c.line, err)
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	bomb := "a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n"
	for text, want := range map[string]string{
		bomb: "anchors", "id: !!str a": "tags", "a: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]": "nested", "a: 1\n---\nb: 2\n": "2 documents", "<<: {a: 1}": "yaml",
	} {
		if _, err := ParseOrganisation("x", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for name, text := range map[string]string{
		"empty": "", "a comment": "# nothing", "a word": "organisation", "a list": "- 1\n- 2", "binary": "\x00\x01\xff\xfe",
		"two documents": "id: a\n---\nid: b\n", "unclosed": "members: [", "bomb": bomb, "deep": strings.Repeat("a:\n ", 1) + strings.Repeat("[", 500),
		"tabs": "id:\tx\n\tname: y", "large": strings.Repeat("# x\n", 1<<19),
	} {
		o, err := ParseOrganisation(name, []byte(text))
		var e *entente.Error
		if o != nil || !errors.As(err, &e) || e.Source != name || e.Reason == "" {
			t.Errorf("%s: %v, %v", name, o, err)
		}
	}
}

func FuzzParseOrganisation(f *testing.F) {
	good, err := os.ReadFile("testdata/lantern.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	csto, err := organisations.ReadFile("organisations/csto.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(csto)
	f.Add([]byte("id: a\nmatters: [b]\nmembers: [{id: A, from: 2000-01-01}]"))
	f.Add([]byte("a: &a [1]\nb: *a\n<<: *a"))
	f.Add([]byte("bodies:\n - rules: [{share: 1/0}]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := ParseOrganisation("fuzz", text)
		if (o == nil) == (err == nil) {
			t.Fatalf("%v and %v", o, err)
		}
		if err != nil {
			var e *entente.Error
			if !errors.As(err, &e) || e.Source != "fuzz" {
				t.Fatalf("an error without source: %v", err)
			}
			return
		}
		if faults := Validate(o); len(faults) > 0 {
			t.Fatalf("taken with %v", faults)
		}
		New(o).Hash()
	})
}

func FuzzAct(f *testing.F) {
	for _, a := range MinskSession() {
		f.Add(a.Kind, []byte(a.Data))
	}
	f.Add("position.take", []byte(`{"consultation":"unified-air-defence","text":"x","stance":"object","more":1}`))
	f.Add("obligation.deliver", []byte(`{"obligation":"s300-remaining","quantity":1e308,"evidence":"x"}`))
	s := New(CSTO())
	for i, a := range MinskSession() {
		if err := s.Apply(uint64(i), scriptID(a), a); err != nil {
			f.Fatal(err)
		}
	}
	before := s.Hash()
	f.Fuzz(func(t *testing.T, kind string, data []byte) {
		now := at("2023-11-23T13:00:00Z")
		a := entente.Act{Kind: kind, Member: "BLR", Person: "Head of State", Body: "csc", Time: now, Data: data}
		err := s.Check(a, now)
		if s.Hash() != before {
			t.Fatal("checking changed the state")
		}
		var e *entente.Error
		if err != nil && (!errors.As(err, &e) || e.Kind == "" || e.Reason == "") {
			t.Fatalf("a refusal without kind or reason: %v", err)
		}
	})
}

func TestTooManyMembers(t *testing.T) {
	o := lantern(t)
	for len(o.Members) <= maxList {
		o.Members = append(o.Members, o.Members[0])
	}
	faults := Validate(o)
	if len(faults) == 0 || faults[0].Rule != "organisation.members" || len(faults) > 3 {
		t.Errorf("%d faults: %+v", len(faults), faults[:min(3, len(faults))])
	}
}

func TestOrganisationFilesAreAllValid(t *testing.T) {
	list, err := filepath.Glob("organisations/*.yaml")
	if err != nil || len(list) < 2 {
		t.Fatal(list, err)
	}
	if !reflect.DeepEqual(CSTO(), CSTO()) {
		t.Error("reading the example twice gives two")
	}
	if len(MinskSession()) == 0 {
		t.Error("no acts")
	}
}
