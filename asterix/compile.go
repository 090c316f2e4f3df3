package asterix

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// shape is how the octets of a node are laid out.
type shape uint8

const (
	fixed    shape = iota // a known number of octets
	extended              // extents, each but some last ones ending in an FX bit
	counted               // REP octet, then that many elements
	chained               // elements, each ending in an FX bit
	compound              // own field specification, then subitems
	explicit              // length octet counting itself, then octets
	sequence              // random field sequencing: count, then FRN and item each
)

// node is one structural part of a record: an item, a subitem, or an extent.
type node struct {
	path     string
	key      string // `"040":`, for printing
	shape    shape
	place    int     // of a fixed node in a builder's octets
	size     int     // octets: of a fixed node, of an element, of an extent with its FX bit; of an explicit one, nodes of its inner part
	children []int16 // extents; subitems with -1 for spares; the inner part of a reserved expansion field
	octet    bool    // compound: the field specification is one octet without FX
	last     bool    // extent without FX bit, always the last
	leaves   []int16 // of a fixed or repeating node
	skip     int     // the node after this one and all below it
	readings []reading
	ops      []op // how to print it
}

func (n *node) repeats() bool { return n.shape == counted || n.shape == chained }

// op is one step of printing a node's octets as JSON.
type op struct {
	prefix string // `"RHO":`, empty for a plain element
	leaf   int16  // -1: open a nested group; -2: close it
}

const (
	opOpen  = -1
	opClose = -2
)

// compiler turns definitions into an Edition.
type compiler struct {
	e      *Edition
	cond   map[int]*layout  // leaves whose scale depends on another field
	groups map[string]int16 // groups within a node, by path
	err    error
}

// compile builds an edition from its definition and, when they are not nil, those of its reserved expansion and special
// purpose fields.
func compile(cat *category, d, x, sp *definition) (*Edition, error) {
	e := &Edition{category: d.Category, name: d.Edition, choose: -1}
	c := compiler{e: e, cond: map[int]*layout{}, groups: map[string]int16{}}
	items := map[string]int16{}
	for _, name := range itemOrder(d) {
		items[name] = c.node(name, d.Items[name])
		l := d.Items[name]
		if x != nil && l.Explicit != nil && *l.Explicit == "re" {
			c.inside(items[name], "RE", x.Expansion)
			e.expansion = x.Edition
		}
		if sp != nil && l.Explicit != nil && *l.Explicit == "sp" {
			c.inside(items[name], "SP", sp.Special)
			e.special = sp.Edition
		}
	}
	for _, name := range uapOrder(d) {
		e.uaps = append(e.uaps, c.profile(name, d.UAP[name], items))
	}
	c.parents()
	c.resolve(cat)
	c.conditions()
	c.selection(d)
	c.checks()
	c.texts()
	c.shortcuts()
	n := e.uaps[0].nodes[0]
	e.sourced = e.uaps[0].items[0] == "010" && len(e.nodes[n].leaves) == 2 && e.leaves[e.nodes[n].leaves[0]].path == "010/SAC"
	return e, c.err
}

// shortcuts notes what reading every value needs: which nodes lie below an absent one, how each number is read.
func (c *compiler) shortcuts() {
	e := c.e
	for i := range e.nodes {
		e.nodes[i].skip = i + 1
	}
	for i := len(e.nodes) - 1; i >= 0; i-- { // what lies below a node follows it
		if p := e.parents[i]; p >= 0 {
			e.nodes[p].skip = max(e.nodes[p].skip, e.nodes[i].skip)
		}
	}
	for i := range e.leaves {
		f := &e.leaves[i]
		k := reading{factor: 1, mask: f.mask, first: uint16(f.first), octets: uint8(min(f.octets, 255)), shift: uint8(f.shift), leaf: int16(i)}
		switch f.kind {
		case kindSigned, kindInt:
			k.signed = uint8(max(64-f.width, 0))
		case kindUnsigned, kindRaw, kindOctal, kindAddress:
		default:
			continue // no number
		}
		if f.kind == kindSigned || f.kind == kindUnsigned {
			k.factor = f.scale.factor
		}
		k.slow = f.cond != nil || f.width > 48 || f.scale.den != 0 && !f.scale.exact
		n := &e.nodes[f.node]
		n.readings = append(n.readings, k)
	}
}

