package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"

	"entente"
)

// readAhead is how many points are read at once.
const readAhead = 512

// parseName reads what file.name prints.
func parseName(name string) (file, bool) {
	rest, ok := strings.CutPrefix(name, "tracks-")
	rest, ok2 := strings.CutSuffix(rest, ".parquet")
	field := strings.Split(rest, "-")
	if !ok || !ok2 || len(field) != 3 {
		return file{}, false
	}
	t, err := time.Parse("20060102T15", field[0])
	first, err1 := strconv.Atoi(field[1])
	last, err2 := strconv.Atoi(field[2])
	f := file{hour: t.Unix() / 3600, first: first, last: last}
	return f, errors.Join(err, err1, err2) == nil && f.name() == name
}

// part is a file being read. It stays readable when it is joined or pruned meanwhile.
type part struct {
	path string
	in   *os.File
	r    *parquet.GenericReader[Point]
}

// openParts opens the files that may hold points of the time; those that cannot be opened are named in bad.
func (h *History) openParts(files []file, from, until int64) (parts []*part, bad error) {
	for _, f := range files {
		if f.hour < floorHour(from) || f.hour*hour >= until {
			continue
		}
		p := &part{path: filepath.Join(h.dir, f.name())}
		var err error
		if p.in, err = os.Open(p.path); err != nil {
			bad = errors.Join(bad, fmt.Errorf("reading history: %w", err))
			continue
		}
		parts = append(parts, p)
	}
	return parts, bad
}

// floorHour returns the hour in which the time lies.
func floorHour(t int64) int64 {
	if t < 0 {
		return (t+1)/hour - 1
	}
	return t / hour
}

// read fills buf as far as the file goes and returns io.EOF after its last point.
func (p *part) read(buf []Point) (n int, err error) {
	defer func() { // a damaged file may trip the library; it must not stop a node
		if r := recover(); r != nil {
			n, err = 0, p.fault(fmt.Errorf("%v", r))
		}
	}()
	if p.r == nil {
		info, err := p.in.Stat()
		if err != nil {
			return 0, p.fault(err)
		}
		f, err := parquet.OpenFile(p.in, info.Size())
		if err != nil {
			return 0, p.fault(err)
		}
		p.r = parquet.NewGenericReader[Point](f)
	}
	n, err = p.r.Read(buf)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, p.fault(err)
	}
	return n, err
}

func (p *part) fault(err error) error {
	return &entente.Error{Kind: entente.Malformed, Source: p.path, Offset: -1, Reason: "reading history: " + err.Error(), Next: "move the file away"}
}

func (p *part) close() error {
	defer func() { _ = recover() }() // as in read
	var err error
	if p.r != nil {
		err = p.r.Close()
	}
	return errors.Join(err, p.in.Close())
}

// Read calls fn with the points from from (included) to until (not included) of these picture numbers (all when none is
// given), in batches about in order of time. What is not yet written is read too. A file that cannot be read is left
// out and named in the error, after everything else was read; an error of fn ends the reading.
func (h *History) Read(ctx context.Context, from, until entente.Instant, numbers []uint32, fn func([]Point) error) (err error) {
	keep := func(p Point) bool {
		return p.Time >= int64(from) && p.Time < int64(until) && (len(numbers) == 0 || slices.Contains(numbers, p.Number))
	}
	h.mu.Lock() // files and memory together, so that no batch is missed or seen twice
	files, _, err := h.files()
	parts, bad := h.openParts(files, int64(from), int64(until))
	held := kept(h.batch, keep)
	h.mu.Unlock()
	defer func() {
		for _, p := range parts {
			_ = p.close() // only read
		}
	}()
	if err != nil {
		return err
	}
	buffer := make([]Point, readAhead)
	for _, p := range parts {
		for err = nil; err == nil; {
			var n int
			if n, err = p.read(buffer); err != nil && !errors.Is(err, io.EOF) {
				bad = errors.Join(bad, err)
			}
			if hits := kept(buffer[:n], keep); len(hits) > 0 {
				if err := fn(hits); err != nil {
					return err
				}
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	if len(held) > 0 {
		if err := fn(held); err != nil {
			return err
		}
	}
	return bad
}

// kept returns a copy of the points to keep.
func kept(points []Point, keep func(Point) bool) (out []Point) {
	for _, p := range points {
		if keep(p) {
			out = append(out, p)
		}
	}
	return out
}

// join makes one file of an hour's parts, in their order, a few points at a time. A damaged part gets another name and
// stays for people to look at. Called with mu held.
func (h *History) join(of int64) error {
	all, _, err := h.files()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(f file) bool { return f.hour != of })
	if len(all) < 2 {
		return nil
	}
	var damaged []string
	whole := file{hour: of, first: all[0].first, last: all[len(all)-1].last}
	err = h.write(whole, func(w *parquet.GenericWriter[Point]) error {
		buffer := make([]Point, readAhead)
		for _, f := range all {
			bad, err := h.copyPart(w, f, buffer)
			if err != nil {
				return err
			}
			if bad != nil {
				damaged = append(damaged, f.name())
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, name := range damaged {
		path := filepath.Join(h.dir, name)
		if err := os.Rename(path, path+".damaged"); err != nil {
			return fmt.Errorf("joining history: %w", err)
		}
	}
	_, covered, err := h.files()
	return errors.Join(err, h.remove(covered))
}

// copyPart adds a part's points to w; bad says that it is damaged: what came before the damage is added.
func (h *History) copyPart(w *parquet.GenericWriter[Point], f file, buffer []Point) (bad, err error) {
	p := &part{path: filepath.Join(h.dir, f.name())}
	if p.in, err = os.Open(p.path); err != nil {
		return nil, fmt.Errorf("joining history: %w", err)
	}
	defer func() { _ = p.close() }() // only read
	for {
		n, err := p.read(buffer)
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return nil, err
			}
		}
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return err, nil
		}
	}
}
