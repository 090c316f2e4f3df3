package track

import (
	"cmp"
	"math"
	"slices"
	"sync/atomic"

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

func (c cellID) hash() uint64 { return uint64(c) * 0x9E3779B97F4A7C15 >> 32 }

// islands are the parts of a run that have no track in common, old or yet to be started.
type islands struct {
	parent      []int32 // by plot: towards the first plot of its island
	firstOf     []int32 // by track: 1 + a plot that it was offered to
	territories grid    // of the plots
	cellOf      []cellID
	home        []cellID // by first plot: the lowest cell of its island
	cells       []cell   // of the run, those with most to do first
	slots       []int32  // hash of cells: 1 + place
	place       []int32  // by plot: of its cell
	byCell      []int32  // plots in order of cell and work
}

// cell is a cell with the work that it brings and where its plots are in byCell.
type cell struct {
	id             cellID
	load           int32
	plots          int32
	from, to, seen int32
	taken          int32
}

// expect makes ready for n plots.
func (s *islands) expect(n, tracks, lanes int) {
	s.parent, s.firstOf, s.cellOf = resize(s.parent, n), resize(s.firstOf, tracks), resize(s.cellOf, n)
	clear(s.firstOf)
	for i := range s.parent {
		s.parent[i] = int32(i)
	}
	s.territories.reset(0, n, 0)
	s.territories.room(n, lanes)
}

// settleOn puts a plot into the grid of territories.
func (s *islands) settleOn(i int32, v *seenPlot, l *linked) {
	b := ball{at: v.sphere, r: v.territory()}
	s.territories.balls[i] = b
	s.territories.link(i, b.at, b.r, l)
}

// join unites a plot with those that are offered the same tracks and, if its aircraft is not familiar, with those before
// it whose territory it is in: it may be of a track that they start.
func (s *islands) join(r *stretch, i int32, l *lane) {
	for _, k := range r.offers[i] {
		if !atomic.CompareAndSwapInt32(&s.firstOf[k], 0, i+1) {
			s.unite(atomic.LoadInt32(&s.firstOf[k])-1, i)
		}
	}
	if r.familiar[i] {
		return
	}
	w := &l.tracker.workspace
	w.twins = s.territories.meeting(r.views[i].sphere, r.margins[i], w.twins[:0])
	for _, j := range w.twins {
		if j < i {
			s.unite(j, i)
		}
	}
}

// unite joins the islands of two plots under the earlier first plot; several lanes may do so at once.
func (s *islands) unite(i, j int32) {
	for {
		i, j = s.root(i), s.root(j)
		if i == j {
			return
		}
		if i > j {
			i, j = j, i
		}
		if atomic.CompareAndSwapInt32(&s.parent[j], j, i) {
			return
		}
	}
}

// root is the first plot of an island.
func (s *islands) root(i int32) int32 {
	for {
		p := atomic.LoadInt32(&s.parent[i])
		if p == i {
			return i
		}
		if q := atomic.LoadInt32(&s.parent[p]); q != p {
			atomic.CompareAndSwapInt32(&s.parent[i], p, q)
		}
		i = p
	}
}

// settle gives each island to its lowest cell, and lays out the plots by cell.
func (s *islands) settle(r *stretch) {
	n := len(r.plots)
	s.home, s.place, s.byCell = resize(s.home, n), resize(s.place, n), resize(s.byCell, n)
	for i := range int32(n) {
		f := s.root(i)
		s.place[i] = f
		if f == i {
			s.home[i] = s.cellOf[i]
		} else {
			s.home[f] = min(s.home[f], s.cellOf[i])
		}
	}
	s.gather(r, n)
	at := int32(0)
	slices.SortFunc(s.cells, func(a, b cell) int { return cmp.Or(cmp.Compare(b.load, a.load), cmp.Compare(a.id, b.id)) })
	for i := range s.cells {
		c := &s.cells[i]
		c.from, c.to = at, at
		at += c.plots
		s.slots[c.seen] = int32(i)
	}
	for i := range s.place {
		c := &s.cells[s.slots[s.place[i]]]
		s.byCell[c.to] = int32(i)
		c.to++
	}
}

// gather finds the cells of the run, and for each plot its cell's place in the order of their first plots.
func (s *islands) gather(r *stretch, n int) {
	size := 64
	for size < 4*n {
		size *= 2
	}
	s.slots, s.cells = resize(s.slots, size), s.cells[:0]
	clear(s.slots)
	mask := uint64(size - 1)
	for i := range n {
		f := s.place[i]
		if int(f) < i { // its island's place is known
			s.place[i] = s.place[f]
			s.cells[s.place[i]].load += int32(1 + len(r.offers[i]))
			s.cells[s.place[i]].plots++
			continue
		}
		id := s.home[f]
		at := id.hash() & mask
		for s.slots[at] != 0 && s.cells[s.slots[at]-1].id != id {
			at = (at + 1) & mask
		}
		if s.slots[at] == 0 {
			s.cells = append(s.cells, cell{id: id, seen: int32(len(s.cells))})
			s.slots[at] = int32(len(s.cells))
		}
		s.place[i] = s.slots[at] - 1
		c := &s.cells[s.place[i]]
		c.load += int32(1 + len(r.offers[i]))
		c.plots++
	}
}
