package watch

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"entente"
)

// The kinds of act that the desk makes and folds.
const (
	ActConfirm = "event.confirm" // Data is a Confirmation
	ActReject  = "event.reject"  // Data is a Rejection
)

// Confirmation is the data of an event.confirm act: complete in itself, so that a fold needs no proposal at hand.
type Confirmation struct {
	Proposal  string        `json:"proposal"`
	Report    string        `json:"report"`
	Event     entente.Event `json:"event"` // as the person stands for it
	Evidence  []string      `json:"evidence"`
	Rule      string        `json:"rule,omitempty"`
	Corrected bool          `json:"corrected,omitempty"`
	Into      string        `json:"into,omitempty"` // ID of the confirmed event that this is another source of
	Note      string        `json:"note,omitempty"`
}

// Rejection is the data of an event.reject act. Rejecting a confirmed event withdraws it.
type Rejection struct {
	Proposal string `json:"proposal"`
	Note     string `json:"note"` // why; required
}

// Desk is where proposals wait for a person. It is a pure fold: Offer puts proposals in, Accept, Correct, Merge and
// Reject make unsigned acts and change nothing, Apply folds acts. A proposal's fate is its latest act (by time, then
// member, then sequence), so acts applied twice or in any order give the same desk. It is not safe for concurrent use.
type Desk struct {
	proposals map[string]entente.Proposal
	order     []string // proposals as offered
	fates     map[string]fate
}

// fate is the latest act on a proposal.
type fate struct {
	act     entente.Act
	confirm *Confirmation // nil: rejected
	note    string
}

// NewDesk returns an empty desk.
func NewDesk() *Desk {
	return &Desk{proposals: map[string]entente.Proposal{}, fates: map[string]fate{}}
}

// Offer puts proposals on the desk and returns how many were new.
func (d *Desk) Offer(ps []entente.Proposal) (fresh int) {
	for _, p := range ps {
		if _, ok := d.proposals[p.ID]; ok || p.ID == "" {
			continue
		}
		p.Standing = entente.ProposalPending
		d.proposals[p.ID] = p
		d.order = append(d.order, p.ID)
		fresh++
	}
	return fresh
}

// Proposal returns the proposal id with its present standing.
func (d *Desk) Proposal(id string) (entente.Proposal, bool) {
	p, ok := d.proposals[id]
	if ok {
		p.Standing = d.standing(id)
	}
	return p, ok
}

func (d *Desk) standing(id string) entente.ProposalState {
	f, ok := d.fates[id]
	switch {
	case !ok:
		return entente.ProposalPending
	case f.confirm == nil:
		return entente.ProposalRejected
	case f.confirm.Into != "":
		return entente.ProposalMerged
	case f.confirm.Corrected:
		return entente.ProposalCorrected
	}
	return entente.ProposalAccepted
}

// Pending lists the proposals that wait for a person, as offered.
func (d *Desk) Pending() []entente.Proposal {
	var out []entente.Proposal
	for _, id := range d.order {
		if _, done := d.fates[id]; !done {
			out = append(out, d.proposals[id])
		}
	}
	return out
}

// Accept makes the act by which person stands for the proposal as it is.
func (d *Desk) Accept(id string, member entente.MemberID, person string, at entente.Instant, note string) (entente.Act, error) {
	p, err := d.find(id)
	if err != nil {
		return entente.Act{}, err
	}
	return confirm(p, p.Event, "", false, member, person, at, note)
}

// Correct makes the act by which person stands for e instead of what the rule had read.
func (d *Desk) Correct(id string, e entente.Event, member entente.MemberID, person string, at entente.Instant, note string) (entente.Act, error) {
	p, err := d.find(id)
	if err != nil {
		return entente.Act{}, err
	}
	if e.Type == "" || e.Modality == "" {
		return entente.Act{}, refuse("correcting proposal "+id, "the corrected event has no type or no modality", "give both")
	}
	return confirm(p, e, "", true, member, person, at, note)
}

// Merge makes the act by which person says that the proposal tells of the confirmed event into: it becomes one more
// source of it. With supersede the proposal's own figures (tolls, quantities) replace the earlier ones.
func (d *Desk) Merge(id, into string, supersede bool, member entente.MemberID, person string, at entente.Instant, note string) (entente.Act, error) {
	p, err := d.find(id)
	if err != nil {
		return entente.Act{}, err
	}
	base, ok := d.event(into)
	if !ok || into == id {
		return entente.Act{}, &entente.Error{Kind: entente.NotFound, Source: "event " + into, Offset: -1, Reason: "no such confirmed event", Next: "confirm it first, or accept the proposal on its own"}
	}
	e := base.Event
	if supersede {
		e = overlay(e, p.Event)
	}
	return confirm(p, e, into, supersede, member, person, at, note)
}

// overlay puts the figures of a later report over those of an earlier.
func overlay(e, later entente.Event) entente.Event {
	if later.Killed != nil {
		e.Killed = later.Killed
	}
	if later.Wounded != nil {
		e.Wounded = later.Wounded
	}
	if len(later.Quantity) > 0 {
		e.Quantity = later.Quantity
	}
	if later.Date != "" {
		e.Date, e.DatePrecision = later.Date, later.DatePrecision
	}
	e.Modality = later.Modality
	return e
}

