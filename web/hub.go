package web

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"entente"
)

const (
	pictureEvery = time.Second
	lookEvery    = 500 * time.Millisecond
	fullEvery    = 30 // pictures
	keptEvents   = 1000
	queueLength  = 16 // messages a reader may be behind
)

// Event tells readers of the live stream that a topic moved. Reading the topic's documents again gives the new state.
type Event struct {
	Sequence uint64          `json:"sequence"` // from 1, without gaps, while Run lasts
	Time     entente.Instant `json:"time"`
	Topic    Topic           `json:"topic"`
	Alert    *AlertEvent     `json:"alert,omitempty"` // TopicAlerts: which alert changed
}

// AlertEvent is what a duty officer must hear at once.
type AlertEvent struct {
	ID       string             `json:"id"`
	State    entente.AlertState `json:"state"`
	Severity entente.Severity   `json:"severity"`
	Title    string             `json:"title"`
	Entry    uint32             `json:"entry,omitempty"`
	New      bool               `json:"new"` // first heard of in this event
}

// message is one thing to write to a reader; its bytes are shared and never changed.
type message struct {
	binary bool
	data   []byte
}

// hub asks one backend for its picture once a second and for changed topics twice a second, and hands the same bytes to
// every reader. A reader whose queue is full is dropped.
type hub struct {
	backend Backend
	run     string // names this hub's sequence of events: another run, another sequence
	figures *figures
	member  entente.MemberID
	poke    chan struct{}

	spare []entente.Entry // of tick alone

	mu       sync.Mutex // guards all below
	framer   *framer
	readers  map[*reader]struct{}
	events   []Event
	sequence uint64
	updates  uint64 // changes of entries since the start
	seen     map[Topic]uint64
	alerts   map[string]alertMark
}

// alertMark is what of an alert decides whether readers hear of it again.
type alertMark struct {
	state    entente.AlertState
	handled  int
	ceased   entente.Instant
	severity entente.Severity
	opened   string
}

// reader is one connection to the live stream.
type reader struct {
	queue chan message
	drop  context.CancelCauseFunc
}

func newHub(b Backend, run string, f *figures) *hub {
	self := b.Self().ID
	h := &hub{backend: b, run: run, figures: f, member: self, poke: make(chan struct{}, 1), framer: newFramer(self, b.Members()),
		readers: map[*reader]struct{}{}, seen: map[Topic]uint64{}, alerts: map[string]alertMark{}}
	for _, t := range Topics {
		h.seen[t] = b.Revision(t)
	}
	h.lookAtAlerts(false)
	h.tick()
	return h
}

// serve runs until ctx ends.
func (h *hub) serve(ctx context.Context) {
	picture, look := time.NewTicker(pictureEvery), time.NewTicker(lookEvery)
	defer picture.Stop()
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-picture.C:
			h.tick()
		case <-look.C:
			h.look()
		case <-h.poke:
			h.look()
		}
	}
}

// wake has the hub look for changes at once, after an act.
func (h *hub) wake() {
	select {
	case h.poke <- struct{}{}:
	default:
	}
}

// tick takes the next picture and sends it. Two buffers take turns: the one read by joining readers, under the lock, and
// the one the backend fills, outside it.
func (h *hub) tick() {
	start := time.Now()
	entries, at := h.backend.Picture(h.spare[:0])
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spare = h.framer.entries
	h.framer.take(entries, at)
	h.updates += uint64(len(h.framer.changed))
	if len(h.readers) > 0 {
		var m message
		if h.framer.number%fullEvery == 0 {
			m = message{true, h.framer.full()}
		} else {
			m = message{true, h.framer.changes()}
		}
		h.send(m)
	}
	h.figures.picture(h.member, len(entries), time.Since(start))
}

// look compares the topics' revisions with those seen last and tells readers.
func (h *hub) look() {
	for _, t := range Topics {
		r := h.backend.Revision(t)
		h.mu.Lock()
		same := h.seen[t] == r
		h.seen[t] = r
		h.mu.Unlock()
		switch {
		case same:
		case t == TopicAlerts:
			h.lookAtAlerts(true)
		default:
			h.mu.Lock()
			h.tell(Event{Topic: t})
			h.mu.Unlock()
		}
	}
}

func (h *hub) lookAtAlerts(tell bool) {
	alerts := h.backend.Alerts()
	h.mu.Lock()
	defer h.mu.Unlock()
	before := h.alerts
	h.alerts = make(map[string]alertMark, len(alerts))
	h.framer.alerted = map[uint32]bool{}
	for i := range alerts {
		a := &alerts[i]
		if a.State != entente.Closed && a.Condition.Entry != 0 {
			h.framer.alerted[a.Condition.Entry] = true
		}
		m := alertMark{a.State, len(a.Log), a.Ceased, a.Condition.Severity, a.Opened}
		h.alerts[a.ID] = m
		old, known := before[a.ID]
		if tell && old != m {
			h.tell(Event{Topic: TopicAlerts, Alert: &AlertEvent{a.ID, a.State, a.Condition.Severity, a.Condition.Title, a.Condition.Entry, !known}})
		}
	}
}

// tell numbers and keeps an event and sends it; mu is held.
func (h *hub) tell(e Event) {
	h.sequence++
	e.Sequence, e.Time = h.sequence, h.framer.time
	if len(h.events) == keptEvents {
		h.events = slices.Delete(h.events, 0, keptEvents/4)
	}
	h.events = append(h.events, e)
	h.send(eventMessage(e))
}

func eventMessage(e Event) message {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err) // plain values always marshal
	}
	return message{false, b}
}

// send queues m for every reader and drops those that are behind; mu is held.
func (h *hub) send(m message) {
	for r := range h.readers {
		h.queue(r, m)
	}
}

func (h *hub) queue(r *reader, m message) {
	select {
	case r.queue <- m:
	default:
		delete(h.readers, r)
		h.figures.dropped(h.member)
		r.drop(errTooSlow)
	}
}

// join adds a reader: first a greeting, then the events it missed, then the whole picture. A reader that asks for
// another run, or for events no longer kept, is told so and starts afresh.
func (h *hub) join(r *reader, run string, after uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	missed, ok := h.missed(run, after)
	if len(missed) > queueLength-4 {
		missed, ok = nil, false // reading everything again is cheaper than that many events
	}
	b, err := json.Marshal(Greeting{h.run, h.sequence, h.member, ok})
	if err != nil {
		panic(err) // plain values always marshal
	}
	h.readers[r] = struct{}{}
	h.queue(r, message{false, b})
	for _, e := range missed {
		h.queue(r, eventMessage(e))
	}
	h.queue(r, message{true, h.framer.full()})
}

func (h *hub) missed(run string, after uint64) ([]Event, bool) {
	if run != h.run || after > h.sequence {
		return nil, false
	}
	n := h.sequence - after
	if n > uint64(len(h.events)) {
		return nil, false
	}
	return h.events[uint64(len(h.events))-n:], true
}

func (h *hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.readers, r)
}

// picture is a copy of the last picture taken.
func (h *hub) picture() ([]entente.Entry, entente.Instant) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.framer.entries), h.framer.time
}

func (h *hub) time() entente.Instant {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.framer.time
}

func (h *hub) readerCount() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.readers)
}
