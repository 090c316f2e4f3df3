package track

import (
	"sync"
	"sync/atomic"

	"entente"
)

// team is the workers of a tracker. The tracker gathers plots in a run until the next sweep; then the team looks up who
// may be whose, the run falls into islands that share no track, and each worker works on the islands of its cells of the
// Earth. Nothing that an island decides can reach another before the sweep, hence the workers need not wait for each
// other and the tracks do not depend on how many they are.
type team struct {
	lanes   []*lane
	work    func(*team, *lane) // of the phase under way
	next    atomic.Int32
	wait    sync.WaitGroup
	run     stretch
	enough  int // plots, or tracks, that are worth sharing
	now     entente.Instant
	tracker *Tracker
}

// lane is one worker: a tracker of its own buffers over the tracks and sensors of all.
type lane struct {
	tracker    Tracker
	start      chan struct{} // nil for the lane of the caller
	near       []int32       // candidates of plots it looked up
	mine       []int32       // plots of the run, in order, that are its own
	at         []int32       // those of the group under way; nil in a sweep
	born       []birth       // tracks it started in this run
	outKeys    []int32       // of each output its place in the order of work
	lessonKeys []int32       // likewise
}

// birth is a track started in a run.
type birth struct {
	track, key int32
	ball       ball
}

// newTeam starts n − 1 workers; the caller is one more.
func newTeam(n int) *team {
	m := &team{enough: leastShared}
	for i := range n {
		l := &lane{}
		m.lanes = append(m.lanes, l)
		if i > 0 {
			l.start = make(chan struct{}, 1)
			go m.serve(l)
		}
	}
	return m
}

// serve works on every phase until close.
func (m *team) serve(l *lane) {
	for range l.start {
		m.work(m, l)
		m.wait.Done()
	}
}

// do has all lanes do the work of a phase and waits for them.
func (m *team) do(work func(*team, *lane)) {
	m.work = work
	m.next.Store(0)
	m.wait.Add(len(m.lanes) - 1)
	for _, l := range m.lanes[1:] {
		l.start <- struct{}{}
	}
	work(m, m.lanes[0])
	m.wait.Wait()
}

// block is how many things a lane takes at a time.
const block = 64

// take returns the next block of n things to work on, empty when there are no more.
func (m *team) take(n int) (from, to int) {
	from = int(m.next.Add(1)-1) * block
	return min(from, n), min(from+block, n)
}

// close ends the workers.
func (m *team) close() {
	for _, l := range m.lanes[1:] {
		close(l.start)
	}
}

// Close ends the workers. The tracker goes on alone, with the same results.
func (t *Tracker) Close() {
	if t.team == nil {
		return
	}
	t.out = nil
	t.drain()
	t.team.close()
	t.team = nil
}

// key is the place in the order of work of what a lane is at.
func (l *lane) key() int32 {
	if l.at == nil {
		return l.tracker.turn
	}
	return l.at[l.tracker.turn]
}

// bear keeps a track just started for the plots that follow in this run.
func (l *lane) bear(track int32, b ball) { l.born = append(l.born, birth{track, l.key(), b}) }

// begin gives the lane the tracker's world, and free places for as many tracks as it may start.
func (l *lane) begin(t *Tracker, births int) {
	own := l.tracker.workspace
	l.tracker = *t
	l.tracker.workspace = own
	w := &l.tracker.workspace
	w.lane, w.counters = l, Counters{}
	w.out, w.lessons, l.outKeys, l.lessonKeys, l.born = w.out[:0], w.lessons[:0], l.outKeys[:0], l.lessonKeys[:0], l.born[:0]
	w.stamp = t.stamp
	left := len(t.free) - births
	w.free = append(w.free[:0], t.free[left:]...)
	t.free = t.free[:left]
}

