package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"entente"
	"entente/exchange"
	"entente/keys"
	"entente/release"
	"entente/web"
)

// Sources are the files that the node reads again when they change, and at [Node.Reread]. Empty: never.
type Sources struct {
	Settings string // node.yaml: who is a partner and where
	Policy   string
	Roster   string
}

// rereadEvery is how often files are looked at. A change counts once it has stood for one such time, so that a file is
// not read while an editor writes it.
const rereadEvery = 2 * time.Second

// source is one file that is read again.
type source struct {
	key   string          // in the settings
	files func() []string // it and those it names
	take  func(context.Context) error
	last  string // how the files looked at the last look
	taken string // and when they were last read

	fault error // why the file as it stands is not in use
	since entente.Instant
	reads uint64 // that were taken
}

// rereading keeps what is in force in step with the files.
type rereading struct {
	node     *Node
	settings Settings // as started with, but for the partners

	mu   sync.Mutex // guards list's elements: one file is read at a time
	list []*source
}

func newRereading(n *Node) *rereading {
	r := &rereading{node: n}
	from := n.config.Sources
	one := func(path string) func() []string { return func() []string { return []string{path} } }
	// The roster comes before the partners, who must be in it.
	if from.Policy != "" {
		r.list = append(r.list, &source{key: "policy", take: r.policy, files: func() []string {
			list := []string{from.Policy}
			for _, name := range n.policy.now.Load().Files() {
				list = append(list, filepath.Join(filepath.Dir(from.Policy), name))
			}
			return list
		}})
	}
	if from.Roster != "" {
		r.list = append(r.list, &source{key: "roster", files: one(from.Roster), take: r.roster})
	}
	if from.Settings != "" {
		r.list = append(r.list, &source{key: "settings", files: one(from.Settings), take: r.partners})
		r.settings, _ = ReadSettings(from.Settings) // one that is bad by now is told of at the first look
	}
	return r
}

// run looks at the files until ctx ends.
func (r *rereading) run(ctx context.Context) {
	t := time.NewTicker(rereadEvery)
	defer t.Stop()
	for len(r.list) > 0 {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		r.look(ctx)
	}
}

// look reads what has changed and then stood.
func (r *rereading) look(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.list {
		now := appearance(s.files())
		settled := now == s.last
		s.last = now
		if settled && now != s.taken {
			r.read(ctx, s, now) //nolint:errcheck // it is told as a condition
		}
	}
}

// appearance changes when one of the files does.
func appearance(files []string) string {
	var b strings.Builder
	for _, f := range files {
		if st, err := os.Stat(f); err == nil {
			fmt.Fprintf(&b, "%s %d %d\n", f, st.Size(), st.ModTime().UnixNano())
		} else {
			fmt.Fprintf(&b, "%s is not there\n", f)
		}
	}
	return b.String()
}

func (r *rereading) read(ctx context.Context, s *source, appears string) error {
	s.taken = appears
	err := s.take(ctx)
	n := r.node
	switch {
	case err != nil:
		s.fault, s.since = err, n.now()
		n.refused.add("settings", err)
		n.log.Error("a changed file is not in use, what was before goes on", "key", s.key, "file", s.files()[0], "error", err)
	default:
		s.fault = nil
		s.reads++
	}
	return err
}

// Reread reads policy, roster and partners at once. What cannot be used is told, and what was before goes on.
func (n *Node) Reread(ctx context.Context) error {
	r := n.reread
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, s := range r.list {
		s.last = appearance(s.files())
		if err := r.read(ctx, s, s.last); err != nil {
			errs = append(errs, fmt.Errorf("reading %s again: %w", s.key, err))
		}
	}
	return errors.Join(errs...)
}

// conditions are the files whose newest form is not in use.
func (r *rereading) conditions(now entente.Instant) (out []entente.Condition) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.list {
		if s.fault == nil {
			continue
		}
		out = append(out, entente.Condition{Key: "settings.refused/" + s.key, Rule: "settings.refused", Severity: entente.Warning,
			Member: r.node.config.Member, Title: fmt.Sprintf("The changed %s is not in use, the one before goes on: %v", s.key, s.fault), Time: now,
			Evidence: []entente.Evidence{{Name: "file", Value: s.files()[0], Time: s.since}, {Name: "error", Value: s.fault.Error(), Time: s.since}}})
	}
	return out
}

// counted calls f with each file's key, how often it was read again, and whether its newest form is refused; one that is
// not read again counts as never.
func (r *rereading) counted(f func(key string, reads uint64, refused bool)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, key := range []string{"policy", "roster", "settings"} {
		reads, refused := uint64(0), false
		for _, s := range r.list {
			if s.key == key {
				reads, refused = s.reads, s.fault != nil
			}
		}
		f(key, reads, refused)
	}
}

