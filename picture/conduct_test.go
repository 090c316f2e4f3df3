package picture

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"entente"
	"entente/geo"
)

// pair is two members over the same traffic: ours as it is, the partner's as a test has it.
type pair struct {
	p       *Picture
	flights []flight
	rng     *rand.Rand
	now     entente.Instant
	entries []entente.Entry
	clock   float64 // seconds that the partner's clock is ahead
	e, n, u float64 // its offset
	ids     entente.TrackID
}

// newPair has so many aircraft on all courses, far from one another.
func newPair(aircraft int, c Config) *pair {
	c.Member = "BLR"
	x := &pair{p: New(c), rng: rand.New(rand.NewPCG(9, 4)), now: start, ids: 500}
	for i := range aircraft {
		course := 2 * math.Pi * float64(i) / float64(aircraft)
		x.flights = append(x.flights, flight{lat: 50 + 0.25*float64(i%6), lon: 27 + 0.4*float64(i/6), ve: 220 * math.Sin(course), vn: 220 * math.Cos(course),
			height: 5000 + 300*float64(i), address: entente.Address(0x510000 + i)})
	}
	return x
}

// step plays so many seconds, a picture each; both members have a new state of each aircraft every four.
func (x *pair) step(seconds int, change ...func(i int, k *entente.Track)) {
	for range seconds {
		x.now = x.now.Add(1)
		var own, theirs []entente.Track
		for i, f := range x.flights {
			if (int(x.now.Sub(start))+i)%4 != 0 {
				continue
			}
			noise := func() float64 { return 40 * x.rng.NormFloat64() }
			k := f.track(entente.TrackID(i+1), x.now, noise(), noise())
			own = append(own, k)
			k = f.track(x.ids+entente.TrackID(i), x.now, x.e+noise(), x.n+noise())
			k.Height += x.u
			k.Time, k.Updated = k.Time.Add(x.clock), k.Updated.Add(x.clock)
			for _, c := range change {
				c(i, &k)
			}
			if k.State != 0 {
				theirs = append(theirs, k)
			}
		}
		x.p.Own(own)
		x.p.Partner("RUS", toAll("RUS"), x.now.Add(0.2), theirs)
		x.entries = x.p.Entries(x.entries[:0], x.now.Add(0.3))
	}
}

func (x *pair) partner(t *testing.T) Partner {
	t.Helper()
	list := x.p.Partners(nil)
	if len(list) != 1 || list[0].Member != "RUS" {
		t.Fatalf("partners %+v", list)
	}
	return list[0]
}

func (x *pair) rules() (out []string) {
	for _, c := range x.p.Conditions() {
		out = append(out, c.Rule)
		if c.Member != "RUS" || len(c.Evidence) == 0 || c.Title == "" || c.Time == 0 {
			panic("a condition without who, what, when or evidence")
		}
	}
	return out
}

// worst is the greatest distance of an entry that we see ourselves from its flight.
func (x *pair) worst() (most float64) {
	for _, e := range x.entries {
		i := int(e.Track.Address) - 0x510000
		if i < 0 || i >= len(x.flights) || e.Contributions[0].Member != "BLR" {
			continue
		}
		want := x.flights[i].track(1, x.now.Add(0.3), 0, 0)
		most = max(most, geo.Separation(want.Lat, want.Lon, e.Track.Lat, e.Track.Lon))
	}
	return most
}

// aside counts the partner's tracks shown and not fused.
func (x *pair) aside() (n int) {
	for _, e := range x.entries {
		for _, c := range e.Contributions {
			if c.Member == "RUS" && c.Aside != "" {
				n++
			}
		}
	}
	return n
}

