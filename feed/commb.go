package feed

import (
	"bytes"
	"fmt"

	"entente/asterix"
	"entente/modes"
)

// registerField is where a category holds Comm-B registers: 56 bits with two codes beside them, or 64 bits with the code last.
type registerField struct {
	item      string
	data      asterix.Handle
	bds1, bds asterix.Handle // zero where the code is in data
}

// registerFields lists them by category.
var registerFields = func() (all [256][]registerField) {
	for cat, items := range map[uint8][]string{10: {"250"}, 20: {"250"}, 48: {"250"}, 62: {"380/MB"}} {
		for _, item := range items {
			for _, name := range []string{"MBDATA", "BDSREGISTER", "BDSDATA"} {
				for _, h := range lookup(cat, item+"/"+name) {
					all[cat] = append(all[cat], registerField{item, h, asterix.Field(cat, item+"/BDS1"), asterix.Field(cat, item+"/BDS2")})
				}
			}
		}
	}
	for cat, paths := range map[uint8][]string{11: {"380/MB"}, 21: {"250"}, 62: {"380/BDSDATA", "380/MB"}} {
		for _, h := range lookup(cat, paths...) {
			all[cat] = append(all[cat], registerField{item: h.Path(), data: h})
		}
	}
	return all
}

// commB prints the registers of records as modes reads them.
type commB struct {
	fields [256][]registerField
	m      modes.Message
	buf    []byte
}

func newCommB() *commB { return &commB{fields: registerFields()} }

// append adds the registers to the JSON object that ends dst: as the source labels them, and where the code is 0, which
// says that it is not known, as inferred from the bits.
//
//	"comm_b":[{"item":"250","mb":"819515367024D4","bds":"50","roll_deg":2.1,…},{"item":"250","mb":"…","inferred":true,"bds":"20",…}]
func (c *commB) append(dst []byte, r *asterix.Record) []byte {
	start := len(dst)
	for i := range c.fields[r.Category] {
		f := &c.fields[r.Category][i]
		for k := range r.Count(f.data) {
			octets := r.OctetsAt(f.data, k)
			code := modes.BDS(0)
			switch {
			case f.bds != 0 && len(octets) == 7:
				b1, _ := r.UintAt(f.bds1, k)
				b2, _ := r.UintAt(f.bds, k)
				code = modes.BDS(b1<<4 | b2)
			case f.bds == 0 && len(octets) == 8:
				code = modes.BDS(octets[7])
			default:
				continue
			}
			if len(dst) == start {
				dst = append(dst[:len(dst)-1], `,"comm_b":[`...)
			} else {
				dst = append(dst, ',')
			}
			dst = c.register(dst, f.item, [7]byte(octets), code)
		}
	}
	if len(dst) > start {
		dst = append(dst, ']', '}')
	}
	return dst
}

// register appends one register: modes reads it as the field of a reply without altitude or address.
func (c *commB) register(dst []byte, item string, mb [7]byte, code modes.BDS) []byte {
	dst = fmt.Appendf(dst, `{"item":%q,"mb":"%X"`, item, mb)
	frame := [14]byte{0: 20 << 3}
	copy(frame[4:], mb[:])
	p := modes.Residue(frame[:])
	frame[11], frame[12], frame[13] = byte(p>>16), byte(p>>8), byte(p)
	err := modes.Decode(&c.m, frame[:])
	if code == 0 {
		dst = append(dst, `,"inferred":true`...)
		if err == nil {
			dst = c.values(dst, &c.m)
		}
		return append(dst, '}')
	}
	read, ok := modes.Message{}, false
	if err == nil {
		read, ok = c.m.As(code)
	}
	if !ok {
		return fmt.Appendf(dst, `,"bds":%q,"fits":false}`, code)
	}
	return append(c.values(dst, &read), '}')
}

// values appends what modes prints of the register and leaves out the header, which is made up.
func (c *commB) values(dst []byte, m *modes.Message) []byte {
	c.buf = m.AppendJSON(c.buf[:0])
	at := bytes.Index(c.buf, []byte(`"bds`))
	if at < 0 {
		return dst
	}
	dst = append(dst, ',')
	return append(dst, c.buf[at:len(c.buf)-1]...)
}
