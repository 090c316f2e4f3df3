package track

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"entente"
	"entente/geo"
)

// flown is a made-up flight: places and velocities by second.
type flown struct {
	id    int
	at    []geo.LLA
	v     [][2]float64 // east, north
	named bool
}

// flies makes a flight that goes straight, turns left and right for a while each, and climbs a little.
func flies(id, seconds int, rng *rand.Rand, named bool) flown {
	f := flown{id: id, named: named}
	lat, lon := geo.Destination(0.94, 0.48, 2*math.Pi*rng.Float64(), 20e3+90e3*rng.Float64())
	course, speed, h := 2*math.Pi*rng.Float64(), 140+100*rng.Float64(), 4000+6000*rng.Float64()
	from := 60 + rng.IntN(max(1, seconds/3))
	for s := range seconds {
		f.at = append(f.at, geo.LLA{Lat: lat, Lon: lon, Height: h})
		f.v = append(f.v, [2]float64{speed * math.Sin(course), speed * math.Cos(course)})
		lat, lon = geo.Destination(lat, lon, course, speed)
		switch {
		case s >= from && s < from+30:
			course += 2.5 * degree
		case s >= from+60 && s < from+90:
			course -= 1.5 * degree
		}
		h += 3
	}
	return f
}

// watched are the sensors of the tests, with what each is off.
type watched struct {
	sensors []entente.Sensor
	off     []Bias
	pd      float64
}

func twoRadars() *watched {
	return &watched{pd: 0.92, off: make([]Bias, 3), sensors: []entente.Sensor{
		{ID: 1, Name: "R1", Kind: entente.ModeS, Lat: 0.94, Lon: 0.48, Height: 150, RangeSigma: 40, AzimuthSigma: 0.08 * degree, Period: 5, PD: 0.92, MaxRange: 300e3},
		{ID: 2, Name: "R2", Kind: entente.ModeS, Lat: 0.95, Lon: 0.50, Height: 250, RangeSigma: 50, AzimuthSigma: 0.08 * degree, Period: 8, PD: 0.92, MaxRange: 300e3},
		{ID: 3, Name: "A", Kind: entente.ADSB, RangeSigma: 25, Period: 1, PD: 0.9, MaxRange: 400e3},
	}}
}

// sees makes the plots of the flights: radars see all, ADS-B those that are named.
func (w *watched) sees(fs []flown, rng *rand.Rand, network bool) (out []entente.Plot) {
	for _, f := range fs {
		for k, s := range w.sensors {
			if !s.Kind.Polar() && !(network && f.named) {
				continue
			}
			frame := geo.NewFrame(geo.LLA{Lat: s.Lat, Lon: s.Lon, Height: s.Height})
			for t := s.Period * rng.Float64(); t < float64(len(f.at)-1); t += s.Period {
				if rng.Float64() > w.pd {
					continue
				}
				i := int(t)
				at, v := f.at[i], f.v[i]
				n, e := geo.Radii(at.Lat)
				at.Lat += (t - float64(i)) * v[1] / n
				at.Lon += (t - float64(i)) * v[0] / (e * math.Cos(at.Lat))
				p := entente.Plot{Time: entente.FromSeconds(1000 + t + w.off[k].Time), Sensor: s.ID, Kind: s.Kind}
				if s.Kind.Polar() {
					look := frame.Look(at)
					p.Range = look.Range + w.off[k].Range + s.RangeSigma*rng.NormFloat64()
					p.Azimuth = geo.WrapAzimuth(look.Azimuth + w.off[k].Azimuth + s.AzimuthSigma*rng.NormFloat64())
					p.Set(entente.HasPolar)
				} else {
					p.Lat, p.Lon = at.Lat+s.RangeSigma*rng.NormFloat64()/n, at.Lon+s.RangeSigma*rng.NormFloat64()/(e*math.Cos(at.Lat))
					p.Set(entente.HasPosition)
				}
				p.Altitude = math.Round(at.Height/7.62) * 7.62
				p.Set(entente.HasAltitude)
				if f.named {
					p.Address = entente.Address(0x450000 + f.id)
				}
				out = append(out, p)
			}
		}
	}
	return out
}

