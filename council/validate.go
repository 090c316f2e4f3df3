package council

import (
	"fmt"
	"slices"
	"strings"

	"entente"
)

// Fault is one thing wrong with an organisation.
type Fault struct {
	Path   string // where: "$.bodies[0].rules[2].share"
	Rule   string // the rule it breaks: "rule.share"
	Reason string
}

type validator struct {
	org    *entente.Organisation
	faults []Fault
}

func (v *validator) fail(path, rule, format string, args ...any) {
	v.faults = append(v.faults, Fault{path, rule, fmt.Sprintf(format, args...)})
}

// Validate returns what is wrong with the organisation, in its order; nothing when it can be used.
func Validate(o *entente.Organisation) []Fault {
	v := &validator{org: o}
	if !isName(o.ID) {
		v.fail("$.id", "organisation.id", "%q, want lower-case letters, digits and -", o.ID)
	}
	if o.Name == "" {
		v.fail("$.name", "organisation.name", "is missing")
	}
	if o.Lead < 0 || o.Lead > 10*365*86400 {
		v.fail("$.obligation_lead_s", "organisation.lead", "%v seconds, want 0 to ten years", o.Lead)
	}
	v.matters()
	v.members()
	v.bodies()
	v.chairs()
	return v.faults
}

func isName(s string) bool {
	return s != "" && len(s) <= 32 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}

func (v *validator) matters() {
	for i, m := range v.org.Matters {
		if !isName(m) || slices.Contains(v.org.Matters[:i], m) {
			v.fail(fmt.Sprintf("$.matters[%d]", i), "organisation.matters", "%q, want lower-case names, each once", m)
		}
	}
	if len(v.org.Matters) == 0 {
		v.fail("$", "organisation.matters", "there are none: rules need at least one kind of matter")
	}
}

func (v *validator) members() {
	if len(v.org.Members) == 0 {
		v.fail("$", "organisation.members", "there are none")
	}
	if len(v.org.Members) > maxList {
		v.fail("$.members", "organisation.members", "%d, at most %d", len(v.org.Members), maxList)
		return
	}
	for i, m := range v.org.Members {
		path := fmt.Sprintf("$.members[%d]", i)
		if m.ID == "" || len(m.ID) > 16 || strings.Trim(string(m.ID), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
			v.fail(path+".id", "member.id", "%q, want capital letters and digits: by custom the ISO 3166-1 alpha-3 code", m.ID)
		}
		if slices.ContainsFunc(v.org.Members[:i], func(o entente.Member) bool { return o.ID == m.ID }) {
			v.fail(path+".id", "member.id", "%q stands twice", m.ID)
		}
		if m.Name == "" {
			v.fail(path, "member.name", "is missing")
		}
		if m.From == 0 {
			v.fail(path, "member.from", "is missing")
		}
		v.span(path, "member.dates", entente.Span{From: m.From, Until: m.Until})
		for k, s := range m.Suspended {
			v.span(fmt.Sprintf("%s.suspended[%d]", path, k), "member.suspended", s)
		}
	}
}

func (v *validator) span(path, rule string, s entente.Span) {
	if s.Until != 0 && s.Until <= s.From {
		v.fail(path+".until", rule, "until %s is not after from %s", s.Until, s.From)
	}
}

func (v *validator) known(path, rule string, m entente.MemberID) {
	if _, ok := v.org.Member(m); !ok {
		v.fail(path, rule, "%q is no member", m)
	}
}

func (v *validator) bodies() {
	if len(v.org.Bodies) == 0 {
		v.fail("$", "organisation.bodies", "there are none")
	}
	for i, b := range v.org.Bodies {
		path := fmt.Sprintf("$.bodies[%d]", i)
		if !isName(b.ID) || slices.ContainsFunc(v.org.Bodies[:i], func(o entente.Body) bool { return o.ID == b.ID }) {
			v.fail(path+".id", "body.id", "%q, want lower-case letters, digits and -, each once", b.ID)
		}
		if b.Name == "" || b.Office == "" {
			v.fail(path, "body.office", "name and office (who sits for a member) are needed")
		}
		if b.Source == "" {
			v.fail(path, "body.source", "is missing: name the text, or write \"setting, source to be checked\"")
		}
		for k, m := range b.Members {
			v.known(fmt.Sprintf("%s.members[%d]", path, k), "body.members", m)
		}
		for k, p := range b.People {
			at := fmt.Sprintf("%s.people[%d]", path, k)
			v.known(at+".member", "body.people", p.Member)
			v.span(at, "body.people", entente.Span{From: p.From, Until: p.Until})
			if p.Person == "" || !b.Seats(p.Member) {
				v.fail(at, "body.people", "a person of a member with a seat is needed")
			}
		}
		v.sessions(path, b)
		v.rules(path, b)
	}
}

