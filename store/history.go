package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"entente"
)

// Point is where an aircraft of the picture was: one row of the history.
type Point struct {
	Time             int64   `parquet:"time,timestamp(nanosecond),delta"` // of applicability, an entente.Instant
	Number           uint32  `parquet:"number,delta"`                     // picture number
	Origin           string  `parquet:"origin,dict"`                      // member whose track leads
	Lat              float64 `parquet:"lat_rad"`
	Lon              float64 `parquet:"lon_rad"`
	Height           float32 `parquet:"height_m"` // above the ellipsoid
	VE               float32 `parquet:"ve_mps"`
	VN               float32 `parquet:"vn_mps"`
	VU               float32 `parquet:"vu_mps"`
	PressureAltitude float32 `parquet:"pressure_altitude_m"` // not a number when not known
	Address          uint32  `parquet:"address"`             // an entente.Address
	ModeA            int32   `parquet:"mode_a"`              // -1 when not known
	Callsign         string  `parquet:"callsign,dict"`
	Identity         string  `parquet:"identity,dict"`
	State            string  `parquet:"state,dict"`
}

// HistoryOptions bound a history; a zero field takes the value said.
type HistoryOptions struct {
	MaxAge   float64 // seconds that points are kept: 7 days
	MaxBytes int64   // of all files: 4 GiB
	Batch    int     // points held in memory before they are written: 20,000
}

// History keeps the picture's tracks in Parquet files, a folder of them, one an hour of the points' own time once the
// hour is over, until then one a batch. It is safe for concurrent use.
type History struct {
	dir string
	o   HistoryOptions

	mu    sync.Mutex // guards what is below, and is held while a batch is written
	batch []Point
	hour  int64 // hours since the epoch of the points in batch
	next  int   // number of the next part
	last  int64 // latest time of any point
}

const hour = int64(3600 * 1e9)

// OpenHistory opens the folder, makes it if there is none, and removes what a crash left half written.
func OpenHistory(dir string, o HistoryOptions) (*History, error) {
	if o.MaxAge == 0 {
		o.MaxAge = 7 * 86400
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 4 << 30
	}
	if o.Batch == 0 {
		o.Batch = 20_000
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("opening history: %w", err)
	}
	h := &History{dir: dir, o: o}
	stale, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil {
		return nil, fmt.Errorf("opening history: %w", err)
	}
	for _, name := range stale {
		if err := os.Remove(name); err != nil {
			return nil, fmt.Errorf("opening history: %w", err)
		}
	}
	files, err := h.files()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		h.next = max(h.next, f.part+1)
	}
	return h, nil
}

// Append adds points, in about the order of their time. Most calls only copy; one in many writes a file.
func (h *History) Append(points []Point) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range points {
		if n := p.Time / hour; n != h.hour || len(h.batch) >= h.o.Batch {
			if err := h.turn(n); err != nil {
				return err
			}
		}
		h.batch = append(h.batch, p)
		h.last = max(h.last, p.Time)
	}
	return nil
}

// turn writes the batch, and when another hour begins joins the parts of the hour that is over.
func (h *History) turn(next int64) error {
	was := h.hour
	if err := h.flush(); err != nil {
		return err
	}
	h.hour = next
	if next <= was || was == 0 {
		return nil
	}
	if err := h.join(was); err != nil {
		return err
	}
	return h.prune()
}

// Flush writes what is held in memory.
func (h *History) Flush() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return errors.Join(h.flush(), h.prune())
}

// Close writes what is held in memory.
func (h *History) Close() error { return h.Flush() }

func (h *History) flush() error {
	if len(h.batch) == 0 {
		return nil
	}
	slices.SortStableFunc(h.batch, func(a, b Point) int { return compare(a.Time, b.Time) })
	err := h.write(file{hour: h.hour, part: h.next}, func(w *parquet.GenericWriter[Point]) error {
		_, err := w.Write(h.batch)
		return err
	})
	if err != nil {
		return err
	}
	h.next++
	clear(h.batch) // let go of the strings
	h.batch = h.batch[:0]
	return nil
}

func compare(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// file is one file of the folder: a whole hour (part 0 of its own name) or a part of one.
type file struct {
	hour  int64
	part  int
	whole bool
	size  int64
}

func (f file) name() string {
	at := entente.Instant(f.hour * hour).Time().Format("20060102T15")
	if f.whole {
		return "tracks-" + at + ".parquet"
	}
	return fmt.Sprintf("tracks-%s-%06d.parquet", at, f.part)
}

// write makes a file under a name that no reader looks at, syncs it, and gives it its own name.
func (h *History) write(f file, fill func(*parquet.GenericWriter[Point]) error) (err error) {
	path := filepath.Join(h.dir, f.name())
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("writing history %s: %w", f.name(), err), os.RemoveAll(path+".tmp"))
		}
	}()
	out, err := os.OpenFile(path+".tmp", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	w := parquet.NewGenericWriter[Point](out, parquet.Compression(&zstd.Codec{}), parquet.PageBufferSize(64<<10), parquet.MaxRowsPerRowGroup(50_000),
		parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("time"))))
	if err := errors.Join(fill(w), w.Close(), out.Sync(), out.Close()); err != nil {
		return err
	}
	if err := os.Rename(path+".tmp", path); err != nil {
		return err
	}
	return syncDir(h.dir)
}

// syncDir makes a renaming last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// files lists the folder, oldest first; names that are not ours are left alone.
func (h *History) files() ([]file, error) {
	list, err := os.ReadDir(h.dir)
	if err != nil {
		return nil, fmt.Errorf("reading history: %w", err)
	}
	var files []file
	for _, e := range list {
		f, ok := parseName(e.Name())
		if !ok {
			continue
		}
		if info, err := e.Info(); err == nil {
			f.size = info.Size()
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b file) int { return strings.Compare(a.name(), b.name()) })
	return files, nil
}

// prune deletes the oldest files beyond the bounds.
func (h *History) prune() error {
	files, err := h.files()
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files {
		total += f.size
	}
	for _, f := range files {
		old := float64(h.last-(f.hour+1)*hour)/1e9 > h.o.MaxAge
		if !old && total <= h.o.MaxBytes {
			continue
		}
		if err := os.Remove(filepath.Join(h.dir, f.name())); err != nil {
			return fmt.Errorf("pruning history: %w", err)
		}
		total -= f.size
	}
	return nil
}

// Read calls fn with the points from from (included) to until (not included) of these picture numbers (all when none is
// given), in batches about in order of time. What is not yet written is read too. A file that cannot be read is left
// out and named in the error, after everything else was read; an error of fn ends the reading.
func (h *History) Read(ctx context.Context, from, until entente.Instant, numbers []uint32, fn func([]Point) error) error {
	return h.read(ctx, int64(from), int64(until), numbers, fn)
}
