package asterix

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// everyEdition lists all editions of all categories with each definition of their expansions and special purpose fields.
func everyEdition(t testing.TB) (list []*Edition) {
	t.Helper()
	for _, cat := range Categories() {
		inner := append(Expansions(cat), "none")
		inner = append(inner, Specials(cat)...)
		for _, name := range Editions(cat) {
			for _, x := range inner {
				e, err := GetExpansion(cat, name, x)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, e)
			}
		}
	}
	return list
}

// drawn sets random fields to random raw values, a few repetitions where fields repeat, and remembers them.
func drawn(t *rapid.T, e *Edition, b *Builder) map[Handle][]uint64 {
	b.Reset()
	fields := e.Fields()
	set := map[Handle][]uint64{}
	for range rapid.IntRange(1, 12).Draw(t, "fields") {
		f := fields[rapid.IntRange(0, len(fields)-1).Draw(t, "field")]
		h, err := LookupField(e.category, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Bits > 64 || e.choose >= 0 { // profiles that exclude one another: see TestRecordings
			continue
		}
		n := 1
		if f.Repeat {
			n = rapid.IntRange(1, 3).Draw(t, "repetitions")
		}
		values := make([]uint64, n)
		for i := range values {
			values[i] = rapid.Uint64().Draw(t, "value") >> (64 - f.Bits)
			b.SetUintAt(h, i, values[i])
		}
		set[h] = values
	}
	return set
}

// TestBuiltRecordsReadBack: whatever is set in a record of any edition is read back, the record is rebuilt octet by octet,
// and printed as JSON.
func TestBuiltRecordsReadBack(t *testing.T) {
	editions := everyEdition(t)
	builders := map[*Edition]*Builder{}
	rapid.Check(t, func(t *rapid.T) {
		e := editions[rapid.IntRange(0, len(editions)-1).Draw(t, "edition")]
		b := builders[e]
		if b == nil {
			b = NewBuilder(e)
			builders[e] = b
		}
		set := drawn(t, e, b)
		if len(set) == 0 {
			return
		}
		data, err := b.AppendRecord(nil)
		if err != nil {
			if strings.Contains(err.Error(), string(TooLong)) {
				return // an expansion beyond 255 octets
			}
			t.Fatalf("%03d ed. %s: %v", e.category, e.name, err)
		}
		var r Record
		if n, err := ParseRecord(e, data, &r); err != nil || n != len(data) || r.Note() != nil {
			t.Fatalf("%03d ed. %s %x: %d octets, %v, %v", e.category, e.name, data, n, err, r.Note())
		}
		for h, values := range set {
			for i, want := range values {
				if got, ok := r.UintAt(h, i); !ok || got != want {
					t.Fatalf("%v[%d] is %d, %v; want %d in %x", h, i, got, ok, want, data)
				}
			}
		}
		b.Reset()
		b.Copy(&r)
		if again, err := b.AppendRecord(nil); err != nil || !bytes.Equal(again, data) {
			t.Fatalf("%03d ed. %s: %x rebuilt as %x, %v", e.category, e.name, data, again, err)
		}
		for _, o := range []JSONOptions{{}, {Raw: true, Text: true}} {
			if line := r.AppendJSON(nil, o); !json.Valid(line) {
				t.Fatalf("no JSON: %s", line)
			}
		}
	})
}

// TestConvertedRecordsKeepValues: a field that has a place in the other edition has the same value there, within half of the
// coarser LSB, unless it is counted as lost or its code moved.
func TestConvertedRecordsKeepValues(t *testing.T) {
	moved := map[string]bool{"040/ATP": true, "040/ARC": true, "040/SPI": true, "200/SS": true}
	type pair struct{ from, to *Edition }
	var pairs []pair
	for _, cat := range Categories() {
		names := Editions(cat)
		for i := range names {
			for _, j := range []int{i - 1, i + 1, len(names) - 1 - i} {
				if j >= 0 && j < len(names) && j != i {
					pairs = append(pairs, pair{edition(t, cat, names[i]), edition(t, cat, names[j])})
				}
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := pairs[rapid.IntRange(0, len(pairs)-1).Draw(t, "pair")]
		b := NewBuilder(p.from)
		set := drawn(t, p.from, b)
		data, err := b.AppendRecord(nil)
		if len(set) == 0 || err != nil {
			return
		}
		c, err := NewConverter(p.from, p.to)
		if err != nil {
			t.Fatal(err)
		}
		var r, k Record
		if _, err := ParseRecord(p.from, data, &r); err != nil {
			t.Fatal(err)
		}
		out, err := c.Append(nil, &r)
		if err != nil {
			return // nothing had a place
		}
		if n, err := ParseRecord(p.to, out, &k); err != nil || n != len(out) {
			t.Fatalf("%03d %s to %s: %x, %v", p.from.category, p.from.name, p.to.name, out, err)
		}
		lost := c.Lost()
		for h := range set {
			f, _ := p.from.Info(h)
			g, ok := p.to.Info(h)
			if !ok || f.Unit != g.Unit || f.Text || lost[h.String()] > 0 || moved[f.Path] {
				continue
			}
			for i := range r.Count(h) {
				want, ok1 := r.FloatAt(h, i)
				got, ok2 := k.FloatAt(h, i)
				if !ok1 || !ok2 && oldEdition(p.from) != oldEdition(p.to) { // went under another name
					continue
				}
				if !ok2 || math.Abs(got-want) > max(f.LSB, g.LSB)*0.5000001 {
					t.Fatalf("%v of %s is %v, of %s %v, %v", h, p.from.name, want, p.to.name, got, ok2)
				}
			}
		}
	})
}

// TestTablesOfConversion: every name in the tables is one of its category, and every pair can be carried in some editions.
func TestTablesOfConversion(t *testing.T) {
	carries := func(catFrom, catTo uint8, from, to string) bool {
		for _, a := range Editions(catFrom) {
			for _, b := range Editions(catTo) {
				c, err := NewConverter(edition(t, catFrom, a), edition(t, catTo, b))
				if err != nil {
					t.Fatal(err)
				}
				i, ok1 := c.fromAt[from]
				j, ok2 := c.toAt[to]
				if !ok1 || !ok2 {
					continue
				}
				for _, s := range c.steps[i] {
					if s.to == j {
						return true
					}
				}
			}
		}
		return false
	}
	for _, n := range renames {
		for _, path := range []string{n.from, n.to} {
			if _, err := LookupField(n.category, path); err != nil {
				t.Error(err)
			}
		}
		if !carries(n.category, n.category, n.from, n.to) {
			t.Errorf("%03d: %s never becomes %s", n.category, n.from, n.to)
		}
	}
	for _, p := range adsbToTrack {
		if !carries(21, 62, p[0], p[1]) {
			t.Errorf("021/%s never becomes 062/%s", p[0], p[1])
		}
	}
	for _, list := range [][]computation{computeTrack, computeCrossing[21], computeCrossing[62]} {
		for _, k := range list {
			for _, path := range k.uses {
				_, err1 := LookupField(21, path)
				_, err2 := LookupField(62, path)
				if err1 != nil && err2 != nil {
					t.Errorf("a computation uses %s, which nobody has", path)
				}
			}
		}
	}
}

// TestEditionsDescribeThemselves: fields, items and handles agree in every edition.
func TestEditionsDescribeThemselves(t *testing.T) {
	for _, e := range everyEdition(t) {
		items := map[string]bool{}
		for _, item := range e.Items() {
			if items[item] {
				t.Errorf("%03d ed. %s: item %s twice", e.category, e.name, item)
			}
			items[item] = true
		}
		for _, f := range e.Fields() {
			item, _, _ := strings.Cut(f.Path, "/")
			if !items[item] || f.Bits < 1 || f.LSB <= 0 {
				t.Errorf("%03d ed. %s: %+v", e.category, e.name, f)
			}
			h, err := LookupField(e.category, f.Path)
			if err != nil {
				t.Error(err)
				continue
			}
			if got, ok := e.Info(h); !ok || got != f {
				t.Errorf("%03d ed. %s: %v describes %+v, want %+v", e.category, e.name, h, got, f)
			}
		}
		if _, ok := e.Info(0); ok {
			t.Errorf("%03d ed. %s describes nothing", e.category, e.name)
		}
	}
}
