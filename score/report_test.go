package score

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"entente"
)

var update = flag.Bool("update", false, "rewrite golden files")

func TestSensorsAreFoundAsTheyWereMade(t *testing.T) {
	r := newWorld(24, 400, 1).report(t, true)
	s, a := r.Sensors[0], r.Sensors[1]
	for _, tc := range []struct {
		name      string
		got       Number
		want, tol float64
	}{
		{"range bias", s.RangeBias, worldRange, 6}, {"range sigma", s.RangeSigma, 40, 4},
		{"azimuth bias", s.AzimuthBias, worldAzimuth * 180 / math.Pi, 0.01}, {"azimuth sigma", s.AzimuthSigma, 0.08, 0.008},
		{"clock", s.TimeBias, worldClock, 0.05}, {"detection", s.PD, worldPD, 0.02}, {"turn", s.Period, 5, 0.1},
		{"false plots a turn", s.FalseRate, 4, 0.4}, {"delay", s.Delay, 0.8, 1e-6},
		{"position sigma", a.PositionSigma, 20, 1}, {"its clock", a.TimeBias, 0, 0.02}, {"its detection", a.PD, 0.95, 0.02},
		{"east", a.EastBias, 0, 1.5}, {"north", a.NorthBias, 0, 1.5}, {"altitude", a.AltitudeBias, 0, 1},
	} {
		if !(math.Abs(float64(tc.got)-tc.want) <= tc.tol) {
			t.Errorf("%s is %.4f, want %.4f ± %.4f", tc.name, tc.got, tc.want, tc.tol)
		}
	}
	for _, tc := range []struct {
		bias, sigma Number
		want        float64
	}{{s.RangeBias, s.RangeBiasSigma, worldRange}, {s.AzimuthBias, s.AzimuthBiasSigma, worldAzimuth * 180 / math.Pi}, {s.TimeBias, s.TimeBiasSigma, worldClock}} {
		if off := math.Abs(float64(tc.bias) - tc.want); off > 4*float64(tc.sigma) {
			t.Errorf("%v is off by %v, more than four times its sigma %v", tc.bias, off, tc.sigma)
		}
	}
	if s.Hits+s.False+s.Duplicates != s.Plots || s.Assigned != s.Hits {
		t.Errorf("%d hits, %d false, %d doubles of %d plots", s.Hits, s.False, s.Duplicates, s.Plots)
	}
	for _, bins := range [][]Bin{s.ByAzimuth, s.ByRange, s.ByLevel} {
		looks, hits := 0, 0
		for _, b := range bins {
			looks, hits = looks+b.Looks, hits+b.Hits
		}
		if looks != s.Looks || hits != s.Hits {
			t.Errorf("bins hold %d looks and %d hits of %d and %d", looks, hits, s.Looks, s.Hits)
		}
	}
	if words := s.words(); !strings.Contains(words, "Ranges are off by 1") || !strings.Contains(words, "north is off") || !strings.Contains(words, "stamps are off") {
		t.Error(words)
	}
	if w := a.words(); w != "Nothing stands out." {
		t.Error(w)
	}
}

func TestDuplicatesAndMissesAreCounted(t *testing.T) {
	w := newWorld(6, 200, 2)
	before := w.report(t, true).Sensors[0]
	var twice []entente.Plot
	for i, p := range w.rec.Plots {
		if p.Sensor == 1 && p.Address != 0 && i%4 == 0 {
			p.Time = p.Time.Add(0.05)
			p.Range += 15
			twice = append(twice, p)
		}
	}
	w.rec.Plots = append(w.rec.Plots, twice...)
	after := w.report(t, true).Sensors[0]
	if d := after.Duplicates - before.Duplicates; d != len(twice) || after.Hits != before.Hits || after.False != before.False {
		t.Errorf("%d doubles more of %d; hits %d and %d, false %d and %d", d, len(twice), before.Hits, after.Hits, before.False, after.False)
	}
	w.rec.Plots = nil
	if none := w.report(t, true).Sensors[0]; none.Plots != 0 || none.RangeSigma.Known() || none.PD.Known() && none.PD != 0 {
		t.Errorf("%+v", none)
	}
}

