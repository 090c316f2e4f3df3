package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"entente/asterix"
	"entente/modes"
)

// heard is what a receiver heard in half a minute: an aircraft (40621D) at 52.2572 N 3.9194 E, told by both halves of its position,
// another one's callsign and velocity, a ground reply, and a TIS-B target whose address is no ICAO assignment.
const heard = `1700000000.0,40621D,8D40621D58C386435CC412692AD6
1700000000.5,40621D,8D40621D58C382D690C8AC2863A7
1700000001.0,4840D6,8D4840D6202CC371C32CE0576098
1700000002.0,485020,8D485020994409940838175B284F
1700000003.0,40621D,8D40621D58C386435CC412692AD6
1700000020.0,40621D,8D40621D58C382D690C8AC2863A7
`

// decodedText decodes text and returns its lines.
func decodedText(t testing.TB, text string, o DecodeOptions) ([]map[string]any, Summary) {
	t.Helper()
	lines, s, _ := decodedLines(t, []byte(text), o)
	return lines, s
}

func TestFilterOfMessages(t *testing.T) {
	bound := func(s string) Bound {
		b, err := ParseBound(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	for name, c := range map[string]struct {
		f    Filter
		want int
	}{
		"all":                      {Filter{}, 6},
		"address":                  {Filter{Addresses: []uint32{0x4840D6}}, 1},
		"two addresses":            {Filter{Addresses: []uint32{0x4840D6, 0x485020}}, 2},
		"format":                   {Filter{Formats: []uint8{17}}, 6},
		"another format":           {Filter{Formats: []uint8{20}}, 0},
		"a category is of ASTERIX": {Filter{Categories: []uint8{48}}, 0},
		"an item too":              {Filter{Items: []string{"220"}}, 0},
		"from":                     {Filter{From: bound("2023-11-14T22:13:22Z")}, 3},
		"to":                       {Filter{To: bound("2023-11-14T22:13:22Z")}, 3},
		"times of day":             {Filter{From: bound("22:13:21"), To: bound("22:13:23")}, 2},
		"area":                     {Filter{Area: &Area{52, 3, 53, 4}}, 3}, // from the position on
		"elsewhere":                {Filter{Area: &Area{-52, 3, -50, 4}}, 0},
		"area and time":            {Filter{Area: &Area{52, 3, 53, 4}, From: bound("22:13:22")}, 2},
	} {
		lines, s := decodedText(t, heard, DecodeOptions{Filter: c.f})
		if len(lines) != c.want || s.Filtered != int64(6-c.want) {
			t.Errorf("%s: %d lines, %+v", name, len(lines), s)
		}
	}
}

// TestPlacesAge: an aircraft unseen for a minute is nowhere, and the memory of places is bounded.
func TestPlacesAge(t *testing.T) {
	f, err := Filter{Area: &Area{0, 0, 10, 10}}.compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	at := &FramePlace{}
	here := &modes.Message{Has: modes.HasAddress | modes.HasPosition, Address: 1, Lat: 5, Lon: 5, Time: 1e9}
	if !f.keepsFrame(here, at) {
		t.Error("a position in the area is left out")
	}
	later := &modes.Message{Has: modes.HasAddress, Address: 1, Time: 60e9}
	other := &modes.Message{Has: modes.HasAddress, Address: 1, Kind: modes.NonICAO, Time: 2e9}
	late := &modes.Message{Has: modes.HasAddress, Address: 1, Time: 62e9}
	if !f.keepsFrame(later, at) || f.keepsFrame(other, at) || f.keepsFrame(late, at) || f.keepsFrame(nil, at) {
		t.Error("a place is of one address for one minute")
	}
	for i := range uint32(3 * maxPlaces) {
		f.keepsFrame(&modes.Message{Has: modes.HasAddress | modes.HasPosition, Address: i, Time: 1e9}, at)
	}
	if len(f.last) > maxPlaces {
		t.Errorf("%d places", len(f.last))
	}
}

func TestStatisticsOfMessages(t *testing.T) {
	stats := NewStatistics()
	damaged := heard + "1700000021.0,40621D,8D40621D58C382D690C8AC2863A8\n1700000040,400940,0061103063A012\n"
	if _, s := decodedText(t, damaged, DecodeOptions{Statistics: stats}); s.Refused != 1 {
		t.Fatalf("%+v", s)
	}
	s := stats.Sky()
	if s.Messages != 7 || s.Positions != 3 || s.Refused["parity"] != 1 || s.Span != 40 || s.Gaps != 2 || s.Longest != 20 || s.First != "2023-11-14T22:13:20.000Z" {
		t.Errorf("%+v", s)
	}
	if fmt.Sprint(s.Forms) != "[{DF0 1} {DF17 6}]" || fmt.Sprint(s.Codes) != "[{TC 04 1} {TC 11 4} {TC 19 1}]" || s.Unknown != 1 {
		t.Errorf("%v %v %d", s.Forms, s.Codes, s.Unknown)
	}
	if len(s.Aircraft) != 3 || s.Aircraft[0].Address != "40621D" || s.Aircraft[0].Messages != 4 || s.Aircraft[0].Gap != 17 || s.Aircraft[0].Positions != 3 {
		t.Errorf("%+v", s.Aircraft)
	}
	if b, err := json.Marshal(s); err != nil || !bytes.Contains(b, []byte(`"callsign":"KLM1023"`)) {
		t.Errorf("%s %v", b, err)
	}
	if NewStatistics().Sky() != nil {
		t.Error("nothing was heard")
	}
}

// TestAircraftAreBounded whatever their number.
func TestAircraftAreBounded(t *testing.T) {
	stats := NewStatistics()
	for i := range uint32(maxStatAircraft + 10) {
		stats.frame(&modes.Message{Has: modes.HasAddress, Address: i, DF: 11}, &FramePlace{Form: "DF11", Counter: int64(i)}, true)
	}
	if s := stats.Sky(); len(s.Aircraft) != maxStatAircraft || s.Skipped != 10 {
		t.Errorf("%d aircraft, %d skipped", len(s.Aircraft), s.Skipped)
	}
}

func TestKeepBytesOfMessages(t *testing.T) {
	lines, _ := decodedText(t, heard, DecodeOptions{KeepBytes: true})
	if lines[1]["time"] != "2023-11-14T22:13:20.5Z" || lines[1]["offset"] != 2.0 {
		t.Errorf("%v", lines[1])
	}
	beast, _, _ := decodedLines(t, beastPair(27), DecodeOptions{KeepBytes: true})
	if len(beast[0]["stamp"].(string)) != 12 || beast[0]["signal"] == nil || beast[0]["time"] != nil {
		t.Errorf("%v", beast[0])
	}
	dated, _, _ := decodedLines(t, beastPair(27), DecodeOptions{KeepBytes: true, Options: Options{Date: 1_700_000_000e9}})
	if dated[0]["time"] != "2023-11-14T22:13:20Z" {
		t.Errorf("a counter whose start is given: %v", dated[0])
	}
}

func TestFrameTable(t *testing.T) {
	var out bytes.Buffer
	if _, err := DecodeFile("f", strings.NewReader(heard+"1700000030,1,A0001838CA3E51F0A8000047A36A\n"), DecodeOptions{Frames: NewFrameCSV(&out)}, io.Discard); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(rows) != 8 || !strings.HasPrefix(rows[0], "time,t_s,received,form,tc,bds,icao,") {
		t.Fatalf("%d rows: %s", len(rows), out.String())
	}
	for i, want := range map[int]string{
		2: "2023-11-14T22:13:20.500Z,1700000000.5,,DF17,11,05,40621D,direct,,,38000,,52.2572", 3: "KLM1023", 4: "159.2011,182.880378",
		7: ",DF20,,",
	} {
		if !strings.Contains(rows[i], want) {
			t.Errorf("row %d lacks %q: %s", i, want, rows[i])
		}
	}
	for _, r := range rows {
		if strings.Count(r, ",") != len(FrameColumns)-1 {
			t.Errorf("%d commas: %s", strings.Count(r, ","), r)
		}
	}
}

func TestColumnsAreNamedOnce(t *testing.T) {
	if len(FrameColumns) != fcCount || len(Columns) != colCount {
		t.Fatal("columns without a name")
	}
	for _, list := range [][]Column{FrameColumns, Columns} {
		seen := map[string]bool{}
		for _, c := range list {
			if seen[c.Name] || c.Name == "" {
				t.Errorf("%q twice", c.Name)
			}
			seen[c.Name] = true
		}
	}
}

// TestRelayOfFrames: Beast, AVR and BaseStation read again say the same.
func TestRelayOfFrames(t *testing.T) {
	want, _ := decodedText(t, heard, DecodeOptions{})
	for form, format := range map[string]string{"beast": "beast", "avr": "avr"} {
		var out bytes.Buffer
		relay := NewFrameRelay(&out, form)
		if _, err := DecodeFile("f", strings.NewReader(heard), DecodeOptions{Frames: relay}, io.Discard); err != nil || relay.Frames != 6 {
			t.Fatalf("%s: %v, %d frames", form, err, relay.Frames)
		}
		got, s, _ := decodedLines(t, out.Bytes(), DecodeOptions{Options: Options{Format: format}})
		if s.Refused != 0 || len(got) != len(want) {
			t.Fatalf("%s: %+v", form, s)
		}
		for i := range got {
			if got[i]["hex"] != want[i]["hex"] {
				t.Errorf("%s: %v, want %v", form, got[i], want[i])
			}
		}
	}
	var out bytes.Buffer
	if _, err := DecodeFile("f", strings.NewReader(heard), DecodeOptions{Frames: NewFrameRelay(&out, "sbs")}, io.Discard); err != nil {
		t.Fatal(err)
	}
	got, _, _ := decodedLines(t, out.Bytes(), DecodeOptions{})
	if got[1]["msg"] != 3.0 || got[1]["lat"] != 52.2572 || got[1]["t"] != 1700000000.5 || got[2]["msg"] != 1.0 || got[3]["msg"] != 4.0 || got[3]["vertical_rate_fpm"] != -832.0 {
		t.Errorf("%v", got)
	}
}

// TestRelayIsOctetForOctet on a Beast recording.
func TestRelayIsOctetForOctet(t *testing.T) {
	data := readShared(t, "modes/ulss7_2018_a.beast")
	var out bytes.Buffer
	if _, err := DecodeFile("f", bytes.NewReader(data), DecodeOptions{Frames: NewFrameRelay(&out, "beast")}, io.Discard); err != nil || !bytes.Equal(out.Bytes(), data) {
		t.Errorf("%v: %d octets of %d", err, out.Len(), len(data))
	}
}

// TestRelayAgainstDump1090 compares the lines with those that another decoder made of the same seconds.
func TestRelayAgainstDump1090(t *testing.T) {
	var out bytes.Buffer
	o := DecodeOptions{Options: Options{Date: 1522782148_136310917}, Frames: NewFrameRelay(&out, "sbs")}
	if _, err := DecodeFile("f", bytes.NewReader(readShared(t, "modes/ulss7_2018_a.beast")), o, io.Discard); err != nil {
		t.Fatal(err)
	}
	key := func(line string) string {
		f := strings.Split(strings.TrimSpace(line), ",")
		if len(f) < 22 || f[1] != "3" && f[1] != "1" {
			return ""
		}
		return f[1] + f[4] + " " + strings.TrimSpace(f[10]) + " " + f[11] + " " + f[14] + " " + f[15]
	}
	ours := map[string]bool{}
	for l := range strings.Lines(out.String()) {
		ours[key(l)] = true
	}
	same, all := 0, 0
	for l := range strings.Lines(string(readShared(t, "modes/ulss7_2018_a.sbs"))) {
		f := strings.Split(l, ",")
		if f[1] == "3" && f[14] == "" { // no position yet
			continue
		}
		if k := key(l); k != "" {
			all++
			if ours[k] {
				same++
			}
		}
	}
	if all < 500 || same != all {
		t.Errorf("%d of %d lines of identification and position are the same", same, all)
	}
}

func TestRelayOfLines(t *testing.T) {
	const line = "MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/03,19:02:28.360,,7000,,,54.10000,27.20000,,,0,,0,0\r\n"
	var out bytes.Buffer
	if _, err := DecodeFile("f", strings.NewReader(line), DecodeOptions{Options: Options{Format: "sbs"}, Frames: NewFrameRelay(&out, "sbs")}, io.Discard); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "MSG,3,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/03,19:02:28.360,,7000,,,54.10000,27.20000") {
		t.Errorf("%q", out.String())
	}
	_, s, refused := decodedLines(t, []byte(line), DecodeOptions{Options: Options{Format: "sbs"}, Frames: NewFrameRelay(&out, "beast")})
	if s.Reasons["other_kind"] != 1 || !strings.Contains(refused, "MSG 3") {
		t.Errorf("%+v %q", s, refused)
	}
}

// TestLinesThatSayNothing are passed over in peace: other types of BaseStation, the names of columns.
func TestLinesThatSayNothing(t *testing.T) {
	_, s := decodedText(t, "AIR,,1,1,4249B5,1,2018/04/03,19:02:28.360,2018/04/03,19:02:28.360\nMSG,8,1,1,4249B5,1,2018/04/03,19:02:28.360,,,,,,,,,,,,,,0\n", DecodeOptions{Options: Options{Format: "sbs"}})
	if s.Refused != 0 || s.Passed["sbs_AIR"] != 1 || s.Lines != 1 {
		t.Errorf("%+v", s)
	}
	_, s = decodedText(t, "timestamp,icao24,rawmsg\n"+heard, DecodeOptions{Options: Options{Format: "hexcsv"}})
	if s.Refused != 0 || s.Passed["header"] != 1 || s.Lines != 6 {
		t.Errorf("%+v", s)
	}
}

// otherKinds answers that it can write nothing, or fails.
type otherKinds struct{ err error }

func (o otherKinds) Record(*asterix.Record, *RecordPlace) error { return o.err }
func (o otherKinds) Frame(*modes.Message, *FramePlace) error    { return o.err }

func TestSinksThatRefuse(t *testing.T) {
	full := errors.New("disk full")
	for _, data := range [][]byte{[]byte(heard), sky(t)} {
		_, s, _ := decodedLines(t, data, DecodeOptions{Sink: otherKinds{ErrOtherKind}, Frames: otherKinds{ErrOtherKind}})
		if s.Lines != 0 || s.Reasons["other_kind"] == 0 {
			t.Errorf("%+v", s)
		}
		if _, err := DecodeFile("f", bytes.NewReader(data), DecodeOptions{Sink: otherKinds{full}, Frames: otherKinds{full}}, io.Discard); !errors.Is(err, full) {
			t.Errorf("%v", err)
		}
	}
}

// An aircraft that seems to leap 500 km is printed with doubt from the leap on, until its new place has stood for a while.
func TestPositionsAfterALeapAreDoubtful(t *testing.T) {
	x := modes.Fixed{Address: 0x4CA2D1, Capability: 5}
	var text strings.Builder
	for i := range 40 {
		lat := 52.0
		if i >= 20 {
			lat = 47
		}
		f := x.AirbornePosition(modes.Airborne{Lat: lat, Lon: 27 + float64(i)*0.001, Altitude: 33000, HasAltitude: true}, i%2 == 1)
		fmt.Fprintf(&text, "%.1f,4CA2D1,%X\n", 1.7e9+float64(i)/2, f[:])
	}
	lines, _ := decodedText(t, text.String(), DecodeOptions{})
	placed, doubtful := 0, 0
	for i, l := range lines {
		lat, ok := l["lat"].(float64)
		if !ok {
			continue
		}
		placed++
		doubt, _ := l["doubtful"].(bool)
		if doubt {
			doubtful++
		}
		if leap := i >= 20 && lat < 50; doubt && !leap {
			t.Errorf("line %d at %v is doubtful before the leap", i, lat)
		}
	}
	if doubtful == 0 || doubtful > 6 || placed < 30 {
		t.Errorf("%d of %d positions are doubtful", doubtful, placed)
	}
	if last := lines[len(lines)-1]; last["doubtful"] != nil || last["lat"].(float64) > 47.1 {
		t.Errorf("the last line is %v", last)
	}
	var csv bytes.Buffer
	table := NewFrameCSV(&csv)
	decodedText(t, text.String(), DecodeOptions{Frames: table})
	rows := strings.Split(csv.String(), "\n")
	column := -1
	for i, name := range strings.Split(rows[0], ",") {
		if name == "doubtful" {
			column = i
		}
	}
	got := 0
	for _, row := range rows[1:] {
		if cells := strings.Split(row, ","); column >= 0 && len(cells) > column && cells[column] == "1" {
			got++
		}
	}
	if got != doubtful {
		t.Errorf("the table has %d doubtful positions, the lines %d", got, doubtful)
	}
}
