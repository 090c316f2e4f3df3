package score

import (
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// SensorFigures are what one sensor did, against truth or reference. Biases are measured minus true; a value with a sigma is an
// estimate with its own standard deviation. Null where it was not measured.
type SensorFigures struct {
	Name       string `json:"name"`
	Kind       string `json:"kind"`
	Plots      int    `json:"plots"`
	Assigned   int    `json:"assigned"`   // to a target
	False      int    `json:"false"`      // to none
	Duplicates int    `json:"duplicates"` // second plots of a target in one turn
	FalseRate  Number `json:"false_per_turn"`

	Looks   int    `json:"looks"` // chances to see a target
	Hits    int    `json:"hits"`
	PD      Number `json:"pd"` // probability of detection
	PDSigma Number `json:"pd_sigma"`
	Period  Number `json:"period_s"` // as measured

	RangeBias         Number `json:"range_bias_m"`
	RangeBiasSigma    Number `json:"range_bias_sigma_m"`
	RangeSigma        Number `json:"range_sigma_m"`
	StatedRangeSigma  Number `json:"stated_range_sigma_m"`
	AzimuthBias       Number `json:"azimuth_bias_deg"`
	AzimuthBiasSigma  Number `json:"azimuth_bias_sigma_deg"`
	AzimuthSigma      Number `json:"azimuth_sigma_deg"`
	StatedAzimuth     Number `json:"stated_azimuth_sigma_deg"`
	TimeBias          Number `json:"time_bias_s"` // of the time stamps: positive when they are late
	TimeBiasSigma     Number `json:"time_bias_sigma_s"`
	EastBias          Number `json:"east_bias_m"` // of positions: ADS-B and multilateration
	NorthBias         Number `json:"north_bias_m"`
	PositionBiasSigma Number `json:"position_bias_sigma_m"`
	PositionSigma     Number `json:"position_sigma_m"` // per axis
	AltitudeBias      Number `json:"altitude_bias_m"`
	AltitudeSigma     Number `json:"altitude_sigma_m"`

	Delay   Number `json:"delay_s"` // from measurement to arrival, mean
	Delay95 Number `json:"delay_p95_s"`

	ByAzimuth []Bin `json:"by_azimuth_deg,omitempty"`
	ByRange   []Bin `json:"by_range_km,omitempty"`
	ByLevel   []Bin `json:"by_level_fl,omitempty"`

	residuals []residual
}

// Bin is the detection in one part of a sensor's coverage.
type Bin struct {
	From  Number `json:"from"`
	To    Number `json:"to"`
	Looks int    `json:"looks"`
	Hits  int    `json:"hits"`
	PD    Number `json:"pd"`
}

// residual is one plot against its target: range and azimuth, or east and north.
type residual struct {
	target        int
	time          float64
	a, b          float64 // metres and radians, or metres and metres
	rateA, rateB  float64 // change of a and b a second by the target's motion
	varA, varB    float64 // of the reference, in the same units
	altitude      float64 // error in metres, NaN where not told
	rng, az, alti float64 // metres, radians and metres: where it was seen
	duplicate     bool
	plot          *entente.Plot
}

// judge is the work on one sensor.
type judge struct {
	sensor  entente.Sensor
	frame   geo.Frame
	polar   bool
	truth   *Truth
	paths   []path
	plots   []*entente.Plot
	bias    [3]float64 // of a, b and time
	scale   [2]float64 // sigmas as measured or stated
	matches []residual
	wrong   int
	dup     int
}

// judgeSensors judges every sensor of a recording, in order of the list.
func judgeSensors(truth *Truth, paths []path, rec *Recording) []SensorFigures {
	by := map[entente.SensorID][]*entente.Plot{}
	from, to := truth.span()
	for i := range rec.Plots {
		if p := &rec.Plots[i]; p.Time.Seconds() >= from && p.Time.Seconds() <= to {
			by[p.Sensor] = append(by[p.Sensor], p)
		}
	}
	sky := newSky(paths)
	said := make([]sayings, len(paths))
	out := make([]SensorFigures, 0, len(rec.Sensors))
	for _, s := range rec.Sensors {
		j := &judge{sensor: s, truth: truth, paths: paths, plots: by[s.ID], polar: s.Kind.Polar(),
			frame: geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})}
		slices.SortStableFunc(j.plots, func(a, b *entente.Plot) int { return compare(a.Time.Seconds(), b.Time.Seconds()) })
		out = append(out, j.figures(sky))
		j.tell(said)
	}
	truth.name(said)
	return out
}

