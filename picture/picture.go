package picture

import (
	"slices"
	"sync"

	"entente"
)

// Config says whose picture it is and by which rules aircraft are identified.
type Config struct {
	Member     entente.MemberID
	Rules      []Rule  // first match wins; nil is DefaultRules of no member
	OwnAge     float64 // seconds that an own track counts after its last update; zero is 60
	PartnerAge float64 // seconds that a partner's track counts after its time of applicability; zero is 60
	MaxTracks  int     // bound on the tracks of one member; zero is 65536

	// Sees says within how many seconds own sensors must have made a track of an aircraft as this one if it is there;
	// zero: they need not. Nil: no partner's aircraft is doubted. It is called under the picture's lock.
	Sees func(t *entente.Track) float64
}

// firstAge is how long a single look waits for another sensor's, seconds.
const firstAge = 15.0

// fromFuture is how far a track may lie after its own arrival, seconds.
const fromFuture = 10.0

// Counters say what came in and what was refused.
type Counters struct {
	Own         uint64 // own tracks taken
	Partner     uint64 // partners' tracks taken
	Stale       uint64 // refused: older than what is held, than the age limit, or expired
	Implausible uint64 // refused: no position, not a number, from the future, or covariance not positive
	Mislabelled uint64 // refused: not the sender's to give, not for this member, or this member's own coming back
	Crowded     uint64 // refused: MaxTracks reached
	Distrusted  uint64 // not taken: a person has this partner ignored
	Split       uint64 // tracks taken out of an entry that they no longer fit
	Joined      uint64 // entries found to be one aircraft
	Entries     int    // aircraft in the picture
}

// Picture is one member's air picture.
type Picture struct {
	config Config

	mu            sync.Mutex // guards all below
	counters      Counters
	sources       []source
	sourceOf      map[entente.MemberID]int32
	contributions []contribution // source −1: the place is free
	freeParts     []int32
	entries       []entry
	freeEntries   []int32
	byNumber      map[uint32]int32
	lastNumber    uint32
	words         map[entente.Address]word // of persons, for aircraft that left
	now, before   entente.Instant          // of the last picture and the one before
	pictures      uint64
	own           map[entente.Address]int32 // entries of the own tracker
	apart         map[int]string            // words for distances, half a kilometre each
	all           sourceSet

	index      index
	candidates []candidate
	touches    []touch
	found      []int32
	fresh      []int32
	absorbed   []int32
	order      []uint32
	able       []int32
}

// New returns an empty picture.
func New(c Config) *Picture {
	if c.Rules == nil {
		c.Rules = DefaultRules(nil)
	}
	if c.OwnAge <= 0 {
		c.OwnAge = 60
	}
	if c.PartnerAge <= 0 {
		c.PartnerAge = 60
	}
	if c.MaxTracks <= 0 {
		c.MaxTracks = 1 << 16
	}
	p := &Picture{config: c, sourceOf: map[entente.MemberID]int32{}, byNumber: map[uint32]int32{}, words: map[entente.Address]word{},
		own: map[entente.Address]int32{}, apart: map[int]string{}}
	p.source(c.Member)
	return p
}

// source returns the place of a member among the sources, −1 when there are too many.
func (p *Picture) source(m entente.MemberID) int32 {
	i, ok := p.sourceOf[m]
	if !ok {
		if len(p.sources) >= maxSources {
			return -1
		}
		i = int32(len(p.sources))
		p.sources = append(p.sources, source{member: m, tracks: map[entente.TrackID]int32{}})
		p.sourceOf[m] = i
		p.all.add(i)
	}
	return i
}

// Own takes the member's own tracks as its tracker emitted them; an ended track leaves. A tentative one, a single look of
// one sensor, is shown only with another member's of the same aircraft.
func (p *Picture) Own(tracks []entente.Track) {
	p.mu.Lock()
	defer p.mu.Unlock()
	label := entente.Label{Origin: p.config.Member}
	for i := range tracks {
		p.take(0, label, tracks[i].Time, &tracks[i])
	}
}

