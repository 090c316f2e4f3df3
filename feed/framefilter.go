package feed

import (
	"slices"

	"entente"
	"entente/modes"
)

// lastPlace is where an aircraft was last.
type lastPlace struct {
	lat, lon float64 // degrees
	t        int64   // nanoseconds
}

const (
	placeAge  = 60 * entente.Second // for so long an aircraft's messages are taken to be of its last place
	maxPlaces = 20_000
)

// keepsFrame says whether a message fits; m is nil for a mode A/C reply or a receiver's status.
func (f *filtering) keepsFrame(m *modes.Message, at *FramePlace) bool {
	if f.all {
		return true
	}
	near := f.Area == nil || m != nil && f.near(m)
	switch {
	case !near, len(f.Categories)+len(f.Sources)+len(f.Items) > 0, !f.inTime(f.timeOf(at)):
		return false
	case len(f.Formats) > 0 && (m == nil || m.N == 0 || !slices.Contains(f.Formats, m.DF)):
		return false
	case len(f.Addresses) > 0 && (m == nil || !m.Is(modes.HasAddress) || !slices.Contains(f.Addresses, m.Address)):
		return false
	}
	return true
}

// timeOf returns the time that the bounds are held against: zero where they ask for an instant and only a time of day is known.
func (f *filtering) timeOf(at *FramePlace) entente.Instant {
	if !at.Dated && !(f.From.isDay || f.To.isDay) {
		return 0
	}
	return at.Time
}

// near says whether the aircraft's last position is in the area. Addresses of the kinds that are no ICAO assignment are apart.
func (f *filtering) near(m *modes.Message) bool {
	if !m.Is(modes.HasAddress) {
		return false
	}
	key := m.Address
	if m.Kind == modes.NonICAO || m.Kind == modes.TrackFile {
		key |= 1 << 24 * uint32(m.Kind)
	}
	if m.Is(modes.HasPosition) {
		if len(f.last) >= maxPlaces {
			for k, p := range f.last {
				if m.Time-p.t > int64(placeAge) || m.Time < p.t {
					delete(f.last, k)
				}
			}
			if len(f.last) >= maxPlaces {
				clear(f.last)
			}
		}
		f.last[key] = lastPlace{m.Lat, m.Lon, m.Time}
	}
	p, ok := f.last[key]
	return ok && m.Time-p.t <= int64(placeAge) && f.Area.holds(p.lat, p.lon)
}
