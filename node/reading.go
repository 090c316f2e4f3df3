package node

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"entente"
	"entente/release"
	"entente/store"
	"entente/watch"
	"entente/web"
)

// The stream on which confirmed events travel, and what stored readings are called.
const (
	streamWatch = "watch"
	kindReading = "reading"
)

const (
	pollEvery   = 30 * time.Second
	maxReadings = 5000 // reports held in memory; all stay in the store
)

// readingRoom is a node's watch: reports, what was proposed from them, and what persons made of it.
type readingRoom struct {
	node   *Node
	reader watch.Reader
	poller *watch.Poller // nil without feeds

	mu       sync.Mutex // guards what is below
	desk     *watch.Desk
	readings []watch.Reading // oldest first, without original bytes
	states   []watch.FeedState
}

// openReading restores readings and folds the acts on them.
func (n *Node) openReading(ctx context.Context) error {
	r := &readingRoom{node: n, reader: watch.NewReader(n.config.Register), desk: watch.NewDesk()}
	n.reading = r
	docs, err := n.store.Documents(ctx, kindReading, "", 0, maxReadings)
	if err != nil {
		return fmt.Errorf("reading reports: %w", err)
	}
	slices.Reverse(docs)
	for _, d := range docs {
		var rd watch.Reading
		if err := json.Unmarshal(d.JSON, &rd); err != nil {
			return fmt.Errorf("reading report %s: %w", d.ID, err)
		}
		r.take(rd)
	}
	if err := r.fold(ctx); err != nil {
		return err
	}
	if len(n.config.Reports) > 0 {
		r.poller, err = watch.NewPoller(r.reader, n.config.Reports, fetch)
	}
	return err
}

// fold applies every kept act to the desk, which passes over what is not its own.
func (r *readingRoom) fold(ctx context.Context) error {
	const atOnce = 1000
	for after := int64(0); ; {
		acts, last, err := r.node.store.Acts(ctx, after, atOnce)
		if err != nil {
			return fmt.Errorf("reading acts: %w", err)
		}
		for _, s := range acts {
			var a entente.Act
			err := json.Unmarshal(s.Bytes, &a)
			if err == nil {
				err = r.desk.Apply(a)
			}
			if err != nil {
				r.node.fail("watch", err)
			}
		}
		if len(acts) < atOnce {
			return nil
		}
		after = last
	}
}

func (r *readingRoom) take(rd watch.Reading) {
	r.desk.Offer(rd.Proposals)
	rd.Report.Original = nil
	if len(r.readings) >= maxReadings {
		r.readings = slices.Delete(r.readings, 0, 1)
	}
	r.readings = append(r.readings, rd)
}

// add keeps a reading with its original and puts its proposals on the desk.
func (r *readingRoom) add(ctx context.Context, rd watch.Reading) error {
	b, err := marshal(rd)
	if err != nil {
		return err
	}
	at := rd.Report.Published
	if at == 0 {
		at = r.node.now()
	}
	if err := r.node.store.PutDocuments(ctx, store.Document{Kind: kindReading, ID: rd.Report.ID, State: "read", Time: at, JSON: b}); err != nil {
		return fmt.Errorf("keeping report %s: %w", rd.Report.ID, err)
	}
	r.mu.Lock()
	if !slices.ContainsFunc(r.readings, func(x watch.Reading) bool { return x.Report.ID == rd.Report.ID }) {
		r.take(rd)
	}
	r.mu.Unlock()
	r.node.touch(web.TopicWatch)
	return nil
}

// run asks the configured feeds in their own time.
func (r *readingRoom) run(ctx context.Context) {
	if r.poller == nil {
		return
	}
	t := time.NewTicker(pollEvery)
	defer t.Stop()
	for {
		for _, rd := range r.poller.Poll(ctx, r.node.now()) {
			if err := r.add(ctx, rd); err != nil {
				r.node.fail("watch", err)
			}
		}
		states := r.poller.States(r.node.now())
		r.mu.Lock()
		r.states = states
		r.mu.Unlock()
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// decide has a person's act on a proposal signed, applied and released.
func (r *readingRoom) decide(ctx context.Context, make func(*watch.Desk) (entente.Act, error)) error {
	r.mu.Lock()
	a, err := make(r.desk)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // once signed it is applied and released though the person leaves the page
	signed, a, err := r.node.assembly.signer.sign(ctx, a)
	if err != nil {
		return err
	}
	r.mu.Lock()
	err = r.desk.Apply(a)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	r.node.touch(web.TopicWatch)
	r.release(ctx, signed)
	return nil
}

// release sends a signed act on an event to the partners that the policy names.
func (r *readingRoom) release(ctx context.Context, signed entente.SignedAct) {
	n := r.node
	now := n.now()
	item := release.Item{Kind: release.Watch, Origin: n.config.Member, Time: now}
	for _, m := range n.partners {
		if !n.policy.Decide(&item, m, now).Release {
			continue
		}
		if err := n.send(ctx, release.Watch, m, streamWatch, typeAct, signed); err != nil {
			n.fail("watch", err)
		}
	}
}

// receive takes a partner's act on an event.
func (r *readingRoom) receive(ctx context.Context, from entente.MemberID, payload []byte) error {
	return decoded(payload, func(s *entente.SignedAct) error {
		a, err := r.node.config.Roster.OpenAct(*s)
		if err != nil {
			return err
		}
		if a.Member != from {
			return &entente.Error{Kind: entente.Unauthorised, Source: string(from), Offset: -1, Reason: "an act of another member on an event"}
		}
		r.mu.Lock()
		err = r.desk.Apply(a)
		r.mu.Unlock()
		if err != nil {
			return err
		}
		r.node.touch(web.TopicWatch)
		_, err = r.node.store.PutAct(ctx, *s)
		return err
	})
}
