package feed

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"entente"
)

// recordings says of every shared ASTERIX recording what it is, how many records it has and what plots come of it.
var recordings = []struct {
	name, format   string
	records, plots int64
	refused        map[string]int64
}{
	{"ar_radar210_trailer_part1.pcap", "pcap", 4705, 1048, map[string]int64{"field_monitor": 108}},
	{"ar_radar232_cat034_cat048.pcap", "pcap", 19907, 3541, nil},
	{"ar_sdps_cat062_part1.pcap", "pcap", 20562, 0, map[string]int64{"category_without_plots": 20562}},
	{"bcn_adsb_cat021_ed2.1_cat023_part1.ast", "asterix", 3809, 3777, map[string]int64{"category_without_plots": 29, "no_position": 3}},
	{"cc_asterix.pcap", "pcap", 100, 0, map[string]int64{"category_without_plots": 100}},
	{"cc_cat048.raw", "asterix", 1, 1, nil},
	{"cc_cat062cat065.raw", "asterix", 3, 0, map[string]int64{"category_without_plots": 3}},
	{"cc_cat_001_002.pcap", "pcap", 8, 7, nil},
	{"cc_cat_034_048.pcap", "pcap", 162, 126, map[string]int64{"no_detection": 2}},
	{"cc_cat_062_065.pcap", "pcap", 3, 0, map[string]int64{"category_without_plots": 3}},
	{"cc_parsegps.gps", "gps", 18, 11, map[string]int64{"no_detection": 1, "test_target": 3}},
	{"ga_sample_mixed.ast", "asterix", 21, 9, map[string]int64{"no_detection": 2, "no_source": 3, "no_time": 5}},
	{"jahorina_cat048_cat034.raw", "asterix", 2119, 2099, nil},
	{"jahorina_cat048_cat034.rply", "rply", 2119, 2099, nil},
	{"lebl2016_adsb_cat021_ed0.23.ast", "asterix", 49330, 49330, nil},
	{"lebl2016_mlat_cat010.ast", "asterix", 84453, 28385, map[string]int64{"field_monitor": 41548}},
	{"os_cat062_all1.bin", "asterix", 8, 0, map[string]int64{"category_without_plots": 8}},
}

func TestRecordingsGivePlots(t *testing.T) {
	for _, want := range recordings {
		b := readShared(t, "asterix/recordings/"+want.name)
		if f, c := Detect(b); f != want.format || c < 0.9 {
			t.Errorf("%s is taken for %q with confidence %v, want %q", want.name, f, c, want.format)
		}
		plots, s := plotsOf(t, want.name, b, Options{}, openRegistry(t))
		if s.Records != want.records || s.Plots != want.plots || int64(len(plots)) != want.plots {
			t.Errorf("%s: %d records, %d plots; want %d, %d", want.name, s.Records, s.Plots, want.records, want.plots)
		}
		for reason, n := range s.Errors {
			if want.refused[reason] != n {
				t.Errorf("%s: %d refused for %s, want %d", want.name, n, reason, want.refused[reason])
			}
		}
		for i := range plots {
			checkPlot(t, want.name, &plots[i])
		}
	}
}

// checkPlot holds what every plot promises.
func checkPlot(t *testing.T, name string, p *entente.Plot) {
	t.Helper()
	switch {
	case p.Time == 0 || p.Sensor == 0 || p.Kind == 0:
		t.Errorf("%s: without time, sensor or kind: %+v", name, p)
	case !p.Is(entente.HasPolar) && !p.Is(entente.HasPosition):
		t.Errorf("%s: nothing was measured: %+v", name, p)
	case p.Azimuth < 0 || p.Azimuth >= 2*math.Pi || math.Abs(p.Lat) > math.Pi/2 || math.Abs(p.Lon) > math.Pi:
		t.Errorf("%s: angles out of range: %+v", name, p)
	case p.Is(entente.HasPressureAltitude) && (p.PressureAltitude < -500 || p.PressureAltitude > 25000):
		t.Errorf("%s: at %v m", name, p.PressureAltitude)
	case p.Is(entente.HasVelocity) && math.Hypot(p.VE, p.VN) > 700:
		t.Errorf("%s: %v, %v m/s", name, p.VE, p.VN)
	}
}

// TestMidnight: both recordings run from 22:00:01 to 00:01:02 of the next day; times must go on, not back.
func TestMidnight(t *testing.T) {
	date := entente.At(time.Date(2016, 5, 9, 0, 0, 0, 0, time.UTC))
	for _, name := range []string{"lebl2016_mlat_cat010.ast", "lebl2016_adsb_cat021_ed0.23.ast"} {
		plots, _ := plotsOf(t, name, readShared(t, "asterix/recordings/"+name), Options{Date: date}, openRegistry(t))
		first, last := plots[0].Time, plots[len(plots)-1].Time
		if got := first.Time().Format("2006-01-02 15:04:05"); got != "2016-05-09 22:00:01" {
			t.Errorf("%s begins at %s", name, got)
		}
		if got := last.Time().Format("2006-01-02 15:04"); got != "2016-05-10 00:01" {
			t.Errorf("%s ends at %s", name, got)
		}
		for i := 1; i < len(plots); i++ {
			if d := plots[i].Time.Sub(plots[i-1].Time); d < -10 || d > 600 {
				t.Fatalf("%s: plot %d is %v s after the one before", name, i, d)
			}
		}
	}
}

