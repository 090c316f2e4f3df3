package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"

	"entente/node"
	"entente/web"
)

type nodeCmd struct {
	Config string `required:"" placeholder:"FILE" help:"node.yaml; see docs/operators-guide.md."`
	Check  bool   `help:"Read everything the settings name, say what is wrong, and stop."`
}

func (nodeCmd) Help() string { return "Example: entente node --config /etc/entente/node.yaml" }

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
