package web

import (
	"encoding/binary"
	"math"

	"entente"
)

// A frame of the live stream, little-endian:
//
//	0  "ENT1"
//	4  u8  kind: 1 full, 2 changes since the frame before
//	5  u8[3] zero
//	8  u32 n, tracks in the columns
//	12 u32 g, numbers gone (full: 0)
//	16 f64 time for which the picture stands, seconds since 1970
//	24 u32 frame number of this hub
//	28 u32 tracks in the picture
//	32 g × u32 gone, then the columns, each n long:
//	   u32 number, i32 latitude and i32 longitude (1e-7 degree), i16 height (2 m), u16 speed (0.1 m/s),
//	   u16 course (2π/65536, from true north), i16 climb (0.01 m/s), u16 age (0.1 s since the last plot, held at the top),
//	   u8 identity, u8 state, u8 flags, u8 quality, u8 origin (index into the members), u8[8] label text
//
// The position is moved from the track's own time to the frame's, so that a reader needs one clock.
const (
	frameMagic  = "ENT1"
	frameHeader = 32
	trackBytes  = 35

	frameFull    = 1
	frameChanges = 2

	unknownHeight = math.MinInt16
)

// The flags of a track in a frame.
const (
	FlagEmergency uint8 = 1 << iota // mode A 7500, 7600 or 7700
	FlagSPI                         // special position identification
	FlagSurface                     // on the ground
	FlagPressure                    // the height is a pressure altitude
	FlagAlert                       // an alert that is not closed concerns it
	FlagConflict                    // contributions contradict each other
	FlagOwn                         // the member itself contributes
	FlagPerson                      // its identity was set by a person
)

// row is what of an entry decides whether a reader must hear of it again.
type row struct {
	number   uint32
	updated  entente.Instant
	ve, vn   float32
	identity entente.Identity
	state    entente.TrackState
	flags    uint8
	quality  uint8
	origin   uint8
	label    [8]byte
}

// framer turns one backend's pictures into frames. It is used by one goroutine.
type framer struct {
	self    entente.MemberID
	members map[entente.MemberID]uint8
	alerted map[uint32]bool

	number  uint32
	before  map[uint32]row
	now     map[uint32]row
	rows    []row
	entries []entente.Entry
	time    entente.Instant
	changed []int
	gone    []uint32
}

func newFramer(self entente.MemberID, members []entente.Member) *framer {
	f := &framer{self: self, members: map[entente.MemberID]uint8{}, before: map[uint32]row{}, now: map[uint32]row{}}
	for i, m := range members {
		if i < 255 {
			f.members[m.ID] = uint8(i)
		}
	}
	return f
}

// take reads the next picture and works out what changed. entries stay in use until the next take.
func (f *framer) take(entries []entente.Entry, at entente.Instant) {
	f.number++
	f.entries, f.time = entries, at
	f.before, f.now = f.now, f.before
	clear(f.now)
	f.rows, f.changed, f.gone = f.rows[:0], f.changed[:0], f.gone[:0]
	for i := range entries {
		r := f.row(&entries[i])
		f.rows = append(f.rows, r)
		f.now[r.number] = r
		if old, ok := f.before[r.number]; !ok || old != r {
			f.changed = append(f.changed, i)
		}
	}
	for n := range f.before {
		if _, ok := f.now[n]; !ok {
			f.gone = append(f.gone, n)
		}
	}
}

func (f *framer) row(e *entente.Entry) row {
	t := &e.Track
	r := row{number: e.Number, updated: t.Updated, ve: float32(t.VE), vn: float32(t.VN),
		identity: e.Identification.Identity, state: t.State, quality: t.Quality, origin: 255, label: labelOf(t)}
	if i, ok := f.members[t.Origin]; ok {
		r.origin = i
	}
	set := func(on bool, flag uint8) {
		if on {
			r.flags |= flag
		}
	}
	set(t.Is(entente.HasModeA) && t.ModeA.Distress(), FlagEmergency)
	set(t.Is(entente.HasSPI), FlagSPI)
	set(t.Is(entente.HasSurface), FlagSurface)
	set(t.Is(entente.HasPressureAltitude), FlagPressure)
	set(f.alerted[e.Number], FlagAlert)
	set(e.Conflict != "", FlagConflict)
	set(e.Identification.By != "", FlagPerson)
	for i := range e.Contributions {
		set(e.Contributions[i].Member == f.self, FlagOwn)
	}
	return r
}

