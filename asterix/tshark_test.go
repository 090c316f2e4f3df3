package asterix

import (
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// tsharkFaults are the fields that tshark 4.0 reads otherwise, and why it is wrong.
var tsharkFaults = map[string]string{
	"010/202/VX": "a quarter of the speed: see TestVelocityOf010", "010/202/VY": "the same", "010/210/AX": "the same", "010/210/AY": "the same",
	"020/500/SDP/XY": "a covariance without sign", "021/090/PA": "ed. 0.23: a category of 0 to 9 with a sign",
	"011/170/PSR": "ed. 1.3: the spare bit before it left out", "011/170/SSR": "the same", "011/170/MDS": "the same", "011/170/ADS": "the same",
	"011/170/SUC": "the same", "011/170/AAC": "the same",
	"025/600/LON": "90° at most", "048/090/FL": "levels below zero as 4,000 and more before ed. 1.32",
}

// tsharkBreaks are the items after which tshark loses its place in the record or calls it malformed, and why it is wrong.
var tsharkBreaks = map[string][]string{
	"004": {"170", "171"}, // takes the altitude in CPW for four octets instead of two
	"019": {"553"},        // reads the second extent one bit to the right
	"032": {"050"},        // looks for the extension bit of a part of three octets in its first
	"062": {"510"},        // the same
}

// tsharkPlotOnly are the categories with several profiles of which tshark takes the first for every record.
var tsharkPlotOnly = []uint8{1}

// dissected is what tshark says of one datagram: the values it shows by the names of its fields, in order.
type dissected struct {
	shown     map[string][]string
	malformed bool
}

// writePcap writes datagrams as UDP to port 8600, which tshark takes for ASTERIX.
func writePcap(t testing.TB, datagrams [][]byte) string {
	t.Helper()
	var out bytes.Buffer
	le, be := binary.LittleEndian, binary.BigEndian
	head := make([]byte, 24)
	le.PutUint32(head, 0xA1B2C3D4)
	le.PutUint16(head[4:], 2)
	le.PutUint16(head[6:], 4)
	le.PutUint32(head[16:], 1<<18)
	le.PutUint32(head[20:], 1)
	out.Write(head)
	for _, d := range datagrams {
		p := make([]byte, 16+14+20+8, 16+14+20+8+len(d))
		le.PutUint32(p[8:], uint32(42+len(d)))
		le.PutUint32(p[12:], uint32(42+len(d)))
		be.PutUint16(p[28:], 0x0800)
		ip := p[30:50]
		ip[0], ip[8], ip[9] = 0x45, 64, 17
		be.PutUint16(ip[2:], uint16(28+len(d)))
		copy(ip[12:], []byte{192, 0, 2, 1, 192, 0, 2, 2})
		be.PutUint16(p[50:], 8600)
		be.PutUint16(p[52:], 8600)
		be.PutUint16(p[54:], uint16(8+len(d)))
		out.Write(append(p, d...))
	}
	name := filepath.Join(t.TempDir(), "in.pcap")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// tshark runs it on datagrams with the versions of categories given and returns what it says of each.
func tshark(t testing.TB, datagrams [][]byte, versions map[uint8]string) []dissected {
	t.Helper()
	args := []string{"-n", "-T", "pdml", "-J", "asterix", "-r", writePcap(t, datagrams)}
	for cat, v := range versions {
		args = append(args, "-o", fmt.Sprintf("asterix.i%03d_version:Version %s", cat, v))
	}
	cmd := exec.Command("tshark", args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "LC_ALL=C")
	text, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark %v: %v", args, err)
	}
	var list []dissected
	for d := xml.NewDecoder(bytes.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		a := map[string]string{}
		for _, at := range start.Attr {
			a[at.Name.Local] = at.Value
		}
		switch {
		case start.Name.Local == "packet":
			list = append(list, dissected{shown: map[string][]string{}})
		case len(list) == 0:
		case a["name"] == "_ws.malformed":
			list[len(list)-1].malformed = true
		case start.Name.Local == "field" && a["size"] != "" && a["value"] != "":
			s := list[len(list)-1].shown
			s[a["name"]] = append(s[a["name"]], a["show"])
		}
	}
	if len(list) != len(datagrams) {
		t.Fatalf("tshark prints %d datagrams, want %d", len(list), len(datagrams))
	}
	return list
}

// tsharkVersions asks tshark which editions it has, the newest first; nil where there is no tshark.
func tsharkVersions(t testing.TB) map[uint8][]string {
	t.Helper()
	if testing.Short() {
		t.Skip("takes seconds")
	}
	if _, err := exec.LookPath("tshark"); err != nil {
		t.Skip("no tshark here to compare with")
	}
	text, err := exec.Command("tshark", "-G", "currentprefs").Output()
	if err != nil {
		t.Skipf("tshark: %v", err)
	}
	all := map[uint8][]string{}
	for _, m := range regexp.MustCompile(`Select the CAT(\d+) version\n# One of: (.*)`).FindAllStringSubmatch(string(text), -1) {
		cat, _ := strconv.Atoi(m[1])
		for v := range strings.SplitSeq(m[2], ", ") {
			if v = strings.TrimPrefix(v, "Version "); !strings.Contains(v, "latest") {
				all[uint8(cat)] = append(all[uint8(cat)], v)
			}
		}
	}
	return all
}

// comparison counts.
type comparison struct {
	equal, unprinted, excused int
	wrong                     []string
	lacking                   map[string]int
}

// compare checks every field of a record against what tshark shows under the name of the field; it takes what it has compared out
// of shown, so that the records of a datagram follow one another.
func (c *comparison) compare(r *Record, d *dissected) {
	e := r.edition
	prefix := fmt.Sprintf("asterix.%03d_V%s_", r.Category, strings.ReplaceAll(e.name, ".", "_"))
	merged := map[string]uint64{} // groups that tshark shows as one number
	for i := range e.nodes {
		if r.off[i] == 0 {
			continue
		}
		for k := range r.count(i) {
			for _, l := range e.nodes[i].leaves {
				f := &e.leaves[l]
				if f.kind == kindSpare {
					continue
				}
				name := prefix + strings.ReplaceAll(f.path, "/", "_")
				if f.path == e.nodes[i].path {
					name += "_VALUE"
				}
				group := name[:strings.LastIndexByte(name, '_')]
				switch {
				case len(d.shown[name]) > 0:
					c.field(r, f, r.element(f, k), d.shown[name][0])
					d.shown[name] = d.shown[name][1:]
				case len(d.shown[group]) > 0 && f.width < 32:
					merged[group] = merged[group]<<f.width | f.load(r.element(f, k))
				default:
					c.unprinted++
					c.lacking[fmt.Sprintf("%03d/%s", r.Category, f.path)]++
				}
			}
		}
	}
	for g, v := range merged {
		if got, err := strconv.ParseUint(d.shown[g][0], 0, 64); err == nil && got == v {
			c.equal++
		} else {
			c.wrong = append(c.wrong, fmt.Sprintf("%s: tshark %s, here %d", g, d.shown[g][0], v))
		}
		d.shown[g] = d.shown[g][1:]
	}
}

// field compares one value.
func (c *comparison) field(r *Record, f *leaf, b []byte, show string) {
	at := fmt.Sprintf("%03d/%s", r.Category, f.path)
	var here string
	same := false
	switch {
	case f.kind == kindICAO || f.kind == kindASCII:
		here = string(f.appendText(nil, b)) // unassigned codes are '?' here and blanks there
		same = strings.TrimRight(show, " ") == strings.TrimRight(strings.ReplaceAll(here, "?", " "), " ")
	case f.width > 64:
		here = fmt.Sprintf("%x", b[f.first:f.first+f.octets])
		same = strings.ReplaceAll(show, ":", "") == here
	default:
		v, _ := r.value(f, b)
		here = strconv.FormatFloat(v, 'g', -1, 64)
		if n, err := strconv.ParseUint(show, 0, 64); err == nil {
			same = n == f.load(b) || float64(n) == v
		} else if x, err := strconv.ParseFloat(show, 64); err == nil {
			same = math.Abs(x-v) <= 1e-9*max(1, math.Abs(v))
		}
	}
	switch {
	case same:
		c.equal++
	case tsharkFaults[at] != "":
		c.excused++
	default:
		c.wrong = append(c.wrong, fmt.Sprintf("%s ed. %s: tshark %s, here %s", at, r.edition.name, show, here))
	}
}

// TestAgainstTshark compares all values of random records of every edition that tshark knows, in turn.
func TestAgainstTshark(t *testing.T) {
	all := tsharkVersions(t)
	rnd := rand.New(rand.NewPCG(4, 17))
	c := comparison{lacking: map[string]int{}}
	for turn := range 5 {
		var datagrams [][]byte
		var records []*Record
		versions := map[uint8]string{}
		for _, cat := range slices.Sorted(maps.Keys(all)) {
			list := all[cat]
			if turn >= len(list) {
				continue
			}
			e, err := GetExpansion(cat, list[turn], "none")
			if err != nil {
				t.Errorf("tshark knows category %03d edition %s: %v", cat, list[turn], err)
				continue
			}
			versions[cat] = list[turn]
			for u := range e.uaps {
				for _, chance := range []float64{1, 0.9, 0.6, 0.6, 0.3, 0.3} {
					if u > 0 && slices.Contains(tsharkPlotOnly, cat) {
						continue
					}
					data := fullRecord(t, e, u, chance, rnd, tsharkBreaks[fmt.Sprintf("%03d", cat)]...)
					d := append(BeginBlock(nil, cat), data...)
					if err := EndBlock(d, 0); err != nil {
						t.Fatal(err)
					}
					datagrams = append(datagrams, d)
					records = append(records, parsed(t, e, data))
				}
			}
		}
		for i, d := range tshark(t, datagrams, versions) {
			r := records[i]
			r.Category = datagrams[i][0]
			if d.malformed {
				t.Errorf("tshark finds category %03d ed. %s malformed: %x", r.Category, r.edition.name, datagrams[i])
			}
			c.compare(r, &d)
		}
	}
	c.report(t, 10000)
}

// report fails on differences, and when tshark shows less than most of what is there.
func (c *comparison) report(t *testing.T, least int) {
	t.Helper()
	for _, w := range c.wrong {
		t.Error(w)
	}
	if c.equal < least || c.unprinted*20 > c.equal {
		t.Errorf("%d values equal, want %d; %d not printed: %v", c.equal, least, c.unprinted, c.lacking)
	}
	t.Logf("%d values equal, %d of known faults, %d not printed: %v", c.equal, c.excused, c.unprinted, c.lacking)
}

// TestRecordingsAgainstTshark compares all values of the first datagrams of recordings in editions that tshark knows.
func TestRecordingsAgainstTshark(t *testing.T) {
	all := tsharkVersions(t)
	editions := map[uint8]string{48: "1.31", 34: "1.29", 62: "1.18", 10: "1.1", 21: "0.23"}
	dec := NewDecoder()
	for cat, ed := range editions {
		if !slices.Contains(all[cat], ed) {
			t.Skipf("this tshark has no %03d ed. %s", cat, ed)
		}
		if err := dec.Use(Rule{Category: cat, AnySource: true, Edition: ed, Expansion: "none"}); err != nil {
			t.Fatal(err)
		}
	}
	var datagrams [][]byte
	for _, name := range []string{
		"jahorina_cat048_cat034.rply", "ar_radar232_cat034_cat048.pcap", "ar_sdps_cat062_part1.pcap", "lebl2016_mlat_cat010.ast",
		"lebl2016_adsb_cat021_ed0.23.ast", "cc_cat_034_048.pcap",
	} {
		list := frames(t, name, readShared(t, "recordings/"+name))
		if len(list) == 1 { // a raw file: a block each
			list = blocksOf(t, list[0], 200)
		}
		datagrams = append(datagrams, list[:min(len(list), 200)]...)
	}
	c := comparison{lacking: map[string]int{}}
	for i, d := range tshark(t, datagrams, editions) {
		if d.malformed {
			t.Errorf("tshark finds datagram %d malformed: %x", i, datagrams[i])
		}
		for dec.Reset(datagrams[i]); dec.Next(); {
			c.compare(dec.Record(), &d)
		}
	}
	c.report(t, 80000)
}

// blocksOf cuts the first n blocks off a file.
func blocksOf(t *testing.T, data []byte, n int) (list [][]byte) {
	t.Helper()
	for len(data) > 0 && len(list) < n {
		_, size, err := NextBlock(data)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, data[:size])
		data = data[size:]
	}
	return list
}
