package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"entente"
	"entente/asterix"
	"entente/feed"
)

type decodeCmd struct {
	Files   []string `arg:"" name:"file" help:"Recordings; - is standard input."`
	Format  string   `default:"auto" help:"auto, or one of asterix oradis final gps rply rff hdlc pcap pcapng beast beast-gps avr hexcsv sbs; samples of a radio by name: iq-uc8-2.0 iq-uc8-2.4 iq-sc16-2.0 iq-sc16-2.4."`
	Edition []string `placeholder:"CAT/SAC/SIC=ED" help:"ASTERIX edition of a source, e.g. 21/20/219=2.1; may be given again."`
	Date    string   `placeholder:"DAY" help:"Day of a recording without dates, e.g. 2023-11-23."`
	Sensors string   `placeholder:"FILE" help:"Sensors CSV: places polar plots for --area and tables."`
	Raw     bool     `help:"Raw integers beside scaled values of ASTERIX."`
	Text    bool     `help:"Texts of codes."`
	Site    string   `placeholder:"LAT,LON" help:"The receiver's site in degrees: positions on the ground need one."`
	CommB   bool     `name:"comm-b" help:"Read the Comm-B registers inside ASTERIX records."`
	Keep    bool     `name:"keep-bytes" help:"Add octets, offset, datagram and times to each ASTERIX line."`
	Errors  int      `default:"20" help:"Refusals printed for each file; 0 is all."`
	Strict  bool     `help:"Exit 1 when anything was refused."`
	JSON    bool     `name:"json" help:"Print the summary as JSON on standard error; statistics and probe as JSON."`

	Out     string   `short:"o" default:"-" placeholder:"FILE" help:"By suffix .jsonl, .csv, .parquet or .ast (ASTERIX again, records unchanged); - is JSON lines."`
	Stats   bool     `help:"Print what each ASTERIX source sends instead of its records."`
	Probe   bool     `help:"Print how well each edition reads each ASTERIX source instead of its records."`
	Convert []string `placeholder:"CAT=ED" help:"Convert records to another edition, e.g. 21=2.6, or 21=62 to system tracks; may be given again."`

	Cat     []uint8  `placeholder:"CAT" help:"Keep ASTERIX records of these categories, e.g. 48,34."`
	Source  []string `placeholder:"SAC/SIC" help:"Keep records of these sources."`
	Item    []string `placeholder:"ITEM" help:"Keep records that have all these items or fields, e.g. 220 or 040/RHO."`
	Address []string `placeholder:"HEX" help:"Keep records of these 24-bit addresses."`
	Area    string   `placeholder:"S,W,N,E" help:"Keep records with a position in this box, degrees."`
	From    string   `placeholder:"TIME" help:"Keep records from this time on: 2026-03-01T12:00:00Z, or a time of day, 12:00:00."`
	To      string   `placeholder:"TIME" help:"Keep records before this time."`
}

func (decodeCmd) Help() string {
	return `Examples:
  entente decode radar.pcap | head -3
  entente decode --stats radar.pcap
  entente decode --cat 48 --address 4CA2D1 -o one.csv radar.pcap
  entente decode --convert 21=62 -o tracks.ast adsb.ast`
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
	if _, ok := decodeForms[filepath.Ext(c.Out)]; c.Out != "-" && !ok {
		return fmt.Errorf("writing %s: the name must end in .jsonl, .csv, .parquet or .ast", c.Out)
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
	opt.Sink = out.sink
	if c.Stats {
		opt.Statistics = feed.NewStatistics()
	}
	failed := false
	for _, name := range c.Files {
		refused, err := c.file(name, std, opt, out.lines)
		if err != nil {
			fmt.Fprintln(std.err, "entente:", err)
		}
		failed = failed || err != nil || c.Strict && refused > 0
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

// file decodes one file and returns how many refusals it had.
func (c decodeCmd) file(name string, std streams, opt feed.DecodeOptions, out io.Writer) (int64, error) {
	in, closer, err := open(name, std)
	if err != nil {
		return 0, err
	}
	defer closer()
	watched := watchFile(in, std)
	defer watched.done()
	sum, err := feed.DecodeFile(name, watched, opt, out)
	if err != nil {
		return sum.Refused, err
	}
	if c.JSON && !c.Stats {
		b, err := json.Marshal(sum)
		if err != nil {
			return sum.Refused, fmt.Errorf("writing the summary: %w", err)
		}
		fmt.Fprintf(std.err, "%s\n", b)
		return sum.Refused, nil
	}
	if sum.Refused > 0 {
		fmt.Fprintf(std.err, "%s: %s, %d messages, %d refused\n", name, sum.Format, sum.Lines, sum.Refused)
	}
	printLost(std.err, name, sum.Lost)
	return sum.Refused, nil
}

// options reads the flags.
func (c decodeCmd) options(std streams) (feed.DecodeOptions, error) {
	opt := feed.DecodeOptions{
		Options: feed.Options{Format: c.Format, Editions: c.Edition}, Raw: c.Raw, Text: c.Text, CommB: c.CommB, KeepBytes: c.Keep,
		Convert: c.Convert, Errors: std.err, Limit: c.Errors,
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
	day, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("reading --date %q: want a day such as 2023-11-23", s)
	}
	return entente.At(day), nil
}

// filter reads the flags that choose records.
func (c decodeCmd) filter() (f feed.Filter, err error) {
	f.Categories, f.Items = c.Cat, c.Item
	for _, s := range c.Source {
		src, err := feed.ParseSource(s)
		if err != nil {
			return f, err
		}
		f.Sources = append(f.Sources, src)
	}
	for _, s := range c.Address {
		v, err := strconv.ParseUint(s, 16, 24)
		if err != nil {
			return f, fmt.Errorf("reading --address %q: want six hex digits, such as 4CA2D1", s)
		}
		f.Addresses = append(f.Addresses, uint32(v))
	}
	if c.Area != "" {
		if f.Area, err = feed.ParseArea(c.Area); err != nil {
			return f, err
		}
	}
	if c.From != "" {
		if f.From, err = feed.ParseBound(c.From); err != nil {
			return f, err
		}
	}
	if c.To != "" {
		f.To, err = feed.ParseBound(c.To)
	}
	return f, err
}

// watched shows how far a file is read.
type watched struct {
	io.Reader
	*progress
	n float64
}

func watchFile(in io.Reader, std streams) *watched {
	w := &watched{Reader: in, progress: &progress{}}
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Size() > 0 {
			w.progress = newProgress(std.err, float64(info.Size()))
		}
	}
	return w
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.Reader.Read(b)
	w.n += float64(n)
	w.at(w.n)
	return n, err
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
