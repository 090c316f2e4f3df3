package modes

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

func demodulate(t testing.TB, name string, rate float64, format SampleFormat) (frames []Frame, d *Demodulator) {
	t.Helper()
	b, err := os.ReadFile(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	d = NewDemodulator(rate, format)
	give := func(f *Frame) { frames = append(frames, *f) }
	for len(b) > 0 { // pieces that cut samples
		n := min(len(b), 40_001)
		d.Samples(b[:n], give)
		b = b[n:]
	}
	d.Close(give)
	return frames, d
}

func TestDemodulateRecordings(t *testing.T) {
	theirs := map[string]bool{}
	proof := map[string]bool{}
	lines(t, "modes1_2000k_uc8.frames.txt", func(_ int, line string) {
		h := strings.ToUpper(strings.Trim(line, "*;\r\n "))
		theirs[h] = true
		if r := Residue(unhex(t, h)); r == 0 && (strings.HasPrefix(h, "8D") || strings.HasPrefix(h, "5D")) {
			proof[h] = true
		}
	})
	frames, d := demodulate(t, "modes1_2000k_uc8.iq", 2e6, UC8)
	ours, common, missing := map[string]bool{}, 0, 0
	for i := range frames {
		ours[strings.ToUpper(hex.EncodeToString(frames[i].Bytes()))] = true
	}
	for h := range theirs {
		if ours[h] {
			common++
		} else if proof[h] {
			missing++
		}
	}
	t.Logf("2.0 MS/s: %d frames (%d different) of %d preambles; the other demodulator %d different, %d of them proved by their parity; %d in common, %d proved ones missing",
		len(frames), len(ours), d.Preambles, len(theirs), len(proof), common, missing)
	if common < 144 || missing > 0 || len(ours) < 165 {
		t.Errorf("%d frames in common, %d proved ones missing, %d different", common, missing, len(ours))
	}
	frames, d = demodulate(t, "test_1641427457780_2400k_sc16.iq", 2.4e6, SC16)
	t.Logf("2.4 MS/s: %d frames of %d preambles", len(frames), d.Preambles)
	for i := range frames {
		t.Logf("  %X at %.1f µs, signal %d", frames[i].Bytes(), float64(frames[i].Stamp)/12, frames[i].Signal)
	}
	if len(frames) < 4 { // as many as readsb accepts
		t.Errorf("%d frames", len(frames))
	}
}

// modulate writes frames a millisecond apart as samples, each beginning at its own phase, in noise.
func modulate(frames [][]byte, rate float64, format SampleFormat, amplitude, noise float64, dice *rand.Rand) (samples []byte, starts []float64) {
	const gap = 1000.0 // µs
	n := int((gap*float64(len(frames)) + 300) * rate)
	level := make([]float64, n)
	for k, f := range frames {
		start := gap*float64(k) + 100 + dice.Float64()
		starts = append(starts, start)
		pulse := func(from, to float64) { // µs after the start
			a, b := (start+from)*rate, (start+to)*rate
			for i := int(a); float64(i) < b; i++ {
				level[i] += amplitude * (math.Min(b, float64(i+1)) - math.Max(a, float64(i)))
			}
		}
		for _, p := range pulses {
			pulse(p, p+0.5)
		}
		for i := range 8 * len(f) {
			at := preambleTime + float64(i)
			if f[i/8]<<(i%8)&0x80 == 0 {
				at += 0.5
			}
			pulse(at, at+0.5)
		}
	}
	for i, a := range level {
		sin, cos := math.Sincos(float64(i) * 0.7)
		re, im := a*cos+noise*dice.NormFloat64(), a*sin+noise*dice.NormFloat64()
		if format == SC16 {
			samples = binary.LittleEndian.AppendUint16(samples, uint16(int16(math.Round(re*32767))))
			samples = binary.LittleEndian.AppendUint16(samples, uint16(int16(math.Round(im*32767))))
			continue
		}
		samples = append(samples, uint8(math.Round(127.5+re*127)), uint8(math.Round(127.5+im*127)))
	}
	return samples, starts
}

// TestDemodulateWhatWasSent: at every rate and phase all frames come back, once, at their times.
func TestDemodulateWhatWasSent(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 9))
	var frames [][]byte
	for i := range 20 {
		x := Fixed{Address: uint32(0x4B0000 + i*771), Capability: 5}
		p, call, reply := airborne(x, 54, 27, i%2 == 0), x.AllCall(0), x.AltitudeReply(0, 33000)
		frames = append(frames, p, call[:], reply[:])
	}
	for _, c := range []struct {
		rate   float64
		format SampleFormat
		noise  float64
		least  int
	}{{2, UC8, 0.02, 59}, {2, SC16, 0.02, 59}, {2, SC16, 0.06, 40}, {2.4, UC8, 0.02, 59}, {2.4, SC16, 0.06, 59}, {2.4, SC16, 0.1, 40}, {4, SC16, 0.02, 59}, {8, UC8, 0.02, 59}} {
		samples, starts := modulate(frames, c.rate, c.format, 0.5, c.noise, dice)
		d := NewDemodulator(c.rate*1e6, c.format)
		got := map[string]float64{}
		n := 0
		give := func(f *Frame) { got[string(f.Bytes())] = float64(f.Stamp) / 12; n++ }
		d.Samples(samples, give)
		d.Close(give)
		found := 0
		for i, f := range frames {
			at, ok := got[string(f)]
			if ok && math.Abs(at-starts[i]) > 0.35 {
				t.Errorf("%v MS/s: frame %d at %.2f µs, sent at %.2f", c.rate, i, at, starts[i])
			}
			if ok {
				found++
			}
		}
		t.Logf("%v MS/s, noise %v: %d of %d frames, %d given", c.rate, c.noise, found, len(frames), n)
		if found < c.least || n > found+3 { // a damaged all-call is one to another interrogator
			t.Errorf("%v MS/s: %d of %d frames, %d given", c.rate, found, len(frames), n)
		}
	}
}

