package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"entente/feed"
)

type decodeCmd struct {
	Files   []string `arg:"" name:"file" help:"Recordings; - is standard input."`
	Format  string   `default:"auto" help:"auto, or one of asterix oradis gps rply pcap pcapng beast avr hexcsv sbs."`
	Edition []string `placeholder:"CAT/SAC/SIC=ED" help:"ASTERIX edition of a source, e.g. 21/20/219=2.1; may be given again."`
	Raw     bool     `help:"Raw integers beside scaled values of ASTERIX."`
	Text    bool     `help:"Texts of codes."`
	Errors  int      `default:"20" help:"Refusals printed for each file; 0 is all."`
	JSON    bool     `name:"json" help:"Print the summary as JSON, on standard error."`
}

func (decodeCmd) Help() string {
	return "Example: entente decode radar.pcap | head -3"
}

func (c decodeCmd) Run(std streams) error {
	out := bufio.NewWriterSize(std.out, 1<<16)
	failed := false
	for _, name := range c.Files {
		if err := c.file(name, std, out); err != nil {
			fmt.Fprintln(std.err, "entente:", err)
			failed = true
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if failed {
		return errTold
	}
	return nil
}

func (c decodeCmd) file(name string, std streams, out io.Writer) error {
	in, closer, err := open(name, std)
	if err != nil {
		return err
	}
	defer closer()
	sum, err := feed.DecodeFile(name, in, feed.DecodeOptions{
		Options: feed.Options{Format: c.Format, Editions: c.Edition},
		Raw:     c.Raw, Text: c.Text, Errors: std.err, Limit: c.Errors,
	}, out)
	if err != nil {
		return err
	}
	if c.JSON {
		b, err := json.Marshal(sum)
		if err != nil {
			return fmt.Errorf("writing the summary: %w", err)
		}
		fmt.Fprintf(std.err, "%s\n", b)
		return nil
	}
	if sum.Refused > 0 {
		fmt.Fprintf(std.err, "%s: %s, %d messages, %d refused\n", name, sum.Format, sum.Lines, sum.Refused)
	}
	return nil
}

// open opens a file, or standard input for "-".
func open(name string, std streams) (io.Reader, func(), error) {
	if name == "-" {
		return std.in, func() {}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}
