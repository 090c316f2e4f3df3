package feed

import "encoding/binary"

// flows puts the segments of TCP connections in order, whatever the order in which they were captured. It holds a bounded number
// of connections, and of octets that wait for a segment before them; a segment that never comes is passed over.
type flows struct {
	open map[flowKey]*flow
	last int32
	seen uint64
}

// flowKey is one direction of a connection: addresses and ports.
type flowKey struct {
	ends  [32]byte
	ports uint32
}

type flow struct {
	id      int32
	next    uint32 // sequence number expected
	started bool
	waiting []segment // in order of their sequence numbers
	held    int       // octets in waiting
	age     uint64
}

type segment struct {
	seq  uint32
	data []byte
}

// chunk is what a segment gave: octets in order.
type chunk struct {
	flow int32
	data []byte
	lost bool // octets before it are missing
}

const (
	maxFlows   = 256
	maxHeld    = 1 << 18
	maxWaiting = 256
)

const (
	flagFIN, flagSYN, flagRST = 1, 2, 4
)

// segment takes the TCP segment in an IP packet and returns what can now be read, if anything; a reason when it does not hold.
func (d *flows) segment(ends [32]byte, b []byte) (c chunk, reason string) {
	if len(b) < 20 {
		return c, "frame_short"
	}
	head := int(b[12]>>4) * 4
	if head < 20 || head > len(b) {
		return c, "tcp_header"
	}
	seq, flags, data := binary.BigEndian.Uint32(b[4:]), b[13], b[head:]
	if flags&flagSYN != 0 {
		seq++
	}
	f := d.find(flowKey{ends, binary.BigEndian.Uint32(b)}, flags&flagSYN != 0)
	if flags&flagSYN != 0 || !f.started {
		f.next, f.started = seq, f.started || len(data) > 0 || flags&flagSYN != 0
	}
	if len(data) > 0 {
		c = f.add(seq, data)
	}
	if flags&(flagFIN|flagRST) != 0 && len(f.waiting) == 0 {
		f.started = false // a new connection may use the ports again
	}
	return c, ""
}

func (d *flows) find(k flowKey, anew bool) *flow {
	d.seen++
	f := d.open[k]
	if f == nil || anew && f.started {
		if d.open == nil {
			d.open = map[flowKey]*flow{}
		}
		if f == nil && len(d.open) >= maxFlows {
			d.dropOldest()
		}
		d.last++
		f = &flow{id: d.last}
		d.open[k] = f
	}
	f.age = d.seen
	return f
}

func (d *flows) dropOldest() {
	var oldest flowKey
	age := d.seen
	for k, f := range d.open {
		if f.age <= age {
			oldest, age = k, f.age
		}
	}
	delete(d.open, oldest)
}

// add returns the octets that follow those returned before, of this segment and of those that waited for it.
func (f *flow) add(seq uint32, data []byte) chunk {
	c := chunk{flow: f.id}
	ahead := int32(seq - f.next)
	if ahead > 0 {
		f.wait(seq, data)
		if f.held <= maxHeld && len(f.waiting) <= maxWaiting {
			return c
		}
		f.next, c.lost = f.waiting[0].seq, true // what is missing does not come any more
		c.data = f.joined(nil)
		return c
	}
	if int(-ahead) >= len(data) {
		return c // sent again
	}
	data = data[-ahead:]
	f.next += uint32(len(data))
	if c.data = data; len(f.waiting) > 0 {
		c.data = f.joined(append([]byte(nil), data...))
	}
	return c
}

// wait keeps a segment for later, in its place.
func (f *flow) wait(seq uint32, data []byte) {
	at := len(f.waiting)
	for at > 0 && int32(f.waiting[at-1].seq-seq) > 0 {
		at--
	}
	if at > 0 && f.waiting[at-1].seq == seq && len(f.waiting[at-1].data) >= len(data) {
		return
	}
	f.waiting = append(f.waiting, segment{})
	copy(f.waiting[at+1:], f.waiting[at:])
	f.waiting[at] = segment{seq, append([]byte(nil), data...)}
	f.held += len(data)
}

// joined appends the waiting segments that follow without a gap.
func (f *flow) joined(dst []byte) []byte {
	for len(f.waiting) > 0 {
		w := f.waiting[0]
		behind := int32(f.next - w.seq)
		if behind < 0 {
			break
		}
		if int(behind) < len(w.data) {
			dst = append(dst, w.data[behind:]...)
			f.next = w.seq + uint32(len(w.data))
		}
		f.held -= len(w.data)
		f.waiting = f.waiting[1:]
	}
	return dst
}

// rest returns what still waits of one connection at the end of a capture; false when nothing does.
func (d *flows) rest() (c chunk, ok bool) {
	for _, f := range d.open {
		if len(f.waiting) > 0 {
			f.next = f.waiting[0].seq
			return chunk{flow: f.id, data: f.joined(nil), lost: true}, true
		}
	}
	return c, false
}