// labelOf is what is written beside a symbol: callsign, else mode A, else the address.
func labelOf(t *entente.Track) (l [8]byte) {
	if t.Callsign != (entente.Callsign{}) {
		return t.Callsign
	}
	if t.Is(entente.HasModeA) {
		v := uint16(t.ModeA)
		l[0] = 'A'
		for k := 4; k > 0; k-- {
			l[k] = '0' + byte(v&7)
			v >>= 3
		}
		return l
	}
	if t.Address != 0 {
		const digits = "0123456789ABCDEF"
		for k := 5; k >= 0; k-- {
			l[k] = digits[uint32(t.Address)>>(4*(5-k))&15]
		}
	}
	return l
}

// full returns a frame of the whole picture.
func (f *framer) full() []byte {
	return f.encode(frameFull, nil, len(f.rows), func(k int) int { return k })
}

// changes returns a frame of what changed and what is gone.
func (f *framer) changes() []byte {
	return f.encode(frameChanges, f.gone, len(f.changed), func(k int) int { return f.changed[k] })
}

func (f *framer) encode(kind uint8, gone []uint32, n int, at func(int) int) []byte {
	b := make([]byte, frameHeader+4*len(gone)+trackBytes*n)
	copy(b, frameMagic)
	le := binary.LittleEndian
	b[4] = kind
	le.PutUint32(b[8:], uint32(n))
	le.PutUint32(b[12:], uint32(len(gone)))
	le.PutUint64(b[16:], math.Float64bits(f.time.Seconds()))
	le.PutUint32(b[24:], f.number)
	le.PutUint32(b[28:], uint32(len(f.rows)))
	o := frameHeader
	for _, g := range gone {
		le.PutUint32(b[o:], g)
		o += 4
	}
	words := b[o:]
	halves := words[12*n:]
	bytes := halves[10*n:]
	for k := range n {
		i := at(k)
		e, r := &f.entries[i], &f.rows[i]
		t := &e.Track
		lat, lon := moved(t, f.time)
		le.PutUint32(words[4*k:], e.Number)
		le.PutUint32(words[4*(n+k):], uint32(int32(math.Round(lat*(180e7/math.Pi)))))
		le.PutUint32(words[4*(2*n+k):], uint32(int32(math.Round(lon*(180e7/math.Pi)))))
		le.PutUint16(halves[2*k:], uint16(heightOf(t)))
		speed, course := speedOf(t)
		le.PutUint16(halves[2*(n+k):], speed)
		le.PutUint16(halves[2*(2*n+k):], course)
		le.PutUint16(halves[2*(3*n+k):], uint16(int16(clamp(t.VU*100, -32767, 32767))))
		le.PutUint16(halves[2*(4*n+k):], uint16(clamp(f.time.Sub(t.Updated)*10, 0, 65535)))
		bytes[k], bytes[n+k], bytes[2*n+k], bytes[3*n+k], bytes[4*n+k] = uint8(r.identity), uint8(r.state), r.flags, r.quality, r.origin
		copy(bytes[5*n+8*k:], r.label[:])
	}
	return b
}

// moved is the track's position at the time, along its velocity, for at most 60 s: beyond that a straight line is no
// estimate. Longitude is brought to −π to π.
func moved(t *entente.Track, at entente.Instant) (lat, lon float64) {
	const earth = 6_371_000.0 // metres: mean radius is enough over a minute of flight
	dt := clamp(at.Sub(t.Time), -60, 60)
	lat = clamp(t.Lat+t.VN*dt/earth, -math.Pi/2, math.Pi/2)
	lon = t.Lon + t.VE*dt/(earth*math.Max(0.01, math.Cos(t.Lat)))
	return lat, math.Remainder(lon, 2*math.Pi)
}

// heightOf is the pressure altitude where known, else the filtered height, in steps of 2 m.
func heightOf(t *entente.Track) int16 {
	switch {
	case t.Is(entente.HasPressureAltitude):
		return int16(clamp(t.PressureAltitude/2, -32767, 32767))
	case t.Is(entente.HasAltitude):
		return int16(clamp(t.Height/2, -32767, 32767))
	}
	return unknownHeight
}

func speedOf(t *entente.Track) (speed, course uint16) {
	c := math.Atan2(t.VE, t.VN)
	if c < 0 {
		c += 2 * math.Pi
	}
	return uint16(clamp(math.Hypot(t.VE, t.VN)*10, 0, 65535)), uint16(int(math.Round(c*65536/(2*math.Pi))) & 0xFFFF)
}

// clamp holds v between the bounds; what is not a number becomes the lower bound.
func clamp(v, low, high float64) float64 {
	if !(v > low) {
		return low
	}
	return math.Min(v, high)
}
