package watch

import (
	"strings"

	"entente"
)

// put is how a sentence puts what a rule found: what stands around the trigger, before a modality is made of it.
type put struct {
	at      int // token
	v       verbGroup
	cl      *claim
	neg     bool   // negated once, counting denials
	denied  bool   // by a speaker
	premod  string // "planned", "cancelled", "claim", "hypothetical"
	inClaim bool
}

// modality says how the sentence puts the event; false when it puts no event at all.
func (c *grammar) modality(s *clauseSentence, o *occasion, d *draft, memory *memory) bool {
	p := c.puts(s, o, d)
	if c.drops(o, &p) {
		return false
	}
	planned := (p.v.planned || p.v.would || p.premod == "planned") && o.rule.Modality == ""
	e := &d.event
	e.Modality = c.choose(s, o, e, &p, planned)
	if p.neg && e.Type == entente.EventMeeting {
		d.flipAttendance()
	} else {
		d.tense(planned)
	}
	if e.Stage == "delivered" {
		e.Stage = stages[e.Modality]
	}
	d.recent = p.v.recent
	c.saidBy(s, p.cl, d, memory)
	return true
}

// puts reads what stands around the trigger.
func (c *grammar) puts(s *clauseSentence, o *occasion, d *draft) put {
	p := put{at: o.after - 1}
	if o.noun >= 0 {
		p.at = s.ms[o.noun].lo
	}
	p.cl, p.denied = s.claimOver(p.at, o.trigger())
	if o.group >= 0 && (o.noun < 0 || !c.isClaim(s, o.group)) {
		p.v = s.vgs[o.group]
	}
	if o.group >= 0 && o.noun < 0 {
		if subject := c.subjectOf(s, o.group); s.none(subject) {
			p.v.neg = !p.v.neg
			d.lo = min(d.lo, max(s.ms[subject[0]].lo-1, 0))
		}
	}
	p.neg = p.v.neg != p.denied
	if o.noun >= 0 && p.v.neg && s.vgs[o.group].main < s.ms[o.noun].lo && !c.holds(s, o.group, nil) {
		p.neg = p.denied
	}
	if d.noun != nil {
		p.premod = d.noun.premod
	}
	if o.noun >= 0 {
		p.premod = first(p.premod, s.ms[o.noun].premod)
	}
	p.inClaim = p.cl != nil && p.cl.effect != "demand"
	return p
}

// drops says whether the sentence puts no event: it supposes, wishes, demands or generalises, or the rule wants the
// other polarity.
func (c *grammar) drops(o *occasion, p *put) bool {
	wantNeg := o.rule.When == "negative"
	switch {
	case p.v.habitual, p.premod == "hypothetical", p.v.maybe:
		return true
	case p.v.would && !p.inClaim && !p.v.planned:
		return true
	case p.cl != nil && p.cl.effect == "demand" && o.rule.Type != entente.EventCommitment && o.rule.Type != entente.EventStatement:
		return true
	case p.cl != nil && p.cl.neg && p.cl.effect == "claim": // "did not say that"
		return true
	}
	return wantNeg && !p.neg || o.rule.When == "positive" && p.neg && !p.denied
}

// choose picks the modality: being off wins over being denied, that over being to come, that over being claimed.
func (c *grammar) choose(s *clauseSentence, o *occasion, e *entente.Event, p *put, planned bool) entente.Modality {
	switch {
	case p.v.cancelled || p.premod == "cancelled" || c.cancels(s, o):
		return entente.ModalityCancelled
	case p.neg && o.rule.When != "negative" && o.rule.When != "any" && e.Type != entente.EventMeeting:
		return entente.ModalityDenied
	case p.neg && e.Type == entente.EventMeeting && c.meetingItself(s, o):
		return entente.ModalityDenied
	case e.Type == entente.EventCommitment && o.rule.Modality != "":
		return o.rule.Modality
	case e.Type == entente.EventCommitment && p.inClaim:
		return entente.ModalityReportedClaim
	case planned:
		return entente.ModalityPlanned
	case p.inClaim || p.premod == "claim" || s.inQuotes(p.at):
		return entente.ModalityReportedClaim
	case o.rule.Modality != "":
		return o.rule.Modality
	}
	return entente.ModalityAsserted
}

// none says whether a subject is negated itself: no tanks, neither A nor B, none of them.
func (s *clauseSentence) none(subject []int) bool {
	if len(subject) == 0 {
		return false
	}
	lo := s.ms[subject[0]].lo
	return s.low(lo) == "no" || s.low(lo-1) == "neither" || s.low(lo-2) == "none" && s.low(lo-1) == "of" || s.low(lo-1) == "nobody"
}

// stages says how far a supply is, by modality.
var stages = map[entente.Modality]string{
	entente.ModalityAsserted: "delivered", entente.ModalityReportedClaim: "delivered", entente.ModalityPlanned: "planned",
	entente.ModalityCancelled: "suspended",
}

// trigger is the verb group that set the rule off, or -1 for a noun.
func (o *occasion) trigger() int {
	if o.noun >= 0 {
		return -1
	}
	return o.group
}

