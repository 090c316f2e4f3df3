package watch

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// sharedSeries reads the training series of the ViEWS challenge.
func sharedSeries(t testing.TB) *Series {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(shared(t, "ucdp_cm/ged_sb_country_month_1990_2021.csv.gz")))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ReadSeries("series", z, "ged_sb")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestScoresMatchThePublished reproduces exact scores of deterministic forecasts.
func TestScoresMatchThePublished(t *testing.T) {
	var check struct {
		Checks map[string]map[string][3]float64 `json:"deterministic_checks"`
	}
	if err := json.Unmarshal(shared(t, "ucdp_cm/scorecheck_2018_2021.json"), &check); err != nil {
		t.Fatal(err)
	}
	s := sharedSeries(t)
	models := map[string]struct {
		m     Model
		draws int
	}{"zero": {Zero, 1000}, "last_value_deterministic": {LastValue, 1000}, "conflictology_12_exact (each of the last 12 months once)": {Conflictology, 12}}
	for name, years := range check.Checks {
		m, ok := models[name]
		if !ok {
			t.Errorf("no model for the check %q", name)
			continue
		}
		for year, want := range years {
			y, err := strconv.Atoi(year)
			if err != nil {
				t.Fatal(err)
			}
			got, cells := ScoreYear(s, y, m.draws, m.m)
			if cells != 191*12 {
				t.Errorf("%s %s: %d cells", name, year, cells)
			}
			for k, pair := range [][2]float64{{got.CRPS, want[0]}, {got.IGN, want[1]}, {got.MIS, want[2]}} {
				if math.Abs(pair[0]-pair[1]) > 1e-3 {
					t.Errorf("%s %s figure %d: %.4f, want %.4f", name, year, k, pair[0], pair[1])
				}
			}
		}
	}
}

// TestMixtureBeatsTheBaselines scores a quarter of the countries on one year, to be quick.
func TestMixtureBeatsTheBaselines(t *testing.T) {
	all := sharedSeries(t)
	s := &Series{First: all.First, Values: map[int][]float64{}}
	for k, c := range all.Countries {
		if k%4 == 1 {
			s.Countries = append(s.Countries, c)
			s.Values[c] = all.Values[c]
		}
	}
	mix, cells := ScoreYear(s, 2020, 200, Mixture)
	if cells != len(s.Countries)*12 {
		t.Fatalf("%d cells", cells)
	}
	for name, m := range map[string]Model{"zero": Zero, "last value": LastValue, "last + Poisson": LastPoisson, "conflictology": Conflictology} {
		sc, _ := ScoreYear(s, 2020, 200, m)
		t.Logf("%-15s %+v, mixture %+v", name, sc, mix)
		if mix.CRPS > sc.CRPS*1.05 || mix.IGN > sc.IGN {
			t.Errorf("%s scores %+v, the mixture %+v", name, sc, mix)
		}
	}
}

// TestMixtureMeetsItsAims scores the models on all four years of the challenge; it is long, and run with ENTENTE_LONG.
func TestMixtureMeetsItsAims(t *testing.T) {
	if os.Getenv("ENTENTE_LONG") == "" {
		t.Skip("long: set ENTENTE_LONG to run it")
	}
	s := sharedSeries(t)
	years, aim := []int{2018, 2019, 2020, 2021}, Scores{CRPS: 14.9, IGN: 0.57, MIS: 190}
	models := map[string]Model{"mixture": Mixture, "last + Poisson": LastPoisson, "own history": OwnHistory, "analogues": Analogues}
	for name, m := range models {
		var sum Scores
		n := float64(len(years))
		for _, y := range years {
			sc, _ := ScoreYear(s, y, drawsDefault, m)
			sum.CRPS, sum.IGN, sum.MIS = sum.CRPS+sc.CRPS/n, sum.IGN+sc.IGN/n, sum.MIS+sc.MIS/n
		}
		t.Logf("%-15s CRPS %.2f IGN %.3f MIS %.1f", name, sum.CRPS, sum.IGN, sum.MIS)
		if name == "mixture" && (sum.CRPS > aim.CRPS || sum.IGN > aim.IGN || sum.MIS > aim.MIS) {
			t.Errorf("mixture: %+v, want at most %+v", sum, aim)
		}
	}
}

