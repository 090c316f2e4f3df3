package publish

import (
	"io"

	"entente"
)

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

// TrackWriter writes tracks as CSV: time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn.
type TrackWriter struct{}

// NewTrackWriter writes to w, which it does not close.
func NewTrackWriter(w io.Writer) *TrackWriter { return nil }

// CreateTracks writes to a file, compressed when its name ends in ".gz"; "-" is the standard output.
func CreateTracks(path string) (*TrackWriter, error) { return nil, nil }

// Write writes one row. An ended track gets a row with an empty lat, once.
func (w *TrackWriter) Write(t *entente.Track) error { return nil }

// Close writes what is left and closes the file of CreateTracks.
func (w *TrackWriter) Close() error { return nil }

// TrackReader reads what TrackWriter writes.
type TrackReader struct{}

// NewTrackReader reads from r; source is for errors.
func NewTrackReader(r io.Reader, source string) (*TrackReader, error) { return nil, nil }

// OpenTracks reads from a file, compressed or not; "-" is the standard input.
func OpenTracks(path string) (*TrackReader, error) { return nil, nil }

// Next reads the next row into t, State Ended for a row without lat. It returns io.EOF at the end; after an
// [entente.Error] the next call goes on with the next row.
func (r *TrackReader) Next(t *entente.Track) error { return io.EOF }

// Close closes the file of OpenTracks.
func (r *TrackReader) Close() error { return nil }

// TrackParquet writes tracks as Parquet with the columns of the CSV.
type TrackParquet struct{}

// NewTrackParquet writes to w, which it does not close.
func NewTrackParquet(w io.Writer) *TrackParquet { return nil }

// Write writes one row.
func (w *TrackParquet) Write(t *entente.Track) error { return nil }

// Close writes what is left and the footer.
func (w *TrackParquet) Close() error { return nil }
