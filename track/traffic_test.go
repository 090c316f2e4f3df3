package track

import (
	"math"
	"math/rand/v2"
	"slices"

	"entente"
	"entente/geo"
)

// epoch is second zero of the tests.
const epoch = 1_700_000_000 * entente.Second

func second(t float64) entente.Instant { return epoch + entente.FromSeconds(t) }

// aircraft flies straight on a great circle, or turns at a steady rate from turnFrom on.
type aircraft struct {
	lat, lon, height float64 // degrees, metres, at second zero
	speed, course    float64 // m/s, degrees
	turn             float64 // degrees a second, to the right
	turnFrom, turnTo float64
	climb            float64
	from, until      float64 // seconds; until zero: for ever
	address          entente.Address
	modeA            entente.ModeA
	mute             bool // no transponder

	path []geo.LLA // every half second
	vel  [][2]float64
}

const pathStep = 0.5

// fly works out the path up to a time.
func (a *aircraft) fly(until float64) {
	p := geo.LLA{Lat: a.lat * degree, Lon: a.lon * degree, Height: a.height}
	course := a.course * degree
	for t := 0.0; t <= until+1; t += pathStep {
		s, c := math.Sincos(course)
		a.path = append(a.path, p)
		a.vel = append(a.vel, [2]float64{a.speed * s, a.speed * c})
		m, n := geo.Radii(p.Lat)
		rate := a.speed * s * math.Tan(p.Lat) / (n + p.Height) // the great circle's
		if a.turn != 0 && t >= a.turnFrom && (a.turnTo == 0 || t < a.turnTo) {
			rate += a.turn * degree
		}
		s, c = math.Sincos(course + rate*pathStep/2)
		p.Lat += a.speed * c * pathStep / (m + p.Height)
		p.Lon = geo.WrapLon(p.Lon + a.speed*s*pathStep/((n+p.Height)*math.Cos(p.Lat)))
		p.Height += a.climb * pathStep
		course += rate * pathStep
	}
}

func (a *aircraft) alive(t float64) bool { return t >= a.from && (a.until == 0 || t <= a.until) }

// at is the place and velocity at t.
func (a *aircraft) at(t float64) (geo.LLA, float64, float64) {
	k := max(0, min(len(a.path)-2, int(t/pathStep)))
	f := t/pathStep - float64(k)
	p, q := a.path[k], a.path[k+1]
	return geo.LLA{Lat: p.Lat + f*(q.Lat-p.Lat), Lon: geo.WrapLon(p.Lon + f*geo.WrapLon(q.Lon-p.Lon)), Height: p.Height + f*(q.Height-p.Height)},
		a.vel[k][0], a.vel[k][1]
}

// traffic is aircraft and sensors; plots are what the sensors see of them.
type traffic struct {
	sensors  []entente.Sensor
	aircraft []aircraft
	clutter  float64   // false plots a look of each radar
	bias     []float64 // metres per sensor; azimuth in proportion 0.001 rad a 250 m
	clock    []float64 // seconds that a sensor's stamps are late
	duration float64
	seed     uint64
}

func radar(id entente.SensorID, kind entente.SensorKind, lat, lon, period float64) entente.Sensor {
	return entente.Sensor{ID: id, Name: "R", Kind: kind, Lat: lat * degree, Lon: lon * degree, Height: 200,
		RangeSigma: 50, AzimuthSigma: 0.08 * degree, Period: period, PD: 0.95, MaxRange: 300e3}
}

func receiver(id entente.SensorID, lat, lon float64) entente.Sensor {
	return entente.Sensor{ID: id, Name: "A", Kind: entente.ADSB, Lat: lat * degree, Lon: lon * degree, Height: 200,
		RangeSigma: 25, Period: 1, PD: 0.9, MaxRange: 350e3}
}

// plots returns what is seen, in order of time.
func (w *traffic) plots() []entente.Plot {
	rng := rand.New(rand.NewPCG(w.seed, 99))
	for i := range w.aircraft {
		w.aircraft[i].path, w.aircraft[i].vel = nil, nil
		w.aircraft[i].fly(w.duration)
	}
	var out []entente.Plot
	for i := range w.sensors {
		if w.sensors[i].Kind.Polar() {
			out = w.scan(i, rng, out)
		} else {
			out = w.listen(i, rng, out)
		}
	}
	slices.SortFunc(out, func(a, b entente.Plot) int { return order(&a, &b) })
	return out
}

