package publish

import "entente"

// AppendReceiver appends receiver.json as tar1090 reads it.
func AppendReceiver(dst []byte, s *Station, version string) []byte { return dst }

// AppendAircraft appends aircraft.json as tar1090 and readsb's users read it: one object per entry that pictures show.
// messages is the count of messages since the start. A track without address has hex "~" and its number.
func AppendAircraft(dst []byte, entries []entente.Entry, now entente.Instant, messages uint64) []byte {
	return dst
}

// AppendGeoJSON appends the entries as a GeoJSON FeatureCollection of points.
func AppendGeoJSON(dst []byte, entries []entente.Entry, now entente.Instant) []byte { return dst }

// AppendCoT appends one Cursor-on-Target event (XML, version 2.0) and a line feed.
func AppendCoT(dst []byte, e *entente.Entry, now entente.Instant) []byte { return dst }

// AppendSBS appends one entry as BaseStation MSG lines.
func AppendSBS(dst []byte, e *entente.Entry, now entente.Instant) []byte { return dst }

// AppendBeast appends one entry as Beast frames: extended squitters of identification, position (even and odd) and velocity.
// Entries without an ICAO address have no such frames.
func AppendBeast(dst []byte, e *entente.Entry, now entente.Instant) []byte { return dst }

// SystemTracks writes ASTERIX 062 and 065. It is not safe for use from several goroutines.
type SystemTracks struct{ station Station }

// NewSystemTracks makes a writer of the named editions; empty ones are the newest.
func NewSystemTracks(s Station, edition062, edition065 string) (*SystemTracks, error) {
	return &SystemTracks{station: s}, nil
}

// Tracks gives emit blocks of category 062 of at most 1,400 bytes, which are its only until it returns.
func (s *SystemTracks) Tracks(entries []entente.Entry, now entente.Instant, emit func(block []byte) error) error {
	return nil
}

// AppendStatus appends a block of category 065: the service's status and its end-of-batch report.
func (s *SystemTracks) AppendStatus(dst []byte, now entente.Instant) []byte { return dst }
