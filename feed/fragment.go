package feed

// fragments puts IP fragments of UDP datagrams together, whatever their order, and the segments of TCP connections. It holds a
// bounded number of unfinished datagrams; the oldest gives way.
type fragments struct {
	tcp  flows
	from chunk // of the payload returned last; its flow is zero for a datagram
	open map[datagramKey]*unfinished
	seen uint64
}

// datagramKey is what the fragments of a datagram have in common: addresses and identification.
type datagramKey struct {
	ends [32]byte
	id   uint32
}

type unfinished struct {
	data  []byte
	spans [][2]int // received, from and to
	have  int
	total int // zero until the last fragment is there
	age   uint64
}

const (
	maxUnfinished = 64
	maxFragments  = 64
	maxDatagram   = 1 << 16
)

// add takes the part that begins at an offset of the datagram's IP payload, and returns the datagram's data when it
// completes it. Overlapping parts make no datagram.
func (d *fragments) add(k datagramKey, offset int, more bool, part []byte) (data []byte, reason string) {
	end := offset + len(part)
	if len(part) == 0 || end > maxDatagram || more && len(part)%8 != 0 {
		return nil, "fragment"
	}
	u := d.find(k)
	for _, s := range u.spans {
		if offset < s[1] && s[0] < end {
			delete(d.open, k)
			return nil, "fragment"
		}
	}
	if len(u.spans) >= maxFragments || u.total > 0 && end > u.total {
		delete(d.open, k)
		return nil, "fragment"
	}
	if len(u.data) < end {
		u.data = append(u.data, make([]byte, end-len(u.data))...)
	}
	copy(u.data[offset:], part)
	u.spans, u.have = append(u.spans, [2]int{offset, end}), u.have+len(part)
	if !more {
		u.total = end
	}
	if u.total == 0 || u.have < u.total {
		return nil, ""
	}
	delete(d.open, k)
	return udp(u.data[:u.total])
}

func (d *fragments) find(k datagramKey) *unfinished {
	d.seen++
	u := d.open[k]
	if u == nil {
		if d.open == nil {
			d.open = map[datagramKey]*unfinished{}
		}
		if len(d.open) >= maxUnfinished {
			d.dropOldest()
		}
		u = &unfinished{}
		d.open[k] = u
	}
	u.age = d.seen
	return u
}

func (d *fragments) dropOldest() {
	var oldest datagramKey
	age := d.seen
	for k, u := range d.open {
		if u.age <= age {
			oldest, age = k, u.age
		}
	}
	delete(d.open, oldest)
}
