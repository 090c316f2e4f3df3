package asterix

import (
	"math/bits"
	"strconv"
)

// JSONOptions says how AppendJSON prints.
type JSONOptions struct {
	Raw  bool // scaled fields as {"raw":…,"value":…}
	Text bool // described codes as {"value":…,"text":…}
}

// AppendJSON appends the record as one line of JSON without line end:
//
//	{"cat":48,"edition":"1.31","items":{"010":{"SAC":23,"SIC":2},"040":{"RHO":116.8125,"THETA":268.868408203125},"220":"3FD123"}}
//
// Scaled values are in the specification's units, with exact or to twelve decimals; codes are integers; octal
// and text are strings, padding on the right left out; addresses are six hex digits; repetitive items are arrays; what
// is wider than 48 bits, RE and SP are hex digits, RE an object where its definition is known and followed. A record
// of a category without definition is {"cat":255,"unknown":"hex"}.
func (r *Record) AppendJSON(dst []byte, o JSONOptions) []byte {
	dst = append(dst, `{"cat":`...)
	dst = strconv.AppendUint(dst, uint64(r.Category), 10)
	if r.edition == nil {
		dst = append(dst, `,"unknown":"`...)
		return append(appendHex(dst, r.data), '"', '}')
	}
	dst = append(dst, `,"edition":"`...)
	dst = append(dst, r.edition.name...)
	dst = append(dst, `","items":{`...)
	for _, n := range r.uap.nodes {
		if n >= 0 && r.off[n] != 0 && r.edition.nodes[n].shape != sequence {
			dst = appendComma(dst)
			dst = append(dst, r.edition.nodes[n].key...)
			dst = r.appendNode(dst, n, o)
		}
	}
	return append(dst, '}', '}')
}

// appendComma separates from what stands before, unless that opens an object or array.
func appendComma(dst []byte) []byte {
	if c := dst[len(dst)-1]; c != '{' && c != '[' {
		return append(dst, ',')
	}
	return dst
}

func (r *Record) appendNode(dst []byte, n int16, o JSONOptions) []byte {
	nd := &r.edition.nodes[n]
	switch nd.shape {
	case fixed:
		b := r.data[r.off[n]:r.end[n]]
		if len(nd.ops) == 1 && nd.ops[0].prefix == "" {
			return r.appendLeaf(dst, &r.edition.leaves[nd.ops[0].leaf], b, o)
		}
		dst = append(dst, '{')
		dst = r.appendOps(dst, nd, b, o)
		return append(dst, '}')
	case extended:
		dst = append(dst, '{')
		for _, c := range nd.children {
			if r.off[c] != 0 {
				dst = r.appendOps(dst, &r.edition.nodes[c], r.data[r.off[c]:r.end[c]], o)
			}
		}
		return append(dst, '}')
	case compound:
		dst = append(dst, '{')
		for _, c := range nd.children {
			if c >= 0 && r.off[c] != 0 {
				dst = appendComma(dst)
				dst = append(dst, r.edition.nodes[c].key...)
				dst = r.appendNode(dst, c, o)
			}
		}
		return append(dst, '}')
	case explicit:
		if len(nd.children) > 0 && r.off[nd.children[0]] != 0 {
			return r.appendNode(dst, nd.children[0], o)
		}
		dst = append(dst, '"')
		return append(appendHex(dst, r.data[r.off[n]+1:r.end[n]]), '"')
	default:
		return r.appendList(dst, n, nd, o)
	}
}

