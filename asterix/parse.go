package asterix

import "math/bits"

// begin readies the record for an edition.
func (r *Record) begin(e *Edition) {
	n := len(e.nodes)
	if cap(r.off) < n {
		r.off, r.end = make([]uint16, n), make([]uint16, n)
	}
	r.off, r.end = r.off[:n], r.end[:n]
	clear(r.off)
	r.edition, r.uap = e, &e.uaps[0]
	r.unknown, r.soft, r.random = 0, false, false
}

// parse finds the items of the record at the start of data and returns its length, or -1 with the reason in r.bad.
func (r *Record) parse(e *Edition, data []byte) int {
	r.begin(e)
	r.data, r.limit = data, min(len(data), 0xFFFF)
	fspec := 0
	for {
		if fspec >= r.limit {
			return r.stop(fspec, 0, "", ShortFSPEC)
		}
		fspec++
		if data[fspec-1]&1 == 0 {
			break
		}
	}
	pos := fspec
	for i, c := range data[:fspec] {
		for c >>= 1; c != 0; {
			lead := bits.LeadingZeros8(c) - 1
			c &^= 0x40 >> lead
			frn := i*7 + lead
			if frn >= len(r.uap.nodes) || r.uap.nodes[frn] < 0 {
				return r.stop(pos, frn+1, "", SpareFRN)
			}
			n := r.uap.nodes[frn]
			next := r.item(n, pos)
			if next < 0 {
				r.bad.frn = frn + 1
				return -1
			}
			pos = next
			if e.choose >= 0 && n == e.chooser && !r.chooseProfile() {
				return r.stop(pos, frn+1, e.nodes[n].path, UnknownUAP)
			}
		}
	}
	if pos == fspec {
		return r.stop(0, 0, "", EmptyFSPEC)
	}
	r.data = data[:pos]
	return pos
}

// stop notes why parsing ends and returns -1.
func (r *Record) stop(at, frn int, item string, why Reason) int {
	r.bad = fault{at, frn, item, why}
	return -1
}

// chooseProfile switches to the profile that the value just read calls for.
func (r *Record) chooseProfile() bool {
	f := &r.edition.leaves[r.edition.choose]
	i, ok := r.edition.chosen[f.load(r.element(f, 0))]
	if ok {
		r.uap = &r.edition.uaps[i]
	}
	return ok
}

// item notes the bounds of node n at pos and returns the octet after it, or -1.
func (r *Record) item(n int16, pos int) int {
	nd := &r.edition.nodes[n]
	next := -1
	switch nd.shape {
	case fixed:
		if next = pos + nd.size; next > r.limit {
			return r.stop(pos, 0, nd.path, ShortItem)
		}
	case extended:
		next = r.extents(nd, pos)
	case counted:
		if pos < r.limit {
			next = pos + 1 + int(r.data[pos])*nd.size
		}
		if next < 0 || next > r.limit {
			return r.stop(pos, 0, nd.path, ShortItem)
		}
	case chained:
		next = r.chain(nd, pos)
	case compound:
		next = r.subitems(nd, pos)
	case explicit:
		next = r.explicit(nd, pos)
	case sequence:
		next = r.sequence(pos)
	}
	if next >= 0 {
		r.off[n], r.end[n] = uint16(pos), uint16(next)
	}
	return next
}

// extents walks an extended item. Extents after the last known one are one octet each, as a newer edition would have.
func (r *Record) extents(nd *node, pos int) int {
	for _, c := range nd.children {
		ext := &r.edition.nodes[c]
		next := pos + ext.size
		if next > r.limit {
			return r.stop(pos, 0, nd.path, ShortItem)
		}
		r.off[c], r.end[c] = uint16(pos), uint16(next)
		pos = next
		if ext.last || r.data[pos-1]&1 == 0 {
			return pos
		}
	}
	for {
		if pos >= r.limit {
			return r.stop(pos, 0, nd.path, ShortItem)
		}
		r.unknown++
		pos++
		if r.data[pos-1]&1 == 0 {
			return pos
		}
	}
}

// chain walks elements that end in an FX bit each.
func (r *Record) chain(nd *node, pos int) int {
	for {
		pos += nd.size
		if pos > r.limit {
			return r.stop(pos-nd.size, 0, nd.path, ShortItem)
		}
		if r.data[pos-1]&1 == 0 {
			return pos
		}
	}
}

// subitems walks a compound item; its field specification may be longer than the known subitems and may be empty.
func (r *Record) subitems(nd *node, pos int) int {
	spec := pos
	for {
		if pos >= r.limit {
			return r.stop(pos, 0, nd.path, ShortItem)
		}
		pos++
		if nd.octet || r.data[pos-1]&1 == 0 {
			break
		}
	}
	per, spare := 7, 1
	if nd.octet {
		per, spare = 8, 0
	}
	for i, c := range r.data[spec:pos] {
		for c = c >> spare << spare; c != 0; {
			lead := bits.LeadingZeros8(c)
			c &^= 0x80 >> lead
			k := i*per + lead
			if k >= len(nd.children) || nd.children[k] < 0 {
				return r.stop(pos, 0, nd.path, SpareSubitem)
			}
			if pos = r.item(nd.children[k], pos); pos < 0 {
				return -1
			}
		}
	}
	return pos
}

// explicit walks an item that states its length. An inner part that does not follow its definition, or does not fill
// the length, stays bytes and leaves a note.
func (r *Record) explicit(nd *node, pos int) int {
	if pos >= r.limit {
		return r.stop(pos, 0, nd.path, ShortItem)
	}
	length := int(r.data[pos])
	next := pos + length
	switch {
	case length == 0:
		return r.stop(pos, 0, nd.path, ExplicitLength)
	case next > r.limit:
		return r.stop(pos, 0, nd.path, ShortItem)
	case len(nd.children) == 0 || length == 1:
		return next
	}
	limit, unknown := r.limit, r.unknown
	r.limit = next
	inner := nd.children[0]
	if end := r.item(inner, pos+1); end != next {
		clear(r.off[inner : int(inner)+nd.size])
		at, item := pos, nd.path
		if end < 0 {
			at, item = r.bad.at, r.bad.item
		}
		r.soft, r.unknown = true, unknown
		r.note = Error{Offset: at, Item: item, Reason: InnerExpansion, Soft: true}
	}
	r.limit = limit
	return next
}

// sequence walks a random field sequence: a count, then a field reference number and its item each.
func (r *Record) sequence(pos int) int {
	if pos >= r.limit {
		return r.stop(pos, 0, "rfs", ShortItem)
	}
	r.random = true
	count := int(r.data[pos])
	pos++
	for range count {
		if pos >= r.limit {
			return r.stop(pos, 0, "rfs", ShortItem)
		}
		frn := int(r.data[pos]) - 1
		if frn < 0 || frn >= len(r.uap.nodes) || r.uap.nodes[frn] < 0 || r.edition.nodes[r.uap.nodes[frn]].shape == sequence {
			return r.stop(pos, 0, "rfs", BadSequence)
		}
		if pos = r.item(r.uap.nodes[frn], pos+1); pos < 0 {
			return -1
		}
	}
	return pos
}
