package track

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

// someTracks fills a tracker with tracks about a place, of all ages and certainties.
func someTracks(t *Tracker, n int, lat, lon float64, now entente.Instant, rng *rand.Rand) {
	for range n {
		i := t.room()
		k := &t.tracks[i]
		la, lo := geo.Destination(lat, lon, 2*math.Pi*rng.Float64(), 80e3*rng.Float64())
		t.lastID++
		*k = record{frame: geo.NewFrame(geo.LLA{Lat: la, Lon: lo}), mu: firstModes, id: t.lastID, state: entente.Confirmed,
			time: now.Add(-12 * rng.Float64()), updated: now, started: now, plots: 5}
		sp, sv := 20+300*rng.Float64(), 5+140*rng.Float64()
		for j := range modes {
			s := &k.modes[j]
			s.x = [6]float64{4e3 * rng.NormFloat64(), 4e3 * rng.NormFloat64(), 9e3 * rng.Float64(), 200 * rng.NormFloat64(), 200 * rng.NormFloat64(), 0}
			s.p[0], s.p[6], s.p[11], s.p[15], s.p[18], s.p[20] = sp*sp, sp*sp, 900, sv*sv, sv*sv, 9
			if j > 0 {
				s.x = k.modes[0].x
			}
		}
		k.combine()
	}
}

// TestGridOverlooksNobody: whoever the coarse gate lets through when all are tried is among the candidates.
func TestGridOverlooksNobody(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 11))
		lat, lon := rapid.Float64Range(-1.5, 1.5).Draw(r, "lat"), rapid.Float64Range(-math.Pi, math.Pi).Draw(r, "lon")
		s := entente.Sensor{ID: 1, Kind: entente.SSR, Lat: lat, Lon: lon, Height: 100, RangeSigma: 60, AzimuthSigma: 0.0015, Period: 5, PD: 0.9, MaxRange: 300e3}
		tracker := New(Config{Sensors: []entente.Sensor{s}})
		now := second(100)
		someTracks(tracker, 60, lat, lon, now, rng)
		tracker.lay(now)
		st := &tracker.sites[0]
		for range 30 {
			p := entente.Plot{Sensor: 1, Kind: entente.SSR, Time: now.Add(0.9 * rng.Float64()), Has: entente.HasPolar, Range: 5e3 + 90e3*rng.Float64(), Azimuth: 2 * math.Pi * rng.Float64()}
			if rng.IntN(2) == 0 {
				p.Altitude = 9e3 * rng.Float64()
				p.Set(entente.HasAltitude)
			}
			v := st.ready(&p)
			found := tracker.candidates(v.sphere, v.reach, nil)
			for i := range tracker.tracks {
				k := &tracker.tracks[i]
				// a plot with a height asks for tracks of about that height
				if v.told && math.Abs(v.height-k.mean[2]) > 500 {
					continue
				}
				if st.near(&v, k) && !slices.Contains(found, int32(i)) {
					r.Fatalf("track %d passes the gate of %+v but the grid does not offer it", i, p)
				}
			}
			if slices.Sort(found); len(slices.Compact(found)) != len(found) {
				r.Fatal("a candidate came twice")
			}
		}
	})
}

