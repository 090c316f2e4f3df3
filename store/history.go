package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
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

// History keeps the picture's tracks in a folder of Parquet files: one for each hour of the points' own time once the hour
// is over, until then one a batch. It is safe for concurrent use.
type History struct {
	dir string
	o   HistoryOptions

	mu      sync.Mutex // guards what is below, and is held while a batch is written
	batch   []Point
	next    int   // number of the next part
	last    int64 // latest median time of a batch
	dropped uint64
}

const (
	hour = int64(3600 * 1e9)
	late = int64(60 * 1e9) // how long after an hour its points may still come without making a part of their own
)

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
	files, covered, err := h.files()
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		h.next = max(h.next, f.last+1)
	}
	return h, h.remove(covered) // a crash came between joining parts and removing them
}

// Append adds points, in about the order of their time. Most calls only copy; one in many writes a file.
func (h *History) Append(points []Point) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(points) > 0 {
		n := min(len(points), h.o.Batch-len(h.batch))
		h.batch = append(h.batch, points[:n]...)
		points = points[n:]
		if len(h.batch) < h.o.Batch {
			continue
		}
		if err := h.flush(); err != nil {
			h.dropped += uint64(len(points))
			return err
		}
	}
	return nil
}

// Flush writes what is held in memory, joins the parts of hours that are over, and deletes what is beyond the bounds.
// Called every few minutes it bounds what a crash can lose.
func (h *History) Flush() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.flush()
}

// Close writes what is held in memory.
func (h *History) Close() error { return h.Flush() }

func (h *History) flush() error {
	slices.SortStableFunc(h.batch, func(a, b Point) int { return cmp.Compare(a.Time, b.Time) })
	if n := len(h.batch); n > 0 { // the median, so that one point with a wild time does not age all others
		h.last = max(h.last, h.batch[n/2].Time)
	}
	for len(h.batch) > 0 {
		of := floorHour(h.batch[0].Time)
		n, _ := slices.BinarySearchFunc(h.batch, (of+1)*hour, func(p Point, t int64) int { return cmp.Compare(p.Time, t) })
		err := h.write(file{hour: of, first: h.next, last: h.next}, func(w *parquet.GenericWriter[Point]) error {
			_, err := w.Write(h.batch[:n])
			return err
		})
		if err != nil {
			h.shed()
			return err
		}
		h.next++
		h.batch = slices.Delete(h.batch, 0, n)
	}
	return errors.Join(h.settle(), h.prune())
}

// shed drops the oldest points when the disk takes none, so that memory stays bounded.
func (h *History) shed() {
	if over := len(h.batch) - h.o.Batch/2; over > 0 {
		h.dropped += uint64(over)
		h.batch = slices.Delete(h.batch, 0, over)
	}
}

// Dropped counts the points lost because the disk took none.
func (h *History) Dropped() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.dropped
}

// settle joins the parts of every hour that ended some while ago.
func (h *History) settle() error {
	files, _, err := h.files()
	if err != nil {
		return err
	}
	for i, f := range files {
		if i > 0 && files[i-1].hour == f.hour && (i < 2 || files[i-2].hour != f.hour) && (f.hour+1)*hour+late < h.last {
			if err := h.join(f.hour); err != nil {
				return err
			}
		}
	}
	return nil
}

// file is one file of the folder: the parts from first to last of one hour.
type file struct {
	hour        int64
	first, last int
	size        int64
}

func (f file) name() string {
	at := entente.Instant(f.hour * hour).Time().Format("20060102T15")
	return fmt.Sprintf("tracks-%s-%06d-%06d.parquet", at, f.first, f.last)
}

// covers says whether f holds all that g holds: it was made of g.
func (f file) covers(g file) bool {
	return f.hour == g.hour && f.first <= g.first && g.last <= f.last && (f.first != g.first || f.last != g.last)
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
	w := parquet.NewGenericWriter[Point](out, parquet.Compression(&zstd.Codec{}), parquet.PageBufferSize(64<<10), parquet.MaxRowsPerRowGroup(50_000))
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

// files lists the folder, oldest first, and apart those that a joined file covers; names that are not ours are left
// alone.
func (h *History) files() (files, covered []file, err error) {
	list, err := os.ReadDir(h.dir)
	if err != nil {
		return nil, nil, fmt.Errorf("reading history: %w", err)
	}
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
	slices.SortFunc(files, func(a, b file) int { return cmp.Or(cmp.Compare(a.hour, b.hour), cmp.Compare(a.first, b.first)) })
	all := slices.Clone(files)
	isCovered := func(f file) bool { return slices.ContainsFunc(all, func(g file) bool { return g.covers(f) }) }
	for _, f := range all {
		if isCovered(f) {
			covered = append(covered, f)
		}
	}
	return slices.DeleteFunc(files, isCovered), covered, nil
}

func (h *History) remove(files []file) (err error) {
	for _, f := range files {
		err = errors.Join(err, os.Remove(filepath.Join(h.dir, f.name())))
	}
	if err != nil {
		return fmt.Errorf("removing history: %w", err)
	}
	return nil
}

// prune deletes the oldest files beyond the bounds.
func (h *History) prune() error {
	files, _, err := h.files()
	if err != nil {
		return err
	}
	var total int64
	for _, f := range files {
		total += f.size
	}
	var gone []file
	for _, f := range files {
		old := float64(h.last-(f.hour+1)*hour)/1e9 > h.o.MaxAge
		if old || total > h.o.MaxBytes {
			gone = append(gone, f)
			total -= f.size
		}
	}
	return h.remove(gone)
}
