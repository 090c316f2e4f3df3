package modes

import "errors"

// FrameKind is what a receiver delivered.
type FrameKind uint8

// The kinds of frame; their lengths are 2, 7, 14 and 14 bytes.
const (
	ModeAC FrameKind = iota + 1
	Short
	Long
	Status
)

var frameLength = [...]int{ModeAC: 2, Short: 7, Long: 14, Status: 14}

// Frame is one frame as a receiver delivered it, with its stamp: a value without pointers.
type Frame struct {
	Kind     FrameKind
	HasStamp bool
	Signal   uint8  // receiver's own scale, 0 to 255
	N        uint8  // bytes of Data
	Stamp    uint64 // 48 bits: see Ticks12 and GPS
	Data     [14]byte
}

// Stamps that are marks, not times: results of multilateration and of UAT, relayed as Mode S.
const (
	MLATMark uint64 = 0xFF004D4C4154
	UATMark  uint64 = 0xFF004D4C4155
)

// Errors of framing.
var (
	ErrShort  = errors.New("the frame is not whole yet")
	ErrBeast  = errors.New("no Beast frame here")
	ErrAVR    = errors.New("not an AVR line: want *hex; or @stamp hex;")
	ErrSBS    = errors.New("not an SBS line: want MSG,1 to 8 and 22 fields")
	ErrHexCSV = errors.New("not a timestamped hex line: want seconds,address,hex")
)

// Bytes returns the frame's bytes; it aliases f.
func (f *Frame) Bytes() []byte { return f.Data[:f.N] }

// Marked says whether the stamp is a mark of a relayed result, which is no measurement of this receiver.
func (f *Frame) Marked() (origin Origin, yes bool) {
	switch {
	case !f.HasStamp:
		return Direct, false
	case f.Stamp == MLATMark:
		return MLAT, true
	case f.Stamp == UATMark:
		return ADSR, true
	}
	return Direct, false
}

// Ticks12 returns the stamp as nanoseconds of a 12 MHz counter that wraps after 2^48 ticks, about 271 days.
func (f *Frame) Ticks12() int64 { return int64(f.Stamp&(1<<48-1)) * 250 / 3 }

// GPS returns the stamp as nanoseconds of the UTC or GPS day (Radarcape: 18 bits of seconds, 30 bits of nanoseconds);
// ok is false when it cannot be one.
func (f *Frame) GPS() (ns int64, ok bool) {
	s, n := int64(f.Stamp>>30&0x3FFFF), int64(f.Stamp&0x3FFFFFFF)
	return s*1e9 + n, s < 86400+60 && n < 1e9
}

// SetGPS stamps f with nanoseconds of the day.
func (f *Frame) SetGPS(ns int64) {
	f.Stamp, f.HasStamp = uint64(ns/1e9)<<30|uint64(ns%1e9), true
}

// SetFrame takes the bytes of a Mode A/C reply (2), or of a short (7) or long (14) Mode S frame.
func (f *Frame) SetFrame(b []byte) error {
	switch len(b) {
	case 2:
		f.Kind = ModeAC
	case 7:
		f.Kind = Short
	case 14:
		f.Kind = Long
	default:
		return ErrLength
	}
	f.Data = [14]byte{}
	f.N = uint8(copy(f.Data[:], b))
	return nil
}
