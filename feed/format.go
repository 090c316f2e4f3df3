package feed

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

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

// Guess is a format that a file may have.
type Guess struct {
	Format     string  `json:"format"`
	Confidence float64 `json:"confidence"` // 1 for a magic number or header, else the part of the bytes or lines that follow the format
	Why        string  `json:"why"`
}

// trials are the ways to tell a format, and what their share is of.
var trials = []struct {
	format string
	try    func([]byte) float64
	of     string
}{
	{"asterix", tryBlocks, "of the octets are ASTERIX blocks, one after another"}, {"oradis", tryOradis, "of the octets are ORADIS headers with whole blocks behind them"},
	{"final", tryFinal, "of the octets are records that end in A5A5A5A5"}, {"gps", tryGPS, "a header of 2,200 octets CD, then a block"},
	{"rply", tryRply, "of the octets are length, milliseconds and blocks"}, {"rff", tryRFF, "of the octets are a header and timed datagrams of blocks"},
	{"beast", tryBeast, "of the octets are Beast frames"}, {"plots", tryPlots, "columns time_s and sensor"}, {"readsb", tryReadsb, "an object with aircraft, trace, or hex"},
	{"arrivals", tryArrivals, "columns aircraft, baroAltitude and measurements"}, {"sbs", tryLines(isSBS), "of the lines are BaseStation"},
	{"hexcsv", tryLines(isHexCSV), "of the lines have a frame in hex between commas"}, {"avr", tryLines(isAVR), "of the lines are AVR"},
	{"hdlc", tryHDLC, "of the octets are frames with a good check sequence"},
}

// Guesses returns the formats that the start of a file may be of, the likeliest first.
func Guesses(head []byte) (list []Guess) {
	all := head
	if len(head) > sniff {
		head = head[:sniff]
	}
	if len(head) >= 4 {
		switch m := binary.BigEndian.Uint32(head); m {
		case 0xA1B2C3D4, 0xA1B23C4D, 0xD4C3B2A1, 0x4D3CB2A1:
			return []Guess{{"pcap", 1, fmt.Sprintf("magic number %08X", m)}}
		case 0x0A0D0D0A:
			return []Guess{{"pcapng", 1, "a section header block"}}
		}
	}
	best := 0.0
	for _, t := range trials {
		if t.format == "hdlc" && best >= 0.9 { // bit by bit: only when nothing else fits
			continue
		}
		c := t.try(head)
		if best = max(best, c); c <= 0 {
			continue
		}
		why := t.of
		if strings.HasPrefix(why, "of ") {
			why = fmt.Sprintf("%.0f %% %s", 100*min(1, c/0.98), why)
		}
		format := t.format
		if format == "beast" && stampsAreGPS(all) {
			format, why = "beast-gps", why+", their stamps are a time of day"
		}
		list = append(list, Guess{format, c, why})
	}
	if best < 0.5 { // a file that begins within a block, or behind something else
		if from := asterix.Resync(head); from < len(head)/2 && sound(head[from:]) {
			list = append(list, Guess{"asterix", max(0.5, 0.9*tryBlocks(head[from:])), fmt.Sprintf("blocks that decode follow %d octets that are none", from)})
		}
	}
	slices.SortStableFunc(list, func(a, b Guess) int { return cmp.Compare(b.Confidence, a.Confidence) })
	return list
}

// Detect tells the format of a file by its first bytes and how sure that is: 1 for a magic number, else the part of the
// bytes or lines that follow the format. Below 0.5 the format is empty. 32 KiB are enough, but for telling the clock of
// a Beast recording: a second of it at least.
func Detect(head []byte) (format string, confidence float64) {
	list := Guesses(head)
	if len(list) == 0 {
		return "", 0
	}
	if list[0].Confidence < 0.5 {
		return "", list[0].Confidence
	}
	return list[0].Format, list[0].Confidence
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
