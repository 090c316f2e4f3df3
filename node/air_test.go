package node

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"entente"
	"entente/feed"
	"entente/picture"
	"entente/store"
	"entente/track"
	"entente/web"
)

// flown is an air whose clock a test moves.
func flown(t *testing.T) (*air, *entente.Instant) {
	t.Helper()
	now := at(0)
	s := entente.Sensor{ID: 1, Name: "r", Kind: entente.ModeS, Lat: 0.7, Lon: 0.2, Height: 100, RangeSigma: 50, AzimuthSigma: 0.001, Period: 4, PD: 0.9, MaxRange: 200_000}
	a := newAir(track.Config{Member: "ALF", Sensors: []entente.Sensor{s}}, picture.New(picture.Config{Member: "ALF"}), func() entente.Instant { return now })
	return a, &now
}

func TestEndedTrackLeavesTheLook(t *testing.T) {
	a, _ := flown(t)
	a.own = []entente.Track{own(1, 0), own(2, 0), own(3, 0)}
	ended := own(2, 0)
	ended.State = entente.Ended
	a.deliver([]entente.Track{own(1, 1), ended})
	if got := a.tracks(nil); len(got) != 2 || got[0].ID != 1 || got[1].ID != 3 {
		t.Errorf("live %v", got)
	}
	a.deliver([]entente.Track{own(1, 2)})
	got, gone := a.take(nil)
	if len(got) != 1 || got[0].Updated != at(2) || len(gone) != 1 || gone[0] != 2 {
		t.Errorf("changed %v, ended %v; want the newest state of the one that lives", got, gone)
	}
	if got, gone = a.take(nil); len(got)+len(gone) != 0 {
		t.Error("told twice of the same")
	}
	ended.ID = 1
	a.deliver([]entente.Track{own(1, 3), ended})
	if got, gone = a.take(nil); len(got) != 0 || len(gone) != 1 || gone[0] != 1 {
		t.Errorf("changed %v, ended %v; want the end alone", got, gone)
	}
}

func TestPlotsBeyondTheQueueAreDroppedAndCounted(t *testing.T) {
	a, _ := flown(t)
	plots := make([]entente.Plot, 3)
	for range airQueue + 10 { // nobody takes them
		a.sink(plots)
	}
	if got := a.dropped.Load(); got != 30 {
		t.Errorf("%d dropped, want 30", got)
	}
	plots[0].Sensor = 9 // the batch was copied
	if b := <-a.batches; b[0].Sensor != 0 {
		t.Error("a batch shares the feed's space")
	}
}

func TestAirRunsUntilItsEnd(t *testing.T) {
	a, now := flown(t)
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	done.Go(func() { a.run(ctx) })
	for range 5 {
		a.sink([]entente.Plot{{Sensor: 1, Time: *now, Arrival: *now}, {Sensor: 77, Time: *now}})
	}
	eventually(t, "the plots taken", func() bool { return a.taken.Load() == 10 })
	eventually(t, "a look", func() bool { return a.counts().Unknown == 5 })
	cancel()
	done.Wait()
	if a.delay.quantile(1) == 0 {
		t.Error("no delay was measured")
	}
	b := <-a.free
	if n := testing.AllocsPerRun(100, func() {
		a.free <- b
		a.sink(b[:1])
		b = <-a.batches
	}); n > 0 {
		t.Errorf("handing a batch over allocates %g times", n)
	}
}

// TestMetrics gathers twice without error; no label may hold what a stranger can choose.
func TestMetrics(t *testing.T) {
	k := newKit(t)
	c := k.config("ALF")
	c.Feeds = []feed.Config{{Name: "none", URL: "file:///does/not/exist"}}
	n := k.start(c)
	n.refused.add("items", &entente.Error{Kind: "written by a partner"})
	r, err := Metrics(n, k.start(k.config("BRA")))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		found := gathered(t, r)
		for _, f := range figures {
			always := !strings.Contains(f.name, "refused_total") || f.name == "picture_refused_total" || f.name == "refused_total"
			if m := found["entente_"+f.name]; always && len(m) == 0 {
				t.Errorf("no %s", f.name)
			}
		}
		for name, labels := range found {
			for _, l := range labels {
				if strings.Contains(l, "written by a partner") {
					t.Errorf("%s has %s", name, l)
				}
			}
			if len(labels) > 40 && strings.HasPrefix(name, "entente_") {
				t.Errorf("%s has %d series", name, len(labels))
			}
		}
	}
	if _, err := Metrics(n, n); err == nil {
		t.Error("one node twice in one registry")
	}
}

func gathered(t *testing.T, r *prometheus.Registry) map[string][]string {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, f := range families {
		for _, m := range f.GetMetric() {
			out[f.GetName()] = append(out[f.GetName()], m.String())
		}
	}
	return out
}

