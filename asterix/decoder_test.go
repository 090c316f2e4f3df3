package asterix

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// hx reads hex digits with spaces.
func hx(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// block puts a header before records.
func block(cat uint8, records ...string) []byte {
	b := BeginBlock(nil, cat)
	for _, r := range records {
		b = append(b, hx(r)...)
	}
	if err := EndBlock(b, 0); err != nil {
		panic(err)
	}
	return b
}

// lines decodes data and returns each record's items as JSON, cut to what follows "items":.
func lines(d *Decoder, data []byte) []string {
	var list []string
	for d.Reset(data); d.Next(); {
		s := string(d.Record().AppendJSON(nil, JSONOptions{}))
		if _, items, ok := strings.Cut(s, `"items":`); ok {
			s = strings.TrimSuffix(items, "}")
		}
		list = append(list, s)
	}
	return list
}

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		name, record, want string
		cat                uint8
		rule               string
	}{
		{"polar, mode A, address", "99 80 1702 74d0bf32 00a6 3fd123", `{"010":{"SAC":23,"SIC":2},"040":{"RHO":116.8125,"THETA":268.868408203125},"070":{"V":0,"G":0,"L":0,"MODE3A":"0246"},"220":"3FD123"}`, 48, ""},
		{"levels are signed", "84 0102 3ff8", `{"010":{"SAC":1,"SIC":2},"090":{"V":0,"G":0,"FL":-2}}`, 48, "48=1.27"},
		{"warnings are a list", "8101 40 0102 c5 03 14", `{"010":{"SAC":1,"SIC":2},"030":[98,1,10]}`, 48, ""},
		{"extents", "a0 0102 45 10", `{"010":{"SAC":1,"SIC":2},"020":{"TYP":2,"SIM":0,"RDP":0,"SPI":1,"RAB":0,"TST":0,"ERR":0,"XPP":0,"ME":1,"MI":0,"FOEFRI":0}}`, 48, "48=1.27"},
		{"unknown extents are passed over", "a0 0102 45 11 80", `{"010":{"SAC":1,"SIC":2},"020":{"TYP":2,"SIM":0,"RDP":0,"SPI":1,"RAB":0,"TST":0,"ERR":0,"XPP":0,"ME":1,"MI":0,"FOEFRI":0}}`, 48, "48=1.27"},
		{"Comm-B", "8120 0102 02 c8480030a40000 40 11223344556677 05", `{"010":{"SAC":1,"SIC":2},"250":[{"MBDATA":"C8480030A40000","BDS1":4,"BDS2":0},{"MBDATA":"11223344556677","BDS1":0,"BDS2":5}]}`, 48, ""},
		{"no repetition", "8120 0102 00", `{"010":{"SAC":1,"SIC":2},"250":[]}`, 48, ""},
		{"callsign", "8140 0102 4cd4f240e820", `{"010":{"SAC":1,"SIC":2},"240":"SMS2PN"}`, 48, ""},
		{"special purpose", "81010104 0102 04 aabbcc", `{"010":{"SAC":1,"SIC":2},"SP":"AABBCC"}`, 48, ""},
		{"reserved expansion", "81010102 0102 04 100001", `{"010":{"SAC":1,"SIC":2},"RE":"100001"}`, 48, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder()
			if c.rule != "" {
				r, err := ParseRule(c.rule)
				if err != nil {
					t.Fatal(err)
				}
				if err := d.Use(r); err != nil {
					t.Fatal(err)
				}
			}
			got := lines(d, block(c.cat, c.record))
			if len(got) != 1 || got[0] != c.want || len(d.Errors()) > 0 {
				t.Errorf("got  %q %v\nwant %s", got, d.Errors(), c.want)
			}
		})
	}
}

