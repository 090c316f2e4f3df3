package track

import (
	"math"

	"entente"
	"entente/geo"
)

// Gates. The fine one is on squared Mahalanobis distance of two components, of the model that fits best: 0.9991.
const (
	fineGate    = 14.0
	coarseSigma = 4.5
	swerve      = 36.0 // m/s² that the coarse gate allows for
	cellWidth   = 16e3
	gridPeriod  = 1.0  // seconds between rebuilds
	widestGate  = 15e3 // metres
)

// grid is a hash of cubes over the sphere below the tracks; a track stands in every cube that its gate touches, so that
// a plot looks in its own cubes alone. Who may be whose is settled by the ball in which the track was laid: it depends
// on when the grid was built, never on what other plots did since.
type grid struct {
	head    []int32
	entries []gridEntry
	balls   []ball // by track
	built   entente.Instant
	last    entente.TrackID // last number when it was built
	used    int32           // entries taken while several insert
}

// ball is a place on the sphere and how far about it its track is sought, metres; of a track shown, its address too.
type ball struct {
	at      geo.ECEF
	r       float64
	address entente.Address
}

// apart is the distance of two places, metres.
func apart(p, q geo.ECEF) float64 {
	dx, dy, dz := p.X-q.X, p.Y-q.Y, p.Z-q.Z
	return math.Sqrt(dx*dx + dy*dy + dz*dz)
}

// meets says whether a ball of radius r about p touches it.
func (b *ball) meets(p geo.ECEF, r float64) bool {
	dx, dy, dz := b.at.X-p.X, b.at.Y-p.Y, b.at.Z-p.Z
	r += b.r
	return r >= 0 && dx*dx+dy*dy+dz*dz <= r*r
}

type gridEntry struct {
	x, y, z int32
	track   int32
	next    int32
}

func (g *grid) reset(now entente.Instant, tracks int, last entente.TrackID) {
	g.last = last
	size := 256
	for size < 4*tracks {
		size *= 2
	}
	if len(g.head) < size {
		g.head = make([]int32, size)
	} else {
		clear(g.head)
	}
	g.entries, g.built = g.entries[:0], now
	g.spread(tracks)
}

// spread makes room for the balls of so many tracks.
func (g *grid) spread(tracks int) {
	for len(g.balls) < tracks {
		g.balls = append(g.balls, ball{})
	}
}

func (g *grid) slot(x, y, z int32) int {
	h := uint32(x)*73856093 ^ uint32(y)*19349663 ^ uint32(z)*83492791
	return int(h^h>>15) & (len(g.head) - 1)
}

// cubes is the box of cubes that a sphere of radius r about p touches.
type cubes struct{ x0, x1, y0, y1, z0, z1 int32 }

func cubesOf(p geo.ECEF, r float64) cubes {
	f := func(v float64) int32 { return int32(math.Floor(v / cellWidth)) }
	return cubes{f(p.X - r), f(p.X + r), f(p.Y - r), f(p.Y + r), f(p.Z - r), f(p.Z + r)}
}

func (g *grid) insert(track int32, p geo.ECEF, r float64) {
	c := cubesOf(p, r)
	for x := c.x0; x <= c.x1; x++ {
		for y := c.y0; y <= c.y1; y++ {
			for z := c.z0; z <= c.z1; z++ {
				s := g.slot(x, y, z)
				g.entries = append(g.entries, gridEntry{x, y, z, track, g.head[s]})
				g.head[s] = int32(len(g.entries))
			}
		}
	}
}

// radius is how far from its straight path a track may be dt seconds after its time, metres.
func (k *record) radius(dt float64) float64 {
	dt = math.Abs(dt)
	return min(widestGate, coarseSigma*(k.sigma+k.speedSigma*dt)+swerve*dt*dt/2)
}

// fastest is the greatest speed that widens a ball, m/s: one that went wild must not fill the grid.
const fastest = 3e3

// ball is where a track will be about for a period after the grid was built.
func (k *record) ball(built entente.Instant) ball {
	dt := built.Sub(k.time) + gridPeriod/2
	slack := 200 + gridPeriod*min(fastest, math.Sqrt(k.mean[3]*k.mean[3]+k.mean[4]*k.mean[4]))
	b := ball{at: onSphere(k.position(dt)), r: k.radius(math.Abs(dt)+gridPeriod) + slack}
	if k.confirmed() {
		b.address = k.address
	}
	return b
}

// place puts a track into the grid.
func (t *Tracker) place(i int32) {
	b := t.tracks[i].ball(t.grid.built)
	t.grid.balls[i] = b
	t.grid.insert(i, b.at, b.r)
}

// newborn is how far, beside what its plot leaves open, a track of one plot is sought until the next sweep, metres.
const newborn = 3e3

// unseen is the radius of a ball that meets none.
const unseen = -1e9

// territory is how far about a plot's place a track that it starts can have to do with other plots until then.
func (v *seenPlot) territory() float64 { return newborn + 2*v.reach }

