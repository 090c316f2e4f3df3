package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"

	"entente/asterix"
	"entente/feed"
	"entente/publish"
)

// decodeOutput is where decoded messages go: lines, or for ASTERIX a sink.
type decodeOutput struct {
	lines io.Writer
	sink  feed.RecordSink
	ends  []func() error // in order
}

func (o *decodeOutput) close() error {
	var all []error
	for _, end := range o.ends {
		all = append(all, end())
	}
	return errors.Join(all...)
}

// nothing takes records and does nothing.
type nothing struct{}

func (nothing) Record(*asterix.Record, *feed.RecordPlace) error { return nil }

// decodeForms are the forms of output, by the suffix of the file's name.
var decodeForms = map[string]bool{".jsonl": true, ".csv": true, ".parquet": true, ".ast": true}

// output opens what -o names, by its suffix.
func (c decodeCmd) output(std streams, sensors *feed.Registry) (*decodeOutput, error) {
	o := &decodeOutput{}
	w := std.out
	var file *os.File
	if c.Out == "-" {
		if c.Stats {
			o.sink = nothing{}
		}
	} else {
		var err error
		if file, err = os.Create(c.Out); err != nil {
			return nil, err
		}
		w = file
	}
	b := bufio.NewWriterSize(w, 1<<16)
	o.lines = b
	switch filepath.Ext(c.Out) {
	case ".csv":
		csv := feed.NewRecordCSV(b, sensors)
		o.sink = csv
		o.ends = append(o.ends, csv.Header)
	case ".parquet":
		t := newRecordParquet(b, sensors)
		o.sink = t
		o.ends = append(o.ends, t.file.Close)
	case ".ast":
		relay := feed.NewRelay(b)
		o.sink = relay
		o.ends = append(o.ends, relay.Close)
	}
	o.ends = append(o.ends, b.Flush)
	if file != nil {
		o.ends = append(o.ends, file.Close)
	}
	return o, nil
}

// recordParquet writes records as Parquet, with the columns of the CSV.
type recordParquet struct {
	*feed.RecordTable
	file *publish.TableParquet
}

func newRecordParquet(w io.Writer, sensors *feed.Registry) *recordParquet {
	var columns []publish.TableColumn
	for _, c := range feed.Columns {
		columns = append(columns, publish.TableColumn{Name: c.Name, Text: c.Text})
	}
	t := &recordParquet{file: publish.NewTableParquet(w, columns)}
	t.RecordTable = feed.NewRecordTable(sensors, func(cells []feed.Cell) error {
		for i := range cells {
			switch v := &cells[i]; {
			case !v.Set:
			case columns[i].Text:
				t.file.Text(i, v.Text)
			default:
				t.file.Number(i, v.Number)
			}
		}
		return t.file.Next()
	})
	return t
}
