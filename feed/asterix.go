package feed

import (
	"math"

	"entente"
	"entente/asterix"
	"entente/geo"
)

const (
	metresPerNM   = 1852.0
	metresPerFoot = 0.3048
	metresPerFL   = 100 * metresPerFoot
	knot          = 1852.0 / 3600 // metres a second
	radian        = math.Pi / 180
	footPerMinute = metresPerFoot / 60
)

// probeBlocks is how many blocks of a source without an edition rule are tried with every edition.
const probeBlocks = 20

// radarFeed turns ASTERIX datagrams into plots.
type radarFeed struct {
	*pipeline
	reg     *Registry
	dec     *asterix.Decoder
	h       *allHandles
	clocks  map[Source]*radarClock
	lastKey Source
	last    *radarClock
	date    entente.Instant
}

// radarClock is the time and the sensor of one source.
type radarClock struct {
	day      dayClock
	service  entente.Instant // last time of a 002 message, to extend 001's truncated ones
	sensor   entente.Sensor
	known    bool
	frame    geo.Frame
	hasFrame bool
	bias     Bias
	checked  int // records since the registry was last asked about an unknown source
}

func newRadarFeed(p *pipeline, reg *Registry, editions []asterix.Rule, date entente.Instant) *radarFeed {
	f := &radarFeed{pipeline: p, reg: reg, dec: asterix.NewDecoder(editions...), h: fields(), clocks: map[Source]*radarClock{}, date: date}
	f.dec.Probe = probeBlocks
	return f
}

// datagram reads one datagram, or one block of a file, that arrived at the given time (zero: not known).
func (f *radarFeed) datagram(data []byte, arrival entente.Instant) {
	f.tally.messages++
	f.tally.bytes += int64(len(data))
	unwrap(data, func(run []byte, _ int) {
		f.dec.Reset(run)
		for f.dec.Next() {
			f.record(f.dec.Record(), arrival)
		}
		for _, e := range f.dec.Errors() {
			f.tally.refuse(reasonName(e.Reason))
			f.tally.text = e.Error()
		}
	})
}

// reasonName gives the metric's label of an ASTERIX refusal.
func reasonName(r asterix.Reason) string {
	if name, ok := reasonNames[r]; ok {
		return name
	}
	return "asterix_other"
}

var reasonNames = map[asterix.Reason]string{
	asterix.BlockHeader: "block_header", asterix.BlockLength: "block_length", asterix.ShortItem: "item_cut",
	asterix.ShortFSPEC: "fspec_cut", asterix.EmptyFSPEC: "fspec_empty", asterix.SpareFRN: "spare_item",
	asterix.SpareSubitem: "spare_subitem", asterix.ExplicitLength: "explicit_length",
	asterix.AfterExpansion: "after_expansion", asterix.UnknownUAP: "unknown_uap", asterix.BadSequence: "bad_sequence",
}

func (f *radarFeed) record(r *asterix.Record, arrival entente.Instant) {
	f.tally.records++
	c := f.of(Source{r.SAC, r.SIC}, r.Sourced)
	if c == nil {
		return
	}
	var p entente.Plot
	ok, reason := false, ""
	switch r.Category {
	case 48:
		ok, reason = f.radar48(r, c, &p, arrival)
	case 1:
		ok, reason = f.radar1(r, c, &p, arrival)
	case 2:
		reason = f.service(r, c, &f.h.c2, arrival)
	case 34:
		reason = f.service(r, c, &f.h.c34, arrival)
	case 21:
		ok, reason = f.adsb(r, c, &p, arrival)
	case 10:
		ok, reason = f.mlat(r, c, &f.h.c10, &p, arrival)
	case 20:
		ok, reason = f.mlat(r, c, &f.h.c20, &p, arrival)
	default:
		reason = "category_without_plots"
	}
	if reason != "" {
		f.tally.refuse(reason)
	}
	if !ok {
		return
	}
	p.Sensor, p.Arrival = c.sensor.ID, arrival
	p.Time -= entente.FromSeconds(c.bias.Time)
	f.emit(&p, c.sensor.Name)
}

