package track

import (
	"math"

	"entente"
	"entente/geo"
)

// vec and mat are a vector and a 3 × 3 matrix by rows, Earth-centred.
type (
	vec [3]float64
	mat [9]float64
)

func (a *vec) dot(b *vec) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

func (a *vec) norm() float64 { return math.Sqrt(a.dot(a)) }

// plus returns a + f·b.
func (a *vec) plus(f float64, b *vec) vec { return vec{a[0] + f*b[0], a[1] + f*b[1], a[2] + f*b[2]} }

// outer adds f·a·bᵀ to m.
func (m *mat) outer(f float64, a, b *vec) {
	for i := range 3 {
		g := f * a[i]
		m[3*i] += g * b[0]
		m[3*i+1] += g * b[1]
		m[3*i+2] += g * b[2]
	}
}

// times returns m·v.
func (m *mat) times(v *vec) vec {
	return vec{m[0]*v[0] + m[1]*v[1] + m[2]*v[2], m[3]*v[0] + m[4]*v[1] + m[5]*v[2], m[6]*v[0] + m[7]*v[1] + m[8]*v[2]}
}

// timesT returns mᵀ·v.
func (m *mat) timesT(v *vec) vec {
	return vec{m[0]*v[0] + m[3]*v[1] + m[6]*v[2], m[1]*v[0] + m[4]*v[1] + m[7]*v[2], m[2]*v[0] + m[5]*v[1] + m[8]*v[2]}
}

// mul returns a·b.
func (m *mat) mul(b *mat) (c mat) {
	for i := 0; i < 9; i += 3 {
		x, y, z := m[i], m[i+1], m[i+2]
		c[i] = x*b[0] + y*b[3] + z*b[6]
		c[i+1] = x*b[1] + y*b[4] + z*b[7]
		c[i+2] = x*b[2] + y*b[5] + z*b[8]
	}
	return c
}

// mulT returns a·bᵀ.
func (m *mat) mulT(b *mat) (c mat) {
	for i := 0; i < 9; i += 3 {
		x, y, z := m[i], m[i+1], m[i+2]
		c[i] = x*b[0] + y*b[1] + z*b[2]
		c[i+1] = x*b[3] + y*b[4] + z*b[5]
		c[i+2] = x*b[6] + y*b[7] + z*b[8]
	}
	return c
}

func (m *mat) transposed() mat {
	return mat{m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]}
}

func (m *mat) add(f float64, b *mat) {
	for i := range m {
		m[i] += f * b[i]
	}
}

// kinematic is position and velocity with their covariance blocks, Earth-centred, metres and metres a second.
type kinematic struct {
	p, v       vec
	pp, pv, vv mat // pv is of position by velocity
}

// correct takes in one number whose expected change with the position is g: y is measured minus expected, r its variance.
func (s *kinematic) correct(g *vec, y, r float64) (innovation float64) {
	kp, kv := s.pp.times(g), s.pv.timesT(g)
	innovation = g.dot(&kp) + r
	f := 1 / innovation
	s.p, s.v = s.p.plus(f*y, &kp), s.v.plus(f*y, &kv)
	s.pp.outer(-f, &kp, &kp)
	s.pv.outer(-f, &kp, &kv)
	s.vv.outer(-f, &kv, &kv)
	return innovation
}

// mixture adds w times the state o about the mean m to the covariance of s.
func (s *kinematic) mixture(w float64, o *kinematic, m *kinematic) {
	dp, dv := o.p.plus(-1, &m.p), o.v.plus(-1, &m.v)
	s.pp.add(w, &o.pp)
	s.pv.add(w, &o.pv)
	s.vv.add(w, &o.vv)
	s.pp.outer(w, &dp, &dp)
	s.pv.outer(w, &dp, &dv)
	s.vv.outer(w, &dv, &dv)
}

// sixBySix is a 6 × 6 matrix by rows.
type sixBySix [36]float64

func (s *kinematic) covariance() (c sixBySix) {
	for i := range 3 {
		for j := range 3 {
			c[6*i+j] = s.pp[3*i+j]
			c[6*i+3+j] = s.pv[3*i+j]
			c[6*(j+3)+i] = s.pv[3*i+j]
			c[6*(i+3)+3+j] = s.vv[3*i+j]
		}
	}
	return c
}

func (s *kinematic) setCovariance(c *sixBySix) {
	for i := range 3 {
		for j := range 3 {
			s.pp[3*i+j] = (c[6*i+j] + c[6*j+i]) / 2
			s.pv[3*i+j] = (c[6*i+3+j] + c[6*(j+3)+i]) / 2
			s.vv[3*i+j] = (c[6*(i+3)+3+j] + c[6*(j+3)+3+i]) / 2
		}
	}
}

// cholesky makes c = l·lᵀ; false when c is not positive.
func (c *sixBySix) cholesky() (l sixBySix, ok bool) {
	for i := range 6 {
		for j := 0; j <= i; j++ {
			sum := c[6*i+j]
			for k := range j {
				sum -= l[6*i+k] * l[6*j+k]
			}
			if i != j {
				l[6*i+j] = sum / l[6*j+j]
				continue
			}
			if !(sum > 0) {
				return l, false
			}
			l[6*i+i] = math.Sqrt(sum)
		}
	}
	return l, true
}

// solve replaces b by (l·lᵀ)⁻¹·b.
func (l *sixBySix) solve(b *[6]float64) {
	for i := range 6 {
		for k := range i {
			b[i] -= l[6*i+k] * b[k]
		}
		b[i] /= l[6*i+i]
	}
	for i := 5; i >= 0; i-- {
		for k := i + 1; k < 6; k++ {
			b[i] -= l[6*k+i] * b[k]
		}
		b[i] /= l[6*i+i]
	}
}

// axes are the rows east, north, up at a place.
func axes(at geo.LLA) mat {
	sf, cf := math.Sincos(at.Lat)
	sl, cl := math.Sincos(at.Lon)
	return mat{-sl, cl, 0, -sf * cl, -sf * sl, cf, cf * cl, cf * sl, sf}
}

// local returns the covariance of s in the axes a, as a track carries it.
func (s *kinematic) local(a *mat) (o entente.Covariance) {
	turn := func(m *mat) mat {
		t := a.mul(m)
		return t.mulT(a)
	}
	pp, pv, vv := turn(&s.pp), turn(&s.pv), turn(&s.vv)
	for i := range 3 {
		for j := range 3 {
			if j >= i {
				o.Set(i, j, pp[3*i+j])
				o.Set(i+3, j+3, vv[3*i+j])
			}
			o.Set(i, j+3, pv[3*i+j])
		}
	}
	return o
}
