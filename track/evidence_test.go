package track

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/geo"
)

func TestIdentityEvidence(t *testing.T) {
	for _, tc := range []struct {
		name  string
		plot  entente.Plot
		track record
		want  float64
	}{
		{"nothing known", entente.Plot{}, record{}, 0},
		{"same address", entente.Plot{Address: 5}, record{address: 5}, sameAddress},
		{"same address, code changed", entente.Plot{Address: 5, Has: entente.HasModeA, ModeA: 1}, record{address: 5, has: entente.HasModeA, modeA: 2}, sameAddress},
		{"another address", entente.Plot{Address: 5}, record{address: 6}, otherAddress},
		{"the same number without ICAO standing", entente.Plot{Address: 5 | entente.AddressNonICAO}, record{address: 5}, otherAddress},
		{"same code", entente.Plot{Has: entente.HasModeA, ModeA: 0o1234}, record{has: entente.HasModeA, modeA: 0o1234}, sameModeA},
		{"another code", entente.Plot{Has: entente.HasModeA, ModeA: 0o1234}, record{has: entente.HasModeA, modeA: 0o4321}, otherModeA},
		{"code zero not measured", entente.Plot{}, record{has: entente.HasModeA, modeA: 0o4321}, 0},
		{"address known to the track alone", entente.Plot{Has: entente.HasModeA, ModeA: 7}, record{address: 5}, 0},
	} {
		if got := identityRatio(&tc.plot, &tc.track); got != tc.want {
			t.Errorf("%s: %g, want %g", tc.name, got, tc.want)
		}
	}
}

// TestPlotsLikeTheOthersAreLikelier: of an aircraft that always reports a height a bare plot is unlikely, at a secondary radar.
func TestPlotsLikeTheOthersAreLikelier(t *testing.T) {
	ssr, psr := newSite(radar(1, entente.SSR, 54, 27, 5)), newSite(radar(2, entente.PSR, 54, 27, 5))
	var k record
	for range 20 {
		k.identify(&entente.Plot{Has: entente.HasAltitude, Altitude: 9000}, &ssr, withHeight)
	}
	if a, b := ssr.classRatio(bare, &k), ssr.classRatio(withHeight, &k); a > b-2 || b > 0 {
		t.Errorf("bare %g, with height %g", a, b)
	}
	if psr.classRatio(bare, &k) != 0 {
		t.Error("a primary radar's plots are always bare: no evidence")
	}
	sum := 0.0
	for c := range classes {
		sum += math.Exp(ssr.classRatio(c, &k))
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("probabilities sum to %g", sum)
	}
}

func TestClassOfAPlot(t *testing.T) {
	for _, tc := range []struct {
		p    entente.Plot
		want int
	}{
		{entente.Plot{}, bare},
		{entente.Plot{Has: entente.HasAltitude}, withHeight},
		{entente.Plot{Has: entente.HasPressureAltitude}, withHeight},
		{entente.Plot{Has: entente.HasModeA}, withIdentity},
		{entente.Plot{Address: 9, Has: entente.HasAltitude}, withIdentity},
	} {
		if got := classOf(&tc.p); got != tc.want {
			t.Errorf("%+v: %d, want %d", tc.p, got, tc.want)
		}
	}
}

// TestClutterIsLearned: the density follows what a sensor really gives, up and down, within two minutes.
func TestClutterIsLearned(t *testing.T) {
	s := radar(1, entente.PSR, 54, 27, 5)
	for _, rate := range []float64{1, 20, 150} {
		w := &traffic{duration: 150, seed: 2, clutter: rate, sensors: []entente.Sensor{s}}
		tracker := New(Config{Sensors: w.sensors})
		run(tracker, append(w.plots(), entente.Plot{Time: second(150), Sensor: 1, Kind: entente.PSR, Has: entente.HasPolar, Range: 1e5}))
		c := tracker.sites[0].clutter[bare]
		if got := c.count / c.looks; math.Abs(got-rate) > 0.25*rate+1.5 {
			t.Errorf("%.0f false plots a look learned as %.1f", rate, got)
		}
	}
}

// TestMissesByLook counts the looks due since the last plot.
func TestMissesByLook(t *testing.T) {
	tracker := New(Config{Sensors: []entente.Sensor{radar(1, entente.SSR, 54, 27, 10), radar(2, entente.SSR, 54, 27, 4)}})
	miss := math.Log(1 - 0.95)
	lat, lon := geo.Destination(54*degree, 27*degree, 1, 50e3)
	at := func(looks ...look) *record {
		k := &record{frame: geo.NewFrame(geo.LLA{Lat: lat, Lon: lon}), mu: firstModes, time: second(100), updated: second(100)}
		for j := range modes {
			k.modes[j].x[2] = 9000
		}
		k.combine()
		copy(k.looks[:], looks)
		return k
	}
	for _, tc := range []struct {
		name string
		k    *record
		now  float64
		want float64
	}{
		{"before the next look", at(look{last: second(100), sensor: 0, hits: 5}), 109, 0},
		{"a little late is no miss yet", at(look{last: second(100), sensor: 0, hits: 5}), 111, 0},
		{"one look", at(look{last: second(100), sensor: 0, hits: 5}), 113, 1},
		{"three looks", at(look{last: second(100), sensor: 0, hits: 5}), 133, 3},
		{"two radars", at(look{last: second(100), sensor: 0, hits: 5}, look{last: second(98), sensor: 1, hits: 5}), 113, 1 + 3},
		{"looks before the last plot do not count", at(look{last: second(84), sensor: 0, hits: 5}), 100.5, 0},
		{"a look excused", at(look{last: second(100), sensor: 0, hits: 5, excused: second(110)}), 113, 0},
		{"the next one is not", at(look{last: second(100), sensor: 0, hits: 5, excused: second(110)}), 123, 1},
		{"a sensor that stopped long ago", at(look{last: second(50), sensor: 0, hits: 5}), 150, 0},
		{"nobody", at(), 150, 0},
	} {
		got, _, _ := tracker.missed(tc.k, second(tc.now))
		if math.Abs(got-tc.want*miss) > 1e-9 {
			t.Errorf("%s: %.2f misses, want %g", tc.name, got/miss, tc.want)
		}
	}
}

