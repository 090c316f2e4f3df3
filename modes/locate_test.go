package modes

import (
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// located is one message of LocaRDS: real arrival times at GPS-timed receivers, and where its sender said it was.
type located struct {
	arrivals           []Arrival
	lat, lon, geo, bar float64
	aircraft           int
}

func readCSV(t testing.TB, name string) [][]string {
	t.Helper()
	f, err := os.Open(shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func number(t testing.TB, s string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func readLocated(t testing.TB, set string) (all []located) {
	t.Helper()
	sites := map[int][3]float64{}
	for _, r := range readCSV(t, "locards_sensors.csv") {
		sites[int(number(t, r[0]))] = [3]float64{number(t, r[1]), number(t, r[2]), number(t, r[3])}
	}
	for _, r := range readCSV(t, "locards_set_"+set+".csv") {
		l := located{lat: number(t, r[3]), lon: number(t, r[4]), bar: number(t, r[5]), geo: number(t, r[6]), aircraft: int(number(t, r[2]))}
		var heard [][3]float64
		if err := json.Unmarshal([]byte(r[8]), &heard); err != nil {
			t.Fatal(err)
		}
		for _, h := range heard {
			s := sites[int(h[0])]
			l.arrivals = append(l.arrivals, Arrival{Station: int(h[0]), Lat: s[0], Lon: s[1], Height: s[2], Time: int64(h[1])})
		}
		all = append(all, l)
	}
	return all
}

type mlatScore struct {
	fixes, refused, inside, both, rejected int
	errors                                 []float64
}

// truthSigma is one standard deviation per axis of the positions that aircraft send, in metres.
var truthSigma = NACpSigma(8)

// scoreLocated locates every message, in the order of time, with the clocks as learnt from those before it.
func scoreLocated(all []located, clocks *Clocks, altitude func(l *located) LocateOptions) (s mlatScore) {
	for i := range all {
		l := &all[i]
		arrivals := slices.Clone(l.arrivals)
		if clocks != nil {
			clocks.Correct(arrivals)
		}
		f, err := Locate(arrivals, altitude(l))
		if clocks != nil {
			clocks.Learn(l.arrivals, l.lat, l.lon, l.geo)
		}
		if err != nil {
			s.refused++
			continue
		}
		s.fixes++
		s.rejected += f.Rejected
		e, n := offset(f.Lat, f.Lon, l.lat, l.lon)
		s.errors = append(s.errors, math.Hypot(e, n))
		if f.Within(l.lat, l.lon, 0.95) {
			s.inside++
		}
		// The sender's own word is off too: NACp 8, and half a second of latency at 80 m/s along the track at the least.
		f.Cov[0][0], f.Cov[1][1] = f.Cov[0][0]+truthSigma*truthSigma, f.Cov[1][1]+truthSigma*truthSigma
		if f.Within(l.lat, l.lon, 0.95) {
			s.both++
		}
	}
	slices.Sort(s.errors)
	return s
}

func (s *mlatScore) at(p float64) float64 {
	return s.errors[min(len(s.errors)-1, int(p*float64(len(s.errors))))]
}

func TestLocateRealArrivals(t *testing.T) {
	for _, c := range []struct {
		name     string
		learn    bool
		altitude func(l *located) LocateOptions
	}{
		{"barometric altitude, clocks learnt", true, func(l *located) LocateOptions { return LocateOptions{Altitude: l.bar, AltitudeSigma: 150} }},
		{"no altitude, clocks learnt", true, func(l *located) LocateOptions { return LocateOptions{} }},
		{"barometric altitude", false, func(l *located) LocateOptions { return LocateOptions{Altitude: l.bar, AltitudeSigma: 150} }},
		{"no altitude", false, func(l *located) LocateOptions { return LocateOptions{} }},
	} {
		for _, set := range []string{"1", "2", "5", "6"} {
			var clocks *Clocks
			if c.learn {
				clocks = NewClocks()
			}
			s := scoreLocated(readLocated(t, set), clocks, c.altitude)
			inside := 100 * float64(s.both) / float64(s.fixes)
			t.Logf("set %s, %-34s: %3d fixes, %2d refused, %3d arrivals left out; median %6.1f m, 95 %% %7.1f m; %.1f %% inside their 95 %% ellipse, %.1f %% with the sender's own error",
				set, c.name, s.fixes, s.refused, s.rejected, s.at(0.5), s.at(0.95), 100*float64(s.inside)/float64(s.fixes), inside)
			if c.learn && (s.at(0.5) > 150 || s.at(0.95) > 800 || inside < 85 || s.refused > s.fixes/50) {
				t.Errorf("set %s, %s: %+v", set, c.name, s)
			}
		}
	}
}

// TestWhoseErrorItIs takes each aircraft's mean error off: what is left is ours, what went was mostly the aircraft's own,
// whose positions are late.
func TestWhoseErrorItIs(t *testing.T) {
	for _, set := range []string{"1", "2", "5", "6"} {
		type miss struct {
			e, n float64
			fix  Fix
		}
		by := map[int][]miss{}
		clocks := NewClocks()
		for _, l := range readLocated(t, set) {
			arrivals := slices.Clone(l.arrivals)
			clocks.Correct(arrivals)
			if f, err := Locate(arrivals, LocateOptions{Altitude: l.bar, AltitudeSigma: 150}); err == nil {
				e, n := offset(f.Lat, f.Lon, l.lat, l.lon)
				by[l.aircraft] = append(by[l.aircraft], miss{e, n, f})
			}
			clocks.Learn(l.arrivals, l.lat, l.lon, l.geo)
		}
		var left []float64
		inside, all := 0, 0
		for _, m := range by {
			if len(m) < 4 {
				continue
			}
			var es, ns []float64
			for _, x := range m {
				es, ns = append(es, x.e), append(ns, x.n)
			}
			slices.Sort(es)
			slices.Sort(ns)
			e0, n0 := es[len(es)/2], ns[len(ns)/2]
			for _, x := range m {
				left = append(left, math.Hypot(x.e-e0, x.n-n0))
				all++
				lat, lon := x.fix.Lat+(x.n-n0)/111_200, x.fix.Lon+(x.e-e0)/111_320/math.Cos(x.fix.Lat*math.Pi/180)
				if x.fix.Within(lat, lon, 0.95) {
					inside++
				}
			}
		}
		slices.Sort(left)
		t.Logf("set %s: %d fixes of aircraft with four or more: median %.1f m, 95 %% %.1f m, %.1f %% inside, each aircraft's median error taken off",
			set, all, left[len(left)/2], left[len(left)*95/100], 100*float64(inside)/float64(all))
	}
}

// station places receivers on a ring around 54 N 27 E.
func station(i, of int, radius float64) Arrival {
	sin, cos := math.Sincos(float64(i) / float64(of) * 2 * math.Pi)
	return Arrival{Station: i, Lat: 54 + radius*cos/111, Lon: 27 + radius*sin/111/math.Cos(54*math.Pi/180), Height: 150 + 30*float64(i)}
}

// heardBy returns when each receiver hears a frame sent at a place at time zero of their clock plus an hour.
func heardBy(stations []Arrival, lat, lon, height float64, noise func(i int) float64) []Arrival {
	at := ecef(lat, lon, height)
	heard := slices.Clone(stations)
	for i := range heard {
		s := ecef(heard[i].Lat, heard[i].Lon, heard[i].Height)
		d := math.Sqrt(square(at[0]-s[0]) + square(at[1]-s[1]) + square(at[2]-s[2]))
		heard[i].Time = 3600e9 + int64(math.Round(d/airspeed+noise(i)))
	}
	return heard
}

func ring(n int, radius float64) (all []Arrival) {
	for i := range n {
		all = append(all, station(i, n, radius))
	}
	return all
}

func silent(int) float64 { return 0 }

// TestLocateExactly: without noise the place comes back to within the stamps' nanosecond, inside and outside the ring.
func TestLocateExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 12).Draw(t, "receivers")
		lat, lon := rapid.Float64Range(53.2, 54.8).Draw(t, "lat"), rapid.Float64Range(26, 28).Draw(t, "lon")
		h := rapid.Float64Range(2000, 13000).Draw(t, "height")
		f, err := Locate(heardBy(ring(n, 60), lat, lon, h, silent), LocateOptions{Altitude: h, AltitudeSigma: 10})
		if err != nil {
			t.Fatal(err)
		}
		if d := Distance(f.Lat, f.Lon, lat, lon); d > 15 || math.Abs(f.Height-h) > 15 || f.Rejected > 0 || math.Abs(float64(f.Time)-3600e9) > 100 {
			t.Fatalf("%.1f m off, height %.1f m off, %d left out, time %d", d, f.Height-h, f.Rejected, f.Time)
		}
	})
}

