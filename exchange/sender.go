package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"entente"
)

// window is how many items are on their way to the carrier at once.
const window = 256

// sender moves one partner's items from the outbox into its stream, in order and each once.
type sender struct {
	cfg  *Config
	to   entente.MemberID
	nc   *nats.Conn
	js   jetstream.JetStream
	st   *status
	wake chan struct{}
	last uint64  // of the stream, as this sender knows it
	disk *syncer // nil: the server syncs in its own time
}

func newSender(cfg *Config, c *carrier, to entente.MemberID, st *status) (*sender, error) {
	nc, err := c.own(to)
	if err != nil {
		return nil, err
	}
	js, err := jetstream.New(nc, jetstream.WithPublishAsyncMaxPending(2*window))
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("connecting to the carrier for %s: %w", to, err)
	}
	s := &sender{cfg: cfg, to: to, nc: nc, js: js, st: st, wake: make(chan struct{}, 1)}
	if !cfg.LazySync {
		s.disk = newSyncer(cfg.Dir, accountOf(to))
	}
	return s, nil
}

// run works until ctx ends. Any failure starts it over from what the stream really holds.
func (s *sender) run(ctx context.Context) {
	defer s.nc.Close()
	for ctx.Err() == nil {
		err := s.work(ctx)
		if ctx.Err() != nil {
			return
		}
		s.st.fail(err)
		s.cfg.Log.Warn("sending stopped, will go on", "partner", s.to, "error", err)
		wait := 200 * time.Millisecond
		if _, rolledBack := errors.AsType[*entente.Error](err); rolledBack {
			wait = 5 * time.Second
		}
		sleep(ctx, wait)
	}
}

func (s *sender) work(ctx context.Context) error {
	stream, err := s.stream(ctx)
	if err != nil {
		return err
	}
	if err := s.settle(ctx, stream); err != nil {
		return err
	}
	for {
		list, err := s.cfg.Outbox.Pending(ctx, s.to, window)
		if err != nil {
			return fmt.Errorf("reading the outbox for %s: %w", s.to, err)
		}
		if len(list) > 0 {
			if err := s.publish(ctx, list); err != nil {
				return err
			}
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.wake:
		case <-time.After(5 * time.Second): // another process may have filled the outbox
		}
	}
}

// stream opens the partner's stream. It is not broken off by the end of ctx: a server that is stopped while it makes a
// stream leaves that stream's files open and its goroutines running.
func (s *sender) stream(ctx context.Context) (jetstream.Stream, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	stream, err := s.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name: outStream, Subjects: []string{outSubject + ">"}, Storage: jetstream.FileStorage,
		Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, MaxBytes: s.cfg.Limits.StreamBytes,
		MaxMsgSize: int32(s.cfg.Limits.Item + 4096), DenyDelete: true, DenyPurge: true, MaxConsumers: 16,
	})
	if err != nil {
		return nil, fmt.Errorf("opening the stream for %s: %w", s.to, err)
	}
	return stream, nil
}

// settle acknowledges what the stream holds already, after a stop between its storing and our noting it.
func (s *sender) settle(ctx context.Context, stream jetstream.Stream) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	info, err := stream.Info(ctx)
	if err != nil {
		return fmt.Errorf("reading the stream for %s: %w", s.to, err)
	}
	s.last = info.State.LastSeq
	if s.disk != nil && s.last > 0 {
		if err := s.disk.sync(); err != nil { // what a stop left in the server's hands
			return err
		}
	}
	list, err := s.cfg.Outbox.Pending(ctx, s.to, 4*window) // more than are ever stored and not noted
	if err != nil {
		return fmt.Errorf("reading the outbox for %s: %w", s.to, err)
	}
	asked := map[string]bool{}
	for _, p := range list {
		if asked[p.Stream] {
			continue
		}
		asked[p.Stream] = true
		msg, err := stream.GetLastMsgForSubject(ctx, outSubject+p.Stream)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("reading the stream for %s: %w", s.to, err)
		}
		if err := s.compare(ctx, list, p, msg.Data); err != nil {
			return err
		}
	}
	return nil
}

// compare settles one of our streams: first is its oldest waiting item, held the carrier's last. What waits under a number
// that is held must be the held item, byte for byte, else the outbox has forgotten what it sent.
func (s *sender) compare(ctx context.Context, list []Sealed, first Sealed, held []byte) error {
	e, ref := parse(held)
	if ref != nil {
		return fmt.Errorf("reading the stream for %s: %w", s.to, ref)
	}
	if e.epoch < first.Epoch || e.epoch == first.Epoch && e.seq < first.Seq {
		return nil // all that waits is new
	}
	for _, p := range list {
		if p.Stream == first.Stream && p.Epoch == e.epoch && p.Seq == e.seq && bytes.Equal(p.Raw, held) {
			if err := s.cfg.Outbox.Ack(ctx, s.to, p.Stream, p.Epoch, p.Seq); err != nil {
				return fmt.Errorf("acknowledging to the outbox for %s: %w", s.to, err)
			}
			return nil
		}
	}
	return &entente.Error{Kind: entente.Refused, Source: "outbox", Offset: -1,
		Reason: fmt.Sprintf("%s was sent up to %d of epoch %d, and %d of epoch %d waits to be sent: it was restored from a backup",
			first.Stream, e.seq, e.epoch, first.Seq, first.Epoch), Next: "have it number in a higher epoch"}
}

// publish sends one window. Each item names the place it must take, so one that fails stops all after it.
func (s *sender) publish(ctx context.Context, list []Sealed) error {
	futures := make([]jetstream.PubAckFuture, 0, len(list))
	for i, p := range list {
		f, err := s.js.PublishAsync(outSubject+p.Stream, p.Raw, jetstream.WithExpectLastSequence(s.last+uint64(i)))
		if err != nil {
			return fmt.Errorf("publishing to %s: %w", s.to, err)
		}
		futures = append(futures, f)
	}
	timeout := time.NewTimer(10 * time.Second)
	defer timeout.Stop()
	done, failed := 0, error(nil)
	for _, f := range futures {
		select {
		case <-f.Ok():
			done++
		case err := <-f.Err():
			failed = fmt.Errorf("publishing to %s: %w", s.to, err)
		case <-timeout.C:
			failed = fmt.Errorf("publishing to %s: no answer of the carrier in 10 s", s.to)
		case <-ctx.Done():
			failed = ctx.Err()
		}
		if failed != nil {
			break
		}
	}
	s.last += uint64(done)
	if s.disk != nil && done > 0 {
		if err := s.disk.sync(); err != nil {
			return err // they are settled when the sender starts over
		}
	}
	return errors.Join(s.ack(context.WithoutCancel(ctx), list[:done]), failed)
}

func (s *sender) ack(ctx context.Context, list []Sealed) error {
	last := map[string]Sealed{}
	for _, p := range list {
		if q, ok := last[p.Stream]; ok && q.Epoch != p.Epoch {
			if err := s.cfg.Outbox.Ack(ctx, s.to, q.Stream, q.Epoch, q.Seq); err != nil {
				return fmt.Errorf("acknowledging to the outbox for %s: %w", s.to, err)
			}
		}
		last[p.Stream] = p
	}
	for _, p := range last {
		if err := s.cfg.Outbox.Ack(ctx, s.to, p.Stream, p.Epoch, p.Seq); err != nil {
			return fmt.Errorf("acknowledging to the outbox for %s: %w", s.to, err)
		}
	}
	s.st.with(func(l *Link) { l.Sent += uint64(len(list)) })
	return nil
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
