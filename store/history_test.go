package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

func history(t testing.TB, dir string, o HistoryOptions) *History {
	t.Helper()
	h, err := OpenHistory(dir, o)
	must(t, err)
	return h
}

// points makes n points, one each step seconds from start, of aircraft in turn.
func points(start entente.Instant, n int, step float64, aircraft int) []Point {
	out := make([]Point, n)
	for i := range out {
		out[i] = Point{
			Time: int64(start.Add(float64(i) * step)), Number: uint32(i%aircraft + 1), Origin: "BLR", Lat: 0.9 + float64(i)/1e5, Lon: 0.4,
			Height: 10_000, VE: 100, VN: 200, PressureAltitude: 9_900, Address: 0x510000 + uint32(i%aircraft), ModeA: 0o1234,
			Callsign: "BRU123", Identity: "neutral", State: "confirmed",
		}
	}
	return out
}

func readAll(t testing.TB, h *History, from, until entente.Instant, numbers ...uint32) []Point {
	t.Helper()
	var out []Point
	must(t, h.Read(context.Background(), from, until, numbers, func(p []Point) error { out = append(out, p...); return nil }))
	return out
}

const always = entente.Instant(1 << 62)

func names(t testing.TB, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	var out []string
	for _, e := range list {
		out = append(out, e.Name())
	}
	return out
}

func TestHistoryGivesBackWhatWasPut(t *testing.T) {
	dir := t.TempDir()
	h := history(t, dir, HistoryOptions{Batch: 100})
	in := points(noon.Add(-1800), 730, 10, 7) // over two hours' ends: 11:30 to 13:31
	for chunk := range slices.Chunk(in, 33) {
		must(t, h.Append(chunk))
	}
	check := func(when string) {
		if got := readAll(t, h, 0, always); !slices.Equal(got, in) {
			t.Errorf("%s: %d points of %d, or others", when, len(got), len(in))
		}
		got := readAll(t, h, noon, noon.Add(600), 3)
		want := slices.DeleteFunc(slices.Clone(in), func(p Point) bool {
			return p.Number != 3 || p.Time < int64(noon) || p.Time >= int64(noon.Add(600))
		})
		if !slices.Equal(got, want) || len(want) == 0 {
			t.Errorf("%s: narrowed to %d points, want %d", when, len(got), len(want))
		}
	}
	check("part in memory")
	must(t, h.Close())
	check("all on disk")
	h = history(t, dir, HistoryOptions{})
	check("opened again")
	must(t, h.Append(points(noon.Add(9000), 1, 1, 1))) // 14:30: the hours before are over
	must(t, h.Flush())
	if files := names(t, dir); len(files) != 4 {
		t.Errorf("one file an hour wanted: %q", files)
	}
	in = append(in, points(noon.Add(9000), 1, 1, 1)...)
	check("joined")
}

func TestHistoryTakesPointsLate(t *testing.T) {
	dir := t.TempDir()
	h := history(t, dir, HistoryOptions{Batch: 10})
	must(t, h.Append(points(noon, 20, 1, 1)))
	must(t, h.Append(points(noon.Add(7200), 20, 1, 1))) // 12:00 is joined
	must(t, h.Append(points(noon.Add(30), 10, 1, 1)))   // from a partner that was cut off
	must(t, h.Append(points(noon.Add(7300), 10, 1, 1)))
	if got := readAll(t, h, noon, noon.Add(3600)); len(got) != 30 {
		t.Errorf("%d points of the first hour, want 30", len(got))
	}
	if files := names(t, dir); len(files) > 4 {
		t.Errorf("files %q", files)
	}
}

func TestHistoryStaysWithinItsBounds(t *testing.T) {
	dir := t.TempDir()
	h := history(t, dir, HistoryOptions{Batch: 60, MaxAge: 2 * 3600})
	must(t, h.Append(points(noon, 60*6, 60, 3))) // six hours
	must(t, h.Flush())
	got := readAll(t, h, 0, always)
	if first := entente.Instant(got[0].Time); first < noon.Add(2*3600) || first > noon.Add(4*3600) {
		t.Errorf("the oldest point is of %s", first)
	}
	small := history(t, t.TempDir(), HistoryOptions{Batch: 60, MaxBytes: 20_000})
	must(t, small.Append(points(noon, 60*24, 60, 3)))
	var total int64
	for _, n := range names(t, small.dir) {
		info, err := os.Stat(filepath.Join(small.dir, n))
		must(t, err)
		total += info.Size()
	}
	if total > 20_000 || total == 0 {
		t.Errorf("%d bytes on disk", total)
	}
	got = readAll(t, small, 0, always)
	if last := entente.Instant(got[len(got)-1].Time); last != noon.Add(float64(60*24-1)*60) {
		t.Errorf("the newest point kept is of %s", last)
	}
}

func TestOneWildTimeDoesNotAgeTheRest(t *testing.T) {
	h := history(t, t.TempDir(), HistoryOptions{Batch: 100, MaxAge: 3600})
	in := points(noon, 99, 1, 1)
	must(t, h.Append(append(in, points(noon.Add(1e8), 1, 1, 1)...)))
	must(t, h.Append(points(noon.Add(200), 100, 1, 1)))
	if got := readAll(t, h, noon, noon.Add(3600)); len(got) != 199 {
		t.Errorf("%d points left, want 199", len(got))
	}
}

