package feed

import (
	"bufio"
	"bytes"
	"encoding/binary"

	"entente/asterix"
)

// What stands around the blocks of a FINAL (IOSS) record: the length of all of it, in some recordings a sequence number of
// four octets, a kind, line, day and time of reception in 10 ms; behind them four octets A5.
const (
	finalHead     = 8
	finalSequence = 4
	finalTail     = 4
)

// final reads a recording in the FINAL (IOSS) format. Its times of reception count from a day that is not told and are left
// aside. A block that runs beyond its record goes on in the next one.
type final struct {
	r      *bufio.Reader
	offset int64
	refuse refuser
	carry  []byte // the start of a block that the last record cut
	buf    []byte
}

func (c *final) next(p *packet) error {
	for {
		head, err := c.r.Peek(window)
		if len(head) == 0 {
			if len(c.carry) > 0 {
				c.refuse(c.offset-int64(len(c.carry)), "cut", int64(len(c.carry)))
				c.carry = c.carry[:0]
			}
			return endOf(err)
		}
		n := finalRecord(head)
		if n == 0 { // on to the next record's end
			skip := bytes.Index(head, finalMark)
			if skip < 0 {
				skip = len(head) - finalTail
			}
			skip = min(max(skip, 0)+finalTail, len(head))
			c.refuse(c.offset, "block_header", int64(skip))
			c.discard(skip)
			continue
		}
		start := finalStart(head[:n])
		content, at := c.joined(head[start:n-finalTail], c.offset+int64(start))
		if len(content) > 0 {
			*p = packet{data: content, offset: at}
			c.discard(n)
			return nil
		}
		c.discard(n)
	}
}

// joined puts the cut block before the content that goes on with it, and keeps back one that is cut in turn. Content that
// does not go on with it is given as it is, and the cut block, whose length is then damaged, refused.
func (c *final) joined(content []byte, at int64) ([]byte, int64) {
	if len(c.carry) > 0 {
		before := len(c.carry)
		c.buf = append(append(c.buf[:0], c.carry...), content...)
		if whole, _ := wholeBlocks(c.buf); whole > before {
			content, at = c.buf, at-int64(before)
		} else {
			c.refuse(at, "cut", int64(before))
		}
		c.carry = c.carry[:0]
	}
	whole, cut := wholeBlocks(content)
	if cut {
		c.carry = append(c.carry, content[whole:]...)
		content = content[:whole]
	}
	return content, at
}

// wholeBlocks returns how many octets whole blocks take, and whether a block of a defined category follows that runs
// beyond b, as one that was cut does.
func wholeBlocks(b []byte) (n int, cut bool) {
	for n < len(b) {
		_, k, err := asterix.NextBlock(b[n:])
		if err != nil {
			rest := b[n:]
			return n, len(rest) >= 3 && asterix.Defined(rest[0]) && int(binary.BigEndian.Uint16(rest[1:])) > len(rest)
		}
		n += k
	}
	return n, false
}

func (c *final) discard(n int) {
	k, _ := c.r.Discard(n) // n octets were peeked: they are there
	c.offset += int64(k)
}

var finalMark = []byte{0xA5, 0xA5, 0xA5, 0xA5}

// finalRecord returns the length of the FINAL record at the start of b, zero when none can stand there.
func finalRecord(b []byte) int {
	if len(b) < finalHead+finalTail+1 {
		return 0
	}
	n := int(binary.BigEndian.Uint16(b))
	if n < finalHead+finalTail+1 || n > len(b) || !bytes.Equal(b[n-finalTail:n], finalMark) {
		return 0
	}
	return n
}

// finalStart returns where the blocks begin in a record: after a sequence number when only then they are sound.
func finalStart(record []byte) int {
	const long = finalHead + finalSequence
	if content := record[:len(record)-finalTail]; len(content) > long && !startsBlock(content[finalHead:]) && startsBlock(content[long:]) {
		return long
	}
	return finalHead
}
