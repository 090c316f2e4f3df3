package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"entente/node"
	"entente/node/demo"
	"entente/web"
)

type demoCmd struct {
	Listen string `default:"127.0.0.1:8080" help:"Where the page is served."`
	Dir    string `placeholder:"DIR" help:"Empty folder for the nodes' data; default: a temporary one, removed at the end."`
	Log    bool   `help:"Log what nodes have to say to standard error."`
	Open   bool   `negatable:"" default:"true" help:"Open the page in a browser where there is a screen."`
}

func (demoCmd) Help() string {
	return "Example: entente demo --listen 127.0.0.1:9000\n\n" +
		"Six members' nodes with simulated radars and receivers, the Minsk session of 23 November 2023 in the record.\n" +
		"The page has a switch 'view as' to see what each member sees."
}

func (c demoCmd) Run(ctx context.Context, std streams) (err error) {
	dir := c.Dir
	if dir == "" {
		if dir, err = os.MkdirTemp("", "entente-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	o := demo.Options{Dir: dir}
	if c.Log {
		o.Log = slog.New(slog.NewTextHandler(std.err, nil))
	}
	began := time.Now()
	d, err := demo.Start(ctx, o)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := d.Close(); err == nil {
			err = cerr
		}
	}()
	ready := func(address string) {
		fmt.Fprintf(std.out, "entente demo: six nodes ready in %.1f s, the page is on http://%s\n", time.Since(began).Seconds(), address)
		if c.Open {
			openBrowser("http://" + address)
		}
	}
	metrics, err := node.Metrics(d.Nodes()...)
	if err != nil {
		return err
	}
	return serve(ctx, c.Listen, web.Config{Metrics: metrics, Backends: d.Backends(), Default: "BLR", SignIn: web.ChoosePerson, Version: version(), Now: d.Now}, ready)
}
