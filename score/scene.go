package score

import (
	"cmp"
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// scene is what pictures are drawn of.
type scene struct {
	truth       *Truth
	tracks      *Tracks
	rec         *Recording
	paths       []path
	w           *watcher
	step        float64
	targetNames []string
	trackNames  []string
	byTrack     [][]int32 // rows of tracks
	plots       []int32   // of the recording, in order of time
	frames      map[entente.SensorID]*geo.Frame
}

func newScene(truth *Truth, tracks *Tracks, rec *Recording, paths []path, w *watcher, step float64) *scene {
	s := &scene{truth: truth, tracks: tracks, rec: rec, paths: paths, w: w, step: step, targetNames: namesOf(truth.names), trackNames: namesOf(tracks.names),
		byTrack: make([][]int32, len(tracks.names)), frames: map[entente.SensorID]*geo.Frame{}}
	for i := range tracks.rows {
		k := tracks.rows[i].track
		s.byTrack[k] = append(s.byTrack[k], int32(i))
	}
	if rec == nil {
		return s
	}
	s.plots = make([]int32, len(rec.Plots))
	for i := range s.plots {
		s.plots[i] = int32(i)
	}
	slices.SortStableFunc(s.plots, func(a, b int32) int { return cmp.Compare(rec.Plots[a].Time, rec.Plots[b].Time) })
	for _, v := range rec.Sensors {
		f := geo.NewFrame(geo.LLA{Lat: v.Lat, Lon: v.Lon, Height: v.Height})
		s.frames[v.ID] = &f
	}
	return s
}

// namesOf inverts a numbering.
func namesOf(numbers map[string]int) []string {
	out := make([]string, len(numbers))
	for name, k := range numbers {
		out[k] = name
	}
	return out
}

// shape is a line of places in metres about a centre, with its times.
type shape struct {
	who    int
	points [][2]float64
	times  []float64
	end    bool // it ended in sight
}

// view is a place and time that a picture shows: metres east and north of the centre.
type view struct {
	lat, lon, north, east float64
	from, to              float64
	half                  float64 // metres from the centre to an edge
}

func newView(lat, lon, from, to, half float64) view {
	n, e := perRadian(lat)
	return view{lat, lon, n, e, from, to, half}
}

func (v *view) place(lat, lon float64) [2]float64 {
	return [2]float64{math.Remainder(lon-v.lon, 2*math.Pi) * v.east, (lat - v.lat) * v.north}
}

func (v *view) holds(p [2]float64) bool {
	return math.Abs(p[0]) <= v.half*1.05 && math.Abs(p[1]) <= v.half*1.05
}

// targets are the truth's ways through the view.
func (s *scene) targets(v *view) (out []shape) {
	for k, p := range s.paths {
		var sh shape
		sh.who = k
		inside := false
		from := max(v.from, first(p))
		for t := from; len(p) > 0 && t <= min(v.to, p[len(p)-1].time); t += 1 {
			m, ok := p.at(t)
			if !ok {
				continue
			}
			at := v.place(m.lat, m.lon)
			inside = inside || v.holds(at)
			sh.points, sh.times = append(sh.points, at), append(sh.times, t)
		}
		if inside {
			out = append(out, sh)
		}
	}
	return out
}

func first(p path) float64 {
	if len(p) == 0 {
		return math.Inf(1)
	}
	return p[0].time
}

// trails are the tracks' rows in the view.
func (s *scene) trails(v *view) (out []shape) {
	for k, rows := range s.byTrack {
		sh := shape{who: k}
		inside := false
		for _, i := range rows {
			r := &s.tracks.rows[i]
			if r.time < v.from || r.time > v.to {
				continue
			}
			if math.IsNaN(r.lat) {
				sh.end = len(sh.points) > 0
				continue
			}
			at := v.place(r.lat, r.lon)
			inside = inside || v.holds(at)
			sh.points, sh.times = append(sh.points, at), append(sh.times, r.time)
		}
		if inside {
			out = append(out, sh)
		}
	}
	return out
}

// dots are the plots in the view, placed at a height where they tell none.
func (s *scene) dots(v *view, height float64) (out [][2]float64) {
	if s.rec == nil {
		return nil
	}
	from, _ := slices.BinarySearchFunc(s.plots, v.from, func(i int32, t float64) int { return cmp.Compare(s.rec.Plots[i].Time.Seconds(), t) })
	for _, i := range s.plots[from:] {
		p := &s.rec.Plots[i]
		if p.Time.Seconds() > v.to {
			break
		}
		lat, lon := p.Lat, p.Lon
		if p.Is(entente.HasPolar) {
			f := s.frames[p.Sensor]
			if f == nil {
				continue
			}
			h, told := heightOf(p)
			if !told {
				h = height
			}
			at, _ := f.Locate(max(1, p.Range), p.Azimuth, h)
			lat, lon = at.Lat, at.Lon
		}
		if at := v.place(lat, lon); v.holds(at) {
			out = append(out, at)
		}
	}
	return out
}
