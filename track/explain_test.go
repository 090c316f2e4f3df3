package track

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

// always explains everything.
func always() *Explanation { return &Explanation{From: math.MinInt64, Until: math.MaxInt64} }

// TestExplanationChangesNothing: the tracks with one are those without, to the last bit.
func TestExplanationChangesNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := mixed(rapid.Uint64Range(0, 500).Draw(r, "seed"), rapid.IntRange(1, 12).Draw(r, "aircraft"), 30)
		w.clutter = rapid.Float64Range(0, 20).Draw(r, "clutter")
		plots := w.plots()
		c := Config{Sensors: w.sensors, Window: 2, Workers: 2}
		alone := c
		alone.Workers = 1
		want := run(New(alone), plots)
		c.Explain = always()
		if got := run(New(c), plots); !reflect.DeepEqual(got, want) {
			r.Fatalf("%d outputs, without explanation %d; or another content", len(got), len(want))
		}
	})
}

// TestEvidenceAddsUp: what is told is what decided. Where a plot and a track have only each other, the assignment without
// the pair is worse by just the pair's ratio; everywhere the chosen assignment is the best.
func TestEvidenceAddsUp(t *testing.T) {
	w := mixed(7, 25, 60)
	c := Config{Sensors: w.sensors, Window: 2, Explain: always()}
	tracker := New(c)
	run(tracker, w.plots())
	updates, contested, refused := 0, 0, 0
	for i := range c.Explain.Decisions {
		d := &c.Explain.Decisions[i]
		if d.What != Updated {
			continue
		}
		updates++
		p := d.Pair
		if p == nil || p.Verdict != chosen || p.Track != d.Track || len(p.Components) < 2 {
			t.Fatalf("%+v of %+v", p, d)
		}
		if d.Margin < -1e-9 || d.Cluster == 1 && math.Abs(d.Margin-p.Ratio) > 1e-9 {
			t.Fatalf("margin %g of %d pairs, ratio %g", d.Margin, d.Cluster, p.Ratio)
		}
		if d.Cluster > 1 {
			contested++
		}
		for _, e := range append(d.Tracks, d.Plots...) {
			if e.Verdict == chosen && e.Track == d.Track {
				t.Fatalf("the pair is its own alternative: %+v", d)
			}
			if e.Verdict == outOfGate || e.Verdict == outOfView {
				refused++
			}
		}
		sum := func(v []float64) (s float64) {
			for _, x := range v {
				s += x
			}
			return s
		}
		if math.Abs(sum(d.Before)-1) > 1e-9 || math.Abs(sum(d.After)-1) > 1e-9 || len(d.After) != len(ModelNames()) {
			t.Fatalf("models %v, then %v", d.Before, d.After)
		}
	}
	if used := tracker.Counters().Associated; uint64(updates) != used || refused == 0 || contested == 0 {
		t.Errorf("%d updates explained of %d, %d contested, %d refused", updates, used, contested, refused)
	}
}

// lifeOf is what was decided about a track, without repetition.
func lifeOf(e *Explanation, id entente.TrackID) string {
	var life []string
	for i := range e.Decisions {
		d := &e.Decisions[i]
		if d.Track == id && (len(life) == 0 || life[len(life)-1] != d.What) {
			life = append(life, d.What)
		}
	}
	return strings.Join(life, ", ")
}