// Partner takes tracks that m released under label, received at this node when said. Tracks passed on (Label.Onward) are
// those of the label's origin. Data that m may not give, or that this member may not have, are refused and counted, as
// is this member's own data coming back.
func (p *Picture) Partner(m entente.MemberID, label entente.Label, received entente.Instant, tracks []entente.Track) {
	p.mu.Lock()
	defer p.mu.Unlock()
	own := p.config.Member
	if label.Origin == own || m == own || !label.Allows(own) || label.Origin != m && !label.Onward {
		p.counters.Mislabelled += uint64(len(tracks))
		return
	}
	s := p.source(label.Origin)
	if s < 0 {
		p.counters.Crowded += uint64(len(tracks))
		return
	}
	if p.sources[s].trust == entente.Ignore {
		p.counters.Distrusted += uint64(len(tracks))
		return
	}
	for i := range tracks {
		p.take(s, label, received, &tracks[i])
	}
}

// take puts a track in the place of its predecessor.
func (p *Picture) take(s int32, label entente.Label, received entente.Instant, t *entente.Track) {
	src := &p.sources[s]
	i, known := src.tracks[t.ID]
	if t.State == entente.Ended {
		if known {
			p.ended(i, t)
		}
		return
	}
	if f, bad := p.fault(s, i, known, label, received, t); bad {
		src.conduct.add(f, t, received)
		if f == faultStale {
			p.counters.Stale++
		} else {
			p.counters.Implausible++
		}
		return
	}
	if !known && len(src.tracks) >= p.config.MaxTracks {
		p.counters.Crowded++
		return
	}
	if !known {
		i = p.part()
		p.contributions[i] = contribution{source: s, entry: -1}
		src.tracks[t.ID] = i
	}
	c := &p.contributions[i]
	if known && s != 0 && leapt(&c.track, t) {
		src.conduct.add(faultLeap, t, received)
		p.leave(i) // whatever it was part of, it is elsewhere now
		c.turn = turn{}
	}
	old := c.track
	c.track, c.label, c.received = *t, label, received
	c.rhythm(&old, received)
	if known {
		c.turn.learn(&old, t)
	}
	src.newest = max(src.newest, t.Time)
	src.conduct.taken[0]++
	if s == 0 {
		p.counters.Own++
	} else {
		p.counters.Partner++
	}
}

// fault says what is wrong with a state, if anything is.
func (p *Picture) fault(s, i int32, known bool, label entente.Label, received entente.Instant, t *entente.Track) (fault, bool) {
	ahead := p.sources[s].registration.moved[3]
	switch {
	case !plausible(t):
		return faultImpossible, true
	case received != 0 && t.Time.Sub(received) > fromFuture+max(0, ahead):
		return faultFuture, true
	case known && t.Time < p.contributions[i].track.Time, label.Expires != 0 && label.Expires <= received, p.aged(s, t):
		return faultStale, true
	}
	return 0, false
}

// ended takes out a track that its member ended, and keeps what that says of its entry.
func (p *Picture) ended(i int32, t *entente.Track) {
	if c := &p.contributions[i]; c.entry >= 0 && !c.first() {
		p.bear(&p.entries[c.entry], c, t)
	}
	p.remove(i)
}

// part returns a free place for a contribution.
func (p *Picture) part() int32 {
	if n := len(p.freeParts); n > 0 {
		i := p.freeParts[n-1]
		p.freeParts = p.freeParts[:n-1]
		return i
	}
	p.contributions = append(p.contributions, contribution{})
	return int32(len(p.contributions) - 1)
}

func (p *Picture) remove(i int32) {
	c := &p.contributions[i]
	p.leave(i)
	delete(p.sources[c.source].tracks, c.track.ID)
	*c = contribution{source: -1, entry: -1}
	p.freeParts = append(p.freeParts, i)
}

// aged says whether a track is too old for the last picture.
func (p *Picture) aged(s int32, t *entente.Track) bool {
	switch {
	case t.State == entente.Tentative:
		return p.now.Sub(t.Updated) > firstAge
	case s == 0:
		return p.now.Sub(t.Updated) > p.config.OwnAge
	}
	return p.now.Sub(t.Time) > p.config.PartnerAge
}

// Entries brings the picture to now (ages, splits, joins, fuses, identifies) and appends every aircraft with its fused
// state at now, in order of number. What dst held beyond its length is used again, contributions included.
func (p *Picture) Entries(dst []entente.Entry, now entente.Instant) []entente.Entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.before, p.now = p.now, max(p.now, now)
	p.pictures++
	p.renew()
	p.split()
	p.enterFresh()
	if len(p.sources) > 1 {
		p.join()
		p.bury()
		p.register()
	}
	for i := range p.entries {
		if e := &p.entries[i]; e.number != 0 {
			p.fuse(e)
		}
	}
	p.suspect()
	return p.shown(dst)
}