func TestHistoryGoesRoundDamage(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"empty":     func([]byte) []byte { return nil },
		"truncated": func(b []byte) []byte { return b[:len(b)/2] },
		"no magic":  func(b []byte) []byte { b[len(b)-1] ^= 0xff; return b },
		"footer":    func(b []byte) []byte { b[len(b)-40] ^= 0xff; b[len(b)-60] ^= 0xff; return b },
		"pages": func(b []byte) []byte {
			for i := 10; i < len(b)/2; i += 7 {
				b[i] ^= 0x55
			}
			return b
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			h := history(t, dir, HistoryOptions{Batch: 50})
			must(t, h.Append(points(noon, 150, 1, 5)))
			path := filepath.Join(dir, names(t, dir)[1])
			b, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, damage(b), 0o600))
			var got []Point
			err = h.Read(context.Background(), 0, always, nil, func(p []Point) error { got = append(got, p...); return nil })
			if err == nil && !slices.Equal(got, points(noon, 150, 1, 5)) {
				t.Error("points were lost or changed without an error")
			}
			if err != nil && !strings.Contains(err.Error(), filepath.Base(path)) {
				t.Errorf("the error does not name the file: %v", err)
			}
			good := slices.Concat(points(noon, 150, 1, 5)[:50], points(noon, 150, 1, 5)[100:])
			for _, p := range good {
				if !slices.Contains(got, p) {
					t.Fatal("a point of an undamaged file is missing")
				}
			}
			isDamaged := err != nil
			must(t, h.Append(points(noon.Add(7200), 50, 1, 5))) // joining goes round it too
			if _, err := os.Stat(path + ".damaged"); (err == nil) != isDamaged {
				t.Errorf("damaged %v, set aside: %v", isDamaged, err)
			}
			if got := readAll(t, h, noon, noon.Add(50)); len(got) != 50 {
				t.Errorf("after joining %d points of the first part, want 50", len(got))
			}
		})
	}
}

func TestHistoryCrashWhileJoining(t *testing.T) {
	dir := t.TempDir()
	h := history(t, dir, HistoryOptions{Batch: 50})
	in := points(noon, 150, 1, 5)
	must(t, h.Append(in))
	parts := t.TempDir()
	must(t, os.CopyFS(filepath.Join(parts, "saved"), os.DirFS(dir)))
	must(t, h.join(floorHour(int64(noon))))
	for _, n := range names(t, filepath.Join(parts, "saved")) { // as if killed before removing the parts
		b, err := os.ReadFile(filepath.Join(parts, "saved", n))
		must(t, err)
		must(t, os.WriteFile(filepath.Join(dir, n), b, 0o600))
	}
	if got := readAll(t, h, 0, always); !slices.Equal(got, in) {
		t.Errorf("with parts and whole there %d points are read, want %d once", len(got), len(in))
	}
	must(t, os.WriteFile(filepath.Join(dir, "tracks-20231123T12-000009-000009.parquet.tmp"), []byte("half"), 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("mine"), 0o600))
	h = history(t, dir, HistoryOptions{})
	if got := readAll(t, h, 0, always); !slices.Equal(got, in) {
		t.Errorf("%d points, want %d once", len(got), len(in))
	}
	if files := names(t, dir); len(files) != 2 || files[0] != "notes.txt" {
		t.Errorf("files %q", files)
	}
}

func TestHistoryReadersAndWriter(t *testing.T) {
	h := history(t, t.TempDir(), HistoryOptions{Batch: 40})
	var wg sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				var n int
				var last int64
				err := h.Read(context.Background(), 0, always, nil, func(p []Point) error {
					for _, q := range p {
						if q.Time <= last {
							return errors.New("out of order or twice")
						}
						last = q.Time
						n++
					}
					return nil
				})
				if want := (last - int64(noon)) / 60e9; err != nil || n > 0 && int64(n) != want+1 {
					t.Errorf("%d points up to number %d: %v", n, want, err)
					return
				}
			}
		})
	}
	for chunk := range slices.Chunk(points(noon, 600, 60, 3), 17) {
		must(t, h.Append(chunk))
	}
	close(stop)
	wg.Wait()
}

func TestHistoryReadingEnds(t *testing.T) {
	h := history(t, t.TempDir(), HistoryOptions{Batch: 50})
	must(t, h.Append(points(noon, 200, 1, 5)))
	enough, calls := errors.New("enough"), 0
	err := h.Read(context.Background(), 0, always, nil, func([]Point) error { calls++; return enough })
	if !errors.Is(err, enough) || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = h.Read(ctx, 0, always, nil, func([]Point) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestHistoryShedsWhenTheDiskTakesNone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "h")
	h := history(t, dir, HistoryOptions{Batch: 50})
	must(t, os.RemoveAll(dir))
	must(t, os.WriteFile(dir, nil, 0o600)) // a file where the folder was
	for range 5 {
		if err := h.Append(points(noon, 50, 1, 5)); err == nil {
			t.Fatal("nothing was said")
		}
	}
	if len(h.batch) > 50 || int(h.Dropped())+len(h.batch) != 250 {
		t.Errorf("%d points held, %d dropped", len(h.batch), h.Dropped())
	}
	must(t, os.Remove(dir))
	must(t, os.Mkdir(dir, 0o700))
	must(t, h.Append(points(noon.Add(100), 50, 1, 5)))
}

func TestFileNames(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		f := file{hour: rapid.Int64Range(0, 1_000_000).Draw(rt, "hour"), first: rapid.IntRange(0, 2_000_000).Draw(rt, "first")}
		f.last = f.first + rapid.IntRange(0, 1000).Draw(rt, "more")
		if g, ok := parseName(f.name()); !ok || g != f {
			rt.Fatalf("%s reads as %+v, %v", f.name(), g, ok)
		}
	})
	for _, bad := range []string{"", "tracks-.parquet", "tracks-20231123T12.parquet", "tracks-20231123T12-1-2.parquet", "tracks-20231123T12-000001-000001.parquet.tmp", "tracks-20231123T12-00000x-000001.parquet"} {
		if _, ok := parseName(bad); ok {
			t.Errorf("%q was taken for one of ours", bad)
		}
	}
}
