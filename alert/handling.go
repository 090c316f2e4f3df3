package alert

import (
	"fmt"
	"unicode/utf8"

	"entente"
)

// MaxNote is the longest note in bytes, and MaxLog the most handlings of one alert.
const (
	MaxNote = 4096
	MaxLog  = 256
)

// Acknowledge notes that a person has taken the alert over. Another person may take it over again.
func (d *Desk) Acknowledge(id, person, note string, now entente.Instant) (entente.Alert, error) {
	return d.handle("acknowledging", id, person, note, now, func(h *held) { h.alert.State, h.alert.Owner = entente.Acknowledged, person })
}

// Close ends the alert. It may be closed unacknowledged, and while its cause lasts; it is then not raised again before
// the cause has ceased and come back.
func (d *Desk) Close(id, person, note string, now entente.Instant) (entente.Alert, error) {
	return d.handle("closing", id, person, note, now, func(h *held) {
		h.alert.State, h.closed = entente.Closed, now
		if h.alert.Owner == "" {
			h.alert.Owner = person
		}
		d.open--
		d.retire(h.alert.Condition.Key, h)
	})
}

// LinkConsultation notes that a person opened a consultation from the alert. An alert has one consultation.
func (d *Desk) LinkConsultation(id, consultation, person string, now entente.Instant) (entente.Alert, error) {
	d.mu.Lock()
	h := d.alerts[id]
	d.mu.Unlock()
	if consultation == "" {
		return entente.Alert{}, refuse(id, entente.Malformed, "linking an alert: no consultation named", "name the consultation that was opened")
	}
	if h != nil && h.alert.Opened != "" && h.alert.Opened != consultation {
		return entente.Alert{}, refuse(id, entente.Refused, "linking an alert: it has opened consultation "+h.alert.Opened, "go on in that consultation")
	}
	return d.handle("linking", id, person, "consultation "+consultation, now, func(h *held) { h.alert.Opened = consultation })
}

// handle checks and logs what a person does.
func (d *Desk) handle(doing, id, person, note string, now entente.Instant, do func(*held)) (entente.Alert, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	h := d.alerts[id]
	switch {
	case h == nil:
		return entente.Alert{}, refuse(id, entente.NotFound, doing+" an alert: there is none of that name", "list the alerts; closed ones are forgotten in time")
	case person == "":
		return entente.Alert{}, refuse(id, entente.Refused, doing+" an alert: no person named", "say who does it: a person closes alerts, no rule does")
	case h.alert.State == entente.Closed:
		return entente.Alert{}, refuse(id, entente.Refused, doing+" an alert: it is closed", "a new alert is raised if its cause comes back")
	case len(note) > MaxNote:
		return entente.Alert{}, refuse(id, entente.TooLarge, fmt.Sprintf("%s an alert: note of %d bytes, at most %d", doing, len(note), MaxNote), "shorten the note")
	case !utf8.ValidString(note) || !utf8.ValidString(person):
		return entente.Alert{}, refuse(id, entente.Malformed, doing+" an alert: text is no UTF-8", "send UTF-8")
	case len(h.alert.Log) >= MaxLog && doing != "closing":
		return entente.Alert{}, refuse(id, entente.TooLarge, fmt.Sprintf("%s an alert: %d handlings already", doing, MaxLog), "close it")
	}
	do(h)
	h.alert.Log = append(h.alert.Log, entente.Handling{Time: now, Person: person, State: h.alert.State, Note: note})
	d.evict()
	return clone(h.alert), nil
}

func refuse(id string, kind entente.ErrorKind, reason, next string) error {
	return &entente.Error{Kind: kind, Source: "alert " + id, Offset: -1, Reason: reason, Next: next}
}
