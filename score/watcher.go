package score

import "math"

// watcher keeps of every step what the report needs beyond the plain figures.
type watcher struct {
	meetings []meeting
	series   Series
	n, k     int      // targets and tracks alive, summed over steps
	spans    [][]span // by track: when it was which target's
	near     [][]span // by target: which tracks belonged to it (SIAP), step by step joined
	seen     []int    // steps by target
	tracked  []int    // steps by target with a track belonging
	spurious []spurious
	missed   []miss
	events   []event
	distance sum // of belonging tracks, metres
	speed    sum // and velocity, metres a second
	age      []float64
	lag      lagging
	ids      idCounts
	windows  map[windowKey]*window
	errors   []errorAt
	last     map[int]truthRow // by target
	grid     grid
	pairs    []pair
}

// span is a time during which a track was a target's.
type span struct {
	from, to    float64
	first, last int // steps
	other       int // the target or track
}

// sum is a running mean.
type sum struct {
	total float64
	n     int
}

func (s *sum) add(v float64) { s.total, s.n = s.total+v, s.n+1 }

func (s *sum) mean() Number { return Number(s.total / float64(s.n)) }

// lagging fits the time by which tracks hang behind their targets: along = −lag·speed.
type lagging struct{ sv, vv, ss float64 }

func (l *lagging) add(along, speed float64) {
	l.sv += along * speed
	l.vv += speed * speed
	l.ss += along * along
}

func (l *lagging) seconds() Number { return Number(-l.sv / l.vv) }

// idCounts are the identities of tracked targets by step (SIAP).
type idCounts struct{ told, right, wrong, both, tracked int }

// spurious is a track that belonged to no target at a step; miss is a target without a track.
type spurious struct {
	time     float64
	track    int
	lat, lon float64
}

type miss struct {
	time   float64
	target int
}

// event is a switch of tracks.
type event struct {
	time                 float64
	target, before, then int
}

// Series are GOSPA and its parts at every truth time; squares of the three parts sum to the square of the whole.
type Series struct {
	Time         []Number `json:"time_s"`
	GOSPA        []Number `json:"gospa_m"`
	Localisation []Number `json:"localisation_m"`
	Missed       []Number `json:"missed_m"`
	False        []Number `json:"false_m"`
	Targets      []int    `json:"targets"`
	Tracks       []int    `json:"tracks"`
}

func newWatcher(truth *Truth, tracks *Tracks) *watcher {
	return &watcher{spans: make([][]span, len(tracks.names)), near: make([][]span, len(truth.names)),
		seen: make([]int, len(truth.names)), tracked: make([]int, len(truth.names)),
		windows: map[windowKey]*window{}, last: map[int]truthRow{}}
}

func (w *watcher) switched(t float64, target, before, then int) {
	w.events = append(w.events, event{t, target, before, then})
}

// step takes in one scored time.
func (w *watcher) step(c *comparison, t float64) {
	k := len(c.times) - 1
	w.n, w.k = w.n+len(c.tx), w.k+len(c.kx)
	for _, p := range c.m.pairs {
		w.meetings = append(w.meetings, meeting{int32(k), int32(c.window[p.truth].target), int32(c.at[p.track].track), p.d})
	}
	w.serial(c, t)
	for i := range c.window {
		target := c.window[i].target
		w.seen[target]++
		if kid := c.cur[i]; kid >= 0 {
			w.spans[kid] = extend(w.spans[kid], t, k, target)
			w.matched(c, i, c.place[kid], t)
		} else {
			w.missed = append(w.missed, miss{t, target})
		}
	}
	w.belong(c, t, k)
	w.hard(c, t)
}

