package score

import (
	"math"
	"slices"
)

// neesCap is the scorer's cap of one value: one lost pair must not drown the rest.
const neesCap = 150

// Score compares tracks with truth. The figures are deterministic; cost grows with rows, and with the cube of the
// targets in one connected group of pairs.
func Score(truth *Truth, tracks *Tracks, o Options) Figures {
	return compareAll(truth, tracks, o, nil).figures(truth, tracks)
}

// compareAll runs over the distinct truth times; w, unless nil, watches every step.
func compareAll(truth *Truth, tracks *Tracks, o Options, w *watcher) *comparison {
	o = o.filled()
	truth.sort()
	tracks.sort()
	c := newComparison(truth, tracks, o)
	c.watch = w
	for from := 0; from < len(truth.rows); {
		t, to := truth.rows[from].time, from+1
		for to < len(truth.rows) && truth.rows[to].time == t {
			to++
		}
		c.advance(t)
		c.step(t, truth.rows[from:to])
		from = to
	}
	return c
}

// filled puts defaults in the place of zeros.
func (o Options) filled() Options {
	if o.Cutoff == 0 {
		o.Cutoff = 2000
	}
	if o.MaxAge == 0 {
		o.MaxAge = 15
	}
	if o.Switch == 0 {
		o.Switch = o.Cutoff / 2
	}
	return o
}

// comparison is the state of a run over the distinct truth times.
type comparison struct {
	o     Options
	k     *Tracks
	pos   int         // rows of k taken in
	live  []int       // tracks alive, in the order they came
	row   []*trackRow // latest row by track, nil when none
	place []int       // by track, where it stands in the step's lists; -1 when not

	first   []float64 // by target: time of its first row
	prev    []int     // by target: track matched last, -1 none
	lost    []bool
	started []float64 // by target: time of its first match, NaN none
	held    []map[int]int

	times  []float64
	window []truthRow
	at     []trackRow // live rows moved to the time of the step
	tx, kx []point
	m      matcher
	near   []pair
	cur    []int // by target number in this step: track, -1 none
	watch  *watcher
	truth  *Truth

	totals totals
	errors samples
}

// totals are the sums over time.
type totals struct {
	gospa, ospa, cards, miss, fals         []float64
	square                                 float64
	pairs, truth, tracked, belong, n, spur int
	switches, fragmentations               int
}

// samples are the errors of matched pairs.
type samples struct {
	err, along, across, altitude, velocity, nees []float64
}

func newComparison(truth *Truth, tracks *Tracks, o Options) *comparison {
	n := len(truth.names)
	c := &comparison{o: o, k: tracks, truth: truth, row: make([]*trackRow, len(tracks.names)), place: make([]int, len(tracks.names)),
		first: make([]float64, n), prev: make([]int, n), lost: make([]bool, n), started: make([]float64, n),
		held: make([]map[int]int, n), m: matcher{cutoff: o.Cutoff}}
	for i := range n {
		c.first[i], c.prev[i], c.started[i] = math.NaN(), -1, math.NaN()
	}
	for i := range truth.rows {
		if w := &truth.rows[i]; math.IsNaN(c.first[w.target]) {
			c.first[w.target] = w.time
		}
	}
	return c
}

// advance takes in the rows at or before t and drops tracks ended or too old.
func (c *comparison) advance(t float64) {
	for ; c.pos < len(c.k.rows) && c.k.rows[c.pos].time <= t+1e-9; c.pos++ {
		r := &c.k.rows[c.pos]
		if c.row[r.track] == nil {
			c.live = append(c.live, r.track)
		}
		c.row[r.track] = r
	}
	c.live = slices.DeleteFunc(c.live, func(k int) bool {
		gone := t-c.row[k].time > c.o.MaxAge || math.IsNaN(c.row[k].lat)
		if gone {
			c.row[k] = nil
		}
		return gone
	})
}

// step scores one time.
func (c *comparison) step(t float64, rows []truthRow) {
	c.times = append(c.times, t)
	c.window, c.tx = c.window[:0], c.tx[:0]
	for _, w := range rows {
		if t-c.first[w.target] >= c.o.Warmup {
			c.window, c.tx = append(c.window, w), append(c.tx, onEllipsoid(w.lat, w.lon))
		}
	}
	c.at, c.kx = c.at[:0], c.kx[:0]
	for i := range c.place {
		c.place[i] = -1
	}
	for i, k := range c.live {
		r := *c.row[k]
		north, east := perRadian(r.lat)
		dt := t - r.time
		r.lat += zeroNaN(r.vn) * dt / north
		r.lon += zeroNaN(r.ve) * dt / east
		c.at, c.kx = append(c.at, r), append(c.kx, onEllipsoid(r.lat, r.lon))
		c.place[k] = i
	}
	c.m.match(c.tx, c.kx)
	c.count()
	c.siap()
	c.identify(t)
	if c.watch != nil {
		c.watch.step(c, t)
	}
}