func TestReadyNamesTheFeed(t *testing.T) {
	k := newKit(t)
	c := k.config("ALF")
	c.Feeds = []feed.Config{{Name: "tape", URL: "file:///does/not/exist"}}
	n := k.start(c)
	eventually(t, "the feed's end", func() bool { return n.Ready() != nil })
	if err := n.Ready(); !strings.Contains(err.Error(), "feed tape ended") {
		t.Error(err)
	}
	if got := n.Sensors(); len(got) != 1 || got[0].State != "silent" {
		t.Errorf("sensors %+v", got)
	}
}

// aloft has an aircraft in the picture of a node, by the clock of its config.
func aloft(n *Node, address entente.Address) uint32 {
	tr := own(1, 0)
	tr.Has, tr.Address, tr.State = entente.HasPressureAltitude, address, entente.Confirmed
	tr.Time = n.now()
	tr.Updated, tr.Started = tr.Time, tr.Time
	for i := range 6 {
		tr.Covariance.Set(i, i, 100)
	}
	n.picture.Own([]entente.Track{tr})
	if list, _ := n.Picture(nil); len(list) == 1 {
		return list[0].Number
	}
	return 0
}

func TestPersonsWordOutlivesARestart(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("ALF"))
	number := aloft(n, 0x510001)
	if number == 0 {
		t.Fatal("no aircraft in the picture")
	}
	if err := n.SetIdentity(t.Context(), "Ann", number, entente.Suspect, "turned off its course"); err != nil {
		t.Fatal(err)
	}
	if err := n.SetIdentity(t.Context(), "Ann", 999, entente.Suspect, "x"); !isKind(err, entente.NotFound) {
		t.Errorf("an aircraft that is not there: %v", err)
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	n = k.start(k.config("ALF"))
	number = aloft(n, 0x510001)
	eventually(t, "the identity again", func() bool {
		e, ok := n.Entry(number)
		return ok && e.Identification.By == "Ann" && e.Identification.Identity == entente.Suspect
	})
	late := k.config("ALF")
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
	late.Clock = func() time.Time { return time.Now().Add(13 * time.Hour) }
	if n = k.start(late); len(n.persons.byAddress) != 0 {
		t.Error("it stands for ever")
	}
}

func TestHistoryIsKept(t *testing.T) {
	k := newKit(t)
	c := k.config("ALF")
	c.History = time.Hour
	n := k.start(c)
	number := aloft(n, 0x510001)
	since := n.now().Add(-60)
	list, now := n.Picture(nil)
	n.keepHistory(list, now.Add(1000)) // whatever the tick did meanwhile
	n.tidy(t.Context())
	rows := 0
	err := n.history.Read(t.Context(), since, n.now().Add(60), nil, func(p []store.Point) error {
		for _, x := range p {
			rows++
			if x.Number != number || x.Address != 0x510001 || x.ModeA != -1 || x.Origin != "ALF" {
				t.Errorf("row %+v", x)
			}
		}
		return nil
	})
	if err != nil || rows == 0 {
		t.Errorf("%d rows, %v", rows, err)
	}
}

func TestAlertsThatWaitAreBounded(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("ALF"))
	due := n.now().Add(3600)
	for range maxWaiting + 3 {
		n.hold(heldAlert{due: due, to: "BRA", label: entente.Label{Expires: n.now().Add(60)}})
	}
	n.mu.Lock()
	waiting, expires := len(n.waiting), n.waiting[0].label.Expires
	n.mu.Unlock()
	if waiting != maxWaiting || n.refused.snapshot()[[2]string{"alerts", "too_large"}] != 3 {
		t.Errorf("%d wait, counted %v", waiting, n.refused.snapshot())
	}
	if expires < due {
		t.Error("an alert that waits runs out before it leaves")
	}
}

func TestBackendNames(t *testing.T) {
	k := newKit(t)
	n := k.start(k.config("ALF"))
	if n.Self().ID != "ALF" || len(n.Members()) != 3 || len(n.Links()) != 2 || !bytes.Contains(n.Zones(), []byte("FeatureCollection")) {
		t.Errorf("self %v, members %v, links %v, zones %s", n.Self(), n.Members(), n.Links(), n.Zones())
	}
	for _, topic := range web.Topics {
		before := n.Revision(topic)
		n.touch(topic)
		if n.Revision(topic) == before {
			t.Errorf("topic %s does not move", topic)
		}
	}
	if _, err := n.Policy("cabal"); !isKind(err, entente.NotFound) {
		t.Errorf("the record of no body: %v", err)
	}
	if p, err := n.Policy("council"); err != nil || !bytes.Contains(p, []byte("quorum")) {
		t.Errorf("policy %q, %v", p, err)
	}
	if _, err := n.Proof("council", 0); !isKind(err, entente.NotFound) {
		t.Errorf("the proof of no entry: %v", err)
	}
	number := aloft(n, 0x510001)
	if x, err := n.Explain(number, "BRA"); err != nil || x.Released || len(x.Steps) == 0 {
		t.Errorf("%+v, %v", x, err)
	}
	if _, err := n.Explain(999, "BRA"); !isKind(err, entente.NotFound) {
		t.Error(err)
	}
}
