package asterix

import (
	"strconv"
	"strings"
)

// sixBit is the six-bit alphabet of ICAO Annex 10 volume IV table 3-9; '?' where no character is assigned.
const sixBit = "?ABCDEFGHIJKLMNOPQRSTUVWXYZ????? ???????????????0123456789??????"

// appendText appends a text, octal or address field without padding on the right.
func (f *leaf) appendText(dst, b []byte) []byte {
	start := len(dst)
	switch f.kind {
	case kindICAO:
		v := f.load(b)
		for s := f.width - 6; s >= 0; s -= 6 {
			dst = append(dst, sixBit[v>>s&63])
		}
	case kindASCII:
		for bit := f.bit; bit < f.bit+f.width; bit += 8 {
			c := octetAt(b, bit)
			if c == 0 {
				c = ' '
			}
			dst = append(dst, c)
		}
	case kindOctal:
		v := f.load(b)
		for s := f.width - 3; s >= 0; s -= 3 {
			dst = append(dst, '0'+byte(v>>s&7))
		}
		return dst
	case kindAddress:
		return appendHexNumber(dst, f.load(b), 6)
	}
	for len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

// octetAt reads eight bits from any bit.
func octetAt(b []byte, bit int) byte {
	i, s := bit/8, uint(bit%8)
	c := b[i] << s
	if s != 0 {
		c |= b[i+1] >> (8 - s)
	}
	return c
}

const hexDigits = "0123456789ABCDEF"

func appendHexNumber(dst []byte, v uint64, digits int) []byte {
	for s := 4 * (digits - 1); s >= 0; s -= 4 {
		dst = append(dst, hexDigits[v>>s&15])
	}
	return dst
}

func appendHex(dst, b []byte) []byte {
	for _, c := range b {
		dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
	}
	return dst
}

// storeText is the reverse of appendText; it returns why the text does not fit, empty when it does.
func (f *leaf) storeText(b []byte, s string) Reason {
	switch f.kind {
	case kindICAO:
		return f.storeSixBit(b, s)
	case kindASCII:
		if len(s) > f.width/8 || f.bit%8 != 0 {
			return OutOfRange
		}
		for i := range f.width / 8 {
			c := byte(' ')
			if i < len(s) {
				c = s[i]
			}
			b[f.first+i] = c
		}
		return ""
	case kindOctal:
		v, err := strconv.ParseUint(s, 8, f.width)
		if err != nil {
			return OutOfRange
		}
		f.store(b, v)
		return ""
	case kindAddress:
		v, err := strconv.ParseUint(s, 16, 24)
		if err != nil {
			return OutOfRange
		}
		f.store(b, v)
		return ""
	}
	return WrongKind
}

func (f *leaf) storeSixBit(b []byte, s string) Reason {
	if len(s) > f.width/6 {
		return OutOfRange
	}
	var v uint64
	for i := range f.width / 6 {
		c := byte(' ')
		if i < len(s) {
			c = s[i]
		}
		code := strings.IndexByte(sixBit, c)
		if code < 0 || c == '?' {
			return OutOfRange
		}
		v = v<<6 | uint64(code)
	}
	f.store(b, v)
	return ""
}
