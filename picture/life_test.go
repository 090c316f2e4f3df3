package picture

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

// look is the flight seen once by one sensor.
func (f flight) look(id entente.TrackID, t entente.Instant, e, n float64) entente.Track {
	k := f.track(id, t, e, n)
	k.State, k.VE, k.VN, k.VU = entente.Tentative, 0, 0, 0
	k.Covariance = entente.Covariance{}
	for i, v := range [6]float64{100 * 100, 100 * 100, 225, 150 * 150, 150 * 150, 49} {
		k.Covariance.Set(i, i, v)
	}
	return k
}

func TestSingleLooksOfTwoMembersAreAnAircraft(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	coded := f
	coded.address, coded.modeA = 0, 0o1234
	other := coded
	other.modeA = 0o4321
	higher := coded
	higher.height = 10500
	for _, tc := range []struct {
		name   string
		a, b   flight
		e      float64 // metres that the second is off
		second entente.MemberID
		want   int
	}{
		{"one address", f, f, 0, "RUS", 1},
		{"one address, one member", f, f, 0, "BLR", 0},
		{"one code and height", coded, coded, 0, "RUS", 1},
		{"other codes", coded, other, 0, "RUS", 0},
		{"another height", coded, higher, 0, "RUS", 0},
		{"one address, far apart", f, f, 40e3, "RUS", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			p.Own([]entente.Track{tc.a.look(1<<31, start, 0, 0)})
			if n := len(p.Entries(nil, start)); n != 0 {
				t.Fatalf("a single look is shown: %d entries", n)
			}
			at := start.Add(3)
			k := tc.b.look(1<<31|1, at, tc.e, 0)
			if tc.second == "BLR" {
				p.Own([]entente.Track{k})
			} else {
				p.Partner(tc.second, toAll(tc.second), at, []entente.Track{k})
			}
			got := p.Entries(nil, at)
			if len(got) != tc.want {
				t.Fatalf("%d entries, want %d", len(got), tc.want)
			}
			if tc.want == 1 {
				e := got[0]
				if e.Track.State != entente.Confirmed || math.Abs(e.Track.VE-200) > 60 || len(e.Contributions) != 2 || e.Reference != (entente.Reference{}) {
					t.Errorf("%+v", e)
				}
			}
			if n := len(p.Entries(nil, at.Add(firstAge+1))); n != 0 {
				t.Errorf("%d entries long after", n)
			}
		})
	}
}

// TestLooksGiveWayToTracks: when the trackers have tracks the entry goes on under its number.
func TestLooksGiveWayToTracks(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p := New(Config{Member: "BLR"})
	p.Own([]entente.Track{f.look(1<<31, start, 0, 0)})
	p.Partner("RUS", toAll("RUS"), start.Add(1), []entente.Track{f.look(1<<31, start.Add(1), 30, 0)})
	first := p.Entries(nil, start.Add(1))
	p.Own([]entente.Track{f.track(1, start.Add(5), 0, 0)})
	p.Partner("RUS", toAll("RUS"), start.Add(6), []entente.Track{f.track(9, start.Add(6), 30, 0)})
	got := p.Entries(nil, start.Add(6))
	if len(first) != 1 || len(got) != 1 || got[0].Number != first[0].Number || len(got[0].Contributions) != 2 || got[0].Contributions[0].Track != 1 {
		t.Errorf("first %+v\nthen %+v", first, got)
	}
	if p.Counters().Entries != 1 {
		t.Errorf("%d entries counted", p.Counters().Entries)
	}
}

// coast gives the flight's track as one that gets no more plots.
func coast(f flight, id entente.TrackID, last, now entente.Instant) entente.Track {
	k := f.track(id, now, 0, 0)
	k.State, k.Updated = entente.Coasting, last
	return k
}

// TestMembersMissTogether: two members with radars of 4 s lose an aircraft; after two looks each it is gone, though each
// tracker would wait for a third. One member's silence alone ends nothing.
func TestMembersMissTogether(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	g := flight{lat: 56, lon: 27, ve: 200, height: 9000, address: 0x510002} // goes on, so that the links are heard
	for _, tc := range []struct {
		name     string
		own, rus bool // goes on seeing it
		link     bool // of RUS works
		gone     float64
	}{
		{"both lose it", false, false, true, 12},
		{"one loses it", true, false, true, 0},
		{"the other loses it", false, true, true, 0},
		{"the link is silent", false, false, false, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := New(Config{Member: "BLR"})
			gone := 0.0
			for k := range 60 {
				now := start.Add(float64(k))
				last := min(now, start.Add(28))
				state := func(sees bool, id entente.TrackID) entente.Track {
					switch {
					case k <= 28 || sees:
						return f.track(id, now, 0, 0)
					case k <= 32:
						k := f.track(id, last, 0, 0)
						return k
					}
					return coast(f, id, last, now)
				}
				if k%4 == 0 {
					p.Own([]entente.Track{state(tc.own, 1), g.track(2, now, 0, 0)})
					if k <= 28 || tc.link {
						p.Partner("RUS", toAll("RUS"), now, []entente.Track{state(tc.rus, 7), g.track(8, now, 0, 0)})
					}
				}
				n := len(p.Entries(nil, now))
				if n < 2 && gone == 0 && k > 4 {
					gone = float64(k - 28)
				}
			}
			if (tc.gone == 0) != (gone == 0) || gone > tc.gone {
				t.Errorf("gone after %g s, want %g", gone, tc.gone)
			}
		})
	}
}

