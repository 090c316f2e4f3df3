package picture

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"entente"
)

// Partner is what this member's picture makes of another's tracks.
type Partner struct {
	Member       entente.MemberID
	Trust        entente.Trust
	Tracks       int // held, single looks not counted
	Fused        int // of them in entries' states
	Doubtful     int // entries that it alone reports where own sensors must see them, or has elsewhere than they do
	Registration Registration
}

// Registration is how far a partner's tracks lie from own ones of the same aircraft. Zero Pairs: nothing is known.
type Registration struct {
	East, North, Up                float64 // metres
	Clock                          float64 // seconds that its clock is ahead
	SigmaEast, SigmaNorth, SigmaUp float64
	SigmaClock                     float64
	Pairs                          int             // states of common aircraft that it rests on
	Applied                        bool            // significant, and taken off its tracks
	Jumped                         entente.Instant // when its positions last jumped and have not settled; zero: they have not
}

// SetTrust says what is done with a partner's tracks from now on. The error is an [entente.Error]: Malformed for the
// member itself, TooLarge beyond the bound on members.
func (p *Picture) SetTrust(m entente.MemberID, t entente.Trust) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m == p.config.Member || t > entente.Ignore {
		return &entente.Error{Kind: entente.Malformed, Source: "trust", Offset: -1, Reason: "no partner, or no known trust",
			Next: "name a partner, and one of fuse, show, ignore"}
	}
	s := p.source(m)
	if s < 0 {
		return &entente.Error{Kind: entente.TooLarge, Source: "trust", Offset: -1, Reason: fmt.Sprintf("more than %d members", maxSources)}
	}
	p.sources[s].trust = t
	if t == entente.Ignore {
		for _, i := range p.sources[s].tracks {
			p.remove(i)
		}
	}
	return nil
}

// Partners appends every partner that has been heard of, in order of name.
func (p *Picture) Partners(dst []Partner) []Partner {
	p.mu.Lock()
	defer p.mu.Unlock()
	from := len(dst)
	for s := 1; s < len(p.sources); s++ {
		src := &p.sources[s]
		o := Partner{Member: src.member, Trust: src.trust, Registration: src.registration.report(), Doubtful: src.conduct.unseen + src.conduct.displaced}
		for _, i := range src.tracks {
			c := &p.contributions[i]
			if c.first() {
				continue
			}
			if o.Tracks++; c.aside == fusedIn {
				o.Fused++
			}
		}
		dst = append(dst, o)
	}
	slices.SortFunc(dst[from:], func(a, b Partner) int { return cmp.Compare(a.Member, b.Member) })
	return dst
}

func (r *registration) report() Registration {
	o := Registration{Pairs: r.n, Applied: r.applied, Jumped: r.jumped}
	if r.n > 0 {
		o.East, o.North, o.Up, o.Clock = r.x[0], r.x[1], r.h, r.x[2]
		o.SigmaEast, o.SigmaNorth, o.SigmaUp, o.SigmaClock = math.Sqrt(r.p[0][0]), math.Sqrt(r.p[1][1]), math.Sqrt(r.v), math.Sqrt(r.p[2][2])
	}
	return o
}

// String says it in one line: "+210 ± 12 m east, −35 ± 11 m north, +4 ± 6 m up, clock +0.32 ± 0.04 s, taken off".
func (r Registration) String() string {
	if r.Pairs == 0 {
		return "not known"
	}
	s := fmt.Sprintf("%+.0f ± %.0f m east, %+.0f ± %.0f m north, %+.0f ± %.0f m up, clock %+.2f ± %.2f s", r.East, r.SigmaEast,
		r.North, r.SigmaNorth, r.Up, r.SigmaUp, r.Clock, r.SigmaClock)
	if r.Applied {
		s += ", taken off"
	}
	return s
}
