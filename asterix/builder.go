package asterix

import (
	"math"
	"slices"
)

// Builder makes records of one edition out of values. The first value that does not fit is kept and returned by
// AppendRecord, so that setters need no check each. It is reused through Reset and then allocates nothing more.
//
//	b := asterix.NewBuilder(edition)
//	b.SetUint(sac, 25)
//	b.SetFloat(rho, 116.8125)
//	b.SetText(callsign, "BRU862")
//	dst, err = b.AppendRecord(dst)
type Builder struct {
	edition *Edition
	octets  []byte   // of all fixed nodes, each at its place
	present []bool   // by node
	marked  []int16  // the nodes made present since Reset
	lists   [][]byte // by node: elements of a repeating one, content of an explicit one, extra extents of an extended one
	specs   []uint8  // by node: least octets of a compound item's field specification
	spec    int      // least octets of the record's
	err     error
}

// NewBuilder returns an empty builder for an edition.
func NewBuilder(e *Edition) *Builder {
	return &Builder{
		edition: e, octets: make([]byte, e.octets), present: make([]bool, len(e.nodes)), lists: make([][]byte, len(e.nodes)),
		specs: make([]uint8, len(e.nodes)),
	}
}

// Edition returns the edition that the records follow.
func (b *Builder) Edition() *Edition { return b.edition }

// Reset empties the builder for the next record.
func (b *Builder) Reset() {
	for _, n := range b.marked {
		nd := &b.edition.nodes[n]
		if nd.shape == fixed {
			clear(b.octets[nd.place:][:nd.size])
		}
		b.present[n], b.lists[n], b.specs[n] = false, b.lists[n][:0], 0
	}
	b.marked, b.spec, b.err = b.marked[:0], 0, nil
}

// Err returns the first value that did not fit since Reset.
func (b *Builder) Err() error { return b.err }

func (b *Builder) fail(h Handle, why Reason) {
	if b.err == nil {
		b.err = &Error{Building: true, Category: b.edition.category, Edition: b.edition.name, Item: h.Path(), Reason: why}
	}
}

// Mark makes an item or subitem present, with zeros where nothing was set: a compound item may be empty, and so may what is
// defined inside an explicit one.
func (b *Builder) Mark(h Handle) {
	n := b.edition.at(h).node
	if n < 0 {
		b.fail(h, NotInEdition)
		return
	}
	if nd := &b.edition.nodes[n]; nd.shape == explicit && len(nd.children) > 0 {
		n = nd.children[0]
	}
	b.mark(n)
}

func (b *Builder) mark(n int16) {
	for ; n >= 0 && !b.present[n]; n = b.edition.parents[n] {
		b.present[n] = true
		b.marked = append(b.marked, n)
	}
}

// field returns the leaf of a handle and the octets that hold its repetition i, made present.
func (b *Builder) field(h Handle, i int) (*leaf, []byte) {
	l := b.edition.at(h).leaf
	if l < 0 {
		b.fail(h, NotInEdition)
		return nil, nil
	}
	f := &b.edition.leaves[l]
	if i < 0 || i > 0 && !b.edition.nodes[f.node].repeats() || i > 255 && b.edition.nodes[f.node].shape == counted {
		b.fail(h, TooLong)
		return nil, nil
	}
	return f, b.element(f, i)
}

// element returns the octets that hold repetition i of a leaf, made present.
func (b *Builder) element(f *leaf, i int) []byte {
	b.mark(int16(f.node))
	n := &b.edition.nodes[f.node]
	if !n.repeats() {
		return b.octets[n.place:][:n.size]
	}
	list := &b.lists[f.node]
	for len(*list) < (i+1)*n.size {
		*list = append(*list, 0)
	}
	return (*list)[i*n.size:][:n.size]
}

// SetUint sets the raw bits of a field. A value wider than the field is refused.
func (b *Builder) SetUint(h Handle, v uint64) { b.SetUintAt(h, 0, v) }

// SetUintAt is [Builder.SetUint] for repetition i, from 0; repetitions before it that were not set are zero.
func (b *Builder) SetUintAt(h Handle, i int, v uint64) {
	f, o := b.field(h, i)
	switch {
	case o == nil:
	case f.width > 64:
		b.fail(h, WrongKind)
	case v&^f.mask != 0:
		b.fail(h, OutOfRange)
	default:
		f.store(o, v)
	}
}

// SetInt sets the raw integer of a field, two's complement where the field is signed.
func (b *Builder) SetInt(h Handle, v int64) { b.setInt(h, 0, v) }

func (b *Builder) setInt(h Handle, i int, v int64) {
	f, o := b.field(h, i)
	if o == nil {
		return
	}
	signed := f.kind == kindSigned || f.kind == kindInt
	switch {
	case f.width > 64:
		b.fail(h, WrongKind)
	case signed && f.sign(uint64(v)&f.mask) != v, !signed && (v < 0 || uint64(v)&^f.mask != 0):
		b.fail(h, OutOfRange)
	default:
		f.store(o, uint64(v))
	}
}

