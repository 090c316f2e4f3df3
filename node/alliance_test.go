package node

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"entente"
	"entente/geo"
	"entente/picture"
	"entente/release"
	"entente/score"
	"entente/track"
)

// alliance runs the members of a theatre by its clock: each one's tracker, release policy and picture, wired as a node
// wires them, over links that delay and lose.
type alliance struct {
	th    *theatre
	rules string                      // release policy of every member
	link  func(*rand.Rand) float64    // seconds that a batch is under way; NaN: lost
	lie   func(parcelSent) parcelSent // what a link makes of a batch; nil: nothing
	seats map[entente.MemberID]*seat
	rng   *rand.Rand
	post  []parcelSent
	now   entente.Instant
}

// seat is one member's node without its store and sockets.
type seat struct {
	member  entente.MemberID
	air     *air
	picture *picture.Picture
	sharer  *sharer
	entries []entente.Entry
	out     []entente.Track
}

// parcelSent is a batch under way.
type parcelSent struct {
	from, to entente.MemberID
	due      entente.Instant
	label    entente.Label
	tracks   []entente.Track
}

const allToAll = "rules:\n  - {name: all, to: all, kinds: [track], onward: false}\n"

// steadyLink delays by a tenth to four tenths of a second and loses nothing.
func steadyLink(r *rand.Rand) float64 { return 0.1 + 0.3*r.Float64() }

func newAlliance(t testing.TB, th *theatre, rules string, link func(*rand.Rand) float64, viewers ...entente.MemberID) *alliance {
	t.Helper()
	a := &alliance{th: th, rules: rules, link: link, seats: map[entente.MemberID]*seat{}, rng: rand.New(rand.NewPCG(5, 6))}
	for _, m := range th.members {
		var own []entente.Sensor
		for _, s := range th.sensors {
			if s.Owner == m {
				own = append(own, s)
			}
		}
		st := newSeat(m, own, &a.now)
		policy, err := release.Parse([]byte(rules), "test", release.World{Member: m, Members: th.members})
		if err != nil {
			t.Fatal(err)
		}
		to := slices.DeleteFunc(slices.Clone(viewers), func(v entente.MemberID) bool { return v == m })
		st.sharer = newSharer(policy, to, func(to entente.MemberID, tracks []entente.Track, label entente.Label) error {
			a.send(parcelSent{from: m, to: to, label: label, tracks: slices.Clone(tracks)})
			return nil
		})
		a.seats[m] = st
	}
	return a
}

func newSeat(m entente.MemberID, sensors []entente.Sensor, now *entente.Instant) *seat {
	p := picture.New(picture.Config{Member: m})
	return &seat{member: m, picture: p, air: newAir(track.Config{Member: m, Sensors: sensors}, p, func() entente.Instant { return *now })}
}

func (a *alliance) send(p parcelSent) {
	d := a.link(a.rng)
	if math.IsNaN(d) {
		return
	}
	if p.due = a.now.Add(d); a.lie != nil {
		p = a.lie(p)
	}
	a.post = append(a.post, p)
}

// deliver brings what has come through by now.
func (a *alliance) deliver() {
	rest := a.post[:0]
	for _, p := range a.post {
		if p.due > a.now {
			rest = append(rest, p)
			continue
		}
		a.seats[p.to].picture.Partner(p.from, p.label, a.now, p.tracks)
	}
	a.post = rest
}

// central is one member who has all sensors.
func (a *alliance) central() *seat { return newSeat("ALL", a.th.sensors, &a.now) }

