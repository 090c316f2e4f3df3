package modes

// velocity reads TC 19 subtypes 1 to 4 (DO-260B 2.2.3.2.6): ground velocity or airspeed and heading, vertical rate and
// the difference of GNSS height and barometric altitude. Codes are value plus one; zero says nothing; the top code means
// "more than" and sets BeyondScale.
func (m *Message) velocity(me uint64) {
	m.Sub = uint8(bits(me, 6, 3))
	if m.Sub < 1 || m.Sub > 4 {
		return
	}
	m.BDS = 0x09
	m.NACv, m.Has = uint8(bits(me, 11, 3)), m.Has|HasNACv
	scale := int16(1)
	if m.Sub == 2 || m.Sub == 4 {
		scale = 4
	}
	if m.Sub <= 2 {
		m.groundVelocity(me, scale)
	} else {
		m.airVelocity(me, scale)
	}
	if c := bits(me, 38, 9); c != 0 {
		m.VerticalRate = signed(flag(me, 37), int32(c-1)*64)
		m.BaroRateSource = flag(me, 36)
		m.Has |= HasVerticalRate | beyond(c == 511)
	}
	if c := bits(me, 50, 7); c != 0 {
		m.GeoMinusBaro = int16(signed(flag(me, 49), int32(c-1)*25))
		m.Has |= HasGeoMinusBaro | beyond(c == 127)
	}
}

func (m *Message) groundVelocity(me uint64, scale int16) {
	ew, ns := bits(me, 15, 10), bits(me, 26, 10)
	if ew == 0 || ns == 0 {
		return
	}
	m.VE = int16(signed(flag(me, 14), int32(ew-1))) * scale
	m.VN = int16(signed(flag(me, 25), int32(ns-1))) * scale
	m.Has |= HasVelocity | beyond(ew == 1023 || ns == 1023)
}

func (m *Message) airVelocity(me uint64, scale int16) {
	if flag(me, 14) {
		m.Heading, m.Has = float32(bits(me, 15, 10))*360/1024, m.Has|HasHeading
	}
	m.TASType = flag(me, 25)
	if c := bits(me, 26, 10); c != 0 {
		m.Airspeed, m.Has = int16(c-1)*scale, m.Has|HasAirspeed|beyond(c == 1023)
	}
}

func signed(negative bool, v int32) int32 {
	if negative {
		return -v
	}
	return v
}

func beyond(yes bool) Fields {
	if yes {
		return BeyondScale
	}
	return 0
}
