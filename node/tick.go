package node

import (
	"context"
	"slices"
	"time"

	"entente"
	"entente/release"
	"entente/web"
)

// tick looks at the picture once a second: trails, warnings and held alerts.
func (n *Node) tick(ctx context.Context) {
	t := time.NewTicker(tickEvery)
	defer t.Stop()
	var (
		entries []entente.Entry
		links   string
		ticks   int
	)
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		now := n.now()
		n.coverage.heard(n.config.Registry.Sensors(), n.heard(), now)
		entries = n.renew(entries[:0], now)
		n.trails.observe(entries, now)
		n.persons.observe(n.picture, entries, now)
		n.keepHistory(entries, now)
		n.warn(ctx, entries, now, ticks)
		ticks++
		n.sharer.identify(n.ownIdentities(entries))
		n.releaseHeld(ctx, now)
		if s := n.linkStates(); s != links {
			links = s
			n.touch(web.TopicLinks)
		}
	}
}

// renew makes the picture and notes how long that took.
func (n *Node) renew(dst []entente.Entry, now entente.Instant) []entente.Entry {
	began := time.Now()
	dst = n.picture.Entries(dst, now)
	n.pictureTook.Store(int64(time.Since(began)))
	return dst
}

// A picture that takes longer than dear is not made for each reader: one asked for within fresh seconds of the last is
// that one again.
const (
	dear  = 30 * time.Millisecond
	fresh = 1.5
)

// ownIdentities is what each own track is taken to be.
func (n *Node) ownIdentities(entries []entente.Entry) map[entente.TrackID]entente.Identity {
	out := make(map[entente.TrackID]entente.Identity, len(entries))
	for i := range entries {
		for _, c := range entries[i].Contributions {
			if c.Member == n.config.Member {
				out[c.Track] = entries[i].Identification.Identity
			}
		}
	}
	return out
}

// shareEvery is how long a changed track waits at most to leave for partners: so long does a batch under one signature
// gather.
const shareEvery = 100 * time.Millisecond

// share releases own tracks as they change; once a second it offers all, as identities, intervals and places that the
// policy asks for change as well.
func (n *Node) share(ctx context.Context) {
	t := time.NewTicker(shareEvery)
	defer t.Stop()
	var tracks []entente.Track
	for round := 0; ; round++ {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		tracks = n.shareOnce(tracks, round)
	}
}

func (n *Node) shareOnce(tracks []entente.Track, round int) []entente.Track {
	tracks, ended := n.air.take(tracks[:0])
	if round%int(time.Second/shareEvery) == 0 {
		tracks = n.air.tracks(tracks) // what is older than the news is passed over
	}
	n.sharer.share(tracks, ended, n.now())
	return tracks
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
