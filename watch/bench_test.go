package watch

import (
	"os"
	"strings"
	"testing"
)

// BenchmarkRead reads invented articles; sentences/s is the figure to watch (aim: 2,000 on one core).
func BenchmarkRead(b *testing.B) {
	var all strings.Builder
	for _, name := range []string{"absence", "boycott", "wire", "nothing"} {
		text, err := os.ReadFile("testdata/articles/" + name + ".txt")
		if err != nil {
			b.Fatal(err)
		}
		all.Write(text)
		all.WriteString("\n\n")
	}
	src := Source{Name: "bench", Media: "text/plain", Bytes: []byte(all.String())}
	r := NewReader(fiction(b))
	sentences := 0
	b.SetBytes(int64(len(src.Bytes)))
	b.ReportAllocs()
	for b.Loop() {
		rep, _, _, err := r.Read(src, fictionDay)
		if err != nil {
			b.Fatal(err)
		}
		sentences += len(rep.Sentences)
	}
	b.ReportMetric(float64(sentences)/b.Elapsed().Seconds(), "sentences/s")
}
