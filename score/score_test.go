package score

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

const (
	truthHead  = "time_s,target,lat,lon,altitude_m,ve_mps,vn_mps\n"
	tracksHead = "time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn\n"
)

// metre is a metre north in degrees at 54° N.
const metre = 1 / 111298.6

// still writes rows of one that stands still, every second from a to b inclusive, n metres north of 54° N 27° E.
func still(name string, a, b int, n float64, tail string) string {
	var s strings.Builder
	for t := a; t <= b; t++ {
		fmt.Fprintf(&s, "%d,%s,%.9f,27,9000,0,0%s\n", t, name, 54+n*metre, tail)
	}
	return s.String()
}

func figuresOf(t *testing.T, truth, tracks string, o Options) Figures {
	t.Helper()
	w, err := ReadTruth(strings.NewReader(truthHead+truth), "truth")
	if err != nil {
		t.Fatal(err)
	}
	k, err := ReadTracks(strings.NewReader(tracksHead+tracks), "tracks")
	if err != nil {
		t.Fatal(err)
	}
	return Score(w, k, o)
}

const cov = ",10000,0,10000"

func TestFiguresByHand(t *testing.T) {
	for _, tc := range []struct {
		name          string
		truth, tracks string
		o             Options
		want          func(f *Figures) bool
	}{
		{"perfect", still("a", 0, 9, 0, ""), still("1", 0, 9, 0, cov), Options{}, func(f *Figures) bool {
			return f.GOSPA < 1e-3 && f.Completeness == 1 && f.Ambiguity == 1 && f.Spuriousness == 0 && f.Missed == 0 && f.False == 0 && f.Inside95 == 1
		}},
		{"100 m off", still("a", 0, 9, 0, ""), still("1", 0, 9, 100, cov), Options{}, func(f *Figures) bool {
			return near(f.GOSPA, 100) && near(f.OSPA, 100) && near(f.RMS, 100) && near(f.P95, 100) && near(f.NEES, 1) && near(f.Localisation, 100)
		}},
		{"nothing tracked", still("a", 0, 9, 0, ""), "", Options{}, func(f *Figures) bool {
			return near(f.GOSPA, math.Sqrt(2e6)) && near(f.OSPA, 2000) && f.Missed == 1 && f.NeverTracked == 1 && f.Completeness == 0 && math.IsNaN(f.RMS) && !f.HasNEES
		}},
		{"beyond the cut-off is missed and false", still("a", 0, 9, 0, ""), still("1", 0, 9, 2100, cov), Options{}, func(f *Figures) bool {
			return near(f.GOSPA, 2000) && f.Missed == 1 && f.False == 1 && f.Spuriousness == 1
		}},
		{"another cut-off", still("a", 0, 9, 0, ""), still("1", 0, 9, 2100, cov), Options{Cutoff: 3000}, func(f *Figures) bool {
			return near(f.GOSPA, 2100) && f.Missed == 0
		}},
		{"two tracks of one target", still("a", 0, 9, 0, ""), still("1", 0, 9, 0, cov) + still("2", 0, 9, 50, cov), Options{}, func(f *Figures) bool {
			return f.Ambiguity == 2 && f.False == 1 && f.Cardinality == 1 && f.Spuriousness == 0 && f.Switches == 0
		}},
		{"the target's track changes", still("a", 0, 19, 0, ""), still("1", 0, 9, 0, cov) + "10,1,,,,,,,,\n" + still("2", 10, 19, 0, cov), Options{}, func(f *Figures) bool {
			return f.Switches == 1 && f.Fragmentations == 0 && f.LongestSegment == 0.5 && f.Tracks == 2
		}},
		{"without an end the old track lingers", still("a", 0, 19, 0, ""), still("1", 0, 9, 0, cov) + still("2", 10, 19, 0, cov), Options{}, func(f *Figures) bool {
			return f.Switches == 0 && f.False == 0.5
		}},
		{"lost and found", still("a", 0, 29, 0, ""), still("1", 0, 9, 0, cov) + "10,1,,,,,,,,\n" + still("1", 20, 29, 0, cov), Options{}, func(f *Figures) bool {
			return f.Fragmentations == 1 && f.Switches == 0 && near(f.Completeness, 20.0/30)
		}},
		{"a row too old", still("a", 0, 29, 0, ""), still("1", 0, 0, 0, cov), Options{}, func(f *Figures) bool {
			return near(f.Completeness, 16.0/30) // 15 s is still counted
		}},
		{"a shorter age", still("a", 0, 29, 0, ""), still("1", 0, 0, 0, cov), Options{MaxAge: 5}, func(f *Figures) bool {
			return near(f.Completeness, 6.0/30)
		}},
		{"late start", still("a", 0, 19, 0, ""), still("1", 4, 19, 0, cov), Options{}, func(f *Figures) bool {
			return f.StartDelay == 4 && near(f.Completeness, 0.8)
		}},
		{"warm-up", still("a", 0, 19, 0, ""), still("1", 4, 19, 0, cov), Options{Warmup: 5}, func(f *Figures) bool {
			return f.Completeness == 1 && f.TruthSamples == 15
		}},
		{"no row after the time is used", still("a", 0, 9, 0, ""), still("1", 9, 9, 0, cov), Options{}, func(f *Figures) bool {
			return near(f.Completeness, 0.1)
		}},
		{"overconfident", still("a", 0, 9, 0, ""), still("1", 0, 9, 100, ",100,0,100"), Options{}, func(f *Figures) bool {
			return near(f.NEES, 100) && f.Inside95 == 0
		}},
		{"the cap of one NEES", still("a", 0, 9, 0, ""), still("1", 0, 9, 100, ",1,0,1"), Options{}, func(f *Figures) bool { return f.NEES == 150 }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := figuresOf(t, tc.truth, tc.tracks, tc.o)
			if !tc.want(&f) {
				t.Errorf("\n%v", f)
			}
		})
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 0.02*max(1, math.Abs(b)) }

