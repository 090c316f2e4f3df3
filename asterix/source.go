package asterix

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Rule says by which edition records are read: those of one source, or with AnySource of every source without a rule
// of its own. Edition "none" leaves the blocks of a category as bytes; an empty Expansion means the newest.
type Rule struct {
	Category  uint8
	AnySource bool
	SAC, SIC  uint8
	Edition   string
	Expansion string
}

// ParseRule reads "21=2.1", "21/20/219=2.1" or, with an edition of the reserved expansion field, "21/20/219=2.1+1.4".
func ParseRule(s string) (Rule, error) {
	bad := fmt.Errorf("asterix: reading rule %q: want CATEGORY=EDITION or CATEGORY/SAC/SIC=EDITION, such as 21/20/219=2.1", s)
	who, edition, ok := strings.Cut(s, "=")
	if !ok {
		return Rule{}, bad
	}
	var numbers []uint8
	for part := range strings.SplitSeq(who, "/") {
		v, err := strconv.ParseUint(part, 10, 8)
		if err != nil {
			return Rule{}, bad
		}
		numbers = append(numbers, uint8(v))
	}
	r := Rule{Category: numbers[0], AnySource: len(numbers) == 1}
	switch len(numbers) {
	case 1:
	case 3:
		r.SAC, r.SIC = numbers[1], numbers[2]
	default:
		return Rule{}, bad
	}
	r.Edition, r.Expansion, _ = strings.Cut(edition, "+")
	if r.Edition == "none" {
		return r, nil
	}
	_, err := GetExpansion(r.Category, r.Edition, r.Expansion)
	return r, err
}

// perCategory is how a decoder reads one category.
type perCategory struct {
	number  uint8
	edition *Edition // without a rule
	fixed   bool     // by a rule for any source: not to be probed
	sources map[uint16]*source
	lastKey uint16
	last    *source // of lastKey; nil when it has none
}

// source is how one source is read.
type source struct {
	edition *Edition
	prober  *Prober // nil when decided
}

// maxProbed bounds the sources of a category that are probed: more come from noise.
const maxProbed = 256

// none marks a category that a rule leaves as bytes.
var none = &perCategory{}

// Use adds a rule, replacing an earlier one for the same source.
func (d *Decoder) Use(rule Rule) error {
	if rule.Edition == "none" {
		d.cats[rule.Category] = none
		return nil
	}
	e, err := GetExpansion(rule.Category, rule.Edition, rule.Expansion)
	if err != nil {
		return err
	}
	c := d.cats[rule.Category]
	if c == nil || c == none {
		c = newCategory(rule.Category)
		d.cats[rule.Category] = c
	}
	c.last, c.lastKey = nil, 0
	if rule.AnySource {
		c.edition, c.fixed = e, true
		return nil
	}
	c.sources[uint16(rule.SAC)<<8|uint16(rule.SIC)] = &source{edition: e}
	return nil
}

// category returns how a category is read, nil for bytes.
func (d *Decoder) category(number uint8) *perCategory {
	c := d.cats[number]
	if c == nil {
		if c = none; !slices.Contains(private, number) {
			c = newCategory(number)
		}
		d.cats[number] = c
	}
	if c == none {
		return nil
	}
	return c
}

// newCategory reads a category by its default edition, or as bytes when it has none.
func newCategory(number uint8) *perCategory {
	e, err := Get(number, "")
	if err != nil {
		return none
	}
	return &perCategory{number: number, edition: e, sources: map[uint16]*source{}}
}

// peek reads SAC and SIC without knowing the edition.
func (c *perCategory) peek(data []byte) (sac, sic uint8, ok bool) { return peekSource(c.edition, data) }

func peekSource(e *Edition, data []byte) (sac, sic uint8, ok bool) {
	if !e.sourced || len(data) == 0 || data[0]&0x80 == 0 {
		return 0, 0, false
	}
	i := 0
	for data[i]&1 != 0 {
		if i++; i >= len(data) {
			return 0, 0, false
		}
	}
	if i+3 > len(data) {
		return 0, 0, false
	}
	return data[i+1], data[i+2], true
}

// choose returns the edition for the record about to be read.
func (c *perCategory) choose(d *Decoder, r *Record) *Edition {
	if !r.Sourced || len(c.sources) == 0 && (d.Probe == 0 || c.fixed) {
		return c.edition
	}
	key := uint16(r.SAC)<<8 | uint16(r.SIC)
	s := c.last
	if s == nil || c.lastKey != key {
		if s = c.sources[key]; s == nil && d.Probe > 0 && !c.fixed && len(c.sources) < maxProbed {
			s = &source{edition: c.edition, prober: NewProber(c.number)}
			c.sources[key] = s
		}
		c.last, c.lastKey = s, key
	}
	if s == nil {
		return c.edition
	}
	if s.prober != nil && d.records == 0 {
		s.prober.Add(d.block)
		s.edition = s.prober.best()
		if s.prober.blocks >= d.Probe {
			s.prober = nil
		}
	}
	return s.edition
}

// EditionOf returns the edition in use for a source: by rule, by probe so far, or the default; nil when the category
// stays bytes.
func (d *Decoder) EditionOf(category, sac, sic uint8) *Edition {
	c := d.category(category)
	if c == nil {
		return nil
	}
	if s := c.sources[uint16(sac)<<8|uint16(sic)]; s != nil {
		return s.edition
	}
	return c.edition
}

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
}

// Candidate is how well an edition reads the blocks given to a prober.
type Candidate struct {
	Edition   string
	Expansion string  // edition of the reserved expansion field
	Records   int     // read
	Failed    int     // blocks that could not be read to their end
	Score     float64 // 0 to 1: 1 when every block reads to its end and every value is plausible
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
			add(c.get(d.Edition, x))
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
				t.failed++
				break
			}
			t.records++
			t.points += p.rec.plausibility()
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
		list = append(list, Candidate{t.edition.name, t.edition.expansion, t.records, t.failed, t.score()})
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

// plausibility returns 1 for a record in which all holds, less for one in which something does not.
func (r *Record) plausibility() float64 {
	points := 1 - 0.1*float64(min(r.unknown, 5))
	if r.soft {
		points -= 0.1
	}
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
					break
				}
			}
		case k.max == 0:
			if raw != 0 {
				points -= 0.25
			}
		default:
			v := f.scale.value(int64(raw))
			if f.kind == kindSigned {
				v = f.scale.value(f.sign(raw))
			}
			if v > k.max || v < -k.max {
				points -= 0.5
			}
		}
	}
	return max(points, 0)
}
