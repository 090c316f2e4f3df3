package picture

import (
	"math"

	"entente"
)

// factor is the lower Cholesky factor of a 6 × 6 covariance.
type factor [6][6]float64

// decompose returns false when p is not positive definite.
func (l *factor) decompose(p *entente.Covariance) bool {
	for j := range 6 {
		s := p.At(j, j)
		for k := range j {
			s -= l[j][k] * l[j][k]
		}
		if !(s > 0) {
			return false
		}
		l[j][j] = math.Sqrt(s)
		for i := j + 1; i < 6; i++ {
			s := p.At(i, j)
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			l[i][j] = s / l[j][j]
		}
	}
	return true
}

// invert returns the inverse of what l was made of.
func (l *factor) invert() (p entente.Covariance) {
	var m factor // inverse of l, lower
	for j := range 6 {
		m[j][j] = 1 / l[j][j]
		for i := j + 1; i < 6; i++ {
			s := 0.0
			for k := j; k < i; k++ {
				s -= l[i][k] * m[k][j]
			}
			m[i][j] = s / l[i][i]
		}
	}
	for i := range 6 {
		for j := i; j < 6; j++ {
			s := 0.0
			for k := j; k < 6; k++ {
				s += m[k][i] * m[k][j]
			}
			p.Set(i, j, s)
		}
	}
	return p
}

// fusion sums estimates of one aircraft by covariance intersection: P⁻¹ = Σ w Pᵢ⁻¹ with Σ w = 1, consistent whatever
// the estimates have in common (Julier and Uhlmann 1997). The weights are those of Niehsen (2002), inverse to the
// traces: no search, and no order.
type fusion struct {
	information entente.Covariance
	y           [6]float64 // Σ w Pᵢ⁻¹ xᵢ, xᵢ seen from the leading track
	weight      float64
}

// weight of an estimate before all weights are made to sum to one.
func weight(m *motion) float64 { return 1 / (m.p.At(0, 0) + m.p.At(1, 1)) }

// add takes in o, seen from lead, with its share w of the weights. False when its covariance is none.
func (f *fusion) add(lead, o *motion, w float64) bool {
	var l factor
	if !l.decompose(&o.p) {
		return false
	}
	inv := l.invert()
	e, n := lead.offset(o)
	x := [6]float64{e, n, o.height - lead.height, o.ve, o.vn, o.vu}
	for i := range 6 {
		for j := range 6 {
			f.y[i] += w * inv.At(i, j) * x[j]
		}
	}
	for i := range inv {
		f.information[i] += w * inv[i]
	}
	f.weight += w
	return true
}

// result moves t, which is at lead, to the fused state.
func (f *fusion) result(lead *motion, t *entente.Track) {
	var l factor
	for i := range f.information {
		f.information[i] /= f.weight
	}
	if !l.decompose(&f.information) {
		return
	}
	t.Covariance = l.invert()
	var x [6]float64
	for i := range 6 {
		for j := range 6 {
			x[i] += t.Covariance.At(i, j) * f.y[j] / f.weight
		}
	}
	t.Lat, t.Lon = lead.shifted(x[0], x[1])
	t.Height = lead.height + x[2]
	t.VE, t.VN, t.VU = x[3], x[4], x[5]
}