func (w *watcher) serial(c *comparison, t float64) {
	n, k, q := len(c.tx), len(c.kx), len(c.m.matched)
	var s float64
	for _, p := range c.m.matched {
		s += p.d * p.d
	}
	half := c.o.Cutoff * c.o.Cutoff / 2
	miss, wrong := half*float64(n-q), half*float64(k-q)
	r := &w.series
	r.Time, r.GOSPA = append(r.Time, Number(t)), append(r.GOSPA, Number(math.Sqrt(s+miss+wrong)))
	r.Localisation = append(r.Localisation, Number(math.Sqrt(s)))
	r.Missed, r.False = append(r.Missed, Number(math.Sqrt(miss))), append(r.False, Number(math.Sqrt(wrong)))
	r.Targets, r.Tracks = append(r.Targets, n), append(r.Tracks, k)
}

// extend joins a step to the last span or begins a new one.
func extend(s []span, t float64, k, other int) []span {
	if n := len(s); n > 0 && s[n-1].other == other && s[n-1].last >= k-1 {
		s[n-1].to, s[n-1].last = t, k
		return s
	}
	return append(s, span{t, t, k, k, other})
}

// matched notes age and lag of a matched pair.
func (w *watcher) matched(c *comparison, i, j int, t float64) {
	r, target := &c.at[j], &c.window[i]
	w.age = append(w.age, t-r.time)
	speed := math.Hypot(target.ve, target.vn)
	if speed < 20 {
		return
	}
	north, east := perRadian(target.lat)
	along := ((r.lon-target.lon)*east*target.ve + (r.lat-target.lat)*north*target.vn) / speed
	w.lag.add(along, speed)
}

// belong notes which tracks belong to which targets, as SIAP sees it, and what identities they tell.
func (w *watcher) belong(c *comparison, t float64, k int) {
	told := make([]uint8, len(c.tx)) // bit 0 a right identity, bit 1 a wrong one, bit 2 tracked
	for j, p := range c.near {
		r := &c.at[j]
		if p.truth < 0 {
			w.spurious = append(w.spurious, spurious{t, r.track, r.lat, r.lon})
			continue
		}
		target := &c.window[p.truth]
		w.near[target.target] = extendAny(w.near[target.target], t, k, r.track)
		w.distance.add(p.d)
		if c.k.velocity {
			w.speed.add(math.Hypot(r.ve-target.ve, r.vn-target.vn))
		}
		told[p.truth] |= 4
		if same, known := agree(&r.id, &c.truth.ids, target.target); known && same {
			told[p.truth] |= 1
		} else if known {
			told[p.truth] |= 2
		}
	}
	for i, b := range told {
		if b == 0 {
			continue
		}
		w.tracked[c.window[i].target]++
		w.ids.count(b)
	}
}

func (n *idCounts) count(b uint8) {
	n.tracked++
	switch b & 3 {
	case 1:
		n.right++
	case 2:
		n.wrong++
	case 3:
		n.both++
	default:
		return
	}
	n.told++
}

// agree compares a track's identity with its target's; known is false when either tells none.
func agree(d *identity, ids *[]identity, target int) (same, known bool) {
	if target >= len(*ids) {
		return false, false
	}
	o := &(*ids)[target]
	switch {
	case d.address != 0 && o.address != 0:
		return d.address == o.address, true
	case d.hasModeA && o.hasModeA:
		return d.modeA == o.modeA, true
	}
	return false, false
}

// extendAny joins a step to the last span of the same track, which need not be the last of all.
func extendAny(s []span, t float64, k, track int) []span {
	for i := len(s) - 1; i >= 0 && i >= len(s)-8; i-- {
		if s[i].other == track && s[i].last >= k-1 {
			s[i].to, s[i].last = t, k
			return s
		}
	}
	return append(s, span{t, t, k, k, track})
}

// ownerAt returns the target that a track was at a time, within a step of it; −1 for none.
func (w *watcher) ownerAt(track int, t, slack float64) int {
	best, least := -1, slack
	for i := range w.spans[track] {
		s := &w.spans[track][i]
		d := max(0, s.from-t, t-s.to)
		if d < least || d == 0 {
			best, least = s.other, d
		}
	}
	return best
}
