package sim

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"entente"
	"entente/modes"
)

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestRecord(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	seconds := 0
	got, err := Record(Small(), dir, RecordOptions{Start: morning, Duration: 30, Progress: func(float64) { seconds++ }})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Files) != 4 || got.Bytes["minsk"] == 0 || got.Bytes["minsk-adsb"] == 0 || seconds != 30 {
		t.Errorf("%+v, %d seconds", got, seconds)
	}
	data, err := os.ReadFile(filepath.Join(dir, "minsk.ast"))
	if err != nil || int64(len(data)) != got.Bytes["minsk"] {
		t.Fatal(len(data), err)
	}
	var p plots
	p.take(t, data)
	if n := len(p.list); n < 28 || n > 31 || p.news[1] != 6 || p.news[2] < 190 {
		t.Errorf("%d plots, messages %v in six turns", n, p.news)
	}
	f, err := os.Open(filepath.Join(dir, "minsk-adsb.beast"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := modes.NewBeastReader(f)
	var frame modes.Frame
	for in.Next(&frame) == nil {
	}
	if in.Frames < 300 || in.Skipped != 0 {
		t.Errorf("%d frames, %d octets skipped", in.Frames, in.Skipped)
	}

	truth := readCSV(t, filepath.Join(dir, "truth.csv"))
	if len(truth) != 1+31*5 || got.Rows != 31*5 || truth[0][0] != "time_s" || truth[1][0] != "32400.000" || truth[1][1] != "BRU862" {
		t.Errorf("%d rows of truth, %v %v", len(truth), truth[0], truth[1])
	}
	lat, _ := strconv.ParseFloat(truth[1][2], 64)
	if math.Abs(lat-53) > 1e-6 {
		t.Errorf("first latitude %v", lat)
	}
	sensors := readCSV(t, filepath.Join(dir, "sensors.csv"))
	if len(sensors) != 3 || sensors[1][0] != "minsk" || sensors[1][1] != "mode_s" || sensors[2][1] != "adsb" || sensors[1][10] != "61" {
		t.Errorf("sensors %v", sensors)
	}
}

func TestRecordRefusals(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Record(Small(), file, RecordOptions{Duration: 1}); err == nil {
		t.Error("recorded into a file")
	}
	var e *entente.Error
	for _, d := range []float64{-1, math.NaN(), 1e9} {
		if _, err := Record(Small(), t.TempDir(), RecordOptions{Duration: d}); !errors.As(err, &e) {
			t.Errorf("duration %v: %v", d, err)
		}
	}
	got, err := Record(Small(), t.TempDir(), RecordOptions{UnixTime: true, Truth: 10})
	if err != nil || got.Rows != 5 {
		t.Errorf("no duration: %+v, %v", got, err)
	}
	if rows := readCSV(t, got.Files[3]); rows[1][0] != "1700730000.000" {
		t.Errorf("time %s", rows[1][0])
	}
}

func TestTruthOfEachMember(t *testing.T) {
	s := Small()
	s.Radars = append(s.Radars, s.Radars[0])
	r := &s.Radars[1]
	r.Name, r.Feed, r.Member, r.Primary, r.SIC = "far", "far", "RUS", false, 2 // has no primary radar
	dir := t.TempDir()
	if _, err := Record(s, dir, RecordOptions{Start: morning, Duration: 5}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]int{"truth.csv": 30, "truth-BLR.csv": 30, "truth-RUS.csv": 24} {
		if rows := readCSV(t, filepath.Join(dir, name)); len(rows) != 1+want {
			t.Errorf("%s: %d rows, want %d", name, len(rows)-1, want)
		}
	}
}