// Last appends the entries of the last picture again.
func (p *Picture) Last(dst []entente.Entry) ([]entente.Entry, entente.Instant) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown(dst), p.now
}

// shown appends what is shown, in order of number.
func (p *Picture) shown(dst []entente.Entry) []entente.Entry {
	p.order = p.order[:0]
	for i := range p.entries {
		if e := &p.entries[i]; e.number != 0 && !e.hidden && e.fused.Time != 0 {
			p.order = append(p.order, e.number)
		}
	}
	slices.Sort(p.order)
	for _, n := range p.order {
		dst = p.show(dst, p.byNumber[n])
	}
	return dst
}

// renew drops what is too old and moves the rest to the time of the picture.
func (p *Picture) renew() {
	for i := range p.contributions {
		c := &p.contributions[i]
		if c.source < 0 {
			continue
		}
		if p.aged(c.source, &c.track) || c.label.Expires != 0 && c.label.Expires <= p.now {
			p.remove(int32(i))
			continue
		}
		c.at.move(&c.track, c.turn, p.now)
		p.sources[c.source].registration.shift(&c.at)
	}
}

// enterFresh gives the contributions without entry each one of its own, in an order that arrival leaves no trace in.
func (p *Picture) enterFresh() {
	p.fresh = p.fresh[:0]
	for i := range p.contributions {
		if c := &p.contributions[i]; c.source >= 0 && c.entry < 0 {
			p.fresh = append(p.fresh, int32(i))
		}
	}
	slices.SortFunc(p.fresh, p.rank)
	for _, i := range p.fresh {
		p.enter(i)
	}
}

// show appends the entry at a place.
func (p *Picture) show(dst []entente.Entry, at int32) []entente.Entry {
	e := &p.entries[at]
	n := len(dst)
	if n < cap(dst) {
		dst = dst[:n+1]
	} else {
		dst = append(dst, entente.Entry{})
	}
	o := &dst[n]
	parts := o.Contributions[:0]
	for _, i := range e.parts {
		c := &p.contributions[i]
		if c.first() && c.aside != fusedIn {
			continue
		}
		parts = append(parts, entente.Contribution{Member: p.sources[c.source].member, Track: c.track.ID,
			Time: c.track.Time, Received: c.received, Label: c.label, Aside: p.why(c)})
	}
	*o = entente.Entry{Number: e.number, Reference: p.reference(e), Track: e.fused, Identification: e.identity, Contributions: parts,
		Conflict: e.conflict, Doubt: e.doubt}
	return dst
}

// Get returns the entry with this number as Entries last gave it.
func (p *Picture) Get(number uint32) (entente.Entry, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, ok := p.byNumber[number]
	if !ok || p.entries[at].fused.Time == 0 || p.entries[at].hidden {
		return entente.Entry{}, false
	}
	return p.show(nil, at)[0], true
}

// SetIdentity sets by a person's word what an entry is taken to be; no rule changes it until ReleaseIdentity.
// The error is an [entente.Error]: NotFound, or Malformed without a person or identity.
func (p *Picture) SetIdentity(number uint32, id entente.Identification) error {
	if id.By == "" || id.Identity < entente.Pending || id.Identity > entente.Unknown {
		return &entente.Error{Kind: entente.Malformed, Source: "identity", Offset: -1,
			Reason: "no person or no known identity", Next: "say who sets it, and one of pending, assumed_friend, friend, neutral, suspect, unknown"}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	e, err := p.standing(number)
	if err != nil {
		return err
	}
	if id.Time == 0 {
		id.Time = p.now
	}
	e.identity, e.person = id, true
	return nil
}

// ReleaseIdentity gives the entry back to the rules. The error is an [entente.Error] of kind NotFound.
func (p *Picture) ReleaseIdentity(number uint32) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, err := p.standing(number)
	if err != nil {
		return err
	}
	e.person = false
	e.identity = Identify(p.config.Rules, &e.fused)
	return nil
}

func (p *Picture) standing(number uint32) (*entry, error) {
	at, ok := p.byNumber[number]
	if !ok {
		return nil, &entente.Error{Kind: entente.NotFound, Source: "picture", Offset: -1,
			Reason: "no aircraft with that number", Next: "it may have left, or been joined with another; look at the picture again"}
	}
	return &p.entries[at], nil
}

// Counters returns the counts so far.
func (p *Picture) Counters() Counters {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.counters
	c.Entries = len(p.order)
	return c
}
