package sim

import (
	"math"
	"testing"

	"entente"
	"entente/geo"
)

// newFlight puts an aircraft of a one-aircraft scenario at its start.
func newFlight(t *testing.T, a Aircraft) *flight {
	t.Helper()
	s := &Scenario{Aircraft: []Aircraft{a}}
	if err := s.complete(); err != nil {
		t.Fatal(err)
	}
	f := &flight{Aircraft: s.Aircraft[0]}
	f.take(morning)
	return f
}

func silent(atEnd string, route ...Waypoint) Aircraft {
	return Aircraft{ID: "A", Transponder: "none", AtEnd: atEnd, Route: route}
}

// TestMotionIsContinuous flies a route with turns, climbs and a turn back: velocity is the change of position,
// the aircraft never jumps, and it keeps its limits.
func TestMotionIsContinuous(t *testing.T) {
	f := newFlight(t, silent("return",
		Waypoint{Lat: 53, Lon: 27, Altitude: 3000, Speed: 120}, Waypoint{Lat: 53.3, Lon: 27.1, Altitude: 6000, Speed: 200},
		Waypoint{Lat: 53.3, Lon: 27.9, Altitude: 6000, Speed: 200}, Waypoint{Lat: 53.0, Lon: 27.5, Altitude: 2000, Speed: 150}))
	turned := 0.0
	for range 3000 {
		p := f.now.at(f.now.time.Add(1))
		if !f.advance(1) {
			t.Fatal("route ended")
		}
		q := f.at(f.now.time)
		if d := distance(p.ECEF(), q.ECEF()); d > 0.001 {
			t.Fatalf("jumps by %.3f m", d)
		}
		frame := geo.NewFrame(q.LLA)
		const dt = 0.05
		v := frame.ENU(f.now.at(f.now.time.Add(dt)).LLA)
		if e := math.Hypot(v.E/dt-q.ve, v.N/dt-q.vn); e > 0.5 || math.Abs(v.U/dt-q.vu) > 0.1 {
			t.Fatalf("velocity %.2f %.2f %.2f, moves %.2f %.2f %.2f", q.ve, q.vn, q.vu, v.E/dt, v.N/dt, v.U/dt)
		}
		if math.Abs(f.now.turn) > 1.5*degree+1e-9 || math.Abs(f.now.climb) > 10 || math.Abs(f.now.accel) > 1 || f.now.speed < 110 || f.now.speed > 201 {
			t.Fatalf("beyond its limits: %+v", f.now)
		}
		turned += math.Abs(f.now.turn)
	}
	if turned < 4*math.Pi {
		t.Errorf("turned by %.1f rad in 3,000 s", turned)
	}
}

func TestRoutesAreFlown(t *testing.T) {
	route := []Waypoint{{Lat: 53, Lon: 27, Altitude: 3000, Speed: 200}, {Lat: 53.5, Lon: 27.5, Altitude: 5000}, {Lat: 53.2, Lon: 28.4, Altitude: 4000}}
	for _, c := range []struct {
		atEnd string
		ends  bool
		want  [3]int // passes by each waypoint in an hour
	}{{"", true, [3]int{1, 1, 1}}, {"return", false, [3]int{2, 4, 2}}, {"loop", false, [3]int{3, 3, 3}}} {
		f := newFlight(t, silent(c.atEnd, route...))
		near := [3]bool{}
		passes := [3]int{}
		ended := false
		for range 3600 {
			for i, w := range route {
				d := geo.Distance(f.now.lat, f.now.lon, w.Lat*degree, w.Lon*degree)
				if d < 4000 && !near[i] {
					near[i] = true
					passes[i]++
					if math.Abs(f.now.height-w.Altitude) > 250 {
						t.Errorf("%q: waypoint %d at %.0f m", c.atEnd, i, f.now.height)
					}
				}
				if d > 12000 {
					near[i] = false
				}
			}
			if !f.advance(1) {
				ended = true
				break
			}
		}
		if ended != c.ends {
			t.Errorf("%q: ended %v", c.atEnd, ended)
		}
		for i := range passes {
			if passes[i] < c.want[i] {
				t.Errorf("%q: passes %v, want at least %v", c.atEnd, passes, c.want)
			}
		}
	}
}

// A long leg follows the great circle.
func TestLongLegIsAGreatCircle(t *testing.T) {
	a, b := Waypoint{Lat: 55, Lon: 37, Altitude: 10000, Speed: 250}, Waypoint{Lat: 43.3, Lon: 77, Altitude: 10000}
	f := newFlight(t, silent("", a, b))
	worst := 0.0
	for f.advance(1) {
		fraction := geo.Distance(a.Lat*degree, a.Lon*degree, f.now.lat, f.now.lon) / geo.Distance(a.Lat*degree, a.Lon*degree, b.Lat*degree, b.Lon*degree)
		la, lo := geo.Along(a.Lat*degree, a.Lon*degree, b.Lat*degree, b.Lon*degree, fraction)
		worst = math.Max(worst, geo.Distance(la, lo, f.now.lat, f.now.lon))
	}
	if worst > 3000 {
		t.Errorf("%.0f m off the great circle", worst)
	}
	if d := geo.Distance(f.now.lat, f.now.lon, b.Lat*degree, b.Lon*degree); d > 500 {
		t.Errorf("ends %.0f m from the last waypoint", d)
	}
}

func TestLateStart(t *testing.T) {
	s := Small()
	s.Aircraft = s.Aircraft[:2]
	s.Aircraft[1].Start = 30
	w := newWorld(t, s, morning)
	w.Step(morning.Add(29), func(string, entente.Instant, []byte) {})
	if n := len(w.Truth(nil)); n != 1 {
		t.Errorf("%d aircraft before the start of the second", n)
	}
	w.Step(morning.Add(31), func(string, entente.Instant, []byte) {})
	if n := len(w.Truth(nil)); n != 2 {
		t.Errorf("%d aircraft after", n)
	}
}
