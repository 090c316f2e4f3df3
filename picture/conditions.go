package picture

import (
	"fmt"
	"math"

	"entente"
	"entente/geo"
)

// Limits from which a partner's conduct is a person's business.
const (
	manyStale  = 20   // states in a minute or two
	manyFuture = 5    //
	manyLeaps  = 3    //
	badShare   = 0.2  // of its states
	farOff     = 1000 // metres of registration, 4 sigma sure
	clockOff   = 0.5  // seconds
	manyUnseen = 2    // entries
)

// Conditions are what partners' tracks give cause to look at: invented aircraft, positions that jumped or are elsewhere
// than own sensors have them, clocks, replayed or impossible states. Each says who, since when, and by what evidence.
func (p *Picture) Conditions() (out []entente.Condition) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for s := 1; s < len(p.sources); s++ {
		src := &p.sources[s]
		if src.trust == entente.Ignore {
			continue
		}
		out = p.against(out, src)
		out = p.faulty(out, src)
	}
	return out
}

// holds is a condition about a partner.
func (p *Picture) holds(rule string, src *source, severity entente.Severity, title string, evidence ...entente.Evidence) entente.Condition {
	for i := range evidence {
		evidence[i].From, evidence[i].Time = string(src.member), p.now
	}
	return entente.Condition{Key: rule + "/" + string(src.member), Rule: rule, Severity: severity, Member: src.member,
		Title: fmt.Sprintf("%s: %s", src.member, title), Time: p.now, Evidence: evidence}
}

// against are the conditions that compare a partner's tracks with own ones.
func (p *Picture) against(out []entente.Condition, src *source) []entente.Condition {
	c, r := &src.conduct, src.registration.report()
	if c.unseen >= manyUnseen || c.displaced >= manyUnseen {
		rule, n, what := "picture.invented", c.unseen, "aircraft that it alone reports where own sensors must see them"
		if c.displaced > c.unseen {
			rule, n, what = "picture.displaced", c.displaced, "aircraft that own sensors have elsewhere"
		}
		severity := entente.Caution
		if n > c.common {
			severity = entente.Warning
		}
		k := p.holds(rule, src, severity, fmt.Sprintf("%d %s", n, what),
			entente.Evidence{Name: "in common", Value: fmt.Sprintf("%d aircraft that own sensors see as well", c.common)})
		for _, at := range c.places {
			k.Evidence = append(k.Evidence, entente.Evidence{Name: fmt.Sprintf("entry %d", at.entry), From: string(src.member), Time: p.now,
				Value: fmt.Sprintf("%.3f° %.3f°: %s", geo.ToDegrees(at.lat), geo.ToDegrees(at.lon), at.words)})
			k.Lat, k.Lon, k.HasPlace, k.Entry = at.lat, at.lon, true, at.entry
		}
		out = append(out, k)
	}
	if l := src.registration.leap; r.Jumped != 0 {
		out = append(out, p.holds("picture.jumped", src, entente.Warning, fmt.Sprintf("its positions jumped by %.0f m; they are shown, not fused, until they have settled", math.Hypot(l[0], l[1])),
			entente.Evidence{Name: "jump", Value: fmt.Sprintf("%+.0f m east, %+.0f m north at %v", l[0], l[1], r.Jumped)},
			entente.Evidence{Name: "since then", Value: r.String()}))
	}
	if r.Applied && math.Hypot(r.East, r.North) > farOff {
		out = append(out, p.holds("picture.offset", src, entente.Caution, fmt.Sprintf("its tracks lie %.0f m off ours", math.Hypot(r.East, r.North)),
			entente.Evidence{Name: "registration", Value: fmt.Sprintf("%v, of %d pairs", r, r.Pairs)}))
	}
	if r.Applied && math.Abs(r.Clock) > clockOff && math.Abs(r.Clock) > significant*r.SigmaClock {
		out = append(out, p.holds("picture.clock", src, entente.Caution, fmt.Sprintf("its clock is %+.1f s off ours", r.Clock),
			entente.Evidence{Name: "registration", Value: fmt.Sprintf("%v, of %d pairs", r, r.Pairs)}))
	}
	return out
}

// faulty are the conditions on what a partner sends.
func (p *Picture) faulty(out []entente.Condition, src *source) []entente.Condition {
	c := &src.conduct
	all := float64(c.taken[0] + c.taken[1])
	for _, q := range [...]struct {
		rule  string
		fault fault
		least int
		words string
	}{
		{"picture.stale", faultStale, manyStale, "states older than what is held, as replayed ones are"},
		{"picture.future", faultFuture, manyFuture, "states from the future: its clock or its word is wrong"},
		{"picture.impossible", faultImpossible, manyFuture, "states that cannot be"},
		{"picture.leaps", faultLeap, manyLeaps, "leaps farther than an aircraft flies"},
	} {
		n := c.of(q.fault)
		if n < q.least || q.fault != faultLeap && float64(n) < badShare*(all+float64(n)) {
			continue
		}
		out = append(out, p.holds(q.rule, src, entente.Caution, fmt.Sprintf("%d %s, in the last two minutes", n, q.words),
			entente.Evidence{Name: "example", Value: c.example[q.fault]},
			entente.Evidence{Name: "taken meanwhile", Value: fmt.Sprintf("%.0f states", all)}))
	}
	return out
}
