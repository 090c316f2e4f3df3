package sim

import (
	"fmt"
	"math"
	"strings"

	"entente"
	"entente/geo"
)

// transponder is what an aircraft answers with.
type transponder uint8

const (
	noTransponder transponder = iota
	modeAC
	modeS
)

func parseTransponder(s string) (transponder, error) {
	switch s {
	case "", "mode_s":
		return modeS, nil
	case "ssr":
		return modeAC, nil
	case "none":
		return noTransponder, nil
	}
	return 0, fmt.Errorf("transponder %q is none of mode_s, ssr, none", s)
}

// complete fills what is omitted, puts airports in and checks the rest.
func (a *Aircraft) complete(places map[string]Airport, ids map[string]bool) error {
	if a.ID == "" {
		if a.ID = a.Callsign; a.ID == "" {
			a.ID = a.Address.String()
		}
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("aircraft %s: %s", a.ID, fmt.Sprintf(format, args...))
	}
	if a.ID == "" || ids[a.ID] {
		return fail("id, callsign and address are missing or taken")
	}
	ids[a.ID] = true
	if a.Turn == 0 {
		a.Turn = 1.5
	}
	if a.Climb == 0 {
		a.Climb = 10
	}
	tr, err := parseTransponder(a.Transponder)
	if err != nil {
		return fail("%v", err)
	}
	if a.Squawk != "" {
		if a.ModeA, err = entente.ParseModeA(a.Squawk); err != nil {
			return fail("%v", err)
		}
	}
	switch {
	case tr == modeS && !a.Address.ICAO():
		return fail("a Mode S transponder needs an address of six hex digits")
	case a.ADSB && tr != modeS:
		return fail("ADS-B needs a Mode S transponder")
	case len(a.Callsign) > 8 || strings.Trim(a.Callsign, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "":
		return fail("callsign %q is not up to eight capitals and digits", a.Callsign)
	case a.AtEnd != "" && a.AtEnd != "vanish" && a.AtEnd != "return" && a.AtEnd != "loop":
		return fail("at_end %q is none of vanish, return, loop", a.AtEnd)
	case !within(a.Turn, 0.1, 20) || !within(a.Climb, 0.1, 200) || !within(a.Start, 0, 1e7):
		return fail("turn_deg_s, climb_mps or start_s is not plausible")
	case len(a.Route) < 2:
		return fail("a route needs two waypoints")
	}
	for i := range a.Events {
		if err := a.Events[i].check(); err != nil {
			return fail("event at %g s: %v", a.Events[i].At, err)
		}
		if i > 0 && a.Events[i].At < a.Events[i-1].At {
			return fail("events are not in the order of time")
		}
	}
	return a.completeRoute(places, fail)
}

func (a *Aircraft) completeRoute(places map[string]Airport, fail func(string, ...any) error) error {
	speed := 220.0
	for i := range a.Route {
		w := &a.Route[i]
		if w.Airport != "" {
			p, ok := places[w.Airport]
			if !ok {
				return fail("waypoint %d: airport %q is not known; define it under airports", i+1, w.Airport)
			}
			w.Lat, w.Lon = p.Lat, p.Lon
			if w.Altitude == 0 {
				w.Altitude = p.Height
			}
		}
		if w.Speed == 0 {
			w.Speed = speed
		}
		speed = w.Speed
		if !within(w.Lat, -89, 89) || !within(w.Lon, -180, 180) || !within(w.Altitude, -500, 30_000) || !within(w.Speed, 10, 1000) {
			return fail("waypoint %d: place, altitude_m or speed_mps is not plausible", i+1)
		}
	}
	return nil
}

func (e *Event) check() error {
	if e.Squawk != "" {
		if _, err := entente.ParseModeA(e.Squawk); err != nil {
			return err
		}
	}
	if !within(e.At, 0, 1e7) {
		return fmt.Errorf("at_s is not plausible")
	}
	_, err := parseTransponder(e.Transponder)
	return err
}

// state is where an aircraft is at a moment and how it moves from there: with constant turn rate and acceleration.
type state struct {
	time     entente.Instant
	lat, lon float64 // radians
	height   float64 // metres above the ellipsoid
	speed    float64 // metres a second over the ground
	track    float64 // radians from north
	turn     float64 // radians a second, clockwise
	accel    float64 // metres a second squared
	climb    float64 // metres a second
	meridian float64 // radii of curvature at lat, metres
	parallel float64 // times cos(lat)
}

// fix is a position and velocity at a moment.
type fix struct {
	geo.LLA
	ve, vn, vu float64
}

// at returns the fix dt seconds from the state, which is for a second or so.
func (s *state) at(t entente.Instant) fix {
	dt := t.Sub(s.time)
	mid := s.track + s.turn*dt/2
	// The chord of an arc is shorter than the arc by sin(x)/x of half its angle.
	x := s.turn * dt / 2
	chord := (s.speed + s.accel*dt/2) * dt * (1 - x*x/6)
	sin, cos := math.Sincos(mid)
	v := s.speed + s.accel*dt
	endSin, endCos := math.Sincos(s.track + s.turn*dt)
	return fix{
		LLA: geo.LLA{Lat: s.lat + chord*cos/s.meridian, Lon: s.lon + chord*sin/s.parallel, Height: s.height + s.climb*dt},
		ve:  v * endSin, vn: v * endCos, vu: s.climb,
	}
}

// settle recomputes what depends on the latitude.
func (s *state) settle() {
	m, n := geo.Radii(s.lat)
	s.meridian, s.parallel = m+s.height, (n+s.height)*math.Cos(s.lat)
}

// flight is an aircraft in the air: its states now and a tick ago, so that a sector that began before the tick can
// still be looked at.
type flight struct {
	Aircraft
	now, before state
	ecef        geo.ECEF // at now
	aloft       bool
	next        int  // waypoint flown to
	back        bool // along the route
	fresh       int  // counts what has flown in this place, for identities of traffic

	transponder transponder
	adsb        bool
	spiUntil    entente.Instant
	event       int // next of Events
	callsign    entente.Callsign
	radio       radio // its squitters
}

// state returns the state that covers t.
func (f *flight) at(t entente.Instant) fix {
	if t < f.now.time {
		return f.before.at(t)
	}
	return f.now.at(t)
}

// take puts the aircraft at the start of its route.
func (f *flight) take(t entente.Instant) {
	w, to := f.Route[0], f.Route[1]
	f.now = state{time: t, lat: w.Lat * degree, lon: w.Lon * degree, height: w.Altitude, speed: w.Speed}
	f.now.track = geo.Bearing(f.now.lat, f.now.lon, to.Lat*degree, to.Lon*degree)
	f.now.settle()
	f.before = f.now
	f.next, f.back, f.aloft = 1, false, true
	f.transponder, _ = parseTransponder(f.Transponder)
	f.adsb = f.ADSB
	f.callsign = entente.MakeCallsign(f.Callsign)
	f.steer()
	f.ecef = geo.LLA{Lat: f.now.lat, Lon: f.now.lon, Height: f.now.height}.ECEF()
}

// advance flies dt seconds on and steers for the time after. It returns false when the route has ended.
func (f *flight) advance(dt float64) bool {
	f.before = f.now
	t := f.now.time.Add(dt)
	p := f.now.at(t)
	s := &f.now
	// Along a straight line on the ellipsoid the track turns by the convergence of the meridians.
	s.track = geo.WrapAzimuth(s.track + s.turn*dt + (p.Lon-s.lon)*math.Sin(p.Lat))
	s.speed += s.accel * dt
	s.time, s.lat, s.lon, s.height = t, p.Lat, geo.WrapLon(p.Lon), p.Height
	s.settle()
	f.ecef = p.ECEF()
	return f.steer()
}

// steer sets turn, acceleration and climb towards the next waypoint, and passes to the one after when it is near.
func (f *flight) steer() bool {
	s := &f.now
	var distance, bearing float64
	for range len(f.Route) + 1 {
		w := &f.Route[f.next]
		distance = geo.Distance(s.lat, s.lon, w.Lat*degree, w.Lon*degree)
		bearing = geo.Bearing(s.lat, s.lon, w.Lat*degree, w.Lon*degree)
		if distance > f.lead(bearing) {
			break
		}
		if !f.pass() {
			f.aloft = false
			return false
		}
	}
	w := &f.Route[f.next]
	limit := f.Turn * degree
	s.turn = clamp(math.Remainder(bearing-s.track, 2*math.Pi), limit)
	s.accel = clamp(w.Speed-s.speed, 1)
	s.climb = clamp(w.Altitude-s.height, f.Climb)
	return true
}

// lead is how far before the next waypoint the turn to the one after begins.
func (f *flight) lead(bearing float64) float64 {
	v := f.now.speed
	least := v * 1.5
	after, ok := f.after()
	if !ok {
		return least
	}
	w, x := &f.Route[f.next], &f.Route[after]
	out := geo.Bearing(w.Lat*degree, w.Lon*degree, x.Lat*degree, x.Lon*degree)
	change := math.Abs(math.Remainder(out-bearing, 2*math.Pi))
	if change > 1.6 { // beyond a right angle the waypoint is flown over
		return least
	}
	return math.Max(least, math.Min(v/(f.Turn*degree)*math.Tan(change/2), 20_000))
}

// after returns the waypoint after the next one.
func (f *flight) after() (int, bool) {
	switch last := len(f.Route) - 1; {
	case f.back && f.next > 0:
		return f.next - 1, true
	case f.back:
		return 1, true
	case f.next < last:
		return f.next + 1, true
	case f.AtEnd == "return":
		return last - 1, true
	case f.AtEnd == "loop":
		return 0, true
	}
	return 0, false
}

// pass makes the waypoint after the next one the next, false at the end of the route.
func (f *flight) pass() bool {
	n, ok := f.after()
	if !ok {
		return false
	}
	if f.AtEnd == "return" {
		f.back = n < f.next
	}
	f.next = n
	return true
}

// clamp brings v to −limit … limit.
func clamp(v, limit float64) float64 { return math.Max(-limit, math.Min(limit, v)) }

// happen applies the events due by t seconds after the start.
func (f *flight) happen(t float64) {
	for f.event < len(f.Events) && f.Events[f.event].At <= t {
		e := &f.Events[f.event]
		f.event++
		if e.Squawk != "" {
			f.ModeA, _ = entente.ParseModeA(e.Squawk)
		}
		if e.Transponder != "" {
			f.transponder, _ = parseTransponder(e.Transponder)
		}
		if e.ADSB != nil {
			f.adsb = *e.ADSB
		}
		if e.SPI {
			f.spiUntil = f.now.time.Add(18)
		}
	}
}
