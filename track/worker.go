package track

import (
	"sync/atomic"

	"entente"
)

// team is the workers of a tracker. The tracker gathers plots in a run until the next sweep; then the team looks up who
// may be whose, the run falls into islands that share no track, and each worker works on the islands of the cells of the
// Earth that it takes. Nothing that an island decides can reach another before the sweep, hence the workers need not wait
// for each other and the tracks do not depend on how many they are.
type team struct {
	lanes   []*lane
	work    func(*team, *lane) // of the phase under way
	phase   atomic.Uint32
	next    atomic.Int32
	done    atomic.Uint32 // lanes, of all phases
	caller  sleeper
	run     stretch
	enough  int     // plots, or tracks, that are worth sharing
	owner   []int32 // by track: the lane that last worked on it
	twins   []int32 // by place in live: its twin
	most    [3]int  // outputs, lessons and candidates of one phase so far
	now     entente.Instant
	tracker *Tracker
}

// lane is one worker: a tracker of its own buffers over the tracks and sensors of all.
type lane struct {
	tracker Tracker
	sleeper
	number  int32
	near    []int32 // candidates of plots it looked up
	at      []int32 // plots of the group under way, by place in the run; nil in a sweep
	born    []birth // tracks it started in the cell under way
	linked  linked  // into the grid
	outs    chain
	lessons chain
}

// birth is a track started in a run.
type birth struct {
	track int32
	ball  ball
}

// newTeam starts n − 1 workers; the caller is one more. Patience is for no more workers than processors.
func newTeam(n, patience int) *team {
	m := &team{enough: leastShared, caller: newSleeper(patience)}
	for i := range n {
		l := &lane{number: int32(i), sleeper: newSleeper(patience)}
		m.lanes = append(m.lanes, l)
		if i > 0 {
			go m.serve(l)
		}
	}
	return m
}

// serve works on every phase until close.
func (m *team) serve(l *lane) {
	for seen := uint32(0); ; seen++ {
		l.await(&m.phase, seen)
		if m.work == nil {
			return
		}
		m.work(m, l)
		if m.done.Add(1) == m.target() {
			m.caller.wake()
		}
	}
}

// do has all lanes do the work of a phase and waits for them.
func (m *team) do(work func(*team, *lane)) {
	m.begin(work)
	work(m, m.lanes[0])
	for d := m.done.Load(); d != m.target(); d = m.done.Load() {
		m.caller.await(&m.done, d)
	}
}

// target is done when all workers are through with all phases begun.
func (m *team) target() uint32 { return m.phase.Load() * uint32(len(m.lanes)-1) }

// begin wakes the workers for a phase; without work they end.
func (m *team) begin(work func(*team, *lane)) {
	m.work = work
	m.next.Store(0)
	m.phase.Add(1)
	for _, l := range m.lanes[1:] {
		l.wake()
	}
}

// block is how many things a lane takes at a time.
const block = 32

// take returns the next block of n things to work on, empty when there are no more.
func (m *team) take(n int) (from, to int) {
	from = int(m.next.Add(1)-1) * block
	return min(from, n), min(from+block, n)
}

// Close ends the workers. The tracker goes on alone, with the same results.
func (t *Tracker) Close() {
	if t.team == nil {
		return
	}
	t.team.begin(nil)
	t.team = nil
}

// key is the place in the order of work of what a lane is at.
func (l *lane) key() int32 {
	if l.at == nil {
		return l.tracker.turn
	}
	return l.at[l.tracker.turn]
}

// bear keeps a track just started for the plots that follow in this cell.
func (l *lane) bear(track int32, b ball) {
	if b.r >= 0 {
		l.born = append(l.born, birth{track, b})
	}
	l.tracker.team.run.births[l.key()] = birth{track + 1, b}
}

// room empties a buffer and makes it fit what all lanes needed at most: one may come to do the work of all.
func room[S ~[]T, T any](s S, most int) S {
	if cap(s) < most {
		return make(S, 0, most+most/2)
	}
	return s[:0]
}

// told notes an output.
func (l *lane) told() { l.tracker.team.run.outs.add(l.key(), l.number, &l.outs) }

// taught notes a lesson.
func (l *lane) taught(kind uint8) {
	l.tracker.team.run.lessons.add(kinds*l.key()+int32(kind), l.number, &l.lessons)
}

// begin gives the lane the tracker's world.
func (l *lane) begin(t *Tracker) {
	own := l.tracker.workspace
	l.tracker = *t
	l.tracker.workspace = own
	w := &l.tracker.workspace
	w.lane, w.counters, w.stamp, w.untidy = l, Counters{}, t.stamp, false
	most := &t.team.most
	w.out, l.outs = room(w.out, most[0]), room(l.outs, most[0])
	w.lessons, l.lessons, w.free = room(w.lessons, most[1]), room(l.lessons, most[1]), w.free[:0]
}