// recheck is after how many records an unknown source is looked up again.
const recheck = 1000

// of returns the state of a source, nil when no sensor has it.
func (f *radarFeed) of(src Source, sourced bool) *radarClock {
	if !sourced {
		f.tally.refuse("no_source")
		return nil
	}
	c := f.last
	if c == nil || f.lastKey != src {
		if c = f.clocks[src]; c == nil {
			c = &radarClock{day: dayClock{date: f.date}}
			if f.last != nil { // a source first heard after midnight is on the day of the others
				c.day.last = f.last.day.last
			}
			f.clocks[src] = c
		}
		f.last, f.lastKey = c, src
	}
	if !c.known {
		if c.checked--; c.checked < 0 {
			c.checked = recheck
			if c.sensor, c.known = f.reg.BySource(src); c.known {
				c.bias = f.reg.Bias(c.sensor.ID)
			}
		}
	}
	if !c.known {
		f.tally.unknownSource(src)
		f.tally.refuse("unknown_source")
		return nil
	}
	return c
}

// skew is how far a measurement's time may be from its arrival on a live feed before the arrival is taken instead.
const skew = 60.0

// time sets the time of p from a time of day.
func (f *radarFeed) time(r *asterix.Record, c *radarClock, h asterix.Handle, arrival entente.Instant) (t entente.Instant, reason string) {
	tod, ok := r.Float(h)
	switch {
	case !ok && arrival != 0:
		return arrival, "no_time"
	case !ok:
		return c.day.last, "no_time"
	case tod >= 86401: // a leap second is 86,400
		return arrival, "time_of_day"
	}
	t = c.day.absolute(tod, arrival)
	if f.live && math.Abs(t.Sub(arrival)) > skew {
		return arrival, "time_far_from_arrival"
	}
	return t, ""
}

func is(r *asterix.Record, h asterix.Handle) bool {
	v, ok := r.Uint(h)
	return ok && v != 0
}

// polar sets range and azimuth, known bias taken off.
func (c *radarClock) polar(p *entente.Plot, metres, degrees float64) {
	p.Range, p.Azimuth = metres-c.bias.Range, geo.WrapAzimuth(degrees*radian-c.bias.Azimuth)
	p.Set(entente.HasPolar)
}

// code sets mode A unless it is invalid, garbled or not from this look.
func code(r *asterix.Record, p *entente.Plot, v, g, l, h asterix.Handle) {
	if m, ok := r.Uint(h); ok && !is(r, v) && !is(r, g) && !is(r, l) {
		p.ModeA = entente.ModeA(m)
		p.Set(entente.HasModeA)
	}
}

// level sets the pressure altitude unless it is invalid or garbled.
func level(r *asterix.Record, p *entente.Plot, v, g, h asterix.Handle) {
	if fl, ok := r.Float(h); ok && !is(r, v) && !is(r, g) {
		p.PressureAltitude = fl * metresPerFL
		p.Set(entente.HasPressureAltitude)
	}
}

// ident sets the callsign from a six-bit text, when any of it means something.
func ident(r *asterix.Record, p *entente.Plot, h asterix.Handle) {
	var buf [8]byte
	text, ok := r.AppendText(buf[:0], h)
	if !ok || len(text) == 0 {
		return
	}
	for _, ch := range text {
		if ch == '?' {
			return
		}
	}
	n := copy(p.Callsign[:], text)
	for ; n < len(p.Callsign); n++ {
		p.Callsign[n] = ' '
	}
}

// service notes the north marks and sector crossings of 002 and 034: the sensor is alive.
func (f *radarFeed) service(r *asterix.Record, c *radarClock, h *handlesService, arrival entente.Instant) string {
	t, reason := f.time(r, c, h.tod, arrival)
	if kind, ok := r.Uint(h.kind); ok && t != 0 && (kind == 1 || kind == 2) {
		c.service = t
		f.tally.sector(c.sensor.Name, t)
	}
	return reason
}