// Reject makes the act by which person says that the proposal is not an event, or withdraws a confirmation; why is required.
func (d *Desk) Reject(id string, member entente.MemberID, person string, at entente.Instant, why string) (entente.Act, error) {
	if _, ok := d.fates[id]; !ok {
		if _, err := d.find(id); err != nil {
			return entente.Act{}, err
		}
	}
	if strings.TrimSpace(why) == "" {
		return entente.Act{}, refuse("rejecting proposal "+id, "no reason given", "say why in one line")
	}
	return unsigned(ActReject, Rejection{id, why}, member, person, at)
}

func (d *Desk) find(id string) (entente.Proposal, error) {
	p, ok := d.proposals[id]
	if !ok {
		return p, &entente.Error{Kind: entente.NotFound, Source: "proposal " + id, Offset: -1, Reason: "no such proposal at this desk", Next: "list the pending proposals"}
	}
	return p, nil
}

func confirm(p entente.Proposal, e entente.Event, into string, corrected bool, member entente.MemberID, person string, at entente.Instant, note string) (entente.Act, error) {
	return unsigned(ActConfirm, Confirmation{Proposal: p.ID, Report: p.Report, Event: e, Evidence: p.Evidence, Rule: p.Rule, Corrected: corrected, Into: into, Note: note}, member, person, at)
}

func unsigned(kind string, data any, member entente.MemberID, person string, at entente.Instant) (entente.Act, error) {
	if member == "" || strings.TrimSpace(person) == "" || at == 0 {
		return entente.Act{}, refuse("making "+kind, "member, person or time is missing", "an act needs all three")
	}
	b, err := json.Marshal(data)
	if err != nil {
		return entente.Act{}, fmt.Errorf("encoding %s: %w", kind, err)
	}
	return entente.Act{Kind: kind, Member: member, Person: person, Time: at, Data: b}, nil
}

func refuse(source, reason, next string) error {
	return &entente.Error{Kind: entente.Refused, Source: source, Offset: -1, Reason: reason, Next: next}
}

// Apply folds one act. An act of another kind is passed over; one of ours that does not follow its form is refused
// and changes nothing.
func (d *Desk) Apply(a entente.Act) error {
	f := fate{act: a}
	var id string
	switch a.Kind {
	case ActConfirm:
		var c Confirmation
		if err := json.Unmarshal(a.Data, &c); err != nil || c.Proposal == "" || c.Event.Type == "" || c.Into == c.Proposal {
			return &entente.Error{Kind: entente.Malformed, Source: "act " + a.Kind, Offset: int64(a.Seq), Reason: "data is not a confirmation of a proposal", Next: "ask its member to send it again"}
		}
		id, f.confirm, f.note = c.Proposal, &c, c.Note
	case ActReject:
		var r Rejection
		if err := json.Unmarshal(a.Data, &r); err != nil || r.Proposal == "" {
			return &entente.Error{Kind: entente.Malformed, Source: "act " + a.Kind, Offset: int64(a.Seq), Reason: "data is not a rejection of a proposal", Next: "ask its member to send it again"}
		}
		id, f.note = r.Proposal, r.Note
	default:
		return nil
	}
	if old, ok := d.fates[id]; !ok || later(a, old.act) {
		d.fates[id] = f
	}
	return nil
}

// later orders acts totally, so that the fold does not depend on arrival.
func later(a, b entente.Act) bool {
	if a.Time != b.Time {
		return a.Time > b.Time
	}
	if a.Member != b.Member {
		return a.Member > b.Member
	}
	if a.Seq != b.Seq {
		return a.Seq > b.Seq
	}
	return a.Kind+string(a.Data) > b.Kind+string(b.Data)
}

// event returns the confirmed event id without what was merged into it.
func (d *Desk) event(id string) (entente.ConfirmedEvent, bool) {
	f, ok := d.fates[id]
	if !ok || f.confirm == nil || f.confirm.Into != "" {
		return entente.ConfirmedEvent{}, false
	}
	c := f.confirm
	return entente.ConfirmedEvent{
		ID: id, Event: c.Event, Sources: []entente.Sourced{source(c)}, Member: f.act.Member, Person: f.act.Person,
		Confirmed: f.act.Time, Corrected: c.Corrected, Note: c.Note,
	}, true
}

func source(c *Confirmation) entente.Sourced {
	return entente.Sourced{Report: c.Report, Proposal: c.Proposal, Evidence: c.Evidence, Rule: c.Rule}
}

// Events lists the confirmed events by time of confirmation, each with all its sources. What was merged into an event
// that has since been rejected stands as an event of its own: no source is lost.
func (d *Desk) Events() []entente.ConfirmedEvent {
	byID := map[string]*entente.ConfirmedEvent{}
	var merged []fate
	for id, f := range d.fates {
		if f.confirm == nil {
			continue
		}
		if e, ok := d.event(id); ok {
			byID[id] = &e
		} else {
			merged = append(merged, f)
		}
	}
	sort.Slice(merged, func(i, j int) bool { return later(merged[j].act, merged[i].act) })
	for _, f := range merged {
		c := f.confirm
		e, ok := byID[c.Into]
		if !ok {
			byID[c.Proposal] = &entente.ConfirmedEvent{ID: c.Proposal, Event: c.Event, Sources: []entente.Sourced{source(c)}, Member: f.act.Member, Person: f.act.Person, Confirmed: f.act.Time, Note: c.Note}
			continue
		}
		e.Sources = append(e.Sources, source(c))
		if c.Corrected {
			e.Event, e.Corrected = c.Event, true
		}
	}
	out := make([]entente.ConfirmedEvent, 0, len(byID))
	for _, e := range byID {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b entente.ConfirmedEvent) int {
		if a.Confirmed != b.Confirmed {
			return int(min(max(a.Confirmed-b.Confirmed, -1), 1))
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
