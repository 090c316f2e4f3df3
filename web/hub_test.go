package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"

	"entente"
)

// still is a backend that stands still; only what a hub asks is there.
type still struct {
	Backend
	entries  []entente.Entry
	alerts   []entente.Alert
	revision map[Topic]uint64
	ready    error
}

func (s *still) Self() entente.Member      { return entente.Member{ID: "BLR"} }
func (s *still) Members() []entente.Member { return testMembers }
func (s *still) Revision(t Topic) uint64   { return s.revision[t] }
func (s *still) Alerts() []entente.Alert   { return s.alerts }
func (s *still) Ready() error              { return s.ready }
func (s *still) Picture(dst []entente.Entry) ([]entente.Entry, entente.Instant) {
	return append(dst, s.entries...), entente.FromSeconds(1_700_000_000)
}

func newStill(t *testing.T) (*still, *hub, *prometheus.Registry) {
	t.Helper()
	r := prometheus.NewRegistry()
	f, err := newFigures(r)
	if err != nil {
		t.Fatal(err)
	}
	s := &still{entries: picture(3), revision: map[Topic]uint64{}}
	return s, newHub(s, "run", f), r
}

// metric says whether the registry shows the line.
func metric(r *prometheus.Registry, line string) bool {
	w := &recorder{header: http.Header{}}
	metricsHandler(r).ServeHTTP(w, &http.Request{Header: http.Header{}})
	return strings.Contains(string(w.body), line+"\n")
}

