package track

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// stateMagic begins what Release writes; the layout of the records follows, so that another build's are refused.
const stateMagic = "entente tracks 1\n"

// clocks are what a tracker knows of time and numbers.
type clocks struct {
	newest, settled, nextSweep, built entente.Instant
	last, gridLast                    entente.TrackID
}

// learned is what is known of a sensor.
type learned struct {
	sensor  entente.SensorID
	clutter [classes]clutter
	bias    registration
}

// traveller is a track on its way, with where it was laid.
type traveller struct {
	record record
	ball   ball
}

var (
	clockLayout   = layoutOf[clocks]()
	learnedLayout = layoutOf[learned]()
	lessonLayout  = layoutOf[lesson]()
	movedLayout   = layoutOf[traveller]()
)

// Release appends to dst the state of all tracks for which leaving says so, tentative ones included, and lets them go
// without a word to others: a cell of the Earth moves to another tracker, perhaps on another machine. What was learned of
// the sensors goes along. Plots held stay: give the other tracker those of its cells from the settled time on.
func (t *Tracker) Release(leaving func(*entente.Track) bool, dst []byte) []byte {
	t.drain()
	dst = append(dst, stateMagic...)
	for _, l := range []*layout{clockLayout, learnedLayout, lessonLayout, movedLayout} {
		dst = binary.LittleEndian.AppendUint64(dst, l.hash)
	}
	dst = write(clockLayout, dst, &clocks{t.newest, t.settled, t.nextSweep, t.grid.built, t.lastID, t.grid.last})
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(t.sites)))
	for i := range t.sites {
		s := &t.sites[i]
		dst = write(learnedLayout, dst, &learned{s.sensor.ID, s.clutter, s.bias})
	}
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(t.lessons)))
	for _, l := range t.lessons {
		l.site = int32(t.sites[l.site].sensor.ID)
		dst = write(lessonLayout, dst, &l)
	}
	count := len(dst)
	dst = binary.LittleEndian.AppendUint32(dst, 0)
	n := uint32(0)
	var seen entente.Track
	for _, i := range t.live {
		k := &t.tracks[i]
		if k.state == 0 {
			continue
		}
		if k.put(t.config.Member, &seen); !leaving(&seen) {
			continue
		}
		dst = write(movedLayout, dst, t.leave(i))
		t.release(i)
		n++
	}
	binary.LittleEndian.PutUint32(dst[count:], n)
	t.muster()
	return dst
}

// leave is a track with its sensors by ID.
func (t *Tracker) leave(i int32) *traveller {
	m := &traveller{record: t.tracks[i], ball: t.grid.balls[i]}
	for j := range m.record.looks {
		if l := &m.record.looks[j]; l.hits > 0 {
			l.sensor = int32(t.sites[l.sensor].sensor.ID)
		}
	}
	if m.record.first >= 0 {
		m.record.first = int32(t.sites[m.record.first].sensor.ID)
	}
	return m
}

// Adopt takes over the tracks that another tracker released and returns how many. They keep their numbers; later ones
// are numbered above them. A tracker that has not seen a plot yet takes over the sender's time, and what it had learned
// of the sensors that both know. Nothing is taken of bytes that are cut short, of another build, or cannot be so.
func (t *Tracker) Adopt(b []byte) (int, error) {
	r := stateReader{b: b}
	if string(r.take(len(stateMagic))) != stateMagic {
		return 0, r.wrong(entente.Malformed, "this is no released state")
	}
	for _, l := range []*layout{clockLayout, learnedLayout, lessonLayout, movedLayout} {
		if r.number(8) != l.hash {
			return 0, r.wrong(entente.Unsupported, "the state is of another version")
		}
	}
	var c clocks
	read(&r, clockLayout, &c)
	if r.failed == nil && !(c.near(c.settled) && c.near(c.nextSweep) && c.near(c.built)) {
		return 0, r.wrong(entente.Implausible, "the clocks cannot be so")
	}
	var sites []learned
	for range r.count(learnedLayout) {
		var s learned
		if read(&r, learnedLayout, &s); r.failed == nil && !s.plausible() {
			return 0, r.wrong(entente.Implausible, fmt.Sprintf("what was learned of sensor %d cannot be so", s.sensor))
		}
		sites = append(sites, s)
	}
	var lessons []lesson
	for range r.count(lessonLayout) {
		var l lesson
		read(&r, lessonLayout, &l)
		lessons = append(lessons, l)
	}
	tracks := make([]traveller, r.count(movedLayout))
	for i := range tracks {
		read(&r, movedLayout, &tracks[i])
		if k := &tracks[i].record; r.failed == nil && !(k.plausible() && c.near(k.time) && c.near(k.updated) && tracks[i].ball.plausible()) {
			return 0, r.wrong(entente.Implausible, fmt.Sprintf("track %d cannot be so", k.id))
		} else if r.failed == nil && t.has(k.id) {
			return 0, r.wrong(entente.Refused, fmt.Sprintf("number %d is taken", k.id))
		}
	}
	if r.failed != nil || len(r.b) > r.at {
		return 0, r.wrong(entente.Malformed, "the state is cut short or too long")
	}
	t.drain()
	if t.newest == 0 {
		t.inherit(&c, sites, lessons)
	}
	for i := range tracks {
		t.arrive(&tracks[i])
	}
	t.muster()
	return len(tracks), nil
}