// SetFloat sets a field from its value in the specification's unit, rounded to the nearest LSB. Where the scale
// depends on another field (Mach or NM/s), that one is set first.
func (b *Builder) SetFloat(h Handle, v float64) { b.SetFloatAt(h, 0, v) }

// SetFloatAt is [Builder.SetFloat] for repetition i, from 0.
func (b *Builder) SetFloatAt(h Handle, i int, v float64) {
	l := b.edition.at(h).leaf
	if l < 0 {
		b.fail(h, NotInEdition)
		return
	}
	f := &b.edition.leaves[l]
	s := &f.scale
	if f.cond != nil {
		on := &b.edition.leaves[f.cond.on]
		if alt, ok := f.cond.alts[on.load(b.element(on, 0))]; ok {
			s = &alt.scale
		}
	}
	if s.den != 0 {
		v = v * float64(s.den) / float64(s.num)
	}
	if v = math.Round(v); !(math.Abs(v) < 1<<62) {
		b.fail(h, OutOfRange)
		return
	}
	b.setInt(h, i, int64(v))
}

// SetText sets a text field, padded with spaces on the right; an octal field from octal digits; an address from hex
// digits. Characters outside the field's alphabet and texts too long are refused.
func (b *Builder) SetText(h Handle, s string) { b.setText(h, 0, s) }

func (b *Builder) setText(h Handle, i int, s string) {
	f, o := b.field(h, i)
	if o == nil {
		return
	}
	if why := f.storeText(o, s); why != "" {
		b.fail(h, why)
	}
}

// SetBytes sets the content of an explicit item (without its length octet), in place of what was set inside it, or all octets
// of a fixed item or subitem.
func (b *Builder) SetBytes(h Handle, content []byte) {
	n := b.edition.at(h).node
	if n < 0 {
		b.fail(h, NotInEdition)
		return
	}
	switch nd := &b.edition.nodes[n]; {
	case nd.shape == explicit:
		clear(b.present[n:nd.skip])
		b.lists[n] = append(b.lists[n][:0], content...)
	case nd.shape == fixed && len(content) == nd.size:
		copy(b.octets[nd.place:], content)
	default:
		b.fail(h, WrongKind)
		return
	}
	b.mark(n)
}

// SetOctetsAt sets repetition i of a field that fills whole octets, such as video samples or a Comm-B message.
func (b *Builder) SetOctetsAt(h Handle, i int, content []byte) {
	f, o := b.field(h, i)
	switch {
	case o == nil:
	case f.bit%8 != 0 || f.width%8 != 0 || len(content) != f.octets:
		b.fail(h, WrongKind)
	default:
		copy(o[f.first:], content)
	}
}

// Copy sets every field of a record of the same edition, with spare bits, superfluous octets of field specifications,
// and extents and expansions that are not understood: the record that is then made has the same octets, unless some of
// its fields were sent in random sequence.
func (b *Builder) Copy(r *Record) {
	if r.edition != b.edition {
		if b.err == nil {
			b.err = &Error{Building: true, Category: r.Category, Edition: b.edition.name, Reason: NotInEdition}
		}
		return
	}
	b.spec = specLength(r.data)
	nodes := b.edition.nodes
	for i := 0; i < len(nodes); {
		if r.off[i] == 0 {
			i = nodes[i].skip // past all below
			continue
		}
		if nodes[i].shape != sequence { // whose items are copied each
			b.copyNode(r, int16(i), &nodes[i])
		}
		i++
	}
}

// copyNode takes a node's octets as they are: extension bits come again when the record is made.
func (b *Builder) copyNode(r *Record, n int16, nd *node) {
	b.mark(n)
	content := r.data[r.off[n]:r.end[n]]
	switch nd.shape {
	case fixed:
		copy(b.octets[nd.place:], content)
	case counted:
		b.lists[n] = append(b.lists[n][:0], content[1:]...)
	case chained:
		b.lists[n] = append(b.lists[n][:0], content...)
	case explicit:
		if len(nd.children) == 0 || r.off[nd.children[0]] == 0 {
			b.lists[n] = append(b.lists[n][:0], content[1:]...)
		}
	case compound:
		if !nd.octet {
			b.specs[n] = uint8(min(specLength(content), 255))
		}
	case extended:
		known := r.off[n]
		for _, c := range nd.children {
			if r.off[c] != 0 {
				known = r.end[c]
			}
		}
		b.lists[n] = append(b.lists[n][:0], r.data[known:r.end[n]]...)
	}
}

// specLength returns how many octets a field specification takes.
func specLength(data []byte) int {
	n := 1
	for data[n-1]&1 != 0 {
		n++
	}
	return n
}

