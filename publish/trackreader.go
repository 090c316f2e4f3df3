package publish

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"entente"
	"entente/geo"
)

// maxRow is the longest line of a tracks CSV, in bytes.
const maxRow = 4096

// trackColumns are the columns by name; the first three must be there.
var trackColumns = strings.Split(strings.TrimSpace(trackHeader), ",")

// TrackReader reads what TrackWriter writes; columns may be in any order, and those after lon may be missing.
type TrackReader struct {
	source  string
	lines   *bufio.Reader
	line    int64
	columns []int // column of the line to place in trackColumns, −1 for an unknown one
	closers []io.Closer
	err     error
}

// NewTrackReader reads from r, gzipped or not; source is for errors.
func NewTrackReader(r io.Reader, source string) (*TrackReader, error) {
	t := &TrackReader{source: source, lines: bufio.NewReaderSize(r, 1<<16)}
	if head, _ := t.lines.Peek(2); bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(t.lines)
		if err != nil {
			return nil, t.fault(fmt.Sprintf("unpacking: %v", err))
		}
		t.lines = bufio.NewReaderSize(z, 1<<16)
	}
	head, err := t.next()
	if err != nil {
		return nil, t.fault("reading the header: " + err.Error())
	}
	for name := range strings.SplitSeq(strings.TrimPrefix(string(head), "\ufeff"), ",") {
		t.columns = append(t.columns, slices.Index(trackColumns, strings.TrimSpace(name)))
	}
	for i, name := range trackColumns[:4] {
		if !slices.Contains(t.columns, i) {
			return nil, t.fault(fmt.Sprintf("the header has no column %s", name))
		}
	}
	return t, nil
}

// OpenTracks reads from a file, gzipped or not; "-" is the standard input.
func OpenTracks(path string) (*TrackReader, error) {
	if path == "-" {
		return NewTrackReader(os.Stdin, "standard input")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading tracks: %w", err)
	}
	t, err := NewTrackReader(f, path)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	t.closers = []io.Closer{f}
	return t, nil
}

// Next reads the next row into k, State Ended for a row without lat, else Confirmed. It returns io.EOF at the end; after
// an [entente.Error] the next call goes on with the next row.
func (t *TrackReader) Next(k *entente.Track) error {
	if t.err != nil {
		return t.err
	}
	for {
		line, err := t.next()
		var fault *entente.Error
		switch {
		case errors.As(err, &fault):
			return err
		case err != nil:
			if !errors.Is(err, io.EOF) {
				err = fmt.Errorf("reading tracks from %s: %w", t.source, err)
			}
			t.err = err
			return err
		case len(line) > 0:
			return t.parse(line, k)
		}
	}
}

// Close closes the file of OpenTracks.
func (t *TrackReader) Close() error {
	var errs []error
	for _, c := range t.closers {
		errs = append(errs, c.Close())
	}
	t.closers = nil
	return errors.Join(errs...)
}

// next returns the next line without its end; one that is too long is skipped and refused.
func (t *TrackReader) next() ([]byte, error) {
	t.line++
	line, err := t.lines.ReadSlice('\n')
	long := errors.Is(err, bufio.ErrBufferFull)
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = t.lines.ReadSlice('\n')
	}
	if long || len(line) > maxRow {
		return nil, t.fault(fmt.Sprintf("line of over %d bytes", maxRow))
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (t *TrackReader) fault(reason string) error {
	return &entente.Error{Kind: entente.Malformed, Source: t.source, Offset: t.line, Reason: "tracks CSV: " + reason, Next: "the line is left out; want " + strings.TrimSpace(trackHeader)}
}

// parse reads a line's fields.
func (t *TrackReader) parse(line []byte, k *entente.Track) error {
	*k = entente.Track{State: entente.Confirmed}
	var values [10]float64
	var has [10]bool
	n := 0
	for field := range bytes.SplitSeq(line, []byte{','}) {
		if n >= len(t.columns) {
			return t.fault(fmt.Sprintf("over %d fields", len(t.columns)))
		}
		at := t.columns[n]
		n++
		if field = bytes.TrimSpace(field); at < 0 || len(field) == 0 {
			continue
		}
		if at == 1 {
			id, err := strconv.ParseUint(string(field), 10, 32)
			if err != nil || id == 0 {
				return t.fault(fmt.Sprintf("track %q is no number from 1 to 4294967295", field))
			}
			k.ID, has[at] = entente.TrackID(id), true
			continue
		}
		v, err := strconv.ParseFloat(string(field), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return t.fault(fmt.Sprintf("%s %q is no number", trackColumns[at], field))
		}
		values[at], has[at] = v, true
	}
	if !has[0] || !has[1] {
		return t.fault("no time or no track")
	}
	if math.Abs(values[0]) > 9e9 {
		return t.fault(fmt.Sprintf("time %v is beyond the year 2255", values[0]))
	}
	k.Time = entente.FromSeconds(values[0])
	k.Updated = k.Time
	if !has[2] {
		k.State = entente.Ended
		return nil
	}
	if !has[3] || math.Abs(values[2]) > 90 || math.Abs(values[3]) > 180 {
		return t.fault(fmt.Sprintf("latitude %v, longitude %v is no place", values[2], values[3]))
	}
	k.Lat, k.Lon, k.Height, k.VE, k.VN = geo.Radians(values[2]), geo.Radians(values[3]), values[4], values[5], values[6]
	if has[4] {
		k.Has |= entente.HasAltitude
	}
	k.Covariance.Set(0, 0, values[7])
	k.Covariance.Set(0, 1, values[8])
	k.Covariance.Set(1, 1, values[9])
	return nil
}
