package score

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"entente"
	"entente/geo"
)

// world is a small made-up recording: aircraft on straight or turning ways, one radar, one ADS-B network, and tracks that
// follow well but for what a test spoils.
type world struct {
	truth, tracks strings.Builder
	rec           Recording
}

// Errors built into the world's sensors, measured minus true.
const (
	worldRange   = 120.0                // m
	worldAzimuth = 0.15 * math.Pi / 180 // rad
	worldClock   = 0.25                 // s
	worldPD      = 0.9
)

// newWorld makes n aircraft over seconds; every second one has an address, and the others no transponder at all.
func newWorld(n, seconds int, seed uint64) *world {
	w := &world{}
	rng := rand.New(rand.NewPCG(seed, 1))
	site := geo.Degrees(54, 27, 200)
	frame := geo.NewFrame(site)
	w.rec.Sensors = []entente.Sensor{
		{ID: 1, Name: "R", Kind: entente.ModeS, Lat: site.Lat, Lon: site.Lon, Height: 200, RangeSigma: 40, AzimuthSigma: 0.08 * math.Pi / 180, Period: 5, PD: worldPD, MaxRange: 250e3},
		{ID: 2, Name: "A", Kind: entente.ADSB, Lat: site.Lat, Lon: site.Lon, RangeSigma: 20, Period: 1, PD: 0.95, MaxRange: 400e3},
	}
	w.truth.WriteString(truthHead)
	w.tracks.WriteString(strings.TrimSpace(tracksHead) + ",vu_mps,mode_s,mode_a\n")
	for i := range n {
		bearing, far := rng.Float64()*2*math.Pi, 20e3+150e3*rng.Float64()
		lat, lon := geo.Destination(site.Lat, site.Lon, bearing, far)
		heading, speed, alt, turn := rng.Float64()*2*math.Pi, 150+100*rng.Float64(), 3000+8000*rng.Float64(), 0.0
		if i%3 == 0 {
			turn = 1.5 * math.Pi / 180
		}
		next := 5 * rng.Float64()
		for s := range seconds {
			ve, vn := speed*math.Sin(heading), speed*math.Cos(heading)
			fmt.Fprintf(&w.truth, "%d,T%d,%.8f,%.8f,%.1f,%.3f,%.3f\n", s, i, geo.ToDegrees(lat), geo.ToDegrees(lon), alt, ve, vn)
			here := geo.LLA{Lat: lat, Lon: lon, Height: alt}
			if float64(s) >= next {
				next += 5
				w.radar(rng, &frame, here, ve, vn, float64(s), i)
			}
			if i%2 == 0 && rng.Float64() < 0.95 {
				w.adsb(rng, here, float64(s), i)
			}
			if s%4 == 3 {
				id := ""
				if i%2 == 0 {
					id = address(i).String()
				}
				fmt.Fprintf(&w.tracks, "%d,%d,%.8f,%.8f,%.1f,%.3f,%.3f,900,0,900,0,%s,\n", s, i, geo.ToDegrees(lat)+20*metre*rng.NormFloat64(),
					geo.ToDegrees(lon)+30*metre*rng.NormFloat64(), alt+10*rng.NormFloat64(), ve+rng.NormFloat64(), vn+rng.NormFloat64(), id)
			}
			lat, lon = geo.Destination(lat, lon, heading, speed)
			heading += turn
		}
	}
	for s := 0; s < seconds; s += 5 { // clutter
		for range 4 {
			p := entente.Plot{Time: entente.FromSeconds(float64(s) + 1e-3), Sensor: 1, Kind: entente.ModeS, Has: entente.HasPolar, Range: 250e3 * math.Sqrt(rng.Float64()), Azimuth: 2 * math.Pi * rng.Float64()}
			w.rec.Plots = append(w.rec.Plots, p)
		}
	}
	return w
}

func address(i int) entente.Address { return entente.Address(0x450000 + i) }

func (w *world) radar(rng *rand.Rand, f *geo.Frame, at geo.LLA, ve, vn, t float64, i int) {
	if rng.Float64() > worldPD {
		return
	}
	look := f.Look(at)
	p := entente.Plot{Time: entente.FromSeconds(t + worldClock), Arrival: entente.FromSeconds(t + worldClock + 0.8), Sensor: 1, Kind: entente.ModeS, Has: entente.HasPolar,
		Range: look.Range + worldRange + 40*rng.NormFloat64(), Azimuth: geo.WrapAzimuth(look.Azimuth + worldAzimuth + 0.08*math.Pi/180*rng.NormFloat64())}
	if i%2 == 0 {
		p.Address, p.Altitude = address(i), at.Height
		p.Set(entente.HasAltitude)
	}
	w.rec.Plots = append(w.rec.Plots, p)
}

func (w *world) adsb(rng *rand.Rand, at geo.LLA, t float64, i int) {
	n, e := perRadian(at.Lat)
	w.rec.Plots = append(w.rec.Plots, entente.Plot{Time: entente.FromSeconds(t), Sensor: 2, Kind: entente.ADSB, Has: entente.HasPosition | entente.HasAltitude,
		Lat: at.Lat + 20*rng.NormFloat64()/n, Lon: at.Lon + 20*rng.NormFloat64()/e, Altitude: at.Height, Address: address(i)})
}

// report judges the world.
func (w *world) report(t testing.TB, withPlots bool) *Report {
	t.Helper()
	truth, err := ReadTruth(strings.NewReader(w.truth.String()), "truth")
	if err != nil {
		t.Fatal(err)
	}
	tracks, err := ReadTracks(strings.NewReader(w.tracks.String()), "tracks")
	if err != nil {
		t.Fatal(err)
	}
	var rec *Recording
	if withPlots {
		rec = &w.rec
	}
	return Judge(truth, tracks, rec, Options{})
}
