package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"entente/score"
	"entente/track"
)

type scoreCmd struct {
	Truth     string   `placeholder:"FILE" help:"Truth CSV: time_s,target,lat,lon,altitude_m,ve_mps,vn_mps[,mode_s,mode_a,callsign]; .gz too; or a recording of system tracks (ASTERIX 062) to judge sensors against. Without it a reference is reconstructed from --plots."`
	Tracks    string   `placeholder:"FILE" help:"Tracks CSV as 'entente track' writes it, .gz too; or a recording of system tracks (ASTERIX 062)."`
	Plots     []string `placeholder:"FILE" help:"Plots CSV or recordings, to judge sensors; may be given again."`
	Sensors   string   `placeholder:"FILE" help:"Sensors CSV, as for track."`
	Reference string   `placeholder:"FILE" help:"Write the reconstructed reference as CSV; .gz too. It can be a --truth."`
	Step      float64  `default:"4" help:"Seconds between the reference's points."`
	Cutoff    float64  `default:"2000" help:"Metres beyond which a track is none of the target's."`
	MaxAge    float64  `default:"15" help:"Seconds after its last row that a track is dropped."`
	Warmup    float64  `help:"Seconds after each target's first row that are not scored."`
	Switch    float64  `help:"Metres that a switch costs in T-GOSPA; 0 is half the cut-off."`
	Format    string   `default:"auto" help:"Format of the plots, as for decode."`
	Edition   []string `placeholder:"CAT/SAC/SIC=ED" help:"ASTERIX edition of a source."`
	Date      string   `placeholder:"DAY" help:"Day of a recording without dates, e.g. 2023-11-23."`
	HTML      string   `name:"html" placeholder:"FILE" help:"Write the report as one page."`
	Pictures  string   `placeholder:"DIR" help:"Write the hard cases as SVG files."`
	JSON      bool     `name:"json" help:"Print JSON, with everything the page shows."`
}

func (scoreCmd) Help() string {
	return `Tracks against truth, sensors against truth, or both without any truth.
Examples:
  entente score --truth truth.csv.gz --tracks tracks.csv --json
  entente score --truth truth.csv.gz --tracks tracks.csv --plots plots.csv.gz --sensors sensors.csv --html report.html
  entente score --plots radar.pcap --sensors sensors.csv --tracks system-tracks.pcap --html report.html
  entente score --plots radar.pcap --sensors sensors.csv --truth system-tracks.pcap
  entente score --plots plots.csv.gz --sensors sensors.csv --reference reference.csv.gz`
}

// Validate finds bad usage before anything is read.
func (c scoreCmd) Validate() error {
	switch {
	case len(c.Plots) > 0 && c.Sensors == "":
		return errors.New("--plots need --sensors: a plot means nothing without its sensor's site")
	case c.Truth == "" && len(c.Plots) == 0:
		return errors.New("give --truth, or --plots and --sensors, from which a reference is reconstructed")
	case c.Tracks == "" && len(c.Plots) == 0:
		return errors.New("give --tracks to judge a tracker, or --plots and --sensors to judge sensors")
	case c.Reference != "" && c.Truth != "":
		return errors.New("--reference is reconstructed where there is no --truth: leave one of the two out")
	case !(c.Cutoff > 0) || !(c.MaxAge > 0) || !(c.Step > 0) || c.Warmup < 0 || c.Switch < 0:
		return errors.New("--cutoff, --max-age and --step must be above zero, --warmup and --switch not below")
	}
	if c.Date != "" {
		if _, err := parseDay(c.Date); err != nil {
			return err
		}
	}
	return nil
}

func (c scoreCmd) Run(ctx context.Context, std streams) error {
	in, err := c.read(ctx, std)
	if err != nil {
		return err
	}
	r := score.Judge(in.truth, in.tracks, in.rec, score.Options{Cutoff: c.Cutoff, MaxAge: c.MaxAge, Warmup: c.Warmup, Switch: c.Switch})
	if c.HTML != "" {
		if err := c.writeHTML(r); err != nil {
			return err
		}
	}
	if c.Pictures != "" {
		if err := c.writePictures(r); err != nil {
			return err
		}
	}
	if c.JSON {
		b, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			return fmt.Errorf("writing figures: %w", err)
		}
		_, err = fmt.Fprintf(std.out, "%s\n", b)
		return err
	}
	return printReport(std.out, r)
}

// scoreInputs are what is compared; tracks and rec may be nil.
type scoreInputs struct {
	truth  *score.Truth
	tracks *score.Tracks
	rec    *score.Recording
}

func (c scoreCmd) read(ctx context.Context, std streams) (in scoreInputs, err error) {
	if len(c.Plots) > 0 {
		if in.rec, err = c.recording(ctx, std); err != nil {
			return in, err
		}
	}
	if c.Truth != "" {
		in.truth, err = c.openTruth(std)
	} else {
		in.truth, err = c.reconstruct(std, in.rec)
	}
	if err != nil {
		return in, err
	}
	if c.Tracks != "" {
		in.tracks, err = c.openTracks(std)
	}
	return in, err
}