// TestEditionMatters: with the wrong edition by rule the ADS-B of 2016 gives fewer, wrong plots; probed or by the right
// rule all of them.
func TestEditionMatters(t *testing.T) {
	b := readShared(t, "asterix/recordings/lebl2016_adsb_cat021_ed0.23.ast")[:200_000]
	probed, _ := plotsOf(t, "x", b, Options{}, openRegistry(t))
	ruled, _ := plotsOf(t, "x", b, Options{Editions: []string{"21/0/107=0.23"}}, openRegistry(t))
	wrong, s := plotsOf(t, "x", b, Options{Editions: []string{"21=2.1"}}, openRegistry(t))
	if len(probed) != len(ruled) || len(probed) == 0 || len(wrong) >= len(ruled) || len(s.Errors) == 0 {
		t.Errorf("%d probed, %d by rule, %d by the wrong rule %v", len(probed), len(ruled), len(wrong), s.Errors)
	}
	for i := range probed {
		if probed[i] != ruled[i] {
			t.Fatalf("plot %d differs: %+v, %+v", i, probed[i], ruled[i])
		}
	}
}

// TestSameFlightBySquitterAndReport: the receiver's own position of a recording equals what another decoder printed.
func TestSquittersAndBaseStation(t *testing.T) {
	reg, err := NewRegistry([]entente.Sensor{{Name: "rx", Kind: entente.ADSB}})
	if err != nil {
		t.Fatal(err)
	}
	date := entente.At(time.Date(2018, 4, 3, 19, 2, 28, 136310917, time.UTC))
	ours, s := plotsOf(t, "a.beast", readShared(t, "modes/ulss7_2018_a.beast"), Options{Date: date}, reg)
	theirs, _ := plotsOf(t, "a.sbs", readShared(t, "modes/ulss7_2018_a.sbs"), Options{}, reg)
	if len(ours) < 700 || len(theirs) < 700 || s.Errors["unknown_address"] == 0 {
		t.Fatalf("%d and %d plots, %v", len(ours), len(theirs), s.Errors)
	}
	found := 0
	for _, p := range theirs {
		for _, q := range ours {
			if p.Address == q.Address && math.Abs(p.Lat-q.Lat) < 1.1e-5*radian && math.Abs(p.Lon-q.Lon) < 1.1e-5*radian && math.Abs(p.Time.Sub(q.Time)) < 0.5 {
				found++
				break
			}
		}
	}
	if found < len(theirs)*98/100 {
		t.Errorf("%d of %d positions of the other decoder are ours at the same time", found, len(theirs))
	}
}

// TestEveryFileDecodes prints all recordings; every line is JSON and every record has a line.
func TestEveryFileDecodes(t *testing.T) {
	lines := map[string]int64{
		"modes/adsb_406b90.csv": 1000, "modes/adsb_us_2025.csv": 185, "modes/commb_df20.csv": 2615, "modes/commb_df21.csv": 2552,
		"modes/mixed_1.txt": 1230, "modes/modes1_2000k_uc8.frames.txt": 284, "modes/ulss7_2018_a.beast": 6684,
		"modes/ulss7_2018_a.sbs": 4298, "modes/vectors.csv": 264, "modes/kdca_2022.csv": 87,
	}
	for _, r := range recordings {
		lines["asterix/recordings/"+r.name] = r.records
	}
	for name, want := range lines {
		var out, errs bytes.Buffer
		s, err := DecodeFile(filepath.Base(name), bytes.NewReader(readShared(t, name)), DecodeOptions{Errors: &errs, Text: true}, &out)
		if err != nil || s.Lines != want {
			t.Errorf("%s: %d lines, want %d; %v", name, s.Lines, want, err)
		}
		for i, line := range bytes.Split(bytes.TrimSuffix(out.Bytes(), []byte{'\n'}), []byte{'\n'}) {
			if i < 500 && !json.Valid(line) {
				t.Fatalf("%s line %d is no JSON: %s", name, i+1, line)
			}
		}
		if refused := int64(strings.Count(errs.String(), "\n")); refused != s.Refused || refused > 0 && !strings.HasPrefix(errs.String(), filepath.Base(name)+" at ") {
			t.Errorf("%s: %d refusals listed, %d counted: %.100s", name, refused, s.Refused, errs.String())
		}
	}
}

func TestCountsOfSharedRecordings(t *testing.T) {
	var counts map[string]struct{ Records map[string]int64 }
	b, err := os.ReadFile(sharedFile(t, "asterix/counts.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &counts); err != nil {
		t.Fatal(err)
	}
	for _, r := range recordings {
		c, ok := counts[r.name]
		if !ok {
			continue
		}
		sum := int64(0)
		for _, n := range c.Records {
			sum += n
		}
		if sum != r.records && r.name != "ga_sample_mixed.ast" {
			t.Errorf("%s: %d records expected here, %d counted by an independent decoder", r.name, r.records, sum)
		}
	}
}