func TestSlowReaderIsDroppedAndCountedAndOthersGoOn(t *testing.T) {
	_, h, r := newStill(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	slow := &reader{queue: make(chan message, queueLength), drop: cancel}
	quick := &reader{queue: make(chan message, queueLength), drop: func(error) { t.Error("the quick reader was dropped") }}
	h.join(slow, "", 0)
	h.join(quick, "", 0)
	for range queueLength {
		for len(quick.queue) > 0 {
			<-quick.queue
		}
		h.tick()
	}
	if !errors.Is(context.Cause(ctx), errTooSlow) {
		t.Errorf("the slow reader ended with %v", context.Cause(ctx))
	}
	if n := h.readerCount(); n != 1 {
		t.Errorf("%d readers, want 1", n)
	}
	if !metric(r, `entente_web_live_dropped_total{member="BLR"} 1`) {
		t.Error("the drop was not counted")
	}
}

func TestAllReadersGetTheSameBytes(t *testing.T) {
	_, h, _ := newStill(t)
	a := &reader{queue: make(chan message, queueLength), drop: func(error) {}}
	b := &reader{queue: make(chan message, queueLength), drop: func(error) {}}
	h.join(a, "", 0)
	h.join(b, "", 0)
	h.tick()
	var x, y message
	for range 3 {
		x, y = <-a.queue, <-b.queue
	}
	if !x.binary || &x.data[0] != &y.data[0] {
		t.Error("a frame was encoded for each reader")
	}
}

func TestEveryThirtiethFrameIsFull(t *testing.T) {
	_, h, _ := newStill(t)
	r := &reader{queue: make(chan message, 100), drop: func(error) {}}
	h.join(r, "", 0)
	full := 0
	for range 60 {
		h.tick()
	}
	for len(r.queue) > 0 {
		if m := <-r.queue; m.binary && m.data[4] == frameFull {
			full++
		}
	}
	if full != 3 { // on joining, and twice in a minute
		t.Errorf("%d full frames in a minute, want 3", full)
	}
}

func TestEventsAreKeptWithinBounds(t *testing.T) {
	s, h, _ := newStill(t)
	for range 3 * keptEvents {
		s.revision[TopicWatch]++
		h.look()
	}
	if len(h.events) > keptEvents || h.sequence != 3*keptEvents {
		t.Errorf("%d events kept, sequence %d", len(h.events), h.sequence)
	}
	if m, ok := h.missed("run", h.sequence-10); !ok || len(m) != 10 || m[0].Sequence != h.sequence-9 {
		t.Errorf("missed %v %v", m, ok)
	}
	if _, ok := h.missed("run", 1); ok {
		t.Error("events that are gone were promised")
	}
}

func TestAlertsAreToldOnceForEachChange(t *testing.T) {
	s, h, _ := newStill(t)
	step := func(name string, want int) {
		t.Helper()
		before := h.sequence
		s.revision[TopicAlerts]++
		h.look()
		if got := int(h.sequence - before); got != want {
			t.Errorf("%s: %d events, want %d", name, got, want)
		}
	}
	s.alerts = []entente.Alert{{ID: "a", State: entente.Raised, Condition: entente.Condition{Entry: 2}}}
	step("raised", 1)
	s.alerts[0].Count, s.alerts[0].LastSeen = 9, 99
	step("seen again", 0)
	s.alerts[0].State = entente.Acknowledged
	s.alerts[0].Log = []entente.Handling{{Person: "x"}}
	step("acknowledged", 1)
	s.alerts[0].Ceased = 5
	step("ceased", 1)
	h.tick()
	if f := decode(t, h.framer.full()); f.tracks[1].flags&FlagAlert == 0 || f.tracks[0].flags&FlagAlert != 0 {
		t.Error("the track of the alert is not marked, or another is")
	}
	s.alerts[0].State = entente.Closed
	step("closed", 1)
	h.tick()
	if f := decode(t, h.framer.full()); f.tracks[1].flags&FlagAlert != 0 {
		t.Error("the track of a closed alert is marked")
	}
}

func TestPictureHandedOutDoesNotChange(t *testing.T) {
	s, h, _ := newStill(t)
	before, _ := h.picture()
	s.entries = picture(2)
	s.entries[0].Number = 77
	for range 3 {
		h.tick()
	}
	if len(before) != 3 || before[0].Number != 1 {
		t.Errorf("the picture changed under its reader: %d entries, first %d", len(before), before[0].Number)
	}
}

func TestReadyNamesWhoIsNot(t *testing.T) {
	b := &still{revision: map[Topic]uint64{}, ready: errors.New("no sensor heard yet")}
	s := &Server{hubs: map[entente.MemberID]*hub{"BLR": {backend: b}}, order: []entente.MemberID{"BLR"}}
	w := &recorder{header: http.Header{}}
	s.ready(w, nil)
	if w.status != 503 || string(w.body) != "BLR: no sensor heard yet\n" {
		t.Errorf("%d %q", w.status, w.body)
	}
}

type recorder struct {
	header http.Header
	status int
	body   []byte
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) WriteHeader(s int)           { r.status = s }
func (r *recorder) Write(b []byte) (int, error) { r.body = append(r.body, b...); return len(b), nil }

func TestAnswerKeepsForeignErrorsToItself(t *testing.T) {
	for kind, want := range statusOf {
		err := answer(fmt.Errorf("acting: %w", &entente.Error{Kind: kind, Source: "policy", Offset: -1, Reason: "so it is", Next: "do that"}))
		var p *huma.ErrorModel
		if !errors.As(err, &p) || p.Status != want || p.Detail != "so it is; do that" {
			t.Errorf("%s: %v", kind, err)
		}
	}
	var p huma.StatusError
	if err := answer(errors.New("open /var/secret: denied")); !errors.As(err, &p) || p.GetStatus() != 500 || p.Error() == "" || strings.Contains(p.Error(), "secret") {
		t.Errorf("%v", err)
	}
}

func BenchmarkTick20000(b *testing.B) {
	f, err := newFigures(prometheus.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	s := &still{entries: picture(20_000), revision: map[Topic]uint64{}}
	h := newHub(s, "run", f)
	r := &reader{queue: make(chan message, 4), drop: func(error) {}}
	h.join(r, "", 0)
	b.ReportAllocs()
	b.ResetTimer()
	start := time.Now()
	for range b.N {
		for len(r.queue) > 0 {
			<-r.queue
		}
		h.tick()
	}
	b.ReportMetric(20_000*float64(b.N)/time.Since(start).Seconds(), "tracks/s")
}
