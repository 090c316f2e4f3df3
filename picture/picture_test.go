package picture

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

const start = 1_700_000_000 * entente.Second

// flight is a straight flight of the tests.
type flight struct {
	lat, lon float64 // degrees at start
	ve, vn   float64
	height   float64
	address  entente.Address
	modeA    entente.ModeA
}

// track is the flight as a tracker sees it at t, e metres east and n metres north of the truth.
func (f flight) track(id entente.TrackID, t entente.Instant, e, n float64) entente.Track {
	lat, lon := geo.Radians(f.lat), geo.Radians(f.lon)
	m, p := geo.Radii(lat)
	dt := t.Sub(start)
	k := entente.Track{ID: id, State: entente.Confirmed, Started: start, Time: t, Updated: t,
		Lat: lat + (n+f.vn*dt)/(m+f.height), Lon: lon + (e+f.ve*dt)/((p+f.height)*math.Cos(lat)), Height: f.height, VE: f.ve, VN: f.vn,
		Has: entente.HasPressureAltitude, PressureAltitude: f.height, Address: f.address, ModeA: f.modeA}
	if f.modeA != 0 {
		k.Has |= entente.HasModeA
	}
	for i, v := range [6]float64{60 * 60, 60 * 60, 900, 25, 25, 4} {
		k.Covariance.Set(i, i, v)
	}
	return k
}

func toAll(origin entente.MemberID) entente.Label {
	return entente.Label{Origin: origin, To: []entente.MemberID{"BLR", "RUS", "KAZ", "ARM"}}
}

// feed gives the picture two members' views of the flights at t.
func feed(p *Picture, t entente.Instant, fs []flight, be, bn float64) []entente.Entry {
	var own, theirs []entente.Track
	for i, f := range fs {
		own = append(own, f.track(entente.TrackID(i+1), t, 0, 0))
		theirs = append(theirs, f.track(entente.TrackID(1000-i), t.Add(-1.5), be, bn))
	}
	p.Own(own)
	p.Partner("RUS", toAll("RUS"), t, theirs)
	return p.Entries(nil, t.Add(0.5))
}

func TestOneAircraftIsOneEntryWhoeverSawIt(t *testing.T) {
	for _, tc := range []struct {
		name    string
		flights []flight
		be, bn  float64 // the partner's bias
		entries int
	}{
		{"one, same address", []flight{{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}}, 300, -200, 1},
		{"one, same address, badly registered partner", []flight{{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}}, 2500, 1500, 1},
		{"one, no identity", []flight{{lat: 54, lon: 27, ve: 200, height: 9000}}, 300, 250, 1},
		{"one, near the date line", []flight{{lat: 60, lon: 179.999, ve: 220, height: 9000}}, 300, 250, 1},
		{"one, far north", []flight{{lat: 84, lon: 50, ve: 220, height: 9000}}, 300, 250, 1},
		{"two, 10 km apart", []flight{{lat: 54, lon: 27, ve: 200, height: 9000}, {lat: 54.09, lon: 27, ve: 200, height: 9000}}, 300, 200, 2},
		{"two, one above the other", []flight{{lat: 54, lon: 27, ve: 200, height: 9000}, {lat: 54, lon: 27, ve: 200, height: 10000}}, 200, 200, 2},
		{"two, opposite courses", []flight{{lat: 54, lon: 27, ve: 200, height: 9000}, {lat: 54, lon: 27, ve: -200, height: 9000}}, 100, 100, 2},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			var got []entente.Entry
			for k := range 12 {
				got = feed(p, start.Add(float64(2*k)), tc.flights, tc.be, tc.bn)
			}
			if len(got) != tc.entries {
				t.Fatalf("%d entries, want %d", len(got), tc.entries)
			}
			for _, e := range got {
				if len(e.Contributions) != 2 || e.Contributions[0].Member != "BLR" || e.Contributions[1].Member != "RUS" {
					t.Errorf("entry %d has contributions %v", e.Number, e.Contributions)
				}
			}
		})
	}
}

