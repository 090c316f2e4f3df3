package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"time"

	"entente/web"
)

// serve answers on an address until ctx ends.
func serve(ctx context.Context, address string, c web.Config, ready func(address string)) error {
	handler, err := web.New(c)
	if err != nil {
		return err
	}
	defer handler.Close()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return fmt.Errorf("serving the page: %w; choose another with --listen", err)
	}
	s := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10}
	done := make(chan error, 1)
	go func() { done <- s.Serve(l) }() // ends with Shutdown or Close below
	ready(l.Addr().String())
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := s.Shutdown(end); err != nil {
		err = s.Close() // live streams do not end by themselves
		if err != nil {
			return err
		}
	}
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// openBrowser shows a page where there is a screen, and does nothing elsewhere.
func openBrowser(url string) {
	name := ""
	switch {
	case runtime.GOOS == "darwin":
		name = "open"
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		name = "xdg-open"
	default:
		return
	}
	_ = exec.Command(name, url).Start() // the address was printed; failing to open it is no failure
}
