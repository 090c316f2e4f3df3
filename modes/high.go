package modes

// HighPosition is the position of an aircraft above or beyond what TC 9 to 22 can say (TC 25 subtype 0 of version 3). It is
// whole in itself, without CPR, and holds only when the same aircraft's [HighVelocity] gives an integrity.
type HighPosition struct {
	Lat, Lon    float64 // degrees, WGS-84
	Altitude    int32   // feet above the ellipsoid, with HasAltitude
	HasAltitude bool
	Beyond      bool // Altitude is the top of its scale: more than 1,051,500 ft
}

// HighVelocity is such an aircraft's velocity (TC 25 subtype 1).
type HighVelocity struct {
	VE, VN, Rate          int32   // knots east and north; feet a minute, up
	HasVE, HasVN, HasRate bool    // each is known on its own
	BeyondVE, BeyondVN    bool    // the top of the scale: 15,690 kt or more
	BeyondRate            bool    // likewise: 415,258 ft/min or more
	Rc                    float64 // containment radius of the position in metres, zero when not known
}

// scale is a code whose steps widen: from code first on, value and step.
type scale []struct {
	first       uint32
	value, step int32
}

// The scales of TC 25; the last row is the top code. From SeRo Systems' lib1090, which cites DO-260C; no frame was at hand.
var (
	highAltitude = scale{{1, -1000, 25}, {1181, 28500, 15}, {2161, 43200, 25}, {2833, 60000, 100}, {3133, 90000, 1000}, {4095, 1051500, 0}}
	highSpeed    = scale{{1, 0, 4}, {1023, 4088, 8}, {1762, 10000, 20}, {2047, 15690, 0}}
	highRate     = scale{{1, 0, 64}, {314, 20032, 128}, {678, 66624, 1012}, {1023, 415258, 0}}
)

// read returns the value of a code, whether there is one, and whether it is the top of the scale.
func (s scale) read(code uint32) (v int32, ok, top bool) {
	for i := len(s) - 1; i >= 0; i-- {
		if code >= s[i].first {
			return s[i].value + int32(code-s[i].first)*s[i].step, true, i == len(s)-1
		}
	}
	return 0, false, false
}

// pic are the containment radii in metres of the position integrity category of TC 25.
var pic = [16]float64{0, 37040, 18520, 14816, 7408, 3704, 1852, 1111.2, 926, 555.6, 370.4, 185.2, 75, 25, 7.5, 0}

// High reads the position of a TC 25 subtype 0.
func (m *Message) High() (p HighPosition, ok bool) {
	if !m.Squitter() || m.TC != 25 || m.Coarse {
		return p, false
	}
	me := m.body()
	if bits(me, 6, 2) != 0 {
		return p, false
	}
	p.Altitude, p.HasAltitude, p.Beyond = highAltitude.read(bits(me, 8, 12))
	p.Lat = signedAngle(flag(me, 20), bits(me, 21, 17), 90, 1<<17-1)
	p.Lon = signedAngle(flag(me, 38), bits(me, 39, 18), 180, 1<<18-1)
	return p, true
}

// signedAngle reads an angle with its sign apart, whose highest code is top.
func signedAngle(negative bool, code uint32, top, highest float64) float64 {
	deg := top * float64(code) / highest
	if negative {
		return -deg
	}
	return deg
}

// HighSpeed reads the velocity of a TC 25 subtype 1.
func (m *Message) HighSpeed() (v HighVelocity, ok bool) {
	if !m.Squitter() || m.TC != 25 || m.Coarse {
		return v, false
	}
	me := m.body()
	if bits(me, 6, 2) != 1 {
		return v, false
	}
	v.Rc = pic[bits(me, 18, 4)]
	read := func(s scale, sign, first, n uint) (int32, bool, bool) {
		x, ok, top := s.read(bits(me, first, n))
		return signed(flag(me, sign), x), ok, top
	}
	v.VE, v.HasVE, v.BeyondVE = read(highSpeed, 22, 23, 11)
	v.VN, v.HasVN, v.BeyondVN = read(highSpeed, 34, 35, 11)
	v.Rate, v.HasRate, v.BeyondRate = read(highRate, 46, 47, 10)
	return v, true
}

// high writes what a TC 25 says.
func (m *Message) high(j *object) {
	if p, ok := m.High(); ok {
		j.number("hva_lat", p.Lat, 6)
		j.number("hva_lon", p.Lon, 6)
		if p.HasAltitude {
			j.integer("hva_altitude_ft", int64(p.Altitude))
		}
	}
	v, ok := m.HighSpeed()
	if !ok {
		return
	}
	if v.HasVE && v.HasVN {
		j.integer("hva_ve_kt", int64(v.VE))
		j.integer("hva_vn_kt", int64(v.VN))
	}
	if v.HasRate {
		j.integer("hva_rate_fpm", int64(v.Rate))
	}
	if v.Rc > 0 {
		j.number("hva_rc_m", v.Rc, 1)
	}
}
