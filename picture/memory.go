package picture

import (
	"entente"
	"entente/geo"
)

// A person's word for an aircraft that left the picture is kept for one that comes back with its address, no longer
// after than this and no farther off than it can have flown: an address alone proves nothing.
const (
	memorySpan  = 15 * 60.0 // seconds
	memorySlack = 10e3      // metres
	memorySpeed = 350.0     // metres a second
	memoryMost  = 4096      // aircraft
)

// word is what a person said of an aircraft that has left, and where it was.
type word struct {
	identity entente.Identification
	lat, lon float64
	time     entente.Instant
}

// remember keeps the person's word of an entry about to be dropped.
func (p *Picture) remember(e *entry) {
	a := e.fused.Address
	if !e.person || !a.ICAO() || e.fused.Time == 0 {
		return
	}
	if len(p.words) >= memoryMost {
		p.forget()
	}
	if len(p.words) < memoryMost {
		p.words[a] = word{e.identity, e.fused.Lat, e.fused.Lon, e.fused.Time}
	}
}

// forget drops the words grown old.
func (p *Picture) forget() {
	for a, w := range p.words {
		if p.now.Sub(w.time) > memorySpan {
			delete(p.words, a)
		}
	}
}

// recall gives an entry the word kept for its address, once.
func (p *Picture) recall(e *entry) {
	a := e.fused.Address
	if len(p.words) == 0 || e.person || !a.ICAO() {
		return
	}
	w, ok := p.words[a]
	if !ok {
		return
	}
	gap := p.now.Sub(w.time)
	if gap > memorySpan {
		delete(p.words, a)
		return
	}
	if geo.Separation(w.lat, w.lon, e.fused.Lat, e.fused.Lon) > memorySlack+memorySpeed*gap {
		return
	}
	e.identity, e.person = w.identity, true
	delete(p.words, a)
}
