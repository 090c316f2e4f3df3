package feed

import (
	"math"

	"entente"
	"entente/asterix"
	"entente/geo"
	"entente/modes"
)

// adsb reads an ADS-B report of category 021, editions 0.23 to 2.7.
func (f *radarFeed) adsb(r *asterix.Record, c *radarClock, p *entente.Plot, arrival entente.Instant) (ok bool, reason string) {
	h := &f.h.c21
	if is(r, h.sim) || is(r, h.test) {
		return false, "test_target"
	}
	if !position(r, p, h.fineLat, h.fineLon) && !position(r, p, h.lat, h.lon) {
		return false, "no_position"
	}
	if p.Time, reason = f.adsbTime(r, c, arrival); p.Time == 0 {
		return false, reason
	}
	p.Kind = entente.ADSB
	if a, ok := r.Uint(h.address); ok {
		p.Address = entente.Address(a)
		if t, ok := r.Uint(h.addressType); ok && t == 3 && p.Address != 0 { // anonymous
			p.Address |= entente.AddressNonICAO
		}
	}
	ident(r, p, h.callsign)
	f.adsbQuality(r, p)
	if fl, ok := r.Float(h.level); ok {
		p.PressureAltitude = fl * metresPerFL
		p.Set(entente.HasPressureAltitude)
	}
	if ft, ok := r.Float(h.height); ok && ft < 0x7FFF*6.25 { // the top code is "greater than"
		p.Altitude = ft * metresPerFoot
		p.Set(entente.HasAltitude)
	}
	if m, ok := r.Uint(h.squawk); ok {
		p.ModeA = entente.ModeA(m)
		p.Set(entente.HasModeA)
	}
	f.adsbMotion(r, p)
	if is(r, h.ground) {
		p.Set(entente.HasSurface)
	}
	if s, ok := r.Uint(h.spi); ok && s == 3 {
		p.Set(entente.HasSPI)
	}
	return true, reason
}

func position(r *asterix.Record, p *entente.Plot, latitude, longitude asterix.Handle) bool {
	lat, ok := r.Float(latitude)
	lon, ok2 := r.Float(longitude)
	if !ok || !ok2 || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
		return false
	}
	p.Lat, p.Lon = lat*radian, lon*radian
	p.Set(entente.HasPosition)
	return true
}

// adsbTime takes the time of applicability of the position, else of its reception (with its fine part), else of the
// report's transmission; edition 0.23 has one time.
func (f *radarFeed) adsbTime(r *asterix.Record, c *radarClock, arrival entente.Instant) (entente.Instant, string) {
	h := &f.h.c21
	for _, tod := range [...]asterix.Handle{h.todPosition, h.todReceived, h.tod, h.todReport} {
		if !r.Has(tod) {
			continue
		}
		t, reason := f.time(r, c, tod, arrival)
		if tod == h.todReceived && reason == "" && r.Has(h.fraction) {
			t = fine(r, h, t)
		}
		return t, reason
	}
	return f.time(r, c, h.todPosition, arrival)
}

// fine replaces the fraction of a second by the 2^-30 one; FSI tells when the whole second is the one before or after.
func fine(r *asterix.Record, h *handles21, t entente.Instant) entente.Instant {
	frac, _ := r.Float(h.fraction)
	sign, _ := r.Uint(h.fractionSign)
	whole := t - t%entente.Second
	switch sign {
	case 1:
		whole += entente.Second
	case 2:
		whole -= entente.Second
	case 3:
		return t
	}
	return whole + entente.FromSeconds(frac)
}

func (f *radarFeed) adsbQuality(r *asterix.Record, p *entente.Plot) {
	h := &f.h.c21
	sigma := 0.0
	if n, ok := r.Uint(h.nacp); ok {
		sigma = modes.NACpSigma(uint8(n))
	}
	version, _ := r.Uint(h.version)
	for _, quality := range [...]asterix.Handle{h.nuc, h.accuracy} {
		n, ok := r.Uint(quality)
		if !ok || sigma != 0 {
			continue
		}
		if version > 0 {
			n = uint64(nucOfNIC[n&15])
		}
		if n >= 1 && n <= 9 { // the type code of the position squitter is 17 to 9
			sigma = modes.NUCpSigma(18 - uint8(n))
		}
	}
	if sigma > 0 {
		p.Sigma = sigma
		p.Set(entente.HasSigma)
	}
}

