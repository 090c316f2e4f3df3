package asterix

import (
	"fmt"
	"math"
	"slices"
)

// Converter writes records of one edition as records of another: fields by name and scaled value, renamed ones and codes
// whose meaning moved by tables (renames.go), 021 to 062 by a table of its own. What has no place, or a value that does not
// fit its place, is counted and left out; spare bits are zero. It is for one goroutine and reuses its memory.
//
//	c, err := asterix.NewConverter(old, new)
//	dst, err = c.Append(dst, rec)
//	fmt.Println(c.Lost()) // map[021/095:812]
type Converter struct {
	from, to     *Edition
	steps        [][]step // by leaf of from
	computed     []computation
	covered      []bool // by leaf of from: a computation uses it
	explicit     []explicitPair
	b            *Builder
	rank         []int          // by leaf of to: of the source it was set from in this record; the lowest wins
	fromAt, toAt map[string]int // leaves by path
	lost         []int64        // by leaf of from
	lostWhole    map[string]int64
}

type move uint8

const (
	byRaw move = iota
	byValue
	byText
	byOctets
)

// step says where a leaf's value goes.
type step struct {
	to     int
	rank   int // from 1
	how    move
	factor float64           // between the units
	codes  map[uint64]uint64 // where a code's meaning moved; absent ones are lost
}

// computation makes fields out of several others. It says whether it made something.
type computation struct {
	uses []string
	make func(c *Converter, r *Record) bool
}

type explicitPair struct {
	from, to int16
	copies   bool // its bytes may be taken as they are
}

// unitFactors are the units in which editions give the same thing.
var unitFactors = map[[2]string]float64{
	{"NM", "m"}: 1852, {"m", "NM"}: 1.0 / 1852, {"ft", "FL"}: 0.01, {"FL", "ft"}: 100, {"NM/s", "kt"}: 3600, {"kt", "NM/s"}: 1.0 / 3600,
	{"m/s", "NM/s"}: 1.0 / 1852, {"NM/s", "m/s"}: 1852, {"mb", "hPa"}: 1, {"hPa", "mb"}: 1,
}

// NewConverter returns a converter between two editions of a category, or from category 021 to 062.
func NewConverter(from, to *Edition) (*Converter, error) {
	c := &Converter{
		from: from, to: to, steps: make([][]step, len(from.leaves)), covered: make([]bool, len(from.leaves)), b: NewBuilder(to),
		rank: make([]int, len(to.leaves)), lost: make([]int64, len(from.leaves)), lostWhole: map[string]int64{},
		fromAt: from.byPath(), toAt: to.byPath(),
	}
	switch {
	case from.category == to.category:
		c.sameCategory()
	case from.category == 21 && to.category == 62:
		for i, p := range adsbToTrack {
			c.pair(p[0], p[1], nil, i+1)
		}
		c.computed = computeTrack
	default:
		return nil, fmt.Errorf("asterix: converting category %03d to %03d: only editions of one category, and 021 to 062, are converted", from.category, to.category)
	}
	for _, k := range c.computed {
		for _, path := range k.uses {
			if l, ok := c.fromAt[path]; ok {
				c.covered[l] = true
			}
		}
	}
	return c, nil
}

func (c *Converter) sameCategory() {
	crossing := oldEdition(c.from) != oldEdition(c.to)
	moved := map[string]bool{}
	for _, n := range renames {
		if n.category != c.from.category || n.crossing && !crossing {
			continue
		}
		a, b, codes := n.from, n.to, n.codes
		_, ok1 := c.fromAt[a]
		_, ok2 := c.toAt[b]
		if !ok1 || !ok2 || n.crossing && !oldEdition(c.from) {
			a, b, codes = b, a, reversed(codes)
		}
		if c.pair(a, b, codes, 1) {
			moved[a] = true
		}
	}
	for i := range c.from.leaves {
		if p := c.from.leaves[i].path; c.from.leaves[i].kind != kindSpare && !moved[p] {
			c.pair(p, p, nil, 2)
		}
	}
	if crossing {
		c.computed = computeCrossing[c.from.category]
	}
	for i := range c.from.nodes {
		n := &c.from.nodes[i]
		if n.shape != explicit {
			continue
		}
		j := slices.IndexFunc(c.to.nodes, func(m node) bool { return m.shape == explicit && m.path == n.path })
		if j >= 0 {
			same := len(n.children) == 0 && len(c.to.nodes[j].children) == 0 || c.from.expansion == c.to.expansion
			c.explicit = append(c.explicit, explicitPair{int16(i), int16(j), same})
		} else {
			c.explicit = append(c.explicit, explicitPair{int16(i), -1, false})
		}
	}
}