func zeroNaN(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// count adds the terms of GOSPA and OSPA.
func (c *comparison) count() {
	n, k, q := len(c.tx), len(c.kx), len(c.m.matched)
	if n+k == 0 {
		return
	}
	var s float64
	for _, p := range c.m.matched {
		s += p.d * p.d
	}
	cc, u := c.o.Cutoff*c.o.Cutoff, &c.totals
	u.gospa = append(u.gospa, math.Sqrt(s+cc/2*float64(n+k-2*q)))
	u.ospa = append(u.ospa, math.Sqrt((s+cc*float64(max(n, k)-q))/float64(max(n, k))))
	u.cards, u.miss, u.fals = append(u.cards, float64(k-n)), append(u.miss, float64(n-q)), append(u.fals, float64(k-q))
	u.square += s
	u.pairs += q
}

// siap gives each track to its nearest target within the cut-off.
func (c *comparison) siap() {
	c.near = zeroed(c.near, len(c.kx))
	for i := range c.near {
		c.near[i] = pair{truth: -1, d: c.o.Cutoff}
	}
	for _, p := range c.m.pairs {
		if p.d < c.near[p.track].d {
			c.near[p.track] = p
		}
	}
	c.cur = zeroed(c.cur, len(c.tx))
	u := &c.totals
	u.truth += len(c.tx)
	u.n += len(c.kx)
	for _, p := range c.near {
		if p.truth < 0 {
			u.spur++
			continue
		}
		u.belong++
		if c.cur[p.truth]++; c.cur[p.truth] == 1 {
			u.tracked++
		}
	}
}

// identify keeps a target's match while it is still reasonable, counts switches and measures the errors.
func (c *comparison) identify(t float64) {
	for i := range c.cur {
		c.cur[i] = -1
	}
	for _, p := range c.m.matched {
		w := &c.window[p.truth]
		old := c.prev[w.target]
		k := c.at[p.track].track
		if old >= 0 && old != k && c.place[old] >= 0 {
			d := distance(c.tx[p.truth], c.kx[c.place[old]])
			if d <= min(c.o.Cutoff, 2*p.d+200) {
				k = old
			}
		}
		c.cur[p.truth] = k
		c.life(t, w.target, old, k)
		c.measure(t, w, c.place[k])
	}
	for i := range c.window {
		switch target := c.window[i].target; {
		case c.cur[i] >= 0:
			c.prev[target] = c.cur[i]
		case c.prev[target] >= 0:
			c.lost[target] = true
		}
	}
}

// life notes start, switch, fragmentation and who held the target.
func (c *comparison) life(t float64, target, old, k int) {
	if math.IsNaN(c.started[target]) {
		c.started[target] = t
		c.held[target] = map[int]int{}
	}
	if old >= 0 && old != k {
		c.totals.switches++
		if c.watch != nil {
			c.watch.switched(t, target, old, k)
		}
	}
	if c.lost[target] {
		c.totals.fragmentations++
		c.lost[target] = false
	}
	c.held[target][k]++
}

// measure notes the errors of a matched pair.
func (c *comparison) measure(t float64, w *truthRow, j int) {
	r, s := &c.at[j], &c.errors
	north, east := perRadian(w.lat)
	de, dn := (r.lon-w.lon)*east, (r.lat-w.lat)*north
	s.err = append(s.err, math.Hypot(de, dn))
	speed := math.Hypot(w.ve, w.vn)
	if speed == 0 {
		speed = 1
	}
	ue, un := w.ve/speed, w.vn/speed
	s.along, s.across = append(s.along, de*ue+dn*un), append(s.across, de*un-dn*ue)
	if !math.IsNaN(r.altitude) {
		s.altitude = append(s.altitude, r.altitude-w.altitude)
	}
	if c.k.velocity {
		s.velocity = append(s.velocity, math.Hypot(r.ve-w.ve, r.vn-w.vn))
	}
	// a row's covariance speaks of its own time
	if c.k.cov && r.pee > 0 && t-r.time <= 1 {
		if det := r.pee*r.pnn - r.pen*r.pen; det > 0 {
			s.nees = append(s.nees, (de*de*r.pnn-2*de*dn*r.pen+dn*dn*r.pee)/det)
		}
	}
}
