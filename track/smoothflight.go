package track

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"entente"
	"entente/geo"
)

// fix is where a flight was at a time, as far as is known, Earth-centred.
type fix struct {
	time       entente.Instant
	p, v       vec
	sigma, up  float64 // metres, horizontal and vertical
	covariance entente.Covariance
}

// flight is one aircraft's flight in the making.
type flight struct {
	first    entente.TrackID // of the tracks it was made of
	fixes    []fix
	plots    []entente.Plot // its own, in order of time
	use      []bool
	rejected int
	levelled bool

	address  entente.Address
	modeA    entente.ModeA
	callsign entente.Callsign
	has      entente.PlotFields
}

// fly makes flights of the tracker's tracks: one for each number, joined where one aircraft had several.
func (r *reconstructor) fly(byID map[entente.TrackID][]entente.Track) {
	for id, rows := range byID {
		slices.SortStableFunc(rows, func(a, b entente.Track) int { return cmp.Compare(a.Time, b.Time) })
		f := &flight{first: id}
		for i := range rows {
			k := &rows[i]
			if n := len(f.fixes); n > 0 && f.fixes[n-1].time == k.Time {
				f.fixes = f.fixes[:n-1]
			}
			f.fixes = append(f.fixes, fixOf(k))
			f.has |= k.Has
			if k.Address != 0 {
				f.address = k.Address
			}
			if k.Is(entente.HasModeA) {
				f.modeA = k.ModeA
			}
		}
		f.levelled = f.has&(entente.HasAltitude|entente.HasPressureAltitude) != 0
		r.flights = append(r.flights, f)
	}
	slices.SortFunc(r.flights, func(a, b *flight) int {
		return cmp.Or(cmp.Compare(a.fixes[0].time, b.fixes[0].time), cmp.Compare(a.first, b.first))
	})
	r.join()
}

// fixOf is a track's state as a fix.
func fixOf(k *entente.Track) fix {
	at := geo.LLA{Lat: k.Lat, Lon: k.Lon, Height: k.Height}
	q := at.ECEF()
	a := axes(at)
	v := a.timesT(&vec{k.VE, k.VN, k.VU})
	return fix{time: k.Time, p: vec{q.X, q.Y, q.Z}, v: v, covariance: k.Covariance,
		sigma: math.Sqrt(max(k.Covariance.At(0, 0), k.Covariance.At(1, 1))), up: math.Sqrt(max(0, k.Covariance.At(2, 2)))}
}

// hermite is the cubic between two fixes: with velocities known it errs by h⁴/384 of the fourth derivative, centimetres
// in a turn of 3 °/s with fixes 4 s apart.
func hermite(a, b *fix, at entente.Instant) (p, v vec) {
	h := b.time.Sub(a.time)
	if h <= 0 {
		return a.p, a.v
	}
	s := at.Sub(a.time) / h
	s2, s3 := s*s, s*s*s
	for k := range p {
		d := b.p[k] - a.p[k]
		p[k] = a.p[k] + d*(3*s2-2*s3) + h*((s-2*s2+s3)*a.v[k]+(s3-s2)*b.v[k])
		v[k] = d*(6*s-6*s2)/h + (1-4*s+3*s2)*a.v[k] + (3*s2-2*s)*b.v[k]
	}
	return p, v
}

// extension is how many seconds beyond its fixes a flight may still own plots, and the growth of its sigma there, m/s².
const (
	extension  = 20.0
	straggling = 1.5
)

// at returns the flight's state at a time, extrapolated up to the extension beyond its ends; false elsewhere.
func (f *flight) at(t entente.Instant) (o fix, ok bool) {
	n := len(f.fixes)
	if n == 0 {
		return o, false
	}
	end := &f.fixes[n-1]
	switch {
	case t < f.fixes[0].time:
		end = &f.fixes[0]
	case t <= end.time && n > 1:
		k := sort.Search(n, func(i int) bool { return f.fixes[i].time > t }) - 1
		k = min(max(k, 0), n-2)
		a, b := &f.fixes[k], &f.fixes[k+1]
		o = *a
		o.p, o.v = hermite(a, b, t)
		gap := min(t.Sub(a.time), b.time.Sub(t))
		o.sigma, o.up = max(a.sigma, b.sigma)+straggling*gap*gap/4, max(a.up, b.up)
		return o, true
	}
	dt := t.Sub(end.time)
	if math.Abs(dt) > extension {
		return o, false
	}
	o = *end
	o.p = end.p.plus(dt, &end.v)
	o.sigma, o.up = end.sigma+straggling*dt*dt, end.up+5*math.Abs(dt)
	return o, true
}

