package feed

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"entente"
	"entente/asterix"
	"entente/modes"
)

// Formats are the names that Config.Format and Options.Format take besides "auto". "beast-gps" is Beast with stamps of
// the GPS clock (Radarcape), "beast" with a 12 MHz counter.
var Formats = []string{"asterix", "oradis", "final", "gps", "rply", "rff", "hdlc", "pcap", "pcapng", "beast", "beast-gps", "avr", "hexcsv", "sbs", "readsb", "plots", "arrivals", "iq-uc8-2.0", "iq-uc8-2.4", "iq-sc16-2.0", "iq-sc16-2.4"}

// sniff is how much of a file's start a format is told by.
const sniff = 1 << 15

// sniffLong is how much of it the clock of a Beast recording is told by.
const sniffLong = 1 << 18

// Detect tells the format of a file by its first bytes and how sure that is: 1 for a magic number, else the part of the
// bytes or lines that follow the format. Below 0.5 the format is empty. 32 KiB are enough, but for telling the clock of
// a Beast recording: a second of it at least.
func Detect(head []byte) (format string, confidence float64) {
	all := head
	if len(head) > sniff {
		head = head[:sniff]
	}
	if len(head) >= 4 {
		switch m := binary.BigEndian.Uint32(head); m {
		case 0xA1B2C3D4, 0xA1B23C4D, 0xD4C3B2A1, 0x4D3CB2A1:
			return "pcap", 1
		case 0x0A0D0D0A:
			return "pcapng", 1
		}
	}
	for _, trial := range []struct {
		format string
		try    func([]byte) float64
	}{
		{"asterix", tryBlocks}, {"oradis", tryOradis}, {"final", tryFinal}, {"gps", tryGPS}, {"rply", tryRply}, {"rff", tryRFF}, {"beast", tryBeast},
		{"plots", tryPlots}, {"readsb", tryReadsb}, {"arrivals", tryArrivals}, {"sbs", tryLines(isSBS)}, {"hexcsv", tryLines(isHexCSV)}, {"avr", tryLines(isAVR)},
	} {
		if c := trial.try(head); c > confidence {
			format, confidence = trial.format, c
		}
	}
	if confidence < 0.9 { // bit by bit: only when nothing else fits
		if c := tryHDLC(head); c > confidence {
			format, confidence = "hdlc", c
		}
	}
	if confidence < 0.5 {
		return "", confidence
	}
	if format == "beast" && stampsAreGPS(all) {
		format = "beast-gps"
	}
	return format, confidence
}

// share is the part of the head that followed a format up to the place where it no longer did. A head that is cut by the
// end of the sniffed part is whole.
func share(good, all int, cut bool) float64 {
	if all == 0 {
		return 0
	}
	if cut {
		all = good
	}
	return 0.98 * float64(good) / float64(all)
}

func tryBlocks(b []byte) float64 {
	known, at := 0, 0
	for at < len(b) {
		_, n, err := asterix.NextBlock(b[at:])
		if err != nil {
			break
		}
		if asterix.Defined(b[at]) {
			known += n
		}
		at += n
	}
	// The block that runs beyond the head is cut, not wrong.
	cut := at > 0 && len(b) == sniff && len(b)-at >= 3 && asterix.Defined(b[at]) || at > 0 && len(b) == sniff && len(b)-at < 3
	if at == 0 || known*2 < at {
		return 0
	}
	return share(at, len(b), cut)
}

func tryOradis(b []byte) float64 {
	at := 0
	for n := oradisRun(b); n > 0; n = oradisRun(b[at:]) {
		at += n
	}
	return share(at, len(b), at > 0 && len(b) == sniff)
}

func tryFinal(b []byte) float64 {
	at := 0
	for n := finalRecord(b); n > 0; n = finalRecord(b[at:]) {
		at += n
	}
	return share(at, len(b), at > 0 && len(b) == sniff)
}

func tryGPS(b []byte) float64 {
	if len(b) < gpsHeader+3 || bytes.Count(b[:gpsHeader], []byte{0xCD}) < gpsHeader/2 {
		return 0
	}
	n := blockLength(b[gpsHeader:])
	if n == 0 || !asterix.Defined(b[gpsHeader]) {
		return 0
	}
	return 0.99
}