// errorsOf are the horizontal errors of points against the nearest flight in metres, and the squared distances in the
// points' own covariance.
func errorsOf(points []entente.Track, fs []flown) (off, nees []float64) {
	for i := range points {
		p := &points[i]
		t := p.Time.Seconds() - 1000
		k := int(math.Floor(t))
		best, n2 := math.Inf(1), 0.0
		for _, f := range fs {
			if k < 0 || k >= len(f.at)-1 {
				continue
			}
			at := f.at[k]
			n, e := geo.Radii(at.Lat)
			dn := (p.Lat-at.Lat)*n - (t-float64(k))*f.v[k][1]
			de := (p.Lon-at.Lon)*e*math.Cos(at.Lat) - (t-float64(k))*f.v[k][0]
			if d := math.Hypot(de, dn); d < best {
				a, b, c := p.Covariance.At(0, 0), p.Covariance.At(0, 1), p.Covariance.At(1, 1)
				best, n2 = d, (de*de*c-2*de*dn*b+dn*dn*a)/(a*c-b*b)
			}
		}
		if !math.IsInf(best, 1) {
			off, nees = append(off, best), append(nees, n2)
		}
	}
	return off, nees
}

func rootMean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v * v
	}
	return math.Sqrt(s / float64(len(x)))
}

func someFlights(n, seconds int, seed uint64, named func(i int) bool) ([]flown, *rand.Rand) {
	rng := rand.New(rand.NewPCG(seed, 9))
	var fs []flown
	for i := range n {
		fs = append(fs, flies(i, seconds, rng, named(i)))
	}
	return fs, rng
}

func half(i int) bool { return i%2 == 0 }

func TestTheReferenceIsNearerToTruthThanTheTracker(t *testing.T) {
	for name, network := range map[string]bool{"radars": false, "with ADS-B": true} {
		fs, rng := someFlights(6, 240, 1, func(int) bool { return network })
		w := twoRadars()
		plots := w.sees(fs, rng, network)
		live := run(New(Config{Sensors: w.sensors, Window: 12}), plots)
		r := Smooth(plots, SmoothConfig{Sensors: w.sensors, Step: 1})
		if len(r.Trajectories) != len(fs) {
			t.Fatalf("%s: %d trajectories of %d flights", name, len(r.Trajectories), len(fs))
		}
		var points []entente.Track
		for _, tr := range r.Trajectories {
			points = append(points, tr.Points...)
			if (tr.Address != 0) != network || (tr.Sensors&4 != 0) != network {
				t.Errorf("%s: trajectory %d of %v, sensors %b", name, tr.Number, tr.Address, tr.Sensors)
			}
		}
		before, _ := errorsOf(live, fs)
		after, nees := errorsOf(points, fs)
		inside := 0
		for _, v := range nees {
			if v < 5.991 {
				inside++
			}
		}
		ratio, share := rootMean(after)/rootMean(before), float64(inside)/float64(len(nees))
		t.Logf("%s: live %.1f m, reference %.1f m, ratio %.2f, inside 95 %% %.3f", name, rootMean(before), rootMean(after), ratio, share)
		if ratio > 0.6 || share < 0.9 || share > 0.995 {
			t.Errorf("%s: ratio %.2f, share %.3f", name, ratio, share)
		}
		if r.Used+r.Unused != len(plots) || float64(r.Used) < 0.97*float64(len(plots)) {
			t.Errorf("%s: %d used, %d unused of %d", name, r.Used, r.Unused, len(plots))
		}
	}
}