// longestSilence is how long, in seconds, an aircraft with an address may be gone and come back as one flight.
const longestSilence = 300.0

// join makes one flight of those that are one aircraft: by address, else where one ends as another begins.
func (r *reconstructor) join() {
	var out []*flight
	for _, f := range r.flights {
		best, least := -1, math.Inf(1)
		for i := len(out) - 1; i >= 0; i-- {
			if d, ok := out[i].continues(f); ok && d < least {
				best, least = i, d
			}
		}
		if best < 0 {
			out = append(out, f)
			continue
		}
		out[best].absorb(f)
	}
	r.flights = out
}

// continues says whether g goes on with the flight f, and how far, in metres, their forecasts of the gap's middle part.
func (f *flight) continues(g *flight) (float64, bool) {
	end, begin := &f.fixes[len(f.fixes)-1], &g.fixes[0]
	gap := begin.time.Sub(end.time)
	same := f.address != 0 && f.address == g.address
	if f.address != 0 && g.address != 0 && !same || gap > longestSilence || !same && gap > 40 {
		return 0, false
	}
	if !same && f.has&g.has&entente.HasModeA != 0 && f.modeA != g.modeA {
		return 0, false
	}
	if gap < 0 {
		return f.beside(g)
	}
	m := end.time.Add(gap / 2)
	a, b := end.p.plus(gap/2, &end.v), begin.p.plus(-gap/2, &begin.v)
	d := a.plus(-1, &b)
	dist := d.norm()
	_ = m
	limit := 3*(end.sigma+begin.sigma) + 2*gap*gap/4
	if same {
		limit += 300 * gap / 2
	} else {
		limit = min(limit, 2500)
	}
	if !f.levelled || !g.levelled {
		limit += 1500
	}
	return dist, dist < limit
}

// beside says whether two flights of overlapping times fly as one.
func (f *flight) beside(g *flight) (float64, bool) {
	to := min(f.fixes[len(f.fixes)-1].time, g.fixes[len(g.fixes)-1].time)
	from := g.fixes[0].time
	n, sum, limit := 0, 0.0, 0.0
	for k := range 9 {
		t := from.Add(to.Sub(from) * float64(k) / 8)
		a, ok := f.at(t)
		b, ok2 := g.at(t)
		if !ok || !ok2 {
			continue
		}
		d := a.p.plus(-1, &b.p)
		n++
		sum += d.norm()
		limit += 3 * (a.sigma + b.sigma)
	}
	if n == 0 || to.Sub(from) < 8 && (f.address == 0 || f.address != g.address) {
		return 0, false
	}
	if f.address != 0 && f.address == g.address {
		limit = 4*limit + 1000*float64(n)
	} else {
		limit /= 3
	}
	return sum / float64(n), sum < limit
}

// absorb adds the fixes of g beyond those of f; in the overlap those of f stand.
func (f *flight) absorb(g *flight) {
	end := f.fixes[len(f.fixes)-1].time
	for i := range g.fixes {
		if g.fixes[i].time > end {
			f.fixes = append(f.fixes, g.fixes[i])
		}
	}
	f.has |= g.has
	f.levelled = f.levelled || g.levelled
	if f.address == 0 {
		f.address = g.address
	}
	if f.has&entente.HasModeA != 0 && f.modeA == 0 {
		f.modeA = g.modeA
	}
}

