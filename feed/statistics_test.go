package feed

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"
)

// counted reads bytes into statistics.
func counted(t testing.TB, data []byte, o Options) *Statistics {
	t.Helper()
	s := NewStatistics()
	if _, err := DecodeFile("f", bytes.NewReader(data), DecodeOptions{Options: o, Statistics: s}, new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestStatistics(t *testing.T) {
	var data []byte
	for turn := range 50 {
		now := 100 + 4*float64(turn)
		if turn >= 30 {
			now += 20 // a silence
		}
		data = append(data, block(t, 34, "", values{"000": 1, "030": now})...)
		for a := range 3 {
			v := values{"140": now + float64(a), "020/TYP": 5, "040/RHO": 10.0 + float64(a), "040/THETA": 90.0, "220": 0x400000 + a}
			if a == 0 {
				v["090/FL"] = float64(turn)
			}
			data = append(data, block(t, 48, "", v)...)
		}
	}
	last := block(t, 48, "", values{"140": 50.0, "040/RHO": 1.0, "040/THETA": 1.0})
	data = append(data, last...)
	data = append(data, last...)
	list := counted(t, data, Options{Format: "asterix"}).Sources()
	if len(list) != 2 || list[0].Category != 34 || list[1].Category != 48 {
		t.Fatalf("%+v", list)
	}
	north, plots := list[0], list[1]
	if north.Records != 50 || math.Abs(north.Period-4) > 0.01 || north.Gaps != 1 || north.LongestGap != 24 || north.Jumps != 0 || north.First != "00:01:40.000Z" {
		t.Errorf("%+v", north)
	}
	if plots.Records != 152 || plots.Targets != 3 || math.Abs(plots.Period-4) > 0.03 || plots.Gaps != 1 || plots.Jumps != 1 || plots.Duplicates != 1 || plots.Delay != nil {
		t.Errorf("%+v", plots)
	}
	items := map[string]float64{}
	for _, i := range plots.Items {
		items[i.Item] = i.Percent
	}
	if items["140"] != 100 || math.Abs(items["090"]-100*50.0/152) > 1e-9 || items["240"] != 0 {
		t.Errorf("%v", items)
	}
	for _, f := range plots.Fields {
		if f.Field == "040/RHO" && (f.Min != 1 || f.Max != 12 || f.Unit != "NM") || f.Field == "090/FL" && (f.Min != 0 || f.Max != 49) || f.Field == "010/SAC" {
			t.Errorf("%+v", f)
		}
	}
}

func TestStatisticsOfReception(t *testing.T) {
	tod := 1_700_000_000 % 86400 // of the capture
	frame := func(counter uint16, delay float64) []byte {
		b := block(t, 48, "", values{"140": float64(tod) - delay, "220": 1})
		b = binary.BigEndian.AppendUint16(b, 0x4000)
		return wrapped(append(binary.BigEndian.AppendUint16(b, counter), 0, 1, 2, 3))
	}
	s := counted(t, pcapFile(binary.LittleEndian, 0xA1B2C3D4, 0, frame(65534, 0.25), frame(65535, 0.5), frame(2, 0.25)), Options{})
	list, lines := s.Sources(), s.Trailers()
	if len(list) != 1 || list[0].Delay == nil || list[0].Delay.Min != 0.25 || list[0].Delay.Max != 0.5 || math.Abs(list[0].Delay.Median-0.25) > 0.011 ||
		list[0].First != "2023-11-14T22:13:19.750Z" {
		t.Errorf("%+v %+v", list, list[0].Delay)
	}
	if len(lines) != 1 || lines[0].Line != 0x4000 || lines[0].Datagrams != 3 || lines[0].Lost != 2 {
		t.Errorf("%+v", lines)
	}
}

// TestStatisticsAreBounded: noise invents sources and targets without end.
func TestStatisticsAreBounded(t *testing.T) {
	var data []byte
	for i := range maxStatSources + 40 {
		data = append(data, block(t, 48, "", values{"010/SAC": i / 256, "010/SIC": i % 256, "140": 1.0})...)
	}
	for i := range maxStatTargets + 100 {
		data = append(data, block(t, 48, "", values{"010/SAC": 0, "010/SIC": 1, "140": 1.0, "220": i})...)
	}
	s := counted(t, data, Options{Format: "asterix"})
	if len(s.Sources()) != maxStatSources || s.Skipped() != 40 || s.Sources()[1].Targets != maxStatTargets || len(s.sources[statKeyOf(s, 0, 1)].recent) > recentRecords {
		t.Errorf("%d sources, %d skipped", len(s.Sources()), s.Skipped())
	}
}

func statKeyOf(s *Statistics, sac, sic uint8) (key statKey) {
	for k := range s.sources {
		if k.source == (Source{sac, sic}) {
			key = k
		}
	}
	return key
}

// TestStatisticsOfRecordings against what is known of them.
func TestStatisticsOfRecordings(t *testing.T) {
	s := counted(t, readShared(t, "asterix/recordings/ar_radar210_trailer_part1.pcap"), Options{})
	list := s.Sources()
	if len(list) != 2 || list[0].Records != 3549 || list[1].Records != 1156 || math.Abs(list[0].Period-3.83) > 0.05 || list[1].Delay.Median < 0.3 || list[1].Delay.Max > 1 {
		t.Errorf("%+v", list)
	}
	if lines := s.Trailers(); len(lines) != 2 || lines[0].Datagrams != 1156 || lines[0].Lost != 0 {
		t.Errorf("%+v", lines)
	}
	midnight := counted(t, readShared(t, "asterix/recordings/lebl2016_mlat_cat010.ast"), Options{}).Sources()
	if len(midnight) != 1 || midnight[0].Records != 84453 || midnight[0].Jumps != 0 {
		t.Errorf("over midnight: %+v", midnight)
	}
}

func TestProbeFile(t *testing.T) {
	data := join(sky(t), block(t, 48, "", values{"010/SIC": 9, "140": 1.0, "220": 1}))
	list, err := ProbeFile("f", bytes.NewReader(data), Options{Format: "asterix", Editions: []string{"48/25/9=1.27"}})
	if err != nil || len(list) != 5 {
		t.Fatalf("%+v %v", list, err)
	}
	for _, p := range list {
		if p.Blocks < 1 || len(p.Candidates) < 3 || p.Chosen == "none" {
			t.Errorf("%+v", p)
		}
		if p.Source == (Source{25, 9}) && (p.By != "rule" || p.Chosen != "1.27") || p.Category == 48 && p.Source.SIC == 7 && p.By != "default" {
			t.Errorf("%+v", p)
		}
	}
	if _, err := ProbeFile("f", bytes.NewReader([]byte("*8D406B902015A678D4D220AA4BDA;\n")), Options{}); err == nil {
		t.Error("AVR has no editions")
	}
	if _, err := ProbeFile("f", &failing{}, Options{}); err == nil {
		t.Error("an unreadable file")
	}
	if _, err := ProbeFile("f", bytes.NewReader(data), Options{Editions: []string{"48=9.9"}}); err == nil {
		t.Error("an unknown edition")
	}
}

// TestProbeRecordings names the editions and what speaks against the others.
func TestProbeRecordings(t *testing.T) {
	for file, want := range map[string]struct {
		cat            uint8
		chosen, worse  string
		against        func(Candidate) bool
		byScoreOrSoIts string
	}{
		"lebl2016_adsb_cat021_ed0.23.ast":        {21, "0.23", "2.1", func(c Candidate) bool { return c.Failed > 0 }, "score"},
		"bcn_adsb_cat021_ed2.1_cat023_part1.ast": {21, "2.1", "2.6", func(c Candidate) bool { return c.Failed > 0 && c.Why != "" }, "score"},
		"cc_asterix.pcap":                        {62, "0.17", "1.18", func(c Candidate) bool { return c.Failed > 50 }, "score"},
	} {
		list, err := ProbeFile(file, bytes.NewReader(readShared(t, "asterix/recordings/"+file)), Options{})
		if err != nil {
			t.Fatal(err)
		}
		p := list[0]
		if p.Category != want.cat || p.Chosen != want.chosen || p.By != want.byScoreOrSoIts {
			t.Errorf("%s: %d %s by %s", file, p.Category, p.Chosen, p.By)
		}
		for _, c := range p.Candidates {
			if c.Edition == want.worse && (!want.against(c) || c.Score >= p.Candidates[0].Score) {
				t.Errorf("%s: %+v", file, c)
			}
		}
	}
}
