package feed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"testing"
	"time"
)

// wrapped puts a payload into UDP over IPv4.
func wrapped(data []byte) []byte {
	u := make([]byte, 28, 28+len(data))
	u[0], u[9] = 0x45, protocolUDP
	binary.BigEndian.PutUint16(u[2:], uint16(28+len(data)))
	binary.BigEndian.PutUint16(u[24:], uint16(8+len(data)))
	return append(u, data...)
}

func wrapped6(data []byte) []byte {
	u := make([]byte, 56, 56+len(data))
	u[0], u[6] = 0x60, 0 // hop by hop options first
	binary.BigEndian.PutUint16(u[4:], uint16(16+len(data)))
	u[40] = protocolUDP
	binary.BigEndian.PutUint16(u[52:], uint16(8+len(data)))
	return append(u, data...)
}

func join(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

func TestPayload(t *testing.T) {
	data := []byte("surveillance")
	mac := make([]byte, 12)
	cut := wrapped(data)
	cut = cut[:len(cut)-1]
	icmp := wrapped(data)
	icmp[9] = 1
	badLength := wrapped(data)
	badLength[25] = 3
	for _, c := range []struct {
		name, reason string
		link         uint32
		frame        []byte
		want         []byte
	}{
		{"Ethernet", "", 1, join(mac, []byte{8, 0}, wrapped(data)), data},
		{"Ethernet padding", "", 1, join(mac, []byte{8, 0}, wrapped(data), make([]byte, 6)), data},
		{"VLAN in VLAN", "", 1, join(mac, []byte{0x88, 0xA8, 0, 1, 0x81, 0, 0, 2, 8, 0}, wrapped(data)), data},
		{"IPv6", "", 1, join(mac, []byte{0x86, 0xDD}, wrapped6(data)), data},
		{"Linux cooked", "", 113, join(make([]byte, 14), []byte{8, 0}, wrapped(data)), data},
		{"Linux cooked 2", "", 276, join([]byte{8, 0}, make([]byte, 18), wrapped(data)), data},
		{"loopback", "", 0, join([]byte{2, 0, 0, 0}, wrapped(data)), data},
		{"raw IP", "", 101, wrapped(data), data},
		{"raw IPv6", "", 101, wrapped6(data), data},
		{"ARP", "", 1, join(mac, []byte{8, 6}, make([]byte, 28)), nil},
		{"ICMP", "", 101, icmp, nil},
		{"TCP", "", 101, segmentOf(9, 1, 0, data), data},
		{"nothing", "frame_short", 1, nil, nil},
		{"cut by the capture", "snap_length", 101, cut, nil},
		{"UDP length", "udp_length", 101, badLength, nil},
		{"IP header", "ip_header", 101, join([]byte{0x41}, make([]byte, 40)), nil},
		{"link", "link_type", 147, data, nil},
	} {
		got, reason := new(fragments).payload(c.link, c.frame)
		if reason != c.reason || !bytes.Equal(got, c.want) {
			t.Errorf("%s: %q %q", c.name, got, reason)
		}
	}
}

// pcapFile writes a classic capture.
func pcapFile(order binary.AppendByteOrder, magic uint32, fraction uint32, frames ...[]byte) []byte {
	b := order.AppendUint32(nil, magic)
	b = append(b, make([]byte, 16)...)
	b = order.AppendUint32(b, 101)
	for _, f := range frames {
		for _, v := range []uint32{1_700_000_000, fraction, uint32(len(f)), uint32(len(f))} {
			b = order.AppendUint32(b, v)
		}
		b = append(b, f...)
	}
	return b
}

// ngBlock writes a block of the next generation format.
func ngBlock(order binary.AppendByteOrder, kind uint32, body []byte) []byte {
	for len(body)%4 != 0 {
		body = append(body, 0)
	}
	n := uint32(len(body) + 12)
	b := order.AppendUint32(order.AppendUint32(nil, kind), n)
	return order.AppendUint32(append(b, body...), n)
}

func ngFile(order binary.AppendByteOrder, resolution byte, ticks uint64, frames ...[]byte) []byte {
	section := order.AppendUint32(nil, 0x1A2B3C4D)
	section = append(order.AppendUint16(order.AppendUint16(section, 1), 0), 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF)
	b := ngBlock(order, 0x0A0D0D0A, section)
	link := order.AppendUint16(nil, 101)
	link = append(link, 0, 0, 0, 0, 0, 0)
	link = order.AppendUint16(order.AppendUint16(link, 9), 1)
	link = append(link, resolution, 0, 0, 0, 0, 0, 0, 0)
	b = append(b, ngBlock(order, 1, link)...)
	b = append(b, ngBlock(order, 5, make([]byte, 12))...) // statistics: passed over
	for _, f := range frames {
		p := order.AppendUint32(nil, 0)
		p = order.AppendUint32(order.AppendUint32(p, uint32(ticks>>32)), uint32(ticks))
		p = order.AppendUint32(order.AppendUint32(p, uint32(len(f))), uint32(len(f)))
		b = append(b, ngBlock(order, 6, append(p, f...))...)
	}
	return b
}

// packets reads a container to its end.
func packets(t *testing.T, data []byte) (all []string, last packet, refused []string) {
	t.Helper()
	o, err := open("x", bytes.NewReader(data), "")
	if err != nil {
		t.Fatal(err)
	}
	c, err := o.container(func(_ int64, reason string, _ int64) { refused = append(refused, reason) })
	if err != nil {
		t.Fatal(err)
	}
	for {
		var p packet
		if err := c.next(&p); err != nil {
			if !errors.Is(err, io.EOF) {
				t.Fatal(err)
			}
			return all, last, refused
		}
		all, last = append(all, string(p.data)), p
		if int(p.offset)+len(p.data) > len(data) || !bytes.Equal(data[p.offset:int(p.offset)+len(p.data)], p.data) {
			t.Fatalf("%q is not at %d", p.data, p.offset)
		}
	}
}

func TestCaptures(t *testing.T) {
	one, two := wrapped([]byte("one")), wrapped([]byte("two"))
	second := uint64(1_700_000_000)
	for name, c := range map[string]struct {
		data []byte
		ns   int64
	}{
		"little-endian, µs":  {pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, one, two), 5000},
		"big-endian, µs":     {pcapFile(binary.BigEndian, 0xA1B2C3D4, 5, one, two), 5000},
		"little-endian, ns":  {pcapFile(binary.LittleEndian, 0xA1B23C4D, 5, one, two), 5},
		"big-endian, ns":     {pcapFile(binary.BigEndian, 0xA1B23C4D, 5, one, two), 5},
		"next, µs":           {ngFile(binary.LittleEndian, 6, second*1e6+7, one, two), 7000},
		"next, ns":           {ngFile(binary.BigEndian, 9, second*1e9+7, one, two), 7},
		"next, ms":           {ngFile(binary.LittleEndian, 3, second*1e3+7, one, two), 7e6},
		"next, 2^-10 s":      {ngFile(binary.LittleEndian, 0x8A, second<<10|512, one, two), 5e8},
		"next, ps":           {ngFile(binary.LittleEndian, 12, 1_700_000_000_000, one), -1_699_999_998_3e8},
		"next, two sections": {join(ngFile(binary.BigEndian, 9, 5), ngFile(binary.LittleEndian, 9, second*1e9+9, one, two)), 9},
	} {
		all, last, refused := packets(t, c.data)
		want := 2
		if name == "next, ps" {
			want = 1
		}
		if len(all) != want || all[0] != "one" || len(refused) != 0 {
			t.Errorf("%s: %q, refused %q", name, all, refused)
			continue
		}
		if at := time.Unix(1_700_000_000, c.ns); last.at.Time().Sub(at).Abs() > time.Microsecond {
			t.Errorf("%s: at %v, want %v", name, last.at, at.UTC())
		}
	}
}