func TestNumberStaysAndStateIsAtTheAskedTime(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, vn: 50, height: 9000, address: 0x510001}
	p := New(Config{Member: "BLR"})
	for k := range 20 {
		at := start.Add(float64(2 * k))
		e := feed(p, at, []flight{f}, 200, 100)
		if len(e) != 1 || e[0].Number != 1 {
			t.Fatalf("at %d: %+v", k, e)
		}
		want := f.track(1, at.Add(0.5), 0, 0)
		if e[0].Track.Time != at.Add(0.5) {
			t.Fatalf("state at %v, want %v", e[0].Track.Time, at.Add(0.5))
		}
		if d := geo.Separation(want.Lat, want.Lon, e[0].Track.Lat, e[0].Track.Lon); d > 230 {
			t.Fatalf("at %d: %.0f m from the truth, beyond the partner's bias", k, d)
		}
	}
}

// TestNoAircraftTwiceAndOrderLeavesNoTrace is the room's promise: aircraft well apart, three members with biases of a few
// hundred metres, calls in any order.
func TestNoAircraftTwiceAndOrderLeavesNoTrace(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 1))
		n := rapid.IntRange(1, 12).Draw(r, "aircraft")
		var fs []flight
		for i := range n {
			f := flight{lat: 50 + 0.15*float64(i%4), lon: 27 + 0.25*float64(i/4), ve: 150 + 100*rng.Float64(), vn: 20 * rng.NormFloat64(),
				height: 3000 + 300*float64(rng.IntN(25))}
			if rng.IntN(2) == 0 {
				f.address = entente.Address(0x510000 + i)
			}
			fs = append(fs, f)
		}
		a, b := New(Config{Member: "BLR"}), New(Config{Member: "BLR"})
		var first, second []entente.Entry
		for k := range 6 {
			at := start.Add(4 * float64(k))
			calls := callsOf(fs, at, rng)
			for _, c := range calls {
				c(a)
			}
			rng.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
			for _, c := range calls {
				c(b)
			}
			first, second = a.Entries(nil, at.Add(1)), b.Entries(nil, at.Add(1))
			if !reflect.DeepEqual(first, second) {
				r.Fatalf("order of arrival changed the picture:\n%+v\n%+v", first, second)
			}
		}
		if len(first) != n {
			r.Fatalf("%d entries of %d aircraft", len(first), n)
		}
	})
}

func (f flight) at(k int, t entente.Instant, e, n float64) entente.Track {
	return f.track(entente.TrackID(k+1), t, e, n)
}

func callsOf(fs []flight, at entente.Instant, rng *rand.Rand) (calls []func(*Picture)) {
	for k, f := range fs {
		own := f.at(k, at, 30*rng.NormFloat64(), 30*rng.NormFloat64())
		rus := f.at(len(fs)-k, at.Add(-1), 250+30*rng.NormFloat64(), -150)
		kaz := f.at(2*k, at.Add(-3), -200, 200+30*rng.NormFloat64())
		calls = append(calls,
			func(p *Picture) { p.Own([]entente.Track{own}) },
			func(p *Picture) { p.Partner("RUS", toAll("RUS"), at, []entente.Track{rus}) },
			func(p *Picture) { p.Partner("KAZ", toAll("KAZ"), at, []entente.Track{kaz}) })
	}
	return calls
}

func TestTracksThatPartLeaveTheEntry(t *testing.T) {
	p := New(Config{Member: "BLR"})
	one := flight{lat: 54, lon: 27, ve: 200, height: 9000}
	other := flight{lat: 54, lon: 27, ve: 180, vn: 87, height: 9000} // the partner's track goes off to the left
	var counts []int
	for k := range 30 {
		at := start.Add(float64(2 * k))
		p.Own([]entente.Track{one.track(1, at, 0, 0)})
		if k < 5 {
			p.Partner("RUS", toAll("RUS"), at, []entente.Track{one.track(7, at, 100, 0)})
		} else {
			p.Partner("RUS", toAll("RUS"), at, []entente.Track{other.track(7, at, 0, -870)})
		}
		counts = append(counts, len(p.Entries(nil, at)))
	}
	if counts[4] != 1 || counts[len(counts)-1] != 2 || p.Counters().Split != 1 {
		t.Errorf("entries over time %v, splits %d; want one, then two after a single split", counts, p.Counters().Split)
	}
	for k := 1; k < len(counts); k++ {
		if counts[k] < counts[k-1] && k > 5 {
			t.Errorf("entry flickered: %v", counts)
		}
	}
}