func (v *validator) sessions(path string, b entente.Body) {
	for i, r := range b.Sessions {
		at := fmt.Sprintf("%s.sessions[%d]", path, i)
		switch r.Kind {
		case entente.Regular, entente.Extraordinary, entente.Joint, entente.Correspondence:
		default:
			v.fail(at+".kind", "session.kind", "%q, want regular, extraordinary, joint or correspondence", r.Kind)
		}
		if slices.ContainsFunc(b.Sessions[:i], func(o entente.SessionRule) bool { return o.Kind == r.Kind }) {
			v.fail(at+".kind", "session.kind", "%q stands twice", r.Kind)
		}
		if !r.Chair && r.Members == 0 || r.Members < 0 || r.Members > len(v.org.Members) {
			v.fail(at, "session.call", "somebody must be able to call it: the chair, or 1 to %d members", len(v.org.Members))
		}
		if r.Notice < 0 || r.Notice > 366*86400 {
			v.fail(at+".notice_s", "session.notice", "%v seconds, want 0 to a year", r.Notice)
		}
		if r.Source == "" {
			v.fail(at, "session.source", "is missing")
		}
	}
}

func (v *validator) rules(path string, b entente.Body) {
	if len(b.Rules) == 0 && !b.Standing {
		v.fail(path, "body.rules", "a body that decides needs rules; one that does not is standing")
	}
	for i, r := range b.Rules {
		at := fmt.Sprintf("%s.rules[%d]", path, i)
		if r.Matter != "*" && !slices.Contains(v.org.Matters, r.Matter) {
			v.fail(at+".matter", "rule.matter", "%q, want * or one of %s", r.Matter, strings.Join(v.org.Matters, ", "))
		}
		if slices.ContainsFunc(b.Rules[:i], func(o entente.Rule) bool { return o.Matter == r.Matter && o.Format == r.Format }) {
			v.fail(at, "rule.once", "there are two for matter %q in format %s", r.Matter, r.Format)
		}
		v.rule(at, r)
	}
}

func (v *validator) rule(at string, r entente.Rule) {
	switch r.Format {
	case entente.Plenary, entente.Limited, entente.Silence:
	default:
		v.fail(at+".format", "rule.format", "%q, want plenary, limited or silence", r.Format)
	}
	switch r.Absent {
	case entente.AbsentBlocks, entente.AbsentAssents, entente.AbsentNotBound:
	default:
		v.fail(at+".absent", "rule.absent", "%q, want blocks, assents or not_bound: there is no default", r.Absent)
	}
	if r.Quorum.Num < 1 {
		v.fail(at+".quorum", "rule.quorum", "want a count (4), a fraction (2/3), more than one (>1/2) or all")
	}
	if r.Format == entente.Limited && (r.Absent == entente.AbsentAssents || r.Decide != entente.Consensus) {
		v.fail(at, "rule.limited", "a limited format binds those who agree: it decides by consensus, and nobody absent assents")
	}
	if (r.Format == entente.Silence) != (r.Silence > 0) || r.Silence > 366*86400 {
		v.fail(at+".silence_min_s", "rule.silence", "the silence format, and only it, has a least length, up to a year")
	}
	if r.Source == "" {
		v.fail(at, "rule.source", "is missing: name the text, or write \"setting, source to be checked\"")
	}
	v.method(at, r)
}

func (v *validator) method(at string, r entente.Rule) {
	switch r.Decide {
	case entente.Consensus:
	case entente.ConsensusMinus:
		if r.Minus < 1 || r.Minus >= len(v.org.Members) {
			v.fail(at+".minus", "rule.minus", "%d, want 1 to fewer than all members", r.Minus)
		}
	case entente.Majority:
		if r.Share.Num < 1 {
			v.fail(at+".share", "rule.share", "a majority needs a share: >1/2, 2/3")
		}
		if r.Of != "eligible" && r.Of != "present" && r.Of != "voting" {
			v.fail(at+".of", "rule.of", "%q, want eligible, present or voting", r.Of)
		}
	default:
		v.fail(at+".decide", "rule.decide", "%q, want consensus, consensus_minus or majority", r.Decide)
	}
	if r.Decide != entente.ConsensusMinus && r.Minus != 0 {
		v.fail(at+".minus", "rule.minus", "goes with consensus_minus alone")
	}
	if r.Decide != entente.Majority && (r.Of != "" || r.Share != entente.Share{}) {
		v.fail(at, "rule.share", "share and of go with majority alone")
	}
}

func (v *validator) chairs() {
	for i, c := range v.org.Chairs {
		path := fmt.Sprintf("$.chairs[%d]", i)
		v.known(path+".member", "chair.member", c.Member)
		if _, ok := v.org.Body(c.Body); !ok && c.Body != "" {
			v.fail(path+".body", "chair.body", "there is no body %q", c.Body)
		}
		if c.From == 0 {
			v.fail(path, "chair.from", "is missing")
		}
		v.span(path, "chair.dates", entente.Span{From: c.From, Until: c.Until})
		if c.Source == "" {
			v.fail(path, "chair.source", "is missing")
		}
		for _, d := range v.org.Chairs[:i] {
			if d.Body == c.Body && (d.Until == 0 || c.From < d.Until) && (c.Until == 0 || d.From < c.Until) {
				v.fail(path+".from", "chair.overlap", "%s and %s chair at the same time", d.Member, c.Member)
			}
		}
	}
}