// inside compiles what an explicit item holds.
func (c *compiler) inside(i int16, path string, l *layout) {
	inner := c.node(path, l)
	n := &c.e.nodes[i]
	n.children, n.size = []int16{inner}, len(c.e.nodes)-int(inner)
}

// itemOrder lists the items in the order of the profiles, so that printing and Fields follow it.
func itemOrder(d *definition) []string {
	var order []string
	for _, u := range uapOrder(d) {
		for _, item := range d.UAP[u] {
			if _, ok := d.Items[item]; ok && !slices.Contains(order, item) {
				order = append(order, item)
			}
		}
	}
	return order
}

// uapOrder lists the profiles, the one chosen by value 0 first.
func uapOrder(d *definition) []string {
	var names []string
	for name := range d.UAP {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d.Select != nil {
			switch d.Select.UAP["0"] {
			case a:
				return -1
			case b:
				return 1
			}
		}
		return strings.Compare(a, b)
	})
	return names
}

func (c *compiler) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf(format, args...)
	}
}

// add appends a node and returns its index.
func (c *compiler) add(n node) int16 {
	n.key = strconv.Quote(n.path[strings.LastIndexByte(n.path, '/')+1:]) + ":"
	c.e.nodes = append(c.e.nodes, n)
	return int16(len(c.e.nodes) - 1)
}

// node compiles one layout and all below it.
func (c *compiler) node(path string, l *layout) int16 {
	switch {
	case l.Extended != nil:
		i := c.add(node{path: path, shape: extended})
		var children []int16
		for _, ext := range l.Extended {
			children = append(children, c.extent(path, ext))
		}
		c.e.nodes[i].children = children
		return i
	case l.Compound != nil:
		i := c.add(node{path: path, shape: compound, octet: l.FSPEC == "octet"})
		var children []int16
		for _, sub := range l.Compound {
			if sub == nil {
				children = append(children, -1)
				continue
			}
			children = append(children, c.node(path+"/"+sub.ID, sub))
		}
		c.e.nodes[i].children = children
		return i
	case l.Repetitive != "":
		i := c.add(node{path: path, shape: counted})
		width := c.content(i, path, 0, l.Of)
		if l.Repetitive == "fx" {
			c.e.nodes[i].shape = chained
			width++
		}
		c.octets(i, width)
		return i
	case l.Explicit != nil:
		i := c.add(node{path: path, shape: explicit})
		if l.Of != nil {
			c.inside(i, path, l.Of)
		}
		return i
	default:
		i := c.add(node{path: path, shape: fixed})
		c.octets(i, c.content(i, path, 0, l))
		return i
	}
}

// extent compiles one part of an extended item; its last bit is FX unless the fields fill its octets.
func (c *compiler) extent(path string, fields []*layout) int16 {
	i := c.add(node{path: path, shape: fixed})
	width := c.members(i, path, 0, fields)
	if width%8 == 0 {
		c.e.nodes[i].last = true
	} else {
		width++
	}
	c.octets(i, width)
	return i
}

func (c *compiler) octets(i int16, width int) {
	if width%8 != 0 || width == 0 {
		c.fail("item %s has %d bits", c.e.nodes[i].path, width)
	}
	n := &c.e.nodes[i]
	n.size = width / 8
	if !n.repeats() {
		n.place = c.e.octets
		c.e.octets += n.size
	}
}

// content compiles the single field or the group of a node and returns the bit after it.
func (c *compiler) content(i int16, path string, bit int, l *layout) int {
	if l.Group != nil {
		return c.members(i, path, bit, l.Group)
	}
	return c.leaf(i, path, "", bit, l)
}