// reserve sees to free places.
func (t *Tracker) reserve(n int) {
	for len(t.free) < n {
		t.free = append(t.free, int32(len(t.tracks)))
		t.tracks = append(t.tracks, record{})
	}
}

// end takes back what the lanes did, in the order of work.
func (m *team) end(t *Tracker) {
	for _, l := range m.lanes {
		w := &l.tracker.workspace
		t.stamp = max(t.stamp, w.stamp)
		t.counters.add(&w.counters)
		t.free = append(t.free, w.free...)
	}
	m.number(t)
	m.mergeOut(t)
	m.mergeLessons(t)
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
}

// number gives the tracks started their final numbers, in order of the plots that started them, and puts them into the
// grid.
func (m *team) number(t *Tracker) {
	r := &m.run
	r.final = resize(r.final, len(r.plots))
	r.heads = resize(r.heads, len(m.lanes))
	clear(r.heads)
	for {
		var first *birth
		lane := 0
		for i, l := range m.lanes {
			if h := r.heads[i]; h < len(l.born) && (first == nil || l.born[h].key < first.key) {
				first, lane = &l.born[h], i
			}
		}
		if first == nil {
			return
		}
		r.heads[lane]++
		t.lastID++
		r.final[first.key] = t.lastID
		t.tracks[first.track].id = t.lastID
		t.live = append(t.live, first.track)
		t.grid.balls[first.track] = first.ball
		t.grid.insert(first.track, first.ball.at, first.ball.r)
	}
}

// mergeOut puts the lanes' outputs out.
func (m *team) mergeOut(t *Tracker) {
	r := &m.run
	clear(r.heads)
	for {
		lane := m.least(func(l *lane) []int32 { return l.outKeys })
		if lane < 0 {
			return
		}
		o := &m.lanes[lane].tracker.out[r.heads[lane]]
		r.heads[lane]++
		t.out = append(t.out, *o)
		if o.ID > r.before {
			t.out[len(t.out)-1].ID = r.final[o.ID-r.before-1]
		}
	}
}

// mergeLessons keeps the lanes' lessons.
func (m *team) mergeLessons(t *Tracker) {
	r := &m.run
	clear(r.heads)
	for {
		lane := m.least(func(l *lane) []int32 { return l.lessonKeys })
		if lane < 0 {
			return
		}
		t.lessons = append(t.lessons, m.lanes[lane].tracker.lessons[r.heads[lane]])
		r.heads[lane]++
	}
}

// least is the lane whose next key is the least, −1 when none has any.
func (m *team) least(keys func(*lane) []int32) int {
	best, key := -1, int32(0)
	for i, l := range m.lanes {
		if k, h := keys(l), m.run.heads[i]; h < len(k) && (best < 0 || k[h] < key) {
			best, key = i, k[h]
		}
	}
	return best
}

// age is the tracker's sweep over its tracks, by all lanes, with the grid laid anew. False when it is too small for them.
func (m *team) age(t *Tracker, now entente.Instant) bool {
	if len(t.live) < m.enough {
		return false
	}
	m.tracker, m.now, m.run.before = t, now, t.lastID
	t.grid.reset(now, len(t.tracks))
	for _, l := range m.lanes {
		l.begin(t, 0)
		l.at = nil
	}
	m.do((*team).ageBlocks)
	m.run.plots = m.run.plots[:0]
	m.end(t)
	for _, i := range t.live {
		if t.tracks[i].state != 0 {
			t.grid.insert(i, t.grid.balls[i].at, t.grid.balls[i].r)
		}
	}
	return true
}

func (m *team) ageBlocks(l *lane) {
	t := &l.tracker
	for {
		from, to := m.take(len(t.live))
		if from == to {
			return
		}
		for at := from; at < to; at++ {
			i := t.live[at]
			t.turn = int32(at)
			t.age(i, m.now)
			if k := &t.tracks[i]; k.state != 0 {
				t.grid.balls[i] = k.ball(m.now)
			}
		}
	}
}
