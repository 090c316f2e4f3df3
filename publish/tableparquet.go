package publish

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// TableColumn is a column of a [TableParquet]: optional text, or an optional number.
type TableColumn struct {
	Name string
	Text bool
}

// TableParquet writes rows of optional texts and numbers (64-bit floating point) as Parquet, compressed with zstd. The file's
// columns are in the order of their names. It is used by one goroutine.
type TableParquet struct {
	w     *parquet.GenericWriter[any]
	place []int // column of the file by column of the table
	text  []bool
	row   parquet.Row
	texts []byte
	batch []parquet.Row
	err   error
}

// NewTableParquet writes to w, which it does not close.
func NewTableParquet(w io.Writer, columns []TableColumn) *TableParquet {
	group := parquet.Group{}
	for _, c := range columns {
		node := parquet.Optional(parquet.Leaf(parquet.DoubleType))
		if c.Text {
			node = parquet.Optional(parquet.String())
		}
		group[c.Name] = node
	}
	t := &TableParquet{row: make(parquet.Row, len(columns)), batch: make([]parquet.Row, 1)}
	schema := parquet.NewSchema("table", group)
	order := map[string]int{}
	for i, path := range schema.Columns() {
		order[path[0]] = i
	}
	for _, c := range columns {
		t.place, t.text = append(t.place, order[c.Name]), append(t.text, c.Text)
	}
	t.w = parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(1<<18))
	t.clear()
	return t
}

func (t *TableParquet) clear() {
	for _, p := range t.place {
		t.row[p] = parquet.NullValue().Level(0, 0, p)
	}
	t.texts = t.texts[:0]
}

// Number sets a column of the current row.
func (t *TableParquet) Number(column int, v float64) {
	p := t.place[column]
	t.row[p] = parquet.DoubleValue(v).Level(0, 1, p)
}

// Text sets a column of the current row; v is copied.
func (t *TableParquet) Text(column int, v []byte) {
	n := len(t.texts)
	t.texts = append(t.texts, v...)
	p := t.place[column]
	t.row[p] = parquet.ByteArrayValue(t.texts[n:len(t.texts):len(t.texts)]).Level(0, 1, p)
}

// Next ends the row.
func (t *TableParquet) Next() error {
	t.batch[0] = t.row
	if _, err := t.w.WriteRows(t.batch); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing a table as Parquet: %w", err)
	}
	t.clear()
	return t.err
}

// Close writes what is left and the footer.
func (t *TableParquet) Close() error {
	if err := t.w.Close(); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing a table as Parquet: %w", err)
	}
	return t.err
}
