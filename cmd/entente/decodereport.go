package main

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"entente/feed"
)

// probe prints what each file is taken for, and the editions' scores for each source.
func (c decodeCmd) probe(std streams) error {
	all := map[string]feed.FileProbe{}
	failed := false
	for _, name := range c.Files {
		in, closer, err := open(name, std)
		if err == nil {
			all[name], err = feed.Probe(name, in, feed.Options{Format: c.Format, Editions: c.Edition})
			closer()
		}
		if err != nil {
			fmt.Fprintln(std.err, "entente:", err)
			failed = true
		}
		if !c.JSON {
			if err := printProbe(std.out, name, all[name]); err != nil {
				return err
			}
		}
	}
	if c.JSON {
		if err := writeJSON(std.out, all); err != nil {
			return err
		}
	}
	if failed {
		return errTold
	}
	return nil
}

func printProbe(w io.Writer, name string, p feed.FileProbe) error {
	t := tabwriter.NewWriter(w, 0, 4, 2, ' ', 0)
	fmt.Fprintf(t, "%s: %s\n", name, cmp.Or(p.Format, "nothing that is read"))
	for _, g := range p.Guesses {
		fmt.Fprintf(t, "  %s\t%.2f\t%s\n", g.Format, g.Confidence, g.Why)
	}
	for _, s := range p.Sources {
		fmt.Fprintf(t, "category %03d source %d/%d: %d blocks, read by edition %s (%s)\n", s.Category, s.Source.SAC, s.Source.SIC, s.Blocks, s.Chosen, s.By)
		fmt.Fprintf(t, "  edition\texpansion\tscore\trecords\tfailed\tagainst it\n")
		for _, k := range s.Candidates {
			fmt.Fprintf(t, "  %s\t%s\t%.4f\t%d\t%d\t%s\n", k.Edition, k.Expansion, k.Score, k.Records, k.Failed, k.Why)
		}
	}
	return t.Flush()
}

// statistics prints what the sources sent.
func (c decodeCmd) statistics(std streams, s *feed.Statistics) error {
	if c.JSON {
		return writeJSON(std.out, map[string]any{"sources": s.Sources(), "trailers": s.Trailers(), "mode_s": s.Sky()})
	}
	t := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	if sky := s.Sky(); sky != nil {
		printSky(t, sky)
	}
	for _, src := range s.Sources() {
		printSource(t, &src)
	}
	for _, l := range s.Trailers() {
		fmt.Fprintf(t, "trailer line %d: %d datagrams, %d lost by their counter\n", l.Line, l.Datagrams, l.Lost)
	}
	if n := s.Skipped(); n > 0 {
		fmt.Fprintf(t, "%d records of more sources than are counted\n", n)
	}
	return t.Flush()
}

func printSource(t io.Writer, s *feed.SourceStats) {
	fmt.Fprintf(t, "category %03d edition %s source %d/%d\n", s.Category, s.Edition, s.Source.SAC, s.Source.SIC)
	row := func(name, format string, v ...any) {
		fmt.Fprintf(t, "  %s\t"+format+"\n", append([]any{name}, v...)...)
	}
	row("records", "%d", s.Records)
	if s.Targets > 0 {
		row("targets", "%d", s.Targets)
	}
	if s.Period > 0 {
		row("update period", "%.2f s", s.Period)
	}
	if s.First != "" {
		row("from, to", "%s, %s", s.First, s.Last)
	}
	if s.Delay != nil {
		row("received after", "min %.3f, median %.2f, 95 %% %.2f, max %.3f s", s.Delay.Min, s.Delay.Median, s.Delay.P95, s.Delay.Max)
	}
	row("without time", "%d", s.Untimed)
	row("steps back in time", "%d", s.Jumps)
	row("gaps over 10 s", "%d, longest %.1f s", s.Gaps, s.LongestGap)
	row("duplicates", "%d", s.Duplicates)
	for _, i := range s.Items {
		row("item "+i.Item, "%.1f %%", i.Percent)
	}
	for _, f := range s.Fields {
		row(f.Field, "%s", strings.TrimSpace(fmt.Sprintf("%g to %g %s", f.Min, f.Max, f.Unit)))
	}
}

// printLost tells what conversion left out.
func printLost(w io.Writer, name string, lost map[string]int64) {
	for _, path := range slices.Sorted(maps.Keys(lost)) {
		fmt.Fprintf(w, "%s: no place for %s: %d values\n", name, path, lost[path])
	}
}

// printSummary tells what of a file was not taken.
func printSummary(w io.Writer, name string, s *feed.Summary, limit int) {
	if s.Refused > 0 {
		fmt.Fprintf(w, "%s: %s, %d messages, %d refused%s\n", name, s.Format, s.Records+s.Frames, s.Refused, reasons(s.Reasons))
		if limit > 0 && s.Refused > int64(limit) {
			fmt.Fprintf(w, "%s: %d refusals more are not listed; --errors 0 lists all\n", name, s.Refused-int64(limit))
		}
	}
	if s.Format != "" && s.Confidence < 0.9 {
		fmt.Fprintf(w, "%s: taken for %s with confidence %.2f; --probe says why, --format names another\n", name, s.Format, s.Confidence)
	}
	if s.Filtered > 0 && s.Lines == 0 {
		fmt.Fprintf(w, "%s: no message fits the filter, %d were left out\n", name, s.Filtered)
	}
}

func reasons(by map[string]int64) string {
	var list []string
	for _, r := range slices.Sorted(maps.Keys(by)) {
		list = append(list, fmt.Sprintf("%s %d", r, by[r]))
	}
	if len(list) == 0 {
		return ""
	}
	return " (" + strings.Join(list, ", ") + ")"
}
