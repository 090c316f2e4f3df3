package publish

import "entente"

// Station is who publishes.
type Station struct {
	Name     string
	Member   entente.MemberID
	Lat, Lon float64 // radians: where pages centre
	SAC, SIC uint8   // of ASTERIX
	Refresh  int     // milliseconds between pictures; default 1,000
}

// Append is a writer of one entry.
type Append func(dst []byte, e *entente.Entry, now entente.Instant) []byte

// AppendPicture appends every entry that pictures show (confirmed and coasting) with one writer.
func AppendPicture(dst []byte, entries []entente.Entry, now entente.Instant, one Append) []byte {
	for i := range entries {
		if shown(&entries[i]) {
			dst = one(dst, &entries[i], now)
		}
	}
	return dst
}

// shown says whether an entry belongs to pictures.
func shown(e *entente.Entry) bool {
	return e.Track.State == entente.Confirmed || e.Track.State == entente.Coasting
}
