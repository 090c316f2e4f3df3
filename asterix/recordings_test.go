package asterix

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"
)

// recordingCounts is what an independent decoder counted in a recording.
type recordingCounts struct {
	Frames   int               `json:"frames"`
	Blocks   int64             `json:"blocks"`
	Records  map[string]int    `json:"records"`
	Sources  map[string]int    `json:"sources"`
	Trailing int64             `json:"trailing_bytes"`
	Editions map[string]string `json:"editions"`
}

// frames splits a recording into datagrams; a raw one is a single frame.
func frames(t testing.TB, name string, data []byte) [][]byte {
	var list [][]byte
	switch {
	case strings.HasSuffix(name, ".pcap"):
		le := binary.LittleEndian
		for p := data[24:]; len(p) > 16; {
			n := int(le.Uint32(p[8:]))
			ip := p[16+14 : 16+n]
			udp := ip[int(ip[0]&15)*4:]
			list = append(list, udp[8:binary.BigEndian.Uint16(udp[4:])])
			p = p[16+n:]
		}
	case strings.HasSuffix(name, ".rply"):
		for p := data; len(p) > 8; {
			n := int(binary.LittleEndian.Uint32(p))
			list = append(list, p[8:8+n])
			p = p[8+n:]
		}
	default:
		list = [][]byte{data}
	}
	return list
}