// TestLocateCovarianceIsHonest: with noise as it is told, 95 of a hundred are inside their 95 % ellipse.
func TestLocateCovarianceIsHonest(t *testing.T) {
	dice := rand.New(rand.NewPCG(3, 5))
	inside, beyond, n := 0, 0, 2000
	for range n {
		lat, lon := 53.4+dice.Float64()*1.2, 26.2+dice.Float64()*1.6
		h := 3000 + dice.Float64()*9000
		heard := heardBy(ring(6, 60), lat, lon, h, func(int) float64 { return dice.NormFloat64() * 100 })
		for i := range heard {
			heard[i].Sigma = 100
		}
		f, err := Locate(heard, LocateOptions{Altitude: h + dice.NormFloat64()*150, AltitudeSigma: 150})
		if err != nil {
			t.Fatal(err)
		}
		if f.Within(lat, lon, 0.95) {
			inside++
		}
		if !f.Within(lat, lon, 0.5) {
			beyond++
		}
	}
	t.Logf("%.1f %% inside their 95 %% ellipse, %.1f %% outside their 50 %% ellipse", 100*float64(inside)/float64(n), 100*float64(beyond)/float64(n))
	if inside < n*94/100 || inside > n*985/1000 || beyond < n*35/100 {
		t.Errorf("%d of %d inside, %d outside the half", inside, n, beyond)
	}
}

