package modes

import (
	"bytes"
	"errors"
	"io"
)

// A Beast frame is 0x1A, a type '1' to '4', six bytes of stamp, one of signal level and 2, 7, 14 or 14 bytes of frame;
// 0x1A anywhere after the type is doubled (Mode-S Beast, "Data output formats").

const escape = 0x1A

// beastHead is stamp and signal.
const beastHead = 7

// ParseBeast reads the frame at the start of b into f and returns its length in bytes. ErrShort means that b ends
// within a frame; ErrBeast that n bytes hold none and are to be skipped.
func ParseBeast(b []byte, f *Frame) (n int, err error) {
	if len(b) == 0 {
		return 0, ErrShort
	}
	if b[0] != escape {
		if n = bytes.IndexByte(b, escape); n < 0 {
			n = len(b)
		}
		return n, ErrBeast
	}
	if len(b) < 2 {
		return 0, ErrShort
	}
	kind := FrameKind(b[1] - '0')
	if kind < ModeAC || kind > Status {
		if b[1] == escape { // the second byte may open a frame itself, as after a lost half of a doubled one
			return 1, ErrBeast
		}
		return 2, ErrBeast
	}
	want := beastHead + frameLength[kind]
	var flat [beastHead + 14]byte
	n = 2
	if len(b) >= 2+want && bytes.IndexByte(b[2:2+want], escape) < 0 {
		copy(flat[:], b[2:2+want])
		n += want
	} else if n, err = unescape(flat[:want], b); err != nil {
		return n, err
	}
	f.Kind, f.HasStamp, f.N = kind, true, uint8(frameLength[kind])
	f.Stamp = uint64(flat[0])<<40 | uint64(flat[1])<<32 | uint64(flat[2])<<24 | uint64(flat[3])<<16 | uint64(flat[4])<<8 | uint64(flat[5])
	f.Signal = flat[6]
	f.Data = [14]byte(flat[beastHead:])
	return n, nil
}

// unescape fills flat from the frame that opens at b and returns how many bytes of b it took.
func unescape(flat, b []byte) (n int, err error) {
	n = 2
	for i := range flat {
		if n >= len(b) {
			return 0, ErrShort
		}
		flat[i] = b[n]
		n++
		if flat[i] != escape {
			continue
		}
		if n >= len(b) {
			return 0, ErrShort
		}
		if b[n] != escape { // a new frame opens inside this one
			return n - 1, ErrBeast
		}
		n++
	}
	return n, nil
}

// AppendBeast appends f as a Beast frame.
func AppendBeast(dst []byte, f *Frame) []byte {
	dst = append(dst, escape, '0'+byte(f.Kind))
	put := func(v byte) {
		if v == escape {
			dst = append(dst, escape)
		}
		dst = append(dst, v)
	}
	for s := 40; s >= 0; s -= 8 {
		put(byte(f.Stamp >> s))
	}
	put(f.Signal)
	for _, v := range f.Data[:f.N] {
		put(v)
	}
	return dst
}

// BeastReader reads frames from a stream, resynchronising after bytes that are none. Its memory is one buffer.
type BeastReader struct {
	Frames  int64 // frames read
	Skipped int64 // bytes that belonged to none
	Resyncs int64 // times that such bytes were met

	r          io.Reader
	buf        []byte
	start, end int
	base       int64 // offset of buf[0] in the stream
	err        error
}

// NewBeastReader returns a reader of the stream r.
func NewBeastReader(r io.Reader) *BeastReader { return &BeastReader{r: r, buf: make([]byte, 1<<16)} }

// Offset returns the position in the stream of the next byte to be looked at.
func (b *BeastReader) Offset() int64 { return b.base + int64(b.start) }

// Next reads the next frame. It returns the stream's error once nothing whole is left; bytes of a last, cut frame are
// counted as skipped.
func (b *BeastReader) Next(f *Frame) error {
	lost := false
	for {
		n, err := ParseBeast(b.buf[b.start:b.end], f)
		b.start += n
		switch {
		case err == nil:
			b.Frames++
			return nil
		case errors.Is(err, ErrBeast):
			b.Skipped += int64(n)
			if !lost {
				b.Resyncs, lost = b.Resyncs+1, true
			}
		default:
			if err := b.fill(); err != nil {
				b.Skipped += int64(b.end - b.start)
				b.start = b.end
				return err
			}
		}
	}
}

func (b *BeastReader) fill() error {
	if b.err != nil {
		return b.err
	}
	copy(b.buf, b.buf[b.start:b.end])
	b.base += int64(b.start)
	b.start, b.end = 0, b.end-b.start
	n, err := b.r.Read(b.buf[b.end:])
	b.end += n
	if err != nil {
		b.err = err
		if n > 0 {
			return nil
		}
	}
	return err
}
