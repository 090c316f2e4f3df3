package picture

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

// placed makes a contribution at e, n metres from 54° N 27° E, as it is at start.
func placed(f flight, e, n float64) contribution {
	k := f.track(1, start, e, n)
	c := contribution{track: k}
	c.at.move(&k, turn{}, start)
	return c
}

func TestHowTwoTracksAgree(t *testing.T) {
	base := flight{lat: 54, lon: 27, ve: 200, height: 9000}
	with := func(change func(*flight)) flight { f := base; change(&f); return f }
	address := func(a entente.Address) flight { return with(func(f *flight) { f.address = a }) }
	code := func(m entente.ModeA) flight { return with(func(f *flight) { f.modeA = m }) }
	for _, tc := range []struct {
		name         string
		a, b         flight
		e            float64
		joins, stays bool
	}{
		{"the same place", base, base, 0, true, true},
		{"registration apart", base, base, 500, true, true},
		{"beyond joining, not beyond staying", base, base, 1000, false, true},
		{"beyond both", base, base, 3000, false, false},
		{"one address, far apart", address(5), address(5), 3000, true, true},
		{"one address, farther", address(5), address(5), 5000, false, true},
		{"one address, too far", address(5), address(5), 9000, false, false},
		{"two addresses, one place", address(5), address(6), 0, false, false},
		{"an address and none", address(5), base, 300, true, true},
		{"the same number, one without ICAO standing", address(5), address(5 | entente.AddressNonICAO), 0, false, false},
		{"two without ICAO standing", address(5 | entente.AddressNonICAO), address(5 | entente.AddressNonICAO), 300, true, true},
		{"two codes: no join, but no parting either", code(0o1234), code(0o4321), 0, false, true},
		{"one level above", base, with(func(f *flight) { f.height = 9600 }), 0, false, true},
		{"another speed", base, with(func(f *flight) { f.ve = 100 }), 0, false, false},
		{"slightly another speed", base, with(func(f *flight) { f.ve = 190 }), 0, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			a, b := placed(tc.a, 0, 0), placed(tc.b, tc.e, 0)
			f, g := compare(&a, &b, systematic*systematic), compare(&b, &a, systematic*systematic)
			if f.joins() != tc.joins || f.stays() != tc.stays {
				t.Errorf("joins %v stays %v: %+v", f.joins(), f.stays(), f)
			}
			if g.joins() != f.joins() || g.stays() != f.stays() {
				t.Errorf("not the same the other way round: %+v", g)
			}
		})
	}
}

// TestSpreadIsFPF compares the block form with F P Fᵀ + Q.
func TestSpreadIsFPF(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := covariance(rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 9)))
		dt := rapid.Float64Range(-30, 60).Draw(r, "dt")
		m := motion{p: p}
		m.spread(dt, noise)
		f := func(i, k int) float64 {
			switch {
			case i == k:
				return 1
			case k == i+3:
				return dt
			}
			return 0
		}
		for i := range 6 {
			for j := i; j < 6; j++ {
				want := 0.0
				for k := range 6 {
					for l := range 6 {
						want += f(i, k) * p.At(k, l) * f(j, l)
					}
				}
				got := m.p.At(i, j)
				if i == j && got < want*(1-1e-12) || i != j && j != i+3 && math.Abs(got-want) > 1e-6*(1+math.Abs(want)) {
					r.Fatalf("(%d,%d): %g, without noise %g", i, j, got, want)
				}
			}
		}
		var l factor
		if !l.decompose(&m.p) {
			r.Fatalf("moved by %.1f s it is no covariance any more", dt)
		}
	})
}

// TestIndexFindsNeighbours: everyone within the width of a cube is found, once, also over the date line and the poles.
func TestIndexFindsNeighbours(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 8))
		lat, lon := rapid.Float64Range(-math.Pi/2, math.Pi/2).Draw(r, "lat"), rapid.Float64Range(-math.Pi, math.Pi).Draw(r, "lon")
		var x index
		x.reset(50)
		var places []geo.ECEF
		for i := range 50 {
			la, lo := geo.Destination(lat, lon, 2*math.Pi*rng.Float64(), 20e3*rng.Float64())
			var m motion
			m.move(&entente.Track{Lat: la, Lon: lo, Time: start}, turn{}, start)
			places = append(places, m.place)
			x.insert(int32(i), m.place)
		}
		for _, p := range places {
			found := map[int32]int{}
			for _, j := range x.near(p, nil) {
				found[j]++
			}
			for j, q := range places {
				d := math.Sqrt((p.X-q.X)*(p.X-q.X) + (p.Y-q.Y)*(p.Y-q.Y) + (p.Z-q.Z)*(p.Z-q.Z))
				if d < cell && found[int32(j)] != 1 {
					r.Fatalf("a neighbour %.0f m off was found %d times", d, found[int32(j)])
				}
			}
		}
	})
}