func TestErrorsAreValuesWithTheirPlace(t *testing.T) {
	good := "c0 0102 000080"
	goodBlock := block(48, good)
	for _, c := range []struct {
		name    string
		data    []byte
		want    Error
		records int
	}{
		{"item runs out", block(48, good, "a0 0102 45"), Error{Offset: 13, Block: 0, Record: 1, Category: 48, Edition: "1.31", FRN: 3, Item: "020", Reason: ShortItem}, 1},
		{"field specification runs out", block(48, "8101 01 01"), Error{Offset: 7, Category: 48, Edition: "1.31", Reason: ShortFSPEC}, 0},
		{"empty field specification", block(48, "00 00"), Error{Offset: 3, Category: 48, Edition: "1.31", Reason: EmptyFSPEC}, 0},
		{"spare field", block(21, "81010101010180 0102"), Error{Offset: 12, Category: 21, Edition: "2.7", FRN: 43, Reason: SpareFRN}, 0},
		{"explicit of length zero", block(48, "81010102 0102 00"), Error{Offset: 9, Category: 48, Edition: "1.31", FRN: 28, Item: "RE", Reason: ExplicitLength}, 0},
		{"explicit too long", block(48, "81010102 0102 05 01"), Error{Offset: 9, Category: 48, Edition: "1.31", FRN: 28, Item: "RE", Reason: ShortItem}, 0},
		{"field beyond the profile", block(48, "8101010104 0102 00"), Error{Offset: 10, Category: 48, Edition: "1.31", FRN: 34, Reason: SpareFRN}, 0},
		{"spare subitem", block(48, "810104 0102 20"), Error{Offset: 9, Category: 48, Edition: "1.31", FRN: 20, Item: "120", Reason: SpareSubitem}, 0},
		{"repetitions run out", block(48, "8120 0102 ff 00"), Error{Offset: 7, Category: 48, Edition: "1.31", FRN: 10, Item: "250", Reason: ShortItem}, 0},
		{"block too long", []byte{48, 0, 200, 1}, Error{Offset: 0, Category: 48, Reason: BlockLength}, 0},
		{"block too short", []byte{48, 0, 2, 1}, Error{Offset: 0, Category: 48, Reason: BlockLength}, 0},
		{"header cut short", []byte{48, 0}, Error{Offset: 0, Category: 48, Reason: BlockHeader}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := NewDecoder()
			if got := lines(d, c.data); len(got) != c.records {
				t.Errorf("%d records, want %d", len(got), c.records)
			}
			if e := d.Errors(); len(e) != 1 || e[0] != c.want {
				t.Errorf("got  %#v\nwant %#v", e, c.want)
			}
			if !errors.As(d.Errors()[0], new(Error)) || d.Errors()[0].Error() == "" {
				t.Error("not an error")
			}
			// The good block before is kept; the one after too, when this one's length is right.
			all := append(append(append([]byte{}, goodBlock...), c.data...), goodBlock...)
			want := 1 + c.records
			if _, n, err := NextBlock(c.data); err == nil && n == len(c.data) {
				want++
			}
			if got := lines(d, all); len(got) != want && len(c.data) > 2 {
				t.Errorf("%d records around it, want %d", len(got), want)
			}
		})
	}
}

func TestTrailersAreCounted(t *testing.T) {
	good := block(48, "c0 0102 000080")
	d := NewDecoder()
	for _, trailer := range []string{"40 00 00 08 00 11 22 33", "40 00 08 08 00 11 22 33", "40 02 ff ff 00 00 00 00", "00", "0000", "a5a5a5a5"} {
		before := d.Stats().Trailing
		if got := lines(d, append(good[:len(good):len(good)], hx(trailer)...)); len(got) != 1 || len(d.Errors()) > 0 {
			t.Errorf("trailer %s: %q, %v", trailer, got, d.Errors())
		}
		if n := d.Stats().Trailing - before; int(n) != len(hx(trailer)) {
			t.Errorf("trailer %s: %d octets counted", trailer, n)
		}
	}
}

func TestResyncInFiles(t *testing.T) {
	good := block(48, "c0 0102 000080")
	file := bytes.Join([][]byte{good, {48, 0xFF, 0xFF, 1, 2, 3}, good, good}, nil)
	d := NewDecoder()
	d.Resync = true
	if got := lines(d, file); len(got) != 3 || len(d.Errors()) != 1 || d.Stats().Skipped != 6 {
		t.Errorf("%d records, %v, %+v; want 3 records, one error, 6 octets skipped", len(got), d.Errors(), d.Stats())
	}
	d.Resync = false
	if got := lines(d, file); len(got) != 1 || len(d.Errors()) != 1 {
		t.Errorf("as a datagram: %d records, %v; want the first and one error", len(got), d.Errors())
	}
}

