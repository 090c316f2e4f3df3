package demo

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"time"

	"entente"
	"entente/watch"
)

//go:embed policies/*.yaml reports/*.txt zones.geojson
var material embed.FS

func policy(m entente.MemberID) ([]byte, error) {
	return material.ReadFile(fmt.Sprintf("policies/%s.yaml", m))
}

func zones() []byte {
	b, err := material.ReadFile("zones.geojson")
	if err != nil {
		panic(err) // embedded
	}
	return b
}

// session plays the example's session: each act is signed by its member's node and sequenced by the chair's.
func (d *Demo) session(ctx context.Context) error {
	last := map[string]string{} // by body: every author has seen what it answers
	for i, a := range d.example.Session {
		n := d.Node(a.Member)
		if n == nil {
			return fmt.Errorf("act %d of the session is of %s, which has no node", i, a.Member)
		}
		if id := last[a.Body]; id != "" {
			if err := n.AwaitAct(ctx, a.Body, id); err != nil {
				return fmt.Errorf("act %d of the session has not come to %s: %w", i-1, a.Member, err)
			}
		}
		var err error
		if last[a.Body], err = n.Submit(ctx, a); err != nil {
			return fmt.Errorf("act %d of the session, %s by %s: %w", i, a.Kind, a.Member, err)
		}
	}
	return nil
}

// reports gives every member's watch the same texts, as if its feeds had carried them.
func (d *Demo) reports(ctx context.Context) error {
	if d.example.Reports == nil {
		return nil
	}
	list, err := fs.Glob(d.example.Reports, "*.txt")
	if err != nil {
		return err
	}
	published := entente.At(time.Date(d.begin.Year(), d.begin.Month(), d.begin.Day(), 9, 0, 0, 0, time.UTC))
	for _, name := range list {
		b, err := fs.ReadFile(d.example.Reports, name)
		if err != nil {
			return err
		}
		for _, n := range d.Nodes() {
			src := watch.Source{Name: name, Publisher: "written for the demonstration", Media: "text/plain", Fetched: entente.At(d.Now()), Bytes: b}
			if err := n.Read(ctx, src, published); err != nil {
				return fmt.Errorf("reading %s: %w", name, err)
			}
		}
	}
	return nil
}
