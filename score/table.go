package score

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"entente"
)

// table reads a CSV with a head line, by column name.
type table struct {
	source string
	csv    *csv.Reader
	column map[string]int
	record []string
	line   int
}

func newTable(r io.Reader, source string, required ...string) (*table, error) {
	t := &table{source: source, csv: csv.NewReader(bufio.NewReaderSize(r, 1<<16)), column: map[string]int{}}
	t.csv.ReuseRecord = true
	head, err := t.csv.Read()
	if err != nil {
		t.line = 1
		return nil, t.refuse(fmt.Sprintf("no head line: %v", err))
	}
	for i, h := range head {
		if i == 0 {
			h = strings.TrimPrefix(h, "\ufeff")
		}
		t.column[strings.TrimSpace(h)] = i
	}
	for _, name := range required {
		if !t.has(name) {
			t.line = 1
			return nil, t.refuse("no column " + name)
		}
	}
	return t, nil
}

func (t *table) has(name string) bool { _, ok := t.column[name]; return ok }

// next reads a row; false at the end.
func (t *table) next() (bool, error) {
	var err error
	t.record, err = t.csv.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		var e *csv.ParseError
		if t.line++; errors.As(err, &e) {
			t.line, err = e.StartLine, e.Err
		}
		return false, t.refuse(err.Error())
	}
	t.line, _ = t.csv.FieldPos(0)
	return true, nil
}

// number returns a column's value, NaN where it is empty or there is no such column.
func (t *table) number(name string) (float64, error) {
	i, ok := t.column[name]
	if !ok || t.record[i] == "" {
		return math.NaN(), nil
	}
	v, err := strconv.ParseFloat(t.record[i], 64)
	if err != nil || math.IsInf(v, 0) {
		return 0, t.refuse(fmt.Sprintf("%s %q is no number", name, t.record[i]))
	}
	return v, nil
}

// numbers reads several columns at once.
func (t *table) numbers(dst []*float64, names []string) error {
	for i, name := range names {
		v, err := t.number(name)
		if err != nil {
			return err
		}
		*dst[i] = v
	}
	return nil
}

func (t *table) text(name string) string { return t.record[t.column[name]] }

// identity reads the columns mode_s, mode_a and callsign where they are.
func (t *table) identity() (d identity, err error) {
	cell := func(name string) string {
		if i, ok := t.column[name]; ok {
			return t.record[i]
		}
		return ""
	}
	if d.address, err = entente.ParseAddress(cell("mode_s")); err != nil {
		return d, t.refuse(err.Error())
	}
	if s := cell("mode_a"); s != "" {
		if d.modeA, err = entente.ParseModeA(s); err != nil {
			return d, t.refuse(err.Error())
		}
		d.hasModeA = true
	}
	if s := cell("callsign"); s != "" {
		d.callsign = entente.MakeCallsign(s)
	}
	return d, nil
}

func (t *table) refuse(reason string) error {
	return &entente.Error{Kind: entente.Malformed, Source: t.source, Offset: int64(t.line), Reason: reason,
		Next: "correct the line; a file is scored whole or not at all"}
}

// open opens path and unpacks it when its first bytes are those of gzip, whatever its name.
func open(path string) (io.Reader, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("opening for scoring: %w", err)
	}
	b := bufio.NewReaderSize(f, 1<<16)
	if m, _ := b.Peek(2); !slices.Equal(m, []byte{0x1f, 0x8b}) {
		return b, f.Close, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("unpacking %s: %w", path, err), f.Close())
	}
	return z, f.Close, nil
}

// place turns degrees into radians and says whether they can be a place.
func place(lat, lon float64) (float64, float64, bool) {
	ok := math.Abs(lat) <= 90 && math.Abs(lon) <= 360
	return lat * math.Pi / 180, lon * math.Pi / 180, ok
}
