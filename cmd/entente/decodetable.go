package main

import (
	"io"

	"entente/asterix"
	"entente/feed"
	"entente/modes"
	"entente/publish"
)

// recordTable and frameTable are tables that end.
type recordTable interface {
	feed.RecordSink
	close() error
}

type frameTable interface {
	feed.FrameSink
	close() error
}

// oneTable is a table of what comes first, ASTERIX or Mode S: the two have other columns.
type oneTable struct {
	records func() recordTable
	frames  func() frameTable
	record  recordTable
	frame   frameTable
}

func (t *oneTable) Record(r *asterix.Record, at *feed.RecordPlace) error {
	if t.frame != nil {
		return feed.ErrOtherKind
	}
	if t.record == nil {
		t.record = t.records()
	}
	return t.record.Record(r, at)
}

func (t *oneTable) Frame(m *modes.Message, at *feed.FramePlace) error {
	if t.record != nil {
		return feed.ErrOtherKind
	}
	if t.frame == nil {
		t.frame = t.frames()
	}
	return t.frame.Frame(m, at)
}

// close ends the table; one without rows has the columns of ASTERIX.
func (t *oneTable) close() error {
	switch {
	case t.frame != nil:
		return t.frame.close()
	case t.record == nil:
		t.record = t.records()
	}
	return t.record.close()
}

type recordCSV struct{ *feed.RecordCSV }

func (c recordCSV) close() error { return c.Header() }

func newRecordCSV(w io.Writer, sensors *feed.Registry) func() recordTable {
	return func() recordTable { return recordCSV{feed.NewRecordCSV(w, sensors)} }
}

type frameCSV struct{ *feed.FrameCSV }

func (c frameCSV) close() error { return c.Header() }

func newFrameCSV(w io.Writer) func() frameTable {
	return func() frameTable { return frameCSV{feed.NewFrameCSV(w)} }
}

type recordParquet struct {
	*feed.RecordTable
	file *publish.TableParquet
}

func (t recordParquet) close() error { return t.file.Close() }

func newRecordParquet(w io.Writer, sensors *feed.Registry) func() recordTable {
	return func() recordTable {
		file := newParquet(w, feed.Columns)
		return recordParquet{feed.NewRecordTable(sensors, parquetRow(file, feed.Columns)), file}
	}
}

type frameParquet struct {
	*feed.FrameTable
	file *publish.TableParquet
}

func (t frameParquet) close() error { return t.file.Close() }

func newFrameParquet(w io.Writer) func() frameTable {
	return func() frameTable {
		file := newParquet(w, feed.FrameColumns)
		return frameParquet{feed.NewFrameTable(parquetRow(file, feed.FrameColumns)), file}
	}
}

func newParquet(w io.Writer, columns []feed.Column) *publish.TableParquet {
	var list []publish.TableColumn
	for _, c := range columns {
		list = append(list, publish.TableColumn{Name: c.Name, Text: c.Text})
	}
	return publish.NewTableParquet(w, list)
}

// parquetRow writes rows of cells.
func parquetRow(file *publish.TableParquet, columns []feed.Column) func(cells []feed.Cell) error {
	return func(cells []feed.Cell) error {
		for i := range cells {
			switch v := &cells[i]; {
			case !v.Set:
			case columns[i].Text:
				file.Text(i, v.Text)
			default:
				file.Number(i, v.Number)
			}
		}
		return file.Next()
	}
}