func TestConflictIsShown(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001, modeA: 0o1234}
	own := f.track(1, start, 0, 0)
	theirs := own
	theirs.ID, theirs.ModeA = 9, 0o4321
	theirs.Callsign = entente.MakeCallsign("BRU123")
	own.Callsign = entente.MakeCallsign("BRU124")
	p.Own([]entente.Track{own})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{theirs})
	got := p.Entries(nil, start)
	want := "mode A 1234 by BLR, 4321 by RUS; callsign BRU124 by BLR, BRU123 by RUS"
	if len(got) != 1 || got[0].Conflict != want {
		t.Errorf("got %+v, want conflict %q", got, want)
	}
}

func TestOneMembersTwoTracksStayTwo(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p.Own([]entente.Track{f.track(1, start, 0, 0), f.track(2, start, 150, 0)})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{f.track(5, start, 50, 0)})
	if got := p.Entries(nil, start); len(got) != 2 {
		t.Errorf("%d entries, want 2: the own tracker says they are two", len(got))
	}
}

func TestAgeingAndEnding(t *testing.T) {
	p := New(Config{Member: "BLR", OwnAge: 20, PartnerAge: 30})
	f, g := flight{lat: 54, lon: 27, height: 9000}, flight{lat: 55, lon: 27, height: 9000}
	label := toAll("RUS")
	label.Expires = start.Add(25)
	p.Own([]entente.Track{f.track(1, start, 0, 0), g.track(2, start, 0, 0)})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{f.track(1, start, 0, 0)})
	p.Partner("KAZ", entente.Label{Origin: "KAZ", To: []entente.MemberID{"BLR"}, Expires: label.Expires}, start, []entente.Track{f.track(3, start, 0, 0)})
	parts := func(at float64) (n []int) {
		for _, e := range p.Entries(nil, start.Add(at)) {
			n = append(n, len(e.Contributions))
		}
		return n
	}
	if got := parts(1); !reflect.DeepEqual(got, []int{3, 1}) {
		t.Fatalf("contributions %v", got)
	}
	ended := g.track(2, start.Add(2), 0, 0)
	ended.State = entente.Ended
	p.Own([]entente.Track{ended})
	for _, tc := range []struct {
		at   float64
		want []int
	}{{5, []int{3}}, {20.5, []int{2}}, {25.5, []int{1}}, {31, nil}} {
		if got := parts(tc.at); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("after %g s contributions %v, want %v", tc.at, got, tc.want)
		}
	}
	p.Partner("RUS", toAll("RUS"), start.Add(31), []entente.Track{f.track(1, start, 0, 0)})
	if p.Counters().Stale != 1 {
		t.Errorf("a state older than the limit was taken: %+v", p.Counters())
	}
}

