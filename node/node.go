package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"entente"
	"entente/airspace"
	"entente/exchange"
	"entente/feed"
	"entente/picture"
	"entente/release"
	"entente/store"
	"entente/track"
	"entente/web"
)

// Node is one member's running node. Its methods are those the page reads (web.Backend), safe for concurrent use.
type Node struct {
	config   Config
	allies   *allies
	partners iter.Seq2[int, entente.MemberID] // the allies of now
	policy   *ruling
	reread   *rereading
	log      *slog.Logger

	store    *store.Store
	exchange *exchange.Exchange
	air      *air
	picture  *picture.Picture
	coverage *coverage
	airspace *airspace.Watch
	sharer   *sharer
	alerts   *alertRoom
	assembly *assembly
	reading  *readingRoom
	trails   *trails
	history  *store.History // nil: none is kept
	persons  *saidIdentities
	feeds    []*feedRun
	items    *itemQueue
	refused  counts

	revisions map[web.Topic]*atomic.Uint64
	cancel    context.CancelFunc
	running   sync.WaitGroup
	stopped   sync.Once
	stopErr   error

	lastHistory entente.Instant // the tick's own
	pictureTook atomic.Int64    // nanoseconds for the last picture

	mu      sync.Mutex // guards waiting
	waiting []heldAlert
}

// feedRun is one feed and what it has met.
type feedRun struct {
	config feed.Config
	stats  feed.Stats
	failed atomic.Value // string: why it ended
}

// Start opens the store, the record and the link, and sets everything going. The node runs until Close.
func Start(ctx context.Context, c Config) (*Node, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	n := &Node{config: c, log: c.Log, trails: newTrails(), coverage: &coverage{}, revisions: map[web.Topic]*atomic.Uint64{}, refused: newCounts()}
	for _, t := range web.Topics {
		n.revisions[t] = &atomic.Uint64{}
	}
	var partners []entente.MemberID
	for _, m := range c.Organisation.Members {
		if _, ok := c.Partners[m.ID]; ok && m.ID != c.Member {
			partners = append(partners, m.ID)
		}
	}
	n.allies = newAllies(partners)
	n.partners = n.allies.all
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	n.cancel = cancel
	if err := n.open(ctx, run); err != nil {
		return nil, errors.Join(fmt.Errorf("starting the node of %s: %w", c.Member, err), n.Close())
	}
	return n, nil
}

