package watch

import (
	"slices"
	"time"

	"entente"
)

// Duplicate is a pair that may tell of one event: offered to a person, never merged by itself.
type Duplicate struct {
	Proposal string `json:"proposal"` // pending
	Of       string `json:"of"`       // a confirmed event, or an earlier pending proposal
	Why      string `json:"why"`
}

// Duplicates lists pending proposals that have the type of another report's event, no different place, dates at most
// one day apart (or both without a date) and an actor in common.
func (d *Desk) Duplicates() []Duplicate {
	type known struct {
		id, report string
		e          entente.Event
	}
	byType := map[entente.EventType][]known{}
	for _, c := range d.Events() {
		byType[c.Type] = append(byType[c.Type], known{c.ID, c.Sources[0].Report, c.Event})
	}
	var out []Duplicate
	for _, p := range d.Pending() {
		for _, k := range byType[p.Type] {
			if why, ok := sameEvent(p.Event, k.e); ok && k.report != p.Report {
				out = append(out, Duplicate{p.ID, k.id, why})
				break
			}
		}
		byType[p.Type] = append(byType[p.Type], known{p.ID, p.Report, p.Event})
	}
	return out
}

func sameEvent(a, b entente.Event) (string, bool) {
	if a.Type != b.Type || a.Place != "" && b.Place != "" && a.Place != b.Place {
		return "", false
	}
	if !closeDates(a, b) {
		return "", false
	}
	actors := Actors(b)
	for _, x := range Actors(a) {
		if slices.Contains(actors, x) {
			return "same type, place and day; both name " + x, true
		}
	}
	return "", false
}

func closeDates(a, b entente.Event) bool {
	if a.Date == "" || b.Date == "" {
		return a.Date == b.Date
	}
	x, errX := time.Parse(time.DateOnly, a.Date)
	y, errY := time.Parse(time.DateOnly, b.Date)
	return errX == nil && errY == nil && x.Sub(y).Abs() <= 24*time.Hour
}

// Actors lists who takes part in e: states, organisations and persons, each once, in the order of e's fields.
func Actors(e entente.Event) []string {
	var out []string
	add := func(xs ...string) {
		for _, x := range xs {
			if x != "" && !slices.Contains(out, x) {
				out = append(out, x)
			}
		}
	}
	add(e.Actor, e.State, e.Speaker, e.Supplier, e.Recipient, e.Beneficiary, e.Host, e.Organisation)
	add(e.Participants...)
	add(e.Parties...)
	for _, a := range e.Attendance {
		add(a.Person)
	}
	add(e.From, e.To)
	return out
}
