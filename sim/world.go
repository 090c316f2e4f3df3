package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"entente"
	"entente/geo"
	"entente/modes"
)

// tick is how often aircraft steer, in seconds.
const tick = 1.0

// Emit takes what a feed sends: one datagram of ASTERIX blocks, or Beast frames. Data is valid during the call. At is
// the time of sending, never before that of the call before.
type Emit func(feed string, at entente.Instant, data []byte)

// World is a scenario in motion. It is for one goroutine.
type World struct {
	scenario  *Scenario
	start     entente.Instant
	now       entente.Instant // all before has been emitted
	ticked    entente.Instant // of the aircraft's states
	flights   []flight        // of the scenario, then traffic
	traffic   traffic
	radars    []*radarSite
	receivers []*receiverSite
	members   []entente.MemberID

	calls []call // squitters of the current tick, by time
	done  int    // of calls
	frame modes.Frame
	bytes []byte
}

// call is one squitter to be sent.
type call struct {
	time   entente.Instant
	flight int
	kind   squitter
}

// NewWorld starts a scenario at a moment of UTC, which the time of day in the bytes follows. Traffic is under way from
// the first second.
func NewWorld(s *Scenario, start entente.Instant) (*World, error) {
	places, err := s.places()
	if err != nil {
		return nil, fmt.Errorf("starting scenario %s: %w", s.Name, err)
	}
	w := &World{scenario: s, start: start, now: start, ticked: start}
	w.traffic = newTraffic(&s.Traffic, places, s.Seed)
	if s.Traffic.Count > 0 && len(w.traffic.routes) == 0 {
		return nil, fmt.Errorf("starting scenario %s: traffic has no routes", s.Name)
	}
	w.flights = make([]flight, len(s.Aircraft)+s.Traffic.Count)
	for i := range w.flights {
		f := &w.flights[i]
		f.radio.begin(s.Seed, uint64(i), start)
		if i < len(s.Aircraft) {
			f.Aircraft = s.Aircraft[i]
			if f.Start == 0 {
				f.take(start)
			}
			continue
		}
		w.fillWithTraffic(f)
	}
	for i := range s.Radars {
		site, err := newRadarSite(&s.Radars[i], s.Seed+uint64(i), start, len(w.flights))
		if err != nil {
			return nil, fmt.Errorf("starting scenario %s: %w", s.Name, err)
		}
		w.radars = append(w.radars, site)
	}
	for i := range s.Receivers {
		w.receivers = append(w.receivers, newReceiverSite(&s.Receivers[i], s.Seed+uint64(i), start))
	}
	for _, f := range s.Feeds() {
		if f.Member != "" && !slices.Contains(w.members, f.Member) {
			w.members = append(w.members, f.Member)
		}
	}
	w.schedule()
	return w, nil
}

// fillWithTraffic puts an airliner somewhere along its route, by flying it there quickly.
func (w *World) fillWithTraffic(f *flight) {
	const stride = 5.0
	w.traffic.launch(f, w.start, w.taken)
	flown := flightTime(f.Route) * 0.9 * w.traffic.rng.Float64()
	for t := 0.0; t < flown && f.aloft; t += stride {
		f.advance(stride)
	}
	if !f.aloft {
		f.take(w.start)
	}
	f.now.time = w.start
	f.before = f.now
}

// taken says whether an address or a mode A code flies already.
func (w *World) taken(address entente.Address, code entente.ModeA) bool {
	return code.Distress() || slices.ContainsFunc(w.flights, func(f flight) bool {
		return f.aloft && (f.Address == address || f.ModeA == code)
	})
}

// Members lists whose sensors the scenario has, in the order of its feeds.
func (w *World) Members() []entente.MemberID { return w.members }

// Scenario returns what the world was made of.
func (w *World) Scenario() *Scenario { return w.scenario }

// Now returns the moment up to which all has been emitted.
func (w *World) Now() entente.Instant { return w.now }

// Step advances the world to a moment and emits what the sensors send until then, in the order of time. A moment that
// is not after Now does nothing. However the time is cut into steps, the same bytes come out.
func (w *World) Step(until entente.Instant, emit Emit) {
	for w.now < until {
		end := w.ticked.Add(tick)
		stop := min(end, until)
		w.run(stop, emit)
		w.now = stop
		if stop == end {
			w.tick()
		}
	}
}

