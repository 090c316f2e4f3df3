package feed

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// FuzzOutputs decodes anything in every way: JSON is JSON, the table has its columns, and what was relayed decodes to the
// same lines.
func FuzzOutputs(f *testing.F) {
	f.Add(sky(f))
	f.Add(withRegisters(f, []string{"50", "", "40"}, []string{"50", "20", "60"}))
	f.Add(block(f, 62, "", values{"040": 12, "070": 9.5, "105/LAT": 45.0, "105/LON": 22.5}))
	f.Add([]byte{1, 0, 12, 0xF0, 25, 7, 0, 1, 2, 3, 4, 5})
	rules := []string{"21=2.7", "48=1.31", "62=1.18+artas", "1=1.4", "34=1.29"} // no probe: it would choose again in what was relayed
	f.Fuzz(func(t *testing.T, data []byte) {
		o := Options{Format: "asterix", Editions: rules}
		decode := func(b []byte, o DecodeOptions) (string, Summary) {
			var out bytes.Buffer
			s, err := DecodeFile("f", bytes.NewReader(b), o, &out)
			if err != nil {
				return "", s
			}
			return out.String(), s
		}
		lines, _ := decode(data, DecodeOptions{Options: o})
		everything, s := decode(data, DecodeOptions{Options: o, Raw: true, Text: true, KeepBytes: true, CommB: true, Convert: []string{"48=1.27", "21=62"}, Statistics: NewStatistics()})
		for line := range strings.Lines(everything) {
			if !json.Valid([]byte(line)) {
				t.Fatalf("no JSON: %q", line)
			}
		}
		var csv, again bytes.Buffer
		table := NewRecordCSV(&csv, nil)
		decode(data, DecodeOptions{Options: o, Sink: table})
		for line := range strings.Lines(csv.String()) {
			if strings.Count(line, ",") != len(Columns)-1 {
				t.Fatalf("row %q", line)
			}
		}
		relay := NewRelay(&again)
		decode(data, DecodeOptions{Options: o, Sink: relay})
		if err := relay.Close(); err != nil {
			t.Fatal(err)
		}
		if relay.Sourced > 0 {
			return // an item 010 more
		}
		if relayed, _ := decode(again.Bytes(), DecodeOptions{Options: o}); relayed != lines && s.Records > 0 {
			t.Fatalf("relayed\n%s\nwas\n%s", relayed, lines)
		}
	})
}
