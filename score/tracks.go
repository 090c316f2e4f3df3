package score

import (
	"io"
	"math"
	"slices"
	"strconv"

	"entente"
)

// Tracks is what a tracker said, row by row.
type Tracks struct {
	rows          []trackRow
	names         map[string]int
	velocity, cov bool // the columns are there
	sorted        bool
}

type trackRow struct {
	time          float64 // seconds
	track         int
	lat, lon      float64 // radians; a NaN latitude ends the track
	altitude      float64 // metres
	ve, vn        float64 // metres a second
	pee, pen, pnn float64 // square metres
}

// Len returns the number of rows.
func (k *Tracks) Len() int { return len(k.rows) }

// OpenTracks reads a tracks CSV: time_s,track,lat,lon,altitude_m[,ve_mps,vn_mps[,p_ee,p_en,p_nn]]; gzip is unpacked.
func OpenTracks(path string) (*Tracks, error) {
	r, done, err := open(path)
	if err != nil {
		return nil, err
	}
	defer done() //nolint:errcheck // only read
	return ReadTracks(r, path)
}

// ReadTracks reads a tracks CSV in any order of rows; source names it in errors, which are [entente.Error] of kind
// Malformed with the line. A row with an empty lat ends its track.
func ReadTracks(r io.Reader, source string) (*Tracks, error) {
	t, err := newTable(r, source, "time_s", "track", "lat", "lon", "altitude_m")
	if err != nil {
		return nil, err
	}
	out := &Tracks{names: map[string]int{}, velocity: t.has("ve_mps") && t.has("vn_mps"),
		cov: t.has("p_ee") && t.has("p_en") && t.has("p_nn")}
	for {
		ok, err := t.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return out, nil
		}
		w, err := readTrack(t, out.velocity)
		if err != nil {
			return nil, err
		}
		w.track = number(out.names, t.text("track"))
		out.rows = append(out.rows, w)
	}
}

func readTrack(t *table, velocity bool) (trackRow, error) {
	var w trackRow
	err := t.numbers([]*float64{&w.time, &w.lat, &w.lon, &w.altitude, &w.ve, &w.vn, &w.pee, &w.pen, &w.pnn},
		[]string{"time_s", "lat", "lon", "altitude_m", "ve_mps", "vn_mps", "p_ee", "p_en", "p_nn"})
	if err != nil {
		return w, err
	}
	if !velocity {
		w.ve, w.vn = 0, 0
	}
	if math.IsNaN(w.time) {
		return w, t.refuse("no time")
	}
	if math.IsNaN(w.lat) {
		return w, nil
	}
	var ok bool
	if w.lat, w.lon, ok = place(w.lat, w.lon); !ok {
		return w, t.refuse("place is missing or impossible")
	}
	return w, nil
}

// Add appends a track as a tracker emitted it; one that ended ends its rows. The zero Tracks is ready for use.
func (k *Tracks) Add(t entente.Track) {
	if k.names == nil {
		k.names, k.velocity, k.cov = map[string]int{}, true, true
	}
	w := trackRow{time: t.Time.Seconds(), lat: t.Lat, lon: t.Lon, altitude: t.Height, ve: t.VE, vn: t.VN,
		pee: t.Covariance.At(0, 0), pen: t.Covariance.At(0, 1), pnn: t.Covariance.At(1, 1)}
	if t.State == entente.Ended {
		w.lat = math.NaN()
	}
	w.track = number(k.names, strconv.FormatUint(uint64(t.ID), 10))
	k.rows, k.sorted = append(k.rows, w), false
}

func (k *Tracks) sort() {
	if !k.sorted {
		slices.SortStableFunc(k.rows, func(a, b trackRow) int { return compare(a.time, b.time) })
		k.sorted = true
	}
}