// vote sets the identity that most of the flight's plots tell.
func (f *flight) vote() {
	addresses, codes, names := map[entente.Address]int{}, map[entente.ModeA]int{}, map[entente.Callsign]int{}
	f.has = 0
	for i := range f.plots {
		p := &f.plots[i]
		if !f.use[i] {
			continue
		}
		f.has |= p.Has & (entente.HasAltitude | entente.HasPressureAltitude)
		if p.Address != 0 {
			addresses[p.Address]++
		}
		if p.Is(entente.HasModeA) {
			codes[p.ModeA]++
		}
		if p.Callsign != (entente.Callsign{}) {
			names[p.Callsign]++
		}
	}
	f.address, _ = most(addresses, func(a, b entente.Address) int { return cmp.Compare(a, b) })
	f.callsign, _ = most(names, func(a, b entente.Callsign) int { return slices.Compare(a[:], b[:]) })
	var ok bool
	if f.modeA, ok = most(codes, func(a, b entente.ModeA) int { return cmp.Compare(a, b) }); ok {
		f.has |= entente.HasModeA
	}
	f.levelled = f.has&(entente.HasAltitude|entente.HasPressureAltitude) != 0
}

// most is the most frequent key, the least of several.
func most[K comparable](count map[K]int, compare func(a, b K) int) (best K, ok bool) {
	for k, n := range count {
		if !ok || n > count[best] || n == count[best] && compare(k, best) < 0 {
			best, ok = k, true
		}
	}
	return best, ok
}

// Bounds of rejection: a component off by so many sigma squared, a height off by so many metres.
const (
	outlier      = 4.5 * 4.5
	heightsApart = 200.0
)

// smooth runs the smoother over the flight's plots, rejects outliers and, where there were any, runs it again.
func (f *flight) smooth(m *smoother, r *reconstructor) {
	f.rejected = 0
	f.use = append(f.use[:0], make([]bool, len(f.plots))...)
	for i := range f.use {
		f.use[i] = true
	}
	for range 3 {
		i := slices.Index(f.use, true)
		if i < 0 || len(f.plots)-f.rejected < 2 {
			f.fixes = nil
			return
		}
		m.forth(r.sites, r.siteOf, f.plots[i:], f.use[i:], f.guess(f.plots[i].Time))
		m.back()
		if n := f.reject(m, r, i); n == 0 {
			break
		}
	}
	f.settle(m)
}

// guess is a diffuse state at the first plot.
func (f *flight) guess(t entente.Instant) (k kinematic) {
	near := &f.fixes[0]
	if a, ok := f.at(t); ok {
		near = &a
	}
	k.p, k.v = near.p, near.v
	u := upAt(&k.p)
	up := 2500.0
	if f.levelled {
		up = 500
	}
	k.pp = mat{9e6, 0, 0, 0, 9e6, 0, 0, 0, 9e6}
	k.pp.outer(up*up-9e6, &u, &u)
	k.vv = mat{4e4, 0, 0, 0, 4e4, 0, 0, 0, 4e4}
	k.vv.outer(15*15-4e4, &u, &u)
	return k
}

// reject marks the plots, from the one at offset on, that the smoothed flight says are outliers, and drops heights that
// cannot be its own.
func (f *flight) reject(m *smoother, r *reconstructor, offset int) (n int) {
	for k := range m.steps {
		if m.steps[k].plot < 0 {
			continue
		}
		i := offset + int(m.steps[k].plot)
		p := &f.plots[i]
		s := &m.mean[k]
		m.read = r.sites[r.siteOf[p.Sensor]].readings(p, &s.p, m.read[:0])
		for c := range m.read {
			d := &m.read[c]
			if c == 2 {
				if math.Abs(d.y) > heightsApart {
					p.Has &^= entente.HasAltitude | entente.HasPressureAltitude
					n++
				}
				continue
			}
			// what a smoother leaves of a plot that it used has the variance R − H·P·Hᵀ
			if g := s.pp.times(&d.g); d.y*d.y > outlier*max(d.r-g.dot(&d.g), d.r/4) && f.use[i] {
				f.use[i] = false
				f.rejected++
				n++
			}
		}
	}
	return n
}

// settle takes the smoothed steps as the flight's fixes.
func (f *flight) settle(m *smoother) {
	f.fixes = f.fixes[:0]
	for k := range m.steps {
		s := &m.mean[k]
		a := axes(geo.ECEF{X: s.p[0], Y: s.p[1], Z: s.p[2]}.LLA())
		c := s.local(&a)
		f.fixes = append(f.fixes, fix{time: m.steps[k].time, p: s.p, v: s.v, covariance: c,
			sigma: math.Sqrt(max(0, c.At(0, 0), c.At(1, 1))), up: math.Sqrt(max(0, c.At(2, 2)))})
	}
}