// placeNew puts the track started by a plot into the grid, within the plot's territory.
func (t *Tracker) placeNew(i int32, v *seenPlot) {
	b, limit := t.tracks[i].ball(t.grid.built), v.territory()
	if d := apart(b.at, v.sphere); d < limit {
		b.r = min(b.r, limit-d)
	} else {
		b = ball{at: v.sphere, r: limit}
	}
	if t.familiar(v.plot, t.offered(int(t.turn))) {
		b.r = unseen
	}
	if t.lane != nil {
		t.lane.bear(i, b)
		return
	}
	t.grid.spread(int(i) + 1)
	t.grid.balls[i] = b
	if b.r >= 0 {
		t.grid.insert(i, b.at, b.r)
	}
}

// rebuild lays the grid anew for a time that it does not serve; each sweep lays it for the plots that follow.
func (t *Tracker) rebuild(now entente.Instant) {
	if !t.grid.serves(now) {
		t.lay(now)
	}
}

// serves says whether plots of a time can be looked up.
func (g *grid) serves(now entente.Instant) bool {
	d := now.Sub(g.built)
	return len(g.head) > 0 && d >= 0 && d <= gridPeriod+groupSpan
}

// lay puts all tracks into the grid as they will be about now.
func (t *Tracker) lay(now entente.Instant) {
	t.grid.reset(now, len(t.tracks), t.lastID)
	for i := range t.tracks {
		if t.tracks[i].state != 0 {
			t.place(int32(i))
		}
	}
}

// familiar says whether a plot is offered a track that was shown with its address when the grid was built. Such a plot
// hardly starts a track: it does not look at those just started, nor is one that it starts looked at, until the grid is
// built again. So most plots have to do with few others.
func (t *Tracker) familiar(p *entente.Plot, offered []int32) bool {
	if p.Address == 0 {
		return false
	}
	for _, i := range offered {
		if t.grid.balls[i].address == p.Address {
			return true
		}
	}
	return false
}

// offer appends the candidates of a plot.
func (t *Tracker) offer(v *seenPlot, margin float64, dst []int32) []int32 {
	from := len(dst)
	dst = t.candidates(v.sphere, margin, dst)
	if n := len(dst); n > from && t.tracks[dst[n-1]].id > t.grid.last && t.familiar(v.plot, dst[from:]) {
		for len(dst) > from && t.tracks[dst[len(dst)-1]].id > t.grid.last {
			dst = dst[:len(dst)-1]
		}
	}
	return dst
}

// candidates appends the tracks whose ball meets that of radius r about p, each once, in order of ID.
func (t *Tracker) candidates(p geo.ECEF, r float64, dst []int32) []int32 {
	from := len(dst)
	dst = t.grid.meeting(p, r, dst)
	kept := from
	for _, i := range dst[from:] {
		if t.tracks[i].state == 0 {
			continue
		}
		at, id := kept, t.tracks[i].id
		for at > from && t.tracks[dst[at-1]].id > id {
			at--
		}
		if at > from && dst[at-1] == i {
			continue
		}
		copy(dst[at+1:kept+1], dst[at:kept])
		dst[at] = i
		kept++
	}
	return dst[:kept]
}

// meeting appends those whose ball meets that of radius r about p, perhaps more than once.
func (g *grid) meeting(p geo.ECEF, r float64, dst []int32) []int32 {
	c := cubesOf(p, r)
	for x := c.x0; x <= c.x1; x++ {
		for y := c.y0; y <= c.y1; y++ {
			for z := c.z0; z <= c.z1; z++ {
				for e := g.head[g.slot(x, y, z)]; e > 0; {
					n := &g.entries[e-1]
					e = n.next
					if n.x == x && n.y == y && n.z == z && g.balls[n.track].meets(p, r) {
						dst = append(dst, n.track)
					}
				}
			}
		}
	}
	return dst
}

// near is the coarse gate: may this plot be of this track at all? No trigonometry.
func (s *site) near(v *seenPlot, k *record) bool { return s.within(v, k, 0) }

// within is near with so many metres more.
func (s *site) within(v *seenPlot, k *record, more float64) bool {
	dt := v.plot.Time.Sub(k.time)
	at := k.position(dt)
	r := k.radius(dt) + more
	if !v.plot.Is(entente.HasPolar) {
		at = onSphere(at)
		dx, dy, dz := at.X-v.sphere.X, at.Y-v.sphere.Y, at.Z-v.sphere.Z
		r += coarseSigma * s.sensor.RangeSigma
		return dx*dx+dy*dy+dz*dz <= r*r
	}
	// Range and azimuth alone would take a plot whose range errs by r and whose azimuth errs by r too: no place within r.
	on := onSphere(at)
	dx, dy, dz := on.X-v.sphere.X, on.Y-v.sphere.Y, on.Z-v.sphere.Z
	if far := r + v.reach; dx*dx+dy*dy+dz*dz > far*far {
		return false
	}
	e := s.frame.ToENU(at)
	along, cross := e.E*v.sin+e.N*v.cos, e.E*v.cos-e.N*v.sin
	if along <= 0 || math.Abs(cross) > r+coarseSigma*s.sensor.AzimuthSigma*v.plot.Range {
		return false
	}
	rng := math.Sqrt(along*along + cross*cross + e.U*e.U)
	r += coarseSigma * (s.sensor.RangeSigma + math.Sqrt(k.modes[0].p[11])*math.Abs(e.U)/rng)
	return math.Abs(v.plot.Range-rng) <= r
}
