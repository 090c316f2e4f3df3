package score

import (
	"io"
	"math"
	"slices"
	"strconv"

	"entente"
)

// Truth is where the targets were, in order of time; a target has rows only while some sensor can see it.
// The zero Truth is ready for Add.
type Truth struct {
	rows      []truthRow
	names     map[string]int
	ids       []identity // by target
	sorted    bool
	reference bool // reconstructed from the plots, with covariance

	cooperative []bool // by target, where plots told whether it answers
}

type truthRow struct {
	time          float64 // seconds
	target        int
	lat, lon      float64 // radians
	altitude      float64 // metres
	ve, vn        float64 // metres a second
	pee, pen, pnn float64 // square metres, of a reference; zero of the truth
}

// identity is what a target or a track says it is; zero fields are not known.
type identity struct {
	address  entente.Address
	modeA    entente.ModeA
	hasModeA bool
	callsign entente.Callsign
}

// Len returns the number of rows.
func (t *Truth) Len() int { return len(t.rows) }

// Targets returns the number of targets.
func (t *Truth) Targets() int { return len(t.names) }

// OpenTruth reads a truth CSV: time_s,target,lat,lon,altitude_m,ve_mps,vn_mps in degrees; gzip is unpacked.
func OpenTruth(path string) (*Truth, error) {
	r, done, err := open(path)
	if err != nil {
		return nil, err
	}
	defer done() //nolint:errcheck // only read
	return ReadTruth(r, path)
}

// ReadTruth reads a truth CSV; source names it in errors, which are [entente.Error] of kind Malformed with the line.
// Columns mode_s, mode_a and callsign, where they are, give the targets' identities; p_ee, p_en, p_nn (m²) say that it is a
// reference reconstructed from the plots, and how sure it is.
func ReadTruth(r io.Reader, source string) (*Truth, error) {
	t, err := newTable(r, source, "time_s", "target", "lat", "lon", "altitude_m", "ve_mps", "vn_mps")
	if err != nil {
		return nil, err
	}
	out := &Truth{names: map[string]int{}, reference: t.has("p_ee") && t.has("p_en") && t.has("p_nn")}
	for {
		ok, err := t.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		var w truthRow
		if err := t.numbers([]*float64{&w.time, &w.lat, &w.lon, &w.altitude, &w.ve, &w.vn, &w.pee, &w.pen, &w.pnn},
			[]string{"time_s", "lat", "lon", "altitude_m", "ve_mps", "vn_mps", "p_ee", "p_en", "p_nn"}); err != nil {
			return nil, err
		}
		w.pee, w.pen, w.pnn = zeroNaN(w.pee), zeroNaN(w.pen), zeroNaN(w.pnn)
		if w.lat, w.lon, ok = place(w.lat, w.lon); !ok || !(math.Abs(w.time) < farthestTime) {
			return nil, t.refuse("time or place is missing or impossible")
		}
		w.target = number(out.names, t.text("target"))
		out.rows = append(out.rows, w)
		id, err := t.identity()
		if err != nil {
			return nil, err
		}
		out.learn(w.target, id)
	}
	out.sort()
	return out, nil
}

// learn notes what is told of a target's identity; the last word counts.
func (t *Truth) learn(target int, id identity) {
	for len(t.ids) <= target {
		t.ids = append(t.ids, identity{})
	}
	t.ids[target].learn(id)
}

func (d *identity) learn(o identity) {
	if o.address != 0 {
		d.address = o.address
	}
	if o.hasModeA {
		d.modeA, d.hasModeA = o.modeA, true
	}
	if o.callsign != (entente.Callsign{}) {
		d.callsign = o.callsign
	}
}

// Add appends a point of a reference trajectory; its ID is the target's number.
func (t *Truth) Add(k entente.Track) {
	if t.names == nil {
		t.names = map[string]int{}
	}
	t.reference, t.sorted = true, false
	w := truthRow{time: k.Time.Seconds(), lat: k.Lat, lon: k.Lon, altitude: k.Height, ve: k.VE, vn: k.VN,
		pee: k.Covariance.At(0, 0), pen: k.Covariance.At(0, 1), pnn: k.Covariance.At(1, 1)}
	w.target = number(t.names, strconv.FormatUint(uint64(k.ID), 10))
	t.rows = append(t.rows, w)
	t.learn(w.target, identityOf(&k))
}

func identityOf(k *entente.Track) identity {
	return identity{address: k.Address, modeA: k.ModeA, hasModeA: k.Is(entente.HasModeA), callsign: k.Callsign}
}

// Reference says whether it was reconstructed from plots and carries its own covariance.
func (t *Truth) Reference() bool { return t.reference }

func (t *Truth) sort() {
	if !t.sorted {
		slices.SortStableFunc(t.rows, func(a, b truthRow) int { return compare(a.time, b.time) })
		t.sorted = true
	}
}

// farthestTime is beyond any clock, seconds: some three thousand years.
const farthestTime = 1e11

// number gives each name the next number.
func number(names map[string]int, name string) int {
	k, ok := names[name]
	if !ok {
		k = len(names)
		names[name] = k
	}
	return k
}

func compare(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
