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
	Expansion string // of the reserved expansion field and, after a plus sign, the special purpose field: see [GetExpansion]
}

// ParseRule reads "21=2.1", "21/20/219=2.1" or, with an edition of the reserved expansion field, "21/20/219=2.1+1.4"; the use of
// the special purpose field likewise, "62=1.18+artas" or "62=1.18+1.2+artas".
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

// String prints the rule as [ParseRule] reads it.
func (r Rule) String() string {
	s := strconv.Itoa(int(r.Category))
	if !r.AnySource {
		s += fmt.Sprintf("/%d/%d", r.SAC, r.SIC)
	}
	s += "=" + r.Edition
	if r.Expansion != "" {
		s += "+" + r.Expansion
	}
	return s
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

// PeekSource reads SAC and SIC of the first record of a block, given without its header, whatever the edition. It is
// false when the record does not begin with item 010 or the category has no definition.
func PeekSource(category uint8, records []byte) (sac, sic uint8, ok bool) {
	e, err := Get(category, "")
	if err != nil {
		return 0, 0, false
	}
	return peekSource(e, records)
}

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
