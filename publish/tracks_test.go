package publish

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"entente"
	"entente/geo"

	"pgregory.net/rapid"
)

func track(id entente.TrackID, seconds float64) entente.Track {
	t := entente.Track{ID: id, Origin: "BLR", State: entente.Confirmed, Time: entente.FromSeconds(seconds), Updated: entente.FromSeconds(seconds),
		Lat: geo.Radians(53.9), Lon: geo.Radians(27.56), Height: 9144, VE: 200.5, VN: -50.25, Has: entente.HasAltitude}
	t.Covariance.Set(0, 0, 100)
	t.Covariance.Set(0, 1, -12.5)
	t.Covariance.Set(1, 1, 90)
	return t
}

func TestTrackRow(t *testing.T) {
	full := track(7, 1_700_000_000.125)
	flat := full
	flat.Has = 0
	ended := full
	ended.State = entente.Ended
	odd := full
	odd.Lat, odd.VE, odd.Covariance[0], odd.Time = -math.Pi/2, math.NaN(), 1e17, -entente.Second/4
	for want, k := range map[string]*entente.Track{
		"1700000000.125,7,53.9000000,27.5600000,9144.0,200.50,-50.25,100.00,-12.50,90.00\n": &full,
		"1700000000.125,7,53.9000000,27.5600000,,200.50,-50.25,100.00,-12.50,90.00\n":       &flat,
		"1700000000.125,7,,,,,,,,\n": &ended,
		"-0.250,7,-90.0000000,27.5600000,9144.0,,-50.25,100000000000000000.00,-12.50,90.00\n": &odd,
	} {
		if got := string(AppendTrackRow(nil, k)); got != want {
			t.Errorf("got  %swant %s", got, want)
		}
	}
}

