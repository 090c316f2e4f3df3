package exchange

import (
	"encoding/binary"
	"math"
)

// byteReader takes fixed-width big-endian fields off the front of b; after the first short read all further reads give
// zero values and short stays set.
type byteReader struct {
	b     []byte
	at    int
	short bool
}

func (r *byteReader) take(n int) []byte {
	if r.short || n < 0 || len(r.b)-r.at < n {
		r.short = true
		return nil
	}
	s := r.b[r.at : r.at+n]
	r.at += n
	return s
}

func (r *byteReader) u8() uint8 {
	if s := r.take(1); s != nil {
		return s[0]
	}
	return 0
}

func (r *byteReader) u16() uint16 {
	if s := r.take(2); s != nil {
		return binary.BigEndian.Uint16(s)
	}
	return 0
}

func (r *byteReader) u32() uint32 {
	if s := r.take(4); s != nil {
		return binary.BigEndian.Uint32(s)
	}
	return 0
}

func (r *byteReader) u64() uint64 {
	if s := r.take(8); s != nil {
		return binary.BigEndian.Uint64(s)
	}
	return 0
}

func (r *byteReader) f32() float64 { return float64(math.Float32frombits(r.u32())) }
func (r *byteReader) f64() float64 { return math.Float64frombits(r.u64()) }

// text reads a length byte and that many bytes.
func (r *byteReader) text() []byte { return r.take(int(r.u8())) }

func (r *byteReader) hash() (h [32]byte) {
	copy(h[:], r.take(32))
	return h
}

func (r *byteReader) rest() int { return len(r.b) - r.at }

func appendText(b []byte, s string) []byte { return append(append(b, byte(len(s))), s...) }

func appendF32(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint32(b, math.Float32bits(float32(v)))
}

func appendF64(b []byte, v float64) []byte {
	return binary.BigEndian.AppendUint64(b, math.Float64bits(v))
}
