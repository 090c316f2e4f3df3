package score

import (
	"bytes"
	"encoding/json"
	"fmt"

	"entente"
)

// Recording is what was measured, for the figures of sensors. Plots are in any order.
type Recording struct {
	Sensors []entente.Sensor
	Plots   []entente.Plot
}

// Report is everything that score says of tracks, sensors or both.
type Report struct {
	Figures      Figures // top level in JSON; of a report without tracks all zero
	HasTracks    bool
	Against      string          // "truth", or "reference" when reconstructed from the plots
	Trajectory   TGOSPA          // T-GOSPA
	SIAP         SIAP            //
	Latency      Latency         //
	Requirements []Requirement   // ESASSP
	Sensors      []SensorFigures // empty without a recording
	Series       Series          // over time
	Cases        []Case          // the worst moments
	scene        *scene
}

// Judge compares tracks with truth, or with a reference, and sensors too where a recording is given. tracks and rec may
// be nil: what needs them is left out. Against a reference only the time is judged for which there are both, and tracks only
// where a sensor of the recording could see them.
func Judge(truth *Truth, tracks *Tracks, rec *Recording, o Options) *Report {
	o = o.filled()
	r := &Report{Against: "truth"}
	if truth.reference {
		r.Against = "reference"
	}
	paths := truth.pathsSorted()
	if rec != nil {
		r.Sensors = judgeSensors(truth, paths, rec)
	}
	switch {
	case tracks == nil:
		tracks = &Tracks{names: map[string]int{}}
	case truth.reference:
		r.HasTracks = true
		from, to := truth.span()
		tracks = tracks.within(rec, from, to)
		truth = truth.clipped(tracks.span())
		paths = truth.pathsSorted()
	default:
		r.HasTracks = true
	}
	w := newWatcher(truth, tracks)
	c := compareAll(truth, tracks, o, w)
	step := c.period()
	r.scene = newScene(truth, tracks, rec, paths, w, step)
	if !r.HasTracks {
		return r
	}
	r.Figures = c.figures(truth, tracks)
	r.Trajectory = trajectoryMetric(w.meetings, len(c.times), w.n, w.k, o.Cutoff, o.Switch)
	r.SIAP = w.siap(&r.Figures, step)
	r.Latency = w.latency(&r.Figures, tracks)
	r.Series = w.series
	r.Requirements = requirements(truth, tracks, paths, w, step)
	r.Cases = r.scene.cases()
	return r
}

// pathsSorted is paths of a truth put in order.
func (t *Truth) pathsSorted() []path {
	t.sort()
	return t.paths()
}

// MarshalJSON writes the plain figures at the top level, as Figures does alone, and after them the rest.
func (r *Report) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	write := func(key string, v any) error {
		text, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("writing %s: %w", key, err)
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q:%s", key, text)
		return nil
	}
	if r.HasTracks {
		r.Figures.each(func(key, value string) {
			if b.Len() > 1 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%s", key, value)
		})
	}
	parts := []struct {
		key string
		v   any
	}{{"against", r.Against}}
	if r.HasTracks {
		parts = append(parts, []struct {
			key string
			v   any
		}{{"trajectory", r.Trajectory}, {"siap", r.SIAP}, {"latency", r.Latency}, {"requirements", r.Requirements},
			{"series", r.Series}, {"cases", r.Cases}}...)
	}
	if len(r.Sensors) > 0 {
		parts = append(parts, struct {
			key string
			v   any
		}{"sensors", r.Sensors})
	}
	for _, p := range parts {
		if err := write(p.key, p.v); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
