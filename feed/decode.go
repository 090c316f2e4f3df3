package feed

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"entente"
	"entente/modes"
)

// DecodeOptions say how [DecodeFile] reads and prints.
type DecodeOptions struct {
	Options
	Raw  bool // raw integers beside scaled values of ASTERIX
	Text bool // texts beside codes: those of ASTERIX that are described; of Mode S flight status, capability, emergency, category
	// KeepBytes adds to ASTERIX lines, which have time in UTC and offset in the file anyway, the record's octets in hex, the number
	// of its datagram (from 1) and the time of reception where it is known; to Mode S lines likewise, with the receiver's stamp and
	// signal.
	KeepBytes  bool
	CommB      bool         // adds the Comm-B registers inside ASTERIX records, read by modes, under "comm_b"
	Filter     Filter       // the zero one keeps all
	Repair     modes.Repair // wrong bits of a Mode S frame that may be corrected: the message says so; a relay writes what was received
	Dedup      bool         // leaves out copies of a Mode S frame that came within 200 ms, in the file or in those read with it
	Convert    []string     // "21=2.6": ASTERIX records of a category to an edition; "21=62": 021 to 062
	Sink       RecordSink   // gets the ASTERIX records instead of out; with both sinks nil: JSON lines
	Frames     FrameSink    // gets the Mode S messages instead of out
	Statistics *Statistics  // is told of every record and message before filters; nil: no statistics
	Sensors    *Registry    // places polar plots for Filter.Area and for rows; nil: they have no place
	Errors     io.Writer    // gets one line per refusal with file, offset and reason; nil: none
	Limit      int          // refusals printed at most; zero: all

	Lat, Lon float64 // degrees, with HasSite: the receiver's site, from which surface positions are resolved
	HasSite  bool
}

// Check finds options that cannot be, before anything is read.
func (o DecodeOptions) Check() error {
	if _, err := rules(o.Editions); err != nil {
		return err
	}
	if _, err := o.Filter.compile(nil); err != nil {
		return err
	}
	if _, err := newConverting(o.Convert); err != nil {
		return err
	}
	return knownFormat("", o.Format)
}

// Summary says what was in a file.
type Summary struct {
	Format     string           `json:"format"`
	Confidence float64          `json:"confidence"` // of the format, 1 when it was given
	Lines      int64            `json:"lines"`      // printed
	Refused    int64            `json:"refused"`
	Reasons    map[string]int64 `json:"reasons,omitempty"` // refusals by reason
	Skipped    int64            `json:"skipped"`           // bytes that belong to no message

	Records  int64            `json:"records,omitempty"`  // of ASTERIX, read
	Frames   int64            `json:"frames,omitempty"`   // of Mode S, and lines of values, read
	Copies   int64            `json:"copies,omitempty"`   // of Mode S frames, left out
	Filtered int64            `json:"filtered,omitempty"` // left out by a filter
	Passed   map[string]int64 `json:"passed,omitempty"`   // sound parts that say nothing of a target, by what they are
	Lost     map[string]int64 `json:"lost,omitempty"`     // values without a place after conversion, by category and path
	Trailing int64            `json:"trailing,omitempty"` // bytes behind the last block of datagrams
}

// DecodeFile prints one JSON line per message of a file: Mode S frames with the names and units of the field's
// decoders, ASTERIX records with EUROCONTROL's item numbers and names, SBS lines and aircraft.json likewise. What cannot be read
// is listed with file, offset (line number in text) and reason on o.Errors, and the good messages around it are printed. An
// error is returned for what cannot be read or written at all.
func DecodeFile(name string, r io.Reader, o DecodeOptions, out io.Writer) (Summary, error) {
	w := bufio.NewWriterSize(out, 1<<16)
	p := newPrinter(name, o, w, newCopies(o), nil)
	err := p.whole(r)
	if ferr := w.Flush(); err == nil && ferr != nil {
		err = fmt.Errorf("writing decoded messages: %w", ferr)
	}
	return p.sum, err
}

// newCopies returns what tells copies of frames, nil when they are wanted.
func newCopies(o DecodeOptions) *modes.Dedup {
	if !o.Dedup {
		return nil
	}
	return modes.NewDedup(0, 0)
}

// printer writes the messages of one file.
type printer struct {
	name   string
	o      DecodeOptions
	out    *bufio.Writer
	buf    []byte
	sum    Summary
	err    error // of writing
	copies *modes.Dedup
	shared *modes.Receiver              // of frames with UTC that several files share; nil: each source has its own
	wait   func(t entente.Instant) bool // until no other file has anything earlier; nil: the file is alone
}

func newPrinter(name string, o DecodeOptions, out *bufio.Writer, copies *modes.Dedup, wait func(entente.Instant) bool) *printer {
	return &printer{name: name, o: o, out: out, buf: make([]byte, 0, 4096), copies: copies, wait: wait}
}

// sky returns where the source's messages are put together to aircraft.
func (p *printer) sky() *modes.Receiver {
	if p.shared != nil {
		return p.shared
	}
	return modes.NewReceiver(modes.Options{Lat: p.o.Lat, Lon: p.o.Lon, HasSite: p.o.HasSite, Repair: p.o.Repair})
}

// turn lets the other files go on up to a time, when it is one that can be compared.
func (p *printer) turn(dated bool, t entente.Instant) {
	if p.wait != nil && dated && t != 0 && !p.wait(t) && p.err == nil {
		p.err = errors.New("stopped")
	}
}

