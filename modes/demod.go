package modes

import (
	"encoding/binary"
	"math"
)

// Demodulation of 1090 MHz samples: frames of 8 µs preamble and 56 or 112 bits of one microsecond, each a pulse in its
// first half for one, in its second for zero (Annex 10 volume IV 3.1.2.2). Magnitudes are summed up once; the energy of
// any stretch of time is then a difference of two sums, so that one way serves every sample rate from 2 MS/s on, and the
// phase of a frame between samples is tried in steps of a quarter of a sample.

// SampleFormat is how I and Q are written.
type SampleFormat uint8

// The formats of samples, I before Q.
const (
	UC8  SampleFormat = iota // unsigned bytes around 127.5 (RTL-SDR)
	SC16                     // signed 16 bits, little-endian
)

// size is the bytes of a sample.
func (f SampleFormat) size() int {
	if f == SC16 {
		return 4
	}
	return 2
}

// Demodulator finds frames in samples that come in pieces. It gives every frame whose parity proves it (DF11 with
// interrogator code 0, 17, 18), and those of other formats when their address was proved before: what falls out of the
// parity of noise is noise. It never repairs bits. It is not safe for use by more than one goroutine.
type Demodulator struct {
	Preambles int64 // places that looked like a preamble
	Frames    int64 // frames given

	rate   float64 // samples a microsecond
	format SampleFormat
	sums   []float64 // of magnitude, before sample i of the window
	cut    []byte    // bytes of a sample that the last piece cut
	base   int64     // sample number of sums[0]
	next   float64   // place in the window from which to look on
	known  map[uint32]int64
	found  Frame
}

const (
	preambleTime = 8.0                // µs
	longTime     = preambleTime + 112 // µs
	pieceSamples = 1 << 16            // of a window
	phases       = 4                  // places tried within a sample
	proofAge     = int64(60 * 1e9)    // nanoseconds that an address stays proved
	mostProved   = 4096               // addresses
)

// NewDemodulator returns a demodulator of samples at a rate in Hz, 2 to 20 MS/s.
func NewDemodulator(rate float64, format SampleFormat) *Demodulator {
	return &Demodulator{rate: math.Max(2e6, math.Min(rate, 20e6)) / 1e6, format: format, sums: make([]float64, 1, pieceSamples+1), known: map[uint32]int64{}}
}

// Samples takes the next bytes and calls give for every frame in them; its stamp is that of a 12 MHz counter that began
// with the first sample, its signal the mean magnitude of its pulses, of 255. The frame is valid during the call.
func (d *Demodulator) Samples(b []byte, give func(*Frame)) {
	size := d.format.size()
	if len(d.cut) > 0 {
		n := min(size-len(d.cut), len(b))
		d.cut = append(d.cut, b[:n]...)
		b = b[n:]
		if len(d.cut) < size {
			return
		}
		d.add(d.cut)
		d.cut = d.cut[:0]
	}
	for len(b) >= size {
		n := min(len(b)/size, pieceSamples+1-len(d.sums))
		d.add(b[:n*size])
		b = b[n*size:]
		if len(d.sums) > pieceSamples {
			d.search(false, give)
		}
	}
	d.cut = append(d.cut, b...)
}

// Close looks at what is left.
func (d *Demodulator) Close(give func(*Frame)) { d.search(true, give) }

// add appends the magnitudes of whole samples, 0 to 1.
func (d *Demodulator) add(b []byte) {
	sum := d.sums[len(d.sums)-1]
	for size := d.format.size(); len(b) >= size; b = b[size:] {
		var i, q float64
		if d.format == SC16 {
			i, q = float64(int16(binary.LittleEndian.Uint16(b)))/32768, float64(int16(binary.LittleEndian.Uint16(b[2:])))/32768
		} else {
			i, q = (float64(b[0])-127.5)/127.5, (float64(b[1])-127.5)/127.5
		}
		sum += math.Sqrt(i*i + q*q)
		d.sums = append(d.sums, sum)
	}
}

// energy is the magnitude between two places in the window, in samples.
func (d *Demodulator) energy(from, to float64) float64 { return d.upTo(to) - d.upTo(from) }

func (d *Demodulator) upTo(x float64) float64 {
	i := int(x)
	s := d.sums[i]
	if f := x - float64(i); f > 0 {
		s += f * (d.sums[i+1] - s)
	}
	return s
}

