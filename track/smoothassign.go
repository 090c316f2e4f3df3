package track

import (
	"cmp"
	"math"
	"slices"

	"entente"
	"entente/geo"
)

// Bounds of giving plots to flights.
const (
	assignGate   = 30.0 // squared sigmas of both components, while flights are the tracker's
	smoothGate   = 22.0 // once they are smoothed
	heightGate   = 36.0 // squared sigmas of the height
	heightSlack  = 60.0 // metres that heights may differ for want of time or unit
	skyWidth     = 30e3 // metres of the index
	skySpan      = 4.0  // seconds that a state of the index stands
	addressWorth = 12.0 // what equal addresses are worth, in squared sigmas
	codeWorth    = 4.0  // and equal codes
	codeCost     = 6.0  // and differing ones cost
	groupTime    = 0.6  // seconds over which a radar's plots are compared together
	lookShare    = 0.5  // of a turn within which a radar sees an aircraft once
)

// claim is one flight's claim to one plot.
type claim struct {
	cost   float64
	plot   int32 // among the reconstructor's
	flight int32
}

// skies is an index of where flights are about now.
type skies struct {
	r      *reconstructor
	until  entente.Instant
	next   int // flights not yet begun
	active []int32
	cells  map[[3]int32][]int32
}

// assign gives every plot to the flight it fits, none or one; a flight gets one plot of a radar's turn. Flights are
// compared where they were before and after, so that crossings part by where they went.
func (r *reconstructor) assign(smoothed bool) {
	slices.SortFunc(r.plots, func(a, b entente.Plot) int { return order(&a, &b) })
	slices.SortFunc(r.flights, func(a, b *flight) int {
		return cmp.Or(cmp.Compare(a.fixes[0].time, b.fixes[0].time), cmp.Compare(a.first, b.first))
	})
	for _, f := range r.flights {
		f.plots = f.plots[:0]
	}
	a := &assigning{r: r, skies: skies{r: r, cells: map[[3]int32][]int32{}}, gate: assignGate,
		open: make([][]int32, len(r.sites)), last: make(map[[2]int32]entente.Instant)}
	if smoothed {
		a.gate = smoothGate
	}
	for i := range r.plots {
		si := r.siteOf[r.plots[i].Sensor]
		g := a.open[si]
		if len(g) > 0 && (r.plots[i].Time.Sub(r.plots[g[0]].Time) > groupTime || !r.sites[si].sensor.Kind.Polar()) {
			a.close(si)
		}
		a.open[si] = append(a.open[si], int32(i))
	}
	for si := range a.open {
		a.close(int32(si))
	}
	for _, f := range r.flights {
		slices.SortStableFunc(f.plots, func(a, b entente.Plot) int { return order(&a, &b) })
	}
	r.flights = slices.DeleteFunc(r.flights, func(f *flight) bool { return len(f.plots) < fewestPlots })
}

// assigning is the state of one run of assign.
type assigning struct {
	r      *reconstructor
	skies  skies
	gate   float64
	open   [][]int32                    // by site, plots of the group
	last   map[[2]int32]entente.Instant // by flight and site, the last plot given
	claims []claim
	read   []reading
}

// close gives out the plots of a site's group: the best claims first, then swaps that are better together.
func (a *assigning) close(si int32) {
	group := a.open[si]
	if len(group) == 0 {
		return
	}
	a.claims = a.claims[:0]
	s := &a.r.sites[si]
	for _, i := range group {
		a.claim(s, i)
	}
	slices.SortFunc(a.claims, func(x, y claim) int {
		return cmp.Or(cmp.Compare(x.cost, y.cost), cmp.Compare(x.plot, y.plot), cmp.Compare(x.flight, y.flight))
	})
	got := map[int32]claim{} // by plot
	owner := map[int32]int32{}
	for _, c := range a.claims {
		if _, ok := got[c.plot]; ok {
			continue
		}
		if _, ok := owner[c.flight]; ok && s.sensor.Kind.Polar() {
			continue
		}
		if !a.due(s, si, c) {
			continue
		}
		got[c.plot], owner[c.flight] = c, c.plot
	}
	a.swap(got)
	for _, i := range group {
		if c, ok := got[i]; ok {
			f := a.r.flights[c.flight]
			f.plots = append(f.plots, a.r.plots[i])
			a.last[[2]int32{c.flight, si}] = a.r.plots[i].Time
		}
	}
	a.open[si] = group[:0]
}

