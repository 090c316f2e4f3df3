package feed

import (
	"fmt"
	"io"

	"entente/asterix"
)

// Relay writes records as ASTERIX again: each as it was received, in blocks of one category. A block ends where the
// category or the datagram changes. A record of category 001 that leaves out item 010 since the record before it in its
// block had it gets one when that record was filtered away; it is the only kind that changes.
type Relay struct {
	w        io.Writer
	block    []byte
	category uint8
	file     string
	datagram int64
	source   Source
	sourced  bool
	builders map[*asterix.Edition]*asterix.Builder
	Records  int64 // written
	Blocks   int64
	Sourced  int64 // records of category 001 that were given their source
}

// NewRelay writes to w, which it does not close.
func NewRelay(w io.Writer) *Relay {
	return &Relay{w: w, builders: map[*asterix.Edition]*asterix.Builder{}}
}

var source001 = [2]string{"010/SAC", "010/SIC"}

// Record adds a record to the current block.
func (l *Relay) Record(r *asterix.Record, at *RecordPlace) error {
	octets := r.Data()
	if len(l.block) > 0 && (r.Category != l.category || at.Datagram != l.datagram || at.File != l.file || len(l.block)+len(octets)+3 > 0xFFFF) {
		if err := l.Close(); err != nil {
			return err
		}
	}
	if len(l.block) == 0 {
		l.block = asterix.BeginBlock(l.block, r.Category)
		l.category, l.datagram, l.file, l.sourced = r.Category, at.Datagram, at.File, false
	}
	src := Source{r.SAC, r.SIC}
	if own := r.Edition() == nil || r.Category != 1 || len(r.Bytes(asterix.Field(1, "010"))) > 0; !own && r.Sourced && !(l.sourced && l.source == src) {
		var err error
		if l.block, err = l.withSource(r); err != nil {
			return fmt.Errorf("relaying a record of category 001: %w", err)
		}
		l.Sourced++
	} else {
		l.block = append(l.block, octets...)
	}
	l.source, l.sourced = src, r.Sourced
	l.Records++
	if r.Edition() == nil { // a whole block, whose records are not known
		return l.Close()
	}
	return nil
}

// withSource appends the record with item 010 before the others.
func (l *Relay) withSource(r *asterix.Record) ([]byte, error) {
	b := l.builders[r.Edition()]
	if b == nil {
		b = asterix.NewBuilder(r.Edition())
		l.builders[r.Edition()] = b
	}
	b.Reset()
	b.Copy(r)
	b.SetUint(asterix.Field(1, source001[0]), uint64(r.SAC))
	b.SetUint(asterix.Field(1, source001[1]), uint64(r.SIC))
	return b.AppendRecord(l.block)
}

// Close writes the last block.
func (l *Relay) Close() error {
	if len(l.block) == 0 {
		return nil
	}
	if err := asterix.EndBlock(l.block, 0); err != nil {
		return fmt.Errorf("relaying: %w", err)
	}
	_, err := l.w.Write(l.block)
	l.block = l.block[:0]
	l.Blocks++
	if err != nil {
		return fmt.Errorf("relaying: %w", err)
	}
	return nil
}
