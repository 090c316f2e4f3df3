package feed

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"entente"
)

// columns maps names of a CSV header to their places; −1 when absent.
type columns map[string]int

// splitRow cuts a line at its commas into cells, which alias the line; quotes have no meaning in these tables.
func splitRow(line []byte, cells [][]byte) [][]byte {
	cells = cells[:0]
	line = bytes.TrimRight(line, "\r\n")
	for {
		cell, rest, more := bytes.Cut(line, []byte{','})
		cells = append(cells, cell)
		if !more {
			return cells
		}
		line = rest
	}
}

// readHeader reads the names of a table's columns and demands some.
func readHeader(name string, line []byte, want ...string) (columns, error) {
	c := columns{}
	for i, cell := range splitRow(bytes.TrimPrefix(line, []byte("\xEF\xBB\xBF")), nil) {
		c[strings.ToLower(strings.TrimSpace(string(cell)))] = i
	}
	if err := c.demand(name, want...); err != nil {
		return nil, err
	}
	return c, nil
}

// demand refuses a header that lacks a column.
func (c columns) demand(name string, want ...string) error {
	for _, w := range want {
		if _, ok := c[w]; !ok {
			return &entente.Error{Kind: entente.Malformed, Source: name, Offset: 1,
				Reason: fmt.Sprintf("the header has no column %q", w), Next: "want " + strings.Join(want, ",")}
		}
	}
	return nil
}

var errNumber = errors.New("not a number")

// number reads a cell; present is false when the column is absent or the cell is blank.
func (c columns) number(cells [][]byte, column string) (v float64, present bool, err error) {
	i, ok := c[column]
	if !ok || i >= len(cells) || len(cells[i]) == 0 {
		return 0, false, nil
	}
	return parseNumber(cells[i])
}

// parseNumber reads plain decimals without allocation, anything else by strconv.
func parseNumber(b []byte) (v float64, present bool, err error) {
	if b = bytes.TrimSpace(b); len(b) == 0 {
		return 0, false, nil
	}
	digits, point, n := b, -1, uint64(0)
	negative := b[0] == '-'
	if negative {
		digits = b[1:]
	}
	for i, ch := range digits {
		switch {
		case ch >= '0' && ch <= '9' && i < 16:
			n = n*10 + uint64(ch-'0')
		case ch == '.' && point < 0 && len(digits) > 1:
			point = i
		default:
			v, err := strconv.ParseFloat(string(b), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return 0, false, errNumber
			}
			return v, true, nil
		}
	}
	if len(digits) == 0 {
		return 0, false, errNumber
	}
	v = float64(n)
	if point >= 0 {
		v /= powers[len(digits)-1-point] // both exact below 2^53 and 10^22: the quotient is correctly rounded
	}
	if negative {
		v = -v
	}
	return v, true, nil
}

var powers = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16}

func (c columns) text(cells [][]byte, column string) []byte {
	i, ok := c[column]
	if !ok || i >= len(cells) {
		return nil
	}
	return bytes.TrimSpace(cells[i])
}

// lineReader reads lines of bounded length and knows their numbers; longer ones are refused whole.
type lineReader struct {
	r      io.Reader
	buf    []byte
	start  int
	end    int
	n      int64 // of the line returned last, from 1
	offset int64 // bytes before the line returned next
	err    error
	refuse refuser
}

func newLineReader(r io.Reader, refuse refuser) *lineReader {
	return &lineReader{r: r, buf: make([]byte, 1<<16), refuse: refuse}
}

// next returns the next line without its end, valid until the call after; io.EOF when there is none.
func (l *lineReader) next() ([]byte, error) {
	tooLong := false
	for {
		if i := bytes.IndexByte(l.buf[l.start:l.end], '\n'); i >= 0 {
			line := l.buf[l.start : l.start+i]
			l.start += i + 1
			l.offset += int64(i + 1)
			l.n++
			if tooLong || len(line) > linesMaximum {
				l.refuse(l.n, "line_too_long", int64(len(line)))
				tooLong = false
				continue
			}
			return line, nil
		}
		if l.err != nil {
			line := l.buf[l.start:l.end]
			l.start = l.end
			l.offset += int64(len(line))
			if len(line) == 0 || tooLong {
				return nil, l.err
			}
			l.n++
			return line, nil
		}
		if l.start > 0 {
			copy(l.buf, l.buf[l.start:l.end])
			l.start, l.end = 0, l.end-l.start
		}
		if l.end == len(l.buf) { // no line is that long
			l.offset += int64(l.end)
			l.end, tooLong = 0, true
		}
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		l.err = err
	}
}