// policy puts the policy into force.
func (r *rereading) policy(ctx context.Context) error {
	n := r.node
	c := n.config
	b, err := os.ReadFile(c.Sources.Policy)
	if err != nil {
		return err
	}
	c.Policy = append([]byte{}, b...)
	p, err := c.policy()
	if err != nil {
		return err
	}
	old := n.policy.now.Load()
	if p.Hash == old.Hash && !slices.ContainsFunc(old.Rules(), func(rule string) bool { return !p.Keeps(old, rule) }) {
		return nil
	}
	n.rule(ctx, p)
	n.log.Warn("release policy changed", "hash", p.Hash, "before", old.Hash, "rules", len(p.Rules()))
	return nil
}

// rule puts a policy into force: for all that has not got its number for a partner yet, also what waits for a delay.
func (n *Node) rule(ctx context.Context, p *release.Policy) {
	n.policy.now.Store(p)
	tracks := n.sharer.adopt(p)
	n.log.Warn("what waited under changed rules does not leave", "tracks", tracks)
	n.tell(ctx)
}

// rejudge asks the policy anew about alerts that wait for a rule's delay. Open ones go: they are released again.
func (n *Node) rejudge() {
	n.mu.Lock()
	defer n.mu.Unlock()
	now := n.now()
	keep := n.waiting[:0]
	for _, h := range n.waiting {
		item := release.OfAlert(&h.alert)
		d := n.policy.Decide(&item, h.to, now)
		if !d.Release || h.alert.State != entente.Closed {
			continue
		}
		h.due, h.label = max(d.NotBefore, now), d.Label
		if h.label.Expires != 0 {
			h.label.Expires += h.due - now
		}
		keep = append(keep, h)
	}
	clear(n.waiting[len(keep):])
	n.waiting = keep
}

// adopt takes a new policy. What waits under a rule that does not stand as it did goes; its tracks are judged anew when
// they next tell something, and their ends are not told under the old rule.
func (s *sharer) adopt(p *release.Policy) (gone int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.policy
	s.policy = p
	for _, to := range s.to {
		for rule, q := range to.held {
			if p.Keeps(old, rule) {
				continue
			}
			gone += len(q.list) - q.head
			to.many -= len(q.list) - q.head
			delete(to.held, rule)
		}
		for id, g := range to.last {
			if g.label.Rule != "" && !p.Keeps(old, g.label.Rule) {
				to.last[id] = given{at: g.at} // when it was last released still counts for a rule's interval
			}
		}
	}
	return gone
}

// welcome has the sharer release to one more partner.
func (s *sharer) welcome(list []entente.MemberID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range list {
		if s.to[m] == nil {
			s.to[m] = newShared()
		}
	}
	s.partners = list
}

// roster takes the roster's file: keys that it revokes or lacks lose their links within a second.
func (r *rereading) roster(ctx context.Context) error {
	n := r.node
	path := n.config.Sources.Roster
	if _, err := os.Stat(path); err != nil { // one that is not there would be an empty roster
		return err
	}
	next, err := keys.LoadRoster(path)
	if err != nil {
		return err
	}
	if _, ok := next.Member(n.config.Member); !ok {
		return &entente.Error{Kind: entente.Refused, Source: path, Offset: -1, Reason: "it lacks this member itself", Next: "restore the roster that 'entente member init' made"}
	}
	changed, err := n.config.Roster.Replace(next)
	if err != nil || !changed {
		return err
	}
	n.log.Warn("roster changed", "members", len(next.Members()), "version", n.config.Roster.Version())
	n.touch(web.TopicLinks)
	for _, s := range r.list {
		if s.key == "settings" && s.fault != nil { // perhaps for want of the member that is there now
			return r.read(ctx, s, appearance(s.files()))
		}
	}
	return nil
}

// partners takes new partners and addresses from the settings. All else there counts from the next start.
func (r *rereading) partners(ctx context.Context) error {
	n := r.node
	s, err := ReadSettings(n.config.Sources.Settings)
	if err != nil {
		return err
	}
	c := n.config
	c.Partners, c.Push = s.Link.Partners, s.Link.Push
	if err := c.check(); err != nil {
		return err
	}
	if !reflect.DeepEqual(withoutPartners(s), withoutPartners(r.settings)) {
		n.log.Warn("settings changed that count from the next start", "file", c.Sources.Settings)
	}
	var list []entente.MemberID
	came := false
	for _, m := range c.Organisation.Members {
		address, named := c.Partners[m.ID]
		known := n.allies.has(m.ID)
		if !known && !named || m.ID == c.Member {
			continue
		}
		list = append(list, m.ID)
		if !named {
			n.log.Warn("a partner left out of the settings stays until the next start", "partner", m.ID)
			continue
		}
		if err := n.exchange.Join(exchange.Partner{Member: m.ID, Address: address, Push: c.Push[m.ID]}); err != nil {
			return err
		}
		if !known {
			came = true
			n.log.Warn("partner joined", "partner", m.ID, "address", address)
		}
	}
	n.sharer.welcome(list)
	n.allies.list.Store(&list)
	n.touch(web.TopicLinks)
	if came {
		n.tell(ctx)
	}
	return nil
}

func withoutPartners(s Settings) Settings {
	s.Link.Partners, s.Link.Push = nil, nil
	return s
}
