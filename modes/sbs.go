package modes

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// SBS is one line of BaseStation text (port 30003): 22 fields without zone, blanks where nothing is known.
type SBS struct {
	Type        uint8 // transmission type of MSG, 1 to 8
	Address     uint32
	Has         Fields // HasCallsign, HasAltitude, HasGroundSpeed, HasTrack, HasPosition, HasVerticalRate, HasSquawk
	Generated   int64  // nanoseconds since 1970 of fields 7 and 8, read as UTC; zero when blank
	Logged      int64  // of fields 9 and 10
	Ident       [8]byte
	Altitude    int32   // feet
	GroundSpeed float32 // knots
	Track       float32 // degrees
	Lat, Lon    float64 // degrees
	Rate        int32   // feet a minute
	Squawk      uint16
	Alert       Tristate
	Emergency   Tristate
	SPI         Tristate
	OnGround    Tristate
}

// Tristate is a flag of an SBS line: unknown, off or on. Writers of on use −1 or 1.
type Tristate int8

// The states of a flag.
const (
	Unknown Tristate = iota
	Off
	On
)

// ParseSBS reads one MSG line into s. Fields in excess are ignored, a missing tail is blank; other line types (SEL, AIR,
// STA, ID, CLK) give ErrSBS.
func ParseSBS(line []byte, s *SBS) error {
	*s = SBS{}
	var f [22][]byte
	rest, more := bytes.TrimSpace(line), true
	n := 0
	for ; n < len(f) && more; n++ {
		f[n], rest, more = bytes.Cut(rest, []byte{','})
	}
	if n < 10 || string(f[0]) != "MSG" || len(f[1]) != 1 || f[1][0] < '1' || f[1][0] > '8' {
		return ErrSBS
	}
	s.Type = f[1][0] - '0'
	a, ok := parseHex(f[4])
	if !ok || len(f[4]) == 0 || len(f[4]) > 6 {
		return ErrSBS
	}
	s.Address = uint32(a)
	if s.Generated, ok = sbsTime(f[6], f[7]); !ok {
		return ErrSBS
	}
	if s.Logged, ok = sbsTime(f[8], f[9]); !ok {
		return ErrSBS
	}
	return s.values(&f)
}

func (s *SBS) values(f *[22][]byte) error {
	for i := range s.Ident {
		s.Ident[i] = ' '
	}
	if c := bytes.TrimSpace(f[10]); len(c) > 0 {
		for i := range min(len(c), 8) {
			if c[i] < ' ' || c[i] > '~' || c[i] == '"' || c[i] == '\\' {
				return ErrSBS
			}
			s.Ident[i] = c[i]
		}
		s.Has |= HasCallsign
	}
	ok := true
	number := func(b []byte, limit float64, has Fields) float64 {
		if len(bytes.TrimSpace(b)) == 0 {
			return 0
		}
		v, err := strconv.ParseFloat(string(bytes.TrimSpace(b)), 64)
		if err != nil || math.IsNaN(v) || math.Abs(v) > limit {
			ok = false
			return 0
		}
		s.Has |= has
		return v
	}
	s.Altitude = int32(number(f[11], 1e6, HasAltitude))
	s.GroundSpeed = float32(number(f[12], 1e5, HasGroundSpeed))
	s.Track = float32(number(f[13], 360, HasTrack))
	s.Lat = number(f[14], 90, HasPosition)
	if blank := len(bytes.TrimSpace(f[15])) == 0; blank == s.is(HasPosition) {
		return ErrSBS // half a position
	}
	s.Lon = number(f[15], 180, HasPosition)
	s.Rate = int32(number(f[16], 1e6, HasVerticalRate))
	if c := bytes.TrimSpace(f[17]); len(c) > 0 {
		v, err := strconv.ParseUint(string(c), 8, 12)
		if err != nil {
			return ErrSBS
		}
		s.Squawk, s.Has = uint16(v), s.Has|HasSquawk
	}
	for i, to := range []*Tristate{&s.Alert, &s.Emergency, &s.SPI, &s.OnGround} {
		switch string(bytes.TrimSpace(f[18+i])) {
		case "":
		case "0":
			*to = Off
		case "1", "-1":
			*to = On
		default:
			return ErrSBS
		}
	}
	if !ok {
		return ErrSBS
	}
	return nil
}

func (s *SBS) is(f Fields) bool { return s.Has&f == f }

// sbsTime reads "2018/04/03" and "19:02:28.136"; both blank is zero.
func sbsTime(day, clock []byte) (ns int64, ok bool) {
	if len(day) == 0 && len(clock) == 0 {
		return 0, true
	}
	t, err := time.Parse("2006/01/02 15:04:05.999999999", string(day)+" "+string(clock))
	if err != nil || t.Year() < 1970 || t.Year() > 2200 {
		return 0, false
	}
	return t.UnixNano(), true
}

// AppendSBS appends s as one line with CRLF, flags on as −1, blanks where nothing is known, as BaseStation writes it.
func AppendSBS(dst []byte, s *SBS) []byte {
	dst = append(dst, "MSG,"...)
	dst = append(dst, '0'+s.Type)
	dst = append(dst, ",1,1,"...)
	dst = append(appendAddress(dst, s.Address), ",1,"...)
	dst = appendSBSTime(dst, s.Generated)
	dst = appendSBSTime(append(dst, ','), s.Logged)
	dst = append(dst, ',')
	if s.is(HasCallsign) {
		dst = append(dst, bytes.TrimRight(s.Ident[:], " \x00")...)
	}
	number := func(has Fields, v float64, digits int) {
		dst = append(dst, ',')
		if s.is(has) {
			dst = strconv.AppendFloat(dst, v, 'f', digits, 64)
		}
	}
	number(HasAltitude, float64(s.Altitude), 0)
	number(HasGroundSpeed, float64(s.GroundSpeed), 0)
	number(HasTrack, float64(s.Track), 0)
	number(HasPosition, s.Lat, 5)
	number(HasPosition, s.Lon, 5)
	number(HasVerticalRate, float64(s.Rate), 0)
	dst = append(dst, ',')
	if s.is(HasSquawk) {
		dst = append(dst, '0'+byte(s.Squawk>>9&7), '0'+byte(s.Squawk>>6&7), '0'+byte(s.Squawk>>3&7), '0'+byte(s.Squawk&7))
	}
	for _, flag := range [...]Tristate{s.Alert, s.Emergency, s.SPI, s.OnGround} {
		dst = append(dst, [...]string{Unknown: ",", Off: ",0", On: ",-1"}[max(Unknown, min(flag, On))]...)
	}
	return append(dst, '\r', '\n')
}

func appendSBSTime(dst []byte, ns int64) []byte {
	if ns == 0 {
		return append(dst, ',')
	}
	return time.Unix(0, ns).UTC().AppendFormat(dst, "2006/01/02,15:04:05.000")
}
