package watch

import (
	"slices"
	"strings"

	"entente"
)

// meetingKey completes a draft of a meeting from the noun it speaks of: organisation, place, name.
func meetingKey(d *draft) {
	n, e := d.noun, &d.event
	if e.Stage == "bilateral" && e.Name == "" && len(d.persons) > 1 {
		names := make([]string, len(d.persons))
		for k, p := range d.persons {
			names[k] = lastWord(p)
		}
		e.Name = strings.Join(names, "-") + " talks"
	}
	e.Stage = ""
	if n == nil {
		return
	}
	e.Organisation = first(e.Organisation, n.org)
	e.Place = first(e.Place, n.place)
	if e.Name == "" && n.org != "" {
		e.Name = n.org + " " + n.id
	}
	if e.Name == "" {
		e.Name = n.text
	}
}

// reach is how many drafts back a meeting is looked for: a report tells of one thing in one place.
const reach = 64

// joinMeetings puts drafts that speak of one meeting together, in the order of the text.
func joinMeetings(ds []draft) []draft {
	var out []draft
next:
	for _, d := range ds {
		if d.event.Type != entente.EventMeeting {
			out = append(out, d)
			continue
		}
		meetingKey(&d)
		d.until = d.sentence
		for k := len(out) - 1; k >= max(0, len(out)-reach); k-- {
			if out[k].event.Type == entente.EventMeeting && sameMeeting(&out[k], &d) {
				joinInto(&out[k], &d)
				continue next
			}
		}
		if !d.bare() { // attendance of a meeting that the report does not name is not read
			out = append(out, d)
		}
	}
	for k := range out {
		if out[k].event.Type == entente.EventMeeting {
			settle(&out[k])
		}
	}
	return out
}

// bare says whether a draft only says who comes, not to what.
func (d *draft) bare() bool {
	e := &d.event
	return d.noun == nil && len(e.Participants) == 0 && e.Place == "" && e.Organisation == ""
}

// came says whether the draft says that somebody attended.
func (d *draft) came() bool {
	return slices.ContainsFunc(d.people, func(a entente.Attendee) bool { return a.Status == entente.AttendanceAttends })
}

// near is how many sentences back "the meeting" may reach for a meeting of another word.
const near = 2

// sameMeeting says whether draft b speaks of the meeting of a: by the same noun in the same sentence, by "the summit",
// by standing bare after it, or by organisation, place and day that agree.
func sameMeeting(a, b *draft) bool {
	x, y := &a.event, &b.event
	if differ(x.Place, y.Place) || differ(x.Organisation, y.Organisation) || differ(x.Date, y.Date) {
		return false
	}
	if y.Modality == entente.ModalityPlanned && x.Modality == entente.ModalityAsserted && x.Date != "" { // last year's summit is not the coming one
		return false
	}
	if other(a.noun) != other(b.noun) && b.noun != nil {
		return false
	}
	gap := b.sentence - a.until
	switch {
	case a.sentence == b.sentence && a.group == b.group && a.group >= 0: // one verb, two rules
		return true
	case b.bare():
		// Talks of two named persons have no other guests, and nobody has attended what is still to come.
		return gap <= near+1 && len(a.persons) < 2 && !(x.Modality == entente.ModalityPlanned && y.Modality == entente.ModalityAsserted && b.came())
	case a.headline && a.until == a.sentence && (x.Place != "" && x.Place == y.Place || agree(x, y)):
		return true
	case a.noun != nil && b.noun != nil:
		if a.sentence == b.sentence && a.noun.lo == b.noun.lo {
			return true
		}
		if b.noun.definite && gap <= near && anyMeeting(b.noun.id) && b.noun.org == "" {
			return true
		}
		if !sameNoun(a.noun.id, b.noun.id) || indefinite(b.noun) && a.sentence != b.sentence && !agree(x, y) {
			return false
		}
		return b.noun.definite || agree(x, y)
	case a.noun == nil && b.noun != nil && b.noun.definite && gap <= near && (len(a.persons) < 2 || anyMeeting(b.noun.id)): // "was to meet X, but the talks"
		return true
	}
	return agree(x, y)
}

// other says whether a noun is an earlier meeting by its own words: the last summit, the previous session.
func other(n *mention) bool {
	return n != nil && (strings.HasPrefix(n.text, "last ") || strings.HasPrefix(n.text, "previous ") || strings.HasPrefix(n.text, "past ") || strings.HasPrefix(n.text, "earlier "))
}