// run emits what is due before stop, within the current tick.
func (w *World) run(stop entente.Instant, emit Emit) {
	for {
		var first *radarSite
		due := stop
		for _, r := range w.radars {
			if r.due < due {
				first, due = r, r.due
			}
		}
		if w.done < len(w.calls) && w.calls[w.done].time < due {
			w.transmit(&w.calls[w.done], emit)
			w.done++
			continue
		}
		if first == nil {
			return
		}
		first.sector(w.flights, emit)
	}
}

// tick flies every aircraft on, replaces who has landed, and schedules the squitters of the second to come.
func (w *World) tick() {
	w.ticked = w.ticked.Add(tick)
	since := w.ticked.Sub(w.start)
	for i := range w.flights {
		f := &w.flights[i]
		scripted := i < len(w.scenario.Aircraft)
		switch {
		case f.aloft:
			if !f.advance(tick) && !scripted {
				w.traffic.launch(f, w.ticked, w.taken)
			}
		case scripted && f.fresh == 0 && f.Start > 0 && since >= f.Start:
			f.fresh++
			f.take(w.ticked)
		}
		if f.aloft {
			f.happen(since)
		}
	}
	w.schedule()
}

// schedule lists the squitters of the tick that begins.
func (w *World) schedule() {
	w.calls, w.done = w.calls[:0], 0
	end := w.ticked.Add(tick)
	for i := range w.flights {
		f := &w.flights[i]
		for k := range squitters {
			for f.radio.next[k] < end {
				if f.aloft && f.transponder == modeS && (f.adsb || k == acquisition) {
					w.calls = append(w.calls, call{f.radio.next[k], i, k})
				}
				f.radio.sent(k)
			}
		}
	}
	slices.SortFunc(w.calls, func(a, b call) int {
		switch {
		case a.time != b.time && a.time < b.time, a.time == b.time && a.flight < b.flight:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
}

// transmit sends one squitter to every receiver that hears it.
func (w *World) transmit(c *call, emit Emit) {
	f := &w.flights[c.flight]
	heard := false
	for _, r := range w.receivers {
		heard = heard || r.reach(f) > 0
	}
	p := f.at(c.time)
	noise := [2]float64{}
	if w.scenario.GNSSSigma > 0 && c.kind == position {
		noise = [2]float64{f.radio.rng.NormFloat64() * w.scenario.GNSSSigma, f.radio.rng.NormFloat64() * w.scenario.GNSSSigma}
	}
	if !heard || !f.send(c.kind, c.time, p, noise, &w.frame) {
		return
	}
	for _, r := range w.receivers {
		if d := r.reach(f); d > 0 && r.hears() {
			r.stamp(&w.frame, c.time, d)
			w.bytes = modes.AppendBeast(w.bytes[:0], &w.frame)
			emit(r.Feed, c.time, w.bytes)
		}
	}
}

// Truth is where an aircraft is and what it says of itself.
type Truth struct {
	Time        entente.Instant
	Target      string // unique in the world's life
	Lat, Lon    float64
	Altitude    float64 // metres above the ellipsoid
	VE, VN, VU  float64
	Address     entente.Address
	ModeA       entente.ModeA
	Callsign    entente.Callsign
	Transponder bool
	Covered     bool   // some sensor of the scenario could see it
	By          uint64 // bit i: a sensor of Members()[i] could, for the first 64
}

// Truth appends the aircraft in the air, as they are at Now.
func (w *World) Truth(dst []Truth) []Truth {
	for i := range w.flights {
		f := &w.flights[i]
		if !f.aloft {
			continue
		}
		p := f.at(w.now)
		covered, by := w.covered(f, p)
		dst = append(dst, Truth{
			Time: w.now, Target: f.ID, Lat: p.Lat, Lon: geo.WrapLon(p.Lon), Altitude: p.Height, VE: p.ve, VN: p.vn, VU: p.vu,
			Address: f.Address, ModeA: f.ModeA, Callsign: f.callsign, Transponder: f.transponder != noTransponder,
			Covered: covered, By: by,
		})
	}
	return dst
}

// covered says whether any sensor could see a flight, and whose.
func (w *World) covered(f *flight, p fix) (some bool, by uint64) {
	see := func(m entente.MemberID) {
		some = true
		if i := slices.Index(w.members, m); i >= 0 && i < 64 {
			by |= 1 << i
		}
	}
	for _, r := range w.radars {
		if primary, secondary := r.coverage(f, p); primary || secondary {
			see(r.Member)
		}
	}
	for _, r := range w.receivers {
		if f.adsb && f.transponder == modeS && r.reach(f) > 0 {
			see(r.Member)
		}
	}
	return some, by
}

// generator returns a sensor's own stream of random numbers.
func generator(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }
