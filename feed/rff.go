package feed

import (
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"io"

	"entente"
)

// An rff recording begins with the times of its start and end as texts of 20 octets each and 88 octets more; then come frames:
// milliseconds since the start (32 bits) and length (16 bits), both little-endian, and the datagram.
const (
	rffHeader = 128
	rffText   = 20
	rffFrame  = 6
)

// rffTimes are the layouts in which the start is understood, taken as UTC.
var rffTimes = []string{
	"2006-01-02T15:04:05Z", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006/01/02 15:04:05", "02/01/2006 15:04:05", "02.01.2006 15:04:05",
	"02-01-2006 15:04:05", "20060102150405", "20060102 150405", "02-Jan-2006 15:04:05", "2-Jan-2006 15:04:05",
}

// rffStart reads the time of the start, zero when it is in no layout that is understood.
func rffStart(header []byte) entente.Instant {
	text := strings.TrimRight(strings.TrimSpace(string(header[:rffText])), "\x00 ")
	for _, layout := range rffTimes {
		if t, err := time.Parse(layout, text); err == nil {
			return entente.At(t)
		}
	}
	return 0
}

// rff reads an rff recording.
type rff struct {
	s      source
	refuse refuser
	start  entente.Instant
}

func newRFF(r io.Reader, refuse refuser) (*rff, error) {
	c := &rff{s: source{r: r}, refuse: refuse}
	h, err := c.s.take(rffHeader)
	if err != nil {
		return nil, errors.New("the recording's header is cut short")
	}
	c.start = rffStart(h)
	return c, nil
}

func (c *rff) next(p *packet) error {
	for {
		at := c.s.offset
		h, err := c.s.take(rffFrame)
		if err != nil {
			return ended(err, at, len(h), c.refuse)
		}
		ms, n := binary.LittleEndian.Uint32(h), int(binary.LittleEndian.Uint16(h[4:]))
		b, err := c.s.take(n)
		if err != nil {
			if errors.Is(err, io.EOF) && n > 0 { // nothing of the frame is there
				err = io.ErrUnexpectedEOF
			}
			return ended(err, at, len(b)+rffFrame, c.refuse)
		}
		if n == 0 {
			continue
		}
		*p = packet{data: b, offset: at + rffFrame}
		if c.start != 0 {
			p.at = c.start + entente.Instant(ms)*1e6
		}
		return nil
	}
}
