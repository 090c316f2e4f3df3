package feed

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"pgregory.net/rapid"
)

// together decodes texts as files read together and returns the lines and each file's summary.
func together(t testing.TB, o DecodeOptions, texts ...string) (lines []string, sums map[string]Summary) {
	t.Helper()
	var inputs []Input
	for i, s := range texts {
		inputs = append(inputs, Input{fmt.Sprint("f", i), strings.NewReader(s)})
	}
	var out bytes.Buffer
	sums = map[string]Summary{}
	err := DecodeFiles(inputs, o, &out, func(name string, s Summary, err error) {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		sums[name] = s
	})
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(out.String()) {
		lines = append(lines, l)
	}
	return lines, sums
}

const kl = "8D4840D6202CC371C32CE0576098"

func hexAt(seconds ...float64) string {
	var b strings.Builder
	for _, s := range seconds {
		fmt.Fprintf(&b, "%.3f,4840D6,%s\n", 1.7e9+s, kl)
	}
	return b.String()
}

// timesOf returns the seconds of lines.
func timesOf(lines []string) (list []string) {
	for _, l := range lines {
		_, rest, _ := strings.Cut(l, `"t":17000000`)
		s, _, _ := strings.Cut(rest, ",")
		list = append(list, s)
	}
	return list
}

func TestFilesMergeByTime(t *testing.T) {
	defer goleak.VerifyNone(t)
	lines, sums := together(t, DecodeOptions{}, hexAt(1, 4, 5), hexAt(2, 3, 6), hexAt(0))
	if got := strings.Join(timesOf(lines), " "); got != "00 01 02 03 04 05 06" || len(sums) != 3 || sums["f1"].Lines != 3 {
		t.Errorf("%s %+v", got, sums)
	}
}

// TestMergingKeepsEverything: whatever the files, every line is there once, and in order when the files are.
func TestMergingKeepsEverything(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var texts []string
		want := 0
		for range rapid.IntRange(1, 4).Draw(r, "files") {
			var times []float64
			at := 0.0
			for range rapid.IntRange(0, 6).Draw(r, "lines") {
				at += rapid.Float64Range(0, 9).Draw(r, "step")
				times = append(times, at)
			}
			if want += len(times); len(times) > 0 {
				texts = append(texts, hexAt(times...))
			}
		}
		lines, _ := together(t, DecodeOptions{}, texts...)
		if len(lines) != want {
			r.Fatalf("%d of %d lines", len(lines), want)
		}
		last := ""
		for _, l := range lines {
			_, rest, _ := strings.Cut(l, `"t":`)
			at, _, _ := strings.Cut(rest, ",")
			if whole, _, _ := strings.Cut(at, "."); whole < last {
				r.Fatalf("%s after %s", whole, last)
			} else {
				last = whole
			}
		}
	})
}

// TestFilesWithoutTimes come whole, in their place; a recording without a day is of the capture's.
func TestFilesWithoutTimes(t *testing.T) {
	plain := "*" + kl + ";\n*" + kl + ";\n"
	lines, _ := together(t, DecodeOptions{}, hexAt(5), plain, hexAt(1))
	if len(lines) != 4 || !strings.Contains(lines[0], kl) || strings.Contains(lines[0], `"t"`) || timesOf(lines[2:])[0] != "01" {
		t.Errorf("%q", lines)
	}
	capture := string(pcapFile(binary.LittleEndian, 0xA1B2C3D4, 1, wrapped(report48(t, fuzzTime, 50, 90))))
	lines, _ = together(t, DecodeOptions{KeepBytes: true}, string(report48(t, fuzzTime, 70, 90)), capture)
	if len(lines) != 2 || !strings.Contains(lines[0], `"time":"2023-11-14`) || !strings.Contains(lines[1], `"time":"2023-11-14`) {
		t.Errorf("%q", lines)
	}
}

// TestCopiesOfSeveralReceivers are left out, and even and odd positions meet whoever heard them.
func TestCopiesOfSeveralReceivers(t *testing.T) {
	even := "1700000000.000,40621D,8D40621D58C382D690C8AC2863A7\n"
	odd := "1700000000.500,40621D,8D40621D58C386435CC412692AD6\n"
	late := "1700000000.050,40621D,8D40621D58C382D690C8AC2863A7\n"
	stats := NewStatistics()
	lines, sums := together(t, DecodeOptions{Dedup: true, Statistics: stats}, even, late+odd)
	if len(lines) != 2 || sums["f1"].Copies != 1 || !strings.Contains(lines[1], `"lat":`) {
		t.Errorf("%q %+v", lines, sums)
	}
	if s := stats.Sky(); len(s.Receivers) != 2 || s.Receivers[1].Copies != 1 || s.Messages != 2 {
		t.Errorf("%+v", s)
	}
	if lines, _ = together(t, DecodeOptions{}, even, late+odd); len(lines) != 3 {
		t.Errorf("without: %q", lines)
	}
	if lines, _ = together(t, DecodeOptions{Dedup: true}, even+late); len(lines) != 1 {
		t.Errorf("one file: %q", lines)
	}
}

// gone gives what it has and then fails.
type gone struct{ io.Reader }

func (f gone) Read(b []byte) (int, error) {
	n, err := f.Reader.Read(b)
	if errors.Is(err, io.EOF) {
		err = fmt.Errorf("the disk is gone")
	}
	return n, err
}

// TestOneOfSeveralFails: the others go on, and what was read of it stays.
func TestOneOfSeveralFails(t *testing.T) {
	defer goleak.VerifyNone(t)
	var out bytes.Buffer
	errs := map[string]error{}
	inputs := []Input{{"a", gone{strings.NewReader(hexAt(1, 3))}}, {"b", strings.NewReader(hexAt(2, 4))}, {"empty", strings.NewReader("")}}
	if err := DecodeFiles(inputs, DecodeOptions{}, &out, func(name string, _ Summary, err error) { errs[name] = err }); err != nil {
		t.Fatal(err)
	}
	if errs["a"] == nil || errs["b"] != nil || errs["empty"] == nil || strings.Count(out.String(), "\n") != 4 {
		t.Errorf("%v\n%s", errs, out.String())
	}
}

// closed refuses to be written to.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestFilesToAClosedPipe(t *testing.T) {
	defer goleak.VerifyNone(t)
	many := strings.Repeat(hexAt(1), 5000)
	failed := 0
	err := DecodeFiles([]Input{{"a", strings.NewReader(many)}, {"b", strings.NewReader(many)}}, DecodeOptions{}, closed{}, func(_ string, _ Summary, err error) {
		if err != nil {
			failed++
		}
	})
	if err == nil || failed == 0 {
		t.Errorf("%v, %d failed", err, failed)
	}
}

// TestFirstRecordsEdition: a source's edition is told by the head of the file, so that its first record too is read by the right one.
func TestFirstRecordsEdition(t *testing.T) {
	data := readShared(t, "asterix/recordings/bcn_adsb_cat021_ed2.1_cat023_part1.ast")
	lines, s, _ := decodedLines(t, data, DecodeOptions{})
	for i, l := range lines {
		if l["cat"] == 21.0 && l["edition"] != "2.1" {
			t.Fatalf("record %d is read by edition %v", i, l["edition"])
		}
	}
	if s.Skipped != 0 || s.Refused != 0 {
		t.Errorf("%+v", s)
	}
}
