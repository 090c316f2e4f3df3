package modes

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

// beastFrames returns the Mode S frames of the shared Beast recording.
func beastFrames(t testing.TB) (frames [][]byte, raw []byte) {
	t.Helper()
	raw, err := os.ReadFile(shared(t, "ulss7_2018_a.beast"))
	if err != nil {
		t.Fatal(err)
	}
	r := NewBeastReader(bytes.NewReader(raw))
	var f Frame
	for r.Next(&f) == nil {
		if f.Kind == Short || f.Kind == Long {
			frames = append(frames, bytes.Clone(f.Bytes()))
		}
	}
	return frames, raw
}

func commBFrames(t testing.TB) (frames [][]byte) {
	t.Helper()
	for _, name := range []string{"commb_df20.csv", "commb_df21.csv"} {
		lines(t, name, func(_ int, line string) {
			frames = append(frames, unhex(t, line[strings.LastIndexByte(line, ',')+1:]))
		})
	}
	return frames
}

func benchDecode(b *testing.B, frames [][]byte) {
	b.Helper()
	var m Message
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		_ = Decode(&m, frames[i])
		if i++; i == len(frames) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
}

func BenchmarkDecodeMixed(b *testing.B) {
	frames, _ := beastFrames(b)
	benchDecode(b, frames)
}

func BenchmarkDecodeES(b *testing.B) {
	frames, _ := beastFrames(b)
	var es [][]byte
	for _, f := range frames {
		if f[0]>>3 == 17 {
			es = append(es, f)
		}
	}
	benchDecode(b, es)
}

func BenchmarkDecodeCommB(b *testing.B) { benchDecode(b, commBFrames(b)) }

// BenchmarkBeastToReports is the whole way from stream bytes to positions: framing, decoding, address gate, CPR, position
// gate. Time runs on from pass to pass so that nothing looks like a jump.
func BenchmarkBeastToReports(b *testing.B) {
	_, raw := beastFrames(b)
	sky := NewReceiver(Options{})
	var m Message
	var f Frame
	frames, reports := 0, 0
	base := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		rest := raw
		last := int64(0)
		for {
			n, err := ParseBeast(rest, &f)
			if errors.Is(err, ErrShort) {
				break
			}
			rest = rest[n:]
			if err != nil || f.Kind != Short && f.Kind != Long {
				continue
			}
			frames++
			if Decode(&m, f.Bytes()) == nil {
				last = base + f.Ticks12()
				if _, ok := sky.Take(&m, last); ok {
					reports++
				}
			}
		}
		base += 31e9
	}
	b.ReportMetric(float64(frames)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
	b.ReportMetric(float64(reports)/float64(frames), "reports/msg")
}

func BenchmarkJSON(b *testing.B) {
	frames, _ := beastFrames(b)
	var messages []Message
	for _, f := range frames {
		var m Message
		if Decode(&m, f) == nil {
			messages = append(messages, m)
		}
	}
	var buf []byte
	b.ReportAllocs()
	i, size := 0, 0
	for b.Loop() {
		buf = messages[i].AppendJSON(buf[:0])
		size += len(buf)
		if i++; i == len(messages) {
			i = 0
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds()/1e6, "Mmsg/s")
	b.SetBytes(int64(size / b.N))
}

func BenchmarkBeastReader(b *testing.B) {
	_, raw := beastFrames(b)
	long := bytes.Repeat(raw, 20)
	b.SetBytes(int64(len(long)))
	b.ReportAllocs()
	var f Frame
	for b.Loop() {
		r := NewBeastReader(bytes.NewReader(long))
		for r.Next(&f) == nil {
		}
	}
}