// TestCoarseGateIsWiderThanTheFine: what the fine gate takes, the coarse one must not have refused.
func TestCoarseGateIsWiderThanTheFine(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "seed"), 12))
		s := entente.Sensor{ID: 1, Kind: entente.PSR, Lat: 0.94, Lon: 0.47, Height: 100, RangeSigma: 80, AzimuthSigma: 0.0026, Period: 6, PD: 0.9, MaxRange: 300e3}
		tracker := New(Config{Sensors: []entente.Sensor{s}})
		now := second(50)
		someTracks(tracker, 8, 0.94, 0.47, now, rng)
		st := &tracker.sites[0]
		taken := 0
		for i := range tracker.tracks {
			k := tracker.tracks[i]
			at := st.frame.ToENU(k.position(now.Sub(k.time))).Polar()
			if at.Range < 3e3 {
				continue
			}
			for range 30 {
				p := entente.Plot{Sensor: 1, Kind: entente.PSR, Time: now, Has: entente.HasPolar, Range: at.Range + 600*rng.NormFloat64(),
					Azimuth: geo.WrapAzimuth(at.Azimuth + 600*rng.NormFloat64()/at.Range)}
				v := st.ready(&p)
				coarse := st.near(&v, &k)
				fine := k
				fine.predictTo(now)
				var o observation
				st.observe(&o, &v, &fine)
				if _, _, least := o.likelihood(&fine); least < fineGate {
					taken++
					if !coarse {
						r.Fatalf("distance² %.1f, refused by the coarse gate at sigma %.0f m", least, k.sigma)
					}
				}
			}
		}
		if taken == 0 {
			r.Skip("nothing in the fine gate")
		}
	})
}

func TestFarAwayIsOutsideTheGate(t *testing.T) {
	tracker := New(Config{Sensors: []entente.Sensor{radar(1, entente.SSR, 54, 27, 5)}})
	someTracks(tracker, 1, 54*degree, 27.5*degree, second(10), rand.New(rand.NewPCG(1, 1)))
	st, k := &tracker.sites[0], &tracker.tracks[0]
	at := st.frame.ToENU(k.position(second(10).Sub(k.time))).Polar()
	for _, p := range []entente.Plot{
		{Range: at.Range + 20e3, Azimuth: at.Azimuth},
		{Range: at.Range, Azimuth: geo.WrapAzimuth(at.Azimuth + math.Pi)},
		{Range: at.Range, Azimuth: geo.WrapAzimuth(at.Azimuth + math.Pi/2)},
	} {
		p.Sensor, p.Time, p.Has = 1, second(10), entente.HasPolar
		v := st.ready(&p)
		if st.near(&v, k) {
			t.Errorf("a plot at %.0f m, %.2f rad may be of a track at %.0f m, %.2f rad", p.Range, p.Azimuth, at.Range, at.Azimuth)
		}
	}
}

func TestCoverage(t *testing.T) {
	s := radar(1, entente.SSR, 54, 27, 5)
	s.Height, s.MaxRange = 100, 250e3
	st := newSite(s)
	for _, tc := range []struct {
		name     string
		distance float64
		height   float64
		want     bool
	}{
		{"near and high", 50e3, 9000, true},
		{"beyond the instrumented range", 260e3, 12000, false},
		{"below the horizon", 150e3, 300, false},
		{"just above it", 100e3, 300, true},
		{"on top of the antenna", 300, 150, false},
	} {
		lat, lon := geo.Destination(54*degree, 27*degree, 1, tc.distance)
		if got := st.covers(geo.LLA{Lat: lat, Lon: lon, Height: tc.height}.ECEF(), tc.height); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
}

// TestUpAgreesWithTheEarth: the law of cosines against the exact placing.
func TestUpAgreesWithTheEarth(t *testing.T) {
	s := radar(1, entente.SSR, 54, 27, 5)
	st := newSite(s)
	for _, r := range []float64{20e3, 80e3, 150e3, 300e3} {
		for _, h := range []float64{500, 6000, 12000} {
			for _, az := range []float64{0, 1, 2, 4} {
				p, ok := st.frame.Locate(r, az, h)
				if !ok {
					continue
				}
				v := seenPlot{}
				v.sin, v.cos = math.Sincos(az)
				q := st.at(r, &v, h).LLA()
				if d := geo.Separation(p.Lat, p.Lon, q.Lat, q.Lon); d > 5 || math.Abs(p.Height-q.Height) > 60 {
					t.Errorf("range %.0f height %.0f azimuth %.0f: %.1f m and %.1f m up off", r, h, az, d, q.Height-p.Height)
				}
			}
		}
	}
}
