package node

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/council"
	"entente/keys"
)

func isKind(err error, k entente.ErrorKind) bool {
	var e *entente.Error
	return errors.As(err, &e) && e.Kind == k
}

// text is the current text's hash at a node.
func (p *post) text(m entente.MemberID, id string) string {
	p.t.Helper()
	c, err := p.nodes[m].consultation(id)
	if err != nil {
		p.t.Fatal(err)
	}
	t, _ := c.Current()
	return t.Hash
}

func TestActsAreOrderedByOneAndHeldByAll(t *testing.T) {
	p := newPost(t)
	id := p.must("ALF", council.ConsultationOpen{Question: "Who flies there?"})
	p.must("BRA", council.ItemTable{Consultation: id, Title: "A", Text: "One.", Matter: "substance", Format: entente.Plenary})
	p.settle()
	hash := p.text("ALF", id)
	for _, m := range []entente.MemberID{"ALF", "BRA", "CHA"} {
		p.must(m, council.PositionTake{Consultation: id, Text: hash, Stance: entente.Agree})
	}
	p.must("BRA", council.DecisionAdopt{Consultation: id, Text: hash, Number: "1"})
	if refused := p.settle(); len(refused) > 0 || len(p.faults) > 0 {
		t.Errorf("refused %v, faults %v", refused, p.faults)
	}
	p.agree(6)
	if d := p.nodes["CHA"].Decisions(); len(d) != 1 {
		t.Errorf("Charlie has %d decisions", len(d))
	}
}

func TestRefusalGoesBackToTheAuthor(t *testing.T) {
	p := newPost(t)
	id := p.must("ALF", council.ConsultationOpen{Question: "Who flies there?"})
	table := council.ItemTable{Consultation: id, Title: "A", Text: "One.", Matter: "substance", Format: entente.Plenary}
	p.must("BRA", table)
	p.settle()
	old := p.text("ALF", id)
	table.Text = "Two."
	p.must("BRA", table) // news of it are on their way
	late := p.take(all)
	_, err := p.submit("ALF", council.PositionTake{Consultation: id, Text: old, Stance: entente.Agree})
	if !isKind(err, entente.Refused) || !strings.Contains(err.Error(), "another version") {
		t.Errorf("a position on a version that was replaced: %v", err)
	}
	if refused := append(p.bring(late...), p.settle()...); len(refused) > 0 {
		t.Errorf("refused: %v", refused)
	}
	p.agree(3)
}

