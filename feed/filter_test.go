package feed

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"entente"
	"entente/asterix"
)

// sky is a recording of three radars' plots, sector messages, ADS-B reports and a category nobody defines.
func sky(t testing.TB) []byte {
	t.Helper()
	plot := func(sic int, tod float64, address int) []byte {
		return block(t, 48, "", values{"010/SIC": sic, "140": tod, "020/TYP": 5, "040/RHO": 50.0, "040/THETA": 90.0, "220": address, "240": "BRU862", "090/FL": 310.0})
	}
	adsb := func(tod, lat, lon float64, address int) []byte {
		return block(t, 21, "2.7", values{"071": tod, "131/LAT": lat, "131/LON": lon, "080": address, "160/GS": 0.125, "160/TA": 90.0})
	}
	return join(
		plot(7, 86390, 0x4CA2D1), block(t, 34, "", values{"000": 1, "030": 86391.0}), plot(8, 86395, 0x3FD123), plot(7, 5, 0x4CA2D1),
		adsb(6, 54, 27, 0x4CA2D1), adsb(7, 10, 179.5, 0x123456), adsb(8, -45, -179.5, 0x123456), []byte{255, 0, 5, 1, 2},
	)
}

func TestFilters(t *testing.T) {
	bound := func(s string) Bound {
		b, err := ParseBound(s)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	date := entente.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		name string
		f    Filter
		want string // categories kept
	}{
		{"all", Filter{}, "[48 34 48 48 21 21 21 255]"},
		{"category", Filter{Categories: []uint8{34, 255}}, "[34 255]"},
		{"source", Filter{Sources: []Source{{25, 8}}}, "[48]"},
		{"item", Filter{Items: []string{"220"}}, "[48 48 48]"},
		{"field", Filter{Items: []string{"131/LAT", "160"}}, "[21 21 21]"},
		{"address in any category", Filter{Addresses: []uint32{0x4CA2D1}}, "[48 48 21]"},
		{"area", Filter{Area: &Area{50, 20, 60, 30}}, "[48 48 48 21]"},
		{"area over the antimeridian", Filter{Area: &Area{-90, 179, 90, -179}}, "[21 21]"},
		{"time of day over midnight", Filter{From: bound("23:59:52"), To: bound("00:00:06")}, "[48 48]"},
		{"seconds of the day", Filter{From: bound("5"), To: bound("8")}, "[48 21 21]"},
		{"instants", Filter{From: bound("2026-03-01T23:59:55Z"), To: bound("2026-03-02T00:00:06Z")}, "[48 48]"},
		{"until", Filter{To: bound("2026-03-01T23:59:51Z")}, "[48]"},
		{"several", Filter{Categories: []uint8{48, 21}, Addresses: []uint32{0x4CA2D1}, From: bound("0"), To: bound("10")}, "[48 21]"},
		{"nothing", Filter{Items: []string{"550"}}, "[]"},
	} {
		reg, err := NewRegistry([]entente.Sensor{
			{Name: "R7", SAC: 25, SIC: 7, Lat: 54 * radian, Lon: 27 * radian}, {Name: "R8", SAC: 25, SIC: 8, Lat: 54 * radian, Lon: 27 * radian},
		})
		if err != nil {
			t.Fatal(err)
		}
		lines, s, _ := decodedLines(t, sky(t), DecodeOptions{Options: Options{Format: "asterix", Editions: []string{"21=2.7"}, Date: date}, Filter: c.f, Sensors: reg})
		cats := []int{}
		for _, l := range lines {
			cats = append(cats, int(l["cat"].(float64)))
		}
		if fmt.Sprint(cats) != c.want || s.Records != 8 || s.Filtered != 8-s.Lines {
			t.Errorf("%s: %v, want %s; %+v", c.name, cats, c.want, s)
		}
	}
}

func TestFiltersRefuse(t *testing.T) {
	for _, s := range []string{"", "1,2,3", "a,b,c,d", "91,0,92,1", "10,0,5,1", "0,0,0,181", "NaN,0,1,1"} {
		if _, err := ParseArea(s); err == nil {
			t.Errorf("area %q", s)
		}
	}
	for _, s := range []string{"", "25:00:00", "-1", "86401", "yesterday", "NaN"} {
		if _, err := ParseBound(s); err == nil {
			t.Errorf("time %q", s)
		}
	}
	for _, s := range []string{"", "1", "1/256", "1/2/3", "x/y"} {
		if _, err := ParseSource(s); err == nil {
			t.Errorf("source %q", s)
		}
	}
	day, instant := Bound{isDay: true, set: true}, Bound{at: 5, set: true}
	for name, f := range map[string]Filter{"mixed times": {From: day, To: instant}, "item": {Items: []string{"no such"}}} {
		if _, err := DecodeFile("f", bytes.NewReader(sky(t)), DecodeOptions{Filter: f}, new(bytes.Buffer)); err == nil {
			t.Error(name)
		}
	}
}

