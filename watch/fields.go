package watch

import (
	"slices"
	"strings"
	"unicode"

	"entente"
)

// fieldNames are the fields that a rule may fill, by their JSON names; attends, absent, remote, by_deputy, deputy and
// meeting make attendance.
var fieldNames = words(`name place region host chair organisation participants actor state speaker role topic beneficiary
	subject due supplier recipient item what near parties from to direction driver stage said_by
	attends absent remote by_deputy deputy meeting killed wounded seized`)

// setField puts mention m, which stands for v, into a field of the draft.
func (c *grammar) setField(d *draft, field string, m *mention, v string, sel selector) bool {
	e := &d.event
	switch field {
	case "attends", "absent", "remote", "by_deputy", "host", "chair":
		return c.setPart(d, field, m, v)
	case "participants":
		if m.kind == kindPerson && sel.role != "of" {
			d.persons = append(d.persons, m.id)
		}
		return addTo(&e.Participants, stateOf(m, v))
	case "parties":
		return addTo(&e.Parties, stateOf(m, v))
	case "near":
		if m.kind == kindState || m.class == "border" && m.state != "" && v == m.state {
			v += " border"
		}
		if m.class == "border" && len(e.Near) > 0 { // a border already named by its states
			return true
		}
		return addTo(&e.Near, v)
	case "meeting":
		if m.kind != kindNoun {
			return false
		}
		n := *m
		d.noun = &n
		return true
	case "item":
		e.Item, e.ItemClass = v, m.class
	case "deputy":
		if n := len(d.people); n > 0 {
			d.people[n-1].Deputy = v
		}
	case "killed", "wounded":
		return setToll(e, field, m, v)
	case "due":
		d.event.Due = pick(v, true)
		d.event.DatePrecision = m.class
		return d.event.Due != ""
	case "speaker", "actor":
		e.State = first(e.State, m.state)
		if m.kind == kindPerson {
			e.Role = first(e.Role, m.role)
		}
		if t, ok := c.reg.Office(v, c.day); ok && e.State == "" {
			e.State, e.Role = t.State, t.Office
		}
		setText(e, field, v)
	default:
		setText(e, field, v)
	}
	return v != ""
}

// stateOf is whom a participant stands for: a person for his state or organisation.
func stateOf(m *mention, v string) string {
	if m.kind == kindPerson {
		return first(m.state, first(m.org, v))
	}
	return v
}

func addTo(list *[]string, v string) bool {
	if v == "" || slices.Contains(*list, v) {
		return v != ""
	}
	*list = append(*list, v)
	return true
}

// setPart adds a person's part in a meeting; a state or group is a participant.
func (c *grammar) setPart(d *draft, field string, m *mention, v string) bool {
	status := map[string]entente.AttendanceStatus{
		"attends": entente.AttendanceAttends, "absent": entente.AttendanceAbsent, "remote": entente.AttendanceRemote,
		"by_deputy": entente.AttendanceByDeputy, "host": entente.AttendanceHost, "chair": entente.AttendanceAttends,
	}[field]
	if field == "host" {
		d.event.Host = first(m.state, first(m.org, v))
	}
	if m.kind != kindPerson {
		switch field {
		case "host":
			return true
		case "chair":
			return false
		case "absent":
			d.people = append(d.people, entente.Attendee{Person: v, State: m.state, Status: status})
			return true
		}
		return addTo(&d.event.Participants, v)
	}
	if field == "chair" {
		d.event.Chair = m.id
	}
	d.people = append(d.people, entente.Attendee{Person: m.id, Role: m.role, State: m.state, Status: status})
	return true
}

// setToll puts a number of people into a field.
func setToll(e *entente.Event, field string, m *mention, v string) bool {
	if m.kind != kindAmount || m.value != float64(int(m.value)) {
		return false
	}
	n := int(m.value)
	if field == "killed" {
		e.Killed = &n
	} else {
		e.Wounded = &n
	}
	return v != ""
}

// setText puts words into a field that holds words.
func setText(e *entente.Event, field, v string) {
	v = strings.TrimRightFunc(strings.TrimSpace(v), func(r rune) bool { return unicode.IsPunct(r) && r != ')' && r != '%' })
	at := map[string]*string{
		"name": &e.Name, "place": &e.Place, "region": &e.Region, "host": &e.Host, "organisation": &e.Organisation,
		"actor": &e.Actor, "state": &e.State, "speaker": &e.Speaker, "role": &e.Role, "beneficiary": &e.Beneficiary,
		"subject": &e.Subject, "supplier": &e.Supplier, "recipient": &e.Recipient, "item": &e.Item, "what": &e.What,
		"from": &e.From, "to": &e.To, "direction": &e.Direction, "driver": &e.Driver, "stage": &e.Stage, "said_by": &e.SaidBy,
		"chair": &e.Chair,
	}[field]
	switch {
	case at != nil:
		*at = v
	case field == "topic":
		addTo(&e.Topic, v)
	case field == "near":
		addTo(&e.Near, v)
	}
}
