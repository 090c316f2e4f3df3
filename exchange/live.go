package exchange

import (
	"sync"

	"github.com/nats-io/nats.go"

	"entente"
)

// liveSender seals and publishes live batches to one partner.
type liveSender struct {
	mu      sync.Mutex // guards all below: one batch at a time, numbered in order
	nc      *nats.Conn
	epoch   uint64
	seq     uint64
	label   []byte
	payload []byte
	raw     []byte
}

func (x *Exchange) sendLive(p *partner, tracks []entente.Track, label entente.Label) error {
	s := &p.live
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.label, err = appendLabel(s.label[:0], label); err != nil {
		return err
	}
	for len(tracks) > 0 {
		n := min(len(tracks), MaxBatch)
		if s.payload, err = AppendTracks(s.payload[:0], tracks[:n]); err != nil {
			return err
		}
		s.seq++
		now := entente.At(x.cfg.Clock())
		h := header{kind: kindLive, to: p.member, stream: "live", pos: Position{Epoch: s.epoch, Seq: s.seq}, created: now, typ: tracksType}
		if s.raw, err = seal(s.raw[:0], x.cfg.Self, h, s.label, s.payload); err != nil {
			return err
		}
		if err := s.nc.Publish(liveSubject(x.cfg.Self.Member()), s.raw); err != nil {
			return err
		}
		tracks = tracks[n:]
		p.status.with(func(l *Link) { l.SentLive++ })
	}
	return nil
}

// ring keeps the newest messages when its reader is slower than the line.
type ring struct {
	mu      sync.Mutex // guards list
	list    [][]byte
	ready   chan struct{}
	dropped uint64
}

const ringSize = 64

func newRing() *ring { return &ring{ready: make(chan struct{}, 1)} }

// put adds a message, in place of the oldest when full.
func (r *ring) put(b []byte) {
	r.mu.Lock()
	if len(r.list) == ringSize {
		r.list = append(r.list[:0], r.list[1:]...)
		r.dropped++
	}
	r.list = append(r.list, b)
	r.mu.Unlock()
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

// drain returns what waits, and how many were dropped since.
func (r *ring) drain(into [][]byte) ([][]byte, uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	into = append(into[:0], r.list...)
	clear(r.list)
	r.list = r.list[:0]
	d := r.dropped
	r.dropped = 0
	return into, d
}