func TestTrackIsMovedWithItsOwnVelocity(t *testing.T) {
	truth := "10,a,54,27,9000,0,0\n"
	tracks := fmt.Sprintf("0,1,%.9f,27,9000,0,100%s\n", 54-1000*metre, cov)
	if f := figuresOf(t, truth, tracks, Options{}); f.RMS > 2 {
		t.Errorf("%.1f m off", f.RMS)
	}
}

func TestJSONHasTheReferenceKeysAndFourDecimals(t *testing.T) {
	f := Figures{GOSPA: 1.23456789, RMS: math.NaN(), Switches: 3, P50: 2, HasNEES: true, NEES: 2.00006}
	b, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`{"gospa_m":1.2346,`, `"rms_m":null`, `"switches":3`, `"p50_m":2,`, `"nees":2.0001`} {
		if !strings.Contains(string(b), want) {
			t.Errorf("no %s in %s", want, b)
		}
	}
	f.HasNEES = false
	if b, _ = json.Marshal(f); strings.Contains(string(b), "nees") || strings.Contains(string(b), "inside95") {
		t.Errorf("figures that were not measured: %s", b)
	}
	if s := f.String(); !strings.HasPrefix(s, "gospa_m                    1.2346\n") {
		t.Errorf("%q", s)
	}
}

func TestAddEqualsTheCSV(t *testing.T) {
	truth, err := ReadTruth(strings.NewReader(truthHead+still("a", 0, 9, 0, "")), "truth")
	if err != nil {
		t.Fatal(err)
	}
	var k Tracks
	row := entente.Track{ID: 7, State: entente.Confirmed, Lat: 54 * math.Pi / 180, Lon: 27 * math.Pi / 180, Height: 9000}
	row.Covariance.Set(0, 0, 1e4)
	row.Covariance.Set(1, 1, 1e4)
	for s := range 6 {
		row.Time = entente.FromSeconds(float64(s))
		if s == 5 {
			row.State = entente.Ended
		}
		k.Add(row)
	}
	got := Score(truth, &k, Options{})
	want := figuresOf(t, still("a", 0, 9, 0, ""), still("7", 0, 4, 0, cov)+"5,7,,,,,,,,\n", Options{})
	if got.String() != want.String() {
		t.Errorf("got\n%vwant\n%v", got, want)
	}
}

func TestColumnsMayStandInAnyOrderAndSomeBeAbsent(t *testing.T) {
	truth, err := ReadTruth(strings.NewReader("target,time_s,vn_mps,ve_mps,lon,lat,altitude_m\na,0,0,0,27,54,9000\n"), "truth")
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := ReadTracks(strings.NewReader("\ufefflat,lon,track,time_s,altitude_m\n54,27,x,0,\n"), "tracks")
	if err != nil {
		t.Fatal(err)
	}
	f := Score(truth, tracks, Options{})
	if f.Completeness != 1 || !math.IsNaN(f.RMSVelocity) || !math.IsNaN(f.RMSAltitude) || f.HasNEES {
		t.Errorf("\n%v", f)
	}
}