// run plays the theatre; look sees every truth time.
func (a *alliance) run(look func(truthAt), more ...*seat) {
	const step = 0.1
	all := slices.Clone(more)
	for _, m := range a.th.members {
		all = append(all, a.seats[m])
	}
	owner := map[entente.SensorID]entente.MemberID{}
	for _, s := range a.th.sensors {
		owner[s.ID] = s.Owner
	}
	from := min(a.th.plots[0].Arrival, a.th.truth[0].time)
	last := a.th.truth[len(a.th.truth)-1].time
	next, at := 0, 0
	for n := 0; at < len(a.th.truth); n++ {
		a.now = from.Add(float64(n) * step)
		for ; next < len(a.th.plots) && a.th.plots[next].Arrival <= a.now; next++ {
			p := a.th.plots[next : next+1]
			for _, st := range all {
				if st.member == "ALL" || owner[p[0].Sensor] == st.member {
					st.take(p)
				}
			}
		}
		for _, st := range all {
			if n%10 == 0 {
				st.advance(a.now)
			}
			st.release(a.now, n)
		}
		a.deliver()
		if a.th.truth[at].time <= a.now || a.now > last {
			a.now = a.th.truth[at].time
			look(a.th.truth[at])
			at++
		}
	}
}

func (s *seat) take(p []entente.Plot) {
	s.out = s.air.process(p, s.out[:0])
}

func (s *seat) advance(now entente.Instant) {
	s.out = s.air.tracker.Advance(now, s.out[:0])
	s.air.deliver(s.out)
	s.air.look()
}

// release does what Node.shareOnce does, ten times a second.
func (s *seat) release(now entente.Instant, n int) {
	if s.sharer == nil {
		return
	}
	tracks, ended := s.air.take(nil)
	if n%10 == 0 {
		tracks = s.air.tracks(tracks)
	}
	s.sharer.share(tracks, ended, now)
}

// gallery keeps what one picture showed, for scoring, and counts aircraft shown more than once.
type gallery struct {
	tracks score.Tracks
	before map[uint32]bool
	twice  map[string]int // by target, in how many looks running
	runs   []int          // lengths of the runs of looks in which an aircraft stood twice
}

func newGallery() *gallery { return &gallery{before: map[uint32]bool{}, twice: map[string]int{}} }

// look takes the entries of a picture at a time.
func (g *gallery) look(entries []entente.Entry, truth truthAt) {
	now := map[uint32]bool{}
	for i := range entries {
		k := entries[i].Track
		k.ID, k.Time = entente.TrackID(entries[i].Number), truth.time
		if k.State == entente.Ended {
			continue
		}
		now[entries[i].Number] = true
		g.tracks.Add(k)
	}
	for n := range g.before {
		if !now[n] {
			g.tracks.Add(entente.Track{ID: entente.TrackID(n), Time: truth.time, State: entente.Ended})
		}
	}
	g.before = now
	g.count(entries, truth)
}

// count notes targets that are the nearest, within 1.5 km, of more than one entry. It says nothing of aircraft with
// another within 4 km: there an entry may be the other's.
func (g *gallery) count(entries []entente.Entry, truth truthAt) {
	near := func(lat, lon float64, x *target) float64 { return geo.Separation(lat, lon, x.lat, x.lon) }
	for i := range truth.targets {
		x := &truth.targets[i]
		crowd, shown := 0, 0
		for j := range truth.targets {
			if o := &truth.targets[j]; math.Abs(o.lat-x.lat) < 0.001 && near(o.lat, o.lon, x) < 4000 {
				crowd++
			}
		}
		for j := range entries {
			if k := &entries[j].Track; math.Abs(k.Lat-x.lat) < 0.001 && near(k.Lat, k.Lon, x) < 1500 {
				shown++
			}
		}
		if crowd == 1 && shown > 1 {
			g.twice[x.name]++
		} else if g.twice[x.name] > 0 {
			g.runs = append(g.runs, g.twice[x.name])
			delete(g.twice, x.name)
		}
	}
}

// longest is the longest run of looks in which an aircraft stood twice.
func (g *gallery) longest() (most int) {
	for _, r := range g.runs {
		most = max(most, r)
	}
	for _, r := range g.twice {
		most = max(most, r)
	}
	return most
}
