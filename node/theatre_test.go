package node

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"entente"
	"entente/feed"
	"entente/geo"
	"entente/score"
)

// theatre is a scenario of several members: who has which sensor, what the sensors measured in the order in which it
// reached their nodes, and what was true.
type theatre struct {
	name    string
	sensors []entente.Sensor // Owner says whose
	members []entente.MemberID
	plots   []entente.Plot // in the order of Arrival
	truth   []truthAt
	csv     []byte // the truth as score reads it
}

// truthAt is where all targets in someone's sight were at a time.
type truthAt struct {
	time    entente.Instant
	targets []target
}

type target struct {
	name             string
	lat, lon, height float64 // radians, metres
	ve, vn           float64
}

// six are the members of a theatre.
var six = []entente.MemberID{"ALF", "BRA", "CHA", "DEL", "ECH", "FOX"}

// readTheatre reads a generated set: sensors, plots and truth as CSV. A radar each member, or two, of six; ADS-B goes to
// the member whose radar is nearest.
func readTheatre(t testing.TB, dir string) *theatre {
	t.Helper()
	th := &theatre{name: filepath.Base(dir), members: six}
	f, err := os.Open(filepath.Join(dir, "sensors.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	reg, err := feed.LoadRegistry("sensors.csv", f)
	if err != nil {
		t.Fatal(err)
	}
	th.sensors = slices.Clone(reg.Sensors())
	radars := 0
	for i := range th.sensors {
		if s := &th.sensors[i]; s.Kind.Polar() {
			s.Owner = six[radars%len(six)]
			radars++
		}
	}
	for i := range th.sensors {
		s, near := &th.sensors[i], math.Inf(1)
		if s.Kind.Polar() {
			continue
		}
		for _, r := range th.sensors {
			if d := geo.Separation(s.Lat, s.Lon, r.Lat, r.Lon); r.Kind.Polar() && d < near {
				s.Owner, near = r.Owner, d
			}
		}
	}
	plots, err := os.Open(filepath.Join(dir, "plots.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer plots.Close()
	const lag = 1.0 // seconds from a plot to its node, about
	if err := feed.ReadPlots("plots.csv.gz", plots, feed.Options{}, reg, func(p []entente.Plot) { th.plots = append(th.plots, p...) }, nil); err != nil {
		t.Fatal(err)
	}
	last := entente.Instant(0)
	for i := range th.plots {
		last = max(last, th.plots[i].Time.Add(lag))
		th.plots[i].Arrival = last
	}
	th.readTruth(t, filepath.Join(dir, "truth.csv.gz"))
	return th
}

func (th *theatre) readTruth(t testing.TB, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	if th.csv, err = io.ReadAll(z); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(th.csv)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows[1:] {
		var v [7]float64
		for i := range v {
			if i != 1 {
				if v[i], err = strconv.ParseFloat(r[i], 64); err != nil {
					t.Fatal(err)
				}
			}
		}
		th.say(entente.FromSeconds(v[0]), target{r[1], geo.Radians(v[2]), geo.Radians(v[3]), v[4], v[5], v[6]})
	}
}

// say adds a target to the truth of a time, times in order.
func (th *theatre) say(at entente.Instant, x target) {
	if n := len(th.truth); n == 0 || th.truth[n-1].time != at {
		th.truth = append(th.truth, truthAt{time: at})
	}
	n := len(th.truth) - 1
	th.truth[n].targets = append(th.truth[n].targets, x)
}

// show is a scenario made here: n aircraft over six neighbours, each with a radar or two and a receiver.
type show struct {
	seed     uint64
	aircraft int
	duration float64                         // seconds
	bias     map[entente.MemberID][2]float64 // metres east and north by which a member's sensors are off
	clock    map[entente.MemberID]float64    // seconds by which a member's clock is ahead
	mute     float64                         // share without transponder
}

// flier is an aircraft of a show.
type flier struct {
	lat, lon, height float64
	speed, course    float64
	turn, climb      float64
	until            float64 // of the present leg
	address          entente.Address
	modeA            entente.ModeA
	adsb             bool
	born             float64 // when it appears
}

func (f *flier) step(dt float64, at float64, rng *rand.Rand) {
	if at >= f.until {
		f.turn, f.climb = 0, 0
		switch k := rng.IntN(10); {
		case k < 2:
			f.turn = (1 + 2*rng.Float64()) * math.Pi / 180 * float64(1-2*rng.IntN(2))
			f.until = at + (20+70*rng.Float64())*math.Pi/180/math.Abs(f.turn)
		case k < 4:
			f.climb = 16*rng.Float64() - 8
			f.until = at + 20 + 60*rng.Float64()
		default:
			f.until = at + 30 + 90*rng.Float64()
		}
	}
	f.course += f.turn * dt
	f.height = max(1500, min(12000, f.height+f.climb*dt))
	m, p := geo.Radii(f.lat)
	f.lat += dt * f.speed * math.Cos(f.course) / (m + f.height)
	f.lon += dt * f.speed * math.Sin(f.course) / ((p + f.height) * math.Cos(f.lat))
}

// play makes the theatre of a show.
func (s show) play() *theatre {
	th := &theatre{name: fmt.Sprintf("show-%d", s.seed), members: six}
	rng := rand.New(rand.NewPCG(s.seed, 77))
	const lat0, lon0 = 52 * math.Pi / 180, 28 * math.Pi / 180
	for i, m := range six {
		la, lo := geo.Destination(lat0, lon0, float64(i%3)*2.0944+0.3*float64(i/3), 150e3+60e3*float64(i/3))
		add := func(k entente.SensorKind, lat, lon, period, sigma, azimuth, reach float64) {
			th.sensors = append(th.sensors, entente.Sensor{ID: entente.SensorID(len(th.sensors) + 1), Name: fmt.Sprintf("%s-%d", m, len(th.sensors)+1),
				Kind: k, Owner: m, Lat: lat, Lon: lon, Height: 200, RangeSigma: sigma, AzimuthSigma: azimuth, Period: period, PD: 0.95, MaxRange: reach})
		}
		add([]entente.SensorKind{entente.ModeS, entente.SSR}[i%2], la, lo, float64(5+i%3*2), 40, 0.0011, 300e3)
		if i%2 == 0 {
			add(entente.PSR, la, lo, 8, 70, 0.0025, 180e3)
			add(entente.ADSB, la, lo, 2, 20, 0, 300e3)
		}
	}
	fliers := make([]flier, s.aircraft)
	for i := range fliers {
		la, lo := geo.Destination(lat0, lon0, 2*math.Pi*rng.Float64(), 260e3*math.Sqrt(rng.Float64()))
		fliers[i] = flier{lat: la, lon: lo, height: 3000 + 8000*rng.Float64(), speed: 130 + 120*rng.Float64(), course: 2 * math.Pi * rng.Float64()}
		if i%3 == 0 {
			fliers[i].born = s.duration / 2 * rng.Float64()
		}
		if rng.Float64() >= s.mute {
			fliers[i].modeA = entente.ModeA(rng.IntN(4096))
			if rng.IntN(10) > 0 {
				fliers[i].address, fliers[i].adsb = entente.Address(0x500000+97*i), rng.IntN(10) < 6
			}
		}
	}
	s.fly(th, fliers, rng)
	return th
}

// fly moves the fliers and has the sensors look, a tenth of a second at a time.
func (s show) fly(th *theatre, fliers []flier, rng *rand.Rand) {
	const dt, begin = 0.1, 1_700_000_000
	frames := make([]geo.Frame, len(th.sensors))
	due := make([][]float64, len(th.sensors))
	for k := range th.sensors {
		frames[k] = geo.NewFrame(geo.LLA{Lat: th.sensors[k].Lat, Lon: th.sensors[k].Lon, Height: th.sensors[k].Height})
		for range fliers {
			due[k] = append(due[k], th.sensors[k].Period*rng.Float64())
		}
	}
	var text bytes.Buffer
	fmt.Fprintln(&text, "time_s,target,lat,lon,altitude_m,ve_mps,vn_mps")
	for n := range int(s.duration / dt) {
		at := float64(n) * dt
		for i := range fliers {
			f := &fliers[i]
			if at < f.born {
				continue
			}
			f.step(dt, at, rng)
			seen := false
			for k := range th.sensors {
				sees := s.sees(&th.sensors[k], &frames[k], f)
				seen = seen || sees
				if at >= due[k][i] && sees {
					due[k][i] = math.Max(due[k][i]+th.sensors[k].Period, at)
					if rng.Float64() < th.sensors[k].PD {
						th.plots = append(th.plots, s.measure(&th.sensors[k], &frames[k], f, entente.FromSeconds(begin+at), rng))
					}
				}
			}
			if n%10 == 0 && seen {
				sin, cos := math.Sincos(f.course)
				x := target{strconv.Itoa(i), f.lat, f.lon, f.height, f.speed * sin, f.speed * cos}
				th.say(entente.FromSeconds(begin+at), x)
				fmt.Fprintf(&text, "%.1f,%s,%.7f,%.7f,%.1f,%.2f,%.2f\n", begin+at, x.name, geo.ToDegrees(x.lat), geo.ToDegrees(x.lon), x.height, x.ve, x.vn)
			}
		}
	}
	th.csv = text.Bytes()
	slices.SortStableFunc(th.plots, func(a, b entente.Plot) int { return cmp.Compare(a.Arrival, b.Arrival) })
}

func (s show) sees(k *entente.Sensor, frame *geo.Frame, f *flier) bool {
	switch k.Kind {
	case entente.ADSB:
		if !f.adsb {
			return false
		}
	case entente.ModeS, entente.SSR:
		if f.modeA == 0 && f.address == 0 {
			return false
		}
	}
	p := frame.Look(geo.LLA{Lat: f.lat, Lon: f.lon, Height: f.height})
	return p.Range < k.MaxRange && p.Range < geo.RadarHorizon(k.Height, f.height) && p.Elevation < math.Pi/4
}

func (s show) measure(k *entente.Sensor, frame *geo.Frame, f *flier, at entente.Instant, rng *rand.Rand) entente.Plot {
	b, ahead := s.bias[k.Owner], s.clock[k.Owner]
	m, pr := geo.Radii(f.lat)
	where := geo.LLA{Lat: f.lat + b[1]/m, Lon: f.lon + b[0]/(pr*math.Cos(f.lat)), Height: f.height}
	p := entente.Plot{Time: at.Add(ahead), Arrival: at.Add(0.3 + 0.4*rng.Float64()), Sensor: k.ID, Kind: k.Kind}
	if k.Kind == entente.ADSB {
		p.Set(entente.HasPosition)
		p.Lat, p.Lon = where.Lat+k.RangeSigma*rng.NormFloat64()/m, where.Lon+k.RangeSigma*rng.NormFloat64()/(pr*math.Cos(f.lat))
	} else {
		p.Set(entente.HasPolar)
		look := frame.Look(where)
		p.Range, p.Azimuth = look.Range+k.RangeSigma*rng.NormFloat64(), geo.WrapAzimuth(look.Azimuth+k.AzimuthSigma*rng.NormFloat64())
	}
	if k.Kind != entente.PSR {
		p.Set(entente.HasAltitude)
		p.Altitude = math.Round(f.height/7.62) * 7.62
		if k.Kind != entente.ADSB {
			p.Set(entente.HasModeA)
			p.ModeA = f.modeA
		}
		if k.Kind != entente.SSR {
			p.Address = f.address
		}
	}
	return p
}

// figures scores what a picture showed against the truth.
func (th *theatre) figures(t testing.TB, k *score.Tracks) score.Figures {
	t.Helper()
	truth, err := score.ReadTruth(bytes.NewReader(th.csv), th.name)
	if err != nil {
		t.Fatal(err)
	}
	return score.Score(truth, k, score.Options{})
}
