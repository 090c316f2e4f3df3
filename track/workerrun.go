package track

import (
	"sync/atomic"

	"entente"
)

// A run is shared among the workers when it, or a sweep, has at least so many plots, or tracks; it is cut when it has so
// many plots: where it is cut makes no difference.
const (
	leastShared = 128
	longestRun  = 4096
)

// stretch is the plots of a run: those whose groups are closed, gathered for the team.
type stretch struct {
	plots  []entente.Plot // in order of work, from each its sensor's biases taken
	groups []runGroup
	group  []int32 // of each plot

	views    []seenPlot
	margins  []float64
	offers   [][]int32 // candidates of each plot
	familiar []bool    // of each plot, whether its aircraft is
	islands  islands
	before   entente.TrackID // last number before the run
	births   []birth         // by plot: the track it started, its place plus one
	final    []entente.TrackID
	places   []int32 // free for the track that each plot may start
	outs     ledger
	lessons  ledger
}

// runGroup is plots of a site that are associated together.
type runGroup struct{ site, from, to int32 }

// take moves a site's closed group into the run.
func (r *stretch) take(t *Tracker, si int32) {
	s := &t.sites[si]
	together := s.sensor.Kind.Polar()
	for from := 0; from < len(s.group); {
		to := len(s.group)
		if !together {
			to = from + 1
		}
		if !t.grid.serves(s.group[from].Time) {
			t.drain()
			t.lay(s.group[from].Time)
		}
		g := runGroup{si, int32(len(r.plots)), int32(len(r.plots) + to - from)}
		for range to - from {
			r.group = append(r.group, int32(len(r.groups)))
		}
		r.groups = append(r.groups, g)
		r.plots = append(r.plots, s.group[from:to]...)
		from = to
	}
	if len(r.plots) >= longestRun {
		t.drain()
	}
}

// drain works off the run.
func (t *Tracker) drain() {
	if t.team == nil || len(t.team.run.plots) == 0 {
		return
	}
	m := t.team
	r := &m.run
	n := len(r.plots)
	if n < m.enough || len(t.tracks)-len(t.free)+n > t.config.MaxTracks {
		for _, g := range r.groups {
			t.associate(g.site, r.plots[g.from:g.to])
		}
	} else {
		m.share(t)
	}
	r.plots, r.groups, r.group = r.plots[:0], r.groups[:0], r.group[:0]
}

// expect empties what the lanes are to fill for n places in the order of work.
func (r *stretch) expect(n int) {
	r.outs.expect(n)
	r.lessons.expect(kinds * n)
	r.births = resize(r.births, n)
	clear(r.births)
}

// share has the workers do the run.
func (m *team) share(t *Tracker) {
	r := &m.run
	n := len(r.plots)
	m.tracker, r.before = t, t.lastID
	r.views, r.margins, r.offers, r.familiar = resize(r.views, n), resize(r.margins, n), resize(r.offers, n), resize(r.familiar, n)
	r.expect(n)
	r.islands.expect(n, len(t.tracks), len(m.lanes))
	m.do((*team).look)
	near := 0
	for _, l := range m.lanes {
		near += len(l.near)
	}
	m.most[2] = max(m.most[2], near)
	m.late(&r.islands.territories)
	m.do((*team).unite)
	r.islands.settle(r)
	m.reserve(t, n)
	m.do((*team).decide)
	m.end(t)
	for i, b := range r.births {
		if b.track == 0 {
			t.free = append(t.free, r.places[i])
		}
	}
}

// reserve begins the lanes' work with free places for as many tracks as all may start.
func (m *team) reserve(t *Tracker, n int) {
	for len(t.free) < n {
		t.free = append(t.free, int32(len(t.tracks)))
		t.tracks = append(t.tracks, record{})
	}
	t.grid.spread(len(t.tracks))
	m.own(len(t.tracks))
	m.run.places = append(m.run.places[:0], t.free[len(t.free)-n:]...)
	t.free = t.free[:len(t.free)-n]
	for _, l := range m.lanes {
		l.begin(t)
	}
}

// look makes plots ready and finds their candidates; it writes to no track.
func (m *team) look(l *lane) {
	t, r := m.tracker, &m.run
	l.near = room(l.near, m.most[2])
	for {
		from, to := m.take(len(r.plots))
		if from == to {
			return
		}
		for i := from; i < to; i++ {
			s := &t.sites[r.groups[r.group[i]].site]
			s.bias.correct(&r.plots[i])
			v := s.ready(&r.plots[i])
			r.views[i], r.margins[i] = v, s.margin(&v)
			n := len(l.near)
			l.near = t.offer(&v, r.margins[i], l.near)
			r.offers[i] = l.near[n:len(l.near):len(l.near)]
			if r.familiar[i] = t.familiar(v.plot, r.offers[i]); !r.familiar[i] {
				r.islands.settleOn(int32(i), &v, &l.linked)
			}
			r.islands.cellOf[i] = cellOf(v.sphere)
		}
	}
}

// unite joins plots to islands.
func (m *team) unite(l *lane) {
	r := &m.run
	for {
		from, to := m.take(len(r.plots))
		if from == to {
			return
		}
		for i := from; i < to; i++ {
			r.islands.join(r, int32(i), l)
		}
	}
}

// decide associates the plots of the cells that a lane owns, cell by cell, and then of those that their owners have not
// come to.
func (m *team) decide(l *lane) {
	r := &m.run
	s := &r.islands
	for _, own := range []bool{true, false} {
		for i := range s.cells {
			c := &s.cells[i]
			if own != (int(c.id.hash()%uint64(len(m.lanes))) == int(l.number)) || !atomic.CompareAndSwapInt32(&c.taken, 0, 1) {
				continue
			}
			l.decide(m, s.byCell[c.from:c.to])
		}
	}
}

// decide associates the plots of a cell.
func (l *lane) decide(m *team, plots []int32) {
	r := &m.run
	l.born = l.born[:0]
	for from := 0; from < len(plots); {
		g, to := r.group[plots[from]], from+1
		for to < len(plots) && r.group[plots[to]] == g {
			to++
		}
		l.at = plots[from:to]
		l.associate(r, r.groups[g].site)
		from = to
	}
}

// associate associates the lane's plots of a group with their candidates and the tracks started in this run.
func (l *lane) associate(r *stretch, site int32) {
	t := &l.tracker
	t.views, t.found, t.foundTo = t.views[:0], t.found[:0], t.foundTo[:0]
	for _, i := range l.at {
		t.views = append(t.views, r.views[i])
		t.found = append(t.found, r.offers[i]...)
		for _, k := range r.offers[i] {
			t.team.owner[k] = l.number
		}
		for b := range l.born {
			if !r.familiar[i] && l.born[b].ball.meets(r.views[i].sphere, r.margins[i]) {
				t.found = append(t.found, l.born[b].track)
			}
		}
		t.foundTo = append(t.foundTo, int32(len(t.found)))
	}
	t.decide(site)
}
