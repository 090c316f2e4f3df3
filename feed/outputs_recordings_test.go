package feed

import (
	"bytes"
	"encoding/json"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"entente/asterix"
)

// recordingCounts is what an independent decoder counted, by category.
func recordingCounts(t testing.TB) map[string]map[string]int64 {
	t.Helper()
	var all map[string]struct{ Records map[string]int64 }
	if err := json.Unmarshal(readShared(t, "asterix/counts.json"), &all); err != nil {
		t.Fatal(err)
	}
	list := map[string]map[string]int64{}
	for name, c := range all {
		list[name] = c.Records
	}
	return list
}

// TestOutputsOfRecordings: each recording's table has a row a record, its statistics count them all by category, and a
// relay of one category decodes to the records of that category alone.
func TestOutputsOfRecordings(t *testing.T) {
	for name, counts := range recordingCounts(t) {
		if strings.HasSuffix(name, "all1.bin") || name == "ga_sample_mixed.ast" || name == "jahorina_cat048_cat034.rply" || name == "cc_parsegps.gps" {
			continue // one block, private categories, or another's copy: counted by TestEveryFileDecodes
		}
		data := readShared(t, filepath.Join("asterix/recordings", name))
		read := func(b []byte, o DecodeOptions) Summary {
			t.Helper()
			s, err := DecodeFile(name, bytes.NewReader(b), o, io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		var csv bytes.Buffer
		stats := NewStatistics()
		s := read(data, DecodeOptions{Sink: NewRecordCSV(&csv, nil), Statistics: stats})
		want := int64(0)
		for _, n := range counts {
			want += n
		}
		if rows := int64(bytes.Count(csv.Bytes(), []byte{'\n'})) - 1; rows != want || s.Records != want {
			t.Errorf("%s: %d rows, %d records, want %d", name, rows, s.Records, want)
		}
		counted := map[string]int64{}
		for _, src := range stats.Sources() {
			counted[strconv.Itoa(int(src.Category))] += src.Records
		}
		for cat, n := range counts {
			if counted[cat] != n {
				t.Errorf("%s: statistics have %d records of category %s, want %d", name, counted[cat], cat, n)
			}
		}
		relays := byCategory{}
		read(data, DecodeOptions{Sink: relays})
		for cat, relay := range relays {
			if err := relay.Close(); err != nil {
				t.Fatal(err)
			}
			n := counts[strconv.Itoa(int(cat))]
			if n > 25000 {
				continue // the long ones take a while
			}
			if again := read(relay.out.Bytes(), DecodeOptions{Options: Options{Format: "asterix"}}); again.Records != n || again.Refused != 0 {
				t.Errorf("%s: relayed %d records of category %d, want %d; %d refused", name, again.Records, cat, n, again.Refused)
			}
			if n > 2000 {
				continue
			}
			if s := read(data, DecodeOptions{Filter: Filter{Categories: []uint8{cat}}}); s.Lines != n || s.Filtered != want-n {
				t.Errorf("%s: %d lines of category %d, want %d", name, s.Lines, cat, n)
			}
		}
	}
}

// byCategory relays each category apart.
type byCategory map[uint8]*bufferedRelay

type bufferedRelay struct {
	*Relay
	out bytes.Buffer
}

func (b byCategory) Record(r *asterix.Record, at *RecordPlace) error {
	l := b[r.Category]
	if l == nil {
		l = &bufferedRelay{}
		l.Relay = NewRelay(&l.out)
		b[r.Category] = l
	}
	return l.Record(r, at)
}

// TestTracksOfARecording places system tracks where they say, in CSV by column.
func TestTracksOfARecording(t *testing.T) {
	var csv bytes.Buffer
	o := DecodeOptions{Sink: NewRecordCSV(&csv, nil), Filter: Filter{Area: &Area{-35, -72, -30, -66}, Items: []string{"185"}}}
	if _, err := DecodeFile("x", bytes.NewReader(readShared(t, "asterix/recordings/ar_sdps_cat062_part1.pcap")), o, io.Discard); err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, c := range Columns {
		column[c.Name] = i
	}
	n := 0
	for line := range strings.Lines(csv.String()) {
		cells := strings.Split(strings.TrimSpace(line), ",")
		if n++; n == 1 {
			continue
		}
		number := func(name string) float64 {
			v, err := strconv.ParseFloat(cells[column[name]], 64)
			if err != nil {
				t.Fatalf("%s of %s: %v", name, line, err)
			}
			return v
		}
		if lat, lon := number("lat"), number("lon"); lat < -35 || lat > -30 || lon < -72 || lon > -66 {
			t.Fatalf("outside: %s", line)
		}
		if v, h := number("speed_kt"), number("heading_deg"); v < 0 || v > 2000 || h < 0 || h >= 360 {
			t.Fatalf("speed: %s", line)
		}
		if !strings.HasPrefix(cells[0], "2026-") || cells[column["received"]] == "" || cells[column["cat"]] != "62" {
			t.Fatalf("time: %s", line)
		}
	}
	if n < 1000 {
		t.Errorf("%d rows", n)
	}
}