func TestCategory001(t *testing.T) {
	d := NewDecoder()
	// A plot with source, a track without (source of the record before), by the type bit of item 020.
	got := lines(d, block(1, "f0 0809 20 4000 8000 00a6", "60 80 01ff"))
	want := []string{
		`{"010":{"SAC":8,"SIC":9},"020":{"TYP":0,"SIM":0,"SSRPSR":2,"ANT":0,"SPI":0,"RAB":0},"040":{"RHO":128,"THETA":180},"070":{"V":0,"G":0,"L":0,"MODE3A":"0246"}}`,
		`{"020":{"TYP":1,"SIM":0,"SSRPSR":0,"ANT":0,"SPI":0,"RAB":0},"161":511}`,
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] || len(d.Errors()) > 0 {
		t.Errorf("got  %q %v\nwant %q", got, d.Errors(), want)
	}
	if r := d.Record(); r.SAC != 8 || r.SIC != 9 || !r.Sourced {
		t.Errorf("source %d/%d, %v", r.SAC, r.SIC, r.Sourced)
	}
	// A random field sequence: FRN 21 of the plot profile, then two fields by number.
	got = lines(d, block(1, "c10102 0809 20 02 04 00a6 03 4000 8000"))
	if len(got) != 1 || got[0] != want[0] || len(d.Errors()) > 0 {
		t.Errorf("random sequence: got %q %v\nwant %s", got, d.Errors(), want[0])
	}
	for _, bad := range []string{"c10102 0809 20 02 04 0246", "c10102 0809 20 01 15 00", "c10102 0809 20 01 00 00", "c10102 0809 20"} {
		if got = lines(d, block(1, bad)); len(got) > 0 || len(d.Errors()) != 1 {
			t.Errorf("random sequence %s: %q, %v; want one error", bad, got, d.Errors())
		}
	}
}

func TestExpansion(t *testing.T) {
	e, err := Get(21, "2.4")
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(e)
	b.SetUint(Field(21, "010/SAC"), 20)
	b.SetUint(Field(21, "010/SIC"), 219)
	b.SetFloat(Field(21, "RE/BPS/BPS"), 213.2)
	b.SetUint(Field(21, "RE/GAO"), 7)
	good, err := b.AppendRecord(nil)
	if err != nil {
		t.Fatal(err)
	}
	d := NewDecoder(Rule{Category: 21, AnySource: true, Edition: "2.4"})
	want := `{"010":{"SAC":20,"SIC":219},"RE":{"BPS":{"BPS":213.2},"GAO":7}}`
	one := hex.EncodeToString(good)
	if got := lines(d, block(21, one)); len(got) != 1 || got[0] != want {
		t.Errorf("got  %q\nwant %s", got, want)
	}
	if d.Record().Note() != nil {
		t.Errorf("note %v", d.Record().Note())
	}
	// An expansion that does not follow its definition stays bytes, with a note; the records after it are kept.
	strange := "81010101010104 14db 04 01 0203"
	if got := lines(d, block(21, strange, one)); len(got) != 2 || got[0] != `{"010":{"SAC":20,"SIC":219},"RE":"010203"}` || got[1] != want || len(d.Errors()) > 0 {
		t.Errorf("strange expansion: %q %v", got, d.Errors())
	}
	lines(d, block(21, strange))
	if n := d.Record().Note(); n == nil || n.Reason != InnerExpansion || !n.Soft || n.Category != 21 {
		t.Errorf("note %v", n)
	}
	// Its length too small by one: what is left over is no record, and none is made of it.
	if got := lines(d, block(21, "81010101010104 14db 03 01 0203", one)); len(got) != 1 || len(d.Errors()) != 1 || d.Errors()[0].Reason != AfterExpansion {
		t.Errorf("short expansion: %q %v; want one record and one error", got, d.Errors())
	}
}

