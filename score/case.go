package score

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Case is one of the worst moments: half a minute and more in which a target was hard to follow, or a track was nobody's.
type Case struct {
	Kind     string   `json:"kind"`   // crossing, formation, turn, clutter, straight
	Target   string   `json:"target"` // empty of a false track
	Tracks   []string `json:"tracks"` // that were the target's, or the false one
	Time     Number   `json:"time_s"` // of the worst of it
	Lat      Number   `json:"lat"`    // degrees
	Lon      Number   `json:"lon"`
	Switches int      `json:"switches"`
	Missed   Number   `json:"missed_s"` // seconds without a track
	False    Number   `json:"false_s"`  // seconds of tracks too many
	Worst    Number   `json:"worst_error_m"`

	badness  float64
	target   int // −1 of a false track
	track    int
	from, to float64
	at       [2]float64 // radians
}

// Kinds of case.
const (
	Crossing  = "crossing"
	Formation = "formation"
	Turn      = "turn"
	Clutter   = "clutter"
	Straight  = "straight"
)

// Bounds of cases.
const (
	caseSpan      = 60.0   // seconds of a window
	companyReach  = 2500.0 // metres within which aircraft keep company or cross
	formationTurn = 15 * math.Pi / 180
	casesPerKind  = 2
	startTime     = 15.0 // seconds after a target's first row
)

// window gathers what happened to one target, or one false track, in a span.
type window struct {
	badness, worst        float64
	worstAt               float64 // time
	steps, missed, wrong  int
	switches              int
	crossing, along, turn int
	lat, lon, off         float64
	tracks                []int
}

// windowKey is a target, or −1 − track of a false track, and the number of the span.
type windowKey struct{ who, span int }

func (w *watcher) window(who int, t float64) *window {
	k := windowKey{who, int(math.Floor(t / caseSpan))}
	v := w.windows[k]
	if v == nil {
		v = &window{worst: -1}
		w.windows[k] = v
	}
	return v
}

// bad adds badness at a time and place and remembers the worst, with the error in metres that it was, NaN for none.
func (v *window) bad(amount, t, lat, lon, off float64) {
	v.badness += amount
	if amount > v.worst {
		v.worst, v.worstAt, v.lat, v.lon, v.off = amount, t, lat, lon, off
	}
}

// hard notes what of the step makes cases.
func (w *watcher) hard(c *comparison, t float64) {
	cc := c.o.Cutoff * c.o.Cutoff
	for i := range c.window {
		row := &c.window[i]
		v := w.window(row.target, t)
		v.steps++
		kid := c.cur[i]
		beginning := t-c.first[row.target] < startTime // everything is late and rough there: no case of its own
		if kid < 0 {
			v.missed++
			v.bad(unless(beginning, 0.5), t, row.lat, row.lon, math.NaN())
			continue
		}
		d := distance(c.tx[i], c.kx[c.place[kid]])
		v.bad(unless(beginning, d*d/cc), t, row.lat, row.lon, d)
		if !slices.Contains(v.tracks, kid) {
			v.tracks = append(v.tracks, kid)
		}
		if len(c.window) <= 5000 {
			w.errors = append(w.errors, errorAt{t, row.lat, row.lon, d})
		}
	}
	w.company(c, t)
	matched := make([]bool, len(c.kx))
	for _, p := range c.m.matched {
		matched[p.track] = true
	}
	for j, p := range c.near {
		r := &c.at[j]
		if matched[j] {
			continue
		}
		if p.truth < 0 {
			v := w.window(-1-r.track, t)
			v.wrong++
			v.bad(unless(len(w.spans[r.track]) > 0, 0.5), t, r.lat, r.lon, math.NaN()) // one that outlives its target is no clutter
			continue
		}
		v := w.window(c.window[p.truth].target, t)
		v.wrong++
		v.bad(0.5, t, r.lat, r.lon, math.NaN())
	}
}

// errorAt is a matched pair's error, for the map.
type errorAt struct{ time, lat, lon, d float64 }

// unless is an amount of badness, a small part of it where there is an excuse.
func unless(excused bool, amount float64) float64 {
	if excused {
		return amount / 50
	}
	return amount
}