// search looks through the window and keeps what may hold the start of a frame.
func (d *Demodulator) search(last bool, give func(*Frame)) {
	// A frame needs a microsecond more, for the phases.
	need := (longTime + 1) * d.rate
	end := float64(len(d.sums)-1) - need
	if last {
		end = float64(len(d.sums)-1) - (preambleTime+56+1)*d.rate
	}
	x := d.next
	for ; x < end; x++ {
		if !d.preamble(x) {
			continue
		}
		d.Preambles++
		if length := d.frame(x, give); length > 0 {
			x += length - 1
		}
	}
	keep := int(math.Max(0, math.Min(x, float64(len(d.sums)-1))))
	d.next = x - float64(keep)
	d.base += int64(keep)
	n := copy(d.sums, d.sums[keep:])
	d.sums = d.sums[:n]
	first := d.sums[0]
	for i := range d.sums { // sums stay small, so that differences stay exact
		d.sums[i] -= first
	}
}

// pulses are where a preamble's four pulses of half a microsecond begin, in µs.
var pulses = [...]float64{0, 1, 3.5, 4.5}

// preamble says whether one may begin at x or within a sample after it: every pulse above the gaps beside it, and the
// quiet stretches below the pulses.
func (d *Demodulator) preamble(x float64) bool {
	r := d.rate
	half := 0.5 * r
	high := 0.0
	low := math.Inf(1)
	for _, p := range pulses {
		// The pulse lies somewhere in this stretch, which a sample of phase widens.
		e := d.energy(x+p*r, x+p*r+half+0.5)
		high += e
		low = math.Min(low, e)
	}
	quiet := d.energy(x+1.75*r, x+3.25*r)*(half+0.5)/(1.5*r) + d.energy(x+5.25*r, x+7.75*r)*(half+0.5)/(2.5*r)
	return low > 0.3*high/4 && high/4 > 1.25*quiet/2
}

// frame tries the phases of a preamble at x that fit its pulses best, and gives the frame whose bits are clearest among
// those that prove themselves; it returns the frame's length in samples, zero when there is none.
func (d *Demodulator) frame(x float64, give func(*Frame)) float64 {
	var fit [2 * phases]float64
	top := 0.0
	for p := range fit {
		if start := x + (float64(p)-phases/2)/phases; start >= 0 {
			for _, q := range pulses {
				fit[p] += d.energy(start+q*d.rate, start+(q+0.5)*d.rate)
			}
			top = math.Max(top, fit[p])
		}
	}
	best, seemly := &d.found, 0.0
	clear, at, level, near := 0.0, 0.0, 0.0, 0.0
	try := func(start float64) {
		var f Frame
		c, l := d.slice(start, &f)
		if c > clear && d.proved(&f, start) {
			*best, clear, at, level = f, c, start, l
		}
		if c > seemly {
			seemly, near = c, start
		}
	}
	for p := range fit {
		if fit[p] >= 0.85*top {
			try(x + (float64(p)-phases/2)/phases)
		}
	}
	if clear == 0 && seemly > 0.5 { // a clear frame that a bit or two spoil lies between two phases
		middle := near
		try(middle - 0.5/phases)
		try(middle + 0.5/phases)
	}
	if clear == 0 {
		return 0
	}
	d.learn(best, at)
	d.Frames++
	best.HasStamp, best.Stamp = true, uint64(math.Max(0, math.Round((float64(d.base)+at)*12/d.rate)))
	best.Signal = uint8(math.Min(255, 255*level))
	give(best)
	return (preambleTime + 8*float64(best.N)) * d.rate
}

// formats are the downlink formats that can prove themselves.
const formats = 1<<0 | 1<<4 | 1<<5 | 1<<11 | 1<<16 | 1<<17 | 1<<18 | 1<<20 | 1<<21

// slice reads the bits of a frame that begins at start, and says how well the samples fit them and how strong it is. A
// sample that lies over the edge of two bits holds something of both, so that bits are not told one by one: the sequence of
// bits whose pulses fit the samples best in the sense of least squares is taken (Viterbi's algorithm with the last bit as
// state).
func (d *Demodulator) slice(start float64, f *Frame) (clarity, level float64) {
	ground, height := d.heights(start)
	if height <= 0 {
		return 0, 0
	}
	f.Kind, f.N = Short, 7
	n := 56
	x := start + preambleTime*d.rate
	end := len(d.sums) - 1
	i := int(math.Ceil(x)) - 1 // the sample that holds the end of the preamble's quiet
	one, zero := path{}, path{cost: math.Inf(1)}
	for k := 0; k < n; k++ {
		if x+d.rate > float64(end) {
			return 0, 0
		}
		i, one, zero = d.step(i, x, ground, height, one, zero)
		x += d.rate
		switch k {
		case 7:
			if formats>>(best(one, zero).lo>>3)&1 == 0 {
				return 0, 0
			}
		case 15: // by here noise fits nothing
			if best(one, zero).cost > 16*height*height {
				return 0, 0
			}
		case 55:
			if best(one, zero).lo>>55&1 != 0 {
				n, f.Kind, f.N = 112, Long, 14
			}
		}
	}
	p := best(one, zero)
	p.write(f.Data[:f.N])
	return 1 / (1 + p.cost/(float64(n)*height*height)), ground + height
}

