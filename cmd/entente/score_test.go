package main

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"entente"
	"entente/score"
	"entente/track"
)

// sharedData returns the folder of shared data, or skips.
func sharedData(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("ENTENTE_SHARED")
	if dir == "" {
		dir = "../../../shared"
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err != nil {
		t.Skipf("no shared data at %s; set ENTENTE_SHARED", dir)
	}
	return dir
}

// set reads a generated set: its recording and truth.
func set(t testing.TB, name string) (*score.Recording, *score.Truth) {
	t.Helper()
	dir := filepath.Join(sharedData(t), "data/tracking", name)
	c := scoreCmd{Plots: []string{filepath.Join(dir, "plots.csv.gz")}, Sensors: filepath.Join(dir, "sensors.csv"), Format: "auto"}
	var err2 bytes.Buffer
	rec, err := c.recording(context.Background(), streams{err: &err2})
	if err != nil {
		t.Fatal(err)
	}
	truth, err := score.OpenTruth(filepath.Join(dir, "truth.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return rec, truth
}

// TestTheReferenceIsNearerToTruthThanLiveTracks measures the smoother on generated sets: with and without identity, with biased
// radars.
func TestTheReferenceIsNearerToTruthThanLiveTracks(t *testing.T) {
	for _, tc := range []struct {
		name  string
		ratio float64 // of the distances to truth, at most
	}{{"small", 0.6}, {"crossing", 0.6}, {"bias", 0.6}} {
		t.Run(tc.name, func(t *testing.T) {
			rec, truth := set(t, tc.name)
			var live, smooth score.Tracks
			k := track.New(track.Config{Sensors: rec.Sensors, Window: 12})
			for _, o := range k.Flush(k.Process(rec.Plots, nil)) {
				live.Add(o)
			}
			s := track.Smooth(rec.Plots, track.SmoothConfig{Sensors: rec.Sensors, Step: 1})
			for _, f := range s.Trajectories {
				for _, p := range f.Points {
					smooth.Add(p)
				}
				end := f.Points[len(f.Points)-1]
				end.State, end.Time = entente.Ended, end.Time.Add(2)
				smooth.Add(end)
			}
			before, after := score.Score(truth, &live, score.Options{}), score.Score(truth, &smooth, score.Options{})
			t.Logf("live %.0f m, reference %.0f m; GOSPA %.0f and %.0f m; inside 95 %% %.3f", before.Localisation, after.Localisation, before.GOSPA, after.GOSPA, after.Inside95)
			if after.Localisation > tc.ratio*before.Localisation || after.GOSPA > before.GOSPA || after.Inside95 < 0.9 {
				t.Error("the reference is not clearly nearer to truth")
			}
			if after.Tracks > after.Truths+1 || after.Completeness < 0.98 {
				t.Errorf("%d trajectories of %d aircraft, completeness %.3f", after.Tracks, after.Truths, after.Completeness)
			}
		})
	}
}

// TestSensorsAreJudgedWithoutTruth: noise and biases found against the reconstructed reference must be near those generated.
func TestSensorsAreJudgedWithoutTruth(t *testing.T) {
	rec, _ := set(t, "bias")
	s := track.Smooth(rec.Plots, track.SmoothConfig{Sensors: rec.Sensors})
	truth := &score.Truth{}
	for _, f := range s.Trajectories {
		for _, p := range f.Points {
			truth.Add(p)
		}
	}
	want := map[string][2]float64{"R1": {200.4, -0.2803}, "R2": {188.8, 0.2036}, "R3": {-227.5, -0.1283}} // the set's biases.csv
	for _, v := range score.Judge(truth, nil, rec, score.Options{}).Sensors {
		w, ok := want[v.Name]
		if !ok {
			continue
		}
		if math.Abs(float64(v.RangeBias)-w[0]) > 15 || math.Abs(float64(v.AzimuthBias)-w[1]) > 0.02 {
			t.Errorf("%s: %.0f m and %.3f°, want %.0f m and %.3f°", v.Name, v.RangeBias, v.AzimuthBias, w[0], w[1])
		}
		if r := float64(v.RangeSigma / v.StatedRangeSigma); r < 0.85 || r > 1.15 {
			t.Errorf("%s: range sigma %.1f m, generated %.1f", v.Name, v.RangeSigma, v.StatedRangeSigma)
		}
		if r := float64(v.AzimuthSigma / v.StatedAzimuth); r < 0.85 || r > 1.15 {
			t.Errorf("%s: azimuth sigma %.3f°, generated %.3f", v.Name, v.AzimuthSigma, v.StatedAzimuth)
		}
	}
}

// TestARealRadarAgainstTheSystemTracksOfItsArea: one afternoon from two sides. The radar's site is not published with the recording; it was
// found from both recordings together.
func TestARealRadarAgainstTheSystemTracksOfItsArea(t *testing.T) {
	dir := filepath.Join(sharedData(t), "data/asterix/recordings")
	sensors := filepath.Join(t.TempDir(), "sensors.csv")
	err := os.WriteFile(sensors, []byte("id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m,sac,sic\n"+
		"R232,ssr,-26.75018,-60.48203,92,60,0.08,7.63,0.9,400000,226,232\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	var out, errs bytes.Buffer
	code := run([]string{"score", "--json", "--truth", filepath.Join(dir, "ar_sdps_cat062_part1.pcap"), "--plots", filepath.Join(dir, "ar_radar232_cat034_cat048.pcap"),
		"--sensors", sensors}, streams{&bytes.Buffer{}, &out, &errs})
	if code != 0 {
		t.Fatal(code, errs.String())
	}
	var got struct {
		Sensors []struct {
			PD    float64 `json:"pd"`
			Range float64 `json:"range_sigma_m"`
			North float64 `json:"azimuth_bias_deg"`
			Sigma float64 `json:"azimuth_sigma_deg"`
			Turn  float64 `json:"period_s"`
			Clock float64 `json:"time_bias_s"`
		} `json:"sensors"`
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	s := got.Sensors[0]
	if s.PD < 0.85 || s.Range > 120 || math.Abs(s.North-0.54) > 0.03 || s.Sigma > 0.1 || math.Abs(s.Turn-7.63) > 0.05 || math.Abs(s.Clock) > 0.3 {
		t.Errorf("%+v", s)
	}
}

// BenchmarkScore2000 scores 2,000 aircraft over five minutes, sampled every 4 s, with all that the report holds but sensors.
func BenchmarkScore2000(b *testing.B) {
	var truth score.Truth
	var tracks score.Tracks
	for i := range 2000 {
		for s := 0; s < 300; s += 4 {
			k := entente.Track{ID: entente.TrackID(i), State: entente.Confirmed, Time: entente.FromSeconds(float64(1000 + s)), Lat: 0.9 + 0.002*float64(i%45), Lon: 0.4 + 0.003*float64(i/45) + 3e-5*float64(s), Height: 9000, VE: 120}
			k.Covariance.Set(0, 0, 400)
			k.Covariance.Set(1, 1, 400)
			truth.Add(k)
			k.Lat += 5e-6 * float64(i%7)
			tracks.Add(k)
		}
	}
	b.ResetTimer()
	began := time.Now()
	for range b.N {
		score.Judge(&truth, &tracks, nil, score.Options{})
	}
	b.ReportMetric(float64(truth.Len()*b.N)/time.Since(began).Seconds(), "rows/s")
}
