package modes

import (
	"math"
	"strconv"
)

// AppendJSON appends m as one JSON object: keys and units as the field's usual decoders print them (feet, knots,
// degrees, feet a minute, hPa), a key absent when its value is not known. It allocates only when dst grows.
//
//	{"hex":"8D406B902015A678D4D220AA4BDA","df":17,"icao":"406B90","crc_ok":true,"tc":4,"callsign":"EZY85MH",…}
func (m *Message) AppendJSON(dst []byte) []byte {
	j := object{b: append(dst, '{')}
	j.key("hex")
	j.b = appendHex(append(j.b, '"'), m.Frame[:m.N])
	j.b = append(j.b, '"')
	j.integer("df", int64(m.DF))
	if m.Is(HasAddress) {
		j.key("icao")
		j.b = append(appendAddress(append(j.b, '"'), m.Address), '"')
	}
	if m.Time != 0 {
		j.key("t")
		j.b = appendSeconds(j.b, m.Time)
	}
	m.header(&j)
	m.identity(&j)
	m.place(&j)
	m.motion(&j)
	m.intent(&j)
	m.quality(&j)
	m.registers(&j)
	return append(j.b, '}')
}

func appendAddress(dst []byte, a uint32) []byte {
	for s := 20; s >= 0; s -= 4 {
		dst = append(dst, upperHex[a>>s&0xF])
	}
	return dst
}

func appendHex(dst, b []byte) []byte {
	for _, v := range b {
		dst = append(dst, upperHex[v>>4], upperHex[v&0xF])
	}
	return dst
}

func appendSeconds(dst []byte, ns int64) []byte {
	dst = strconv.AppendInt(dst, ns/1e9, 10)
	frac := ns % 1e9
	if frac <= 0 {
		return dst
	}
	dst = append(dst, '.')
	for d := int64(1e8); d > 0 && frac > 0; d /= 10 {
		dst = append(dst, byte('0'+frac/d))
		frac %= d
	}
	return dst
}

// object writes the members of one JSON object.
type object struct {
	b    []byte
	many bool
}

func (j *object) key(k string) {
	if j.many {
		j.b = append(j.b, ',')
	}
	j.many = true
	j.b = append(j.b, '"')
	j.b = append(j.b, k...)
	j.b = append(j.b, '"', ':')
}

func (j *object) integer(k string, v int64) {
	j.key(k)
	j.b = strconv.AppendInt(j.b, v, 10)
}

// number writes v with at most digits decimals, without trailing zeros.
func (j *object) number(k string, v float64, digits int) {
	j.key(k)
	scale := math.Pow10(digits)
	n := int64(math.Round(math.Abs(v) * scale))
	if v < 0 && n != 0 {
		j.b = append(j.b, '-')
	}
	whole, frac := n/int64(scale), n%int64(scale)
	j.b = strconv.AppendInt(j.b, whole, 10)
	if frac == 0 {
		return
	}
	j.b = append(j.b, '.')
	for d := int64(scale) / 10; d > 0 && frac > 0; d /= 10 {
		j.b = append(j.b, byte('0'+frac/d))
		frac %= d
	}
}

func (j *object) boolean(k string, v bool) {
	j.key(k)
	j.b = strconv.AppendBool(j.b, v)
}

func (j *object) bit(k string, v bool) {
	j.key(k)
	if v {
		j.b = append(j.b, '1')
	} else {
		j.b = append(j.b, '0')
	}
}

func (j *object) text(k, v string) {
	j.key(k)
	j.b = append(j.b, '"')
	j.b = append(j.b, v...) // our own alphabets: nothing to escape
	j.b = append(j.b, '"')
}