func TestRefusals(t *testing.T) {
	f := flight{lat: 54, lon: 27, height: 9000}
	good := f.track(1, start, 0, 0)
	bad := map[string]func(*entente.Track){
		"no time":             func(t *entente.Track) { t.Time = 0 },
		"not a number":        func(t *entente.Track) { t.Lat = math.NaN() },
		"beyond the pole":     func(t *entente.Track) { t.Lat = 2 },
		"infinite speed":      func(t *entente.Track) { t.VE = math.Inf(1) },
		"no covariance":       func(t *entente.Track) { t.Covariance = entente.Covariance{} },
		"negative covariance": func(t *entente.Track) { t.Covariance.Set(0, 0, -1) },
		"correlation above 1": func(t *entente.Track) { t.Covariance.Set(0, 1, 5000) },
		"from the future":     func(t *entente.Track) { t.Time = start.Add(60) },
	}
	for name, spoil := range bad {
		t.Run(name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			k := good
			k.ID = 2
			spoil(&k)
			p.Partner("RUS", toAll("RUS"), start, []entente.Track{k, good})
			if c := p.Counters(); c.Implausible != 1 || c.Partner != 1 {
				t.Errorf("%+v; want the bad one refused and the good one kept", c)
			}
			if n := len(p.Entries(nil, start)); n != 1 {
				t.Errorf("%d entries", n)
			}
		})
	}
	labels := map[string]struct {
		sender entente.MemberID
		label  entente.Label
		ok     bool
	}{
		"given by its origin":         {"RUS", toAll("RUS"), true},
		"not for this member":         {"RUS", entente.Label{Origin: "RUS", To: []entente.MemberID{"KAZ"}}, false},
		"another's, not to be passed": {"RUS", toAll("KAZ"), false},
		"another's, passed on":        {"RUS", entente.Label{Origin: "KAZ", To: []entente.MemberID{"BLR"}, Onward: true}, true},
		"own data coming back":        {"RUS", entente.Label{Origin: "BLR", To: []entente.MemberID{"RUS"}, Onward: true}, false},
		"partner in own name":         {"BLR", toAll("BLR"), false},
	}
	for name, tc := range labels {
		t.Run(name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			p.Partner(tc.sender, tc.label, start, []entente.Track{good})
			got := p.Entries(nil, start)
			if (len(got) == 1) != tc.ok || (p.Counters().Mislabelled == 0) != tc.ok {
				t.Fatalf("%d entries, %+v", len(got), p.Counters())
			}
			if tc.ok && (got[0].Track.Origin != tc.label.Origin || got[0].Contributions[0].Member != tc.label.Origin) {
				t.Errorf("shown as of %s", got[0].Track.Origin)
			}
		})
	}
}

func TestBoundOnTracks(t *testing.T) {
	p := New(Config{Member: "BLR", MaxTracks: 10})
	for i := range 50 {
		f := flight{lat: 40 + float64(i)*0.5, lon: 27, height: 9000}
		p.Own([]entente.Track{f.track(entente.TrackID(i+1), start, 0, 0)})
	}
	if n, c := len(p.Entries(nil, start)), p.Counters(); n != 10 || c.Crowded != 40 {
		t.Errorf("%d entries, %+v", n, c)
	}
}

func TestPersonsWordStays(t *testing.T) {
	rules := DefaultRules([]Block{{0x510000, 0x5103FF}})
	p := New(Config{Member: "BLR", Rules: rules})
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	show := func(k int) entente.Entry { return feed(p, start.Add(float64(2*k)), []flight{f}, 100, 0)[0] }
	if e := show(0); e.Identification.Identity != entente.AssumedFriend || e.Identification.By != "" {
		t.Fatalf("by rule: %+v", e.Identification)
	}
	for _, bad := range []entente.Identification{{Identity: entente.Friend}, {By: "duty"}, {Identity: 77, By: "duty"}} {
		var e *entente.Error
		if err := p.SetIdentity(1, bad); !errors.As(err, &e) || e.Kind != entente.Malformed {
			t.Errorf("%+v: %v", bad, err)
		}
	}
	var e *entente.Error
	if err := p.SetIdentity(99, entente.Identification{Identity: entente.Friend, By: "duty"}); !errors.As(err, &e) || e.Kind != entente.NotFound {
		t.Error(err)
	}
	if err := p.SetIdentity(1, entente.Identification{Identity: entente.Suspect, Criterion: "no flight plan", By: "duty"}); err != nil {
		t.Fatal(err)
	}
	for k := 1; k < 5; k++ {
		if id := show(k).Identification; id.Identity != entente.Suspect || id.By != "duty" {
			t.Fatalf("a rule changed a person's word: %+v", id)
		}
	}
	if err := p.ReleaseIdentity(1); err != nil {
		t.Fatal(err)
	}
	if id := show(6).Identification; id.Identity != entente.AssumedFriend {
		t.Errorf("not given back to the rules: %+v", id)
	}
}