// TestLocateLeavesOutWhatDisagrees: receivers with a clock that is off, or that heard a reflection.
func TestLocateLeavesOutWhatDisagrees(t *testing.T) {
	for _, wrong := range []map[int]float64{{2: 30_000}, {0: -8_000}, {1: 5_000, 5: 90_000}} {
		heard := heardBy(ring(8, 60), 54.2, 27.3, 10000, func(i int) float64 { return wrong[i] })
		f, err := Locate(heard, LocateOptions{Altitude: 10000, AltitudeSigma: 100})
		if err != nil {
			t.Errorf("%v: %v", wrong, err)
			continue
		}
		for i := range heard {
			if _, bad := wrong[i]; bad == (f.Used>>i&1 != 0) {
				t.Errorf("%v: receiver %d used %v", wrong, i, !bad)
			}
		}
		if d := Distance(f.Lat, f.Lon, 54.2, 27.3); d > 30 || f.Rejected != len(wrong) {
			t.Errorf("%v: %.0f m off, %d left out", wrong, d, f.Rejected)
		}
	}
}

func TestLocateRefuses(t *testing.T) {
	same := make([]Arrival, 5)
	for i := range same {
		same[i] = station(0, 5, 60)
		same[i].Time = int64(i)
	}
	scattered := heardBy(ring(5, 60), 54.2, 27.3, 10000, func(i int) float64 { return float64(i*i) * 400_000 })
	for name, c := range map[string]struct {
		arrivals []Arrival
		options  LocateOptions
		want     error
	}{
		"none":                              {nil, LocateOptions{}, ErrFewArrivals},
		"three without an altitude":         {ring(3, 60), LocateOptions{}, ErrFewArrivals},
		"two and an altitude":               {ring(2, 60), LocateOptions{AltitudeSigma: 10}, ErrFewArrivals},
		"receivers at one place":            {same, LocateOptions{AltitudeSigma: 10}, ErrGeometry},
		"times that fit no place":           {scattered, LocateOptions{Altitude: 10000, AltitudeSigma: 100}, ErrDisagree},
		"more receivers than are looked at": {slices.Repeat(same, 20), LocateOptions{}, ErrGeometry},
	} {
		if f, err := Locate(c.arrivals, c.options); !errors.Is(err, c.want) {
			t.Errorf("%s: %+v %v, want %v", name, f, err, c.want)
		}
	}
	three := heardBy(ring(3, 60), 54.2, 27.3, 10000, silent)
	if f, err := Locate(three, LocateOptions{Altitude: 10000, AltitudeSigma: 30}); err != nil || f.Freedom != 0 || Distance(f.Lat, f.Lon, 54.2, 27.3) > 50 {
		t.Errorf("three and an altitude: %+v %v", f, err)
	}
}

