package track

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"testing"

	"entente"
	"entente/geo"
)

func everyone(*entente.Track) bool { return true }

// halves are the plots before and from a time on.
func halves(plots []entente.Plot, at entente.Instant) (before, after []entente.Plot) {
	i := slices.IndexFunc(plots, func(p entente.Plot) bool { return p.Time >= at })
	return plots[:i], plots[i:]
}

// TestAHandedOverTrackerGoesOn: everything moves to another tracker in mid-recording; its tracks are those of one that
// never moved, to the last bit.
func TestAHandedOverTrackerGoesOn(t *testing.T) {
	for _, workers := range []int{1, 3} {
		w := mixed(5, 25, 90)
		w.bias = []float64{250, -180, 120, 0}
		before, after := halves(w.plots(), second(45.3))
		c := Config{Member: "BLR", Sensors: w.sensors}
		stays := New(c)
		stays.Process(before, nil)
		want := stays.Process(after, nil)

		from := New(c)
		from.Process(before, nil)
		live := from.Counters()
		state := from.Release(everyone, nil)
		if n := from.Counters(); n.Live+n.Tentative != 0 {
			t.Fatalf("%d tracks stayed", n.Live+n.Tentative)
		}
		slices.Reverse(c.Sensors) // another order of sensors
		to := working(t, c, workers)
		n, err := to.Adopt(state)
		if err != nil || n != live.Live+live.Tentative {
			t.Fatalf("%d tracks came of %d: %v", n, live.Live+live.Tentative, err)
		}
		got := to.Process(after, nil)
		for i := range got { // the sensors of a track by place
			got[i].Sensors, want[i].Sensors = 0, 0
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d workers: %d outputs, want %d; or another content", workers, len(got), len(want))
		}
	}
}

