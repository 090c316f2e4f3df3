package node

import (
	"errors"
	"fmt"
	"testing"

	"entente"
	"entente/release"
)

// sent is what a sharer gave to the exchange in one go.
type sent struct {
	to     entente.MemberID
	tracks []entente.Track
	label  entente.Label
}

type outlet struct {
	list []sent
	err  error
}

func (o *outlet) send(to entente.MemberID, tracks []entente.Track, label entente.Label) error {
	o.list = append(o.list, sent{to, append([]entente.Track(nil), tracks...), label})
	return o.err
}

func (o *outlet) take() []sent {
	list := o.list
	o.list = nil
	return list
}

func sharing(t *testing.T, rules string) (*sharer, *outlet) {
	t.Helper()
	p, err := release.Parse([]byte("rules:\n"+rules), "test", release.World{Member: "ALF", Members: []entente.MemberID{"ALF", "BRA", "CHA"}})
	if err != nil {
		t.Fatal(err)
	}
	o := &outlet{}
	return newSharer(p, []entente.MemberID{"BRA", "CHA"}, o.send), o
}

func at(s float64) entente.Instant { return entente.FromSeconds(1000 + s) }

func own(id entente.TrackID, updated float64) entente.Track {
	return entente.Track{ID: id, Origin: "ALF", State: entente.Confirmed, Time: at(updated), Updated: at(updated), Lat: 0.7, Lon: 0.2}
}

func friends(ids ...entente.TrackID) map[entente.TrackID]entente.Identity {
	m := map[entente.TrackID]entente.Identity{}
	for _, id := range ids {
		m[id] = entente.Friend
	}
	return m
}

// states lists what one partner got, "track@second state", over all parcels.
func states(list []sent, to entente.MemberID) (out []string) {
	for _, s := range list {
		for _, t := range s.tracks {
			if s.to == to {
				out = append(out, fmt.Sprintf("%d@%g %s", t.ID, t.Updated.Sub(at(0)), t.State))
			}
		}
	}
	return out
}

func same(a, b []string) bool { return fmt.Sprint(a) == fmt.Sprint(b) }

func TestNothingLeavesThatNoRuleNames(t *testing.T) {
	for _, rules := range []string{"  []\n", "  - {name: a, to: all, kinds: [alert, council]}\n",
		"  - {name: friends, to: all, kinds: [track], identities: [friend]}\n"} {
		s, o := sharing(t, rules)
		s.share([]entente.Track{own(1, 0)}, []entente.TrackID{1, 2}, at(0))
		if got := o.take(); len(got) > 0 {
			t.Errorf("%q let out %v", rules, got)
		}
	}
}

func TestEachChangeLeavesOnce(t *testing.T) {
	s, o := sharing(t, "  - {name: n, to: [BRA], kinds: [track]}\n")
	for range 3 {
		s.share([]entente.Track{own(1, 0), own(2, 0)}, nil, at(0))
	}
	s.share([]entente.Track{own(1, 4), own(2, 0)}, nil, at(4))
	s.share([]entente.Track{own(2, 0)}, []entente.TrackID{1, 7}, at(5))
	s.share([]entente.Track{own(2, 0)}, nil, at(6))
	got := o.take()
	if want := []string{"1@0 confirmed", "2@0 confirmed", "1@4 confirmed", "1@4 ended"}; !same(states(got, "BRA"), want) {
		t.Errorf("Bravo got %v, want %v", states(got, "BRA"), want)
	}
	if len(states(got, "CHA")) > 0 {
		t.Error("Charlie, whom no rule names, got some")
	}
	if n := len(s.to["BRA"].last); n != 1 {
		t.Errorf("%d tracks remembered, want the one that lives", n)
	}
}