// saidBy names whose claim, plan or denial it is.
func (c *grammar) saidBy(s *clauseSentence, cl *claim, d *draft, memory *memory) {
	if cl == nil || cl.effect == "demand" && d.event.Type != entente.EventCommitment {
		return
	}
	d.claimed = true
	if cl.speaker < 0 {
		return
	}
	m := memory.resolve(s, cl.speaker)
	if d.event.Type == entente.EventStatement || d.event.Type == entente.EventDenial {
		return
	}
	d.event.SaidBy = speakerName(c, &m)
	if d.event.Role == "" && m.kind == kindPerson {
		d.event.Role = m.role
	}
	if cl.lo > 0 && cl.lo <= d.lo { // the claim's own words belong to the evidence
		d.lo = min(d.lo, cl.lo-1, s.ms[cl.speaker].lo)
	}
}

// speakerName is how a speaker is written: a person's name, a state's ID, an organ's or a group's own words.
func speakerName(c *grammar, m *mention) string {
	if m.kind == kindPlace {
		return m.state
	}
	if m.kind == kindGroup {
		return groupName(m)
	}
	return m.id
}

// isClaim says whether group g is a reporting verb, which says nothing of the time of what it reports.
func (c *grammar) isClaim(s *clauseSentence, g int) bool {
	_, ok := c.lex.report[s.low(s.vgs[g].main)]
	return ok && !c.holds(s, g, nil)
}

// cancels says whether the verb puts off or calls off what the rule speaks of.
func (c *grammar) cancels(s *clauseSentence, o *occasion) bool {
	if o.group < 0 || s.vgs[o.group].neg {
		return false
	}
	w := s.low(s.vgs[o.group].main)
	for _, stem := range [...]string{"cancel", "postpon", "delay", "suspend", "shelv", "abandon", "scrap"} {
		if strings.HasPrefix(w, stem) {
			return true
		}
	}
	return (w == "called" || w == "call" || w == "put" || w == "calls") && (s.low(s.vgs[o.group].main+1) == "off" || s.low(s.vgs[o.group].main+2) == "off")
}

// meetingItself says whether the verb speaks of the meeting and not of who comes.
func (c *grammar) meetingItself(s *clauseSentence, o *occasion) bool {
	return o.rule.Set["stage"] == "meeting"
}

// flipAttendance: who "will not attend" is absent.
func (d *draft) flipAttendance() {
	for k := range d.people {
		if a := &d.people[k]; a.Status == entente.AttendanceAttends || a.Status == entente.AttendanceRemote {
			a.Status = entente.AttendanceAbsent
		} else if a.Status == entente.AttendanceAbsent {
			a.Status = entente.AttendanceAttends
		}
	}
}

// tense turns attendance into the future.
func (d *draft) tense(planned bool) {
	for k := range d.people {
		if a := &d.people[k]; planned && a.Status == entente.AttendanceAttends {
			a.Status = entente.AttendanceWillAttend
		}
	}
}

// dates gives the event its date: one in its own clause, else the only one of the sentence.
func (c *grammar) dates(s *clauseSentence, o *occasion, d *draft) {
	e := &d.event
	var found *mention
	distance := 1 << 30
	for k := range s.ms {
		m := &s.ms[k]
		if m.kind != kindDate || m.class == precImpossible || e.Due != "" && pick(m.id, true) == e.Due {
			continue
		}
		gap := max(m.lo-d.hi, d.lo-m.hi, 0)
		if s.otherClause(m.lo, o) {
			continue
		}
		if gap < distance {
			found, distance = m, gap
		}
	}
	planned := e.Modality == entente.ModalityPlanned || e.Modality == entente.ModalityCancelled || e.Type == entente.EventMeeting && hasFuture(d)
	switch {
	case e.Type == entente.EventCommitment:
		if found != nil && e.Due == "" && found.prep != "" && (found.prep == "by" || found.prep == "before" || found.prep == "until" || found.prep == "within") {
			e.Due, e.DatePrecision = pick(found.id, true), found.class
			d.lo, d.hi = min(d.lo, found.lo), max(d.hi, found.hi)
		}
	case found != nil && found.class == precRecent:
		d.recent = true
	case found != nil:
		e.Date, e.DatePrecision = pick(found.id, planned), found.class
	}
	if found != nil && found.class != precRecent && e.Type != entente.EventCommitment {
		d.lo, d.hi = min(d.lo, found.lo), max(d.hi, found.hi)
	}
	if e.Date > c.day && c.day != "" && e.Modality == entente.ModalityAsserted {
		e.Modality = entente.ModalityPlanned
		d.tense(true)
	}
	if d.recent && e.DatePrecision == "" {
		e.DatePrecision = precRecent
	}
}

func hasFuture(d *draft) bool {
	for _, a := range d.people {
		if a.Status == entente.AttendanceWillAttend {
			return true
		}
	}
	return false
}

// otherClause says whether another finite verb stands between the trigger and token k.
func (s *clauseSentence) otherClause(k int, o *occasion) bool {
	lo, hi := o.span(s)
	for n := range s.vgs {
		g := &s.vgs[n]
		if n == o.group || g.infinitive || g.reduced {
			continue
		}
		if e := o.rule.Type; e == entente.EventCommitment && g.coord { // "is ready to do this and urged that by May"
			continue
		}
		if g.main >= hi && g.main < k || g.main > k && g.main < lo && k > 0 && !s.opening(k) {
			return true
		}
	}
	return false
}

// opening says whether token k belongs to the phrase that opens the sentence.
func (s *clauseSentence) opening(k int) bool {
	for n := range s.vgs {
		if s.vgs[n].main < k {
			return false
		}
	}
	return true
}
