package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
)

// progress shows how far something is on a terminal, once it has taken two seconds; elsewhere it is silent.
type progress struct {
	w           io.Writer // nil: silent
	total       float64
	began, last time.Time
}

func newProgress(w io.Writer, total float64) *progress {
	p := &progress{total: total, began: time.Now()}
	if f, ok := w.(*os.File); ok && isatty.IsTerminal(f.Fd()) {
		p.w = w
	}
	return p
}

func (p *progress) at(now float64) {
	if p.w == nil || time.Since(p.began) < 2*time.Second || time.Since(p.last) < 200*time.Millisecond {
		return
	}
	p.last = time.Now()
	fmt.Fprintf(p.w, "\r%3.0f %%", 100*now/p.total)
}

func (p *progress) done() {
	if p.w != nil && !p.last.IsZero() {
		fmt.Fprint(p.w, "\r     \r")
	}
}
