package score

import (
	"math"
	"slices"
)

// targetReport is one row of a track against its target at the row's own time.
type targetReport struct {
	time               float64
	off                [2]float64 // metres, east and north
	altitude           float64    // error in metres, NaN where not told
	altitudeAge        float64    // seconds, NaN where not told
	velocity, angle    float64    // error in metres a second and radians, NaN where not told
	climb              float64    // error in metres a second, NaN where not told
	turning, climbing  bool       // of the target
	identity, wrongful bool       // told the target's identity; told another
}

func (r *targetReport) distance() float64 { return math.Hypot(r.off[0], r.off[1]) }

// flightReports are one target's reports in order of time and the spans in which it existed.
type flightReports struct {
	name    string
	reports []targetReport
	alive   [][2]float64
	named   bool // the truth tells its identity
	silent  bool // it is known to have no transponder
}

// falseReports are the rows of tracks that were no target's.
type falseReports struct {
	reports  int
	tracks   map[int]float64 // nearest distance to a target, metres, by track that never was a target's
	cells    int             // of 10 NM width in which there was traffic
	duration float64         // seconds
}

// falseCell is the width of the cells that make up the area of traffic.
const falseCell = 10 * nauticalMile

// reportsOf compares every row of a track with the target that it was at the time.
func reportsOf(truth *Truth, tracks *Tracks, paths []path, w *watcher, step float64) []flightReports {
	out, names := make([]flightReports, len(paths)), namesOf(truth.names)
	for i, p := range paths {
		out[i].name = names[i]
		out[i].alive = p.alive()
		out[i].named = i < len(truth.ids) && truth.ids[i] != (identity{})
		yes, known := truth.answers(i)
		out[i].silent = known && !yes
	}
	for i := range tracks.rows {
		r := &tracks.rows[i]
		if r.coasting || math.IsNaN(r.lat) {
			continue
		}
		target := w.ownerAt(r.track, r.time, 2*step+1e-6)
		if target < 0 {
			continue
		}
		if m, ok := paths[target].at(r.time); ok {
			out[target].reports = append(out[target].reports, reportOf(r, &m, tracks, truth, target))
		}
	}
	for i := range out {
		slices.SortStableFunc(out[i].reports, func(a, b targetReport) int { return compare(a.time, b.time) })
	}
	return out
}

func reportOf(r *trackRow, m *moment, tracks *Tracks, truth *Truth, target int) targetReport {
	north, east := perRadian(m.lat)
	o := targetReport{time: r.time, off: [2]float64{math.Remainder(r.lon-m.lon, 2*math.Pi) * east, (r.lat - m.lat) * north},
		altitude: r.altitude - m.altitude, altitudeAge: r.altitudeAge, velocity: math.NaN(), angle: math.NaN(), climb: r.vu - m.vu}
	o.turning, o.climbing = m.moving()
	if tracks.velocity {
		o.velocity = math.Abs(math.Hypot(r.ve, r.vn) - math.Hypot(m.ve, m.vn))
		if math.Hypot(m.ve, m.vn) > 20 {
			o.angle = math.Abs(math.Remainder(math.Atan2(r.ve, r.vn)-math.Atan2(m.ve, m.vn), 2*math.Pi))
		}
	}
	if !tracks.climb {
		o.climb = math.NaN()
	}
	same, known := agree(&r.id, &truth.ids, target)
	o.identity, o.wrongful = known && same, known && !same
	return o
}

// alive are the spans in which the target existed, parted at gaps.
func (p path) alive() (out [][2]float64) {
	for i := range p {
		if n := len(out); n > 0 && p[i].time-out[n-1][1] <= longestGap {
			out[n-1][1] = p[i].time
			continue
		}
		out = append(out, [2]float64{p[i].time, p[i].time})
	}
	return out
}

// falseReportsOf counts the rows of tracks that were nobody's and how near to a target the tracks came that never were anybody's.
func falseReportsOf(tracks *Tracks, paths []path, w *watcher, step float64) falseReports {
	o := falseReports{tracks: map[int]float64{}}
	cells := map[[3]int32]bool{}
	first, last := math.Inf(1), math.Inf(-1)
	for _, p := range paths {
		for i := range p {
			cells[cellOf(onEllipsoid(p[i].lat, p[i].lon), falseCell)] = true
			first, last = min(first, p[i].time), max(last, p[i].time)
		}
	}
	o.cells, o.duration = len(cells), max(0, last-first)
	belongs := map[int]bool{}
	for _, s := range w.near {
		for i := range s {
			belongs[s[i].other] = true
		}
	}
	for i := range tracks.rows {
		r := &tracks.rows[i]
		if math.IsNaN(r.lat) || r.time < first || r.time > last || belongs[r.track] && w.ownerAt(r.track, r.time, 2*step+20) >= 0 {
			continue
		}
		o.reports++
		if !belongs[r.track] {
			o.tracks[r.track] = min(nearestTarget(paths, r), zeroIsFar(o.tracks[r.track]))
		}
	}
	return o
}

func zeroIsFar(d float64) float64 {
	if d == 0 {
		return math.Inf(1)
	}
	return d
}

// nearestTarget is the distance from a row to the nearest target at its time, metres.
func nearestTarget(paths []path, r *trackRow) float64 {
	at, least := onEllipsoid(r.lat, r.lon), math.Inf(1)
	for _, p := range paths {
		if m, ok := p.at(r.time); ok {
			least = min(least, distance(at, onEllipsoid(m.lat, m.lon)))
		}
	}
	return max(least, 1e-3)
}