// TestKeptBytes gives octets, place and times of each record.
func TestKeptBytes(t *testing.T) {
	data := sky(t)
	var out bytes.Buffer
	o := DecodeOptions{Options: Options{Editions: []string{"21=2.7"}, Date: entente.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))}, KeepBytes: true}
	if _, err := DecodeFile("f", bytes.NewReader(data), o, &out); err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range bytes.Lines(out.Bytes()) {
		var v struct {
			Cat      int
			Time     string
			Offset   int
			Datagram int
			Hex      string
		}
		if err := json.Unmarshal(line, &v); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		n++
		if want := fmt.Sprintf("%X", data[v.Offset:v.Offset+len(v.Hex)/2]); v.Datagram != n || v.Hex != want || v.Hex == "" {
			t.Errorf("%s", line)
		}
		if n == 4 && v.Time != "2026-03-02T00:00:05Z" || n == 8 && v.Time != "" {
			t.Errorf("time of %s", line)
		}
	}
	if n != 8 {
		t.Errorf("%d lines", n)
	}
	lines, _, _ := decodedLines(t, data, DecodeOptions{KeepBytes: true})
	if lines[0]["time"] != nil || lines[0]["received"] != nil {
		t.Errorf("undated: %v", lines[0])
	}
}

// TestRelayKeepsOctets: what is relayed decodes to the same records, each octet by octet, in blocks of one category.
func TestRelayKeepsOctets(t *testing.T) {
	var out bytes.Buffer
	relay := NewRelay(&out)
	data := sky(t)
	o := DecodeOptions{Options: Options{Editions: []string{"21=2.7"}}, Sink: relay}
	if _, err := DecodeFile("f", bytes.NewReader(data), o, nil); err != nil {
		t.Fatal(err)
	}
	if err := relay.Close(); err != nil || !bytes.Equal(out.Bytes(), data) {
		t.Errorf("%v\n%x\n%x", err, out.Bytes(), data)
	}
}

