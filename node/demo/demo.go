// Package demo runs the worked example: six members' nodes in one process, on real sockets, with simulated traffic.
//
// In go a folder for the nodes' data and the moment at which their clocks begin; out comes the organisation as of
// 23 November 2023 with its Minsk session in the record, radars and receivers sending ASTERIX and Beast over loopback, and
// one page backend for each member. Everything but the traffic is what a real node does: keys, links, policies, record.
//
//	d, err := demo.Start(ctx, demo.Options{Dir: dir})
//	defer d.Close()
//	server, err := web.New(web.Config{Backends: d.Backends(), SignIn: web.ChoosePerson, Now: d.Now})
package demo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"entente"
	"entente/council"
	"entente/feed"
	"entente/geo"
	"entente/keys"
	"entente/node"
	"entente/sim"
	"entente/web"
)

// Begin is when the demonstration's clocks start: just after the Minsk session closed.
var Begin = time.Date(2023, 11, 23, 13, 5, 0, 0, time.UTC)

// Options of a demonstration. All but Dir may be left out: then it is the worked example.
type Options struct {
	Dir   string       // for the nodes' data; it must be empty
	Begin time.Time    // of the nodes' clocks; zero: Begin
	Speed float64      // of the nodes' clocks; zero: 1
	Log   *slog.Logger // discarded when nil

	Example Example // zero: the worked example
}

// Example is an organisation to run. Its parts stand or fall together: with an Organisation of its own it needs all that
// the worked example would otherwise lend.
type Example struct {
	Organisation *entente.Organisation
	Scenario     *sim.Scenario
	Policy       func(entente.MemberID) ([]byte, error)
	Borders      []byte // GeoJSON
	Zones        []byte // GeoJSON
	Session      []entente.Act
	Reports      fs.FS // *.txt
}

// worked is the CSTO as of 23 November 2023.
func worked() (Example, error) {
	reports, err := fs.Sub(material, "reports")
	return Example{Organisation: council.CSTO(), Scenario: sim.Demo(), Policy: policy, Borders: geo.BordersGeoJSON(),
		Zones: zones(), Session: council.MinskSession(), Reports: reports}, err
}

// Demo is a running organisation.
type Demo struct {
	example Example
	speed   float64
	configs []node.Config // as the nodes were started, in the organisation's order
	began   time.Time     // by the machine's clock
	begin   time.Time     // by the nodes'
	world   *world
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu    sync.Mutex // guards nodes
	nodes []*node.Node
}

// member is what one member's node is made of.
type member struct {
	entente.Member
	identity *keys.Identity
	join     keys.Join
	registry *feed.Registry
	feeds    []feed.Config
}

// Start makes keys, starts every node, joins them and plays the Minsk session through them.
func Start(ctx context.Context, o Options) (*Demo, error) {
	if o.Begin.IsZero() {
		o.Begin = Begin
	}
	if err := empty(o.Dir); err != nil {
		return nil, err
	}
	if o.Speed == 0 {
		o.Speed = 1
	}
	d := &Demo{example: o.Example, speed: o.Speed, began: time.Now(), begin: o.Begin}
	if d.example.Organisation == nil {
		var err error
		if d.example, err = worked(); err != nil {
			return nil, err
		}
	}
	run, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.cancel = cancel
	err := d.start(ctx, run, o)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the demonstration: %w", err), d.Close())
	}
	return d, nil
}

func empty(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(list) > 0 {
		return &entente.Error{Kind: entente.Refused, Source: dir, Offset: -1, Reason: "the folder is not empty", Next: "name an empty one"}
	}
	return nil
}

func (d *Demo) start(ctx, run context.Context, o Options) error {
	var err error
	if d.world, err = newWorld(run, d.example.Scenario, entente.At(d.Now())); err != nil {
		return err
	}
	members, err := d.members()
	if err != nil {
		return err
	}
	borders, err := geo.ParseRegions(d.example.Borders, "borders")
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := d.node(ctx, m, members, borders, o); err != nil {
			return err
		}
	}
	if err := d.connect(); err != nil {
		return err
	}
	d.running.Go(func() { d.world.run(run, d.Now) })
	if err := d.session(ctx); err != nil {
		return err
	}
	return d.reports(ctx)
}

