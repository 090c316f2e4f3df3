package modes

import (
	"bytes"
	"errors"
	"math"
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

// rate reports millions of units a second, by the clock and by processor time since the mark.
func rate(b *testing.B, units int, unit string, mark int64) {
	b.Helper()
	spent := cpuNanoseconds() - mark
	b.ReportMetric(float64(units)/b.Elapsed().Seconds()/1e6, "M"+unit+"/s")
	if spent > 0 {
		b.ReportMetric(float64(units)/float64(spent)*1e3, "M"+unit+"/cpu-s")
	}
}

func benchDecode(b *testing.B, frames [][]byte) {
	b.Helper()
	var m Message
	b.ReportAllocs()
	i := 0
	mark := cpuNanoseconds()
	for b.Loop() {
		_ = Decode(&m, frames[i])
		if i++; i == len(frames) {
			i = 0
		}
	}
	rate(b, b.N, "msg", mark)
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

// sink keeps what the benchmarks read from being left out.
var sink float64

// BenchmarkDecodeValues reads besides what [Decode] leaves to its caller: speed and track of a velocity, the text of a
// callsign, the integrity of a position, all values of a register.
func BenchmarkDecodeValues(b *testing.B) {
	frames, _ := beastFrames(b)
	var m Message
	values := make([]Value, 0, 16)
	b.ReportAllocs()
	i := 0
	mark := cpuNanoseconds()
	for b.Loop() {
		if Decode(&m, frames[i]) == nil {
			speed, _ := m.Speed()
			track, _ := m.Track()
			in := NIC(2, m.TC, m.NICa, m.NICb, m.NICc)
			if m.CommB() {
				values, _ = AppendValues(values[:0], m.BDS, [7]byte(m.Frame[4:11]))
			}
			sink += speed + track + in.Rc + float64(m.Altitude) + float64(m.Squawk) + float64(m.CPRLat) + float64(m.Ident[0]) + float64(len(values))
		}
		if i++; i == len(frames) {
			i = 0
		}
	}
	rate(b, b.N, "msg", mark)
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
	mark := cpuNanoseconds()
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
	rate(b, frames, "msg", mark)
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
	mark := cpuNanoseconds()
	for b.Loop() {
		buf = messages[i].AppendJSON(buf[:0])
		size += len(buf)
		if i++; i == len(messages) {
			i = 0
		}
	}
	rate(b, b.N, "msg", mark)
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

// traffic is a stream of 12 MHz Beast frames of many aircraft, each flying its own course: positions twice a second,
// velocities, names and status less often, surveillance and Comm-B replies between, one reply in ten of noise. Nothing repeats
// but names and status.
func traffic(b *testing.B, aircraft, seconds int) (raw []byte, frames int) {
	b.Helper()
	noise := newNoise()
	dice := noise.r.IntN
	sky := make([]flight, aircraft)
	for i := range sky {
		sky[i].course = course{x: Fixed{Address: 0x400000 + uint32(i)*379, Capability: 5}, lat: 45 + float64(dice(10000))/1000, lon: 10 + float64(dice(20000))/1000,
			speed: 200 + float64(dice(300)), track: float64(dice(360))}
		sky[i].climb = int32(dice(4000) - 2000)
	}
	var f Frame
	put := func(at float64, frame []byte) {
		if err := f.SetFrame(frame); err != nil {
			b.Fatal(err)
		}
		f.Stamp, f.HasStamp, f.Signal = uint64(at*12e6), true, uint8(dice(200))
		raw = AppendBeast(raw, &f)
		frames++
	}
	for tenth := range seconds * 10 {
		for i := range sky {
			at := float64(tenth)/10 + float64(i)*0.1/float64(aircraft)
			if frame := sky[i].squitter(tenth, i, at, &noise); frame != nil {
				put(at, frame)
			}
		}
	}
	return raw, frames
}

// flight is a course that climbs, in feet a minute.
type flight struct {
	course
	climb int32
}

// squitter is what the i-th flight sends in a tenth of a second, which may be nothing.
func (a *flight) squitter(tenth, i int, at float64, noise *noise) []byte {
	lat, lon := a.at(at)
	feet := 20000 + int32(float64(a.climb)*at/60)
	var short [7]byte
	var long [14]byte
	switch k := (tenth + i) % 20; k {
	case 0, 5, 10, 15:
		long = a.x.AirbornePosition(Airborne{Lat: lat, Lon: wrap180(lon), Altitude: feet, HasAltitude: true}, k%10 == 5)
		return long[:]
	case 2, 12:
		sin, cos := math.Sincos(a.track * math.Pi / 180)
		long = a.x.Velocity(a.speed*sin, a.speed*cos, float64(a.climb), 2)
		return long[:]
	case 3:
		short = a.x.AllCall(0)
	case 7:
		long = a.x.Identification("TEST"+string(rune('A'+i%26)), 0xA3)
		return long[:]
	case 8:
		short = a.x.AltitudeReply(0, feet)
	case 9:
		long = a.x.OperationalStatus(Operational{NACp: 9, SIL: 3, NICBaro: true})
		return long[:]
	case 13:
		short = a.x.IdentityReply(0, uint16(i)&0xFFF)
	case 17:
		long = a.x.AltitudeCommB(0, feet, mbOf(turn50(0, a.track, a.speed, 0, a.speed)))
		return long[:]
	case 18:
		noise.fill(short[:])
		short[0] &= 0x27
	default:
		return nil
	}
	return short[:]
}

// BenchmarkTraffic is the whole way from Beast bytes to positioned reports for two thousand aircraft.
func BenchmarkTraffic(b *testing.B) {
	raw, frames := traffic(b, 2000, 20)
	var m Message
	var f Frame
	reports, taken := 0, 0
	sky := NewReceiver(Options{})
	base := int64(0)
	b.ReportAllocs()
	b.ResetTimer()
	mark := cpuNanoseconds()
	for b.Loop() {
		for rest := raw; ; {
			n, err := ParseBeast(rest, &f)
			if errors.Is(err, ErrShort) {
				break
			}
			rest = rest[n:]
			taken++
			if err == nil && Decode(&m, f.Bytes()) == nil {
				if rep, ok := sky.Take(&m, base+f.Ticks12()); ok {
					reports++
					sink += rep.Lat
				}
			}
		}
		base += 3600e9 // the next pass is an hour later: every aircraft is new
	}
	rate(b, taken, "msg", mark)
	b.ReportMetric(float64(reports)/float64(taken), "reports/msg")
	if taken%frames != 0 {
		b.Fatalf("%d frames read of %d", taken, frames)
	}
}