func tryRply(b []byte) float64 {
	at := 0
	for len(b)-at >= 8 {
		n := int(binary.LittleEndian.Uint32(b[at:]))
		if n < 3 || n > 0xFFFF || len(b)-at-8 < n {
			break
		}
		if !startsBlock(b[at+8 : at+8+n]) {
			return 0
		}
		at += 8 + n
	}
	return share(at, len(b), at > 0 && len(b) == sniff)
}

func tryBeast(b []byte) float64 {
	good, all := 0, len(b)
	var f modes.Frame
	for len(b) > 0 {
		n, err := modes.ParseBeast(b, &f)
		if n == 0 { // cut
			all -= len(b)
			break
		}
		if err == nil {
			good += n
		}
		b = b[n:]
	}
	return share(good, all, false)
}

// stampsAreGPS says whether the stamps of a Beast recording are GPS times of day. Their nanoseconds stay below 10^9 and go
// over into the next second; a counter crosses the values above 10^9 for six seconds at every turn of its low 30 bits.
func stampsAreGPS(b []byte) bool {
	var f modes.Frame
	last, turns := int64(-1), 0
	for {
		n, err := modes.ParseBeast(b, &f)
		if n == 0 {
			return turns > 0
		}
		b = b[n:]
		if _, marked := f.Marked(); err != nil || marked {
			continue
		}
		ns, ok := f.GPS()
		if !ok {
			return false
		}
		if last >= 0 && ns/1e9 != last/1e9 {
			step := ns - last
			if step < -43200e9 { // midnight
				step += 86400e9
			}
			if step < -1e9 || step > 2e9 {
				return false
			}
			turns++
		}
		last = ns
	}
}

func tryPlots(b []byte) float64 {
	first, _, _ := bytes.Cut(b, []byte{'\n'})
	header := "," + strings.ToLower(strings.TrimSpace(string(first))) + ","
	if strings.Contains(header, ",time_s,") && strings.Contains(header, ",sensor,") {
		return 1
	}
	return 0
}

func tryLines(good func([]byte) bool) func([]byte) float64 {
	return func(b []byte) float64 {
		n, all := 0, 0
		for len(b) > 0 && all < 200 {
			line, rest, whole := bytes.Cut(b, []byte{'\n'})
			if !whole && all > 0 && len(b) < linesMaximum { // the last one may be cut
				break
			}
			b = rest
			if line = bytes.TrimSpace(line); len(line) == 0 {
				continue
			}
			all++
			if len(line) < linesMaximum && good(line) {
				n++
			}
		}
		return share(n, all, false)
	}
}

func isSBS(line []byte) bool {
	for _, head := range []string{"MSG,", "SEL,", "AIR,", "STA,", "ID,", "CLK,"} {
		if bytes.HasPrefix(line, []byte(head)) {
			return bytes.Count(line, []byte{','}) >= 9
		}
	}
	return false
}

func isHexCSV(line []byte) bool {
	var f modes.Frame
	_, err := hexLine(line, &f)
	return err == nil && f.Kind != modes.ModeAC
}

func isAVR(line []byte) bool {
	var f modes.Frame
	return modes.ParseAVR(line, &f) == nil && (f.Kind != modes.ModeAC || line[0] == '*' || line[0] == '@')
}

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

// open looks through gzip and tells the format when none is given.
func open(name string, r io.Reader, format string) (*opened, error) {
	o := &opened{r: bufio.NewReaderSize(r, sniffLong), format: format, confidence: 1}
	if head, _ := o.r.Peek(2); len(head) == 2 && head[0] == 0x1F && head[1] == 0x8B {
		z, err := gzip.NewReader(o.r)
		if err != nil {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: "its gzip header is damaged"}
		}
		o.r = bufio.NewReaderSize(z, sniffLong)
	}
	if format != "" && format != "auto" {
		if err := knownFormat(name, format); err != nil {
			return nil, err
		}
		return o, nil
	}
	head, err := o.r.Peek(sniffLong)
	if len(head) == 0 {
		if errors.Is(err, io.EOF) {
			return nil, &entente.Error{Kind: entente.Malformed, Source: name, Offset: 0, Reason: "the file is empty"}
		}
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	if o.format, o.confidence = Detect(head); o.format == "" {
		return nil, &entente.Error{Kind: entente.Unsupported, Source: name, Offset: 0,
			Reason: fmt.Sprintf("no known format fits (best guess: %.0f %% of it)", 100*o.confidence),
			Next:   "name the format: " + strings.Join(Formats, " ")}
	}
	return o, nil
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