// end takes back what the lanes did, in the order of work.
func (m *team) end(t *Tracker) {
	for _, l := range m.lanes {
		w := &l.tracker.workspace
		t.stamp = max(t.stamp, w.stamp)
		t.counters.add(&w.counters)
		t.untidy = t.untidy || w.untidy
		t.free = append(t.free, w.free...)
	}
	r := &m.run
	outs, lessons := 0, 0
	for _, l := range m.lanes {
		outs, lessons = outs+len(l.outs), lessons+len(l.lessons)
	}
	m.most = [3]int{max(m.most[0], outs), max(m.most[1], lessons), m.most[2]}
	m.number(t)
	for key := range r.outs.tips {
		lane, i := r.outs.first(key)
		for ; i >= 0; i = m.lanes[lane].outs[i] {
			t.out = append(t.out, m.lanes[lane].tracker.out[i])
			if o := &t.out[len(t.out)-1]; o.ID > r.before {
				o.ID = r.final[o.ID-r.before-1]
			}
		}
	}
	for key := range r.lessons.tips {
		lane, i := r.lessons.first(key)
		for ; i >= 0; i = m.lanes[lane].lessons[i] {
			t.lessons = append(t.lessons, m.lanes[lane].tracker.lessons[i])
		}
	}
}

// add adds counts of events.
func (c *Counters) add(d *Counters) {
	c.Associated += d.Associated
	c.Initiated += d.Initiated
	c.Confirmed += d.Confirmed
	c.Ended += d.Ended
	c.Abandoned += d.Abandoned
	c.Merged += d.Merged
	c.Crowded += d.Crowded
	c.Doubled += d.Doubled
}

// number gives the tracks started their final numbers, in order of the plots that started them, and puts them into the
// grid.
func (m *team) number(t *Tracker) {
	r := &m.run
	r.final = resize(r.final, len(r.births))
	for key := range r.births {
		b := &r.births[key]
		i := b.track - 1
		if i < 0 {
			continue
		}
		t.lastID++
		r.final[key] = t.lastID
		t.tracks[i].id = t.lastID
		t.live = append(t.live, i)
		t.grid.balls[i] = b.ball
		if b.ball.r >= 0 {
			t.grid.insert(i, b.ball.at, b.ball.r)
		}
	}
}

// age is the tracker's sweep over its tracks, by all lanes, with the grid laid anew. False when it is too small for them.
func (m *team) age(t *Tracker, now entente.Instant) bool {
	if len(t.live) < m.enough {
		return false
	}
	m.tracker, m.now, m.run.before = t, now, t.lastID
	t.grid.reset(now, len(t.tracks), t.lastID)
	t.grid.room(len(t.live), len(m.lanes))
	m.run.expect(len(t.live))
	m.own(len(t.tracks))
	for _, l := range m.lanes {
		l.begin(t)
		l.at = nil
	}
	m.do((*team).ageOwn)
	m.end(t)
	m.late(&t.grid)
	return true
}

func (m *team) ageOwn(l *lane) {
	t := &l.tracker
	for at, i := range t.live {
		if m.owner[i] != l.number {
			continue
		}
		t.turn = int32(at)
		t.age(i, m.now)
		if k := &t.tracks[i]; k.state != 0 {
			b := k.ball(m.now)
			t.grid.balls[i] = b
			m.tracker.grid.link(i, b.at, b.r, &l.linked)
		}
	}
}

// twin looks for the twin of every track, by all lanes. False when they are too few.
func (m *team) twin(t *Tracker) bool {
	if len(t.live) < m.enough {
		return false
	}
	m.tracker, m.twins = t, resize(m.twins, len(t.live))
	m.own(len(t.tracks))
	for _, l := range m.lanes {
		l.begin(t)
	}
	m.do((*team).twinOwn)
	return true
}

func (m *team) twinOwn(l *lane) {
	t := &l.tracker
	for at, i := range t.live {
		if m.owner[i] != l.number {
			continue
		}
		m.twins[at] = -1
		if k := &t.tracks[i]; k.state != 0 && k.plots >= 2 {
			m.twins[at] = t.elder(i)
		}
	}
}

// own makes room for the owners of so many tracks.
func (m *team) own(tracks int) {
	for len(m.owner) < tracks {
		m.owner = append(m.owner, int32(len(m.owner)%len(m.lanes)))
	}
}

// late inserts what the lanes could not link.
func (m *team) late(g *grid) {
	for _, l := range m.lanes {
		for _, i := range l.linked.left {
			g.insert(i, g.balls[i].at, g.balls[i].r)
		}
		l.linked = linked{left: l.linked.left[:0]}
	}
}
