package node

import (
	"context"
	"slices"
	"time"

	"entente"
	"entente/release"
	"entente/web"
)

// tick looks at the picture once a second: trails, warnings and what partners get.
func (n *Node) tick(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	var (
		entries    []entente.Entry
		tracks     []entente.Track
		identities = map[entente.TrackID]entente.Identity{}
		links      string
		ticks      int
	)
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		now := n.now()
		entries = n.picture.Entries(entries[:0], now)
		n.trails.observe(entries, now)
		n.persons.observe(n.picture, entries, now)
		n.keepHistory(entries, now)
		n.warn(ctx, entries, now, ticks)
		ticks++
		clear(identities)
		for i := range entries {
			for _, c := range entries[i].Contributions {
				if c.Member == n.config.Member {
					identities[c.Track] = entries[i].Identification.Identity
				}
			}
		}
		var ended []entente.TrackID
		tracks, ended = n.air.tracks(tracks[:0])
		n.sharer.share(tracks, ended, identities, now)
		n.releaseHeld(ctx, now)
		if s := n.linkStates(); s != links {
			links = s
			n.touch(web.TopicLinks)
		}
	}
}

// heard says when each own sensor last gave anything: a plot, a north mark or a frame.
func (n *Node) heard() map[entente.SensorID]entente.Instant {
	out := map[entente.SensorID]entente.Instant{}
	for _, f := range n.feeds {
		s := f.stats.Snapshot()
		for name, t := range s.Last {
			if sensor, ok := n.config.Registry.ByName(name); ok {
				out[sensor.ID] = max(out[sensor.ID], t)
			}
		}
		for name, t := range s.North {
			if sensor, ok := n.config.Registry.ByName(name); ok {
				out[sensor.ID] = max(out[sensor.ID], t)
			}
		}
	}
	return out
}

func (n *Node) linkStates() string {
	s := ""
	for _, l := range n.exchange.Links() {
		s += string(l.Partner) + string(l.State)
	}
	return s
}

// fail counts and logs what went wrong inside; the node goes on.
func (n *Node) fail(room string, err error) {
	n.refused.add(room, err)
	n.log.Error("failed", "room", room, "error", err)
}

// heldAlert is an alert that a rule of the policy holds back for a while.
type heldAlert struct {
	due   entente.Instant
	to    entente.MemberID
	alert entente.Alert
	label entente.Label
}

// releaseAlert sends an alert to the partners that the policy names, now or when its delay is over.
func (n *Node) releaseAlert(ctx context.Context, a entente.Alert) {
	now := n.now()
	item := release.OfAlert(&a)
	for _, m := range n.partners {
		d := n.policy.Decide(&item, m, now)
		if !d.Release {
			continue
		}
		h := heldAlert{d.NotBefore, m, a, d.Label}
		if h.due > now {
			n.hold(h)
			continue
		}
		n.sendAlert(ctx, h)
	}
}

// maxWaiting bounds the alerts that wait for a rule's delay.
const maxWaiting = 10_000

// hold keeps an alert until it is due; of too many the one that came first is dropped, counted.
func (n *Node) hold(h heldAlert) {
	if h.label.Expires != 0 {
		h.label.Expires += h.due - n.now() // it runs from when the alert leaves
	}
	n.mu.Lock()
	full := len(n.waiting) >= maxWaiting
	if full {
		n.waiting = slices.Delete(n.waiting, 0, 1)
	}
	n.waiting = append(n.waiting, h)
	n.mu.Unlock()
	if full {
		n.refused.add("alerts", &entente.Error{Kind: entente.TooLarge, Source: string(h.to), Offset: -1, Reason: "too many alerts wait for their delay"})
	}
}

func (n *Node) releaseHeld(ctx context.Context, now entente.Instant) {
	n.mu.Lock()
	var ripe []heldAlert
	keep := n.waiting[:0]
	for _, h := range n.waiting {
		if h.due <= now {
			ripe = append(ripe, h)
		} else {
			keep = append(keep, h)
		}
	}
	n.waiting = keep
	n.mu.Unlock()
	for _, h := range ripe {
		n.sendAlert(ctx, h)
	}
}

func (n *Node) sendAlert(ctx context.Context, h heldAlert) {
	b, err := marshal(h.alert)
	if err == nil {
		_, err = n.exchange.Send(ctx, h.to, streamAlerts, typeAlert, b, h.label)
	}
	if err != nil {
		n.fail("alerts", err)
	}
}
