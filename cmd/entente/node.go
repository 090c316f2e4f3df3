package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"

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

// rereadAtHangup has SIGHUP make the node read its policy, roster and partners again; the node itself logs what it cannot
// use. The returned function ends that.
func rereadAtHangup(ctx context.Context, n *node.Node) (stop func()) {
	hangup, ctx := make(chan os.Signal, 1), context.WithoutCancel(ctx)
	signal.Notify(hangup, syscall.SIGHUP)
	done := make(chan struct{})
	var ended sync.WaitGroup
	ended.Go(func() {
		for {
			select {
			case <-hangup:
				n.Reread(ctx) //nolint:errcheck // logged and raised as an alert there
			case <-done:
				return
			}
		}
	})
	return func() {
		signal.Stop(hangup)
		close(done)
		ended.Wait()
	}
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
	cfg.Sources.Settings = c.Config
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
	defer rereadAtHangup(ctx, n)()
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