// TestRefusalTooLateIsNotLost has the person gone when the sequencer's refusal comes.
func TestRefusalTooLateIsNotLost(t *testing.T) {
	p := newPost(t)
	b, err := json.Marshal(refusal{Body: "council", Act: "gone", Error: &entente.Error{Kind: "made up", Offset: -1, Reason: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	if refused := p.bring(mail{from: "BRA", to: "ALF", typ: typeRefusal, payload: b}); len(refused) > 0 {
		t.Error(refused)
	}
	if len(p.faults) != 1 || !strings.Contains(p.faults[0].Error(), "gone") {
		t.Errorf("faults: %v", p.faults)
	}
	if refused := p.bring(mail{from: "CHA", to: "ALF", typ: typeRefusal, payload: b}); len(refused) != 1 {
		t.Error("a refusal by one who does not sequence was taken")
	}
}

func TestCosignaturesThatComeEarly(t *testing.T) {
	p := newPost(t)
	id := p.must("BRA", council.ConsultationOpen{Question: "?"})
	p.must("BRA", council.ItemTable{Consultation: id, Title: "A", Text: "One.", Matter: "substance", Format: entente.Plenary})
	p.bring(p.take(func(m mail) bool { return m.to == "ALF" })...)
	p.bring(p.take(func(m mail) bool { return m.to == "CHA" && m.typ == typeCosign })...) // before any entry
	if s, err := p.nodes["CHA"].RecordStatus("council"); err != nil || s.Size != 0 || s.Problem != "" {
		t.Errorf("Charlie before the entries: %+v, %v", s, err)
	}
	if refused := p.settle(); len(refused) > 0 || len(p.faults) > 0 {
		t.Errorf("refused %v, faults %v", refused, p.faults)
	}
	p.agree(2)
}

// TestBehind loses Charlie's first news: the next makes it ask, once, and the answer comes in stretches.
func TestBehind(t *testing.T) {
	p := newPost(t)
	open := council.ConsultationOpen{Question: strings.Repeat("long ", 1500)}
	for range 60 {
		p.must("BRA", open)
	}
	p.take(all)
	for range 3 {
		p.must("BRA", open)
	}
	p.bring(p.take(func(m mail) bool { return m.typ == typeLog })...)
	if asks := p.take(func(m mail) bool { return m.typ == typeAsk && m.from == "CHA" }); len(asks) != 1 {
		t.Errorf("%d questions for one gap", len(asks))
	} else {
		p.bring(asks...)
	}
	if n := len(p.take(func(m mail) bool { return false })) + len(p.box); n == 0 {
		t.Fatal("no answer")
	}
	stretches := 0
	for _, m := range p.box {
		if m.to == "CHA" && m.typ == typeLog {
			stretches++
		}
	}
	if stretches < 2 {
		t.Errorf("the answer came in %d stretches", stretches)
	}
	if refused := p.settle(); len(refused) > 0 || len(p.faults) > 0 {
		t.Errorf("refused %v, faults %v", refused, p.faults)
	}
	p.agree(63)
}

// TestAnnounceHeals loses everything that was sent, as a crash may, and starts anew.
func TestAnnounceHeals(t *testing.T) {
	for _, who := range []entente.MemberID{"BRA", "CHA"} {
		p := newPost(t)
		p.must("BRA", council.ConsultationOpen{Question: "?"})
		p.take(all)
		p.nodes[who].assembly.announce(t.Context())
		if who == "CHA" {
			p.nodes["ALF"].assembly.announce(t.Context())
		}
		p.settle()
		p.nodes["BRA"].assembly.announce(t.Context()) // the sequencer's own cosignature was lost as well
		if refused := p.settle(); len(refused) > 0 || len(p.faults) > 0 {
			t.Errorf("%s: refused %v, faults %v", who, refused, p.faults)
		}
		p.agree(1)
	}
}

func TestActsThatAreNotTheAuthors(t *testing.T) {
	p := newPost(t)
	a, err := council.NewAct("ALF", "Ann", "council", p.nodes["ALF"].now(), council.ConsultationOpen{Question: "?"})
	if err != nil {
		t.Fatal(err)
	}
	a.Seq = 1
	charlie := p.nodes["CHA"].config.Identity
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	sig, err := charlie.Sign(keys.ContextAct, b)
	if err != nil {
		t.Fatal(err)
	}
	own, err := p.nodes["ALF"].config.Identity.SignAct(a)
	if err != nil {
		t.Fatal(err)
	}
	altered := own
	altered.Bytes = []byte(strings.Replace(string(own.Bytes), "Ann", "Bob", 1))
	for name, s := range map[string]entente.SignedAct{
		"another member's key": {Bytes: b, Key: charlie.Fingerprint(), Signature: sig},
		"an unknown key":       {Bytes: b, Key: "00", Signature: sig},
		"altered":              altered,
		"nothing":              {},
	} {
		payload, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if refused := p.bring(mail{from: "CHA", to: "BRA", typ: typeAct, payload: payload}); len(refused) != 1 {
			t.Errorf("%s: taken", name)
		}
		if back := p.take(all); len(back) != 1 || back[0].to != "CHA" || back[0].typ != typeRefusal {
			t.Errorf("%s: sent back %v", name, back)
		}
	}
	p.agreeEmpty()
	payload, err := json.Marshal(own)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // passed on by another member, and twice: the author's all the same, and once
		if refused := p.bring(mail{from: "CHA", to: "BRA", typ: typeAct, payload: payload}); len(refused) > 0 {
			t.Error(refused)
		}
	}
	p.settle()
	p.agree(1)
}

func (p *post) agreeEmpty() {
	p.t.Helper()
	for m, n := range p.nodes {
		if s, err := n.RecordStatus("council"); err != nil || s.Size != 0 || s.Problem != "" {
			p.t.Errorf("%s: %+v, %v", m, s, err)
		}
	}
}

func TestItemsThatAreNotTheSenders(t *testing.T) {
	p := newPost(t)
	p.must("BRA", council.ConsultationOpen{Question: "?"})
	news := p.take(func(m mail) bool { return m.typ == typeLog && m.to == "ALF" })[0]
	p.settle()
	junk := func(typ string, v any) mail {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return mail{from: "CHA", to: "ALF", typ: typ, payload: b}
	}
	foreign := news
	foreign.from = "CHA"
	for name, c := range map[string]struct {
		m    mail
		kind entente.ErrorKind
	}{
		"entries of one who does not sequence":  {foreign, entente.Unauthorised},
		"an act to one who does not sequence":   {junk(typeAct, entente.SignedAct{}), entente.Refused},
		"a question to one who does not":        {junk(typeAsk, ask{Body: "council"}), entente.Refused},
		"cosignatures that are none":            {junk(typeCosign, cosignatures{Body: "council", Size: 0, Lines: []byte("— nobody AAAA\n")}), ""},
		"cosignatures of a size that cannot be": {junk(typeCosign, cosignatures{Body: "council", Size: -1}), entente.Unauthorised},
		"cosignatures too long":                 {junk(typeCosign, cosignatures{Body: "council", Size: 9, Lines: make([]byte, maxLines+1)}), entente.TooLarge},
		"a body that is none":                   {junk(typeCosign, cosignatures{Body: "cabal"}), entente.NotFound},
		"a type of a later version":             {junk("act/9", 1), entente.Unsupported},
		"no JSON":                               {mail{from: "CHA", to: "ALF", typ: typeLog, payload: []byte("{")}, entente.Malformed},
	} {
		refused := p.bring(c.m)
		if c.kind == "" {
			continue // of a head not held yet: of no consequence
		}
		if len(refused) != 1 || !isKind(refused[0], c.kind) {
			t.Errorf("%s: %v, want %s", name, refused, c.kind)
		}
	}
	p.bring(news)
	bad := junk(typeCosign, cosignatures{Body: "council", Size: 1, Lines: []byte("— nobody AAAAAAAAAAAAAAAA\n")})
	if refused := p.bring(bad); len(refused) != 1 || !isKind(refused[0], entente.Unauthorised) {
		t.Errorf("a cosignature of nobody: %v", refused)
	}
	p.settle()
	p.agree(1)
}

func TestEarlyCosignaturesAreBounded(t *testing.T) {
	p := newPost(t)
	c := p.nodes["ALF"].assembly.chambers["council"]
	for i := range 3 * maxEarly {
		if err := c.cosigned(t.Context(), "CHA", cosignatures{Body: "council", Size: int64(10 + i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(c.early["CHA"]); n != maxEarly || c.early["CHA"][n-1].Size != int64(9+3*maxEarly) {
		t.Errorf("%d kept, the last of size %d", n, c.early["CHA"][n-1].Size)
	}
}

// TestPatience has the sequencer silent: the person is told after a while that the act is on its way.
func TestPatience(t *testing.T) {
	t.Parallel()
	p := newPost(t)
	began := time.Now()
	id, err := p.nodes["ALF"].act(t.Context(), "Ann", "council", council.ConsultationOpen{Question: "?"})
	if err != nil || id == "" || time.Since(began) < patience {
		t.Errorf("%q, %v after %v", id, err, time.Since(began))
	}
	if n := len(p.nodes["ALF"].assembly.chambers["council"].waiting); n != 0 {
		t.Errorf("%d still wait", n)
	}
	p.settle()
	p.agree(1)
}

// TestPersonLeavesThePage ends the request while the sequencer is asked: the act is on its way all the same.
func TestPersonLeavesThePage(t *testing.T) {
	p := newPost(t)
	gone, leave := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := p.nodes["ALF"].act(gone, "Ann", "council", council.ConsultationOpen{Question: "?"})
		done <- err
	}()
	eventually(t, "the act sent", func() bool { p.mu.Lock(); defer p.mu.Unlock(); return len(p.box) == 1 })
	leave()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the request ended with %v", err)
	}
	if n := len(p.nodes["ALF"].assembly.chambers["council"].waiting); n != 0 {
		t.Errorf("%d still wait", n)
	}
	p.settle()
	p.agree(1)
}

func TestAwaitByTwo(t *testing.T) {
	p := newPost(t)
	c := p.nodes["ALF"].assembly.chambers["council"]
	first, _ := c.await("x")
	second, _ := c.await("x")
	third, leave := c.await("x")
	leave()
	if !c.tell("x", nil) || c.tell("x", nil) {
		t.Error("told nobody, or twice")
	}
	for _, w := range []<-chan error{first, second} {
		select {
		case <-w:
		default:
			t.Error("one who waits was not told")
		}
	}
	select {
	case <-third:
		t.Error("one who left was told")
	default:
	}
}

func TestQuorumOf(t *testing.T) {
	for n, want := range map[int]int{1: 1, 2: 2, 3: 3, 4: 3, 5: 4, 6: 4, 7: 5} {
		if got := quorumOf(n); got != want {
			t.Errorf("quorum of %d is %d, want %d", n, got, want)
		}
	}
}