// members compiles the fields of a group or extent.
func (c *compiler) members(i int16, path string, bit int, fields []*layout) int {
	for _, f := range fields {
		prefix := strconv.Quote(f.ID) + ":"
		if f.Group != nil {
			n := &c.e.nodes[i]
			n.ops = append(n.ops, op{prefix, opOpen})
			c.groups[path+"/"+f.ID] = i
			bit = c.members(i, path+"/"+f.ID, bit, f.Group)
			n = &c.e.nodes[i]
			n.ops = append(n.ops, op{"", opClose})
			continue
		}
		p := path
		if f.ID != "" {
			p += "/" + f.ID
		}
		bit = c.leaf(i, p, prefix, bit, f)
	}
	return bit
}

// leaf compiles one field or spare.
func (c *compiler) leaf(i int16, path, prefix string, bit int, l *layout) int {
	f := leaf{path: path, node: int(i), bit: bit, width: l.Bits}
	switch k, ok := kindsByName[l.Kind]; {
	case l.Spare > 0:
		f.width, f.kind = l.Spare, kindSpare
	case l.Kind == "case":
		c.cond[len(c.e.leaves)] = l
	case !ok:
		c.fail("field %s has unknown kind %q", path, l.Kind)
	default:
		f.kind = k
	}
	if f.kind == kindRaw && f.width > 48 {
		f.kind = kindHex
	}
	if l.LSB != "" {
		f.scale = c.scale(path, l.LSB, l.Unit, f.width)
	}
	if f.width > 64 && f.bit%8 != 0 && f.kind != kindASCII {
		c.fail("field %s of %d bits does not begin at an octet", path, f.width)
	}
	f.place()
	n := &c.e.nodes[i]
	n.leaves = append(n.leaves, int16(len(c.e.leaves)))
	if f.kind != kindSpare {
		n.ops = append(n.ops, op{prefix, int16(len(c.e.leaves))})
	}
	c.e.leaves = append(c.e.leaves, f)
	return bit + f.width
}

// scale reads an exact fraction and chooses how many decimals to print: all of them where that is finite and short,
// else twelve or a thousandth of the LSB, whichever is finer.
func (c *compiler) scale(path, lsb, unit string, width int) scale {
	a, b, ok := strings.Cut(lsb, "/")
	if !ok {
		b = "1"
	}
	num, err1 := strconv.ParseUint(a, 10, 64)
	den, err2 := strconv.ParseUint(b, 10, 64)
	if err1 != nil || err2 != nil || num == 0 || den == 0 {
		c.fail("field %s has LSB %q", path, lsb)
		return scale{num: 1, den: 1}
	}
	largest := ^uint64(0) >> max(64-width, 0)
	if hi, _ := bits.Mul64(largest, num); hi >= den {
		c.fail("field %s has LSB %q: its values do not fit 64 bits", path, lsb)
		return scale{num: 1, den: 1}
	}
	s := scale{num: num, den: den, unit: unit, exact: den&(den-1) == 0, factor: float64(num) / float64(den), pow: 1}
	enough := max(12, 3+int(math.Ceil(-math.Log10(s.factor))))
	for s.decimals < enough && (num*s.pow)%den != 0 && s.pow < 1e17/num {
		if hi, _ := bits.Mul64(num*s.pow*10, largest); hi >= den {
			break // the printed integer would not fit 64 bits
		}
		s.decimals++
		s.pow *= 10
	}
	return s
}

// profile compiles one user application profile.
func (c *compiler) profile(name string, list []string, items map[string]int16) uap {
	u := uap{name: name, items: list}
	for _, item := range list {
		switch i, ok := items[item]; {
		case ok:
			u.nodes = append(u.nodes, i)
		case item == "rfs":
			u.nodes = append(u.nodes, c.add(node{path: "rfs", shape: sequence}))
		case item == "-":
			u.nodes = append(u.nodes, -1)
		default:
			c.fail("profile %q names undefined item %q", name, item)
		}
	}
	return u
}

