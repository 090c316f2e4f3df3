package council

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

// history is a random course of events in the Lantern League, with its own plain account of what was taken.
type history struct {
	rt  *rapid.T
	org *entente.Organisation
	s   *State
	now entente.Instant
	log []taken
}

type taken struct {
	id  string
	act entente.Act
	p   Payload
	at  entente.Instant
}

var (
	leaguers = []entente.MemberID{"ALD", "BRE", "COR", "DUN", "EST"}
	matters  = []string{"defence", "budget", "procedure", "admonition"}
	cases    = []string{"c1", "c2", "c3"}
)

func (h *history) pick(what string, n int) int { return rapid.IntRange(0, n-1).Draw(h.rt, what) }

// payload draws what is mostly sensible: the chair's acts from the chair, the current hash.
func (h *history) payload() (entente.MemberID, Payload) {
	m := leaguers[h.pick("member", len(leaguers))]
	id := cases[h.pick("case", len(cases))]
	text := "none"
	if c, ok := h.s.consultations.byID[id]; ok && len(c.Texts) > 0 {
		text = c.Texts[len(c.Texts)-1].Hash
		if len(c.Texts) > 1 && h.pick("stale", 12) == 0 {
			text = c.Texts[0].Hash
		}
	}
	chair := entente.MemberID("ALD")
	switch h.pick("kind", 24) {
	case 0:
		return chair, SessionConvene{ID: "s", Type: entente.Regular, Title: "Session", Starts: h.now.Add(3600)}
	case 1:
		return chair, SessionOpen{Session: "s"}
	case 2:
		return m, SessionAttend{Session: "s"}
	case 3:
		return []entente.MemberID{m, chair}[h.pick("by", 2)], SessionAbsent{Session: "s", Absent: m}
	case 4:
		return chair, SessionClose{Session: "s"}
	case 5, 6, 7:
		p := ItemTable{Consultation: id, Title: "T", Text: "t", Matter: matters[h.pick("matter", len(matters))], Format: entente.Plenary}
		if h.pick("in session", 2) == 0 {
			p.Session = "s"
		}
		switch h.pick("format", 4) {
		case 0:
			p.Format = entente.Limited
		case 1:
			p.Format, p.Until = entente.Silence, h.now.Add(float64(60*h.pick("until", 120)))
		}
		if p.Matter == "admonition" && p.Format == entente.Plenary {
			p.Concerned = []entente.MemberID{m}
		}
		return chair, p
	case 8, 9, 10:
		return m, TextAcknowledge{Consultation: id, Text: text}
	case 11, 12, 13, 14, 15, 16, 17:
		stance := []entente.Stance{entente.Agree, entente.Agree, entente.Agree, entente.Agree, entente.AgreeWithReservation,
			entente.Abstain, entente.Object, entente.NotParticipating}[h.pick("stance", 8)]
		return m, PositionTake{Consultation: id, Text: text, Stance: stance, Statement: "because"}
	case 18, 19:
		return chair, DecisionAdopt{Consultation: id, ID: id, Text: text}
	case 20:
		return m, DecisionAccede{Decision: id, Text: text}
	case 21:
		return m, ObligationCreate{Decision: id, Title: "T", From: m, Quantity: 2, Unit: "x"}
	case 22:
		return m, StatementMake{About: id, Type: entente.Dissent, Text: "no"}
	}
	return chair, ConsultationClose{Consultation: id, Result: []entente.Result{entente.ByDecision, entente.Returned}[h.pick("result", 2)]}
}

