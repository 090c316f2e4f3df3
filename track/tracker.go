package track

import (
	"cmp"
	"math"
	"runtime"
	"slices"

	"entente"
)

// Config says whose tracker it is, what feeds it and how long it waits for late plots. The zero value of every field
// but Sensors is usable; there is nothing to tune per site.
type Config struct {
	Member  entente.MemberID // origin of the tracks
	Sensors []entente.Sensor // who measures; a plot of another sensor is counted and dropped

	// Window is how many seconds plots are held so that late ones find their place. Zero holds nothing: a batch is
	// processed at once and a late plot is used as well as can be, by retrodiction.
	Window float64
	// MaxTracks bounds the tracks alive, tentative ones included; zero is 65536. Above it no track is started.
	MaxTracks int
	// MaxHeld bounds the plots held in the window; zero is 1 << 20. Above it the oldest are processed early.
	MaxHeld int
	// Workers is how many work on parts of the Earth at once, the caller among them and no more than processors; zero is
	// one. The tracks are the same to the last bit. With more than one, Close ends them.
	Workers int
	// Explain, where not nil, records why the tracker decides as it does. It works alone then.
	Explain *Explanation
}

// Counters say what became of the plots and tracks since the tracker was made.
type Counters struct {
	Plots       uint64 // given to Process
	Associated  uint64 // used by a track
	Initiated   uint64 // started a tentative track
	Unknown     uint64 // refused: sensor not in Config.Sensors
	Implausible uint64 // refused: no position, not a number, out of range, or from the future
	Late        uint64 // refused: older than the window, or than retrodiction reaches
	Doubled     uint64 // not used: second plot of an aircraft in one turn of a radar
	Crowded     uint64 // not used: MaxTracks reached
	Confirmed   uint64 // tracks confirmed
	Ended       uint64 // confirmed tracks ended
	Abandoned   uint64 // tentative tracks dropped
	Resumed     uint64 // tracks shown under the number of one that was lost
	Merged      uint64 // tracks ended as twins of another
	Live        int    // confirmed or coasting now
	Tentative   int    // tentative now
	Held        int    // plots waiting in the window
}

// Tracker makes tracks of plots. It belongs to one goroutine.
type Tracker struct {
	config Config
	sites  []site
	siteOf []int32 // by sensor ID; −1 for none

	tracks []record
	live   []int32 // places of tracks in order of ID; at times places free again
	lastID entente.TrackID
	lost   []trail // tracks that ended of late

	held, spare     []entente.Plot
	newest, settled entente.Instant // of plots given; processed up to
	nextSweep       entente.Instant
	clock           float64 // seconds, sigma of the common clock of all sensors
	leaps           int     // plots in a row that are far ahead of the newest
	queue           []int32 // sites with an open group, in order of its beginning

	grid grid
	team *team // nil: alone
	workspace
}

// workspace is what each worker has of its own: what it did, and its buffers.
type workspace struct {
	lane     *lane // nil in the tracker itself
	counters Counters
	free     []int32         // places for tracks
	out      []entente.Track // of the call under way
	lessons  []lesson        // of the plots since the last sweep
	turn     int32           // plot of views under way
	untidy   bool            // live has free places
	stamp    uint32
	// buffers of one group
	views   []seenPlot
	found   []int32
	foundTo []int32 // by plot: where its own of found end
	twins   []int32
	seen    observation
	pairs   []pairing
	near    []beside
	shared  []sharing
	givenIn uint32
	order   []clustered
	chosen  []int32
	parent  []int32
	rows    []int32
	cols    []int32
	cost    []float64
	which   []int32
	got     []int
	again   []int
	assign  assigner
}

// New returns a tracker without tracks.
func New(c Config) *Tracker {
	if c.MaxTracks <= 0 {
		c.MaxTracks = 1 << 16
	}
	if c.MaxHeld <= 0 {
		c.MaxHeld = 1 << 20
	}
	t := &Tracker{config: c, lost: make([]trail, 0, mostLost)}
	if n := min(c.Workers, runtime.GOMAXPROCS(0)); n > 1 && c.Explain == nil {
		t.team = newTeam(n, patience)
	}
	t.SetSensors(c.Sensors)
	return t
}

