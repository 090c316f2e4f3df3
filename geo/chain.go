package geo

import "math"

// fan is how many edges, or boxes of the level below, a box of a chain covers.
const fan = 8

// point is a vertex in radians; the longitude may go beyond ±π in a ring that runs over the antimeridian.
type point struct{ lat, lon float64 }

// box bounds points; cos is the least cosine of a latitude in it.
type box struct{ south, west, north, east, cos float64 }

// chain is a closed ring with a static R-tree over its edges. As neighbours in a ring are neighbours on the earth, the
// tree needs no sorting: box i of level 0 bounds edges 8i to 8i+7, box i of level k+1 the boxes 8i to 8i+7 of level k.
type chain struct {
	points []point // the last is the first
	levels [][]box // the last has one box
}

func emptyBox() box {
	return box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1), 1}
}

func (b *box) join(o box) {
	b.south, b.north = min(b.south, o.south), max(b.north, o.north)
	b.west, b.east = min(b.west, o.west), max(b.east, o.east)
	b.cos = min(b.cos, o.cos)
}

func makeChain(points []point) chain {
	c := chain{points: points}
	edges := len(points) - 1
	level := make([]box, 0, (edges+fan-1)/fan)
	for i := 0; i < edges; i += fan {
		b := emptyBox()
		for _, p := range points[i : min(i+fan, edges)+1] {
			b.join(box{p.lat, p.lon, p.lat, p.lon, math.Max(0, math.Cos(p.lat))})
		}
		level = append(level, b)
	}
	c.levels = append(c.levels, level)
	for len(level) > 1 {
		up := make([]box, 0, (len(level)+fan-1)/fan)
		for i := 0; i < len(level); i += fan {
			b := emptyBox()
			for _, o := range level[i:min(i+fan, len(level))] {
				b.join(o)
			}
			up = append(up, b)
		}
		c.levels = append(c.levels, up)
		level = up
	}
	return c
}

func (c *chain) box() box { return c.levels[len(c.levels)-1][0] }

// odd says whether a ray to the east from the place crosses the ring an odd number of times.
func (c *chain) odd(lat, lon float64) bool { return c.oddIn(len(c.levels)-1, 0, 1, lat, lon) }

// oddIn counts in the boxes from first to last (excluded) of a level; −1 is the edges.
func (c *chain) oddIn(level, first, last int, lat, lon float64) bool {
	odd := false
	if level < 0 {
		for i := first; i < last; i++ {
			odd = odd != crosses(c.points[i], c.points[i+1], lat, lon)
		}
		return odd
	}
	boxes := c.levels[level]
	for i := first; i < last; i++ {
		b := &boxes[i]
		switch {
		case b.south > lat || b.north <= lat || b.east < lon:
		case b.west > lon:
			// Every edge that spans the parallel is crossed, and whether their number is odd shows at the ends.
			from, to := c.span(level, i)
			odd = odd != ((c.points[from].lat > lat) != (c.points[to].lat > lat))
		case level == 0:
			odd = odd != c.oddIn(-1, i*fan, min(i*fan+fan, len(c.points)-1), lat, lon)
		default:
			odd = odd != c.oddIn(level-1, i*fan, min(i*fan+fan, len(c.levels[level-1])), lat, lon)
		}
	}
	return odd
}

// span returns the first and last vertex under a box.
func (c *chain) span(level, i int) (from, to int) {
	size := fan
	for range level {
		size *= fan
	}
	return i * size, min(i*size+size, len(c.points)-1)
}

// crosses reckons from the southern end, so that an edge gives one answer to both polygons that share it.
func crosses(p, q point, lat, lon float64) bool {
	if (p.lat > lat) == (q.lat > lat) {
		return false
	}
	if p.lat > q.lat {
		p, q = q, p
	}
	return lon < p.lon+(lat-p.lat)*(q.lon-p.lon)/(q.lat-p.lat)
}

// touches says whether a box of edges overlaps b: no means no edge enters b.
func (c *chain) touches(b *box) bool { return c.touchesIn(len(c.levels)-1, 0, 1, b) }

func (c *chain) touchesIn(level, first, last int, b *box) bool {
	for i := first; i < last; i++ {
		if level < 0 {
			p, q := c.points[i], c.points[i+1]
			if max(p.lat, q.lat) >= b.south && min(p.lat, q.lat) <= b.north && max(p.lon, q.lon) >= b.west && min(p.lon, q.lon) <= b.east {
				return true
			}
			continue
		}
		o := &c.levels[level][i]
		if o.north < b.south || o.south > b.north || o.east < b.west || o.west > b.east {
			continue
		}
		end := len(c.points) - 1
		if level > 0 {
			end = len(c.levels[level-1])
		}
		if c.touchesIn(level-1, i*fan, min(i*fan+fan, end), b) {
			return true
		}
	}
	return false
}

// query is the search for the nearest point; best is the square of its distance on the unit sphere.
type query struct {
	lat, lon, cos float64
	best          float64
	atLat, atLon  float64
	found         bool
}

func (c *chain) nearest(q *query) {
	for _, turn := range [3]float64{0, 2 * math.Pi, -2 * math.Pi} {
		c.nearestIn(len(c.levels)-1, 0, 1, q, q.lon+turn)
	}
}

func (c *chain) nearestIn(level, first, last int, q *query, lon float64) {
	if level < 0 {
		for i := first; i < last; i++ {
			q.edge(c.points[i], c.points[i+1], lon)
		}
		return
	}
	for i := first; i < last; i++ {
		b := &c.levels[level][i]
		dy := max(0, b.south-q.lat, q.lat-b.north)
		dx := max(0, b.west-lon, lon-b.east)
		if !(dy*dy+q.cos*b.cos*dx*dx < q.best) {
			continue
		}
		end := len(c.points) - 1
		if level > 0 {
			end = len(c.levels[level-1])
		}
		c.nearestIn(level-1, i*fan, min(i*fan+fan, end), q, lon)
	}
}

// edge takes the edge's nearest point when it is better than the best so far.
func (q *query) edge(a, b point, lon float64) {
	if seam(a, b) {
		return
	}
	// In a plane true to scale at the place; only the choice of the point depends on that, not the distance.
	ax, ay := (a.lon-lon)*q.cos, a.lat-q.lat
	bx, by := (b.lon-lon)*q.cos, b.lat-q.lat
	ux, uy := bx-ax, by-ay
	t := 0.0
	if l := ux*ux + uy*uy; l > 0 {
		t = max(0, min(1, -(ax*ux+ay*uy)/l))
	}
	p := point{a.lat + t*(b.lat-a.lat), a.lon + t*(b.lon-a.lon)}
	dy, dx := p.lat-q.lat, p.lon-lon
	if dy*dy >= q.best {
		return
	}
	if d := dy*dy + q.cos*math.Cos(p.lat)*dx*dx; d < q.best {
		q.best, q.atLat, q.atLon, q.found = d, p.lat, p.lon, true
	}
}

// seam says whether an edge is a cut along the antimeridian or a pole, which is no boundary.
func seam(a, b point) bool {
	const eps = 1e-9
	at := func(x, y float64) bool { return math.Abs(math.Abs(x)-y) < eps }
	return at(a.lon, math.Pi) && at(b.lon, math.Pi) && math.Abs(a.lon-b.lon) < eps || at(a.lat, math.Pi/2) && at(b.lat, math.Pi/2)
}
