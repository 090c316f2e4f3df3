package store

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"

	"entente"
)

// acts makes n acts of about 600 bytes.
func acts(b *testing.B, n int) []entente.SignedAct {
	out := make([]entente.SignedAct, n)
	note := strings.Repeat("x", 430)
	for i := range out {
		out[i] = signed(b, "BLR", uint64(i+1), note)
	}
	b.SetBytes(int64(len(out[0].Bytes)))
	return out
}

func BenchmarkActsSingle(b *testing.B) {
	s, list := open(b), acts(b, b.N)
	b.ResetTimer()
	for _, a := range list {
		if _, err := s.PutAct(context.Background(), a); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}

func BenchmarkActsBatched256(b *testing.B) {
	s, list := open(b), acts(b, b.N)
	b.ResetTimer()
	for len(list) > 0 {
		n := min(256, len(list))
		err := s.Update(context.Background(), func(tx *Tx) error {
			for _, a := range list[:n] {
				if _, err := tx.PutAct(a); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
		list = list[n:]
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "acts/s")
}

func BenchmarkSend(b *testing.B) {
	s := open(b)
	raw := make([]byte, 800)
	for b.Loop() {
		if _, err := s.Send(context.Background(), "KAZ", "acts", func(uint64, uint64, Hash) ([]byte, error) { return raw, nil }); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetModel(b *testing.B) {
	s := open(b)
	must(b, s.Put(context.Background(), "m", "1", json.RawMessage(`{"a":1}`)))
	for b.Loop() {
		if _, ok, err := s.Get(context.Background(), "m", "1"); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}

func BenchmarkHistoryAppend(b *testing.B) {
	h := history(b, filepath.Join(b.TempDir(), "h"), HistoryOptions{})
	batch := points(noon, 1000, 0.001, 1000)
	noise := rand.New(rand.NewPCG(1, 1)) // what does not compress: 1,000 aircraft that all move a little otherwise
	for b.Loop() {
		for i := range batch {
			p := &batch[i]
			p.Time += 1e9
			p.Lat, p.Lon = p.Lat+noise.NormFloat64()*3e-5, p.Lon+noise.NormFloat64()*3e-5
			p.VE, p.VN, p.VU = p.VE+float32(noise.NormFloat64()), p.VN+float32(noise.NormFloat64()), float32(noise.NormFloat64())
			p.Height += p.VU
		}
		if err := h.Append(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*1000/b.Elapsed().Seconds(), "points/s")
	files, _, err := h.files()
	must(b, err)
	var size int64
	for _, f := range files {
		size += f.size
	}
	b.ReportMetric(float64(size)/float64(b.N*1000), "B/point")
}

func BenchmarkHistoryRead(b *testing.B) {
	h := history(b, filepath.Join(b.TempDir(), "h"), HistoryOptions{})
	must(b, h.Append(points(noon, 400_000, 0.009, 1000)))
	must(b, h.Flush())
	n := 0
	for b.Loop() {
		must(b, h.Read(context.Background(), noon, noon.Add(3600), []uint32{7}, func(p []Point) error { n += len(p); return nil }))
	}
	b.ReportMetric(float64(b.N)*400_000/b.Elapsed().Seconds(), "points/s")
}
