package modes

import (
	"errors"
	"testing"
)

// TestNothingAllocates holds the promise of the package comment on real traffic.
func TestNothingAllocates(t *testing.T) {
	frames, raw := beastFrames(t)
	frames = append(frames, commBFrames(t)...)
	var m Message
	buf := make([]byte, 0, 4096)
	sky := NewReceiver(Options{})
	now := int64(0)
	pass := func() {
		for _, b := range frames {
			if Decode(&m, b) == nil {
				now += 1e6
				sky.Take(&m, now)
				buf = m.AppendJSON(buf[:0])
			}
		}
		var f Frame
		for rest := raw; ; {
			n, err := ParseBeast(rest, &f)
			if errors.Is(err, ErrShort) {
				break
			}
			rest = rest[n:]
			buf = AppendBeast(buf[:0], &f)
		}
	}
	pass()
	if n := testing.AllocsPerRun(3, pass); n != 0 {
		t.Errorf("%v allocations in %d messages", n, len(frames))
	}
	line := []byte("@0000000003E85D4D20237A55A6;")
	if n := testing.AllocsPerRun(100, func() {
		var f Frame
		_ = ParseAVR(line, &f)
		_, _, _ = ParseHexCSV([]byte("1753827785.80,ADA526,8DADA5265851E6616376C2EB4463"), &f)
	}); n != 0 {
		t.Errorf("%v allocations in an AVR line", n)
	}
}