// due says whether a radar may see the flight again so soon.
func (a *assigning) due(s *site, si int32, c claim) bool {
	if !s.sensor.Kind.Polar() {
		return true
	}
	last, ok := a.last[[2]int32{c.flight, si}]
	return !ok || a.r.plots[c.plot].Time.Sub(last) > lookShare*s.sensor.Period
}

// swap exchanges the plots of two flights where both together cost less.
func (a *assigning) swap(got map[int32]claim) {
	if len(got) < 2 {
		return
	}
	cost := map[[2]int32]float64{}
	for _, c := range a.claims {
		cost[[2]int32{c.plot, c.flight}] = c.cost
	}
	plots := make([]int32, 0, len(got))
	for p := range got {
		plots = append(plots, p)
	}
	slices.Sort(plots)
	for i, p := range plots {
		for _, q := range plots[i+1:] {
			x, y := got[p], got[q]
			c1, ok1 := cost[[2]int32{p, y.flight}]
			c2, ok2 := cost[[2]int32{q, x.flight}]
			if ok1 && ok2 && c1+c2 < x.cost+y.cost {
				got[p], got[q] = claim{c1, p, y.flight}, claim{c2, q, x.flight}
			}
		}
	}
}

// claim appends the claims of all flights near a plot.
func (a *assigning) claim(s *site, i int32) {
	p := &a.r.plots[i]
	v := s.ready(p)
	for _, fi := range a.skies.near(p.Time, &v) {
		f := a.r.flights[fi]
		at, ok := f.at(p.Time)
		if !ok {
			continue
		}
		if c, ok := a.cost(s, p, f, &at); ok {
			a.claims = append(a.claims, claim{c, i, fi})
		}
	}
}

// cost is the squared distance of plot and flight in sigmas, with what their identities say; false when they cannot be one.
func (a *assigning) cost(s *site, p *entente.Plot, f *flight, at *fix) (float64, bool) {
	same := p.Address != 0 && p.Address == f.address
	if p.Address != 0 && f.address != 0 && !same {
		return 0, false
	}
	u := upAt(&at.p)
	a.read = s.readings(p, &at.p, a.read[:0])
	sum, gate := 0.0, a.gate
	for k := range a.read {
		d := &a.read[k]
		if k == 2 {
			if !f.levelled {
				continue
			}
			v := d.r + at.up*at.up + heightSlack*heightSlack
			if h := d.y * d.y / v; h > heightGate && !same {
				return 0, false
			}
			continue
		}
		gu := d.g.dot(&u)
		up := at.up
		if !f.levelled {
			up = max(up, 300)
		}
		v := d.r + at.sigma*at.sigma*(d.g.dot(&d.g)-gu*gu) + up*up*gu*gu
		sum += d.y * d.y / v
	}
	if same {
		gate *= 2
	}
	if sum > gate {
		return 0, false
	}
	if same {
		sum -= addressWorth
	}
	if p.Is(entente.HasModeA) && f.has&entente.HasModeA != 0 {
		if p.ModeA == f.modeA {
			sum -= codeWorth
		} else {
			sum += codeCost
		}
	}
	return sum, true
}

// near returns the flights that may be within reach of a plot.
func (k *skies) near(t entente.Instant, v *seenPlot) (out []int32) {
	if t >= k.until || k.until == 0 {
		k.rebuild(t)
	}
	c := skyCell(v.sphere)
	for i := range 27 {
		out = append(out, k.cells[[3]int32{c[0] + int32(i%3) - 1, c[1] + int32(i/3%3) - 1, c[2] + int32(i/9) - 1}]...)
	}
	slices.Sort(out)
	return out
}

func skyCell(p geo.ECEF) [3]int32 {
	return [3]int32{int32(math.Floor(p.X / skyWidth)), int32(math.Floor(p.Y / skyWidth)), int32(math.Floor(p.Z / skyWidth))}
}

// rebuild indexes where flights are in the middle of the next span.
func (k *skies) rebuild(t entente.Instant) {
	k.until = t.Add(skySpan)
	clear(k.cells)
	fs := k.r.flights
	for k.next < len(fs) && fs[k.next].fixes[0].time.Add(-extension) < k.until {
		k.active = append(k.active, int32(k.next))
		k.next++
	}
	k.active = slices.DeleteFunc(k.active, func(i int32) bool {
		f := fs[i]
		return f.fixes[len(f.fixes)-1].time.Add(extension) < t
	})
	for _, i := range k.active {
		if at, ok := fs[i].at(t.Add(skySpan / 2)); ok {
			c := skyCell(onSphere(geo.ECEF{X: at.p[0], Y: at.p[1], Z: at.p[2]}))
			k.cells[c] = append(k.cells[c], i)
		}
	}
}