// nucOfNIC gives the NUCp of the same containment radius, or the next worse one, for a NIC of versions 1 and later.
var nucOfNIC = [16]uint8{1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 5, 7: 6, 8: 7, 9: 7, 10: 8, 11: 9}

func (f *radarFeed) adsbMotion(r *asterix.Record, p *entente.Plot) {
	h := &f.h.c21
	speed, ok := r.Float(h.speed)
	track, ok2 := r.Float(h.track)
	if ok && ok2 {
		sin, cos := math.Sincos(track * radian)
		p.VE, p.VN = speed*metresPerNM*sin, speed*metresPerNM*cos
		p.Set(entente.HasVelocity)
	}
	for _, rate := range [...]asterix.Handle{h.climb, h.oldClimb, h.geoClimb, h.oldGeoClimb} {
		if v, ok := r.Float(rate); ok {
			p.Climb = v * footPerMinute
			p.Set(entente.HasClimb)
			return
		}
	}
}

// mlat reads a target report of category 010 (airport surface and near) or 020 (multilateration). Cartesian positions
// are in the plane that touches the ellipsoid at the sensor's site.
func (f *radarFeed) mlat(r *asterix.Record, c *radarClock, h *handlesMLAT, p *entente.Plot, arrival entente.Instant) (ok bool, reason string) {
	if kind, has := r.Uint(h.kind); has && kind != 1 {
		f.tally.heard(c.sensor.Name, max(arrival, c.day.last))
		return false, "" // start of cycle, periodic and event status
	}
	switch {
	case is(r, h.sim) || is(r, h.tst):
		return false, "test_target"
	case is(r, h.rab):
		return false, "field_monitor"
	}
	p.Kind = entente.MLAT
	typ, hasType := r.Uint(h.typ)
	if hasType && typ == 3 { // primary radar
		p.Kind = entente.PSR
	}
	rho, hasRho := r.Float(h.rho)
	theta, hasTheta := r.Float(h.theta)
	switch {
	case p.Kind == entente.PSR && hasRho && hasTheta:
		c.polar(p, rho, theta)
	case position(r, p, h.lat, h.lon):
	case !c.plane(r, h, p):
		return false, "no_position"
	}
	if p.Time, reason = f.time(r, c, h.tod, arrival); p.Time == 0 {
		return false, reason
	}
	if a, ok := r.Uint(h.address); ok {
		p.Address = entente.Address(a)
	}
	ident(r, p, h.callsign)
	code(r, p, h.squawkV, h.squawkG, h.squawkL, h.squawk)
	level(r, p, h.levelV, h.levelG, h.level)
	vx, ok1 := r.Float(h.vx)
	vy, ok2 := r.Float(h.vy)
	if ok1 && ok2 {
		p.VE, p.VN = vx, vy
		p.Set(entente.HasVelocity)
	}
	sx, ok1 := r.Float(h.sigmaX)
	sy, ok2 := r.Float(h.sigmaY)
	if ok1 && ok2 && sx+sy > 0 {
		p.Sigma = math.Sqrt((sx*sx + sy*sy) / 2)
		p.Set(entente.HasSigma)
	}
	if is(r, h.ground) {
		p.Set(entente.HasSurface)
	}
	if is(r, h.spi) {
		p.Set(entente.HasSPI)
	}
	return true, reason
}

// plane sets the position from x and y in metres east and north of the site.
func (c *radarClock) plane(r *asterix.Record, h *handlesMLAT, p *entente.Plot) bool {
	x, ok := r.Float(h.x)
	y, ok2 := r.Float(h.y)
	if !ok || !ok2 || c.sensor.Lat == 0 && c.sensor.Lon == 0 {
		return false
	}
	if !c.hasFrame {
		c.frame, c.hasFrame = geo.NewFrame(geo.LLA{Lat: c.sensor.Lat, Lon: c.sensor.Lon, Height: c.sensor.Height}), true
	}
	place := c.frame.LLA(geo.ENU{E: x, N: y, U: -(x*x + y*y) / (2 * geo.MeanRadius)}) // down to the ground
	p.Lat, p.Lon = place.Lat, place.Lon
	p.Set(entente.HasPosition)
	return true
}
