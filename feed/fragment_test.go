package feed

import (
	"bytes"
	"encoding/binary"
	"testing"

	"pgregory.net/rapid"
)

// cutUp cuts a UDP datagram into IPv4 or IPv6 fragments at the given multiples of eight.
func cutUp(six bool, id uint16, data []byte, size int) (frames [][]byte) {
	whole := wrapped(data)[20:]
	for at := 0; at < len(whole); at += size {
		end := min(at+size, len(whole))
		more := uint16(0)
		if end < len(whole) {
			more = 1
		}
		if six {
			h := make([]byte, 48)
			h[0], h[6], h[40] = 0x60, 44, protocolUDP
			binary.BigEndian.PutUint16(h[4:], uint16(8+end-at))
			binary.BigEndian.PutUint16(h[42:], uint16(at)|more)
			binary.BigEndian.PutUint16(h[46:], id)
			frames = append(frames, join(h, whole[at:end]))
			continue
		}
		h := make([]byte, 20)
		h[0], h[9] = 0x45, protocolUDP
		binary.BigEndian.PutUint16(h[2:], uint16(20+end-at))
		binary.BigEndian.PutUint16(h[4:], id)
		binary.BigEndian.PutUint16(h[6:], uint16(at/8)|more<<13)
		frames = append(frames, join(h, whole[at:end]))
	}
	return frames
}

// TestFragments: several datagrams' fragments in any order give each datagram once.
func TestFragments(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		six := rapid.Bool().Draw(t, "six")
		var frames, want [][]byte
		for id := range rapid.IntRange(1, 4).Draw(t, "datagrams") {
			data := bytes.Repeat([]byte{byte(id + 1)}, rapid.IntRange(20, 400).Draw(t, "length"))
			want = append(want, data)
			frames = append(frames, cutUp(six, uint16(id), data, 8*rapid.IntRange(1, 8).Draw(t, "size"))...)
		}
		var d fragments
		got := map[byte]int{}
		for _, f := range rapid.Permutation(frames).Draw(t, "order") {
			data, reason := d.payload(101, f)
			if reason != "" {
				t.Fatalf("refused: %s", reason)
			}
			if len(data) > 0 {
				got[data[0]]++
				if !bytes.Equal(data, want[data[0]-1]) {
					t.Fatalf("datagram %d is put together wrong", data[0])
				}
			}
		}
		if len(got) != len(want) || len(d.open) != 0 {
			t.Fatalf("%v of %d datagrams, %d unfinished", got, len(want), len(d.open))
		}
	})
}

func TestFragmentsThatDoNotFit(t *testing.T) {
	frames := cutUp(false, 1, bytes.Repeat([]byte{7}, 100), 48)
	var d fragments
	d.payload(101, frames[0])
	if _, reason := d.payload(101, frames[0]); reason != "fragment" {
		t.Errorf("the same fragment twice: %q", reason)
	}
	for id := range uint16(500) { // datagrams that are never finished
		if data, _ := d.payload(101, cutUp(false, id, bytes.Repeat([]byte{7}, 100), 48)[0]); data != nil {
			t.Error("half a datagram was given out")
		}
	}
	if len(d.open) != maxUnfinished {
		t.Errorf("%d unfinished datagrams are held", len(d.open))
	}
}

// TestFragmentsInACapture: a report in two fragments becomes a plot.
func TestFragmentsInACapture(t *testing.T) {
	block := report48(t, fuzzTime, 50, 90)
	capture := pcapFile(binary.LittleEndian, 0xA1B2C3D4, 0, cutUp(false, 9, join(block, block), 16)...)
	plots, s := plotsOf(t, "x", capture, Options{}, openRegistry(t))
	if len(plots) != 2 || len(s.Errors) != 0 {
		t.Errorf("%d plots, %v", len(plots), s.Errors)
	}
}
