package exchange

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"entente"
)

// BenchmarkSealAndJudgeBatch is one batch of 200 tracks written, signed, verified and read, without the line.
func BenchmarkSealAndJudgeBatch(b *testing.B) {
	u := newUnion(b, "BLR", "ARM")
	list := sampleTracks(MaxBatch, "BLR")
	lab, err := appendLabel(nil, label("BLR", "ARM"))
	must(b, err)
	d := newDoorkeeper("ARM", "BLR", u.roster, Limits{}.withDefaults())
	var payload, raw []byte
	now := entente.At(time.Now())
	b.ReportAllocs()
	n := uint64(0)
	for b.Loop() {
		n++
		payload, _ = AppendTracks(payload[:0], list)
		raw, _ = seal(raw[:0], u.nodes["BLR"], header{kind: kindLive, to: "ARM", stream: "live", pos: Position{Epoch: 1, Seq: n}, created: now, typ: tracksType}, lab, payload)
		if _, ref := d.live(raw, now); ref != nil {
			b.Fatal(ref)
		}
	}
	b.ReportMetric(MaxBatch*float64(b.N)/b.Elapsed().Seconds(), "tracks/s")
	b.ReportMetric(float64(len(raw)), "B/batch")
}

func BenchmarkTracksCodec(b *testing.B) {
	list := sampleTracks(MaxBatch, "BLR")
	var payload []byte
	var into []entente.Track
	b.ReportAllocs()
	for b.Loop() {
		payload, _ = AppendTracks(payload[:0], list)
		into, _ = DecodeTracks(payload, "BLR", into)
	}
	b.ReportMetric(MaxBatch*float64(b.N)/b.Elapsed().Seconds(), "tracks/s")
}

// BenchmarkLiveLink sends batches of 200 tracks over a link as fast as they are heard, at most 32 on the way.
func BenchmarkLiveLink(b *testing.B) {
	u := newUnion(b, "BLR", "ARM")
	var heard atomic.Int64
	room := make(chan struct{}, 32)
	a := u.start(b, "BLR", NewMemory(1), nil, Partner{Member: "ARM"})
	r := u.start(b, "ARM", NewMemory(1), func(c *Config) {
		c.Limits.LivePerSecond = 1e6
		c.OnLive = func(_ entente.MemberID, _ entente.Label, list []entente.Track, _ entente.Instant) {
			heard.Add(int64(len(list)))
			<-room
		}
	}, Partner{Member: "BLR", Address: a.Addr()})
	eventually(b, 10*time.Second, "the reader listens", func() bool { l, _ := a.carrier.audience("ARM"); return l })
	list := sampleTracks(MaxBatch, "BLR")
	n := int64(0)
	for b.Loop() {
		n++
		room <- struct{}{}
		must(b, a.SendLive("ARM", list, label("BLR", "ARM")))
	}
	eventually(b, 10*time.Second, "all are heard", func() bool { return heard.Load() == n*MaxBatch })
	b.ReportMetric(MaxBatch*float64(b.N)/b.Elapsed().Seconds(), "tracks/s")
	if l := r.Links()[0]; l.LostLive > 0 || len(l.Refused) > 0 {
		b.Errorf("link: %+v", l)
	}
}

// BenchmarkItems sends 512 B items from one node's outbox in memory to another's inbox in memory.
func BenchmarkItems(b *testing.B) {
	for name, lazy := range map[string]bool{"sync=always": false, "sync=lazy": true} {
		b.Run(name, func(b *testing.B) { items(b, lazy) })
	}
}

func items(b *testing.B, lazy bool) {
	u := newUnion(b, "BLR", "ARM")
	var got atomic.Int64
	a := u.start(b, "BLR", NewMemory(1), func(c *Config) { c.LazySync = lazy }, Partner{Member: "ARM"})
	u.start(b, "ARM", NewMemory(1), func(c *Config) {
		c.Limits.ItemsPerSecond = 1e6
		c.OnItem = func(Item) { got.Add(1) }
	}, Partner{Member: "BLR", Address: a.Addr()})
	payload := make([]byte, 512)
	lab := label("BLR", "ARM")
	n := int64(0)
	for b.Loop() {
		n++
		if _, err := a.Send(context.Background(), "ARM", "acts", "act", payload, lab); err != nil {
			b.Fatal(err)
		}
		for n-got.Load() > 2000 {
			time.Sleep(100 * time.Microsecond)
		}
	}
	eventually(b, 20*time.Second, "all have arrived", func() bool { return got.Load() == n })
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "items/s")
}

// BenchmarkItemLatency is one item from Send to OnItem.
func BenchmarkItemLatency(b *testing.B) {
	u := newUnion(b, "BLR", "ARM")
	got := make(chan struct{}, 1)
	a := u.start(b, "BLR", NewMemory(1), nil, Partner{Member: "ARM"})
	u.start(b, "ARM", NewMemory(1), func(c *Config) { c.OnItem = func(Item) { got <- struct{}{} } }, Partner{Member: "BLR", Address: a.Addr()})
	lab := label("BLR", "ARM")
	for b.Loop() {
		if _, err := a.Send(context.Background(), "ARM", "acts", "act", make([]byte, 512), lab); err != nil {
			b.Fatal(err)
		}
		<-got
	}
}