// TestScoresByHand holds the figures on cells small enough to do by hand.
func TestScoresByHand(t *testing.T) {
	for _, c := range []struct {
		draws []float64
		y     float64
		want  Scores
	}{
		{[]float64{3}, 3, Scores{0, -math.Log2(2.0 / 12), 0}},
		{[]float64{3}, 5, Scores{2, -math.Log2(2.0 / 12), 40}},
		{[]float64{0}, 5, Scores{5, -math.Log2(1.0 / 12), 100}},
		{[]float64{2, 0}, 1, Scores{1 - 0.5, -math.Log2(2.0 / 13), 1.8}},
	} {
		got := ScoreDraws(c.draws, c.y)
		if math.Abs(got.CRPS-c.want.CRPS) > 1e-9 || math.Abs(got.IGN-c.want.IGN) > 1e-9 || math.Abs(got.MIS-c.want.MIS) > 1e-9 {
			t.Errorf("%v against %v: %+v, want %+v", c.draws, c.y, got, c.want)
		}
	}
}

const smallSeries = "month_id,month,country_id,ged_sb\n481,2020-01,7,0\n482,2020-02,7,10\n483,2020-03,7,4\nx,y,z\n483,2020-03,9,-1\n482,2020-02,9,2\n"

func TestReadSeries(t *testing.T) {
	s, err := ReadSeries("s", strings.NewReader(smallSeries), "ged_sb")
	if !refusal(err) || s == nil || !strings.Contains(err.Error(), "at 5") {
		t.Fatalf("a bad line was not told: %v", err)
	}
	if s.At(7, 482) != 10 || !math.IsNaN(s.At(9, 481)) || s.At(9, 482) != 2 || s.Last() != 483 || !math.IsNaN(s.At(8, 482)) || !math.IsNaN(s.At(7, 484)) {
		t.Errorf("series: %+v", s)
	}
	for _, bad := range []string{"", "a,b,c\n1,2,3\n"} {
		if _, err := ReadSeries("s", strings.NewReader(bad), "ged_sb"); !refusal(err) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if got := MonthOf(2023, 11).String(); got != "2023-11" {
		t.Errorf("month %s", got)
	}
}

// TestForecastsKnowWhatTheyDoNotKnow: a quiet country is marked as such, a violent one is not; the past alone decides.
func TestForecastsKnowWhatTheyDoNotKnow(t *testing.T) {
	s := &Series{First: 1, Countries: []int{1, 2, 3}, Values: map[int][]float64{1: make([]float64, 60), 2: make([]float64, 60), 3: make([]float64, 5)}}
	for k := range 60 {
		s.Values[2][k] = float64(20 + k%5)
	}
	fs, err := MakeForecasts(s, 48, 2)
	if err != nil || len(fs) != 4 {
		t.Fatalf("%d forecasts, %v (a country without a year of data has none)", len(fs), err)
	}
	if !fs[0].Quiet || fs[0].Median != 0 || fs[0].LastYear != 0 || fs[2].Quiet || fs[2].Any < 0.7 || fs[2].Median < 20 || fs[2].High > 30 || fs[2].LastYear < 240 || fs[2].Month != MonthOf(1984, 1).String() {
		t.Errorf("forecasts: %+v", fs)
	}
	for k := 48; k < 60; k++ {
		s.Values[2][k] = 1e6
	}
	again, err := MakeForecasts(s, 48, 2)
	if err != nil || again[2] != fs[2] {
		t.Errorf("a forecast looked past its history: %+v", again[2])
	}
	for _, steps := range []int{0, -1, 37} {
		if _, err := MakeForecasts(s, 48, steps); !refusal(err) {
			t.Errorf("%d steps: %v", steps, err)
		}
	}
}

func BenchmarkForecast(b *testing.B) {
	s := sharedSeries(b)
	for b.Loop() {
		if _, err := MakeForecasts(s, MonthOf(2020, 10), 12); err != nil {
			b.Fatal(err)
		}
	}
}
