package score

import (
	"math"
	"slices"

	"entente/geo"
)

// Widths of the bins of detection.
const (
	azimuthBins = 12
	rangeBin    = 50.0 // km
	levelBin    = 100  // flight levels
)

// detection counts the looks that a sensor had at each target and those that brought a plot. Looks are counted from plot to
// plot by the sensor's turn, and from the ends of the target's way through the coverage. A sensor that needs an
// answer or a broadcast is not asked for targets that never gave it one.
func (j *judge) detection(o *SensorFigures) {
	hits := make([][]float64, len(j.paths))
	for i := range j.matches {
		if r := &j.matches[i]; !r.duplicate {
			hits[r.target] = append(hits[r.target], r.time)
		}
	}
	turn := j.turn(hits)
	o.Period, o.PD, o.PDSigma, o.FalseRate = Number(turn), nan, nan, nan
	if !(turn > 0) {
		return
	}
	d := &detecting{j: j, o: o, turn: turn}
	d.azimuth, d.rng, d.level = map[int]*Bin{}, map[int]*Bin{}, map[int]*Bin{}
	for target, h := range hits {
		slices.Sort(h)
		d.target(target, h)
	}
	o.Looks, o.Hits = d.looks, d.hits
	if d.looks > 0 {
		pd := float64(d.hits) / float64(d.looks)
		o.PD, o.PDSigma = Number(pd), Number(math.Sqrt(max(pd*(1-pd), 0.25/float64(d.looks))/float64(d.looks)))
	}
	from, to := j.truth.span()
	o.FalseRate = Number(float64(j.wrong) / math.Max(1, (to-from)/turn))
	if j.polar {
		o.ByAzimuth = binsOf(d.azimuth, 360/azimuthBins)
	}
	o.ByRange, o.ByLevel = binsOf(d.rng, rangeBin), binsOf(d.level, levelBin)
}

// turn is the median time between plots of one target, gaps of more than one turn left out.
func (j *judge) turn(hits [][]float64) float64 {
	nominal := j.sensor.Period
	var gaps []float64
	for _, h := range hits {
		s := slices.Clone(h)
		slices.Sort(s)
		for i := 1; i < len(s); i++ {
			if g := s[i] - s[i-1]; nominal <= 0 || g > 0.5*nominal && g < 1.5*nominal {
				gaps = append(gaps, g)
			}
		}
	}
	if len(gaps) < fewestFit {
		return nominal
	}
	return percentile(gaps, 50)
}

// detecting counts looks.
type detecting struct {
	j                   *judge
	o                   *SensorFigures
	turn                float64
	looks, hits         int
	azimuth, rng, level map[int]*Bin
}

// target counts the looks at one target, in each span of its existence.
func (d *detecting) target(target int, h []float64) {
	p := d.j.paths[target]
	if len(p) == 0 || len(h) == 0 && !d.j.needsNoAnswer() {
		return
	}
	for _, span := range p.alive() {
		var in []float64
		for _, t := range h {
			if t >= span[0] && t <= span[1] {
				in = append(in, t)
			}
		}
		d.span(p, span[0], span[1], in)
	}
}

// span counts the looks from one time to another, with plots at the times h.
func (d *detecting) span(p path, from, to float64, h []float64) {
	if len(h) == 0 {
		for t := from + d.turn/2; t < to; t += d.turn {
			d.look(p, t, false)
		}
		return
	}
	for _, t := range h {
		d.look(p, t, true)
	}
	for t := h[0] - d.turn; t > from; t -= d.turn {
		d.look(p, t, false)
	}
	for i := 1; i < len(h); i++ {
		n := int(math.Round((h[i] - h[i-1]) / d.turn))
		for k := 1; k < n; k++ {
			d.look(p, h[i-1]+(h[i]-h[i-1])*float64(k)/float64(n), false)
		}
	}
	for t := h[len(h)-1] + d.turn; t < to; t += d.turn {
		d.look(p, t, false)
	}
}

// needsNoAnswer says whether the sensor sees whatever flies: primary radar.
func (j *judge) needsNoAnswer() bool { return j.sensor.Kind.String() == "psr" }

// look counts one look at a time, unless it is a miss where the sensor could not see.
func (d *detecting) look(p path, t float64, hit bool) {
	m, ok := p.at(t)
	if !ok {
		return
	}
	j := d.j
	v := j.frame.ENU(geo.LLA{Lat: m.lat, Lon: m.lon, Height: m.altitude}).Polar()
	horizon := geo.RadarHorizon(j.sensor.Height, m.altitude)
	if !hit && (j.sensor.MaxRange > 0 && v.Range > j.sensor.MaxRange || v.Range > horizon || v.Elevation > coneOfSilence && j.polar) {
		return
	}
	d.looks++
	if hit {
		d.hits++
	}
	count(d.azimuth, int(v.Azimuth/(2*math.Pi/azimuthBins)), hit)
	count(d.rng, int(v.Range/1000/rangeBin), hit)
	count(d.level, int(max(0, m.altitude)/foot/100/levelBin), hit)
}

// coneOfSilence is the elevation above which a radar is not asked, radians.
const coneOfSilence = 45 * math.Pi / 180

func count(bins map[int]*Bin, k int, hit bool) {
	b := bins[k]
	if b == nil {
		b = &Bin{}
		bins[k] = b
	}
	b.Looks++
	if hit {
		b.Hits++
	}
}

// binsOf puts the bins in order.
func binsOf(bins map[int]*Bin, width float64) []Bin {
	keys := make([]int, 0, len(bins))
	for k := range bins {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	out := make([]Bin, 0, len(keys))
	for _, k := range keys {
		b := *bins[k]
		b.From, b.To = Number(float64(k)*width), Number(float64(k+1)*width)
		b.PD = Number(float64(b.Hits) / float64(b.Looks))
		out = append(out, b)
	}
	return out
}