func (w *traffic) scan(i int, rng *rand.Rand, out []entente.Plot) []entente.Plot {
	s := w.sensors[i]
	st := newSite(s)
	phase := rng.Float64()
	for turn := 0.0; turn*s.Period < w.duration; turn++ {
		for k := range w.aircraft {
			a := &w.aircraft[k]
			t := (turn + 0.5) * s.Period
			var look geo.Polar
			var p geo.LLA
			for range 3 { // when does the beam meet it?
				p, _, _ = a.at(t)
				look = st.frame.Look(p)
				_, f := math.Modf(look.Azimuth/(2*math.Pi) + phase)
				t = (turn + f) * s.Period
			}
			if !a.alive(t) || t >= w.duration || !st.covers(p.ECEF(), p.Height) || rng.Float64() > s.PD || a.mute && s.Kind != entente.PSR {
				continue
			}
			q := entente.Plot{Time: second(t), Sensor: s.ID, Kind: s.Kind, Has: entente.HasPolar,
				Range: look.Range + s.RangeSigma*rng.NormFloat64(), Azimuth: geo.WrapAzimuth(look.Azimuth + s.AzimuthSigma*rng.NormFloat64())}
			if w.bias != nil {
				q.Range += w.bias[i]
				q.Azimuth = geo.WrapAzimuth(q.Azimuth + w.bias[i]/250*0.001)
			}
			if w.clock != nil {
				q.Time = q.Time.Add(w.clock[i])
			}
			w.transpond(&q, a, p, rng)
			out = append(out, q)
		}
		out = w.falsePlots(s, turn, rng, out)
	}
	return out
}

// transpond adds what the transponder tells a secondary radar.
func (w *traffic) transpond(q *entente.Plot, a *aircraft, p geo.LLA, rng *rand.Rand) {
	if q.Kind == entente.PSR || a.mute {
		return
	}
	q.Altitude = math.Round((p.Height+5*rng.NormFloat64())/7.62) * 7.62
	q.Set(entente.HasAltitude)
	if q.Kind == entente.ModeS {
		q.Address = a.address
	}
	if a.modeA != 0 {
		q.ModeA = a.modeA
		q.Set(entente.HasModeA)
	}
}

func (w *traffic) falsePlots(s entente.Sensor, turn float64, rng *rand.Rand, out []entente.Plot) []entente.Plot {
	for n := w.clutter; n > 0 && (n >= 1 || rng.Float64() < n); n-- {
		t := (turn + rng.Float64()) * s.Period
		out = append(out, entente.Plot{Time: second(t), Sensor: s.ID, Kind: s.Kind, Has: entente.HasPolar,
			Range: s.MaxRange * math.Sqrt(0.001+0.999*rng.Float64()), Azimuth: 2 * math.Pi * rng.Float64()})
	}
	return out
}

func (w *traffic) listen(i int, rng *rand.Rand, out []entente.Plot) []entente.Plot {
	s := w.sensors[i]
	st := newSite(s)
	for k := range w.aircraft {
		a := &w.aircraft[k]
		if a.address == 0 {
			continue
		}
		for t := s.Period * rng.Float64(); t < w.duration; t += s.Period * (0.9 + 0.2*rng.Float64()) {
			p, _, _ := a.at(t)
			if !a.alive(t) || !st.covers(p.ECEF(), p.Height) || rng.Float64() > s.PD {
				continue
			}
			f := geo.NewFrame(p)
			q := f.LLA(geo.ENU{E: s.RangeSigma * rng.NormFloat64(), N: s.RangeSigma * rng.NormFloat64()})
			late := 0.0
			if w.clock != nil {
				late = w.clock[i]
			}
			out = append(out, entente.Plot{Time: second(t + late), Sensor: s.ID, Kind: s.Kind, Has: entente.HasPosition | entente.HasAltitude,
				Lat: q.Lat, Lon: q.Lon, Altitude: p.Height, Address: a.address})
		}
	}
	return out
}

// spread is n aircraft over a disc, half of them with Mode S and ADS-B.
func spread(n int, lat, lon, radius, duration float64, seed uint64) []aircraft {
	rng := rand.New(rand.NewPCG(seed, 5))
	var out []aircraft
	for i := range n {
		r, b := radius*math.Sqrt(rng.Float64()), 2*math.Pi*rng.Float64()
		la, lo := geo.Destination(lat*degree, lon*degree, b, r)
		a := aircraft{lat: la / degree, lon: lo / degree, height: 3000 + 300*float64(rng.IntN(28)), speed: 130 + 120*rng.Float64(), course: 360 * rng.Float64(),
			modeA: entente.ModeA(1 + rng.IntN(4095))}
		if i%2 == 0 {
			a.address = entente.Address(0x400001 + i)
		}
		if i%5 == 1 {
			a.turn, a.turnFrom = 2*rng.Float64()-1, duration*rng.Float64()/2
			a.turnTo = a.turnFrom + 60
		}
		out = append(out, a)
	}
	return out
}

// run gives all plots at once and flushes.
func run(t *Tracker, plots []entente.Plot) []entente.Track { return t.Flush(t.Process(plots, nil)) }
