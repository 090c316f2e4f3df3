package asterix

import (
	"fmt"
	"slices"
	"strings"
)

// Prober tells which edition a source speaks, by reading its blocks with all of them.
type Prober struct {
	category *category
	trials   []trial
	blocks   int
	rec      Record
}

type trial struct {
	edition *Edition
	records int
	failed  int
	points  float64
	fault   Error // the first that ended a block
	Findings
}

// Findings counts the records in which something does not look like the edition.
type Findings struct {
	Extents    int // extended items with parts that the edition does not know
	Expansions int // reserved expansion fields that do not follow their definition
	Spare      int // spare bits set
	Times      int // times of day beyond 86,400 s
	Places     int // latitudes beyond 90°, longitudes beyond 180°
	Texts      int // characters that are not assigned
}

// Candidate is how well an edition reads the blocks given to a prober.
type Candidate struct {
	Edition   string
	Expansion string  // edition of the reserved expansion field
	Records   int     // read
	Failed    int     // blocks that could not be read to their end
	Score     float64 // 0 to 1: 1 when every block reads to its end and every value is plausible
	Findings
	Fault string // what ended the first block that could not be read to its end
}

// Why says in a few words what speaks against the candidate, empty when nothing does.
func (c *Candidate) Why() string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%s in %d", what, n))
		}
	}
	if c.Failed > 0 {
		parts = append(parts, fmt.Sprintf("%d blocks not read to their end (%s)", c.Failed, c.Fault))
	}
	add(c.Times, "time of day beyond 86,400 s")
	add(c.Places, "position off the Earth")
	add(c.Spare, "spare bits set")
	add(c.Texts, "unassigned characters")
	add(c.Expansions, "expansion that does not follow its definition")
	add(c.Extents, "unknown extents")
	return strings.Join(parts, ", ")
}

// NewProber returns a prober for a category, nil when it has no definition.
func NewProber(category uint8) *Prober {
	c := loadCategory(category)
	if c == nil {
		return nil
	}
	p := &Prober{category: c}
	def, err := Get(category, "")
	if err != nil {
		return nil
	}
	add := func(e *Edition, err error) {
		if err == nil && e != def {
			p.trials = append(p.trials, trial{edition: e})
		}
	}
	expansions := Expansions(category)
	slices.Reverse(expansions)
	if len(expansions) == 0 {
		expansions = []string{""}
	}
	p.trials = append(p.trials, trial{edition: def}) // first among equals, then the newest
	for _, d := range slices.Backward(c.editions) {
		for _, x := range expansions {
			add(c.get(d.Edition, x, ""))
		}
	}
	return p
}

// Add reads the records of one block, without its header, with every edition.
func (p *Prober) Add(records []byte) {
	p.blocks++
	for i := range p.trials {
		t := &p.trials[i]
		for rest := records; len(rest) > 0; {
			n := p.rec.parse(t.edition, rest)
			if n < 0 {
				if t.failed++; t.failed == 1 {
					b := &p.rec.bad
					t.fault = Error{FRN: b.frn, Item: b.item, Reason: b.reason}
				}
				break
			}
			t.records++
			t.points += p.rec.plausibility(&t.Findings)
			rest = rest[n:]
		}
	}
}

// score is points per record, failures counting as records without points.
func (t *trial) score() float64 {
	if n := t.records + t.failed; n > 0 {
		return t.points / float64(n)
	}
	return 0
}

// best returns the edition that reads best; among equals the default, then the newest.
func (p *Prober) best() *Edition {
	best := &p.trials[0]
	for i := range p.trials {
		if t := &p.trials[i]; t.score() > best.score() {
			best = t
		}
	}
	return best.edition
}

// Candidates lists the editions, best first; among equals the default, then the newest.
func (p *Prober) Candidates() []Candidate {
	var list []Candidate
	for i := range p.trials {
		t := &p.trials[i]
		c := Candidate{Edition: t.edition.name, Expansion: t.edition.expansion, Records: t.records, Failed: t.failed, Score: t.score(), Findings: t.Findings}
		if t.failed > 0 {
			c.Fault = t.fault.place()
		}
		list = append(list, c)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int {
		switch {
		case a.Score > b.Score:
			return -1
		case a.Score < b.Score:
			return 1
		}
		return 0
	})
	return list
}

// check is one thing that must hold of a leaf's value in a record of the right edition.
type check struct {
	leaf int
	max  float64 // of the value's size; for spares zero
	text bool    // six-bit characters must be assigned
}

// checks lists what a probe looks at: spare bits, times of day, latitudes, longitudes and callsigns.
func (c *compiler) checks() {
	for i := range c.e.leaves {
		f := &c.e.leaves[i]
		name := f.path[strings.LastIndexByte(f.path, '/')+1:]
		switch {
		case f.width > 64 || c.e.nodes[f.node].repeats():
		case f.kind == kindSpare:
			c.e.checks = append(c.e.checks, check{leaf: i})
		case f.kind == kindICAO:
			c.e.checks = append(c.e.checks, check{leaf: i, text: true})
		case f.width == 24 && f.scale.unit == "s" && f.scale.den == 128:
			c.e.checks = append(c.e.checks, check{leaf: i, max: 86400})
		case f.scale.unit == "°" && strings.HasPrefix(name, "LAT"):
			c.e.checks = append(c.e.checks, check{leaf: i, max: 90})
		case f.scale.unit == "°" && strings.HasPrefix(name, "LON"):
			c.e.checks = append(c.e.checks, check{leaf: i, max: 180})
		}
	}
}

// plausibility returns 1 for a record in which all holds, less for one in which something does not, which is counted.
func (r *Record) plausibility(n *Findings) float64 {
	points := 1 - 0.1*float64(min(r.unknown, 5))
	if r.unknown > 0 {
		n.Extents++
	}
	if r.soft {
		points -= 0.1
		n.Expansions++
	}
	var wrong Findings // at most one of a kind a record
	for _, k := range r.edition.checks {
		f := &r.edition.leaves[k.leaf]
		b := r.element(f, 0)
		if b == nil {
			continue
		}
		raw := f.load(b)
		switch {
		case k.text:
			for s := f.width - 6; s >= 0; s -= 6 {
				if sixBit[raw>>s&63] == '?' {
					points -= 0.2
					wrong.Texts = 1
					break
				}
			}
		case k.max == 0:
			if raw != 0 {
				points -= 0.25
				wrong.Spare = 1
			}
		default:
			v := f.scale.value(int64(raw))
			if f.kind == kindSigned {
				v = f.scale.value(f.sign(raw))
			}
			if v > k.max || v < -k.max {
				points -= 0.5
				if k.max == 86400 {
					wrong.Times = 1
				} else {
					wrong.Places = 1
				}
			}
		}
	}
	n.Spare, n.Times, n.Places, n.Texts = n.Spare+wrong.Spare, n.Times+wrong.Times, n.Places+wrong.Places, n.Texts+wrong.Texts
	return max(points, 0)
}
