package track

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"reflect"
	"unsafe"

	"entente"
)

// layout is how a value without pointers is written: its leaves in order, little-endian.
type layout struct {
	leaves []leaf
	size   int    // bytes written
	hash   uint64 // of the names and kinds of the leaves
}

type leaf struct {
	offset uintptr
	size   uint8
	truth  bool
	real   bool
}

// layoutOf works out the layout of a type; one with pointers has none, and panics at the start of the program.
func layoutOf[T any]() *layout {
	l := &layout{}
	h := fnv.New64a()
	var walk func(t reflect.Type, at uintptr, name string)
	walk = func(t reflect.Type, at uintptr, name string) {
		switch k := t.Kind(); {
		case k == reflect.Struct:
			for i := range t.NumField() {
				f := t.Field(i)
				walk(f.Type, at+f.Offset, name+"."+f.Name)
			}
		case k == reflect.Array:
			for i := range t.Len() {
				walk(t.Elem(), at+uintptr(i)*t.Elem().Size(), name)
			}
		case k == reflect.Bool || k >= reflect.Int && k <= reflect.Uint64 || k == reflect.Float32 || k == reflect.Float64:
			l.leaves = append(l.leaves, leaf{at, uint8(t.Size()), k == reflect.Bool, k == reflect.Float32 || k == reflect.Float64})
			l.size += int(t.Size())
			fmt.Fprintln(h, name, k)
		default:
			panic("track: " + name + " cannot be handed over")
		}
	}
	walk(reflect.TypeFor[T](), 0, "")
	l.hash = h.Sum64()
	return l
}

// write appends a value of the layout.
func write[T any](l *layout, dst []byte, v *T) []byte {
	base := unsafe.Pointer(v)
	for _, f := range l.leaves {
		switch p := unsafe.Add(base, f.offset); f.size {
		case 1:
			dst = append(dst, *(*byte)(p))
		case 2:
			dst = binary.LittleEndian.AppendUint16(dst, *(*uint16)(p))
		case 4:
			dst = binary.LittleEndian.AppendUint32(dst, *(*uint32)(p))
		default:
			dst = binary.LittleEndian.AppendUint64(dst, *(*uint64)(p))
		}
	}
	return dst
}

// stateReader reads what Release wrote; after a failure it reads zeros.
type stateReader struct {
	b      []byte
	at     int
	failed *entente.Error
}

// take returns the next n bytes, nil when there are not so many.
func (r *stateReader) take(n int) []byte {
	if r.failed != nil || len(r.b)-r.at < n {
		r.spoil(entente.Malformed, "the state is cut short")
		return nil
	}
	r.at += n
	return r.b[r.at-n : r.at]
}

// wrong keeps the first failure and returns it.
func (r *stateReader) wrong(kind entente.ErrorKind, reason string) error {
	r.spoil(kind, reason)
	return r.failed
}

// spoil notes the first thing that is wrong.
func (r *stateReader) spoil(kind entente.ErrorKind, reason string) {
	if r.failed == nil {
		r.failed = &entente.Error{Kind: kind, Source: "released tracks", Offset: int64(r.at), Reason: reason, Next: "release them again with this version"}
	}
}

// number reads a number of 4 or 8 bytes.
func (r *stateReader) number(size int) uint64 {
	switch b := r.take(size); len(b) {
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	case 8:
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// count reads how many values follow; never more than there are bytes for.
func (r *stateReader) count(l *layout) int {
	n := r.number(4)
	if int64(n)*int64(l.size) > int64(len(r.b)-r.at) {
		r.spoil(entente.Malformed, "the state is cut short")
		return 0
	}
	return int(n)
}

// finite says whether the float that begins b is a number.
func finite(b []byte, size uint8) bool {
	if size == 4 {
		return b[3]&0x7F != 0x7F || b[2]&0x80 == 0
	}
	return b[7]&0x7F != 0x7F || b[6]&0xF0 != 0xF0
}

// read reads a value of the layout.
func read[T any](r *stateReader, l *layout, v *T) {
	b := r.take(l.size)
	if b == nil {
		return
	}
	base := unsafe.Pointer(v)
	for _, f := range l.leaves {
		switch p := unsafe.Add(base, f.offset); {
		case f.truth && b[0] > 1:
			r.spoil(entente.Malformed, "a truth value is neither")
			return
		case f.real && !finite(b, f.size):
			r.spoil(entente.Implausible, "a number is none")
			return
		case f.size == 1:
			*(*byte)(p) = b[0]
		case f.size == 2:
			*(*uint16)(p) = binary.LittleEndian.Uint16(b)
		case f.size == 4:
			*(*uint32)(p) = binary.LittleEndian.Uint32(b)
		default:
			*(*uint64)(p) = binary.LittleEndian.Uint64(b)
		}
		b = b[f.size:]
	}
}
