package score

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPercentilesInterpolate(t *testing.T) {
	for _, tc := range []struct {
		x    []float64
		q    float64
		want float64
	}{
		{[]float64{7}, 50, 7},
		{[]float64{1, 2}, 50, 1.5},
		{[]float64{4, 1, 3, 2}, 50, 2.5},
		{[]float64{1, 2, 3, 4, 5}, 95, 4.8},
		{[]float64{1, 2, 3, 4, 5}, 100, 5},
		{[]float64{1, 2, 3, 4, 5}, 0, 1},
	} {
		if got := percentile(tc.x, tc.q); math.Abs(got-tc.want) > 1e-12 {
			t.Errorf("%g %% of %v: %g, want %g", tc.q, tc.x, got, tc.want)
		}
	}
	if !math.IsNaN(percentile(nil, 50)) || !math.IsNaN(mean(nil)) || !math.IsNaN(rms(nil)) {
		t.Error("of nothing there is no figure")
	}
	x := []float64{3, 1, 2}
	percentile(x, 50)
	if x[0] != 3 {
		t.Error("the samples were reordered")
	}
}

func TestRounding(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 1: "1", 1.00004: "1", 1.00006: "1.0001", -2.34567: "-2.3457", 1e6: "1000000", 123456.789: "123456.789"} {
		if got := rounded(v); got != want {
			t.Errorf("%v: %s, want %s", v, got, want)
		}
	}
	if rounded(math.NaN()) != "null" || rounded(math.Inf(1)) != "null" {
		t.Error("what is no number is null")
	}
}

// TestMetres compares the metres of a radian with differences of places.
func TestMetres(t *testing.T) {
	for _, lat := range []float64{-1.4, -0.5, 0, 0.3, 0.94, 1.5} {
		north, east := perRadian(lat)
		const h = 1e-6
		if d := distance(onEllipsoid(lat-h, 0.5), onEllipsoid(lat+h, 0.5)) / (2 * h); math.Abs(d-north) > 1e-3*north {
			t.Errorf("latitude %g: %g m north, want %g", lat, north, d)
		}
		if d := distance(onEllipsoid(lat, 0.5-h), onEllipsoid(lat, 0.5+h)) / (2 * h); math.Abs(d-east) > 1e-3*north {
			t.Errorf("latitude %g: %g m east, want %g", lat, east, d)
		}
	}
}

// TestOrderOfRowsAndNamesLeavesNoTrace: rows of a tracks file may stand in any order, and names are only names.
func TestOrderOfRowsAndNamesLeavesNoTrace(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	var truth, rows, renamed []string
	for s := range 40 {
		for i := range 8 {
			n := 1500 * float64(i)
			truth = append(truth, fmt.Sprintf("%d,t%d,%.9f,27,9000,0,0", s, i, 54+n*metre))
			if rng.IntN(3) > 0 {
				row := fmt.Sprintf(",%.9f,27,9000,0,0,10000,0,10000", 54+(n+200*rng.NormFloat64())*metre)
				rows = append(rows, fmt.Sprintf("%d,k%d", s, i)+row)
				renamed = append(renamed, fmt.Sprintf("%d,other%d", s, 100-i)+row)
			}
		}
	}
	join := func(s []string) string { return strings.Join(s, "\n") + "\n" }
	want := figuresOf(t, join(truth), join(rows), Options{})
	rng.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
	rng.Shuffle(len(truth), func(i, j int) { truth[i], truth[j] = truth[j], truth[i] })
	for name, got := range map[string]Figures{"shuffled": figuresOf(t, join(truth), join(rows), Options{}), "renamed": figuresOf(t, join(truth), join(renamed), Options{})} {
		if got.String() != want.String() {
			t.Errorf("%s:\n%vwant\n%v", name, got, want)
		}
	}
	if want.Completeness < 0.9 || want.RMS < 100 {
		t.Errorf("the test shows nothing: %v", want)
	}
}

// TestOldMatchIsKeptWhileReasonable: a second track that comes a little nearer takes nothing over; one much nearer does.
func TestOldMatchIsKeptWhileReasonable(t *testing.T) {
	for _, tc := range []struct {
		old, new float64
		switches int
	}{{150, 0, 0}, {190, 0, 0}, {210, 0, 1}, {390, 100, 0}, {410, 100, 1}} {
		tracks := still("1", 0, 19, tc.old, cov) + still("2", 10, 19, tc.new, cov)
		if f := figuresOf(t, still("a", 0, 19, 0, ""), tracks, Options{}); f.Switches != tc.switches {
			t.Errorf("%g m against %g m: %d switches, want %d", tc.old, tc.new, f.Switches, tc.switches)
		}
	}
}

// TestAssignmentIsOfAllTogether: each target's nearest track is not the best for both.
func TestAssignmentIsOfAllTogether(t *testing.T) {
	truth := still("a", 0, 0, 0, "") + still("b", 0, 0, 1000, "")
	tracks := still("1", 0, 0, 400, cov) + still("2", 0, 0, -1500, cov)
	f := figuresOf(t, truth, tracks, Options{})
	// a–1 alone leaves b and 2 alone; b–1 and a–2 match all: 600² + 1500² < 400² + 2000²
	if f.Missed != 0 || math.Abs(f.GOSPA-math.Sqrt(600*600+1500*1500)) > 1 {
		t.Errorf("\n%v", f)
	}
}
