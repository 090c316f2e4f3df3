package feed

import (
	"errors"

	"entente"
	"entente/modes"
)

// skyFeed turns Mode S frames of one receiver into plots; net may be shared with others.
type skyFeed struct {
	*pipeline
	sensor entente.Sensor
	net    *network
	gps    bool // stamps are of the GPS clock
	ticks  counter
	steady steadyClock // live, with a counter
	day    dayClock    // with gps
	m      modes.Message
}

// counter turns stamps of a 12 MHz counter of a recording into times.
type counter struct {
	base    entente.Instant // time of the first stamp
	first   int64           // nanoseconds of the counter
	last    int64
	started bool
}

// counterPeriod is after how many nanoseconds the counter wraps.
const counterPeriod = int64(1<<48) * 250 / 3

// at returns the time of a counter reading in nanoseconds. A step back by more than ten seconds, or ahead by more than a
// day, is a restarted receiver or another clock: time goes on from where it was.
func (c *counter) at(ns int64) (t entente.Instant, jumped bool) {
	if !c.started {
		c.started, c.first, c.last = true, ns, ns
		return c.base, false
	}
	step := ns - c.last
	if step < -counterPeriod/2 {
		step += counterPeriod
	}
	if step < -10e9 || step > 86400e9 {
		c.base += entente.Instant(c.last - c.first)
		c.first, c.last = ns, ns
		return c.base, true
	}
	if ns-c.last != step { // wrapped
		c.first -= counterPeriod
	}
	c.last = ns
	return c.base + entente.Instant(ns-c.first), false
}

// adsbSensor is the sensor of a feed of squitters, registered after the registry's default when there is none.
func adsbSensor(reg *Registry, sensor, name string) (entente.Sensor, error) {
	s, err := reg.ByFeed(sensor, name, entente.ADSB)
	if err == nil || reg.Default == nil {
		return s, err
	}
	s = *reg.Default
	s.Name, s.Kind, s.Feed = name, entente.ADSB, name
	if sensor != "" {
		s.Name = sensor
	}
	id, err := reg.Add(s, Bias{})
	s.ID = id
	return s, err
}

func newSkyFeed(p *pipeline, sensor entente.Sensor, date entente.Instant) *skyFeed {
	if date == 0 {
		date = 1 // the zero instant means "not known"
	}
	return &skyFeed{pipeline: p, sensor: sensor, net: newNetwork(sensor, false), ticks: counter{base: date}, day: dayClock{date: date}}
}

// frame takes a frame that arrived at the given time; zero in files, whose stamps then tell the time.
func (f *skyFeed) frame(fr *modes.Frame, arrival entente.Instant) {
	f.tally.messages++
	if fr.Kind == modes.ModeAC || fr.Kind == modes.Status {
		f.tally.refuse("mode_ac_or_status")
		return
	}
	origin, marked := fr.Marked()
	t := arrival
	switch {
	case arrival == 0 && !fr.HasStamp:
		f.tally.refuse("no_time")
		return
	case f.gps && !marked && fr.HasStamp:
		t = f.gpsTime(fr, arrival)
	case arrival != 0 && !marked && fr.HasStamp:
		var leapt bool
		if t, leapt = f.steady.at(fr.Ticks12(), arrival); leapt {
			f.tally.refuse("clock_jump")
		}
	case arrival == 0 && marked && f.gps:
		t = max(f.day.last, 1)
	case arrival == 0 && marked:
		t = f.ticks.base + entente.Instant(f.ticks.last-f.ticks.first)
	case arrival == 0:
		var jumped bool
		if t, jumped = f.ticks.at(fr.Ticks12()); jumped {
			f.tally.refuse("clock_jump")
		}
	}
	if t == 0 { // a stamp that is no time, in a file that told none before: counted
		return
	}
	f.message(fr.Bytes(), t, arrival, origin)
}

// gpsTime reads a GPS stamp on the day nearest to its arrival, or to the stamp before; one that is no time, or a minute
// from its arrival, gives way to the arrival, in a file to the stamp before; zero when there is none.
func (f *skyFeed) gpsTime(fr *modes.Frame, arrival entente.Instant) entente.Instant {
	ns, ok := fr.GPS()
	if !ok {
		f.tally.refuse("time_of_day")
		return max(arrival, f.day.last)
	}
	t := max(f.day.absolute(float64(ns)/1e9, arrival), 1) // the zero instant means "not known"
	if arrival != 0 && (t-arrival > 60*entente.Second || arrival-t > 60*entente.Second) {
		f.tally.refuse("time_far_from_arrival")
		return arrival
	}
	return t
}

// message decodes a frame heard at t and emits a plot when it gives a position.
func (f *skyFeed) message(frame []byte, t, arrival entente.Instant, origin modes.Origin) {
	if err := modes.Decode(&f.m, frame); err != nil {
		f.tally.refuse(frameReason(err))
		return
	}
	f.tally.records++
	if origin != modes.Direct {
		f.m.Origin = origin
	}
	heard := f.net.take(&f.m, t)
	if heard.refused != "" {
		f.tally.refuse(heard.refused)
	}
	if !heard.placed {
		return
	}
	rep := &heard.report
	if rep.Origin == modes.TISB { // a ground station's radar, not the aircraft
		f.tally.refuse("tis_b")
		return
	}
	p := plotOf(rep)
	p.Sensor, p.Arrival = f.sensor.ID, arrival
	f.emit(&p, f.sensor.Name)
}

// frameReason gives the metric's label of a frame that does not decode.
func frameReason(err error) string {
	switch {
	case errors.Is(err, modes.ErrParity):
		return "parity"
	case errors.Is(err, modes.ErrLength):
		return "frame_length"
	}
	return "downlink_format"
}

// plotOf turns a positioned report into a plot.
func plotOf(r *modes.Report) entente.Plot {
	p := entente.Plot{
		Time: entente.Instant(r.Time), Kind: entente.ADSB, Lat: r.Lat * radian, Lon: r.Lon * radian,
		Address: entente.Address(r.Address), Has: entente.HasPosition,
	}
	if r.Kind == modes.NonICAO || r.Kind == modes.TrackFile {
		p.Address |= entente.AddressNonICAO
	}
	if r.Origin == modes.MLAT {
		p.Kind = entente.MLAT
	}
	if r.Has&modes.HasAltitude != 0 {
		p.PressureAltitude = float64(r.Altitude) * metresPerFoot
		p.Set(entente.HasPressureAltitude)
	}
	if r.Has&modes.HasGeoAltitude != 0 {
		p.Altitude = float64(r.GeoAltitude) * metresPerFoot
		p.Set(entente.HasAltitude)
	}
	if r.Has&modes.HasVelocity != 0 {
		p.VE, p.VN = float64(r.VE)*knot, float64(r.VN)*knot
		p.Set(entente.HasVelocity)
	}
	if r.Has&modes.HasVerticalRate != 0 {
		p.Climb = float64(r.VerticalRate) * footPerMinute
		p.Set(entente.HasClimb)
	}
	if r.Has&modes.HasSquawk != 0 {
		p.ModeA = entente.ModeA(r.Squawk)
		p.Set(entente.HasModeA)
	}
	if r.Has&modes.HasCallsign != 0 {
		p.Callsign = entente.Callsign(r.Ident)
	}
	if r.Surface {
		p.Set(entente.HasSurface)
	}
	if r.Sigma > 0 && r.Origin != modes.MLAT {
		p.Sigma = r.Sigma
		p.Set(entente.HasSigma)
	}
	return p
}
