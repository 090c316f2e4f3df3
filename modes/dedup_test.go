package modes

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestCopies(t *testing.T) {
	d := NewDedup(0, 0)
	a, b := x24.AllCall(0), Fixed{Address: 7}.AllCall(0)
	const ms = int64(1e6)
	for i, c := range []struct {
		frame  []byte
		origin Origin
		t      int64
		copy   bool
	}{
		{a[:], Direct, 1000 * ms, false}, {a[:], Direct, 1000 * ms, true}, {b[:], Direct, 1000 * ms, false}, {a[:], MLAT, 1000 * ms, false},
		{a[:], Direct, 1199 * ms, true}, {a[:], Direct, 800 * ms, true}, // delivered late
		{a[:], Direct, 1300 * ms, false}, // sent again: the window ran from the first copy
		{a[:4], Direct, 1300 * ms, false},
	} {
		if got := d.Copy(c.frame, c.origin, c.t); got != c.copy {
			t.Errorf("%d: copy %v, want %v", i, got, c.copy)
		}
	}
	if d.First != 5 || d.Copies != 3 {
		t.Errorf("%d first, %d copies", d.First, d.Copies)
	}
}

// TestEveryFrameOnce: the frames of a recording heard by three receivers, each with losses and its own delay, come out
// as often as they were sent.
func TestEveryFrameOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type heard struct {
			frame [7]byte
			t     int64
		}
		var all []heard
		sent := 0
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		for i := range 300 {
			f := Fixed{Address: uint32(dice.IntN(40)) + 1}.AltitudeReply(0, int32(i%5)*100+int32(dice.IntN(40))*1000)
			at := int64(i) * 20e6
			n := 0
			for range 3 {
				if dice.IntN(4) > 0 {
					all = append(all, heard{f, at + dice.Int64N(140e6)})
					n++
				}
			}
			if n > 0 {
				sent++
			}
		}
		slices.SortStableFunc(all, func(a, b heard) int { return int(a.t - b.t) })
		d := NewDedup(150e6, 64<<10)
		again := map[[7]byte]int64{}
		want := 0
		for _, h := range all {
			if last, ok := again[h.frame]; !ok || h.t-last > 150e6 {
				again[h.frame] = h.t
				want++
			}
			d.Copy(h.frame[:], Direct, h.t)
		}
		if int(d.First) != want || want > sent {
			t.Fatalf("%d first of %d sent, want %d", d.First, sent, want)
		}
	})
}

// TestDedupMemoryIsFixed: more frames than places never make a first copy look like a late one.
func TestDedupMemoryIsFixed(t *testing.T) {
	d := NewDedup(0, 100)
	for i := range uint32(100_000) {
		f := Fixed{Address: i + 1}.AllCall(0)
		if d.Copy(f[:], Direct, int64(i)) {
			t.Fatalf("%X was never heard before", f)
		}
	}
	if len(d.seen) != 32 {
		t.Errorf("%d buckets", len(d.seen))
	}
	f := x24.AllCall(0)
	if n := testing.AllocsPerRun(100, func() { d.Copy(f[:], Direct, 1) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDedup(b *testing.B) {
	frames, _ := beastFrames(b)
	d := NewDedup(0, 0)
	b.ReportAllocs()
	i, now := 0, int64(0)
	for b.Loop() {
		d.Copy(frames[i], Direct, now)
		if i++; i == len(frames) {
			i = 0
		}
		now += 100_000
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
}
