package feed

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"entente"
	"entente/modes"
)

// segmentOf is an IPv4 packet with a TCP segment.
func segmentOf(port uint16, seq uint32, flags byte, data []byte) []byte {
	b := make([]byte, 40, 40+len(data))
	b[0], b[9] = 0x45, protocolTCP
	binary.BigEndian.PutUint16(b[2:], uint16(40+len(data)))
	binary.BigEndian.PutUint16(b[20:], port)
	binary.BigEndian.PutUint16(b[22:], 30005)
	binary.BigEndian.PutUint32(b[24:], seq)
	b[32], b[33] = 5<<4, flags
	return append(b, data...)
}

// connection cuts octets into the packets of a connection, each of at most size octets.
func connection(port uint16, seq uint32, data []byte, size int) (frames [][]byte) {
	frames = append(frames, segmentOf(port, seq, flagSYN, nil))
	seq++
	for at := 0; at < len(data); at += size {
		part := data[at:min(at+size, len(data))]
		frames = append(frames, segmentOf(port, seq, 0x18, part))
		seq += uint32(len(part))
	}
	return append(frames, segmentOf(port, seq, flagFIN, nil))
}

// TestSegmentsComeTogether: whatever the order, the copies, the overlaps and the sequence number at the start, the octets are those
// that were sent.
func TestSegmentsComeTogether(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 1, 400).Draw(r, "data")
		start := rapid.SampledFrom([]uint32{0, 1 << 31, 0xFFFFFFF0, 7}).Draw(r, "start")
		type cut struct{ from, to int }
		var cuts []cut
		for at := 0; at < len(data); {
			to := min(len(data), at+rapid.IntRange(1, 60).Draw(r, "size"))
			back := min(at, rapid.IntRange(0, 5).Draw(r, "overlap"))
			cuts = append(cuts, cut{at - back, to})
			if rapid.Bool().Draw(r, "again") {
				cuts = append(cuts, cut{at, to})
			}
			at = to
		}
		order := rapid.Permutation(cuts).Draw(r, "order")
		var d fragments
		var got []byte
		take := func(frame []byte) {
			b, reason := d.payload(101, frame)
			if reason != "" || d.from.lost {
				r.Fatalf("%q, lost %v", reason, d.from.lost)
			}
			got = append(got, b...)
		}
		take(segmentOf(9, start, flagSYN, nil))
		for _, c := range order {
			take(segmentOf(9, start+1+uint32(c.from), 0x10, data[c.from:c.to]))
		}
		if !bytes.Equal(got, data) {
			r.Fatalf("%d octets of %d", len(got), len(data))
		}
	})
}

func TestSegmentsThatDoNotHold(t *testing.T) {
	whole := segmentOf(9, 1, 0, []byte("hello"))
	short := bytes.Clone(whole)
	short[32] = 15 << 4
	parts := bytes.Clone(whole)
	parts[6] = 0x20
	for name, c := range map[string]struct {
		frame  []byte
		reason string
	}{
		"header beyond its end": {short, "tcp_header"}, "IP fragment": {parts, "fragment"}, "cut": {whole[:30], "snap_length"},
		"no header": {append(segmentOf(9, 1, 0, nil)[:20:20], 1, 2, 3), "snap_length"},
	} {
		if _, reason := new(fragments).payload(101, c.frame); reason != c.reason {
			t.Errorf("%s: %q", name, reason)
		}
	}
}

// TestMissingSegment: what was never captured is passed over once enough waits behind it, and at the end of the capture; the rest
// is told to be behind a gap. Memory stays bounded.
func TestMissingSegment(t *testing.T) {
	var d fragments
	d.payload(101, segmentOf(9, 0, flagSYN, nil))
	part := bytes.Repeat([]byte{7}, 1000)
	var got []byte
	for seq := uint32(501); len(got) == 0; seq += 1000 { // the first 500 octets are missing
		got, _ = d.payload(101, segmentOf(9, seq, 0, part))
		if seq > 2*maxHeld {
			t.Fatal("nothing is given up")
		}
	}
	if !d.from.lost || len(got) < maxWaiting*1000 {
		t.Errorf("%d octets, lost %v", len(got), d.from.lost)
	}
	d.payload(101, segmentOf(10, 0, flagSYN, nil))
	d.payload(101, segmentOf(10, 9, 0, part))
	if c, ok := d.tcp.rest(); !ok || !c.lost || len(c.data) != 1000 {
		t.Errorf("%+v %v", c, ok)
	}
	if _, ok := d.tcp.rest(); ok {
		t.Error("it was given before")
	}
	for port := range uint16(3 * maxFlows) {
		d.payload(101, segmentOf(port, 0, flagSYN, nil))
	}
	if len(d.tcp.open) > maxFlows {
		t.Errorf("%d connections", len(d.tcp.open))
	}
}

