package airspace

import (
	"cmp"
	"slices"

	"entente"
	"entente/geo"
)

// Watch judges one member's picture. It keeps what hysteresis needs and is not safe for use from several goroutines.
type Watch struct {
	config    Config
	airspaces *geo.Index
	zones     *geo.Index

	round  uint32
	first  entente.Instant // of the first evaluation
	now    entente.Instant
	causes map[cause]*held
	known  map[uint32]*memory
	inside []int // reused
}

// rule numbers the rules; the order is that of the keys.
type rule uint8

const (
	entry rule = iota
	approach
	emergency
	lost
	silent
	zoned
)

// cause names what holds: a rule, its subject (airspace, zone, sensor or code) and the entry.
type cause struct {
	rule    rule
	subject int
	number  uint32
}

// held is a condition with when it was last true.
type held struct {
	condition entente.Condition
	written   entente.Instant // when its title and evidence were
	last      entente.Instant
	keep      float64 // seconds it holds after that
}

// rewrite is after how many seconds title and evidence of a standing condition are written anew.
const rewrite = 5

// memory is what is kept of an entry while it is in the picture.
type memory struct {
	round    uint32
	crossed  bool  // it was seen outside every watched airspace, or in another, before
	airspace int   // where it was last, −1 outside
	deep     bool  // it was first seen inside, far from the border
	zones    []int // zones it is in
	last     *lastSeen
}

// lastSeen is what track.lost needs of an entry that is gone.
type lastSeen struct {
	track          entente.Track
	identification entente.Identification
	contributions  []entente.Contribution
}

// New makes a watch. It keeps the configuration's slices and does not change them.
func New(c Config) (*Watch, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	airspaces := make([]geo.Region, len(c.Airspaces))
	for i := range airspaces {
		airspaces[i] = c.Airspaces[i].Region
	}
	zones := make([]geo.Region, len(c.Zones))
	for i := range zones {
		zones[i] = c.Zones[i].Region
	}
	return &Watch{
		config: c, airspaces: geo.NewIndex(airspaces), zones: geo.NewIndex(zones),
		causes: map[cause]*held{}, known: map[uint32]*memory{},
	}, nil
}

// Evaluate returns all conditions that hold now, ordered by key. heard says when each sensor last gave a plot; a sensor
// never heard counts from the first call. Calls go forward in time; an earlier now is taken as the latest. Tentative
// tracks are not looked at, and a coasting track begins nothing new.
func (w *Watch) Evaluate(entries []entente.Entry, heard map[entente.SensorID]entente.Instant, now entente.Instant) []entente.Condition {
	if w.first == 0 {
		w.first = now
	}
	w.now = max(w.now, now)
	w.round++
	for i := range entries {
		if e := &entries[i]; e.Track.State == entente.Confirmed || e.Track.State == entente.Coasting {
			w.judge(e)
		}
	}
	w.losses()
	w.sensors(heard)
	return w.standing()
}

// judge applies the rules to one entry.
func (w *Watch) judge(e *entente.Entry) {
	m := w.known[e.Number]
	fresh := m == nil
	if fresh {
		m = &memory{airspace: -1}
		w.known[e.Number] = m
	}
	m.round = w.round
	w.emergencies(e)
	if !e.Track.Is(entente.HasSurface) {
		w.borders(e, m, fresh)
		w.zone(e, m)
	} else {
		m.zones = m.zones[:0]
	}
	if len(m.zones) > 0 {
		if m.last == nil {
			m.last = &lastSeen{}
		}
		m.last.track, m.last.identification = e.Track, e.Identification
		m.last.contributions = append(m.last.contributions[:0], e.Contributions...)
	}
}

// holds says whether the cause was standing before.
func (w *Watch) holds(c cause) bool { return w.causes[c] != nil }

// hold notes that a cause is true now.
func (w *Watch) hold(c cause, keep float64, condition entente.Condition) {
	condition.Time = w.now
	condition.Entry = c.number
	w.causes[c] = &held{condition, w.now, w.now, keep}
}

// renew notes that a standing cause is true still, and where, when what is written of it is recent and as grave. Writing
// evidence costs more than all judging: with a picture full of unidentified tracks it must not be done each second.
func (w *Watch) renew(c cause, severity entente.Severity, t *entente.Track) bool {
	h := w.causes[c]
	if h == nil || h.condition.Severity != severity || w.now.Sub(h.written) >= rewrite {
		return false
	}
	h.last = w.now
	h.condition.Time, h.condition.Lat, h.condition.Lon = w.now, t.Lat, t.Lon
	return true
}

// begins says whether a cause that the entry fulfils may stand: coasting tracks keep up what stood, no more.
func (w *Watch) begins(c cause, e *entente.Entry) bool {
	return e.Track.State == entente.Confirmed || w.holds(c)
}

// standing returns what holds and forgets what has not for long enough.
func (w *Watch) standing() []entente.Condition {
	var list []entente.Condition
	for c, h := range w.causes {
		if w.now.Sub(h.last) > h.keep {
			delete(w.causes, c)
			continue
		}
		list = append(list, h.condition)
	}
	slices.SortFunc(list, func(a, b entente.Condition) int { return cmp.Compare(a.Key, b.Key) })
	return list
}
