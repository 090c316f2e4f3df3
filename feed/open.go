package feed

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"entente"
	"entente/asterix"
)

// opened is a file ready to be read: unzipped, its format known.
type opened struct {
	r          *bufio.Reader
	format     string
	confidence float64
}

// knownFormat refuses a format that is none of Formats.
func knownFormat(name, format string) error {
	if format == "" || format == "auto" || slices.Contains(Formats, format) {
		return nil
	}
	return &entente.Error{Kind: entente.Unsupported, Source: name, Offset: -1,
		Reason: fmt.Sprintf("format %q is not known", format), Next: "use auto or one of " + strings.Join(Formats, " ")}
}

// open looks through gzip and bzip2 and tells the format when none is given.
func open(name string, r io.Reader, format string) (*opened, error) {
	if err := knownFormat(name, format); err != nil {
		return nil, err
	}
	o := &opened{r: bufio.NewReaderSize(r, sniffLong), format: format, confidence: 1}
	if err := o.unpack(name); err != nil {
		return nil, err
	}
	if format != "" && format != "auto" {
		return o, nil
	}
	head, err := o.r.Peek(sniffLong)
	if len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: -1, Reason: "the file is empty", Next: "was the recorder running?"}
		}
		return nil, err
	}
	if o.format, o.confidence = Detect(head); o.format == "" {
		return nil, unknown(name, head)
	}
	return o, nil
}

// unpack looks through compression.
func (o *opened) unpack(name string) error {
	head, err := o.r.Peek(4)
	var z io.Reader
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return fmt.Errorf("reading %s: %w", name, err)
	case bytes.HasPrefix(head, []byte{0x1F, 0x8B}):
		if z, err = gzip.NewReader(o.r); err != nil {
			return &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: "its gzip header is damaged", Next: "fetch the file again"}
		}
	case bytes.HasPrefix(head, []byte("BZh")):
		z = bzip2.NewReader(o.r)
	default:
		return nil
	}
	o.r = bufio.NewReaderSize(&unpacked{name: name, r: z}, sniffLong)
	return nil
}

// unpacked tells damaged compression from the end of the file.
type unpacked struct {
	name string
	r    io.Reader
	n    int64
}

func (u *unpacked) Read(b []byte) (int, error) {
	n, err := u.r.Read(b)
	u.n += int64(n)
	if err == nil || errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return n, err
	}
	return n, &entente.Error{Kind: entente.Malformed, Source: u.name, Offset: u.n, Reason: "the compressed file is cut or damaged here: " + err.Error(),
		Next: "what stands before it was read; fetch the file again for the rest"}
}

// strangers are files that are often taken for recordings, by their first octets, and what to do with them.
var strangers = []struct{ magic, what, next string }{
	{"PK\x03\x04", "a zip archive", "unzip it and give the files in it"}, {"\x28\xB5\x2F\xFD", "compressed by zstd", "zstd -dc FILE | entente decode -"},
	{"\xFD7zXZ\x00", "compressed by xz", "xz -dc FILE | entente decode -"}, {"7z\xBC\xAF\x27\x1C", "a 7z archive", "unpack it and give the files in it"},
	{"\x04\x22\x4D\x18", "compressed by lz4", "lz4 -dc FILE | entente decode -"}, {"\x89PNG", "a picture (PNG)", ""}, {"\xFF\xD8\xFF", "a picture (JPEG)", ""},
	{"%PDF", "a document (PDF)", ""}, {"\x7FELF", "a program", ""}, {"PAR1", "a Parquet table", ""}, {"SQLite format 3", "an SQLite database", ""},
	{"<?xml", "XML", ""}, {"<!DOCTYPE", "a web page", "was the download refused?"}, {"<html", "a web page", "was the download refused?"},
	{"RIFF", "a sound recording (WAV)", "samples must be raw: IQ pairs without a header"},
}

