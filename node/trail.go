package node

import (
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
	points []web.TrailPoint // a ring once it is full
	next   int
	last   entente.Entry
	seen   entente.Instant
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
	if n := len(tr.points); n > 0 && p.Time.Sub(tr.newest().Time) < trailEvery {
		return
	}
	if len(tr.points) < trailPoints {
		tr.points = append(tr.points, p)
		return
	}
	tr.points[tr.next] = p
	tr.next = (tr.next + 1) % trailPoints
}

func (tr *trail) newest() web.TrailPoint {
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
		if p := tr.points[(tr.next+i)%len(tr.points)]; p.Time >= from {
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
