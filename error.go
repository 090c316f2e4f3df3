package entente

import (
	"fmt"
	"strings"
)

// ErrorKind says whose fault a refusal is.
type ErrorKind string

// The kinds of error, each a label value of the metric that counts it.
const (
	Malformed    ErrorKind = "malformed"    // bytes or text that do not follow their format
	Unsupported  ErrorKind = "unsupported"  // well-formed, but not a thing we read
	Implausible  ErrorKind = "implausible"  // well-formed, but cannot be so
	Unauthorised ErrorKind = "unauthorised" // not signed, or not by one who may
	Replayed     ErrorKind = "replayed"     // seen before, out of sequence, expired
	Refused      ErrorKind = "refused"      // a rule forbids it
	TooLarge     ErrorKind = "too_large"
	NotFound     ErrorKind = "not_found"
)

// Error names source, offset and reason of a refusal, and what to do next.
type Error struct {
	Kind   ErrorKind `json:"kind"`
	Source string    `json:"source,omitempty"` // file, feed, partner, or document
	Offset int64     `json:"offset"`           // byte or line; negative when it has none
	Reason string    `json:"reason"`
	Next   string    `json:"next,omitempty"` // what the reader can do
}

// Error prints "source at offset: reason; next".
func (e *Error) Error() string {
	var b strings.Builder
	if e.Source != "" {
		b.WriteString(e.Source)
		if e.Offset >= 0 {
			fmt.Fprintf(&b, " at %d", e.Offset)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Reason)
	if e.Next != "" {
		b.WriteString("; ")
		b.WriteString(e.Next)
	}
	return b.String()
}
