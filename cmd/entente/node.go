package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"entente/node"
	"entente/store"
	"entente/web"
)

type nodeCmd struct {
	Config   string `required:"" placeholder:"FILE" help:"node.yaml; see docs/operators-guide.md."`
	Restored bool   `help:"The data folder was restored from a backup: number what goes to partners anew. Give it once."`
	Backup   string `placeholder:"FILE" help:"Write a compact copy of the node's database there and stop. The node may be running."`
	Check    bool   `help:"Read everything the settings name, say what is wrong, and stop."`
}

func (nodeCmd) Help() string { return "Example: entente node --config /etc/entente/node.yaml" }

// backup copies the database beside a node that may be running.
func (c nodeCmd) backup(ctx context.Context, cfg node.Config) (err error) {
	name := filepath.Join(cfg.Dir, "node.db")
	if _, err := os.Stat(name); err != nil {
		return fmt.Errorf("backing up: %w", err)
	}
	s, err := store.Open(ctx, name, store.Options{})
	if err != nil {
		return err
	}
	defer func() {
		if cerr := s.Close(); err == nil {
			err = cerr
		}
	}()
	return s.Backup(ctx, c.Backup)
}

func (c nodeCmd) Run(ctx context.Context, std streams) (err error) {
	s, err := node.ReadSettings(c.Config)
	if err != nil {
		return err
	}
	cfg, err := s.Load(filepath.Dir(c.Config))
	if err != nil {
		return err
	}
	if c.Check {
		fmt.Fprintf(std.out, "%s: in order\n", c.Config)
		return nil
	}
	if c.Backup != "" {
		return c.backup(ctx, cfg)
	}
	cfg.Restored = c.Restored
	cfg.Log = slog.New(slog.NewJSONHandler(std.err, nil))
	n, err := node.Start(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := n.Close(); err == nil {
			err = cerr
		}
	}()
	fmt.Fprintf(std.out, "entente node of %s: partners dial %s\n", s.Member, n.LinkAddr())
	if s.Web.Listen == "" {
		<-ctx.Done()
		return nil
	}
	metrics, err := node.Metrics(n)
	if err != nil {
		return err
	}
	w := web.Config{Backends: []web.Backend{n}, Version: version(), Metrics: metrics}
	if s.Web.SignIn == node.ChoosePerson {
		w.SignIn = web.ChoosePerson
	}
	return serve(ctx, s.Web.Listen, w, func(address string) {
		fmt.Fprintf(std.out, "entente node of %s: the page is on http://%s\n", s.Member, address)
	})
}