func TestRegistrationIsFound(t *testing.T) {
	for _, tc := range []struct {
		name           string
		e, n, u, clock float64
		applied        bool
	}{
		{"none", 0, 0, 0, 0, false},
		{"place", 400, -250, 0, 0, true},
		{"place and height", -600, 300, 120, 0, true},
		{"clock ahead", 0, 0, 0, 1.5, true},
		{"clock behind, and place", 300, 0, 0, -2, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x := newPair(16, Config{})
			x.e, x.n, x.u, x.clock = tc.e, tc.n, tc.u, tc.clock
			x.step(180)
			r := x.partner(t).Registration
			for _, q := range []struct {
				what           string
				got, want, sig float64
				most           float64 // sigma that is good enough
			}{{"east", r.East, tc.e, r.SigmaEast, 30}, {"north", r.North, tc.n, r.SigmaNorth, 30}, {"up", r.Up, tc.u, r.SigmaUp, 20}, {"clock", r.Clock, tc.clock, r.SigmaClock, 0.15}} {
				if math.Abs(q.got-q.want) > 4*q.sig || q.sig > q.most || q.sig <= 0 {
					t.Errorf("%s %.2f ± %.2f, want %.2f", q.what, q.got, q.sig, q.want)
				}
			}
			if r.Applied != tc.applied || r.Jumped != 0 {
				t.Errorf("%v, jumped %v; want taken off: %v", r, r.Jumped, tc.applied)
			}
			if w := x.worst(); w > 220 || len(x.entries) != 16 {
				t.Errorf("%d entries, one %.0f m off", len(x.entries), w)
			}
			if n := x.aside(); n > 0 {
				t.Errorf("%d honest tracks set aside", n)
			}
			if !strings.Contains(r.String(), "±") || strings.Contains(r.String(), "taken off") != tc.applied {
				t.Errorf("shown as %q", r)
			}
		})
	}
}

// TestAJumpIsSetAsideUntilItSettles: a partner whose positions are shifted from one minute to the next spoils nothing.
func TestAJumpIsSetAsideUntilItSettles(t *testing.T) {
	x := newPair(16, Config{})
	x.step(90)
	if x.partner(t).Registration.Jumped != 0 || len(x.rules()) > 0 {
		t.Fatalf("before: %+v", x.rules())
	}
	x.e = 1800
	worst, told := 0.0, 0
	for k := range 40 {
		x.step(1)
		worst = max(worst, x.worst())
		if told == 0 && slices.Contains(x.rules(), "picture.jumped") {
			told = k + 1
		}
	}
	if worst > 250 {
		t.Errorf("an entry was %.0f m off: the shifted tracks went in", worst)
	}
	if told == 0 || told > 15 {
		t.Errorf("told after %d s", told)
	}
	if len(x.entries) != 16 || x.aside() != 16 {
		t.Errorf("%d entries, %d set aside; want every aircraft once and the partner's beside it", len(x.entries), x.aside())
	}
	x.step(120)
	if r := x.partner(t).Registration; r.Jumped != 0 || !r.Applied || math.Abs(r.East-1800) > 4*r.SigmaEast+20 {
		t.Errorf("after two minutes: %v, jumped %v", r, r.Jumped)
	}
	if x.aside() != 0 || !slices.Contains(x.rules(), "picture.offset") || x.worst() > 250 {
		t.Errorf("%d aside, conditions %v, worst %.0f m", x.aside(), x.rules(), x.worst())
	}
}

// TestOneShiftedTrackIsSetAside: a single track that contradicts ours is shown beside it.
func TestOneShiftedTrackIsSetAside(t *testing.T) {
	x := newPair(12, Config{})
	x.step(60)
	x.step(30, func(i int, k *entente.Track) {
		if i == 3 {
			k.Lat += 2000 / 6.37e6
		}
	})
	if n := x.aside(); n != 1 || len(x.entries) != 12 || x.worst() > 220 {
		t.Errorf("%d aside of %d entries, worst %.0f m", n, len(x.entries), x.worst())
	}
	for _, e := range x.entries {
		for _, c := range e.Contributions {
			if c.Aside != "" && !strings.Contains(c.Aside, "2.0 km") {
				t.Errorf("set aside as %q", c.Aside)
			}
		}
	}
	x.step(30)
	if x.aside() != 0 {
		t.Error("it agrees again and is still set aside")
	}
}

