package geo

import "math"

// Frame is the plane that touches the ellipsoid's parallel surface at a place: east, north and up from there.
// Make it once per site with [NewFrame]; it holds no pointers and may be copied and shared.
type Frame struct {
	origin LLA
	ecef   ECEF
	axes   [9]float64 // rows east, north, up in ECEF
	// Of Locate: radius of curvature along azimuth A is 1/(meridian cos²A + prime sin²A), these being curvatures.
	meridian, prime float64
}

// NewFrame makes the frame at origin. At a pole, east is where the given longitude puts it.
func NewFrame(origin LLA) Frame {
	sf, cf := math.Sincos(origin.Lat)
	sl, cl := math.Sincos(origin.Lon)
	m, n := Radii(origin.Lat)
	return Frame{
		origin:   origin,
		ecef:     origin.ECEF(),
		axes:     [9]float64{-sl, cl, 0, -sf * cl, -sf * sl, cf, cf * cl, cf * sl, sf},
		meridian: 1 / m, prime: 1 / n,
	}
}

// Origin returns the place where the frame touches.
func (f *Frame) Origin() LLA { return f.origin }

// ToENU returns p in the frame.
func (f *Frame) ToENU(p ECEF) ENU {
	x, y, z := p.X-f.ecef.X, p.Y-f.ecef.Y, p.Z-f.ecef.Z
	a := &f.axes
	return ENU{a[0]*x + a[1]*y + a[2]*z, a[3]*x + a[4]*y + a[5]*z, a[6]*x + a[7]*y + a[8]*z}
}

// ToECEF returns the earth-centred position of v.
func (f *Frame) ToECEF(v ENU) ECEF {
	a := &f.axes
	return ECEF{
		f.ecef.X + a[0]*v.E + a[3]*v.N + a[6]*v.U,
		f.ecef.Y + a[1]*v.E + a[4]*v.N + a[7]*v.U,
		f.ecef.Z + a[2]*v.E + a[5]*v.N + a[8]*v.U,
	}
}

// ENU returns p in the frame.
func (f *Frame) ENU(p LLA) ENU { return f.ToENU(p.ECEF()) }

// LLA returns the geodetic position of v.
func (f *Frame) LLA(v ENU) LLA { return f.ToECEF(v).LLA() }

// Look returns slant range, azimuth and elevation of p as seen from the origin, without refraction.
func (f *Frame) Look(p LLA) Polar { return f.ENU(p).Polar() }

// Locate returns the place at slantRange metres and azimuth radians from the origin that lies height metres above the
// ellipsoid, as a radar with a height report sees it. It is iterative and exact to a millimetre. When no place fits,
// as the height difference exceeds the range (or the far side of the earth would be meant), it returns the nearest
// height that the range reaches, straight up or down, and false.
func (f *Frame) Locate(slantRange, azimuth, height float64) (LLA, bool) {
	sa, ca := math.Sincos(azimuth)
	radius := 1 / (f.meridian*ca*ca + f.prime*sa*sa)
	// On a sphere of that radius the up component follows from the law of cosines; the rest is correction.
	site, target := radius+f.origin.Height, radius+height
	slope := site / target
	up := (target*target - site*site - slantRange*slantRange) / (2 * site)
	var p LLA
	for range 12 {
		up = max(-slantRange, min(slantRange, up))
		flat := math.Sqrt(slantRange*slantRange - up*up)
		p = f.LLA(ENU{flat * sa, flat * ca, up})
		miss := height - p.Height
		if math.Abs(miss) < 1e-6 {
			return p, true
		}
		up += miss * slope
	}
	return p, math.Abs(height-p.Height) < 1e-3
}

// RotationTo returns what turns vectors of f into vectors of g.
func (f *Frame) RotationTo(g *Frame) (r Rotation) {
	for i := range 3 {
		for j := range 3 {
			a, b := g.axes[3*i:3*i+3], f.axes[3*j:3*j+3]
			r[3*i+j] = a[0]*b[0] + a[1]*b[1] + a[2]*b[2]
		}
	}
	return r
}
