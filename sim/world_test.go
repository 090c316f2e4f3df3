package sim

import (
	"testing"
	"time"

	"entente"
)

var morning = entente.At(time.Date(2023, 11, 23, 9, 0, 0, 0, time.UTC))

func TestDemoSmoke(t *testing.T) {
	w, err := NewWorld(Demo(), morning)
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	b := map[string]int{}
	begin := time.Now()
	w.Step(morning.Add(120), func(feed string, at entente.Instant, data []byte) { n[feed]++; b[feed] += len(data) })
	t.Log(time.Since(begin), n, b)
	cov := 0
	list := w.Truth(nil)
	for _, x := range list {
		if x.Covered {
			cov++
		}
	}
	t.Log(len(list), cov)
}
