package web

import (
	"bytes"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"testing"

	"pgregory.net/rapid"

	"entente"
)

var update = flag.Bool("update", false, "rewrite golden files")

var testMembers = []entente.Member{{ID: "ARM"}, {ID: "BLR"}, {ID: "KAZ"}}

// decoded is a frame read back by the words of docs/web.md, independently of the encoder's arithmetic.
type decoded struct {
	kind   byte
	gone   []uint32
	time   float64
	number uint32
	total  uint32
	tracks []decodedTrack
}

type decodedTrack struct {
	number                                  uint32
	lat, lon                                float64 // degrees
	height                                  int16
	speed, course                           float64 // m/s, degrees
	climb, age                              float64
	identity, state, flags, quality, origin byte
	label                                   string
}

func decode(t testing.TB, b []byte) (d decoded) {
	t.Helper()
	if string(b[:4]) != "ENT1" || b[5] != 0 || b[6] != 0 || b[7] != 0 {
		t.Fatalf("header % x", b[:8])
	}
	le := binary.LittleEndian
	d.kind = b[4]
	n, g := int(le.Uint32(b[8:])), int(le.Uint32(b[12:]))
	d.time, d.number, d.total = math.Float64frombits(le.Uint64(b[16:])), le.Uint32(b[24:]), le.Uint32(b[28:])
	if want := 32 + 4*g + 35*n; len(b) != want {
		t.Fatalf("%d bytes, want %d", len(b), want)
	}
	p := b[32:]
	for range g {
		d.gone = append(d.gone, le.Uint32(p))
		p = p[4:]
	}
	column := func(size int) func(k int) []byte {
		c := p[:size*n]
		p = p[size*n:]
		return func(k int) []byte { return c[size*k : size*k+size] }
	}
	number, lat, lon := column(4), column(4), column(4)
	height, speed, course, climb, age := column(2), column(2), column(2), column(2), column(2)
	identity, state, flags, quality, origin, label := column(1), column(1), column(1), column(1), column(1), column(8)
	for k := range n {
		d.tracks = append(d.tracks, decodedTrack{
			number: le.Uint32(number(k)), lat: float64(int32(le.Uint32(lat(k)))) / 1e7, lon: float64(int32(le.Uint32(lon(k)))) / 1e7,
			height: int16(le.Uint16(height(k))), speed: float64(le.Uint16(speed(k))) / 10, course: float64(le.Uint16(course(k))) * 360 / 65536,
			climb: float64(int16(le.Uint16(climb(k)))) / 100, age: float64(le.Uint16(age(k))) / 10,
			identity: identity(k)[0], state: state(k)[0], flags: flags(k)[0], quality: quality(k)[0], origin: origin(k)[0],
			label: string(bytes.TrimRight(label(k), "\x00 ")),
		})
	}
	return d
}

const degree = math.Pi / 180

func sample() ([]entente.Entry, entente.Instant) {
	at := entente.FromSeconds(1_700_000_000.5)
	a := entente.Entry{Number: 7, Identification: entente.Identification{Identity: entente.Friend, By: "Officer BLR"}, Conflict: "mode A differs",
		Contributions: []entente.Contribution{{Member: "BLR"}, {Member: "KAZ"}}}
	a.Track = entente.Track{Origin: "BLR", State: entente.Confirmed, Time: at.Add(-2), Updated: at.Add(-2.5), Lat: 53.9 * degree, Lon: 27.56 * degree, Height: 10_100,
		VE: 150, VN: -200, VU: -7.25, PressureAltitude: 10_668, Address: 0x510ABC, ModeA: entente.Emergency, Callsign: entente.MakeCallsign("BRU788"), Quality: 11,
		Has: entente.HasPressureAltitude | entente.HasModeA | entente.HasAltitude}
	b := entente.Entry{Number: 9, Identification: entente.Identification{Identity: entente.Unknown}}
	b.Track = entente.Track{Origin: "XXX", State: entente.Coasting, Time: at, Updated: at.Add(-20), Lat: -10 * degree, Lon: 179.9999 * degree, VE: 300, ModeA: 0o1234, Has: entente.HasModeA | entente.HasSPI}
	c := entente.Entry{Number: 4_000_000_000, Identification: entente.Identification{Identity: entente.Pending}}
	c.Track = entente.Track{Origin: "ARM", State: entente.Confirmed, Time: at, Updated: at, Lat: 40 * degree, Lon: 44.5 * degree, Height: 1_021, Address: 0x0000A1 | entente.AddressNonICAO,
		Has: entente.HasAltitude | entente.HasSurface}
	return []entente.Entry{a, b, c}, at
}

