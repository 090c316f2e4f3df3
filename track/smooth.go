package track

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"entente"
	"entente/geo"
)

// SmoothConfig says what measured the recording and how close the points of the reference stand.
type SmoothConfig struct {
	Sensors []entente.Sensor // who measured; plots of others are left out
	Step    float64          // seconds between points, at whole multiples of it; zero is 4
}

// Trajectory is one aircraft's flight as reconstructed from everything that was measured of it, before and after.
// Points are states of a smoothed track in order of time, from its first plot to its last, each with the covariance that
// the smoother gives it; heights are of the kind the plots reported.
type Trajectory struct {
	Number   uint32 // from 1, in order of first plots
	Address  entente.Address
	ModeA    entente.ModeA // valid with HasModeA in Has
	Callsign entente.Callsign
	Has      entente.PlotFields // HasModeA, HasPressureAltitude, HasAltitude
	Plots    int                // used
	Rejected int                // taken for outliers
	Sensors  uint64             // bit (SensorID−1) mod 64: whose plots were used
	Points   []entente.Track
}

// Reconstruction is what [Smooth] returns.
type Reconstruction struct {
	Trajectories []Trajectory
	Biases       []Bias // of every sensor as estimated and taken off; of ADS-B and multilateration only Time
	Used, Unused int    // plots
	Anchored     bool   // biases are absolute, from ADS-B or multilateration; else relative: what all radars share is not seen
}

// Smooth reconstructs reference trajectories of a recording, so that sensors and trackers can be judged where nobody
// knows the truth. Plots may come in any order. It runs the tracker, joins what belongs to one aircraft, estimates
// every sensor's bias, gives each flight its plots with knowledge of before and after, and smooths with a fixed-interval
// IMM; plots off by more than 4.5 sigma are rejected and the flight smoothed again. The result depends on the
// plots alone. Cost is about 70 µs a plot of one core; memory about 400 bytes a plot and 450 a point.
//
// What it cannot do: tell which of two aircraft is which where plots never did, see where no sensor saw, or find a
// bias that all sensors share.
func Smooth(plots []entente.Plot, c SmoothConfig) *Reconstruction {
	if c.Step <= 0 {
		c.Step = 4
	}
	r := newReconstructor(plots, c)
	r.fly(r.live())
	r.register()
	for pass := range 2 {
		r.assign(pass > 0)
		r.smooth(nil)
		r.drop()
	}
	return r.result()
}

// reconstructor is the state of one reconstruction.
type reconstructor struct {
	config  SmoothConfig
	sites   []site
	siteOf  []int32
	plots   []entente.Plot // corrected, in order of time
	flights []*flight
	biases  []Bias // by site
	anchor  bool
}

func newReconstructor(plots []entente.Plot, c SmoothConfig) *reconstructor {
	r := &reconstructor{config: c}
	for _, s := range c.Sensors {
		for int(s.ID) >= len(r.siteOf) {
			r.siteOf = append(r.siteOf, -1)
		}
		r.siteOf[s.ID] = int32(len(r.sites))
		r.sites = append(r.sites, newSite(s))
		r.biases = append(r.biases, Bias{Sensor: s.ID})
	}
	for i := range plots {
		p := &plots[i]
		if int(p.Sensor) < len(r.siteOf) && r.siteOf[p.Sensor] >= 0 && plausible(p) {
			r.plots = append(r.plots, *p)
		}
	}
	slices.SortFunc(r.plots, func(a, b entente.Plot) int { return order(&a, &b) })
	return r
}

// live runs the tracker and returns its tracks by number, updates by plots only.
func (r *reconstructor) live() map[entente.TrackID][]entente.Track {
	t := New(Config{Sensors: r.config.Sensors, Window: 1})
	byID := map[entente.TrackID][]entente.Track{}
	var out []entente.Track
	keep := func() {
		for i := range out {
			if k := &out[i]; k.State != entente.Ended && k.Updated == k.Time {
				byID[k.ID] = append(byID[k.ID], *k)
			}
		}
	}
	for chunk := range slices.Chunk(r.plots, 4096) {
		out = t.Process(chunk, out[:0])
		keep()
	}
	out = t.Flush(out[:0])
	keep()
	for _, b := range t.Biases(nil) {
		if i := r.siteOf[b.Sensor]; b.Applied {
			r.biases[i] = b
		}
	}
	for i := range r.biases {
		r.shift(int32(i), r.biases[i])
	}
	return byID
}