// unknown says what a file is that is no recording, as far as that can be told, and what to try.
func unknown(name string, head []byte) error {
	e := &entente.Error{Kind: entente.Unsupported, Source: name, Offset: -1, Next: "name it with --format if it is one of " + strings.Join(Formats, " ")}
	for _, s := range strangers {
		if bytes.HasPrefix(head, []byte(s.magic)) {
			e.Reason, e.Next = "no recording: it is "+s.what, s.next
			return e
		}
	}
	if len(head) > 262 && bytes.HasPrefix(head[257:], []byte("ustar")) {
		e.Reason, e.Next = "no recording: it is a tar archive", "unpack it and give the files in it"
		return e
	}
	best := ""
	if list := Guesses(head); len(list) > 0 {
		best = fmt.Sprintf("; nearest is %s: %s", list[0].Format, list[0].Why)
	}
	text := printable(head)
	switch first, _, _ := bytes.Cut(head, []byte{'\n'}); {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		e.Reason, e.Next = "no known format fits: it is a text in UTF-16", "iconv -f UTF-16 -t UTF-8 FILE | entente decode -"
	case text && bytes.Count(first, []byte{';'}) >= 2:
		e.Reason, e.Next = fmt.Sprintf("no known format fits: a table with semicolons, whose first line is %.60q", bytes.TrimSpace(first)), "tr ';' ',' <FILE | entente decode -"
	case text && len(first) >= 14 && isHex(first):
		e.Reason, e.Next = fmt.Sprintf("no known format fits: octets as text, %.40q", bytes.TrimSpace(first)), "xxd -r -p FILE | entente decode -"
	case text && bytes.Count(first, []byte{','}) >= 2:
		e.Reason = fmt.Sprintf("no known format fits: a table whose first line is %.60q%s", bytes.TrimSpace(first), best)
	case text:
		e.Reason = fmt.Sprintf("no known format fits: a text that begins %.40q%s", bytes.TrimSpace(first), best)
	case len(head) == sniffLong && noisy(head):
		e.Reason, e.Next = "no known format fits; the octets look like noise, as the samples of a radio do"+best, "name them: "+strings.Join(sampleNames(), ", ")
	default:
		e.Reason = fmt.Sprintf("no known format fits: octets that begin % X%s", head[:min(len(head), 12)], best)
	}
	return e
}

func isHex(b []byte) bool {
	for _, c := range bytes.TrimSpace(b) {
		if hexDigit(c) < 0 && c != ' ' {
			return false
		}
	}
	return true
}

func sampleNames() (list []string) {
	for _, f := range Formats {
		if _, ok := sampleFormats[f]; ok {
			list = append(list, f)
		}
	}
	return list
}

func printable(b []byte) bool {
	odd := 0
	for _, c := range b[:min(len(b), 4096)] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' || c >= 0x7F {
			odd++
		}
	}
	return odd == 0
}

// noisy says whether neighbours in b are near one another as often as samples around a centre are: most octets within a quarter
// of the scale of 127 (bytes), or most high octets near 0 or 255 (16 bits).
func noisy(b []byte) bool {
	centre, small := 0, 0
	for i, c := range b {
		if c > 95 && c < 160 {
			centre++
		}
		if i%2 == 1 && (c < 16 || c > 239) {
			small++
		}
	}
	return centre > len(b)*3/4 || small > len(b)/2*9/10
}

// capture says whether the file is one of packets, in which anything may travel.
func (o *opened) capture() bool { return o.format == "pcap" || o.format == "pcapng" }

// prime lets a decoder choose the editions by the blocks at the start of the file, so that the first record too is read by the
// right one, and returns what the decoder counted meanwhile. It reads what is buffered and waits for nothing.
func (o *opened) prime(dec *asterix.Decoder) asterix.Stats {
	if _, err := o.r.Peek(1); err != nil { // it comes again when the file is read
		return asterix.Stats{}
	}
	head, _ := o.r.Peek(o.r.Buffered()) // buffered: no error
	ahead := opened{r: bufio.NewReader(bytes.NewReader(head)), format: o.format}
	c, err := ahead.container(func(int64, string, int64) {})
	if err != nil || c == nil {
		return asterix.Stats{}
	}
	var k packet
	for c.next(&k) == nil {
		if k.flow != 0 {
			continue
		}
		unwrap(k.data, func(run []byte, _ int) {
			for dec.Reset(run); dec.Next(); {
				continue
			}
		})
	}
	return dec.Stats()
}

// container returns the packets of a file of ASTERIX in one of its wrappers; nil for other formats.
func (o *opened) container(refuse refuser) (container, error) {
	switch o.format {
	case "asterix":
		return newBlocks(o.r, refuse), nil
	case "oradis":
		return newOradis(o.r, refuse), nil
	case "final":
		return &final{r: bufio.NewReaderSize(o.r, window), refuse: refuse}, nil
	case "gps":
		return newGPS(o.r, refuse), nil
	case "rply":
		return &rply{s: source{r: o.r}, refuse: refuse}, nil
	case "rff":
		return newRFF(o.r, refuse)
	case "hdlc":
		return newHDLC(o.r, refuse), nil
	case "pcap":
		return newPcap(o.r, refuse)
	case "pcapng":
		return newPcapng(o.r, refuse), nil
	}
	return nil, nil
}