// inherit takes over time and what was learned.
func (t *Tracker) inherit(c *clocks, sites []learned, lessons []lesson) {
	t.newest, t.settled, t.nextSweep, t.lastID = c.newest, c.settled, c.nextSweep, c.last
	t.grid.reset(c.built, len(t.tracks), c.gridLast)
	for i := range sites {
		if at := t.placeOf(int32(sites[i].sensor)); at >= 0 {
			t.sites[at].clutter, t.sites[at].bias = sites[i].clutter, sites[i].bias
		}
	}
	for _, l := range lessons {
		if l.site = t.placeOf(l.site); l.site >= 0 && l.kind < kinds && int(l.class) < classes {
			t.lessons = append(t.lessons, l)
		}
	}
}

// placeOf is the place of a sensor, −1 for none.
func (t *Tracker) placeOf(sensor int32) int32 {
	if sensor < 0 || int(sensor) >= len(t.siteOf) {
		return -1
	}
	return t.siteOf[sensor]
}

// arrive takes in one track.
func (t *Tracker) arrive(m *traveller) {
	k := &m.record
	for j := range k.looks {
		l := &k.looks[j]
		if l.sensor = t.placeOf(l.sensor); l.hits <= 0 || l.sensor < 0 {
			*l = look{}
		}
	}
	k.first = t.placeOf(k.first)
	k.stamp, k.given, k.beside, k.nearIn = 0, 0, 0, 0 // marks of groups over there
	i := t.room()
	t.tracks[i] = *k
	t.lastID = max(t.lastID, k.id)
	t.grid.spread(len(t.tracks))
	t.grid.balls[i] = m.ball
	if m.ball.r >= 0 && len(t.grid.head) > 0 {
		t.grid.insert(i, m.ball.at, m.ball.r)
	}
}

// has says whether a number is taken.
func (t *Tracker) has(id entente.TrackID) bool {
	return slices.ContainsFunc(t.live, func(i int32) bool { return t.tracks[i].state != 0 && t.tracks[i].id == id })
}

// near says whether a time is unknown or about that of the newest plot.
func (c *clocks) near(t entente.Instant) bool {
	return t == 0 || c.newest > 0 && t > 0 && math.Abs(t.Sub(c.newest)) < 3600
}

// plausible says whether clutter that came from elsewhere can be worked with.
func (s *learned) plausible() bool {
	for _, c := range s.clutter {
		if !(c.count > 0 && c.count < 1e9 && c.looks > 0 && c.looks < 1e9) {
			return false
		}
	}
	return true
}

func (b *ball) plausible() bool {
	return b.r >= unseen && b.r < 2*widestGate && apart(b.at, geo.ECEF{}) < 2*geo.MeanRadius
}

// plausible says whether a track that came from elsewhere can be worked with.
func (k *record) plausible() bool {
	sum := 0.0
	for j := range modes {
		sum += k.mu[j]
		for _, v := range k.modes[j].p {
			if !(math.Abs(v) < 1e18) {
				return false
			}
		}
		for i, v := range k.modes[j].x {
			if limit := [2]float64{1e5, fastest}[i/3]; !(math.Abs(v) < limit) {
				return false
			}
		}
		if !(k.mu[j] >= 0) {
			return false
		}
	}
	return k.id != 0 && k.state >= entente.Tentative && k.state <= entente.Coasting && math.Abs(sum-1) < 1e-3 && k.time > 0 && k.updated > 0 &&
		k.sigma >= 0 && k.sigma < 1e9 && int(k.class) < classes && k.frame.Origin().Lat >= -2 && k.frame.Origin().Lat <= 2
}
