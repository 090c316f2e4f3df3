package score

import (
	"fmt"
	"math"
)

// Requirement is one performance requirement with what was measured.
type Requirement struct {
	Set     string `json:"set"`     // 5N_C, 3N_C: cooperative for 5 and 3 NM; 5N_N, 3N_N: non-cooperative
	ID      string `json:"id"`      // number in its set
	Name    string `json:"name"`    // what is measured
	Section string `json:"section"` // where it stands
	Scope   string `json:"scope"`   // "all flights" or "each flight"
	Unit    string `json:"unit"`
	AtLeast bool   `json:"at_least"` // the value must not be below the limit; else not above
	Limit   Number `json:"limit"`
	Value   Number `json:"value"`           // of each flight: the worst
	Samples int    `json:"samples"`         // what the value was measured on
	Flights int    `json:"flights"`         // with samples
	Failing int    `json:"failing"`         // flights, in the scope of each flight
	Worst   string `json:"worst,omitempty"` // the flight with the worst value
	Result  string `json:"result"`          // "met", "not met", "not measured"
	Note    string `json:"note,omitempty"`
}

// Source is where the requirements come from and how sure their figures are.
const Source = "EUROCONTROL-SPEC-0147 (ESASSP) volume 1, chapter 3; figures as remembered of edition 1.1: check against the text before quoting"

// Results of a requirement.
const (
	Met         = "met"
	NotMet      = "not met"
	NotMeasured = "not measured"
)

// limits are the figures of one set.
type limits struct {
	set                         string
	interval                    float64 // s, between measurements
	rms, rmsFlight, recommended float64 // m
	correlated                  float64 // m
	altitudeAge                 float64 // s, mean
	spacing                     float64 // m, falsely confirmed tracks nearer than this count
	falseArea                   float64 // m², of the density of false reports
	falseIntervals, falseLimits float64
	update                      float64 // probability, each flight
	cooperative                 bool
}

// limitSets are the sets judged. Non-cooperative ones hold what is asked of position only; their probability of update is
// the least sure figure of all.
var limitSets = []limits{
	{set: "5N_C", interval: 8, rms: 500, rmsFlight: 550, recommended: 350, correlated: 926, altitudeAge: 4, spacing: 16700,
		falseArea: 900 * nauticalMile * nauticalMile, falseIntervals: 450, falseLimits: 10, update: 0.97, cooperative: true},
	{set: "3N_C", interval: 5, rms: 300, rmsFlight: 330, recommended: 210, correlated: 555, altitudeAge: 2.5, spacing: 10000,
		falseArea: 100 * nauticalMile * nauticalMile, falseIntervals: 720, falseLimits: 2, update: 0.97, cooperative: true},
	{set: "5N_N", interval: 8, rms: 500, rmsFlight: 550, recommended: 350, correlated: 926, spacing: 16700,
		falseArea: 900 * nauticalMile * nauticalMile, falseIntervals: 450, falseLimits: 10, update: 0.90},
	{set: "3N_N", interval: 5, rms: 300, rmsFlight: 330, recommended: 210, correlated: 555, spacing: 10000,
		falseArea: 100 * nauticalMile * nauticalMile, falseIntervals: 720, falseLimits: 2, update: 0.90},
}

// requirements measures all sets: the cooperative ones on targets that are not known to have no transponder, the others on all.
func requirements(truth *Truth, tracks *Tracks, paths []path, w *watcher, step float64) (out []Requirement) {
	flights := reportsOf(truth, tracks, paths, w, step)
	wrong := falseReportsOf(tracks, paths, w, step)
	for i := range limitSets {
		m := &measuring{l: &limitSets[i], tracks: tracks, wrong: wrong}
		for k := range flights {
			if !m.l.cooperative || !flights[k].silent {
				m.flights = append(m.flights, flights[k])
			}
		}
		m.position()
		if m.l.cooperative {
			m.altitude()
			m.identity()
			m.motion()
		}
		m.falseTargets()
		out = append(out, m.out...)
	}
	return out
}

// measuring is the state of measuring one set.
type measuring struct {
	l       *limits
	tracks  *Tracks
	flights []flightReports
	wrong   falseReports
	out     []Requirement
}

// put appends a requirement with its result.
func (m *measuring) put(id, name, scope, unit string, atLeast bool, limit, value float64, samples int) *Requirement {
	r := Requirement{Set: m.l.set, ID: id, Name: name, Scope: scope, Unit: unit, AtLeast: atLeast, Limit: Number(limit), Value: Number(value),
		Section: fmt.Sprintf("SPEC-0147 vol 1, ch. 3, %s-%s (as remembered)", m.l.set, id), Samples: samples, Result: NotMeasured}
	switch {
	case samples == 0 || !r.Value.Known():
		r.Value = nan
	case atLeast && value >= limit, !atLeast && value <= limit:
		r.Result = Met
	default:
		r.Result = NotMet
	}
	m.out = append(m.out, r)
	return &m.out[len(m.out)-1]
}

// Scopes.
const (
	allFlights  = "all flights"
	eachFlight  = "each flight"
	fewestTests = 5 // intervals or reports of a flight below which it is not judged alone
)

// each puts a requirement on every flight: the worst value and how many fail.
func (m *measuring) each(id, name, unit string, atLeast bool, limit float64, of func(*flightReports) (float64, int)) {
	worst, by, samples, flights, failing := math.NaN(), "", 0, 0, 0
	for i := range m.flights {
		v, n := of(&m.flights[i])
		if n < fewestTests || math.IsNaN(v) {
			continue
		}
		samples += n
		flights++
		if atLeast && v < limit || !atLeast && v > limit {
			failing++
		}
		if math.IsNaN(worst) || atLeast && v < worst || !atLeast && v > worst {
			worst, by = v, m.flights[i].name
		}
	}
	r := m.put(id, name, eachFlight, unit, atLeast, limit, worst, samples)
	r.Flights, r.Failing, r.Worst = flights, failing, by
}

// all puts a requirement on all flights together: the sum of parts over the sum of wholes.
func (m *measuring) all(id, name, unit string, atLeast bool, limit float64, of func(*flightReports) (part, whole float64)) *Requirement {
	part, whole, flights := 0.0, 0.0, 0
	for i := range m.flights {
		p, w := of(&m.flights[i])
		part, whole = part+p, whole+w
		if w > 0 {
			flights++
		}
	}
	r := m.put(id, name, allFlights, unit, atLeast, limit, part/whole, int(whole))
	r.Flights = flights
	return r
}

// rootAll is all for root mean squares: parts are squares.
func (m *measuring) rootAll(id, name, unit string, limit float64, of func(*flightReports) (squares, n float64)) *Requirement {
	return m.all(id, name, unit, false, limit*limit, of).root(limit)
}

// root turns a mean square into its root.
func (r *Requirement) root(limit float64) *Requirement {
	r.Limit, r.Value = Number(limit), Number(math.Sqrt(float64(r.Value)))
	return r
}

// unmeasured puts a requirement that these inputs cannot tell.
func (m *measuring) unmeasured(id, name, unit string, atLeast bool, limit float64, note string) {
	m.put(id, name, allFlights, unit, atLeast, limit, math.NaN(), 0).Note = note
}