func TestBiasesOfARecordingAreFound(t *testing.T) {
	fs, rng := someFlights(10, 300, 2, half)
	w := twoRadars()
	w.off = []Bias{{Range: 210, Azimuth: 0.3 * degree}, {Range: -160, Azimuth: -0.2 * degree}, {}}
	r := Smooth(w.sees(fs, rng, true), SmoothConfig{Sensors: w.sensors})
	if !r.Anchored {
		t.Fatal("ADS-B placed half of the aircraft")
	}
	for i, want := range w.off {
		got := r.Biases[i]
		if math.Abs(got.Range-want.Range) > 12 || math.Abs(got.Azimuth-want.Azimuth) > 0.02*degree || math.Abs(got.Time) > 0.15 {
			t.Errorf("sensor %d: %+v, want %+v", i+1, got, want)
		}
	}
	if len(r.Trajectories) != len(fs) {
		t.Errorf("%d trajectories of %d flights", len(r.Trajectories), len(fs))
	}
}

// TestRelativeBiasesAreFound: without ADS-B only what the radars do not share is seen.
func TestRelativeBiasesAreFound(t *testing.T) {
	fs, rng := someFlights(8, 250, 3, half)
	w := twoRadars()
	w.off[0], w.off[1] = Bias{Azimuth: 0.15 * degree}, Bias{Azimuth: -0.15 * degree}
	r := Smooth(w.sees(fs, rng, false), SmoothConfig{Sensors: w.sensors})
	if r.Anchored {
		t.Fatal("nothing anchors it")
	}
	if d := (r.Biases[0].Azimuth - r.Biases[1].Azimuth) / degree; math.Abs(d-0.3) > 0.05 {
		t.Errorf("the radars differ by %.3f°, want 0.3°", d)
	}
}

// TestTheClockLessTrustedIsBlamed: radars in step with each other and ADS-B half a second late.
func TestTheClockLessTrustedIsBlamed(t *testing.T) {
	fs, rng := someFlights(10, 250, 4, half)
	w := twoRadars()
	w.off[2].Time = 0.5
	r := Smooth(w.sees(fs, rng, true), SmoothConfig{Sensors: w.sensors})
	if a, b := r.Biases[2].Time, r.Biases[0].Time; math.Abs(a-0.5) > 0.15 || math.Abs(b) > 0.15 || math.Abs(a-b-0.5) > 0.08 {
		t.Errorf("ADS-B %.2f s, radar %.2f s", a, b)
	}
}

func TestOrderOfPlotsLeavesNoTraceInTheReference(t *testing.T) {
	fs, rng := someFlights(5, 150, 5, half)
	w := twoRadars()
	plots := w.sees(fs, rng, true)
	want := Smooth(plots, SmoothConfig{Sensors: w.sensors})
	rng.Shuffle(len(plots), func(i, j int) { plots[i], plots[j] = plots[j], plots[i] })
	if got := Smooth(plots, SmoothConfig{Sensors: w.sensors}); !reflect.DeepEqual(got, want) {
		t.Errorf("%d and %d trajectories, used %d and %d", len(got.Trajectories), len(want.Trajectories), got.Used, want.Used)
	}
}

func TestOutliersAreRejected(t *testing.T) {
	fs, rng := someFlights(4, 200, 6, func(int) bool { return true })
	w := twoRadars()
	plots := w.sees(fs, rng, false)
	spoiled := 0
	for i := range plots {
		if i%25 == 0 { // within the gate of a young track, beyond that of its smoothed way; the address holds it
			plots[i].Azimuth = geo.WrapAzimuth(plots[i].Azimuth + 0.42*degree)
			spoiled++
		}
	}
	r := Smooth(plots, SmoothConfig{Sensors: w.sensors})
	var points []entente.Track
	for _, tr := range r.Trajectories {
		points = append(points, tr.Points...)
	}
	off, _ := errorsOf(points, fs)
	if r.Unused < spoiled*9/10 || rootMean(off) > 60 {
		t.Errorf("%d unused of %d spoiled; %.1f m off", r.Unused, spoiled, rootMean(off))
	}
}

