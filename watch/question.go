package watch

import (
	"strings"

	"entente"
)

// MaxQuestions bounds the questions of one report; the count of the last says nothing of those beyond.
const MaxQuestions = 200

// questions collects what a report names and the register does not know, once each.
type questions struct {
	report string
	list   []Question
	index  map[string]int
}

func (q *questions) add(kind QuestionKind, text, hint string, span entente.TextSpan, s *clauseSentence) {
	key := string(kind) + "\x00" + text
	if k, ok := q.index[key]; ok {
		q.list[k].Count++
		return
	}
	if len(q.list) >= MaxQuestions {
		return
	}
	q.index[key] = len(q.list)
	q.list = append(q.list, Question{Kind: kind, Text: text, Report: q.report, Span: span, Count: 1, Hint: hint, Context: s.text[s.span.From:s.span.To]})
}

// ask queues the unknown names, the impossible dates and the offices that the register sees otherwise.
func (q *questions) ask(c *grammar, s *clauseSentence, memory *memory) {
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind == kindUnknown && memory.resolve(s, k).kind == kindPerson { // introduced in full before
			continue
		}
		span := entente.TextSpan{From: s.toks[m.lo].from, To: s.toks[m.hi-1].to}
		switch {
		case m.kind == kindPerson && m.class == "unknown":
			q.add(AskPerson, m.id, strings.Trim(m.role+", "+first(m.state, m.org), ", "), span, s)
		case m.kind == kindUnknown:
			q.add(AskName, m.id, "", span, s)
		case m.kind == kindDate && m.class == precImpossible:
			q.add(AskDate, m.text, "the calendar has no such day", span, s)
		case m.kind == kindPerson && c.day != "" && m.role != "" && !strings.HasPrefix(m.role, "former"):
			if t, ok := c.reg.Office(m.id, c.day); !ok || !c.holdsOffice(m) {
				hint := "the register knows no office at " + c.day
				if ok {
					hint = "the register says " + t.Office + " of " + first(t.State, t.Org)
				}
				q.add(AskOffice, m.id+", "+strings.TrimSpace(m.role+" "+first(m.state, m.org)), hint, span, s)
			}
		}
	}
}

// holdsOffice says whether the register gives the person the office that the text gives.
func (c *grammar) holdsOffice(m *mention) bool {
	p := c.reg.byName[m.id]
	if p == nil {
		return false
	}
	for _, t := range p.Held {
		if t.at(c.day) && (m.role == "General" || strings.HasSuffix(m.role, t.Office)) && (m.state == "" || t.State == "" || t.State == m.state) {
			return true
		}
	}
	return false
}
