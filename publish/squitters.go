package publish

import (
	"math"

	"entente"
	"entente/geo"
	"entente/modes"
)

// AppendSBS appends one entry as BaseStation MSG lines: identification (1), position with altitude (3), velocity (4), and
// the mode A code (6). The format knows no other address than ICAO's: entries without one are left out.
func AppendSBS(dst []byte, e *entente.Entry, now entente.Instant) []byte {
	t := &e.Track
	if !t.Address.ICAO() || !placed(t) {
		return dst
	}
	base := modes.SBS{Address: uint32(t.Address), Generated: int64(t.Time), Logged: int64(now), OnGround: modes.Off}
	if t.Is(entente.HasSurface) {
		base.OnGround = modes.On
	}
	if c := t.Callsign; c.String() != "" {
		s := base
		s.Type, s.Has, s.Ident = 1, modes.HasCallsign, c
		dst = modes.AppendSBS(dst, &s)
	}
	s := base
	s.Type, s.Has = 3, modes.HasPosition
	s.Lat, s.Lon = geo.ToDegrees(t.Lat), geo.ToDegrees(geo.WrapLon(t.Lon))
	if t.Is(entente.HasPressureAltitude) {
		s.Has |= modes.HasAltitude
		s.Altitude = feetOf(t.PressureAltitude)
	}
	dst = modes.AppendSBS(dst, &s)
	s = base
	s.Type, s.Has = 4, modes.HasGroundSpeed|modes.HasTrack|modes.HasVerticalRate
	speed, course := motion(t)
	s.GroundSpeed, s.Track = float32(speed*knots), float32(math.Mod(math.Round(course), 360))
	s.Rate = int32(max(-32_640, min(32_640, math.Round(t.VU*fpm/64)*64)))
	dst = modes.AppendSBS(dst, &s)
	if t.Is(entente.HasModeA) {
		s = base
		s.Type, s.Has, s.Squawk = 6, modes.HasSquawk, uint16(t.ModeA)
		s.Emergency, s.SPI = modes.Off, modes.Off
		if t.ModeA.Distress() {
			s.Emergency = modes.On
		}
		if t.Is(entente.HasSPI) {
			s.SPI = modes.On
		}
		dst = modes.AppendSBS(dst, &s)
	}
	return dst
}

func feetOf(metres float64) int32 {
	return int32(max(-1e6, min(1e6, math.Round(metres*feet))))
}

// AppendBeast appends one entry as Beast frames: extended squitters of identification, position (even and odd), velocity,
// and of emergency status where there is a code. Every frame carries the stamp that marks results of multilateration, so that
// no receiver takes what was computed here for what an aircraft sent. Entries without an ICAO address have no such frames.
func AppendBeast(dst []byte, e *entente.Entry, _ entente.Instant) []byte {
	t := &e.Track
	if !t.Address.ICAO() || !placed(t) {
		return dst
	}
	from := modes.Fixed{Address: uint32(t.Address), Capability: 5}
	ground := t.Is(entente.HasSurface)
	if ground {
		from.Capability = 4
	}
	if c := t.Callsign.String(); c != "" {
		dst = appendSquitter(dst, from.Identification(c, 0xA0))
	}
	speed, course := motion(t)
	lat, lon := geo.ToDegrees(t.Lat), geo.ToDegrees(geo.WrapLon(t.Lon))
	for _, odd := range [2]bool{false, true} {
		if ground {
			dst = appendSquitter(dst, from.SurfacePosition(lat, lon, speed*knots, course, odd))
			continue
		}
		p := modes.Airborne{Lat: lat, Lon: lon, TC: airborneType(sigma(t))}
		switch {
		case t.Is(entente.HasPressureAltitude):
			p.Altitude, p.HasAltitude = feetOf(t.PressureAltitude), true
		case t.Is(entente.HasAltitude):
			p.TC, p.Altitude, p.HasAltitude = satelliteType(sigma(t)), feetOf(t.Height), true
		}
		if t.Is(entente.HasSPI) {
			p.SS = 3
		}
		dst = appendSquitter(dst, from.AirbornePosition(p, odd))
	}
	if !ground {
		dst = appendSquitter(dst, from.Velocity(t.VE*knots, t.VN*knots, t.VU*fpm, 0))
	}
	if t.Is(entente.HasModeA) {
		state := map[entente.ModeA]uint8{entente.Emergency: 1, entente.RadioFailure: 4, entente.Hijack: 5}[t.ModeA]
		dst = appendSquitter(dst, from.EmergencyStatus(state, uint16(t.ModeA)))
	}
	return dst
}

func appendSquitter(dst []byte, data [14]byte) []byte {
	f := modes.Frame{Kind: modes.Long, HasStamp: true, Stamp: modes.MLATMark, N: 14, Data: data}
	return modes.AppendBeast(dst, &f)
}

// airborneType returns the type code whose radius of containment (DO-260B table 2-14, supplements zero) holds the
// aircraft all but once in 100,000 times: 4.8 standard deviations per axis.
func airborneType(sigma float64) uint8 {
	for i, limit := range [...]float64{7.5, 25, 185.2, 370.4, 1111.2, 1852, 3704, 14_816, 37_040} {
		if 4.8*sigma < limit {
			return uint8(9 + i)
		}
	}
	return 18
}

// satelliteType is the same for positions with height above the ellipsoid.
func satelliteType(sigma float64) uint8 {
	switch {
	case 4.8*sigma < 7.5:
		return 20
	case 4.8*sigma < 25:
		return 21
	}
	return 22
}
