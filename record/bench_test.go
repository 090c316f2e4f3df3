package record

import (
	"fmt"
	"testing"
)

func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 256} {
		b.Run(fmt.Sprintf("batch=%d", n), func(b *testing.B) {
			y := newBody(b)
			list := make([][]byte, n)
			for i := range list {
				list[i] = make([]byte, 600)
			}
			for b.Loop() {
				if _, err := y.log.Append(ctx, list...); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
		})
	}
}

// BenchmarkActCosigned is one act appended and cosigned by six members, each checking consistency.
func BenchmarkActCosigned(b *testing.B) {
	y := newBody(b)
	y.append(b, 1000)
	y.cosign(b, 6)
	for b.Loop() {
		y.append(b, 1)
		y.cosign(b, 6)
	}
}

func BenchmarkVerifyBundle(b *testing.B) {
	y := newBody(b)
	list := make([][]byte, 100_000)
	for i := range list {
		list[i] = make([]byte, 600)
	}
	_, err := y.log.Append(ctx, list...)
	must(b, err)
	y.cosign(b, 6)
	p, err := y.log.Prove(ctx, 77_777)
	must(b, err)
	bundle := p.Bytes()
	b.ReportMetric(float64(len(bundle)), "B/bundle")
	for b.Loop() {
		if _, err := Verify(bundle, y.policy); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(bundle)), "B/bundle")
}

// BenchmarkVerifyDir audits an export of 10,000 entries of 600 B.
func BenchmarkVerifyDir(b *testing.B) {
	y := newBody(b)
	list := make([][]byte, 10_000)
	for i := range list {
		list[i] = make([]byte, 600)
	}
	_, err := y.log.Append(ctx, list...)
	must(b, err)
	y.cosign(b, 6)
	dir := b.TempDir()
	must(b, y.log.Export(ctx, dir))
	for b.Loop() {
		if _, err := VerifyDir(dir, y.policy); err != nil {
			b.Fatal(err)
		}
	}
}
