package entente

import (
	"math"
	"time"
)

// Instant is a moment as nanoseconds since 1970-01-01T00:00:00Z, a plain number so that plots and tracks stay
// comparable values without pointers. The zero value means "not known".
type Instant int64

// Second is the length of one second in the unit of [Instant].
const Second Instant = 1e9

// At returns the instant of t.
func At(t time.Time) Instant { return Instant(t.UnixNano()) }

// FromSeconds returns the instant s seconds after the epoch, rounded to the nanosecond.
func FromSeconds(s float64) Instant { return Instant(math.Round(s * 1e9)) }

// Time returns t as a UTC time.
func (t Instant) Time() time.Time { return time.Unix(0, int64(t)).UTC() }

// Seconds returns t as seconds since the epoch.
func (t Instant) Seconds() float64 { return float64(t) / 1e9 }

// Sub returns t − u in seconds.
func (t Instant) Sub(u Instant) float64 { return float64(t-u) / 1e9 }

// Add returns t moved by s seconds.
func (t Instant) Add(s float64) Instant { return t + Instant(math.Round(s*1e9)) }

// String prints t as RFC 3339 in UTC.
func (t Instant) String() string { return t.Time().Format(time.RFC3339Nano) }

// MarshalText writes RFC 3339 in UTC; the unknown instant is empty.
func (t Instant) MarshalText() ([]byte, error) {
	if t == 0 {
		return nil, nil
	}
	return []byte(t.String()), nil
}

// UnmarshalText reads RFC 3339 or the empty text.
func (t *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*t = 0
		return nil
	}
	v, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return err
	}
	*t = At(v)
	return nil
}
