package geo

import "math"

// Index answers in which of many regions a place lies. It is a grid of one-degree cells that knows for each cell which
// polygons cover it whole and which have edges in it, over the regions' own trees. It is read-only once made.
type Index struct {
	regions []Region
	owner   []int32 // region of polygon i
	local   []int32 // and its number in it
	start   []int32 // cell c holds entries start[c] to start[c+1]
	entries []int32 // polygon times 2, plus 1 when it covers the cell whole
}

const columns, rows = 360, 180

// NewIndex indexes regions, which it keeps and does not change.
func NewIndex(regions []Region) *Index {
	x := &Index{regions: regions}
	cells := make([][]int32, columns*rows)
	for i := range regions {
		for j := range regions[i].polygons {
			n := int32(len(x.owner))
			x.owner, x.local = append(x.owner, int32(i)), append(x.local, int32(j))
			regions[i].polygons[j].cover(n, cells)
		}
	}
	x.start = make([]int32, 1, len(cells)+1)
	for _, c := range cells {
		x.entries = append(x.entries, c...)
		x.start = append(x.start, int32(len(x.entries)))
	}
	return x
}

// Len returns the number of regions.
func (x *Index) Len() int { return len(x.regions) }

// Region returns region i.
func (x *Index) Region(i int) *Region { return &x.regions[i] }

// ByID returns the number of the first region with that ID, −1 when there is none.
func (x *Index) ByID(id string) int {
	for i := range x.regions {
		if x.regions[i].ID == id {
			return i
		}
	}
	return -1
}

// Find returns the number of a region that contains the place, the first when there are several, −1 for none. Positions
// in radians; anything that is no position is in no region.
func (x *Index) Find(lat, lon float64) int {
	c := cellOf(lat, lon)
	if c < 0 {
		return -1
	}
	for _, e := range x.entries[x.start[c]:x.start[c+1]] {
		if x.holds(e, lat, lon) {
			return int(x.owner[e>>1])
		}
	}
	return -1
}

// All appends to dst the numbers of all regions that contain the place, ascending, each once.
func (x *Index) All(dst []int, lat, lon float64) []int {
	c := cellOf(lat, lon)
	if c < 0 {
		return dst
	}
	from := len(dst)
	for _, e := range x.entries[x.start[c]:x.start[c+1]] {
		i := int(x.owner[e>>1])
		if len(dst) > from && dst[len(dst)-1] == i {
			continue
		}
		if x.holds(e, lat, lon) {
			dst = append(dst, i)
		}
	}
	return dst
}

func (x *Index) holds(e int32, lat, lon float64) bool {
	return e&1 == 1 || x.regions[x.owner[e>>1]].polygons[x.local[e>>1]].contains(lat, lon)
}

// cellOf returns the cell of a place, −1 for what is no position.
func cellOf(lat, lon float64) int {
	if !(lat >= -math.Pi/2 && lat <= math.Pi/2) || !(math.Abs(lon) <= 4*math.Pi) {
		return -1
	}
	row := min(rows-1, int((lat+math.Pi/2)*(rows/math.Pi)))
	column := int(math.Floor((WrapLon(lon)+math.Pi)*(columns/(2*math.Pi)))) % columns
	return row*columns + column
}

// cover enters polygon n into all cells it has part in.
func (p *polygon) cover(n int32, cells [][]int32) {
	const size, slack = math.Pi / rows, 1e-9
	from, to := int(math.Floor((p.box.west-slack+math.Pi)/size)), int(math.Floor((p.box.east+slack+math.Pi)/size))
	to = min(to, from+columns-1)
	low := max(0, int(math.Floor((p.box.south-slack+math.Pi/2)/size)))
	high := min(rows-1, int(math.Floor((p.box.north+slack+math.Pi/2)/size)))
	for row := low; row <= high; row++ {
		for column := from; column <= to; column++ {
			south, west := float64(row)*size-math.Pi/2, float64(column)*size-math.Pi
			cell := box{south - slack, west - slack, south + size + slack, west + size + slack, 0}
			e := n * 2
			if !p.touches(&cell) {
				if !p.contains(south+size/2, west+size/2) {
					continue
				}
				e++
			}
			c := row*columns + ((column%columns)+columns)%columns
			cells[c] = append(cells[c], e)
		}
	}
}

// touches says whether an edge may enter the cell, at the cell's own longitude or a turn away.
func (p *polygon) touches(cell *box) bool {
	for _, turn := range [3]float64{0, 2 * math.Pi, -2 * math.Pi} {
		b := *cell
		b.west += turn
		b.east += turn
		for i := range p.rings {
			if p.rings[i].touches(&b) {
				return true
			}
		}
	}
	return false
}
