package score

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// shared returns the folder of shared data, or skips.
func shared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ENTENTE_SHARED")
	if dir == "" {
		dir = "../../shared"
	}
	if _, err := os.Stat(filepath.Join(dir, "tools/score.py")); err != nil {
		t.Skipf("no shared data at %s; set ENTENTE_SHARED", dir)
	}
	return dir
}

// python returns an interpreter with numpy and scipy, or skips.
func python(t testing.TB) string {
	t.Helper()
	for _, p := range []string{"python3", "/usr/bin/python3"} {
		if exec.Command(p, "-c", "import numpy, scipy").Run() == nil {
			return p
		}
	}
	t.Skip("no python3 with numpy and scipy")
	return ""
}

// spoil makes a bad tracker's CSV of a truth CSV: noise, late and missing rows, false tracks, twins, broken and swapped
// numbers, and ends.
func spoil(t testing.TB, path string, seed uint64) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(seed, 7))
	var b bytes.Buffer
	b.WriteString("time_s,track,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn\n")
	num := func(s string) float64 {
		v, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, r := range rows[1:] {
		at, id := num(r[0]), "k"+r[1]
		if rng.Float64() < 0.4 {
			continue
		}
		switch u := rng.Float64(); {
		case u < 0.02:
			id += "b" // a twin
		case u < 0.03:
			id = fmt.Sprint("f", rng.IntN(20)) // a false track that jumps about
		case u < 0.035:
			fmt.Fprintf(&b, "%.3f,%s,,,,,,,,\n", at, id)
			continue
		}
		if math.Mod(at/40, 2) >= 1 && len(r[1])%2 == 0 {
			id += "c" // numbers change every 40 s
		}
		const spread = 300 / 111e3
		fmt.Fprintf(&b, "%.3f,%s,%.6f,%.6f,%.1f,%.2f,%.2f,%.1f,%.1f,%.1f\n", at+0.3*rng.Float64(), id,
			num(r[2])+spread*rng.NormFloat64(), num(r[3])+spread*rng.NormFloat64(), num(r[4])+30*rng.NormFloat64(),
			num(r[5])+5*rng.NormFloat64(), num(r[6])+5*rng.NormFloat64(), 9e4, 1e3*rng.NormFloat64(), 9e4)
	}
	return b.Bytes()
}

func TestAgreesWithTheReferenceScorer(t *testing.T) {
	dir, py := shared(t), python(t)
	for k, tc := range []struct {
		set  string
		o    Options
		args []string
	}{
		{"small", Options{}, nil},
		{"crossing", Options{Cutoff: 900, MaxAge: 6}, []string{"--cutoff", "900", "--max-age", "6"}},
		{"s-primary", Options{}, nil},
		{"crossing-merged", Options{Cutoff: 5000}, []string{"--cutoff", "5000"}},
		{"mono-turn", Options{Warmup: 30}, []string{"--warmup", "30"}},
	} {
		t.Run(tc.set, func(t *testing.T) {
			t.Parallel()
			truthPath := filepath.Join(dir, "data/tracking", tc.set, "truth.csv.gz")
			tracksPath := filepath.Join(t.TempDir(), "tracks.csv")
			if err := os.WriteFile(tracksPath, spoil(t, truthPath, uint64(k)), 0o600); err != nil {
				t.Fatal(err)
			}
			args := append([]string{filepath.Join(dir, "tools/score.py"), "--json", "--truth", truthPath, "--tracks", tracksPath}, tc.args...)
			want, err := exec.Command(py, args...).Output()
			if err != nil {
				t.Fatal(err)
			}
			truth, err := OpenTruth(truthPath)
			if err != nil {
				t.Fatal(err)
			}
			tracks, err := OpenTracks(tracksPath)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(Score(truth, tracks, tc.o))
			if err != nil {
				t.Fatal(err)
			}
			compareFigures(t, got, want)
		})
	}
}

// compareFigures wants the same keys in the same order with the same numbers.
func compareFigures(t *testing.T, got, want []byte) {
	t.Helper()
	g, w := figures(t, got), figures(t, want)
	if len(g) != len(w) {
		t.Fatalf("%d figures, want %d:\n%s\n%s", len(g), len(w), got, want)
	}
	for i := range w {
		if g[i] != w[i] {
			t.Errorf("got %s %v, want %s %v", g[i].key, g[i].value, w[i].key, w[i].value)
		}
	}
}

type figure struct {
	key   string
	value float64
}

func figures(t *testing.T, b []byte) (out []figure) {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(b))
	for {
		tok, err := d.Token()
		if err == io.EOF {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		switch v := tok.(type) {
		case string:
			out = append(out, figure{key: v})
		case float64:
			out[len(out)-1].value = v
		}
	}
}