func TestFrameHoldsThePicture(t *testing.T) {
	f := newFramer("BLR", testMembers)
	f.alerted = map[uint32]bool{9: true}
	entries, at := sample()
	f.take(entries, at)
	d := decode(t, f.full())
	if d.kind != 1 || d.number != 1 || d.total != 3 || d.time != 1_700_000_000.5 || len(d.gone) != 0 {
		t.Fatalf("header %+v", d)
	}
	near := func(name string, got, want, within float64) {
		t.Helper()
		if math.Abs(got-want) > within {
			t.Errorf("%s %v, want %v within %v", name, got, want, within)
		}
	}
	a := d.tracks[0]
	near("latitude two seconds on", a.lat, 53.9-400/6_371_000.0/degree, 1e-6)
	near("longitude two seconds on", a.lon, 27.56+300/(6_371_000.0*math.Cos(53.9*degree))/degree, 1e-6)
	near("speed", a.speed, 250, 0.1)
	near("course", a.course, 180-36.8699, 0.01)
	near("climb", a.climb, -7.25, 0.01)
	near("age", a.age, 2.5, 0.1)
	if a.height != 5334 || a.quality != 11 || a.origin != 1 || a.label != "BRU788" || a.identity != 3 || a.state != 2 {
		t.Errorf("first track %+v", a)
	}
	if want := FlagEmergency | FlagPressure | FlagConflict | FlagOwn | FlagPerson; a.flags != want {
		t.Errorf("flags %08b, want %08b", a.flags, want)
	}
	b := d.tracks[1]
	if b.origin != 255 || b.label != "A1234" || b.height != math.MinInt16 || b.flags != FlagSPI|FlagAlert || b.state != 3 {
		t.Errorf("second track %+v", b)
	}
	c := d.tracks[2]
	if c.label != "0000A1" || c.flags != FlagSurface || c.height != 510 || c.number != 4_000_000_000 {
		t.Errorf("third track %+v", c)
	}
}

// TestFrameFile keeps the file that the page's decoder is tested with.
func TestFrameFile(t *testing.T) {
	f := newFramer("BLR", testMembers)
	entries, at := sample()
	f.take(entries, at)
	const file = "testdata/frame.bin"
	got := f.full()
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("the frame differs from %s; if that is meant, run with -update and change docs/web.md and the page's decoder", file)
	}
}

func TestFrameOfChangesHasOnlyChanges(t *testing.T) {
	f := newFramer("BLR", testMembers)
	entries, at := sample()
	f.take(entries, at)
	steps := []struct {
		name          string
		change        func(e []entente.Entry) []entente.Entry
		changed, gone []uint32
	}{
		{"nothing", func(e []entente.Entry) []entente.Entry { return e }, nil, nil},
		{"a plot", func(e []entente.Entry) []entente.Entry { e[1].Track.Updated++; return e }, []uint32{9}, nil},
		{"an identity", func(e []entente.Entry) []entente.Entry { e[0].Identification.Identity = entente.Suspect; return e }, []uint32{7}, nil},
		{"a state", func(e []entente.Entry) []entente.Entry { e[2].Track.State = entente.Coasting; return e }, []uint32{4_000_000_000}, nil},
		{"a callsign", func(e []entente.Entry) []entente.Entry { e[2].Track.Callsign = entente.MakeCallsign("X1"); return e }, []uint32{4_000_000_000}, nil},
		{"an end", func(e []entente.Entry) []entente.Entry { return e[1:] }, nil, []uint32{7}},
		{"a return", func([]entente.Entry) []entente.Entry { e, _ := sample(); return e[:2] }, []uint32{7, 9}, []uint32{4_000_000_000}},
	}
	for i, s := range steps {
		t.Run(s.name, func(t *testing.T) {
			entries = s.change(entries)
			f.take(entries, at.Add(float64(i)))
			d := decode(t, f.changes())
			var changed []uint32
			for _, x := range d.tracks {
				changed = append(changed, x.number)
			}
			if fmt.Sprint(changed) != fmt.Sprint(s.changed) || fmt.Sprint(d.gone) != fmt.Sprint(s.gone) || d.kind != 2 || int(d.total) != len(entries) {
				t.Errorf("changed %v gone %v total %d, want %v, %v", changed, d.gone, d.total, s.changed, s.gone)
			}
		})
	}
}