// SetSensors replaces the sensors; tracks and learned biases and clutter of sensors that stay are kept. Plots in the
// open groups are associated first.
func (t *Tracker) SetSensors(sensors []entente.Sensor) {
	t.closeGroups(math.MaxInt64)
	t.drain()
	t.digest()
	old := t.sites
	t.sites = make([]site, 0, len(sensors))
	t.siteOf = t.siteOf[:0]
	for _, s := range sensors {
		for int(s.ID) >= len(t.siteOf) {
			t.siteOf = append(t.siteOf, -1)
		}
		t.siteOf[s.ID] = int32(len(t.sites))
		st := newSite(s)
		for i := range old {
			if old[i].sensor.ID == s.ID {
				st.clutter, st.bias, st.group = old[i].clutter, old[i].bias, old[i].group
			}
		}
		t.sites = append(t.sites, st)
	}
	t.config.Sensors = sensors
	for i := range t.tracks {
		t.tracks[i].relook(old, t.siteOf)
	}
	t.held = slices.DeleteFunc(t.held, func(p entente.Plot) bool {
		return int(p.Sensor) >= len(t.siteOf) || t.siteOf[p.Sensor] < 0
	})
}

// relook turns the places of sensors that a track remembers from the old list to the new.
func (k *record) relook(old []site, siteOf []int32) {
	first := int32(-1)
	if int(k.first) < len(old) {
		if id := old[k.first].sensor.ID; int(id) < len(siteOf) {
			first = siteOf[id]
		}
	}
	k.first = first
	for i := range k.looks {
		l := &k.looks[i]
		if l.hits == 0 {
			continue
		}
		id := old[l.sensor].sensor.ID
		if int(id) >= len(siteOf) || siteOf[id] < 0 {
			*l = look{}
			continue
		}
		l.sensor = siteOf[id]
	}
}

// Process takes plots in any order and appends to out the tracks confirmed, updated, coasting or ended by them, in
// order of processing; a track updated more than once appears more than once. Tentative tracks do not appear.
// An ended track appears once, with State Ended; if its aircraft is seen again within minutes by its address, or within 45 s where it
// must be, it goes on under its number.
func (t *Tracker) Process(plots []entente.Plot, out []entente.Track) []entente.Track {
	t.out = out
	t.hold(plots)
	if t.config.Window > 0 {
		if t.newest != 0 {
			t.settle(t.newest.Add(-t.config.Window))
			t.closeGroups(t.settled)
		}
	} else {
		t.settle(t.newest)
		t.closeGroups(math.MaxInt64)
	}
	return t.done()
}

// Advance says that it is now: held plots older than the window are processed, tracks without plots coast or end.
// A live node calls it about once a second; a recording needs it not.
func (t *Tracker) Advance(now entente.Instant, out []entente.Track) []entente.Track {
	t.out = out
	until := now.Add(-max(0, t.config.Window))
	t.settle(until)
	t.closeGroups(until)
	if len(t.queue) == 0 {
		t.sweepTo(until.Add(-groupSpan))
	}
	return t.done()
}

// Flush processes everything held, as at the end of a recording.
func (t *Tracker) Flush(out []entente.Track) []entente.Track {
	t.out = out
	if n := len(t.held); n > 0 {
		t.settle(t.held[n-1].Time)
	}
	t.closeGroups(math.MaxInt64)
	return t.done()
}

func (t *Tracker) done() []entente.Track {
	t.drain()
	out := t.out
	t.out = nil
	return out
}

// emit puts a track out.
func (t *Tracker) emit(k *record) {
	k.emitted = k.time
	t.out = append(t.out, entente.Track{})
	if t.lane != nil {
		t.lane.told()
	}
	k.show(t.config.Member, t.clock, &t.out[len(t.out)-1])
}

// Tracks appends the confirmed and coasting tracks, each at its own last time, in order of ID.
func (t *Tracker) Tracks(dst []entente.Track) []entente.Track {
	from := len(dst)
	for i := range t.tracks {
		if k := &t.tracks[i]; k.confirmed() {
			dst = append(dst, entente.Track{})
			k.show(t.config.Member, t.clock, &dst[len(dst)-1])
		}
	}
	slices.SortFunc(dst[from:], func(a, b entente.Track) int { return cmp.Compare(a.ID, b.ID) })
	return dst
}

// Counters returns the counts so far.
func (t *Tracker) Counters() Counters {
	c := t.counters
	c.Held = len(t.held)
	for i := range t.sites {
		if t.sites[i].open {
			c.Held += len(t.sites[i].group)
		}
	}
	for i := range t.tracks {
		switch k := &t.tracks[i]; {
		case k.confirmed():
			c.Live++
		case k.state == entente.Tentative:
			c.Tentative++
		}
	}
	return c
}
