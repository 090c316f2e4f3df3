package modes

import (
	"encoding/binary"
	"math/rand/v2"
)

// noise is random bytes, the same in every run.
type noise struct{ r *rand.Rand }

func newNoise() noise { return noise{rand.New(rand.NewPCG(7, 11))} }

func (n noise) fill(b []byte) {
	var word [8]byte
	for len(b) > 0 {
		binary.LittleEndian.PutUint64(word[:], n.r.Uint64())
		b = b[copy(b, word[:]):]
	}
}