// TestACellMoves: two regions out of each other's reach; one of them moves to a second tracker, and each goes on with its
// own plots. Together they give the tracks of one.
func TestACellMoves(t *testing.T) {
	a, b := about(3, 54, 27, 12), about(4, 54, 44, 12)  // 1,100 km apart
	a.sensors, b.sensors = a.sensors[:3], b.sensors[:3] // without ADS-B: the clock common to all would be each tracker's own
	for i := range b.sensors {
		b.sensors[i].ID += 10
	}
	sensors := append(slices.Clone(a.sensors), b.sensors...)
	all := append(a.plots(), b.plots()...)
	slices.SortFunc(all, func(p, q entente.Plot) int { return order(&p, &q) })
	before, after := halves(all, second(30.4))
	c := Config{Sensors: sensors}
	one := New(c)
	one.Process(before, nil)
	want := one.Process(after, nil)

	west, east := New(c), New(c)
	west.Process(before, nil)
	state := west.Release(func(k *entente.Track) bool { return k.Lon > 35*degree }, nil)
	n, err := east.Adopt(state)
	if err != nil || n < 12 {
		t.Fatalf("%d tracks moved: %v", n, err)
	}
	isEast := func(p entente.Plot) bool { return p.Sensor > 10 }
	got := west.Process(slices.DeleteFunc(slices.Clone(after), isEast), nil)
	got = append(got, east.Process(slices.DeleteFunc(slices.Clone(after), func(p entente.Plot) bool { return !isEast(p) }), nil)...)
	if e, w := len(got), len(want); e != w {
		t.Fatalf("%d outputs of two, %d of one", e, w)
	}
	// tracks started later are numbered otherwise: by each in its own order
	key := func(x, y entente.Track) int {
		for _, v := range []float64{float64(x.Time - y.Time), x.Lat - y.Lat, x.Lon - y.Lon, float64(x.Updated - y.Updated)} {
			if v != 0 {
				return map[bool]int{true: -1, false: 1}[v < 0]
			}
		}
		return 0
	}
	slices.SortFunc(got, key)
	slices.SortFunc(want, key)
	for i := range got {
		if got[i].ID, want[i].ID = 0, 0; got[i] != want[i] {
			t.Fatalf("output %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}

// TestStateIsRefusedWhole: cut short, too long, another's, or with impossible values; the tracker is as before.
func TestStateIsRefusedWhole(t *testing.T) {
	w := mixed(2, 6, 40)
	from := New(Config{Sensors: w.sensors})
	from.Process(w.plots(), nil)
	state := from.Release(everyone, nil)
	to := New(Config{Sensors: w.sensors})
	var e *entente.Error
	for n := range len(state) {
		if _, err := to.Adopt(state[:n]); !errors.As(err, &e) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	refuse := func(name string, b []byte, kind entente.ErrorKind) {
		t.Helper()
		if _, err := to.Adopt(b); !errors.As(err, &e) || e.Kind != kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	refuse("too long", append(slices.Clone(state), 0), entente.Malformed)
	other := slices.Clone(state)
	other[len(stateMagic)] ^= 1
	refuse("another layout", other, entente.Unsupported)
	last := slices.Clone(state)
	at := len(last) - movedLayout.size
	copy(last[at:], bytes.Repeat([]byte{0}, 8)) // frame
	copy(last[at:], bytes.Repeat([]byte{0xFF}, movedLayout.size))
	if _, err := to.Adopt(last); err == nil {
		t.Error("a track of ones was taken")
	}
	if n := to.Counters(); n.Live+n.Tentative != 0 || to.newest != 0 {
		t.Errorf("of refused states %+v stayed", n)
	}
	if n, err := to.Adopt(state); err != nil || n == 0 {
		t.Fatal(n, err)
	}
	refuse("again", state, entente.Refused)
}

// FuzzAdopt: any bytes are adopted or refused; what was adopted can be worked with.
func FuzzAdopt(f *testing.F) {
	w := mixed(2, 3, 20)
	plots := w.plots()
	c := Config{Sensors: w.sensors}
	from := New(c)
	from.Process(plots, nil)
	state := from.Release(everyone, nil)
	f.Add(state, uint16(0), byte(0))
	f.Add(state[:40], uint16(17), byte(3))
	f.Fuzz(func(t *testing.T, b []byte, at uint16, flip byte) {
		if len(b) > 1<<16 {
			return
		}
		b = slices.Clone(b)
		if len(b) > 0 {
			b[int(at)%len(b)] ^= flip
		}
		to := New(c)
		if _, err := to.Adopt(b); err == nil {
			to.Process(plots, nil)
			to.Advance(second(100), nil)
		}
	})
}

// TestLayoutCoversTheRecord: every leaf once, so that no field stays behind.
func TestLayoutCoversTheRecord(t *testing.T) {
	var m traveller
	m.record.frame = geo.NewFrame(geo.Degrees(54, 27, 0))
	b := write(movedLayout, nil, &m)
	if len(b) != movedLayout.size {
		t.Fatalf("%d bytes, want %d", len(b), movedLayout.size)
	}
	ones := bytes.Repeat([]byte{1}, movedLayout.size)
	r := stateReader{b: ones}
	if read(&r, movedLayout, &m); r.failed != nil {
		t.Fatal(r.failed)
	}
	if !bytes.Equal(write(movedLayout, nil, &m), ones) {
		t.Error("what was read is not what is written")
	}
	v := reflect.ValueOf(m)
	var zeros func(v reflect.Value, name string)
	zeros = func(v reflect.Value, name string) {
		switch v.Kind() {
		case reflect.Struct:
			for i := range v.NumField() {
				zeros(v.Field(i), name+"."+v.Type().Field(i).Name)
			}
		case reflect.Array:
			for i := range v.Len() {
				zeros(v.Index(i), name)
			}
		default:
			if v.IsZero() {
				t.Errorf("%s was not read", name)
			}
		}
	}
	zeros(v, "moved")
}
