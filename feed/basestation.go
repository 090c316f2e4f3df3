package feed

import (
	"entente"
	"entente/modes"
)

// lineFeed turns SBS lines into plots: a position line together with what other lines of the aircraft said of late.
type lineFeed struct {
	*pipeline
	sensor   entente.Sensor
	aircraft map[uint32]*said
	swept    entente.Instant
}

// said is what lines without a position said of an aircraft.
type said struct {
	callsign entente.Callsign
	ve, vn   float64
	climb    float64
	squawk   entente.ModeA
	has      entente.PlotFields
	moved    entente.Instant
	squawked entente.Instant
	heard    entente.Instant
}

const (
	saidFor      = 30 * entente.Second  // a velocity or squawk holds for so long
	forgetAfter  = 600 * entente.Second // an aircraft unheard for so long is forgotten
	maxSaid      = 20000
	sweepEvery   = 60 * entente.Second
	linesMaximum = 1 << 12 // bytes of one line
)

func newLineFeed(p *pipeline, sensor entente.Sensor) *lineFeed {
	return &lineFeed{pipeline: p, sensor: sensor, aircraft: map[uint32]*said{}}
}

// line reads one line that arrived at the given time; zero in files.
func (f *lineFeed) line(b []byte, arrival entente.Instant) error {
	f.tally.messages++
	var s modes.SBS
	if err := modes.ParseSBS(b, &s); err != nil {
		f.tally.refuse("sbs_line")
		return err
	}
	f.tally.records++
	t := entente.Instant(s.Generated)
	if arrival != 0 {
		t = arrival // the line's own time has no zone
	}
	if t == 0 || s.Address == 0 {
		f.tally.refuse("no_time")
		return nil
	}
	a := f.remember(&s, t)
	if s.Has&modes.HasPosition == 0 {
		return nil
	}
	p := entente.Plot{
		Time: t, Arrival: arrival, Sensor: f.sensor.ID, Kind: entente.ADSB, Has: entente.HasPosition,
		Lat: s.Lat * radian, Lon: s.Lon * radian, Address: entente.Address(s.Address), Callsign: a.callsign,
	}
	if s.Has&modes.HasAltitude != 0 && s.OnGround != modes.On {
		p.PressureAltitude = float64(s.Altitude) * metresPerFoot
		p.Set(entente.HasPressureAltitude)
	}
	if a.has&entente.HasVelocity != 0 && t-a.moved < saidFor {
		p.VE, p.VN, p.Climb = a.ve, a.vn, a.climb
		p.Set(a.has & (entente.HasVelocity | entente.HasClimb))
	}
	if a.has&entente.HasModeA != 0 && t-a.squawked < saidFor {
		p.ModeA = a.squawk
		p.Set(entente.HasModeA)
	}
	if s.OnGround == modes.On {
		p.Set(entente.HasSurface)
	}
	if s.SPI == modes.On {
		p.Set(entente.HasSPI)
	}
	f.emit(&p, f.sensor.Name)
	return nil
}

func (f *lineFeed) remember(s *modes.SBS, t entente.Instant) *said {
	if t-f.swept > sweepEvery || t < f.swept || len(f.aircraft) >= maxSaid {
		f.sweep(t)
	}
	a := f.aircraft[s.Address]
	if a == nil {
		a = &said{}
		f.aircraft[s.Address] = a
	}
	a.heard = t
	if s.Has&modes.HasCallsign != 0 {
		a.callsign = entente.Callsign(s.Ident)
	}
	if s.Has&(modes.HasGroundSpeed|modes.HasTrack) == modes.HasGroundSpeed|modes.HasTrack {
		a.ve, a.vn = velocity(float64(s.GroundSpeed)*knot, float64(s.Track)*radian)
		a.moved, a.has = t, a.has&^entente.HasClimb|entente.HasVelocity
		if s.Has&modes.HasVerticalRate != 0 {
			a.climb, a.has = float64(s.Rate)*footPerMinute, a.has|entente.HasClimb
		}
	}
	if s.Has&modes.HasSquawk != 0 {
		a.squawk, a.squawked, a.has = entente.ModeA(s.Squawk), t, a.has|entente.HasModeA
	}
	return a
}

// sweep forgets aircraft that were not heard of late; when there is no room even so, a quarter of all, so that noise, which invents
// an address a line, does not make every line cost a sweep.
func (f *lineFeed) sweep(t entente.Instant) {
	f.swept = t
	for k, a := range f.aircraft {
		if d := t - a.heard; d > forgetAfter || d < -forgetAfter {
			delete(f.aircraft, k)
		}
	}
	if len(f.aircraft) < maxSaid {
		return
	}
	for k := range f.aircraft {
		if delete(f.aircraft, k); len(f.aircraft) <= maxSaid*3/4 {
			return
		}
	}
}
