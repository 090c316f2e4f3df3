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
	// KeepBytes adds to ASTERIX lines the record's octets in hex, its offset in the file, the number of its datagram (from 1), the
	// time of reception and the record's time in UTC, where they are known.
	KeepBytes  bool
	CommB      bool        // adds the Comm-B registers inside ASTERIX records, read by modes, under "comm_b"
	Filter     Filter      // of ASTERIX records; the zero one keeps all
	Convert    []string    // "21=2.6": ASTERIX records of a category to an edition; "21=62": 021 to 062
	Sink       RecordSink  // gets the ASTERIX records instead of out; nil: JSON lines
	Statistics *Statistics // is told of every ASTERIX record before filters; nil: no statistics
	Sensors    *Registry   // places polar plots for Filter.Area and for rows; nil: they have no place
	Errors     io.Writer   // gets one line per refusal with file, offset and reason; nil: none
	Limit      int         // refusals printed at most; zero: all

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

func (o *DecodeOptions) sky() *modes.Receiver {
	return modes.NewReceiver(modes.Options{Lat: o.Lat, Lon: o.Lon, HasSite: o.HasSite})
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
	Filtered int64            `json:"filtered,omitempty"` // of ASTERIX, left out by a filter
	Lost     map[string]int64 `json:"lost,omitempty"`     // values without a place after conversion, by category and path
	Trailing int64            `json:"trailing,omitempty"` // bytes behind the last block of datagrams
}

// DecodeFile prints one JSON line per message of a file: Mode S frames with the names and units of the field's
// decoders, ASTERIX records with EUROCONTROL's item numbers and names, SBS lines likewise. What cannot be read is listed
// with file, offset (line number in text) and reason on o.Errors, and the good messages around it are printed. An error
// is returned for what cannot be read or written at all.
func DecodeFile(name string, r io.Reader, o DecodeOptions, out io.Writer) (Summary, error) {
	p := &printer{name: name, o: o, out: bufio.NewWriterSize(out, 1<<16), buf: make([]byte, 0, 4096)}
	err := p.file(r)
	if err == nil {
		err = p.err
	}
	if ferr := p.out.Flush(); err == nil && ferr != nil {
		err = fmt.Errorf("writing decoded messages: %w", ferr)
	}
	return p.sum, err
}

// printer writes the lines of one file.
type printer struct {
	name string
	o    DecodeOptions
	out  *bufio.Writer
	buf  []byte
	sum  Summary
	err  error // of writing
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
	switch {
	case c != nil:
		return p.packets(c, editions)
	case p.o.Sink != nil:
		return &entente.Error{Kind: entente.Unsupported, Source: p.name, Offset: 0, Reason: "only ASTERIX has statistics and is written in other forms than JSON lines"}
	case f.format == "beast" || f.format == "beast-gps":
		return p.beast(f)
	case f.format == "sbs":
		return p.lines(f.r, p.sbsLine)
	case f.format == "plots" || f.format == "arrivals":
		return &entente.Error{Kind: entente.Unsupported, Source: p.name, Offset: 0, Reason: "a table of " + f.format + " has nothing to decode",
			Next: "give it to entente track"}
	}
	if _, ok := sampleFormats[f.format]; ok {
		return p.samples(f)
	}
	s := newSquitters(p)
	return p.lines(f.r, s.textLine(f.format == "hexcsv"))
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

// refuse counts a refusal and lists it.
func (p *printer) refuse(offset int64, reason, text string) {
	if p.sum.Reasons == nil {
		p.sum.Reasons = map[string]int64{}
	}
	p.sum.Reasons[reason]++
	p.sum.Refused++
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
	"frame_check": "no frame with a good check sequence", "byte_order": "a section's byte order mark does not hold",
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
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", p.name, err)
		}
		if len(line) > 0 && line[0] != '\r' {
			take(line, l.n)
		}
	}
	return nil
}
