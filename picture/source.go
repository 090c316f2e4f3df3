package picture

import "entente"

// source is a member that contributes.
type source struct {
	member entente.MemberID
	tracks map[entente.TrackID]int32 // to places in Picture.contributions
	newest entente.Instant           // the latest time of applicability it has told
	trust  entente.Trust

	registration registration
	conduct      conduct
}

// maxSources bounds the members that may contribute.
const maxSources = 256

// sourceSet is a set of places of sources.
type sourceSet [maxSources / 64]uint64

func (s *sourceSet) add(i int32)      { s[i/64] |= 1 << (i % 64) }
func (s *sourceSet) has(i int32) bool { return s[i/64]>>(i%64)&1 == 1 }

func (s *sourceSet) meets(o *sourceSet) bool {
	return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0
}

func (s *sourceSet) join(o *sourceSet) {
	for i := range s {
		s[i] |= o[i]
	}
}
