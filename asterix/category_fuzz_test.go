package asterix

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// anyEdition picks one of all editions by three octets: category, edition, and definitions of the expansion and special purpose
// fields; each counted round.
func anyEdition(t testing.TB, cat, ed, inner uint8) *Edition {
	t.Helper()
	if !Defined(cat) {
		all := Categories()
		cat = all[int(cat)%len(all)]
	}
	names := Editions(cat)
	inners := slices.Concat(Expansions(cat), []string{"none"}, Specials(cat))
	e, err := GetExpansion(cat, names[int(ed)%len(names)], inners[int(inner)%len(inners)])
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// eachEdition calls f with the three octets of every edition.
func eachEdition(f func(cat, ed, inner uint8)) {
	for _, cat := range Categories() {
		for ed := range Editions(cat) {
			for inner := range len(Expansions(cat)) + 1 + len(Specials(cat)) {
				f(cat, uint8(ed), uint8(inner))
			}
		}
	}
}

// FuzzCategory reads any octets as a record of any edition: what is read has the same octets when a builder is given its fields,
// and the same values when they are set one by one; what is not read says why, within the octets.
func FuzzCategory(f *testing.F) {
	rnd := rand.New(rand.NewPCG(7, 7))
	eachEdition(func(cat, ed, inner uint8) {
		e := anyEdition(f, cat, ed, inner)
		for u := range e.uaps {
			f.Add(cat, ed, inner, fullRecord(f, e, u, 1, rnd))
			f.Add(cat, ed, inner, fullRecord(f, e, u, 0.5, rnd))
		}
	})
	f.Fuzz(func(t *testing.T, cat, ed, inner uint8, data []byte) {
		e := anyEdition(t, cat, ed, inner)
		var r, again Record
		n, err := ParseRecord(e, data, &r)
		if err != nil {
			var bad *Error
			if !errors.As(err, &bad) || bad.Reason == "" || bad.Offset < 0 || bad.Offset > len(data) || bad.Category != e.category {
				t.Fatalf("%#v", err)
			}
			return
		}
		if n < 2 || n > len(data) || !bytes.Equal(r.Data(), data[:n]) {
			t.Fatalf("%d of %d octets", n, len(data))
		}
		line := r.AppendJSON(nil, JSONOptions{Raw: true, Text: true})
		if !json.Valid(line) {
			t.Fatalf("no JSON: %s", line)
		}
		b := NewBuilder(e)
		b.Copy(&r)
		octets, err := b.AppendRecord(nil)
		if err != nil || !r.random && !bytes.Equal(octets, r.Data()) {
			t.Fatalf("%03d ed. %s: %x rebuilt as %x, %v", e.category, e.name, r.Data(), octets, err)
		}
		for _, how := range []string{"copied", "set"} {
			if how == "set" {
				octets = rebuiltByValues(t, b, &r)
			}
			if _, err := ParseRecord(e, octets, &again); err != nil {
				t.Fatalf("%s: %x: %v", how, octets, err)
			}
			if got := again.AppendJSON(nil, JSONOptions{Raw: true, Text: true}); !bytes.Equal(got, line) {
				t.Fatalf("%s: values of %x differ:\n%s\n%s", how, r.Data(), got, line)
			}
		}
	})
}

// rebuiltByValues sets each field to what is read of it through the exported calls, and marks what has no fields.
func rebuiltByValues(t *testing.T, b *Builder, r *Record) []byte {
	t.Helper()
	e := r.edition
	b.Reset()
	for i := range e.nodes {
		nd := &e.nodes[i]
		if r.off[i] == 0 || nd.shape == sequence {
			continue
		}
		h, err := LookupField(e.category, nd.path)
		if err != nil {
			t.Fatal(err)
		}
		b.Mark(h)
		if nd.shape == explicit && (len(nd.children) == 0 || r.off[nd.children[0]] == 0) {
			b.SetBytes(h, r.Bytes(h)[1:])
		}
		for _, l := range nd.leaves {
			f := &e.leaves[l]
			if f.kind == kindSpare {
				continue
			}
			h := Field(e.category, f.path)
			for k := range r.Count(h) {
				if v, ok := r.UintAt(h, k); ok {
					b.SetUintAt(h, k, v)
				} else {
					b.SetOctetsAt(h, k, r.OctetsAt(h, k))
				}
			}
		}
	}
	octets, err := b.AppendRecord(nil)
	if err != nil {
		t.Fatalf("%03d ed. %s: %s: %v", e.category, e.name, r.AppendJSON(nil, JSONOptions{}), err)
	}
	return octets
}

// FuzzBuilder sets fields of any edition as the octets say: what is accepted is read back to the bit, what is not leaves an
// error and nothing else.
func FuzzBuilder(f *testing.F) {
	eachEdition(func(cat, ed, inner uint8) {
		f.Add(cat, ed, inner, []byte("\x00\x00\x00\x01 one \x00\x05\x00\x01 five\x01\x07\x01\x02 two two"))
	})
	f.Fuzz(func(t *testing.T, cat, ed, inner uint8, ops []byte) {
		e := anyEdition(t, cat, ed, inner)
		b := NewBuilder(e)
		fields := e.Fields()
		type place struct {
			h Handle
			i int
		}
		set := map[place]uint64{}
		for len(ops) >= 5 { // which field, which repetition, how many octets of value
			info := fields[int(binary.BigEndian.Uint16(ops))%len(fields)]
			h, i, n := Field(e.category, info.Path), int(ops[2]), min(int(ops[3]%9), len(ops)-4)
			var v uint64
			for _, c := range ops[4 : 4+n] {
				v = v<<8 | uint64(c)
			}
			ops = ops[4+n:]
			if info.Bits <= 64 {
				v &= 1<<info.Bits - 1
			}
			if b.SetUintAt(h, i, v); b.Err() != nil {
				if info.Bits <= 64 && (i == 0 || info.Repeat && i < 255) {
					t.Fatalf("%v[%d] = %d of %d bits: %v", h, i, v, info.Bits, b.Err())
				}
				break
			}
			set[place{h, i}] = v
		}
		octets, err := b.AppendRecord([]byte{9})
		if err != nil {
			if len(octets) != 1 {
				t.Fatalf("%x in spite of %v", octets, err)
			}
			return
		}
		var r Record
		if n, err := ParseRecord(e, octets[1:], &r); err != nil || n != len(octets)-1 {
			t.Fatalf("%03d ed. %s: %x: %d octets, %v", e.category, e.name, octets[1:], n, err)
		}
		for p, want := range set {
			if got, ok := r.UintAt(p.h, p.i); !ok || got != want {
				t.Fatalf("%v[%d] is %d, %v, want %d in %x", p.h, p.i, got, ok, want, octets[1:])
			}
		}
	})
}

// FuzzRule reads any text as a rule: one that is accepted can be used, and prints as a text that reads as the same rule.
func FuzzRule(f *testing.F) {
	for _, s := range []string{"21=2.1", "21/20/219=2.1+1.4", "62=1.18+artas", "62=1.18+1.2+artas", "32=none", "048=1.31", "21=", "/=", "21/1/1=2.1+none+", "62=1.18+none+artas"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseRule(s)
		if err != nil {
			return
		}
		if err := NewDecoder().Use(r); err != nil {
			t.Fatalf("%q is a rule that cannot be used: %v", s, err)
		}
		if again, err := ParseRule(r.String()); err != nil || again != r {
			t.Fatalf("%q prints %q, which reads %+v, %v", s, r, again, err)
		}
	})
}

