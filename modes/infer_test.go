package modes

import (
	"math/rand/v2"
	"testing"
)

// TestInferenceOfRealReplies counts what 5,167 real replies are taken for: few without any register, none of the fixed
// formats lost, ambiguity named.
func TestInferenceOfRealReplies(t *testing.T) {
	count := map[string]int{}
	for _, f := range commBFrames(t) {
		var m Message
		if err := Decode(&m, f); err != nil {
			t.Fatal(err)
		}
		switch {
		case m.BDS != 0:
			count[m.BDS.String()]++
		case m.Likely != 0:
			count["ambiguous"]++
		case m.body() == 0:
			count["empty"]++
		default:
			count["none"]++
		}
		if m.BDS != 0 && m.Likely != 0 && !m.Likely.Has(m.BDS) {
			t.Errorf("%X: %v is not among its candidates %v", f, m.BDS, m.Likely.All())
		}
	}
	t.Log(count)
	if count["ambiguous"] > 150 || count["none"] > 400 || count["40"] < 900 || count["50"] < 1000 || count["60"] < 1000 {
		t.Errorf("%v", count)
	}
}

// TestStateSettlesTheRegister: a reply that reads as 5,0 and as 6,0 is settled by the aircraft's own velocity.
func TestStateSettlesTheRegister(t *testing.T) {
	var ambiguous []byte
	noise := rand.New(rand.NewPCG(1, 2))
	for range 2_000_000 {
		// All status bits of both formats, the rest at random.
		mb := noise.Uint64()&(1<<56-1) | putFlag(true, 1) | putFlag(true, 12) | putFlag(true, 13) | putFlag(true, 24) | putFlag(true, 35) | putFlag(true, 46)
		var b [14]byte
		putBody(&b, mb)
		f := x24.IdentityCommB(0, 0o1234, [7]byte(b[4:11]))
		if m := decoded(t, f[:]); m.BDS == 0 && m.Likely.Has(0x50) && m.Likely.Has(0x60) {
			ambiguous = f[:]
			break
		}
	}
	if ambiguous == nil {
		t.Fatal("no ambiguous reply in two million")
	}
	var m, read Message
	if err := Decode(&m, ambiguous); err != nil {
		t.Fatal(err)
	}
	read.readRegister(0x50, m.body())
	a := aircraft{has: HasVelocity, count: 2}
	a.ve, a.vn = velocityOf(float64(read.GroundSpeed), float64(read.TrueTrack))
	if a.contradicts(0x50, &m, 0, narrow) {
		t.Error("5,0 contradicts the velocity taken from it")
	}
	a.ve, a.vn = velocityOf(float64(read.GroundSpeed)+100, float64(read.TrueTrack))
	if !a.contradicts(0x50, &m, 0, narrow) {
		t.Error("5,0 fits a velocity 100 kt off")
	}
	a.settle(&m, 0)
	if m.BDS != 0x60 && !a.contradicts(0x60, &m, 0, narrow) {
		t.Errorf("%X: settled as %q, want 60", ambiguous, m.BDS)
	}
}

func TestNotARegister(t *testing.T) {
	x := Fixed{Address: 0x4BAB45}
	for name, mb := range map[string][7]byte{
		"all ones":                        {0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		"values without status bits":      {0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F},
		"identification of noise":         {0x20, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
		"threat type that does not exist": {0x30, 0x80, 0, 0x0C, 0, 0, 0},
	} {
		f := x.AltitudeCommB(0, 33000, mb)
		var m Message
		if err := Decode(&m, f[:]); err != nil || m.BDS != 0 {
			t.Errorf("%s is taken for %v (%v)", name, m.BDS, err)
		}
	}
}
