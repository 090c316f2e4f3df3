package main

import (
	"cmp"
	"fmt"
	"io"

	"entente/feed"
)

// shownAircraft is how many aircraft the statistics in text list; those in JSON have all.
const shownAircraft = 50

// printSky prints what was heard of Mode S.
func printSky(t io.Writer, s *feed.SkyStats) {
	fmt.Fprintln(t, "Mode S")
	row := func(name, format string, v ...any) {
		fmt.Fprintf(t, "  %s\t"+format+"\n", append([]any{name}, v...)...)
	}
	row("messages", "%d", s.Messages)
	if s.Span > 0 {
		row("span, rate", "%.1f s, %.1f a second", s.Span, s.Rate)
	}
	if s.First != "" {
		row("from, to", "%s, %s", s.First, s.Last)
	}
	row("without time", "%d", s.Untimed)
	row("steps back in time", "%d", s.StepsBack)
	row("gaps over 10 s", "%d, longest %.1f s", s.Gaps, s.Longest)
	for _, group := range []struct {
		name string
		list []feed.CountOf
	}{{"form ", s.Forms}, {"squitter ", s.Codes}, {"register ", s.Registers}, {"origin ", s.Origins}} {
		for _, c := range group.list {
			row(group.name+c.Name, "%d", c.Count)
		}
	}
	row("positions", "%d", s.Positions)
	row("positions that jump", "%d refused", s.Jumps)
	row("pairs of two zones", "%d not used", s.Zones)
	row("surface, no reference", "%d not used", s.NoSite)
	row("address not heard", "%d replies", s.Unknown)
	if len(s.Refused) > 0 {
		row("refused", "%s", reasons(s.Refused)[1:])
	}
	for _, r := range s.Receivers {
		row("receiver "+r.File, "%d messages, %d copies%s", r.Frames, r.Copies, meanSignal(r.Signal))
	}
	printAircraft(t, s)
}

func printAircraft(t io.Writer, s *feed.SkyStats) {
	fmt.Fprintf(t, "  %d aircraft\tmessages\ta second\tpositions\tevery s\tgap s\tjumps\tkind\tcallsign\tsquawk\n", len(s.Aircraft))
	for i, a := range s.Aircraft {
		if i == shownAircraft {
			fmt.Fprintf(t, "  %d more are in --json\n", len(s.Aircraft)-i)
			return
		}
		fmt.Fprintf(t, "  %s\t%d\t%.2f\t%d\t%.2f\t%.1f\t%d\t%s\t%s\t%s\n", a.Address, a.Messages, a.Rate, a.Positions, a.Period, a.Gap, a.Jumps, a.Kind, cmp.Or(a.Callsign, "-"), cmp.Or(a.Squawk, "-"))
	}
}

func meanSignal(mean float64) string {
	if mean == 0 {
		return ""
	}
	return fmt.Sprintf(", mean signal %.0f", mean)
}
