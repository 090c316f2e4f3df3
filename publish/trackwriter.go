package publish

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"entente"
	"entente/geo"
)

// trackHeader is the first line of a tracks CSV.
const trackHeader = "time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn\n"

// TrackWriter writes tracks as CSV: time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn, with seconds since
// 1970, degrees, metres and metres a second. A writer is used by one goroutine; it keeps the first error and returns it ever after.
type TrackWriter struct {
	w       *bufio.Writer
	row     []byte
	closers []io.Closer
	err     error
}

// NewTrackWriter writes to w, which it does not close.
func NewTrackWriter(w io.Writer) *TrackWriter {
	t := &TrackWriter{w: bufio.NewWriterSize(w, 1<<16), row: make([]byte, 0, 256)}
	_, t.err = t.w.WriteString(trackHeader)
	return t
}

// CreateTracks writes to a file, compressed when its name ends in ".gz"; "-" is the standard output.
func CreateTracks(path string) (*TrackWriter, error) {
	if path == "-" {
		return NewTrackWriter(os.Stdout), nil
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("writing tracks: %w", err)
	}
	if !strings.HasSuffix(path, ".gz") {
		t := NewTrackWriter(f)
		t.closers = []io.Closer{f}
		return t, nil
	}
	z, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t := NewTrackWriter(z)
	t.closers = []io.Closer{z, f}
	return t, nil
}

// Write writes one row. An ended track gets a row with an empty lat. The altitude is empty when the track's height is
// not known.
func (t *TrackWriter) Write(k *entente.Track) error {
	if t.err != nil {
		return t.err
	}
	t.row = AppendTrackRow(t.row[:0], k)
	if _, err := t.w.Write(t.row); err != nil {
		t.err = fmt.Errorf("writing tracks: %w", err)
	}
	return t.err
}

// Close writes what is left and closes the file of CreateTracks.
func (t *TrackWriter) Close() error {
	errs := []error{t.err}
	if t.err == nil {
		errs = append(errs, t.w.Flush())
	}
	for _, c := range t.closers {
		errs = append(errs, c.Close())
	}
	t.closers = nil
	if err := errors.Join(errs...); err != nil {
		if t.err == nil {
			t.err = fmt.Errorf("writing tracks: %w", err)
		}
		return t.err
	}
	t.err = errors.New("writing tracks: the writer is closed")
	return nil
}

// AppendTrackRow appends one line of a tracks CSV.
func AppendTrackRow(dst []byte, k *entente.Track) []byte {
	dst = appendSeconds(dst, k.Time)
	dst = append(dst, ',')
	dst = strconv.AppendUint(dst, uint64(k.ID), 10)
	if k.State == entente.Ended {
		return append(dst, ",,,,,,,,\n"...)
	}
	dst = appendFixed(append(dst, ','), geo.ToDegrees(k.Lat), 7)
	dst = appendFixed(append(dst, ','), geo.ToDegrees(k.Lon), 7)
	dst = append(dst, ',')
	if k.Has&(entente.HasAltitude|entente.HasPressureAltitude) != 0 {
		dst = appendFixed(dst, k.Height, 1)
	}
	dst = appendFixed(append(dst, ','), k.VE, 2)
	dst = appendFixed(append(dst, ','), k.VN, 2)
	dst = appendFixed(append(dst, ','), k.Covariance[0], 2)
	dst = appendFixed(append(dst, ','), k.Covariance[1], 2)
	dst = appendFixed(append(dst, ','), k.Covariance[6], 2)
	return append(dst, '\n')
}

// appendSeconds appends a time in seconds, to the millisecond, from the integer, so that no digit is lost.
func appendSeconds(dst []byte, t entente.Instant) []byte {
	ms := (int64(t) + 500_000) / 1_000_000
	if t < 0 {
		ms = (int64(t) - 500_000) / 1_000_000
	}
	if ms < 0 {
		dst = append(dst, '-')
		ms = -ms
	}
	return appendPoint(dst, uint64(ms), 3)
}
