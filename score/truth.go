package score

import (
	"io"
	"math"
	"slices"
)

// Truth is where the targets were, in order of time; a target has rows only while some sensor can see it.
type Truth struct {
	rows  []truthRow
	names map[string]int
}

type truthRow struct {
	time     float64 // seconds
	target   int
	lat, lon float64 // radians
	altitude float64 // metres
	ve, vn   float64 // metres a second
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
func ReadTruth(r io.Reader, source string) (*Truth, error) {
	t, err := newTable(r, source, "time_s", "target", "lat", "lon", "altitude_m", "ve_mps", "vn_mps")
	if err != nil {
		return nil, err
	}
	out := &Truth{names: map[string]int{}}
	for {
		ok, err := t.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		var w truthRow
		if err := t.numbers([]*float64{&w.time, &w.lat, &w.lon, &w.altitude, &w.ve, &w.vn},
			[]string{"time_s", "lat", "lon", "altitude_m", "ve_mps", "vn_mps"}); err != nil {
			return nil, err
		}
		if w.lat, w.lon, ok = place(w.lat, w.lon); !ok || math.IsNaN(w.time) {
			return nil, t.refuse("time or place is missing or impossible")
		}
		w.target = number(out.names, t.text("target"))
		out.rows = append(out.rows, w)
	}
	slices.SortStableFunc(out.rows, func(a, b truthRow) int { return compare(a.time, b.time) })
	return out, nil
}

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
