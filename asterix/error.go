package asterix

import (
	"fmt"
	"strings"
)

// Reason says what was wrong with a block, a record or a value.
type Reason string

// The reasons.
const (
	BlockHeader    Reason = "block header is cut short"
	BlockLength    Reason = "block length is below 3 or beyond the data"
	ShortItem      Reason = "item runs beyond its block"
	ShortFSPEC     Reason = "field specification runs beyond its block"
	EmptyFSPEC     Reason = "field specification names no item"
	SpareFRN       Reason = "field specification names a spare or unknown item, whose length is not known"
	SpareSubitem   Reason = "compound item names a spare or unknown subitem, whose length is not known"
	ExplicitLength Reason = "length octet of an explicit item is zero"
	InnerExpansion Reason = "reserved expansion or special purpose field does not follow its definition; kept as bytes"
	AfterExpansion Reason = "rest of the block after a reserved expansion that was not understood is not records"
	UnknownUAP     Reason = "no user application profile for this value"
	BadSequence    Reason = "random field sequence names an item that cannot stand there"
	OutOfRange     Reason = "value does not fit its field"
	NotInEdition   Reason = "edition has no such field"
	WrongKind      Reason = "field does not hold such a value"
	TooLong        Reason = "more than its length octets can say"
)

// Error is one thing that was wrong, with its place. It is an error as a value and as a pointer.
type Error struct {
	Offset   int    // octets from the start of the data given to Reset
	Block    int    // blocks before this one in the data
	Record   int    // records before this one in the block
	Category uint8  // zero when not known
	Edition  string // in use for the record
	FRN      int    // field reference number, from 1; zero when outside items
	Item     string // item or path of a field
	Reason   Reason
	Soft     bool // the record is kept: only a part of it was not understood
	Building bool // of a builder: the offset, block and record mean nothing
}

// Error prints the place and the reason.
func (e Error) Error() string {
	var b strings.Builder
	b.WriteString("asterix: ")
	if !e.Building {
		fmt.Fprintf(&b, "octet %d, block %d, record %d, ", e.Offset, e.Block, e.Record)
	}
	fmt.Fprintf(&b, "cat %03d", e.Category)
	if e.Edition != "" {
		fmt.Fprintf(&b, " ed. %s", e.Edition)
	}
	if e.FRN != 0 {
		fmt.Fprintf(&b, ", FRN %d", e.FRN)
	}
	if e.Item != "" {
		fmt.Fprintf(&b, ", item %s", e.Item)
	}
	b.WriteString(": ")
	b.WriteString(string(e.Reason))
	return b.String()
}

// place names the item and the reason.
func (e *Error) place() string {
	if e.Item == "" && e.FRN != 0 {
		return fmt.Sprintf("FRN %d: %s", e.FRN, e.Reason)
	}
	if e.Item == "" {
		return string(e.Reason)
	}
	return e.Item + ": " + string(e.Reason)
}
