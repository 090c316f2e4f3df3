// Command entente runs a member's node and everything around it from the shell.
//
// Exit status: 0 ok, 1 failed, 2 bad usage. Results go to standard output, errors and progress to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"
)

type cli struct {
	Demo     demoCmd          `cmd:"" help:"Run a whole organisation in one process, with simulated traffic and the page."`
	Node     nodeCmd          `cmd:"" help:"Run one member's node."`
	Decode   decodeCmd        `cmd:"" help:"Print one JSON line for each message of a recording."`
	Track    trackCmd         `cmd:"" help:"Turn recordings or plots into tracks."`
	Simulate simulateCmd      `cmd:"" help:"Make recordings and their truth from a scenario."`
	Score    scoreCmd         `cmd:"" help:"Print the figures of tracks against truth."`
	Watch    watchCmd         `cmd:"" help:"Read reports from the shell."`
	Council  councilCmd       `cmd:"" help:"The council of a running node from the shell."`
	Record   recordCmd        `cmd:"" help:"The record, without a node."`
	Member   memberCmd        `cmd:"" help:"Keys and partners."`
	Policy   policyCmd        `cmd:"" help:"What a release policy lets out."`
	Version  kong.VersionFlag `help:"Print the version and exit."`
}

// streams is where a command reads and writes, so that tests can stand in for the shell.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func main() { os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})) }

// errTold is a bad result that was already told: exit 1 without another word.
var errTold = errors.New("failed")

func run(args []string, std streams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := -1
	parser := kong.Must(&cli{},
		kong.Name("entente"),
		kong.Description("The system that sovereign states run together to see, share, watch, consult, decide and keep their word."),
		kong.Vars{"version": version()},
		kong.Writers(std.out, std.err),
		kong.Exit(func(c int) {
			if code < 0 {
				code = c
			}
		}),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, FlagsLast: true, WrapUpperBound: 100}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	k, err := parser.Parse(args)
	if code >= 0 { // help or version was printed
		return code
	}
	if err != nil {
		fmt.Fprintf(std.err, "entente: %v\nRun 'entente --help', or a command with -h for an example.\n", err)
		return 2
	}
	switch err := k.Run(listed(k.Selected().Name)); {
	case err == nil:
		return 0
	case errors.Is(err, errTold):
		return 1
	default:
		fmt.Fprintln(std.err, "entente:", err)
		return 1
	}
}

func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	return info.Main.Version
}
