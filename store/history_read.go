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

// parseName reads what file.name prints.
func parseName(name string) (file, bool) {
	rest, ok := strings.CutPrefix(name, "tracks-")
	rest, ok2 := strings.CutSuffix(rest, ".parquet")
	if !ok || !ok2 {
		return file{}, false
	}
	at, part, isPart := strings.Cut(rest, "-")
	t, err := time.Parse("20060102T15", at)
	f := file{hour: t.Unix() / 3600, whole: !isPart}
	if err == nil && isPart {
		f.part, err = strconv.Atoi(part)
	}
	return f, err == nil && f.name() == name
}

// stopped wraps an error of the reader's own function, which ends the reading.
type stopped struct{ error }

func (h *History) read(ctx context.Context, from, until int64, numbers []uint32, fn func([]Point) error) error {
	keep := func(p Point) bool {
		return p.Time >= from && p.Time < until && (len(numbers) == 0 || slices.Contains(numbers, p.Number))
	}
	h.mu.Lock() // list and memory together, so that no batch is missed or seen twice
	files, err := h.files()
	var held []Point
	for _, p := range h.batch {
		if keep(p) {
			held = append(held, p)
		}
	}
	h.mu.Unlock()
	if err != nil {
		return err
	}
	var bad []error
	for _, f := range files {
		if f.hour < from/hour || f.hour*hour >= until {
			continue
		}
		err := h.readFile(ctx, f, keep, fn)
		if s := (stopped{}); errors.As(err, &s) {
			return s.error
		}
		if err != nil {
			bad = append(bad, err)
		}
	}
	if len(held) > 0 {
		slices.SortStableFunc(held, func(a, b Point) int { return compare(a.Time, b.Time) })
		if err := fn(held); err != nil {
			return err
		}
	}
	return errors.Join(bad...)
}

func (h *History) readFile(ctx context.Context, f file, keep func(Point) bool, fn func([]Point) error) error {
	var buffer [512]Point
	err := h.scan(f, func(r *parquet.GenericReader[Point]) error {
		for {
			if err := ctx.Err(); err != nil {
				return stopped{err}
			}
			n, err := r.Read(buffer[:])
			hits := slices.DeleteFunc(slices.Clone(buffer[:n]), func(p Point) bool { return !keep(p) })
			if len(hits) > 0 {
				if err := fn(hits); err != nil {
					return stopped{err}
				}
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
	return err
}

// scan opens one file. A file that vanished meanwhile was pruned or joined with others.
func (h *History) scan(f file, fn func(*parquet.GenericReader[Point]) error) (err error) {
	path := filepath.Join(h.dir, f.name())
	defer func() { // a damaged file may trip the library; it must not stop a node
		if r := recover(); r != nil {
			err = &entente.Error{Kind: entente.Malformed, Source: path, Offset: -1, Reason: fmt.Sprint("reading history: ", r), Next: "move the file away"}
		}
	}()
	in, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("reading history: %w", err)
	}
	defer func() { _ = in.Close() }() // only read
	info, err := in.Stat()
	if err != nil {
		return fmt.Errorf("reading history: %w", err)
	}
	pf, err := parquet.OpenFile(in, info.Size())
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: path, Offset: -1, Reason: "reading history: " + err.Error(), Next: "move the file away"}
	}
	r := parquet.NewGenericReader[Point](pf)
	err = fn(r)
	if s := (stopped{}); err != nil && !errors.As(err, &s) {
		err = &entente.Error{Kind: entente.Malformed, Source: path, Offset: -1, Reason: "reading history: " + err.Error(), Next: "move the file away"}
	}
	return errors.Join(err, r.Close())
}

// join makes one file of an hour's parts, sorted by time. Called with mu held.
func (h *History) join(of int64) error {
	files, err := h.files()
	if err != nil {
		return err
	}
	parts := slices.DeleteFunc(files, func(f file) bool { return f.hour != of })
	if len(parts) == 0 || len(parts) == 1 && parts[0].whole {
		return nil
	}
	var good []file
	var points []Point
	for _, f := range parts {
		n := len(points)
		err := h.scan(f, func(r *parquet.GenericReader[Point]) error {
			points = slices.Grow(points, int(r.NumRows()))
			read, err := r.Read(points[n : n+int(r.NumRows())])
			points = points[:n+read]
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		})
		if err != nil {
			points = points[:n] // leave the damaged part as it is, for people to look at
			continue
		}
		good = append(good, f)
	}
	slices.SortStableFunc(points, func(a, b Point) int { return compare(a.Time, b.Time) })
	err = h.write(file{hour: of, whole: true}, func(w *parquet.GenericWriter[Point]) error {
		_, err := w.Write(points)
		return err
	})
	if err != nil {
		return err
	}
	for _, f := range good {
		if !f.whole {
			err = errors.Join(err, os.Remove(filepath.Join(h.dir, f.name())))
		}
	}
	return err
}
