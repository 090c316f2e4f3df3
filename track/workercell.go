package track

import (
	"cmp"
	"math"
	"slices"

	"entente/geo"
)

// cellSide is the side of the cells of the Earth, metres: cubes cut by the sphere, alike at the poles, the equator and
// the date line.
const cellSide = 128e3

// cellID names a cell; cells are ordered by it.
type cellID uint64

// cellOf is the cell of a place on the sphere.
func cellOf(p geo.ECEF) cellID {
	f := func(v float64) cellID { return cellID(int64(math.Floor(v/cellSide))+1<<20) & (1<<21 - 1) }
	return f(p.Z)<<42 | f(p.Y)<<21 | f(p.X)
}

// islands are the parts of a run that have no track in common, old or yet to be started.
type islands struct {
	parent      []int32 // by plot: towards the first plot of its island
	firstOf     []int32 // by track: 1 + the first plot that it was offered to
	territories grid    // of the plots so far
	found       []int32
	home        []cellID // by first plot: the lowest cell of its island
	cells       []cell   // of the run, by load
	slots       []int32  // hash of cells: 1 + place
}

// cell is a cell with the work that it brings and the lane that owns it in this run.
type cell struct {
	id   cellID
	load int32
	lane int32
}

// divide joins the plots of the run to islands and gives each to the owner of its lowest cell.
func (m *team) divide() {
	r := &m.run
	s := &r.islands
	s.join(r, len(m.tracker.tracks))
	s.settle(r, len(m.lanes))
	for _, l := range m.lanes {
		l.mine = l.mine[:0]
	}
	for i := range r.plots {
		l := m.lanes[s.owner(s.home[s.root(int32(i))])]
		l.mine = append(l.mine, int32(i))
	}
}

// join makes islands: of plots offered one track, and of a plot with those that may be of a track that it starts.
func (s *islands) join(r *stretch, tracks int) {
	n := len(r.plots)
	s.parent, s.firstOf = resize(s.parent, n), resize(s.firstOf, tracks)
	clear(s.firstOf)
	s.territories.reset(0, n)
	for i := range int32(n) {
		s.parent[i] = i
		for _, k := range r.offers[i] {
			if f := s.firstOf[k]; f > 0 {
				s.unite(f-1, i)
			} else {
				s.firstOf[k] = i + 1
			}
		}
		v := &r.views[i]
		s.found = s.territories.meeting(v.sphere, r.margins[i], s.found[:0])
		for _, j := range s.found {
			s.unite(j, i)
		}
		b := ball{v.sphere, v.territory()}
		s.territories.balls[i] = b
		s.territories.insert(i, b.at, b.r)
	}
}

// unite joins the islands of two plots under the earlier first plot.
func (s *islands) unite(i, j int32) {
	i, j = s.root(i), s.root(j)
	s.parent[max(i, j)] = min(i, j)
}

func (s *islands) root(i int32) int32 {
	for s.parent[i] != i {
		s.parent[i] = s.parent[s.parent[i]]
		i = s.parent[i]
	}
	return i
}

// settle finds the lowest cell of each island and shares the cells among the lanes, the fullest first, each to the lane
// with the least to do.
func (s *islands) settle(r *stretch, lanes int) {
	n := len(r.plots)
	s.home = resize(s.home, n)
	for i := range int32(n) {
		if f := s.root(i); f == i {
			s.home[i] = r.cells[i]
		} else {
			s.home[f] = min(s.home[f], r.cells[i])
		}
	}
	size := 64
	for size < 4*n {
		size *= 2
	}
	s.slots = resize(s.slots, size)
	clear(s.slots)
	s.cells = s.cells[:0]
	for i := range int32(n) {
		s.cells[s.find(s.home[s.root(i)])].load += int32(1 + len(r.offers[i]))
	}
	r.heads = resize(r.heads, lanes)
	clear(r.heads)
	order := s.cells
	slices.SortFunc(order, func(a, b cell) int { return cmp.Or(cmp.Compare(b.load, a.load), cmp.Compare(a.id, b.id)) })
	clear(s.slots)
	for i := range order {
		lane := 0
		for j := range r.heads {
			if r.heads[j] < r.heads[lane] {
				lane = j
			}
		}
		r.heads[lane] += int(order[i].load)
		order[i].lane = int32(lane)
		s.slots[s.slot(order[i].id)] = int32(i) + 1
	}
}

// slot is where a cell is in the hash, or where it would be.
func (s *islands) slot(id cellID) int {
	h := uint64(id) * 0x9E3779B97F4A7C15
	mask := uint64(len(s.slots) - 1)
	for at := (h >> 32) & mask; ; at = (at + 1) & mask {
		if p := s.slots[at]; p == 0 || s.cells[p-1].id == id {
			return int(at)
		}
	}
}

// find is the place of a cell, new if need be.
func (s *islands) find(id cellID) int32 {
	at := s.slot(id)
	if s.slots[at] == 0 {
		s.cells = append(s.cells, cell{id: id})
		s.slots[at] = int32(len(s.cells))
	}
	return s.slots[at] - 1
}

// owner is the lane of a cell.
func (s *islands) owner(id cellID) int32 { return s.cells[s.slots[s.slot(id)]-1].lane }
