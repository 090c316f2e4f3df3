package picture

import (
	"fmt"
	"math"

	"entente"
)

// aside is why a contribution is shown and not fused.
type aside uint8

const (
	fusedIn    aside = iota
	asideTrust       // a person lowered the trust in its member
	asideJump        // its member's positions jumped and have not settled
	asideApart       // it contradicts the others of its entry
	asideFirst       // a single look, beside a track of the same member
)

// Gates of agreement between contributions of one entry, on the squared normalised distance of place: what lies between
// them keeps the verdict as it was.
const (
	partGate  = 25.0
	agreeGate = 14.0
)

// why says it in words for people.
func (p *Picture) why(c *contribution) string {
	switch c.aside {
	case asideTrust:
		return trustWords
	case asideJump:
		return "its member's positions jumped"
	case asideApart:
		return p.apartWords(c)
	case asideFirst:
		return "a single look"
	}
	return ""
}

const trustWords = "shown only, by a person's word"

// apartWords are kept by distance, so that a steady picture writes none anew.
func (p *Picture) apartWords(c *contribution) string {
	k := int(math.Round(c.apart / 500))
	s, ok := p.apart[k]
	if !ok {
		s = fmt.Sprintf("%.1f km from the others", float64(k)/2)
		p.apart[k] = s
	}
	return s
}

// judge decides which parts of an entry are fused: those that trust allows and that agree with one another. Where they
// do not, the greater number that agree; of equal numbers that with the own track, or that with the lead.
func (p *Picture) judge(e *entry) {
	able := p.able[:0]
	for _, i := range e.parts {
		c := &p.contributions[i]
		src := &p.sources[c.source]
		was := c.aside
		switch {
		case src.trust == entente.Show:
			c.aside = asideTrust
		case src.registration.unsettled(p.now):
			c.aside = asideJump
		case c.first() && e.sources.has(c.source):
			c.aside = asideFirst
		default:
			c.aside = fusedIn
			if was == asideApart {
				c.aside = asideApart // until it agrees again
			}
			able = append(able, i)
		}
	}
	p.able = able
	if len(able) < 2 {
		for _, i := range able {
			p.contributions[i].aside = fusedIn
		}
		return
	}
	if !p.allAgree(able) {
		p.elect(e, able)
	}
}

// allAgree is the usual case: everyone agrees with the first, and nobody was apart.
func (p *Picture) allAgree(able []int32) bool {
	first := &p.contributions[able[0]]
	if first.aside != fusedIn {
		return false
	}
	for _, i := range able[1:] {
		c := &p.contributions[i]
		if d2, _ := p.distance(first, c); c.aside != fusedIn || d2 > agreeGate {
			return false
		}
	}
	return true
}

// elect finds the part with which most agree, and puts aside those that do not agree with it.
func (p *Picture) elect(e *entry, able []int32) {
	core, most := able[0], -1.0
	for _, i := range able {
		votes := 0.0
		for _, j := range able {
			if d2, _ := p.distance(&p.contributions[i], &p.contributions[j]); d2 < partGate {
				votes++
			}
		}
		if p.contributions[i].source == 0 {
			votes += 0.6
		}
		if i == e.lead {
			votes += 0.3
		}
		if votes > most {
			core, most = i, votes
		}
	}
	for _, i := range able {
		c := &p.contributions[i]
		d2, metres := p.distance(&p.contributions[core], c)
		switch {
		case i == core || d2 < agreeGate:
			c.aside = fusedIn
		case d2 > partGate:
			c.aside = asideApart
		}
		c.apart = metres
	}
}

// distance is the squared normalised distance of two parts' places, with what registration leaves, and the metres.
func (p *Picture) distance(a, b *contribution) (d2, metres float64) {
	e, n := a.at.offset(&b.at)
	x, y := &a.at.p, &b.at.p
	s2 := p.slack(a, b)
	return normalised(e, n, x.At(0, 0)+y.At(0, 0)+s2, x.At(0, 1)+y.At(0, 1), x.At(1, 1)+y.At(1, 1)+s2), math.Hypot(e, n)
}
