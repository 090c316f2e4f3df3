package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"entente"
	"entente/asterix"
	"entente/feed"
	"entente/modes"
)

type decodeCmd struct {
	Files   []string `arg:"" name:"file" help:"Recordings, compressed (gzip, bzip2) or not; - is standard input. What has times in UTC is merged by time."`
	Format  string   `default:"auto" help:"auto, or one of asterix oradis final gps rply rff hdlc pcap pcapng beast beast-gps avr hexcsv sbs; samples of a radio by name: iq-uc8-2.0 iq-uc8-2.4 iq-sc16-2.0 iq-sc16-2.4."`
	Edition []string `placeholder:"CAT/SAC/SIC=ED" help:"ASTERIX edition of a source, e.g. 21/20/219=2.1; may be given again."`
	Date    string   `placeholder:"DAY" help:"Day of a recording without dates, e.g. 2023-11-23; of a receiver's counter also when it began, 2023-11-23T10:00:00Z."`
	Sensors string   `placeholder:"FILE" help:"Sensors CSV: places polar plots for --area and tables."`
	Raw     bool     `help:"Raw integers beside scaled values of ASTERIX."`
	Text    bool     `help:"Texts of codes."`
	Site    string   `placeholder:"LAT,LON" help:"The receiver's site in degrees: positions on the ground need one."`
	CommB   bool     `name:"comm-b" help:"Read the Comm-B registers inside ASTERIX records."`
	Keep    bool     `name:"keep-bytes" help:"Add octets, datagram, receiver's stamp and time of reception to each line."`
	Errors  int      `default:"20" help:"Refusals printed for each file; 0 is all."`
	Strict  bool     `help:"Exit 1 when anything was refused."`
	Repair  uint8    `placeholder:"BITS" help:"Correct one or two wrong bits of Mode S frames of aircraft that are known: 1 or 2. Such lines say so. Off by default: it makes ghosts."`
	Dedup   bool     `help:"Leave out copies of a Mode S frame within 200 ms, of one file or of several."`
	InOrder bool     `name:"in-order" help:"Read the files one after another instead of merging them by time."`
	JSON    bool     `name:"json" help:"Print the summary as JSON on standard error; statistics and probe as JSON."`

	Out     string   `short:"o" default:"-" placeholder:"FILE" help:"By suffix .jsonl, .csv, .parquet; ASTERIX again, records unchanged: .ast; Mode S again: .beast, .avr, .sbs; - is JSON lines."`
	Stats   bool     `help:"Print what each source and aircraft sends instead of the messages."`
	Probe   bool     `help:"Print what each file is taken for and why, and how well each edition reads each ASTERIX source, instead of messages."`
	Convert []string `placeholder:"CAT=ED" help:"Convert records to another edition, e.g. 21=2.6, or 21=62 to system tracks; may be given again."`

	Cat     []uint8  `placeholder:"CAT" help:"Keep ASTERIX records of these categories, e.g. 48,34."`
	Source  []string `placeholder:"SAC/SIC" help:"Keep records of these sources."`
	Item    []string `placeholder:"ITEM" help:"Keep records that have all these items or fields, e.g. 220 or 040/RHO."`
	DF      []uint8  `name:"df" placeholder:"DF" help:"Keep Mode S frames of these downlink formats, e.g. 17,18."`
	Address []string `placeholder:"HEX" help:"Keep messages of these 24-bit addresses."`
	Area    string   `placeholder:"S,W,N,E" help:"Keep records with a position in this box, degrees, and frames of aircraft that are in it."`
	From    string   `placeholder:"TIME" help:"Keep messages from this time on: 2026-03-01T12:00:00Z, or a time of day, 12:00:00."`
	To      string   `placeholder:"TIME" help:"Keep messages before this time."`
}

func (decodeCmd) Help() string {
	return `Any recording, without flags, gives JSON lines; --probe says what a file is taken for.
Exit status: 0 decoded, 1 a file could not be read (or, with --strict, anything was refused), 2 bad usage.
Examples:
  entente decode radar.pcap | head -3
  entente decode --stats radar.pcap
  entente decode --cat 48 --address 4CA2D1 -o one.csv radar.pcap
  entente decode --convert 21=62 -o tracks.ast adsb.ast
  entente decode --dedup --area 50,20,54,28 -o box.beast a.beast b.beast
  nc 192.0.2.1 30005 | entente decode --format beast -`
}

