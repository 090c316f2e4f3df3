package asterix

import (
	"bytes"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
)

func edition(t testing.TB, cat uint8, name string) *Edition {
	t.Helper()
	e, err := Get(cat, name)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func converter(t testing.TB, from, to *Edition) *Converter {
	t.Helper()
	c, err := NewConverter(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// made builds a record of values by path: numbers in the specification's units, or texts.
func made(t testing.TB, e *Edition, values map[string]any) *Record {
	t.Helper()
	b := NewBuilder(e)
	for _, path := range slices.Sorted(maps.Keys(values)) {
		h := Field(e.category, path)
		switch v := values[path].(type) {
		case string:
			b.SetText(h, v)
		case float64:
			b.SetFloat(h, v)
		case int:
			b.SetUint(h, uint64(v))
		}
	}
	data, err := b.AppendRecord(nil)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, e, data)
}

func parsed(t testing.TB, e *Edition, data []byte) *Record {
	t.Helper()
	r := new(Record)
	if n, err := ParseRecord(e, data, r); err != nil || n != len(data) {
		t.Fatalf("%x: %d octets, %v", data, n, err)
	}
	return r
}

func converted(t testing.TB, c *Converter, r *Record) *Record {
	t.Helper()
	data, err := c.Append(nil, r)
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, c.to, data)
}

// near compares a number or text of a record.
func near(t testing.TB, r *Record, path string, want any) {
	t.Helper()
	h := Field(r.Category, path)
	switch w := want.(type) {
	case string:
		if got := r.Text(h); got != w {
			t.Errorf("%s is %q, want %q", path, got, w)
		}
	case float64:
		if got, ok := r.Float(h); !ok || math.Abs(got-w) > 1e-9+1e-12*math.Abs(w) {
			t.Errorf("%s is %v, %v; want %v", path, got, ok, w)
		}
	case nil:
		if r.Has(h) {
			t.Errorf("%s is there", path)
		}
	}
}

func TestConvertOldADSB(t *testing.T) {
	c := converter(t, edition(t, 21, "0.26"), edition(t, 21, "2.6"))
	r := converted(t, c, made(t, c.from, map[string]any{
		"010/SAC": 20, "010/SIC": 219, "040/ATP": 1, "040/ARC": 2, "040/SPI": 1, "040/GBS": 1, "030": 43200.5, "130/LAT": 45.0, "130/LON": 22.5,
		"080": "4CA2D1", "151": 440.0, "155": -1250.0, "165/ROT": 2.25, "200": 5, "146/SAS": 1, "146/SRC": 2, "146/ALT": 30000.0, "170": "VLG6332",
		"095": 3, "160/GS": 0.125, "160/TA": 45.0, "070/MODE3A": "5513", "020": 5,
	}))
	for path, want := range map[string]any{
		"010/SAC": 20.0, "040/ATP": 0.0, "040/ARC": 1.0, "040/GBS": 1.0, "071": 43200.5, "131/LAT": 45.0, "131/LON": 22.5, "130/LAT": nil, "080": "4CA2D1", "151/TAS": 440.0,
		"155/BVR": -1250.0, "165/TAR": 2.25, "200/PS": 5.0, "200/SS": 3.0, "146/S": 2.0, "146/ALT": 30000.0, "170": "VLG6332", "160/GS": 0.125,
		"070/MODE3A": "5513", "020": 5.0, "030": nil,
	} {
		near(t, r, path, want)
	}
	if lost := c.Lost(); !maps.Equal(lost, map[string]int64{"021/095": 1}) {
		t.Errorf("lost %v", lost)
	}
	back := converted(t, converter(t, c.to, c.from), r)
	for path, want := range map[string]any{
		"040/ATP": 1.0, "040/ARC": 2.0, "040/SPI": 1.0, "030": 43200.5, "130/LAT": 45.0, "151": 440.0, "155": -1250.0, "165/ROT": 2.25, "200": 5.0, "146/SRC": 2.0,
	} {
		near(t, back, path, want)
	}
}

func TestConvertOldTracks(t *testing.T) {
	c := converter(t, edition(t, 62, "0.17"), edition(t, 62, "1.18"))
	r := converted(t, c, made(t, c.from, map[string]any{
		"010/SAC": 25, "010/SIC": 100, "040/TRK": 4711, "070": 36000.25, "105/LAT": 45.0, "105/LON": 22.5, "100/X": 10.5, "100/Y": -3.25, "135/CTB": 35000.0, "180/SPD": 0.125,
		"180/HDG": 90.0, "390/CSN": "CTN463", "080/COA": 1,
	}))
	for path, want := range map[string]any{
		"040": 4711.0, "070": 36000.25, "105/LAT": 45.0, "105/LON": 22.5, "100/X": 19446.0, "100/Y": -6019.0, "135/CTB": 350.0, "185/VX": 231.5, "185/VY": 0.0,
		"390/CS": "CTN463", "080/CST": 1.0,
	} {
		near(t, r, path, want)
	}
	if lost := c.Lost(); len(lost) != 0 {
		t.Errorf("lost %v", lost)
	}
	back := converted(t, converter(t, c.to, c.from), r)
	near(t, back, "180/SPD", 0.125)
	near(t, back, "180/HDG", 90.0)
	near(t, back, "040/TRK", 4711.0)
}

func TestConvertADSBToTracks(t *testing.T) {
	c := converter(t, edition(t, 21, "2.4"), edition(t, 62, ""))
	from := map[string]any{
		"010/SAC": 20, "010/SIC": 219, "040/ATP": 0, "161/TRNUM": 12, "073": 100.0, "075": 101.0, "077": 102.0, "130/LAT": 41.0, "130/LON": 2.0, "131/LAT": 45.0, "131/LON": 2.25,
		"080": "4CA2D1", "170": "VLG6332", "070/MODE3A": "5513", "145": 350.0, "140": 35600.0, "155/BVR": 625.0, "160/GS": 0.125, "160/TA": 180.0, "200/SS": 3, "200/PS": 1,
		"090/NACP": 9, "150/IM": 1, "150/AS": 780, "220/WS": 33.0, "220/TMP": -40.25, "020": 3, "132": 200,
	}
	r := converted(t, c, made(t, c.from, from))
	for path, want := range map[string]any{
		"010/SIC": 219.0, "040": 12.0, "070": 100.0, "105/LAT": 45.0, "380/ADR": "4CA2D1", "380/ID": "VLG6332", "245/CHR": "VLG6332", "245/STI": 0.0, "060/MODE3A": "5513",
		"136": 350.0, "130": 35600.0, "220": 625.0, "185/VX": 0.0, "185/VY": -231.5, "080/MON": 1.0, "080/SPI": 1.0, "080/SRC": 1.0, "080/EMS": 1.0, "500/APC/X": 12.5,
		"380/IAS/IM": 1.0, "380/IAS/IAS": 0.78, "380/MET/WSD": 33.0, "380/MET/WS": 1.0, "380/MET/WD": 0.0, "380/MET/TMPD": -40.25, "290/ES": 0.0, "380/EMC": 3.0,
	} {
		near(t, r, path, want)
	}
	if lost := c.Lost(); !maps.Equal(lost, map[string]int64{"021/132": 1}) {
		t.Errorf("lost %v", lost)
	}
	if u := c.Unplaced(); !slices.Contains(u, "132") || slices.Contains(u, "080") || slices.Contains(u, "090/NACP") {
		t.Errorf("unplaced %v", u)
	}
}

// TestConvertRenamed carries repetitions under another name, and empty lists.
func TestConvertRenamed(t *testing.T) {
	c := converter(t, edition(t, 20, "1.9"), edition(t, 20, "1.11"))
	b := NewBuilder(c.from)
	b.SetUint(Field(20, "010/SAC"), 1)
	for i, mb := range []string{"\x10\x03\x0A\x80\xE0\x10\x00", "\xC6\x52\xE0\x30\xA4\x00\x00"} {
		b.SetOctetsAt(Field(20, "250/MBDATA"), i, []byte(mb))
		b.SetUintAt(Field(20, "250/BDS1"), i, uint64(i+3))
	}
	data, err := b.AppendRecord(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := converted(t, c, parsed(t, c.from, data))
	if h := Field(20, "250/BDSDATA"); r.Count(Field(20, "250")) != 2 || string(r.OctetsAt(h, 1)) != "\xC6\x52\xE0\x30\xA4\x00\x00" {
		t.Errorf("%s", r.AppendJSON(nil, JSONOptions{}))
	}
	if v, _ := r.UintAt(Field(20, "250/BDS1"), 1); v != 4 {
		t.Errorf("second register %d", v)
	}
	empty := converted(t, converter(t, edition(t, 48, "1.31"), edition(t, 48, "1.27")), parsed(t, edition(t, 48, "1.31"), []byte{0x81, 0x20, 1, 2, 0}))
	if !empty.Has(Field(48, "250")) || empty.Count(Field(48, "250")) != 0 {
		t.Errorf("an empty list: %x", empty.Data())
	}
}

// TestConvertKeepsSpecialPurpose copies SP; a value beyond its place is counted.
func TestConvertKeepsSpecialPurpose(t *testing.T) {
	c := converter(t, edition(t, 21, "2.1"), edition(t, 21, "2.7"))
	b := NewBuilder(c.from)
	b.SetUint(Field(21, "010/SAC"), 1)
	b.SetBytes(Field(21, "SP"), []byte{1, 2, 3})
	data, err := b.AppendRecord(nil)
	if err != nil {
		t.Fatal(err)
	}
	if r := converted(t, c, parsed(t, c.from, data)); string(r.Bytes(Field(21, "SP"))) != "\x04\x01\x02\x03" {
		t.Errorf("%x", r.Data())
	}
	old := converter(t, edition(t, 21, "2.7"), edition(t, 21, "0.26"))
	converted(t, old, made(t, old.from, map[string]any{"010/SAC": 1, "165/TAR": 15.0, "151/TAS": 400.0, "040/ATP": 7, "161/TRNUM": 5}))
	if lost := old.Lost(); lost["021/040/ATP"] != 1 || lost["021/161/TRNUM"] != 1 || len(lost) != 2 {
		t.Errorf("lost %v", lost)
	}
	over := converter(t, edition(t, 62, "1.21"), edition(t, 62, "0.17"))
	converted(t, over, made(t, over.from, map[string]any{"010/SAC": 1, "100/X": 2e6, "100/Y": -1852.0}))
	if lost := over.Lost(); lost["062/100/X"] != 1 || len(lost) != 1 {
		t.Errorf("1,080 NM do not fit 512: lost %v", lost)
	}
}

func TestConvertRefuses(t *testing.T) {
	if _, err := NewConverter(edition(t, 48, ""), edition(t, 62, "")); err == nil {
		t.Error("048 to 062")
	}
	c := converter(t, edition(t, 48, "1.27"), edition(t, 48, "1.31"))
	if _, err := c.Append(nil, made(t, edition(t, 48, "1.31"), map[string]any{"010/SAC": 1})); err == nil {
		t.Error("a record of another edition")
	}
}

// TestConvertRecordings converts real records there and back by value: what the other edition has comes back the same.
func TestConvertRecordings(t *testing.T) {
	for _, k := range []struct {
		file       string
		cat        uint8
		from, to   string
		tolerances map[string]float64 // of fields whose steps are coarser on the way
	}{
		{"bcn_adsb_cat021_ed2.1_cat023_part1.ast", 21, "2.1", "2.6", nil},
		{"bcn_adsb_cat021_ed2.1_cat023_part1.ast", 21, "2.1", "2.7", nil},
		{"lebl2016_adsb_cat021_ed0.23.ast", 21, "0.23", "2.4", nil},
		{"jahorina_cat048_cat034.raw", 48, "1.31", "1.27", nil},
		{"ar_sdps_cat062_part1.pcap", 62, "1.21", "1.17", nil},
		{"cc_asterix.pcap", 62, "0.17", "1.18", map[string]float64{"100/X": 0.51 / 1852, "100/Y": 0.51 / 1852, "180/SPD": 0.0004, "180/HDG": 1}},
	} {
		from, to := edition(t, k.cat, k.from), edition(t, k.cat, k.to)
		there, back := converter(t, from, to), converter(t, to, from)
		records, values := 0, 0
		dec := NewDecoder(Rule{Category: k.cat, AnySource: true, Edition: k.from})
		for _, f := range frames(t, k.file, readShared(t, "recordings/"+k.file)) {
			for dec.Reset(f); dec.Next() && records < 2500; {
				r := dec.Record()
				if r.Category != k.cat || r.Note() != nil {
					continue
				}
				records++
				data, err := there.Append(nil, r)
				if err != nil {
					t.Fatalf("%s: %v", k.file, err)
				}
				again := converted(t, back, parsed(t, to, data))
				values += sameValues(t, k.file, r, again, there, k.tolerances)
				if t.Failed() {
					return
				}
			}
		}
		t.Logf("%s %s to %s: %d records, %d values, lost %v", k.file, k.from, k.to, records, values, there.Lost())
		if records == 0 || values < 5*records {
			t.Errorf("%s: %d records, %d values", k.file, records, values)
		}
	}
}

// sameValues compares every number of a record that has a place in the other edition with what came back.
func sameValues(t *testing.T, file string, r, again *Record, c *Converter, tolerances map[string]float64) (n int) {
	t.Helper()
	unplaced, lost := c.Unplaced(), c.Lost()
	for _, f := range r.Edition().Fields() {
		h := Field(r.Category, f.Path)
		if !r.Has(h) || slices.Contains(unplaced, f.Path) || lost[h.String()] > 0 {
			continue
		}
		for i := range r.Count(h) {
			want, ok := r.FloatAt(h, i)
			got, ok2 := again.FloatAt(h, i)
			if ok && (!ok2 || math.Abs(got-want) > 1e-9+tolerances[f.Path]) {
				t.Errorf("%s %s[%d]: %v came back as %v, %v", file, f.Path, i, want, got, ok2)
			}
			if text := r.Text(h); text != again.Text(h) {
				t.Errorf("%s %s: %q came back as %q", file, f.Path, text, again.Text(h))
			}
			n++
		}
	}
	return n
}

// TestConvertRecordingToTracks checks positions, times and identities of 062 made from 021.
func TestConvertRecordingToTracks(t *testing.T) {
	e, err := GetExpansion(21, "2.1", "1.4")
	if err != nil {
		t.Fatal(err)
	}
	c := converter(t, e, edition(t, 62, "1.18"))
	dec := NewDecoder(Rule{Category: 21, AnySource: true, Edition: "2.1", Expansion: "1.4"})
	lat, tod, adr := Field(62, "105/LAT"), Field(62, "070"), Field(62, "380/ADR")
	n := 0
	dec.Reset(readShared(t, "recordings/bcn_adsb_cat021_ed2.1_cat023_part1.ast"))
	for dec.Next() {
		r := dec.Record()
		if r.Category != 21 {
			continue
		}
		k := converted(t, c, r)
		want, ok := r.Float(Field(21, "131/LAT"))
		if got, _ := k.Float(lat); ok && math.Abs(got-want) > 180.0/(1<<26) {
			t.Fatalf("latitude %v, want %v", got, want)
		}
		received, heard := r.Float(Field(21, "073"))
		if got, ok := k.Float(tod); !ok || heard && !r.Has(Field(21, "071")) && got != received {
			t.Fatalf("time %v, want %v", got, received)
		}
		if k.Text(adr) != r.Text(Field(21, "080")) || k.Text(Field(62, "380/ID")) != r.Text(Field(21, "170")) {
			t.Fatalf("identity %s", k.AppendJSON(nil, JSONOptions{}))
		}
		n++
	}
	if n != 3780 {
		t.Errorf("%d records", n)
	}
	for path := range c.Lost() {
		if !strings.HasPrefix(path, "021/") {
			t.Errorf("lost %s", path)
		}
	}
}

func TestConvertAllocatesNothing(t *testing.T) {
	c := converter(t, edition(t, 48, "1.31"), edition(t, 48, "1.30"))
	r := made(t, c.from, map[string]any{"010/SAC": 1, "140": 43200.5, "040/RHO": 50.0, "040/THETA": 90.0, "220": "4CA2D1", "240": "VLG6332", "070/MODE3A": "1234"})
	buf := make([]byte, 0, 256)
	if n := testing.AllocsPerRun(100, func() {
		var err error
		if buf, err = c.Append(buf[:0], r); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	if !bytes.Equal(buf, r.Data()) {
		t.Errorf("%x, want %x", buf, r.Data())
	}
}

// FuzzConvert converts whatever parses; what comes out parses by the target.
func FuzzConvert(f *testing.F) {
	f.Add([]byte{0x81, 0x20, 1, 2, 0})
	full := NewBuilder(edition(f, 21, "2.4"))
	for i, path := range []string{"010/SAC", "131/LAT", "165/TAR", "220/WS", "110/TID/ALT", "250"} {
		full.SetUintAt(Field(21, path), 0, uint64(i+1))
	}
	seed, err := full.AppendRecord(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	pairs := [][2]*Edition{
		{edition(f, 48, "1.31"), edition(f, 48, "1.27")}, {edition(f, 21, "2.7"), edition(f, 21, "0.23")}, {edition(f, 21, "0.26"), edition(f, 21, "2.6")},
		{edition(f, 21, "2.4"), edition(f, 62, "1.18")}, {edition(f, 62, "1.21"), edition(f, 62, "0.17")}, {edition(f, 62, "0.17"), edition(f, 62, "1.21")},
	}
	var converters []*Converter
	for _, p := range pairs {
		converters = append(converters, converter(f, p[0], p[1]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for i, c := range converters {
			var r, k Record
			if _, err := ParseRecord(c.from, data, &r); err != nil {
				continue
			}
			out, err := c.Append(nil, &r)
			if err != nil {
				continue
			}
			if n, err := ParseRecord(c.to, out, &k); err != nil || n != len(out) {
				t.Fatalf("pair %d: %x became %x: %v", i, data, out, err)
			}
		}
	})
}
