package geo

import "entente"

// Rotation turns vectors of one frame into vectors of another: a 3 × 3 matrix by rows. Its zero value is of no use.
type Rotation [9]float64

// Vector turns v.
func (r *Rotation) Vector(v ENU) ENU {
	return ENU{
		r[0]*v.E + r[1]*v.N + r[2]*v.U,
		r[3]*v.E + r[4]*v.N + r[5]*v.U,
		r[6]*v.E + r[7]*v.N + r[8]*v.U,
	}
}

// Horizontal turns a 2 × 2 covariance of east and north, taking the vertical as known. Between frames 500 km apart
// that leaves out less than 1 % of the variance; use [Rotation.Covariance] where the vertical matters.
func (r *Rotation) Horizontal(ee, en, nn float64) (float64, float64, float64) {
	a, b, c, d := r[0], r[1], r[3], r[4]
	return a*a*ee + 2*a*b*en + b*b*nn,
		a*c*ee + (a*d+b*c)*en + b*d*nn,
		c*c*ee + 2*c*d*en + d*d*nn
}

// Covariance turns a 6 × 6 covariance of position and velocity: R P Rᵀ on each 3 × 3 block.
func (r *Rotation) Covariance(p *entente.Covariance) (out entente.Covariance) {
	for bi := 0; bi < 6; bi += 3 {
		for bj := bi; bj < 6; bj += 3 {
			r.block(p, &out, bi, bj)
		}
	}
	return out
}

// block turns the 3 × 3 block whose first element is (bi, bj).
func (r *Rotation) block(p, out *entente.Covariance, bi, bj int) {
	var rp [9]float64
	for i := range 3 {
		for j := range 3 {
			rp[3*i+j] = r[3*i]*p.At(bi, bj+j) + r[3*i+1]*p.At(bi+1, bj+j) + r[3*i+2]*p.At(bi+2, bj+j)
		}
	}
	for i := range 3 {
		first := 0
		if bi == bj {
			first = i
		}
		for j := first; j < 3; j++ {
			out.Set(bi+i, bj+j, rp[3*i]*r[3*j]+rp[3*i+1]*r[3*j+1]+rp[3*i+2]*r[3*j+2])
		}
	}
}