func TestPlotsNameTheTargets(t *testing.T) {
	w := newWorld(8, 200, 3)
	r := w.report(t, true)
	if v := float64(r.SIAP.IDCorrectness); v < 0.45 || v > 0.55 || r.SIAP.IDAmbiguity != 0 { // half of the aircraft tell who they are
		t.Errorf("%+v", r.SIAP)
	}
	q := find(t, r, "5N_C", "R14", allFlights)
	if q.Result != Met || q.Flights != 4 {
		t.Errorf("%+v", q)
	}
	if r := w.report(t, false); r.SIAP.IDCompleteness.Known() || len(r.Sensors) != 0 {
		t.Errorf("without plots nobody has a name: %+v", r.SIAP)
	}
}

func find(t *testing.T, r *Report, set, id, scope string) Requirement {
	t.Helper()
	for _, q := range r.Requirements {
		if q.Set == set && q.ID == id && q.Scope == scope {
			return q
		}
	}
	t.Fatalf("no %s-%s %s", set, id, scope)
	return Requirement{}
}

func TestJSONHoldsThePlainFiguresAtItsTop(t *testing.T) {
	r := newWorld(5, 120, 4).report(t, true)
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]json.RawMessage
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(r.Figures)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]json.RawMessage
	if err := json.Unmarshal(plain, &want); err != nil {
		t.Fatal(err)
	}
	for k, v := range want {
		if string(got[k]) != string(v) {
			t.Errorf("%s is %s, alone %s", k, got[k], v)
		}
	}
	for _, k := range []string{"against", "trajectory", "siap", "latency", "requirements", "series", "cases", "sensors"} {
		if len(got[k]) == 0 {
			t.Errorf("no %s", k)
		}
	}
	if strings.Contains(string(b), "NaN") || strings.Contains(string(b), "Inf") {
		t.Error("a figure that is no number")
	}
	if string(got["against"]) != `"truth"` {
		t.Errorf("against %s", got["against"])
	}
}

// TestGolden holds the whole report of a small world; -update rewrites it.
func TestGolden(t *testing.T) {
	r := newWorld(6, 90, 5).report(t, true)
	b, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	if err := r.HTML(&page, Names{Title: "Golden", Tracks: "tracks.csv", Truth: "truth.csv"}); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]string{"report.json": string(b) + "\n", "report.html": page.String()} {
		path := filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s differs; run with -update and look at the difference", name)
		}
	}
}

