package publish

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"github.com/parquet-go/parquet-go"
)

func TestTableParquet(t *testing.T) {
	var out bytes.Buffer
	w := NewTableParquet(&out, []TableColumn{{"time", true}, {"cat", false}, {"address", true}})
	for i := range 3000 {
		w.Number(1, float64(i))
		if i%2 == 0 {
			w.Text(0, fmt.Appendf(nil, "t%d", i))
			w.Text(2, []byte("4CA2D1"))
		}
		if err := w.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Time    *string  `parquet:"time,optional"`
		Cat     *float64 `parquet:"cat,optional"`
		Address *string  `parquet:"address,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil || len(rows) != 3000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for i, r := range rows {
		if *r.Cat != float64(i) || (r.Time != nil) != (i%2 == 0) || i%2 == 0 && (*r.Time != fmt.Sprintf("t%d", i) || *r.Address != "4CA2D1") {
			t.Fatalf("row %d: %+v", i, r)
		}
	}
}

var errDisk = errors.New("disk full")

type noDisk struct{}

func (noDisk) Write([]byte) (int, error) { return 0, errDisk }

func TestTableParquetOnAFullDisk(t *testing.T) {
	w := NewTableParquet(noDisk{}, []TableColumn{{"cat", false}})
	w.Number(0, 1)
	err := w.Next()
	if err = errors.Join(err, w.Close()); !errors.Is(err, errDisk) {
		t.Errorf("%v", err)
	}
}