// oldEdition says whether an edition is of the layouts before 1.0, which differ in nearly everything.
func oldEdition(e *Edition) bool {
	major, _ := editionNumbers(e.name)
	return major == 0
}

func reversed(codes map[uint64]uint64) map[uint64]uint64 {
	if codes == nil {
		return nil
	}
	back := map[uint64]uint64{}
	for a, b := range codes {
		back[b] = a
	}
	return back
}

// byPath finds the fields of an edition.
func (e *Edition) byPath() map[string]int {
	m := map[string]int{}
	for i := range e.leaves {
		if f := &e.leaves[i]; f.kind != kindSpare {
			m[f.path] = i
		}
	}
	return m
}

// pair adds a step between two paths, when both are there and hold the same kind of thing.
func (c *Converter) pair(from, to string, codes map[uint64]uint64, rank int) bool {
	a, ok1 := c.fromAt[from]
	b, ok2 := c.toAt[to]
	if !ok1 || !ok2 {
		return false
	}
	s := step{to: b, factor: 1, codes: codes, rank: rank}
	f, g := &c.from.leaves[a], &c.to.leaves[b]
	scaled := func(k kind) bool { return k == kindUnsigned || k == kindSigned }
	switch {
	case f.kind == kindICAO || f.kind == kindASCII || g.kind == kindICAO || g.kind == kindASCII:
		if f.kind == g.kind && f.width == g.width {
			s.how = byRaw
		} else {
			s.how = byText
		}
	case f.width > 64 || g.width > 64:
		if f.width != g.width {
			return false
		}
		s.how = byOctets
	case f.cond != nil || g.cond != nil:
		if f.width != g.width || (f.cond == nil) != (g.cond == nil) {
			return false
		}
	case scaled(f.kind) && scaled(g.kind):
		s.how = byValue
		if f.scale.unit != g.scale.unit {
			k, ok := unitFactors[[2]string{f.scale.unit, g.scale.unit}]
			if !ok {
				return false
			}
			s.factor = k
		} else if f.scale.num == g.scale.num && f.scale.den == g.scale.den && f.width == g.width && f.kind == g.kind {
			s.how = byRaw
		}
	case scaled(f.kind) != scaled(g.kind):
		return false
	}
	c.steps[a] = append(c.steps[a], s)
	return true
}

// Unplaced lists the fields of the source edition that have no place in the target, whatever their values, as paths.
func (c *Converter) Unplaced() (paths []string) {
	for i := range c.from.leaves {
		if f := &c.from.leaves[i]; f.kind != kindSpare && len(c.steps[i]) == 0 && !c.covered[i] {
			paths = append(paths, f.path)
		}
	}
	return paths
}

// Lost counts what did not come over so far, by category and path: values other than zero without a place or beyond the
// range of theirs.
func (c *Converter) Lost() map[string]int64 {
	all := map[string]int64{}
	for i, n := range c.lost {
		if n > 0 {
			all[fmt.Sprintf("%03d/%s", c.from.category, c.from.leaves[i].path)] += n
		}
	}
	for path, n := range c.lostWhole {
		all[fmt.Sprintf("%03d/%s", c.from.category, path)] += n
	}
	return all
}

// Append appends the record as one of the target edition and returns the extended slice. It fails on a record of another
// edition, and when nothing of the record has a place.
func (c *Converter) Append(dst []byte, r *Record) ([]byte, error) {
	if r.edition != c.from {
		return dst, fmt.Errorf("asterix: converting a record of category %03d that edition %s did not read", r.Category, c.from.name)
	}
	c.b.Reset()
	clear(c.rank)
	for i := range c.from.leaves {
		f := &c.from.leaves[i]
		if r.off[f.node] == 0 || f.kind == kindSpare {
			continue
		}
		n := r.count(f.node)
		for k := range n {
			c.move(r, i, k)
		}
	}
	for _, k := range c.computed {
		k.make(c, r)
	}
	c.wholes(r)
	return c.b.AppendRecord(dst)
}