func readCounts(t testing.TB) map[string]recordingCounts {
	var all map[string]recordingCounts
	if err := json.Unmarshal(readShared(t, "counts.json"), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestRecordings decodes every recording and wants the counts of the independent decoder, no error, and the same
// octets from a builder that was given each field of each record.
func TestRecordings(t *testing.T) {
	for name, want := range readCounts(t) {
		t.Run(name, func(t *testing.T) {
			data := readShared(t, "recordings/"+name)
			dec := NewDecoder()
			for cat, ed := range want.Editions {
				n, _ := strconv.Atoi(cat)
				if err := dec.Use(Rule{Category: uint8(n), AnySource: true, Edition: ed, Expansion: map[int]string{21: "1.4"}[n]}); err != nil {
					t.Fatal(err)
				}
			}
			records, sources := map[string]int{}, map[string]int{}
			builders := map[*Edition]*Builder{}
			list := frames(t, name, data)
			if len(list) != want.Frames {
				t.Errorf("%d frames, want %d", len(list), want.Frames)
			}
			var again []byte
			for _, f := range list {
				for dec.Reset(f); dec.Next(); {
					r := dec.Record()
					if r.Edition() == nil {
						continue
					}
					records[strconv.Itoa(int(r.Category))]++
					if r.Has(Field(r.Category, "010")) {
						sources[fmt.Sprintf("%d/%d/%d", r.Category, r.SAC, r.SIC)]++
					}
					b := builders[r.Edition()]
					if b == nil {
						b = NewBuilder(r.Edition())
						builders[r.Edition()] = b
					}
					b.Reset()
					b.Copy(r)
					var err error
					if again, err = b.AppendRecord(again[:0]); err != nil || !bytes.Equal(again, r.Data()) {
						t.Fatalf("rebuilt %x, want %x, %v", again, r.Data(), err)
					}
				}
				for _, e := range dec.Errors() {
					t.Error(e)
				}
			}
			if !maps.Equal(records, want.Records) {
				t.Errorf("records %v, want %v", records, want.Records)
			}
			if !maps.Equal(sources, want.Sources) {
				t.Errorf("sources %v, want %v", sources, want.Sources)
			}
			s := dec.Stats()
			if s.Blocks != want.Blocks || s.Trailing != want.Trailing {
				t.Errorf("blocks %d, trailing %d; want %d, %d", s.Blocks, s.Trailing, want.Blocks, want.Trailing)
			}
			t.Logf("%+v", s)
		})
	}
}

// TestEdition017 reads the recording that only edition 0.17 of category 062 can.
func TestEdition017(t *testing.T) {
	data := readShared(t, "recordings/cc_asterix.pcap")
	dec := NewDecoder(Rule{Category: 62, AnySource: true, Edition: "0.17"})
	tod, lat := Field(62, "070"), Field(62, "105/LAT")
	n := 0
	for _, f := range frames(t, "x.pcap", data) {
		for dec.Reset(f); dec.Next(); n++ {
			r := dec.Record()
			if v, ok := r.Float(tod); !ok || v >= 86400 {
				t.Errorf("time of day %v, %v", v, ok)
			}
			if v, ok := r.Float(lat); ok && (v < 40 || v > 50) {
				t.Errorf("latitude %v is not near the Adriatic", v)
			}
			checkRebuilt(t, "0.17", r)
		}
		for _, e := range dec.Errors() {
			t.Error(e)
		}
	}
	if n != 100 {
		t.Errorf("%d records, want 100", n)
	}
}

// TestProbe gives a decoder without rules each recording whose edition matters and wants that edition found.
func TestProbe(t *testing.T) {
	for _, c := range []struct {
		file     string
		cat      uint8
		sac, sic uint8
		want     []string
	}{
		{"lebl2016_adsb_cat021_ed0.23.ast", 21, 0, 107, []string{"0.23", "0.24", "0.25"}},
		{"bcn_adsb_cat021_ed2.1_cat023_part1.ast", 21, 20, 219, []string{"2.1"}},
		{"cc_asterix.pcap", 62, 25, 100, []string{"0.17"}},
		{"ar_sdps_cat062_part1.pcap", 62, 226, 2, Editions(62)[1:]},
		{"jahorina_cat048_cat034.raw", 48, 23, 2, Editions(48)},
	} {
		t.Run(c.file, func(t *testing.T) {
			data := readShared(t, "recordings/"+c.file)
			dec := NewDecoder()
			p := NewProber(c.cat)
			for _, f := range frames(t, c.file, data) {
				for dec.Reset(f); dec.Next(); {
				}
				for len(f) > 0 && p.blocks < 50 {
					b, n, err := NextBlock(f)
					if err != nil {
						break
					}
					if b.Category == c.cat {
						p.Add(b.Data)
					}
					f = f[n:]
				}
			}
			for _, k := range p.Candidates()[:3] {
				t.Logf("%+v", k)
			}
			got := dec.EditionOf(c.cat, c.sac, c.sic).Name()
			if !strings.Contains(" "+strings.Join(c.want, " ")+" ", " "+got+" ") {
				t.Errorf("probe chose %s, want one of %v", got, c.want)
			}
			t.Logf("chose %s: %+v", got, dec.Stats())
		})
	}
}

// TestPeerVectors reads records found in other decoders' tests and in their users' reports.
func TestPeerVectors(t *testing.T) {
	for i, line := range bytes.Split(bytes.TrimSpace(readShared(t, "vectors_peers_shared.jsonl")), []byte("\n")) {
		var v struct {
			Src     string
			Cat     uint8
			Ed      string
			Record  string
			Block   string
			Error   string `json:"error_expected"`
			Records []map[string]any
			Facts   [][]any
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.UseNumber()
		if err := d.Decode(&v); err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("%d %s", i, v.Src)
		data := unhex(v.Block)
		if v.Record != "" {
			data = BeginBlock(nil, v.Cat)
			data = append(data, unhex(v.Record)...)
			if err := EndBlock(data, 0); err != nil {
				t.Fatal(err)
			}
		}
		dec := NewDecoder()
		dec.Probe = 0
		if e, err := GetExpansion(v.Cat, v.Ed, "none"); err == nil {
			dec.category(v.Cat).edition = e
		}
		n := 0
		for dec.Reset(data); dec.Next(); n++ {
			r := dec.Record()
			if r.Edition() == nil {
				if v.Cat != 30 && v.Cat != 252 {
					t.Errorf("%s: no definition", name)
				}
				continue
			}
			if n < len(v.Records) {
				delete(v.Records[n], "_uap")
				compareItems(t, name, r, v.Records[n])
			}
			if n == 0 {
				checkFacts(t, name, r, v.Facts)
			}
		}
		if v.Facts == nil && n != len(v.Records) {
			t.Errorf("%s: %d records, want %d", name, n, len(v.Records))
		}
		if got := len(dec.Errors()) > 0; got != (v.Error != "") {
			t.Errorf("%s: errors %v, want %q", name, dec.Errors(), v.Error)
		}
	}
}

// checkFacts compares the single values whose path has the same name in our definitions.
func checkFacts(t *testing.T, name string, r *Record, facts [][]any) {
	t.Helper()
	checked := 0
	for _, f := range facts {
		h, err := LookupField(r.Category, fmt.Sprint(f[0]))
		if err != nil || r.Category == 21 && f[0] == "090/PA" { // two's complement here, unsigned there
			continue
		}
		want, ok := f[1].(json.Number)
		if !ok {
			continue
		}
		if w, _ := want.Float64(); r.Count(h) == 1 {
			checked++
			if got, ok := r.Float(h); ok && (got-w > 1e-4 || w-got > 1e-4) {
				t.Errorf("%s: %v = %v, want %v", name, f[0], got, want)
			}
		}
	}
	if len(facts) > 0 && checked < 2 {
		t.Errorf("%s: only %d of %d facts checked", name, checked, len(facts))
	}
}

func unhex(s string) []byte {
	var b []byte
	fmt.Sscanf(s, "%x", &b)
	return b
}

func TestUnknownCategoriesAreListed(t *testing.T) {
	data, err := os.ReadFile(shared(t, "recordings/ga_sample_mixed.ast"))
	if err != nil {
		t.Fatal(err)
	}
	dec := NewDecoder()
	var unknown []uint8
	for dec.Reset(data); dec.Next(); {
		if r := dec.Record(); r.Edition() == nil {
			unknown = append(unknown, r.Category)
			if len(r.Data()) == 0 {
				t.Errorf("category %d has no octets", r.Category)
			}
		}
	}
	if !bytes.Equal(unknown, []byte{30, 255, 32}) || len(dec.Errors()) > 0 {
		t.Errorf("unknown categories %d, errors %v; want 30, 255, 32 and none", unknown, dec.Errors())
	}
}

// TestVelocityOf010 compares the two ways in which a recording gives a target's speed: 200 in polar form, and 202 by components,
// whose LSB some published layouts give as 1/16 m/s.
func TestVelocityOf010(t *testing.T) {
	d := NewDecoder()
	vx, vy, gs := Field(10, "202/VX"), Field(10, "202/VY"), Field(10, "200/GSP")
	n, near := 0, 0
	for d.Reset(readShared(t, "recordings/lebl2016_mlat_cat010.ast")); d.Next(); {
		x, ok1 := d.Record().Float(vx)
		y, ok2 := d.Record().Float(vy)
		v, ok3 := d.Record().Float(gs)
		if v *= 1852; ok1 && ok2 && ok3 && v > 5 {
			n++
			if math.Abs(math.Hypot(x, y)/v-1) < 0.05 {
				near++
			}
		}
	}
	if n < 10000 || near < n*95/100 {
		t.Errorf("of %d speeds beyond 5 m/s %d agree to 5 %%", n, near)
	}
}