// shift takes a bias, or a change of it, off the plots of a site.
func (r *reconstructor) shift(si int32, b Bias) {
	if b.Range == 0 && b.Azimuth == 0 && b.Time == 0 {
		return
	}
	for i := range r.plots {
		p := &r.plots[i]
		if r.siteOf[p.Sensor] != si {
			continue
		}
		if p.Is(entente.HasPolar) {
			p.Range = max(1, p.Range-b.Range)
			p.Azimuth = geo.WrapAzimuth(p.Azimuth - b.Azimuth)
		}
		p.Time = p.Time.Add(-b.Time)
	}
}

// smooth smooths all flights, or those given, on every core.
func (r *reconstructor) smooth(some []*flight) {
	if some == nil {
		some = r.flights
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(some)) {
		workers.Go(func() {
			var m smoother
			for i := next.Add(1) - 1; i < int64(len(some)); i = next.Add(1) - 1 {
				some[i].smooth(&m, r)
			}
		})
	}
	workers.Wait()
}

// Fewest plots and shortest time, in seconds, that make a flight.
const (
	fewestPlots    = 6
	shortestFlight = 12.0
)

// drop removes flights too thin to be believed.
func (r *reconstructor) drop() {
	r.flights = slices.DeleteFunc(r.flights, func(f *flight) bool {
		n := len(f.plots) - f.rejected
		return n < fewestPlots || len(f.fixes) < 2 || f.fixes[len(f.fixes)-1].time.Sub(f.fixes[0].time) < shortestFlight
	})
}

// result puts the flights out as trajectories.
func (r *reconstructor) result() *Reconstruction {
	o := &Reconstruction{Biases: r.biases, Anchored: r.anchor}
	slices.SortFunc(r.flights, func(a, b *flight) int {
		return cmp.Or(cmp.Compare(a.fixes[0].time, b.fixes[0].time), cmp.Compare(a.first, b.first))
	})
	for i, f := range r.flights {
		t := f.trajectory(r.config.Step, uint32(i+1), r)
		if len(t.Points) == 0 {
			continue
		}
		o.Used += t.Plots
		o.Trajectories = append(o.Trajectories, t)
	}
	o.Unused = len(r.plots) - o.Used
	return o
}

// trajectory is the flight at whole multiples of step.
func (f *flight) trajectory(step float64, number uint32, r *reconstructor) Trajectory {
	f.vote()
	t := Trajectory{Number: number, Address: f.address, ModeA: f.modeA, Callsign: f.callsign, Has: f.has,
		Plots: len(f.plots) - f.rejected, Rejected: f.rejected}
	for i := range f.plots {
		if f.use[i] {
			t.Sensors |= 1 << (uint(f.plots[i].Sensor-1) % 64)
		}
	}
	from, to := f.fixes[0].time, f.fixes[len(f.fixes)-1].time
	unit := entente.Instant(math.Round(step * 1e9))
	at := (from + unit - 1) / unit * unit
	k := 0
	for ; at <= to; at += unit {
		for k+2 < len(f.fixes) && f.fixes[k+1].time <= at {
			k++
		}
		p := f.point(k, at)
		p.ID, p.Started, p.Plots, p.Sensors = entente.TrackID(number), from, uint32(t.Plots), t.Sensors
		p.Has, p.Address, p.ModeA, p.Callsign = f.has, f.address, f.modeA, f.callsign
		p.PressureAltitude = p.Height
		t.Points = append(t.Points, p)
	}
	return t
}

// point is the smoothed state between the fixes k and k+1.
func (f *flight) point(k int, at entente.Instant) entente.Track {
	a, b := &f.fixes[k], &f.fixes[k+1]
	p, v := hermite(a, b, at)
	here := geo.ECEF{X: p[0], Y: p[1], Z: p[2]}.LLA()
	ax := axes(here)
	e := ax.times(&v)
	near := a
	if b.time.Sub(at) < at.Sub(a.time) {
		near = b
	}
	o := entente.Track{State: entente.Confirmed, Time: at, Updated: at, Lat: here.Lat, Lon: here.Lon, Height: here.Height,
		VE: e[0], VN: e[1], VU: e[2], Covariance: near.covariance}
	o.Quality = quality(&o.Covariance)
	return o
}