// parents notes which node holds which.
func (c *compiler) parents() {
	c.e.parents = make([]int16, len(c.e.nodes))
	for i := range c.e.parents {
		c.e.parents[i] = -1
	}
	for i := range c.e.nodes {
		for _, child := range c.e.nodes[i].children {
			if child >= 0 {
				c.e.parents[child] = int16(i)
			}
		}
	}
}

// resolve fills the table from handles to nodes and leaves.
func (c *compiler) resolve(cat *category) {
	e := c.e
	e.slots = make([]slot, len(cat.paths))
	for i := range e.slots {
		e.slots[i] = slot{-1, -1}
	}
	at := func(path string) *slot {
		h, ok := cat.handles[path]
		if !ok {
			c.fail("path %s has no handle", path)
			return &slot{}
		}
		return &e.slots[h&0xFFFF]
	}
	for i := range e.nodes {
		n := &e.nodes[i]
		if p := e.parents[i]; n.shape == sequence || p >= 0 && e.nodes[p].shape == extended {
			continue // extents are reached through their fields
		}
		if s := at(n.path); s.node < 0 {
			s.node = int16(i)
		}
	}
	for path, i := range c.groups {
		at(path).node = i
	}
	for i := range e.leaves {
		f := &e.leaves[i]
		if f.kind == kindSpare {
			continue
		}
		s := at(f.path)
		s.leaf = int16(i)
		if s.node < 0 {
			s.node = int16(f.node)
		}
	}
}

// conditions compiles the fields whose scale depends on another field of the same item.
func (c *compiler) conditions() {
	for i, l := range c.cond {
		f := &c.e.leaves[i]
		f.cond = &condition{on: c.find(l.On), alts: map[uint64]conditionAlt{}}
		if on := &c.e.leaves[f.cond.on]; on.width > 64 || on.node != f.node || c.e.nodes[f.node].repeats() {
			c.fail("field %s depends on %s, which is wider than 64 bits, in another item or repeated", f.path, l.On)
		}
		for value, alt := range l.Alts {
			if value == "default" {
				continue
			}
			v, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				c.fail("field %s has case %q", f.path, value)
			}
			a := conditionAlt{kind: kindsByName[alt.Kind]}
			if alt.LSB != "" {
				a.scale = c.scale(f.path, alt.LSB, alt.Unit, f.width)
			}
			f.cond.alts[v] = a
		}
	}
}

// find returns the leaf of a path.
func (c *compiler) find(path string) int {
	for i := range c.e.leaves {
		if c.e.leaves[i].path == path {
			return i
		}
	}
	c.fail("no field %s", path)
	return 0
}

// selection compiles how the profile is chosen, and checks that all profiles agree up to the item that chooses.
func (c *compiler) selection(d *definition) {
	if d.Select == nil {
		return
	}
	e := c.e
	e.choose = c.find(d.Select.On)
	e.chosen = map[uint64]int{}
	for value, name := range d.Select.UAP {
		v, err := strconv.ParseUint(value, 10, 64)
		if err != nil {
			c.fail("profile is chosen by %q", value)
		}
		e.chosen[v] = slices.IndexFunc(e.uaps, func(u uap) bool { return u.name == name })
	}
	if f := &e.leaves[e.choose]; f.width > 64 || e.nodes[f.node].repeats() {
		c.fail("%s cannot choose a profile", d.Select.On)
	}
	item, _, _ := strings.Cut(d.Select.On, "/")
	e.chooser = -1
	for _, u := range e.uaps {
		n := slices.Index(u.items, item)
		e.chooser = u.nodes[max(n, 0)]
		if n < 0 || !slices.Equal(u.items[:n+1], e.uaps[0].items[:n+1]) {
			c.fail("profiles differ before %s chooses", d.Select.On)
		}
	}
}