// TestClocksAreLearnt: constant errors of up to a microsecond are found from frames whose place is known, through a few
// false positions among them.
func TestClocksAreLearnt(t *testing.T) {
	dice := rand.New(rand.NewPCG(9, 2))
	late := []float64{0, 800, -300, 120, -950, 40, 500}
	stations := ring(len(late), 60)
	c := NewClocks()
	for i := range 200 {
		lat, lon, h := 53.4+dice.Float64()*1.2, 26.2+dice.Float64()*1.6, 3000+dice.Float64()*9000
		heard := heardBy(stations, lat, lon, h, func(i int) float64 { return late[i] + dice.NormFloat64()*40 })
		if i%20 == 7 {
			lat += 0.3 // says that it is 33 km to the north
		}
		c.Learn(heard, lat, lon, h)
	}
	for i := range late {
		got, sigma, n := c.Offset(i)
		base, _, _ := c.Offset(0)
		if math.Abs(got-base-late[i]) > 120 || sigma > 350 || n < 150 {
			t.Errorf("station %d: %.0f ns late relative to the first, want %.0f; sigma %.0f after %d", i, got-base, late[i], sigma, n)
		}
	}
	if c.Refused == 0 || c.Learnt < 180 {
		t.Errorf("%+v", c)
	}
	if late, sigma, n := c.Offset(999); late != 0 || sigma != DefaultArrivalSigma || n != 0 {
		t.Error("an unknown station has a clock")
	}
	c.Learn(stations[:2], 54, 27, 0)
	for i := range 10_000 {
		c.step(1000+i, 1)
	}
	if len(c.stations) > maxClocks {
		t.Errorf("%d clocks", len(c.stations))
	}
}

// TestGeodeticAndBack: within a millimetre everywhere, poles among them.
func TestGeodeticAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-90, 90).Draw(t, "lat"), rapid.Float64Range(-179.999, 180).Draw(t, "lon")
		h := rapid.Float64Range(-1000, 50000).Draw(t, "h")
		x := ecef(lat, lon, h)
		y := ecef(geodetic(x))
		for k := range 3 {
			if math.Abs(x[k]-y[k]) > 1e-3 {
				t.Fatalf("%v, %v", x, y)
			}
		}
	})
}

func TestLocateAllocatesNothing(t *testing.T) {
	heard := heardBy(ring(6, 60), 54.2, 27.3, 10000, silent)
	if n := testing.AllocsPerRun(50, func() { _, _ = Locate(heard, LocateOptions{Altitude: 10000, AltitudeSigma: 100}) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkLocate(b *testing.B) {
	heard := heardBy(ring(6, 60), 54.2, 27.3, 10000, func(i int) float64 { return float64(i * 37 % 100) })
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Locate(heard, LocateOptions{Altitude: 10000, AltitudeSigma: 100}); err != nil {
			b.Fatal(err)
		}
	}
}

// FuzzLocate: any receivers and times give a fix on the Earth or an error.
func FuzzLocate(f *testing.F) {
	f.Add([]byte("12345678901234567890123456789012345678901234567890"), 100.0)
	f.Fuzz(func(t *testing.T, b []byte, sigma float64) {
		var heard []Arrival
		for ; len(b) >= 8; b = b[8:] {
			heard = append(heard, Arrival{Lat: float64(int8(b[0])) * 0.7, Lon: float64(int8(b[1])) * 1.4, Height: float64(b[2]) * 10,
				Time: int64(binary.LittleEndian.Uint32(b[3:])), Sigma: float64(b[7])})
		}
		fix, err := Locate(heard, LocateOptions{Altitude: 5000, AltitudeSigma: sigma})
		if err == nil && !(math.Abs(fix.Lat) <= 90 && math.Abs(fix.Lon) <= 180 && math.Abs(fix.Height) <= 50_000 && fix.Cov[0][0] >= 0) {
			t.Fatalf("%+v", fix)
		}
	})
}