// Validate finds bad usage before anything is read.
func (c decodeCmd) Validate() error {
	for _, rule := range c.Edition {
		if _, err := asterix.ParseRule(rule); err != nil {
			return err
		}
	}
	if c.Date != "" {
		if _, err := parseDay(c.Date); err != nil {
			return err
		}
	}
	if c.Out != "-" && !slices.Contains(decodeForms, filepath.Ext(c.Out)) {
		return fmt.Errorf("writing %s: the name must end in %s", c.Out, strings.Join(decodeForms, ", "))
	}
	if c.Repair > 2 {
		return fmt.Errorf("reading --repair %d: want 1 or 2 bits", c.Repair)
	}
	if c.Repair > 0 && slices.Contains([]string{".beast", ".avr", ".sbs"}, filepath.Ext(c.Out)) {
		return errors.New("--repair with a relay: what is passed on to others must be what was received")
	}
	f, err := c.filter()
	if err != nil {
		return err
	}
	return feed.DecodeOptions{Options: feed.Options{Format: c.Format}, Filter: f, Convert: c.Convert}.Check()
}

func (c decodeCmd) Run(std streams) error {
	if c.Probe {
		return c.probe(std)
	}
	opt, err := c.options(std)
	if err != nil {
		return err
	}
	out, err := c.output(std, opt.Sensors)
	if err != nil {
		return err
	}
	opt.Sink, opt.Frames = out.sink, out.frames
	if c.Stats {
		opt.Statistics = feed.NewStatistics()
	}
	failed, err := c.decode(std, opt, out.lines)
	if err != nil {
		return err
	}
	if err := out.close(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if c.Stats {
		if err := c.statistics(std, opt.Statistics); err != nil {
			return err
		}
	}
	if failed {
		return errTold
	}
	return nil
}

// decode decodes the files, merged by time or one after another, and says whether any failed.
func (c decodeCmd) decode(std streams, opt feed.DecodeOptions, out io.Writer) (failed bool, err error) {
	files := openFiles(c.Files, std)
	defer files.close()
	done := func(name string, sum feed.Summary, err error) {
		failed = !c.told(std, name, sum, err) || failed
	}
	inputs := files.inputs(func(name string, err error) { done(name, feed.Summary{}, err) })
	if !c.InOrder {
		return failed, feed.DecodeFiles(inputs, opt, out, done)
	}
	for _, in := range inputs {
		sum, err := feed.DecodeFile(in.Name, in.Reader, opt, out)
		done(in.Name, sum, err)
	}
	return failed, nil
}

// told prints what became of a file, and says whether it was read as wanted.
func (c decodeCmd) told(std streams, name string, sum feed.Summary, err error) bool {
	if err != nil {
		fmt.Fprintln(std.err, "entente:", err)
	}
	if c.JSON && !c.Stats && sum.Format != "" {
		if b, jerr := json.Marshal(sum); jerr == nil {
			fmt.Fprintf(std.err, "%s\n", b)
		}
		return err == nil && !(c.Strict && sum.Refused > 0)
	}
	printSummary(std.err, name, &sum, c.Errors)
	printLost(std.err, name, sum.Lost)
	return err == nil && !(c.Strict && sum.Refused > 0)
}

// options reads the flags.
func (c decodeCmd) options(std streams) (feed.DecodeOptions, error) {
	opt := feed.DecodeOptions{
		Options: feed.Options{Format: c.Format, Editions: c.Edition}, Raw: c.Raw, Text: c.Text, CommB: c.CommB, KeepBytes: c.Keep,
		Convert: c.Convert, Errors: std.err, Limit: c.Errors, Dedup: c.Dedup, Repair: modes.Repair(c.Repair),
	}
	var err error
	if c.Date != "" {
		if opt.Date, err = parseDay(c.Date); err != nil {
			return opt, err
		}
	}
	if c.Site != "" {
		if opt.Lat, opt.Lon, err = parseSite(c.Site); err != nil {
			return opt, err
		}
		opt.HasSite = true
	}
	if c.Sensors != "" {
		f, closer, err := open(c.Sensors, std)
		if err != nil {
			return opt, err
		}
		defer closer()
		if opt.Sensors, err = feed.LoadRegistry(c.Sensors, f); err != nil {
			return opt, err
		}
	}
	opt.Filter, err = c.filter()
	return opt, err
}

func parseDay(s string) (entente.Instant, error) {
	if start, err := time.Parse(time.RFC3339, s); err == nil {
		return entente.At(start), nil
	}
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("reading --date %q: want a day such as 2023-11-23, or the start of a receiver's counter, 2023-11-23T10:00:00Z", s)
	}
	return entente.At(day), nil
}
