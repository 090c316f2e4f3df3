package asterix

// Decoder reads data blocks. It is for one goroutine at a time; the editions behind it are shared.
type Decoder struct {
	// Probe is how many blocks of a source without a rule are tried with every edition of their category before the
	// best one is kept: NewDecoder sets 50; zero takes the default edition.
	Probe int
	// Resync says that the data are a file: after a wrong block length the next plausible block is looked for. In a
	// datagram the rest is dropped.
	Resync bool

	data    []byte
	pos     int    // of the next block in data
	block   []byte // what is left of the current block
	at      int    // of block in data
	blocks  int    // begun in data
	records int    // begun in the current block
	cat     *perCategory

	rec   Record
	trial Record
	errs  []Error
	stats Stats
	cats  [256]*perCategory
}

// Stats counts what a decoder met since it was made.
type Stats struct {
	Blocks   int64 // with a valid header
	Records  int64 // read whole
	Unknown  int64 // blocks of categories without definition
	Errors   int64 // blocks or records refused
	Notes    int64 // records kept with a part not understood
	Trailing int64 // octets after the last block of a datagram
	Skipped  int64 // octets of refused records and between blocks
}

// maxTrailer is how many octets after a datagram's blocks are taken as a trailer that recorders and networks add.
const maxTrailer = 8

// maxErrors bounds what Errors keeps of one datagram; Stats counts all.
const maxErrors = 64

// probed is how many blocks tell a source's edition.
const probed = 50

// NewDecoder returns a decoder that reads each source by the rules, or else by the edition that fits it best, which is
// the default one where several fit.
// It panics on a rule that names no known edition; use [Decoder.Use] for rules that come from outside.
func NewDecoder(rules ...Rule) *Decoder {
	d := &Decoder{Probe: probed}
	for _, r := range rules {
		if err := d.Use(r); err != nil {
			panic(err.Error())
		}
	}
	return d
}

// Reset gives the decoder a datagram, or with Resync a whole file, and forgets the errors of the last.
func (d *Decoder) Reset(data []byte) {
	d.data, d.pos, d.block, d.blocks = data, 0, nil, 0
	d.errs = d.errs[:0]
}

// Next moves to the next record and says whether there is one. Bad records are left out and become errors: the rest of
// their block is dropped, the blocks after it are read.
func (d *Decoder) Next() bool {
	for {
		if len(d.block) > 0 {
			if d.record() {
				return true
			}
			continue
		}
		if !d.nextBlock() {
			return false
		}
		if d.cat == nil {
			d.stats.Unknown++
			d.rec = Record{Category: d.rec.Category, Offset: d.at, Block: d.blocks - 1, data: d.block, off: d.rec.off, end: d.rec.end}
			d.block = nil
			return true
		}
	}
}

// Record returns the current record, overwritten by the next call to Next.
func (d *Decoder) Record() *Record { return &d.rec }

// Errors returns what was wrong in the current data so far, at most the first 64; valid until Reset.
func (d *Decoder) Errors() []Error { return d.errs }

// Stats returns the counts since the decoder was made.
func (d *Decoder) Stats() Stats { return d.stats }

// nextBlock moves to the next block with a valid header, false at the end of the data.
func (d *Decoder) nextBlock() bool {
	for d.pos < len(d.data) {
		rest := d.data[d.pos:]
		b, n, err := NextBlock(rest)
		trailer := d.blocks > 0 && len(rest) <= maxTrailer && (err != nil || !Defined(rest[0]))
		if trailer {
			d.stats.Trailing += int64(len(rest))
			d.pos = len(d.data)
			return false
		}
		if err != nil {
			d.badHeader(rest)
			continue
		}
		d.at, d.block = d.pos+headerLength, b.Data
		d.pos += n
		d.records = 0
		d.blocks++
		d.stats.Blocks++
		d.rec.Category, d.rec.Sourced = b.Category, false
		d.cat = d.category(b.Category)
		return true
	}
	return false
}

// badHeader reports a header that cannot be and moves on.
func (d *Decoder) badHeader(rest []byte) {
	e := Error{Offset: d.pos, Block: d.blocks, Category: rest[0], Reason: BlockLength}
	if len(rest) < headerLength {
		e.Reason = BlockHeader
	}
	d.report(e)
	skip := len(rest)
	if d.Resync {
		skip = 1 + Resync(rest[1:])
	}
	d.stats.Skipped += int64(skip)
	d.pos += skip
}

func (d *Decoder) report(e Error) {
	d.stats.Errors++
	if len(d.errs) < maxErrors {
		d.errs = append(d.errs, e)
	}
}

// record reads the record at the start of what is left of the block.
func (d *Decoder) record() bool {
	r := &d.rec
	if sac, sic, ok := d.cat.peek(d.block); ok {
		r.SAC, r.SIC, r.Sourced = sac, sic, true
	}
	e := d.cat.choose(d, r)
	r.Offset, r.Block, r.Number = d.at, d.blocks-1, d.records
	n := r.parse(e, d.block)
	d.records++
	if n < 0 {
		d.report(Error{
			Offset: d.at + r.bad.at, Block: r.Block, Record: r.Number, Category: r.Category,
			Edition: e.name, FRN: r.bad.frn, Item: r.bad.item, Reason: r.bad.reason,
		})
		d.stats.Skipped += int64(len(d.block))
		d.block = nil
		return false
	}
	d.stats.Records++
	if r.soft {
		d.stats.Notes++
		r.note.Offset += d.at
		r.note.Block, r.note.Record, r.note.Category, r.note.Edition = r.Block, r.Number, r.Category, e.name
	}
	d.block = d.block[n:]
	d.at += n
	if r.soft && len(d.block) > 0 && !d.follows(e) {
		d.report(Error{
			Offset: d.at, Block: r.Block, Record: d.records, Category: r.Category, Edition: e.name, Reason: AfterExpansion,
		})
		d.stats.Skipped += int64(len(d.block))
		d.block = nil
	}
	return true
}

// follows says whether the rest of the block reads as records to its end. It is asked after a reserved expansion field
// that was not understood: when its length is wrong, its remains would pass for records.
func (d *Decoder) follows(e *Edition) bool {
	for rest := d.block; len(rest) > 0; {
		n := d.trial.parse(e, rest)
		if n < 0 {
			return false
		}
		rest = rest[n:]
	}
	return true
}

// ParseRecord reads one record, without block header, by an edition into r and returns its length.
func ParseRecord(e *Edition, data []byte, r *Record) (int, error) {
	r.Category, r.Sourced = e.category, false
	n := r.parse(e, data)
	if n < 0 {
		return 0, &Error{Offset: r.bad.at, Category: e.category, Edition: e.name, FRN: r.bad.frn, Item: r.bad.item, Reason: r.bad.reason}
	}
	if sac, sic, ok := peekSource(e, r.data); ok {
		r.SAC, r.SIC, r.Sourced = sac, sic, true
	}
	return n, nil
}
