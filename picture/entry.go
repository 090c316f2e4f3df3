package picture

import (
	"cmp"
	"slices"

	"entente"
)

// entry is one aircraft of the picture.
type entry struct {
	number  uint32    // zero: the place is free
	parts   []int32   // places of contributions, own first, then by member
	sources sourceSet // whose tracks they are; single looks do not count
	lead    int32     // the part whose frame and number lead
	into    int32     // where it was absorbed; −1 when it stands

	fused    entente.Track
	hidden   bool // missed by all who should see it, or no more than a single look
	gone     gone
	conflict string
	doubt    string
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
	p.mark(&p.entries[at])
	p.byNumber[p.lastNumber] = at
	p.contributions[i].entry = at
}

// mark notes whose tracks an entry has.
func (p *Picture) mark(e *entry) {
	e.sources = sourceSet{}
	for _, i := range e.parts {
		if c := &p.contributions[i]; !c.first() {
			e.sources.add(c.source)
		}
	}
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
	} else {
		p.mark(e)
		if e.lead == i {
			e.lead = e.parts[0]
		}
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
	return p.entries[a].sources.meets(&p.entries[b].sources)
}

// absorb moves all of b into a. What a person said of b stays, unless a person spoke of a too.
func (p *Picture) absorb(a, b int32) {
	x, y := &p.entries[a], &p.entries[b]
	for _, i := range y.parts {
		p.contributions[i].entry = a
		x.parts = append(x.parts, i)
	}
	slices.SortFunc(x.parts, p.rank)
	x.sources.join(&y.sources)
	x.gone = gone{}
	if y.person && !x.person {
		x.identity, x.person = y.identity, true
	}
	delete(p.byNumber, y.number)
	y.into, y.parts, y.sources = a, y.parts[:0], sourceSet{}
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
