package score

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"entente"
)

// FuzzReadTruth reads any bytes as truth; what is taken must be judged, drawn and written without fault.
func FuzzReadTruth(f *testing.F) {
	f.Add([]byte(truthHead + still("a", 0, 9, 0, "")))
	f.Add([]byte(strings.TrimSpace(truthHead) + ",mode_s,mode_a,callsign,p_ee,p_en,p_nn\n0,a,54,27,9000,1,2,4CA2D1,7700,BRU12,100,0,100\n9,a,54,27,9000,1,2,,,,,,\n"))
	f.Add([]byte(truthHead + "0,a,90,0,1e300,1e300,-1e300\n1,a,-90,360,,,\n1,a,0,0,0,0,0\n"))
	tracks, err := ReadTracks(strings.NewReader(tracksHead+still("1", 0, 9, 0, cov)), "tracks")
	if err != nil {
		f.Fatal(err)
	}
	rec := &newWorld(2, 20, 1).rec
	f.Fuzz(func(t *testing.T, b []byte) {
		truth, err := ReadTruth(bytes.NewReader(b), "fuzz")
		if err != nil {
			var e *entente.Error
			if !errors.As(err, &e) {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		if from, to := truth.span(); to-from > 1e4 || truth.Len() > 200 {
			return // slow, not wrong
		}
		r := Judge(truth, tracks, rec, Options{})
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		if err := r.HTML(io.Discard, Names{}); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkSensors(b *testing.B) {
	w := newWorld(60, 300, 2)
	truth, err := ReadTruth(strings.NewReader(w.truth.String()), "truth")
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for range b.N {
		Judge(truth, nil, &w.rec, Options{})
	}
	b.ReportMetric(float64(len(w.rec.Plots)*b.N)/b.Elapsed().Seconds(), "plots/s")
}
