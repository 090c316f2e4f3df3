package score

import (
	"math"
	"slices"
)

// point is a place on the ellipsoid in Earth-centred metres: within the cut-off the chord is the horizontal distance
// to a millimetre.
type point [3]float64

const (
	semiMajor = 6378137.0
	eccSq     = 0.00669437999014 // WGS-84 first eccentricity squared
)

func onEllipsoid(lat, lon float64) point {
	sl, cl := math.Sincos(lat)
	so, co := math.Sincos(lon)
	n := semiMajor / math.Sqrt(1-eccSq*sl*sl)
	return point{n * cl * co, n * cl * so, n * (1 - eccSq) * sl}
}

// perRadian returns the metres north and east of one radian of latitude and longitude.
func perRadian(lat float64) (north, east float64) {
	s := math.Sin(lat)
	w := math.Sqrt(1 - eccSq*s*s)
	return semiMajor * (1 - eccSq) / (w * w * w), semiMajor / w * math.Cos(lat)
}

func distance(a, b point) float64 {
	x, y, z := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	return math.Sqrt(x*x + y*y + z*z)
}

// pair is a target and a track within the cut-off, by their places in the step's lists.
type pair struct {
	truth, track int
	d            float64
}

// matcher pairs targets with tracks; its buffers are used again for every time.
type matcher struct {
	cutoff  float64
	index   grid
	pairs   []pair
	parent  []int
	matched []pair
	assign  assigner
	rows    []int
	cols    []int
	cost    []float64
	dist    []float64
	got     []int
}

// match finds all pairs within the cut-off and the assignment of greatest gain c² − d², by connected groups.
func (m *matcher) match(truth, track []point) {
	m.pairs, m.matched = m.pairs[:0], m.matched[:0]
	m.index.build(track, m.cutoff)
	for i, p := range truth {
		m.pairs = m.index.near(p, i, m.cutoff, track, m.pairs)
	}
	m.parent = m.parent[:0]
	for i := range len(truth) + len(track) {
		m.parent = append(m.parent, i)
	}
	for _, p := range m.pairs {
		m.parent[m.root(p.truth)] = m.root(p.track + len(truth))
	}
	slices.SortFunc(m.pairs, func(a, b pair) int {
		if c := m.root(a.truth) - m.root(b.truth); c != 0 {
			return c
		}
		if c := a.truth - b.truth; c != 0 {
			return c
		}
		return a.track - b.track
	})
	for from := 0; from < len(m.pairs); {
		to, r := from+1, m.root(m.pairs[from].truth)
		for to < len(m.pairs) && m.root(m.pairs[to].truth) == r {
			to++
		}
		m.group(m.pairs[from:to])
		from = to
	}
}

func (m *matcher) root(i int) int {
	for m.parent[i] != i {
		m.parent[i] = m.parent[m.parent[i]]
		i = m.parent[i]
	}
	return i
}

// group assigns one connected group.
func (m *matcher) group(ps []pair) {
	if len(ps) == 1 {
		m.matched = append(m.matched, ps[0])
		return
	}
	m.rows, m.cols = m.rows[:0], m.cols[:0]
	for _, p := range ps {
		m.rows, m.cols = append(m.rows, p.truth), append(m.cols, p.track)
	}
	m.rows, m.cols = distinct(m.rows), distinct(m.cols)
	n, k := len(m.rows), len(m.cols)
	m.cost, m.dist = zeroed(m.cost, n*k), zeroed(m.dist, n*k)
	for i := range m.dist {
		m.dist[i] = math.Inf(1)
	}
	for _, p := range ps {
		i, _ := slices.BinarySearch(m.rows, p.truth)
		j, _ := slices.BinarySearch(m.cols, p.track)
		m.cost[i*k+j], m.dist[i*k+j] = p.d*p.d-m.cutoff*m.cutoff, p.d
	}
	m.got = m.assign.solve(m.cost, n, k, m.got[:0])
	for i, j := range m.got {
		if j >= 0 && !math.IsInf(m.dist[i*k+j], 1) {
			m.matched = append(m.matched, pair{m.rows[i], m.cols[j], m.dist[i*k+j]})
		}
	}
}

func distinct(s []int) []int {
	slices.Sort(s)
	return slices.Compact(s)
}

// grid is a hash of cubes as wide as the cut-off.
type grid struct {
	head []int32
	next []int32
	cell [][3]int32
}

func (g *grid) build(ps []point, width float64) {
	size := 64
	for size < 2*len(ps) {
		size *= 2
	}
	g.head, g.next, g.cell = zeroed(g.head, size), g.next[:0], g.cell[:0]
	for i, p := range ps {
		c := cellOf(p, width)
		h := g.hash(c)
		g.next, g.cell = append(g.next, g.head[h]), append(g.cell, c)
		g.head[h] = int32(i + 1)
	}
}

func cellOf(p point, width float64) (c [3]int32) {
	for i := range c {
		c[i] = int32(math.Floor(p[i] / width))
	}
	return c
}

func (g *grid) hash(c [3]int32) int {
	h := uint32(c[0])*73856093 ^ uint32(c[1])*19349663 ^ uint32(c[2])*83492791
	return int(h^h>>15) & (len(g.head) - 1)
}

// near appends the pairs of p, target number i, with all points not farther than width.
func (g *grid) near(p point, i int, width float64, ps []point, dst []pair) []pair {
	c := cellOf(p, width)
	for k := range 27 {
		at := [3]int32{c[0] + int32(k%3) - 1, c[1] + int32(k/3%3) - 1, c[2] + int32(k/9) - 1}
		for j := g.head[g.hash(at)]; j > 0; j = g.next[j-1] {
			if g.cell[j-1] != at {
				continue
			}
			if d := distance(p, ps[j-1]); d <= width {
				dst = append(dst, pair{i, int(j - 1), d})
			}
		}
	}
	return dst
}