// TestFirstStateIsConsistent: over many plots of known places, nine in ten lie inside the 90 % ellipse of a track's first
// state, with the height told and with it drawn from what the tracker assumes.
func TestFirstStateIsConsistent(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	st := newSite(radar(1, entente.SSR, 54, 27, 5))
	for _, told := range []bool{true, false} {
		inside, n := 0, 0
		for range 2000 {
			lat, lon := geo.Destination(54*degree, 27*degree, 2*math.Pi*rng.Float64(), 40e3+200e3*rng.Float64())
			p := geo.LLA{Lat: lat, Lon: lon, Height: max(300, likelyHeight+likelyHeightSigma*rng.NormFloat64())}
			look := st.frame.Look(p)
			q := entente.Plot{Time: second(1), Sensor: 1, Kind: entente.SSR, Has: entente.HasPolar, Range: look.Range + 50*rng.NormFloat64(),
				Azimuth: geo.WrapAzimuth(look.Azimuth + 0.08*degree*rng.NormFloat64())}
			if told {
				q.Altitude = p.Height + 10*rng.NormFloat64()
				q.Set(entente.HasAltitude)
			}
			v := st.ready(&q)
			var k record
			f := st.first(&v, &k)
			d := k.frame.ENU(p)
			c := entente.Covariance(f.p)
			if n++; normalised(d.E-f.x[0], d.N-f.x[1], &c) < 4.605 {
				inside++
			}
		}
		if share := float64(inside) / float64(n); share < 0.86 || share > 0.95 {
			t.Errorf("height told %v: %.3f inside the 90 %% ellipse", told, share)
		}
	}
}

// TestHeldPlotsAreSorted: whatever comes in whatever batches, what is held stands in order and nothing is lost.
func TestHeldPlotsAreSorted(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		tracker := New(Config{Sensors: []entente.Sensor{radar(1, entente.PSR, 54, 27, 5)}, Window: 100})
		n := 0
		for range rapid.IntRange(1, 6).Draw(r, "batches") {
			var batch []entente.Plot
			for _, s := range rapid.SliceOfN(rapid.Float64Range(1, 60), 0, 20).Draw(r, "times") {
				batch = append(batch, entente.Plot{Time: second(s), Sensor: 1, Has: entente.HasPolar, Range: 1e4 + s, Azimuth: 1})
			}
			n += len(batch)
			tracker.Process(batch, nil)
			for i := 1; i < len(tracker.held); i++ {
				if order(&tracker.held[i-1], &tracker.held[i]) > 0 {
					r.Fatal("out of order")
				}
			}
			if len(tracker.held) != n {
				r.Fatalf("%d held of %d", len(tracker.held), n)
			}
		}
	})
}

func TestQualityFallsWithTheError(t *testing.T) {
	last := uint8(16)
	for _, sigma := range []float64{1, 30, 60, 120, 500, 5000, 1e6} {
		var c entente.Covariance
		c.Set(0, 0, sigma*sigma)
		c.Set(1, 1, sigma*sigma)
		q := quality(&c)
		if q > last || q > 15 {
			t.Errorf("sigma %g: quality %d after %d", sigma, q, last)
		}
		last = q
	}
	if last != 0 {
		t.Errorf("a thousand kilometres have quality %d", last)
	}
}

// TestReportedVelocityIsBelieved: with the velocity that ADS-B reports a track knows its course at the first plot.
func TestReportedVelocityIsBelieved(t *testing.T) {
	s := receiver(1, 54, 27)
	tracker := New(Config{Sensors: []entente.Sensor{s}})
	var plots []entente.Plot
	for i := range 2 {
		plots = append(plots, entente.Plot{Time: second(1 + float64(i)), Sensor: 1, Kind: entente.ADSB, Has: entente.HasPosition | entente.HasAltitude | entente.HasVelocity,
			Lat: 54 * degree, Lon: (27 + 0.003*float64(i)) * degree, Altitude: 9000, VE: 200, VN: -30, Address: 7})
	}
	out := run(tracker, plots)
	if len(out) != 1 || math.Abs(out[0].VE-200) > 5 || math.Abs(out[0].VN+30) > 5 {
		t.Errorf("%+v", out)
	}
}

// TestAWordOfItsOwnAccuracyIsBelieved: a plot that says its sigma is weighed by that, not by the network's.
func TestAWordOfItsOwnAccuracyIsBelieved(t *testing.T) {
	s := receiver(1, 54, 27)
	p := entente.Plot{Time: second(1), Sensor: 1, Kind: entente.ADSB, Has: entente.HasPosition | entente.HasSigma, Lat: 0.94, Lon: 0.47, Sigma: 400}
	st := newSite(s)
	v := st.ready(&p)
	var k record
	f := st.first(&v, &k)
	if f.p[0] != 400*400 {
		t.Errorf("variance %g", f.p[0])
	}
}