func TestBadFilesAreRefusedWithLineAndReason(t *testing.T) {
	for _, tc := range []struct {
		name, text string
		line       int64
		reason     string
	}{
		{"empty", "", 1, "no head line"},
		{"no column", "time_s,target\n", 1, "no column lat"},
		{"not a number", truthHead + "0,a,54,27,9000,0,0\nx,a,54,27,9000,0,0\n", 3, "time_s"},
		{"infinite", truthHead + "0,a,+Inf,27,9000,0,0\n", 2, "lat"},
		{"no time", truthHead + ",a,54,27,9000,0,0\n", 2, "missing"},
		{"no place", truthHead + "0,a,,27,9000,0,0\n", 2, "missing"},
		{"beyond the pole", truthHead + "0,a,91,27,9000,0,0\n", 2, "impossible"},
		{"short row", truthHead + "0,a,54\n", 2, "wrong number of fields"},
		{"stray quote", truthHead + "0,\"a,54,27,9000,0,0\n", 2, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ReadTruth(strings.NewReader(tc.text), "t.csv")
			var e *entente.Error
			if !errors.As(err, &e) || e.Kind != entente.Malformed || e.Source != "t.csv" || e.Offset < tc.line || !strings.Contains(e.Reason, tc.reason) || e.Next == "" {
				t.Errorf("%#v", err)
			}
		})
	}
	if _, err := ReadTracks(strings.NewReader(tracksHead+"0,1,54,,9000,0,0,1,0,1\n"), "k.csv"); err == nil {
		t.Error("a latitude without longitude was taken")
	}
	if _, err := OpenTruth(filepath.Join(t.TempDir(), "none.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if _, err := OpenTracks(filepath.Join(t.TempDir(), "none.csv")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestCompressedFilesAreReadWhateverTheirName(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprint(z, truthHead+still("a", 0, 9, 0, ""))
	z.Close()
	for _, name := range []string{"t.csv.gz", "t.csv"} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		truth, err := OpenTruth(path)
		if err != nil || truth.Len() != 10 || truth.Targets() != 1 {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "cut.gz")
	if err := os.WriteFile(path, b.Bytes()[:b.Len()-12], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenTruth(path); err == nil {
		t.Error("a truncated file was scored")
	}
}

func FuzzReadTracks(f *testing.F) {
	f.Add([]byte(tracksHead + still("1", 0, 3, 0, cov)))
	f.Add([]byte("time_s,track,lat,lon,altitude_m\n1,a,,,\n2,b,1e300,0,\n"))
	f.Add([]byte("time_s,track,lat,lon,altitude_m\n\"1\n\",x,5,5,5\n"))
	truth, err := ReadTruth(strings.NewReader(truthHead+still("a", 0, 9, 0, "")), "truth")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		k, err := ReadTracks(bytes.NewReader(b), "fuzz")
		if err != nil {
			var e *entente.Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		g := Score(truth, k, Options{})
		if _, err := json.Marshal(g); err != nil || g.Completeness < 0 || g.Completeness > 1 {
			t.Fatalf("%v: %v", err, g)
		}
	})
}

// TestAssignmentIsOptimal compares with all permutations, of wide and tall matrices.
func TestAssignmentIsOptimal(t *testing.T) {
	var a assigner
	rapid.Check(t, func(r *rapid.T) {
		n, m := rapid.IntRange(1, 6).Draw(r, "n"), rapid.IntRange(1, 6).Draw(r, "m")
		cost := make([]float64, n*m)
		for i := range cost {
			cost[i] = -float64(rapid.IntRange(0, 30).Draw(r, "gain"))
		}
		got := a.solve(cost, n, m, nil)
		sum, pairs, seen := 0.0, 0, map[int]bool{}
		for i, j := range got {
			if j < 0 {
				continue
			}
			if seen[j] {
				r.Fatalf("column %d twice in %v", j, got)
			}
			seen[j] = true
			pairs++
			sum += cost[i*m+j]
		}
		if want := least(cost, n, m, 0, 0); len(got) != n || pairs != min(n, m) || sum != want {
			r.Fatalf("%v costs %g, best is %g", got, sum, want)
		}
	})
}

func least(cost []float64, n, m, i, used int) float64 {
	if i == n {
		return 0
	}
	best := least(cost, n, m, i+1, used) // left out: all costs are at most zero
	for j := range m {
		if used&(1<<j) == 0 {
			best = min(best, cost[i*m+j]+least(cost, n, m, i+1, used|1<<j))
		}
	}
	return best
}

// TestIndexFindsAllPairs compares the grid with every pair tried.
func TestIndexFindsAllPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var m matcher
	for range 20 {
		var a, b []point
		for range 60 {
			a = append(a, onEllipsoid(0.9+0.002*rng.Float64(), 3.14+0.004*rng.Float64()))
			b = append(b, onEllipsoid(0.9+0.002*rng.Float64(), -3.143+0.004*rng.Float64()))
		}
		m.cutoff = 1500
		m.match(a, b)
		want := 0
		for _, p := range a {
			for _, q := range b {
				if distance(p, q) <= m.cutoff {
					want++
				}
			}
		}
		if len(m.pairs) != want {
			t.Fatalf("%d pairs, want %d", len(m.pairs), want)
		}
	}
}

func BenchmarkScore(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	var truth, tracks strings.Builder
	truth.WriteString(truthHead)
	tracks.WriteString(tracksHead)
	for t := 0; t < 60; t += 4 {
		for i := range 2000 {
			lat, lon := 50+0.1*float64(i%50), 25+0.2*float64(i/50)
			fmt.Fprintf(&truth, "%d,%d,%.6f,%.6f,9000,200,0\n", t, i, lat, lon)
			fmt.Fprintf(&tracks, "%d,%d,%.6f,%.6f,9000,200,0%s\n", t, i, lat+0.002*rng.NormFloat64(), lon+0.002*rng.NormFloat64(), cov)
		}
	}
	w, err := ReadTruth(strings.NewReader(truth.String()), "")
	if err != nil {
		b.Fatal(err)
	}
	k, err := ReadTracks(strings.NewReader(tracks.String()), "")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		Score(w, k, Options{})
	}
	b.ReportMetric(float64(w.Len())*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