// AppendRecord appends the record's octets and returns the extended slice. It fails, appending nothing, when a value
// did not fit, nothing was set, or an item set is not in the user application profile.
func (b *Builder) AppendRecord(dst []byte) ([]byte, error) {
	if b.err != nil {
		return dst, b.err
	}
	e := b.edition
	u := &e.uaps[0]
	if e.choose >= 0 && b.present[e.chooser] {
		f := &e.leaves[e.choose]
		i, ok := e.chosen[f.load(b.element(f, 0))]
		if !ok {
			return dst, &Error{Building: true, Category: e.category, Edition: e.name, Item: f.path, Reason: UnknownUAP}
		}
		u = &e.uaps[i]
	}
	if len(e.uaps) > 1 { // a single profile has every item
		for n, here := range b.present {
			if here && e.parents[n] < 0 && !slices.Contains(u.nodes, int16(n)) {
				return dst, &Error{Building: true, Category: e.category, Edition: e.name, Item: e.nodes[n].path, Reason: NotInEdition}
			}
		}
	}
	start := len(dst)
	dst, some := b.appendSpec(dst, u.nodes, b.spec, false)
	if !some {
		return dst[:start], &Error{Building: true, Category: e.category, Edition: e.name, Reason: EmptyFSPEC}
	}
	for _, n := range u.nodes {
		if n < 0 || !b.present[n] {
			continue
		}
		var err error
		if dst, err = b.appendNode(dst, n); err != nil {
			return dst[:start], err
		}
	}
	return dst, nil
}

// appendSpec appends a field specification of the nodes that are present, of at least so many octets.
func (b *Builder) appendSpec(dst []byte, nodes []int16, least int, octet bool) ([]byte, bool) {
	if octet {
		var c byte
		for i, n := range nodes {
			if n >= 0 && b.present[n] {
				c |= 0x80 >> i
			}
		}
		return append(dst, c), c != 0
	}
	start := len(dst)
	dst = append(dst, 0)
	some := false
	for i, n := range nodes {
		if n < 0 || !b.present[n] {
			continue
		}
		some = true
		for len(dst) <= start+i/7 {
			dst[len(dst)-1] |= 1
			dst = append(dst, 0)
		}
		dst[start+i/7] |= 0x80 >> (i % 7)
	}
	for len(dst) < start+least {
		dst[len(dst)-1] |= 1
		dst = append(dst, 0)
	}
	return dst, some
}

func (b *Builder) refuse(nd *node, why Reason) error {
	return &Error{Building: true, Category: b.edition.category, Edition: b.edition.name, Item: nd.path, Reason: why}
}

// appendNode appends an item or subitem.
func (b *Builder) appendNode(dst []byte, n int16) ([]byte, error) {
	nd := &b.edition.nodes[n]
	switch nd.shape {
	case fixed:
		return append(dst, b.octets[nd.place:][:nd.size]...), nil
	case extended:
		return b.appendExtents(dst, nd, b.lists[n]), nil
	case counted:
		count := len(b.lists[n]) / nd.size
		if count > 255 {
			return dst, b.refuse(nd, TooLong)
		}
		return append(append(dst, byte(count)), b.lists[n]...), nil
	case chained:
		return b.appendChain(dst, nd, b.lists[n])
	case compound:
		return b.appendCompound(dst, n)
	default:
		start := len(dst)
		dst = append(dst, 0)
		if len(nd.children) > 0 && b.present[nd.children[0]] {
			var err error
			if dst, err = b.appendNode(dst, nd.children[0]); err != nil {
				return dst, err
			}
		} else {
			dst = append(dst, b.lists[n]...)
		}
		if len(dst)-start > 255 {
			return dst, b.refuse(nd, TooLong)
		}
		dst[start] = byte(len(dst) - start)
		return dst, nil
	}
}

// appendExtents appends the extents up to the last present one, with their FX bits.
func (b *Builder) appendExtents(dst []byte, nd *node, extra []byte) []byte {
	last := 0
	for i, c := range nd.children {
		if b.present[c] {
			last = i
		}
	}
	for i, c := range nd.children[:last+1] {
		ext := &b.edition.nodes[c]
		dst = append(dst, b.octets[ext.place:][:ext.size]...)
		if !ext.last && (i < last || len(extra) > 0) {
			dst[len(dst)-1] |= 1
		}
	}
	return append(dst, extra...)
}

// appendChain appends elements with their FX bits; one at least.
func (b *Builder) appendChain(dst []byte, nd *node, list []byte) ([]byte, error) {
	if len(list) == 0 {
		return dst, b.refuse(nd, WrongKind)
	}
	start := len(dst)
	dst = append(dst, list...)
	for i := start + nd.size - 1; i < len(dst)-1; i += nd.size {
		dst[i] |= 1
	}
	return dst, nil
}

// appendCompound appends the subitems' specification and the subitems.
func (b *Builder) appendCompound(dst []byte, n int16) ([]byte, error) {
	nd := &b.edition.nodes[n]
	dst, _ = b.appendSpec(dst, nd.children, int(b.specs[n]), nd.octet)
	for _, c := range nd.children {
		if c < 0 || !b.present[c] {
			continue
		}
		var err error
		if dst, err = b.appendNode(dst, c); err != nil {
			return dst, err
		}
	}
	return dst, nil
}