func TestTheLeadChangesOnlyForOneMuchSurer(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000, address: 0x510001}
	p := New(Config{Member: "BLR"})
	show := func(k int, scale float64) entente.Entry {
		at := start.Add(float64(2 * k))
		own := f.track(1, at, 0, 0)
		for i := range own.Covariance {
			own.Covariance[i] *= scale * scale
		}
		p.Own([]entente.Track{own})
		p.Partner("RUS", toAll("RUS"), at, []entente.Track{f.track(9, at, 0, 0)})
		return p.Entries(nil, at)[0]
	}
	for k, tc := range []struct {
		scale float64
		want  entente.MemberID
	}{{1, "BLR"}, {1.5, "BLR"}, {3, "RUS"}, {1, "RUS"}, {0.4, "BLR"}} {
		if got := show(k, tc.scale).Track.Origin; got != tc.want {
			t.Errorf("own sigma × %g: %s leads, want %s", tc.scale, got, tc.want)
		}
	}
}

func TestWhatOneMemberKnowsAllShow(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000}
	own, theirs := f.track(1, start, 0, 0), f.track(9, start.Add(-1), 50, 0)
	own.State, own.Sensors, own.Started = entente.Coasting, 5, start
	theirs.Address, theirs.Callsign, theirs.Sensors, theirs.Started = 0x510001, entente.MakeCallsign("BRU1"), 1<<40, start.Add(-100)
	theirs.Has |= entente.HasModeA
	theirs.ModeA = 0o1200
	p := New(Config{Member: "BLR"})
	p.Own([]entente.Track{own})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{theirs})
	got := p.Entries(nil, start)
	if len(got) != 1 {
		t.Fatalf("%d entries", len(got))
	}
	k := got[0].Track
	if k.Address != 0x510001 || k.Callsign.String() != "BRU1" || !k.Is(entente.HasModeA) || k.ModeA != 0o1200 {
		t.Errorf("identity %v %v %v", k.Address, k.Callsign, k.ModeA)
	}
	if k.State != entente.Confirmed || k.Started != start.Add(-100) || k.Updated != start || k.Sensors != 5 {
		t.Errorf("state %v, started %v, updated %v, sensors %b; bits of the partner's sensors mean nothing here", k.State, k.Started, k.Updated, k.Sensors)
	}
}

// TestADataLoopBringsNothingNew: a partner's track that comes directly and passed on by another counts once.
func TestADataLoopBringsNothingNew(t *testing.T) {
	f := flight{lat: 54, lon: 27, ve: 200, height: 9000}
	k := f.track(9, start, 0, 0)
	onward := entente.Label{Origin: "RUS", To: []entente.MemberID{"BLR", "KAZ"}, Onward: true}
	p := New(Config{Member: "BLR"})
	p.Partner("RUS", toAll("RUS"), start, []entente.Track{k})
	once := p.Entries(nil, start)
	p.Partner("KAZ", onward, start, []entente.Track{k})
	twice := p.Entries(nil, start)
	if len(twice) != 1 || len(twice[0].Contributions) != 1 || twice[0].Track.Covariance != once[0].Track.Covariance {
		t.Errorf("%+v", twice)
	}
}

func TestManySourcesAreBounded(t *testing.T) {
	p := New(Config{Member: "BLR"})
	f := flight{lat: 54, lon: 27, height: 9000}
	for i := range 2 * maxSources {
		m := entente.MemberID(rune('Ā' + i))
		p.Partner(m, entente.Label{Origin: m, To: []entente.MemberID{"BLR"}}, start, []entente.Track{f.track(1, start, 0, 0)})
	}
	if c := p.Counters(); c.Crowded != maxSources+1 || c.Partner != maxSources-1 {
		t.Errorf("%+v", c)
	}
}