// TestLifeIsExplained: an aircraft that comes, is missed and goes; and clutter that comes to nothing.
func TestLifeIsExplained(t *testing.T) {
	w := &traffic{duration: 200, seed: 3, sensors: []entente.Sensor{radar(1, entente.ModeS, 54, 27, 5)}, aircraft: []aircraft{
		{lat: 54.5, lon: 27, height: 9000, speed: 200, course: 90, until: 60, address: 0x4B1900, modeA: 0o1234}}}
	c := Config{Sensors: w.sensors, Explain: always()}
	tracker := New(c)
	run(tracker, w.plots())
	for s := 61.0; s < 150; s++ {
		tracker.Advance(second(s), nil)
	}
	if got := lifeOf(c.Explain, 1); !strings.HasPrefix(got, "start, update, confirm, update") || !strings.HasSuffix(got, "coast, miss, end") {
		t.Errorf("life: %s", got)
	}
	for i := range c.Explain.Decisions {
		d := &c.Explain.Decisions[i]
		switch d.What {
		case ConfirmedNow:
			if d.Score < d.Wanted || d.Wanted != enoughScore {
				t.Errorf("confirmed by %g of %g", d.Score, d.Wanted)
			}
		case EndedNow:
			if d.Reason == "" || d.Reason == "other" || d.Misses >= 0 || d.State != entente.Ended {
				t.Errorf("ended: %+v", d)
			}
		case Missed, CoastingNow:
			if d.Misses >= 0 || d.Wanted >= 0 {
				t.Errorf("missed: %+v", d)
			}
		}
	}

	// one false plot
	w = &traffic{duration: 60, seed: 3, sensors: w.sensors}
	c.Explain = always()
	tracker = New(c)
	tracker.Process([]entente.Plot{{Time: second(1), Sensor: 1, Kind: entente.ModeS, Has: entente.HasPolar, Range: 8e4, Azimuth: 1}}, nil)
	for s := 2.0; s < 60; s++ {
		tracker.Advance(second(s), nil)
	}
	if got := lifeOf(c.Explain, 1); got != "start, miss, abandon" && got != "start, abandon" {
		t.Errorf("clutter: %s", got)
	}
}

// TestExplanationKeepsToItsTime: nothing before, nothing after.
func TestExplanationKeepsToItsTime(t *testing.T) {
	w := mixed(3, 10, 60)
	e := &Explanation{From: second(20), Until: second(25)}
	run(New(Config{Sensors: w.sensors, Explain: e}), w.plots())
	for i := range e.Decisions {
		if at := e.Decisions[i].Time; at < e.From || at > e.Until {
			t.Fatalf("decision at %v", at)
		}
	}
	if len(e.Decisions) < 20 {
		t.Errorf("%d decisions", len(e.Decisions))
	}
}

// TestCrossingIsExplained: two aircraft meet; while they contend for plots the explanation names the other and the cost.
func TestCrossingIsExplained(t *testing.T) {
	w := &traffic{duration: 80, seed: 5, sensors: []entente.Sensor{radar(1, entente.SSR, 54, 27, 5)}, aircraft: []aircraft{
		{lat: 54.6, lon: 26.88, height: 9000, speed: 200, course: 90}, {lat: 54.602, lon: 27.12, height: 9000, speed: 200, course: 270}}}
	e := always()
	run(New(Config{Sensors: w.sensors, Explain: e}), w.plots())
	contended := 0
	for i := range e.Decisions {
		if d := &e.Decisions[i]; d.What == Updated && len(d.Tracks) > 0 && d.Tracks[0].Verdict == outbid && d.Cluster > 1 {
			contended++
			if d.Tracks[0].Ratio > d.Pair.Ratio+d.Margin+50 {
				t.Errorf("%+v", d)
			}
		}
	}
	if contended == 0 {
		t.Error("they never contended")
	}
}

// BenchmarkExplain is what an explanation costs, and none does not.
func BenchmarkExplain(b *testing.B) {
	w := crowd(300, 6, 60)
	plots := w.plots()
	for _, on := range []bool{false, true} {
		b.Run(map[bool]string{false: "off", true: "on"}[on], func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				c := Config{Sensors: w.sensors, Window: 1}
				if on {
					c.Explain = always()
				}
				run(New(c), plots)
			}
			b.ReportMetric(float64(b.N)*float64(len(plots))/b.Elapsed().Seconds(), "plots/s")
		})
	}
}
