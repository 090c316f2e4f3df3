package asterix

// Record is one record as it stands in the data: nothing is copied, values are read out of the octets on demand. It is
// valid until the decoder's next call to Next or Reset. The zero Record has no items.
type Record struct {
	Category uint8
	SAC, SIC uint8 // of item 010; of the record before in the block when left out (category 001)
	Sourced  bool  // SAC and SIC are known
	Offset   int   // of its first octet in the data
	Block    int   // blocks before its own in the data
	Number   int   // records before it in its block

	edition *Edition // nil for a category without definition
	data    []byte
	uap     *uap
	off     []uint16 // by node: first octet, zero when absent (octet 0 is the field specification)
	end     []uint16 // by node: octet after the last
	random  bool     // holds a random field sequence

	limit   int   // no item may run beyond
	unknown int   // extents that the edition does not know
	soft    bool  // note holds a part that was not understood
	note    Error // see Note
	bad     fault // where parsing stopped
}

// fault is where and why parsing stopped, as offsets in the record.
type fault struct {
	at, frn int
	item    string
	reason  Reason
}

// Edition returns the edition the record was read by, nil for a category without definition.
func (r *Record) Edition() *Edition { return r.edition }

// Data returns the octets of the record as received; of a category without definition, those of the whole block after
// its header.
func (r *Record) Data() []byte { return r.data }

// Has says whether the item, subitem or field is present.
func (r *Record) Has(h Handle) bool {
	n := r.edition.at(h).node
	return n >= 0 && r.off[n] != 0
}

// Bytes returns the octets of an item or subitem, with its length or repetition octet; nil when absent. For a field it
// returns those of the item or subitem, or of the extent, that holds it.
func (r *Record) Bytes(h Handle) []byte {
	n := r.edition.at(h).node
	if n < 0 || r.off[n] == 0 {
		return nil
	}
	return r.data[r.off[n]:r.end[n]]
}

// Count returns how many repetitions of an item, subitem or field there are: 0 or 1 where it does not repeat.
func (r *Record) Count(h Handle) int {
	n := r.edition.at(h).node
	if n < 0 || r.off[n] == 0 {
		return 0
	}
	return r.count(int(n))
}

func (r *Record) count(n int) int {
	switch nd := &r.edition.nodes[n]; nd.shape {
	case counted:
		return int(r.end[n]-r.off[n]-1) / nd.size
	case chained:
		return int(r.end[n]-r.off[n]) / nd.size
	default:
		return 1
	}
}

// element returns the octets of repetition i of a leaf's node, nil when there is none.
func (r *Record) element(f *leaf, i int) []byte {
	off := int(r.off[f.node])
	if off == 0 {
		return nil
	}
	n := &r.edition.nodes[f.node]
	switch n.shape {
	case fixed:
		if i != 0 {
			return nil
		}
		return r.data[off : off+n.size]
	case counted:
		off++
	}
	off += i * n.size
	if i < 0 || off+n.size > int(r.end[f.node]) {
		return nil
	}
	return r.data[off : off+n.size]
}

// field returns the leaf of a handle and the octets that hold its repetition i; nil, nil when absent.
func (r *Record) field(h Handle, i int) (*leaf, []byte) {
	l := r.edition.at(h).leaf
	if l < 0 {
		return nil, nil
	}
	f := &r.edition.leaves[l]
	b := r.element(f, i)
	if b == nil {
		return nil, nil
	}
	return f, b
}

// Uint returns the raw bits of a field of up to 64 bits; false when it is absent or wider.
func (r *Record) Uint(h Handle) (uint64, bool) { return r.UintAt(h, 0) }

// UintAt is [Record.Uint] for repetition i, from 0.
func (r *Record) UintAt(h Handle, i int) (uint64, bool) {
	f, b := r.field(h, i)
	if b == nil || f.width > 64 {
		return 0, false
	}
	return f.load(b), true
}

// OctetsAt returns the octets that hold repetition i of a field, for fields that fill whole octets; nil when absent.
func (r *Record) OctetsAt(h Handle, i int) []byte {
	f, b := r.field(h, i)
	if b == nil {
		return nil
	}
	return b[f.first : f.first+f.octets]
}