// episode tables a text that a rule exists for, has all members answer it, and the chair try to adopt it; strange acts
// come between.
func (h *history) episode() {
	id := cases[h.pick("case", len(cases))]
	draft := []ItemTable{
		{Matter: "defence", Format: entente.Plenary}, {Matter: "defence", Format: entente.Limited}, {Matter: "budget", Format: entente.Plenary},
		{Matter: "procedure", Format: entente.Plenary}, {Matter: "admonition", Format: entente.Plenary, Concerned: []entente.MemberID{"COR"}},
		{Matter: "budget", Format: entente.Silence, Until: h.now.Add(7200)}, {Matter: "procedure", Format: entente.Silence, Until: h.now.Add(7200)},
	}[h.pick("draft", 7)]
	draft.Consultation, draft.Title, draft.Text = id, "T", "t"
	if h.pick("in session", 3) == 0 {
		draft.Session = "s"
	}
	h.step("ALD", draft)
	c, ok := h.s.consultations.byID[id]
	if !ok || len(c.Texts) == 0 {
		return
	}
	hash := c.Texts[len(c.Texts)-1].Hash
	for _, m := range leaguers {
		stance := entente.Agree
		switch h.pick("answer", 14) {
		case 0:
			h.step(m, SessionAbsent{Session: "s", Absent: m})
			continue
		case 1:
			continue
		case 2:
			h.step(h.payload())
		case 3:
			stance = entente.Abstain
		case 4:
			stance = entente.NotParticipating
		case 5:
			stance = entente.Object
		case 6, 7, 8:
			if draft.Format == entente.Silence {
				h.step(m, TextAcknowledge{Consultation: id, Text: hash})
				continue
			}
		}
		h.step(m, PositionTake{Consultation: id, Text: hash, Stance: stance})
	}
	if h.pick("wait", 4) > 0 {
		h.now = h.now.Add(3 * 3600)
	}
	h.step("ALD", DecisionAdopt{Consultation: id, ID: id, Text: hash})
}

func (h *history) step(m entente.MemberID, p Payload) {
	a, err := NewAct(m, "delegate", "assembly", h.now, p)
	if err != nil {
		h.rt.Fatal(err)
	}
	id := fmt.Sprintf("act-%d-%s", len(h.log), scriptID(a))
	before := h.s.Hash()
	at := max(h.now, h.clock())
	if err := h.s.Apply(uint64(len(h.log)), id, a); err != nil {
		if h.s.Hash() != before {
			h.rt.Fatalf("%s was refused (%v) and yet changed the state", p.Kind(), err)
		}
		return
	}
	h.log = append(h.log, taken{id, a, p, at})
	if _, ok := p.(DecisionAdopt); ok {
		h.judge(p.(DecisionAdopt), at)
	}
	h.invariants()
}

func (h *history) clock() (t entente.Instant) {
	for _, x := range h.log {
		t = max(t, x.at)
	}
	return t
}

// facts is what the acts themselves say of one consultation at a time, gathered anew from the first act on.
type facts struct {
	text     ItemTable
	stance   map[entente.MemberID]entente.Stance
	received map[entente.MemberID]bool
	absent   map[entente.MemberID]bool
	session  string
}

func (h *history) gather(id string) facts {
	f := facts{}
	attended, closed := map[entente.MemberID]bool{}, false
	missing := map[entente.MemberID]bool{}
	for _, x := range h.log {
		switch p := x.p.(type) {
		case ItemTable:
			if p.Consultation == id {
				f.text, f.stance, f.received = p, map[entente.MemberID]entente.Stance{}, map[entente.MemberID]bool{}
				if p.Session != "" {
					f.session = p.Session
				}
			}
		case PositionTake:
			if p.Consultation == id {
				f.stance[x.act.Member] = p.Stance
			}
		case TextAcknowledge:
			if p.Consultation == id {
				f.received[x.act.Member] = true
			}
		case SessionAttend:
			attended[x.act.Member], missing[x.act.Member] = true, false
		case SessionAbsent:
			attended[p.Absent], missing[p.Absent] = false, true
		case SessionClose:
			closed = true
		}
	}
	f.absent = map[entente.MemberID]bool{}
	for _, m := range leaguers {
		f.absent[m] = f.session != "" && (missing[m] || closed && !attended[m])
	}
	return f
}

// adoptions counts by matter and format, so that a generator that decides nothing is noticed.
var adoptions = map[string]int{}