// company notes which targets are near others, and which turn.
func (w *watcher) company(c *comparison, t float64) {
	w.grid.build(c.tx, companyReach)
	for i := range c.window {
		a := &c.window[i]
		if l, ok := w.last[a.target]; ok && t-l.time < 12 && t > l.time {
			if speed := math.Hypot(a.ve, a.vn) * math.Hypot(l.ve, l.vn); speed > 400 {
				turn := math.Asin(max(-1, min(1, (l.ve*a.vn-l.vn*a.ve)/speed))) / (t - l.time)
				if math.Abs(turn) > math.Pi/180 {
					w.window(a.target, t).turn++
				}
			}
		}
		w.last[a.target] = *a
		w.pairs = w.grid.near(c.tx[i], i, companyReach, c.tx, w.pairs[:0])
		for _, p := range w.pairs {
			if p.track == i {
				continue
			}
			b := &c.window[p.track]
			v := w.window(a.target, t)
			turn := math.Abs(math.Remainder(math.Atan2(a.ve, a.vn)-math.Atan2(b.ve, b.vn), 2*math.Pi))
			if turn < formationTurn {
				v.along++
			} else {
				v.crossing++
			}
		}
	}
}

// kind is what made the window hard.
func (v *window) kind(who int) string {
	switch {
	case who < 0:
		return Clutter
	case v.along > 2:
		return Formation
	case v.crossing > 0:
		return Crossing
	case v.turn > 2:
		return Turn
	}
	return Straight
}

// cases are the worst windows of every kind.
func (s *scene) cases() (out []Case) {
	type ranked struct {
		k windowKey
		v *window
	}
	all := make([]ranked, 0, len(s.w.windows))
	for _, e := range s.w.events {
		v := s.w.window(e.target, e.time)
		v.switches++
		v.badness += 2
	}
	for k, v := range s.w.windows {
		all = append(all, ranked{k, v})
	}
	slices.SortFunc(all, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.v.badness, a.v.badness), cmp.Compare(a.k.span, b.k.span), cmp.Compare(a.k.who, b.k.who))
	})
	count := map[string]int{}
	for _, r := range all {
		c := s.caseOf(r.k, r.v)
		if count[c.Kind] >= casesPerKind || slices.ContainsFunc(out, c.overlaps) {
			continue
		}
		count[c.Kind]++
		out = append(out, c)
	}
	order := []string{Crossing, Formation, Turn, Clutter, Straight}
	slices.SortStableFunc(out, func(a, b Case) int { return slices.Index(order, a.Kind) - slices.Index(order, b.Kind) })
	return out
}

// overlaps says whether two cases are of one time and place.
func (c *Case) overlapsOne(o *Case) bool {
	north, east := perRadian(c.at[0])
	return math.Abs(float64(c.Time-o.Time)) < 2*caseSpan && math.Hypot((c.at[0]-o.at[0])*north, (c.at[1]-o.at[1])*east) < 20e3
}

func (c *Case) overlaps(o Case) bool { return c.overlapsOne(&o) }

func (s *scene) caseOf(k windowKey, v *window) Case {
	c := Case{Kind: v.kind(k.who), Time: Number(v.worstAt), at: [2]float64{v.lat, v.lon}, Lat: Number(v.lat * 180 / math.Pi),
		Lon: Number(v.lon * 180 / math.Pi), Switches: v.switches, Missed: Number(float64(v.missed) * s.step), False: Number(float64(v.wrong) * s.step),
		Worst: nan, badness: v.badness, Tracks: []string{}, target: k.who, from: v.worstAt - caseSpan, to: v.worstAt + caseSpan}
	if k.who < 0 {
		c.target, c.track = -1, -1-k.who
		c.Tracks = []string{s.trackNames[c.track]}
		return c
	}
	c.Target = s.targetNames[k.who]
	for _, t := range v.tracks {
		c.Tracks = append(c.Tracks, s.trackNames[t])
	}
	c.Worst = Number(v.off)
	return c
}

// Words says in one sentence what went wrong.
func (c *Case) Words() string {
	var s []string
	switch {
	case c.Switches == 1:
		s = append(s, "one switch of track")
	case c.Switches > 1:
		s = append(s, fmt.Sprintf("%d switches of track", c.Switches))
	}
	if c.Missed > 0 {
		s = append(s, fmt.Sprintf("%.0f s without a track", float64(c.Missed)))
	}
	if c.False > 0 {
		s = append(s, fmt.Sprintf("%.0f s of a track too many", float64(c.False)))
	}
	if c.Worst.Known() {
		s = append(s, fmt.Sprintf("worst error %.0f m", float64(c.Worst)))
	}
	if len(s) == 0 {
		return "held"
	}
	return strings.Join(s, ", ")
}
