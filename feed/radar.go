package feed

import (
	"entente"
	"entente/asterix"
)

// radar48 reads a monoradar target report of category 048. The range is the slant range; the azimuth is from the radar's
// north, which its site's registration makes true north.
func (f *radarFeed) radar48(r *asterix.Record, c *radarClock, p *entente.Plot, arrival entente.Instant) (ok bool, reason string) {
	h := &f.h.c48
	typ, _ := r.Uint(h.typ)
	switch {
	case is(r, h.sim) || is(r, h.tst):
		return false, "test_target"
	case is(r, h.rab):
		return false, "field_monitor"
	case typ == 0:
		return false, "no_detection"
	}
	rho, ok := r.Float(h.rho)
	theta, ok2 := r.Float(h.theta)
	if !ok || !ok2 {
		return false, "no_position"
	}
	if p.Time, reason = f.time(r, c, h.tod, arrival); p.Time == 0 {
		return false, reason
	}
	c.polar(p, rho*metresPerNM, theta)
	switch {
	case typ == 1:
		p.Kind = entente.PSR
	case typ <= 3:
		p.Kind = entente.SSR
	default:
		p.Kind = entente.ModeS
	}
	code(r, p, h.squawkV, h.squawkG, h.squawkL, h.squawk)
	level(r, p, h.levelV, h.levelG, h.level)
	if a, ok := r.Uint(h.address); ok {
		p.Address = entente.Address(a)
	}
	ident(r, p, h.callsign)
	if v, ok := r.Float(h.doppler); ok && !is(r, h.doubtful) {
		p.Doppler = v
		p.Set(entente.HasDoppler)
	}
	// Flight status: 1 and 3 on the ground, 4 and 5 with SPI (table of I048/230).
	if s, ok := r.Uint(h.stat); ok && (s == 1 || s == 3) {
		p.Set(entente.HasSurface)
	} else if ok && (s == 4 || s == 5) {
		p.Set(entente.HasSPI)
	}
	if is(r, h.spi) {
		p.Set(entente.HasSPI)
	}
	return true, reason
}

// radar1 reads a plot, or the measured position of a monoradar track, of category 001.
func (f *radarFeed) radar1(r *asterix.Record, c *radarClock, p *entente.Plot, arrival entente.Instant) (ok bool, reason string) {
	h := &f.h.c1
	switch {
	case is(r, h.sim) || is(r, h.tst):
		return false, "test_target"
	case is(r, h.rab):
		return false, "field_monitor"
	}
	rho, ok := r.Float(h.rho)
	theta, ok2 := r.Float(h.theta)
	if !ok || !ok2 {
		return false, "no_position"
	}
	if p.Time, reason = f.truncatedTime(r, c, arrival); p.Time == 0 {
		return false, reason
	}
	c.polar(p, rho*metresPerNM, theta)
	p.Kind = entente.SSR
	if d, ok := r.Uint(h.detection); ok && d == 1 {
		p.Kind = entente.PSR
	}
	code(r, p, h.squawkV, h.squawkG, h.squawkL, h.squawk)
	level(r, p, h.levelV, h.levelG, h.level)
	if v, ok := r.Float(h.doppler); ok {
		p.Doppler = v * metresPerNM
		p.Set(entente.HasDoppler)
	}
	if is(r, h.spi) {
		p.Set(entente.HasSPI)
	}
	return true, reason
}

// truncated is the period of I001/141: 2^16 / 128 s.
const truncated = 512 * entente.Second

// truncatedTime extends the 16 bits of I001/141 by the last 002 message of the radar, else by the arrival.
func (f *radarFeed) truncatedTime(r *asterix.Record, c *radarClock, arrival entente.Instant) (entente.Instant, string) {
	ref := c.service
	if ref == 0 {
		ref = arrival
	}
	v, ok := r.Float(f.h.c1.tod)
	switch {
	case !ok && ref != 0:
		return ref, "no_time"
	case !ok:
		return 0, "no_time"
	case ref == 0:
		return 0, "time_cannot_be_extended"
	}
	return nearest(entente.FromSeconds(v), ref, truncated), ""
}
