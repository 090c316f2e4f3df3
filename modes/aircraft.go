package modes

import "math"

// aircraft is what a receiver remembers of one address.
type aircraft struct {
	key   uint32
	heard int64 // last time in the clear
	count int   // times heard in the clear, at most a licence apart

	code        [2]CPR // even, odd
	codeTime    [2]int64
	codeSurface [2]bool
	hasCode     [2]bool

	hasPlace           bool
	lat, lon           float64 // degrees, last accepted
	placed             int64
	doubts             int // refusals in a row that agree with each other
	doubtLat, doubtLon float64
	doubted            int64
	wary               uint8 // reports to come that are doubtful

	has          Fields
	ident        [8]byte
	ve, vn       float32
	verticalRate int32
	moved        int64 // time of the velocity
	climbed      int64 // time of the vertical rate
	squawk       uint16
	squawked     int64
	rumour       uint16  // squawk heard once, out of a parity
	name         [8]byte // identification heard once, likewise
	emergency    uint8
	altitude     int32 // feet, last in the clear
	levelled     int64 // time of the altitude
	reply        int32 // feet, last in a reply that the one before agreed with
	replied      int64 // time of that
	hint         int32 // feet, in the last reply
	hinted       int64

	capability uint32 // registers announced by BDS 1,7; zero when not heard
	more       uint64 // BDS 1,8; zero when not heard

	version          uint8
	versioned        bool // a TC 31 was heard: version is not only assumed
	nacp             uint8
	rated            int64 // time of NACp
	nacv, sil, sda   uint8
	velocityRated    int64 // time of NACv
	assured          int64 // time of SIL and SDA
	hasSDA           bool
	nica, nicb, nicc bool
	nicd             uint8 // of version 3
	graded           int64 // time of nicd
}

func (a *aircraft) known(t int64) bool { return a.count >= 2 && abs(t-a.heard) <= licence }

// anchored says whether its last place is fresh enough to read a code next to.
func (a *aircraft) anchored(t int64) bool { return a.hasPlace && abs(t-a.placed) < anchorAge }

// hear counts a squitter.
func (a *aircraft) hear(t int64) {
	if a.count > 0 && abs(t-a.heard) > licence {
		a.count = 0
	}
	a.count++
	a.heard = t
}

// reread takes back from a target state what the version that the aircraft announced does not have: version 0 has no such
// message, version 1 has subtype 0 alone, later ones subtype 1, and version 3 no barometric integrity in it.
func (a *aircraft) reread(m *Message) (changed bool) {
	switch {
	case m.TC != 29 || !a.versioned || !m.Is(HasNACp):
	case a.version == 0 || (m.Sub == 0) != (a.version == 1):
		m.Has &= HasAddress
		return true
	case a.version == 3:
		m.Has &^= HasNICBaro
		return true
	}
	return false
}

// learn remembers what a squitter says besides a position.
func (a *aircraft) learn(m *Message, t int64) {
	switch {
	case m.TC >= 9 && m.TC <= 18:
		if m.Is(HasAltitude) {
			a.altitude, a.levelled, a.has = m.Altitude, t, a.has|HasAltitude
		}
		if m.Is(HasNICb) {
			a.nicb = m.NICb
		}
	case m.TC == 19:
		if m.Is(HasNACv) {
			a.nacv, a.velocityRated = m.NACv, t
		}
		if d, ok := m.NICd(); ok {
			a.nicd, a.graded = d, t
		}
		if m.Is(HasVelocity) {
			a.ve, a.vn, a.moved, a.has = float32(m.VE), float32(m.VN), t, a.has|HasVelocity
		}
		if m.Is(HasVerticalRate) {
			a.verticalRate, a.climbed, a.has = m.VerticalRate, t, a.has|HasVerticalRate
		}
	case m.TC >= 1 && m.TC <= 4:
		if m.Is(HasCallsign) {
			a.ident, a.has = m.Ident, a.has|HasCallsign
		}
	case m.TC == 28:
		if m.Is(HasSquawk) {
			a.squawk, a.squawked, a.emergency = m.Squawk, t, m.Emergency
			a.has |= HasSquawk | HasEmergency
		}
	default:
		a.learnQuality(m, t)
	}
}

func (a *aircraft) learnQuality(m *Message, t int64) {
	if m.Is(HasVersion) && m.TC == 31 {
		if m.Version != a.version { // the meaning of what was heard before has changed
			a.rated, a.nica, a.nicc, a.graded = 0, false, false, 0
			a.velocityRated, a.assured, a.hasSDA = 0, 0, false
		}
		a.version, a.versioned = m.Version, true
		a.nica, a.nicc = m.NICa, m.NICc
	}
	if m.Is(HasNACp) {
		a.nacp, a.rated = m.NACp, t
	}
	if m.Is(HasNACv) {
		a.nacv, a.velocityRated = m.NACv, t
	}
	if m.Is(HasSIL) {
		a.sil, a.assured = m.SIL, t
	}
	if m.Is(HasSDA) {
		a.sda, a.hasSDA = m.SDA, true
	}
}

// hearSquawk takes a code out of a reply's parity only when two replies agree: the header may be damaged as well.
func (a *aircraft) hearSquawk(code uint16, t int64) {
	if a.rumour == code {
		a.squawk, a.squawked, a.has = code, t, a.has|HasSquawk
	}
	a.rumour = code
}

