package exchange

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"entente"
)

// live hears the partner's live batches until ctx ends. The line's callback only fills a ring, so that the server never
// finds us slow; the work is done here.
func (r *reader) live(ctx context.Context, nc *nats.Conn, cancel context.CancelCauseFunc) {
	buf := newRing()
	sub, err := nc.Subscribe(liveInterest(r.from), func(m *nats.Msg) { buf.put(m.Data) })
	if err != nil {
		cancel(err)
		return
	}
	defer sub.Unsubscribe() //nolint:errcheck // the connection is closed next
	quota := newBucket(r.cfg.Limits.LivePerSecond)
	var list [][]byte
	for {
		select {
		case <-ctx.Done():
			return
		case <-buf.ready:
		}
		var dropped uint64
		list, dropped = buf.drain(list)
		if dropped > 0 {
			r.st.with(func(l *Link) { l.LostLive += dropped })
		}
		for _, raw := range list {
			if quota.take(time.Now()) > 0 {
				r.st.refuse(refuse(OverQuota, "more than %.0f live batches a second", r.cfg.Limits.LivePerSecond))
				continue
			}
			r.hear(raw)
		}
	}
}

// hear judges one batch and hands it on.
func (r *reader) hear(raw []byte) {
	now := r.now()
	b, ref := r.ears.live(raw, now)
	if ref != nil {
		r.st.refuse(ref)
		return
	}
	r.st.with(func(l *Link) {
		l.RecvLive++
		l.Tracks += uint64(len(b.tracks))
		l.LostLive += b.lost
		l.LastLive = now
		l.Clock = r.ahead.add(now, b.created)
	})
	if r.cfg.OnLive != nil {
		r.cfg.OnLive(r.from, b.label, b.tracks, now)
	}
}

// skew keeps the smallest delay seen in the last minute or two: what is left of it when a batch comes at once is the
// difference of the clocks.
type skew struct {
	since     entente.Instant
	now, last float64 // seconds the partner is ahead, in this span and the one before
	has       bool
}

func (s *skew) add(now, created entente.Instant) float64 {
	ahead := created.Sub(now)
	switch {
	case !s.has:
		*s = skew{now, ahead, ahead, true}
	case now.Sub(s.since) > 60:
		s.last, s.now, s.since = s.now, ahead, now
	}
	s.now = max(s.now, ahead)
	return max(s.now, s.last)
}
