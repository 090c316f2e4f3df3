package score

import (
	"cmp"

	"entente"
)

// sayings count what the plots of one target told of it.
type sayings struct {
	plots, heights int
	addresses      map[entente.Address]int
	codes          map[entente.ModeA]int
}

func (s *sayings) hear(p *entente.Plot) {
	if s.addresses == nil {
		s.addresses, s.codes = map[entente.Address]int{}, map[entente.ModeA]int{}
	}
	s.plots++
	if _, told := heightOf(p); told {
		s.heights++
	}
	if p.Address != 0 {
		s.addresses[p.Address]++
	}
	if p.Is(entente.HasModeA) {
		s.codes[p.ModeA]++
	}
}

// name gives targets whose identity the truth does not tell what most of their plots said, and notes which answer at all.
func (t *Truth) name(said []sayings) {
	t.cooperative = make([]bool, len(said))
	for i := range said {
		s := &said[i]
		t.cooperative[i] = 5*max(s.heights, sumOf(s.addresses), sumOf(s.codes)) > s.plots
		t.learn(i, identity{})
		d := &t.ids[i]
		if a, n := mostOf(s.addresses); d.address == 0 && n > 2 {
			d.address = a
		}
		if c, n := mostOf(s.codes); !d.hasModeA && n > 2 {
			d.modeA, d.hasModeA = c, true
		}
	}
}

func sumOf[K comparable](count map[K]int) (n int) {
	for _, v := range count {
		n += v
	}
	return n
}

// mostOf is the most frequent key, the least of several, and its count.
func mostOf[K cmp.Ordered](count map[K]int) (best K, n int) {
	for k, v := range count {
		if v > n || v == n && k < best {
			best, n = k, v
		}
	}
	return best, n
}

// answers says whether a target has a transponder; known is false where neither truth nor plots tell.
func (t *Truth) answers(target int) (yes, known bool) {
	if target < len(t.ids) && t.ids[target] != (identity{}) {
		return true, true
	}
	if target < len(t.cooperative) {
		return t.cooperative[target], true
	}
	return false, false
}
