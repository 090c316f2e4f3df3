package watch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// recordScanner cuts a CSV stream into records at the newlines outside quotation marks, in bounded memory. When a
// record grows beyond maxRecord its first line is given up as torn and the lines after it are read anew.
type recordScanner struct {
	r       *bufio.Reader
	pending []string // lines to read again after a torn record
	line    int      // lines handed out
}

// next returns a record and the number of its first line.
func (sc *recordScanner) next() (string, int, error) {
	var lines []string
	size, quotes := 0, 0
	for {
		l, err := sc.readLine()
		if err != nil && l == "" {
			if len(lines) == 0 {
				return "", sc.line + 1, io.EOF
			}
			return sc.torn(lines, "the quotation mark of this row is never closed")
		}
		lines = append(lines, l)
		size += len(l)
		quotes += strings.Count(l, `"`)
		if quotes%2 == 0 {
			from := sc.line + 1
			sc.line += len(lines)
			return strings.Join(lines, ""), from, nil
		}
		if size > maxRecord {
			return sc.torn(lines, fmt.Sprintf("the row is over %d bytes or its quotation mark is never closed", maxRecord))
		}
	}
}

// torn gives up the first line and puts the others back.
func (sc *recordScanner) torn(lines []string, reason string) (string, int, error) {
	sc.pending = append(lines[1:len(lines):len(lines)], sc.pending...)
	sc.line++
	return "", sc.line, errors.New(reason)
}

// readLine returns a line with its newline; a line over maxRecord is cut there.
func (sc *recordScanner) readLine() (string, error) {
	if len(sc.pending) > 0 {
		l := sc.pending[0]
		sc.pending = sc.pending[1:]
		return l, nil
	}
	var b strings.Builder
	for {
		part, err := sc.r.ReadSlice('\n')
		b.Write(part)
		if !errors.Is(err, bufio.ErrBufferFull) || b.Len() > maxRecord {
			if errors.Is(err, bufio.ErrBufferFull) {
				err = nil
			}
			return b.String(), err
		}
	}
}