// FuzzDefinition reads any octets as a definition file: one that is accepted compiles or says why not, and what compiles reads
// any record, and rebuilds it.
func FuzzDefinition(f *testing.F) {
	entries, err := definitionFiles.ReadDir("definitions")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if b, err := definitionFiles.ReadFile("definitions/" + e.Name()); err == nil && len(b) < 1500 {
			f.Add(b, []byte{0xFF, 0xFF, 0xFE, 1, 2, 3, 4, 5, 6, 7, 8, 9})
		}
	}
	for _, s := range []string{
		`{"category":1,"edition":"1.0","uap":{"":["010","RE","-","SP"]},"items":{"010":{"bits":8,"kind":"raw"},"RE":{"explicit":"re"},"SP":{"explicit":""}}}`,
		`{"category":1,"edition":"1.0","uap":{"a":["020","rfs"],"b":["020"]},"select":{"on":"020/T","uap":{"0":"a","1":"b"}},"items":{"020":{"extended":[[{"id":"T","bits":1,"kind":"raw"},{"spare":6}],[{"id":"B","bits":8,"kind":"int"}]]}}}`,
		`{"category":1,"edition":"1.0","expansion":{"compound":[null,{"id":"A","repetitive":"fx","of":{"bits":7,"kind":"raw"}},{"id":"B","repetitive":"count","of":{"group":[{"id":"C","bits":12,"kind":"string_octal"},{"id":"D","bits":4,"kind":"signed","lsb":"1/3","unit":"x"}]}}]}}`,
		`{"category":1,"edition":"1.0","uap":{"":["010"]},"items":{"010":{"compound":[{"id":"A","group":[{"id":"M","bits":1,"kind":"raw"},{"id":"V","bits":15,"kind":"case","on":"010/A/M","alts":{"0":{"kind":"unsigned","lsb":"1/1000"}}}]}]}}}`,
	} {
		f.Add([]byte(s), []byte{0xE0, 2, 3, 4, 5, 6, 7, 8, 9})
	}
	f.Fuzz(func(t *testing.T, file, data []byte) {
		d, err := readDefinition(file)
		if err != nil {
			return
		}
		c := &category{number: d.Category, handles: map[string]Handle{}, compiled: map[string]*Edition{}}
		if c.take(d); len(c.editions) == 0 { // inside an item of its own
			inner := d
			d = &definition{Category: d.Category, Edition: "1.0", UAP: map[string][]string{"": {"RE", "SP"}}, Items: map[string]*layout{
				"RE": {Explicit: new("re")}, "SP": {Explicit: new("sp")},
			}}
			c.take(d)
			c.name()
			compileAnything(t, c, d, inner, data)
			return
		}
		c.name()
		compileAnything(t, c, d, nil, data)
	})
}

func compileAnything(t *testing.T, c *category, d, inner *definition, data []byte) {
	t.Helper()
	var x, sp *definition
	if inner != nil && inner.Expansion != nil {
		x = inner
	} else {
		sp = inner
	}
	e, err := compile(c, d, x, sp)
	if err != nil {
		return
	}
	var r Record
	if _, err := ParseRecord(e, data, &r); err != nil {
		return
	}
	if line := r.AppendJSON(nil, JSONOptions{Raw: true}); !json.Valid(line) {
		t.Fatalf("no JSON: %s", line)
	}
	r.AppendValues(nil)
	b := NewBuilder(e)
	b.Copy(&r)
	if octets, err := b.AppendRecord(nil); !r.random && (err != nil || !bytes.Equal(octets, r.Data())) {
		t.Fatalf("%x rebuilt as %x, %v", r.Data(), octets, err)
	}
}