func TestThreeMembersOutvoteOne(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p := New(Config{Member: "BLR"})
	var got []entente.Entry
	for k := range 10 {
		at := start.Add(float64(k))
		p.Partner("RUS", toAll("RUS"), at, []entente.Track{f.track(1, at, 3000, 0)})
		p.Partner("KAZ", toAll("KAZ"), at, []entente.Track{f.track(2, at, 30, 0)})
		p.Partner("ARM", toAll("ARM"), at, []entente.Track{f.track(3, at, -20, 10)})
		got = p.Entries(got[:0], at)
	}
	if len(got) != 1 {
		t.Fatalf("%d entries", len(got))
	}
	want := f.track(1, start.Add(9), 0, 0)
	if d := geo.Separation(want.Lat, want.Lon, got[0].Track.Lat, got[0].Track.Lon); d > 60 {
		t.Errorf("%.0f m off", d)
	}
	for _, c := range got[0].Contributions {
		if (c.Aside != "") != (c.Member == "RUS") {
			t.Errorf("%s: aside %q", c.Member, c.Aside)
		}
	}
}

func TestInventedAircraftAreDoubted(t *testing.T) {
	seen := func(tr *entente.Track) float64 {
		if geo.ToDegrees(tr.Lon) < 28.5 {
			return 25
		}
		return 0
	}
	x := newPair(12, Config{Sees: seen})
	x.step(30)
	fake := func(n int) {
		var out []entente.Track
		for i := range n {
			f := flight{lat: 53.1 + 0.2*float64(i%4), lon: 27 + 0.9*float64(i/4), ve: 200, height: 8000, address: entente.Address(0x777000 + i)}
			out = append(out, f.track(entente.TrackID(900+i), x.now, 0, 0))
		}
		x.p.Partner("RUS", toAll("RUS"), x.now, out)
	}
	for range 20 {
		fake(12)
		x.step(2)
	}
	doubted := 0
	for _, e := range x.entries {
		if e.Doubt == "" {
			continue
		}
		doubted++
		if e.Track.Address < 0x777000 || geo.ToDegrees(e.Track.Lon) > 28.6 || !strings.Contains(e.Doubt, "RUS alone") {
			t.Errorf("entry %v at %.1f: %q", e.Track.Address, geo.ToDegrees(e.Track.Lon), e.Doubt)
		}
	}
	if doubted != 8 {
		t.Errorf("%d doubted, want the eight where own sensors must see", doubted)
	}
	if p := x.partner(t); p.Doubtful != 8 || !slices.Contains(x.rules(), "picture.invented") {
		t.Errorf("%+v, conditions %v", p, x.rules())
	}
	// another member bears one of them out
	f := flight{lat: 53.1, lon: 27, ve: 200, height: 8000, address: 0x777000}
	x.p.Partner("KAZ", toAll("KAZ"), x.now, []entente.Track{f.track(1, x.now, 50, 0)})
	x.entries = x.p.Entries(x.entries[:0], x.now.Add(1))
	for _, e := range x.entries {
		if e.Track.Address == 0x777000 && (e.Doubt != "" || len(e.Contributions) != 2) {
			t.Errorf("two members see it: %q, %d", e.Doubt, len(e.Contributions))
		}
	}
}

// TestAnAddressElsewhere: a partner shifted so far that nothing joins is not believed silently.
func TestAnAddressElsewhere(t *testing.T) {
	x := newPair(8, Config{})
	x.e = 30_000
	x.step(20)
	if len(x.entries) != 16 || !slices.Contains(x.rules(), "picture.displaced") {
		t.Fatalf("%d entries, conditions %v", len(x.entries), x.rules())
	}
	n := 0
	for _, e := range x.entries {
		if e.Doubt != "" {
			n++
			if e.Contributions[0].Member != "RUS" || !strings.Contains(e.Doubt, "km away") {
				t.Errorf("%+v", e)
			}
		}
	}
	if n != 8 {
		t.Errorf("%d of 8 doubted", n)
	}
}

