package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"entente"
	"entente/watch"
)

type watchCmd struct {
	Read watchRead `cmd:"" help:"Print the events that a report proposes."`
}

type watchRead struct {
	Files     []string `arg:"" name:"file" help:"Text, HTML, RSS, Atom or JSON Feed; - is standard input."`
	Published string   `placeholder:"DATE" help:"Day of publication, against which dates are resolved: 2023-11-23. Without it, the text's own."`
	Register  string   `placeholder:"FILE" help:"Register of states, organisations and persons; default: the one built in."`
	JSON      bool     `name:"json" help:"Print one JSON proposal a line."`
}

func (watchRead) Help() string {
	return "Example: entente watch read report.txt --published 2023-11-23 --json"
}

func (c watchRead) Run(std streams) error {
	register := watch.DefaultRegister()
	if c.Register != "" {
		b, err := os.ReadFile(c.Register)
		if err != nil {
			return err
		}
		if register, err = watch.ParseRegister(c.Register, b); err != nil {
			return err
		}
	}
	var published entente.Instant
	if c.Published != "" {
		day, err := time.Parse(time.DateOnly, c.Published)
		if err != nil {
			return fmt.Errorf("reading --published: %w", err)
		}
		published = entente.At(day)
	}
	reader := watch.NewReader(register)
	failed := false
	for _, name := range c.Files {
		readings, err := c.read(reader, name, published, std)
		if werr := watch.WriteProposals(std.out, readings, c.JSON); werr != nil {
			return werr
		}
		if err != nil {
			fmt.Fprintln(std.err, "entente:", err)
			failed = true
		}
	}
	if failed {
		return errTold
	}
	return nil
}

// maxReport is more than any limit of the watch, so that it is the watch that refuses.
const maxReport = 64 << 20

func (c watchRead) read(r watch.Reader, name string, published entente.Instant, std streams) ([]watch.Reading, error) {
	in, closer, err := open(name, std)
	if err != nil {
		return nil, err
	}
	defer closer()
	b, err := io.ReadAll(io.LimitReader(in, maxReport+1)) // the reader refuses what is too large
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	return r.ReadAll(watch.Source{Name: name, Fetched: entente.At(time.Now()), Bytes: b}, published)
}