// judge recomputes, without the rule engine, whether the decision just adopted could be, and whom it binds.
func (h *history) judge(p DecisionAdopt, at entente.Instant) {
	f := h.gather(p.Consultation)
	rule := map[string]string{"defence": "all, absent blocks", "budget": "2/3 of all, absent assents", "procedure": "half of present", "admonition": "all but concerned"}[f.text.Matter]
	switch {
	case f.text.Format == entente.Limited:
		rule = "those who want"
	case f.text.Format == entente.Silence && f.text.Matter == "procedure":
		rule = "silence, half of votes"
	case f.text.Format == entente.Silence:
		rule = "silence"
	}
	adoptions[rule]++
	var yes, no, abstain, out, gone, open int
	var bound []entente.MemberID
	objector := ""
	for _, m := range h.org.Eligible("assembly", at) {
		concerned := slices.Contains(f.text.Concerned, m)
		tacit := f.text.Format == entente.Silence && f.received[m]
		binds := true
		switch st, ok := f.stance[m]; {
		case ok && (st == entente.Agree || st == entente.AgreeWithReservation):
			yes++
		case ok && st == entente.Object:
			no++
			binds = !concerned
			if !concerned {
				objector = string(m)
			}
		case ok && st == entente.Abstain:
			abstain++
			binds = rule != "those who want"
		case ok:
			out++
			binds = false
		case tacit:
			yes++
		case f.text.Format == entente.Silence || f.absent[m]:
			gone++
			binds = rule == "2/3 of all, absent assents"
			if rule == "all, absent blocks" {
				h.rt.Fatalf("adopted although %s is absent", m)
			}
		default:
			if !concerned {
				open++
			}
			binds = rule == "2/3 of all, absent assents" || rule == "half of present"
		}
		if binds {
			bound = append(bound, m)
		}
	}
	h.verdict(rule, objector, yes, no, abstain, gone, open)
	if f.text.Format == entente.Silence && at < f.text.Until {
		h.rt.Fatal("adopted before the end of silence")
	}
	d, _ := h.s.Decision(p.ID)
	if !slices.Equal(d.Bound, bound) {
		h.rt.Fatalf("%s binds %v, should bind %v (%d out)", rule, d.Bound, bound, out)
	}
}

func (h *history) verdict(rule, objector string, yes, no, abstain, gone, open int) {
	all := yes + no + abstain
	ok := false
	switch rule {
	case "all, absent blocks":
		ok = objector == "" && open == 0 && yes > 0
	case "those who want":
		ok = objector == "" && open == 0 && all >= 2 && yes > 0
	case "all but concerned":
		ok = objector == "" && open == 0 && yes > 0
	case "silence":
		ok = objector == "" && yes+abstain >= 2 && yes > 0
	case "silence, half of votes":
		ok = all >= 2 && yes > no
	case "2/3 of all, absent assents":
		total := len(h.org.Eligible("assembly", h.clock()))
		ok = 3*(yes+gone) >= 2*total && 2*all > total
	case "half of present":
		ok = all >= 3 && 2*yes > all+open
	}
	if !ok {
		h.rt.Fatalf("%q adopted with %d for, %d against (%s), %d abstaining, %d absent, %d open", rule, yes, no, objector, abstain, gone, open)
	}
}

// invariants hold after every act.
func (h *history) invariants() {
	for _, c := range h.s.Consultations(Query{}, h.now) {
		o := c.Outcome
		if o.State == entente.OutcomeAdopted && (len(o.Blocking) > 0 || len(o.Bound) == 0) || o.State == entente.OutcomeBlocked && (len(o.Blocking) == 0 || len(o.Bound) > 0) {
			h.rt.Fatalf("an outcome that contradicts itself: %+v", o)
		}
		if (c.Decision != "") && o.State != entente.OutcomeAdopted {
			h.rt.Fatalf("a decision whose outcome is %s", o.State)
		}
		if o.State != entente.OutcomeNone && o.Sentence == "" {
			h.rt.Fatal("an outcome without a reason")
		}
		count := map[entente.MemberID]int{}
		for _, p := range c.Positions {
			if !p.Void {
				count[p.Member]++
			}
			if !p.Void && p.Text != c.Texts[len(c.Texts)-1].Hash {
				h.rt.Fatal("a position on an older version stands")
			}
		}
		for m, n := range count {
			if n > 1 {
				h.rt.Fatalf("%s has %d positions", m, n)
			}
		}
	}
	for _, o := range h.s.Obligations(Query{}, h.now) {
		d, _ := h.s.Decision(o.Decision)
		if !d.Binds(o.From) {
			h.rt.Fatalf("%s owes because of a decision that does not bind it", o.From)
		}
	}
}

