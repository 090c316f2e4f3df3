package feed

import (
	"fmt"
	"io"
	"math"
	"strconv"
)

// tableCSV writes rows of cells as CSV.
type tableCSV struct {
	w       io.Writer
	columns []Column
	buf     []byte
	header  bool
}

// Header writes the first line, once; the first row does it too.
func (c *tableCSV) Header() error {
	if c.header {
		return nil
	}
	c.header = true
	c.buf = c.buf[:0]
	for i, col := range c.columns {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		c.buf = append(c.buf, col.Name...)
	}
	return c.write()
}

func (c *tableCSV) line(cells []Cell) error {
	if err := c.Header(); err != nil {
		return err
	}
	c.buf = c.buf[:0]
	for i := range cells {
		if i > 0 {
			c.buf = append(c.buf, ',')
		}
		switch v := &cells[i]; {
		case !v.Set:
		case c.columns[i].Text:
			c.buf = append(c.buf, v.Text...) // six-bit letters, octal, hex, names and times: nothing to quote
		case v.Number == math.Trunc(v.Number) && math.Abs(v.Number) < 1e15:
			c.buf = strconv.AppendInt(c.buf, int64(v.Number), 10)
		default:
			c.buf = strconv.AppendFloat(c.buf, math.Round(v.Number*1e9)/1e9, 'f', -1, 64)
		}
	}
	return c.write()
}

func (c *tableCSV) write() error {
	c.buf = append(c.buf, '\n')
	if _, err := c.w.Write(c.buf); err != nil {
		return fmt.Errorf("writing a table as CSV: %w", err)
	}
	return nil
}