// heights returns the mean magnitude of a sample between pulses, as it is between those of the preamble, and what pulses have
// above it: half of the time of 56 bits is pulse.
func (d *Demodulator) heights(start float64) (ground, height float64) {
	ground = (d.energy(start+1.5*d.rate, start+3.5*d.rate) + d.energy(start+5*d.rate, start+8*d.rate)) / (5 * d.rate)
	body := start + preambleTime*d.rate
	if body+56*d.rate > float64(len(d.sums)-1) {
		return 0, 0
	}
	return ground, 2 * (d.energy(body, body+56*d.rate)/(56*d.rate) - ground)
}

// path is a sequence of bits, the last one lowest, and the sum of squares by which samples miss it.
type path struct {
	hi, lo uint64
	cost   float64
}

func (p path) with(bit uint64, cost float64) path {
	return path{p.hi<<1 | p.lo>>63, p.lo<<1 | bit, p.cost + cost}
}

// write puts the last bits of p into b.
func (p path) write(b []byte) {
	hi, lo := p.hi, p.lo
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte(lo)
		lo, hi = lo>>8|hi<<56, hi>>8
	}
}

// best returns the path that fits better.
func best(a, b path) path {
	if b.cost < a.cost {
		return b
	}
	return a
}

// step takes the samples from the i-th that end within the bit that begins at x, and returns the first one left and the best
// paths that end with a one and with a zero.
func (d *Demodulator) step(i int, x, ground, height float64, one, zero path) (next int, ended1, ended0 path) {
	middle, end := x+d.rate/2, x+d.rate
	var c11, c10, c01, c00 float64 // cost of the last bit and this one
	for ; float64(i+1) <= end; i++ {
		a, b := float64(i), float64(i+1)
		s := d.sums[i+1] - d.sums[i] - ground
		before := height * max(0, min(b, x)-a) // a pulse there when the last bit was a zero
		first := height * max(0, min(b, middle)-max(a, x))
		second := height * max(0, b-max(a, middle))
		e11, e10, e01, e00 := s-first, s-second, s-before-first, s-before-second
		c11, c10, c01, c00 = c11+e11*e11, c10+e10*e10, c01+e01*e01, c00+e00*e00
	}
	ended1, ended0 = one.with(1, c11), one.with(0, c10)
	if p := zero.with(1, c01); p.cost < ended1.cost {
		ended1 = p
	}
	if p := zero.with(0, c00); p.cost < ended0.cost {
		ended0 = p
	}
	return i, ended1, ended0
}

// proved says whether the parity of f speaks for it.
func (d *Demodulator) proved(f *Frame, start float64) bool {
	var residue uint32
	if f.N == 7 {
		residue = residue56(&f.Data)
	} else {
		residue = residue112(&f.Data)
	}
	switch f.Data[0] >> 3 {
	case 17, 18:
		return residue == 0 && f.Data != [14]byte{}
	case 11:
		if residue == 0 {
			return true
		}
		return residue&^0x7F == 0 && d.isKnown(uint32(f.Data[1])<<16|uint32(f.Data[2])<<8|uint32(f.Data[3]), start)
	case 0, 4, 5, 16, 20, 21:
		return d.isKnown(residue, start)
	}
	return false
}

// now is the time of a place in the window in nanoseconds.
func (d *Demodulator) now(x float64) int64 { return int64((float64(d.base) + x) * 1000 / d.rate) }

func (d *Demodulator) isKnown(address uint32, x float64) bool {
	t, ok := d.known[address]
	return ok && d.now(x)-t < proofAge
}

// learn remembers an address that was sent in the clear.
func (d *Demodulator) learn(f *Frame, x float64) {
	switch f.Data[0] >> 3 {
	case 11, 17, 18:
		if len(d.known) >= mostProved {
			clear(d.known)
		}
		d.known[uint32(f.Data[1])<<16|uint32(f.Data[2])<<8|uint32(f.Data[3])] = d.now(x)
	}
}