func TestPersonsWordSurvivesJoining(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	far := f
	far.lat = 55
	p.Own([]entente.Track{far.track(1, start, 0, 0)})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{f.track(2, start, 0, 0)})
	if n := len(p.Entries(nil, start)); n != 2 {
		t.Fatal(n)
	}
	if err := p.SetIdentity(2, entente.Identification{Identity: entente.Friend, By: "duty"}); err != nil {
		t.Fatal(err)
	}
	p.Own([]entente.Track{f.track(1, start.Add(2), 0, 0)})
	got := p.Entries(nil, start.Add(2))
	if len(got) != 1 || got[0].Number != 1 || got[0].Identification.Identity != entente.Friend {
		t.Errorf("%+v", got)
	}
	if _, ok := p.Get(2); ok {
		t.Error("the number of an absorbed entry still stands")
	}
}

func TestReadersMayAskWhileTheWriterWrites(t *testing.T) {
	p := New(Config{Member: "BLR"})
	fs := []flight{{lat: 54, lon: 27, ve: 200, height: 9000}, {lat: 55, lon: 27, ve: 200, height: 9000}}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					if e, ok := p.Get(1); ok && (e.Number != 1 || e.Track.Time == 0) {
						t.Error("half an entry")
						return
					}
				}
			}
		})
	}
	for k := range 200 {
		feed(p, start.Add(float64(k)), fs, 100, 100)
	}
	close(done)
	wg.Wait()
}

func TestConflictIsEmptyWhenMembersAgree(t *testing.T) {
	p := New(Config{Member: "BLR"})
	got := feed(p, start, []flight{{lat: 54, lon: 27, height: 9000, address: 0x510001, modeA: 0o1234}}, 0, 0)
	if len(got) != 1 || strings.TrimSpace(got[0].Conflict) != "" {
		t.Errorf("%+v", got)
	}
}

// TestAContestedPairWaits: a partner offers two tracks for one of ours; the nearer is taken, but not at once.
func TestAContestedPairWaits(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000}
	var counts []int
	for k := range 8 {
		at := start.Add(float64(k))
		p.Own([]entente.Track{f.track(1, at, 0, 0)})
		p.Partner("RUS", toAll("RUS"), at, []entente.Track{f.track(5, at, 100, 0), f.track(6, at, 350, 200)})
		got := p.Entries(nil, at)
		counts = append(counts, len(got))
		if len(got) == 2 && got[0].Contributions[len(got[0].Contributions)-1].Track != 5 {
			t.Fatalf("joined with %+v", got[0].Contributions)
		}
	}
	if !reflect.DeepEqual(counts, []int{3, 3, 3, 3, 2, 2, 2, 2}) {
		t.Errorf("entries by second %v", counts)
	}
}

func TestPersonsWordIsKeptForAnAircraftThatComesBack(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	for _, tc := range []struct {
		name  string
		gap   float64
		north float64 // degrees off its way
		kept  bool
	}{
		{"soon, on its way", 60, 0, true},
		{"soon, elsewhere: the address is another's or stolen", 60, 2, false},
		{"the next day", 24 * 3600, 0, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			p.Own([]entente.Track{f.track(1, start, 0, 0)})
			p.Entries(nil, start)
			if err := p.SetIdentity(1, entente.Identification{Identity: entente.Friend, By: "duty"}); err != nil {
				t.Fatal(err)
			}
			gone := f.track(1, start.Add(5), 0, 0)
			gone.State = entente.Ended
			p.Own([]entente.Track{gone})
			if n := len(p.Entries(nil, start.Add(5))); n != 0 {
				t.Fatal(n)
			}
			back := f
			back.lat += tc.north
			k := back.track(2, start.Add(tc.gap), 0, 0)
			if tc.gap > 3600 {
				k.Lon = f.track(2, start, 0, 0).Lon
			}
			p.Own([]entente.Track{k})
			got := p.Entries(nil, start.Add(tc.gap))
			if len(got) != 1 || (got[0].Identification.Identity == entente.Friend) != tc.kept {
				t.Errorf("%+v", got)
			}
		})
	}
}