// TestNoiseIsNoFrame: a second of noise proves nothing.
func TestNoiseIsNoFrame(t *testing.T) {
	samples, _ := modulate(nil, 2, UC8, 0, 0.2, rand.New(rand.NewPCG(4, 4)))
	noise := newNoise()
	samples = append(samples, make([]byte, 400_000)...)
	noise.fill(samples)
	d := NewDemodulator(2e6, UC8)
	n := 0
	d.Samples(samples, func(*Frame) { n++ })
	d.Close(func(*Frame) { n++ })
	if n > 0 {
		t.Errorf("%d frames of %d preambles", n, d.Preambles)
	}
}

// FuzzDemodulate: any samples in any pieces, no panic, nothing unproved, the same frames however they are cut.
func FuzzDemodulate(f *testing.F) {
	s, _ := modulate([][]byte{airborne(x24, 54, 27, false)}, 2.4, UC8, 0.5, 0.02, rand.New(rand.NewPCG(1, 1)))
	f.Add(s[:1200], uint16(7))
	f.Add([]byte{1, 2, 3}, uint16(1))
	f.Fuzz(func(t *testing.T, b []byte, piece uint16) {
		var whole, cut []Frame
		d := NewDemodulator(2.4e6, UC8)
		d.Samples(b, func(f *Frame) { whole = append(whole, *f) })
		d.Close(func(f *Frame) { whole = append(whole, *f) })
		d = NewDemodulator(2.4e6, UC8)
		for rest := b; len(rest) > 0; {
			n := min(len(rest), int(piece)+1)
			d.Samples(rest[:n], func(f *Frame) { cut = append(cut, *f) })
			rest = rest[n:]
		}
		d.Close(func(f *Frame) { cut = append(cut, *f) })
		if !slices.Equal(whole, cut) {
			t.Fatalf("%d frames whole, %d in pieces", len(whole), len(cut))
		}
		for i := range whole {
			var m Message
			if err := Decode(&m, whole[i].Bytes()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkDemodulate(b *testing.B) {
	raw, err := os.ReadFile(shared(b, "modes1_2000k_uc8.iq"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	d := NewDemodulator(2e6, UC8)
	mark := cpuNanoseconds()
	for b.Loop() {
		d.Samples(raw, func(*Frame) {})
	}
	rate(b, len(raw)/2*b.N, "samples", mark)
}
