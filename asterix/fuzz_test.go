package asterix

import (
	"bytes"
	"encoding/json"
	"testing"
)

// FuzzDecode reads any octets as a datagram and as a file, by default editions and by probe: no panic, every record
// lies in the data and in order, its JSON is valid, and a builder given its fields makes the same octets.
func FuzzDecode(f *testing.F) {
	for _, s := range []string{
		"300008c00102000080", "30001499801702 74d0bf3200a63fd123", "0100140f00809204000800000a66080 01ff0",
		"30000e8101c0010242c5031402000000", "220014f6000202416dec40944060440094000010", "f0000480 0101",
		"15002bffa1dab9e00028a8bf93f9500d2091144007ee17300007080578000008b75d880815f2c36e600000",
		"150010810101010101041 4db0301020300", "3e0010bfcffd1f0634d10d43fc1600", "400000080011223 3",
	} {
		var b []byte
		for _, half := range bytes.Fields([]byte(s)) {
			b = append(b, unhex(string(half))...)
		}
		f.Add(b)
	}
	f.Add(madePlots(f, 3, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, d := range []*Decoder{{}, {Resync: true}, {Probe: 3}} {
			decodeAnything(t, d, data)
		}
	})
}

func decodeAnything(t *testing.T, d *Decoder, data []byte) {
	last := 0
	for d.Reset(data); d.Next(); {
		r := d.Record()
		if r.Offset < last || r.Offset+len(r.Data()) > len(data) || !bytes.Equal(data[r.Offset:r.Offset+len(r.Data())], r.Data()) {
			t.Fatalf("record at %d of %d octets after %d", r.Offset, len(r.Data()), last)
		}
		last = r.Offset + len(r.Data())
		if line := r.AppendJSON(nil, JSONOptions{Raw: len(data)%2 == 0}); !json.Valid(line) {
			t.Fatalf("not JSON: %s", line)
		}
		if r.Edition() == nil {
			continue
		}
		r.AppendValues(nil)
		b := NewBuilder(r.Edition())
		b.Copy(r)
		if got, err := b.AppendRecord(nil); !r.random && (err != nil || !bytes.Equal(got, r.Data())) {
			t.Fatalf("rebuilt %x, want %x, %v", got, r.Data(), err)
		}
	}
	for _, e := range d.Errors() {
		if e.Offset < 0 || e.Offset > len(data) || e.Error() == "" {
			t.Fatalf("error %#v", e)
		}
	}
}

// FuzzValues sets fields to any values: what is accepted reads back, what is not leaves an error and no octets.
func FuzzValues(f *testing.F) {
	f.Add(uint8(3), 1.5, int64(-3), "BRU862")
	f.Add(uint8(0), -1e300, int64(1)<<62, "bru?")
	f.Fuzz(func(t *testing.T, which uint8, v float64, n int64, s string) {
		cats := []uint8{34, 48, 21, 62, 65}
		e, err := Get(cats[int(which)%len(cats)], "")
		if err != nil {
			t.Fatal(err)
		}
		b := NewBuilder(e)
		fields := e.Fields()
		info := fields[int(uint64(n)%uint64(len(fields)))]
		h := Field(e.Category(), info.Path)
		b.SetFloat(h, v)
		checkSet(t, b, h, func(r *Record) {
			if got, ok := r.Float(h); ok && (got-v > info.LSB || v-got > info.LSB) {
				t.Errorf("%v: set %v, read %v", h, v, got)
			}
		})
		b.Reset()
		b.SetInt(h, n)
		checkSet(t, b, h, func(r *Record) {
			if got, ok := r.Int(h); ok && got != n {
				t.Errorf("%v: set %v, read %v", h, n, got)
			}
		})
		b.Reset()
		b.SetText(h, s)
		checkSet(t, b, h, func(r *Record) { r.Text(h) })
	})
}

func checkSet(t *testing.T, b *Builder, h Handle, check func(r *Record)) {
	t.Helper()
	data, err := b.AppendRecord(nil)
	if err != nil {
		if len(data) != 0 {
			t.Errorf("%v: %x in spite of %v", h, data, err)
		}
		return
	}
	var r Record
	if n, err := ParseRecord(b.Edition(), data, &r); err != nil || n != len(data) {
		if b.Edition().choose >= 0 {
			return
		}
		t.Fatalf("%v: %x reads %d octets, %v", h, data, n, err)
	}
	if !r.Has(h) {
		t.Fatalf("%v: set but not read in %x", h, data)
	}
	check(&r)
}
