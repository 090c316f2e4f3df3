package asterix

import "fmt"

// Handle names an item, subitem or field of a category in whatever edition: found once, it reads a value in a few
// nanoseconds. The zero Handle names nothing.
type Handle uint32

// Field returns the handle of a path such as "040", "040/RHO", "380/ADR" or "RE/BPS/BPS". It panics when no edition
// of the category has it: meant for package variables and constants of a program.
func Field(category uint8, path string) Handle {
	h, err := LookupField(category, path)
	if err != nil {
		panic(err.Error())
	}
	return h
}

// LookupField is [Field] for paths that come from outside.
func LookupField(category uint8, path string) (Handle, error) {
	c := loadCategory(category)
	if c == nil {
		return 0, fmt.Errorf("asterix: looking up %q: category %03d has no definition", path, category)
	}
	h, ok := c.handles[path]
	if !ok {
		return 0, fmt.Errorf("asterix: looking up %q: no edition of category %03d has it", path, category)
	}
	return h, nil
}

// Category returns the category the handle belongs to.
func (h Handle) Category() uint8 { return uint8(h >> 16) }

// Path returns the path the handle was looked up by, empty for one that names nothing.
func (h Handle) Path() string {
	c := loadCategory(h.Category())
	if i := int(h & 0xFFFF); c != nil && i < len(c.paths) {
		return c.paths[i]
	}
	return ""
}

// String prints "048/040/RHO".
func (h Handle) String() string { return fmt.Sprintf("%03d/%s", h.Category(), h.Path()) }

// kind is how the bits of a leaf are read.
type kind uint8

const (
	kindRaw      kind = iota // integer without scale: a code, a number, a table
	kindUnsigned             // unsigned, scaled
	kindSigned               // two's complement, scaled
	kindInt                  // two's complement, not scaled
	kindOctal                // octal digits, three bits each
	kindASCII                // eight bits a character
	kindICAO                 // six bits a character, ICAO Annex 10 volume IV table 3-9
	kindAddress              // 24 bits, six hex digits
	kindHex                  // bits without a number in them, wider than 48
	kindSpare                // shall be zero
)

var kindsByName = map[string]kind{
	"raw": kindRaw, "table": kindRaw, "uint": kindRaw, "unsigned": kindUnsigned, "signed": kindSigned, "int": kindInt,
	"string_octal": kindOctal, "string_ascii": kindASCII, "string_icao": kindICAO, "address": kindAddress, "bds": kindHex,
}

// scale is the weight of the least significant bit as an exact fraction, and how to print it.
type scale struct {
	num, den uint64
	factor   float64
	exact    bool // den is a power of two: multiplying by factor loses nothing
	decimals int
	pow      uint64 // 10^decimals
	unit     string
}

// value returns raw × LSB.
func (s *scale) value(raw int64) float64 {
	if s.exact {
		return float64(raw) * s.factor
	}
	return float64(raw) * float64(s.num) / float64(s.den)
}

// leaf is one field: where its bits lie in its node, and what they mean.
type leaf struct {
	path  string
	node  int // whose octets hold it
	bit   int // from the start of the node, or of the element when the node repeats
	width int
	kind  kind
	scale scale
	cond  *condition        // the scale depends on another field
	codes map[uint64]string // what the values mean, nil when not described

	first, octets int  // which octets to load
	shift         uint // then shift right
	mask          uint64
}

// reading is a leaf as reading every value needs it: small, so that all of a node lie together.
type reading struct {
	factor float64
	mask   uint64
	first  uint16
	octets uint8
	shift  uint8
	signed uint8 // bits to shift up and down for the sign: zero when unsigned
	slow   bool  // not an integer times factor: a division, or a scale that depends on another field
	leaf   int16
}

// condition picks a scale by the value of another field.
type condition struct {
	on   int // leaf
	alts map[uint64]conditionAlt
}

type conditionAlt struct {
	kind  kind
	scale scale
}

// place computes the loading of a leaf from bit and width.
func (f *leaf) place() {
	f.first = f.bit / 8
	last := (f.bit + f.width + 7) / 8
	f.octets = last - f.first
	f.shift = uint(last*8 - f.bit - f.width)
	f.mask = ^uint64(0)
	if f.width < 64 {
		f.mask = 1<<f.width - 1
	}
}

// load reads the raw bits out of the octets of the node or element; only for widths up to 64.
func (f *leaf) load(b []byte) uint64 {
	b = b[f.first : f.first+f.octets]
	var v uint64
	switch len(b) {
	case 1:
		v = uint64(b[0])
	case 2:
		v = uint64(b[0])<<8 | uint64(b[1])
	case 3:
		v = uint64(b[0])<<16 | uint64(b[1])<<8 | uint64(b[2])
	case 4:
		v = uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
	case 9:
		for _, c := range b[:8] {
			v = v<<8 | uint64(c)
		}
		return (v<<(8-f.shift) | uint64(b[8])>>f.shift) & f.mask
	default:
		for _, c := range b {
			v = v<<8 | uint64(c)
		}
	}
	return v >> f.shift & f.mask
}

// store is the reverse of load: it writes the low width bits of v.
func (f *leaf) store(b []byte, v uint64) {
	b = b[f.first : f.first+f.octets]
	v &= f.mask
	shift := f.shift
	if f.width == 8*len(b) { // whole octets
		for i := len(b) - 1; i >= 0; i-- {
			b[i] = byte(v)
			v >>= 8
		}
		return
	}
	if len(b) == 1 {
		b[0] = b[0]&^byte(f.mask<<shift) | byte(v<<shift)
		return
	}
	for i := len(b) - 1; i >= 0; i-- {
		m, w := f.mask, v
		if i == len(b)-1 {
			m, w = m<<shift, w<<shift
			b[i] = b[i]&^byte(m) | byte(w)
			continue
		}
		s := uint(len(b)-1-i)*8 - shift
		b[i] = b[i]&^byte(m>>s) | byte(w>>s)
	}
}

// sign extends the low width bits of v.
func (f *leaf) sign(v uint64) int64 {
	s := uint(64 - f.width)
	return int64(v<<s) >> s
}
