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
	climb, age    bool // likewise
	ids           bool // some row told an identity
	sorted        bool
}

type trackRow struct {
	time          float64 // seconds
	track         int
	lat, lon      float64 // radians; a NaN latitude ends the track
	altitude      float64 // metres
	ve, vn        float64 // metres a second
	pee, pen, pnn float64 // square metres
	vu            float64 // metres a second, NaN where not told
	altitudeAge   float64 // seconds since the altitude was measured, NaN where not told
	delay         float64 // seconds from the time of applicability to the output, NaN where not told
	coasting      bool    // no plot since the row before
	id            identity
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
// Malformed with the line. A row with an empty lat ends its track. Optional columns: vu_mps, mode_s, mode_a, callsign,
// altitude_age_s (age of the altitude), delay_s (from applicability to output), coasting (1 where no plot came).
func ReadTracks(r io.Reader, source string) (*Tracks, error) {
	t, err := newTable(r, source, "time_s", "track", "lat", "lon", "altitude_m")
	if err != nil {
		return nil, err
	}
	out := &Tracks{names: map[string]int{}, velocity: t.has("ve_mps") && t.has("vn_mps"), climb: t.has("vu_mps"),
		age: t.has("altitude_age_s"), cov: t.has("p_ee") && t.has("p_en") && t.has("p_nn")}
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
		out.ids = out.ids || w.id != (identity{})
		out.rows = append(out.rows, w)
	}
}

func readTrack(t *table, velocity bool) (trackRow, error) {
	var w trackRow
	var coasting float64
	err := t.numbers([]*float64{&w.time, &w.lat, &w.lon, &w.altitude, &w.ve, &w.vn, &w.pee, &w.pen, &w.pnn, &w.vu, &w.altitudeAge, &w.delay, &coasting},
		[]string{"time_s", "lat", "lon", "altitude_m", "ve_mps", "vn_mps", "p_ee", "p_en", "p_nn", "vu_mps", "altitude_age_s", "delay_s", "coasting"})
	if err != nil {
		return w, err
	}
	w.coasting = coasting > 0
	if w.id, err = t.identity(); err != nil {
		return w, err
	}
	if !velocity {
		w.ve, w.vn = 0, 0
	}
	if !(math.Abs(w.time) < farthestTime) {
		return w, t.refuse("time is missing or impossible")
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
		k.names, k.velocity, k.cov, k.climb = map[string]int{}, true, true, true
	}
	w := trackRow{time: t.Time.Seconds(), lat: t.Lat, lon: t.Lon, altitude: t.Height, ve: t.VE, vn: t.VN,
		pee: t.Covariance.At(0, 0), pen: t.Covariance.At(0, 1), pnn: t.Covariance.At(1, 1),
		vu: t.VU, altitudeAge: math.NaN(), delay: math.NaN(), coasting: t.Updated != 0 && t.Updated != t.Time, id: identityOf(&t)}
	k.ids = k.ids || w.id != (identity{})
	if t.State == entente.Ended {
		w.lat = math.NaN()
	}
	w.track = number(k.names, strconv.FormatUint(uint64(t.ID), 10))
	k.rows, k.sorted = append(k.rows, w), false
}

// Report appends a track as another system reported it, with the age of its altitude and the delay from its time to its
// output, both in seconds and NaN where not known. Velocity and covariance count only where the system has them.
func (k *Tracks) Report(t entente.Track, altitudeAge, delay float64) {
	k.Add(t)
	k.cov = false
	w := &k.rows[len(k.rows)-1]
	w.altitudeAge, w.delay = altitudeAge, delay
	k.age = k.age || !math.IsNaN(altitudeAge)
	if !t.Is(entente.HasAltitude) && !t.Is(entente.HasPressureAltitude) {
		w.altitude = math.NaN()
	}
	if !t.Is(entente.HasClimb) {
		w.vu = math.NaN()
	}
}

func (k *Tracks) sort() {
	if !k.sorted {
		slices.SortStableFunc(k.rows, func(a, b trackRow) int { return compare(a.time, b.time) })
		k.sorted = true
	}
}
