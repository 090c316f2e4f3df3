package modes

// Comm-D: an aircraft announces a downlink extended length message of n segments by DR 15 + n in its replies, and sends
// the segments of 80 bits as DF24 when asked for (Annex 10 volume IV 3.1.2.7.3).

const (
	elmSegments = 16
	elmSegment  = 10          // bytes
	elmAge      = 30 * second // an announcement or segment is of the same message for so long
)

// ELM is a downlink extended length message.
type ELM struct {
	Address  uint32
	Segments int                            // 1 to 16
	Data     [elmSegments * elmSegment]byte // of which Segments × 10 bytes hold something
}

// Bytes returns the message; it aliases e.
func (e *ELM) Bytes() []byte { return e.Data[:e.Segments*elmSegment] }

// ELMs puts segments of extended length messages together, one open message for each aircraft. Segments may come in any
// order and again. Its memory is bounded by the number of aircraft given to NewELMs. Only replies that a [Receiver]
// accepts are to be given to it, as their addresses come out of the parity.
type ELMs struct {
	Complete int64 // messages put together
	Stray    int64 // segments without an announcement, or beyond the announced number
	Dropped  int64 // open messages given up for age or room

	most int
	open map[uint32]*openELM
}

type openELM struct {
	elm  ELM
	have uint16 // bit n: segment n is there
	t    int64
}

// NewELMs returns an assembler for at most so many aircraft at once; zero is 256.
func NewELMs(most int) *ELMs {
	if most <= 0 {
		most = 256
	}
	return &ELMs{most: most, open: map[uint32]*openELM{}}
}

// Segment returns number and bytes of the segment that m carries; ok is false when m is no DF24 or acknowledges an
// uplink (KE 1).
func (m *Message) Segment() (number int, data []byte, ok bool) {
	if m.DF != 24 || m.Control&0x10 != 0 {
		return 0, nil, false
	}
	return int(m.Control & 15), m.Frame[1:11], true
}

// Announces returns how many segments m's downlink request announces, zero for none.
func (m *Message) Announces() int {
	switch m.DF {
	case 4, 5, 20, 21:
		return max(0, int(m.DR)-15)
	}
	return 0
}

// Take adds a reply heard at t (nanoseconds) and returns a message when m completes it.
func (e *ELMs) Take(m *Message, t int64) (ELM, bool) {
	if n := m.Announces(); n > 0 {
		e.announce(m.Address, n, t)
		return ELM{}, false
	}
	n, data, ok := m.Segment()
	if !ok {
		return ELM{}, false
	}
	o := e.open[m.Address]
	if o == nil || t-o.t > elmAge || n >= o.elm.Segments {
		e.Stray++
		return ELM{}, false
	}
	copy(o.elm.Data[n*elmSegment:], data)
	o.have |= 1 << n
	o.t = t
	if o.have != uint16(1<<o.elm.Segments-1) {
		return ELM{}, false
	}
	delete(e.open, m.Address)
	e.Complete++
	return o.elm, true
}

func (e *ELMs) announce(address uint32, segments int, t int64) {
	if o := e.open[address]; o != nil && o.elm.Segments == segments && t-o.t <= elmAge {
		return // announced until it is fetched
	}
	if e.open[address] == nil && len(e.open) >= e.most {
		e.makeRoom(t)
	}
	if e.open[address] != nil {
		e.Dropped++
	}
	e.open[address] = &openELM{elm: ELM{Address: address, Segments: segments}, t: t}
}

// makeRoom gives up what is old, and the oldest when nothing is.
func (e *ELMs) makeRoom(t int64) {
	oldest, at, first := uint32(0), int64(0), true
	for a, o := range e.open {
		if t-o.t > elmAge {
			delete(e.open, a)
			e.Dropped++
			continue
		}
		if first || o.t < at {
			oldest, at, first = a, o.t, false
		}
	}
	if len(e.open) >= e.most {
		delete(e.open, oldest)
		e.Dropped++
	}
}
