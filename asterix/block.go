package asterix

import "encoding/binary"

// Block is one ASTERIX data block: records of one category.
type Block struct {
	Category uint8
	Offset   int    // of its first octet in the data
	Data     []byte // the records, without the three octets of the header
}

// headerLength is CAT and LEN.
const headerLength = 3

// NextBlock reads the block at the start of data and returns how many octets it takes. It fails with BlockHeader or
// BlockLength when none can stand there.
func NextBlock(data []byte) (Block, int, error) {
	if len(data) < headerLength {
		return Block{}, 0, &Error{Reason: BlockHeader}
	}
	n := int(binary.BigEndian.Uint16(data[1:]))
	if n < headerLength || n > len(data) {
		return Block{}, 0, &Error{Category: data[0], Reason: BlockLength}
	}
	return Block{Category: data[0], Data: data[headerLength:n]}, n, nil
}

// Resync returns how many octets of data to skip to the next place where a block of a defined category stands that some edition
// reads, and another header, or the end of the data, follows it; len(data) when there is none.
func Resync(data []byte) int {
	var r Record
	for i := range data {
		b, n, err := NextBlock(data[i:])
		if err != nil || len(b.Data) == 0 || !Defined(b.Category) {
			continue
		}
		if rest := data[i+n:]; len(rest) > 0 {
			if after, _, err := NextBlock(rest); err != nil || !Defined(after.Category) {
				continue
			}
		}
		if b.readable(&r) {
			return i
		}
	}
	return len(data)
}

// enoughRecords bounds the work for each place that might be a block's.
const enoughRecords = 16

// readable says whether some edition of the category reads the block to its end, or its first records.
func (b *Block) readable(r *Record) bool {
	for _, name := range Editions(b.Category) {
		e, err := GetExpansion(b.Category, name, "none")
		if err != nil {
			continue
		}
		rest, n := b.Data, 0
		for k := 0; n >= 0 && len(rest) > 0 && k < enoughRecords; k++ {
			if n = r.parse(e, rest); n >= 0 {
				rest = rest[n:]
			}
		}
		if n >= 0 {
			return true
		}
	}
	return false
}

// BeginBlock appends the header of a block and returns the extended slice; the records are appended next and the block
// is closed by [EndBlock] with the length dst had before.
func BeginBlock(dst []byte, category uint8) []byte { return append(dst, category, 0, 0) }

// EndBlock writes the length of the block that starts at dst[start]. It fails when that is beyond 65,535 octets.
func EndBlock(dst []byte, start int) error {
	n := len(dst) - start
	if n > 0xFFFF {
		return &Error{Category: dst[start], Reason: TooLong}
	}
	binary.BigEndian.PutUint16(dst[start+1:], uint16(n))
	return nil
}
