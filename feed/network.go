package feed

import (
	"sync"

	"entente"
	"entente/modes"
)

// network is the sky that the receivers of one sensor share: several feeds that name the same sensor, or the peers of a
// listening feed. Each frame counts once, whoever heard it first, and even and odd positions meet though different
// receivers heard them.
type network struct {
	mu     sync.Mutex // guards what follows
	sky    *modes.Receiver
	copies *modes.Dedup // nil for a recording, whose receiver is one
}

func newNetwork(s entente.Sensor, live bool) *network {
	o := modes.Options{Lat: s.Lat / radian, Lon: s.Lon / radian, HasSite: s.Lat != 0 || s.Lon != 0}
	if o.HasSite && s.MaxRange > 0 {
		o.MaxRange = s.MaxRange * 1.1
	}
	n := &network{sky: modes.NewReceiver(o)}
	if live {
		n.copies = modes.NewDedup(0, 0)
	}
	return n
}

// sighting is what became of a message.
type sighting struct {
	report  modes.Report
	placed  bool
	refused string // metric's label, empty when the message counts
}

// take gives a message heard at t to the sky, unless another receiver's copy of it came before.
func (n *network) take(m *modes.Message, t entente.Instant) (s sighting) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.copies != nil && n.copies.Copy(m.Bytes(), m.Origin, int64(t)) {
		return sighting{refused: "receiver_copy"}
	}
	before := n.sky.Counters
	s.report, s.placed = n.sky.Take(m, int64(t))
	now := &n.sky.Counters
	switch {
	case now.UnknownAddress != before.UnknownAddress:
		s.refused = "unknown_address"
	case now.Jumps != before.Jumps:
		s.refused = "position_jump"
	case now.OutOfRange != before.OutOfRange:
		s.refused = "position_out_of_range"
	}
	return s
}

// network returns the shared sky of a sensor, made when its first receiver asks.
func (r *Registry) network(s entente.Sensor) *network {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.networks[s.ID]
	if n == nil {
		n = newNetwork(s, true)
		if r.networks == nil {
			r.networks = map[entente.SensorID]*network{}
		}
		r.networks[s.ID] = n
	}
	return n
}