// whole reads a file to its end.
func (p *printer) whole(r io.Reader) error {
	err := p.file(r)
	if err == nil {
		err = p.err
	}
	return err
}

func (p *printer) file(r io.Reader) error {
	editions, err := rules(p.o.Editions)
	if err != nil {
		return err
	}
	f, err := open(p.name, r, p.o.Format)
	if err != nil {
		return err
	}
	p.sum.Format, p.sum.Confidence = f.format, f.confidence
	c, err := f.container(p.bad)
	if err != nil {
		return &entente.Error{Kind: entente.Malformed, Source: p.name, Offset: 0, Reason: err.Error()}
	}
	if c != nil {
		if p.o.Frames != nil && p.o.Sink == nil && !f.capture() {
			return &entente.Error{Kind: entente.Unsupported, Source: p.name, Offset: -1, Reason: "ASTERIX cannot be written in this form",
				Next: "use -o with .jsonl, .csv, .parquet or .ast"}
		}
		return p.packets(f, c, editions)
	}
	switch f.format {
	case "plots", "arrivals":
		return &entente.Error{Kind: entente.Unsupported, Source: p.name, Offset: -1, Reason: "a table of " + f.format + " has nothing to decode",
			Next: "give it to entente track with --sensors"}
	}
	if p.o.Sink != nil && p.o.Frames == nil {
		return &entente.Error{Kind: entente.Unsupported, Source: p.name, Offset: -1, Reason: "Mode S (" + f.format + ") cannot be written as ASTERIX",
			Next: "use -o with .jsonl, .csv, .parquet, .beast, .avr or .sbs"}
	}
	return p.frames(f)
}

// frames reads a file of Mode S.
func (p *printer) frames(f *opened) error {
	if f.format == "beast" || f.format == "beast-gps" {
		return p.beast(f)
	}
	if f.format == "readsb" {
		return p.readsb(f)
	}
	if _, ok := sampleFormats[f.format]; ok {
		return p.samples(f)
	}
	s, err := newSquitters(p)
	if err != nil {
		return err
	}
	defer s.ended()
	if f.format == "sbs" {
		return p.lines(f.r, s.sbsLine)
	}
	return p.lines(f.r, s.textLine(f.format == "hexcsv"))
}

// over says whether reading is at its end, and with what error.
func (p *printer) over(err error) (bool, error) {
	switch {
	case err == nil:
		return false, nil
	case errors.Is(err, io.EOF):
		return true, nil
	}
	var told *entente.Error
	if errors.As(err, &told) {
		return true, told
	}
	return true, fmt.Errorf("reading %s: %w", p.name, err)
}

// line prints what is in the buffer and says whether to go on.
func (p *printer) line() bool {
	p.buf = append(p.buf, '\n')
	p.sum.Lines++
	if _, err := p.out.Write(p.buf); err != nil && p.err == nil {
		p.err = fmt.Errorf("writing decoded messages: %w", err)
	}
	p.buf = p.buf[:0]
	return p.err == nil
}

// bad refuses bytes by a metric's label.
func (p *printer) bad(offset int64, reason string, skipped int64) {
	p.refuse(offset, reason, reasonText(reason))
	p.sum.Skipped += skipped
}

// pass counts a sound part that says nothing of a target.
func (p *printer) pass(what string) {
	if p.sum.Passed == nil {
		p.sum.Passed = map[string]int64{}
	}
	p.sum.Passed[what]++
}

// refuse counts a refusal and lists it.
func (p *printer) refuse(offset int64, reason, text string) {
	if p.sum.Reasons == nil {
		p.sum.Reasons = map[string]int64{}
	}
	p.sum.Reasons[reason]++
	p.sum.Refused++
	p.o.Statistics.refused(reason)
	if p.o.Errors == nil || p.o.Limit > 0 && p.sum.Refused > int64(p.o.Limit) {
		return
	}
	e := entente.Error{Kind: entente.Malformed, Source: p.name, Offset: offset, Reason: text}
	if _, err := fmt.Fprintln(p.o.Errors, e.Error()); err != nil && p.err == nil {
		p.err = fmt.Errorf("writing refusals: %w", err)
	}
}

// reasonTexts says in words what a container refused.
var reasonTexts = map[string]string{
	"cut": "the file ends within a packet", "packet_length": "a packet's length cannot be", "block_header": "no ASTERIX block begins here",
	"fragment": "IP fragments that do not make a datagram", "snap_length": "the capture kept only a part of the packet",
	"frame_short": "a frame is too short for its headers", "ip_header": "an IP header does not hold", "udp_length": "a UDP length does not hold",
	"link_type": "link type is not known", "interface": "a packet names an interface that was not described", "line_too_long": "a line is too long",
	"frame_check": "no frame with a good check sequence", "tcp_gap": "octets of a TCP connection are missing", "tcp_header": "a TCP header does not hold", "beast_resync": "octets that are no Beast frame",
	"byte_order": "a section's byte order mark does not hold",
}

func reasonText(reason string) string {
	if s, ok := reasonTexts[reason]; ok {
		return s
	}
	return reason
}

// lines gives every line that is not blank to take, with its number.
func (p *printer) lines(r io.Reader, take func(b []byte, n int64)) error {
	l := newLineReader(r, p.bad)
	for p.err == nil {
		line, err := l.next()
		if over, err := p.over(err); over {
			return err
		}
		if len(line) > 0 && line[0] != '\r' {
			take(line, l.n)
		}
	}
	return nil
}