func TestOneFlightThroughAGap(t *testing.T) {
	fs, rng := someFlights(3, 300, 7, func(int) bool { return true })
	w := twoRadars()
	var plots []entente.Plot
	for _, p := range w.sees(fs, rng, false) {
		if s := p.Time.Seconds() - 1000; s < 120 || s > 190 { // long enough for every track to end
			plots = append(plots, p)
		}
	}
	r := Smooth(plots, SmoothConfig{Sensors: w.sensors})
	if len(r.Trajectories) != len(fs) {
		t.Fatalf("%d trajectories of %d aircraft", len(r.Trajectories), len(fs))
	}
	for _, tr := range r.Trajectories {
		if d := tr.Points[len(tr.Points)-1].Time.Sub(tr.Points[0].Time); d < 270 {
			t.Errorf("trajectory %d lasts %.0f s", tr.Number, d)
		}
		inGap, out := 0.0, math.Inf(1)
		for i := range tr.Points {
			s, c := tr.Points[i].Time.Seconds()-1000, tr.Points[i].Covariance.At(0, 0)
			if s > 150 && s < 160 {
				inGap = max(inGap, c)
			} else if s < 100 {
				out = min(out, c)
			}
		}
		if inGap < 4*out {
			t.Errorf("in the gap the variance is %.0f m², beside it %.0f", inGap, out)
		}
	}
}

func TestPointsStandAtWholeSteps(t *testing.T) {
	fs, rng := someFlights(2, 120, 8, half)
	w := twoRadars()
	for _, step := range []float64{1, 2.5, 10} {
		for _, tr := range Smooth(w.sees(fs, rng, true), SmoothConfig{Sensors: w.sensors, Step: step}).Trajectories {
			for i, p := range tr.Points {
				if r := math.Mod(p.Time.Seconds(), step); r > 1e-9 && step-r > 1e-9 {
					t.Fatalf("a point at %v with steps of %v", p.Time.Seconds(), step)
				}
				if i > 0 && math.Abs(p.Time.Sub(tr.Points[i-1].Time)-step) > 1e-9 {
					t.Fatalf("points %v apart", p.Time.Sub(tr.Points[i-1].Time))
				}
			}
		}
	}
}

func TestNothingAndNonsenseGiveNoReference(t *testing.T) {
	w := twoRadars()
	if r := Smooth(nil, SmoothConfig{Sensors: w.sensors}); len(r.Trajectories) != 0 || r.Used != 0 {
		t.Errorf("%+v", r)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	var plots []entente.Plot
	for range 3000 {
		p := entente.Plot{Time: entente.Instant(rng.Uint64() >> (1 + rng.IntN(40))), Sensor: entente.SensorID(rng.IntN(6)), Has: entente.PlotFields(rng.Uint32()),
			Range: math.Exp(40*rng.Float64() - 20), Azimuth: 8 * rng.NormFloat64(), Lat: rng.NormFloat64(), Lon: 4 * rng.NormFloat64(), Altitude: 1e4 * rng.NormFloat64()}
		if rng.IntN(4) == 0 {
			p.Range, p.Lat = math.NaN(), math.Inf(1)
		}
		plots = append(plots, p)
	}
	if r := Smooth(plots, SmoothConfig{Sensors: w.sensors}); len(r.Trajectories) > 3 {
		t.Errorf("%d trajectories of nonsense", len(r.Trajectories))
	}
	if r := Smooth(plots, SmoothConfig{}); len(r.Trajectories) != 0 {
		t.Error("trajectories without sensors")
	}
}

func BenchmarkSmooth(b *testing.B) {
	fs, rng := someFlights(20, 300, 9, half)
	w := twoRadars()
	plots := w.sees(fs, rng, true)
	b.ResetTimer()
	for range b.N {
		Smooth(plots, SmoothConfig{Sensors: w.sensors})
	}
	b.ReportMetric(float64(len(plots)*b.N)/b.Elapsed().Seconds(), "plots/s")
}
