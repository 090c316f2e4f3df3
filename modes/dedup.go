package modes

import "encoding/binary"

// Dedup tells the first copy of a frame from the copies that other receivers of the same sky deliver a little later. Its
// memory is fixed: a table of buckets of four places, each bucket keeping its latest frames; when more frames than
// places come within the window, a late copy may pass for a first one, never the reverse.
//
// The window must be shorter than an aircraft repeats a frame without change: an all-call or a velocity may come again
// after 0.4 seconds. It is not safe for use by more than one goroutine.
type Dedup struct {
	First  int64 // frames told as first
	Copies int64 // frames told as copies

	window int64
	mask   uint64
	seen   [][4]sighting
}

type sighting struct {
	hash uint64
	t    int64
}

// The defaults of NewDedup.
const (
	DefaultWindow = 200_000_000 // nanoseconds
	defaultPlaces = 1 << 15
)

// NewDedup returns a Dedup with a window in nanoseconds and room for about so many frames within it; zeros give 200 ms and
// 32,768 frames (1 MiB).
func NewDedup(window int64, frames int) *Dedup {
	if window <= 0 {
		window = DefaultWindow
	}
	if frames <= 0 {
		frames = defaultPlaces
	}
	n := 1
	for 4*n < frames {
		n *= 2
	}
	return &Dedup{window: window, mask: uint64(n - 1), seen: make([][4]sighting, n)}
}

// Copy says whether the same bytes of the same origin came within the window before t (nanoseconds), or up to the window
// after it, as receivers do not deliver in order. The first copy's time stands: copies do not prolong the window.
func (d *Dedup) Copy(frame []byte, origin Origin, t int64) bool {
	h := frameHash(frame, origin)
	b := &d.seen[h&d.mask]
	oldest := 0
	for i := range b {
		if b[i].hash == h && abs(t-b[i].t) <= d.window {
			d.Copies++
			return true
		}
		if b[i].t < b[oldest].t {
			oldest = i
		}
	}
	b[oldest] = sighting{h, t}
	d.First++
	return false
}

// frameHash mixes up to 14 bytes and the origin; never zero, which marks an empty place.
func frameHash(frame []byte, origin Origin) uint64 {
	var w [16]byte
	n := copy(w[:], frame)
	w[15] = byte(n) | byte(origin)<<4
	h := mix(binary.LittleEndian.Uint64(w[:8]) ^ 0x9E3779B97F4A7C15)
	h = mix(h ^ binary.LittleEndian.Uint64(w[8:]))
	return h | 1<<63
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xBF58476D1CE4E5B9
	x ^= x >> 27
	x *= 0x94D049BB133111EB
	return x ^ x>>31
}
