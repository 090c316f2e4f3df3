package picture

import (
	"cmp"
	"slices"

	"entente"
)

// entry is one aircraft of the picture.
type entry struct {
	number uint32  // zero: the place is free
	parts  []int32 // places of contributions, own first, then by member
	lead   int32   // the part whose frame and number lead
	into   int32   // where it was absorbed; −1 when it stands

	fused    entente.Track
	conflict string
	identity entente.Identification
	person   bool // identity was set by one

	favourite  uint32          // number of the contested candidate for joining
	since      entente.Instant // in every picture since then
	favouredIn uint64          // the last of them
}

// enter gives a contribution without entry one of its own.
func (p *Picture) enter(i int32) {
	var at int32
	if n := len(p.freeEntries); n > 0 {
		at = p.freeEntries[n-1]
		p.freeEntries = p.freeEntries[:n-1]
	} else {
		at = int32(len(p.entries))
		p.entries = append(p.entries, entry{})
	}
	p.lastNumber++
	parts := p.entries[at].parts[:0]
	p.entries[at] = entry{number: p.lastNumber, parts: append(parts, i), lead: i, into: -1}
	p.byNumber[p.lastNumber] = at
	p.contributions[i].entry = at
}

// leave takes a contribution out of its entry, and drops the entry when it was the last.
func (p *Picture) leave(i int32) {
	c := &p.contributions[i]
	if c.entry < 0 {
		return
	}
	e := &p.entries[c.entry]
	e.parts = slices.DeleteFunc(e.parts, func(j int32) bool { return j == i })
	if len(e.parts) == 0 {
		p.dropEntry(c.entry)
	} else if e.lead == i {
		e.lead = e.parts[0]
	}
	c.entry, c.misfit = -1, misfit{}
}

func (p *Picture) dropEntry(at int32) {
	e := &p.entries[at]
	p.remember(e)
	delete(p.byNumber, e.number)
	e.number, e.parts = 0, e.parts[:0]
	p.freeEntries = append(p.freeEntries, at)
}

// root is the entry that at was absorbed into, or itself.
func (p *Picture) root(at int32) int32 {
	for p.entries[at].into >= 0 {
		at = p.entries[at].into
	}
	return at
}

// sharesSource says whether one member has tracks in both entries: it holds them to be two aircraft.
func (p *Picture) sharesSource(a, b int32) bool {
	for _, i := range p.entries[a].parts {
		for _, j := range p.entries[b].parts {
			if p.contributions[i].source == p.contributions[j].source {
				return true
			}
		}
	}
	return false
}

// absorb moves all of b into a. What a person said of b stays, unless a person spoke of a too.
func (p *Picture) absorb(a, b int32) {
	x, y := &p.entries[a], &p.entries[b]
	for _, i := range y.parts {
		p.contributions[i].entry = a
		x.parts = append(x.parts, i)
	}
	slices.SortFunc(x.parts, p.rank)
	if y.person && !x.person {
		x.identity, x.person = y.identity, true
	}
	delete(p.byNumber, y.number)
	y.into, y.parts = a, y.parts[:0]
	p.absorbed = append(p.absorbed, b)
	p.counters.Joined++
}

// rank orders contributions: own first, then by member and track.
func (p *Picture) rank(i, j int32) int {
	a, b := &p.contributions[i], &p.contributions[j]
	return cmp.Or(-compareBool(a.source == 0, b.source == 0),
		cmp.Compare(p.sources[a.source].member, p.sources[b.source].member), cmp.Compare(a.track.ID, b.track.ID))
}

// bury frees the entries absorbed in this picture.
func (p *Picture) bury() {
	for _, at := range p.absorbed {
		p.entries[at] = entry{parts: p.entries[at].parts[:0], into: -1}
		p.freeEntries = append(p.freeEntries, at)
	}
	p.absorbed = p.absorbed[:0]
}

// fuse works out what an entry shows at the picture's time.
func (p *Picture) fuse(e *entry) {
	p.chooseLead(e)
	lead := &p.contributions[e.lead]
	t := lead.track
	t.Time = p.now
	t.Lat, t.Lon, t.Height, t.VE, t.VN, t.VU, t.Covariance = lead.at.lat, lead.at.lon, lead.at.height, lead.at.ve, lead.at.vn, lead.at.vu, lead.at.p
	t.Origin = p.sources[lead.source].member
	if len(e.parts) > 1 {
		p.intersect(e, lead, &t)
	}
	t.Sensors = 0
	for _, i := range e.parts {
		p.know(&t, &p.contributions[i])
	}
	e.fused = t
	e.conflict = p.conflict(e)
	p.recall(e)
	if !e.person {
		id := Identify(p.config.Rules, &t)
		if id.Identity != e.identity.Identity || id.Criterion != e.identity.Criterion {
			e.identity = id
		}
	}
}

// intersect fuses the parts into t.
func (p *Picture) intersect(e *entry, lead *contribution, t *entente.Track) {
	sum := 0.0
	for _, i := range e.parts {
		sum += weight(&p.contributions[i].at)
	}
	var f fusion
	for _, i := range e.parts {
		o := &p.contributions[i].at
		f.add(&lead.at, o, weight(o)/sum)
	}
	if f.weight > 0 {
		f.result(&lead.at, t)
	}
}

// chooseLead keeps the leading part unless another is twice as accurate or the lead has gone; own leads at a tie.
func (p *Picture) chooseLead(e *entry) {
	spread := func(i int32) float64 { q := &p.contributions[i].at.p; return q.At(0, 0) + q.At(1, 1) }
	best := e.parts[0]
	for _, i := range e.parts[1:] {
		if spread(i) < spread(best) {
			best = i
		}
	}
	if spread(best)*4 < spread(e.lead) {
		e.lead = best
	}
}

// know adds to t what one part knows beside the state.
func (p *Picture) know(t *entente.Track, c *contribution) {
	o := &c.track
	t.Updated, t.Started = max(t.Updated, o.Updated), min(t.Started, o.Started)
	if t.State != entente.Confirmed {
		t.State = o.State
	}
	if t.Address == 0 {
		t.Address = o.Address
	}
	if t.Callsign == (entente.Callsign{}) {
		t.Callsign = o.Callsign
	}
	if !t.Is(entente.HasModeA) && o.Is(entente.HasModeA) {
		t.ModeA = o.ModeA
	}
	if !t.Is(entente.HasPressureAltitude) && o.Is(entente.HasPressureAltitude) {
		t.PressureAltitude = o.PressureAltitude
	}
	t.Has |= o.Has
	if c.source == 0 {
		t.Sensors = o.Sensors // bits of another node's sensors mean nothing here
	}
}