func TestHistories(t *testing.T) {
	org := lantern(t)
	clear(adoptions)
	rapid.Check(t, func(rt *rapid.T) {
		h := &history{rt: rt, org: org, s: New(org), now: at("2030-07-01T10:00:00Z")}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			h.now = h.now.Add(float64(rapid.IntRange(-300, 1800).Draw(rt, "seconds")))
			if h.pick("episode", 4) == 0 {
				h.episode()
				continue
			}
			h.step(h.payload())
		}
		h.replay()
	})
	t.Log(adoptions)
	for _, rule := range []string{"all, absent blocks", "2/3 of all, absent assents", "half of present", "all but concerned", "those who want", "silence", "silence, half of votes"} {
		if adoptions[rule] == 0 && !testing.Short() {
			t.Errorf("no history adopted anything under %q: the generator has gone blind", rule)
		}
	}
}

// replay applies the accepted acts on a second node, with every act sent twice and strangers between: the same state.
func (h *history) replay() {
	s := New(h.org)
	for i, x := range h.log {
		stranger := entente.Act{Kind: "alert.acknowledge", Member: "ALD", Person: "P", Body: "assembly", Time: x.act.Time}
		if s.Apply(uint64(2*i), "x"+x.id, stranger) == nil {
			h.rt.Fatal("an act that is none of ours was applied")
		}
		if err := s.Apply(uint64(i), x.id, x.act); err != nil {
			h.rt.Fatalf("what one node took another refuses: %v", err)
		}
		if s.Apply(uint64(i+1), x.id, x.act) == nil {
			h.rt.Fatal("an act was applied twice")
		}
	}
	if s.Hash() != h.s.Hash() {
		h.rt.Fatal("two nodes differ")
	}
}

// TestAnObjectionNeverHelps adds an objection to random ballots: under consensus it never turns a no into a yes.
func TestAnObjectionNeverHelps(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		signs := []string{"+", "-", "0", "~", ".", "?", "!", "*"}
		text, objected := "", ""
		who := rapid.IntRange(0, 5).Draw(rt, "objector")
		for i := range 6 {
			sign := rapid.SampledFrom(signs).Draw(rt, "sign")
			m := string(rune('A' + i))
			text += m + sign + " "
			if i == who {
				sign = "-"
			}
			objected += m + sign + " "
		}
		rule := rapid.SampledFrom([]entente.Rule{blocks, assents, notBound, limited, silence, strictly}).Draw(rt, "rule")
		before, after := Decide(ballotOf(rule, text)), Decide(ballotOf(rule, objected))
		if after.State == entente.OutcomeAdopted || after.State != entente.OutcomeBlocked {
			rt.Fatalf("%q is %s, %q is %s", text, before.State, objected, after.State)
		}
	})
}

// TestBoundIsWithinEligible and absent members are bound only where the rule says so, for random ballots of all rules.
func TestBoundIsWithinEligible(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := ""
		signs := rapid.SampledFrom([]string{"++++-0~.?!*", "++++0~.!", "+0!*", "+-0"}).Draw(rt, "signs") // some that are often adopted
		for i := range rapid.IntRange(1, 7).Draw(rt, "members") {
			text += string(rune('A'+i)) + string(rapid.SampledFrom([]byte(signs)).Draw(rt, "sign")) + " "
		}
		rule := rapid.SampledFrom([]entente.Rule{blocks, assents, notBound, minusOne, limited, eligible, present, voting, silence, strictly}).Draw(rt, "rule")
		b := ballotOf(rule, text, "A")
		o := Decide(b)
		lists := slices.Concat(o.For, o.Against, o.Aside, o.Absent, o.Waiting)
		slices.Sort(lists)
		if o.State != entente.OutcomeWaiting && !slices.Equal(lists, o.Eligible) {
			rt.Fatalf("%q: members are in no list or in two: %v", text, lists)
		}
		for _, m := range o.Bound {
			switch {
			case o.State != entente.OutcomeAdopted || !slices.Contains(o.Eligible, m):
				rt.Fatalf("%q: %s binds %s", text, o.State, m)
			case slices.Contains(o.Absent, m) && rule.Absent != entente.AbsentAssents:
				rt.Fatalf("%q: binds %s, who is absent", text, m)
			case b.Stances[m] == entente.NotParticipating, rule.Format == entente.Limited && !slices.Contains(o.For, m):
				rt.Fatalf("%q: binds %s, who stands outside", text, m)
			}
		}
		for _, m := range o.For {
			if o.State == entente.OutcomeAdopted && !slices.Contains(o.Bound, m) {
				rt.Fatalf("%q: %s agrees and is not bound", text, m)
			}
		}
	})
}