func TestRules(t *testing.T) {
	for s, want := range map[string]Rule{
		"21=2.1":            {Category: 21, AnySource: true, Edition: "2.1"},
		"21/20/219=2.1+1.4": {Category: 21, SAC: 20, SIC: 219, Edition: "2.1", Expansion: "1.4"},
		"32=none":           {Category: 32, AnySource: true, Edition: "none"},
	} {
		if got, err := ParseRule(s); err != nil || got != want {
			t.Errorf("%s: %+v, %v; want %+v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "21", "x=1", "21/3=2.1", "21=9.9", "21=2.1+9", "300=1", "99=1.0", "21/1/2/3=2.1"} {
		if r, err := ParseRule(s); err == nil {
			t.Errorf("%q accepted as %+v", s, r)
		}
	}
	d := NewDecoder(
		Rule{Category: 21, AnySource: true, Edition: "2.6"},
		Rule{Category: 21, SAC: 20, SIC: 219, Edition: "2.1"},
		Rule{Category: 21, SAC: 0, SIC: 107, Edition: "0.23"},
	)
	for key, want := range map[[2]uint8]string{{20, 219}: "2.1", {0, 107}: "0.23", {1, 1}: "2.6"} {
		lines(d, block(21, "80 "+hex.EncodeToString(key[:])))
		if got := d.Record().Edition().Name(); got != want || d.EditionOf(21, key[0], key[1]).Name() != want {
			t.Errorf("source %v read by edition %s, want %s", key, got, want)
		}
	}
	d = NewDecoder(Rule{Category: 48, Edition: "none"})
	if got := lines(d, block(48, "80 0102")); len(got) != 1 || got[0] != `{"cat":48,"unknown":"800102"}` {
		t.Errorf("category left as bytes: %q", got)
	}
}

func TestEditionsAndHandles(t *testing.T) {
	if n := len(Categories()); n < 25 {
		t.Errorf("%d categories", n)
	}
	total := 0
	for _, cat := range Categories() {
		for _, ed := range Editions(cat) {
			e, err := Get(cat, ed)
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			total++
			for _, f := range e.Fields() {
				if h, err := LookupField(cat, f.Path); err != nil || h.Path() != f.Path || h.Category() != cat {
					t.Errorf("cat %d: path %s: %v", cat, f.Path, err)
				}
				if f.Bits < 1 || f.LSB <= 0 {
					t.Errorf("cat %d: %+v", cat, f)
				}
			}
		}
	}
	if total != 93 {
		t.Errorf("%d editions, want 93", total)
	}
	if got := Editions(21); strings.Join(got, " ") != "0.23 0.24 0.25 0.26 1.8 2.1 2.2 2.3 2.4 2.5 2.6 2.7" {
		t.Errorf("021: %v", got)
	}
	if h := Field(48, "040/RHO"); h.String() != "048/040/RHO" {
		t.Errorf("handle prints %s", h)
	}
	if _, err := LookupField(48, "040/SIGMA"); err == nil {
		t.Error("unknown path found")
	}
	if _, err := Get(48, "9.9"); err == nil || !strings.Contains(err.Error(), "1.31") {
		t.Errorf("unknown edition: %v, want the known ones named", err)
	}
	var r Record
	if r.Has(Field(48, "040")) || r.Bytes(Field(48, "040")) != nil || r.Count(0) != 0 || r.Text(0) != "" {
		t.Error("zero record has items")
	}
}

// A handle of another category reads nothing, whatever the record.
func TestHandlesDoNotCross(t *testing.T) {
	d := NewDecoder()
	lines(d, block(48, "90 0102 74d0bf32"))
	r := d.Record()
	if _, ok := r.Float(Field(34, "030")); ok {
		t.Error("handle of 034 reads a record of 048")
	}
	if v, ok := r.Float(Field(48, "040/RHO")); !ok || v != 116.8125 {
		t.Errorf("rho %v, %v", v, ok)
	}
	if b := r.Bytes(Field(48, "040")); !bytes.Equal(b, hx("74d0bf32")) {
		t.Errorf("item octets %x", b)
	}
}
