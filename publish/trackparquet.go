package publish

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"

	"entente"
	"entente/geo"
)

// parquetRow has the columns of the CSV, those that may be empty optional.
type parquetRow struct {
	Time     float64  `parquet:"time_s"`
	Track    uint32   `parquet:"track"`
	Lat      *float64 `parquet:"lat,optional"`
	Lon      *float64 `parquet:"lon,optional"`
	Altitude *float64 `parquet:"altitude_m,optional"`
	VE       *float64 `parquet:"ve_mps,optional"`
	VN       *float64 `parquet:"vn_mps,optional"`
	PEE      *float64 `parquet:"p_ee,optional"`
	PEN      *float64 `parquet:"p_en,optional"`
	PNN      *float64 `parquet:"p_nn,optional"`
}

// parquetBatch is how many rows are given to the encoder at once.
const parquetBatch = 1024

// TrackParquet writes tracks as Parquet with the columns of the CSV, compressed with zstd. It is used by one goroutine.
type TrackParquet struct {
	w      *parquet.GenericWriter[parquetRow]
	rows   []parquetRow
	values [parquetBatch][8]float64 // what the rows point to
	err    error
}

// NewTrackParquet writes to w, which it does not close.
func NewTrackParquet(w io.Writer) *TrackParquet {
	return &TrackParquet{
		w:    parquet.NewGenericWriter[parquetRow](w, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(1<<18)),
		rows: make([]parquetRow, 0, parquetBatch),
	}
}

// Write writes one row.
func (t *TrackParquet) Write(k *entente.Track) error {
	if t.err != nil {
		return t.err
	}
	row := parquetRow{Time: k.Time.Seconds(), Track: uint32(k.ID)}
	if k.State != entente.Ended {
		v := &t.values[len(t.rows)]
		*v = [8]float64{geo.ToDegrees(k.Lat), geo.ToDegrees(k.Lon), k.Height, k.VE, k.VN, k.Covariance[0], k.Covariance[1], k.Covariance[6]}
		row.Lat, row.Lon, row.VE, row.VN, row.PEE, row.PEN, row.PNN = &v[0], &v[1], &v[3], &v[4], &v[5], &v[6], &v[7]
		if k.Has&(entente.HasAltitude|entente.HasPressureAltitude) != 0 {
			row.Altitude = &v[2]
		}
	}
	t.rows = append(t.rows, row)
	if len(t.rows) == parquetBatch {
		t.flush()
	}
	return t.err
}

func (t *TrackParquet) flush() {
	if _, err := t.w.Write(t.rows); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing tracks as Parquet: %w", err)
	}
	t.rows = t.rows[:0]
}

// Close writes what is left and the footer.
func (t *TrackParquet) Close() error {
	t.flush()
	if err := t.w.Close(); err != nil && t.err == nil {
		t.err = fmt.Errorf("writing tracks as Parquet: %w", err)
	}
	return t.err
}
