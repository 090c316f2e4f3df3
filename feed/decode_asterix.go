package feed

import (
	"fmt"
	"strconv"
	"time"

	"entente"
	"entente/asterix"
)

// RecordPlace says where and when a record was.
type RecordPlace struct {
	File     string
	Offset   int64           // of the record's first octet in the file
	Datagram int64           // from 1: of the datagram, wrapper or block that held it
	Received entente.Instant // zero when the file does not tell
	Time     entente.Instant // of the record, zero when it has none; of 1970-01-01 when nothing tells the day
	Dated    bool            // Time has the right day
}

// RecordSink takes ASTERIX records. The record is valid during the call.
type RecordSink interface {
	Record(r *asterix.Record, at *RecordPlace) error
}

// recordReader is the state of reading the records of one file.
type recordReader struct {
	*printer
	dec     *asterix.Decoder
	times   *recordClock
	filter  *filtering
	convert *converting
	json    asterix.JSONOptions
	at      RecordPlace
	commB   *commB // nil: registers stay hex
	talks   conversations
	skies   []*squitters // of the connections
}

// packets prints the records of a file of ASTERIX.
func (p *printer) packets(f *opened, c container, editions []asterix.Rule) error {
	filter, err := p.o.Filter.compile(p.o.Sensors)
	if err != nil {
		return err
	}
	convert, err := newConverting(p.o.Convert)
	if err != nil {
		return err
	}
	rr := &recordReader{
		printer: p, dec: asterix.NewDecoder(editions...), times: newRecordClock(p.o.Date), filter: filter, convert: convert,
		json: asterix.JSONOptions{Raw: p.o.Raw, Text: p.o.Text}, at: RecordPlace{File: p.name},
	}
	rr.dec.Probe = probeBlocks
	before := f.prime(rr.dec)
	if p.o.CommB {
		rr.commB = newCommB()
	}
	rr.talks.make = rr.conversation
	var k packet
	for p.err == nil {
		err := c.next(&k)
		if over, err := p.over(err); over && err != nil {
			return err
		} else if over {
			break
		}
		if k.flow != 0 {
			rr.talks.take(&k)
		} else {
			rr.packet(&k)
		}
	}
	rr.talks.close()
	for _, s := range rr.skies {
		s.ended()
	}
	s := rr.dec.Stats()
	p.sum.Skipped += s.Skipped - before.Skipped
	p.sum.Trailing += s.Trailing - before.Trailing
	p.sum.Lost = convert.lost()
	return nil
}

// packet reads one datagram or block.
func (rr *recordReader) packet(k *packet) {
	rr.at.Datagram++
	rr.at.Received = k.at
	if rr.o.Statistics != nil {
		rr.o.Statistics.datagram(k)
	}
	unwrap(k.data, func(run []byte, at int) {
		base := k.offset + int64(at)
		rr.dec.Reset(run)
		for rr.err == nil && rr.dec.Next() {
			r := rr.dec.Record()
			rr.at.Offset = base + int64(r.Offset)
			rr.record(r)
			if n := r.Note(); n != nil {
				rr.refuse(base+int64(n.Offset), "part_not_understood", place(n))
			}
		}
		for _, e := range rr.dec.Errors() {
			rr.refuse(base+int64(e.Offset), reasonName(e.Reason), place(&e))
		}
	})
}

// record takes one record through statistics, filter and conversion to its output.
func (rr *recordReader) record(r *asterix.Record) {
	rr.sum.Records++
	rr.times.place(r, &rr.at)
	rr.turn(rr.at.Dated, rr.at.Time)
	if rr.o.Statistics != nil {
		rr.o.Statistics.record(r, &rr.at)
	}
	if !rr.filter.keeps(r, &rr.at) {
		rr.sum.Filtered++
		return
	}
	octets := r.Data()
	r, err := rr.convert.record(r)
	if err != nil {
		rr.refuse(rr.at.Offset, "not_converted", err.Error())
		return
	}
	if rr.o.Sink != nil {
		rr.sunk(rr.o.Sink.Record(r, &rr.at), rr.at.Offset, "an ASTERIX record")
		return
	}
	if rr.o.Frames != nil {
		rr.sunk(ErrOtherKind, rr.at.Offset, "an ASTERIX record")
		return
	}
	rr.buf = r.AppendJSON(rr.buf, rr.json)
	if rr.commB != nil {
		rr.buf = rr.commB.append(rr.buf, r)
	}
	rr.buf = rr.appendPlace(rr.buf, octets)
	rr.line()
}

// appendPlace adds time and offset, and where they are kept the octets and the rest of the place, to the object that ends dst.
func (rr *recordReader) appendPlace(dst, octets []byte) []byte {
	dst = dst[:len(dst)-1]
	if rr.at.Dated && rr.at.Time != 0 {
		dst = appendTime(append(dst, `,"time":`...), rr.at.Time)
	}
	dst = strconv.AppendInt(append(dst, `,"offset":`...), rr.at.Offset, 10)
	if !rr.o.KeepBytes {
		return append(dst, '}')
	}
	if rr.at.Received != 0 {
		dst = appendTime(append(dst, `,"received":`...), rr.at.Received)
	}
	return fmt.Appendf(dst, `,"datagram":%d,"hex":"%X"}`, rr.at.Datagram, octets)
}

func appendTime(dst []byte, t entente.Instant) []byte {
	dst = t.Time().UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano)
	return append(dst, '"')
}

// place tells where in a block a refusal is; the file's offset stands before it.
func place(e *asterix.Error) string {
	s := string(e.Reason)
	if e.Category != 0 {
		s = fmt.Sprintf("category %03d", e.Category)
		if e.Edition != "" {
			s += " edition " + e.Edition
		}
		if e.Item != "" {
			s += " item " + e.Item
		}
		s += ": " + string(e.Reason)
	}
	return s
}
