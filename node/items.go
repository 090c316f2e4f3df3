package node

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"entente"
	"entente/exchange"
	"entente/store"
	"entente/web"
)

// itemQueue works through partners' stored items in the order of their arrival. How far it came is kept, so that an item
// stored before a crash is worked on after it; working on one twice changes nothing.
type itemQueue struct {
	node *Node
	bell chan struct{}
}

const (
	itemsAtOnce = 256
	itemsRetry  = time.Second
)

func newItemQueue(n *Node) *itemQueue { return &itemQueue{node: n, bell: make(chan struct{}, 1)} }

// wake says that there may be something to do.
func (q *itemQueue) wake() {
	select {
	case q.bell <- struct{}{}:
	default:
	}
}

func (q *itemQueue) run(ctx context.Context) {
	q.wake()
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.bell:
		}
		if err := q.work(ctx); err != nil && ctx.Err() == nil {
			q.node.fail("items", err)
			time.AfterFunc(itemsRetry, q.wake)
		}
	}
}

// work takes all that waits. After an error, or the end of ctx, what was not finished is taken again.
func (q *itemQueue) work(ctx context.Context) error {
	place, err := q.place(ctx)
	if err != nil {
		return fmt.Errorf("reading how far items are worked on: %w", err)
	}
	for {
		list, err := q.node.store.Inbox(ctx, place, itemsAtOnce)
		if err != nil {
			return fmt.Errorf("reading items: %w", err)
		}
		if len(list) == 0 {
			return nil
		}
		for _, r := range list {
			err := q.node.receive(ctx, r)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err != nil {
				q.node.refuse(ctx, r, err)
			}
			place = r.Place
		}
		if err := q.node.store.Put(ctx, "inbox", "done", json.RawMessage(strconv.FormatInt(place, 10))); err != nil {
			return fmt.Errorf("keeping how far items are worked on: %w", err)
		}
	}
}

func (q *itemQueue) place(ctx context.Context) (int64, error) {
	b, ok, err := q.node.store.Get(ctx, "inbox", "done")
	if err != nil || !ok {
		return 0, err
	}
	return strconv.ParseInt(string(b), 10, 64)
}

// receive hands one stored item to the room it is for.
func (n *Node) receive(ctx context.Context, r store.Received) error {
	item, err := exchange.Reopen(n.config.Roster, r.Raw)
	if err != nil {
		return err
	}
	switch item.Stream {
	case streamActs, streamLog, streamCosign:
		return n.assembly.receive(ctx, item.From, item.Type, item.Payload)
	case streamAlerts:
		return n.alerts.receive(ctx, item.From, item.Payload)
	case streamWatch:
		return n.reading.receive(ctx, item.From, item.Payload)
	}
	return &entente.Error{Kind: entente.Unsupported, Source: string(item.From), Offset: int64(item.Seq), Reason: fmt.Sprintf("an item on stream %q", item.Stream)}
}

// refuse counts a partner's item that could not be taken, and keeps why in the audit trail.
func (n *Node) refuse(ctx context.Context, r store.Received, why error) {
	n.refused.add("items", why)
	err := n.store.Audit(ctx, store.Audit{Time: n.now(), Person: string(r.From), Action: "item.refused",
		About: fmt.Sprintf("%s/%d", r.Stream, r.Cursor.Seq), Detail: why.Error()})
	if err != nil {
		n.log.Error("keeping a refusal", "error", err)
	}
	n.touch(web.TopicLinks)
}

func marshal(v any) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	return b, nil
}
