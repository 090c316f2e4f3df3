package picture

import (
	"math"

	"entente/geo"
)

// cell is the width of the index's cubes, metres: the farthest that two tracks of one aircraft are sought apart.
const cell = 6e3

// index is a hash of cubes over the sphere below the tracks.
type index struct {
	head []int32
	next []int32
	cube [][3]int32
	who  []int32
}

func (x *index) reset(n int) {
	size := 256
	for size < 2*n {
		size *= 2
	}
	if len(x.head) < size {
		x.head = make([]int32, size)
	} else {
		clear(x.head)
	}
	x.next, x.cube, x.who = x.next[:0], x.cube[:0], x.who[:0]
}

func cubeOf(p geo.ECEF) [3]int32 {
	return [3]int32{int32(math.Floor(p.X / cell)), int32(math.Floor(p.Y / cell)), int32(math.Floor(p.Z / cell))}
}

func (x *index) slot(c [3]int32) int {
	h := uint32(c[0])*73856093 ^ uint32(c[1])*19349663 ^ uint32(c[2])*83492791
	return int(h^h>>15) & (len(x.head) - 1)
}

func (x *index) insert(who int32, p geo.ECEF) {
	c := cubeOf(p)
	s := x.slot(c)
	x.next, x.cube, x.who = append(x.next, x.head[s]), append(x.cube, c), append(x.who, who)
	x.head[s] = int32(len(x.who))
}

// near appends everyone in the cube of p and those about it.
func (x *index) near(p geo.ECEF, dst []int32) []int32 {
	c := cubeOf(p)
	for k := range 27 {
		at := [3]int32{c[0] + int32(k%3) - 1, c[1] + int32(k/3%3) - 1, c[2] + int32(k/9) - 1}
		for i := x.head[x.slot(at)]; i > 0; i = x.next[i-1] {
			if x.cube[i-1] == at {
				dst = append(dst, x.who[i-1])
			}
		}
	}
	return dst
}