// TestItComesBack: an entry that was missed is there again with the next plot, under its number.
func TestItComesBack(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p := New(Config{Member: "BLR"})
	var number uint32
	for k := range 50 {
		now := start.Add(float64(k))
		if k%4 != 0 {
			continue
		}
		own, theirs := f.track(1, now, 0, 0), f.track(7, now, 0, 0)
		if k > 20 && k < 44 {
			own, theirs = coast(f, 1, start.Add(20), now), coast(f, 7, start.Add(20), now)
		}
		p.Own([]entente.Track{own})
		p.Partner("RUS", toAll("RUS"), now, []entente.Track{theirs})
		got := p.Entries(nil, now)
		switch {
		case k == 20:
			number = got[0].Number
		case k == 40 && len(got) != 0:
			t.Error("still there after five looks missed by both")
		case k == 40:
			if _, ok := p.Get(number); ok {
				t.Error("found by its number while it is not shown")
			}
		case k == 48 && (len(got) != 1 || got[0].Number != number):
			t.Errorf("back as %+v, was %d", got, number)
		}
	}
}

// TestTurnsAreFollowed: a track that turned at its last states is foretold along the arc, one that flies straight is not.
func TestTurnsAreFollowed(t *testing.T) {
	for _, tc := range []struct {
		name string
		rate float64 // degrees a second, clockwise
	}{{"straight", 0}, {"right", 3}, {"left", -2.5}} {
		t.Run(tc.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(2, 3))
			rate, speed := geo.Radians(tc.rate), 200.0
			p := New(Config{Member: "BLR"})
			lat, lon, course := geo.Radians(54), geo.Radians(27), 0.3
			m, pr := geo.Radii(lat)
			var k entente.Track
			for s := range 40 {
				now := start.Add(float64(s))
				if s%5 == 0 {
					k = flight{lat: geo.ToDegrees(lat), lon: geo.ToDegrees(lon), height: 9000, address: 5}.track(1, start, 0, 0)
					sin, cos := math.Sincos(course + 0.01*rng.NormFloat64())
					k.Time, k.Updated, k.VE, k.VN = now, now, speed*sin, speed*cos
					p.Partner("RUS", toAll("RUS"), now, []entente.Track{k})
					p.Entries(nil, now)
				}
				sin, cos := math.Sincos(course + rate/2)
				lat, lon, course = lat+speed*cos/(m+9000), lon+speed*sin/((pr+9000)*math.Cos(lat)), course+rate
			}
			// the last state is of second 35; now it is 40
			got := p.Entries(nil, start.Add(40))[0].Track
			d := geo.Separation(lat, lon, got.Lat, got.Lon)
			line := 5 * 5 * speed * math.Abs(rate) / 2 // what a straight line would be off
			if d > 25+0.45*line {
				t.Errorf("%.0f m off, a straight line would be %.0f m off", d, line)
			}
		})
	}
}

// TestReferenceIsThatOfTheOldestTrack, whoever holds it and in whatever order it came.
func TestReferenceIsThatOfTheOldestTrack(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	members := []entente.MemberID{"BLR", "RUS", "KAZ"}
	rapid.Check(t, func(r *rapid.T) {
		var tracks []entente.Track
		for i := range members {
			k := f.track(entente.TrackID(10+i), start.Add(100), 20*float64(i), 0)
			k.Started = start.Add(float64(rapid.IntRange(0, 3).Draw(r, "started")))
			tracks = append(tracks, k)
		}
		var refs []entente.Reference
		for _, self := range members {
			p := New(Config{Member: self})
			for _, i := range rapid.Permutation([]int{0, 1, 2}).Draw(r, "order") {
				if members[i] == self {
					p.Own(tracks[i : i+1])
				} else {
					p.Partner(members[i], toAll(members[i]), start.Add(100), tracks[i:i+1])
				}
			}
			got := p.Entries(nil, start.Add(100))
			if len(got) != 1 {
				r.Fatalf("%d entries", len(got))
			}
			refs = append(refs, got[0].Reference)
		}
		if refs[0] != refs[1] || refs[1] != refs[2] {
			r.Fatalf("references %v", refs)
		}
		for i, k := range tracks {
			if k.Started < tracks[refs[0].Track-10].Started {
				r.Fatalf("%v is older than %v", members[i], refs[0])
			}
		}
	})
}

// TestTwoAircraftWithOneAddressStayTwo: a doubled address is shown as two aircraft with a doubt, not hidden in one.
func TestTwoAircraftWithOneAddressStayTwo(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	g := f
	g.lat, g.height = 54.5, 5000
	p := New(Config{Member: "BLR"})
	var got []entente.Entry
	for k := range 10 {
		at := start.Add(float64(2 * k))
		p.Own([]entente.Track{f.track(1, at, 0, 0)})
		p.Partner("RUS", toAll("RUS"), at, []entente.Track{g.track(1, at, 0, 0)})
		got = p.Entries(got[:0], at)
	}
	if len(got) != 2 || got[0].Doubt != "" || got[1].Doubt == "" {
		t.Errorf("%+v", got)
	}
}
