package publish

import (
	"math"
	"strconv"
)

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// appendFixed appends v with so many decimals (0 to 9), rounded half away from zero, several times faster than strconv.
// What is no number appends nothing; "-0" is never written.
func appendFixed(dst []byte, v float64, decimals int) []byte {
	scaled := math.Round(math.Abs(v) * powers[decimals])
	if !(scaled < 1<<53) {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return dst
		}
		return strconv.AppendFloat(dst, v, 'f', decimals, 64)
	}
	if v < 0 && scaled > 0 {
		dst = append(dst, '-')
	}
	return appendPoint(dst, uint64(scaled), decimals)
}

// appendPoint appends n with a point before its last decimals.
func appendPoint(dst []byte, n uint64, decimals int) []byte {
	var b [24]byte
	i := len(b)
	for k := 0; k < decimals; k++ {
		i--
		b[i] = '0' + byte(n%10)
		n /= 10
	}
	if decimals > 0 {
		i--
		b[i] = '.'
	}
	for {
		i--
		b[i] = '0' + byte(n%10)
		n /= 10
		if n == 0 {
			return append(dst, b[i:]...)
		}
	}
}

// appendText appends s as a JSON string, whatever bytes it has.
func appendText(dst []byte, s string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', byte(r))
		case r < 0x20 || r == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			dst = append(dst, string(r)...)
		}
	}
	return append(dst, '"')
}

// appendXML appends s as the value of an XML attribute. Characters that XML 1.0 does not have are left out.
func appendXML(dst []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '&':
			dst = append(dst, "&amp;"...)
		case r == '<':
			dst = append(dst, "&lt;"...)
		case r == '>':
			dst = append(dst, "&gt;"...)
		case r == '"':
			dst = append(dst, "&quot;"...)
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
		default:
			dst = append(dst, string(r)...)
		}
	}
	return dst
}