func (r *Record) appendList(dst []byte, n int16, nd *node, o JSONOptions) []byte {
	dst = append(dst, '[')
	pos, end := int(r.off[n]), int(r.end[n])
	if nd.shape == counted {
		pos++
	}
	plain := len(nd.ops) == 1 && nd.ops[0].prefix == ""
	for ; pos < end; pos += nd.size {
		dst = appendComma(dst)
		b := r.data[pos : pos+nd.size]
		if plain {
			dst = r.appendLeaf(dst, &r.edition.leaves[nd.ops[0].leaf], b, o)
			continue
		}
		dst = append(dst, '{')
		dst = r.appendOps(dst, nd, b, o)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

func (r *Record) appendOps(dst []byte, nd *node, b []byte, o JSONOptions) []byte {
	for i := range nd.ops {
		switch op := &nd.ops[i]; op.leaf {
		case opOpen:
			dst = appendComma(dst)
			dst = append(dst, op.prefix...)
			dst = append(dst, '{')
		case opClose:
			dst = append(dst, '}')
		default:
			dst = appendComma(dst)
			dst = append(dst, op.prefix...)
			dst = r.appendLeaf(dst, &r.edition.leaves[op.leaf], b, o)
		}
	}
	return dst
}

// appendLeaf appends the value of one field.
func (r *Record) appendLeaf(dst []byte, f *leaf, b []byte, o JSONOptions) []byte {
	k, s := f.kind, &f.scale
	if f.cond != nil {
		k, s = r.meaning(f)
	}
	switch k {
	case kindRaw:
		if o.Text && f.codes != nil {
			return f.appendCode(dst, f.load(b))
		}
		return appendSmall(dst, f.load(b))
	case kindInt:
		return strconv.AppendInt(dst, f.sign(f.load(b)), 10)
	case kindUnsigned, kindSigned:
		raw := f.load(b)
		if o.Raw {
			dst = append(dst, `{"raw":`...)
			dst = append(strconv.AppendUint(dst, raw, 10), `,"value":`...)
		}
		if k == kindSigned {
			if v := f.sign(raw); v < 0 {
				dst = append(dst, '-')
				raw = uint64(-v)
			}
		}
		dst = s.appendDecimal(dst, raw)
		if o.Raw {
			dst = append(dst, '}')
		}
		return dst
	case kindHex:
		dst = append(dst, '"')
		if f.width > 64 || f.width%8 == 0 && f.bit%8 == 0 {
			dst = appendHex(dst, b[f.first:f.first+f.octets])
		} else {
			dst = appendHexNumber(dst, f.load(b), (f.width+3)/4)
		}
		return append(dst, '"')
	case kindASCII:
		return appendQuoted(dst, f, b)
	default:
		dst = append(dst, '"')
		return append(f.appendText(dst, b), '"')
	}
}

// appendCode appends a code with its meaning, an empty one when it is not described.
func (f *leaf) appendCode(dst []byte, v uint64) []byte {
	dst = append(dst, `{"value":`...)
	dst = append(appendSmall(dst, v), `,"text":"`...)
	return append(append(dst, f.codes[v]...), '"', '}')
}

// appendSmall appends an unsigned integer, quickest for one digit.
func appendSmall(dst []byte, v uint64) []byte {
	if v < 10 {
		return append(dst, '0'+byte(v))
	}
	return strconv.AppendUint(dst, v, 10)
}

// appendDecimal appends raw × LSB without trailing zeros.
func (s *scale) appendDecimal(dst []byte, raw uint64) []byte {
	hi, lo := bits.Mul64(raw, s.num*s.pow)
	var q, rem uint64
	if hi == 0 {
		q, rem = lo/s.den, lo%s.den
	} else {
		q, rem = bits.Div64(hi, lo, s.den)
	}
	if 2*rem >= s.den {
		q++
	}
	dst = strconv.AppendUint(dst, q/s.pow, 10)
	frac := q % s.pow
	if frac == 0 {
		return dst
	}
	digits := s.decimals
	for frac%10 == 0 {
		frac /= 10
		digits--
	}
	var buf [20]byte
	for i := digits; i > 0; i-- {
		buf[i] = '0' + byte(frac%10)
		frac /= 10
	}
	buf[0] = '.'
	return append(dst, buf[:digits+1]...)
}

// appendQuoted appends text that may hold any octet as a JSON string, octets above 127 as Latin-1.
func appendQuoted(dst []byte, f *leaf, b []byte) []byte {
	dst = append(dst, '"')
	var buf [32]byte
	for _, c := range f.appendText(buf[:0], b) {
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ' || c > '~':
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		default:
			dst = append(dst, c)
		}
	}
	return append(dst, '"')
}