func (n *Node) open(ctx, run context.Context) error {
	for _, step := range []func(context.Context) error{
		n.openStore, n.openPolicy, n.openAir, n.openHistory, n.openIdentities, n.openAlerts, n.openCouncil, n.openReading,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	n.items = newItemQueue(n)
	if err := n.openExchange(); err != nil {
		return err
	}
	n.announce(ctx)
	n.goes(func() { n.air.run(run) })
	n.goes(func() { n.tick(run) })
	n.goes(func() { n.share(run) })
	n.goes(func() { n.items.run(run) })
	n.goes(func() { n.reading.run(run) })
	n.goes(func() { n.housekeeping(run) })
	n.goes(func() { n.reread.run(run) })
	for _, fc := range n.config.Feeds {
		fc.Clock = feedClock{n}
		f := &feedRun{config: fc}
		n.feeds = append(n.feeds, f)
		n.goes(func() { n.runFeed(run, f) })
	}
	return nil
}

// goes runs f until the node closes; Close waits for it.
func (n *Node) goes(f func()) { n.running.Go(f) }

func (n *Node) openStore(ctx context.Context) (err error) {
	if err := os.MkdirAll(n.config.Dir, 0o700); err != nil {
		return err
	}
	n.store, err = store.Open(ctx, filepath.Join(n.config.Dir, "node.db"), store.Options{Now: n.config.Clock})
	if err == nil && n.config.Restored {
		_, err = n.store.Renew(ctx)
	}
	return err
}

func (n *Node) openPolicy(context.Context) error {
	p, err := n.config.policy()
	if err != nil {
		return err
	}
	n.policy = &ruling{}
	n.policy.now.Store(p)
	n.reread = newRereading(n)
	return nil
}

// policy reads the release policy; without one nothing is released.
func (c *Config) policy() (*release.Policy, error) {
	members := make([]entente.MemberID, len(c.Organisation.Members))
	for i, m := range c.Organisation.Members {
		members[i] = m.ID
	}
	text := c.Policy
	if text == nil {
		text = []byte("rules: []\n")
	}
	return release.Parse(text, "policy of "+string(c.Member), release.World{Member: c.Member,
		Members: members, Borders: c.Borders, Sensors: c.Registry.Sensors(), Files: c.PolicyFiles})
}

// zones reads the zones.
func (c *Config) zones() ([]airspace.Zone, error) {
	if c.ZonesJSON == nil {
		return nil, nil
	}
	return airspace.ParseZones(c.ZonesJSON, "zones")
}

func (n *Node) openAir(context.Context) error {
	n.picture = picture.New(picture.Config{Member: n.config.Member, Rules: identityRules(n.config.Organisation.Members), Sees: n.coverage.sees})
	n.air = newAir(track.Config{Member: n.config.Member, Sensors: n.config.Registry.Sensors(), Window: n.config.Window, Workers: n.config.Workers}, n.picture, n.now)
	n.sharer = newSharer(n.policy.now.Load(), *n.allies.list.Load(), func(to entente.MemberID, tracks []entente.Track, label entente.Label) error {
		return n.exchange.SendLive(to, tracks, label)
	})
	own, err := airspace.Own(n.config.Borders, n.config.Member)
	if err != nil {
		return err
	}
	zones, err := n.config.zones()
	if err != nil {
		return err
	}
	n.airspace, err = airspace.New(airspace.Config{Member: n.config.Member, Airspaces: own, Zones: zones, Sensors: n.config.Registry.Sensors()})
	return err
}

func (n *Node) openExchange() (err error) {
	cfg := exchange.Config{Self: n.config.Identity, Roster: n.config.Roster, Dir: filepath.Join(n.config.Dir, "link"),
		Listen: n.config.Listen, PushListen: n.config.PushListen, Outbox: outbox{n.store}, Inbox: inbox{n.store, n.items.wake},
		OnLive: n.live, Clock: n.config.Clock, Log: n.log}
	for _, m := range n.partners {
		cfg.Partners = append(cfg.Partners, exchange.Partner{Member: m, Address: n.config.Partners[m], Push: n.config.Push[m]})
	}
	n.exchange, err = exchange.Start(cfg)
	return err
}

// live takes a partner's released tracks.
func (n *Node) live(from entente.MemberID, label entente.Label, tracks []entente.Track, received entente.Instant) {
	n.picture.Partner(from, label, received, tracks)
}

func (n *Node) runFeed(ctx context.Context, f *feedRun) {
	if err := feed.Run(ctx, f.config, n.config.Registry, n.air.sink, &f.stats); err != nil {
		f.failed.Store(err.Error())
		n.log.Error("feed ended", "feed", f.config.Name, "error", err)
	}
	n.touch(web.TopicLinks)
}

// Close stops everything and waits for it. What was acknowledged is on disk.
func (n *Node) Close() error {
	n.stopped.Do(func() {
		n.cancel()
		if n.exchange != nil {
			n.stopErr = n.exchange.Close()
		}
		n.running.Wait()
		if n.history != nil {
			n.stopErr = errors.Join(n.stopErr, n.history.Close())
		}
		if n.store != nil {
			n.stopErr = errors.Join(n.stopErr, n.store.Close())
		}
	})
	return n.stopErr
}

// LinkAddr is where partners reach this node.
func (n *Node) LinkAddr() string { return n.exchange.Addr() }

// PushAddr is where partners push that this node cannot dial; empty: nowhere.
func (n *Node) PushAddr() string { return n.exchange.PushAddr() }

// Connect dials a partner at an address from now on.
func (n *Node) Connect(m entente.MemberID, address string) error {
	return n.exchange.Connect(m, address)
}

func (n *Node) now() entente.Instant { return entente.At(n.config.Clock()) }

func (n *Node) touch(t web.Topic) { n.revisions[t].Add(1) }

// send puts one item for a partner on its way, if the policy lets items of that kind go there.
func (n *Node) send(ctx context.Context, kind release.Kind, to entente.MemberID, stream, typ string, payload any) error {
	now := n.now()
	item := release.Item{Kind: kind, Origin: n.config.Member, Time: now}
	d := n.policy.Decide(&item, to, now)
	if !d.Release {
		return &entente.Error{Kind: entente.Refused, Source: "release policy", Offset: -1,
			Reason: fmt.Sprintf("items of kind %s do not go to %s: %s", kind, to, d.Why), Next: "add a rule for them to the policy"}
	}
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("encoding %s: %w", typ, err)
	}
	_, err = n.exchange.Send(ctx, to, stream, typ, b, d.Label)
	return err
}

// feedClock gives feeds the node's clock, so that arrival and picture share one time.
type feedClock struct{ n *Node }

func (c feedClock) Now() entente.Instant                   { return c.n.now() }
func (c feedClock) After(d time.Duration) <-chan time.Time { return time.After(d) }
