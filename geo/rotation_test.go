package geo

import (
	"math"
	"testing"

	"entente"

	"pgregory.net/rapid"
)

func TestRotationTurnsWhatTheFramesSay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := NewFrame(Degrees(rapid.Float64Range(-89, 89).Draw(t, "lat"), rapid.Float64Range(-180, 180).Draw(t, "lon"), 0))
		g := NewFrame(Degrees(rapid.Float64Range(-89, 89).Draw(t, "lat2"), rapid.Float64Range(-180, 180).Draw(t, "lon2"), 0))
		a, b := ENU{1e4, -2e4, 300}, ENU{-5e3, 7e3, 1e3}
		fa, fb := f.ToECEF(a), f.ToECEF(b)
		ga, gb := g.ToENU(fa), g.ToENU(fb)
		r := f.RotationTo(&g)
		v := r.Vector(ENU{b.E - a.E, b.N - a.N, b.U - a.U})
		if math.Abs(v.E-(gb.E-ga.E))+math.Abs(v.N-(gb.N-ga.N))+math.Abs(v.U-(gb.U-ga.U)) > 1e-6 {
			t.Fatalf("turned %v, want %v − %v", v, gb, ga)
		}
		back := g.RotationTo(&f)
		if w := back.Vector(v); math.Abs(w.E-(b.E-a.E)) > 1e-7 {
			t.Fatalf("back: %v", w)
		}
	})
}

func TestRotationOfCovariance(t *testing.T) {
	f, g := NewFrame(Degrees(80, 0, 0)), NewFrame(Degrees(80, 90, 0))
	r := f.RotationTo(&g)
	// The covariance of a single vector v is v vᵀ; turned, it must be (Rv)(Rv)ᵀ, position and velocity alike.
	x := [6]float64{3, -2, 1, 20, 10, -5}
	var p entente.Covariance
	for i := range 6 {
		for j := i; j < 6; j++ {
			p.Set(i, j, x[i]*x[j])
		}
	}
	pos, vel := r.Vector(ENU{x[0], x[1], x[2]}), r.Vector(ENU{x[3], x[4], x[5]})
	y := [6]float64{pos.E, pos.N, pos.U, vel.E, vel.N, vel.U}
	out := r.Covariance(&p)
	for i := range 6 {
		for j := range 6 {
			if math.Abs(out.At(i, j)-y[i]*y[j]) > 1e-9 {
				t.Errorf("(%d, %d) is %v, want %v", i, j, out.At(i, j), y[i]*y[j])
			}
		}
	}
}

func TestRotationHorizontalNearby(t *testing.T) {
	f, g := NewFrame(Degrees(60, 20, 0)), NewFrame(Degrees(62, 26, 0))
	r := f.RotationTo(&g)
	ee, en, nn := r.Horizontal(400, 50, 100)
	if math.Abs(ee+nn-500) > 5 || math.Abs(ee*nn-en*en-(400*100-50*50)) > 0.02*37500 {
		t.Errorf("trace or determinant not kept: %v %v %v", ee, en, nn)
	}
	// Meridians converge by Δλ sin φ: the ellipse turns by that.
	turn := Radians(6) * math.Sin(Radians(61))
	axis := func(ee, en, nn float64) float64 { return math.Atan2(2*en, ee-nn) / 2 }
	if got := math.Abs(axis(ee, en, nn) - axis(400, 50, 100)); math.Abs(got-turn) > Radians(0.2) {
		t.Errorf("turned by %v, want %v", ToDegrees(got), ToDegrees(turn))
	}
}
