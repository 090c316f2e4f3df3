package track

import (
	"sync/atomic"

	"entente/geo"
)

// linked is a lane's share of a grid's entries while all lanes insert at once.
type linked struct {
	from, to int32
	left     []int32 // that found no room: to be inserted afterwards
}

// room makes room for lanes to link n things, of which most touch six cubes or fewer.
func (g *grid) room(n, lanes int) {
	g.entries = resize(g.entries, 6*n+lanes*2*linkBlock)
	g.used = 0
}

// linkBlock is how many entries a lane takes at a time; more than one thing touches.
const linkBlock = 64

// link is insert for several lanes at once; the order in which a cube names its tracks is then by chance.
func (g *grid) link(i int32, p geo.ECEF, r float64, l *linked) {
	c := cubesOf(p, r)
	n := (c.x1 - c.x0 + 1) * (c.y1 - c.y0 + 1) * (c.z1 - c.z0 + 1)
	if l.to-l.from < n {
		to := int(atomic.AddInt32(&g.used, linkBlock))
		if to > len(g.entries) || n > linkBlock {
			l.left = append(l.left, i)
			return
		}
		l.from, l.to = int32(to-linkBlock), int32(to)
	}
	for x := c.x0; x <= c.x1; x++ {
		for y := c.y0; y <= c.y1; y++ {
			for z := c.z0; z <= c.z1; z++ {
				l.from++
				e := &g.entries[l.from-1]
				*e = gridEntry{x: x, y: y, z: z, track: i}
				e.next = atomic.SwapInt32(&g.head[g.slot(x, y, z)], l.from)
			}
		}
	}
}
