package node

import (
	"math"
	"slices"
	"sync"

	"entente"
	"entente/web"
)

const (
	trailPoints = 720 // one each trailEvery seconds: an hour
	trailEvery  = 5.0 // seconds between kept points
	trailKeep   = 300 // seconds an entry that left the picture is still shown
)

// trails keeps where each entry of the picture has been of late, and the entry itself shortly after it left.
type trails struct {
	mu   sync.Mutex // guards what is below
	byID map[uint32]*trail
}

type trail struct {
	points []footprint // a ring once it is full
	next   int
	last   entente.Entry
	seen   entente.Instant
}

// footprint is a trail point in 20 bytes: with 20,000 aircraft an hour of plain ones would be half a gigabyte.
type footprint struct {
	time     uint32 // hundredths of a second since 1970, its low 32 bits: a trail spans far less than their 497 days
	lat, lon int32  // 2⁻³¹ of half a turn, under 1 cm
	height   float32
	coasting bool
}

const (
	footprintTick  = entente.Second / 100
	footprintAngle = math.Pi / (1 << 31)
)

func footprintOf(p web.TrailPoint) footprint {
	angle := func(v float64) int32 {
		return int32(max(math.MinInt32, min(math.MaxInt32, math.Round(v/footprintAngle))))
	}
	return footprint{uint32(p.Time / footprintTick), angle(p.Lat), angle(p.Lon), float32(p.Height), p.Coasting}
}

// point gives it back; near is a time within 248 days of it.
func (f footprint) point(near entente.Instant) web.TrailPoint {
	n := int64(near / footprintTick)
	t := n + int64(int32(f.time-uint32(n)))
	return web.TrailPoint{Time: entente.Instant(t) * footprintTick, Lat: float64(f.lat) * footprintAngle, Lon: float64(f.lon) * footprintAngle,
		Height: float64(f.height), Coasting: f.coasting}
}

func newTrails() *trails { return &trails{byID: map[uint32]*trail{}} }

// observe takes the picture as it stands at now and forgets what left it long ago.
func (t *trails) observe(entries []entente.Entry, now entente.Instant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range entries {
		e := &entries[i]
		tr := t.byID[e.Number]
		if tr == nil {
			tr = &trail{}
			t.byID[e.Number] = tr
		}
		own := append(tr.last.Contributions[:0], e.Contributions...) // the caller uses the entry's space again
		tr.last, tr.seen = *e, now
		tr.last.Contributions = own
		tr.add(web.TrailPoint{Time: e.Track.Time, Lat: e.Track.Lat, Lon: e.Track.Lon, Height: e.Track.Height,
			Coasting: e.Track.State == entente.Coasting})
	}
	for id, tr := range t.byID {
		if now.Sub(tr.seen) > trailKeep {
			delete(t.byID, id)
		}
	}
}

func (tr *trail) add(p web.TrailPoint) {
	if n := len(tr.points); n > 0 && p.Time.Sub(tr.newest().point(p.Time).Time) < trailEvery-0.005 {
		return
	}
	f := footprintOf(p)
	if len(tr.points) < trailPoints {
		tr.points = append(tr.points, f)
		return
	}
	tr.points[tr.next] = f
	tr.next = (tr.next + 1) % trailPoints
}

func (tr *trail) newest() footprint {
	if len(tr.points) < trailPoints {
		return tr.points[len(tr.points)-1]
	}
	return tr.points[(tr.next+trailPoints-1)%trailPoints]
}

// since returns the points of the entry not older than from, oldest first.
func (t *trails) since(number uint32, from entente.Instant) []web.TrailPoint {
	t.mu.Lock()
	defer t.mu.Unlock()
	tr := t.byID[number]
	if tr == nil {
		return nil
	}
	out := make([]web.TrailPoint, 0, len(tr.points))
	for i := range tr.points {
		if p := tr.points[(tr.next+i)%len(tr.points)].point(tr.seen); p.Time >= from {
			out = append(out, p)
		}
	}
	return out
}

// entry returns the entry as last seen.
func (t *trails) entry(number uint32) (entente.Entry, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	tr := t.byID[number]
	if tr == nil {
		return entente.Entry{}, false
	}
	e := tr.last
	e.Contributions = slices.Clone(e.Contributions)
	return e, true
}