// TestDamagedCaptures: every cut and some wild lengths; what is whole is read, the rest refused, nothing panics.
func TestDamagedCaptures(t *testing.T) {
	one, two := wrapped([]byte("one")), wrapped([]byte("two"))
	for _, whole := range [][]byte{pcapFile(binary.LittleEndian, 0xA1B2C3D4, 5, one, two), ngFile(binary.BigEndian, 9, 5, one, two)} {
		for n := 40; n < len(whole); n++ {
			all, _, refused := packets(t, whole[:n])
			if len(all) > 2 || len(refused) > 1 {
				t.Fatalf("cut at %d: %q %q", n, all, refused)
			}
		}
		for i := 24; i < len(whole); i++ {
			b := bytes.Clone(whole)
			b[i] ^= 0xFF
			packets(t, b)
		}
	}
}

func TestWrappers(t *testing.T) {
	block := report48(t, time.Now(), 50, 90)
	head := func(n int) []byte { return []byte{byte(n >> 8), byte(n), 1, 2, 3, 4} }
	oradis := join(head(6+2*len(block)), block, block, head(6+len(block)), block)
	rply := join(binary.LittleEndian.AppendUint32(nil, uint32(len(block))), []byte{0, 0, 0, 0}, block)
	n := finalHead + len(block) + finalTail
	record := join([]byte{byte(n >> 8), byte(n), 0, 1, 9, 1, 2, 3}, block, finalMark)
	gps := join(bytes.Repeat([]byte{0xCD}, gpsHeader), block, make([]byte, gpsTrailer), block, make([]byte, gpsTrailer))
	for _, c := range []struct {
		format string
		data   []byte
		plots  int
	}{
		{"oradis", oradis, 3}, {"rply", join(rply, rply), 2}, {"gps", gps, 2}, {"final", join(record, record, record), 3}, {"asterix", join(block, block), 2},
		{"pcap", pcapFile(binary.LittleEndian, 0xA1B2C3D4, 0, wrapped(oradis), wrapped(join(block, make([]byte, 8)))), 4},
	} {
		if f, _ := Detect(c.data); f != c.format {
			t.Errorf("%s is taken for %q", c.format, f)
		}
		plots, s := plotsOf(t, c.format, c.data, Options{}, openRegistry(t))
		if len(plots) != c.plots || len(s.Errors) != 0 {
			t.Errorf("%s: %d plots, want %d; %v", c.format, len(plots), c.plots, s.Errors)
		}
		// Rubbish before the last block is refused and the block still read.
		if c.format == "asterix" {
			plots, s = plotsOf(t, c.format, join(block, []byte{48, 0, 1, 9, 9, 9}, block), Options{Format: "asterix"}, openRegistry(t))
			if len(plots) != 2 || s.Errors["block_header"] == 0 {
				t.Errorf("after rubbish: %d plots, %v", len(plots), s.Errors)
			}
		}
	}
}

func TestNothingKnownFits(t *testing.T) {
	noise := make([]byte, 5000)
	for i := range noise {
		noise[i] = byte(i * i >> 3)
	}
	for _, b := range [][]byte{nil, {0}, noise, []byte("Dear all,\nplease find enclosed\n"), {0x1F, 0x8B, 0, 0}} {
		if err := ReadPlots("x", bytes.NewReader(b), Options{}, openRegistry(t), nil, nil); err == nil {
			t.Errorf("%.20q was read", b)
		}
		if _, err := DecodeFile("x", bytes.NewReader(b), DecodeOptions{}, io.Discard); err == nil {
			t.Errorf("%.20q was decoded", b)
		}
	}
}
