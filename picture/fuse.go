package picture

import (
	"cmp"
	"math"

	"entente"
)

// correlated is the share of the errors of two members' estimates of one aircraft that may be common to both in a way
// nobody knows: the aircraft's own motion, which neither foresaw, and what the aircraft says of itself to both.
const correlated = 0.5

// fusion sums estimates of one aircraft by split covariance intersection (Julier and Uhlmann 2001): of each covariance
// the share that may be common is intersected, the rest adds. With shares w that sum to one, estimate i counts
// 1 / (1 − ρ + ρ/w) of its information: plain covariance intersection at ρ = 1, independence at ρ = 0. It is never
// surer than is right while no more than ρ is common. The shares are those of Niehsen (2002), inverse to the traces: no
// search, and no order. See docs/decisions/0140.
type fusion struct {
	information entente.Covariance
	y           [6]float64 // Σ a Pᵢ⁻¹ xᵢ, xᵢ seen from the leading track
	count       int
}

// weight of an estimate before all weights are made to sum to one.
func weight(m *motion) float64 { return 1 / (m.p.At(0, 0) + m.p.At(1, 1)) }

// part is how much of its information an estimate with the share w of the weights counts.
func part(w, rho float64) float64 { return 1 / (1 - rho + rho/w) }

// add takes in o, seen from lead, with a of its information. False when its covariance is none.
func (f *fusion) add(lead, o *motion, a float64) bool {
	var l factor
	if !l.decompose(&o.p) {
		return false
	}
	inv := l.invert()
	e, n := lead.offset(o)
	x := [6]float64{e, n, o.height - lead.height, o.ve, o.vn, o.vu}
	for i := range 6 {
		s := 0.0
		for j := range 6 {
			s += inv.At(i, j) * x[j]
		}
		f.y[i] += a * s
	}
	for i := range inv {
		f.information[i] += a * inv[i]
	}
	f.count++
	return true
}

// result moves t, which is at lead, to the fused state.
func (f *fusion) result(lead *motion, t *entente.Track) {
	var l factor
	if !l.decompose(&f.information) {
		return
	}
	t.Covariance = l.invert()
	var x [6]float64
	for i := range 6 {
		for j := range 6 {
			x[i] += t.Covariance.At(i, j) * f.y[j]
		}
	}
	t.Lat, t.Lon = lead.shifted(x[0], x[1])
	t.Height = lead.height + x[2]
	t.VE, t.VN, t.VU = x[3], x[4], x[5]
}

// fuse works out what an entry shows at the picture's time.
func (p *Picture) fuse(e *entry) {
	p.judge(e)
	p.chooseLead(e)
	e.hidden = p.lonely(e) || p.absent(e)
	lead := &p.contributions[e.lead]
	t := lead.track
	t.Time = p.now
	t.Lat, t.Lon, t.Height, t.VE, t.VN, t.VU, t.Covariance = lead.at.lat, lead.at.lon, lead.at.height, lead.at.ve, lead.at.vn, lead.at.vu, lead.at.p
	t.Origin = p.sources[lead.source].member
	if len(e.parts) > 1 {
		p.intersect(e, lead, &t)
	}
	t.Sensors, t.State = 0, max(t.State, entente.Confirmed) // two single looks that agree are an aircraft
	for _, i := range e.parts {
		if c := &p.contributions[i]; c.aside == fusedIn || i == e.lead {
			p.know(&t, c)
		}
	}
	e.fused = t
	e.conflict = p.conflict(e)
	p.recall(e)
	if !e.person {
		id := Identify(p.config.Rules, &t)
		if id.Identity != e.identity.Identity || id.Criterion != e.identity.Criterion {
			e.identity = id
		}
	}
}

// lonely says whether an entry is no more than the single look of one sensor.
func (p *Picture) lonely(e *entry) bool {
	source := int32(-1)
	for _, i := range e.parts {
		switch c := &p.contributions[i]; {
		case !c.first(), source >= 0 && c.source != source:
			return false
		default:
			source = c.source
		}
	}
	return true
}

// intersect fuses the parts into t. Single looks have nothing in common with one another nor with other members' tracks:
// they count in full.
func (p *Picture) intersect(e *entry, lead *contribution, t *entente.Track) {
	sum := 0.0
	for _, i := range e.parts {
		if c := &p.contributions[i]; c.aside == fusedIn && !c.first() {
			sum += weight(&c.at)
		}
	}
	var f fusion
	for _, i := range e.parts {
		switch c := &p.contributions[i]; {
		case c.aside != fusedIn:
		case c.first():
			f.add(&lead.at, &c.at, 1)
		default:
			f.add(&lead.at, &c.at, part(weight(&c.at)/sum, correlated))
		}
	}
	if f.count > 1 {
		f.result(&lead.at, t)
	}
}

// chooseLead keeps the leading part unless another is twice as accurate or the lead has gone or been put aside.
func (p *Picture) chooseLead(e *entry) {
	if len(e.parts) == 1 {
		return
	}
	spread := func(i int32) float64 {
		c := &p.contributions[i]
		s := c.at.p.At(0, 0) + c.at.p.At(1, 1)
		if c.aside != fusedIn {
			s = math.Inf(1)
		}
		return s
	}
	best := e.parts[0]
	for _, i := range e.parts[1:] {
		if spread(i) < spread(best) {
			best = i
		}
	}
	if spread(best)*4 < spread(e.lead) {
		e.lead = best
	}
}

// know adds to t what one part knows beside the state.
func (p *Picture) know(t *entente.Track, c *contribution) {
	o := &c.track
	t.Updated, t.Started = max(t.Updated, o.Updated), min(t.Started, o.Started)
	if t.State != entente.Confirmed && o.State >= entente.Confirmed {
		t.State = o.State
	}
	if t.Address == 0 {
		t.Address = o.Address
	}
	if t.Callsign == (entente.Callsign{}) {
		t.Callsign = o.Callsign
	}
	if !t.Is(entente.HasModeA) && o.Is(entente.HasModeA) {
		t.ModeA = o.ModeA
	}
	if !t.Is(entente.HasPressureAltitude) && o.Is(entente.HasPressureAltitude) {
		t.PressureAltitude = o.PressureAltitude
	}
	t.Has |= o.Has
	if c.source == 0 {
		t.Sensors = o.Sensors // bits of another node's sensors mean nothing here
	}
}

// reference is that of the part that started first.
func (p *Picture) reference(e *entry) entente.Reference {
	var of *contribution
	for _, i := range e.parts {
		c := &p.contributions[i]
		if c.first() {
			continue
		}
		if of == nil || cmp.Or(cmp.Compare(c.track.Started, of.track.Started),
			cmp.Compare(p.sources[c.source].member, p.sources[of.source].member), cmp.Compare(c.track.ID, of.track.ID)) < 0 {
			of = c
		}
	}
	if of == nil {
		return entente.Reference{}
	}
	return entente.Reference{Member: p.sources[of.source].member, Track: of.track.ID}
}
