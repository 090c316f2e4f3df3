package picture

import (
	"fmt"
	"math"

	"entente"
	"entente/geo"
)

// fault is what a partner's state may have wrong.
type fault uint8

const (
	faultStale  fault = iota // older than what is held, than the age limit, or expired
	faultFuture              // stamped later than it came
	faultImpossible
	faultLeap // where the aircraft cannot have flown since the state before
	faults
)

// conduct counts a partner's faults, minute by minute, and what speaks against it in the present picture.
type conduct struct {
	began     entente.Instant // of the present minute
	now, last [faults]int
	taken     [2]int // states taken in this minute and the last
	example   [faults]string

	common    int // entries it shares with the own tracker
	unseen    int // entries that it alone reports where own sensors must see them
	displaced int // own aircraft that it has elsewhere, by their address
	places    []place
}

// place is an aircraft that speaks against a partner.
type place struct {
	entry    uint32
	lat, lon float64
	words    string
}

const (
	minute     = 60.0
	mostPlaces = 5 // kept as evidence
)

// turnOver begins a new minute when it is time.
func (c *conduct) turnOver(now entente.Instant) {
	if d := now.Sub(c.began); c.began == 0 || d >= 2*minute {
		c.now, c.last, c.taken, c.began = [faults]int{}, [faults]int{}, [2]int{}, now
	} else if d >= minute {
		c.last, c.now = c.now, [faults]int{}
		c.taken = [2]int{0, c.taken[0]}
		c.began = c.began.Add(minute)
	}
}

// of is how often a fault was met in the last one to two minutes.
func (c *conduct) of(f fault) int { return c.now[f] + c.last[f] }

func (c *conduct) add(f fault, t *entente.Track, received entente.Instant) {
	c.now[f]++
	if c.now[f] == 1 { // words are made once a minute, not for every state of a flood
		c.example[f] = fmt.Sprintf("track %d, state of %v, received %v", t.ID, t.Time, received)
	}
}

// leapt says whether an aircraft cannot have flown from one state to the next.
func leapt(old, t *entente.Track) bool {
	const fastest, slack = 1000.0, 3000.0 // m/s and metres
	m, _ := geo.Radii(t.Lat)
	dt := math.Abs(t.Time.Sub(old.Time))
	reach := slack + fastest*dt + 4*math.Sqrt(t.Covariance.At(0, 0)+t.Covariance.At(1, 1)+old.Covariance.At(0, 0)+old.Covariance.At(1, 1))
	if math.Abs(t.Lat-old.Lat)*m > reach {
		return true
	}
	return math.Abs(geo.WrapLon(t.Lon-old.Lon))*m*math.Cos(t.Lat) > reach/2 && geo.Separation(old.Lat, old.Lon, t.Lat, t.Lon) > reach
}

// unseen is since when an aircraft that a partner alone reports has been where own sensors must see it.
type unseen struct {
	since, seen entente.Instant // seen: last time it was judged
	in          float64         // seconds within which they must
}

const (
	doubtLeast = 30.0 // seconds
	doubtEvery = 4.0  // seconds between judgements of one entry
)

// suspect looks through the picture for what speaks against partners.
func (p *Picture) suspect() {
	for s := range p.sources {
		c := &p.sources[s].conduct
		c.turnOver(p.now)
		c.common, c.unseen, c.displaced, c.places = 0, 0, 0, c.places[:0]
	}
	p.addresses()
	for k := range p.entries {
		e := &p.entries[k]
		if e.number == 0 {
			continue
		}
		if e.sources.has(0) {
			for _, i := range e.parts {
				p.sources[p.contributions[i].source].conduct.common++
			}
			p.clear(e)
			continue
		}
		p.doubtOf(e)
	}
}

// clear takes back what was doubted of an entry.
func (p *Picture) clear(e *entry) {
	e.doubt = ""
	for _, i := range e.parts {
		p.contributions[i].unseen = unseen{}
	}
}

// doubtOf judges an entry that the own tracker does not have. Two partners who report the same bear each other out.
func (p *Picture) doubtOf(e *entry) {
	if p.displaced(e) {
		return
	}
	c := &p.contributions[e.lead]
	if p.config.Sees == nil || len(e.parts) > 1 || c.first() {
		p.clear(e)
		return
	}
	u := &c.unseen
	src := &p.sources[c.source]
	if p.now.Sub(u.seen) >= doubtEvery {
		u.seen = p.now
		t := c.track
		t.Lat, t.Lon, t.Height = c.at.lat, c.at.lon, c.at.height
		switch u.in = p.config.Sees(&t); {
		case u.in <= 0:
			u.since, e.doubt = 0, ""
		case u.since == 0:
			u.since = p.now
		}
	}
	if u.since == 0 || p.now.Sub(u.since) < max(doubtLeast, u.in) {
		return
	}
	if e.doubt == "" {
		e.doubt = fmt.Sprintf("%s alone reports it, since %v where own sensors must see it", src.member, u.since)
	}
	p.accuse(src, e, c, &src.conduct.unseen)
}

// accuse counts an entry against its partner and keeps the first few as evidence.
func (p *Picture) accuse(src *source, e *entry, c *contribution, count *int) {
	*count++
	if n := &src.conduct; len(n.places) < mostPlaces {
		n.places = append(n.places, place{e.number, c.at.lat, c.at.lon, e.doubt})
	}
}

// addresses notes where the own tracker has each ICAO address.
func (p *Picture) addresses() {
	clear(p.own)
	if len(p.sources) < 2 {
		return
	}
	for k := range p.entries {
		if e := &p.entries[k]; e.number != 0 && e.sources.has(0) {
			if a := p.contributions[e.parts[0]].track.Address; a.ICAO() {
				p.own[a] = int32(k)
			}
		}
	}
}

// displaced says whether the own tracker has the address of an entry elsewhere.
func (p *Picture) displaced(e *entry) bool {
	c := &p.contributions[e.lead]
	a := c.track.Address
	if !a.ICAO() || c.first() {
		return false
	}
	k, ok := p.own[a]
	if !ok {
		return false
	}
	own := &p.contributions[p.entries[k].parts[0]]
	if !p.recent(own) || !p.recent(c) {
		return false
	}
	src := &p.sources[c.source]
	d := geo.Separation(own.at.lat, own.at.lon, c.at.lat, c.at.lon)
	if e.doubt == "" {
		e.doubt = fmt.Sprintf("%s has address %v here, %s has it %.0f km away", src.member, a, p.config.Member, d/1000)
	}
	p.accuse(src, e, c, &src.conduct.displaced)
	return true
}
