package sim

import (
	"math"
	"testing"

	"entente"
	"entente/geo"
	"entente/modes"
)

// TestSquittersInvertToTruth decodes what the receiver hears with the project's own decoder and wants the aircraft
// there, within the rounding of CPR (about 5 m), of 25 ft and of a knot.
func TestSquittersInvertToTruth(t *testing.T) {
	s := Small()
	s.Radars = nil
	w := newWorld(t, s, morning)
	rx := modes.NewReceiver(modes.Options{})
	midnight := morning - morning%(86400*entente.Second)
	df := map[uint8]int{}
	positions, velocities := map[uint32]int{}, 0
	names, states := map[string]bool{}, map[uint16]bool{}
	for step := 1; step <= 180; step++ {
		w.Step(morning.Add(float64(step)), func(feed string, at entente.Instant, data []byte) {
			var f modes.Frame
			if n, err := modes.ParseBeast(data, &f); err != nil || n != len(data) || feed != "minsk-adsb" {
				t.Fatalf("%s: %d of %d octets, %v", feed, n, len(data), err)
			}
			ns, ok := f.GPS()
			received := midnight + entente.Instant(ns)
			if !ok || received < at || received > at.Add(0.002) {
				t.Fatalf("stamp %v, sent %v", received, at)
			}
			var m modes.Message
			if err := modes.Decode(&m, f.Bytes()); err != nil {
				t.Fatal(err)
			}
			df[m.DF]++
			rep, ok := rx.Take(&m, int64(received))
			truth := flightOf(t, w, m.Address)
			p := truth.at(at)
			if ok {
				positions[m.Address]++
				height := float64(rep.Altitude) * feet
				got := geo.Degrees(rep.Lat, rep.Lon, height)
				if e := distance(got.ECEF(), p.ECEF()); e > 10 {
					t.Fatalf("position of %06X off by %.1f m", m.Address, e)
				}
			}
			if m.Is(modes.HasVelocity) {
				velocities++
				if e := math.Hypot(float64(m.VE)*knots-p.ve, float64(m.VN)*knots-p.vn); e > 0.4 {
					t.Fatalf("velocity of %06X off by %.2f m/s", m.Address, e)
				}
			}
			if m.TC >= 1 && m.TC <= 4 {
				names[m.Callsign()] = true
			}
			if m.Is(modes.HasSquawk) {
				states[m.Squawk] = true
			}
		})
	}
	for _, a := range []uint32{0x510001, 0x510002} {
		if n := positions[a]; n < 350 || n > 370 {
			t.Errorf("%06X: %d positions in 180 s", a, n)
		}
	}
	if len(positions) != 2 || velocities < 700 || !names["BRU862"] || !names["BRU7700"] || len(names) != 2 || !states[0o7700] {
		t.Errorf("positions %v, %d velocities, names %v, squawks %v", positions, velocities, names, states)
	}
	// Three Mode S transponders send acquisition squitters once a second; two send ADS-B.
	if df[11] < 500 || df[11] > 580 || len(df) != 2 {
		t.Errorf("downlink formats %v", df)
	}
}

func flightOf(t *testing.T, w *World, address uint32) *flight {
	t.Helper()
	for i := range w.flights {
		if uint32(w.flights[i].Address) == address {
			return &w.flights[i]
		}
	}
	t.Fatalf("nobody has address %06X", address)
	return nil
}

func TestReceiverDetectionAndClock(t *testing.T) {
	s := Small()
	s.Radars = nil
	s.Receivers = append(s.Receivers, s.Receivers[0], s.Receivers[0])
	s.Receivers[1].Name, s.Receivers[1].Feed, s.Receivers[1].PD = "half", "half", 0.5
	s.Receivers[2].Name, s.Receivers[2].Feed, s.Receivers[2].Clock = "counter", "counter", "counter"
	w := newWorld(t, s, morning)
	n := map[string]float64{}
	last := uint64(0)
	w.Step(morning.Add(120), func(feed string, at entente.Instant, data []byte) {
		n[feed]++
		if feed == "counter" {
			var f modes.Frame
			if _, err := modes.ParseBeast(data, &f); err != nil {
				t.Fatal(err)
			}
			want := at.Sub(morning) * 12e6
			if d := float64(f.Stamp) - want; d < 0 || d > 12e6*0.002 {
				t.Fatalf("counter %d at %v", f.Stamp, at)
			}
			last = f.Stamp
		}
	})
	if share := n["half"] / n["minsk-adsb"]; math.Abs(share-0.5) > 0.04 || last == 0 || n["counter"] != n["minsk-adsb"] {
		t.Errorf("frames %v", n)
	}
}

func TestTransponderOff(t *testing.T) {
	s := Small()
	s.Aircraft = s.Aircraft[:1]
	off := false
	s.Aircraft[0].Events = []Event{{At: 20, SPI: true}, {At: 60, ADSB: &off}, {At: 120, Transponder: "none"}}
	w := newWorld(t, s, morning)
	var frames, squitters [180]int
	var types [180]map[uint64]int
	spi := 0
	for i := range 180 {
		var p plots
		w.Step(morning.Add(float64(i+1)), func(feed string, at entente.Instant, data []byte) {
			if feed == "minsk-adsb" {
				frames[i]++
				if data[1] == '2' {
					squitters[i]++
				}
				return
			}
			p.take(t, data)
			if p.dec.Record().Category == 48 {
				if v, _ := p.dec.Record().Uint(plotFields.spi); v == 1 {
					spi++
				}
			}
		})
		types[i] = map[uint64]int{}
		for _, d := range p.list {
			types[i][d.typ]++
		}
	}
	sum := func(v []int) (n int) {
		for _, x := range v {
			n += x
		}
		return n
	}
	if sum(frames[:60]) < 250 || sum(frames[61:120]) != sum(squitters[61:120]) || sum(squitters[61:120]) < 50 || sum(frames[121:]) != 0 {
		t.Errorf("frames %d, then %d of which %d squitters, then %d", sum(frames[:60]), sum(frames[61:120]), sum(squitters[61:120]), sum(frames[121:]))
	}
	if spi < 3 || spi > 4 {
		t.Errorf("SPI in %d plots of 18 seconds", spi)
	}
	for i, m := range types {
		if i < 120 && m[1] > 0 || i > 121 && m[7] > 0 {
			t.Errorf("second %d: types %v", i, m)
		}
	}
}