// move takes repetition k of leaf i to its places.
func (c *Converter) move(r *Record, i, k int) {
	f := &c.from.leaves[i]
	src := r.element(f, k)
	done := false
	for _, s := range c.steps[i] {
		if have := c.rank[s.to]; have != 0 && have < s.rank {
			done = true // a better source was there
			continue
		}
		g := &c.to.leaves[s.to]
		if k > 0 && !c.to.nodes[g.node].repeats() || k > 255 {
			continue
		}
		if c.store(r, f, src, g, k, &s) {
			c.rank[s.to], done = s.rank, true
		}
	}
	if !done && !c.covered[i] && (f.width > 64 || f.load(src) != 0) {
		c.lost[i]++
	}
}

// store writes one value by a step and says whether it fits.
func (c *Converter) store(r *Record, f *leaf, src []byte, g *leaf, k int, s *step) bool {
	switch s.how {
	case byOctets:
		copy(c.b.element(g, k)[g.first:g.first+g.octets], src[f.first:f.first+f.octets])
		return true
	case byText:
		var buf [32]byte
		text := string(f.appendText(buf[:0], src))
		probe := make([]byte, c.to.nodes[g.node].size)
		if g.storeText(probe, text) != "" {
			return false
		}
		g.storeText(c.b.element(g, k), text)
		return true
	case byValue:
		v, ok := r.value(f, src)
		if !ok {
			return false
		}
		return c.value(g, k, v*s.factor)
	}
	raw := f.load(src)
	if s.codes != nil {
		to, ok := s.codes[raw]
		if !ok {
			return false
		}
		raw = to
	}
	if f.kind == kindInt || f.kind == kindSigned {
		v := f.sign(raw)
		if g.sign(uint64(v)&g.mask) != v {
			return false
		}
		raw = uint64(v) & g.mask
	}
	if raw&^g.mask != 0 {
		return false
	}
	g.store(c.b.element(g, k), raw)
	return true
}

// value writes a scaled value, rounded to the nearest LSB, when it fits.
func (c *Converter) value(g *leaf, k int, v float64) bool {
	raw := math.Round(v)
	if g.scale.den != 0 {
		raw = math.Round(v * float64(g.scale.den) / float64(g.scale.num))
	}
	low, high := 0.0, float64(g.mask)
	if g.kind == kindSigned || g.kind == kindInt {
		low, high = -float64(uint64(1)<<(g.width-1)), float64(uint64(1)<<(g.width-1)-1)
	}
	if !(raw >= low && raw <= high) {
		return false
	}
	g.store(c.b.element(g, k), uint64(int64(raw)))
	return true
}

// put writes a computed value into a field that is not set yet.
func (c *Converter) put(path string, v float64) {
	if l, ok := c.toAt[path]; ok && c.rank[l] == 0 && c.value(&c.to.leaves[l], 0, v) {
		c.rank[l] = 1
	}
}

// get reads a field of the source.
func (c *Converter) get(r *Record, path string) (float64, bool) {
	l, ok := c.fromAt[path]
	if !ok {
		return 0, false
	}
	f := &c.from.leaves[l]
	b := r.element(f, 0)
	if b == nil {
		return 0, false
	}
	return r.value(f, b)
}

// wholes copies explicit items as bytes where their content is not known by fields, and keeps empty lists and compounds.
func (c *Converter) wholes(r *Record) {
	for _, p := range c.explicit {
		if r.off[p.from] == 0 {
			continue
		}
		n := &c.from.nodes[p.from]
		if len(n.children) > 0 && r.off[n.children[0]] != 0 {
			continue // its fields have moved
		}
		if p.to < 0 || !p.copies {
			c.lostWhole[n.path]++
			continue
		}
		c.b.lists[p.to] = append(c.b.lists[p.to][:0], r.data[r.off[p.from]+1:r.end[p.from]]...)
		c.b.mark(p.to)
	}
	if c.from.category != c.to.category {
		return
	}
	for i := range c.from.nodes {
		n := &c.from.nodes[i]
		if r.off[i] == 0 || n.shape != compound && n.shape != counted {
			continue
		}
		h := loadCategory(c.to.category).handles[n.path]
		if s := c.to.at(h); s.node >= 0 && c.to.nodes[s.node].shape == n.shape && (n.shape == counted && r.count(i) == 0 || n.shape == compound && r.empty(n)) {
			c.b.mark(s.node)
		}
	}
}

// empty says whether no subitem of a compound item is there.
func (r *Record) empty(n *node) bool {
	return !slices.ContainsFunc(n.children, func(k int16) bool { return k >= 0 && r.off[k] != 0 })
}
