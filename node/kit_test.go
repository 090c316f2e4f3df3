package node

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"entente"
	"entente/council"
	"entente/feed"
	"entente/geo"
	"entente/keys"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// kit is three states with keys, whose nodes a test may start.
type kit struct {
	t       *testing.T
	org     *entente.Organisation
	borders []geo.Region
	json    []byte
	ids     map[entente.MemberID]*keys.Identity
	roots   map[entente.MemberID]*keys.Root
	dir     string
}

const councilPolicy = "rules:\n  - {name: council, to: all, kinds: [council]}\n"

func newKit(t *testing.T) *kit {
	t.Helper()
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("demo", "testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	k := &kit{t: t, json: read("borders.geojson"), ids: map[entente.MemberID]*keys.Identity{}, roots: map[entente.MemberID]*keys.Root{}, dir: t.TempDir()}
	var err error
	if k.org, err = council.ParseOrganisation("organisation.yaml", read("organisation.yaml")); err != nil {
		t.Fatal(err)
	}
	if k.borders, err = geo.ParseRegions(k.json, "borders"); err != nil {
		t.Fatal(err)
	}
	for _, m := range k.org.Members {
		root, err := keys.NewRoot(m.ID, m.Name)
		if err != nil {
			t.Fatal(err)
		}
		k.roots[m.ID] = root
		if k.ids[m.ID], err = root.NewNode("n", time.Now().AddDate(0, 0, -1), time.Now().AddDate(0, 0, 1)); err != nil {
			t.Fatal(err)
		}
	}
	return k
}

func (k *kit) config(m entente.MemberID) Config {
	k.t.Helper()
	c := Config{Member: m, Dir: filepath.Join(k.dir, string(m)), Identity: k.ids[m], Roster: keys.NewRoster(), Organisation: k.org,
		Policy: []byte(councilPolicy), Borders: k.borders, BordersJSON: k.json, Listen: "127.0.0.1:0", Partners: map[entente.MemberID]string{}}
	for other, id := range k.ids {
		if err := c.Roster.Add(id.Join("")); err != nil {
			k.t.Fatal(err)
		}
		if other != m {
			c.Partners[other] = ""
		}
	}
	var err error
	if c.Registry, err = feed.NewRegistry([]entente.Sensor{{Name: "radar-" + string(m), Kind: entente.SSR, Lat: 0.7, Lon: 0.2, Period: 4, MaxRange: 200_000}}); err != nil {
		k.t.Fatal(err)
	}
	return c
}

func (k *kit) start(c Config) *Node {
	k.t.Helper()
	n, err := Start(k.t.Context(), c)
	if err != nil {
		k.t.Fatal(err)
	}
	k.t.Cleanup(func() {
		if err := n.Close(); err != nil {
			k.t.Error(err)
		}
	})
	return n
}

// mail is a council item between two nodes.
type mail struct {
	from, to    entente.MemberID
	stream, typ string
	payload     []byte
}

// post carries council items between nodes by hand, so that a test says what comes when, and what never.
type post struct {
	t     *testing.T
	nodes map[entente.MemberID]*Node

	mu     sync.Mutex // guards what is below
	box    []mail
	faults []error
}

// newPost starts the nodes of all three.
func newPost(t *testing.T) *post {
	t.Helper()
	k := newKit(t)
	p := &post{t: t, nodes: map[entente.MemberID]*Node{}}
	for _, m := range k.org.Members {
		p.add(k.start(k.config(m.ID)))
	}
	return p
}

func (p *post) add(n *Node) {
	from := n.config.Member
	p.nodes[from] = n
	n.assembly.send = func(_ context.Context, to entente.MemberID, stream, typ string, payload any) error {
		b, err := json.Marshal(payload)
		p.mu.Lock()
		defer p.mu.Unlock()
		p.box = append(p.box, mail{from, to, stream, typ, b})
		return err
	}
	n.assembly.fault = func(err error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.faults = append(p.faults, err)
	}
}

// take removes what f chooses from the box and returns it.
func (p *post) take(f func(mail) bool) (out []mail) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var rest []mail
	for _, m := range p.box {
		if f(m) {
			out = append(out, m)
		} else {
			rest = append(rest, m)
		}
	}
	p.box = rest
	return out
}

func all(mail) bool { return true }

// bring hands over mail in its order and returns what was refused.
func (p *post) bring(list ...mail) (refused []error) {
	p.t.Helper()
	for _, m := range list {
		if err := p.nodes[m.to].assembly.receive(p.t.Context(), m.from, m.typ, m.payload); err != nil {
			refused = append(refused, err)
		}
	}
	return refused
}

// settle delivers everything until nothing is on its way.
func (p *post) settle() (refused []error) {
	p.t.Helper()
	for list := p.take(all); len(list) > 0; list = p.take(all) {
		refused = append(refused, p.bring(list...)...)
	}
	return refused
}

// submit has a member's act made and, unless it is the sequencer's own, delivers until its fate is known.
func (p *post) submit(m entente.MemberID, payload council.Payload) (string, error) {
	p.t.Helper()
	n := p.nodes[m]
	if m == n.assembly.sequencer {
		return n.act(p.t.Context(), "Delegate of "+string(m), "council", payload)
	}
	type fate struct {
		id  string
		err error
	}
	done := make(chan fate, 1)
	go func() {
		id, err := n.act(p.t.Context(), "Delegate of "+string(m), "council", payload)
		done <- fate{id, err}
	}()
	for {
		select {
		case f := <-done:
			return f.id, f.err
		case <-time.After(time.Millisecond):
			p.settle()
		}
	}
}

func (p *post) must(m entente.MemberID, payload council.Payload) string {
	p.t.Helper()
	id, err := p.submit(m, payload)
	if err != nil {
		p.t.Fatalf("%s by %s: %v", payload.Kind(), m, err)
	}
	return id
}

// agree checks that all hold one log of a size, cosigned by all, without problems.
func (p *post) agree(size uint64) {
	p.t.Helper()
	root := ""
	for m, n := range p.nodes {
		s, err := n.RecordStatus("council")
		if err != nil {
			p.t.Fatal(err)
		}
		if s.Size != size || len(s.Cosigned) != len(p.nodes) || s.Problem != "" || root != "" && s.Root != root {
			p.t.Errorf("%s holds %d entries, root %s, cosigned by %v, problem %q; want %d entries, root %s", m, s.Size, s.Root, s.Cosigned, s.Problem, size, root)
		}
		root = s.Root
	}
}