// TestConnectionsInCaptures: Beast, AVR, BaseStation and ASTERIX travel in connections beside each other, beside datagrams and beside
// traffic that is nothing we read.
func TestConnectionsInCaptures(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	avr := strings.Repeat("*8D40621D58C382D690C8AC2863A7;\n*8D40621D58C386435CC412692AD6;\n", 40)
	sbs := strings.Repeat("MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/10,21:24:39.437,,7000,,,54.1,27.2,,,0,,-1,0\r\n", 30)
	all := [][]byte{wrapped(block)}
	all = append(all, connection(1, 100, bytes.Repeat(beastPair(27), 50), 700)...)
	all = append(all, connection(2, 0xFFFFFF00, []byte(avr), 33)...)
	all = append(all, connection(3, 5, []byte(sbs), 1400)...)
	all = append(all, connection(4, 5, bytes.Repeat(block, 60), 501)...)
	all = append(all, connection(5, 5, bytes.Repeat([]byte("GET / HTTP/1.1\r\nHost: example\r\n\r\n"), 2000), 1400)...)
	for name, data := range map[string][]byte{"pcap": pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, all...), "pcapng": ngFile(binary.LittleEndian, 6, 5, all...)} {
		lines, s, refused := decodedLines(t, data, DecodeOptions{})
		count := map[string]int{}
		for _, l := range lines {
			for _, k := range []string{"cat", "hex", "msg"} {
				if _, ok := l[k]; ok {
					count[k]++
				}
			}
		}
		if fmt.Sprint(count) != "map[cat:61 hex:180 msg:30]" || s.Refused != 0 {
			t.Errorf("%s: %v %+v %s", name, count, s, refused)
		}
		if fmt.Sprint(s.Passed) != "map[tcp_asterix:1 tcp_avr:1 tcp_beast:1 tcp_none:1 tcp_sbs:1]" {
			t.Errorf("%s: %v", name, s.Passed)
		}
		plots, snap := plotsOf(t, name, data, Options{Sensor: "rx"}, radarRegistry(t))
		kinds := map[entente.SensorKind]int{}
		for i := range plots {
			kinds[plots[i].Kind]++
		}
		if kinds[entente.ModeS] != 61 || kinds[entente.ADSB] < 30+2 {
			t.Errorf("%s: %v %+v", name, kinds, snap)
		}
	}
}

// TestRecordingsByTCP: a recording sent by TCP, its packets captured out of order, decodes as the file does.
func TestRecordingsByTCP(t *testing.T) {
	for _, c := range []struct{ file, key string }{
		{"asterix/recordings/jahorina_cat048_cat034.raw", "items"}, {"modes/ulss7_2018_a.beast", "hex"}, {"modes/ulss7_2018_a.sbs", "icao"},
		{"modes/modes1_2000k_uc8.frames.txt", "hex"}, {"asterix/recordings/cc_parsegps.gps", ""},
	} {
		data := readShared(t, c.file)
		if c.key == "" { // nothing that travels so
			continue
		}
		want, _, _ := decodedLines(t, data, DecodeOptions{})
		frames := connection(9, 77, data, 1448)
		r := rand.New(rand.NewPCG(1, 2))
		for i := 2; i+4 < len(frames); i += 3 {
			k := i + r.IntN(3)
			frames[i], frames[k] = frames[k], frames[i]
		}
		got, s, refused := decodedLines(t, pcapFile(binary.BigEndian, 0xA1B2C3D4, 5, frames...), DecodeOptions{})
		if len(got) != len(want) || s.Refused != 0 {
			t.Errorf("%s: %d lines, want %d: %+v %s", c.file, len(got), len(want), s, refused)
			continue
		}
		for i := range got {
			if fmt.Sprint(got[i][c.key]) != fmt.Sprint(want[i][c.key]) {
				t.Fatalf("%s: line %d is %v, want %v", c.file, i, got[i], want[i])
			}
		}
	}
}