// reconstruct makes the reference of the plots.
func (c scoreCmd) reconstruct(std streams, rec *score.Recording) (*score.Truth, error) {
	s := track.Smooth(rec.Plots, track.SmoothConfig{Sensors: rec.Sensors, Step: c.Step})
	if len(s.Trajectories) == 0 {
		return nil, fmt.Errorf("no flight could be reconstructed from %d plots; do the sensors' sites and accuracies fit them? 'entente decode' shows what the files hold", len(rec.Plots))
	}
	truth := &score.Truth{}
	for i := range s.Trajectories {
		for _, p := range s.Trajectories[i].Points {
			truth.Add(p)
		}
	}
	against := "absolute, from ADS-B or multilateration"
	if !s.Anchored {
		against = "relative: what all radars share is not seen"
	}
	fmt.Fprintf(std.err, "reference: %d flights from %d of %d plots; biases %s\n", len(s.Trajectories), s.Used, s.Used+s.Unused, against)
	if c.Reference == "" {
		return truth, nil
	}
	return truth, writeReference(c.Reference, s)
}

func (c scoreCmd) writeHTML(r *score.Report) error {
	f, err := os.Create(c.HTML)
	if err != nil {
		return err
	}
	names := score.Names{Tracks: c.Tracks, Truth: c.Truth, Plots: strings.Join(c.Plots, ", ")}
	if c.Truth == "" {
		names.Truth = "a reference reconstructed from the plots"
	}
	switch {
	case c.Tracks != "" && len(c.Plots) > 0:
		names.Title = "Tracks and sensors"
	case c.Tracks != "":
		names.Title = "Tracks"
	default:
		names.Title = "Sensors"
	}
	return errors.Join(r.HTML(f, names), f.Close())
}

func (c scoreCmd) writePictures(r *score.Report) error {
	if err := os.MkdirAll(c.Pictures, 0o755); err != nil {
		return err
	}
	count := map[string]int{}
	for i := range r.Cases {
		kind := r.Cases[i].Kind
		count[kind]++
		name := kind + ".svg"
		if n := count[kind]; n > 1 {
			name = fmt.Sprintf("%s-%d.svg", kind, n)
		}
		if err := os.WriteFile(filepath.Join(c.Pictures, name), []byte(r.Picture(i)), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// printReport prints for people: the plain figures, then one line for each further part.
func printReport(w io.Writer, r *score.Report) error {
	var b strings.Builder
	if r.HasTracks {
		figures, err := json.Marshal(r.Figures)
		if err != nil {
			return fmt.Errorf("writing figures: %w", err)
		}
		if err := printFigures(&b, figures); err != nil {
			return err
		}
		exact := ""
		if !r.Trajectory.Exact {
			exact = fmt.Sprintf(" (at least %s)", plain(r.Trajectory.LowerBound))
		}
		fmt.Fprintf(&b, "%-26s %s%s\n", "t_gospa_m", plain(r.Trajectory.Value), exact)
		fmt.Fprintf(&b, "%-26s %s\n", "longest_track_segment", plain(r.SIAP.LongestSegment))
		fmt.Fprintf(&b, "%-26s %s\n", "lag_s", plain(r.Latency.Lag))
		fmt.Fprintf(&b, "%-26s %s\n\n", "age_p95_s", plain(r.Latency.Age95))
		printRequirements(&b, r)
	}
	for i := range r.Sensors {
		printSensor(&b, &r.Sensors[i])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// plain prints a figure, a dash for one that was not measured.
func plain(v score.Number) string {
	if !v.Known() {
		return "–"
	}
	return fmt.Sprintf("%.5g", float64(v))
}

// printRequirements lists how many of each set are met, and those that are not.
func printRequirements(b *strings.Builder, r *score.Report) {
	for from := 0; from < len(r.Requirements); {
		set := r.Requirements[from].Set
		met, all, to := 0, 0, from
		var failed []string
		for ; to < len(r.Requirements) && r.Requirements[to].Set == set; to++ {
			switch q := &r.Requirements[to]; q.Result {
			case score.Met:
				met, all = met+1, all+1
			case score.NotMet:
				all++
				failed = append(failed, fmt.Sprintf("  %-4s %s, %s: %s, limit %s %s", q.ID, q.Name, q.Scope, plain(q.Value), plain(q.Limit), q.Unit))
			}
		}
		fmt.Fprintf(b, "%s: %d of %d measured requirements met\n", set, met, all)
		for _, line := range failed {
			fmt.Fprintln(b, line)
		}
		from = to
	}
}

func printSensor(b *strings.Builder, s *score.SensorFigures) {
	fmt.Fprintf(b, "\n%s (%s): %d plots, detected %s, false %s a turn of %s s, %d doubles\n", s.Name, s.Kind, s.Plots, plain(s.PD), plain(s.FalseRate), plain(s.Period), s.Duplicates)
	if s.RangeSigma.Known() {
		fmt.Fprintf(b, "  range   bias %s ± %s m, sigma %s m (stated %s)\n", plain(s.RangeBias), plain(s.RangeBiasSigma), plain(s.RangeSigma), plain(s.StatedRangeSigma))
		fmt.Fprintf(b, "  azimuth bias %s ± %s°, sigma %s° (stated %s)\n", plain(s.AzimuthBias), plain(s.AzimuthBiasSigma), plain(s.AzimuthSigma), plain(s.StatedAzimuth))
	}
	if s.PositionSigma.Known() {
		fmt.Fprintf(b, "  position bias %s m east, %s m north ± %s m, sigma %s m (stated %s)\n", plain(s.EastBias), plain(s.NorthBias), plain(s.PositionBiasSigma), plain(s.PositionSigma), plain(s.StatedRangeSigma))
	}
	if s.TimeBias.Known() {
		fmt.Fprintf(b, "  clock   bias %s ± %s s; delay %s s\n", plain(s.TimeBias), plain(s.TimeBiasSigma), plain(s.Delay))
	}
}
