package watch

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"entente"
)

// analyse finds proposals and questions in a report's sentences. A text with more proposals than a report can have is
// told, and what was found before is returned.
func (r Reader) analyse(rep entente.Report) (Reading, error) {
	c := &grammar{reg: r.Register, rules: r.Rules, pub: rep.Published}
	if c.reg == nil {
		c.reg = DefaultRegister()
	}
	if c.rules == nil {
		c.rules = DefaultRules()
	}
	c.lex = c.rules.lexicon
	if rep.Published != 0 {
		c.day = rep.Published.Time().Format(time.DateOnly)
	}
	var (
		drafts []draft
		mem    = memory{surnames: map[string]*mention{}}
		err    error
		asks   = questions{report: rep.ID, index: map[string]int{}}
	)
	c.surnames = mem.surnames
	for n, span := range rep.Sentences {
		s := c.parse(rep.Text, span)
		if boilerplate(s) {
			continue
		}
		c.findClaims(s)
		found := c.match(s, n, &mem)
		if len(found) > 0 || !c.revise(s, n, drafts) {
			found = append(found, c.statements(s, n, found, &mem)...)
		}
		c.place(s, found)
		for k := range found {
			found[k].headline = n == 0 && rep.Text[span.From:span.To] == rep.Title
		}
		asks.ask(c, s, &mem)
		rep.Quotes = append(rep.Quotes, c.quotations(s, &mem)...)
		mem.keep(s)
		drafts = append(drafts, found...)
		if len(drafts) > MaxProposals {
			e := tooLarge(rep.Source, "the number of proposals", MaxProposals)
			e.Offset = int64(span.To)
			err = e
			break
		}
	}
	drafts = joinMeetings(joinStatements(drafts))
	relate(c, drafts)
	return Reading{Report: rep, Proposals: proposals(rep, drafts), Questions: asks.list}, err
}

// boilerplate says whether a sentence is a credit, a date line or a menu: no verb, and short or opened by a label.
func boilerplate(s *clauseSentence) bool {
	if len(s.toks) == 0 {
		return true
	}
	if s.low(0) == "by" && len(s.vgs) == 0 && len(s.toks) < 14 {
		return true
	}
	switch s.low(0) {
	case "photo", "image", "source", "sources", "copyright", "©", "tags", "share", "subscribe":
		return s.low(1) == ":" || len(s.vgs) == 0
	}
	return false
}

// place turns the token ranges of drafts into byte spans of the report.
func (c *grammar) place(s *clauseSentence, ds []draft) {
	for k := range ds {
		d := &ds[k]
		lo, hi := max(d.lo, 0), min(d.hi, len(s.toks))
		if lo >= hi {
			lo, hi = 0, len(s.toks)
		}
		d.spans = append(d.spans, entente.TextSpan{From: s.toks[lo].from, To: s.toks[hi-1].to})
		if d.event.Type == entente.EventMeeting {
			c.beforeMeeting(s, d)
			if d.event.Place == "" && d.noun != nil {
				d.event.Place = d.noun.place
			}
		}
	}
}

// beforeMeeting notes "Preceding the summit, …" and "ahead of the summit".
func (c *grammar) beforeMeeting(s *clauseSentence, d *draft) {
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind != kindNoun || m.class != "meeting" || d.noun != nil && d.noun.lo == m.lo {
			continue
		}
		switch m.prep {
		case "preceding", "ahead_of", "before", "on_the_eve_of", "in_anticipation_of":
			d.before = m.id
		}
	}
}

// relate ties drafts of one report together: a visit gives its talks a place, a meeting before the summit its date's
// precision, a statement the meeting it speaks of.
func relate(c *grammar, ds []draft) {
	for k := range ds {
		e := &ds[k].event
		switch e.Type {
		case entente.EventMeeting:
			if e.Place == "" || e.Date == "" {
				fromVisit(c, ds, k)
			}
			if e.DatePrecision == "" && ds[k].before != "" {
				if date := dateOfMeeting(ds, k, ds[k].before); date != "" {
					e.DatePrecision = "shortly_before_" + date
				}
			}
		}
		if e.Date == "" && e.DatePrecision == "" && (e.Modality == entente.ModalityAsserted || e.Modality == entente.ModalityReportedClaim) && dated(e.Type) {
			e.DatePrecision = precBefore
		}
	}
}

// dated says whether events of the type happen at a time.
func dated(t entente.EventType) bool {
	switch t {
	case entente.EventDispute, entente.EventRiskAssessment, entente.EventSpilloverRisk, entente.EventCommitment, entente.EventStatement, entente.EventDenial, entente.EventBuildup:
		return false
	}
	return true
}

// fromVisit: talks in a sentence that tells of a participant's visit to another participant's country took place there.
func fromVisit(c *grammar, ds []draft, k int) {
	e := &ds[k].event
	for _, v := range ds {
		if v.event.Type != entente.EventVisit || v.sentence != ds[k].sentence || v.event.Modality != e.Modality {
			continue
		}
		there := ""
		for i := range c.reg.States {
			if st := &c.reg.States[i]; st.Capital == v.event.Place || slices.Contains(st.Places, v.event.Place) || st.ID == v.event.Place {
				there = st.ID
			}
		}
		if slices.Contains(e.Participants, v.event.State) && slices.Contains(e.Participants, there) {
			e.Place = first(e.Place, v.event.Place)
			if e.Date == "" {
				e.Date, e.DatePrecision = v.event.Date, v.event.DatePrecision
			}
		}
	}
}

func dateOfMeeting(ds []draft, self int, noun string) string {
	for k := range ds {
		if k != self && ds[k].event.Type == entente.EventMeeting && ds[k].noun != nil && sameNoun(ds[k].noun.id, noun) && ds[k].event.Date != "" {
			return ds[k].event.Date
		}
	}
	return ""
}

// proposals gives the drafts their IDs and evidence, in the order of the text.
func proposals(rep entente.Report, ds []draft) []entente.Proposal {
	slices.SortStableFunc(ds, func(a, b draft) int { return a.spans[0].From - b.spans[0].From })
	out := make([]entente.Proposal, 0, len(ds))
	for k, d := range ds {
		p := entente.Proposal{
			ID: fmt.Sprintf("%s-%d", rep.ID[:12], k+1), Report: rep.ID, Event: d.event, Rule: d.rule.ID,
			Why: d.rule.Why, Standing: entente.ProposalPending, Evidence: []string{},
		}
		for _, sp := range d.spans {
			if !slices.Contains(p.Spans, sp) {
				p.Spans = append(p.Spans, sp)
				p.Evidence = append(p.Evidence, rep.Text[sp.From:sp.To])
			}
		}
		out = append(out, p)
	}
	for k := range out {
		if out[k].Type == entente.EventStatement {
			out[k].AboutEvent = about(rep, out, k)
		}
	}
	return out
}

// about is the meeting whose noun or organisation stands in a statement's words.
func about(rep entente.Report, ps []entente.Proposal, k int) string {
	text := strings.ToLower(strings.Join(ps[k].Evidence, " "))
	for _, p := range ps {
		if p.Type != entente.EventMeeting || p.Name == "" {
			continue
		}
		noun := strings.ToLower(lastWord(p.Name))
		if strings.Contains(text, noun) || p.Organisation != "" && strings.Contains(text, strings.ToLower(p.Organisation)) && strings.Contains(text, "session") {
			return p.ID
		}
	}
	return ""
}