func TestThePageStandsAlone(t *testing.T) {
	w := newWorld(9, 150, 6)
	w.tracks.WriteString(still("<b>x</b>", 20, 60, 0, cov+",,,")) // a name must not become markup
	r := w.report(t, true)
	var b strings.Builder
	if err := r.HTML(&b, Names{}); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, bad := range []string{"<script", "http://", "https://", "src=", "@import", "url(http", "<b>x</b>", "NaN"} {
		rest := strings.ReplaceAll(page, `xmlns="http://www.w3.org/2000/svg"`, "")
		if strings.Contains(rest, bad) {
			i := strings.Index(rest, bad)
			t.Errorf("the page holds %q: …%s…", bad, rest[max(0, i-60):min(len(rest), i+60)])
		}
	}
	for _, want := range []string{"prefers-color-scheme:dark", "@media print", "Hard cases", "Surveillance requirements", "Sensors", "clutter, track &lt;b&gt;"} { //nolint:misspell // CSS writes colour so
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if n := len(regexp.MustCompile(`<svg`).FindAllString(page, -1)); n != strings.Count(page, "</svg>") || n < 6 {
		t.Errorf("%d drawings, %d closed", n, strings.Count(page, "</svg>"))
	}
	for i := range r.Cases {
		if p := r.Picture(i); !strings.HasPrefix(p, "<svg") || !strings.HasSuffix(p, "</svg>") || !strings.Contains(p, "<style>") {
			t.Errorf("%.80s", p)
		}
	}
}

func TestSensorsAloneAndNothing(t *testing.T) {
	w := newWorld(6, 120, 7)
	truth, err := ReadTruth(strings.NewReader(w.truth.String()), "truth")
	if err != nil {
		t.Fatal(err)
	}
	r := Judge(truth, nil, &w.rec, Options{})
	if r.HasTracks || len(r.Sensors) != 2 {
		t.Errorf("%+v", r)
	}
	b, err := json.Marshal(r)
	if err != nil || strings.Contains(string(b), "gospa") || !strings.Contains(string(b), `"sensors"`) {
		t.Errorf("%s %v", b, err)
	}
	var page strings.Builder
	if err := r.HTML(&page, Names{}); err != nil || strings.Contains(page.String(), "Hard cases") {
		t.Error(err)
	}
	empty := Judge(&Truth{}, &Tracks{}, &Recording{Sensors: w.rec.Sensors, Plots: w.rec.Plots}, Options{})
	if _, err := json.Marshal(empty); err != nil {
		t.Error(err)
	}
	if err := empty.HTML(&page, Names{}); err != nil {
		t.Error(err)
	}
}

func TestAgainstAReferenceOnlyWhatBothSawIsJudged(t *testing.T) {
	w := newWorld(6, 200, 8)
	truth, err := ReadTruth(strings.NewReader(w.truth.String()), "truth")
	if err != nil {
		t.Fatal(err)
	}
	truth.reference = true
	w.tracks.WriteString("150,far,0,0,9000,0,0,900,0,900,0,,\n")                                  // where no sensor sees
	w.tracks.WriteString(strings.ReplaceAll(still("late", 400, 500, 0, cov+",,,"), "27,", "27,")) // after the reference
	tracks, err := ReadTracks(strings.NewReader(w.tracks.String()), "tracks")
	if err != nil {
		t.Fatal(err)
	}
	r := Judge(truth, tracks, &w.rec, Options{})
	if r.Figures.Tracks != 6 || r.Figures.Truths != 6 || r.Figures.Spuriousness != 0 || r.Against != "reference" {
		t.Errorf("%v", r.Figures)
	}
	if first := float64(r.Series.Time[0]); first != 3 { // the first track's
		t.Errorf("judged from %v", first)
	}
	if !strings.Contains(r.verdict(), "no truth") {
		t.Error(r.verdict())
	}
}

func TestAddedReferencesEqualTheirCSV(t *testing.T) {
	var truth Truth
	for s := range 5 {
		k := entente.Track{ID: 9, Time: entente.FromSeconds(float64(s)), Lat: 0.9, Lon: 0.5, Height: 1000, Address: 0x4CA2D1}
		k.Covariance.Set(0, 0, 400)
		k.Covariance.Set(1, 1, 100)
		truth.Add(k)
	}
	var b strings.Builder
	b.WriteString("time_s,target,lat,lon,altitude_m,ve_mps,vn_mps,p_ee,p_en,p_nn,mode_s,mode_a,callsign\n")
	for s := range 5 {
		fmt.Fprintf(&b, "%d,9,%.12f,%.12f,1000,0,0,400,0,100,4CA2D1,,\n", s, 0.9*180/math.Pi, 0.5*180/math.Pi)
	}
	read, err := ReadTruth(strings.NewReader(b.String()), "ref")
	if err != nil {
		t.Fatal(err)
	}
	if !read.Reference() || !truth.Reference() || read.ids[0] != truth.ids[0] || read.rows[3].pee != truth.rows[3].pee || read.Targets() != 1 {
		t.Errorf("%+v and %+v", read.ids, truth.ids)
	}
}

func TestBadIdentitiesAreRefused(t *testing.T) {
	head := strings.TrimSpace(truthHead) + ",mode_s,mode_a\n"
	for _, row := range []string{"0,a,54,27,9000,0,0,xyz,\n", "0,a,54,27,9000,0,0,,9999\n"} {
		if _, err := ReadTruth(strings.NewReader(head+row), "t"); err == nil || !strings.Contains(err.Error(), "at 2") {
			t.Errorf("%q: %v", row, err)
		}
	}
}

// TestAgesApartAreJudgedAtOnce: rows years apart must not be walked through second by second.
func TestAgesApartAreJudgedAtOnce(t *testing.T) {
	w := newWorld(3, 60, 9)
	w.truth.WriteString("50000000000,T0,54,27,9000,100,0\n50000000001,T0,54,27,9000,100,0\n")
	w.tracks.WriteString("50000000000,9,54,27,9000,100,0,900,0,900,0,,\n")
	w.rec.Sensors[0].Kind = entente.PSR
	r := w.report(t, true)
	var b strings.Builder
	if err := r.HTML(&b, Names{}); err != nil || r.Figures.Truths != 3 {
		t.Error(err, r.Figures.Truths)
	}
	if _, err := ReadTruth(strings.NewReader(truthHead+"1e300,a,54,27,9000,0,0\n"), "t"); err == nil {
		t.Error("a time beyond all clocks was taken")
	}
}
