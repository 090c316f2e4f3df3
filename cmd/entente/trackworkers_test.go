package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// TestWorkersAgreeOnTheGeneratedSets: four workers write the bytes that one does.
func TestWorkersAgreeOnTheGeneratedSets(t *testing.T) {
	shared := os.Getenv("ENTENTE_SHARED")
	if shared == "" {
		shared = "../../../shared"
	}
	for _, set := range []string{"small", "crossing-merged", "bias-clock", "manoeuvre-5g", "s-clutter", "m-clutter"} {
		t.Run(set, func(t *testing.T) {
			dir := filepath.Join(shared, "data", "tracking", set)
			if _, err := os.Stat(dir); err != nil {
				t.Skip("the generated sets are not here: ", err)
			}
			var one []byte
			for _, workers := range []int{1, 4} {
				c := trackCmd{Sensors: filepath.Join(dir, "sensors.csv"), Inputs: []string{filepath.Join(dir, "plots.csv.gz")},
					Out: "-", Format: "auto", Window: 12, Workers: workers}
				var b bytes.Buffer
				if err := c.Run(t.Context(), streams{out: &b, err: io.Discard}); err != nil {
					t.Fatal(err)
				}
				if workers == 1 {
					one = b.Bytes()
				} else if !bytes.Equal(b.Bytes(), one) {
					t.Errorf("%d bytes, of one worker %d; or other ones", b.Len(), len(one))
				}
			}
		})
	}
}
