package sim

import (
	"math"
	"math/rand/v2"
	"slices"

	"entente"
	"entente/asterix"
	"entente/geo"
)

const (
	sectors  = 32
	ring     = 256                  // sectors that looks are planned ahead
	maxRho   = 65535 * 1852 / 256.0 // metres, ASTERIX 048/040
	cone     = math.Pi / 4          // elevation above which a radar does not look
	datagram = 1400                 // octets, so that no network splits one
)

// radarSite is a radar at work. Its antenna passes north at the time zero and turns evenly.
type radarSite struct {
	*Radar
	frame  geo.Frame
	ecef   geo.ECEF
	start  entente.Instant // nothing is seen before
	zero   entente.Instant
	index  int64           // of the sector under the antenna, since zero
	due    entente.Instant // when it ends
	plan   [ring][]int     // flights to be looked at, by sector modulo ring
	looks  []look          // of the sector that ends
	rng    *rand.Rand
	writer radarWriter
	bytes  []byte
}

// look is one aircraft under the antenna.
type look struct {
	time      entente.Instant
	flight    *flight
	fix       fix
	polar     geo.Polar
	primary   bool // seen by the primary radar
	secondary bool // answered the interrogation
}

func newRadarSite(r *Radar, seed uint64, start entente.Instant, flights int) (*radarSite, error) {
	s := &radarSite{Radar: r, frame: geo.NewFrame(geo.Degrees(r.Lat, r.Lon, r.Height)), ecef: geo.Degrees(r.Lat, r.Lon, r.Height).ECEF(), rng: generator(seed, 0x7261646172), start: start}
	s.zero = start.Add(-s.rng.Float64() * r.Period)
	s.index = int64(start.Sub(s.zero) / r.Period * sectors)
	s.due = s.endOf(s.index)
	room := flights/8 + 8 // more is rarely under the antenna at once
	all := make([]int, ring*room)
	for i := range s.plan {
		s.plan[i] = all[i*room : i*room : (i+1)*room]
	}
	for i := range flights {
		s.plan[s.index%ring] = append(s.plan[s.index%ring], i) // all are looked for in the first sector
	}
	return s, s.writer.begin(r)
}

// endOf returns when a sector ends.
func (s *radarSite) endOf(index int64) entente.Instant {
	return s.zero.Add(float64(index+1) * s.Period / sectors)
}

// sector looks at all aircraft planned for the sector that ends, and sends their plots and the sector message.
func (s *radarSite) sector(flights []flight, emit Emit) {
	slot := s.index % ring
	s.looks = s.looks[:0]
	planned := s.plan[slot]
	for _, i := range planned {
		next := s.look(&flights[i])
		at := (s.index + next) % ring
		s.plan[at] = append(s.plan[at], i)
	}
	s.plan[slot] = planned[:0]
	slices.SortFunc(s.looks, func(a, b look) int {
		switch {
		case a.time < b.time:
			return -1
		case a.time > b.time:
			return 1
		}
		return 0
	})
	s.report(emit)
	s.index++
	s.due = s.endOf(s.index)
}

// look finds when the antenna points at a flight and, when that is in this sector, what the radar sees. It returns in
// how many sectors to look for it again: one early, as it may move against the antenna.
func (s *radarSite) look(f *flight) int64 {
	const turn = sectors - 1
	away := distance(s.ecef, f.ecef) - s.MaxRange
	if !f.aloft || away > 0 {
		// Nothing flies faster than 400 m/s.
		return turn + sectors*int64(clamp(math.Max(away, 0)/(400*s.Period), ring/sectors-2))
	}
	begin := s.endOf(s.index - 1)
	t := begin
	var p fix
	var polar geo.Polar
	for range 2 {
		p = f.at(t)
		polar = s.frame.Look(p.LLA)
		ahead := polar.Azimuth/(2*math.Pi)*sectors - float64(s.index%sectors)
		ahead -= math.Floor(ahead/sectors) * sectors // in sectors from the start of this one, 0 to 32
		if ahead > sectors-0.5 {
			ahead = 0 // just slipped behind the antenna
		}
		if ahead >= 1 {
			return int64(ahead)
		}
		t = begin.Add(ahead * s.Period / sectors)
	}
	if t < s.start {
		return turn
	}
	p = f.at(t)
	polar = s.frame.Look(p.LLA)
	primary, secondary := s.visible(f, p, polar)
	l := look{time: t, flight: f, fix: p, polar: polar}
	l.primary = primary && s.rng.Float64() < s.primaryPD()
	l.secondary = secondary && s.rng.Float64() < s.PD
	if l.primary || l.secondary {
		l.polar.Range += s.rng.NormFloat64() * s.RangeSigma
		l.polar.Azimuth = geo.WrapAzimuth(l.polar.Azimuth + s.rng.NormFloat64()*s.AzimuthSigma*degree)
		if l.polar.Range > 0 && l.polar.Range < maxRho {
			s.looks = append(s.looks, l)
		}
	}
	return turn
}

func (s *radarSite) primaryPD() float64 {
	if s.Kind == entente.PSR {
		return s.PD
	}
	return s.PrimaryPD
}

// coverage says which radar of the mast could see a flight at p.
func (s *radarSite) coverage(f *flight, p fix) (primary, secondary bool) {
	return s.visible(f, p, s.frame.Look(p.LLA))
}

func (s *radarSite) visible(f *flight, p fix, polar geo.Polar) (primary, secondary bool) {
	if polar.Range > s.MaxRange || polar.Elevation > cone || polar.Range > geo.RadarHorizon(s.Height, p.Height) {
		return false, false
	}
	primary = s.Kind == entente.PSR || s.Primary && polar.Range <= s.PrimaryRange
	switch s.Kind {
	case entente.SSR:
		secondary = f.transponder != noTransponder
	case entente.ModeS:
		secondary = f.transponder != noTransponder
	}
	return primary, secondary
}

// report sends the plots of the sector that ends and the message of the next.
func (s *radarSite) report(emit Emit) {
	s.bytes = s.bytes[:0]
	for i := range s.looks {
		if len(s.bytes) == 0 {
			s.bytes = asterix.BeginBlock(s.bytes, 48)
		}
		s.bytes = s.writer.plot(s.bytes, s.Radar, &s.looks[i])
		if len(s.bytes) > datagram-80 {
			s.flush(emit)
		}
	}
	s.flush(emit)
	s.bytes = asterix.BeginBlock(s.bytes, 34)
	next := int((s.index + 1) % sectors)
	if next == 0 {
		s.bytes = s.writer.north(s.bytes, s.Radar, s.due)
	}
	s.bytes = s.writer.sector(s.bytes, s.due, next)
	s.flush(emit)
}

// flush closes the block and sends it.
func (s *radarSite) flush(emit Emit) {
	if len(s.bytes) == 0 {
		return
	}
	if err := asterix.EndBlock(s.bytes, 0); err == nil { // a datagram is far below the limit
		emit(s.Feed, s.due, s.bytes)
	}
	s.bytes = s.bytes[:0]
}
