package feed

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"entente"
)

// TestOneOctetFlipped anywhere in a capture costs the packet it is in, at most the one beside it, and never the rest.
func TestOneOctetFlipped(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	var frames [][]byte
	for range 40 {
		frames = append(frames, wrapped(block))
	}
	for name, data := range map[string][]byte{
		"pcap": pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, frames...), "pcap, big endian, ns": pcapFile(binary.BigEndian, 0xA1B23C4D, 5, frames...),
		"pcapng": ngFile(binary.LittleEndian, 9, 1_700_000_000e9, frames...),
	} {
		from := 24
		if name == "pcapng" {
			from = bytes.Index(data, block) - 60
		}
		r := rand.New(rand.NewPCG(3, 4))
		for range 100 {
			at := from + r.IntN(len(data)-from)
			bad := bytes.Clone(data)
			bad[at] ^= 1 << r.IntN(8)
			lines, s, _ := decodedLines(t, bad, DecodeOptions{})
			if len(lines) < 38 {
				t.Errorf("%s: octet %d: %d of 40 records, %+v", name, at, len(lines), s)
			}
		}
	}
}

// TestCapturesWithHoles: octets lost within a capture, and another file's octets within it, cost what they touch.
func TestCapturesWithHoles(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	var frames [][]byte
	for range 30 {
		frames = append(frames, wrapped(block))
	}
	for name, data := range map[string][]byte{"pcap": pcapFile(binary.BigEndian, 0xA1B2C3D4, 5, frames...), "pcapng": ngFile(binary.BigEndian, 6, 1_700_000_000e6, frames...)} {
		middle := len(data) / 2
		for what, bad := range map[string][]byte{
			"hole": join(data[:middle], data[middle+33:]), "zeros": join(data[:middle], make([]byte, 1000), data[middle:]),
			"text": join(data[:middle], bytes.Repeat([]byte("lorem ipsum "), 50), data[middle:]), "behind": join(data, bytes.Repeat([]byte{0xEE}, 5000)),
		} {
			lines, s, _ := decodedLines(t, bad, DecodeOptions{})
			if len(lines) < 27 || s.Refused == 0 {
				t.Errorf("%s, %s: %d of 30 records, %+v", name, what, len(lines), s)
			}
		}
		cut, s, refused := decodedLines(t, data[:len(data)-5], DecodeOptions{})
		if len(cut) != 29 || s.Reasons["cut"] != 1 || !strings.Contains(refused, "ends within a packet") {
			t.Errorf("%s: cut: %d, %+v", name, len(cut), s)
		}
	}
}

// TestDamagedCompression: what stands before the damage is read, and the error says so.
func TestDamagedCompression(t *testing.T) {
	data := bytes.Repeat(report48(t, fuzzTime, 50, 90), 3000)
	for i := range data { // so that it does not compress to nothing
		if i%len(data) > 0 && i%7 == 0 && i%(len(data)/3000) > 20 {
			data[i] ^= byte(i >> 3)
		}
	}
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for what, bad := range map[string][]byte{"cut": z.Bytes()[:z.Len()*3/4], "checksum": func() []byte { b := bytes.Clone(z.Bytes()); b[len(b)-6] ^= 1; return b }()} {
		s, err := DecodeFile("f.gz", bytes.NewReader(bad), DecodeOptions{}, io.Discard)
		var e *entente.Error
		if !errors.As(err, &e) || !strings.Contains(e.Reason, "cut or damaged") || s.Lines < 1000 {
			t.Errorf("%s: %v, %+v", what, err, s)
		}
	}
}

// TestStrangers are told for what they are, and what to do.
func TestStrangers(t *testing.T) {
	noise := make([]byte, sniffLong)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(127 + r.NormFloat64()*8)
	}
	tar := make([]byte, 600)
	copy(tar[257:], "ustar")
	for _, c := range []struct{ data, reason, next string }{
		{"PK\x03\x04....", "zip archive", "unzip"}, {"\x28\xB5\x2F\xFD....", "zstd", "zstd -dc"}, {"\xFD7zXZ\x00..", "xz", "xz -dc"},
		{"\x89PNG\r\n", "picture", ""}, {string(tar), "tar archive", "unpack"}, {"<!DOCTYPE html><html>", "web page", "download"},
		{"one,two,three\n1,2,3\n", "a table whose first line", "--format"}, {"the quick brown fox", "a text that begins", "--format"},
		{"a;b;c\n1;2;3\n", "semicolons", "tr"}, {"\xFF\xFEa\x00b\x00", "UTF-16", "iconv"}, {"30 00 3C FF E1 02 17\n", "octets as text", "xxd"},
		{string(noise), "noise", "iq-uc8-2.0"}, {"\x00\x00\x00\x00", "octets that begin 00 00", "--format"}, {"", "empty", ""},
	} {
		_, err := DecodeFile("f", strings.NewReader(c.data), DecodeOptions{}, io.Discard)
		var e *entente.Error
		if !errors.As(err, &e) || !strings.Contains(e.Reason, c.reason) || !strings.Contains(e.Next, c.next) {
			t.Errorf("%.20q: %v", c.data, err)
		}
	}
}

// TestBehindSomethingElse: blocks are found behind a header that nobody knows, and their number is not changed by it.
func TestBehindSomethingElse(t *testing.T) {
	data := bytes.Repeat(report48(t, fuzzTime, 50, 90), 50)
	lines, s, _ := decodedLines(t, join([]byte("some recorder's own header, version 1"), data), DecodeOptions{})
	if len(lines) != 50 || s.Format != "asterix" || s.Confidence >= 0.9 || s.Refused != 1 || s.Skipped != 37 {
		t.Errorf("%d records, %+v", len(lines), s)
	}
}

// TestProbeOfFiles: format, why, runners-up, and of ASTERIX the editions.
func TestProbeOfFiles(t *testing.T) {
	p, err := Probe("f", bytes.NewReader(pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, wrapped(report48(t, fuzzTime, 50, 90)))), Options{})
	if err != nil || p.Format != "pcap" || p.Guesses[0].Why != "magic number D4C3B2A1" || len(p.Sources) != 1 || p.Sources[0].Category != 48 {
		t.Errorf("%+v %v", p, err)
	}
	p, err = Probe("f", strings.NewReader(heard), Options{})
	if err != nil || p.Format != "hexcsv" || !strings.Contains(p.Guesses[0].Why, "100 %") || p.Sources != nil {
		t.Errorf("%+v %v", p, err)
	}
	if p, err = Probe("f", strings.NewReader("*8D40621D58C382D690C8AC2863A7;\nhello\nhello\n"), Options{}); err == nil || p.Format != "" || len(p.Guesses) == 0 {
		t.Errorf("%+v %v", p, err)
	}
	if p, err = Probe("f", strings.NewReader("nothing at all"), Options{}); err == nil || len(p.Guesses) != 0 {
		t.Errorf("%+v %v", p, err)
	}
}

// TestJunkThatLooksLikeABlock: octets before a recording that could be the header of a long private block do not swallow its start.
func TestJunkThatLooksLikeABlock(t *testing.T) {
	data := readShared(t, "asterix/recordings/jahorina_cat048_cat034.raw")
	lines, s, _ := decodedLines(t, join(bytes.Repeat([]byte("junk"), 10), data), DecodeOptions{})
	if len(lines) != 2119 || s.Skipped != 40 {
		t.Errorf("%d records, %+v", len(lines), s)
	}
}
