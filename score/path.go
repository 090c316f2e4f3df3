package score

import (
	"math"
	"sort"
)

// path is one target's rows in order of time.
type path []truthRow

// longestGap is how far apart, in seconds, two rows of a target may be to be joined: beyond it nobody saw it.
const longestGap = 30.0

// paths splits the truth by target.
func (t *Truth) paths() []path {
	out := make([]path, len(t.names))
	n := make([]int, len(t.names))
	for i := range t.rows {
		n[t.rows[i].target]++
	}
	all := make([]truthRow, len(t.rows))
	from := 0
	for k, c := range n {
		out[k] = path(all[from : from : from+c])
		from += c
	}
	for _, w := range t.rows {
		out[w.target] = append(out[w.target], w)
	}
	return out
}

// moment is where a target was at any time.
type moment struct {
	lat, lon, altitude float64
	ve, vn, vu         float64 // metres a second
	turn               float64 // radians a second, positive to the left
	pee, pen, pnn      float64
}

// at returns the target at a time between two of its rows, by the cubic through their places and velocities.
func (p path) at(t float64) (m moment, ok bool) {
	n := len(p)
	if n == 0 || t < p[0].time || t > p[n-1].time {
		return m, false
	}
	k := sort.Search(n, func(i int) bool { return p[i].time > t }) - 1
	if k == n-1 {
		k--
	}
	if k < 0 || p[k].time == t {
		a := &p[max(k, 0)]
		m = moment{lat: a.lat, lon: a.lon, altitude: a.altitude, ve: a.ve, vn: a.vn, pee: a.pee, pen: a.pen, pnn: a.pnn}
		if k < 0 {
			return m, true
		}
	}
	a, b := &p[k], &p[k+1]
	h := b.time - a.time
	if h > longestGap {
		return m, p[k].time == t || b.time == t
	}
	m.between(a, b, (t-a.time)/h, h)
	return m, true
}

// between fills m at the share s of the h seconds from a to b.
func (m *moment) between(a, b *truthRow, s, h float64) {
	north, east := perRadian((a.lat + b.lat) / 2)
	s2, s3 := s*s, s*s*s
	dn, de := (b.lat-a.lat)*north, math.Remainder(b.lon-a.lon, 2*math.Pi)*east
	up, ga, gb := 3*s2-2*s3, s-2*s2+s3, s3-s2
	m.lat = a.lat + (dn*up+h*(ga*a.vn+gb*b.vn))/north
	m.lon = a.lon + (de*up+h*(ga*a.ve+gb*b.ve))/east
	m.vn = dn*(6*s-6*s2)/h + (1-4*s+3*s2)*a.vn + (3*s2-2*s)*b.vn
	m.ve = de*(6*s-6*s2)/h + (1-4*s+3*s2)*a.ve + (3*s2-2*s)*b.ve
	m.altitude, m.vu = a.altitude+s*(b.altitude-a.altitude), (b.altitude-a.altitude)/h
	m.pee, m.pen, m.pnn = a.pee+s*(b.pee-a.pee), a.pen+s*(b.pen-a.pen), a.pnn+s*(b.pnn-a.pnn)
	if speed := (a.ve*a.ve + a.vn*a.vn) * (b.ve*b.ve + b.vn*b.vn); speed > 1 {
		m.turn = math.Asin(max(-1, min(1, (a.ve*b.vn-a.vn*b.ve)/math.Sqrt(speed)))) / h
	}
}

// moving says whether the target turns at a degree a second or more, and whether it climbs or descends at 300 ft a minute
// or more.
func (m *moment) moving() (turning, climbing bool) {
	const turnLimit, climbLimit = 1.0 * math.Pi / 180, 300 * foot / 60
	return math.Abs(m.turn) >= turnLimit, math.Abs(m.vu) >= climbLimit
}

// Units of the requirements.
const (
	foot         = 0.3048
	nauticalMile = 1852.0
)
