package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"entente"
	"entente/feed"
	"entente/track"
)

type trackCmd struct {
	Sensors string   `placeholder:"FILE" help:"Sensors CSV: id,kind,lat,lon,height_m,range_sigma_m,azimuth_sigma_deg,period_s,pd,max_range_m[,sac,sic,feed,…]. Without it sensors are taken from the recording where it names them."`
	Inputs  []string `arg:"" name:"input" help:"Recordings or plots CSV; - is standard input."`
	Out     string   `short:"o" default:"-" placeholder:"FILE" help:"Tracks as CSV, or by suffix as .csv.gz, .geojson, .parquet or .ast (ASTERIX 062); - is CSV on standard output."`
	Format  string   `default:"auto" help:"Format of the inputs, as for decode."`
	Edition []string `placeholder:"CAT/SAC/SIC=ED" help:"ASTERIX edition of a source."`
	Date    string   `placeholder:"DAY" help:"Day of a recording without dates, e.g. 2023-11-23."`
	Window  float64  `default:"10" help:"Seconds that plots are held so that late ones find their place."`
	Workers int      `default:"1" help:"How many workers share the Earth's cells; the tracks are the same."`
	Explain string   `placeholder:"TRACK@TIME" help:"Print instead why the tracker decided as it did about a track (number, address or callsign) around a time (seconds, time of day or RFC 3339)."`
	Around  float64  `default:"10" help:"Seconds before and after TIME that --explain tells of."`
	JSON    bool     `name:"json" help:"Print the counts as JSON on standard error, or the explanation on standard output."`
}

func (trackCmd) Help() string {
	return "Example: entente track --sensors sensors.csv plots.csv.gz -o tracks.csv"
}

func (c trackCmd) Run(ctx context.Context, std streams) error {
	reg, err := c.registry(std)
	if err != nil {
		return err
	}
	opt := feed.Options{Format: c.Format, Editions: c.Edition}
	if c.Date != "" {
		day, err := time.Parse(time.DateOnly, c.Date)
		if err != nil {
			return fmt.Errorf("reading --date: %w", err)
		}
		opt.Date = entente.At(day)
	}
	t, err := c.tracking(reg, std)
	if err != nil {
		return err
	}
	defer t.tracker.Close()
	var stats feed.Stats
	if err := t.read(ctx, c.Inputs, opt, std, &stats); err != nil {
		return err
	}
	t.buf = t.tracker.Flush(t.buf[:0])
	t.out.write(t.buf)
	if err := t.out.close(); err != nil {
		return fmt.Errorf("writing tracks: %w", err)
	}
	if t.asked != nil {
		return c.explain(std, t)
	}
	return c.report(std, stats.Snapshot(), t.tracker.Counters())
}

// tracking makes the run that the flags ask for.
func (c trackCmd) tracking(reg *feed.Registry, std streams) (*tracking, error) {
	t := &tracking{reg: reg}
	config := track.Config{Sensors: reg.Sensors(), Window: c.Window, Workers: c.Workers}
	if c.Explain != "" {
		var err error
		if t.asked, err = parseQuestion(c.Explain, c.Around); err != nil {
			return nil, err
		}
		config.Explain = &t.asked.about
		if c.Out == "-" {
			std.out = io.Discard
		}
	}
	var err error
	if t.out, err = newTrackWriter(c.Out, std); err != nil {
		return nil, err
	}
	t.tracker = track.New(config)
	return t, nil
}

// explain prints the answer.
func (c trackCmd) explain(std streams, t *tracking) error {
	all, err := t.asked.answer()
	if err != nil {
		return err
	}
	if c.JSON {
		return writeJSON(std.out, all)
	}
	x := explainer{w: std.out, sensors: sensorNames(t.reg), models: track.ModelNames()}
	x.print(all)
	return nil
}

// registry reads the sensors file; without one every source of a recording becomes a sensor with common accuracies.
func (c trackCmd) registry(std streams) (*feed.Registry, error) {
	if c.Sensors == "" {
		return nil, fmt.Errorf("no --sensors: a tracker must know where its sensors stand; see 'entente track -h' for the columns")
	}
	f, closer, err := open(c.Sensors, std)
	if err != nil {
		return nil, err
	}
	defer closer()
	return feed.LoadRegistry(c.Sensors, f)
}

// tracking is one run of the tracker over its inputs.
type tracking struct {
	tracker *track.Tracker
	reg     *feed.Registry
	out     *trackWriter
	buf     []entente.Track
	asked   *question
	begun   bool
}

func (t *tracking) read(ctx context.Context, names []string, opt feed.Options, std streams, stats *feed.Stats) error {
	var inputs []feed.Input
	for _, name := range names {
		in, closer, err := open(name, std)
		if err != nil {
			return err
		}
		defer closer()
		inputs = append(inputs, feed.Input{Name: name, Reader: in})
	}
	known := len(t.reg.Sensors())
	return feed.MergePlots(ctx, inputs, opt, t.reg, func(plots []entente.Plot) {
		if n := len(t.reg.Sensors()); n != known {
			known = n
			t.tracker.SetSensors(t.reg.Sensors())
		}
		if t.asked != nil && !t.begun && len(plots) > 0 {
			t.begun = true
			t.asked.begin(plots[0].Time)
		}
		t.buf = t.tracker.Process(plots, t.buf[:0])
		t.out.write(t.buf)
	}, stats)
}

func (c trackCmd) report(std streams, s feed.Snapshot, n track.Counters) error {
	if c.JSON {
		return writeJSON(std.err, map[string]any{"feed": s, "tracker": n})
	}
	fmt.Fprintf(std.err, "%d plots, %d used, %d tracks\n", n.Plots, n.Associated+n.Initiated, n.Confirmed)
	for reason, count := range s.Errors {
		fmt.Fprintf(std.err, "refused: %s %d\n", reason, count)
	}
	for src, count := range s.Unknown {
		fmt.Fprintf(std.err, "no sensor has SAC %d SIC %d: %d records left out; add it to %s\n", src.SAC, src.SIC, count, c.Sensors)
	}
	if n.Plots == 0 {
		return fmt.Errorf("no plot in %v; 'entente decode' shows what the files hold", c.Inputs)
	}
	return nil
}