func TestEvery(t *testing.T) {
	s, o := sharing(t, "  - {name: n, to: [BRA], kinds: [track], every: 10}\n")
	for i := range 26 {
		s.share([]entente.Track{own(1, float64(i))}, nil, at(float64(i)))
	}
	if got, want := states(o.take(), "BRA"), []string{"1@0 confirmed", "1@10 confirmed", "1@20 confirmed"}; !same(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestDelay wants every state, and the end, exactly as late as the rule says and in their order.
func TestDelay(t *testing.T) {
	s, o := sharing(t, "  - {name: n, to: [BRA], kinds: [track], delay: 60, expires: 30}\n")
	left := map[float64][]string{}
	for i := range 100 {
		now := float64(i)
		var tracks []entente.Track
		var ended []entente.TrackID
		switch {
		case i < 5:
			tracks = append(tracks, own(1, now))
		case i == 5:
			ended = append(ended, 1)
		}
		s.share(tracks, ended, at(now))
		for _, p := range o.take() {
			left[now] = append(left[now], states([]sent{p}, "BRA")...)
			if p.label.Expires <= at(now) {
				t.Errorf("at %g a parcel left that had run out", now)
			}
		}
	}
	want := map[float64][]string{60: {"1@0 confirmed"}, 61: {"1@1 confirmed"}, 62: {"1@2 confirmed"}, 63: {"1@3 confirmed"},
		64: {"1@4 confirmed"}, 65: {"1@4 ended"}}
	if fmt.Sprint(left) != fmt.Sprint(want) {
		t.Errorf("left %v, want %v", left, want)
	}
	if s.to["BRA"].many != 0 {
		t.Errorf("%d still counted as held", s.to["BRA"].many)
	}
}

func TestOneParcelForEachLabel(t *testing.T) {
	s, o := sharing(t, "  - {name: friends, to: all, kinds: [track], identities: [friend]}\n  - {name: rest, to: [BRA], kinds: [track], precision: 5000}\n")
	s.identify(friends(1, 3))
	s.share([]entente.Track{own(1, 0), own(2, 0), own(3, 0)}, nil, at(0))
	got := o.take()
	if len(got) != 3 {
		t.Fatalf("%d parcels, want two to Bravo and one to Charlie", len(got))
	}
	for _, p := range got {
		want := []string{"1@0 confirmed", "3@0 confirmed"}
		if p.label.Rule == "rest" {
			want = []string{"2@0 confirmed"}
			if p.label.Precision != 5000 || p.tracks[0].Lat == 0.7 {
				t.Errorf("not coarsened: %+v", p)
			}
		}
		if !same(states([]sent{p}, p.to), want) || !p.label.Allows(p.to) || p.label.Origin != "ALF" {
			t.Errorf("parcel %+v, want tracks %v", p, want)
		}
	}
}

func TestHeldTracksAreBounded(t *testing.T) {
	s, _ := sharing(t, "  - {name: n, to: [BRA], kinds: [track], delay: 3600}\n")
	to := s.to["BRA"]
	l := entente.Label{Rule: "n"}
	for i := range maxHeld + 5000 {
		s.give(to, heldTrack{at(3600), own(entente.TrackID(i), 0), l}, at(0))
	}
	q := to.held["n"]
	if to.many != maxHeld || len(q.list)-q.head != maxHeld || s.dropped.Load() != 5000 {
		t.Errorf("%d held, %d in the queue, %d dropped", to.many, len(q.list)-q.head, s.dropped.Load())
	}
	if first := q.list[q.head].track.ID; first != 5000 {
		t.Errorf("the oldest held is %d, want 5000", first)
	}
	to.ripen(at(3600))
	if to.many != 0 || len(to.out["n"].tracks) != maxHeld {
		t.Error("not all that was held came out")
	}
}

func TestWhatCannotLeaveIsCounted(t *testing.T) {
	s, o := sharing(t, "  - {name: n, to: [BRA], kinds: [track]}\n")
	o.err = errors.New("no")
	s.share([]entente.Track{own(1, 0), own(2, 0)}, nil, at(0))
	if s.dropped.Load() != 2 {
		t.Errorf("%d counted", s.dropped.Load())
	}
}

// TestSharingAgainAllocatesNothing: a tick without changes costs no memory.
func TestSharingAgainAllocatesNothing(t *testing.T) {
	s, _ := sharing(t, "  - {name: n, to: all, kinds: [track]}\n")
	tracks := make([]entente.Track, 500)
	for i := range tracks {
		tracks[i] = own(entente.TrackID(i+1), 0)
	}
	s.share(tracks, nil, at(0))
	if n := testing.AllocsPerRun(10, func() { s.share(tracks, nil, at(1)) }); n > 0 {
		t.Errorf("%g allocations", n)
	}
}

func BenchmarkShare(b *testing.B) {
	p, err := release.Parse([]byte("rules:\n  - {name: n, to: all, kinds: [track], precision: 1000, every: 5}\n"), "test",
		release.World{Member: "ALF", Members: []entente.MemberID{"ALF", "BRA", "CHA"}})
	if err != nil {
		b.Fatal(err)
	}
	s := newSharer(p, []entente.MemberID{"BRA", "CHA"}, func(entente.MemberID, []entente.Track, entente.Label) error { return nil })
	tracks := make([]entente.Track, 5000)
	for i := range tracks {
		tracks[i] = own(entente.TrackID(i+1), 0)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		for k := range tracks {
			tracks[k].Updated = at(float64(i))
		}
		s.share(tracks, nil, at(float64(i)))
	}
}
