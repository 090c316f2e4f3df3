package council

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"entente"
)

func at(text string) entente.Instant {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return entente.At(t)
}

func lantern(t testing.TB) *entente.Organisation {
	t.Helper()
	b, err := os.ReadFile("testdata/lantern.yaml")
	if err != nil {
		t.Fatal(err)
	}
	o, err := ParseOrganisation("lantern.yaml", b)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// stage plays acts one after another, a minute apart.
type stage struct {
	t    testing.TB
	s    *State
	body string
	now  entente.Instant
	n    uint64
}

func newStage(t testing.TB, o *entente.Organisation, body, now string) *stage {
	return &stage{t: t, s: New(o), body: body, now: at(now)}
}

// as makes the act of a member; its person is the member's delegate unless named after a colon: "ALD:Ada Alder".
func (g *stage) as(who string, p Payload) entente.Act {
	g.t.Helper()
	m, person, ok := strings.Cut(who, ":")
	if !ok {
		person = "delegate of " + m
	}
	a, err := NewAct(entente.MemberID(m), person, g.body, g.now, p)
	if err != nil {
		g.t.Fatal(err)
	}
	return a
}

func (g *stage) try(a entente.Act) error {
	g.n++
	g.now = g.now.Add(60)
	h := sha256.Sum256(fmt.Append(nil, g.n, a.Kind, a.Member, string(a.Data)))
	checked := g.s.Check(a, g.now)
	err := g.s.Apply(g.n, hex.EncodeToString(h[:]), a)
	if (checked == nil) != (err == nil) {
		g.t.Errorf("%s: Check says %v, Apply %v", a.Kind, checked, err)
	}
	return err
}

// do plays an act that must be taken and returns its ID.
func (g *stage) do(who string, p Payload) {
	g.t.Helper()
	if err := g.try(g.as(who, p)); err != nil {
		g.t.Fatalf("%s by %s: %v", p.Kind(), who, err)
	}
}

// refused plays an act that must be refused, naming the rule, and change nothing.
func (g *stage) refused(who string, p Payload, kind entente.ErrorKind, rule string) {
	g.t.Helper()
	before := g.s.Hash()
	err := g.try(g.as(who, p))
	var e *entente.Error
	if !errors.As(err, &e) || e.Kind != kind || !strings.Contains(e.Reason, rule) || e.Source != p.Kind() {
		g.t.Errorf("%s by %s: got %v, want %s with %q", p.Kind(), who, err, kind, rule)
	}
	if g.s.Hash() != before {
		g.t.Errorf("%s by %s: refused, and yet the state changed", p.Kind(), who)
	}
}

func (g *stage) consultation(id string) entente.Consultation {
	g.t.Helper()
	c, ok := g.s.Consultation(id, g.now)
	if !ok {
		g.t.Fatalf("no consultation %s", id)
	}
	return c
}

// hash is that of the current text.
func (g *stage) hash(id string) string {
	g.t.Helper()
	c := g.consultation(id)
	text, ok := c.Current()
	if !ok {
		g.t.Fatalf("no text in %s", id)
	}
	return text.Hash
}

func (g *stage) table(who, id, matter string, format entente.Format) {
	g.t.Helper()
	p := ItemTable{Consultation: id, Title: "Draft on " + id, Text: "The members agree.", Matter: matter, Format: format}
	if format == entente.Silence {
		p.Until = g.now.Add(7200)
	}
	g.do(who, p)
}

// take has each of "ALD+ BRE- COR0 DUN~ EST." agree, object, abstain, agree with reservation or not take part.
func (g *stage) take(id, answers string) {
	g.t.Helper()
	for who := range strings.FieldsSeq(answers) {
		m, sign := who[:len(who)-1], who[len(who)-1]
		p := PositionTake{Consultation: id, Text: g.hash(id), Stance: stances[sign]}
		if p.Stance == entente.AgreeWithReservation {
			p.Statement = "not article 2"
		}
		g.do(m, p)
	}
}

var stances = map[byte]entente.Stance{
	'+': entente.Agree, '-': entente.Object, '0': entente.Abstain, '~': entente.AgreeWithReservation, '.': entente.NotParticipating,
}

func (g *stage) adopt(who, id string) {
	g.t.Helper()
	g.do(who, DecisionAdopt{ID: id, Consultation: id, Text: g.hash(id)})
}

func (g *stage) expect(id string, state entente.OutcomeState, sentence string) {
	g.t.Helper()
	o := g.consultation(id).Outcome
	if o.State != state || o.Sentence != sentence {
		g.t.Errorf("outcome of %s: %s, %q\nwant %s, %q", id, o.State, o.Sentence, state, sentence)
	}
}

func join(list []entente.MemberID) string {
	var b strings.Builder
	for i, m := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(string(m))
	}
	return b.String()
}
