package feed

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"entente"
)

func plotRows(from, step float64, n int) string {
	var b strings.Builder
	b.WriteString("time_s,sensor,lat,lon\n")
	for i := range n {
		fmt.Fprintf(&b, "%.3f,A,50,20\n", from+float64(i)*step)
	}
	return b.String()
}

func TestMergeKeepsTheOrderOfTime(t *testing.T) {
	defer goleak.VerifyNone(t)
	reg, err := NewRegistry([]entente.Sensor{{Name: "A", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	inputs := []Input{
		{"slow", strings.NewReader(plotRows(1, 1, 2000))},
		{"fast", strings.NewReader(plotRows(500, 0.1, 5000))},
		{"empty", strings.NewReader("time_s,sensor,lat,lon\n")},
	}
	var last entente.Instant
	n := 0
	err = MergePlots(context.Background(), inputs, Options{Format: "plots"}, reg, func(plots []entente.Plot) {
		for i := range plots {
			if plots[i].Time < last {
				t.Fatalf("plot %d at %v after one at %v", n, plots[i].Time, last)
			}
			last = plots[i].Time
			n++
		}
	}, nil)
	if err != nil || n != 7000 {
		t.Errorf("%d plots of 7000, %v", n, err)
	}
}

func TestMergeGoesOnWithoutABrokenInput(t *testing.T) {
	defer goleak.VerifyNone(t)
	reg, err := NewRegistry([]entente.Sensor{{Name: "A", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = MergePlots(context.Background(), []Input{
		{"good", strings.NewReader(plotRows(1, 1, 100))},
		{"bad", strings.NewReader("nothing that anyone reads\n")},
	}, Options{}, reg, func(p []entente.Plot) { n += len(p) }, nil)
	if n != 100 || err == nil || !strings.Contains(err.Error(), "bad") {
		t.Errorf("%d plots, error %v", n, err)
	}
}

func TestMergeEndsWithItsContext(t *testing.T) {
	defer goleak.VerifyNone(t)
	reg, err := NewRegistry([]entente.Sensor{{Name: "A", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = MergePlots(ctx, []Input{{"long", strings.NewReader(plotRows(1, 1, 50000))}}, Options{Format: "plots"}, reg,
		func([]entente.Plot) { cancel() }, nil)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