// node starts one member's node, which knows all others.
func (d *Demo) node(ctx context.Context, m *member, members []*member, borders []geo.Region, o Options) error {
	c := node.Config{Member: m.ID, Dir: filepath.Join(o.Dir, string(m.ID)), Identity: m.identity, Organisation: d.example.Organisation,
		Registry: m.registry, Feeds: m.feeds, Borders: borders, BordersJSON: d.example.Borders, ZonesJSON: d.example.Zones,
		Persons: persons(m.Member), Listen: "127.0.0.1:0", Partners: map[entente.MemberID]string{}, Clock: d.Now, Log: o.Log}
	var err error
	if c.Policy, err = d.example.Policy(m.ID); err != nil {
		return err
	}
	c.Roster = keys.NewRoster()
	for _, other := range members {
		if err := c.Roster.Add(other.join); err != nil {
			return err
		}
		if other.ID != m.ID {
			c.Partners[other.ID] = ""
		}
	}
	n, err := node.Start(ctx, c)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.configs, d.nodes = append(d.configs, c), append(d.nodes, n)
	return nil
}

// Restart closes a member's node, unless it is closed already, and starts it again on the same data with the same keys.
// The others dial its new address.
func (d *Demo) Restart(ctx context.Context, m entente.MemberID) (*node.Node, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := slices.IndexFunc(d.configs, func(c node.Config) bool { return c.Member == m })
	if i < 0 {
		return nil, &entente.Error{Kind: entente.NotFound, Source: string(m), Offset: -1, Reason: "has no node here"}
	}
	if err := d.nodes[i].Close(); err != nil {
		return nil, fmt.Errorf("restarting the node of %s: %w", m, err)
	}
	n, err := node.Start(ctx, d.configs[i])
	if err != nil {
		return nil, fmt.Errorf("restarting the node of %s: %w", m, err)
	}
	d.nodes[i] = n
	for k, other := range d.nodes {
		if k == i {
			continue
		}
		if err := errors.Join(other.Connect(m, n.LinkAddr()), n.Connect(d.configs[k].Member, other.LinkAddr())); err != nil {
			return nil, fmt.Errorf("restarting the node of %s: %w", m, err)
		}
	}
	return n, nil
}

// members makes every member's keys, sensors and feeds.
func (d *Demo) members() ([]*member, error) {
	var out []*member
	for _, m := range d.example.Organisation.Members {
		root, err := keys.NewRoot(m.ID, m.Name)
		if err != nil {
			return nil, err
		}
		// Links run by the machine's clock, acts by the demonstration's: the key is in use on both.
		from, until := d.begin, time.Now()
		if from.After(until) {
			from, until = until, from
		}
		id, err := root.NewNode(string(m.ID)+"-1", from.AddDate(0, -1, 0), until.AddDate(1, 0, 0))
		if err != nil {
			return nil, err
		}
		x := &member{Member: m, identity: id, join: id.Join("")}
		if x.registry, err = feed.NewRegistry(d.example.Scenario.Sensors(m.ID)); err != nil {
			return nil, err
		}
		x.feeds = d.world.feeds(m.ID)
		out = append(out, x)
	}
	return out, nil
}

// connect has every node dial every other.
func (d *Demo) connect() error {
	nodes := d.Nodes()
	for _, a := range nodes {
		for _, b := range nodes {
			if a == b {
				continue
			}
			if err := a.Connect(b.Self().ID, b.LinkAddr()); err != nil {
				return err
			}
		}
	}
	return nil
}

// persons are who may act for a member on the page.
func persons(m entente.Member) []web.Person {
	return []web.Person{
		{Name: "Duty officer of " + m.Name, Role: "duty officer"},
		{Name: "Delegate of " + m.Name, Role: "delegate"},
		{Name: "Analyst of " + m.Name, Role: "analyst"},
	}
}

// Now is the demonstration's time.
func (d *Demo) Now() time.Time {
	return d.begin.Add(time.Duration(float64(time.Since(d.began)) * d.speed))
}

// Nodes are the members' nodes in the organisation's order.
func (d *Demo) Nodes() []*node.Node {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.nodes)
}

// Node is one member's node.
func (d *Demo) Node(m entente.MemberID) *node.Node {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, c := range d.configs {
		if c.Member == m {
			return d.nodes[i]
		}
	}
	return nil
}

// Backends are the nodes as the page reads them.
func (d *Demo) Backends() []web.Backend {
	nodes := d.Nodes()
	out := make([]web.Backend, len(nodes))
	for i, n := range nodes {
		out[i] = n
	}
	return out
}

// Close stops everything and waits for it.
func (d *Demo) Close() error {
	d.cancel()
	d.running.Wait()
	var errs []error
	for _, n := range d.Nodes() {
		errs = append(errs, n.Close())
	}
	if d.world != nil {
		errs = append(errs, d.world.close())
	}
	return errors.Join(errs...)
}