func TestReplaysLeapsAndTheFuture(t *testing.T) {
	t.Run("replays", func(t *testing.T) {
		x := newPair(10, Config{})
		x.step(40)
		old := x.now.Add(-30)
		for range 20 {
			x.step(1, func(i int, k *entente.Track) { k.Time, k.Updated = old, old })
		}
		if !slices.Contains(x.rules(), "picture.stale") || x.worst() > 220 {
			t.Errorf("conditions %v, worst %.0f m", x.rules(), x.worst())
		}
	})
	t.Run("future", func(t *testing.T) {
		x := newPair(10, Config{})
		x.clock = 60
		x.step(10)
		if !slices.Contains(x.rules(), "picture.future") || len(x.entries) != 10 {
			t.Errorf("conditions %v, %d entries", x.rules(), len(x.entries))
		}
	})
	t.Run("leaps", func(t *testing.T) {
		x := newPair(10, Config{})
		x.step(20)
		x.step(12, func(i int, k *entente.Track) {
			if i < 3 {
				k.Lat += 0.05 * float64(int(x.now.Sub(start))%8)
			}
		})
		if !slices.Contains(x.rules(), "picture.leaps") || x.worst() > 220 {
			t.Errorf("conditions %v, worst %.0f m", x.rules(), x.worst())
		}
	})
	t.Run("nothing", func(t *testing.T) {
		x := newPair(10, Config{Sees: func(*entente.Track) float64 { return 10 }})
		x.step(120)
		if len(x.rules()) > 0 || x.partner(t).Doubtful > 0 {
			t.Errorf("an honest partner: %v", x.rules())
		}
	})
}

func TestTrust(t *testing.T) {
	x := newPair(8, Config{})
	x.step(20)
	if p := x.partner(t); p.Trust != entente.Fuse || p.Tracks != 8 || p.Fused != 8 {
		t.Fatalf("%+v", p)
	}
	set := func(tr entente.Trust) {
		if err := x.p.SetTrust("RUS", tr); err != nil {
			t.Fatal(err)
		}
		x.step(8)
	}
	set(entente.Show)
	if p := x.partner(t); p.Trust != entente.Show || p.Tracks != 8 || p.Fused != 0 || x.aside() != 8 || len(x.entries) != 8 {
		t.Errorf("shown: %+v, %d aside, %d entries", p, x.aside(), len(x.entries))
	}
	// what is only shown changes nothing that is fused
	x.e = 700
	x.step(12)
	for _, e := range x.entries {
		own := x.flights[int(e.Track.Address)-0x510000].track(1, e.Track.Time, 0, 0)
		if d := geo.Separation(own.Lat, own.Lon, e.Track.Lat, e.Track.Lon); d > 180 || e.Track.Origin != "BLR" {
			t.Errorf("entry %d lies %.0f m off, led by %s", e.Number, d, e.Track.Origin)
		}
	}
	set(entente.Ignore)
	if p := x.partner(t); p.Tracks != 0 || x.aside() != 0 || len(x.entries) != 8 || x.p.Counters().Distrusted == 0 {
		t.Errorf("ignored: %+v, %d entries", p, len(x.entries))
	}
	x.e = 0
	set(entente.Fuse)
	x.step(150) // the partner's positions jumped back meanwhile
	if p := x.partner(t); p.Tracks != 8 || p.Fused != 8 {
		t.Errorf("fused again: %+v", p)
	}
	for _, bad := range []struct {
		m entente.MemberID
		t entente.Trust
	}{{"BLR", entente.Show}, {"RUS", 9}} {
		if x.p.SetTrust(bad.m, bad.t) == nil {
			t.Errorf("%v was taken", bad)
		}
	}
}

func TestWhatOnlyAnUntrustedPartnerSeesIsShown(t *testing.T) {
	p := New(Config{Member: "BLR"})
	if err := p.SetTrust("RUS", entente.Show); err != nil {
		t.Fatal(err)
	}
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{f.track(1, start, 0, 0)})
	got := p.Entries(nil, start)
	if len(got) != 1 || got[0].Track.Origin != "RUS" || got[0].Contributions[0].Aside == "" {
		t.Errorf("%+v", got)
	}
}