// TestRelayBlocks joins what stays of a datagram's blocks.
func TestRelayBlocks(t *testing.T) {
	a, b := block(t, 48, "", values{"140": 1.0, "220": 1}), block(t, 48, "", values{"140": 2.0, "220": 2})
	c := block(t, 34, "", values{"000": 1, "030": 2.0})
	var out bytes.Buffer
	relay := NewRelay(&out)
	capture := pcapFile(binary.LittleEndian, 0xA1B2C3D4, 0, wrapped(join(a, c, b)), wrapped(a))
	if _, err := DecodeFile("f", bytes.NewReader(capture), DecodeOptions{Sink: relay, Filter: Filter{Categories: []uint8{48}}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := relay.Close(); err != nil || relay.Blocks != 2 || relay.Records != 3 {
		t.Fatalf("%d blocks, %d records, %v", relay.Blocks, relay.Records, err)
	}
	want := append(append(asterix.BeginBlock(nil, 48), a[3:]...), b[3:]...)
	if err := asterix.EndBlock(want, 0); err != nil || !bytes.Equal(out.Bytes(), append(want, a...)) {
		t.Errorf("%x", out.Bytes())
	}
}

// TestRelayGivesASource to a record of category 001 whose first in the block was filtered away.
func TestRelayGivesASource(t *testing.T) {
	first, second := block(t, 1, "", values{"020/TYP": 0, "040/RHO": 10.0, "040/THETA": 5.0}), block(t, 1, "", values{"020/TYP": 0, "040/RHO": 20.0, "040/THETA": 5.0, "070/MODE3A": 5})
	both := append(append([]byte(nil), first...), second[3]&^0x80)
	both = append(both, second[3+1+2:]...) // without item 010
	if err := asterix.EndBlock(both, 0); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	relay := NewRelay(&out)
	if _, err := DecodeFile("f", bytes.NewReader(both), DecodeOptions{Sink: relay, Filter: Filter{Items: []string{"070"}}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := relay.Close(); err != nil || relay.Sourced != 1 || !bytes.Equal(out.Bytes(), second) {
		t.Errorf("%v %d\n%x\n%x", err, relay.Sourced, out.Bytes(), second)
	}
	whole := NewRelay(&out)
	out.Reset()
	if _, err := DecodeFile("f", bytes.NewReader(both), DecodeOptions{Sink: whole}, nil); err != nil {
		t.Fatal(err)
	}
	if err := whole.Close(); err != nil || !bytes.Equal(out.Bytes(), both) {
		t.Errorf("unfiltered: %v\n%x\n%x", err, out.Bytes(), both)
	}
}

func TestRecordCSV(t *testing.T) {
	var out bytes.Buffer
	reg, err := NewRegistry([]entente.Sensor{{Name: "R7", SAC: 25, SIC: 7, Lat: 54 * radian, Lon: 27 * radian}})
	if err != nil {
		t.Fatal(err)
	}
	csv := NewRecordCSV(&out, reg)
	track := block(t, 62, "", values{"040": 12, "070": 9.5, "105/LAT": 45.0, "105/LON": 22.5, "185/VX": 100.0, "185/VY": 0.0, "060/MODE3A": 0o1234, "136": 350.0, "220": 625.0, "380/ADR": 0xABCDEF, "245/CHR": "AFL1"})
	o := DecodeOptions{Options: Options{Editions: []string{"21=2.7"}, Date: entente.At(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))}, Sink: csv}
	if _, err := DecodeFile("f", bytes.NewReader(join(sky(t), track)), o, nil); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(out.String(), "\n")
	for i, want := range map[int]string{
		0: "time,time_of_day_s,received,cat,edition,sac,sic,message,track,address,callsign,mode_a,level_fl,altitude_ft,lat,lon,range_nm,azimuth_deg,x_m,y_m,speed_kt,heading_deg,climb_fpm,offset,datagram",
		2: "2026-03-01T23:59:51.000Z,86391,,34,1.29,25,7,1,,,,,,,,,,,,,,,,29,2",
		5: "2026-03-02T00:00:06.000Z,6,,21,2.7,25,7,,,4CA2D1,,,,,53.999999966,27.000000067,,,,,450,90,,91,5",
		8: ",,,255,,,,,,,,,,,,,,,,,,,,", 9: "2026-03-02T00:00:09.500Z,9.5,,62,1.21,25,7,,12,ABCDEF,AFL1,1234,350,,45,22.5,,,,,194.384449244,90,625,",
	} {
		if i == 0 && rows[0] != want || i > 0 && !strings.HasPrefix(rows[i], want[:strings.LastIndexByte(want[:len(want)-1], ',')]) && rows[i] != want {
			t.Errorf("row %d: %s\nwant   %s", i, rows[i], want)
		}
	}
	if len(rows) != 11 || strings.Count(rows[0], ",") != len(Columns)-1 {
		t.Errorf("%d rows", len(rows))
	}
	if !strings.Contains(rows[1], "BRU862,,310,,53.9") || !strings.Contains(rows[1], ",50,90,") {
		t.Errorf("a plot with its place: %s", rows[1])
	}
	broken := NewRecordCSV(&brokenPipe{1}, nil)
	if _, err := DecodeFile("f", bytes.NewReader(track), DecodeOptions{Sink: broken}, nil); err == nil {
		t.Error("a closed output")
	}
}

// TestConvertedLines prints converted records and what had no place.
func TestConvertedLines(t *testing.T) {
	data := block(t, 21, "0.26", values{"030": 100.5, "040/ATP": 1, "080": 0x4CA2D1, "130/LAT": 45.0, "130/LON": 22.5, "095": 3})
	o := DecodeOptions{Options: Options{Editions: []string{"21=0.26"}}, Convert: []string{"21=2.6"}}
	lines, s, _ := decodedLines(t, data, o)
	items := lines[0]["items"].(map[string]any)
	if lines[0]["edition"] != "2.6" || items["071"] != 100.5 || items["080"] != "4CA2D1" || s.Lost["021/095"] != 1 {
		t.Errorf("%v %+v", lines[0], s)
	}
	o.Convert = []string{"21=62/1.18"}
	lines, _, _ = decodedLines(t, data, o)
	if lines[0]["cat"] != 62.0 || lines[0]["edition"] != "1.18" || lines[0]["items"].(map[string]any)["070"] != 100.5 {
		t.Errorf("%v", lines[0])
	}
	for _, rule := range []string{"", "21", "21=9.9", "21=48", "300=1.0", "48=62", "x=1.1", "6=1.0", "21=y"} {
		if _, err := DecodeFile("f", bytes.NewReader(data), DecodeOptions{Convert: []string{rule}}, new(bytes.Buffer)); err == nil {
			t.Errorf("conversion %q", rule)
		}
	}
}
