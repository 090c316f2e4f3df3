package feed

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"entente"
)

// BenchmarkOutputs decodes a radar's recording of two megabytes in every way.
func BenchmarkOutputs(b *testing.B) {
	one := readShared(b, "asterix/recordings/jahorina_cat048_cat034.raw")
	data := bytes.Repeat(one, 20)
	for name, options := range map[string]func() DecodeOptions{
		"lines":      func() DecodeOptions { return DecodeOptions{} },
		"octets":     func() DecodeOptions { return DecodeOptions{KeepBytes: true} },
		"comm-b":     func() DecodeOptions { return DecodeOptions{CommB: true} },
		"csv":        func() DecodeOptions { return DecodeOptions{Sink: NewRecordCSV(io.Discard, nil)} },
		"relay":      func() DecodeOptions { return DecodeOptions{Sink: NewRelay(io.Discard)} },
		"statistics": func() DecodeOptions { return DecodeOptions{Statistics: NewStatistics(), Sink: NewRelay(io.Discard)} },
		"converted":  func() DecodeOptions { return DecodeOptions{Convert: []string{"48=1.27"}, Sink: NewRelay(io.Discard)} },
		"filtered":   func() DecodeOptions { return DecodeOptions{Filter: Filter{Addresses: []uint32{0x4CA2D1}}} },
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				if _, err := DecodeFile("x", bytes.NewReader(data), options(), io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.N)*20*2119/b.Elapsed().Seconds()/1e6, "Mrecords/s")
		})
	}
}

// TestOutputsAllocateLittle: a file ten times as long costs no more memory per record.
func TestOutputsAllocateLittle(t *testing.T) {
	short := bytes.Repeat(block(t, 48, "", values{"140": 43200.5, "020/TYP": 5, "040/RHO": 116.8125, "040/THETA": 90.0, "220": 0x3FD123, "240": "BRU862"}), 400)
	long := bytes.Repeat(short, 10)
	for name, options := range map[string]func() DecodeOptions{
		"csv":       func() DecodeOptions { return DecodeOptions{Sink: NewRecordCSV(io.Discard, nil)} },
		"relay":     func() DecodeOptions { return DecodeOptions{Sink: NewRelay(io.Discard)} },
		"converted": func() DecodeOptions { return DecodeOptions{Convert: []string{"48=1.27"}, Sink: NewRelay(io.Discard)} },
		"filtered": func() DecodeOptions {
			return DecodeOptions{Filter: Filter{Addresses: []uint32{1}, Items: []string{"220"}, Area: &Area{-90, -180, 90, 180}}}
		},
	} {
		run := func(data []byte) float64 {
			return testing.AllocsPerRun(1, func() {
				if _, err := DecodeFile("x", bytes.NewReader(data), options(), io.Discard); err != nil {
					t.Fatal(err)
				}
			})
		}
		a, b := run(short), run(long)
		if b-a > 200 {
			t.Errorf("%s: %v allocations for 400 records, %v for 4,000", name, a, b)
		}
	}
}

// TestOutputsOfAnotherKind are refused in words: Mode S has no ASTERIX, ASTERIX no frames.
func TestOutputsOfAnotherKind(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		o    DecodeOptions
		want string
	}{
		"mode s": {[]byte("*8D406B902015A678D4D220AA4BDA;\n"), DecodeOptions{Sink: NewRelay(io.Discard)}, ".beast"},
		"radar":  {sky(t), DecodeOptions{Frames: NewFrameRelay(io.Discard, "avr")}, ".ast"},
	} {
		_, err := DecodeFile("f", bytes.NewReader(c.data), c.o, io.Discard)
		var e *entente.Error
		if !errors.As(err, &e) || e.Kind != entente.Unsupported || !strings.Contains(e.Next, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
