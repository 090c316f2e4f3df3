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