func TestFixedAgreesWithStrconv(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.Float64Range(-1e9, 1e9).Draw(t, "v")
		d := rapid.IntRange(0, 7).Draw(t, "decimals")
		got, err := strconv.ParseFloat(string(appendFixed(nil, v, d)), 64)
		if err != nil || math.Abs(got-v) > 0.5000001/powers[d]+1e-7*math.Abs(v)/1e8 {
			t.Fatalf("%v with %d decimals is %v, %v", v, d, got, err)
		}
	})
	for v, want := range map[float64]string{0: "0.00", math.Copysign(0, -1): "0.00", -0.001: "0.00", -0.005: "-0.01", 0.995: "1.00", 12.345: "12.35", 1e300: strconv.FormatFloat(1e300, 'f', 2, 64), math.Inf(1): "", math.NaN(): ""} {
		if got := string(appendFixed(nil, v, 2)); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func TestTracksRoundTrip(t *testing.T) {
	for _, name := range []string{"tracks.csv", "tracks.csv.gz"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := CreateTracks(path)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 1000 {
			k := track(entente.TrackID(i%10+1), 1_700_000_000+float64(i)/8)
			if i >= 990 {
				k.State = entente.Ended
			}
			if err := w.Write(&k); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := w.Write(&entente.Track{}); err == nil {
			t.Error("wrote after closing")
		}
		b, _ := os.ReadFile(path)
		if packed := bytes.HasPrefix(b, []byte{0x1f, 0x8b}); packed != strings.HasSuffix(name, ".gz") {
			t.Errorf("%s: packed %v", name, packed)
		}
		r, err := OpenTracks(path)
		if err != nil {
			t.Fatal(err)
		}
		var k entente.Track
		for i := range 1000 {
			want := track(entente.TrackID(i%10+1), 1_700_000_000+float64(i)/8)
			if err := r.Next(&k); err != nil {
				t.Fatal(err)
			}
			if k.ID != want.ID || k.Time != want.Time || (k.State == entente.Ended) != (i >= 990) {
				t.Fatalf("row %d: %+v", i, k)
			}
			if i < 990 && (math.Abs(k.Lat-want.Lat) > 1e-9 || k.Height != want.Height || k.VE != want.VE || k.VN != want.VN || k.Covariance != want.Covariance || !k.Is(entente.HasAltitude)) {
				t.Fatalf("row %d: %+v, want %+v", i, k, want)
			}
		}
		if err := r.Next(&k); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := CreateTracks(filepath.Join(t.TempDir(), "no", "folder.csv")); err == nil {
		t.Error("created a file in no folder")
	}
	if _, err := OpenTracks(filepath.Join(t.TempDir(), "none.csv")); err == nil {
		t.Error("opened what is not there")
	}
}

func TestReaderKeepsTheGoodRows(t *testing.T) {
	text := "\ufefftrack,time_s,lon,lat,extra\r\n1,10,27,53,x\r\n\r\n2,ten,27,53,\n0,10,27,53,\n3,10,27,91,\n4,10,,53,\n5,10,27,53,x,y\n6,1e10,27,53,\n7,nan,27,53,\n" +
		strings.Repeat("9", 5000) + "\n" + strings.Repeat("8", 100_000) + "\n8,11,,,\n9,12,-180,-90,"
	r, err := NewTrackReader(strings.NewReader(text), "t.csv")
	if err != nil {
		t.Fatal(err)
	}
	var good, bad []string
	for {
		var k entente.Track
		err := r.Next(&k)
		if errors.Is(err, io.EOF) {
			break
		}
		var e *entente.Error
		switch {
		case errors.As(err, &e):
			bad = append(bad, strconv.FormatInt(e.Offset, 10))
		case err != nil:
			t.Fatal(err)
		default:
			good = append(good, fmt.Sprintf("%d %v", k.ID, k.State))
		}
	}
	if got := strings.Join(good, ", "); got != "1 confirmed, 8 ended, 9 confirmed" {
		t.Errorf("good rows: %s", got)
	}
	if got := strings.Join(bad, " "); got != "4 5 6 7 8 9 10 11 12" {
		t.Errorf("bad lines: %s", got)
	}
	for _, head := range []string{"", "time_s,track,lat\n", "1,2,3,4\n", "\x1f\x8bx"} {
		if _, err := NewTrackReader(strings.NewReader(head), "t"); err == nil {
			t.Errorf("header %q was taken", head)
		}
	}
}

func TestTrackParquet(t *testing.T) {
	var b bytes.Buffer
	w := NewTrackParquet(&b)
	for i := range 2500 {
		k := track(entente.TrackID(i+1), float64(i))
		if i == 2499 {
			k.State = entente.Ended
		}
		if i == 1 {
			k.Has = 0
		}
		if err := w.Write(&k); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	rows, err := parquet.Read[parquetRow](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || len(rows) != 2500 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows[:2499] {
		if r.Track != uint32(i+1) || r.Time != float64(i) || math.Abs(*r.Lat-53.9) > 1e-12 || *r.PEN != -12.5 || (r.Altitude == nil) != (i == 1) {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
	if last := rows[2499]; last.Lat != nil || last.PNN != nil || last.Track != 2500 {
		t.Errorf("ended: %+v", last)
	}
}

func TestTrackWriterDoesNotAllocate(t *testing.T) {
	w := NewTrackWriter(io.Discard)
	k := track(1, 1.7e9)
	if n := testing.AllocsPerRun(100, func() { w.Write(&k) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("disc full") }

func TestTrackWriterKeepsItsError(t *testing.T) {
	w := NewTrackWriter(failing{})
	k := track(1, 0)
	var first error
	for range 2000 {
		if first = w.Write(&k); first != nil {
			break
		}
	}
	if first == nil || w.Write(&k) == nil || w.Close() == nil {
		t.Errorf("a full disc went unnoticed: %v", first)
	}
	if err := NewTrackWriter(failing{}).Close(); err == nil || !strings.Contains(err.Error(), "disc full") {
		t.Errorf("closing: %v", err)
	}
}

func FuzzTrackReader(f *testing.F) {
	f.Add([]byte(trackHeader + "1,2,3,4,5,6,7,8,9,10\n1,2,,,,,,,,\n"))
	f.Add([]byte("time_s,track,lat,lon\n,,,\n\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := NewTrackReader(bytes.NewReader(b), "fuzz")
		if err != nil {
			return
		}
		for range len(b) + 2 {
			var k entente.Track
			if err := r.Next(&k); errors.Is(err, io.EOF) {
				return
			} else if err == nil && (k.ID == 0 || math.Abs(k.Lat) > math.Pi/2) {
				t.Fatalf("%+v", k)
			} else if r.err != nil {
				return
			}
		}
		t.Fatal("the reader does not end")
	})
}

func BenchmarkTrackWriter(b *testing.B) {
	w := NewTrackWriter(io.Discard)
	k := track(123, 1.7e9)
	for b.Loop() {
		k.Time += 1e6
		k.Lat += 1e-9
		w.Write(&k)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkTrackParquet(b *testing.B) {
	w := NewTrackParquet(io.Discard)
	k := track(123, 1.7e9)
	for b.Loop() {
		k.Time += 1e6
		k.Lat += 1e-9
		w.Write(&k)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkTrackReader(b *testing.B) {
	k := track(123, 1.7e9)
	line := AppendTrackRow(nil, &k)
	r, err := NewTrackReader(io.MultiReader(strings.NewReader(trackHeader), &repeat{line: line}), "b")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := r.Next(&k); err != nil {
			b.Fatal(err)
		}
	}
}

// repeat reads as one line over and over.
type repeat struct {
	line []byte
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.line[r.at]
		r.at = (r.at + 1) % len(r.line)
	}
	return len(p), nil
}