// hearAltitude notes the altitude of a reply when the one before says much the same.
func (a *aircraft) hearAltitude(feet int32, t int64) {
	if d := feet - a.hint; d < 300 && d > -300 && a.hinted != 0 && abs(t-a.hinted) <= valueAge {
		a.reply, a.replied = feet, t
	}
	a.hint, a.hinted = feet, t
}

// level returns the latest altitude, in a squitter or in two replies that agree, and its age.
func (a *aircraft) level(t int64) (feet int32, age int64, ok bool) {
	switch {
	case a.replied != 0 && (a.has&HasAltitude == 0 || a.replied > a.levelled):
		return a.reply, abs(t - a.replied), true
	case a.has&HasAltitude != 0:
		return a.altitude, abs(t - a.levelled), true
	}
	return 0, 0, false
}

// hearIdent takes an identification of BDS 2,0 likewise, when the squitters give none.
func (a *aircraft) hearIdent(ident [8]byte) {
	if a.name == ident && a.has&HasCallsign == 0 {
		a.ident, a.has = ident, a.has|HasCallsign
	}
	a.name = ident
}

// reach is how far the aircraft may have come in dt.
func (a *aircraft) reach(surface bool, dt int64) float64 {
	speed := fastest
	switch {
	case surface:
		speed = groundFastest
	case a.has&HasVelocity != 0 && abs(a.placed-a.moved) < valueAge:
		speed = math.Hypot(float64(a.ve), float64(a.vn))*0.5144*1.3 + 100
	}
	return slack + speed*(math.Abs(float64(dt))/1e9+1)
}

// doubt notes a pair's answer that is too far from the last position, and says whether it now stands against it: when
// several in a row agree with each other, it was the anchor that was wrong.
func (a *aircraft) doubt(lat, lon float64, surface bool, t int64) bool {
	if a.doubts > 0 && within(a.doubtLat, a.doubtLon, lat, lon, a.reach(surface, t-a.doubted)) {
		a.doubts++
	} else {
		a.doubts = 1
	}
	a.doubtLat, a.doubtLon, a.doubted = lat, lon, t
	if a.doubts < agreeing {
		return false
	}
	a.doubts = 0
	return true
}

// report gathers a positioned report around m.
func (a *aircraft) report(m *Message, t int64) Report {
	rep := Report{
		Time: t, Address: m.Address, Kind: m.Kind, Origin: m.Origin, Surface: m.Surface, Lat: m.Lat, Lon: m.Lon,
		Has:      m.Has & (HasAltitude | HasGeoAltitude),
		Altitude: m.Altitude, GeoAltitude: m.GeoAltitude, Version: a.version, Repaired: m.Repaired, Doubtful: a.wary > 0,
	}
	if a.wary > 0 {
		a.wary--
	}
	if m.Surface {
		if m.Is(HasGroundSpeed | HasTrack) {
			rep.VE, rep.VN = velocityOf(float64(m.GroundSpeed+m.SpeedHalfStep()), float64(m.TrueTrack))
			rep.Has |= HasVelocity
		}
	} else {
		if a.has&HasVelocity != 0 && abs(t-a.moved) < valueAge {
			rep.VE, rep.VN, rep.Has = a.ve, a.vn, rep.Has|HasVelocity
		}
		if a.has&HasVerticalRate != 0 && abs(t-a.climbed) < valueAge {
			rep.VerticalRate, rep.Has = a.verticalRate, rep.Has|HasVerticalRate
		}
	}
	if a.has&HasSquawk != 0 && abs(t-a.squawked) < valueAge {
		rep.Squawk, rep.Emergency = a.squawk, a.emergency
		rep.Has |= a.has & (HasSquawk | HasEmergency)
	}
	if a.has&HasCallsign != 0 {
		rep.Ident, rep.Has = a.ident, rep.Has|HasCallsign
	}
	a.rate(&rep, m, t)
	return rep
}

// velocityOf resolves speed and track in degrees into east and north.
func velocityOf(speed, track float64) (ve, vn float32) {
	sin, cos := math.Sincos(track * math.Pi / 180)
	return float32(speed * sin), float32(speed * cos)
}

// rate sets what the position is worth.
func (a *aircraft) rate(rep *Report, m *Message, t int64) {
	in := NIC(a.version, m.TC, a.nica, m.NICb, a.nicc)
	if a.version == 3 && m.TC >= 20 && a.graded != 0 && abs(t-a.graded) < qualityAge {
		in = NICHeight(m.TC, a.nicd)
	}
	rep.NIC, rep.Rc = in.NIC, in.Rc
	if a.velocityRated != 0 && abs(t-a.velocityRated) < qualityAge {
		rep.NACv, rep.Has = a.nacv, rep.Has|HasNACv
	}
	if a.assured != 0 && abs(t-a.assured) < qualityAge {
		rep.SIL, rep.Has = a.sil, rep.Has|HasSIL
		if a.hasSDA {
			rep.SDA, rep.Has = a.sda, rep.Has|HasSDA
		}
	}
	if a.version > 0 && a.rated != 0 && abs(t-a.rated) < qualityAge {
		rep.NACp = a.nacp
		rep.Sigma = NACpSigma(a.nacp)
		return
	}
	rep.Sigma = NUCpSigma(m.TC)
}
