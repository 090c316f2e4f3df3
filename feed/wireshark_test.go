package feed

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"
)

// tool finds a program of Wireshark, or skips the test.
func tool(t testing.TB, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return p
}

// made runs a program that writes a file, and reads it.
func made(t testing.TB, out string, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if b, err := exec.CommandContext(ctx, tool(t, name), args...).CombinedOutput(); err != nil {
		t.Skipf("%s %v: %v %s", name, args, err, b)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestFilesOfWireshark: what editcap, mergecap and tshark make of a capture reads as the capture does: the next generation format,
// nanoseconds, several interfaces in one file, and compressed.
func TestFilesOfWireshark(t *testing.T) {
	in := sharedFile(t, "asterix/recordings/cc_cat_034_048.pcap")
	second := sharedFile(t, "asterix/recordings/cc_cat_001_002.pcap")
	want := linesOf(t, readShared(t, "asterix/recordings/cc_cat_034_048.pcap"))
	both := len(want) + len(linesOf(t, readShared(t, "asterix/recordings/cc_cat_001_002.pcap")))
	dir := t.TempDir()
	for _, c := range []struct {
		tool string
		args []string
		want int
	}{
		{"editcap", []string{"-F", "pcapng", in}, len(want)}, {"editcap", []string{"-F", "nsecpcap", in}, len(want)}, {"editcap", []string{"-F", "pcap", in}, len(want)},
		{"editcap", []string{"-F", "modpcap", in}, -1}, {"editcap", []string{"-F", "pcapng", "-a", "1:a comment", in}, len(want)},
		{"mergecap", []string{"-F", "pcapng", in, second}, both}, {"mergecap", []string{"-F", "pcapng", "-a", "-I", "none", second, in}, both},
		{"tshark", []string{"-F", "pcapng", "-r", in}, len(want)}, {"tshark", []string{"-F", "nsecpcap", "-r", in}, len(want)},
	} {
		out := filepath.Join(dir, "x")
		args := append([]string{"-w", out}, c.args...)
		if c.tool == "editcap" { // it takes the name of the output last
			args = append(c.args[:len(c.args):len(c.args)], out)
		}
		if c.want < 0 { // Kuznetzov's format: another magic number, said to be unknown
			if f, _ := Detect(made(t, out, c.tool, args...)); f != "" {
				t.Errorf("%s %v: taken for %s", c.tool, c.args, f)
			}
			continue
		}
		got := linesOf(t, made(t, out, c.tool, args...))
		if len(got) != c.want {
			t.Errorf("%s %v: %d lines, want %d", c.tool, c.args, len(got), c.want)
			continue
		}
		for i := range want {
			if c.want == len(want) && !bytes.Equal(got[i], want[i]) {
				t.Fatalf("%s %v: line %d is %s, want %s", c.tool, c.args, i, got[i], want[i])
			}
		}
	}
}

var offsetOf, timeOf = regexp.MustCompile(`,"offset":\d+}`), regexp.MustCompile(`,"time":"[^"]*"`)

// linesOf decodes a file; where in it a record stood is left out.
func linesOf(t testing.TB, data []byte) (lines [][]byte) {
	t.Helper()
	var out bytes.Buffer
	s, err := DecodeFile("f", bytes.NewReader(data), DecodeOptions{}, &out)
	if err != nil || s.Refused > 0 {
		t.Fatalf("%v, %+v", err, s)
	}
	return bytes.SplitAfter(bytes.TrimSuffix(offsetOf.ReplaceAll(out.Bytes(), []byte("}")), []byte("\n")), []byte("\n"))
}

// TestTextToCapture: text2pcap puts headers of Ethernet, IP and UDP, TCP or IPv6 around a dump of a datagram; it reads like the datagram.
func TestTextToCapture(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	dir := t.TempDir()
	dump, out := filepath.Join(dir, "dump.txt"), filepath.Join(dir, "out.pcapng")
	var text bytes.Buffer
	for i, b := range block {
		if i%16 == 0 {
			text.WriteString("\n" + octetText(byte(i>>8)) + octetText(byte(i)) + " ")
		}
		text.WriteString(" " + octetText(b))
	}
	text.WriteString("\n")
	if err := os.WriteFile(dump, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	want := linesOf(t, block)
	for _, headers := range [][]string{{"-u", "8600,8600"}, {"-u", "8600,8600", "-4", "10.0.0.1,239.0.0.1"}, {"-u", "8600,8600", "-6", "2001:db8::1,2001:db8::2"}, {"-T", "8600,8600"}, {"-F", "pcap", "-u", "1,2"}} {
		got := linesOf(t, made(t, out, "text2pcap", append(append([]string{"-q"}, headers...), dump, out)...))
		if len(got) != 1 || !bytes.Equal(bytes.TrimSpace(timeOf.ReplaceAll(got[0], nil)), bytes.TrimSpace(want[0])) {
			t.Errorf("%v: %s, want %s", headers, got, want)
		}
	}
}

func octetText(b byte) string { return string([]byte{hexDigits[b>>4], hexDigits[b&15]}) }

// TestVLANAndCooked: the same packets under other headers of the link.
func TestVLANAndCooked(t *testing.T) {
	data := readShared(t, "asterix/recordings/cc_cat_034_048.pcap")
	want := linesOf(t, data)
	for name, c := range map[string]struct {
		link byte
		head func(ethernet []byte) []byte
	}{
		"VLAN":           {1, func(e []byte) []byte { return join(e[:12], []byte{0x81, 0, 0x20, 5}, e[12:]) }},
		"two VLANs":      {1, func(e []byte) []byte { return join(e[:12], []byte{0x88, 0xA8, 0, 9, 0x81, 0, 0x20, 5}, e[12:]) }},
		"Linux cooked":   {113, func(e []byte) []byte { return join(make([]byte, 14), e[12:]) }},
		"Linux cooked 2": {0x14, func(e []byte) []byte { return join(e[12:14], make([]byte, 18), e[14:]) }},
		"raw IP":         {101, func(e []byte) []byte { return e[14:] }},
	} {
		again := bytes.Clone(data[:24])
		again[20], again[21] = c.link, 0
		if name == "Linux cooked 2" {
			again[21] = 1 // 276
		}
		r, err := newPcap(bytes.NewReader(data), func(int64, string, int64) {})
		if err != nil {
			t.Fatal(err)
		}
		for {
			n, err := r.header()
			if err != nil {
				break
			}
			b, _ := r.r.Peek(pcapHeader + n)
			r.taken = len(b)
			frame := c.head(b[pcapHeader:])
			again = append(again, b[:8]...)
			again = r.order.(interface{ AppendUint32([]byte, uint32) []byte }).AppendUint32(again, uint32(len(frame)))
			again = r.order.(interface{ AppendUint32([]byte, uint32) []byte }).AppendUint32(again, uint32(len(frame)))
			again = append(again, frame...)
		}
		got := linesOf(t, again)
		if len(got) != len(want) || !bytes.Equal(got[7], want[7]) {
			t.Errorf("%s: %d lines, want %d", name, len(got), len(want))
		}
	}
}