// Int returns the raw integer of a field, sign extended where the field is signed; false when it is absent.
func (r *Record) Int(h Handle) (int64, bool) {
	f, b := r.field(h, 0)
	if b == nil || f.width > 64 {
		return 0, false
	}
	if k, _ := r.meaning(f); k == kindSigned || k == kindInt {
		return f.sign(f.load(b)), true
	}
	return int64(f.load(b)), true
}

// Float returns the value of a field in the specification's unit, the raw integer where it has no scale; false when it
// is absent. For text and fields wider than 64 bits it is false too.
func (r *Record) Float(h Handle) (float64, bool) { return r.FloatAt(h, 0) }

// FloatAt is [Record.Float] for repetition i, from 0.
func (r *Record) FloatAt(h Handle, i int) (float64, bool) {
	f, b := r.field(h, i)
	if b == nil {
		return 0, false
	}
	return r.value(f, b)
}

// value reads a leaf as a number out of the octets of its node or element.
func (r *Record) value(f *leaf, b []byte) (float64, bool) {
	if f.width > 64 {
		return 0, false
	}
	k, s := f.kind, &f.scale
	if f.cond != nil {
		k, s = r.meaning(f)
	}
	switch k {
	case kindUnsigned:
		return s.value(int64(f.load(b))), true
	case kindSigned:
		return s.value(f.sign(f.load(b))), true
	case kindInt:
		return float64(f.sign(f.load(b))), true
	case kindRaw, kindOctal, kindAddress:
		return float64(f.load(b)), true
	}
	return 0, false
}

// meaning returns how to read a leaf in this record: for some fields it depends on another one.
func (r *Record) meaning(f *leaf) (kind, *scale) {
	if f.cond == nil {
		return f.kind, &f.scale
	}
	on := &r.edition.leaves[f.cond.on]
	if b := r.element(on, 0); b != nil {
		if alt, ok := f.cond.alts[on.load(b)]; ok {
			return alt.kind, &alt.scale
		}
	}
	return f.kind, &f.scale
}

// AppendText appends a text or octal field without padding on the right, an address as six hex digits; nothing and
// false when the field is absent or a number. Six-bit codes outside the alphabet become '?'.
func (r *Record) AppendText(dst []byte, h Handle) ([]byte, bool) {
	f, b := r.field(h, 0)
	if b == nil {
		return dst, false
	}
	switch f.kind {
	case kindICAO, kindASCII, kindOctal, kindAddress:
		return f.appendText(dst, b), true
	}
	return dst, false
}

// Text is [Record.AppendText] as a new string, empty when absent.
func (r *Record) Text(h Handle) string {
	var buf [32]byte
	b, _ := r.AppendText(buf[:0], h)
	return string(b)
}

// Note returns what part of a kept record was not understood, nil when all was.
func (r *Record) Note() *Error {
	if !r.soft {
		return nil
	}
	return &r.note
}

// AppendValues appends the value of every field present, repetitions included, in the order of Fields; text and fields
// wider than 64 bits are left out.
func (r *Record) AppendValues(dst []float64) []float64 {
	if r.edition == nil {
		return dst
	}
	nodes := r.edition.nodes
	for n := 0; n < len(r.off); {
		nd := &nodes[n]
		off := int(r.off[n])
		if off == 0 {
			n = nd.skip // past all below
			continue
		}
		end := int(r.end[n])
		n++
		if len(nd.readings) == 0 {
			continue
		}
		if nd.shape == counted {
			off++
		}
		for ; off < end; off += nd.size {
			dst = r.appendReadings(dst, nd.readings, r.data[off:off+nd.size])
		}
	}
	return dst
}

// appendReadings appends the values of one element.
func (r *Record) appendReadings(dst []float64, list []reading, b []byte) []float64 {
	for i := range list {
		k := &list[i]
		if k.slow {
			if v, ok := r.value(&r.edition.leaves[k.leaf], b); ok {
				dst = append(dst, v)
			}
			continue
		}
		var v uint64
		o := b[k.first:]
		switch k.octets {
		case 1:
			v = uint64(o[0])
		case 2:
			v = uint64(o[0])<<8 | uint64(o[1])
		case 3:
			v = uint64(o[0])<<16 | uint64(o[1])<<8 | uint64(o[2])
		default:
			for _, c := range o[:k.octets] {
				v = v<<8 | uint64(c)
			}
		}
		v = v >> k.shift & k.mask << k.signed
		dst = append(dst, float64(int64(v)>>k.signed)*k.factor)
	}
	return dst
}