// tell counts what the plots given to targets said of them.
func (j *judge) tell(said []sayings) {
	for i := range j.matches {
		r := &j.matches[i]
		if !r.duplicate {
			said[r.target].hear(r.plot)
		}
	}
}

// span is the first and last time of the truth.
func (t *Truth) span() (from, to float64) {
	if len(t.rows) == 0 {
		return math.Inf(1), math.Inf(-1)
	}
	return t.rows[0].time, t.rows[len(t.rows)-1].time
}

// enoughPlots are as many as the first two matches look at.
const enoughPlots = 20000

// figures judges one sensor: a first match with wide gates finds its biases, a second with them taken off counts.
func (j *judge) figures(sky *sky) SensorFigures {
	o := SensorFigures{Name: j.sensor.Name, Kind: j.sensor.Kind.String(), Plots: len(j.plots),
		StatedRangeSigma: Number(j.sensor.RangeSigma), StatedAzimuth: nan}
	if j.polar {
		o.StatedAzimuth = Number(geo.ToDegrees(j.sensor.AzimuthSigma))
	}
	j.scale = [2]float64{max(j.sensor.RangeSigma, 10), max(j.sensor.AzimuthSigma, 1e-4)}
	if !j.polar {
		j.scale[1] = j.scale[0]
	}
	some := max(1, len(j.plots)/enoughPlots)
	fit := j.match(sky, wideGate, some)
	for _, every := range [2]int{some, 1} {
		j.bias, j.scale = fit.x, [2]float64{max(fit.sigma[0], j.scale[0]/4), max(fit.sigma[1], j.scale[1]/4)}
		fit = j.match(sky, fineGate, every)
	}
	o.Assigned, o.False, o.Duplicates = len(j.matches)-j.dup, j.wrong, j.dup
	j.accuracy(&o, &fit)
	j.detection(&o)
	j.delays(&o)
	o.residuals = j.matches
	return o
}

// accuracy puts the fit into the figures.
func (j *judge) accuracy(o *SensorFigures, f *fitted) {
	for _, p := range []*Number{&o.RangeBias, &o.RangeBiasSigma, &o.RangeSigma, &o.AzimuthBias, &o.AzimuthBiasSigma, &o.AzimuthSigma, &o.TimeBias,
		&o.TimeBiasSigma, &o.EastBias, &o.NorthBias, &o.PositionBiasSigma, &o.PositionSigma} {
		*p = nan
	}
	var alt []float64
	for i := range j.matches {
		if v := j.matches[i].altitude; !math.IsNaN(v) {
			alt = append(alt, v)
		}
	}
	o.AltitudeBias, o.AltitudeSigma = Number(percentile(alt, 50)), Number((percentile(alt, 84.13)-percentile(alt, 15.87))/2)
	if f.n < fewestFit {
		return
	}
	o.TimeBias, o.TimeBiasSigma = Number(f.x[2]), Number(f.e[2])
	if j.polar {
		o.RangeBias, o.RangeBiasSigma, o.RangeSigma = Number(f.x[0]), Number(f.e[0]), Number(f.sigma[0])
		o.AzimuthBias, o.AzimuthBiasSigma = Number(geo.ToDegrees(f.x[1])), Number(geo.ToDegrees(f.e[1]))
		o.AzimuthSigma = Number(geo.ToDegrees(f.sigma[1]))
		return
	}
	o.EastBias, o.NorthBias, o.PositionBiasSigma = Number(f.x[0]), Number(f.x[1]), Number(math.Hypot(f.e[0], f.e[1])/math.Sqrt2)
	o.PositionSigma = Number(math.Sqrt((f.sigma[0]*f.sigma[0] + f.sigma[1]*f.sigma[1]) / 2))
}

// delays sums up the times of arrival.
func (j *judge) delays(o *SensorFigures) {
	var d []float64
	for _, p := range j.plots {
		if p.Arrival != 0 {
			d = append(d, p.Arrival.Sub(p.Time))
		}
	}
	o.Delay, o.Delay95 = Number(mean(d)), Number(percentile(d, 95))
}