// TestConnectionFromItsMiddle: a capture that begins within a connection, and one with a hole, lose only what they lack.
func TestConnectionFromItsMiddle(t *testing.T) {
	data := bytes.Repeat(report48(t, fuzzTime, 50, 90), 200)
	n := len(data) / 200
	frames := connection(9, 77, data, 10*n)
	for name, list := range map[string][][]byte{"middle": frames[3:], "hole": append(append([][]byte{}, frames[:5]...), frames[6:]...)} {
		lines, s, _ := decodedLines(t, pcapFile(binary.BigEndian, 0xA1B2C3D4, 5, list...), DecodeOptions{})
		if lack := map[string]int{"middle": 20, "hole": 10}[name]; len(lines) != 200-lack || name == "hole" && s.Skipped != 0 {
			t.Errorf("%s: %d lines, %+v", name, len(lines), s)
		}
	}
	odd := connection(9, 77, data, 10*n+5) // blocks cross segments
	lines, s, _ := decodedLines(t, pcapFile(binary.BigEndian, 0xA1B2C3D4, 5, append(append([][]byte{}, odd[:5]...), odd[6:]...)...), DecodeOptions{})
	if len(lines) < 186 || s.Reasons["tcp_gap"] != 1 {
		t.Errorf("%d lines, %+v", len(lines), s)
	}
}

// partsOf cuts a stream given in pieces.
func partsOf(format string, data []byte, sizes func() int) (parts []string) {
	s := splitter{format: format, parts: splitterParts{
		refuse: func(_ int64, reason string, n int64) { parts = append(parts, "!"+reason) },
		run:    func(b []byte, at int64) { parts = append(parts, fmt.Sprintf("%d %x", at, b)) },
		line:   func(b []byte, at int64) { parts = append(parts, fmt.Sprintf("%d %s", at, b)) },
	}}
	s.parts.frame = func(f *modes.Frame, at int64) { parts = append(parts, fmt.Sprintf("%d %x", at, f.Bytes())) }
	for at := 0; at < len(data); {
		n := min(sizes(), len(data)-at)
		s.push(data[at:at+n], int64(at))
		at += n
	}
	s.close()
	return parts
}

// TestSplittingIsIndifferentToPieces: frames and lines come out the same however the stream was cut, and of blocks the same octets.
func TestSplittingIsIndifferentToPieces(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	for format, data := range map[string][]byte{
		"beast": bytes.Repeat(beastPair(27), 5), "avr": []byte(strings.Repeat("*8D40621D58C382D690C8AC2863A7;\r\n\n", 5) + "*8D"),
		"asterix": bytes.Repeat(block, 5), "oradis": bytes.Repeat(join([]byte{0, byte(len(block) + 6), 1, 2, 3, 4}, block), 5),
	} {
		want := partsOf(format, data, func() int { return len(data) })
		rapid.Check(t, func(r *rapid.T) {
			got := partsOf(format, data, func() int { return rapid.IntRange(1, 90).Draw(r, "piece") })
			if format == "asterix" {
				return // runs are as long as what came: TestConnectionsInCaptures counts
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				r.Fatalf("%s:\n%q\nwant\n%q", format, got, want)
			}
		})
	}
}

// FuzzFlows gives anything as segments of a few connections: bounded, never a panic, and nothing is invented.
func FuzzFlows(f *testing.F) {
	f.Add([]byte("hello, surveillance"), uint32(5), uint8(3))
	f.Fuzz(func(t *testing.T, b []byte, seq uint32, step uint8) {
		var d fragments
		sent, got := 0, 0
		take := func(seq uint32, flags byte, part []byte) {
			data, _ := d.payload(101, segmentOf(uint16(step%3), seq, flags, part))
			sent += len(part)
			got += len(data)
		}
		for i := 0; i < len(b); i++ {
			n := min(len(b)-i, int(b[i])%50)
			take(seq+uint32(int8(b[i]))*uint32(step), b[i]>>4, b[i:i+n])
		}
		if got > sent || len(d.tcp.open) > maxFlows {
			t.Fatalf("%d octets of %d", got, sent)
		}
	})
}

// FuzzConnection reads anything as the octets of a connection, in pieces.
func FuzzConnection(f *testing.F) {
	block := report48(f, fuzzTime, 50, 90)
	for i, data := range [][]byte{bytes.Repeat(block, 60), bytes.Repeat(beastPair(27), 60), []byte(strings.Repeat("*8D40621D58C382D690C8AC2863A7;\n", 99))} {
		f.Add(data, uint16(100+i))
	}
	reg := fuzzRegistry(f)
	f.Fuzz(func(t *testing.T, b []byte, size uint16) {
		checkFile(t, reg, "pcap", pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, connection(9, 1, b, int(size)%3000+1)...))
	})
}