// anyMeeting says whether a word may take up any meeting named before.
func anyMeeting(noun string) bool {
	switch noun {
	case "meeting", "session", "talks":
		return true
	}
	return false
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

func indefinite(n *mention) bool { return !n.definite && n.org == "" && n.place == "" }

// sameNoun: "the meeting" and "the event" may be any meeting; a summit is no session of another body.
func sameNoun(a, b string) bool {
	a, b = singular(a), singular(b)
	return a == b || b == "meeting" || a == "meeting" && b == "summit" || a == "" || strings.HasSuffix(a, b) || strings.HasSuffix(b, a)
}

// agree says whether organisation and place, or the participants, are the same and known.
func agree(x, y *entente.Event) bool {
	if x.Organisation != "" && x.Organisation == y.Organisation && (x.Place == y.Place || x.Place == "" || y.Place == "") {
		return true
	}
	if len(x.Participants) >= 2 && len(y.Participants) >= 2 {
		a, b := slices.Clone(x.Participants), slices.Clone(y.Participants)
		slices.Sort(a)
		slices.Sort(b)
		return slices.Equal(a, b)
	}
	return false
}

// joinInto adds what b says to a. Cancellation wins over plan, plan over nothing; a's own words stay.
func joinInto(a, b *draft) {
	x, y := &a.event, &b.event
	a.until = b.sentence
	if x.Date == "" && y.Date != "" {
		x.Date, x.DatePrecision = y.Date, y.DatePrecision
	}
	if x.Name == "" || a.noun == nil && b.noun != nil {
		x.Name = first(y.Name, x.Name)
		a.noun = first2(a.noun, b.noun)
	}
	x.Place, x.Organisation, x.Host, x.Chair = first(x.Place, y.Place), first(x.Organisation, y.Organisation), first(x.Host, y.Host), first(x.Chair, y.Chair)
	for _, p := range y.Participants {
		addTo(&x.Participants, p)
	}
	for _, t := range y.Topic {
		addTo(&x.Topic, t)
	}
	if rank(y.Modality) > rank(x.Modality) {
		x.Modality = y.Modality
	}
	x.SaidBy = first(x.SaidBy, y.SaidBy)
	a.people = append(a.people, b.people...)
	a.spans = append(a.spans, b.spans...)
}

func first2(a, b *mention) *mention {
	if a != nil {
		return a
	}
	return b
}

func rank(m entente.Modality) int {
	switch m {
	case entente.ModalityCancelled:
		return 3
	case entente.ModalityPlanned:
		return 2
	case entente.ModalityReportedClaim:
		return 1
	}
	return 0
}

// settle makes one line per person: what was said last about coming wins over what was said first, absence over
// plans, and the host stays the host.
func settle(d *draft) {
	e := &d.event
	index := map[string]int{}
	for _, a := range d.people {
		k, ok := index[a.Person]
		if !ok {
			index[a.Person] = len(e.Attendance)
			e.Attendance = append(e.Attendance, a)
			continue
		}
		old := &e.Attendance[k]
		if strength(a.Status) >= strength(old.Status) {
			old.Status = a.Status
		}
		old.Role, old.State, old.Deputy = first(old.Role, a.Role), first(old.State, a.State), first(old.Deputy, a.Deputy)
	}
	if e.Modality == entente.ModalityPlanned { // he who "will be welcomed by" a meeting to come attends in the future
		for k := range e.Attendance {
			if e.Attendance[k].Status == entente.AttendanceAttends {
				e.Attendance[k].Status = entente.AttendanceWillAttend
			}
		}
	}
	if e.Modality != entente.ModalityPlanned && e.Modality != entente.ModalityCancelled && onlyWill(e.Attendance) {
		e.Modality = entente.ModalityPlanned
	}
}

func strength(s entente.AttendanceStatus) int {
	switch s {
	case entente.AttendanceHost:
		return 4
	case entente.AttendanceByDeputy:
		return 3
	case entente.AttendanceAbsent, entente.AttendanceRemote:
		return 2
	}
	return 1
}

func onlyWill(as []entente.Attendee) bool {
	for _, a := range as {
		if a.Status == entente.AttendanceWillAttend {
			return true
		}
	}
	return false
}