// TestFramesAddUp replays frames as a reader does: whatever happens, it holds exactly the picture.
func TestFramesAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := newFramer("BLR", testMembers)
		held := map[uint32]decodedTrack{}
		for step := range rapid.IntRange(1, 12).Draw(r, "steps") {
			numbers := rapid.SliceOfNDistinct(rapid.Uint32Range(1, 12), 0, 12, rapid.ID).Draw(r, "numbers")
			var entries []entente.Entry
			for _, n := range numbers {
				e := entente.Entry{Number: n}
				e.Track.Updated = entente.Instant(rapid.IntRange(0, 2).Draw(r, "updated"))
				e.Track.Quality = uint8(rapid.IntRange(0, 3).Draw(r, "quality"))
				entries = append(entries, e)
			}
			f.take(entries, entente.Instant(step))
			frame := f.changes()
			if step == 0 || rapid.Bool().Draw(r, "full") {
				frame = f.full()
				clear(held)
			}
			d := decode(t, frame)
			for _, g := range d.gone {
				delete(held, g)
			}
			for _, x := range d.tracks {
				held[x.number] = x
			}
			if len(held) != len(entries) {
				r.Fatalf("step %d: %d tracks held, %d in the picture", step, len(held), len(entries))
			}
			for _, e := range entries {
				if held[e.Number].quality != e.Track.Quality {
					r.Fatalf("track %d: quality %d held, is %d", e.Number, held[e.Number].quality, e.Track.Quality)
				}
			}
		}
	})
}

func TestFrameBearsNonsense(t *testing.T) {
	f := newFramer("BLR", testMembers)
	inf, nan := math.Inf(1), math.NaN()
	for _, v := range []float64{inf, -inf, nan, 1e300} {
		e := entente.Entry{Number: 1}
		e.Track = entente.Track{Lat: v, Lon: v, VE: v, VN: v, VU: v, Height: v, PressureAltitude: v, Has: entente.HasPressureAltitude, Time: 1, Updated: math.MaxInt64}
		f.take([]entente.Entry{e}, 5)
		if d := decode(t, f.full()); len(d.tracks) != 1 {
			t.Errorf("%v: %+v", v, d)
		}
	}
}

func picture(n int) []entente.Entry {
	at := entente.FromSeconds(1_700_000_000)
	out := make([]entente.Entry, n)
	for k := range out {
		out[k] = entente.Entry{Number: uint32(k + 1), Identification: entente.Identification{Identity: entente.Neutral}, Contributions: []entente.Contribution{{Member: "BLR"}}}
		out[k].Track = entente.Track{Origin: "BLR", State: entente.Confirmed, Time: at, Updated: at, Lat: float64(k%90) * degree, Lon: float64(k%170) * degree, VE: 100, VN: 100,
			Has: entente.HasPressureAltitude, PressureAltitude: 9000, Callsign: entente.MakeCallsign("ABC123")}
	}
	return out
}

func BenchmarkFrame20000(b *testing.B) {
	f := newFramer("BLR", testMembers)
	entries := picture(20_000)
	b.ReportAllocs()
	for i := range b.N {
		for k := i % 4; k < len(entries); k += 4 { // a quarter has a plot in each second
			entries[k].Track.Updated++
		}
		f.take(entries, entente.FromSeconds(1_700_000_000+float64(i%50)))
		b.SetBytes(int64(len(f.changes())))
	}
}

// TestFrameAllocatesOnce: the frame itself is the only memory a tick takes once the maps have grown.
func TestFrameAllocatesOnce(t *testing.T) {
	f := newFramer("BLR", testMembers)
	entries, at := picture(500), entente.FromSeconds(1_700_000_000)
	f.take(entries, at)
	f.take(entries, at)
	if n := testing.AllocsPerRun(50, func() {
		for k := range entries {
			entries[k].Track.Updated++
		}
		f.take(entries, at)
		_ = f.changes()
	}); n > 3 {
		t.Errorf("%v allocations a tick, want at most 3 (frame and two closures)", n)
	}
}
