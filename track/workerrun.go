package track

import "entente"

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

	views   []seenPlot
	margins []float64
	offers  [][]int32 // candidates of each plot
	cells   []cellID
	islands islands
	before  entente.TrackID   // last number before the run
	final   []entente.TrackID // of the track that a plot started
	heads   []int
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

// share has the workers do the run.
func (m *team) share(t *Tracker) {
	r := &m.run
	n := len(r.plots)
	r.before = t.lastID
	r.views, r.margins, r.offers, r.cells = resize(r.views, n), resize(r.margins, n), resize(r.offers, n), resize(r.cells, n)
	t.reserve(n)
	t.grid.spread(len(t.tracks))
	m.tracker = t
	m.do((*team).look)
	m.divide()
	for _, l := range m.lanes {
		l.begin(t, len(l.mine))
	}
	m.do((*team).decide)
	m.end(t)
}

// look makes plots ready and finds their candidates; it writes to no track.
func (m *team) look(l *lane) {
	t, r := m.tracker, &m.run
	l.near = l.near[:0]
	for {
		from, to := m.take(len(r.plots))
		if from == to {
			return
		}
		for i := from; i < to; i++ {
			s := &t.sites[r.groups[r.group[i]].site]
			s.bias.correct(&r.plots[i])
			v := s.ready(&r.plots[i])
			r.views[i], r.margins[i], r.cells[i] = v, s.margin(&v), cellOf(v.sphere)
			n := len(l.near)
			l.near = t.candidates(v.sphere, r.margins[i], l.near)
			r.offers[i] = l.near[n:len(l.near):len(l.near)]
		}
	}
}

// decide associates the plots of a lane, group by group.
func (m *team) decide(l *lane) {
	r := &m.run
	for from := 0; from < len(l.mine); {
		g, to := r.group[l.mine[from]], from+1
		for to < len(l.mine) && r.group[l.mine[to]] == g {
			to++
		}
		l.at = l.mine[from:to]
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
		for b := range l.born {
			if l.born[b].ball.meets(r.views[i].sphere, r.margins[i]) {
				t.found = append(t.found, l.born[b].track)
			}
		}
		t.foundTo = append(t.foundTo, int32(len(t.found)))
	}
	t.decide(site)
}
